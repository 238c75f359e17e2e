"""The hits of an exchange: at the asking party alone, for as long as the agreement says."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.errors import Conflict
from duediligence.extensions.sharing.exchanges.ids import SHOWN, find_exchange
from duediligence.extensions.sharing.exchanges.lists import COLUMNS
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.exchanges import Exchange, Hit
from duediligence.extensions.sharing.render.exchange_words import NO_CLEARANCE, POINTER
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.render.output import encode_envelope
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import encode_csv, reserve_file


@dataclass(frozen=True, slots=True)
class OpenedExchange:
    """An exchange that was opened, under which agreement, and its hits."""

    exchange: Exchange
    agreement: Agreement
    hits: tuple[Hit, ...]


@use_case("exchange")
def hits_of(workspace: Workspace, exchange_id: str) -> tuple[Hit, ...]:
    """Return the hits of an exchange that was opened here, in the order of the list that was asked.

    Empty where there were none, or their retention period has ended. The beginning of an ID does
    where no other begins so. Raises as `opened_here`.
    """
    return workspace.casework.repository(ExchangeStore).hits(opened_here(workspace, exchange_id).id)


def opened_here(workspace: Workspace, exchange_id: str) -> Exchange:
    """Return the exchange that was asked and opened here.

    Raises NotFound for one that this home does not know, Invalid for an ID that is none or that
    several have; Conflict for one that it answered, or that is not opened; StorageError.
    """
    exchange = find_exchange(workspace, exchange_id)
    short = exchange.id[:SHOWN]
    if exchange.side == "answering":
        raise Conflict(
            f"Exchange {short} was answered here: its hits are known to the partner alone",
            hint="What the partner names to you comes as a message, which is received as a file.",
        )
    if exchange.state != "opened":
        raise Conflict(
            f"Exchange {short} has no hits to show: it is {exchange.state}",
            hint="Open the partner's answer first. Where there is none in time, or more was found "
            "than the agreement allows, ask again.",
        )
    return exchange


@use_case("export", event="export")
def write_hits(workspace: Workspace, exchange_id: str, path: Path) -> None:
    """Write the hits as CSV that Excel opens, whole or not at all, and record it.

    Raises as `hits_of`.
    """
    hits = hits_of(workspace, exchange_id)
    exchange = opened_here(workspace, exchange_id)
    body = _format_hits_csv(hits)
    with reserve_file(path, len(body)) as write:
        # First: there is no file without its record.
        _record_hits_export(workspace, exchange, "csv", len(hits), body)
        write(body)


@use_case("export", event="export")
def hits_as_json(workspace: Workspace, exchange_id: str) -> str:
    """Return the hits as a JSON document, recorded as a file would be. Raises as `hits_of`."""
    hits = hits_of(workspace, exchange_id)
    exchange = opened_here(workspace, exchange_id)
    document = {
        "exchange": exchange.id,
        "hits": hits,
        "read": [POINTER, NO_CLEARANCE],
    }
    body = msgspec.json.format(encode_envelope(document), indent=2)
    _record_hits_export(workspace, exchange, "json", len(hits), body)
    return body.decode()


def _format_hits_csv(hits: Sequence[Hit]) -> bytes:
    rows = ([*(getattr(one.item, name) for name in COLUMNS), ", ".join(one.by)] for one in hits)
    return encode_csv([*COLUMNS, "same"], rows)


def _record_hits_export(
    workspace: Workspace, exchange: Exchange, form: str, hits: int, body: bytes
) -> None:
    what: dict[str, AuditValue] = {
        "form": form,
        "hits": hits,
        "sha256": sha256(body).hexdigest(),
        "exchange": exchange.id,
    }
    event = AuditEvent("export", workspace.now(), workspace.who, what, subject="exchange hits")
    workspace.audit.add(event)
