"""Read a list from bytes that a test holds, as from the publisher's files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from duediligence.contracts import Files, Watchlist
from duediligence.fetch.feeds import fitting
from duediligence.model import ListEntry


@dataclass(frozen=True)
class Reading:
    entries: list[ListEntry]
    drift: tuple[str, ...]
    published: date | None

    def __getitem__(self, entry_id: str) -> ListEntry:
        return next(entry for entry in self.entries if entry.id == entry_id)


ReadList = Callable[[Watchlist, Mapping[str, bytes | str]], Reading]


@pytest.fixture
def read_list(tmp_path: Path) -> ReadList:
    """`read_list(watchlist, {"SDN.CSV": b"…"})`: entries, drift and the publisher's date."""

    def read(watchlist: Watchlist, contents: Mapping[str, bytes | str]) -> Reading:
        for name, content in contents.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(data)
        files = Files({name: tmp_path / name for name in contents})
        entries = list(watchlist.parse(files))
        return Reading(entries, files.drift.lines(), watchlist.published(files))

    return read


@pytest.fixture
def read_sample(read_list: ReadList) -> Callable[..., Reading]:
    """`read_sample(watchlist)`: the invented sample; with `feeds=1`, its alternate files."""
    samples = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"

    def read(watchlist: Watchlist, feeds: int = 0) -> Reading:
        folder = samples / watchlist.folder
        held = [path.name for path in folder.iterdir()]
        found = [fitting(feed.filename, held) for feed in watchlist.feed_sets[feeds]]
        paths = {name: folder / there for one in found for name, there in one.items()}
        return read_list(watchlist, {name: path.read_bytes() for name, path in paths.items()})

    return read
