"""What is damaged, missing or exchanged is said, never answered from; and the way out works."""

import shutil
from collections.abc import Callable
from itertools import product, starmap
from pathlib import Path

import msgspec
import pytest

from duediligence.casework.verifying import verify
from duediligence.errors import NotAsRecorded, StorageError
from duediligence.extensions.whole_register import derived, loading
from duediligence.extensions.whole_register.asking.ask import ask
from duediligence.extensions.whole_register.asking.people import find_busy_people
from duediligence.extensions.whole_register.versions import (
    Version,
    activate_version,
    folder_of,
    open_version,
)
from duediligence.screening.workspace import Workspace
from duediligence.writing import rename
from tests.rows import for_each
from tests.thorough import every_nth, first_of, share_of

from .conftest import Load
from .making import (
    COMPANIES_FILE,
    OWNERS_FILE,
    company,
    owner,
    totals,
    write_companies,
    write_lines,
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    numbers = [f"{number:08}" for number in range(99_000_000, 99_000_040)]
    people = [
        owner(number, name="Jo Secret", date_of_birth={"year": 1970, "month": 5})
        for number in numbers
    ]
    return [
        write_companies(tmp_path / COMPANIES_FILE, [company(number) for number in numbers]),
        write_lines(tmp_path / OWNERS_FILE, [*people, totals(len(people))], ascii_only=True),
    ]


def _first(table: str) -> Callable[[Version], Path]:
    return lambda version: version.files(table)[0]


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:200])


def _zeroed(file: Path) -> None:
    body = file.read_bytes()
    file.write_bytes(body[:4] + bytes(len(body) - 300) + body[-296:])


def _end_spoilt(file: Path) -> None:
    body = file.read_bytes()
    file.write_bytes(body[:-8] + b"\xff\xff\xff\x7f" + body[-4:])


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _exchanged(file: Path) -> None:
    other = file.parent.parent / "failed" / "failed.parquet"
    shutil.copyfile(other, file)


@pytest.mark.parametrize(
    ("table", "damage"),
    every_nth(
        starmap(
            pytest.param,
            product(
                ("companies", "owners", "nodes", "edges"),
                (Path.unlink, _cut, _zeroed, _end_spoilt, _emptied, _exchanged),
            ),
        ),
        7,
    ),
)
def test_a_damaged_table_is_said_and_can_be_made_again(
    table: str,
    damage: Callable[[Path], None],
    files: list[Path],
    load_files: Load,
    workspace: Workspace,
    home: Path,
) -> None:
    version = load_files(*files)
    assert ask(workspace, find_busy_people).found == 1
    damage(_first(table)(version))
    with pytest.raises(StorageError, match=r"missing or damaged|cannot be read") as said:
        ask(workspace, find_busy_people)
    assert "remove the folder" in str(said.value.hint)
    assert "Secret" not in f"{said.value} {said.value.hint}"
    shutil.rmtree(folder_of(home))
    load_files(*files)
    assert ask(workspace, find_busy_people).found == 1


@pytest.mark.thorough
@for_each(
    ("name", "text"),
    share_of(
        [
            ("current.json", "{"),
            ("current.json", "[]"),
            ("current.json", "{}"),
            ("current.json", '{"version": 7}'),
            ("current.json", '{"version": ""}'),
            ("current.json", '{"version": "../bulk-register/VERSION"}'),
            ("current.json", '{"version": "2020-01-01-none"}'),
            ("VERSION/manifest.json", ""),
            ("VERSION/manifest.json", "\udcff"),
            ("VERSION/manifest.json", '{"layout": 1}'),
            ("VERSION/manifest.json", '{"layout": "one"}'),
        ],
        4,
    ),
)
def test_what_is_in_use_is_not_known(
    name: str, text: str, files: list[Path], load_files: Load, home: Path
) -> None:
    version = load_files(*files)
    made = version.manifest.version
    file = folder_of(home) / name.replace("VERSION", made)
    file.write_bytes(text.replace("VERSION", made).encode(errors="surrogateescape"))
    for act in (lambda: open_version(home), lambda: load_files(*files)):
        with pytest.raises(StorageError, match=r"missing or damaged|cannot be read") as said:
            act()
        # What it says to remove is what is in the way.
        assert str(said.value).startswith(f"{folder_of(home)}:")
    shutil.rmtree(folder_of(home))
    assert load_files(*files).manifest.rows["companies"] == 40


