"""Files that are no list, in place of each file of each list: the version in use stays, and why.

Cuts, lost rows, renamed headings and swapped files are in test_cut_lists.py; these are the files
that a fault of a server, or an attacker, puts in their place.
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence import registry
from duediligence.contracts import Feed, Watchlist
from duediligence.fetch.feeds import fitting
from duediligence.formats.filetype import MAX_UNPACKED
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lists.statuses import statuses

from ..conftest import SAMPLE, SAMPLES, Open

pytestmark = [pytest.mark.soak, pytest.mark.apart]


def page(data: bytes) -> bytes:
    return b"<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>No</p></body></html>\n"


def other_encoding(data: bytes) -> bytes:
    """Bytes that are no text in the encoding of the file."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")) or (start.startswith(b"<") and b"<html" not in start):
        # Readers of these find UTF-16 out for themselves, and rightly.
        at = data.rfind(b"\n", 0, len(data) // 2) + 1
        return data[:at] + b"\xff\xfe\xe9" + data[at:]
    return b"".join(bytes((0, byte)) for byte in data)


def bomb(data: bytes) -> bytes:
    """A small workbook that unpacks to more than may be read."""
    if not data.startswith(b"PK"):
        pytest.skip("it is no workbook")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in ("xl/workbook.xml", "content.xml"):
            package.writestr(name, b" " * 1000)
            # What the package says of itself; nobody unpacks so much to find out.
            package.getinfo(name).file_size = MAX_UNPACKED
    return out.getvalue()


def half(data: bytes) -> bytes:
    """A table with half of its lines, which ends as it should."""
    if data.lstrip(b"\xef\xbb\xbf").startswith((b"PK", b"<", b"{", b"[")):
        pytest.skip("it is no table as text")
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: (len(lines) + 1) // 2])


def cases() -> list[object]:
    return [
        pytest.param(one, feeds, id=f"{one.id}:{feeds[0].filename}")
        for one in registry.find_watchlists().values()
        for feeds in one.feed_sets
    ]


@pytest.mark.parametrize("damage", [page, other_encoding, bomb, half])
@pytest.mark.parametrize(("watchlist", "feeds"), cases())
def test_the_version_in_use_stays_and_the_list_says_why(
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    damage: Callable[[bytes], bytes],
    home: Path,
    tmp_path: Path,
    open_workspace: Open,
) -> None:
    sample = SAMPLES / watchlist.folder
    held = [path.name for path in sample.iterdir()]
    names = {n: there for f in feeds for n, there in fitting(f.filename, held).items()}
    folder = tmp_path / "bring"
    folder.mkdir()
    for name, there in names.items():
        (folder / name).write_bytes(damage((sample / there).read_bytes()))
    workspace = open_workspace(home)
    before = workspace.lists.current()[watchlist.id]
    (ended,) = refresh(workspace, [watchlist.id], folder=folder, terms=SAMPLE)
    assert ended.result == "failed", ended
    assert ended.error
    assert workspace.lists.current()[watchlist.id] == before
    (status,) = statuses(workspace, [watchlist.id])
    assert status.state == "stale"
    # Of a list kept apart a cell may name somebody: the reason is told and not kept.
    kept = "its file cannot be read" if watchlist.kept_apart else ended.error.said
    assert kept in status.reason
