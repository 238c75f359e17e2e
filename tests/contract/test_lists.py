"""What holds for every list, over the invented sample of it that ships with the package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from duediligence import registry
from duediligence.contracts import Feed, Files, Watchlist
from duediligence.fetch.feeds import fitting
from duediligence.model import ListEntry
from tests.rows import for_each

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "duediligence" / "demo" / "lists"


def _cases() -> Iterator[object]:
    for watchlist in registry.find_watchlists().values():
        for feeds in watchlist.feed_sets:
            yield pytest.param(watchlist, feeds, id=f"{watchlist.id}:{feeds[0].filename}")


def _files(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> Files:
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = {f.filename: fitting(f.filename, held) for f in feeds}
    missing = [f.filename for f in feeds if not (f.optional or found[f.filename])]
    if missing:
        pytest.fail(
            f"{watchlist.id} has no sample of {', '.join(missing)}. Add an invented one, in the "
            f"publisher's exact format, to {folder.relative_to(ROOT)}/ "
            "(docs/developer/adding-a-list.md).",
            pytrace=False,
        )
    return Files({name: folder / there for one in found.values() for name, there in one.items()})


def _parse(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> list[ListEntry]:
    return list(watchlist.parse(_files(watchlist, feeds)))


PARSED: dict[tuple[str, str], list[ListEntry]] = {}


def _entries(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> list[ListEntry]:
    """The entries of the sample, which is parsed once for all tests."""
    key = (watchlist.id, feeds[0].filename)
    if key not in PARSED:
        PARSED[key] = _parse(watchlist, feeds)
    return PARSED[key]


every_feed_set = for_each(("watchlist", "feeds"), list(_cases()))


@every_feed_set
def test_a_sample_of_every_file_ships_with_the_package(
    watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> None:
    entries = _entries(watchlist, feeds)
    assert len(entries) >= 2, f"add a second entry to the sample in {SAMPLES / watchlist.folder}"


@every_feed_set
def test_ids_are_unique_and_parsing_twice_gives_the_same(
    watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> None:
    first, second = _entries(watchlist, feeds), _parse(watchlist, feeds)
    assert first == second
    assert len({entry.id for entry in first}) == len(first)


@every_feed_set
def test_every_entry_is_whole(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> None:
    for entry in _entries(watchlist, feeds):
        assert entry.list_id == watchlist.id
        assert entry.id.strip() == entry.id != ""
        assert entry.names
        texts = [
            *(name.text for name in entry.names),
            *(identifier.id for identifier in entry.identifiers),
            *entry.measures,
            *entry.countries,
            *entry.birth_places,
        ]
        assert all(text and text == text.strip() for text in texts), entry
        assert not entry.url or entry.url.startswith("https://")


@every_feed_set
def test_the_alternate_files_name_parties_of_the_preferred_ones(
    watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> None:
    preferred = _entries(watchlist, watchlist.feeds)
    names = {name.text.casefold() for entry in preferred for name in entry.names}
    ids = {entry.id for entry in preferred}
    for entry in _entries(watchlist, feeds):
        # A file may lack the identifiers of another.
        assert entry.id in ids or entry.names[0].text.casefold() in names, entry


@every_feed_set
def test_the_sample_holds_no_column_or_tag_that_nobody_reads(
    watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> None:
    files = _files(watchlist, feeds)
    list(watchlist.parse(files))
    unread = ("unread column", "unread tag", "unread attribute")
    lines = [line for line in files.drift.lines() if line.startswith(unread)]
    assert not lines, "read it, or name it among what is passed over"


@for_each("watchlist", list(registry.find_watchlists().values()), ids=lambda w: w.id)
def test_expectations_are_sane(watchlist: Watchlist) -> None:
    least, most = watchlist.expect.entries
    assert 0 <= least < most
    assert 0 < watchlist.expect.weekly_loss <= 0.25
    fields = set(ListEntry.__dataclass_fields__)
    assert set(watchlist.expect.filled) <= fields
    assert all(0 < share <= 1 for share in watchlist.expect.filled.values())
    # Only a list that may truly be empty today may load with no entry.
    assert least > 0 or watchlist.template or watchlist.optional
    assert watchlist.max_age.days >= 1
    assert watchlist.notes, "say in the docstring of the parser what the list can and cannot show"
    assert watchlist.licence


@for_each("watchlist", list(registry.find_watchlists().values()), ids=lambda w: w.id)
def test_addresses_are_https(watchlist: Watchlist) -> None:
    for feeds in watchlist.feed_sets:
        for feed in feeds:
            assert not feed.url or feed.url.startswith("https://")
