"""A stream under a passphrase: read back as it was, by other programs too, and refused after any
change.
"""

import io
import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.age_files import CHUNK_BYTES, decrypt_chunks, encrypt_chunks
from duediligence.errors import DamagedBackup, WrongPassphrase
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough
WORDS = "mauve teapot glacier kestrel"
HEADER, NONCE, TAG = 149, 16, 16
CHUNK = CHUNK_BYTES + TAG
NOT_OURS = (DamagedBackup, WrongPassphrase)


def seal(plain: bytes, words: str = WORDS) -> bytes:
    return b"".join(encrypt_chunks([plain], words, work_factor=1))


def open_sealed(body: bytes, words: str = WORDS) -> bytes:
    return b"".join(decrypt_chunks(io.BytesIO(body), words, name="b"))


@for_each("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_another_program_reads_what_was_sealed(size: int) -> None:
    pyrage = pytest.importorskip("pyrage", reason="another implementation of age, on Linux")
    plain = random.Random(size).randbytes(size)
    halves = [plain[: size // 3], b"", plain[size // 3 :]]
    body = b"".join(encrypt_chunks(halves, WORDS, work_factor=1))
    assert pyrage.passphrase.decrypt(body, WORDS) == plain == open_sealed(body)
    assert len(body) == HEADER + NONCE + size + TAG * max(1, -(-size // CHUNK_BYTES))


def test_what_asks_for_too_much_is_refused() -> None:
    body, altered = re.subn(rb"(-> scrypt \S+) \d+", rb"\1 19", seal(b"x"))
    assert altered
    with pytest.raises(DamagedBackup, match="asks for more memory or time"):
        open_sealed(body)


def test_what_another_program_sealed_to_a_key_is_refused() -> None:
    pyrage = pytest.importorskip("pyrage", reason="another implementation of age, on Linux")
    to_a_key = pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()])
    with pytest.raises(DamagedBackup, match="otherwise than with a passphrase alone"):
        open_sealed(to_a_key)


def damages(body: bytes, seed: int) -> Iterator[bytes]:
    """Yield the file with each bit of its header altered, others at random, and cut anywhere."""
    chosen = random.Random(seed)
    places = [*range(HEADER + NONCE), *(chosen.randrange(len(body)) for _ in range(60))]
    for at in places:
        altered = bytearray(body)
        altered[at] ^= 1 << chosen.randrange(8)
        yield bytes(altered)
        yield body[:at]
    yield body + b"x"


@for_each("size", [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 1])
def test_what_is_altered_cut_or_goes_on_is_refused(size: int) -> None:
    for damaged in damages(seal(bytes(size)), size):
        with pytest.raises(NOT_OURS):
            open_sealed(damaged)


@given(st.data())
@settings(max_examples=examples(40), deadline=None)
def test_chunks_in_another_order_or_of_another_file_are_refused(data: st.DataObject) -> None:
    plain = random.Random(5).randbytes(2 * CHUNK_BYTES + 9)
    body, other = seal(plain), seal(plain)
    rest = [one[HEADER + NONCE :] for one in (body, other)]
    pool = [one[at : at + CHUNK] for one in rest for at in range(0, len(one), CHUNK)]
    chosen = data.draw(st.lists(st.integers(0, len(pool) - 1), max_size=5))
    if chosen != [0, 1, 2]:
        with pytest.raises(DamagedBackup):
            open_sealed(body[: HEADER + NONCE] + b"".join(pool[one] for one in chosen))
    with pytest.raises(NOT_OURS):
        open_sealed(other[:HEADER] + body[HEADER:])


@given(st.binary(max_size=400))
@settings(max_examples=examples(300))
def test_anything_else_is_not_a_backup(body: bytes) -> None:
    for start in (b"", b"age-encryption.org/v1\n", b"ddbackup", seal(b"x")[:100]):
        with pytest.raises(NOT_OURS):
            open_sealed(start + body)


def test_an_error_says_what_to_do() -> None:
    body = seal(b"secret" * 10)
    with pytest.raises(WrongPassphrase, match="b: this passphrase does not open it"):
        open_sealed(body, WORDS + "s")
    with pytest.raises(DamagedBackup, match="damaged or cut off, between bytes 165 and 241"):
        open_sealed(body[:170] + bytes([body[170] ^ 1]) + body[171:])
    with pytest.raises(DamagedBackup, match="is not a backup"):
        open_sealed(b"PK" + body)


def test_a_passphrase_is_the_same_however_it_was_typed() -> None:
    body = seal(b"x", "caf\u00e9 teapot kestrel")
    assert open_sealed(body, " cafe\u0301 teapot kestrel\n") == b"x"


def test_no_two_files_have_a_key_or_a_nonce_in_common() -> None:
    parts = [
        (body[34:56], body[HEADER : HEADER + NONCE]) for body in (seal(b"x") for _ in range(50))
    ]
    assert len({one for one, _ in parts}) == len({other for _, other in parts}) == 50


def test_a_long_stream_is_read_in_chunks() -> None:
    noise = random.Random(1).randbytes(3_500_000)
    body = b"".join(encrypt_chunks([noise[:7], noise[7:]], WORDS, work_factor=1))
    found = list(decrypt_chunks(io.BytesIO(body), WORDS, name="b"))
    assert b"".join(found) == noise
    assert max(map(len, found)) == CHUNK_BYTES
