"""The seal of a row: its hash, which the audit chain holds (see `casework.seals`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, order=True)
class Seal:
    """A row and its hash, None for one that is gone.

    `table` names the file as well where that is another than `casework.db`, as in `lists.entries`.
    """

    table: str
    key: str
    sha256: bytes | None


def seal_row(table: str, row: Row, *, keys: int) -> Seal:
    """Return the seal of a row, all its columns in their order; the first `keys` are its key."""
    return Seal(table, _format_seal_key(row[:keys]), sha256(msgspec.json.encode(row)).digest())


def gone(table: str, *key: object) -> Seal:
    """Return the seal that a row is gone."""
    return Seal(table, _format_seal_key(key), None)


def hash_seals(seals: Iterable[Seal]) -> str:
    """Return one hash of seals, whatever their order."""
    digest = sha256()
    for one in sorted(seals, key=lambda each: (each.table, each.key)):
        each = [one.table, one.key, one.sha256.hex() if one.sha256 is not None else None]
        digest.update(msgspec.json.encode(each) + b"\n")
    return digest.hexdigest()


def _format_seal_key(parts: Iterable[object]) -> str:
    return " ".join(map(str, parts))
