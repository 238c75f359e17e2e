"""Lists as loaded: versions, entries and how each refresh ended. All of it can be fetched again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec
from sqlite_utils import Database

from duediligence.errors import Hint, NotAsRecorded, Step
from duediligence.model import ListEntry, ListVersion, NotReadRow
from duediligence.model.entries import EntryJoin, EntryKey
from duediligence.store.database import (
    DatabaseFile,
    changed_schema,
    connect,
    define_tables,
    empty_log,
    plain_errors,
    writing,
)
from duediligence.store.records import decode, encode, identity
from duediligence.store.row_digests import Answer, RowDigests, hash_packed_digests, pack_digests
from duediligence.store.seals import Seal, seal_row

# A command that opened an index a moment ago may still ask for entries of the version before.
KEPT_VERSIONS = 2

# The small tables that the audit chain seals row by row, and how many columns are the key.
_SEALED = {"list_versions": 2, "current_versions": 1, "failures": 1}
_VERSIONS = "lists.list_versions"
# What a version of a list holds.
_OF_VERSION = ("entries", "entry_keys", "unread_rows")
_STORED = (*_OF_VERSION, "row_digests")
# What is asked of each, and the rows of the answer.
_ANSWERS = {
    "entries": ("entry_id", "body"),
    "entry_keys": ("key", "entry_id"),
    "unread_rows": ("place", "body"),
}
ROW_DIGESTS = "lists.row_digests"
JOINS = "lists.joins"
JOINS_STATE = "lists.joins_state"

migrations = define_tables(
    "lists",
    """CREATE TABLE list_versions (
            list_id TEXT NOT NULL, version TEXT NOT NULL, loaded_at TEXT NOT NULL,
            index_folder TEXT NOT NULL, compiled_with TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (list_id, version)) STRICT""",
    """CREATE TABLE current_versions (
            list_id TEXT PRIMARY KEY, version TEXT NOT NULL,
            FOREIGN KEY (list_id, version) REFERENCES list_versions (list_id, version)) STRICT""",
    """CREATE TABLE entries (
            list_id TEXT NOT NULL, version TEXT NOT NULL, entry_id TEXT NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (list_id, version, entry_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE failures (
            list_id TEXT PRIMARY KEY, failed_at TEXT NOT NULL, reason TEXT NOT NULL,
            code TEXT NOT NULL DEFAULT '') STRICT""",
    # What an entry is found by beside its names: a postcode of its premises, a company's number.
    """CREATE TABLE entry_keys (
            list_id TEXT NOT NULL, version TEXT NOT NULL, key TEXT NOT NULL,
            entry_id TEXT NOT NULL, PRIMARY KEY (list_id, version, key, entry_id)
            ) STRICT, WITHOUT ROWID""",
    # Rows of a register that could not be read, for look-ups; see NotReadRow.
    """CREATE TABLE unread_rows (
            list_id TEXT NOT NULL, version TEXT NOT NULL, place INTEGER NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (list_id, version, place)) STRICT, WITHOUT ROWID""",
    # Each look-up counts them; the table itself has a document in every row.
    "CREATE INDEX entries_counted ON entries (list_id, version)",
    # Of all rows of a version in one table, so that a row that is read is known to be as it was
    # loaded; see RowDigests.
    """CREATE TABLE row_digests (
            list_id TEXT NOT NULL, version TEXT NOT NULL, of_table TEXT NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (list_id, version, of_table)) STRICT""",
    # Which entries of several lists are one party, by what, and of which versions that follows.
    """CREATE TABLE joins (
            list_id TEXT NOT NULL, entry_id TEXT NOT NULL, other_list TEXT NOT NULL,
            other_entry TEXT NOT NULL, evidence TEXT NOT NULL,
            PRIMARY KEY (list_id, entry_id, other_list, other_entry)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE joins_state (
            one INTEGER PRIMARY KEY CHECK (one = 1), versions TEXT NOT NULL) STRICT""",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version being served, the folder of its index, and what compiled it."""

    version: ListVersion
    index_folder: Path
    compiled_with: str


@dataclass(frozen=True, slots=True)
class Changes:
    """From one version of a list to another: entries new or reworded, and ids that are gone."""

    new: tuple[ListEntry, ...]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Failure:
    """The last refresh of a list, where it failed: when (UTC), why, and the name of the error."""

    at: datetime
    reason: str
    code: str = ""


class ListStore(DatabaseFile):
    """The repository of loaded lists. Raises StorageError from every method.

    `recorded` gives the hashes that the audit chain has of row digests, by list and version: what
    is read of such a version is compared, and NotAsRecorded is raised where it was changed. The
    lists of which that happened are `changed`.
    """

    def __init__(self, path: Path, recorded: Callable[[], Mapping[str, bytes]] = dict) -> None:
        self.path = path
        self.changed: dict[str, NotAsRecorded] = {}
        self._db = connect(path, migrations)
        self._recorded = recorded
        self._digests: dict[tuple[str, str], Mapping[str, RowDigests] | None] = {}

    def current(self) -> Mapping[str, Loaded]:
        """Return the version being served of each list that was ever loaded, by list id."""
        rows = self._fetch_all(
            """SELECT list_id, body, index_folder, compiled_with
               FROM current_versions JOIN list_versions USING (list_id, version)"""
        )
        return {
            list_id: Loaded(decode(ListVersion, body), self._folder(folder), compiled_with)
            for list_id, body, folder, compiled_with in rows
        }

    def loaded(self) -> frozenset[str]:
        """Return the lists that were ever loaded, by id, whether or not their versions can be
        read.
        """
        rows = self._fetch_all("SELECT list_id FROM current_versions")
        return frozenset(list_id for (list_id,) in rows)

    def failures(self) -> Mapping[str, Failure]:
        """Return the failure of each list whose last refresh failed, by list id."""
        rows = self._fetch_all("SELECT list_id, failed_at, reason, code FROM failures")
        return {
            list_id: Failure(datetime.fromisoformat(at), reason, code)
            for list_id, at, reason, code in rows
        }

    def swap(
        self,
        version: ListVersion,
        entries: Iterable[ListEntry],
        index_folder: Path,
        compiled_with: str,
        keys: Iterable[tuple[str, str]] = (),
        unread: Iterable[NotReadRow] = (),
        keep: int = KEPT_VERSIONS,
    ) -> list[Path]:
        """Serve this version from now on, in one transaction; forget all but the `keep` newest.

        `keys` are what entries are found by beside their names, as (key, entry id), `unread` the
        rows that could not be read. Returns the index folders that nothing refers to any more.
        """
        list_id, name = version.list_id, version.version
        with writing(self._db) as db:
            self.changed.pop(list_id, None)
            for table in _OF_VERSION:
                db.conn.execute(
                    f"DELETE FROM {table} WHERE list_id = ? AND version = ?",  # noqa: S608
                    (list_id, name),
                )
            db.conn.execute(
                """INSERT INTO list_versions VALUES (?, ?, ?, ?, ?, ?)
                   ON CONFLICT DO UPDATE SET loaded_at = excluded.loaded_at, body = excluded.body,
                   index_folder = excluded.index_folder, compiled_with = excluded.compiled_with""",
                (
                    list_id,
                    name,
                    version.checked_at.isoformat(),
                    str(index_folder.relative_to(self.path.parent)),
                    compiled_with,
                    encode(version),
                ),
            )
            db.conn.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?)",
                ((list_id, name, entry.id, encode(entry)) for entry in entries),
            )
            db.conn.executemany(
                "INSERT OR IGNORE INTO entry_keys VALUES (?, ?, ?, ?)",
                ((list_id, name, key, entry_id) for key, entry_id in keys),
            )
            db.conn.executemany(
                "INSERT INTO unread_rows VALUES (?, ?, ?, ?)",
                ((list_id, name, place, encode(row)) for place, row in enumerate(unread)),
            )
            self.keep_digests(version)
            db.conn.execute(
                "INSERT OR REPLACE INTO current_versions VALUES (?, ?)", (list_id, name)
            )
            db.conn.execute("DELETE FROM failures WHERE list_id = ?", (list_id,))
            return self._forget_old(db, list_id, name, keep)

    @contextmanager
    def overwriting(self) -> Iterator[None]:
        """Leave nothing in the file, or in its log, of the rows that are removed within."""
        conn = self._db.conn
        with plain_errors(self.path):
            (secure,) = conn.execute("PRAGMA secure_delete").fetchone()
            conn.execute("PRAGMA secure_delete = ON").fetchone()
            try:
                yield
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                conn.execute(f"PRAGMA secure_delete = {secure}").fetchone()

    def empty_log(self) -> bool:
        """Leave nothing that was removed in the log; False while another program reads it."""
        return empty_log(self._db, self.path)

    def amend(self, version: ListVersion, *, sound: bool = False) -> None:
        """Keep what became known of a version that is loaded: when it was confirmed, by whom.

        `sound` says that its last refresh did not fail.
        """
        with writing(self._db) as db:
            db.conn.execute(
                "UPDATE list_versions SET body = ? WHERE list_id = ? AND version = ?",
                (encode(version), version.list_id, version.version),
            )
            if sound:
                db.conn.execute("DELETE FROM failures WHERE list_id = ?", (version.list_id,))

    def fail(self, list_id: str, failure: Failure) -> None:
        """Record that a refresh failed; the version being served stays."""
        with writing(self._db) as db:
            db.conn.execute(
                "INSERT OR REPLACE INTO failures (list_id, failed_at, reason, code) "
                "VALUES (?, ?, ?, ?)",
                (list_id, failure.at.isoformat(), failure.reason, failure.code),
            )

    def entries(self, version: ListVersion) -> Iterator[ListEntry]:
        """Yield every entry of a version, one at a time, in the order of ids."""
        with plain_errors(self.path):
            for body in self._every(version, "entries"):
                yield decode(ListEntry, body)

    def unread_rows(self, version: ListVersion) -> list[NotReadRow]:
        """Return the rows of a version that could not be read, in the order of its files."""
        with plain_errors(self.path):
            return [decode(NotReadRow, body) for body in self._every(version, "unread_rows")]

    def versions_with_unread_rows(self, list_id: str) -> frozenset[str]:
        """Return those versions of a list that have rows which could not be read."""
        rows = self._fetch_all(
            "SELECT DISTINCT version FROM unread_rows WHERE list_id = ?", (list_id,)
        )
        return frozenset(version for (version,) in rows)

    def ids(self, version: ListVersion) -> frozenset[str]:
        """Return the ids of the entries of a version."""
        rows = self._fetch_all(
            "SELECT entry_id FROM entries WHERE list_id = ? AND version = ?",
            (version.list_id, version.version),
        )
        return frozenset(entry_id for (entry_id,) in rows)

    def drop(self, list_id: str) -> list[Path]:
        """Forget a list with all its versions; returns the index folders that are left over."""
        with writing(self._db) as db:
            rows = db.conn.execute(
                "SELECT index_folder FROM list_versions WHERE list_id = ?", (list_id,)
            ).fetchall()
            # In this order, for each but the first is referred to by one before it.
            for table in ("current_versions", "list_versions", *_STORED, "failures"):
                db.conn.execute(f"DELETE FROM {table} WHERE list_id = ?", (list_id,))  # noqa: S608
        return [self._folder(folder) for (folder,) in rows]

    def entry(self, version: ListVersion, entry_id: str) -> ListEntry:
        """Return one entry of a version. Raises KeyError where it never had that."""
        body = self._asked(version, "entries", entry_id)
        if not body:
            raise KeyError(entry_id)
        return decode(ListEntry, body[0])

    def found_by(self, version: ListVersion, key: str) -> list[ListEntry]:
        """Return the entries of a version that have the key, in the order of their ids."""
        ids = self._asked(version, "entry_keys", key)
        return [self.entry(version, entry_id.decode()) for entry_id in ids]

    def changes(self, version: ListVersion, before: str, index_name: str) -> Changes | None:
        """Return what changed since the version `before`, compiled into the folder `index_name`.

        None where that version is no longer kept as it was compiled then.
        """
        list_id, now = version.list_id, version.version
        kept = self._fetch_one(
            "SELECT index_folder FROM list_versions WHERE list_id = ? AND version = ?",
            (list_id, before),
        )
        if kept is None or Path(kept[0]).name != index_name or before == now:
            return None
        held, found = (
            dict(
                self._fetch_all(
                    "SELECT entry_id, body FROM entries WHERE list_id = ? AND version = ?",
                    (list_id, name),
                )
            )
            for name in (before, now)
        )
        return Changes(
            tuple(
                decode(ListEntry, body)
                for entry_id, body in found.items()
                if held.get(entry_id) != body and not _is_same_entry(held.get(entry_id), body)
            ),
            frozenset(held.keys() - found.keys()),
        )

    def joined_versions(self) -> str:
        """Return of which versions the stored joins follow; empty where there are none."""
        row = self._fetch_one("SELECT versions FROM joins_state")
        return row[0] if row else ""

    def joins_of(self, entries: Iterable[EntryKey]) -> list[EntryJoin]:
        """Return the joins of these entries, and of all that is joined with one of them, in
        order.
        """
        beside: dict[EntryKey, list[tuple[str, ...]]] = {}
        for row in self._fetch_all("SELECT * FROM joins ORDER BY 1, 2, 3, 4"):
            for key in (row[:2], row[2:4]):
                beside.setdefault(key, []).append(row)
        waiting, seen = list(entries), set[EntryKey]()
        found: set[tuple[str, ...]] = set()
        for key in waiting:  # grows as it goes
            if key not in seen:
                seen.add(key)
                for row in beside.get(key, ()):
                    found.add(row)
                    waiting += [(row[0], row[1]), (row[2], row[3])]
        return [
            EntryJoin.stored((one, id_), (other, other_id), evidence)
            for one, id_, other, other_id, evidence in sorted(found)
        ]

    def keep_joins(self, versions: str, joins: Iterable[EntryJoin]) -> None:
        """Store these joins, which follow from these versions, in the place of those before."""
        rows = ((*one.one, *one.other, ",".join(one.evidence)) for one in joins)
        with writing(self._db) as db:
            db.conn.execute("DELETE FROM joins")
            db.conn.executemany("INSERT INTO joins VALUES (?, ?, ?, ?, ?)", rows)
            db.conn.execute("DELETE FROM joins_state")
            db.conn.execute("INSERT INTO joins_state VALUES (1, ?)", (versions,))

    def joins_seals(self) -> list[Seal]:
        """Return the seal of all joins and the seal of the versions they follow from; none if no
        joins were derived.
        """
        state = self._fetch_all("SELECT * FROM joins_state")
        rows = self._fetch_all("SELECT * FROM joins ORDER BY 1, 2, 3, 4")
        found = [seal_row(JOINS_STATE, row, keys=1) for row in state]
        if rows or state:
            found.append(Seal(JOINS, "all", sha256(msgspec.json.encode(rows)).digest()))
        return found

    def seals(self, list_id: str = "", *, content: bool = False) -> list[Seal]:
        """Return the seals of the version being served, of its entries if `content`, and of a
        failure; of every list where none is named.

        None of a list that is not here.
        """
        with plain_errors(self.path):
            found = [
                seal_row(f"lists.{table}", row, keys=keys)
                for table, keys, row in self._rows(list_id, served="1")
            ]
            for key in [one.key for one in found if content and one.table == _VERSIONS]:
                found += self._content(*key.split(" ", 1))
        return found

    def content_seals(self, list_id: str, version: str) -> list[Seal]:
        """Return the seals of all that a version holds, each of one table."""
        with plain_errors(self.path):
            return list(self._content(list_id, version))

    def keep_digests(self, version: ListVersion) -> None:
        """Keep the digests of all rows of a version, as they are now."""
        list_id, name = version.list_id, version.version
        with writing(self._db) as db:
            for table in _OF_VERSION:
                rows = groupby(self._rows_of(version, table), key=itemgetter(0))
                answers = ((asked, [row for _, row in each]) for asked, each in rows)
                db.conn.execute(
                    "INSERT OR REPLACE INTO row_digests VALUES (?, ?, ?, ?)",
                    (list_id, name, table, pack_digests(answers)),
                )
        self._digests.pop((list_id, name), None)

    def digest_seal(self, list_id: str, version: str) -> list[Seal]:
        """Return the seal of a version's digests; none where it has none."""
        with plain_errors(self.path):
            digests = self._packed(list_id, version)
        key = f"{list_id} {version}"
        return [Seal(ROW_DIGESTS, key, hash_packed_digests(digests))] if digests else []

    def confirm(self, version: ListVersion) -> None:
        """Raise NotAsRecorded where a version's digests are not those that were recorded, where
        there are fewer or more rows than they are of, or where a row that was read here was
        another one.
        """
        if found := self.changed.get(version.list_id):
            raise found
        key = (version.list_id, version.version)
        self._digests.pop(key, None)
        for table, digests in (self._digests_of(version) or {}).items():
            what = "DISTINCT key" if table == "entry_keys" else "*"
            query = f"SELECT count({what}) FROM {table} WHERE list_id = ? AND version = ?"  # noqa: S608
            number = self._fetch_one(query, key)[0]
            if number != len(digests):
                raise self._not_as_recorded(version, f"{table}: rows are missing or added")

    def every_seal(self) -> Iterator[Seal]:
        """Yield the seals of all that is here; of entries, one for all of a version."""
        with plain_errors(self.path):
            for table, keys, row in self._rows("", served=""):
                yield seal_row(f"lists.{table}", row, keys=keys)
            yield from self.joins_seals()
            versions = {
                tuple(row)
                for table in ("list_versions", *_STORED)
                for row in self._db.conn.execute(f"SELECT DISTINCT list_id, version FROM {table}")  # noqa: S608
            }
            for list_id, version in sorted(versions):
                yield from self._content(list_id, version)

    def versions(self, list_id: str) -> list[str]:
        """Return the versions of a list that are here, the one being served among them."""
        rows = self._fetch_all("SELECT version FROM list_versions WHERE list_id = ?", (list_id,))
        return [version for (version,) in rows]

    def schema_changes(self) -> list[str]:
        """Return what in the schema is not as this version makes it: `table entries`."""
        with plain_errors(self.path):
            return changed_schema(self._db, migrations)

    def changes_by_others(self) -> int:
        """Return a number that is another one after somebody else stored something here."""
        return int(self._fetch_one("PRAGMA data_version")[0])

    def _rows(self, list_id: str, *, served: str) -> Iterator[tuple[str, int, tuple[object, ...]]]:
        """Yield the rows of the small tables, of one list where it is given."""
        for table, keys in _SEALED.items():
            where = "WHERE (list_id = ?1 OR ?1 = '')"
            if table == "list_versions" and served:
                where += (
                    " AND (list_id, version) IN (SELECT list_id, version FROM current_versions)"
                )
            rows = self._db.conn.execute(f"SELECT * FROM {table} {where}", (list_id,))  # noqa: S608
            for row in rows.fetchall():
                yield table, keys, row

    def _content(self, list_id: str, version: str) -> Iterator[Seal]:
        for table in _OF_VERSION:
            digest, empty = sha256(), True
            rows = self._db.conn.execute(
                f"SELECT * FROM {table} WHERE list_id = ? AND version = ? ORDER BY 1, 2, 3, 4",  # noqa: S608
                (list_id, version),
            )
            for row in rows:
                digest.update(msgspec.json.encode(row[2:]) + b"\n")
                empty = False
            # Of most versions all rows were read, and earlier ones of this program sealed none.
            if table == "unread_rows" and empty:
                continue
            yield Seal(f"lists.{table}", f"{list_id} {version}", digest.digest())
        yield from self.digest_seal(list_id, version)

    def _asked(self, version: ListVersion, table: str, asked: str) -> Answer:
        """Return the rows of a version that answer this, each being as it was recorded."""
        with plain_errors(self.path):
            rows = [row for _, row in self._rows_of(version, table, asked)]
        self._compare(version, table, asked, rows)
        return rows

    def _every(self, version: ListVersion, table: str) -> Iterator[bytes]:
        """Yield the bodies of all rows of a version in a table, each being as it was recorded."""
        number = 0
        for asked, body in self._rows_of(version, table):
            self._compare(version, table, asked, [body])
            number += 1
            yield body
        digests = self._digests_of(version)
        if digests and number != len(digests[table]):
            raise self._not_as_recorded(version, f"{table}: rows are missing or added")

    def _rows_of(
        self, version: ListVersion, table: str, asked: str | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Yield what is asked for and a row of the answer, all in their order or those of one."""
        key, value = _ANSWERS[table]
        where, values = "", [version.list_id, version.version]
        if asked is not None:
            where, values = f"AND {key} = ?", [*values, asked]
        rows = self._db.conn.execute(
            f"SELECT {key}, {value} FROM {table} "  # noqa: S608
            f"WHERE list_id = ? AND version = ? {where} ORDER BY {key}, {value}",
            values,
        )
        for found, row in rows:
            yield str(found), row if isinstance(row, bytes) else row.encode()

    def _compare(self, version: ListVersion, table: str, asked: str, answer: Answer) -> None:
        digests = self._digests_of(version)
        if digests and not digests[table].agree(asked, answer):
            # Another process may have loaded the same version once more.
            self._digests.clear()
            digests = self._digests_of(version)
            if digests and not digests[table].agree(asked, answer):
                raise self._not_as_recorded(version, f"{table} {asked}")

    def _digests_of(self, version: ListVersion) -> Mapping[str, RowDigests] | None:
        """Return a version's digests, being those that were recorded; None where none were."""
        key = (version.list_id, version.version)
        if key not in self._digests:
            recorded = self._recorded().get(" ".join(key))
            with plain_errors(self.path):
                tables = self._packed(*key) if recorded else {}
            if recorded and hash_packed_digests(tables) != recorded:
                raise self._not_as_recorded(version, "row_digests")
            found = {table: RowDigests(one) for table, one in tables.items()}
            self._digests[key] = found or None
        return self._digests[key]

    def _packed(self, list_id: str, version: str) -> dict[str, bytes]:
        return dict(
            self._db.conn.execute(
                "SELECT of_table, body FROM row_digests WHERE list_id = ? AND version = ?",
                (list_id, version),
            )
        )

    def _not_as_recorded(self, version: ListVersion, what: str) -> NotAsRecorded:
        error = NotAsRecorded(
            f"{self.path}: {version.list_id} is not as the audit chain recorded it ({what}): "
            "the file was changed by hand",
            hint=Hint("Load the list again: ", Step("refresh-list", list=version.list_id)),
        )
        return self.changed.setdefault(version.list_id, error)

    def _folder(self, relative: str) -> Path:
        return self.path.parent / relative

    def _forget_old(self, db: Database, list_id: str, served: str, keep: int) -> list[Path]:
        # What is served comes first, whatever its time: the clock may have been wrong before.
        rows = db.conn.execute(
            "SELECT version, index_folder FROM list_versions WHERE list_id = ? "
            "ORDER BY version = ? DESC, loaded_at DESC, rowid DESC",
            (list_id, served),
        ).fetchall()
        kept = {folder for _, folder in rows[:keep]}
        for version, _ in rows[keep:]:
            for table in (*_STORED, "list_versions"):
                db.conn.execute(
                    f"DELETE FROM {table} WHERE list_id = ? AND version = ?",  # noqa: S608
                    (list_id, version),
                )
        return [self._folder(folder) for _, folder in rows if folder not in kept]


def _is_same_entry(held: bytes | None, found: bytes) -> bool:
    """Return whether two documents that differ are of one entry, of which an earlier version wrote
    one.
    """
    if held is None:
        return False
    return identity(decode(ListEntry, held)) == identity(decode(ListEntry, found))
