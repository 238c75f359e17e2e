"""Everything in the home that may name a person, record by record, as plain values."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlite_utils import Database

from duediligence.store import lists
from duediligence.store.casework import schema as casework
from duediligence.store.database import connect, plain_errors

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
    "declaration as screened": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_declarations JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref""",
    "decision": "SELECT position, made_at, body FROM decisions ORDER BY position",
    "party as decided": """SELECT position, made_at, contents.body FROM decisions
        JOIN contents ON sha256 = json_extract(CAST(decisions.body AS TEXT), '$.party_sha256')
        ORDER BY position""",
    "declaration": "SELECT supplier_ref, imported_at, body FROM declarations ORDER BY position",
    "link": """SELECT supplier_ref, made_at, json_object('by', made_by, 'note', note) FROM links
        ORDER BY position""",
    "digest": "SELECT number, made_at, json_object('text', text) FROM digests ORDER BY number",
}
# The version before the newest is kept as well, until the next refresh.
_LISTS = {
    "list entry": """SELECT list_id || '/' || entry_id, loaded_at, entries.body FROM entries
        JOIN list_versions USING (list_id, version) ORDER BY list_id, entry_id, loaded_at"""
}


class HeldStore:
    """Reads all of it. Raises StorageError from every method."""

    def __init__(self, home: Path) -> None:
        self._answers = home / "companies-house"
        self._casework = connect(home / "casework.db", casework.migrations)
        self._lists = connect(home / "lists.db", lists.migrations)

    def everything(self, may_hold: Callable[[bytes], bool]) -> Iterator[Record]:
        """Each record of casework, each list entry, then each answer of Companies House.

        Those whose bytes `may_hold` says no to are not read.
        """
        for database, queries in ((self._casework, _CASEWORK), (self._lists, _LISTS)):
            for where, query in queries.items():
                for reference, at, body in _rows(database, query):
                    if may_hold(body):
                        yield where, str(reference), at, _document(body)
        with plain_errors(self._answers):
            for path in sorted(self._answers.glob("*/*.json")):
                # The answer stands in it as a text of its own, where letters may be escaped twice.
                yield "answer of Companies House", path.name, "", _answer(path.read_bytes())

    def close(self) -> None:
        self._casework.close()
        self._lists.close()


def _rows(database: Database, query: str) -> Iterator[tuple[object, str, bytes]]:
    path = Path(database.conn.execute("PRAGMA database_list").fetchone()[2])
    with plain_errors(path):
        for reference, at, body in database.conn.execute(query):
            yield reference, at, body.encode() if isinstance(body, str) else body


def _answer(body: bytes) -> Any:
    """The answer with its body, which is JSON in itself, read."""
    document = _document(body)
    if isinstance(document, dict) and isinstance(document.get("body"), str):
        inner = _document(document["body"].encode())
        return {"address": document.get("address", ""), "body": inner}
    return document


def _document(body: bytes) -> Any:
    """What the record says; what does not read as JSON is text."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")
