"""What is kept about whom, since when, and its removal."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from sqlite_utils import Database

from duediligence.errors import StorageError
from duediligence.model import Declaration, Dossier, ListEntry, PartialDate, Supplier
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.supplier_information import (
    HINDERS_DENIAL,
    PARTY_REMOVED,
    StatedExclusion,
    StatedValue,
    SupplierInformation,
)
from duediligence.store import lists
from duediligence.store.casework import schema as casework
from duediligence.store.casework.audit import append
from duediligence.store.casework.runs import seal_of
from duediligence.store.casework.seals import seal
from duediligence.store.casework.supplier_changes import (
    remove_changes,
    replace_suppliers_in_changes,
)
from duediligence.store.casework.suppliers import holders, row_of, store_supplier, ties
from duediligence.store.copies import RecordedRemoval, note_removal
from duediligence.store.database import (
    Repository,
    RolledBack,
    connect,
    empty_log,
    path_of,
    plain_errors,
    writing,
)
from duediligence.store.records import decode, encode, identity
from duediligence.store.seals import Seal, gone

# Where, its key, when it was made, the document. Texts that are no JSON stand as they are.
Record = tuple[str, str, str, Any]
_CASEWORK = {
    "supplier": "SELECT ref, imported_at, body FROM suppliers ORDER BY ref",
    "supplier as screened": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_suppliers JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref""",
    "dossier as screened": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_dossiers JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref""",
    "finding": """SELECT run_id || ' ' || position, started_at, findings.body
        FROM findings JOIN runs ON id = run_id ORDER BY runs.rowid, position""",
    "list entry as compared": """SELECT run_id, started_at, contents.body FROM (
            SELECT run_id, entry_sha256 AS sha256 FROM findings
            UNION SELECT run_id, sha256 FROM run_entries)
        JOIN contents USING (sha256) JOIN runs ON id = run_id ORDER BY runs.rowid, sha256""",
    "premises as compared": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_premises JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref, sha256""",
    "match that was set aside": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_set_aside JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref, sha256""",
    "declaration as screened": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_declarations JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref""",
    "decision": "SELECT position, made_at, body FROM decisions ORDER BY position",
    "party as decided": """SELECT position, made_at, contents.body FROM decisions
        JOIN contents ON sha256 = json_extract(CAST(decisions.body AS TEXT), '$.party_sha256')
        ORDER BY position""",
    "declaration": "SELECT supplier_ref, imported_at, body FROM declarations ORDER BY position",
    "form of a supplier": """SELECT supplier_ref, read_at, body FROM supplier_information
        ORDER BY position""",
    "change of a supplier": """SELECT position, made_at, body FROM supplier_changes
        ORDER BY position""",
    "supplier before an import": """SELECT position || ' ' || ref, imported_at, body
        FROM supplier_imports ORDER BY position, ref""",
    "file before an import": """SELECT position || ' ' || ref, imported_at, imported
        FROM supplier_imports WHERE imported IS NOT NULL ORDER BY position, ref""",
    "supplier as last imported": """SELECT ref, imported_at, imported FROM suppliers
        WHERE imported IS NOT NULL ORDER BY ref""",
    "link": """SELECT supplier_ref, made_at, json_object('by', made_by, 'note', note) FROM links
        ORDER BY position""",
    "letter": """SELECT position, made_at, json_object(
            'by', made_by, 'confirmed with', confirmed_with, 'text', json(text))
        FROM letters ORDER BY position""",
    "comment": """SELECT position, made_at, json_object('by', made_by, 'text', text)
        FROM comments ORDER BY position""",
    "digest": "SELECT number, made_at, json_object('text', text) FROM digests ORDER BY number",
}
# The version before the newest is kept as well, until the next refresh.
_LISTS = {
    "list entry": """SELECT list_id || '/' || entry_id, loaded_at, entries.body FROM entries
        JOIN list_versions USING (list_id, version) ORDER BY list_id, entry_id, loaded_at"""
}


