"""Workers exchange files with this machine at any place that fsspec opens."""

from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest

from duediligence.errors import StorageError, UsageError
from duediligence.extensions.whole_register.lookup.layers import Failures
from duediligence.extensions.whole_register.lookup.plan import WORDS, LookupPart, WorkerJob
from duediligence.extensions.whole_register.lookup.shared_storage import PartStorage
from duediligence.extensions.whole_register.lookup.workers import in_processes

from .invented import load_lists, screened, write_register
from .test_screening import FIRST, SECOND, register, screen


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load_lists(tmp_path, {"first": FIRST, "second": SECOND})
    write_register(tmp_path, "v1", register())
    return tmp_path


def test_what_is_not_on_a_disk_works_as_well(home: Path) -> None:
    """The file system in memory stands for a bucket: DuckDB reads the rows there through fsspec."""
    version = home / "bulk-register" / "v1"
    screen(home)
    alone = screened(version)
    files = fsspec.filesystem("memory")
    times_done: dict[str, int] = {}

    def do(job: WorkerJob, parts: list[LookupPart], done: Callable[[], object]) -> Failures:
        if parts[0].kind == WORDS:
            return in_processes(1)(job, parts, done)
        with PartStorage.prepared(job, "memory://bucket") as stored:
            search = stored.shared.open()
            for part in parts:
                for _ in range(2):  # as where Dask gives a part out twice
                    stored.shared.run(search, part)
                    times_done[part.name] = times_done.get(part.name, 0) + 1
                stored.collect(part)
            search.close()
        return {}

    screen(home, 2, full=True, do=do)  # type: ignore[arg-type]
    assert screened(version) == alone
    assert set(times_done.values()) == {2}
    assert files.find("/bucket") == []


def test_a_place_that_cannot_be_opened_is_said(home: Path) -> None:
    def do(job: WorkerJob, parts: list[LookupPart], done: object) -> dict[LookupPart, str]:
        with PartStorage.prepared(job, "nonsense://bucket"):
            return {}

    with pytest.raises(UsageError, match="cannot be opened"):
        screen(home, do=do)  # type: ignore[arg-type]


def test_a_place_that_cannot_be_written_to_is_said(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    def do(job: WorkerJob, parts: list[LookupPart], done: object) -> dict[LookupPart, str]:
        with PartStorage.prepared(job, f"file://{tmp_path}/file"):
            return {}

    with pytest.raises(StorageError, match="cannot be used"):
        screen(home, do=do)  # type: ignore[arg-type]
