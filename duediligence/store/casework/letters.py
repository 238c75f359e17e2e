"""Letters, byte for byte as they were made, each with its alert."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import cast

from sqlite_utils import Database

from duediligence.model.audit import AuditEvent
from duediligence.model.letters import Letter, LetterFormat, LetterKind
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing

_COLUMNS = (
    "position, alert_id, kind, format, made_by, made_at, reply_by, confirmed_with, sha256, text"
)
_Row = tuple[int, str, str, str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter to keep: its bytes, and its paragraphs without marks, by which it is searched."""

    body: bytes
    text: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToKeep:
    """What is known of a letter before it has a number. The fields are those of `Letter`, the name
    of the file that it is made for, and the hash of the template's text.
    """

    alert_id: str
    kind: LetterKind
    format: LetterFormat
    at: datetime
    reply_by: date | None
    confirmed_with: str
    file: str
    template_sha256: str


class LetterStore(Repository):
    """The repository of letters. Raises StorageError from every method."""

    def keep(self, letter: ToKeep, draft: Callable[[int], Drafted]) -> tuple[Letter, bytes]:
        """Keep the letter that `draft` writes for its number, with its event, or neither."""
        with writing(self._db) as db:
            position = _derive_letter_number(db)
            made = draft(position)
            digest = sha256(made.body).hexdigest()
            row = (
                position,
                letter.alert_id,
                letter.kind,
                letter.format,
                self._who,
                letter.at.isoformat(),
                letter.reply_by.isoformat() if letter.reply_by else "",
                letter.confirmed_with,
                digest,
                json.dumps(list(made.text), ensure_ascii=False),
                made.body,
            )
            db.conn.execute(
                f"INSERT INTO letters ({_COLUMNS}, body) "  # noqa: S608
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            # Without who it was confirmed with: that is free text, and may be a person.
            what = {
                "letter": position,
                "kind": letter.kind,
                "file": letter.file,
                "sha256": digest,
                "template_sha256": letter.template_sha256,
                "confirmed": "yes" if letter.confirmed_with else "not needed",
            }
            append(
                db,
                AuditEvent("letter", letter.at, self._who, what, subject=letter.alert_id),
                [seal("letters", row)],
            )
        return _parse_letter_row(row[:-1]), made.body

    def all(self) -> list[Letter]:
        """Return every letter, the oldest first."""
        return self._read("ORDER BY position")

    def of(self, alert_ids: Collection[str]) -> list[Letter]:
        """Return the letters kept under any of these ids of alerts, the oldest first."""
        found = [one for id_ in alert_ids for one in self._read("WHERE alert_id = ?", id_)]
        return sorted(found, key=lambda one: one.position)

    def get(self, position: int) -> tuple[Letter, bytes] | None:
        """Return a letter with its bytes, or None."""
        found = self._read("WHERE position = ?", position)
        if not found:
            return None
        (body,) = self._fetch_one("SELECT body FROM letters WHERE position = ?", (position,))
        return found[0], body

    def _read(self, where: str, *values: str | int) -> list[Letter]:
        rows = self._fetch_all(
            f"SELECT {_COLUMNS} FROM letters {where}",  # noqa: S608
            values,
        )
        return [_parse_letter_row(row) for row in rows]


def _derive_letter_number(db: Database) -> int:
    """Return the next number, also where the newest letters were removed since."""
    row = db.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'letters'").fetchone()
    return 1 + (int(row[0]) if row else 0)


def _parse_letter_row(row: _Row) -> Letter:
    position, alert_id, kind, format_, by, at, reply_by, confirmed_with, digest, _ = row
    return Letter(
        position=position,
        alert_id=alert_id,
        kind=cast(LetterKind, kind),
        format=cast(LetterFormat, format_),
        by=by,
        at=datetime.fromisoformat(at),
        reply_by=date.fromisoformat(reply_by) if reply_by else None,
        confirmed_with=confirmed_with,
        sha256=digest,
    )
