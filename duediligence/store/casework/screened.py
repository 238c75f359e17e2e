"""What was looked at for each supplier."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from duediligence.model import Dossier, Finding, ListEntry, Supplier
from duediligence.model.alerts import alert_id
from duediligence.store.casework.checks import CHECKS, TAKEN_BACK
from duediligence.store.database import Repository, all_rows, plain_errors
from duediligence.store.records import decode

# Newest is by the order in which runs were stored: a clock that was set back changes nothing.
_NEWEST = f"""SELECT ref, run_id, max(runs.rowid) FROM run_suppliers
             JOIN runs ON runs.id = run_id WHERE {{where}} AND (run_id, ref) NOT IN ({TAKEN_BACK})
             GROUP BY ref"""  # noqa: S608
# Greater than every rowid of a run: runs that count no more come before all that do.
_ASIDE = 1 << 40
# As the index on these rows has it.
_TO_REVIEW = "json_extract(CAST(body AS TEXT), '$.outcome') IN ('review', 'adverse')"
_SEEN = f"""f.run_id, f.position, r.started_at, f.entry_sha256, f.party, f.body,
           (f.run_id, f.supplier_ref) IN ({TAKEN_BACK})"""
_LAST = f"""SELECT {_SEEN} FROM (
                SELECT key, party, max(runs.rowid - {_ASIDE}
                    * ((run_id, supplier_ref) IN ({TAKEN_BACK}))) AS newest FROM findings
                JOIN runs ON runs.id = run_id
                WHERE {_TO_REVIEW.replace("body", "findings.body")} AND supplier_ref != ''
                GROUP BY key, party) AS last
            JOIN runs AS r ON r.rowid = (last.newest + {_ASIDE}) % {_ASIDE}
            JOIN findings AS f ON f.key = last.key AND f.party IS last.party AND f.run_id = r.id
            WHERE {_TO_REVIEW.replace("body", "f.body")}
            ORDER BY last.newest, f.position"""  # noqa: S608
_LAST_OF = _LAST.replace("AND supplier_ref != ''", "AND supplier_ref = ?")


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding in a run, its place there, when that started (UTC), and the hash of the entry (or
    empty).

    `party` is who it is about: one word, and where other names are tied to it a second one (see
    `screening.alerts.identity`); None where that was not kept. `taken_back`: the run counts no more
    for the supplier.
    """

    finding: Finding
    run_id: str
    position: int
    at: datetime
    entry_sha256: str
    party: str | None = None
    taken_back: bool = False

    @property
    def alert_id(self) -> str:
        """Return the id of the alert that it raises: without a name where the party is known."""
        one = self.finding
        who = self.party.partition(" ")[0] if self.party else one.subject_name
        return alert_id((one.supplier_ref, one.check_id, who, one.list_id, one.entry_id))

    @property
    def tie_id(self) -> str:
        """Return what alerts of one party under other names have in common; empty for nothing."""
        ref, check, _, *entry = self.finding.key
        tie = self.party.partition(" ")[2] if self.party else ""
        return alert_id((ref, check, tie, *entry)) if tie else ""

    def under(self, ref: str) -> "Seen":
        """Return the same as if it were about another supplier: for the ids that it has there."""
        return replace(self, finding=replace(self.finding, supplier_ref=ref))