def test_what_a_newer_version_of_the_program_made_is_not_read(
    files: list[Path], load_files: Load, home: Path
) -> None:
    version = load_files(*files)
    manifest = version.folder / "manifest.json"
    manifest.write_text('{"layout": 99, "tables": {}}')
    with pytest.raises(StorageError, match="newer version of this program"):
        open_version(home)


@pytest.mark.parametrize("ending", [".json", ".parquet"])
def test_a_finished_part_that_was_damaged_is_read_again(
    ending: str,
    files: list[Path],
    load_files: Load,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(derived, "make_links", stopped)
        with pytest.raises(KeyboardInterrupt):
            load_files(*files)
    for file in (folder_of(home) / ".load" / "parts").glob(f"*{ending}"):
        _cut(file) if ending == ".parquet" else file.write_text("{")
    assert load_files(*files).manifest.rows["owners"] == 40


def test_a_part_of_the_version_in_use_that_was_damaged_is_read_again(
    files: list[Path], load_files: Load
) -> None:
    version = load_files(*files)
    _cut(version.files("owners")[0])
    people = [owner("99000000", name="Al Other"), totals(1)]
    write_lines(files[1], people, ascii_only=True)
    write_companies(files[0], [company(f"{n:08}") for n in range(99_000_000, 99_000_041)])
    assert load_files(*files, accept_fewer=True).manifest.rows["owners"] == 1


@pytest.mark.parametrize("at", first_of(["between", "before", "after"]))
def test_a_load_that_is_killed_while_it_swaps_leaves_a_whole_version_in_use(
    at: str,
    files: list[Path],
    load_files: Load,
    home: Path,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = load_files(files[0])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    def killed_after(source: Path, target: Path) -> None:
        rename(source, target)
        if target.parent == folder_of(home):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if at == "before":
            patched.setattr(loading, "write_manifest", killed)
        elif at == "between":
            patched.setattr(loading, "rename", killed_after)
        else:
            patched.setattr(loading, "remove_old", killed)
        with pytest.raises(KeyboardInterrupt):
            load_files(*files)
    in_use = open_version(home)
    assert (in_use == before) == (at != "after")
    assert load_files(*files).manifest.rows["owners"] == 40
    assert ask(workspace, find_busy_people).found == 1


def _same_size(version: Version) -> Path:
    """One letter of a name is another in a file of equal size, as a valid one may have it."""
    file = version.files("owners")[0]
    body = file.read_bytes()
    assert b"Secret" in body
    file.write_bytes(body.replace(b"Secret", b"Sacred"))
    return file


def _version_before(version: Version) -> Path:
    before = version.manifest.before
    activate_version(version.folder.parent.parent, before)
    return version.folder.parent / before / "manifest.json"


def _manifest_of_less(version: Version) -> Path:
    file = version.folder / "manifest.json"
    manifest = msgspec.json.decode(file.read_bytes())
    manifest["hashes"], manifest["bytes"] = {}, {}
    file.write_bytes(msgspec.json.encode(manifest))
    return file


@pytest.mark.parametrize("swap", [_same_size, _version_before, _manifest_of_less])
def test_a_valid_file_in_the_place_of_another_is_named_and_never_asked(
    swap: Callable[[Version], Path], files: list[Path], load_files: Load, workspace: Workspace
) -> None:
    load_files(files[0])
    version = load_files(*files)
    file = swap(version)
    with pytest.raises(NotAsRecorded) as said:
        ask(workspace, find_busy_people)
    assert (said.value.exit_code, str(file) in str(said.value)) == (3, True)
    assert file.name in str(verify(workspace))
    if swap is _same_size:
        # That part is read again, and nothing of the file is taken over.
        load_files(*files)
        assert ask(workspace, find_busy_people).found == 1
        assert verify(workspace) is None
    else:
        with pytest.raises(NotAsRecorded):
            load_files(*files)
