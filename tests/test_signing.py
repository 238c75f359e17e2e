"""The signing key: made once, private, and what it signs is for one purpose only."""

import os
import stat
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.errors import NotFound, StorageError, UsageError
from duediligence.signing import (
    PublicKey,
    make_key,
    public_key,
    read_key,
    read_public_keys,
)
from tests.rows import for_each

DAY = datetime(2026, 11, 26, tzinfo=UTC)

# Of sect163k1, which OpenSSL reads and the library does not know.
PUBLIC_OF_ANOTHER_CURVE = """MEAwEAYHKoZIzj0CAQYFK4EEAAEDLAAEBwQfUrtosx7mzlLGNupikRKM1mepBteP
SVrwOG8qkty/gQx34iprt2JH"""
OF_ANOTHER_CURVE = b"""-----BEGIN PRIVATE KEY-----
MGMCAQAwEAYHKoZIzj0CAQYFK4EEAAEETDBKAgEBBBUCWLGrsfIMFowiBVCH8Qbg
MLBMRM+hLgMsAAQHBB9Su2izHubOUsY26mKREozWZ6kG149JWvA4byqS3L+BDHfi
Kmu3Ykc=
-----END PRIVATE KEY-----
"""


def test_a_key_signs_for_one_purpose_and_one_text(tmp_path: Path) -> None:
    key = make_key(tmp_path / "keys" / "signing.pem")
    signature = key.sign("evidence pack", b"body")
    assert key.public.verifies(signature, "evidence pack", b"body")
    assert not key.public.verifies(signature, "audit head", b"body")
    assert not key.public.verifies(signature, "evidence pack", b"body.")
    assert not key.public.verifies(signature[:-1], "evidence pack", b"body")
    other = make_key(tmp_path / "other.pem")
    assert not other.public.verifies(signature, "evidence pack", b"body")


P = 2**255 - 19
ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL = [
    (y | sign << 255).to_bytes(32, "little")
    for y in (0, 1, P - 1, ORDER_8, P - ORDER_8)
    for sign in (0, 1)
]
NOT_CANONICAL = [
    (y | sign << 255).to_bytes(32, "little") for y in range(P, 2**255) for sign in (0, 1)
]


@for_each("raws", [SMALL, NOT_CANONICAL], ids=["small order", "not canonical"])
def test_a_key_that_nobody_made_is_taken_nowhere_and_signs_nothing(
    tmp_path: Path, raws: list[bytes]
) -> None:
    identity = (1).to_bytes(32, "little") + bytes(32)
    signed = make_key(tmp_path / "k.pem").sign("audit head", b"body")
    for raw in raws:
        key = PublicKey(raw)
        with pytest.raises(ValueError, match="nobody made it"):
            public_key(key.text)
        assert not key.verifies(identity, "audit head", b"body")
        assert not key.verifies(raw + bytes(32), "audit head", b"body")
        assert not key.verifies(signed, "audit head", b"body")
        prefix = bytes.fromhex("302a300506032b6570032100")
        body = b64encode(prefix + raw).decode()
        (tmp_path / "k.pub").write_text(
            f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
        )
        with pytest.raises(UsageError, match=r"nobody made|damaged"):
            read_public_keys(tmp_path / "k.pub")


def test_a_signature_that_nobody_made_verifies_under_no_key(tmp_path: Path) -> None:
    key = make_key(tmp_path / "k.pem").public
    for raw in (*SMALL, *NOT_CANONICAL):
        assert not key.verifies(raw + bytes(32), "audit head", b"body")
    assert not key.verifies(bytes(64), "audit head", b"body")


def test_a_file_that_is_there_is_kept_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    assert read_key(path) is None
    made = make_key(path)
    assert make_key(path).public == made.public
    read = read_key(path)
    assert read
    assert read.public == made.public
    assert make_key(path, instead=True).public != made.public
    assert [one.name for one in tmp_path.iterdir()] == ["signing.pem"]


def test_of_two_who_make_the_first_key_at_once_both_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda _: make_key(tmp_path / "k.pem").public.id, range(16))
        assert len(set(made)) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_only_its_owner_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key(tmp_path / "keys" / "signing.pem")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "signing.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_no_text_of_a_key_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    key = make_key(path)
    secret = b64decode(path.read_text().splitlines()[1])[-32:]
    for text in (repr(key), str(key), repr(key.public)):
        assert secret.hex() not in text
        assert repr(secret)[2:-1] not in text


@for_each("body", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n", OF_ANOTHER_CURVE])
def test_a_damaged_key_is_no_key_and_is_not_replaced(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "k.pem"
    path.write_bytes(body)
    with pytest.raises(StorageError, match="damaged"):
        make_key(path)
    assert path.read_bytes() == body


def test_public_keys_are_written_and_read_with_their_days(tmp_path: Path) -> None:
    new = make_key(tmp_path / "1.pem").public
    old = make_key(tmp_path / "2.pem").public
    keys = (PublicKey(new.raw, DAY), PublicKey(old.raw, DAY - timedelta(9), DAY))
    path = tmp_path / "keys.pem"
    path.write_text("".join(key.pem() for key in keys))
    assert read_public_keys(path) == keys
    assert keys[0].in_use(DAY + timedelta(99))
    assert not keys[0].in_use(DAY - timedelta(1))
    assert not keys[1].in_use(DAY + timedelta(1))
    assert public_key(new.text).raw == new.raw


def test_a_file_without_a_public_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    with pytest.raises(NotFound):
        read_public_keys(path)
    make_key(path)
    with pytest.raises(UsageError, match="no public key"):
        read_public_keys(path)
    for damaged in ("AAAA", PUBLIC_OF_ANOTHER_CURVE):
        path.write_text(f"-----BEGIN PUBLIC KEY-----\n{damaged}\n-----END PUBLIC KEY-----\n")
        with pytest.raises(UsageError, match="damaged"):
            read_public_keys(path)
