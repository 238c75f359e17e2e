"""No decision counts for a supplier that was not joined with the decided one, and none is lost.

Random steps of everything that an officer does to suppliers, against a model that is written from
the rule in docs/adr/0032: a split copies what counts at that moment, a merge refers to what counts.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from duediligence.casework import removing, retention, undoing
from duediligence.casework import supplier_editing as editing
from duediligence.casework import supplier_merging as merging
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.supplier_history import undo
from duediligence.casework.supplier_merging import SplitRequest
from duediligence.casework.verifying import examine
from duediligence.errors import Invalid, UsageError
from duediligence.model import Identifier, Name, PartialDate, Party, PartyRole, Person, Supplier
from duediligence.model.alerts import Alert, Compared, alert_id
from duediligence.model.entries import COMPANY
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import ITSELF, party_key
from duediligence.suppliers.facts import SupplierFacts
from tests.casework.supplier_office import Office
from tests.in_use import in_use

REFS = tuple(f"S{number}" for number in range(1, 9))
NAMES = ("Quill Ltd", "Quill Limited", "Marl Haulage Ltd")
# Two of one name with other birth months, one with none: facts that tell two suppliers apart.
PEOPLE = (
    "Ada Ferrow,1968-03",
    "Ada Ferrow,1971-09",
    "Bo Marlpit",
    "Bo Marlpit,1980-01",
    "Cy Thornby,1955-12",
    "Cyril Thornby,1955-12",
)
NUMBERS = ("99001001", "99001002")
ENTRIES = {
    "E1": ("Ada Ferrow",),
    "E2": ("Quill Ltd", "Quill Limited"),
    "E3": ("Bo Marlpit",),
    "E4": ("Cy Thornby", "Cyril Thornby"),
}
STEPS = {
    "screen all": 6,
    "screen some": 6,
    "decide": 14,
    "undo decision": 3,
    "merge": 5,
    "split": 6,
    "undo": 4,
    "add": 2,
    "edit": 6,
    "end": 1,
    "reopen": 1,
    "remove": 1,
    "import": 2,
    "list": 1,
    "wait": 1,
    "retention": 1,
}
# No alert is stored or changed by these.
QUIET = {"add", "edit", "end", "reopen", "import", "list", "wait"}
Key = tuple[str, str, str]


@dataclass
class Word:
    """A decision as the model has it."""

    position: int
    key: Key
    facts: Compared
    decided: str
    by: str
    on: date
    withdrawn: bool = False


@dataclass
class Record:
    """What counts for a supplier: its own decisions, and what others had when they joined."""

    ref: str
    own: list[Word] = field(default_factory=list)
    # With the newest decision at that moment, and whether it is a copy of then.
    joined: list[tuple["Record", int, bool]] = field(default_factory=list)

    def members(self) -> set[str]:
        live = (one.members() for one, _, copied in self.joined if not copied)
        return {self.ref}.union(*live)

    def copied(self) -> "Record":
        """What counts by now; a decision that is taken back later is taken back here, too."""
        joined = [(one.copied(), at, copied) for one, at, copied in self.joined]
        return Record(self.ref, list(self.own), joined)

    def lines(
        self, key: Key, facts: Compared, but: set[str], members: set[str]
    ) -> list[list[Word]]:
        """What was decided of exactly these facts and of no others since, each line by itself;
        together where somebody decided about the whole.
        """
        if self.ref in but:
            own = []
        else:
            own = [one for one in self.own if one.key == key and not one.withdrawn]
        since, others = 0, list[list[Word]]()
        for one, at, copied in self.joined:
            if copied and one.ref in members:
                continue
            since = max(since, at)
            others += one.lines(key, facts, but, members)
        since = max([since, *(line[-1].position for line in others)])
        current: list[Word] = []
        for word in own:
            current = [*current, word] if word.facts == facts else []
        if own and own[-1].position > since:
            together = {word.position: word for line in (current, *others) for word in line}
            return [[together[one] for one in sorted(together)]] if current else []
        return [line for line in (current, *others) if line]


def year_after(day: date) -> date:
    return (
        day.replace(year=day.year + 1)
        if (day.month, day.day) != (2, 29)
        else date(day.year + 1, 2, 28)
    )


def state_of(lines: list[list[Word]], today: date, *, two: bool) -> str:
    """The state that these decisions make on a day."""
    if not lines:
        return "open"
    last = sorted((line[-1] for line in lines), key=lambda one: one.position)
    if len({one.decided for one in last}) > 1:
        return "not sure" if today < year_after(last[-1].on) else "open"
    every = {one.position: one for line in lines for one in line}
    words = [every[position] for position in sorted(every)]
    if not two:
        return words[-1].decided if today < year_after(words[-1].on) else "open"
    settled: tuple[str, date] | None = None
    first: Word | None = None
    for word in words:
        if first and year_after(first.on) <= word.on:
            first = None
        if first and first.by != word.by:
            settled = (word.decided if word.decided == first.decided else "not sure", word.on)
            first = None
        elif word.decided == "not sure":
            settled, first = ("not sure", word.on), None
        else:
            first = word
    if first and today < year_after(first.on):
        return "awaiting second decision"
    return settled[0] if settled and today < year_after(settled[1]) else "open"


class Machine:
    """An office, the model beside it, and steps that both take."""

    def __init__(self, home: Path, seed: str) -> None:
        self.random = Random(seed)
        self.office = Office(home)
        self.office.second = ("critical",)
        self.office.again("Ada")
        self.office.entries = dict(ENTRIES)
        self.office.severities = dict.fromkeys(("E2", "E3"), "medium")
        self.office.officers = {"Cy Thornby": "O1", "Cyril Thornby": "O1"}
        self.records = {ref: Record(ref) for ref in REFS[:4]}
        self.merged: dict[str, str] = {}
        self.acts: dict[int, tuple[str, str, str]] = {}
        self.words: dict[int, Word] = {}
        self.numbered: dict[int, set[Key]] = {}
        # Suppliers whose ties changed since they were screened.
        self.unscreened: set[str] = set()
        self.office.imported(*(self.supplier(ref) for ref in REFS[:4]))

    def pick(self, *values: str) -> str:
        return self.random.choice(values)

    def supplier(self, ref: str) -> Supplier:
        people = self.random.sample(PEOPLE, self.random.randrange(1, 3))
        return Supplier(
            ref=ref,
            name=self.pick(*NAMES),
            identifiers=(Identifier(COMPANY, self.pick(*NUMBERS)),) * self.random.randrange(2),
            people=tuple(self.person(one) for one in people),
        )

    def person(self, text: str) -> Person:
        name, _, born = text.partition(",")
        when = PartialDate(*map(int, born.split("-"))) if born else None
        return Person(name, when, "named person")

    def there(self) -> list[str]:
        return sorted(self.records.keys() - self.merged.keys())

    def newest(self) -> int:
        return max(self.words, default=0)

    def step(self) -> str:
        """Take one step, and say which; those that are refused are none."""
        while True:
            (kind,) = self.random.choices(list(STEPS), list(STEPS.values()))
            with suppress(UsageError):
                said = getattr(self, {"import": "import_"}.get(kind, kind.replace(" ", "_")))()
                return f"{kind} {said or ''}".strip()

    def screen_all(self) -> None:
        self.screened()

    def screen_some(self) -> str:
        there = self.there()
        refs = self.random.sample(there, min(len(there), self.random.randrange(1, 4)))
        self.screened(*refs)
        return " ".join(refs)

    def screened(self, *refs: str) -> None:
        run = self.office.screened(*refs)
        self.unscreened -= self.office.workspace.screened.refs(run.id)

    def decide(self) -> str:
        self.office.again(self.pick("Ada", "Bo"))
        if not (alerts := self.office.alerts()):
            raise Invalid("There is no alert")
        alert = self.random.choice(alerts)
        choice = self.random.choice(
            [
                Choice(decided="not the same", reason="OTHER", note="Invented."),
                Choice(decided="not the same", reason="OTHER", note="Invented."),
                Choice(decided="same", reason="SUPPLIER-SAYS", note="Invented."),
                Choice(decided="not sure", reason="OTHER", note="Invented."),
            ]
        )
        made = decide(self.office.workspace, alert, choice, after=alert.last_decision)
        word = Word(
            made.position, key_of(alert), alert.compared, made.decided, made.by, made.at.date()
        )
        self.words[made.position] = word
        self.records[owner_of(alert)].own.append(word)
        return f"{made.position}: {owner_of(alert)} {word.key} {word.decided}"

    def undo_decision(self) -> str:
        self.office.again(self.pick("Ada", "Bo"))
        act = self.random.choice([*self.words] or [1])
        taken = undoing.undo(self.office.workspace, act)
        for one in taken.withdrawn:
            self.words[one.position].withdrawn = True
        # Taking back has a position of its own.
        newest = self.office.workspace.casework.supplier_changes.newest()[1]
        self.words[newest] = Word(newest, ("", "", ""), Compared(), "", "", date.min, True)
        return str(act)

    def merge(self) -> str:
        if len(there := self.there()) < 3:
            raise Invalid("There are too few suppliers")
        ref, other = self.random.sample(there, 2)
        merging.merge(self.office.workspace, ref, other)
        self.did(f"merged {ref} {other}")
        self.merged[other] = ref
        self.records[ref].joined.append((self.records[other], self.newest(), False))
        self.unscreened |= {ref, other}
        return f"{ref} with {other}"

    def split(self) -> str:
        ref = self.pick(*self.there())
        supplier = self.office.get(ref)
        if not (new := next((one for one in REFS if one not in self.records), "")):
            raise Invalid("There are enough suppliers")
        who = [one.name for one in supplier.people]
        names = [supplier.name, *supplier.trading_names, "Split Ltd"]
        facts = SupplierFacts(
            name=self.pick(*names),
            people=self.random.sample(who, min(len(who), self.random.randrange(3))),
        )
        merging.split(self.office.workspace, ref, SplitRequest(ref=new, facts=facts))
        self.did(f"split {ref} {new}")
        self.records[new] = Record(new)
        self.records[new].joined.append((self.records[ref].copied(), self.newest(), True))
        self.unscreened |= {ref, new}
        return f"{new} off {ref}"

    def undo(self) -> str:
        ref = self.pick(*self.records)
        taken = undo(self.office.workspace, ref)
        kind, first, other = self.acts.get(taken.undoes, ("", "", ""))
        if kind == "added":
            del self.records[first]
        if kind == "merged":
            del self.merged[other]
            self.untie(first, other, copied=False)
        if kind == "split":
            self.untie(other, first, copied=True)
            if self.office.workspace.screened.newest_of([other]):
                self.merged[other] = first
                self.records[first].joined.append((self.records[other], self.newest(), False))
            else:
                del self.records[other]
        self.unscreened |= {first, other} - {""}
        return f"{taken.undoes} {kind} {first} {other}"

    def untie(self, ref: str, other: str, *, copied: bool) -> None:
        (place,) = (
            place
            for place, (one, _, each) in enumerate(self.records[ref].joined)
            if (one.ref, each) == (other, copied)
        )
        del self.records[ref].joined[place]

    def did(self, act: str) -> None:
        """Remember the newest change of suppliers under its number."""
        kind, first, other = act.split(" ")
        changes = self.office.workspace.casework.supplier_changes.of(first)
        self.acts[changes[-1].position] = (kind, first, other)

    def add(self) -> str:
        ref = self.pick(*REFS)
        facts = SupplierFacts(name=self.pick(*NAMES), people=[self.pick(*PEOPLE)])
        editing.add(self.office.workspace, facts, ref=ref)
        self.records[ref] = Record(ref)
        changes = self.office.workspace.casework.supplier_changes.of(ref)
        self.acts[changes[-1].position] = ("added", ref, "")
        return ref

    def edit(self) -> str:
        ref = self.pick(*self.there())
        match self.random.randrange(4):
            case 0:
                facts, gone = SupplierFacts(name=self.pick(*NAMES)), ()
            case 1:
                facts, gone = SupplierFacts(people=[self.pick(*PEOPLE)]), ()
            case 2:
                facts, gone = SupplierFacts(number=self.pick(*NUMBERS)), ()
            case _:
                people = [one.name for one in self.office.get(ref).people]
                facts, gone = SupplierFacts(), (self.pick(*people, "Ada Ferrow"),)
        editing.edit(self.office.workspace, ref, facts, remove=gone)
        return ref

    def end(self) -> str:
        ref = self.pick(*self.there())
        editing.end(self.office.workspace, [ref])
        return ref

    def reopen(self) -> str:
        ended = self.office.workspace.suppliers.ended(self.office.workspace.now().date())
        ref = self.pick(*(sorted(ended) or self.there()))
        editing.reopen(self.office.workspace, ref)
        return ref

    def remove(self) -> str:
        if len(there := self.there()) < 4:
            raise Invalid("There are too few suppliers")
        refs = self.random.sample(there, self.random.randrange(1, 3))
        gone = removing.remove(self.office.workspace, refs, rule=removing.UPHELD, dry_run=False)
        for ref in gone.refs:
            self.records.pop(ref, None)
            self.merged.pop(ref, None)
        return " ".join(gone.refs)

    def import_(self) -> str:
        refs = self.random.sample(REFS, 2)
        refs = [ref for ref in refs if ref in self.records]
        self.office.imported(*(self.supplier(ref) for ref in refs))
        return " ".join(refs)

    def list(self) -> str:
        entry = self.pick(*ENTRIES)
        self.office.remarks[entry] = "" if self.office.remarks.get(entry) else "Listed again."
        return entry

    def wait(self) -> None:
        self.office.day += self.random.choice((1, 40, 200))

    def retention(self) -> None:
        retention.run(in_use(self.office.workspace), dry_run=False)

    def check(self) -> None:
        """The stored alerts are those derived at once, the chain is sound, the model agrees."""
        workspace = self.office.workspace
        assert projection.find_differing_alerts(workspace) == []
        today, alerts = workspace.now().date(), self.office.alerts()
        self.check_numbers(alerts)
        rows = Counter((one.supplier_ref, key_of(one)) for one in alerts)
        for alert in alerts:
            if "Thornby" in alert.first.subject_name:
                # Two names of one officer: which alerts are one is no matter of ties.
                continue
            key, owner, holder = key_of(alert), owner_of(alert), alert.supplier_ref
            assert holder not in self.merged
            others = {
                owner_of(one)
                for one in alerts
                if (one.supplier_ref, key_of(one)) == (holder, key) and one.id != alert.id
            }
            if rows[holder, key] > 1:
                assert holder in self.unscreened
            record = self.records[owner]
            # Before they are screened together, those that have an alert of their own decide there;
            # it may be that of a supplier that they were part of before.
            parts = set().union(*(self.records[one].members() for one in others)) - others
            expected = {
                state_of(
                    record.lines(key, alert.compared, {*others, *some}, record.members()),
                    today,
                    two=alert.severity == "critical",
                )
                for size in range(len(parts) + 1)
                for some in combinations(sorted(parts), size)
            }
            assert alert.status.state in expected, (owner, holder, key, expected)

    def check_numbers(self, alerts: Sequence[Alert]) -> None:
        """Each alert has a number of its own, and no number is ever another alert's."""
        assert len({one.number for one in alerts if one.number}) == len(alerts)
        for alert in alerts:
            known = {key_of(alert), *self.numbered.get(alert.number, ())}
            assert len({key for key in known if "thornby" not in key[1]}) <= 1
            self.numbered[alert.number] = known


