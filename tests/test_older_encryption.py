"""What an earlier version encrypted is read as it was, and refused after any change."""

import io
import struct
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.age_files import decrypt_chunks
from duediligence.errors import DamagedBackup, WrongPassphrase
from tests.older_backups import encrypt_older
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough
WORDS = "mauve teapot glacier kestrel"
HEADER, CHUNK, TAG = 64, 16, 16


def sealed(plain: bytes, words: str = WORDS) -> bytes:
    return encrypt_older(plain, words, log_n=1, r=1, chunk=CHUNK)


def opened(body: bytes, words: str = WORDS) -> bytes:
    return b"".join(decrypt_chunks(io.BytesIO(body), words, name="b"))


def pieces(body: bytes) -> list[bytes]:
    rest = body[HEADER:]
    return [rest[at : at + CHUNK + TAG] for at in range(0, len(rest), CHUNK + TAG)]


@given(st.binary(max_size=300))
@settings(max_examples=examples(300))
def test_what_was_sealed_is_read_back(plain: bytes) -> None:
    assert opened(sealed(plain)) == plain


@for_each("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_each_bit_that_is_altered_and_each_place_to_cut_is_noticed(size: int) -> None:
    body = sealed(bytes(size))
    for at in range(len(body)):
        for bit in range(8):
            altered = bytearray(body)
            altered[at] ^= 1 << bit
            # A tag of the header that is altered cannot be told from a wrong passphrase.
            in_tag = HEADER - TAG <= at < HEADER
            with pytest.raises(WrongPassphrase if in_tag else DamagedBackup):
                opened(bytes(altered))
        with pytest.raises(DamagedBackup):
            opened(body[:at])


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=40))
@settings(max_examples=examples(200))
def test_what_goes_on_after_the_end_is_refused(plain: bytes, more: bytes) -> None:
    with pytest.raises(DamagedBackup):
        opened(sealed(plain) + more)


@given(st.binary(min_size=CHUNK * 2, max_size=CHUNK * 8), st.data())
@settings(max_examples=examples(500))
def test_chunks_in_another_order_or_of_another_file_are_refused(
    plain: bytes, data: st.DataObject
) -> None:
    body, other = sealed(plain), sealed(plain)
    own, strange = pieces(body), pieces(other)
    pool = [*own, *strange]
    chosen = data.draw(st.lists(st.integers(0, len(pool) - 1), max_size=len(own) + 2))
    mixed = [pool[one] for one in chosen]
    if mixed == own:
        assert opened(body) == plain
        return
    with pytest.raises(DamagedBackup):
        opened(body[:HEADER] + b"".join(mixed))
    with pytest.raises((DamagedBackup, WrongPassphrase)):
        opened(other[: HEADER - TAG] + body[HEADER - TAG :])


@given(st.binary(max_size=400))
@settings(max_examples=examples(300))
def test_anything_else_is_not_a_backup(body: bytes) -> None:
    for start in (b"", b"ddbackup", sealed(b"x")[:48]):
        with pytest.raises((DamagedBackup, WrongPassphrase)):
            opened(start + body)


def test_a_wrong_passphrase_and_damage_are_different_errors() -> None:
    body = sealed(b"secret" * 10)
    with pytest.raises(WrongPassphrase, match="b: this passphrase does not open it"):
        opened(body, WORDS + "s")
    with pytest.raises(DamagedBackup, match="damaged or cut off, between bytes 96 and 128"):
        opened(body[:100] + b"x" + body[101:])
    with pytest.raises(DamagedBackup, match="is not a backup"):
        opened(b"PK" + body)


def test_a_passphrase_is_the_same_however_it_was_typed() -> None:
    body = sealed(b"x", "caf\u00e9 teapot kestrel")
    assert opened(body, " cafe\u0301 teapot kestrel\n") == b"x"


@for_each(
    ("log_n", "r", "p", "chunk"),
    [
        (40, 8, 1, 16),
        (20, 8, 1, 16),
        (17, 255, 1, 16),
        (17, 8, 255, 16),
        (17, 0, 1, 16),
        (0, 8, 1, 16),
        (10, 8, 0, 16),
        (10, 8, 1, 0),
        (10, 8, 1, 2 << 20),
    ],
)
def test_a_header_cannot_ask_for_all_memory(log_n: int, r: int, p: int, chunk: int) -> None:
    head = struct.pack(">8sBBBBI16s8s", b"ddbackup", 1, log_n, r, p, chunk, bytes(16), bytes(8))
    body = head + sha256(head).digest()[:8] + bytes(64)
    with pytest.raises(DamagedBackup, match="asks for more memory or time"):
        opened(body)


def test_a_later_form_is_named() -> None:
    head = struct.pack(">8sBBBBI16s8s", b"ddbackup", 9, 1, 1, 1, 16, bytes(16), bytes(8))
    with pytest.raises(DamagedBackup, match="in form 9"):
        opened(head + sha256(head).digest()[:8] + bytes(64))
