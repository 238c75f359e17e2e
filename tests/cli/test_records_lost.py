"""A database that lacks what was acknowledged is never shown as if it were whole."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.store.casework.unit_of_work import KEPT_HEAD
from tests.rows import for_each

Run = Callable[..., Any]


@pytest.fixture
def used(run: Run, tmp_path: Path) -> Path:
    """A home as a person makes one, with a supplier."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755, exist_ok=True)
    assert run("suppliers", "add", "Pale Heron Works Ltd", "--ref", "S1").code == 0
    return home


def put_back_an_older_copy(run: Run, home: Path) -> None:
    shutil.copy(home / "casework.db", home.parent / "older.db")
    assert run("suppliers", "add", "Grey Heron Works Ltd", "--ref", "S2").code == 0
    shutil.copy(home.parent / "older.db", home / "casework.db")


def put_in_another_home_s(run: Run, home: Path) -> None:
    other = home.parent / "other"
    for ref in ("T1", "T2", "T3"):
        added = run("suppliers", "add", f"Invented {ref} Ltd", "--ref", ref, "--home", other)
        assert added.code == 0
    shutil.copy(other / "casework.db", home / "casework.db")


DAMAGES: list[Callable[[Run, Path], object]] = [
    put_back_an_older_copy,
    put_in_another_home_s,
    lambda run, home: (home / "casework.db").unlink(),
    lambda run, home: (home / "casework.db").write_bytes(b""),
]


@for_each("damage", DAMAGES)
def test_it_is_refused_until_a_person_says_that_it_counts(
    run: Run, used: Path, damage: Callable[[Run, Path], object]
) -> None:
    assert (used / KEPT_HEAD).stat().st_mode & 0o077 == 0
    damage(run, used)
    for words in (["suppliers", "list"], ["alerts", "list"], ["suppliers", "add", "Late Ltd"]):
        refused = run(*words)
        assert (refused.code, refused.out) == (4, "")
        assert "which was acknowledged" in refused.err
        assert f"delete {KEPT_HEAD} in the home folder" in refused.err
    verified = run("audit", "verify")
    assert verified.code == 4
    assert "acknowledged" in verified.out + verified.err
    (used / KEPT_HEAD).unlink()
    if not (used / "casework.db").exists():
        still = run("suppliers", "add", "Late Ltd")
        assert still.code == 4, "no empty database where there are copies"
        assert "backup bring-back" in still.err
        (used / "copies").rename(used.parent / f"copies of {len(list(used.parent.iterdir()))}")
    assert run("suppliers", "add", "Late Ltd").code == 0
    assert (used / KEPT_HEAD).exists()


@for_each(
    "words",
    [
        ["audit", "export", "home/casework.db"],
        ["audit", "head", "home/casework.db"],
        ["audit", "head", "home/casework.db-wal"],
        ["suppliers", "list", "--log-file", "home/casework.db"],
        ["suppliers", "import", "home/casework.db"],
        ["screen", "home/lists.db"],
        ["alerts", "import", "home/casework.db"],
        ["report", "verify", "home/casework.db"],
    ],
)
def test_nothing_is_written_over_a_database_or_read_from_one(
    run: Run, used: Path, words: list[str]
) -> None:
    (used / "casework.db-wal").touch()
    (used / "lists.db").touch()
    refused = run(*words)
    assert refused.code == 2
    assert "is a database" in refused.err
    (used / "casework.db-wal").unlink(missing_ok=True)
    assert run("audit", "verify").code == 0
