"""Everything in the home that may name a person, record by record, as plain values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from duediligence.store.casework import migrations
from duediligence.store.database import connect, plain_errors

# Where, its key, when it was made, the document. Texts that are no JSON stand as they are.
Record = tuple[str, str, str, Any]
_QUERIES = {
    "supplier": "SELECT ref, imported_at, body FROM suppliers ORDER BY ref",
    "supplier as screened": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_suppliers JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref""",
    "dossier as screened": """SELECT run_id || ' ' || ref, started_at, contents.body
        FROM run_dossiers JOIN contents USING (sha256) JOIN runs ON id = run_id
        ORDER BY runs.rowid, ref""",
    "finding": """SELECT run_id || ' ' || position, started_at, findings.body
        FROM findings JOIN runs ON id = run_id ORDER BY runs.rowid, position""",
    "list entry as compared": """SELECT DISTINCT run_id, started_at, contents.body
        FROM findings JOIN contents ON sha256 = entry_sha256 JOIN runs ON id = run_id
        ORDER BY runs.rowid""",
    "decision": "SELECT position, made_at, body FROM decisions ORDER BY position",
    "party as decided": """SELECT position, made_at, contents.body FROM decisions
        JOIN contents ON sha256 = json_extract(CAST(decisions.body AS TEXT), '$.party_sha256')
        ORDER BY position""",
    "declaration": "SELECT supplier_ref, imported_at, body FROM declarations ORDER BY position",
    "link": """SELECT supplier_ref, made_at, json_object('by', made_by, 'note', note) FROM links
        ORDER BY position""",
    "digest": "SELECT number, made_at, json_object('text', text) FROM digests ORDER BY number",
}


class HeldStore:
    """Reads all of it. Raises StorageError from every method."""

    def __init__(self, home: Path) -> None:
        self.path = home / "casework.db"
        self._answers = home / "companies-house"
        self._db = connect(self.path, migrations)

    def everything(self) -> Iterator[Record]:
        """Each record of `casework.db`, then each answer of Companies House."""
        with plain_errors(self.path):
            for where, query in _QUERIES.items():
                for reference, at, body in self._db.conn.execute(query):
                    yield where, str(reference), at, _document(body)
        with plain_errors(self._answers):
            for path in sorted(self._answers.glob("*/*.json")):
                body = path.read_bytes()
                yield "answer of Companies House", path.name, "", _answer(_document(body))

    def close(self) -> None:
        self._db.close()


def _answer(document: Any) -> Any:
    """The answer with its body, which is JSON in itself, read."""
    if isinstance(document, dict) and isinstance(document.get("body"), str):
        return {"address": document.get("address", ""), "body": _document(document["body"])}
    return document


def _document(body: bytes | str) -> Any:
    """What the record says; what does not read as JSON is text."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body if isinstance(body, str) else body.decode("utf-8", "replace")
