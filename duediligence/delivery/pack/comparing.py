"""The findings of a case derived again, and compared with those that it holds."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import msgspec

from duediligence import registry
from duediligence.delivery.pack.case import Case
from duediligence.matching import MATCHER_VERSION, Index
from duediligence.model import (
    Declared,
    Dossier,
    Finding,
    ListEntry,
    ListStatus,
    Party,
    PossibleMatch,
    SharedPremises,
    Supplier,
    Unread,
    UnreadCells,
)
from duediligence.model.labour import LabourSigns
from duediligence.model.registrations import NeededRegistrations
from duediligence.model.runs import Basis
from duediligence.render.verdict import WITHHELD
from duediligence.screening.alerts.earlier_form import recorded_before
from duediligence.screening.dossiers import parties_of
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import MatchCollector, Possible
from duediligence.screening.lookup.parties import deduplicate, parties
from duediligence.screening.lookup.places import shared_at
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.labour import labour_signs
from duediligence.screening.run.policy import Policy
from duediligence.screening.run.reading import overall_reading
from duediligence.screening.run.registrations import RegistrationSearch
from duediligence.version import __version__


def looked_up(case: Case, basis: Basis) -> tuple[Party, ...]:
    """Whom the run looked up for the supplier, premises apart."""
    dossier = case.compared.dossier
    if dossier is None:
        return parties(case.supplier, kind=basis.kind)
    return deduplicate(parties_of(dossier))


def derived(case: Case, basis: Basis, *, registers: bool) -> list[Finding]:
    """Every finding that follows from the case, by the program of today.

    `registers` is False where the dossier is not whole, so that nothing can be said of it. That a
    list held more matches than are shown, and that a shared address is not that of a crowd, is
    taken as the case says. Raises msgspec.DecodeError for a policy that cannot be read.
    """
    run = case.run
    policy = msgspec.json.decode(basis.policy, type=Policy)
    context = check_context(run.as_of, basis.schedule_7_years)
    assess = Assessor(run.id, policy, context)
    everyone = looked_up(case, basis)
    found: list[Finding] = []
    dossiers = {case.supplier.ref: case.compared.dossier} if case.compared.dossier else {}
    needed = RegistrationSearch([case.supplier], dossiers, run.lists, run.as_of)
    for status in run.lists:
        found += assess.about_list(status)
        if status.version is None:
            continue
        threshold = policy.thresholds.get(status.list_id, run.threshold)
        for possible in _possible(case, basis, status, everyone, threshold):
            needed.collect(possible, status)
            found += assess.about_possible(possible, status)
    found += assess.about_supplier(case.supplier)
    if registers and case.compared.dossier is not None:
        found += assess.about_dossier(case.compared.dossier)
    for one in needed.subjects():
        found += assess.about_registrations(one)
    known = dossiers if registers else {}
    for signs in labour_signs([case.supplier], found, known, run.lists):
        found += assess.about_labour(signs)
    if case.compared.declarations is not None:
        about = tuple(finding for finding in found if finding.supplier_ref == case.supplier.ref)
        found += assess.about_declarations(
            Declared(case.supplier, case.compared.declarations, about)
        )
    return found


def _possible(
    case: Case, basis: Basis, status: ListStatus, everyone: tuple[Party, ...], threshold: float
) -> Iterator[Possible]:
    listed = (entry for entry in case.compared.entries if entry.list_id == status.list_id)
    entries = {entry.id: entry for entry in sorted(listed, key=lambda entry: entry.id)}
    if not entries:
        return
    index = Index.build(entries.values())
    placed = status.list_id in basis.premises
    by_place = case.compared.premises if placed else ()
    said = [finding for finding in case.findings if finding.list_id == status.list_id]
    watchlist = registry.watchlists().get(status.list_id)
    collector = MatchCollector(
        basis.topics.get(status.list_id, ""),
        status.title,
        placed,
        basis.limit,
        watchlist.labour_sign if watchlist else None,
    )
    for position, party in enumerate((*everyone, *by_place)):
        possible = collector.collect(
            case.supplier,
            party,
            index.search(subject(party), threshold=threshold, limit=basis.limit + 1),
            entries.__getitem__,
            partial(_shared, party, entries.values(), status, said),
            by_place=position >= len(everyone),
        )
        if possible:
            names = {one.match.query_name for one in possible.matches}
            more = any(f.subject_name in names and f.more_matches for f in said)
            yield replace(possible, more=more)


def _shared(
    party: Party,
    entries: Iterable[ListEntry],
    status: ListStatus,
    said: Sequence[Finding],
    matched: Container[str],
) -> Iterator[SharedPremises]:
    """What stands at the party's addresses, of what the case says does."""
    if party.kind == "person":
        return
    name = party.names[0].text
    about = {f.entry_id for f in said if f.score is None and f.subject_name == name}
    here = [entry for entry in entries if entry.id in about]
    for address in party.addresses:
        yield from shared_at(address, party, here, matched, status.title)


# When a finding was first raised is known from the runs before, which are not in a pack. A role
# is compared by its words (`subject_role`): an earlier version stored nothing else.
_TAKEN = ("first_seen", "party_role")


