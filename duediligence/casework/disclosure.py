"""What may be seen of a run by whoever may not see people, or restricted records."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from duediligence.extension import load_parts
from duediligence.model import (
    Charity,
    Company,
    Dossier,
    Event,
    Feature,
    Finding,
    ListEntry,
    Run,
    Supplier,
    Text,
    UnreadCells,
    list_known,
)
from duediligence.model.entries import Handling
from duediligence.model.facts import Value, joined, map_clause_values
from duediligence.model.findings import PERSONAL_INSOLVENCY
from duediligence.model.matcher_effects import MatchChange, MatcherEffect
from duediligence.render.verdict import KEPT_APART, WITHHELD
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold
from duediligence.text.wording import count, listed

__all__ = [
    "Behind",
    "Known",
    "Withheld",
    "collect_known_names",
    "redact_run",
    "with_least",
    "without_people",
]

Names = tuple[str, ...]
Words = tuple[str, ...]
EntryKey = tuple[str, str]  # list id, entry id

# A run of letters with their accents. Digits and signs part words.
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
TITLES = frozenset("mr mrs ms miss mx dr sir dame lord lady prof professor rev reverend".split())


@lru_cache(maxsize=65_536)
def words_of(name: str) -> Words:
    """Return the words of a name by which one person is known again: folded, without a title."""
    found = _WORD.findall(unicodedata.normalize("NFC", name))
    words = tuple(fold(word) or word.casefold() for word in found)
    return words[1:] if len(words) > 1 and words[0] in TITLES else words


@dataclass(frozen=True, slots=True)
class Known:
    """A natural person: every name by which the run knows them, and what they are to it."""

    names: Names
    role: str


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind one supplier, and every name of the list entries that it may be on.

    `firms` are names that are shown whatever the people are called: its own, and those of
    companies.
    """

    people: tuple[Known, ...] = ()
    firms: Names = ()
    entries: Mapping[EntryKey, Names] = field(default_factory=dict)


NOBODY = Behind()


def collect_known_names(
    supplier: Supplier, dossier: Dossier | None = None, entries: Iterable[ListEntry] = ()
) -> Behind:
    """Return everybody of a supplier as a run compared it, and the list entries it may be on."""
    people = [Known((person.name,), person.role or "person") for person in supplier.people]
    firms = [supplier.name, *supplier.trading_names, *supplier.former_names]
    if dossier is not None:
        people += _list_dossier_people(dossier)
        firms += _list_dossier_firms(dossier)
    return Behind(
        tuple(people),
        tuple(dict.fromkeys(firms)),
        {(one.list_id, one.id): tuple(name.text for name in one.names) for one in entries},
    )


def _list_dossier_people(dossier: Dossier) -> Iterator[Known]:
    officers = list(list_known(dossier.officers))
    owners = list(list_known(dossier.owners))
    for parent in list_known(dossier.parents):
        officers += parent.officers
        owners += (parent.owner, *parent.owners)
    for officer in officers:
        if not officer.corporate:
            yield Known((officer.name, *officer.former_names), officer.role.replace("-", " "))
    for owner in owners:
        if owner.person and owner.name:
            yield Known((owner.name,), "owner")
    if isinstance(dossier.charity, Charity):
        for trustee in dossier.charity.trustees or ():
            yield Known((trustee,), "trustee")
    for other in list_known(dossier.appointments):
        yield Known((other.officer_name,), "director")
    for record in list_known(dossier.disqualifications):
        yield Known((record.name,), "disqualified person")


def _list_dossier_firms(dossier: Dossier) -> Iterator[str]:
    if isinstance(company := dossier.company, Company):
        yield company.name
        yield from (former.name for former in company.former_names)
    if isinstance(charity := dossier.charity, Charity):
        yield charity.name
        yield from charity.other_names
    for officer in list_known(dossier.officers):
        if officer.corporate:
            yield officer.name
    for owner in list_known(dossier.owners):
        if not owner.person and owner.name:
            yield owner.name
    for parent in list_known(dossier.parents):
        if parent.company:
            yield parent.company.name
        if parent.legal_entity:
            yield parent.legal_entity.name
            yield from parent.legal_entity.other_names
        if not parent.owner.person:
            yield parent.owner.name
        yield from (owner.name for owner in parent.owners if not owner.person and owner.name)
        yield from (officer.name for officer in parent.officers if officer.corporate)
    for other in list_known(dossier.appointments):
        yield other.company_name


