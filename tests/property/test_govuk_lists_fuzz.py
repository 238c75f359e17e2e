"""Whatever bytes a list of GOV.UK holds: entries, or an error that can be read."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence import registry
from duediligence.contracts import Feed, Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.fetch.feeds.names import fitting
from duediligence.model import ListEntry

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
LISTS = """
    charity-inquiries cma-cartels hmrc-avoidance-promoters hmrc-deliberate-defaulters
    illegal-working-penalties minimum-wage-naming nca-ancillary-orders proscribed-organisations
""".split()
# What these formats are made of: more likely to lead somewhere than any byte.
PIECES = st.sampled_from(
    (
        *(mark.encode() for mark in '\r\n " , ; { } [ ] < > ( ) & £ | null 1.'.split(" ")),
        *(b"<td>", b"</td>", b"<tr>", b"</tr>", b"</table>", b"<li>", b"</p>", b"<h3>", b"\\u0000"),
        *(b"\x00", b"\xff", b"trading as ", b"9" * 5000, "Ⅷ٣".encode()),
    )
)


def _cases() -> Iterator[object]:
    for watchlist in map(registry.watchlist, LISTS):
        for feeds in watchlist.feed_sets:
            for name in sample(watchlist, feeds):
                # A damaged workbook is the spreadsheet reader's own matter.
                if name.endswith(".ods"):
                    continue
                yield pytest.param(watchlist, feeds, name, id=f"{watchlist.id}:{name}")


def sample(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> dict[str, bytes]:
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()]
    found = [fitting(feed.filename, held) for feed in feeds]
    return {name: (folder / there).read_bytes() for one in found for name, there in one.items()}


def read(watchlist: Watchlist, contents: dict[str, bytes]) -> list[ListEntry] | None:
    """The entries; None where the files were refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            (Path(folder) / name).write_bytes(content)
        files = Files({name: Path(folder) / name for name in contents})
        try:
            watchlist.published(files)
            entries = list(watchlist.parse(files))
        except UnreadableFile:
            return None
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.id
        assert entry.names
        assert all(name.text.strip() for name in entry.names)
        repr(entry).encode()
    return entries


any_file = pytest.mark.parametrize(("watchlist", "feeds", "filename"), [*_cases()])
bounded = settings(max_examples=30, deadline=None)


@any_file
@bounded
@given(content=st.binary(max_size=300))
def test_any_bytes_in_a_govuk_list(
    watchlist: Watchlist, feeds: tuple[Feed, ...], filename: str, content: bytes
) -> None:
    read(watchlist, sample(watchlist, feeds) | {filename: content})


@any_file
@bounded
@given(data=st.data())
def test_a_damaged_govuk_list(
    watchlist: Watchlist, feeds: tuple[Feed, ...], filename: str, data: st.DataObject
) -> None:
    contents = sample(watchlist, feeds)
    content = contents[filename]
    for _ in range(data.draw(st.integers(1, 4), label="damages")):
        start = data.draw(st.integers(0, len(content)), label="start")
        length = data.draw(st.integers(0, 40), label="length")
        instead = data.draw(st.one_of(st.just(b""), PIECES, st.binary(max_size=6)), label="instead")
        content = content[:start] + instead + content[start + length :]
    read(watchlist, contents | {filename: content})


@any_file
@bounded
@given(share=st.floats(0, 1))
def test_a_govuk_list_cut_short_gains_no_entry(
    watchlist: Watchlist, feeds: tuple[Feed, ...], filename: str, share: float
) -> None:
    contents = sample(watchlist, feeds)
    whole = read(watchlist, contents)
    assert whole is not None
    cut = contents[filename][: int(len(contents[filename]) * share)]
    entries = read(watchlist, contents | {filename: cut})
    if entries is not None:
        ids = [entry.id for entry in whole]
        assert [entry.id for entry in entries if entry.id not in ids] == []
