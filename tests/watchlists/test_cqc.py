"""The Care Quality Commission's lists as it publishes them: registered, rated, deactivated."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.cqc import parse as cqc
from duediligence.watchlists.cqc_archived import parse as archived
from duediligence.watchlists.cqc_ratings import parse as ratings

from duediligence.contracts import Watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import filetype, workbook
from duediligence.model import Address, Identifier, ListEntry, Name, Record, RegisteredService
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from tests.conftest import SAMPLE
from tests.rows import for_each

Read = Callable[..., Any]
Rows = list[dict[str, str]]
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "cqc"
ACTIVE, DIRECTORY = "HSCA_Active_Locations.ods", "CQC_directory.csv"
LATEST, DEACTIVATED = "Latest_ratings.ods", "Deactivated_Locations.ods"
RATING = "Location Latest Overall Rating"


def rows(name: str) -> Rows:
    """The rows of the sheet with the most of them, for the test to change."""
    return [dict(row) for row in _read(name)]


@cache
def _read(name: str) -> Rows:
    found: list[list[str]] = []
    for _, group in workbook.read_workbook_sheets(SAMPLES / name):
        sheet = [cells for _, cells in group]
        found = max(found, sheet, key=len)
    header = next(row for row in found if "Location ID" in row)
    return [dict(zip(header, row, strict=True)) for row in found[found.index(header) + 1 :]]


def text(rows: Iterable[dict[str, str]]) -> str:
    rows = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def changed(name: str, **cells: str) -> str:
    """The file as text with cells of its first row changed; `_` in a heading is a blank."""
    held = rows(name)
    for heading, value in cells.items():
        assert heading.replace("_", " ") in held[0]
        held[0][heading.replace("_", " ")] = value
    return text(held)


def test_a_place_has_its_address_its_numbers_and_what_it_is_registered_for(
    read_sample: Read,
) -> None:
    found = read_sample(cqc)
    assert found["1-990102005"] == ListEntry(
        id="1-990102005",
        list_id="cqc",
        kind="organisation",
        names=(Name("Mallow Fictional Care"), Name("Mallow Court", "trading")),
        # The file has the number without its zero.
        identifiers=(Identifier("GB-COH", "09900531"), Identifier("GB-CHC", "1990531")),
        addresses=(Address("Mallow Court, Nettle Lane, Tarvit ZY20 4MC", "ZY20 4MC"),),
        related=("BRAND Invented Mallow",),
        status="active",
        record=Record(
            type="registration",
            power="safeguarding",
            authority="Care Quality Commission",
            reference="1-990102005",
            event="Registered for Care home service with nursing; "
            "Care home service without nursing",
            event_date=date(2016, 5, 5),
            outcome="Regulated activities: Accommodation for persons who require nursing or "
            "personal care. For: Dementia; Older People",
        ),
        url="https://www.cqc.org.uk/location/1-990102005",
        service=RegisteredService(
            number="1-990102005",
            nation="England",
            kinds=("Care home service with nursing", "Care home service without nursing"),
            place="Mallow Court",
            owner="Mallow Fictional Care",
            owner_number="1-990002007",
            area="Porthvellan",
            capacity=40,
            standing="active",
            registered_on=date(2016, 5, 5),
            grade="Outstanding",
            graded_on=date(2023, 7, 3),
        ),
    )
    assert found["1-990102001"].status == found["1-990102001"].service.standing == "dormant"
    assert found["1-990101402"].related == ()
    assert {entry.kind for entry in found.entries if "Ms Ysolde" in entry.name} == {"unknown"}
    assert found["1-990102006"].kind == "organisation"
    assert found.drift == (
        "unmapped Also known as: The Quillet Practice, 5 Fore Street, ZY9 7QP (1)",
    )
    assert (cqc.bridge, cqc.premises, cqc.tracks_removals) == (True, True, True)


def test_the_directory_beside_it_adds_names_and_the_newest_places(
    read_sample: Read, read_list: Read
) -> None:
    found = read_sample(cqc)
    names = [name.text for name in found["1-990102004"].names]
    assert names == ["Foxglove Outreach Care CIC", "Foxglove Outreach", "Foxglove at Home"]
    newest = found["1-990102021"]
    assert newest.addresses[0].text.startswith("Room 107, Level 1, East Wing, Netherfield Park, ")
    assert [str(number) for number in newest.identifiers] == ["GB-COH-SC990305"]
    assert newest.record.event == "Registered for Supported living, Homecare agencies"
    alone = read_list(cqc, {ACTIVE: (SAMPLES / ACTIVE).read_bytes()})
    assert len(alone.entries) == len(found.entries) - 1
    assert alone.drift == ()


def test_headings_of_the_directory_without_their_bracket_are_known(read_list: Read) -> None:
    directory = (SAMPLES / DIRECTORY).read_bytes()
    assert b"\r\n" in directory
    old = directory.replace(b"(for office use only)", b"(for office use only")
    old = old.replace(b"Local authority", b"Local Authority")
    found = read_list(cqc, {ACTIVE: changed(ACTIVE), DIRECTORY: old})
    assert found["1-990102021"].addresses
    assert [line for line in found.drift if "Also known as" not in line] == []


def test_a_check_of_an_odd_date_is_reported(read_list: Read) -> None:
    directory = (SAMPLES / DIRECTORY).read_text("utf-8").replace("10/Jun/2026", "10/Xyz/2026")
    found = read_list(cqc, {ACTIVE: changed(ACTIVE), DIRECTORY: directory})
    assert "unmapped Date of latest check: 10-Xyz-2026 (1)" in found.drift


def test_a_cell_that_is_neither_ticked_nor_blank_is_reported(read_list: Read) -> None:
    column = "Service type - Dental service"
    held = rows(ACTIVE)
    held[0][column] = "Perhaps"
    found = read_list(cqc, {ACTIVE: text(held)})
    assert found.drift == ("unmapped Dental service: Perhaps (1)",)


def test_charity_numbers_that_are_none_are_reported(read_list: Read) -> None:
    held = rows(ACTIVE)
    for at, number in enumerate(("1990531-2", "-", "n/a", "see note")):
        held[at]["Provider Charity Number"] = number
    found = read_list(cqc, {ACTIVE: text(held)})
    charities = [i for e in found.entries for i in e.identifiers if i.scheme == "GB-CHC"]
    # The first by its main charity, and the one that the sample has.
    assert [number.id for number in charities] == ["1990531", "1990531"]
    assert found.drift == ("unmapped Provider Charity Number: see note (1)",)


def test_a_second_row_of_one_location_is_counted_and_not_kept(read_list: Read) -> None:
    held = rows(ACTIVE)
    found = read_list(cqc, {ACTIVE: text([*held, held[0]])})
    assert len(found.entries) == len(held)
    assert found.drift == ("left out: second row of one location: 1-990101402 (1)",)


def test_ratings_are_pivoted_by_place(read_sample: Read) -> None:
    found = read_sample(ratings)
    assert found["1-990101402"] == ListEntry(
        id="1-990101402",
        list_id="cqc-ratings",
        kind="organisation",
        names=(
            Name("Sunnyhaven Residential Care Homes Ltd"),
            Name("Gorse Lodge", "trading"),
        ),
        identifiers=(Identifier("GB-COH", "99001402"),),
        addresses=(Address("Gorse Lodge, Trevannick ZY2 8GL", "ZY2 8GL"),),
        status="Requires improvement",
        record=Record(
            type="rating",
            power="safeguarding",
            authority="Care Quality Commission",
            reference="1-990101402",
            event="Overall rating of Gorse Lodge: Requires improvement",
            event_date=date(2026, 6, 10),
            outcome="safe Requires improvement, effective Good, caring Good, responsive Good, "
            "well-led Requires improvement",
            low=True,
        ),
        url="https://www.cqc.org.uk/location/1-990101402",
        service=RegisteredService(
            number="1-990101402",
            nation="England",
            kinds=("Residential social care",),
            place="Gorse Lodge",
            owner="Sunnyhaven Residential Care Homes Ltd",
            owner_number="1-990001402",
            area="Porthvellan",
            grade="Requires improvement",
            graded_on=date(2026, 6, 10),
            grades=(
                ("safe", "Requires improvement"),
                ("effective", "Good"),
                ("caring", "Good"),
                ("responsive", "Good"),
                ("well-led", "Requires improvement"),
            ),
        ),
    )
    assert found["1-990102002"].record.outcome.endswith(
        ", well-led Good, inherited from the registration before"
    )
    assert {entry.status: entry.record.low for entry in found.entries} == {
        "Requires improvement": True,
        "Inadequate": True,
        "Good": False,
        "Outstanding": False,
        "Inspected but not rated": False,
    }
    # An address that is not the publisher's own, or not by https, is not passed on.
    assert found["1-990102014"].url == "https://www.cqc.org.uk/location/1-990102014"


def test_a_place_that_is_not_rated_as_a_whole_has_the_ratings_of_its_services(
    read_sample: Read, read_list: Read
) -> None:
    found = read_sample(ratings)
    assert found.drift == ()
    hospital = found["1-990102006"]
    assert (hospital.status, hospital.record.low) == ("Requires improvement", True)
    assert hospital.record.event == (
        "No overall rating of Figment General Hospital; ratings of its services: "
        "Urgent and emergency services Requires improvement"
    )
    assert (hospital.service.grade, hospital.service.graded_on) == ("", date(2025, 11, 11))
    assert hospital.service.grades == (("Urgent and emergency services", "Requires improvement"),)
    clinic = found["1-990102031"]
    assert (clinic.status, clinic.record.low, clinic.service.grade) == ("Good", False, "")
    # The worst service stands for a place without a rating of its own, and beside one is said.
    held = rows(LATEST)
    surgery = next(row for row in held if row["Location ID"] == clinic.id)
    bad = surgery | {"Service / Population Group": "Dialysis", "Latest Rating": "Inadequate"}
    rated = held[0] | {
        "Service / Population Group": "Dementia care",
        "Domain": "Overall",
        "Latest Rating": "Inadequate",
    }
    active = {ACTIVE: (SAMPLES / ACTIVE).read_bytes()}
    found = read_list(ratings, {LATEST: text([*held, bad, rated]), **active})
    assert (found[clinic.id].status, found[clinic.id].record.low) == ("Inadequate", True)
    assert found[clinic.id].service.grades == (("Dialysis", "Inadequate"), ("Surgery", "Good"))
    assert found["1-990101402"].status == "Requires improvement"
    assert found["1-990101402"].record.outcome.endswith(", Dementia care Inadequate")


def test_a_whole_provider_has_its_own_rating(read_sample: Read) -> None:
    trust = read_sample(ratings)["ZZ9"]
    assert [name.text for name in trust.names] == ["Porthvellan Figment NHS Foundation Trust"]
    assert trust.addresses[0].postcode == "ZY1 9ZZ"
    assert trust.url == "https://www.cqc.org.uk/provider/ZZ9"
    assert (trust.service.owner_number, trust.service.grade) == ("ZZ9", "Requires improvement")
    assert trust.record.low


def test_a_place_of_which_only_single_domains_are_rated_is_counted(read_list: Read) -> None:
    held = rows(LATEST)
    alone = [row for row in held if row["Domain"] != "Overall"]
    found = read_list(ratings, {LATEST: text([held[0], *alone]), ACTIVE: changed(ACTIVE)})
    assert list(found.entries) == [found["1-990101402"]]
    places = {row["Location ID"] for row in alone} - {"1-990101402"}
    assert set(found.drift) == {
        "unmapped sheet: no ratings of providers (1)",
        f"left out: place of which only single domains are rated ({len(places)})",
    }


def test_the_rating_published_last_counts_in_whatever_order(read_list: Read) -> None:
    active = {ACTIVE: (SAMPLES / ACTIVE).read_bytes()}
    held = rows(LATEST)
    older = held[0] | {"Latest Rating": "Inadequate", "Publication Date": "01/01/2020"}
    newer = held[0] | {"Latest Rating": "Good", "Publication Date": "01/11/2026"}
    for order in ([older, *held, newer], [newer, *held, older]):
        found = read_list(ratings, {LATEST: text(order), **active})
        assert found["1-990101402"].status == "Good"
        assert found["1-990101402"].record.event_date == date(2026, 11, 1)
    # A place that is no longer rated as a whole has no rating.
    unrated = newer | {"Latest Rating": "Not Rated"}
    found = read_list(ratings, {LATEST: text([*held, unrated]), **active})
    assert "1-990101402" not in {entry.id for entry in found.entries}


def test_the_older_heading_of_domains_is_known(read_list: Read) -> None:
    old = text(rows(LATEST)).replace(",Domain,", ",Key Question,")
    found = read_list(ratings, {LATEST: old, ACTIVE: changed(ACTIVE)})
    assert "safe Requires improvement" in found["1-990101402"].record.outcome


def test_a_place_that_the_active_locations_lack_is_rated_without_number(read_list: Read) -> None:
    held = [row for row in rows(ACTIVE) if row["Provider ID"] != "1-990001402"]
    found = read_list(ratings, {LATEST: text(rows(LATEST)), ACTIVE: text(held)})
    assert found["1-990101402"].identifiers == ()
    assert found["1-990101402"].kind == "organisation"


def test_deactivated_places_have_the_day_on_which_they_left(read_sample: Read) -> None:
    found = read_sample(archived)
    assert found["1-990103003"] == ListEntry(
        id="1-990103003",
        list_id="cqc-archived",
        kind="organisation",
        names=(
            Name("Tamarisk Invented Care Limited"),
            Name("Sea Holly Nursing Home", "trading"),
        ),
        identifiers=(Identifier("GB-COH", "09900541"),),
        addresses=(Address("9 Strand, Porthvellan ZY1 6SH", "ZY1 6SH"),),
        status="Inactive-Dereg",
        ends_on=date(2023, 7, 31),
        record=Record(
            type="registration",
            power="safeguarding",
            authority="Care Quality Commission",
            reference="1-990103003",
            event="No longer registered under this number: Sea Holly Nursing Home "
            "(Residential social care)",
            event_date=date(2023, 7, 31),
            outcome="registered since 2011-01-11, last rated Requires improvement on 2023-07-13, "
            "inherited from the registration before",
            ended=True,
        ),
        url="https://www.cqc.org.uk/location/1-990103003",
        service=RegisteredService(
            number="1-990103003",
            nation="England",
            kinds=("Residential social care",),
            place="Sea Holly Nursing Home",
            owner="Tamarisk Invented Care Limited",
            owner_number="1-990003002",
            area="Porthvellan",
            capacity=20,
            standing="Inactive-Dereg",
            registered_on=date(2011, 1, 11),
            grade="Requires improvement",
            graded_on=date(2023, 7, 13),
        ),
    )
    # Of all kinds, not homes alone; what the file calls active has not left.
    assert "Dentists" in found["1-990103005"].record.event
    assert "rated" not in found["1-990103005"].record.outcome
    assert "1-990101402" not in {entry.id for entry in found.entries}
    assert found.drift == ("left out: a place that is active (1)",)
    assert "Deactivated is not closed" in archived.notes


def test_the_day_of_the_start_dates_no_rating(read_list: Read) -> None:
    held = rows(DEACTIVATED)
    start = held[0]["Location HSCA start date"]
    held[0] |= {RATING: "Good", "Publication Date": start}
    entry = read_list(archived, {DEACTIVATED: text(held)})["1-990103001"]
    assert (entry.service.grade, entry.service.graded_on) == ("Good", None)
    held = rows(ACTIVE)
    held[0] |= {RATING: "Splendid", "Publication Date": held[0]["Location HSCA start date"]}
    found = read_list(cqc, {ACTIVE: text(held)})
    service = found[held[0]["Location ID"]].service
    assert (service.grade, service.graded_on) == ("Splendid", None)
    assert found.drift == (f"unmapped {RATING}: Splendid (1)",)


def test_deactivated_places_without_a_company_number_are_read(read_list: Read) -> None:
    held = [
        {k: v for k, v in row.items() if k != "Provider Companies House Number"}
        for row in rows(DEACTIVATED)
    ]
    found = read_list(archived, {DEACTIVATED: text([*held, held[0]])})
    assert {entry.id for entry in found.entries if entry.identifiers} == {"1-990103004"}
    assert "unmapped header: no column Provider Companies House Number (1)" in found.drift
    assert "left out: second row of one location: 1-990103001 (1)" in found.drift


def test_homes_of_the_earlier_file(read_sample: Read) -> None:
    found = read_sample(archived, feeds=2)
    kinds = [entry.kind for entry in found.entries]
    assert kinds == ["unknown", "organisation", "organisation", "unknown"]
    entry = found["1-990103003"]
    names = [name.text for name in entry.names]
    assert names == ["Tamarisk Invented Care Limited", "Sea Holly Nursing Home", "Sea Holly Hotel"]
    assert entry.record.ended
    assert entry.record.event_date is None
    assert entry.record.outcome == "last report published 2023-07-13"


@for_each(
    ("watchlist", "contents", "message"),
    [
        (cqc, {ACTIVE: changed(ACTIVE, Location_ID="")}, "row 2: Location ID is empty"),
        (cqc, {ACTIVE: changed(ACTIVE, Location_Name="-")}, "row 2: Location Name is empty"),
        (cqc, {ACTIVE: changed(ACTIVE, Provider_Name="")}, "row 2: Provider Name is empty"),
        (
            cqc,
            {ACTIVE: text([rows(ACTIVE)[0] | {"Dormant (Y/N)": "Suspended"}])},
            "Dormant (Y/N) has the value 'Suspended', which is not known",
        ),
        (
            ratings,
            {LATEST: changed(LATEST, Latest_Rating="Fair"), ACTIVE: changed(ACTIVE)},
            "Latest Rating has the value 'Fair', which is not known",
        ),
        (ratings, {ACTIVE: changed(ACTIVE)}, "bring Latest_ratings.ods beside this file"),
        (ratings, {LATEST: changed(LATEST, Location_Name="")}, "row 2: Location Name is empty"),
        (
            archived,
            {DEACTIVATED: changed(DEACTIVATED, Location_Status="Suspended")},
            "Location Status has the value 'Suspended', which is not known",
        ),
        (
            archived,
            {DEACTIVATED: changed(DEACTIVATED, Location_Status="")},
            "Location Status has the value '', which is not known",
        ),
        (
            archived,
            {DEACTIVATED: changed(DEACTIVATED, **{RATING.replace(" ", "_"): "Fair"})},
            f"{RATING} has the value 'Fair', which is not known",
        ),
        (
            cqc,
            {f"1_{ACTIVE}": changed(ACTIVE), f"2_{ACTIVE}": changed(ACTIVE)},
            "1_HSCA_Active_Locations.ods and 2_HSCA_Active_Locations.ods are files of one kind",
        ),
    ],
)
def test_what_nobody_can_be_sure_of_is_refused(
    watchlist: Watchlist, contents: dict[str, str], message: str, read_list: Read
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_list(watchlist, contents)
    assert message in str(error.value)


def test_the_page_of_the_publisher_names_the_files(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    base = "/system/files/2026-11"
    page.write_text(
        f"<html><body><a href='/about'>About</a>"
        f"<a href='{base}/24_November_2026_CQC_directory.csv'>CSV</a>"
        f"<a href='{base}/03_November_2026_Latest_ratings.ods'>ODS</a>"
        f"<a href='{base}/03_November_2026%20Deactivated%20locations.ods?a=1'>ODS</a>"
        f"<a href='{base}/03_November_2026_HSCA_Active_Locations.ods'>ODS</a>"
    )

    def named(watchlist: Watchlist) -> list[str]:
        return [feed.locate(page).rpartition("/")[2] for feed in watchlist.feeds if feed.locate]

    active = "03_November_2026_HSCA_Active_Locations.ods"
    assert named(cqc) == [active]
    assert named(ratings) == ["03_November_2026_Latest_ratings.ods", active]
    assert named(archived) == ["03_November_2026%20Deactivated%20locations.ods?a=1"]
    page.write_text(page.read_text().replace("%20", "_").replace("locations", "Locations"))
    assert named(archived) == ["03_November_2026_Deactivated_Locations.ods?a=1"]
    page.write_text("<html><body>moved</body></html>")
    assert named(ratings) == ["", ""]
    page.write_bytes(b"\0\1")
    with pytest.raises(UnreadableFile):
        named(cqc)


def test_no_person_beside_the_provider_is_kept(read_sample: Read) -> None:
    for watchlist in (cqc, ratings, archived):
        for feeds in range(len(watchlist.feed_sets)):
            kept = repr(read_sample(watchlist, feeds=feeds).entries)
            assert "01632" not in kept
            assert "Nobody" not in kept
    assert "Nobody, Ann" in {row["Registered manager"] for row in rows(ACTIVE)}


def packed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The sample's workbook with its document changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(SAMPLES / name) as before, zipfile.ZipFile(out, "w") as after:
        for member in before.namelist():
            data = before.read(member)
            after.writestr(member, change(data) if member == "content.xml" else data)
    return out.getvalue()


def without_half(document: bytes) -> bytes:
    """Every second row of the largest sheet gone."""
    pieces = document.split(b"<table:table-row>")
    return b"<table:table-row>".join(pieces[: len(pieces) // 2]) + (
        b"</table:table></office:spreadsheet></office:body></office:document-content>"
    )


HOSTILE: dict[str, tuple[Callable[[str], bytes], str]] = {
    "truncated": (lambda name: (SAMPLES / name).read_bytes()[:-200], "damaged or cut short"),
    "empty": (lambda _: b"", "is empty"),
    "web page": (lambda _: b"<!DOCTYPE html><html><body>Sorry</body></html>", "is a web page"),
    "wrong header": (
        lambda name: packed(name, lambda data: data.replace(b">Location ID<", b">Place<")),
        "the header has no column Location ID",
    ),
    "wrong encoding": (
        lambda name: packed(name, lambda data: data.replace(b"Gorse Lodge", b"Gorse \xff Lodge")),
        "damaged or cut short",
    ),
    "half size": (lambda name: packed(name, without_half), "entr(y|ies)|fewer"),
    "zip bomb": (lambda name: packed(name, lambda data: data + b" " * 3_000_000), "unpacks to"),
}


@pytest.mark.soak
@pytest.mark.parametrize("how", HOSTILE)
@pytest.mark.parametrize(
    ("watchlist", "name"),
    [(cqc, ACTIVE), (ratings, LATEST), (ratings, ACTIVE), (archived, DEACTIVATED)],
    ids=lambda value: getattr(value, "id", value),
)
def test_of_a_hostile_file_the_old_version_is_kept_and_the_words_say_why(
    watchlist: Watchlist,
    name: str,
    how: str,
    samples: Path,
    open_workspace: Callable[..., Workspace],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace = open_workspace()
    (sound,) = refresh(workspace, [watchlist.id], folder=samples, terms=SAMPLE)
    assert sound.result == "loaded", sound
    assert sound.version
    before = list(workspace.lists.entries(sound.version))
    make, words = HOSTILE[how]
    (samples / "cqc" / name).write_bytes(make(name))
    # A sound file of another form would be read instead.
    (samples / "cqc" / "HSCA_Active_Locations.csv").unlink()
    (samples / "cqc" / "care_homes_archived.csv").unlink()
    if how == "zip bomb":
        monkeypatch.setattr(filetype, "MAX_UNPACKED", 2_000_000)
    (failed,) = refresh(workspace, [watchlist.id], folder=samples, terms=SAMPLE)
    assert failed.result == "failed"
    assert failed.error
    assert re.search(words, failed.error.message)
    kept = workspace.lists.current()[watchlist.id].version
    assert list(workspace.lists.entries(kept)) == before
