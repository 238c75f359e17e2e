"""A long file is read by another process, as by this one, for as long as somebody waits."""

import os
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import UsageError
from duediligence.formats.filetype import RowLimit
from duediligence.model import Supplier
from duediligence.screening.contact_keys import passing_hasher
from duediligence.suppliers import apart
from duediligence.suppliers.apart import Waiter, read_for
from duediligence.suppliers.importing import read_suppliers
from duediligence.suppliers.parents import StoredSuppliers

pytestmark = pytest.mark.apart

LIMIT = RowLimit(50, "most_supplier_rows")
PATIENT = Waiter(lambda: None, nullcontext)


@pytest.fixture(autouse=True)
def however_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WORTH_IT", 0)


def written(folder: Path, rows: int) -> Path:
    path = folder / "suppliers.csv"
    lines = (f"S{n},Alder Quarry {n} Ltd,020 7946 0{n:03}" for n in range(rows))
    path.write_text("ref,name,phone\n" + "\n".join(lines) + "\nT1,,\n", encoding="utf-8")
    return path


def test_it_reads_the_same_and_refuses_in_the_same_words(tmp_path: Path) -> None:
    options = {
        "contact_key": passing_hasher().key,
        "known": StoredSuppliers((Supplier(ref="S1", name="Birch Ltd"),), {}, frozenset({"S9"})),
    }
    path = written(tmp_path, 40)
    read = read_for(PATIENT, path, LIMIT, **options)
    assert read == read_suppliers(path, **options)
    assert len(read.suppliers) == 40
    assert read.in_doubt
    with pytest.raises(UsageError, match="has over 50 rows") as caught:
        read_for(PATIENT, written(tmp_path, 51), LIMIT)
    assert "raise the setting" in caught.value.hint


def test_nobody_who_left_keeps_it_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Started(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    class Left(BaseException):
        pass

    def leave() -> None:
        raise Left

    monkeypatch.setattr(subprocess, "Popen", Started)
    with pytest.raises(Left):
        read_for(Waiter(leave, nullcontext), written(tmp_path, 40), LIMIT)
    (child,) = started
    assert child.returncode is not None


@pytest.mark.soak
@pytest.mark.skipif(os.name == "nt", reason="Windows limits no process")
def test_too_little_memory_is_said_and_only_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_MEMORY", 96 << 20)
    monkeypatch.setattr(apart, "_MEMORY_OF_A_ROW", 0)
    with pytest.raises(UsageError, match="the reader stopped: exit 1, MemoryError at "):
        read_for(PATIENT, written(tmp_path, 10_000), RowLimit(30_000))
