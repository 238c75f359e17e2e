"""Answers as they came, or what is kept of them: `<sha256 of the address>/<time>-<sha256>.json`."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec

from duediligence.typed_data import decode_json
from duediligence.writing import make_folder, storing, write_chunks

_Utc = Annotated[datetime, msgspec.Meta(tz=True)]

_NAME = re.compile(r"(\d{8}T\d{12}Z)-([0-9a-f]{16})\.json")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer. `sha256` is of the body; `confirmed_at` is when the server last gave it, or
    said that it still stands. Times are UTC. `status` is 200 or 404."""

    address: str
    status: int
    retrieved_at: _Utc
    confirmed_at: _Utc
    sha256: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return self.headers.get("ETag", "")


class Evidence:
    """The answers in one folder. Nothing in it is ever changed: a file is whole or not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def latest(self, address: str) -> StoredAnswer | None:
        """Return the newest answer for an address that is undamaged, None where there is none."""
        return next((kept for _, kept in self._all(address)), None)

    def exact(self, address: str, digest: str) -> StoredAnswer | None:
        """Return the undamaged answer for an address whose body has that sha256, or None."""
        return next((kept for _, kept in self._all(address) if kept.sha256 == digest), None)

    def keep(
        self, address: str, status: int, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> StoredAnswer:
        """Keep an answer. Where the newest one says the same, that is confirmed instead.

        `body` must be UTF-8: UnicodeDecodeError otherwise. Raises StorageError.
        """
        now = now.astimezone(UTC)
        kept = StoredAnswer(
            address, status, now, now, sha256(body).hexdigest(), body.decode(), dict(headers)
        )
        latest = self.latest(address)
        if latest and (latest.sha256, latest.status) == (kept.sha256, status):
            kept = replace(kept, retrieved_at=latest.retrieved_at)
        return self._write(kept)

    def confirm(self, kept: StoredAnswer, now: datetime) -> StoredAnswer:
        """Record that the server says this answer is still current. Raises StorageError."""
        return self._write(replace(kept, confirmed_at=now.astimezone(UTC)))

    def over(self, before: datetime, referred: Collection[tuple[str, str]]) -> list[Path]:
        """Return the files of answers last given before that moment (UTC), those left out whose
        address and sha256 are among `referred`: an empty answer says the same about anybody. Raises
        StorageError.
        """
        kept = {(self._place(address), digest[:16]) for address, digest in referred}
        found = []
        with storing(self._folder):
            for path in sorted(self._folder.glob("*/*.json")):
                if (named := _NAME.fullmatch(path.name)) and (path.parent, named[2]) not in kept:
                    at = datetime.strptime(named[1], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
                    if at < before:
                        found.append(path)
        return found

    def every(self) -> Iterator[tuple[Path, StoredAnswer | None]]:
        """Yield the file of every answer, and the answer; None for one that is not as it was
        written.
        """
        with storing(self._folder):
            paths = sorted(self._folder.glob("*/*.json"))
        for path in paths:
            kept = _read_stored_answer(path, None)
            named = _NAME.fullmatch(path.name)
            right = kept and named and named[2] == kept.sha256[:16]
            yield (
                path,
                kept if right and kept and self._place(kept.address) == path.parent else None,
            )

    def _write(self, kept: StoredAnswer) -> StoredAnswer:
        folder = self._place(kept.address)
        with storing(folder):
            make_folder(folder)
        path = folder / f"{kept.confirmed_at:%Y%m%dT%H%M%S%fZ}-{kept.sha256[:16]}.json"
        write_chunks([msgspec.json.format(msgspec.json.encode(kept), indent=1)], path)
        for older, same in self._all(kept.address):
            if older != path and same.retrieved_at == kept.retrieved_at:
                with suppress(OSError):
                    older.unlink()
        return kept

    def _all(self, address: str) -> Iterator[tuple[Path, StoredAnswer]]:
        with storing(self._folder):
            paths = sorted(self._place(address).glob("*.json"), reverse=True)
        yield from ((path, kept) for path in paths if (kept := _read_stored_answer(path, address)))

    def _place(self, address: str) -> Path:
        return self._folder / sha256(address.encode()).hexdigest()


def _read_stored_answer(path: Path, address: str | None) -> StoredAnswer | None:
    try:
        kept = decode_json(path.read_bytes(), StoredAnswer)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    intact = kept.sha256 == sha256(kept.body.encode()).hexdigest()
    return kept if intact and address in (None, kept.address) else None
