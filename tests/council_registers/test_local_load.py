"""Every description of a folder is a list; a wrong one stops everything, loudly."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from duediligence.council_registers import (
    WrongDescription,
    examine_register,
    files_in,
    load_described_registers,
    read_description,
    store_description,
)
from duediligence.errors import FetchFailed, UsageError
from duediligence.fetch.feeds import fetch_folder
from duediligence.fetch.snapshots import Snapshots
from tests.rows import for_each

from .conftest import Register

NOTICES = "Ref,Name,Type,Served,Status\nE/1,A Invented Ltd,notice,2026-01-02,live\n"


def test_a_folder_is_loaded_in_the_order_of_names(register: Register, tmp_path: Path) -> None:
    register.describe()
    text = register.path.read_text()
    (tmp_path / "a.toml").write_text(text.replace('id = "notices"', 'id = "zebra"'))
    (tmp_path / "notes.txt").write_text("no description")
    assert list(load_described_registers(tmp_path)) == ["zebra", "notices"]


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert load_described_registers(tmp_path / "none") == {}


def test_a_wrong_description_stops_everything(register: Register, tmp_path: Path) -> None:
    register.describe()
    (tmp_path / "other.toml").write_text("id = 5")
    with pytest.raises(UsageError, match=r"other\.toml"):
        load_described_registers(tmp_path)


def test_one_id_names_one_register(register: Register, tmp_path: Path) -> None:
    register.describe()
    (tmp_path / "other.toml").write_text(register.path.read_text())
    with pytest.raises(UsageError, match=r"has the id 'notices' of notices\.toml"):
        load_described_registers(tmp_path)


@for_each(
    "source",
    [
        'file = "notices.csv"  # mine',
        "file='sub dir/notices.csv'",
        'folder = "pages"\nfiles = "*.csv"',
        'url = "https://example.org/notices.csv"',
    ],
)
def test_what_is_put_reads_the_same_files(register: Register, tmp_path: Path, source: str) -> None:
    before = register.describe(source=source)
    copied, target = store_description(register.path, tmp_path / "home" / "registers")
    assert target == tmp_path / "home" / "registers" / "notices.toml"
    assert read_description(target, added=True) == copied
    for place in ("url", "file", "folder"):
        assert getattr(copied.source, place) == getattr(before.source, place)
    if "# mine" in source:
        assert "# mine" in target.read_text()


@pytest.mark.parametrize(
    "named",
    [
        "/etc/hostname",
        "../notices.csv",
        "pages/../../notices.csv",
        "link.csv",
        "linked/notices.csv",
        "C:\\Users\\notices.csv",
        "C:notices.csv",
        "\\\\files\\office\\notices.csv",
        "\\notices.csv",
        "..\\notices.csv",
    ],
)
@pytest.mark.parametrize("key", ["file", "folder"])
def test_a_description_names_only_what_is_in_its_own_folder(
    register: Register, tmp_path: Path, named: str, key: str
) -> None:
    """Somebody else may have written it: it must not have us read, and show, what only we can."""
    (tmp_path.parent / "notices.csv").write_text("Ref\n")
    (register.folder / "link.csv").symlink_to(tmp_path.parent / "notices.csv")
    (register.folder / "linked").symlink_to(tmp_path.parent)
    source = f"{key} = '{named}'" + ("\nfiles = '*.csv'" if key == "folder" else "")
    with pytest.raises(WrongDescription, match=f"source.{key} must be in the folder of this"):
        register.describe(source=source)
    with pytest.raises(WrongDescription):
        store_description(register.path, tmp_path / "home")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("named", ["./notices.csv", "sub/notices.csv", "within.csv"])
def test_a_link_within_the_folder_may_be_named(
    register: Register, tmp_path: Path, named: str
) -> None:
    register.write(NOTICES, "sub/notices.csv")
    register.write(NOTICES)
    (register.folder / "within.csv").symlink_to("sub/notices.csv")
    description = register.describe(source=f'file = "{named}"')
    assert len(examine_register(description, files_in(description)).entries) == 1


def test_a_file_that_became_a_link_out_of_its_folder_is_not_read(
    register: Register, tmp_path: Path
) -> None:
    register.write(NOTICES)
    register.describe()
    put_there, target = store_description(register.path, tmp_path / "home")
    (tmp_path.parent / "secret.csv").write_text(NOTICES)
    (register.folder / "notices.csv").unlink()
    (register.folder / "notices.csv").symlink_to(tmp_path.parent / "secret.csv")
    with pytest.raises(UsageError, match="is a link that leads out of its folder"):
        files_in(put_there)
    watchlist = load_described_registers(tmp_path / "home")["notices"]
    assert watchlist.location
    with pytest.raises(FetchFailed, match="is a link that leads out of its folder"):
        fetch_folder(
            watchlist,
            watchlist.feeds,
            watchlist.location,
            Snapshots(tmp_path / "snapshots"),
            now=datetime.now(UTC),
            in_place=True,
        )
    assert read_description(target, added=True) == put_there


def test_a_path_that_cannot_be_rewritten_is_refused(register: Register, tmp_path: Path) -> None:
    register.describe()
    inline = register.path.read_text().replace('\n[source]\nfile = "notices.csv"\n', "")
    register.path.write_text(f'source = {{ file = "notices.csv" }}\n{inline}')
    read_description(register.path)
    with pytest.raises(UsageError, match="cannot be made absolute"):
        store_description(register.path, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_wrong_description_is_not_put(register: Register, tmp_path: Path) -> None:
    register.path.write_text("id = 5")
    with pytest.raises(UsageError):
        store_description(register.path, tmp_path / "home")
    assert not (tmp_path / "home").exists()