LEFT_OUT = "Names and dates left out."
WORDING_LEFT_OUT = "The publisher's wording is left out."
LISTED = "listed person"
_FILE = "left out: its name may name people"
# Facts about a person that nobody needs who decides about a match: where they live, their papers.
_NOT_NEEDED = ("address", "identifier")
_LEFT_OUT = Feature("left out", "", "", 0.0, "not known", said=LEFT_OUT)
# The supplier itself and things have the names that they have; a party behind it may be a person.
_SHOWN = ("supplier", "list", "register", "row")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was left out, in numbers; `internal` findings are shown, and marked. `reports` of
    partners and the community may concern the suppliers, and are kept apart from all of it.
    """

    restricted: int = 0
    names: int = 0
    internal: int = 0
    reports: int = 0

    def __str__(self) -> str:
        """Return `2 restricted findings and 3 names left out.`; empty where nothing was."""
        parts = [count(self.restricted, "restricted finding")] if self.restricted else []
        parts += [count(self.names, "name")] if self.names else []
        told = f"{listed(parts)} left out." if parts else ""
        if self.internal:
            is_shown = "is" if self.internal == 1 else "are"
            told += (
                f" {count(self.internal, 'internal finding')} {is_shown} shown: for the council's "
                "own use only."
            )
        return f"{told} {format_restricted_reports(self.reports)}".strip()


def redact_run(
    run: Run,
    people_known: Mapping[str, Behind],
    *,
    people: bool,
    restricted: bool,
    insolvency: bool = False,
    reports: int = 0,
) -> tuple[Run, Withheld]:
    """Return the run as it may be written to a file, and what was left out of it.

    `people_known` is by the supplier's reference. Unless `people`, each natural person behind a
    supplier stands as a role and a number that counts within the supplier, the same whenever this
    run is written. Everything else that is marked personal is dropped: facts of a match, values
    of what a check says with the part of the clause that tells them, and the whole of what was
    recorded before clauses were. An entry of a public list is always named; one of the council's
    own records is not, where it may be a person's. Nothing is searched for in a text.

    Unless `restricted`, restricted findings are left out, and the overall reading of their
    supplier, which may rest on them. Those about insolvent individuals also need `insolvency`. One
    last finding, of the check WITHHELD, tells what was left out. Where something restricted was,
    its outcome is `review`: nobody may read clear from it. `reports` is how many reports of
    partners and the community may concern the suppliers; that finding tells it, whoever asks. What
    was set aside is only counted for the same readers.
    """

    def is_shown(handling: Handling, *, insolvent: bool) -> bool:
        return handling != "restricted" or (restricted and (insolvency or not insolvent))

    kept: list[Finding] = []
    hidden: list[Finding] = []
    for one in run.findings:
        shows = is_shown(one.handling, insolvent=one.topic == PERSONAL_INSOLVENCY)
        (kept if shows else hidden).append(one)
    about = {finding.supplier_ref for finding in hidden}
    readings = {ref: one for ref, one in run.readings.items() if ref not in about}
    shown = replace(
        run,
        readings=readings,
        by_matcher={
            ref: _redact_matcher_effect(one, people=people, restricted=restricted and insolvency)
            for ref, one in run.by_matcher.items()
        },
        by_judgement={
            ref: tuple(
                one
                for one in some
                if is_shown(one.handling, insolvent=True) and (people or not one.person)
            )
            for ref, some in run.by_judgement.items()
        },
    )
    shown = replace(
        shown,
        set_aside=tuple(
            one
            if people and is_shown(one.handling, insolvent=bool(one.look_up))
            else one.counted_only()
            for one in run.set_aside
        ),
    )
    names = 0
    if not people:
        by_ref: dict[str, list[Finding]] = {}
        for finding in kept:
            by_ref.setdefault(finding.supplier_ref, []).append(finding)
        of = {ref: _Names(people_known.get(ref, NOBODY), some) for ref, some in by_ref.items()}
        kept = [of[finding.supplier_ref].redacted(finding) for finding in kept]
        names = sum(len(one.used) for one in of.values())
        shown = replace(shown, supplier_file=_FILE if run.supplier_file else "")
    withheld = Withheld(
        restricted=len(hidden),
        names=names,
        internal=sum(finding.handling == "internal" for finding in kept),
        reports=reports,
    )
    return replace(shown, findings=(*kept, *_build_withheld_finding(run, withheld))), withheld


def _redact_matcher_effect(
    effect: MatcherEffect, *, people: bool, restricted: bool
) -> MatcherEffect:
    """Return the same without the ids of the council's own records of people, and of what is
    restricted without more than that there is something.
    """

    def shown(one: MatchChange) -> MatchChange:
        if one.handling == "restricted" and not restricted:
            return replace(one, check_id="", check_title="", list_id="", entry_id="withheld")
        if one.person and one.handling != "public" and not people:
            return replace(one, entry_id="withheld")
        return one

    return replace(effect, changes=tuple(map(shown, effect.changes)))


def without_people(supplier: Supplier) -> Supplier:
    """Return the supplier without its people; what was corrected or not read of its row may name
    them.
    """
    unread = () if UnreadCells(supplier.unread).personal else supplier.unread
    return replace(supplier, people=(), repairs=(), unread=unread)


def with_least(run: Run) -> Run:
    """Return the run with people named, and without what no decision about a match needs to tell of
    them: addresses and numbers of papers. Of a birth date no day is in any finding.
    """
    return replace(
        run,
        findings=tuple(
            replace(
                finding,
                features=tuple(
                    fact
                    for fact in finding.features
                    if not (fact.personal and fact.name in _NOT_NEEDED)
                ),
            )
            for finding in run.findings
        ),
    )


def _build_withheld_finding(run: Run, withheld: Withheld) -> tuple[Finding, ...]:
    if not str(withheld):
        return ()
    return (
        Finding(
            run_id=run.id,
            supplier_ref="",
            supplier_name="(all suppliers)",
            company_number="",
            check_id=WITHHELD,
            check_title="Left out of this file",
            # Where nothing of the run itself was left out, another topic says so.
            topic="handling" if str(replace(withheld, reports=0)) else KEPT_APART,
            outcome="review" if withheld.restricted else "not_applicable",
            severity="low",
            why=str(withheld),
            next_step="Ask whoever made this file for what you need and may see.",
        ),
    )


class _Names:
    """The people of one supplier and their labels; `used` are the labels given so far."""

    def __init__(self, known: Behind, findings: list[Finding]) -> None:
        self.used: set[str] = set()
        self._people: dict[Words, str] = {}
        self._counts: dict[str, int] = {}
        self._entries: dict[tuple[str, str], str] = {}
        self._happened_to: dict[str, str] = {}
        self._listed_as: dict[str, str] = {}
        self._firms = set(map(words_of, known.firms))
        for person in known.people:
            self._add(person)
        for finding in findings:
            if finding.about == "supplier":
                self._firms |= {words_of(finding.supplier_name), words_of(finding.subject_name)}
            elif finding.person and finding.about not in _SHOWN:
                self._add(Known((finding.subject_name,), "person"))
        for finding in findings:
            # An entry that may be one person's is so in every finding about it.
            if finding.entry_id and finding.handling != "public" and self._personal(finding):
                key = _get_entry_key(finding)
                self._entries[key] = self._entries.get(key) or self._next(LISTED)

    def redacted(self, finding: Finding) -> Finding:
        """Return the finding without what is personal in it."""
        entry = self._entries.get(_get_entry_key(finding), "")
        is_behind = self._is_behind(finding)
        # Of somebody behind a supplier each fact is personal, also where they were compared with
        # a firm.
        features = tuple(one for one in finding.features if not (one.personal or is_behind))
        dropped = len(features) < len(finding.features)
        if is_behind:
            self.used.add(self._people[words_of(finding.subject_name)])
        if entry:
            self.used.add(entry)
        return replace(
            finding,
            subject_name=self._people[words_of(finding.subject_name)]
            if is_behind
            else finding.subject_name,
            subject_born=None,
            entry_name=entry or finding.entry_name,
            entry_id="withheld" if entry else finding.entry_id,
            entry_url="" if entry else finding.entry_url,
            features=(*features, _LEFT_OUT) if dropped else features,
            why=self._text(finding.why, entry, mark=not dropped),
            happened=self._text(finding.happened, entry),
            next_step=self._text(finding.next_step, entry),
            event=self._event(finding.event),
        )

    def _event(self, event: Event | None) -> Event | None:
        """Return the event with a number in place of a person, and in place of each number of
        theirs.
        """
        if event is None or not event.personal:
            return event

        def numbered(text: str) -> str:
            return self._happened_to.setdefault(text, f"{len(self._happened_to) + 1}")

        numbers = tuple(map(numbered, event.numbers))
        # Apart from the numbers, which follow from what is in a pack: these do not.
        listed_as = tuple(
            self._listed_as.setdefault(one, f"{len(self._listed_as) + 1}")
            for one in event.listed_as
        )
        return replace(event, party=numbered(event.party), numbers=numbers, listed_as=listed_as)

    def _text(self, text: Text, entry: str, *, mark: bool = True) -> Text:
        """Return the text without its personal values, and that some are left out unless not
        `mark`.
        """
        dropped: set[str] = set()

        def shown(value: Value) -> Value | None:
            match value.kind:
                case "person":
                    return self._label(self._add(Known((value.text,), value.label)))
                case "firm" if (words := words_of(value.text)) not in self._firms:
                    label = self._people.get(words)
                    return self._label(label) if label else value
                case "entry":
                    return Value("label", entry) if entry else value
            if value.personal:
                dropped.add(WORDING_LEFT_OUT if value.kind == "quoted" else LEFT_OUT)
                return None
            return value

        if isinstance(text, str):
            return text
        left = map_clause_values(text, shown) or ""
        return joined(" ", (left, *sorted(dropped))) if dropped and mark else left

    def _label(self, label: str) -> Value:
        self.used.add(label)
        return Value("label", label)

    def _personal(self, finding: Finding) -> bool:
        """Return whether the subject or the entry is, or may be, a natural person."""
        return finding.person or self._is_behind(finding)

    def _is_behind(self, finding: Finding) -> bool:
        """Return whether the subject is a natural person behind the supplier."""
        return finding.about not in _SHOWN and words_of(finding.subject_name) in self._people

    def _add(self, person: Known) -> str:
        """Return the label of the person, a new one for a name that has none yet."""
        words = [words_of(name) for name in person.names]
        label = next((self._people[each] for each in words if each in self._people), "")
        label = label or self._next(person.role)
        for each in words:
            self._people.setdefault(each, label)
        return label

    def _next(self, role: str) -> str:
        self._counts[role] = self._counts.get(role, 0) + 1
        return f"{role} {self._counts[role]}"


def _get_entry_key(finding: Finding) -> tuple[str, str]:
    return finding.list_id, finding.entry_id


# How many reports of partners and the community may concern suppliers: all that most people learn.
#
# What they say is for one role alone (`sharing.intelligence`). No file, digest or pack holds more.
def count_reports_about(workspace: Workspace, refs: Collection[str]) -> int:
    """Return how many reports may concern any of these suppliers, each once. Raises
    StorageError.
    """
    every = add_merged(workspace, refs)
    owners = workspace.casework.owned_rows()
    used = tuple(one for one in workspace.extensions if one.name in owners)
    finders = load_parts(used, "restricted")
    return sum(len(find(workspace.casework, every)) for find in finders)


def add_merged(workspace: Workspace, refs: Collection[str]) -> set[str]:
    """Return these suppliers, and those that were merged into them."""
    merged, wanted = workspace.suppliers.merged(), set(refs)
    return wanted | {ref for ref, holder in merged.items() if holder in wanted}


def count_reports_about_run(workspace: Workspace, run_id: str) -> int:
    """Return how many reports may concern any supplier of a stored run, each once. Raises
    StorageError.
    """
    return count_reports_about(workspace, workspace.screened.refs(run_id))


def format_restricted_reports(reports: int) -> str:
    """Return the one line that says so; empty where there is none."""
    if not reports:
        return ""
    return (
        f"Restricted: {count(reports, 'intelligence report')} may concern suppliers here; ask "
        "whoever has the role intelligence."
    )
