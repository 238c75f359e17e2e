"""A case as it may leave the council: restricted findings never, people only where asked for."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from duediligence import registry
from duediligence.casework.bidders import Shared
from duediligence.casework.pack.case import Case, CaseAlert
from duediligence.casework.pack.comparing import to_withhold
from duediligence.model import (
    Charity,
    Declaration,
    Declared,
    Dossier,
    Finding,
    ListEntry,
    Missing,
    NotKnown,
    Officer,
    Owner,
    Parent,
)
from duediligence.model.casework.changes import Reopened
from duediligence.reports.disclosure import behind, disclosed

LEFT_OUT = "Left out: it may name people."
# Whoever these may be is not told without people: sole traders are listed as of unknown kind.
_FIRMS = ("organisation", "vessel", "aircraft")
T = TypeVar("T")


def as_disclosed(case: Case, *, people: bool) -> Case:
    """The case for a pack.

    Without `people`, a person is a role and a number in what was found, and is left out of what
    was compared; what can then not be derived again is marked as withheld.
    """
    compared = case.compared
    known = behind(compared.supplier, compared.dossier, compared.entries)
    run, _ = disclosed(case.run, {case.supplier.ref: known}, people=people, restricted=False)
    restricted = [finding for finding in case.findings if finding.handling == "restricted"]
    secret = {(finding.check_id, finding.list_id, finding.entry_id) for finding in restricted}
    # Beside fewer findings, the answers would tell otherwise than they did.
    declarations = None if any(map(_of_declarations, restricted)) else compared.declarations
    shown = replace(
        case,
        run=run,
        compared=replace(
            compared,
            entries=tuple(filter(_unrestricted, compared.entries)),
            declarations=declarations,
        ),
        alerts=tuple(
            alert
            for alert in case.alerts
            if (alert.check_id, alert.list_id, alert.entry_id) not in secret
        ),
    )
    return shown if people else _without_people(shown)


def told(shared: Shared, *, people: bool) -> Shared:
    """Something that bidders share, a person only by the roles where people are left out."""
    if people or not shared.person:
        return shared
    what = "an address of people behind both" if shared.kind == "address" else "a person"
    return replace(shared, what=what, why=LEFT_OUT)


def _without_people(case: Case) -> Case:
    compared, dossier = case.compared, case.compared.dossier
    bare = replace(
        case,
        compared=replace(
            compared,
            supplier=replace(compared.supplier, people=(), repairs=(), unread=()),
            dossier=_firms_of(dossier) if dossier else None,
            entries=tuple(_bare(e) for e in compared.entries if e.kind in _FIRMS),
            declarations=compared.declarations and tuple(map(_unquoted, compared.declarations)),
        ),
        alerts=tuple(map(_without_notes, case.alerts)),
    )
    return replace(bare, withheld=to_withhold(bare))


def _firms_of(dossier: Dossier) -> Dossier:
    """What the registers say of firms, and that the rest was left out: never as if it were none."""
    charity = dossier.charity
    if isinstance(charity, Charity):
        charity = replace(charity, trustees=None, events=(), inquiry="")
    return replace(
        dossier,
        supplier=replace(dossier.supplier, people=(), repairs=(), unread=()),
        charity=charity,
        officers=_left(dossier.officers, _corporate),
        owners=_left(dossier.owners, _firms_own),
        parents=_left(dossier.parents, _parents),
        appointments=_none(dossier.appointments),
        disqualifications=_none(dossier.disqualifications),
        filings=_none(dossier.filings),
        charges=_none(dossier.charges),
        sources=(),
    )


def _left(
    part: tuple[T, ...] | Missing, firms: Callable[[tuple[T, ...]], tuple[T, ...]]
) -> tuple[T, ...] | Missing:
    return firms(part) if isinstance(part, tuple) else part


def _none(part: tuple[T, ...] | Missing) -> Missing:
    return NotKnown(LEFT_OUT) if isinstance(part, tuple) else part


def _corporate(officers: tuple[Officer, ...]) -> tuple[Officer, ...]:
    return tuple(officer for officer in officers if officer.corporate)


def _firms_own(owners: tuple[Owner, ...]) -> tuple[Owner, ...]:
    # One that is protected by law has no name, and is no firm.
    return tuple(owner for owner in owners if not owner.person and not owner.super_secure)


def _parents(parents: tuple[Parent, ...]) -> tuple[Parent, ...]:
    return tuple(
        replace(parent, owners=_firms_own(parent.owners), officers=_corporate(parent.officers))
        for parent in parents
        if not parent.owner.person
    )


def _bare(entry: ListEntry) -> ListEntry:
    """A listed firm without what its publisher says of people around it."""
    return replace(entry, related=(), positions=(), remarks="")


def _unquoted(declaration: Declaration) -> Declaration:
    """The answer alone: in its own words a supplier may name anybody."""
    return replace(declaration, details=LEFT_OUT if declaration.details else "")


def _of_declarations(finding: Finding) -> bool:
    check = registry.checks().get(finding.check_id)
    return check is not None and check.needs is Declared


def _unrestricted(entry: ListEntry) -> bool:
    return entry.record is None or entry.record.handling != "restricted"


def _without_notes(alert: CaseAlert) -> CaseAlert:
    decisions = tuple(replace(each, note=LEFT_OUT if each.note else "") for each in alert.decisions)
    reopened = alert.reopened
    if isinstance(reopened, Reopened):
        reopened = reopened.without_people()
    elif reopened:
        reopened = LEFT_OUT
    return replace(alert, decisions=decisions, reopened=reopened)
