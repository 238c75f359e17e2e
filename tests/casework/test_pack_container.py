"""A pack is whole to the byte, or it is not taken for one."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.delivery.pack import container
from duediligence.delivery.pack.container import open_pack, seal_pack
from duediligence.errors import DuediligenceError, StorageError, UsageError
from tests.delivery.resealing import other_key, parts
from tests.rows import for_each

FILES = {
    "report.html": b"<p>Evidence</p>",
    "suppliers/001/run.json": b'{"id": "R1"}\n',
    "suppliers/001/findings.json": b"[]\n",
    "evidence/" + "ab" * 32 + ".json": b'{"items": []}',
}
KEY = other_key()
PACK = seal_pack({"made_by": "Ada"}, FILES, KEY)


def whole(path: Path) -> bool:
    try:
        return not open_pack(path).damaged
    except DuediligenceError:
        return False


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", how) as package:
        for name, body in members:
            package.writestr(name, body)
    return written.getvalue()


def test_what_is_sealed_opens_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(PACK)
    pack = open_pack(path)
    assert not pack.damaged
    assert pack.files == FILES
    assert pack.signed_by == KEY.public
    assert pack.signature
    assert pack.stamp == b""
    assert pack.manifest["made_by"] == "Ada"


def test_the_same_files_give_the_same_bytes() -> None:
    assert seal_pack({"made_by": "Ada"}, dict(reversed(FILES.items())), KEY) == PACK


@given(position=st.integers(0, len(PACK) - 1), flip=st.integers(1, 255))
def test_any_byte_that_was_altered_shows(
    tmp_path_factory: pytest.TempPathFactory, position: int, flip: int
) -> None:
    path = tmp_path_factory.mktemp("altered") / "pack.zip"
    path.write_bytes(PACK[:position] + bytes([PACK[position] ^ flip]) + PACK[position + 1 :])
    assert not whole(path)


@given(st.integers(0, len(PACK) - 1))
def test_a_pack_cut_short_shows(tmp_path_factory: pytest.TempPathFactory, end: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "pack.zip"
    path.write_bytes(PACK[:end])
    assert not whole(path)


@given(name=st.sampled_from(sorted(FILES)), data=st.data())
def test_the_file_that_was_altered_is_named(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Also where the zip around it was made anew, so that its own check sum is right."""
    body = bytearray(FILES[name])
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = [
            (one, bytes(body) if one.filename == name else package.read(one))
            for one in package.infolist()
        ]
    path = tmp_path_factory.mktemp("named") / "pack.zip"
    path.write_bytes(zipped(*members))
    assert list(open_pack(path).damaged) == [name]


def test_a_file_put_in_or_taken_out_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = [(one, package.read(one)) for one in package.infolist()]
    path.write_bytes(zipped(*members, ("suppliers/001/more.json", b"[]")))
    assert list(open_pack(path).damaged) == ["suppliers/001/more.json"]
    path.write_bytes(zipped(*(one for one in members if one[0].filename != "report.html")))
    assert open_pack(path).damaged == {"report.html": "it is missing"}


@for_each(
    "name", ["../evil.json", "/etc/evil.json", "a\\..\\evil.json", "C:evil.json", "Name.json", "a/"]
)
def test_no_name_leads_out_of_the_pack(tmp_path: Path, name: str) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = [(one, package.read(one)) for one in package.infolist()]
    path.write_bytes(zipped(*members, (zipfile.ZipInfo(name), b"")))
    assert len(open_pack(path).damaged) == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = [(one.filename, package.read(one)) for one in package.infolist()]
    path.write_bytes(zipped(*members, ("report.html", b"<p>Other</p>")))
    assert open_pack(path).damaged == {"report.html": "it is in the zip twice"}


def test_nothing_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = [(one.filename, package.read(one)) for one in package.infolist()]
    bomb = zipped(("bomb.json", b"\0" * 5_000_000), how=zipfile.ZIP_DEFLATED)
    path.write_bytes(zipped(*members, how=zipfile.ZIP_DEFLATED))
    with pytest.raises(StorageError, match="compressed or encrypted"):
        open_pack(path)
    path.write_bytes(bomb)
    with pytest.raises(UsageError, match="is a zip, but not an evidence pack"):
        open_pack(path)


