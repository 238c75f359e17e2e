"""A pack is verified by common programs alone, with the commands of the documentation."""

import io
import json
import random
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from duediligence.casework.signing_keys import signing_key
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_bytes
from duediligence.errors import DuediligenceError
from duediligence.model import Person, Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import PublicKey
from tests.delivery.resealing import ENVELOPE, other_key, parts, zipped
from tests.homes import copy_home

pytestmark = pytest.mark.browser
PROGRAMS = ("bash", "unzip", "openssl", "sha256sum", "awk")
PAGE = Path(__file__).parents[2] / "docs" / "officer" / "evidence-pack.md"
ALTERED = 700
Members = dict[str, bytes]


@dataclass(frozen=True)
class Made:
    pack: bytes
    key: PublicKey


@pytest.fixture(scope="module")
def made(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("packs")
    home = copy_home(loaded_home, folder / "home")
    with Workspace(Settings(home=home)) as workspace:
        supplier = Supplier(
            ref="S7", name="Tern & Plover Haulage Ltd", people=(Person("Isolde Farrowgate"),)
        )
        workspace.suppliers.save([supplier], file="s.csv", at=workspace.now())
        screen(workspace, Screened([supplier]))
        make(workspace, PackRequest(supplier="S7", people=True), folder / "pack.zip")
        return Made((folder / "pack.zip").read_bytes(), signing_key(workspace).public)


@pytest.fixture(scope="module")
def commands() -> str:
    if missing := [name for name in PROGRAMS if not shutil.which(name)]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    section = PAGE.read_text(encoding="utf-8").partition("## Verify without this tool")[2]
    found = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def run_commands(commands: str, pack: bytes, key: PublicKey, folder: Path) -> bool:
    """Return whether the documented commands accept it; `folder` is theirs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "pack.zip").write_bytes(pack)
    (folder / "council-key.pem").write_text(key.pem(), encoding="utf-8")
    ran = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return ran.returncode == 0


def read_members(pack: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(pack)) as package:
        return {name: package.read(name) for name in package.namelist()}


def is_accepted(made: Made, pack: bytes) -> bool:
    """Return whether this tool accepts it as its maker's."""
    try:
        return verify_bytes(pack, "pack.zip", (made.key,)).answer == "authentic and same"
    except DuediligenceError:
        return False


# --- what is done to a pack: `files` change it and write the zip again, `bookkeeping` the zip alone


def alter_byte(members: Members, chosen: random.Random) -> None:
    name = chosen.choice([each for each, body in members.items() if body])
    body = bytearray(members[name])
    body[chosen.randrange(len(body))] ^= 1 << chosen.randrange(8)
    members[name] = bytes(body)


def cut_file(members: Members, chosen: random.Random) -> None:
    name = chosen.choice([each for each, body in members.items() if body])
    members[name] = members[name][: chosen.randrange(len(members[name]))]


def extend_file(members: Members, chosen: random.Random) -> None:
    members[chosen.choice(sorted(members))] += chosen.choice([b" ", b"\n", b"\0", b"{}"])


def remove_file(members: Members, chosen: random.Random) -> None:
    del members[chosen.choice(sorted(members))]


def add_file(members: Members, chosen: random.Random) -> None:
    names = [
        "note.txt",
        "suppliers/002/run.json",
        "manifest.tst",
        "manifest.sig",
        "../up.txt",
        "a b",
    ]
    members[chosen.choice(names)] = chosen.randbytes(chosen.randrange(9))


def rename_file(members: Members, chosen: random.Random) -> None:
    name = chosen.choice(sorted(members))
    members[chosen.choice([name.upper(), f"{name}x", f"x/{name}"])] = members.pop(name)


def swap_files(members: Members, chosen: random.Random) -> None:
    bodies = {body: name for name, body in members.items()}
    one, other = chosen.sample(sorted(bodies.values()), 2)
    members[one], members[other] = members[other], members[one]


FILES: tuple[Callable[[Members, random.Random], None], ...] = (
    alter_byte,
    cut_file,
    extend_file,
    remove_file,
    add_file,
    rename_file,
    swap_files,
)


def alter_files(pack: bytes, chosen: random.Random) -> bytes:
    members = read_members(pack)
    chosen.choice(FILES)(members, chosen)
    return zipped(members)


def double_file(pack: bytes, chosen: random.Random) -> bytes:
    written = io.BytesIO(pack)
    with zipfile.ZipFile(written, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(chosen.choice(package.namelist()), chosen.randbytes(3))
    return written.getvalue()


def seal_again(pack: bytes, chosen: random.Random) -> bytes:
    taken = parts(pack)
    taken.files["flags.csv"] += b"x" * chosen.randrange(2)
    return taken.sealed(other_key())


def alter_zip(pack: bytes, chosen: random.Random) -> bytes:
    body = bytearray(pack)
    for _ in range(chosen.choice([1, 1, 1, 4])):
        body[chosen.randrange(len(body))] ^= 1 << chosen.randrange(8)
    return bytes(body)


def cut_zip(pack: bytes, chosen: random.Random) -> bytes:
    return pack[: chosen.randrange(len(pack))]


def extend_zip(pack: bytes, chosen: random.Random) -> bytes:
    more = chosen.randbytes(chosen.randrange(1, 40))
    return chosen.choice([pack + more, more + pack])


def pack_again(pack: bytes, chosen: random.Random) -> bytes:
    """The same files in another order, compressed, with another date, or with a comment."""
    members = list(read_members(pack).items())
    chosen.shuffle(members)
    written = io.BytesIO()
    method = chosen.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(written, "w", method) as package:
        for name, body in members:
            package.writestr(
                zipfile.ZipInfo(name, (2026, 1, chosen.randrange(1, 28), 0, 0, 0)), body
            )
        package.comment = chosen.choice([b"", b"checked"])
    return written.getvalue()


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    alter_files,
    alter_files,
    alter_files,
    double_file,
    seal_again,
    alter_zip,
    cut_zip,
    extend_zip,
    pack_again,
)


def link_elsewhere(pack: bytes) -> bytes:
    """A member is a link to a file that has its bytes today: two members have the same."""
    return rewritten(pack, "suppliers/001/alerts.json", b"entries.json", kind=0o120777)


def name_otherwise(pack: bytes) -> bytes:
    """The zip has another name than the one that `unzip` reads of its Unicode path."""
    path = b"\x01" + zlib.crc32(b"evil.html").to_bytes(4, "little") + b"report.html"
    extra = b"\x75\x70" + len(path).to_bytes(2, "little") + path
    return rewritten(pack, "report.html", name="evil.html", extra=extra)


def name_longer(pack: bytes) -> bytes:
    """A name goes on after a byte that ends it for `unzip`."""
    return rewritten(pack, "report.html", name="report.html~.exe").replace(b"~.exe", b"\0.exe")


def compress(pack: bytes) -> bytes:
    """What is compressed leaves room for more in a zip of the same size."""
    return rewritten(pack, "report.html", method=zipfile.ZIP_DEFLATED)


def hide_entry(pack: bytes) -> bytes:
    """A file stands first that the zip's directory does not name: the pack follows, moved."""
    forged = zipped({"report.html": b"<h1>forged</h1>"})
    return forged[: forged.index(b"PK\1\2")] + pack


CRAFTED = (link_elsewhere, name_otherwise, name_longer, compress, hide_entry)


def rewritten(
    pack: bytes,
    changed: str,
    body: bytes = b"",
    *,
    name: str = "",
    kind: int = 0o100644,
    extra: bytes = b"",
    method: int = zipfile.ZIP_STORED,
) -> bytes:
    """The pack as this tool writes it, but for the member `changed`."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for each, held in sorted(read_members(pack).items()):
            here = each == changed
            member = zipfile.ZipInfo(name if here and name else each, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, (kind if here else 0o100644) << 16
            member.extra = extra if here else b""
            package.writestr(
                member, body if here and body else held, method if here else zipfile.ZIP_STORED
            )
    return written.getvalue()


def altered_packs(pack: bytes) -> Iterator[bytes]:
    chosen = random.Random(35)
    for number in range(ALTERED):
        altered = WAYS[number % len(WAYS)](pack, chosen)
        while altered == pack:
            altered = WAYS[number % len(WAYS)](pack, chosen)
        yield altered


def read_folder(folder: Path) -> Mapping[str, bytes]:
    found = (one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}


def test_a_whole_pack_is_accepted_by_both(made: Made, commands: str, tmp_path: Path) -> None:
    assert run_commands(commands, made.pack, made.key, tmp_path / "it")
    assert read_folder(tmp_path / "it" / "pack") == read_members(made.pack)
    assert is_accepted(made, made.pack)
    assert not run_commands(commands, made.pack, other_key().public, tmp_path / "it")


def test_an_altered_pack_is_refused(made: Made, commands: str, tmp_path: Path) -> None:
    for altered in altered_packs(made.pack):
        assert not is_accepted(made, altered)
        assert not run_commands(commands, altered, made.key, tmp_path / "it")


def test_a_zip_that_programs_read_differently_is_refused(
    made: Made, commands: str, tmp_path: Path
) -> None:
    assert rewritten(made.pack, "") == made.pack
    for craft in CRAFTED:
        altered = craft(made.pack)
        assert not is_accepted(made, altered), craft.__name__
        assert not run_commands(commands, altered, made.key, tmp_path / "it"), craft.__name__


def test_a_time_stamp_is_neither_taken_out_nor_put_in(
    made: Made, commands: str, tmp_path: Path
) -> None:
    """Of a pack that says in its signed manifest that it has one."""
    taken, key = parts(made.pack), other_key()
    taken.about["time_stamp"] = True
    without = taken.sealed(key)
    stamped = zipped({**read_members(without), "manifest.tst": b"a token"})
    assert run_commands(commands, stamped, key.public, tmp_path / "it")
    assert not run_commands(commands, without, key.public, tmp_path / "it")


def test_another_implementation_accepts_the_envelope(made: Made) -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    envelope = Envelope.from_dict(json.loads(read_members(made.pack)[ENVELOPE]))
    public = {"public": made.key.raw.hex()}
    key = SSlibKey(made.key.id, "ed25519", "ed25519", public)
    assert envelope.verify([key], 1)
    assert b'"_type": "https://in-toto.io/Statement/v1"' in envelope.payload
