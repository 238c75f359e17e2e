"""The log of exchanges: purpose, counts and times, never items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from duediligence.extensions.sharing.exchanges.ids import SHOWN
from duediligence.extensions.sharing.model.exchanges import Exchange, ExchangeSide
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

LOG_COLUMNS = (
    *("exchange", "agreement", "with", "purpose", "state", "made", "until"),
    *("items", "keys at most", "new", "hits"),
)

_SIDES: Mapping[ExchangeSide, str] = {"asking": "we asked", "answering": "they asked"}


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

    def cells(self) -> tuple[str, ...]:
        """Return the line in words, a cell for each of LOG_COLUMNS."""
        waits = self.state in ("asked", "answered")
        return (
            self.id[:SHOWN],
            self.agreement,
            self.partner,
            self.purpose,
            f"{_SIDES[self.side]}: {self.state}",
            f"{self.at:%Y-%m-%d %H:%M}",
            f"{self.expires_at:%Y-%m-%d}" if waits else "",
            f"{self.items:,}",
            f"{self.elements:,} asked" + (f", {self.table:,} held" if self.table else ""),
            f"{self.new_percent} %",
            "" if self.hits is None else f"{self.hits:,}",
        )


@use_case("exchange")
def exchange_log(workspace: Workspace) -> list[ExchangeLine]:
    """Return every exchange that this home took part in, the oldest first. Raises StorageError."""
    partners = workspace.casework.repository(AgreementStore).partners()
    now = workspace.now()
    return [
        _build_exchange_line(one, partners.get(one.agreement, ""), now)
        for one in workspace.casework.repository(ExchangeStore).all()
    ]


def _build_exchange_line(one: Exchange, partner: str, now: datetime) -> ExchangeLine:
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
