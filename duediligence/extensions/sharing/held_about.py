"""What is shared about suppliers, for the sort of what is held for a request for information."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from duediligence.casework.held_records import HeldRecord, describe_record, withhold_records
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore
from duediligence.model.audit import Action
from duediligence.screening.access import find_refusal
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.unit_of_work import Casework


def list_held_records(
    workspace: Workspace, refs: Collection[str], restricted: bool
) -> Sequence[HeldRecord]:
    """Return what is shared about these suppliers: of what this account may not see, or did not
    ask for, how many there are. That reports of intelligence were listed is recorded.
    """
    found: list[HeldRecord] = []
    for words, (action, find) in _SHARED.items():
        records = list(find(workspace.casework, frozenset(refs)))
        if not restricted or find_refusal(workspace, action):
            ask = f"It needs restricted records to be asked for, and the right to {action}."
            found += withhold_records("From partners", len(records), words, ask)
            continue
        found += records
        if records and action == "handle intelligence":
            store = workspace.casework.repository(IntelligenceStore)
            store.record("listed", workspace.now(), None, reports=len(records), text="none")
    return found


def _find_cases(casework: Casework, refs: frozenset[str]) -> Iterator[HeldRecord]:
    store = casework.repository(CaseStore)
    about = {one.case for one in store.items() if refs & {one.supplier_ref, one.other_ref}}
    about |= {one.case for one in store.actions() if one.supplier_ref in refs}
    for case in store.all():
        if case.number in about:
            yield describe_record("case", case.opened_at, number=case.number)


def _find_requests(casework: Casework, refs: frozenset[str]) -> Iterator[HeldRecord]:
    for one in casework.repository(InformationRequestStore).all():
        if one.supplier_ref in refs:
            id_ = "asked" if one.direction == "asked" else "request"
            partner = RECEIVERS[one.partner_kind]
            yield describe_record(id_, one.asked_at, number=one.number, partner=partner)


def _find_messages(casework: Casework, refs: frozenset[str]) -> Iterator[HeldRecord]:
    for one in casework.repository(PartnerMessageStore).all():
        if one.supplier_ref in refs:
            yield describe_record(
                "message", one.received_at, number=one.number, partner=one.partner
            )


def _find_reports(casework: Casework, refs: frozenset[str]) -> Iterator[HeldRecord]:
    store = casework.repository(IntelligenceStore)
    for number in sorted(store.concerning(refs)):
        if report := store.get(number):
            came = report.provenance
            sender = RECEIVERS[came.received_from] if came.received_from else came.source
            yield describe_record("report", came.received_on, number=number, partner=sender)


_Find = Callable[[Casework, frozenset[str]], Iterator[HeldRecord]]
# What each is called where it is only counted, and the right to see it.
_SHARED: Mapping[str, tuple[Action, _Find]] = {
    "partnership case": ("work on cases", _find_cases),
    "request for information": ("ask partners", _find_requests),
    "message of a partner": ("exchange", _find_messages),
    "intelligence report": ("handle intelligence", _find_reports),
}
