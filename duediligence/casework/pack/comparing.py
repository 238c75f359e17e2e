"""What a pack says beside what follows from it: finding by finding, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from duediligence import registry
from duediligence.casework.pack.case import Case
from duediligence.casework.pack.deriving import derived
from duediligence.matching import MATCHER_VERSION
from duediligence.model import (
    Declared,
    Dossier,
    Finding,
    ListStatus,
    PossibleMatch,
    SharedPremises,
    Supplier,
    Unread,
    UnreadCells,
)
from duediligence.reports.verdict import WITHHELD
from duediligence.screening.alerts.earlier_form import recorded_before
from duediligence.screening.run.reading import overall_reading
from duediligence.version import __version__

# When a finding was first raised is known from the runs before, which are not in a pack. A role
# is compared by its words (`subject_role`): an earlier version stored nothing else.
_TAKEN = ("first_seen", "party_role")
_DERIVED = (Dossier, ListStatus, PossibleMatch, SharedPremises, Supplier, Unread, UnreadCells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case compares: how many findings follow from it, and lines for what does not.

    `cannot` says why nothing could be derived, `not_derived` what of it, `withheld` what was left
    out with people. None of these is a difference.
    """

    same: int = 0
    differences: tuple[str, ...] = ()
    not_derived: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    cannot: str = ""


def compared_again(case: Case, *, people: bool) -> Outcome:
    """Derive the case and compare. `people` says that nobody was left out of it."""
    run, basis = case.run, case.run.basis
    if run.matcher_version != MATCHER_VERSION:
        return Outcome(
            cannot=f"cannot re-derive: made by matcher {run.matcher_version}, this is "
            f"{MATCHER_VERSION}"
        )
    if basis is None:
        return Outcome(
            cannot="cannot re-derive: this run is from before its settings were kept with it"
        )
    if any(map(recorded_before, case.findings)):
        return Outcome(
            cannot=f"cannot re-derive: made by version {basis.tool}, which kept findings in words"
        )
    held = {position: case.findings[position] for position in case.withheld}
    apart = [f for f in case.findings if not _derivable(f, case)]
    said = [
        finding
        for position, finding in enumerate(case.findings)
        if position not in held and finding not in apart
    ]
    found = derived(case, basis, registers=people)
    lines, same = _differences(said, found, list(held.values()))
    ref = case.supplier.ref
    if people and ref in run.readings:
        again = overall_reading(case.findings)
        if (again.words, again.why) != (run.readings[ref].words, run.readings[ref].why):
            lines.append(f"the reading: {run.readings[ref].why!r} is {again.why!r}")
    if lines and basis.tool != __version__:
        lines.append(f"made by version {basis.tool}, this is {__version__}: checks may differ")
    return Outcome(
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
        for field in fields(Finding):
            ours, theirs = getattr(finding, field.name), getattr(twin, field.name)
            if ours != theirs and field.name not in _TAKEN:
                lines.append(
                    f"{_told(finding)}: {field.name} is {ours!r} in the pack, {theirs!r} derived"
                )
    for finding in left:
        # One that was put in other words is there, and is told as withheld.
        if not any((f.check_id, f.list_id) == (finding.check_id, finding.list_id) for f in held):
            lines.append(f"{_told(finding)}: it follows from what is in the pack, which has it not")
    return lines, len(said) - len(others)


def _content(finding: Finding) -> tuple[object, ...]:
    return tuple(getattr(finding, f.name) for f in fields(Finding) if f.name not in _TAKEN)


def _about(finding: Finding) -> tuple[object, ...]:
    return (*finding.key, finding.subject_role)


def _told(finding: Finding) -> str:
    about = (finding.check_id, finding.subject_name, finding.list_id, finding.entry_id)
    return " ".join(filter(None, about))
