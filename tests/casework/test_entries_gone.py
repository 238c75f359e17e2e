"""Entries, dossiers and suppliers as compared that somebody deleted: an error that says so."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from duediligence.errors import DuediligenceError, StorageError
from tests.rows import for_each
from tests.thorough import share_of

from .test_access import ACTING, CALLS, Office, office, office_over, prepared, screened_home

__all__ = ["office", "screened_home"]  # fixtures


def delete_contents(home: Path) -> None:
    """As somebody with a tool for databases would: round the guards, which are put back."""
    with closing(sqlite3.connect(home / "casework.db")) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f'DROP TRIGGER "{name}"')
        assert db.execute("DELETE FROM contents").rowcount
        for _, sql in guards:
            db.execute(sql)
        db.commit()


@pytest.mark.thorough
@for_each("name", share_of(ACTING, 5))
def test_no_use_case_meets_a_fault_of_another_kind(
    screened_home: Path, name: str, tmp_path: Path
) -> None:
    with office_over(screened_home, tmp_path) as office:
        workspace = prepared(office, name, tmp_path)
        delete_contents(office.home)
        with suppress(DuediligenceError):
            CALLS[name](workspace, tmp_path)


def test_a_guard_that_was_removed_is_named(office: Office) -> None:
    workspace = prepared(office, "scheduling.actions.retention", office.home)
    with closing(sqlite3.connect(office.home / "casework.db")) as db:
        db.execute("DROP TRIGGER declarations_kept_DELETE")
    with pytest.raises(StorageError, match="the guard declarations_kept_DELETE was removed"):
        CALLS["scheduling.actions.retention"](workspace, office.home)
