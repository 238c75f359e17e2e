"""Workers of Dask find what one process finds, also where some of them are killed."""

import os
import signal
from pathlib import Path

import msgspec
import pytest

from duediligence.errors import SourceError, UsageError
from duediligence.extensions.whole_register.lookup import cluster, dask_worker
from duediligence.extensions.whole_register.lookup.cluster import (
    check_address,
    on_local_cluster,
    on_scheduler,
)
from duediligence.extensions.whole_register.lookup.workers import in_processes
from tests.rows import for_each

from .invented import load_lists, screened, write_register
from .test_screening import FIRST, SECOND, register, screen

_do_part = dask_worker.do_part


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load_lists(tmp_path, {"first": FIRST, "second": SECOND})
    return tmp_path


@pytest.fixture
def alone(home: Path) -> list[tuple[object, ...]]:
    """What one process finds."""
    version = write_register(home, "v1", register())
    screen(home)
    return screened(version)


@pytest.mark.soak
def test_two_workers_find_the_same(home: Path, alone: list[tuple[object, ...]]) -> None:
    screen(home, 2, full=True, do=on_local_cluster(2))
    version = home / "bulk-register" / "v1"
    assert screened(version) == alone
    assert not list(version.parent.rglob(".handed-over-*"))


@pytest.mark.soak
def test_files_are_exchanged_at_a_place_that_fsspec_opens(
    home: Path, alone: list[tuple[object, ...]], tmp_path: Path
) -> None:
    place = tmp_path / "bucket"
    screen(home, 2, full=True, do=on_local_cluster(2, storage=f"file://{place}"))
    assert screened(home / "bulk-register" / "v1") == alone
    assert list(place.iterdir()) == [], "what was exchanged is removed"


@pytest.mark.soak
def test_a_worker_that_is_killed_loses_nothing(
    home: Path, alone: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dask_worker, "do_part", killed_once)
    monkeypatch.setenv("KILLED", str(tmp_path / "killed"))
    screen(home, 2, full=True, do=on_local_cluster(2))
    assert (tmp_path / "killed").exists()
    assert screened(home / "bulk-register" / "v1") == alone


def killed_once(plugin: str, part: bytes) -> str:
    """Do a part; the worker that is given a certain one first is killed before it reports it."""
    said = _do_part(plugin, part)
    mark = Path(os.environ["KILLED"])
    if msgspec.json.decode(part)["number"] == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return said


def test_only_its_own_command_can_use_a_local_cluster() -> None:
    """Another account of the machine reaches the port, and would run code as who screens."""
    import distributed

    with cluster.start_local_cluster(1) as own:
        assert own.submit(os.getuid).result(timeout=30) == os.getuid()
        address = own.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        workers = own.scheduler_info()["workers"]
        assert workers
        assert all(worker.startswith("tls://127.0.0.1:") for worker in workers)
        plain = (address.replace("tls", "tcp"), distributed.Security())
        for place, security in (plain, (address, distributed.Security.temporary())):
            with pytest.raises((OSError, TypeError)):
                distributed.Client(place, timeout="1s", security=security, set_as_default=False)


@for_each(
    "address",
    ["tcp://192.0.2.7:8786", "tcp://scheduler.example.org:8786", "tcp://0.0.0.0:8786"],
)
def test_a_scheduler_that_anybody_could_be_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="runs code on this machine"):
        on_scheduler(address)
    check_address(address, trusted_network=True)
    check_address(address.replace("tcp", "tls"), trusted_network=False)


@for_each(
    "address", ["", "192.0.2.7:8786", "http://127.0.0.1:80", "inproc://1", "tcp://[x", "tcp://h"]
)
def test_what_is_no_address_of_a_scheduler_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="not the address of a scheduler"):
        on_scheduler(address, trusted_network=True)


def test_a_scheduler_that_does_not_answer_is_said(
    home: Path, alone: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", "1s")
    with pytest.raises(SourceError, match=r"tcp://127\.0\.0\.1:1 cannot be used as a scheduler"):
        screen(home, 2, full=True, do=on_scheduler("tcp://127.0.0.1:1"))
    screen(home, 3, full=True, do=in_processes(1))
    assert screened(home / "bulk-register" / "v1") == alone


class _Missing:
    """Makes a module of the program fail to import on a worker, as where it is not installed."""

    def __call__(self) -> None:
        import sys

        sys.modules["duediligence.extensions.whole_register.lookup.dask_worker"] = None  # type: ignore[assignment]


@pytest.mark.soak
def test_a_worker_without_the_program_is_said(home: Path, alone: list[tuple[object, ...]]) -> None:
    import distributed

    assert alone
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as workers,
        distributed.Client(workers, set_as_default=False) as client,
    ):
        client.run(_Missing())
        with pytest.raises(SourceError, match="cannot run the program"):
            screen(home, 2, full=True, do=on_scheduler(workers.scheduler_address))
