"""Services of care, and of children's care, that are registered in Scotland, and their grades."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from duediligence.watchlists._care import build_care_entry, find_single_file, read_places
from duediligence.watchlists.toolkit.bodies import build_address
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.pages import locate_link
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import stated_day, status, usable

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record, RegisteredService

_ID = "care-inspectorate"
_AUTHORITY = "Care Inspectorate"
_HOMEPAGE = "https://www.careinspectorate.com/index.php/publications-statistics/93-public/datastore"
_STATUS, _GRADE = "ServiceStatus", "MinGrade"
_STATUSES: Mapping[str, StatusMeaning] = {
    "active": "neutral",
    "inactive": "neutral",
    "cancelled": "ended",
}
# The scale of six of the Care Inspectorate, with its own words.
_SCALE = ("Unsatisfactory", "Weak", "Adequate", "Good", "Very good", "Excellent")
_WORDS = {str(grade): word for grade, word in enumerate(_SCALE, 1)}
_GRADES: Mapping[str, StatusMeaning] = {
    **dict.fromkeys(("1", "2"), "adverse"),
    **dict.fromkeys(("3", "4", "5", "6", "na", ""), "neutral"),
}
_NOT_GIVEN = ("", "NA", "N/A")
# What is graded: the key questions, and the quality themes that they have followed since 2018.
_PARTS = {
    "KQ_Support_Wellbeing": "wellbeing",
    "KQ_Care_and_Support_Planning": "planning of care and support",
    "KQ_Setting": "setting",
    "KQ_Staff_Team": "staff team",
    "KQ_Leadership": "leadership",
    "KQ_Care_Play_and_Learning": "care, play and learning",
    "Quality_of_Care_and_Support": "care and support",
    "Quality_of_Environment": "environment",
    "Quality_of_Staffing": "staffing",
    "Quality_of_Mgmt_and_Lship": "management and leadership",
    "Quality_of_Information": "information",
}
# Columns of three financial years, which move on with each year: `2425` is 2024/25.
_YEARS = tuple(f"{year % 100:02}{(year + 1) % 100:02}" for year in range(2015, 2045))
_BY_YEAR = {
    "enforcement": "Enforcements_issued_{0}",
    "requirements": "any_requirements_{0}",
    "complaints upheld": "Complaints_upheld_{0} | Complnt_upheld_or_partially_{0}",
}
_NEEDED = (
    "CareService Subtype ServiceName Service_town Service_Postcode ServiceProvider ServiceStatus"
)
_LAYOUT = Layout(
    needed={
        **{one: one for one in _NEEDED.split()},
        "ServiceType": "ServiceType | Service Type",
    },
    wanted={
        # Copies with chosen columns lack it.
        "CSNumber": "CSNumber",
        _GRADE: _GRADE,
        "Graded": "Publication_of_Latest_Grading",
        "Area": "Council_Area_Name",
        "Places": "Registered_Places",
    },
    extra={
        **{one: one for one in ("SP_number", "DateReg", "Date_Reg", *_PARTS)},
        **{f"Line {n}": f"Address_line_{n}" for n in (1, 2, 3, 4)},
        **{f"{what} {y}": name.format(y) for what, name in _BY_YEAR.items() for y in _YEARS},
    },
    # The last line is people who are not listed, and ways to reach them.
    passed_over=tuple(
        "Combined_Service_ CaseNumber_Combined Provided_by_Local_Authority SIMD_rank "
        "SIMD2020_Rank SIMD2020_Decile Datazone Integration_Authority_Name Health_Board_Name "
        "TotalBeds SingleBedrooms BedsInDoubleRooms BedsInBedroomsFor3OrMore Client_group "
        "Dec18_Annual_Return_Submitted CareHome_Main_Area_of_Care NumberStaff PublicList "
        "Care_Home_All_Areas_of_Provision RADScore RAD_SAT_Score GradeSpread MaxGrade "
        "Year_Month_latest_grade MinGrade_change CS_Wellbeing_change CS_Planning_change "
        "Setting_change Staff_change Leadership_change Last_inspection_Date "
        "ManagerName Manager_Name Service_Phone_Number Eforms_email_address".split()
    ),
    # The grades of themes and questions combined, and single inspections, year by year.
    prefixes=("Comb_Eval_", "Count any reqs", "first_", "second_", "third_", "fourth_", "fifth_"),
)
_BODIES = ("local authority", "health board", "voluntary or not for profit")
_CHILDMINDER = "child minding"


@watchlist(
    id=_ID,
    title="Care Inspectorate register of care services in Scotland",
    publisher=_AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage=_HOMEPAGE,
    bring="Select the newest month of the datastore as CSV, and keep its name (MDSF_data …).",
    feeds=(
        Feed(
            "MDSF_data.csv",
            url=_HOMEPAGE,
            locate=locate_link(r"MDSF_data[^/?#]*\.csv(?:[?#]|$)"),
            robots=True,
        ),
    ),
    alternates=((Feed("*MDSF*.csv"),),),
    max_age=timedelta(days=45),
    expect=Expect(
        entries=(8_000, 20_000), weekly_loss=0.03, filled={"names": 1.0, "addresses": 0.5}
    ),
    optional=True,
    labour_sign="poor rating",
    known_from="real file",
    known_since="2024-09",
    statuses={_STATUS: _STATUSES, _GRADE: _GRADES},
    powers=("safeguarding",),
    premises=True,
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """List every service that the Care Inspectorate registers in Scotland: care homes, care at
    home, housing support, fostering, adoption, day care of children, childminders and others.

    Scotland gives no overall grade. Each key question has one, from 1 (unsatisfactory) to 6
    (excellent), since June 2022; quality themes had them before. The grade here is the lowest of
    them, as the file's own column has it. Grades 1 and 2 ("weak") are poor by the scheme itself
    and are shown to the officer. Where enforcement was issued in the years of the file, that is
    an entry of its own; the file gives the year and the number, and neither day nor content.
    Requirements and complaints that were upheld are said with the grade.

    It cannot show what an inspection found: read the report on the page of the service. The file
    has no numbers of companies or charities: a provider is found by name and place. An inactive
    service is registered and gives no care at present. A service that leaves the register is kept
    for three years and shown as ended: it may have closed, been sold or been registered again.
    Childminders are private persons: of them the name, the number, the area and the grade are
    kept, and no address. Managers, telephones and e-mail addresses are not kept.

    It is the monthly datastore (MDSF), whose columns of years move on each year.
    """
    path = find_single_file(files, "*MDSF*.csv")
    rows = read(path, _LAYOUT, files.drift) if path else iter(())
    return checked(
        (entry for row in rows for entry in _build_entries(row, files.drift)), "MDSF_data"
    )


def _build_entries(row: Row, drift: Drift) -> Iterator[ListEntry]:
    """Yield the entry of a service, and one of its enforcement where there was any."""
    if not usable(row["ServiceName"]):
        raise row.error("ServiceName", "is empty")
    standing = row.filled(_STATUS)
    ended = status(_STATUSES, standing, _STATUS, row.filename) == "ended"
    lowest, grades = _read_grades(row)
    service = RegisteredService(
        number=row["CSNumber"],
        nation="Scotland",
        kinds=tuple(filter(None, (row.filled("CareService"), _given(row, "Subtype")))),
        place=row["ServiceName"],
        owner=_given(row, "ServiceProvider"),
        owner_number=row["SP_number"],
        area=_given(row, "Area"),
        capacity=read_places(_given(row, "Places"), "Registered_Places", drift),
        standing=standing,
        registered_on=_read_registration_day(row, drift),
        grade=_WORDS.get(lowest, ""),
        graded_on=_read_day(_given(row, "Graded"), "Publication_of_Latest_Grading", drift),
        grades=grades,
    )
    private = row["CareService"].casefold() == _CHILDMINDER
    lines = (_given(row, one) for one in ("Line 1", "Line 2", "Line 3", "Line 4", "Service_town"))
    entry = build_care_entry(
        _ID,
        _AUTHORITY,
        service,
        addresses=()
        if private
        else build_address(*lines, postcode=_given(row, "Service_Postcode")),
        kind="organisation" if row["ServiceType"].casefold() in _BODIES else None,
        outcome=_format_outcome(row, grades),
        low=_GRADES.get(lowest) == "adverse",
        ended=ended,
        url=_HOMEPAGE,
    )
    yield entry
    if enforced := _list_years(row, "enforcement"):
        yield replace(
            entry,
            id=f"{entry.id}-enforcement",
            status="",
            service=None,
            record=Record(
                type="notice",
                power="safeguarding",
                authority=_AUTHORITY,
                reference=service.number,
                event=f"Enforcement issued: {service.place}, {', '.join(enforced)}",
            ),
        )


def _given(row: Row, key: str) -> str:
    text = row[key]
    return "" if text.upper() in _NOT_GIVEN else text


def _read_grades(row: Row) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the lowest grade, "" for none, and the grades of the parts.

    Raises UnreadableFile for a grade that is not of the scale.
    """
    found: dict[str, str] = {}
    for key in (_GRADE, *_PARTS):
        status(_GRADES, row[key], key, row.filename)
        found[key] = _given(row, key)
    lowest = min(filter(None, found.values()), default="")
    parts = ((name, found[key]) for key, name in _PARTS.items() if found[key])
    return lowest, tuple((name, f"{grade} {_WORDS[grade]}") for name, grade in parts)


