"""The stream inside a backup: each file as it was, and nothing that leads out of the home."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.delivery.backup.stream import (
    BackupFile,
    Content,
    Member,
    compress_chunks,
    decompress_chunks,
    is_safe,
    pack_backup_stream,
    unpack_backup_stream,
)
from duediligence.errors import DamagedBackup, StorageError
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough
NAMES = st.from_regex(r"[a-zé]{1,8}(/[a-z.]{0,4}[a-z]){0,3}", fullmatch=True)


def packed(files: dict[str, bytes]) -> bytes:
    contents = [(Member(name, len(body)), [body]) for name, body in files.items()]

    def last(listed: tuple[BackupFile, ...]) -> Content:
        body = msgspec.json.encode(listed)
        return Member("list", len(body)), [body]

    return b"".join(pack_backup_stream(contents, last))


def chunked(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def unpacked(chunks: Iterable[bytes]) -> dict[str, bytes]:
    return {member.name: b"".join(body) for member, body in unpack_backup_stream(chunks, of="b")}


@given(st.dictionaries(NAMES, st.binary(max_size=60), max_size=5), st.integers(1, 70))
@settings(max_examples=examples(300))
def test_what_was_packed_is_unpacked(files: dict[str, bytes], size: int) -> None:
    stream = compress_chunks(chunked(packed(files), size))
    found = unpacked(decompress_chunks(stream, of="b"))
    listed = msgspec.json.decode(found.pop("list"), type=list[BackupFile])
    assert found == files
    assert [(one.name, one.size) for one in listed] == [(n, len(b)) for n, b in files.items()]


@given(st.binary(max_size=100), st.integers(1, 40))
@settings(max_examples=examples(300))
def test_what_is_cut_off_or_goes_on_is_refused(body: bytes, size: int) -> None:
    whole = packed({"a": body})
    small = b"".join(compress_chunks([whole]))
    for cut in (size, len(whole) - 1):
        with pytest.raises(DamagedBackup):
            unpacked([whole[:cut]])
    for wrong in (small[:-size], small + b"x", small + small):
        with pytest.raises(DamagedBackup):
            list(decompress_chunks(chunked(wrong, size), of="b"))
    with pytest.raises(DamagedBackup, match="goes on"):
        unpacked([whole, b"x"])


@given(st.binary(max_size=200))
@settings(max_examples=examples(500))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (lambda: unpacked([body]), lambda: list(decompress_chunks([body], of="b"))):
        with suppress(DamagedBackup):
            read()


@for_each(
    "name",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "a/./b",
        "a/",
        "C:x",
        "a\\..\\x",
        ".. /x",
        "a\0b",
        "a\nb",
        "x" * 1_001,
        "\udc80",
    ],
)
def test_a_name_that_leads_out_of_the_home_is_neither_written_nor_read(name: str) -> None:
    assert not is_safe(name)
    with pytest.raises(StorageError, match="cannot be put in a backup"):
        packed({name: b"x"})
    if not name.isascii():
        return
    head = msgspec.json.encode(Member(name, 1))
    with pytest.raises(DamagedBackup, match="name that cannot be used"):
        unpacked([len(head).to_bytes(4) + head + b"x" + bytes(4)])


@for_each("head", [b"", b"{}", b"\xff", b'{"name":"a","size":-1}', b"[" * 900])
def test_a_head_that_does_not_read_is_refused(head: bytes) -> None:
    with pytest.raises(DamagedBackup):
        unpacked([len(head).to_bytes(4) + head + b"x"])
    with pytest.raises(DamagedBackup, match="too long"):
        unpacked([(1 << 30).to_bytes(4)])


def test_a_file_that_changes_while_it_is_read_is_no_backup() -> None:
    for body in (b"xx", b"xxxx"):
        with pytest.raises(StorageError, match="a changed while it was copied"):
            list(pack_backup_stream([(Member("a", 3), [body])], lambda _: (Member("list", 0), [])))


def test_a_bomb_is_unpacked_in_pieces() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    pieces = list(map(len, decompress_chunks([bomb], of="b")))
    assert sum(pieces) == 50_000_000
    assert max(pieces) <= 1 << 20


def test_what_is_not_taken_is_passed_over() -> None:
    whole = packed({"a": b"aaa", "b": b"bbb"})
    assert [member.name for member, _ in unpack_backup_stream(chunked(whole, 5), of="b")] == [
        "a",
        "b",
        "list",
    ]
