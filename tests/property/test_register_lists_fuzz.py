"""Whatever bytes a register's file holds: entries, or an error that a user can read."""

import csv
import io
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from duediligence.watchlists import (
    cqc,
    cqc_archived,
    cqc_ratings,
    ea_waste_carriers,
    fhrs,
    modern_slavery_statements,
    operator_licences,
    sponsors,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.contracts import Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.fetch.feeds import fitting
from duediligence.formats import workbook
from duediligence.model import ListEntry
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
LISTS = [
    module.parse
    for module in (
        cqc,
        cqc_archived,
        cqc_ratings,
        ea_waste_carriers,
        fhrs,
        modern_slavery_statements,
        operator_licences,
        sponsors,
    )
]
# What a file is brought as differs in its name alone; these have feed sets of other forms.
FORMS = {
    "cqc": (0, 2),
    "cqc-archived": (0, 2),
    "cqc-ratings": (0, 2),
    "ea-waste-carriers": (0, 1, 2),
    "fhrs": (0, 1, 2),
}
PIECES = st.sampled_from(
    (
        *(mark.encode() for mark in '\r\n " , ; { } [ ] < > ( ) | & = \t'.split(" ")),
        *(b"\x1a", b"\x00", b"\xff", b"null", b"</FHRSID>", b"t/a ", b"Name,", b"N/A", b"/", b": "),
        *(b"12:00:00 AM", b"99/99/9999", b"2026-02-30T23:00:00Z", b"0001-01-01T00:00:00+14:00"),
        b"1" * 5000,
    )
)
bounded = settings(max_examples=examples(40), deadline=None)


def sample(watchlist: Watchlist, feeds: int) -> dict[str, bytes]:
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()]
    names = [fitting(feed.filename, held) for feed in watchlist.feed_sets[feeds]]
    return {name: _content(folder / there) for one in names for name, there in one.items()}


@cache
def _content(path: Path) -> bytes:
    """The file; the rows of a workbook as text, for a process each time would be slow."""
    if path.suffix != ".ods":
        return path.read_bytes()
    sheets = [[cells for _, cells in group] for _, group in workbook.read_workbook_sheets(path)]
    rows = max(sheets, key=len)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _cases() -> Iterator[object]:
    for watchlist in LISTS:
        for feeds in FORMS.get(watchlist.id, (0,)):
            if feeds < len(watchlist.feed_sets):
                for name in sample(watchlist, feeds):
                    yield pytest.param(watchlist, feeds, name, id=f"{watchlist.id}:{feeds}:{name}")


def read(watchlist: Watchlist, contents: dict[str, bytes]) -> list[ListEntry] | None:
    """The entries; None where the files were refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            (Path(folder) / name).write_bytes(content)
        files = Files({name: Path(folder) / name for name in contents})
        try:
            watchlist.published(files)
            return list(watchlist.parse(files))
        except UnreadableFile:
            return None


def check(entries: list[ListEntry] | None) -> None:
    if entries is None:
        return
    # An empty register is never right.
    assert entries
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.id.strip() == entry.id != ""
        assert all(name.text.strip() == name.text != "" for name in entry.names)
        assert entry.names
        assert entry.record
        assert not entry.url or entry.url.startswith("https://")
        repr(entry).encode()


any_file = for_each(("watchlist", "feeds", "filename"), [*_cases()])


@any_file
@bounded
@given(content=st.binary(max_size=300))
def test_any_bytes(watchlist: Watchlist, feeds: int, filename: str, content: bytes) -> None:
    check(read(watchlist, sample(watchlist, feeds) | {filename: content}))


@any_file
@bounded
@given(data=st.data())
def test_damaged_samples(
    watchlist: Watchlist, feeds: int, filename: str, data: st.DataObject
) -> None:
    content = sample(watchlist, feeds)[filename]
    for _ in range(data.draw(st.integers(1, 4), label="damages")):
        start = data.draw(st.integers(0, len(content)), label="start")
        length = data.draw(st.integers(0, 40), label="length")
        instead = data.draw(st.one_of(st.just(b""), PIECES, st.binary(max_size=6)), label="instead")
        content = content[:start] + instead + content[start + length :]
    check(read(watchlist, sample(watchlist, feeds) | {filename: content}))


@any_file
@bounded
@given(share=st.floats(0, 1))
def test_a_file_cut_short_gives_what_the_whole_does_but_for_the_row_that_was_cut(
    watchlist: Watchlist, feeds: int, filename: str, share: float
) -> None:
    contents = sample(watchlist, feeds)
    cut = contents[filename][: int(len(contents[filename]) * share)]
    entries = read(watchlist, contents | {filename: cut})
    check(entries)
    if entries is not None:
        whole = read(watchlist, contents)
        assert whole is not None
        # A text that ends within the last cell of a row looks whole: one row may differ.
        assert len({entry.id for entry in entries} - {entry.id for entry in whole}) <= 1