class PersonalDataStore:
    """Reads all that the core keeps. Raises StorageError from every method."""

    def __init__(self, home: Path) -> None:
        self._answers = home / "companies-house"
        self._casework = connect(home / "casework.db", casework.migrations, keep_copy=True)
        self._lists = connect(home / "lists.db", lists.migrations)

    def everything(self, may_hold: Callable[[bytes], bool]) -> Iterator[Record]:
        """Yield each record of casework, each list entry, then each answer of Companies House.

        Those whose bytes `may_hold` says no to are not read.
        """
        yield from read_personal_rows(self._casework, _CASEWORK, may_hold)
        yield from read_personal_rows(self._lists, _LISTS, may_hold)
        with plain_errors(self._answers):
            for path in sorted(self._answers.glob("*/*.json")):
                # The answer stands in it as a text of its own, where letters may be escaped twice.
                yield (
                    "answer of Companies House",
                    path.name,
                    "",
                    _parse_stored_answer(path.read_bytes()),
                )

    def close(self) -> None:
        self._casework.close()
        self._lists.close()


def read_personal_rows(
    database: Database, queries: Mapping[str, str], may_hold: Callable[[bytes], bool]
) -> Iterator[Record]:
    """Yield each record of the queries, by what it is: its key, when it was made and the document.

    Those whose bytes `may_hold` says no to are not read.
    """
    with plain_errors(path_of(database)):
        for where, query in queries.items():
            for reference, at, body in database.conn.execute(query):
                document = body.encode() if isinstance(body, str) else body
                if may_hold(document):
                    yield where, str(reference), at, parse_record_body(document)


def _parse_stored_answer(body: bytes) -> Any:
    """Return the answer with its body, which is JSON in itself, read."""
    document = parse_record_body(body)
    if isinstance(document, dict) and isinstance(document.get("body"), str):
        inner = parse_record_body(document["body"].encode())
        return {"address": document.get("address", ""), "body": inner}
    return document