def key_of(alert: Alert) -> Key:
    first = alert.first
    who = "itself" if first.about == "supplier" else first.subject_name.casefold()
    return (first.check_id, who, first.entry_id)


def owner_of(alert: Alert) -> str:
    """Under which supplier decisions about the alert are recorded: its id says it."""
    first = alert.first
    party = Party(names=(Name(first.subject_name),), kind="person", role=PartyRole("named person"))
    who = ITSELF if first.about == "supplier" else party_key(party, {})
    for ref in REFS:
        if alert.id == alert_id((ref, first.check_id, who, first.list_id, first.entry_id)):
            return ref
    return alert.supplier_ref


def take(home: Path, seed: str, steps: int, *, thorough: bool = False) -> None:
    """Take so many steps and check after each; where not thorough, after those that touch alerts
    or ties, and the chain now and then.
    """
    machine, done = Machine(home, seed), list[str]()
    try:
        for number in range(1, steps + 1):
            done.append(machine.step())
            if thorough or done[-1].split()[0] not in QUIET or number == steps:
                machine.check()
            if thorough or not number % 20:
                assert not examine(machine.office.workspace).problems
    except BaseException as error:
        error.add_note(f"seed {seed}, step {len(done)}:\n" + "\n".join(done))
        raise
    finally:
        machine.office.workspace.__exit__()


def test_no_decision_counts_but_for_those_that_were_joined(tmp_path: Path) -> None:
    for seed in range(2):
        take(tmp_path / str(seed), str(seed), 40)


@pytest.mark.parametrize(
    "seed",
    [pytest.param(n, marks=pytest.mark.long if n % 3 else pytest.mark.soak) for n in range(100)],
)
def test_no_decision_counts_but_for_those_that_were_joined_in_5000_steps(
    tmp_path: Path, seed: int
) -> None:
    take(tmp_path, f"soak {seed}", 50, thorough=True)
