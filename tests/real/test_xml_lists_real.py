"""The UK, UN and EU lists against real files, where --real-data has them."""

import os
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from duediligence.watchlists import eu, uk_sanctions, un

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

LISTS = Path(os.environ["REAL_DATA"]) / "lists"
pytestmark = pytest.mark.skipif(
    not LISTS.is_dir(), reason=f"the real lists are not in --real-data ({LISTS})"
)
# Numbers of firms in the UK, by the UK list's own ids: the numbers are read, never written here.
FIRMS_WITH_A_COMPANY_NUMBER = set(
    "BEL0107 INU0300 INU0308 INU0315 INU0339 INU0357 IRQ0060 IRQ0061 LIB0012 RUS1027 RUS1116 "
    "RUS1117 RUS1118 RUS1826 RUS2748 RUS3052".split()
)


class Loaded:
    """A list read from one real file."""

    def __init__(self, watchlist: Watchlist, filename: str) -> None:
        files = Files({Path(filename).name: LISTS / watchlist.folder / filename})
        self.watchlist = watchlist
        self.entries: list[ListEntry] = list(watchlist.parse(files))
        self.published = watchlist.published(files)
        self.drift = files.drift.lines()

    def kinds(self) -> dict[str, int]:
        return dict(Counter(entry.kind for entry in self.entries))

    def names(self) -> dict[str, int]:
        return dict(Counter(name.type for entry in self.entries for name in entry.names))

    def schemes(self) -> dict[str, int]:
        return dict(Counter(n.scheme for entry in self.entries for n in entry.identifiers))

    def count(self, field: str) -> int:
        return sum(len(getattr(entry, field)) for entry in self.entries)


@pytest.fixture(scope="module")
def uk() -> Loaded:
    return Loaded(uk_sanctions.parse, "UK-Sanctions-List.xml")


@pytest.fixture(scope="module")
def uk_csv() -> Loaded:
    return Loaded(uk_sanctions.parse, "UK-Sanctions-List.csv")


@pytest.fixture(scope="module")
def united_nations() -> Loaded:
    return Loaded(un.parse, "consolidated.xml")


@pytest.fixture(scope="module")
def european_union() -> Loaded:
    return Loaded(eu.parse, "xmlFullSanctionsList_1_1.xml")


def test_uk_entries_and_names(uk: Loaded) -> None:
    assert uk.published == date(2026, 8, 22)
    assert uk.kinds() == {"person": 4_036, "organisation": 1_647, "vessel": 666}
    # Of the 15,758 names in the file 25 are blank, and 4 say again what another says; of the
    # 3,868 in other scripts 9 are repeats.
    assert uk.names() == {
        "primary": 6_353,
        "variation": 5_491,
        "alias": 3_885,
        "original-script": 3_859,
    }
    assert Counter(entry.source for entry in uk.entries) == {"UK": 5_292, "UN": 964, "UK|UN": 93}
    assert len({regime for entry in uk.entries for regime in entry.regimes}) == 31


def test_uk_measures_have_one_spelling_each(uk: Loaded) -> None:
    measures = Counter(measure for entry in uk.entries for measure in entry.measures)
    assert measures["Asset freeze"] == 5_689
    assert measures["Director Disqualification Sanction"] == 4_727
    assert measures["Travel Ban"] == 3_936
    assert len({measure.casefold() for measure in measures}) == len(measures) == 21
    assert all(entry.measures for entry in uk.entries)
    without_freeze = [e for e in uk.entries if "Asset freeze" not in e.measures]
    assert Counter(entry.kind for entry in without_freeze)["vessel"] == len(without_freeze) - 9


def test_uk_dates_and_numbers(uk: Loaded) -> None:
    assert uk.count("birth_dates") == 3_690
    assert sum(bool(entry.birth_dates) for entry in uk.entries) == 3_272
    assert all(entry.listed_on and entry.updated_on for entry in uk.entries)
    schemes = uk.schemes()
    assert (schemes["passport"], schemes["national-id"], schemes["imo"]) == (725, 418, 631)
    assert {
        entry.id for entry in uk.entries for n in entry.identifiers if n.scheme == "GB-COH"
    } == FIRMS_WITH_A_COMPANY_NUMBER
    assert sum(any(r[:4] != "OFSI" for r in e.references) for e in uk.entries) == 1_004