def _read_registration_day(row: Row, drift: Drift) -> date | None:
    """Return the day of registration; None where the file has the month alone (`2002_4`)."""
    text = _given(row, "DateReg") or _given(row, "Date_Reg")
    return None if "_" in text else _read_day(text, "DateReg", drift)


def _read_day(text: str, column: str, drift: Drift) -> date | None:
    """Return the day in `03/06/2024`, or in a spreadsheet's number: 42698 is 24 November 2016."""
    if text.isdecimal() and len(text) == 5:
        return date(1899, 12, 30) + timedelta(days=int(text))
    return stated_day(text, column, drift)


def _format_outcome(row: Row, grades: tuple[tuple[str, str], ...]) -> str:
    years = ((what, _list_years(row, what)) for what in _BY_YEAR)
    said = (f"{what}: {', '.join(found)}" for what, found in years if found)
    return "; ".join(filter(None, (", ".join(map(" ".join, grades)), *said)))


def _list_years(row: Row, what: str) -> list[str]:
    """Return the years that have any, each with their number: `3 in 2023/24`."""
    cells = ((year, _given(row, f"{what} {year}")) for year in _YEARS)
    return [
        f"20{year[:2]}/{year[2:]}" if text == "Yes" else f"{text} in 20{year[:2]}/{year[2:]}"
        for year, text in cells
        if text not in ("", "0", "No") and not text.startswith("Inspected but no")
    ]
