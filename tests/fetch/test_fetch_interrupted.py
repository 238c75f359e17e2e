"""Runs that end in the middle: killed, stopped, or out of disk. The next one works all the same."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from duediligence.contracts import Feed
from duediligence.fetch import Snapshots, Visits, fetch_folder, fetch_online
from duediligence.progress import Silent

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
BODY = b"<list>" + b"x" * 1_000_000 + b"</list>"

SCRIPT = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from duediligence.contracts import Expect, Feed, watchlist
from duediligence.errors import StorageError
from duediligence.fetch import Client, Snapshots, Visits, fetch_folder, fetch_online
from duediligence.progress import Silent

url, folder, root, authority, limit = sys.argv[1:]
feeds = (Feed("list.xml", url),)
declare = watchlist(
    id="invented", title="", publisher="", licence="", topic="sanctions", homepage="",
    feeds=feeds, max_age=timedelta(days=2), expect=Expect(entries=(1, 10)),
)
invented = declare(lambda files: iter(()))
snapshots, now = Snapshots(Path(root)), datetime.now(UTC)
if int(limit):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    if url:
        visits = Visits(Client(user_agent="test", verify=authority, private_hosts=["127.0.0.1"]))
        fetch_online(invented, feeds, visits, snapshots, progress=Silent(), now=now)
    else:
        fetch_folder(invented, feeds, Path(folder), snapshots, now=now)
except StorageError as error:
    sys.exit(f"{error.message}\\n{error.hint}")
"""


@pytest.fixture
def root(tmp_path):
    return tmp_path / "snapshots"


@pytest.fixture
def script(tmp_path, root, authority):
    def arguments(url="", limit=0):
        return [
            sys.executable, "-W", "error", "-c", SCRIPT,
            url, str(tmp_path), str(root), str(authority.file), str(limit),
        ]  # fmt: skip

    return arguments


@pytest.fixture
def served(server, make_list, make_client, root):
    """Fetch the list once, so that there is a version that must outlive what follows."""
    feeds = (Feed("list.xml", server.url_for("/list.xml")),)

    def fetch(body, now):
        server.clear()
        server.expect_request("/list.xml").respond_with_data(body)
        return fetch_online(
            make_list(*feeds),
            feeds,
            Visits(make_client()),
            Snapshots(root),
            progress=Silent(),
            now=now,
        )

    return fetch


def test_a_run_that_is_killed_leaves_the_old_list_and_stops_nobody(broken, served, script, root):
    def half(connection, server):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        connection.sendall(BODY[:500_000])
        server.stopped.wait(60)

    first = served(b"<list/>", NOW)
    url = broken(half).url_for("/list.xml")
    with subprocess.Popen(script(url)) as run:
        parts = []
        give_up = time.monotonic() + 60
        while not parts and time.monotonic() < give_up and run.poll() is None:
            parts = [p for p in root.glob("*/.staging-*/.list.xml.*.tmp") if p.stat().st_size]
            time.sleep(0.01)
        run.kill()
    assert len(parts) == 1
    assert parts[0].exists()
    assert Snapshots(root).all("invented") == (first,)

    second = served(BODY, NOW + timedelta(days=1))
    assert second.paths()["list.xml"].read_bytes() == BODY
    assert parts[0].exists(), "it might be another run at work"

    long_ago = time.time() - 2 * 86_400
    os.utime(parts[0].parent, (long_ago, long_ago))
    third = served(b"<list></list>", NOW + timedelta(days=2))
    assert sorted(p.name for p in root.joinpath("invented").iterdir()) == [
        first.id,
        second.id,
        third.id,
    ]


@pytest.mark.parametrize("online", [True, False])
def test_no_room_on_the_disk_is_told_and_leaves_the_old_list(
    server, served, script, root, tmp_path, online
):
    pytest.importorskip("resource")
    first = served(b"<list/>", NOW)
    server.clear()
    server.expect_request("/list.xml").respond_with_data(BODY)
    (tmp_path / "list.xml").write_bytes(BODY)
    url = server.url_for("/list.xml") if online else ""
    run = subprocess.run(script(url, 200_000), capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "There is no disk space left to write" in run.stderr
    assert "Free some space" in run.stderr
    assert [p.name for p in root.joinpath("invented").iterdir()] == [first.id]
    assert Snapshots(root).latest("invented") == first


def test_no_room_for_the_manifest_leaves_no_snapshot(script, root, tmp_path):
    pytest.importorskip("resource")
    (tmp_path / "list.xml").write_bytes(b"<list/>")
    run = subprocess.run(script("", 20), capture_output=True, text=True, timeout=60)
    assert "There is no disk space left to write" in run.stderr
    assert "manifest.json" in run.stderr
    assert list(root.joinpath("invented").iterdir()) == []


def test_ctrl_c_in_the_middle_of_a_set_leaves_the_old_set(
    server, make_list, make_client, root, tmp_path
):
    names = ("SDN.CSV", "ALT.CSV")
    for name in names:
        (tmp_path / name).write_text("old")
    feeds = tuple(Feed(name, server.url_for(f"/{name}")) for name in names)
    old = fetch_folder(make_list(*feeds), feeds, tmp_path, Snapshots(root), now=NOW)

    class Stopping(Silent):
        def task(self, description, total=None, *, unit=""):
            if description == "ALT.CSV":
                raise KeyboardInterrupt
            return super().task(description, total)

    for name in names:
        server.expect_request(f"/{name}").respond_with_data("new")
    with pytest.raises(KeyboardInterrupt):
        fetch_online(
            make_list(*feeds),
            feeds,
            Visits(make_client()),
            Snapshots(root),
            progress=Stopping(),
            now=NOW,
        )
    assert Snapshots(root).all("invented") == (old,)
    assert [p.name for p in root.joinpath("invented").iterdir()] == [old.id]
