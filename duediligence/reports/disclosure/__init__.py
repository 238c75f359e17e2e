"""What of a run may leave the council: people only by role, restricted findings not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from duediligence.model import Feature, Finding, Run
from duediligence.model.party_roles import RECORDED
from duediligence.reports.disclosure.naming import LEFT_OUT, Naming, words_of
from duediligence.reports.disclosure.people import NOBODY, Behind, Known, behind
from duediligence.reports.verdict import WITHHELD
from duediligence.text.wording import count, listed

__all__ = ["Behind", "Known", "Withheld", "behind", "disclosed", "with_least"]

LISTED = "listed person"
_ANYBODY = "a person"
# Roles of subjects that are things: a list, a part of a register, a row.
_THINGS = ("list", "register", "supplier file")
# Facts about a person that nobody needs who decides about a match: where they live, their papers.
_NOT_NEEDED = ("address", "identifier")
_LEFT_OUT = Feature("left out", "", "", 0.0, "not known", LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was left out, in numbers; `internal` findings are shown, and marked."""

    restricted: int = 0
    names: int = 0
    internal: int = 0

    def __str__(self) -> str:
        """`2 restricted findings and 3 names left out.`; empty where nothing was."""
        parts = [count(self.restricted, "restricted finding")] if self.restricted else []
        parts += [count(self.names, "name")] if self.names else []
        told = f"{listed(parts)} left out." if parts else ""
        if self.internal:
            told += f" {count(self.internal, 'internal finding')}: for the council's own use only."
        return told.strip()


def disclosed(
    run: Run, people_known: Mapping[str, Behind], *, people: bool, restricted: bool
) -> tuple[Run, Withheld]:
    """The run as it may be written to a file, and what was left out of it.

    `people_known` is by the supplier's reference. Unless `people`, each natural person behind a
    supplier stands as a role and a number that counts within the supplier, the same whenever this
    run is written, and every fact of a match that is personal is dropped. An entry of a public
    list is always named; one of the council's own records is not, where it may be a person's.
    Single words of people's names go as well, unless a firm there has the same; other suppliers'
    people are known by their full names only, for single words of thousands of names would blot
    out half of every text.

    Unless `restricted`, restricted findings are left out, and the overall reading of their
    supplier, which may rest on them. One last finding, of the check WITHHELD, tells what was left
    out. Where something restricted was, its outcome is `review`: nobody may read clear from it.
    """
    hidden = [f for f in run.findings if f.handling == "restricted" and not restricted]
    kept = [f for f in run.findings if f.handling != "restricted" or restricted]
    about = {finding.supplier_ref for finding in hidden}
    readings = {ref: one for ref, one in run.readings.items() if ref not in about}
    shown = replace(run, readings=readings)
    names = 0
    if not people:
        redaction = _Redaction(people_known, kept)
        file = redaction.anybody.named(run.supplier_file)
        shown = replace(shown, supplier_file=file)
        kept = [redaction.of(finding) for finding in kept]
        names = redaction.names
    withheld = Withheld(
        restricted=len(hidden),
        names=names,
        internal=sum(finding.handling == "internal" for finding in kept),
    )
    return replace(shown, findings=(*kept, *_row(run, withheld))), withheld