class ScreenedStore(Repository):
    """Reads what runs left behind. Raises StorageError from every method."""

    def newest(self, *, checks: bool = False) -> Mapping[str, str]:
        """Return the newest run of each supplier, by its reference; with `checks` also of each name
        that was checked.
        """
        found: dict[str, str] = {}
        with plain_errors(self.path):
            execute = self._db.conn.execute
            where = "TRUE" if checks else f"run_id NOT IN ({CHECKS})"
            some = execute(f"{TAKEN_BACK} LIMIT 1").fetchone()
            counts = f"(run_id, ref) NOT IN ({TAKEN_BACK})" if some else "TRUE"
            of_all = f"SELECT count(DISTINCT ref) FROM run_suppliers WHERE {where} AND {counts}"  # noqa: S608
            (every,) = execute(of_all).fetchone()
            # Most suppliers are in the newest run: of those before only some rows are read.
            runs = f"SELECT id AS run_id FROM runs WHERE {where} ORDER BY rowid DESC"  # noqa: S608
            for (run_id,) in execute(runs).fetchall():
                refs = f"SELECT ref FROM run_suppliers WHERE run_id = ? AND {counts}"  # noqa: S608
                for (ref,) in all_rows(self._db, 1, refs, (run_id,)):
                    found.setdefault(ref, run_id)
                if len(found) == every:
                    break
        return dict(sorted(found.items()))

    def incomplete(self, newest: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the newest run of each supplier of whom something was not checked in it.

        What a run could not check of all its suppliers (a list out of date) counts for each of
        them, what it could not check of one of them for that one alone. `newest` is what `newest`
        gives, if the caller has it.
        """
        newest = self.newest() if newest is None else newest
        gaps = set[tuple[str, str]]()
        with plain_errors(self.path):
            for run_id in set(newest.values()):
                # As the index on these rows has it.
                query = (
                    "SELECT DISTINCT supplier_ref FROM findings WHERE run_id = ? "
                    "AND json_extract(CAST(body AS TEXT), '$.outcome') = 'unknown' "
                    "AND NOT (SELECT complete FROM runs WHERE id = ?1)"
                )
                gaps.update((run_id, ref) for (ref,) in all_rows(self._db, 1, query, (run_id,)))
        return {
            ref: run_id
            for ref, run_id in newest.items()
            if (run_id, ref) in gaps or (run_id, "") in gaps
        }

    def before(self, run_id: str) -> Mapping[str, str]:
        """Return the run before this one of each supplier, by its reference."""
        where = "runs.rowid < (SELECT rowid FROM runs WHERE id = ?)"
        return self._runs_of(_NEWEST.format(where=where), run_id)

    def last(self) -> list[Seen]:
        """Return every finding to review about a supplier that any run raised, as it stood last, in
        the order of the runs.
        """
        return self._seen(_LAST)

    def last_of(self, refs: Iterable[str]) -> list[Seen]:
        """Return the same of these suppliers, those of one after those of another."""
        return [one for ref in refs for one in self._seen(_LAST_OF, ref)]

    def newest_of(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return the newest run of each of these suppliers that any run covered."""
        where = "ref IN (SELECT value FROM json_each(?))"
        encoded = msgspec.json.encode(sorted(refs)).decode()
        return self._runs_of(_NEWEST.format(where=where), encoded)

    def months(self, most: int) -> list[tuple[str, int, int]]:
        """Return how many suppliers were screened, and in how many screenings, by month (UTC, as
        `2026-11`), the newest first, `most` at the most.
        """
        query = f"""SELECT substr(started_at, 1, 7), count(DISTINCT ref), count(DISTINCT id)
                    FROM run_suppliers JOIN runs ON id = run_id WHERE run_id NOT IN ({CHECKS})
                    GROUP BY 1 ORDER BY 1 DESC LIMIT ?"""  # noqa: S608
        return self._fetch_all(query, (most,))

    def newest_run(self) -> str:
        """Return the id of the run that was stored last; empty where there is none."""
        newest = "SELECT id FROM runs ORDER BY rowid DESC LIMIT 1"
        row = self._fetch_one(newest)
        return row[0] if row else ""

    def newest_of_stored(self) -> str:
        """Return the id of the newest run that covered any stored supplier; empty for none."""
        newest = (
            "SELECT id FROM runs WHERE EXISTS (SELECT 1 FROM run_suppliers "
            "JOIN suppliers USING (ref) WHERE run_id = id) ORDER BY runs.rowid DESC LIMIT 1"
        )
        row = self._fetch_one(newest)
        return row[0] if row else ""

    def runs_after(self, run_id: str) -> list[str] | None:
        """Return the ids of the runs stored after this one, oldest first; None where it is gone.

        Every run for an empty id.
        """
        find = "SELECT rowid FROM runs WHERE id = ?"
        row = self._fetch_one(find, (run_id,)) if run_id else (0,)
        if row is None:
            return None
        rows = self._fetch_all("SELECT id FROM runs WHERE rowid > ? ORDER BY rowid", row)
        return [found for (found,) in rows]

    def unknown(self, run_id: str) -> list[Finding]:
        """Return what a run could not check."""
        rows = self._fetch_all(
            "SELECT body FROM findings WHERE run_id = ? "
            "AND json_extract(CAST(body AS TEXT), '$.outcome') = 'unknown'",
            (run_id,),
        )
        return [decode(Finding, body) for (body,) in rows]

    def about(self, run_id: str, refs: Iterable[str]) -> list[Finding]:
        """Return what a run found to review, or could not check, about these suppliers, in its
        order. Of all suppliers together for an empty reference.
        """
        found: dict[int, bytes] = {}
        for ref in refs:
            # Without saying so, all findings of the run would be read for each.
            found |= self._fetch_all(
                "SELECT position, body FROM findings INDEXED BY findings_to_review "  # noqa: S608
                f"WHERE key >= ? AND key < ? AND run_id = ? AND {_TO_REVIEW}",
                (f"{ref}\x1f", f"{ref}\x20", run_id),
            )
            found |= self._fetch_all(
                "SELECT position, body FROM findings INDEXED BY findings_unknown "
                "WHERE run_id = ? AND supplier_ref = ? "
                "AND json_extract(CAST(body AS TEXT), '$.outcome') = 'unknown'",
                (run_id, ref),
            )
        return [decode(Finding, found[position]) for position in sorted(found)]

    def findings(self, run_id: str, positions: Iterable[int]) -> tuple[Finding, ...]:
        """Return the findings in these places of a run."""
        return tuple(
            decode(Finding, row[0])
            for position in positions
            for row in self._fetch_all(
                "SELECT body FROM findings WHERE run_id = ? AND position = ?",
                (run_id, position),
            )
        )

    def of_run(self, run_id: str) -> list[Seen]:
        """Return the findings to review of one run about suppliers, in its order."""
        return self._seen(
            f"""SELECT {_SEEN} FROM findings AS f JOIN runs AS r ON r.id = run_id
                WHERE run_id = ? AND supplier_ref != '' AND {_TO_REVIEW.replace("body", "f.body")}
                ORDER BY position""",  # noqa: S608
            run_id,
        )

    def of_topics(self, run_id: str, topics: Iterable[str]) -> list[Seen]:
        """Return the findings to review of one run about suppliers that are of these topics."""
        return self._seen(
            f"""SELECT {_SEEN} FROM findings AS f JOIN runs AS r ON r.id = run_id
                WHERE run_id = ? AND supplier_ref != '' AND {_TO_REVIEW.replace("body", "f.body")}
                  AND json_extract(CAST(f.body AS TEXT), '$.topic')
                      IN (SELECT value FROM json_each(?))
                ORDER BY position""",  # noqa: S608
            run_id,
            msgspec.json.encode(sorted(topics)).decode(),
        )

    def of_supplier(self, ref: str) -> list[Seen]:
        """Return the findings to review of every run about a supplier, in the order of the runs."""
        return self._seen(
            f"""SELECT {_SEEN} FROM findings AS f JOIN runs AS r ON r.id = run_id
                WHERE supplier_ref = ? AND {_TO_REVIEW.replace("body", "f.body")}
                ORDER BY r.rowid, position""",  # noqa: S608
            ref,
        )

    def found_since(self, key: Iterable[str], after: datetime) -> list[Seen]:
        """Return the findings to review of that key that runs after a moment raised, in their
        order.
        """
        return self._seen(
            f"""SELECT {_SEEN} FROM findings AS f JOIN runs AS r ON r.id = run_id
                WHERE key = ? AND r.started_at > ? AND {_TO_REVIEW.replace("body", "f.body")}
                  AND (run_id, supplier_ref) NOT IN ({TAKEN_BACK})
                ORDER BY r.rowid, position""",  # noqa: S608
            "\x1f".join(key),
            after.isoformat(),
        )

    def raised(self, run_id: str, refs: Iterable[str], check_id: str) -> list[Seen]:
        """Return the findings to review of one check that a run raised about these suppliers."""
        query = f"""SELECT {_SEEN} FROM findings AS f JOIN runs AS r ON r.id = run_id
                    WHERE key >= ? AND key < ? AND run_id = ?
                      AND {_TO_REVIEW.replace("body", "f.body")} ORDER BY position"""  # noqa: S608
        return [
            one
            for ref in refs
            for one in self._seen(
                query, f"{ref}\x1f{check_id}\x1f", f"{ref}\x1f{check_id}\x20", run_id
            )
        ]

    def contents_of(self, ref: str) -> Mapping[str, str]:
        """Return the hash of what each run compared of a supplier, by the run."""
        rows = self._fetch_all(
            "SELECT run_id, coalesce(d.sha256, s.sha256) FROM run_suppliers AS s "
            "LEFT JOIN run_dossiers AS d USING (run_id, ref) WHERE s.ref = ?",
            (ref,),
        )
        return dict(rows)

    def supplier(self, run_id: str, ref: str) -> Supplier | Dossier | None:
        """Return a supplier as a run compared it: with its dossier where a register was asked."""
        dossier, supplier = (
            self._fetch_one(
                f"SELECT body FROM {table} JOIN contents USING (sha256) "  # noqa: S608
                "WHERE run_id = ? AND ref = ?",
                (run_id, ref),
            )
            for table in ("run_dossiers", "run_suppliers")
        )
        if dossier:
            return decode(Dossier, dossier[0])
        return decode(Supplier, supplier[0]) if supplier else None

    def run_before(self, run_id: str, ref: str) -> str:
        """Return the id of the run before this one that covered the supplier, or an empty
        string.
        """
        row = self._fetch_one(
            f"""SELECT run_id FROM run_suppliers JOIN runs ON runs.id = run_id WHERE ref = ?
                AND runs.rowid < (SELECT rowid FROM runs WHERE id = ?)
                AND (run_id, ref) NOT IN ({TAKEN_BACK})
                ORDER BY runs.rowid DESC LIMIT 1""",  # noqa: S608
            (ref, run_id),
        )
        return row[0] if row else ""

    def refs(self, run_id: str) -> frozenset[str]:
        """Return the references of the suppliers that a run covered."""
        rows = self._fetch_all("SELECT ref FROM run_suppliers WHERE run_id = ?", (run_id,))
        return frozenset(ref for (ref,) in rows)

    def suppliers(self, run_id: str) -> list[Supplier]:
        """Return the suppliers of a run as they were compared, by reference."""
        rows = self._fetch_all(
            "SELECT body FROM run_suppliers JOIN contents USING (sha256) WHERE run_id = ? "
            "ORDER BY ref",
            (run_id,),
        )
        return [decode(Supplier, body) for (body,) in rows]

    def entries_of(self, run_id: str) -> Mapping[str, list[ListEntry]]:
        """Return the list entries that the findings of a run are about, by the supplier's
        reference.
        """
        rows = self._fetch_all(
            "SELECT DISTINCT supplier_ref, entry_sha256, contents.body FROM findings "
            "JOIN contents ON sha256 = entry_sha256 WHERE run_id = ?",
            (run_id,),
        )
        found: dict[str, list[ListEntry]] = {}
        for ref, _, body in rows:
            found.setdefault(ref, []).append(decode(ListEntry, body))
        return found

    def entries(self, digests: Iterable[str]) -> Mapping[str, ListEntry]:
        """Return the list entries of these hashes, as they were compared; missing: no longer
        kept.
        """
        found = {}
        for digest in set(digests) - {""}:
            row = self._fetch_one("SELECT body FROM contents WHERE sha256 = ?", (digest,))
            if row:
                found[digest] = decode(ListEntry, row[0])
        return found

    def _runs_of(self, query: str, *values: str) -> Mapping[str, str]:
        rows = self._fetch_all(query, values)
        return {ref: run_id for ref, run_id, _ in rows}

    def _seen(self, query: str, *values: str) -> list[Seen]:
        rows = self._fetch_all(query, values)
        return [
            Seen(
                decode(Finding, body),
                run_id,
                place,
                datetime.fromisoformat(at),
                entry or "",
                who,
                bool(back),
            )
            for run_id, place, at, entry, who, body, back in rows
        ]