def parse_record_body(body: bytes) -> Any:
    """Return what the record says; what does not read as JSON is text."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")


def list_referring_columns(db: Database, parent: str) -> list[tuple[str, str]]:
    """Return every table and its column that refers to this one, whatever tables there come to
    be.
    """
    tables = db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        (name, row[3])
        for (name,) in tables
        for row in db.conn.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,))
        if row[2] == parent
    ]


def delete_rows(db: Database, table: str, column: str, values: Iterable[str]) -> int:
    """Remove the rows that have one of the values in the column; returns how many."""
    before = db.conn.total_changes
    db.conn.executemany(
        f"DELETE FROM {table} WHERE {column} = ?",  # noqa: S608
        ((value,) for value in values),
    )
    return db.conn.total_changes - before


def remove_findings(
    db: Database, findings: Mapping[tuple[str, ...], str], before: datetime
) -> tuple[int, list[str]]:
    """Remove the findings of these keys from runs that began before, save the run that keeps each.

    Returns how many, and the runs that they stood in.
    """
    removed, lessened = 0, set()
    for key, kept in findings.items():
        rows = db.conn.execute(
            """SELECT run_id, position, supplier_ref, entry_sha256 FROM findings
               JOIN runs ON runs.id = run_id WHERE key = ? AND run_id != ? AND started_at < ?""",
            ("\x1f".join(key), kept, before.isoformat()),
        ).fetchall()
        for run_id, position, ref, entry in rows:
            db.conn.execute(
                "DELETE FROM findings WHERE run_id = ? AND position = ?", (run_id, position)
            )
            db.conn.execute(
                """DELETE FROM run_entries WHERE run_id = ? AND ref = ? AND sha256 = ?
                   AND sha256 NOT IN (SELECT entry_sha256 FROM findings WHERE run_id = ?
                     AND supplier_ref = ? AND entry_sha256 IS NOT NULL)""",
                (run_id, ref, entry, run_id, ref),
            )
            # What the answers stood beside is no longer whole.
            db.conn.execute(
                "DELETE FROM run_declarations WHERE run_id = ? AND ref = ?", (run_id, ref)
            )
        removed += len(rows)
        lessened |= {run_id for run_id, *_ in rows}
    return removed, sorted(lessened)


@contextmanager
def lift_guards(db: Database, *guards: str) -> Iterator[None]:
    """Do inside what triggers forbid: they are away for this transaction only.

    Raises StorageError where one was removed by hand.
    """
    made = []
    for guard in guards:
        row = db.conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (guard,)).fetchone()
        if row is None:
            raise StorageError(
                f"{path_of(db)}: the guard {guard} was removed by hand",
                hint="Keep the file as it is, verify the audit chain, and compare with a backup.",
            )
        made.append(row[0])
        db.conn.execute(f"DROP TRIGGER {guard}")
    yield
    for schema in made:
        db.conn.execute(schema)


def delete_old_rows(db: Database, table: str, column: str, before: str) -> list[int]:
    """Remove old rows, which nothing else may.

    Returns their positions. Declarations go by the day of the declaration, so that an older answer
    never comes to count again.
    """
    with lift_guards(db, f"{table}_kept_DELETE"):
        removed = db.conn.execute(
            f"DELETE FROM {table} WHERE {column} < ? RETURNING position",  # noqa: S608
            (before,),
        ).fetchall()
    return [position for (position,) in removed]


def list_unused_contents(
    db: Database, of_contents: list[tuple[str, str]], kept: Collection[str]
) -> set[str]:
    """Return the hashes of contents that nothing refers to, save those to be kept all the same."""
    every = {digest for (digest,) in db.conn.execute("SELECT sha256 FROM contents")}
    for table, column in of_contents:
        every -= {d for (d,) in db.conn.execute(f"SELECT {column} FROM {table}")}  # noqa: S608
    return every - set(kept)


# Where unread values of a form may be about persons, in its answers and as it is printed.
_OF_PERSONS = (
    "Exclusions", "associatedPersons", "additionalEntities", "People connected to organisation",
    "Connected organisation information", "Individual trust information",
)  # fmt: skip


def remove_tender_details(db: Database, before: datetime, today: date) -> list[list[Seal]]:
    """Remove what is kept for a tender alone, of suppliers no contract of which began since.

    From forms read before that moment the birth dates of persons, values not read that may be of
    persons, and of exclusions that are about a connected party who that is and what was said, with
    the papers named; from answers imported
    before it the words about connected and associated persons; the attached files. From a supplier
    without a contract, or from which nothing is bought any more, and from the changes made to it,
    the birth dates that came from its form alone.
    Returns for each form, answer, file, supplier and change the seals that changed rows have now.
    """
    since = (before.isoformat(), json.dumps(_list_awarded_since(db, before)))
    late = "< ? AND supplier_ref NOT IN (SELECT value FROM json_each(?))"
    changed = []
    updated = ("declarations", "supplier_information", "supplier_changes")
    guarded = (f"{table}_kept_UPDATE" for table in updated)
    with lift_guards(db, "attachments_kept_DELETE", *guarded):
        files = f"DELETE FROM attachments WHERE kept_at {late} RETURNING position"  # noqa: S608
        for (position,) in db.conn.execute(files, since).fetchall():
            changed.append([gone("attachments", position)])
        old = f"SELECT position, body FROM declarations WHERE imported_at {late}"  # noqa: S608
        for position, body in db.conn.execute(old, since).fetchall():
            answer = decode(Declaration, body)
            if answer.details and answer.applies_to in ("connected person", "associated person"):
                # It keeps its hash, so that the same file is known again.
                row = db.conn.execute(
                    "UPDATE declarations SET body = ? WHERE position = ? RETURNING *",
                    (encode(replace(answer, details="")), position),
                ).fetchone()
                changed.append([seal("declarations", row)])
        old = "SELECT position, supplier_ref, body FROM supplier_information WHERE read_at "
        held_by = holders(ties(db))
        stated: dict[str, set[tuple[str, PartialDate | None]]] = defaultdict(set)
        for position, ref, body in db.conn.execute(old + late, since).fetchall():
            form = decode(SupplierInformation, body)
            stated[held_by.get(ref, ref)] |= {
                (one.name.casefold(), one.birth_date) for one in form.parties
            }
            now = replace(
                form,
                parties=tuple(replace(one, birth_date=None) for one in form.parties),
                exclusions=tuple(map(_remove_party_of, form.exclusions)),
                # Why nothing was denied stays: what was not known is never clear.
                kept=tuple(
                    replace(one, text="") if _is_perhaps_of_person(one) else one
                    for one in form.kept
                    if one.reason in HINDERS_DENIAL or not _is_perhaps_of_person(one)
                ),
            )
            if now != form:
                row = db.conn.execute(
                    "UPDATE supplier_information SET sha256 = ?, body = ? WHERE position = ? "
                    "RETURNING *",
                    (identity(now), encode(now), position),
                ).fetchone()
                changed.append([seal("supplier_information", row)])
        # A supplier with a form whose time is not over keeps its birth dates.
        new = "SELECT supplier_ref FROM supplier_information WHERE read_at >= ?"
        for (ref,) in db.conn.execute(new, since[:1]).fetchall():
            stated.pop(held_by.get(ref, ref), None)
        for ref, named in stated.items():
            refs = {ref} | {one for one, holder in held_by.items() if holder == ref}
            changed += [[one] for one in _remove_birth_dates_of(db, ref, refs, named, today)]
    return changed


def _list_awarded_since(db: Database, before: datetime) -> list[str]:
    """Return the suppliers, and those merged into them, that have a contract which began since."""
    rows = db.conn.execute(
        "SELECT ref FROM suppliers, json_each(CAST(suppliers.body AS TEXT), '$.contracts') "
        "WHERE json_extract(value, '$.start') >= ?",
        (before.date().isoformat(),),
    )
    refs = {ref for (ref,) in rows}
    return sorted(refs | {ref for ref, holder in holders(ties(db)).items() if holder in refs})


def _remove_party_of(one: StatedExclusion) -> StatedExclusion:
    if not one.party_id:
        return one
    return replace(one, party_id=PARTY_REMOVED, details="", managed="", decision_url="")


def _is_perhaps_of_person(one: StatedValue) -> bool:
    """Return whether a value that was not read may be a person's: it is in an object of a person,
    in a member of the whole form that is not known, or with an exclusion, whose papers do not say
    whose they are.
    """
    first = re.split(r"[\[.:/]", one.path)[0]
    return first in _OF_PERSONS or first == one.path


def _remove_birth_dates_of(
    db: Database,
    ref: str,
    refs: Collection[str],
    stated: Set[tuple[str, PartialDate | None]],
    today: date,
) -> Iterator[Seal]:
    """Remove the birth dates that forms `stated`, None where a form has lost its own by now, from
    a supplier and from the changes of it and of `refs`, those merged into it.
    """
    row = row_of(db, ref)
    if row is not None:
        ended = row.supplier.ended is not None and row.supplier.ended <= today
        if not ended and any(not one.over(today) for one in row.supplier.engagements):
            return
    in_file = {
        (one.name, one.birth_date) for one in (row.imported.people if row and row.file else ())
    }

    def remove(suppliers: Iterable[Supplier]) -> tuple[Supplier, ...]:
        return tuple(
            replace(
                each,
                people=tuple(
                    replace(one, birth_date=None)
                    if (one.name, one.birth_date) not in in_file
                    and not stated.isdisjoint(
                        (one.name.casefold(), born) for born in (one.birth_date, None)
                    )
                    else one
                    for one in each.people
                ),
            )
            for each in suppliers
        )

    if row is not None:
        supplier, imported = remove((row.supplier, row.imported))
        if supplier != row.supplier:
            yield store_supplier(db, supplier, imported=imported, file=row.file, at=row.at)
    yield from replace_suppliers_in_changes(db, refs, remove)


def _remove_former_people(db: Database, before: date) -> list[list[Seal]]:
    """Remove people whose connection ended before that day; returns the seals of the suppliers."""
    query = """SELECT DISTINCT ref
        FROM suppliers, json_each(CAST(suppliers.body AS TEXT), '$.people')
        WHERE json_extract(value, '$.ended') < ?"""
    changed = []
    for (ref,) in db.conn.execute(query, (before.isoformat(),)).fetchall():
        row = row_of(db, ref)
        assert row is not None
        people = (one for one in row.supplier.people if not one.ended or one.ended >= before)
        now = replace(row.supplier, people=tuple(people))
        changed.append([store_supplier(db, now, imported=row.imported, file=row.file, at=row.at)])
    return changed


# What stands in the place of a digest's text; a message is never empty.
NO_TEXT = "The text was removed because its retention period ended."


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPlan:
    """What is past its retention period.

    `runs` are ids by rule. `findings` are keys (see `Finding.key`) and for each the one run that
    keeps it, empty for none; `findings_before` is when the other runs began at the latest.
    `protected` are hashes of contents that decisions need. Digests from before `digests_before`
    lose their text, answers and forms of before `declared_before` go, letters made before
    `letters_before`, and changes of suppliers from before `changed_before`; what was
    kept before `tendered_before` for a tender alone goes. `today` decides which records of
    insolvent individuals may be kept no longer.
    """

    runs: Mapping[str, Collection[str]]
    findings: Mapping[tuple[str, ...], str]
    findings_before: datetime
    protected: Collection[str]
    digests_before: datetime
    declared_before: date
    tendered_before: datetime
    ended_before: date
    letters_before: datetime
    changed_before: datetime
    today: date


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """What went: runs by rule, findings and the runs that they stood in, contents, digests,
    declared answers and forms, what was kept for tenders, letters and changes of
    suppliers.

    `sources` are addresses and hashes of the answers of registers that runs still there refer to.
    """

    runs: Mapping[str, Sequence[str]]
    findings: int
    lessened: Sequence[str]
    contents: int
    digests: int
    declarations: int
    tenders: int
    letters: int
    changes: int
    insolvencies: int
    sources: frozenset[tuple[str, str]]


class RetentionStore(Repository):
    """What only retention may do. Raises StorageError from every method."""

    @contextmanager
    def transaction(self, *, dry_run: bool) -> Iterator[None]:
        """Work out and remove what is expired, all or nothing; `take` is called inside.

        A dry run does the same and keeps nothing of it, so that its counts are exact. Must not
        stand inside another transaction.
        """
        conn = self._db.conn
        with plain_errors(self.path):
            (secure,) = conn.execute("PRAGMA secure_delete").fetchone()
            # Checked as a whole at the end instead: for each row by itself it takes too long.
            conn.execute("PRAGMA foreign_keys = OFF")
            # What is removed must not be read from the file's free pages.
            conn.execute("PRAGMA secure_delete = ON").fetchone()
            try:
                with suppress(RolledBack), writing(self._db):
                    newest = "SELECT coalesce(max(position), 0) FROM audit"
                    (before,) = conn.execute(newest).fetchone()
                    yield
                    if dry_run:
                        raise RolledBack
                    self._note_removals(before)
            finally:
                conn.execute("PRAGMA foreign_keys = ON")
                conn.execute(f"PRAGMA secure_delete = {secure}").fetchone()

    def _note_removals(self, after: int) -> None:
        """Keep outside the database what is removed, before that counts."""
        rows = self._db.conn.execute(
            "SELECT at, subject, what FROM audit WHERE kind = 'retention' AND position > ?",
            (after,),
        )
        for at, rule, what in rows:
            removal = RecordedRemoval(datetime.fromisoformat(at), rule, json.loads(what))
            note_removal(self.path.parent, removal)

    def empty_log(self) -> bool:
        """Leave nothing that was removed in the log; False while another program reads it."""
        return empty_log(self._db, self.path)

    def take(self, over: RetentionPlan, at: datetime) -> RetentionResult:
        """Remove it, with an event in the audit chain for each rule that removed something.

        Only inside `transaction`.
        """
        db = self._db
        of_runs, of_contents = (
            list_referring_columns(db, "runs"),
            list_referring_columns(db, "contents"),
        )
        for runs in over.runs.values():
            for table, column in (*of_runs, ("runs", "id")):
                delete_rows(db, table, column, runs)
        findings, lessened = remove_findings(db, over.findings, over.findings_before)
        expired = find_expired_contents(db, over.today)
        insolvencies, of_insolvent = remove_expired_contents(db, expired)
        no_use = list_unused_contents(db, of_contents, set(over.protected) - expired)
        contents = delete_rows(db, "contents", "sha256", no_use)
        digests = db.conn.execute(
            """UPDATE digests SET text = ?1 WHERE text NOT IN ('', ?1) AND made_at < ?2
               AND message_key NOT IN (
                 SELECT message_key FROM deliveries WHERE state = 'queued') RETURNING *""",
            (NO_TEXT, over.digests_before.isoformat()),
        ).fetchall()
        declared_before = over.declared_before.isoformat()
        declarations = delete_old_rows(db, "declarations", "declared_on", declared_before)
        forms = delete_old_rows(db, "supplier_information", "stated_on", declared_before)
        tenders = remove_tender_details(db, over.tendered_before, over.today)
        tenders += _remove_former_people(db, over.ended_before)
        letters = delete_old_rows(db, "letters", "made_at", over.letters_before.isoformat())
        changes = remove_changes(db, before=over.changed_before)
        refuse_broken_references(db)
        by_rule = {rule: sorted(runs) for rule, runs in over.runs.items() if runs}
        taken = RetentionResult(
            by_rule,
            findings,
            lessened,
            contents,
            len(digests),
            len(declarations) + len(forms),
            len(tenders),
            len(letters),
            len(changes),
            insolvencies,
            sources_of(db),
        )
        decided = tuple(sorted(no_use & decided_about(db)))
        for event in self._events(db, taken, decided, at):
            append(db, event)
        if insolvencies:
            what: dict[str, AuditValue] = {
                "removed": insolvencies,
                **lessened_now(db, of_insolvent),
            }
            append(db, self._event("personal-insolvency", at, what))
        for rule, sealed in (
            ("digests", [seal("digests", row) for row in digests]),
            (
                "declarations",
                [
                    *(gone("declarations", position) for position in declarations),
                    *(gone("supplier_information", position) for position in forms),
                ],
            ),
            ("letters", [gone("letters", position) for position in letters]),
            ("supplier-changes", changes),
        ):
            if sealed:
                append(db, self._event(rule, at, {"removed": len(sealed)}), sealed)
        if tenders:
            append(db, self._event("tender", at, {"removed": len(tenders)}), chain(*tenders))
        return taken

    def _events(
        self, db: Database, taken: RetentionResult, decided: tuple[str, ...], at: datetime
    ) -> Iterator[AuditEvent]:
        """Yield the events of a removal. `decided` are the removed contents that decisions were
        about, for these name them.
        """
        of_decisions: dict[str, AuditValue] = {"contents": decided}
        for rule, runs in taken.runs.items():
            what: dict[str, AuditValue] = {"removed": len(runs), "runs": tuple(runs)}
            yield self._event(rule, at, what | of_decisions)
            of_decisions["contents"] = ()
        if taken.findings:
            what = {"removed": taken.findings, **lessened_now(db, taken.lessened)}
            yield self._event("cleared", at, what | of_decisions)
        if taken.contents and not (taken.runs or taken.findings):
            yield self._event("cleared", at, {"removed": taken.contents} | of_decisions)

    def _event(self, rule: str, at: datetime, what: Mapping[str, AuditValue]) -> AuditEvent:
        return AuditEvent("retention", at, self._who, what, rule)


def find_expired_contents(db: Database, today: date) -> set[str]:
    """Return the hashes of contents that hold a record of an individual's insolvency which may be
    kept no longer: entries, what decisions compared, and look-up records.
    """
    # Imported lazily: every command opens this store, and few remove anything.
    from duediligence.law.personal_insolvency import is_past_its_time

    found = set()
    for digest, body in db.conn.execute(
        "SELECT sha256, body FROM contents WHERE instr(body, CAST('personal_insolvency' AS BLOB))"
        ' OR instr(body, CAST(\'"until":"\' AS BLOB))'
    ):
        document = parse_record_body(body)
        entry = document.get("entry") or document
        record = entry.get("record") or {}
        if record.get("type") == "personal_insolvency":
            over = is_past_its_time(decode(ListEntry, msgspec.json.encode(entry)).record, today)
        else:
            until = document.get("until") if document.get("look_up") else None
            over = until is not None and date.fromisoformat(until) < today
        if over:
            found.add(digest)
    return found


def remove_expired_contents(db: Database, expired: Collection[str]) -> tuple[int, list[str]]:
    """Remove the findings, matches and look-up records that rest on these contents from every run.

    Returns how many, and the runs that they stood in.
    """
    removed, lessened = 0, set()
    for digest in sorted(expired):
        about = db.conn.execute(
            "SELECT run_id, supplier_ref FROM findings WHERE entry_sha256 = ?", (digest,)
        ).fetchall()
        # What the answers stood beside is no longer whole.
        db.conn.executemany("DELETE FROM run_declarations WHERE run_id = ? AND ref = ?", about)
        lessened |= {run_id for run_id, _ in about}
        for table, column in (
            ("findings", "entry_sha256"),
            ("run_entries", "sha256"),
            ("run_set_aside", "sha256"),
        ):
            gone = db.conn.execute(
                f"DELETE FROM {table} WHERE {column} = ? RETURNING run_id",  # noqa: S608
                (digest,),
            ).fetchall()
            lessened |= {run_id for (run_id,) in gone}
            removed += len(gone) if table != "run_entries" else 0
    return removed, sorted(lessened)


def refuse_broken_references(db: Database) -> None:
    """Raise StorageError where a row refers to one that is not there any more."""
    if broken := db.conn.execute("PRAGMA foreign_key_check").fetchall():
        raise StorageError(f"{path_of(db)}: {len(broken)} rows would miss what they refer to")


def lessened_now(db: Database, runs: Sequence[str]) -> Mapping[str, AuditValue]:
    """Return what an event says of runs that lost a part: their ids, and the seals they have
    now.
    """
    seals = [seal_of(db, run_id) for run_id in runs]
    return {
        "runs": tuple(runs),
        "sha256": tuple(one.sha256 for one in seals),
        "rows": tuple(
            f"{run_id} {row}" for run_id, one in zip(runs, seals, strict=True) for row in one.rows
        ),
    }


def decided_about(db: Database) -> set[str]:
    """Return the hashes of what decisions are about."""
    rows = db.conn.execute(
        "SELECT json_extract(CAST(body AS TEXT), '$.party_sha256'), "
        "json_extract(CAST(body AS TEXT), '$.entry_sha256') FROM decisions"
    )
    return {digest for row in rows for digest in row if digest}


def sources_of(db: Database) -> frozenset[tuple[str, str]]:
    """Return the addresses and hashes of the answers of registers that stored runs refer to."""
    rows = db.conn.execute(
        "SELECT body FROM contents WHERE sha256 IN (SELECT sha256 FROM run_dossiers)"
    )
    return frozenset(
        (source.address, source.sha256)
        for (body,) in rows
        for source in decode(Dossier, body).sources
    )
