"""Every description of a folder is a list; a wrong one stops everything, loudly."""

from pathlib import Path

import pytest

from duediligence.council_registers import load, put, read_description
from duediligence.errors import UsageError

from .conftest import Register


def test_a_folder_is_loaded_in_the_order_of_names(register: Register, tmp_path: Path) -> None:
    register.describe()
    text = register.path.read_text()
    (tmp_path / "a.toml").write_text(text.replace('id = "notices"', 'id = "zebra"'))
    (tmp_path / "notes.txt").write_text("no description")
    assert list(load(tmp_path)) == ["zebra", "notices"]


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == {}


def test_a_wrong_description_stops_everything(register: Register, tmp_path: Path) -> None:
    register.describe()
    (tmp_path / "other.toml").write_text("id = 5")
    with pytest.raises(UsageError, match=r"other\.toml"):
        load(tmp_path)


def test_one_id_names_one_register(register: Register, tmp_path: Path) -> None:
    register.describe()
    (tmp_path / "other.toml").write_text(register.path.read_text())
    with pytest.raises(UsageError, match=r"has the id 'notices' of notices\.toml"):
        load(tmp_path)


@pytest.mark.parametrize(
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
    copied, target = put(register.path, tmp_path / "home" / "registers")
    assert target == tmp_path / "home" / "registers" / "notices.toml"
    assert read_description(target) == copied
    for place in ("url", "file", "folder"):
        assert getattr(copied.source, place) == getattr(before.source, place)
    if "# mine" in source:
        assert "# mine" in target.read_text()


def test_a_path_that_cannot_be_rewritten_is_refused(register: Register, tmp_path: Path) -> None:
    register.describe()
    inline = register.path.read_text().replace('\n[source]\nfile = "notices.csv"\n', "")
    register.path.write_text(f'source = {{ file = "notices.csv" }}\n{inline}')
    read_description(register.path)
    with pytest.raises(UsageError, match="cannot be made absolute"):
        put(register.path, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_wrong_description_is_not_put(register: Register, tmp_path: Path) -> None:
    register.path.write_text("id = 5")
    with pytest.raises(UsageError):
        put(register.path, tmp_path / "home")
    assert not (tmp_path / "home").exists()
