"""Which entries a person said are not one party, though lists were joined: appended for good."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from duediligence.model.alerts import PartedEntry
from duediligence.model.audit import AuditEvent
from duediligence.model.entries import EntryKey
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.typed_data import decode_json


class PartedEntryStore(Repository):
    """The repository of entries taken out of a party. Raises StorageError from every method."""

    def add(self, parted: PartedEntry) -> None:
        """Record what one person said, with one event."""
        others = msgspec.json.encode(parted.others).decode()
        row = (*parted.entry, others, int(parted.alone), parted.by, parted.at.isoformat())
        with writing(self._db) as db:
            position = db.conn.execute(
                "INSERT INTO parted_entries (list_id, entry_id, others, alone, made_by, made_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            event = AuditEvent(
                "entries parted",
                parted.at,
                self._who,
                {"others": len(parted.others), "alone": int(parted.alone)},
                subject=" ".join(parted.entry),
            )
            append(db, event, [seal("parted_entries", (position, *row))])

    def every(self) -> list[PartedEntry]:
        """Return what was said of entries, the oldest first."""
        query = (
            "SELECT list_id, entry_id, others, alone, made_by, made_at FROM parted_entries "
            "ORDER BY position"
        )
        with plain_errors(self.path):
            rows = self._db.conn.execute(query).fetchall()
        return [
            PartedEntry(
                entry=(list_id, entry_id),
                others=decode_json(others, tuple[EntryKey, ...]),
                alone=bool(alone),
                by=by,
                at=datetime.fromisoformat(at),
            )
            for list_id, entry_id, others, alone, by, at in rows
        ]

    def pairs(self) -> Collection[frozenset[EntryKey]]:
        """Return the pairs of entries that are not one party: so says somebody whose word is
        enough, or so say two.
        """
        said: dict[frozenset[EntryKey], int] = {}
        for one in self.every():
            for other in one.others:
                pair = frozenset((one.entry, other))
                said[pair] = said.get(pair, 0) + (2 if one.alone else 1)
        return {pair for pair, number in said.items() if number > 1}