def test_the_manifest_is_sealed_too(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = [
            (one, package.read(one).replace(b'"Ada"', b'"Bob"')) for one in package.infolist()
        ]
    path.write_bytes(zipped(*members))
    assert list(open_pack(path).damaged) == ["manifest.dsse"]


def test_a_manifest_that_does_not_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(zipped(("manifest.json", b"[]"), ("manifest.dsse", b"")))
    with pytest.raises(StorageError, match=r"manifest\.json is damaged"):
        open_pack(path)


@for_each("body", [b"", b"PK\x05\x06" + b"\0" * 18, b"%PDF-1.7", b"supplier,name\n"])
def test_what_is_no_pack_is_called_none(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(body)
    with pytest.raises(UsageError, match="is not an evidence pack"):
        open_pack(path)


def test_no_more_is_packed_or_read_than_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(PACK)
    monkeypatch.setattr(container, "MAX_BYTES", 20)
    with pytest.raises(UsageError, match="would hold over 20 bytes"):
        seal_pack({}, FILES, KEY)
    with pytest.raises(UsageError, match="larger than any such file"):
        open_pack(path)


def resealed(path: Path, body: bytes) -> dict[str, str]:
    path.write_bytes(body)
    return dict(open_pack(path).damaged)


def test_a_forger_cannot_keep_the_signature(tmp_path: Path) -> None:
    pack = parts(PACK)
    assert pack.sealed() == PACK
    pack.about["made_by"] = "Bob"
    assert list(resealed(tmp_path / "p.zip", pack.sealed())) == ["manifest.dsse"]
    assert resealed(tmp_path / "p.zip", pack.sealed(unsigned=True)) == {
        "manifest.dsse": "it is missing"
    }


def test_a_forger_can_only_sign_as_somebody_else(tmp_path: Path) -> None:
    path, other = tmp_path / "p.zip", other_key()
    path.write_bytes(parts(PACK).sealed(other))
    pack = open_pack(path)
    assert not pack.damaged
    assert pack.signed_by == other.public != KEY.public
    path.write_bytes(parts(PACK).sealed(version=1, unsigned=True))
    pack = open_pack(path)
    assert (pack.version, pack.signed_by, pack.damaged) == (1, None, {})


@for_each("old", ["keyid", "sig", "payload", "payloadType"])
def test_a_signature_is_read_to_the_byte(tmp_path: Path, old: str) -> None:
    """A field more or less, a blank, and the id of another key are no signature."""
    pack = parts(PACK)
    document = json.loads(pack.signature)
    said = {**document, **document["signatures"][0]}
    for changed in (
        pack.signature + b" ",
        pack.signature.replace(f'"{old}"'.encode(), b'"name"'),
        pack.signature.replace(said[old].encode(), other_key().public.id.encode()),
        b"",
        b"[]",
        b"\xff",
    ):
        assert list(resealed(tmp_path / "p.zip", replace(pack, signature=changed).sealed()))


def test_a_time_stamp_of_the_signature_may_stand_beside_it(tmp_path: Path) -> None:
    stamped = seal_pack({"made_by": "Ada"}, FILES, KEY, lambda signature: b"token of " + signature)
    assert resealed(tmp_path / "p.zip", stamped) == {}
    pack = open_pack(tmp_path / "p.zip")
    assert pack.stamp == b"token of " + pack.signature
    assert pack.files == FILES


@for_each("name", ["manifest.json", "manifest.dsse", "manifest.tst"])
def test_a_manifest_cannot_list_what_it_does_not_cover(tmp_path: Path, name: str) -> None:
    pack = parts(PACK)
    pack.files[name] = b"{}"
    assert resealed(tmp_path / "p.zip", pack.sealed(KEY))[name]


def test_a_manifest_says_each_thing_once(tmp_path: Path) -> None:
    """Two values of one name are read in two ways by two programs."""
    with zipfile.ZipFile(io.BytesIO(PACK)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    body = members["manifest.json"].replace(b'"made_by"', b'"made_by": "Bob",\n  "made_by"')
    pack = {**members, "manifest.json": body}
    assert "manifest.json" in resealed(tmp_path / "p.zip", zipped(*sorted(pack.items())))
