"""`registers load whole` and `registers status`, as a user types them."""

import builtins
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.extensions.whole_register.making import (
    COMPANIES_FILE,
    OWNERS_FILE,
    company,
    owner,
    totals,
    write_companies,
    write_lines,
)

pytest.importorskip("duckdb", reason="the extra [register] is not installed")
Run = Callable[..., Any]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_companies(tmp_path / COMPANIES_FILE, [company("1"), company("2")]),
        write_lines(tmp_path / OWNERS_FILE, [owner("1"), totals(1)], ascii_only=True),
    ]


def test_load_then_status(run: Run, files: list[Path]) -> None:
    loaded = run("registers", "load", "whole", *files)
    assert loaded.code == 0
    assert "2 companies and 1 record of an owner, with 3 links between them" in loaded.out
    assert "edges" not in loaded.out
    assert "Not loaded: officers bulk file." in loaded.err
    assert "To ask it: duediligence registers ask --help" in loaded.err
    status = run("registers", "status")
    assert status.code == 0
    assert "companies-house" in status.out
    assert "BasicCompanyData  2     2026-11-01" in status.out
    document = json.loads(run("registers", "status", "--json").out)["data"]
    assert document["registers"]
    data = document["whole_register"]
    assert data["rows"]["companies"] == 2
    assert data["products"]["owners"]["published"] == "2026-11-01"
    assert len(data["products"]["owners"]["files"][0]["sha256"]) == 64


def test_the_load_is_in_the_audit_chain_without_a_name(run: Run, files: list[Path]) -> None:
    run("registers", "load", "whole", *files)
    log = run("audit", "log", "--json").out
    assert "whole register" in log
    assert "rows of owners" in log
    assert "Sample" not in log
    assert run("audit", "verify").code == 0


def test_status_where_nothing_was_loaded(run: Run) -> None:
    status = run("registers", "status")
    assert status.code == 0
    assert "whole register" not in status.out
    document = json.loads(run("registers", "status", "--json").out)["data"]
    assert document["whole_register"] == {"version": None}


def test_a_file_that_is_cut_leaves_what_was_there(run: Run, files: list[Path]) -> None:
    run("registers", "load", "whole", *files)
    before = run("registers", "status").out
    files[0].write_bytes(files[0].read_bytes()[:-9])
    failed = run("registers", "load", "whole", files[0])
    assert failed.code == 3
    assert "line 3" in failed.err
    assert run("registers", "status").out == before


def test_without_the_extra_it_says_how_to_install_it(
    run: Run, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "duckdb":
            raise ModuleNotFoundError(name)
        return plain(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    failed = run("registers", "load", "whole", *files)
    assert failed.code == 2
    assert "pip install 'duediligence[register]'" in failed.err
    assert run("registers", "status").code == 0


def test_a_damaged_whole_register_hides_no_other(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "bulk-register"
    folder.mkdir(parents=True)
    (folder / "current.json").write_text("{}")
    status = run("registers", "status")
    assert status.code == 4
    assert "companies-house" in status.out
    assert "Error:" in status.err
