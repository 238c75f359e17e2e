"""Where memory is short a question ends in a plain message, and does not blame something else."""

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import DuediligenceError, StorageError, UsageError
from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.asking import asked
from duediligence.extensions.whole_register.asking.ask import ask
from duediligence.extensions.whole_register.asking.circles import find_owner_circles
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

from .conftest import Load
from .making import (
    COMPANIES_FILE,
    FIRM,
    OWNERS_FILE,
    company,
    owner,
    totals,
    write_companies,
    write_lines,
)


def test_a_question_that_needs_more_than_it_may_use(
    tmp_path: Path, load_files: Load, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"{number:08}" for number in range(99_000_000, 99_030_000)]
    owners = [
        owner(one, FIRM, name="X LTD", identification={"registration_number": other,
              "country_registered": "United Kingdom"})
        for one, other in zip(numbers, [*numbers[1:], numbers[0]], strict=True)
    ]  # fmt: skip
    load_files(
        write_companies(tmp_path / COMPANIES_FILE, [company(numbers[0])]),
        write_lines(tmp_path / OWNERS_FILE, [*owners, totals(len(owners))], ascii_only=True),
    )
    monkeypatch.setattr(asked, "MEMORY_MB", 2)
    with pytest.raises(StorageError, match="needs more memory than it may use"):
        ask(workspace, find_owner_circles)


@for_each(
    ("raised", "expected", "words"),
    [
        (ModuleNotFoundError("No module named 'duckdb'"), UsageError, "not installed"),
        (ImportError("failed to map segment from shared object"), StorageError, "map segment"),
        (MemoryError(), StorageError, "cannot be loaded: MemoryError"),
    ],
)
def test_why_duckdb_cannot_be_loaded_is_said(
    raised: BaseException,
    expected: type[DuediligenceError],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real: Callable[..., Any] = builtins.__import__

    def refused(name: str, *rest: Any, **more: Any) -> Any:
        if name == "duckdb":
            raise raised
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refused)
    with pytest.raises(expected, match=words):
        engine.connect_duckdb(tmp_path / "spill")
