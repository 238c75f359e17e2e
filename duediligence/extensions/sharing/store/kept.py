"""What is kept of what is shared about people: read for them, and removed when it is due."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from duediligence.extensions.sharing.store.cases import remove_cases, without_text
from duediligence.extensions.sharing.store.exchanges import remove_hits
from duediligence.extensions.sharing.store.information_requests import remove_requests
from duediligence.extensions.sharing.store.partner_messages import remove_expired
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.retention import (
    Record,
    lessened_now,
    parse_record_body,
    read_personal_rows,
    refuse_broken_references,
)
from duediligence.store.database import Repository, plain_errors
from duediligence.store.seals import Seal

_QUERIES = {
    "message of a partner": """SELECT number || ' ' || supplier_ref, remove_on, body
        FROM partner_messages ORDER BY number, supplier_ref""",
    "case": """SELECT number, coalesce(json_extract(CAST(body AS TEXT), '$.opened_at'), ''), body
        FROM cases ORDER BY number""",
    "item of a case": """SELECT case_number || ' ' || position,
            coalesce(json_extract(CAST(body AS TEXT), '$.added_at'), ''), body
        FROM case_items ORDER BY position""",
    "action of a case": """SELECT case_number || ' ' || position,
            coalesce(json_extract(CAST(body AS TEXT), '$.added_at'), ''), body
        FROM case_actions ORDER BY position""",
    "information request": """SELECT number, asked_at, body FROM information_requests
        ORDER BY number""",
    "hit of an exchange": """SELECT exchange || ' ' || number, opened_on, body FROM exchange_hits
        ORDER BY exchange, number""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingPlan:
    """What is past its retention period: cases closed before `closed_before`, requests for
    information that ended before `requests_before`, messages of partners received before
    `messages_before`, and hits of exchanges opened before `hits_before`.

    `today` is the day by which an agreement may want requests, messages and hits removed earlier;
    `agreements_over` are those of which nothing that was received may be kept any more.
    """

    messages_before: datetime
    closed_before: date
    requests_before: date
    hits_before: date
    today: date
    agreements_over: Collection[str]


@dataclass(frozen=True, slots=True)
class SharingRemoved:
    """How many cases, requests, messages and hits went, and the runs that messages stood in."""

    cases: int
    requests: int
    messages: int
    hits: int
    runs: tuple[str, ...]


class SharedDataStore(Repository):
    """Reads and removes it across all tables of sharing, but reports, which are apart."""

    def take(self, over: SharingPlan, at: datetime) -> SharingRemoved:
        """Remove what is due, with an event in the audit chain for each rule that removed
        something. Only inside `RetentionStore.transaction`.
        """
        db = self._db
        cases, of_cases = remove_cases(db, over.closed_before)
        requests = remove_requests(db, over.requests_before, over.today, over.agreements_over)
        messages = remove_expired(db, over.today, over.messages_before)
        hits = remove_hits(db, due=over.today, opened_before=over.hits_before)
        refuse_broken_references(db)
        for rule, sealed in (("information-requests", requests), ("exchange-hits", hits)):
            self._record(rule, at, {"removed": len(sealed)}, sealed)
        what: dict[str, AuditValue] = {
            "removed": len(messages.sealed),
            "messages": messages.numbers,
            "findings": messages.findings,
            **lessened_now(db, messages.runs),
        }
        self._record("partner-messages", at, what, messages.sealed)
        self._record("cases", at, {"removed": len(cases), "cases": cases}, of_cases)
        return SharingRemoved(
            len(cases), len(requests), len(messages.sealed), len(hits), messages.runs
        )

    def _record(
        self, rule: str, at: datetime, what: Mapping[str, AuditValue], sealed: Sequence[Seal]
    ) -> None:
        if sealed:
            append(self._db, AuditEvent("retention", at, self._who, what, rule), sealed)

    def remove_texts(self, refs: Collection[str]) -> list[Seal]:
        """Remove the free text of cases that hold one of these suppliers: the new seals."""
        return without_text(self._db, refs)

    def read_all(self, home: Path, may_hold: Callable[[bytes], bool]) -> Iterator[Record]:
        """Yield each record, then each list that a partner was asked about and that is not
        answered yet. Those whose bytes `may_hold` says no to are not read.
        """
        yield from read_personal_rows(self._db, _QUERIES, may_hold)
        asked = home / "exchanges"
        with plain_errors(asked):
            for path in sorted(asked.glob("*.pending")):
                # The seed beside them is a secret.
                items = _parse_asked_items(path.read_bytes())
                yield "list asked of a partner", path.stem, "", items


def _parse_asked_items(body: bytes) -> Any:
    document = parse_record_body(body)
    return document.get("items") if isinstance(document, dict) else None
