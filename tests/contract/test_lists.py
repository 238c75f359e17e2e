"""What holds for every list, over the invented sample of it that ships with the package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from duediligence import registry
from duediligence.contracts import Feed, Files, Watchlist
from duediligence.fetch.feeds import fitting
from duediligence.model import ListEntry

SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
IDS = {
    "glaa-licences",
    "ico-enforcement",
    "fca-warnings",
    "gazette-insolvency",
    "ea-enforcement",
    "hse-convictions",
    "hse-notices",
    "cma-cartels",
    "hmrc-avoidance-promoters",
    "charity-inquiries",
    "hmrc-deliberate-defaulters",
    "nca-ancillary-orders",
    "proscribed-organisations",
    "minimum-wage-naming",
    "illegal-working-penalties",
    "cqc",
    "cqc-archived",
    "cqc-ratings",
    "ea-waste-carriers",
    "fhrs",
    "modern-slavery-statements",
    "operator-licences",
    "sponsors",
    "uk-sanctions",
    "ofac-sdn",
    "ofac-consolidated",
    "un",
    "eu",
    "world-bank",
    "uk-debarment",
    "opensanctions",
}


def _cases() -> Iterator[object]:
    for watchlist in registry.watchlists().values():
        for feeds in watchlist.feed_sets:
            yield pytest.param(watchlist, feeds, id=f"{watchlist.id}:{feeds[0].filename}")


def _files(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> Files:
    folder = SAMPLES / watchlist.folder
    held = [path.name for path in folder.iterdir()]
    return Files(
        {name: folder / there for f in feeds for name, there in fitting(f.filename, held).items()}
    )


def _entries(watchlist: Watchlist, feeds: tuple[Feed, ...]) -> list[ListEntry]:
    return list(watchlist.parse(_files(watchlist, feeds)))


every_feed_set = pytest.mark.parametrize(("watchlist", "feeds"), list(_cases()))


def test_the_lists_are_those_promised() -> None:
    assert set(registry.watchlists()) == IDS


@every_feed_set
def test_a_sample_of_every_file_ships_with_the_package(
    watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> None:
    files = _files(watchlist, feeds)
    assert all(fitting(f.filename, files) for f in feeds if not f.optional)
    assert len(_entries(watchlist, feeds)) >= 2


@every_feed_set
def test_ids_are_unique_and_parsing_twice_gives_the_same(
    watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> None:
    first, second = _entries(watchlist, feeds), _entries(watchlist, feeds)
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
    assert not [line for line in files.drift.lines() if line.startswith(unread)]


@pytest.mark.parametrize("watchlist", list(registry.watchlists().values()), ids=lambda w: w.id)
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
    assert watchlist.notes
    assert watchlist.licence


@pytest.mark.parametrize("watchlist", list(registry.watchlists().values()), ids=lambda w: w.id)
def test_addresses_are_https(watchlist: Watchlist) -> None:
    for feeds in watchlist.feed_sets:
        for feed in feeds:
            assert not feed.url or feed.url.startswith("https://")
