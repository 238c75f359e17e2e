"""The key of contacts: one of each installation, private, and nothing agrees across two."""

import hmac
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from duediligence import read_suppliers
from duediligence.errors import Conflict, StorageError
from duediligence.model import ContactKind
from duediligence.screening.contact_keys import FILE, contact_hasher
from tests.rows import for_each

NUMBER: tuple[ContactKind, str] = ("phone", "+441632960001")


def test_a_key_is_kept_once_and_hashes_the_same_ever_after(tmp_path: Path) -> None:
    hasher = contact_hasher(tmp_path)
    assert not (tmp_path / FILE).exists()
    hasher.keep(tmp_path)
    hasher.keep(tmp_path)
    again = contact_hasher(tmp_path)
    assert again.key(*NUMBER) == hasher.key(*NUMBER)
    assert len(hasher.key(*NUMBER).key) == 64
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / FILE).parent.stat().st_mode) == 0o700


def test_hashes_of_two_keys_and_of_two_kinds_never_agree(tmp_path: Path) -> None:
    one, other = contact_hasher(tmp_path / "one"), contact_hasher(tmp_path / "other")
    assert one.key(*NUMBER) != other.key(*NUMBER)
    assert one.key("phone", "x").key != one.key("bank account", "x").key


def test_the_key_has_no_text_of_its_own(tmp_path: Path) -> None:
    hasher = contact_hasher(tmp_path)
    hasher.keep(tmp_path)
    secret = (tmp_path / FILE).read_text().strip()
    assert secret not in repr(hasher) + str(hasher)


def test_a_key_that_was_made_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    hasher = contact_hasher(tmp_path)
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text("0" * 64)
    with pytest.raises(Conflict, match="by another command meanwhile"):
        hasher.keep(tmp_path)
    assert (tmp_path / FILE).read_text() == "0" * 64
    assert contact_hasher(tmp_path).key(*NUMBER) != hasher.key(*NUMBER)


@for_each("body", [b"", b"abc", b"0" * 63, b"0" * 65, b"g" * 64, b"\xff" * 64])
def test_a_damaged_key_stops_the_import(tmp_path: Path, body: bytes) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_bytes(body)
    with pytest.raises(StorageError, match="the file is damaged") as raised:
        contact_hasher(tmp_path)
    assert "imported again" in raised.value.hint


def test_a_key_that_is_no_file_stops_the_import(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be read"):
        contact_hasher(tmp_path)


def test_from_python_hashes_agree_within_the_process() -> None:
    one, other = (
        read_suppliers([{"name": name, "phone": "01632 960001"}]).suppliers[0]
        for name in ("Gull Taxis", "Moss Ltd")
    )
    assert one.contact_keys == other.contact_keys != ()


def test_a_number_cannot_be_tried_out_without_the_key(tmp_path: Path) -> None:
    """Numbers are few: whoever has a hash tries them all. Plain or under a guess, none fits."""
    kept = contact_hasher(tmp_path / "theirs").key(*NUMBER).key
    guess = contact_hasher(tmp_path / "guessed")
    kind = NUMBER[0]
    for number in (f"+44163296{last:04}" for last in range(10_000)):
        message = f"duediligence contact\0{kind}\0{number}".encode()
        plain = (sha256(number.encode()), sha256(message), hmac.new(b"", message, sha256))
        assert kept not in (each.hexdigest() for each in plain)
        assert kept != guess.key(kind, number).key
    # With the key the same search finds it: the key is what keeps it.
    theirs = contact_hasher(tmp_path / "theirs")
    numbers = [f"+44163296{last:04}" for last in range(10_000)]
    assert [one for one in numbers if theirs.key(kind, one).key == kept] == [NUMBER[1]]
