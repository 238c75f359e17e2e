"""Since when each link between suppliers is known here: days under hashes, and no names."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

import msgspec
from sqlite_utils import Database

from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, all_rows, plain_errors
from duediligence.store.seals import Seal
from duediligence.typed_data import decoder_of

_days = decoder_of(dict[str, date])


class NetworkStore(Repository):
    """Reads since when links are known. Raises StorageError from every method."""

    def first_known(self) -> dict[str, date]:
        """Return the first day of each link, by its key, as any supplier's dossier told of it."""
        found: dict[str, date] = {}
        with plain_errors(self.path):
            for (body,) in all_rows(self._db, 1, "SELECT known FROM network_links"):
                for key, day in _days.decode(body).items():
                    if key not in found or day < found[key]:
                        found[key] = day
        return found


def add_links(db: Database, told_by: Mapping[str, Collection[str]], today: date) -> Iterator[Seal]:
    """Keep that links are known from today on, where none of theirs is known; the seals of the
    rows that changed.

    By the reference of the supplier that tells of them, so that they go when it goes. A link that
    is told of no more keeps its day. To be called within `writing(db)`.
    """
    for ref, keys in told_by.items():
        find = "SELECT known FROM network_links WHERE supplier_ref = ?"
        row = db.conn.execute(find, (ref,)).fetchone()
        known = _days.decode(row[0]) if row else {}
        new = sorted(key for key in keys if key not in known)
        if new:
            body = msgspec.json.encode(known | dict.fromkeys(new, today), order="sorted").decode()
            change = "INSERT OR REPLACE INTO network_links VALUES (?, ?) RETURNING *"
            yield seal("network_links", db.conn.execute(change, (ref, body)).fetchone())