def with_least(run: Run) -> Run:
    """The run with people named, and without what no decision about a match needs to tell of them:
    addresses and numbers of papers. Of a birth date no day is in any finding.
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


def _row(run: Run, withheld: Withheld) -> tuple[Finding, ...]:
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
            topic="handling",
            outcome="review" if withheld.restricted else "not_applicable",
            severity="low",
            why=str(withheld),
            next_step="Ask whoever made this file for what you need and may see.",
        ),
    )


class _Redaction:
    """Puts the findings of one run in other words."""

    def __init__(self, known: Mapping[str, Behind], findings: list[Finding]) -> None:
        self.anybody = Naming()
        self._of: dict[str, _Names] = {}
        by_ref: dict[str, list[Finding]] = {}
        for finding in findings:
            by_ref.setdefault(finding.supplier_ref, []).append(finding)
        for ref in dict.fromkeys((*known, *by_ref)):
            self._of[ref] = _Names(known.get(ref, NOBODY), by_ref.get(ref, []))
        for one in self._of.values():
            full = [name for name in one.people if len(name) > 1]
            self.anybody.add((" ".join(name) for name in full), _ANYBODY, secret=False)
        for one in self._of.values():
            self.anybody.show(one.firms)

    @property
    def names(self) -> int:
        """How many people stand in other words in the findings."""
        return sum(len(one.told) for one in self._of.values()) + len(self.anybody.used)

    def of(self, finding: Finding) -> Finding:
        names = self._of[finding.supplier_ref]
        entry = names.entry(finding)
        # In what is said of it, the entry has the name that it is shown by.
        naming, anybody = names.naming, self.anybody
        if entry:
            naming, anybody = naming.preferring(*entry), anybody.preferring(*entry)
        label = entry[1] if entry else None
        personal = names.personal(finding)
        facts = _kept_facts(finding, personal=personal, behind=names.is_behind(finding))

        def masked(text: str) -> str:
            return anybody.named(naming.masked(text))

        told = replace(
            finding,
            subject_name=names.subject(finding),
            subject_born=None,
            entry_name=label or finding.entry_name,
            features=facts,
            why="" if personal and _as_text(finding) else anybody.named(naming.told(finding.why)),
            happened=masked(finding.happened),
            next_step=masked(finding.next_step),
            measures=tuple(map(masked, finding.measures)),
            look_back=tuple(map(masked, finding.look_back)),
            entry_id="withheld" if label and naming.holds(finding.entry_id) else finding.entry_id,
            entry_url="" if label and naming.holds(finding.entry_url) else finding.entry_url,
        )
        names.told |= (naming.used & names.given) | ({label} if label else set())
        if told.subject_name != finding.subject_name:
            names.told.add(told.subject_name)
        return told


def _kept_facts(finding: Finding, *, personal: bool, behind: bool) -> tuple[Feature, ...]:
    """The facts that are nobody's own; where some were dropped, one that says so. Of somebody
    `behind` a supplier each fact is, also where they were compared with a firm.
    """
    kept = tuple(fact for fact in finding.features if not (fact.personal or behind))
    dropped = len(kept) < len(finding.features) or (personal and _as_text(finding))
    return (*kept, _LEFT_OUT) if dropped else kept


def _as_text(finding: Finding) -> bool:
    """Whether a match was recorded before facts were: in one text that cannot be told apart."""
    return finding.score is not None and not finding.features


class _Names:
    """The people of one supplier and their labels."""

    def __init__(self, known: Behind, findings: list[Finding]) -> None:
        self.naming = Naming()
        self.people: dict[tuple[str, ...], str] = {}
        self.firms = list(known.firms)
        self.told: set[str] = set()
        self._counts: dict[str, int] = {}
        self._entries: dict[tuple[str, str], tuple[tuple[str, ...], str | None]] = {}
        for person in known.people:
            self._add(person)
        for finding in findings:
            if finding.person and not _itself(finding) and finding.subject_role not in _THINGS:
                self._add(Known((finding.subject_name,), _role(finding)))
        # An entry that may be one person's is so in every finding about it.
        private = {_key(finding) for finding in findings if self.personal(finding)}
        for finding in findings:
            if _itself(finding):
                self.firms += (finding.supplier_name, finding.subject_name)
            if not finding.entry_id:
                continue
            key = _key(finding)
            names = (*known.entries.get(key, ()), finding.entry_name)
            if key not in private:
                self.firms += names
                continue
            public = finding.handling == "public"
            former, label = self._entries.get(key) or (
                (),
                None if public else self._next(LISTED),
            )
            self._entries[key] = (tuple(dict.fromkeys((*former, *names))), label)
            if label:
                self.naming.add(names, label)
        self.naming.show(self.firms)
        labels = (label for _, label in self._entries.values() if label)
        self.given = {*self.people.values(), *labels}

    def personal(self, finding: Finding) -> bool:
        """Whether the subject or the entry is, or may be, a natural person."""
        return finding.person or self.is_behind(finding)

    def is_behind(self, finding: Finding) -> bool:
        """Whether the subject is a natural person behind the supplier."""
        return not _itself(finding) and words_of(finding.subject_name) in self.people

    def subject(self, finding: Finding) -> str:
        if _itself(finding):
            return finding.subject_name
        return self.people.get(words_of(finding.subject_name), finding.subject_name)

    def entry(self, finding: Finding) -> tuple[tuple[str, ...], str | None] | None:
        """Every name of the finding's entry where it may be a person's, and its label: None where
        a public list names it.
        """
        return self._entries.get(_key(finding))

    def _add(self, person: Known) -> None:
        words = [each for each in map(words_of, person.names) if each]
        label = next((self.people[each] for each in words if each in self.people), "")
        if not label and words:
            label = self._next(person.role)
        for each in words:
            self.people.setdefault(each, label)
        self.naming.add(person.names, label)

    def _next(self, role: str) -> str:
        self._counts[role] = self._counts.get(role, 0) + 1
        return f"{role} {self._counts[role]}"


def _key(finding: Finding) -> tuple[str, str]:
    return finding.list_id, finding.entry_id


def _itself(finding: Finding) -> bool:
    """Whether it is about the supplier under one of its own names, and about no one behind it."""
    return finding.role.kind == "supplier"


def _role(finding: Finding) -> str:
    """The role that a person is called by: `director` for `director of Moss Ltd (former name)`."""
    role = finding.role
    if role.kind in ("", RECORDED):
        return "person"
    return f"former {role.kind}" if role.former else role.kind
