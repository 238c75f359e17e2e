"""The hits of an exchange: at the asking party alone, for as long as the agreement says."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.errors import Conflict, NotFound
from duediligence.model.agreements import Agreement
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.exchanges import Exchange, Hit
from duediligence.render.envelope import enveloped
from duediligence.render.exchange_words import NO_CLEARANCE, POINTER
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.sharing.exchanges.lists import COLUMNS
from duediligence.writing import escaped, reserving


@dataclass(frozen=True, slots=True)
class OpenedExchange:
    """An exchange that was opened, under which agreement, and its hits."""

    exchange: Exchange
    agreement: Agreement
    hits: tuple[Hit, ...]


@use_case("exchange")
def hits_of(workspace: Workspace, exchange_id: str) -> tuple[Hit, ...]:
    """The hits of an exchange that was opened here, in the order of the list that was asked.

    Empty where there were none, or their retention period has ended. Raises NotFound for an
    exchange that this home does not know; Conflict for one that it answered, or that is not opened;
    StorageError.
    """
    exchange = workspace.casework.exchanges.get(exchange_id)
    if exchange is None:
        raise NotFound(f"Unknown exchange {exchange_id!r}", hint="Look at the list of exchanges.")
    if exchange.side == "answering":
        raise Conflict(
            f"Exchange {exchange_id} was answered here: its hits are known to the partner alone"
        )
    if exchange.state != "opened":
        raise Conflict(f"Exchange {exchange_id} is not opened: it is {exchange.state}")
    return workspace.casework.exchanges.hits(exchange_id)


@use_case("export", event="export")
def write_hits(workspace: Workspace, exchange_id: str, path: Path) -> None:
    """Write the hits as CSV that Excel opens, whole or not at all, and record it.

    Raises as `hits_of`.
    """
    body = _csv(hits_of(workspace, exchange_id))
    with reserving(path, len(body)) as write:
        # First: there is no file without its record.
        _record(workspace, exchange_id, "csv", body)
        write(body)


@use_case("export", event="export")
def hits_as_json(workspace: Workspace, exchange_id: str) -> str:
    """The hits as a JSON document, recorded as a file would be. Raises as `hits_of`."""
    found = hits_of(workspace, exchange_id)
    document = {
        "exchange": exchange_id,
        "hits": found,
        "read": [POINTER, NO_CLEARANCE],
    }
    body = msgspec.json.format(enveloped(document), indent=2)
    _record(workspace, exchange_id, "json", body)
    return body.decode()


def _csv(hits: Sequence[Hit]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, "same"])
    for one in hits:
        cells = [getattr(one.item, name) for name in COLUMNS]
        writer.writerow([*map(escaped, cells), ", ".join(one.by)])
    return text.getvalue().encode("utf-8-sig")


def _record(workspace: Workspace, exchange_id: str, form: str, body: bytes) -> None:
    what: dict[str, AuditValue] = {
        "form": form,
        "hits": len(workspace.casework.exchanges.hits(exchange_id)),
        "sha256": sha256(body).hexdigest(),
        "exchange": exchange_id,
    }
    event = AuditEvent("export", workspace.now(), workspace.who, what, subject="exchange hits")
    workspace.audit.add(event)
