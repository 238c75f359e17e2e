"""A register that was exchanged for another valid one, or is gone, is named and never asked."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework import readiness
from duediligence.casework.verifying import verify
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import NotAsRecorded
from duediligence.model import Identifier, Supplier
from duediligence.model.entries import COMPANY
from duediligence.screening.registers import load_register
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings
from duediligence.store.register import local_register
from tests.thorough import first_of

Open = Callable[..., Workspace]
BULK = Path(__file__).parents[2] / "duediligence" / "demo" / "companies_bulk"
SUPPLIER = Screened(
    [Supplier(ref="S1", name="Sable Fen Ltd", identifiers=(Identifier(COMPANY, "99001234"),))]
)


def file_of(workspace: Workspace) -> Path:
    (file,) = (workspace.home / "register").glob("companies-house-*.db")
    return file


def one_row_fewer(workspace: Workspace, _: Path) -> None:
    with closing(sqlite3.connect(file_of(workspace))) as db, db:
        (table,) = db.execute(
            "SELECT name FROM sqlite_schema WHERE name IN ('companies', 'packed')"
        ).fetchone()
        db.execute(f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")


def yesterdays_file(workspace: Workspace, yesterday: Path) -> None:
    shutil.copy(yesterday, file_of(workspace))


def row_deleted(workspace: Workspace, _: Path) -> None:
    with closing(sqlite3.connect(workspace.home / "register.db")) as db, db:
        db.execute("DELETE FROM registers")


def catalogue_deleted(workspace: Workspace, _: Path) -> None:
    (workspace.home / "register.db").unlink()


def all_deleted(workspace: Workspace, file: Path) -> None:
    catalogue_deleted(workspace, file)
    shutil.rmtree(workspace.home / "register")


GONE = [catalogue_deleted, row_deleted, all_deleted]
SWAPS = [all_deleted, catalogue_deleted, one_row_fewer, row_deleted, yesterdays_file]


@pytest.mark.parametrize("swap", first_of(SWAPS))
def test_a_register_that_was_exchanged_is_named(
    open_workspace: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    swap: Callable[[Workspace, Path], None],
) -> None:
    monkeypatch.setattr(local_register, "_MOMENT_SECONDS", 0)
    files = sorted(BULK.glob("*.csv"))
    with open_workspace() as workspace:
        load_register(workspace, files, "companies")
        yesterday = Path(shutil.copy(file_of(workspace), tmp_path / "yesterday.db"))
    changed = [Path(shutil.copy(file, tmp_path)) for file in files]
    text = changed[0].read_bytes().splitlines(keepends=True)
    changed[0].write_bytes(b"".join([*text[:1], *text[2:]]))
    with open_workspace(at=NOW + timedelta(hours=1)) as workspace:
        load_register(workspace, changed, "companies", accept_fewer=True)
        screen(workspace, SUPPLIER)
    with open_workspace(at=NOW + timedelta(hours=2)) as workspace:
        swap(workspace, yesterday)
        with pytest.raises(NotAsRecorded, match="companies-house") as said:
            screen(workspace, SUPPLIER)
        assert (said.value.exit_code, "register" in str(said.value)) == (3, True)
        # Nothing is left to compare after a restore, either.
        assert (verify(workspace) is None) == (swap is all_deleted)
        if swap in GONE:
            doctor = readiness.examine_readiness(EffectiveSettings(workspace.settings, {}))
            (line,) = (one for one in doctor.lines if one.what == "register companies-house")
            assert (line.state, "Load it again" in str(line.detail)) == ("problem", True)
    with open_workspace(at=NOW + timedelta(hours=3)) as workspace:
        load_register(workspace, changed, "companies")
        screen(workspace, SUPPLIER)
        assert verify(workspace) is None
