"""What is due between partners: requests open in either direction, agreements to be reviewed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from duediligence.errors import Invalid
from duediligence.extensions.sharing.request_log import refuse_who_may_not_ask
from duediligence.extensions.sharing.request_words import party_words
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.information_requests import InformationRequestStore
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

MOST_DAYS = 366
DueKind = Literal["they answer", "we answer", "review"]


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something due: what, under which agreement and about which party. `number` is that of a
    request, 0 for none.
    """

    kind: DueKind
    due_on: date
    overdue: bool
    agreement: str
    partner: str
    number: int = 0
    about: str = ""


@use_case("read")
def due(workspace: Workspace, days: int = 14) -> list[DueItem]:
    """Return what is overdue or due within `days`, and agreements to be reviewed within 30, the
    earliest first.

    Raises Invalid for days that cannot be, Forbidden for who may not ask partners, StorageError.
    """
    refuse_who_may_not_ask(workspace)
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(f"The days must be 0 to {MOST_DAYS}", field="days")
    today = workspace.now().date()
    agreements = {
        one.terms.reference: one for one in workspace.casework.repository(AgreementStore).all()
    }
    items = [
        DueItem(
            "they answer" if one.direction == "asked" else "we answer",
            one.due_on,
            one.is_overdue(today),
            one.agreement,
            agreements[one.agreement].partner if one.agreement in agreements else "",
            one.number,
            party_words(one),
        )
        for one in workspace.casework.repository(InformationRequestStore).all()
        if one.state_on(today) == "open" and one.due_on <= today + timedelta(days=days)
    ]
    items += [
        DueItem(
            "review",
            one.terms.review_on,
            one.state(today) == "review missed",
            one.terms.reference,
            one.partner,
        )
        for one in agreements.values()
        if one.state(today) in ("review soon", "review missed")
    ]
    return sorted(items, key=lambda one: (one.due_on, one.kind, one.number, one.agreement))
