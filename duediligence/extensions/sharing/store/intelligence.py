"""Reports of partners and the community, and the suppliers that they may concern.

Nothing of a report may be found in the file once it is deleted. So every write here overwrites
what it frees, and weeding writes the whole table again: a page that was only rearranged may keep an
old copy of a row in its free space. Each row has a random salt, and each match a random key, so
that the seals that stay in the chain say nothing of what they sealed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from secrets import token_bytes, token_hex

import msgspec
from sqlite_utils import Database

from duediligence.extensions.sharing.model.intelligence import IntelligenceMatch, IntelligenceReport
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.database import Repository, path_of, plain_errors, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Row, Seal, gone

_SALT = 32
# Stands for a party of which a report had the reference of a supplier alone.
REMOVED = "A supplier that was removed"
_MATCHES = "SELECT number, supplier_ref, score, role FROM intelligence_matches"


class IntelligenceStore(Repository):
    """The repository of reports and their matches. Raises StorageError from every method."""

    def keep(
        self, report: IntelligenceReport, act: str, at: datetime, **more: AuditValue
    ) -> IntelligenceReport:
        """Keep a report as it is now; returns it with its number, a new one where it has none.

        The event has the number, codes, counts and dates, never a text or a name. `more` are such
        values of the act itself.
        """
        with _overwrite_freed_pages(self._db) as db:
            if report.number:
                row = _update_report_row(db, report)
            else:
                days = (at.isoformat(), report.deleted_from.isoformat())
                new = (token_bytes(_SALT), *days, encode(report))
                row = db.conn.execute(
                    "INSERT INTO intelligence (salt, added_at, deleted_from, body) "
                    "VALUES (?, ?, ?, ?) RETURNING *",
                    new,
                ).fetchone()
            kept = replace(report, number=row[0])
            what = {"act": act, **_summarise_report(kept), **more}
            event = AuditEvent("intelligence", at, self._who, what, subject=str(kept.number))
            append(db, event, [seal("intelligence", row)])
        return kept

    def get(self, number: int) -> IntelligenceReport | None:
        """Return the report of that number, or None."""
        rows = self._fetch_all("SELECT body FROM intelligence WHERE number = ?", (number,))
        return _decode_report(number, rows[0][0]) if rows else None

    def all(self) -> list[IntelligenceReport]:
        """Return every report that is kept, in the order of numbers."""
        rows = self._fetch_all("SELECT number, body FROM intelligence ORDER BY number")
        return [_decode_report(number, body) for number, body in rows]

    def active(self, today: date) -> list[IntelligenceReport]:
        """Return the reports that are matched: those that are not ended and not due to be
        deleted.
        """
        return [one for one in self.all() if one.deleted_from > today]

    def matches(self, numbers: Collection[int] | None = None) -> list[IntelligenceMatch]:
        """Return which suppliers the reports of these numbers (None: all) may concern, the best
        first.
        """
        found = [IntelligenceMatch(*row) for row in self._fetch_all(_MATCHES)]
        kept = [one for one in found if numbers is None or one.number in numbers]
        return sorted(kept, key=lambda one: (one.number, -one.score, one.supplier_ref))

    def concerning(self, refs: Collection[str]) -> set[int]:
        """Return the numbers of the reports that may concern any of these suppliers."""
        query = (
            "SELECT DISTINCT number FROM intelligence_matches "
            "WHERE supplier_ref IN (SELECT value FROM json_each(?))"
        )
        encoded = msgspec.json.encode(sorted(refs)).decode()
        return {number for (number,) in self._fetch_all(query, (encoded,))}

    def rematch(
        self,
        found: Iterable[IntelligenceMatch],
        at: datetime,
        *,
        numbers: Collection[int] | None = None,
        refs: Collection[str] | None = None,
        run_id: str = "",
    ) -> None:
        """Put `found` in the place of the matches of these reports with these suppliers.

        None is all of them. What is as it was stays; where anything changes there is one event,
        with counts alone, and the run if one found it.
        """
        wanted = {(one.number, one.supplier_ref): one for one in found}
        with _overwrite_freed_pages(self._db) as db:
            sealed: list[Seal] = []
            query = f"SELECT key, {_MATCHES.removeprefix('SELECT ')}"
            for key, *values in db.conn.execute(query).fetchall():
                known = IntelligenceMatch(*values)
                if numbers is not None and known.number not in numbers:
                    continue
                if refs is not None and known.supplier_ref not in refs:
                    continue
                if wanted.get((known.number, known.supplier_ref)) == known:
                    del wanted[known.number, known.supplier_ref]
                else:
                    db.conn.execute("DELETE FROM intelligence_matches WHERE key = ?", (key,))
                    sealed.append(gone("intelligence_matches", key))
            removed = len(sealed)
            sealed += [_insert_intelligence_match(db, one) for one in wanted.values()]
            if sealed:
                what: dict[str, AuditValue] = {
                    "act": "matched",
                    "new": len(wanted),
                    "no longer": removed,
                }
                if run_id:
                    what["run"] = run_id
                append(db, AuditEvent("intelligence", at, self._who, what), sealed)

    def forget(self, refs: Collection[str], at: datetime) -> None:
        """Take the references of removed suppliers out of what reports say of their parties.

        The event names no report: whoever removes a supplier must not learn which are about it.
        """
        with _overwrite_freed_pages(self._db) as db:
            sealed = []
            for report in self.all():
                parties = tuple(
                    replace(one, ref="", name=one.name or REMOVED) if one.ref in refs else one
                    for one in report.parties
                )
                if parties != report.parties:
                    row = _update_report_row(db, replace(report, parties=parties))
                    sealed.append(seal("intelligence", row))
            if sealed:
                what = {"act": "supplier removed"}
                append(db, AuditEvent("intelligence", at, self._who, what), sealed)

    def record(self, act: str, at: datetime, number: int | None, **what: AuditValue) -> None:
        """Record that somebody saw reports: which by number, and which text of them."""
        subject = "" if number is None else str(number)
        with writing(self._db) as db:
            append(db, AuditEvent("intelligence", at, self._who, {"act": act, **what}, subject))

    def weed(self, today: date, received_before: date, rule: str, at: datetime) -> tuple[int, ...]:
        """Delete the reports whose day has come, and those received before that day.

        Returns their numbers. Only inside `RetentionStore.transaction`, which overwrites what is
        freed and empties the write-ahead log. Leaves one event under `rule`, with the numbers.
        """
        db = self._db
        kept: list[Row] = []
        due: list[Row] = []
        for row in db.conn.execute("SELECT * FROM intelligence ORDER BY number").fetchall():
            report = _decode_report(row[0], row[4])
            over = report.deleted_from <= today or report.provenance.received_on < received_before
            (due if over else kept).append(row)
        if not due:
            return ()
        # All of it: free space in a page that stays could keep an old copy of a row.
        db.conn.execute("DELETE FROM intelligence")
        db.conn.executemany("INSERT INTO intelligence VALUES (?, ?, ?, ?, ?)", kept)
        numbers = [row[0] for row in due]
        sealed = [gone("intelligence", number) for number in numbers]
        sealed += _drop_matches(db, numbers)
        what: Mapping[str, AuditValue] = {
            "removed": len(due),
            "numbers": tuple(map(str, numbers)),
        }
        append(db, AuditEvent("retention", at, self._who, what, rule), sealed)
        return tuple(numbers)

    def log_is_empty(self) -> bool:
        """Return whether nothing is left in the write-ahead log: another reader may hold it
        open.
        """
        with plain_errors(self.path):
            self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            log = self.path.with_name(f"{self.path.name}-wal")
            return not log.exists() or log.stat().st_size == 0


def find_reports_about(casework: Casework, refs: Collection[str]) -> set[int]:
    """Return the numbers of the reports that may concern any of these suppliers.

    Only to be counted, or for accounts with the role. Raises StorageError.
    """
    return casework.repository(IntelligenceStore).concerning(refs)


@contextmanager
def _overwrite_freed_pages(db: Database) -> Iterator[Database]:
    """Provide a transaction in which what is freed is overwritten with zeros."""
    with plain_errors(path_of(db)):
        (before,) = db.conn.execute("PRAGMA secure_delete").fetchone()
        db.conn.execute("PRAGMA secure_delete = ON").fetchone()
        try:
            with writing(db):
                yield db
        finally:
            db.conn.execute(f"PRAGMA secure_delete = {before}").fetchone()


def _update_report_row(db: Database, report: IntelligenceReport) -> Row:
    """Return the row of a report as it is now, under a new salt."""
    values = (
        token_bytes(_SALT),
        report.deleted_from.isoformat(),
        encode(report),
        report.number,
    )
    row: Row = db.conn.execute(
        "UPDATE intelligence SET salt = ?, deleted_from = ?, body = ? WHERE number = ? RETURNING *",
        values,
    ).fetchone()
    return row


def _insert_intelligence_match(db: Database, match: IntelligenceMatch) -> Seal:
    row = (
        token_hex(16),
        token_bytes(_SALT),
        match.number,
        match.supplier_ref,
        match.score,
        match.role,
    )
    db.conn.execute("INSERT INTO intelligence_matches VALUES (?, ?, ?, ?, ?, ?)", row)
    return seal("intelligence_matches", row)


def _drop_matches(db: Database, numbers: Iterable[int]) -> list[Seal]:
    return [
        gone("intelligence_matches", key)
        for number in numbers
        for (key,) in db.conn.execute(
            "DELETE FROM intelligence_matches WHERE number = ? RETURNING key", (number,)
        ).fetchall()
    ]


def _decode_report(number: int, body: bytes) -> IntelligenceReport:
    return replace(decode(IntelligenceReport, body), number=number)


def _summarise_report(report: IntelligenceReport) -> dict[str, AuditValue]:
    """Return what the chain keeps of a report for good: codes, counts and dates."""
    provenance = report.provenance
    return {
        "grade": report.grade.code,
        "source": provenance.source,
        "from": provenance.received_from,
        "received": provenance.received_on.isoformat(),
        "agreement": provenance.agreement,
        "crimes": len(report.crime_types),
        "parties": len(report.parties),
        "review": report.review_on.isoformat(),
        "weed": report.weed_on.isoformat(),
    }
