"""A pack is verified by common programs alone, with the commands of the documentation."""

import io
import json
import random
import re
import shutil
import subprocess
import zipfile
from collections import Counter
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
ALTERED = 252
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
    whole, counted = read_members(made.pack), Counter[str]()
    for altered in altered_packs(made.pack):
        assert not is_accepted(made, altered)
        if run_commands(commands, altered, made.key, tmp_path / "it"):
            # Then the files are, to the byte, those that were signed: the zip alone was changed.
            assert read_folder(tmp_path / "it" / "pack") == whole
            counted["the zip alone"] += 1
        else:
            counted["refused by the commands"] += 1
    assert counted.total() == ALTERED
    assert counted["refused by the commands"] > ALTERED * 3 / 4
    assert counted["the zip alone"] > ALTERED / 14


def test_another_implementation_accepts_the_envelope(made: Made) -> None:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    envelope = Envelope.from_dict(json.loads(read_members(made.pack)[ENVELOPE]))
    public = {"public": made.key.raw.hex()}
    key = SSlibKey(made.key.id, "ed25519", "ed25519", public)
    assert envelope.verify([key], 1)
    assert b'"_type": "https://in-toto.io/Statement/v1"' in envelope.payload
