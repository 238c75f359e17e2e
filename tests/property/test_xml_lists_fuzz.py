"""Whatever a UK, UN or EU file holds: entries, or an error that names the file; never neither."""

import re
import tempfile
from pathlib import Path

import pytest
from duediligence.watchlists import eu, uk_sanctions, un
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Feed, Files, Watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
CASES = [
    pytest.param(watchlist, feed, id=f"{watchlist.id}:{feed.filename}")
    for watchlist in (uk_sanctions.parse, un.parse, eu.parse)
    for feeds in watchlist.feed_sets
    for feed in feeds
]
XML_CASES = [case for case in CASES if str(case.id).endswith(".xml")]
every_file = for_each(("watchlist", "feed"), CASES)
bounded = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# What these formats are made of: more likely to lead somewhere than any character.
PIECES = st.sampled_from(
    """< > & " ' , ; | / - ( ) &amp; &#0; &x; <![CDATA[ ]]> <!-- --> <?x?> 00/00/0000 dd/mm/19yy
    1965-1958 circa between 99999999999 IMO UK INN: SWIFT/BIC a.k.a. b) \u202f \u00a0 \ufeff \u0301
    \u200f ٣ 名 Я""".split(" ")
)
VALUES = st.text(st.characters(codec="utf-8"), max_size=30) | st.lists(PIECES, max_size=6).map(
    "".join
)


def read(watchlist: Watchlist, feed: Feed, content: bytes) -> list[ListEntry] | None:
    """The entries; None where the file was refused, with its name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / feed.filename
        path.write_bytes(content)
        files = Files({feed.filename: path})
        try:
            watchlist.published(files)
            entries = list(watchlist.parse(files))
        except UnreadableFile as refused:
            named = feed.filename in refused.message
        else:
            files.drift.lines()
            return entries
    assert named
    return None


def check(entries: list[ListEntry] | None) -> None:
    """A file that is not refused holds parties, each of which can be found."""
    if entries is None:
        return
    assert entries
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.id
        assert entry.name.strip()
        assert all(name.text.strip() for name in entry.names)
        assert all(number.id.strip() for number in entry.identifiers)
        assert all(date.span()[0] <= date.span()[1] for date in entry.birth_dates)


def sample(watchlist: Watchlist, feed: Feed) -> bytes:
    return (SAMPLES / watchlist.folder / feed.filename).read_bytes()


@every_file
@bounded
@given(content=st.binary(max_size=300))
def test_any_bytes(watchlist: Watchlist, feed: Feed, content: bytes) -> None:
    assert read(watchlist, feed, content) is None


@every_file
@bounded
@given(data=st.data())
def test_bytes_flipped(watchlist: Watchlist, feed: Feed, data: st.DataObject) -> None:
    content = bytearray(sample(watchlist, feed))
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    check(read(watchlist, feed, bytes(content)))


@every_file
@bounded
@given(data=st.data())
def test_a_part_cut_out(watchlist: Watchlist, feed: Feed, data: st.DataObject) -> None:
    content = sample(watchlist, feed)
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(1, 4000))
    check(read(watchlist, feed, content[:start] + content[start + length :]))


@every_file
@bounded
@given(data=st.data())
def test_the_end_cut_off(watchlist: Watchlist, feed: Feed, data: st.DataObject) -> None:
    content = sample(watchlist, feed)
    found = read(watchlist, feed, content[: data.draw(st.integers(0, len(content) - 2))])
    if feed.filename.endswith(".xml"):
        assert found is None
    check(found)


@every_file
@bounded
@given(data=st.data())
def test_tags_columns_and_attributes_renamed(
    watchlist: Watchlist, feed: Feed, data: st.DataObject
) -> None:
    content = sample(watchlist, feed).decode()
    if feed.filename.endswith(".xml"):
        names = sorted(set(re.findall(r"(?<=[</ ])[A-Za-z]\w+(?=[ >=/])", content)))
    else:
        names = content.splitlines()[1].split(",")
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        content = re.sub(rf"(?<=[</ ,]){re.escape(name)}(?=[ >=/,])", "Other", content)
    check(read(watchlist, feed, content.encode()))


@every_file
@bounded
@given(data=st.data())
def test_values_replaced(watchlist: Watchlist, feed: Feed, data: st.DataObject) -> None:
    content = sample(watchlist, feed).decode()
    pattern = r'>[^<>\n]+<|="[^"]*"' if feed.filename.endswith(".xml") else r",[^,\n\"]+(?=,)"
    values = sorted(set(re.findall(pattern, content)))
    for old in data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=6, unique=True)):
        new = data.draw(VALUES)
        kept = old[-1] if old[-1] in '<"' else ""
        opening = old[: 2 if old.startswith("=") else 1]
        content = content.replace(old, opening + new + kept)
    check(read(watchlist, feed, content.encode()))


@for_each(("watchlist", "feed"), XML_CASES)
@bounded
@given(values=st.lists(VALUES, min_size=1, max_size=6), data=st.data())
def test_no_record_goes_missing_whatever_its_texts(
    watchlist: Watchlist, feed: Feed, values: list[str], data: st.DataObject
) -> None:
    content = sample(watchlist, feed).decode()
    whole = read(watchlist, feed, content.encode())
    old = sorted(set(re.findall(r'>[^<>\n]+<|="[^"]*"', content)))
    for value in values:
        safe = re.sub(r'[<>&"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]', "", value)
        text = data.draw(st.sampled_from(old))
        content = content.replace(text, f">{safe}<" if text[0] == ">" else f'="{safe}"')
    entries = read(watchlist, feed, content.encode())
    check(entries)
    assert whole is not None
    assert entries is None or len(entries) == len(whole)
