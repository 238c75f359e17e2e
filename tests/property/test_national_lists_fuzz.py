"""Whatever a page or an answer of a national register holds: entries, or an error for a user."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence import registry
from duediligence.contracts import Feed, Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.fetch.feeds import fitting
from duediligence.model import ListEntry
from duediligence.model.registrations import NOT_FOUND
from duediligence.screening.lists.wholeness import check_whole
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
LISTS = """
    charity-inquiries cma-cartels ea-enforcement fca-warnings gazette-insolvency glaa-licences
    hmrc-avoidance-promoters hmrc-deliberate-defaulters hse-convictions hse-notices ico-enforcement
    illegal-working-penalties minimum-wage-naming nca-ancillary-orders proscribed-organisations
""".split()
# What says itself how much it holds: cut short anywhere, it is refused or whole.
COUNTED = {"gazette-insolvency", "hse-convictions", "hse-notices"}
MARKS = (
    '<|>|</td>|<tr>|</table>|<th colspan="99">|<td rowspan=9999>|<a href="//[">|<table>|'
    '"|{|}|[|]|null|1e999|-1|,|;|\r\n|&#0;|\\u0000|\\ud800|t/a |clone|Page 1 of 999999, results 9|'
    "0 to 0|9999999|</p>|<h3>|trading as |£|Ⅷ٣"
).split("|")
PIECES = st.sampled_from((*(mark.encode() for mark in MARKS), b"\x00", b"\xff\xfe", b"9" * 5000))
Samples = dict[str, bytes]


def _samples(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> Samples:
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()]
    return {
        name: (folder / there).read_bytes()
        for feed in feeds
        for name, there in fitting(feed.filename, held).items()
    }


def _cases() -> Iterator[object]:
    for watchlist in map(registry.get_watchlist, LISTS):
        for feeds in watchlist.feed_sets:
            held = _samples(watchlist, feeds)
            # A damaged workbook is the spreadsheet reader's own matter.
            for name in (name for name in held if not name.endswith(".ods")):
                yield pytest.param(watchlist, held, name, id=f"{watchlist.id}:{name}")


def read(
    watchlist: Watchlist, contents: Samples, *, as_fetched: bool = False
) -> list[ListEntry] | None:
    """The entries; None where the files were refused: by the reader, or as a fetch refuses them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name for name in contents}
        for name, content in contents.items():
            paths[name].write_bytes(content)
        for feed in watchlist.feeds:
            for name in fitting(feed.filename, contents):
                if feed.next_page:
                    with suppress(UnreadableFile):
                        feed.next_page(paths[name], feed.url)
        files = Files(paths)
        try:
            if as_fetched:
                check_whole(watchlist.feeds, paths)
            watchlist.published(files)
            return list(watchlist.parse(files))
        except UnreadableFile:
            return None


WHOLE: dict[tuple[str, ...], list[str]] = {}


def whole_ids(watchlist: Watchlist, held: Samples) -> list[str]:
    """The ids of the sound sample, which is read once for all examples."""
    key = (watchlist.id, *held)
    if key not in WHOLE:
        entries = read(watchlist, held)
        assert entries is not None
        WHOLE[key] = [entry.id for entry in entries]
    return WHOLE[key]


def check(watchlist: Watchlist, entries: list[ListEntry] | None) -> None:
    assert entries or entries is None or watchlist.expect.entries[0] == 0
    assert len({entry.id for entry in entries or ()}) == len(entries or ())
    for entry in entries or ():
        assert entry.id
        assert entry.names
        assert all(name.text.strip() for name in entry.names)
        # A look-up that found nothing is no record.
        assert entry.record or entry.status == NOT_FOUND
        assert "\0" not in repr(entry)
        repr(entry).encode()


any_file = for_each(("watchlist", "held", "name"), [*_cases()])
bounded = settings(max_examples=examples(30), deadline=None)


@any_file
@bounded
@given(content=st.binary(max_size=200) | st.sampled_from([b"1", b"[]", b"null", b'{"meta": 1}']))
def test_any_bytes(watchlist: Watchlist, held: Samples, name: str, content: bytes) -> None:
    check(watchlist, read(watchlist, held | {name: content}))


@any_file
@bounded
@given(data=st.data())
def test_damaged_samples(
    watchlist: Watchlist, held: Samples, name: str, data: st.DataObject
) -> None:
    content = held[name]
    for _ in range(data.draw(st.integers(1, 4), label="damages")):
        start = data.draw(st.integers(0, len(content)), label="start")
        length = data.draw(st.integers(0, 40), label="length")
        instead = data.draw(st.one_of(st.just(b""), PIECES, st.binary(max_size=6)), label="instead")
        content = content[:start] + instead + content[start + length :]
    check(watchlist, read(watchlist, held | {name: content}))


@any_file
@bounded
@given(share=st.floats(0, 1))
def test_a_file_cut_short_is_refused_or_loses_no_more_than_what_was_cut(
    watchlist: Watchlist, held: Samples, name: str, share: float
) -> None:
    ids = whole_ids(watchlist, held)
    cut = held[name][: int(len(held[name]) * share)]
    entries = read(watchlist, held | {name: cut}, as_fetched=True)
    check(watchlist, entries)
    if entries is not None:
        assert set(ids) >= {entry.id for entry in entries}
        if watchlist.id in COUNTED:
            assert [entry.id for entry in entries] == ids
