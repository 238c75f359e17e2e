"""Whatever bytes a list file holds: entries, or an error that a user can read."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from duediligence.watchlists import (
    ofac_consolidated,
    ofac_sdn,
    opensanctions,
    uk_debarment,
    world_bank,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
LISTS = [m.parse for m in (ofac_consolidated, ofac_sdn, opensanctions, uk_debarment, world_bank)]
# What these formats are made of: more likely to lead somewhere than any byte.
PIECES = st.sampled_from(
    (
        *(mark.encode() for mark in '\r\n " , ; { } [ ] < > ( ) | &'.split(" ")),
        *(b"\x1a", b"\x00", b"\xff", b"-0- ", b"null", b"</uid>", b"AKA ", b"*5", b"DOB ", b"] ["),
        b"1" * 5000,
    )
)


def _cases() -> Iterator[object]:
    for watchlist in LISTS:
        for feeds in watchlist.feed_sets:
            for feed in feeds:
                name = f"{watchlist.id}:{feed.filename}"
                yield pytest.param(watchlist, feeds, feed.filename, id=name)


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


def sample(watchlist: Watchlist, feeds: tuple[object, ...]) -> dict[str, bytes]:
    folder = SAMPLES / watchlist.folder
    return {feed.filename: (folder / feed.filename).read_bytes() for feed in feeds}  # type: ignore[attr-defined]


WHOLE: dict[tuple[str, ...], list[str]] = {}


def whole_ids(watchlist: Watchlist, contents: dict[str, bytes]) -> list[str]:
    """The ids of the sound sample, which is read once for all examples."""
    key = (watchlist.id, *contents)
    if key not in WHOLE:
        entries = read(watchlist, contents)
        assert entries is not None
        WHOLE[key] = [entry.id for entry in entries]
    return WHOLE[key]


def check(watchlist: Watchlist, entries: list[ListEntry] | None, content: bytes) -> None:
    if entries is None:
        return
    if not entries:
        # Only the debarment list may be empty, and only where no row follows the header.
        assert watchlist.id == "uk-debarment"
        assert not any(line.strip(b' ,;\t"') for line in content.splitlines()[2:])
    for entry in entries:
        assert entry.id
        assert entry.names
        assert all(name.text.strip() for name in entry.names)
        repr(entry).encode()


any_file = for_each(("watchlist", "feeds", "filename"), [*_cases()])
bounded = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@any_file
@bounded
@given(content=st.binary(max_size=300))
def test_any_bytes(
    watchlist: Watchlist, feeds: tuple[object, ...], filename: str, content: bytes
) -> None:
    contents = sample(watchlist, feeds) | {filename: content}
    if filename == next(iter(contents)):
        check(watchlist, read(watchlist, contents), content)
    else:
        read(watchlist, contents)


@any_file
@bounded
@given(data=st.data())
def test_damaged_samples(
    watchlist: Watchlist, feeds: tuple[object, ...], filename: str, data: st.DataObject
) -> None:
    contents = sample(watchlist, feeds)
    content = contents[filename]
    for _ in range(data.draw(st.integers(1, 4), label="damages")):
        start = data.draw(st.integers(0, len(content)), label="start")
        length = data.draw(st.integers(0, 40), label="length")
        instead = data.draw(st.one_of(st.just(b""), PIECES, st.binary(max_size=6)), label="instead")
        content = content[:start] + instead + content[start + length :]
    check(watchlist, read(watchlist, contents | {filename: content}), content)


@any_file
@bounded
@given(share=st.floats(0, 1))
def test_a_file_cut_short_is_refused_or_loses_no_more_than_what_was_cut(
    watchlist: Watchlist, feeds: tuple[object, ...], filename: str, share: float
) -> None:
    contents = sample(watchlist, feeds)
    whole = whole_ids(watchlist, contents)
    cut = contents[filename][: int(len(contents[filename]) * share)]
    entries = read(watchlist, contents | {filename: cut})
    check(watchlist, entries, cut)
    if entries is not None and filename == next(iter(contents)):
        assert [entry.id for entry in entries] == whole[: len(entries)]
