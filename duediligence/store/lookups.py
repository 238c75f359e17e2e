"""What the last look-up on each list found, so that the next one need not look again.

All of it can be derived again: the file may be deleted at any time. What is read is what the audit
chain recorded, or counts as nothing.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.model import Feature, Match
from duediligence.store.database import DatabaseFile, connect, define_tables, plain_errors, writing

DIGEST_SIZE = 16
# Kept with what was found: a match that was written without one of these would have its default.
_WRITTEN = " ".join(field.name for kind in (Match, Feature) for field in fields(kind))

_log = logging.getLogger(__name__)

migrations = define_tables(
    "lookups",
    """CREATE TABLE lookups (
            list_id TEXT PRIMARY KEY, version TEXT NOT NULL, index_name TEXT NOT NULL,
            rules TEXT NOT NULL, parties BLOB NOT NULL, matches BLOB NOT NULL) STRICT""",
)


@dataclass(frozen=True, slots=True)
class CachedMatches:
    """The parties looked up on one version of a list, by digest, and the matches of those with any.

    `index_name` names the compiled index that was searched, `rules` the threshold, the limit and
    the version of the matcher.
    """

    version: str
    index_name: str
    rules: str
    parties: Collection[bytes]
    matches: Mapping[bytes, Sequence[Match]]


class LookUpStore(DatabaseFile):
    """The repository of look-ups. Raises StorageError from every method."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path, migrations)

    def get(self, list_id: str, recorded: bytes | None) -> CachedMatches | None:
        """Return what was last found on this list, or None where nothing is remembered.

        What a version of other fields remembered counts as nothing, and so does what has another
        hash than was `recorded`.
        """
        row = self._fetch_one(
            "SELECT version, index_name, rules, parties, matches FROM lookups WHERE list_id = ?",
            (list_id,),
        )
        if row is None:
            return None
        version, index_name, kept_rules, parties, matches = row
        rules, _, written = kept_rules.partition("\n")
        if written != _WRITTEN:
            return None
        if _hash_lookup_row(list_id, *row) != recorded:
            _log.warning(
                "what %s remembers of list %s is not what was recorded: everybody is looked up "
                "again", self.path.name, list_id,
            )  # fmt: skip
            return None
        digests = {parties[at : at + DIGEST_SIZE] for at in range(0, len(parties), DIGEST_SIZE)}
        found = msgspec.msgpack.decode(matches, type=dict[bytes, list[Match]])
        return CachedMatches(version, index_name, rules, digests, found)

    def put(self, list_id: str, lookups: CachedMatches) -> bytes:
        """Remember these in place of what was found before; their hash, to be recorded."""
        row = (
            list_id,
            lookups.version,
            lookups.index_name,
            f"{lookups.rules}\n{_WRITTEN}",
            b"".join(sorted(lookups.parties)),
            msgspec.msgpack.encode(dict(sorted(lookups.matches.items()))),
        )
        with writing(self._db) as db:
            db.conn.execute("INSERT OR REPLACE INTO lookups VALUES (?, ?, ?, ?, ?, ?)", row)
        return _hash_lookup_row(*row)

    def clear(self) -> None:
        """Forget everything, so that nothing of it can be read from the file."""
        with plain_errors(self.path):
            self._db.conn.execute("DELETE FROM lookups")
            self._db.conn.execute("VACUUM")
            self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _hash_lookup_row(*row: str | bytes) -> bytes:
    return sha256(msgspec.msgpack.encode(row)).digest()
