"""The stream inside a backup: files one after the other, each with its name, then a list of them.

A file is four bytes (the length of its head, big-endian), its head as JSON, and its bytes. Four
zero bytes end the stream. All of it is compressed (zlib, RFC 1950) before it is encrypted.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Annotated

import msgspec

from duediligence.errors import DamagedBackup, StorageError
from duediligence.typed_data import decode_json

_LONGEST_HEAD = 8_192
_LONGEST_NAME = 1_000
_PIECE = 1 << 20
# What leads out of a folder on some system.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\:\ud800-\udfff]")


class Member(msgspec.Struct, frozen=True):
    """A file: its name in the home, its bytes, and when it was last changed (ns since 1970)."""

    name: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    modified: Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)] = 0


class BackupFile(msgspec.Struct, frozen=True):
    """A file as the list at the end has it."""

    name: str
    size: int
    sha256: str


Content = tuple[Member, Iterable[bytes]]


def pack_backup_stream(
    contents: Iterable[Content], last: Callable[[tuple[BackupFile, ...]], Content]
) -> Iterator[bytes]:
    """Yield the stream of these files, and at its end the one that `last` makes of the list of
    them.

    Raises StorageError for a file that is longer or shorter than its head says.
    """
    listed: list[BackupFile] = []
    for member, chunks in contents:
        hashed = sha256()
        yield _format_member_head(member)
        for chunk in _check_member_size(member, chunks):
            hashed.update(chunk)
            yield chunk
        listed.append(BackupFile(member.name, member.size, hashed.hexdigest()))
    member, chunks = last(tuple(listed))
    yield _format_member_head(member)
    yield from _check_member_size(member, chunks)
    yield bytes(4)


def unpack_backup_stream(
    chunks: Iterable[bytes], *, of: str
) -> Iterator[tuple[Member, Iterator[bytes]]]:
    """Yield each file of a stream, and its bytes; what of them is not taken is passed over.

    Reads to the very end. Raises DamagedBackup, naming the backup `of`, for what
    `pack_backup_stream` does not write.
    """
    reader = _StreamReader(chunks, of)
    while length := int.from_bytes(reader.exactly(4)):
        if length > _LONGEST_HEAD:
            raise reader.damaged("the head of a file is too long")
        try:
            member = decode_json(reader.exactly(length), Member)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise reader.damaged("the head of a file does not read") from error
        if not is_safe(member.name):
            raise reader.damaged(f"a file in it has a name that cannot be used: {member.name!a}")
        body = reader.next(member.size)
        yield member, body
        for _ in body:
            pass
    if reader.more():
        raise reader.damaged("it goes on after its end")


def compress_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in fewer."""
    # Level 1: the text of a database shrinks to a fifth; more takes long and gains little.
    packer = zlib.compressobj(level=1)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def decompress_chunks(chunks: Iterable[bytes], *, of: str) -> Iterator[bytes]:
    """Yield what `compress` was given, never more than a mebibyte at once.

    Raises DamagedBackup, naming the backup `of`.
    """
    unpacker = zlib.decompressobj()
    try:
        for chunk in chunks:
            if unpacker.eof:
                raise DamagedBackup(f"{of}: what is in it goes on after its end")
            rest = chunk
            while rest:
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
        while not unpacker.eof and (piece := unpacker.decompress(b"", _PIECE)):
            yield piece
    except zlib.error as error:
        raise DamagedBackup(f"{of}: what is in it cannot be unpacked") from error
    if not unpacker.eof or unpacker.unused_data:
        raise DamagedBackup(f"{of}: what is in it is not whole")


def is_safe(name: str) -> bool:
    """Return whether a name is that of a file within a folder, on every system."""
    parts = name.split("/")
    return (
        len(name) <= _LONGEST_NAME
        and not _FORBIDDEN.search(name)
        and all(part and part not in (".", "..") and part[-1] not in ". " for part in parts)
    )


class _StreamReader:
    def __init__(self, chunks: Iterable[bytes], of: str) -> None:
        self._chunks = iter(chunks)
        self._of = of
        self._rest = memoryview(b"")

    def exactly(self, size: int) -> bytes:
        return b"".join(self.next(size))

    def next(self, size: int) -> Iterator[bytes]:
        """Yield the next bytes, in pieces."""
        while size:
            if not self.more():
                raise self.damaged("it ends too early")
            piece, self._rest = bytes(self._rest[:size]), self._rest[size:]
            size -= len(piece)
            yield piece

    def more(self) -> bool:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._rest = memoryview(chunk)
        return True

    def damaged(self, why: str) -> DamagedBackup:
        return DamagedBackup(f"{self._of}: is not whole: {why}", hint="Use another backup.")


def _format_member_head(member: Member) -> bytes:
    if not is_safe(member.name):
        raise StorageError(
            f"{member.name!a} cannot be put in a backup: its name is too long, or has characters "
            "that some systems do not allow",
            hint="Rename the file.",
        )
    head = msgspec.json.encode(member)
    return len(head).to_bytes(4) + head


def _check_member_size(member: Member, chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        yield chunk
    if size != member.size:
        raise StorageError(
            f"{member.name} changed while it was copied", hint="Run the backup again."
        )
