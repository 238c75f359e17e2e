"""The Care Quality Commission's lists in the forms that others had rearranged: two files joined."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.cqc import parse as cqc
from duediligence.watchlists.cqc_ratings import parse as ratings

from duediligence.errors import UnreadableFile
from duediligence.formats import workbook
from duediligence.model import Address, Identifier, ListEntry, Name, Record, RegisteredService
from tests.rows import for_each

Read = Callable[..., Any]
SAMPLES = Path(__file__).parent / "cqc_earlier"
DIRECTORY, ACTIVE = "CQC_directory.csv", "HSCA_Active_Locations.ods"


@pytest.fixture
def read_earlier(read_list: Read) -> Callable[..., Any]:
    """`read_earlier(watchlist)`: the invented files in the earlier form."""

    def read(watchlist: Any) -> Any:
        return read_list(watchlist, {path.name: path.read_bytes() for path in SAMPLES.iterdir()})

    return read


def directory() -> list[dict[str, str]]:
    text = (SAMPLES / DIRECTORY).read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def active() -> list[dict[str, str]]:
    for sheet, group in workbook.read_workbook_sheets(SAMPLES / ACTIVE):
        rows = [cells for _, cells in group]
        if sheet.name == "HSCA_Active_Locations":
            return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    raise AssertionError


def text(rows: Iterable[dict[str, str]]) -> str:
    rows = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def files(place: dict[str, str] | None = None, one: dict[str, str] | None = None) -> dict[str, str]:
    """The sample with the first row of either file changed."""
    places, actives = directory(), active()
    places[0] |= place or {}
    actives[0] |= one or {}
    return {DIRECTORY: text(places), ACTIVE: text(actives)}


def test_a_place_has_its_address_from_one_file_and_its_number_from_the_other(
    read_earlier: Read,
) -> None:
    found = read_earlier(cqc)
    assert found["1-990101402"] == ListEntry(
        id="1-990101402",
        list_id="cqc",
        kind="organisation",
        names=(
            Name("Sunnyhaven Residential Care Homes Ltd"),
            Name("Gorse Lodge", "trading"),
            Name("Gorse Lodge Care Home", "trading"),
        ),
        identifiers=(Identifier("GB-COH", "99001402"),),
        addresses=(Address("Gorse Lodge, Trevannick ZY2 8GL", "ZY2 8GL"),),
        status="active",
        record=Record(
            type="registration",
            power="safeguarding",
            authority="Care Quality Commission",
            reference="1-990101402",
            event="Registered for Care home service without nursing",
            event_date=date(2019, 4, 1),
        ),
        url="https://www.cqc.org.uk/location/1-990101402",
        service=RegisteredService(
            number="1-990101402",
            nation="England",
            kinds=("Care home service without nursing",),
            place="Gorse Lodge",
            owner="Sunnyhaven Residential Care Homes Ltd",
            owner_number="1-990001402",
            area="Porthvellan",
            standing="active",
            registered_on=date(2019, 4, 1),
            # Its day of publication is the day of the start.
            grade="Requires improvement",
        ),
    )
    # A padded number, a blank before the name, and a dormant place.
    assert found["1-990102001"].identifiers == (Identifier("GB-COH", "99005201"),)
    assert found["1-990102001"].status == "dormant"
    assert found.drift == (
        "unmapped Also known as: The Quillet Practice, 5 Fore Street, ZY9 7QP (1)",
    )
    assert found.published is None
    assert (cqc.bridge, cqc.premises, cqc.tracks_removals) == (True, True, True)


def test_individuals_and_partnerships_are_of_unknown_kind(read_earlier: Read) -> None:
    found = read_earlier(cqc)
    kinds = {entry.name: entry.kind for entry in found.entries}
    assert kinds["Ms Ysolde Notreal"] == kinds["A Fabricant, B Fictionwell"] == "unknown"
    assert kinds["Foxglove Outreach Care CIC"] == "organisation"


def test_a_place_twice_in_the_directory_is_one_with_both_names(read_earlier: Read) -> None:
    entry = read_earlier(cqc)["1-990102004"]
    assert [name.text for name in entry.names][1:] == ["Foxglove Outreach", "Foxglove at Home"]


def test_a_place_of_one_file_alone_is_kept(read_earlier: Read) -> None:
    found = read_earlier(cqc)
    # Not yet in the directory: without address, with the number of its provider.
    assert found["1-990102014"].addresses == ()
    assert str(found["1-990102014"].identifiers[0]) == "GB-COH-SC990305"
    # A provider without a location.
    assert found["1-990002005"].url == "https://www.cqc.org.uk/provider/1-990002005"
    assert found["1-990002005"].kind == "organisation"


def test_a_place_that_ended_is_marked(read_list: Read) -> None:
    found = read_list(cqc, files(one={"Location HSCA end date": "2026-10-31"}))
    entry = found["1-990101402"]
    assert (entry.record.ended, entry.ends_on) == (True, date(2026, 10, 31))


@for_each(
    ("written", "day"),
    [("1/2/2025 12:00:00 AM", date(2025, 1, 2)), ("02/01/2025", date(2025, 1, 2))],
)
def test_dates_with_a_clock_are_american(written: str, day: date, read_list: Read) -> None:
    found = read_list(cqc, files(one={"Location HSCA start date": written}))
    assert found["1-990101402"].record.event_date == day


def test_numbers_that_lost_a_zero_and_those_that_are_none(read_list: Read) -> None:
    column = "Provider Companies House Number"
    found = read_list(cqc, files(one={column: "990140"}))
    assert str(found["1-990101402"].identifiers[0]) == "GB-COH-00990140"
    found = read_list(cqc, files(one={column: "see note"}))
    assert found["1-990101402"].identifiers == ()
    assert f"unmapped {column}: see note (1)" in found.drift


def test_ratings_in_two_spellings_are_one_and_poor_ones_are_marked(read_earlier: Read) -> None:
    found = read_earlier(ratings)
    record = found["1-990101402"].record
    assert record == Record(
        type="rating",
        power="safeguarding",
        authority="Care Quality Commission",
        reference="1-990101402",
        event="Overall rating of Gorse Lodge: Requires improvement",
        # 23:00 UTC in summer is the next day here.
        event_date=date(2026, 6, 10),
        outcome="safe Requires improvement, effective Good, caring Good, responsive Good, "
        "well-led Requires improvement",
        low=True,
    )
    assert {entry.status: entry.record.low for entry in found.entries} == {
        "Requires improvement": True,
        "Inadequate": True,
        "Good": False,
        "Inspected but not rated": False,
    }
    # Unrated places are on the register, not here.
    assert "1-990102001" not in {entry.id for entry in found.entries}


def test_a_rating_that_nobody_knows_is_refused(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match="Rating has the value 'Fair', which is not known"):
        read_list(ratings, files(one={"Location Latest Overall Rating": "Fair"}))


@for_each(
    ("place", "one", "message"),
    [
        ({"Name": "-"}, {}, "CQC_directory.csv: row 2: Name is empty"),
        ({"Provider name": ""}, {}, "CQC_directory.csv: row 2: Provider name is empty"),
        ({"CQC Provider ID (for office use only)": ""}, {}, "row 2: CQC Provider ID is empty"),
        ({}, {"Location ID": ""}, "HSCA_Active_Locations.ods: row 2: Location ID is empty"),
    ],
)
def test_a_row_without_what_it_needs_is_refused(
    place: dict[str, str], one: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(cqc, files(place, one))
    assert message in str(error.value)


def test_no_manager_and_no_telephone_number_is_kept(read_earlier: Read) -> None:
    for watchlist in (cqc, ratings):
        kept = repr(read_earlier(watchlist).entries)
        assert "01632" not in kept
        assert "Nobody, Ann" not in kept
    assert "Nobody, Ann" in {row["Registered manager"] for row in active()}