def test_uk_drift_is_blank_names_and_one_odd_reference_only(uk: Loaded) -> None:
    assert {line.split(":")[0] for line in uk.drift} == {
        "unmapped Name",
        "unmapped UN Reference Number",
    }


def test_uk_csv_gives_the_same_entries(uk: Loaded, uk_csv: Loaded) -> None:
    assert uk_csv.published == uk.published
    assert [entry.id for entry in uk_csv.entries] == [entry.id for entry in uk.entries]
    differ = [a.id for a, b in zip(uk.entries, uk_csv.entries, strict=True) if a != b]
    assert differ == []
    assert uk_csv.drift == uk.drift


def test_uk_a_week_earlier_the_same_parties_some_changed(uk: Loaded) -> None:
    before = {e.id: e for e in Loaded(uk_sanctions.parse, "previous/UK-Sanctions-List.xml").entries}
    now = {entry.id: entry for entry in uk.entries}
    assert before.keys() == now.keys()
    assert sum(before[id_] != entry for id_, entry in now.items()) == 47


def test_un(united_nations: Loaded) -> None:
    assert united_nations.published == date(2026, 8, 1)
    assert united_nations.kinds() == {"person": 736, "organisation": 275}
    births = [date for entry in united_nations.entries for date in entry.birth_dates]
    assert sum(birth.until is not None for birth in births) == 32
    assert sum(birth.circa for birth in births) == 116 + 5
    assert united_nations.names()["alias"] + united_nations.names()["former"] > 2_152 + 603
    assert all(entry.listed_on for entry in united_nations.entries)
    assert not [line for line in united_nations.drift if line.startswith("unread")]


def test_un_of_a_year_earlier(united_nations: Loaded) -> None:
    before = Loaded(un.parse, "previous/consolidated.xml")
    assert before.kinds() == {"person": 684, "organisation": 193}
    then, now = ({entry.id for entry in one.entries} for one in (before, united_nations))
    # By DATAID 151 came and 17 went; six of them are the same party under the same reference
    # number and a new DATAID, which is why the reference number is the id.
    assert (len(now - then), len(then - now)) == (145, 11)


def test_eu(european_union: Loaded) -> None:
    assert european_union.published == date(2026, 5, 1)
    assert european_union.kinds() == {"person": 4_341, "organisation": 1_519}
    # Of the 29,826 names 65 say again what another of the same party says.
    assert european_union.count("names") == 29_761
    assert european_union.names()["primary"] == 5_860
    # Of the 2,346 addresses 59 are repeats of one party's own.
    assert european_union.count("addresses") == 2_287
    assert sum(bool(entry.references) for entry in european_union.entries) == 88
    assert all(entry.regimes and entry.url for entry in european_union.entries)
    assert not [line for line in european_union.drift if line.startswith("unread")]


@pytest.mark.parametrize("name", ["uk", "uk_csv", "united_nations", "european_union"])
def test_expectations_are_met_by_the_real_lists(name: str, request: pytest.FixtureRequest) -> None:
    loaded: Loaded = request.getfixturevalue(name)
    expect = loaded.watchlist.expect
    total = len(loaded.entries)
    assert expect.entries[0] <= total <= expect.entries[1]
    for field, least in expect.filled.items():
        assert sum(bool(getattr(entry, field)) for entry in loaded.entries) / total >= least, field


def test_every_un_listing_on_the_uk_list_that_still_stands(
    uk: Loaded, united_nations: Loaded
) -> None:
    def references(entries: Iterable[ListEntry]) -> set[str]:
        return {reference for entry in entries for reference in entry.references}

    listed = {entry.id for entry in united_nations.entries}
    assert len(listed & references(uk.entries)) / len(listed) > 0.95