_DERIVED = (
    Dossier,
    LabourSigns,
    ListStatus,
    NeededRegistrations,
    PossibleMatch,
    SharedPremises,
    Supplier,
    Unread,
    UnreadCells,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCase:
    """How a case compares: how many findings follow from it, and lines for what does not.

    `cannot` says why nothing could be derived, `not_derived` what of it, `withheld` what was left
    out with people. None of these is a difference.
    """

    same: int = 0
    differences: tuple[str, ...] = ()
    not_derived: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    cannot: str = ""


def compared_again(case: Case, *, people: bool) -> ComparedCase:
    """Derive the case and compare. `people` says that nobody was left out of it."""
    run, basis = case.run, case.run.basis
    if run.matcher_version != MATCHER_VERSION:
        return ComparedCase(
            cannot=f"cannot re-derive: made by matcher {run.matcher_version}, this is "
            f"{MATCHER_VERSION}"
        )
    if basis is None:
        return ComparedCase(
            cannot="cannot re-derive: this run was made before runs kept their settings"
        )
    if any(map(recorded_before, case.findings)):
        return ComparedCase(
            cannot=f"cannot re-derive: made by version {basis.tool}, which kept findings as text"
        )
    held = {position: case.findings[position] for position in case.withheld}
    apart = [f for f in case.findings if not _derivable(f, case)]
    said = [
        finding
        for position, finding in enumerate(case.findings)
        if position not in held and finding not in apart
    ]
    found = derived(case, basis, registers=people)
    if not any(finding.event for finding in case.findings):
        # An earlier version did not keep what happened as an event.
        found = [replace(finding, event=None) for finding in found]
    if not any(finding.signs for finding in case.findings):
        # Nor what could be a sign beside others.
        found = [replace(finding, signs=()) for finding in found]
    if not people:
        # What was left out with people makes of one of these another: those it has count.
        kept = list(map(_content, said))
        found = [one for one in found if not _of_several(one) or _content(one) in kept]
    lines, same = _differences(said, found, list(held.values()))
    ref = case.supplier.ref
    if people and ref in run.readings:
        again = overall_reading(case.findings)
        if (again.words, again.why) != (run.readings[ref].words, run.readings[ref].why):
            lines.append(
                f"the reading: {run.readings[ref].why!r} in the pack, {again.why!r} derived"
            )
    if lines and basis.tool != __version__:
        lines.append(f"made by version {basis.tool}, this is {__version__}: checks may differ")
    return ComparedCase(
        same=same,
        differences=tuple(lines),
        not_derived=tuple(_told(f) for f in apart if f.check_id != WITHHELD),
        withheld=tuple(map(_told, held.values())),
    )


def to_withhold(case: Case) -> tuple[int, ...]:
    """The positions of findings that do not follow from a case without its people."""
    if case.run.basis is None or case.run.matcher_version != MATCHER_VERSION:
        return ()
    found = {_content(f) for f in derived(case, case.run.basis, registers=False)}
    return tuple(
        position
        for position, finding in enumerate(case.findings)
        if _derivable(finding, case) and _content(finding) not in found
    )


def _derivable(finding: Finding, case: Case) -> bool:
    """Whether what the check looked at is in the pack: rows of files never are."""
    check = registry.checks().get(finding.check_id)
    if check is None:
        return False
    if check.needs is Declared:
        return case.compared.declarations is not None
    return check.needs in _DERIVED


def _of_several(finding: Finding) -> bool:
    """Whether it rests on several entries or findings."""
    return registry.checks()[finding.check_id].needs in (NeededRegistrations, LabourSigns)


def _differences(
    said: Sequence[Finding], found: Sequence[Finding], held: Sequence[Finding]
) -> tuple[list[str], int]:
    """A line for each difference, and how many findings are the same."""
    lines: list[str] = []
    left = list(found)
    contents = [_content(finding) for finding in left]
    others = []
    for finding in said:
        try:
            at = contents.index(_content(finding))
        except ValueError:
            others.append(finding)
        else:
            del left[at], contents[at]
    for finding in others:
        twin = next((one for one in left if _about(one) == _about(finding)), None)
        if twin is None:
            lines.append(f"{_told(finding)}: it does not follow from what is in the pack")
            continue
        left.remove(twin)
        for each in fields(Finding):
            ours, theirs = getattr(finding, each.name), getattr(twin, each.name)
            if ours != theirs and each.name not in _TAKEN:
                lines.append(
                    f"{_told(finding)}: {each.name} is {ours!r} in the pack, {theirs!r} derived"
                )
    for finding in left:
        # One that was put in other words is there, and is told as withheld.
        if not any((f.check_id, f.list_id) == (finding.check_id, finding.list_id) for f in held):
            lines.append(f"{_told(finding)}: it follows from what is in the pack, but is not in it")
    return lines, len(said) - len(others)


def _content(finding: Finding) -> tuple[object, ...]:
    return tuple(getattr(finding, f.name) for f in fields(Finding) if f.name not in _TAKEN)


def _about(finding: Finding) -> tuple[object, ...]:
    return (*finding.key, finding.subject_role)


def _told(finding: Finding) -> str:
    about = (finding.check_id, finding.subject_name, finding.list_id, finding.entry_id)
    return " ".join(filter(None, about))
