"""The log of exchanges: purpose, counts and times, never items."""

from dataclasses import dataclass
from datetime import datetime

from duediligence.model.exchanges import Exchange, ExchangeSide
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeLine:
    """An exchange as the log shows it. `state` is as of now: one that waits may have expired."""

    id: str
    agreement: str
    partner: str
    purpose: str
    side: ExchangeSide
    state: str
    at: datetime
    expires_at: datetime
    ended_at: datetime | None
    items: int
    elements: int
    table: int
    new_percent: int
    hits: int | None


@use_case("read")
def exchange_log(workspace: Workspace) -> list[ExchangeLine]:
    """Every exchange that this home took part in, the oldest first. Raises StorageError."""
    partners = {one.terms.reference: one.partner for one in workspace.casework.agreements.all()}
    now = workspace.now()
    return [
        _line(one, partners.get(one.agreement, ""), now)
        for one in workspace.casework.exchanges.all()
    ]


def _line(one: Exchange, partner: str, now: datetime) -> ExchangeLine:
    over = one.state == "asked" and one.expires_at <= now
    return ExchangeLine(
        id=one.id,
        agreement=one.agreement,
        partner=partner,
        purpose=one.purpose,
        side=one.side,
        state="expired" if over else one.state,
        at=one.at,
        expires_at=one.expires_at,
        ended_at=one.ended_at,
        items=one.items,
        elements=one.elements,
        table=one.table,
        new_percent=one.new_percent,
        hits=one.hits,
    )
