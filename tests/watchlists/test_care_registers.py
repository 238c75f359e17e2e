"""The registers of care of Scotland, Wales and Northern Ireland."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.care_inspectorate import parse as scotland
from duediligence.watchlists.care_inspectorate_wales import parse as wales
from duediligence.watchlists.rqia import parse as northern_ireland

from duediligence.errors import UnreadableFile
from duediligence.formats import workbook
from duediligence.model import Address, ListEntry, Name, Record, RegisteredService
from tests.rows import for_each

Read = Callable[..., Any]
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists"
MDSF = "MDSF_data.csv"


def rows() -> list[dict[str, str]]:
    """The rows of the Scottish sample, for the test to change."""
    data = (SAMPLES / "care-inspectorate" / MDSF).read_text("cp1252")
    return list(csv.DictReader(io.StringIO(data, newline="")))


def text(changed: list[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, changed[0])
    writer.writeheader()
    writer.writerows(changed)
    return out.getvalue()


def test_a_scottish_service_has_the_lowest_of_its_grades(read_sample: Read) -> None:
    found = read_sample(scotland)
    assert found.drift == ()
    home = found["CS2099000001"]
    assert home == ListEntry(
        id="CS2099000001",
        list_id="care-inspectorate",
        kind="organisation",
        names=(Name("Kirkfable Care Homes Limited"), Name("Braw Invented House", "trading")),
        addresses=(Address("12 Figment Brae, Kirkfable ZX1 2AB", "ZX1 2AB"),),
        status="Weak",
        record=Record(
            type="rating",
            power="safeguarding",
            authority="Care Inspectorate",
            reference="CS2099000001",
            event="Grade of Braw Invented House: Weak",
            event_date=date(2026, 8, 14),
            outcome="wellbeing 2 Weak, planning of care and support 3 Adequate, setting 4 Good, "
            "staff team 3 Adequate, leadership 2 Weak; enforcement: 1 in 2025/26; "
            "requirements: 2025/26, 2026/27; complaints upheld: 1 in 2025/26",
            low=True,
        ),
        url=scotland.homepage,
        service=RegisteredService(
            number="CS2099000001",
            nation="Scotland",
            kinds=("Care Home Service", "Older People"),
            place="Braw Invented House",
            owner="Kirkfable Care Homes Limited",
            owner_number="SP2099000001",
            area="Fableshire",
            capacity=42,
            standing="Active",
            # 42698 in the file.
            registered_on=date(2016, 11, 24),
            grade="Weak",
            graded_on=date(2026, 8, 14),
            grades=(
                ("wellbeing", "2 Weak"),
                ("planning of care and support", "3 Adequate"),
                ("setting", "4 Good"),
                ("staff team", "3 Adequate"),
                ("leadership", "2 Weak"),
            ),
        ),
    )
    enforced = found["CS2099000001-enforcement"]
    assert (enforced.record.type, enforced.service) == ("notice", None)
    assert enforced.record.event == "Enforcement issued: Braw Invented House, 1 in 2025/26"
    assert [name.text for name in found["CS2099000002"].names][:2] == [
        "Thistle Fictional Trust",
        "Thistle Care",
    ]
    idle = found["CS2099000005"]
    assert (idle.status, idle.record.type, idle.record.ended) == ("Inactive", "registration", False)


def test_of_a_childminder_no_address_is_kept_and_of_nobody_a_manager(read_sample: Read) -> None:
    found = read_sample(scotland)
    assert found["CS2099000004"].kind == "unknown"
    assert found["CS2099000004"].addresses == ()
    assert "Nobody, Ann" in text(rows())
    kept = repr(found.entries)
    assert not [one for one in ("Nobody, Ann", "01632", "invented.example") if one in kept]


def test_a_poor_key_question_counts_whatever_the_column_of_the_lowest_says(read_list: Read) -> None:
    held = rows()
    held[2] |= {"MinGrade": "NA", "KQ_Leadership": "1"}
    entry = read_list(scotland, {MDSF: text(held)})["CS2099000003"]
    assert (entry.status, entry.record.low) == ("Unsatisfactory", True)


def test_a_cancelled_service_has_ended_and_its_grade_is_no_flag(read_list: Read) -> None:
    held = rows()
    held[0]["ServiceStatus"] = "Cancelled"
    record = read_list(scotland, {MDSF: text(held)})["CS2099000001"].record
    assert (record.type, record.ended, record.low) == ("registration", True, False)


def test_forms_of_earlier_years_are_read(read_list: Read) -> None:
    """Of 2020: quality themes, other years, `Service Type`, and the month of registration alone."""
    renamed = {
        "ServiceType": "Service Type",
        "KQ_Support_Wellbeing": "Quality_of_Care_and_Support",
        "Enforcements_issued_2526": "Enforcements_issued_1920",
        "Complaints_upheld_2526": "Complnt_upheld_or_partially_1920",
        "any_requirements_2526": "any_requirements_1920",
        "SIMD_rank": "SIMD2020_Rank",
    }
    held = [
        {renamed.get(key, key): value for key, value in row.items() if key != "DateReg"}
        for row in rows()
    ]
    found = read_list(scotland, {MDSF: text(held)})
    assert found.drift == ()
    home = found["CS2099000001"]
    assert home.service.registered_on is None
    assert home.service.grades[-1] == ("care and support", "2 Weak")
    assert "complaints upheld: 1 in 2019/20" in home.record.outcome
    assert found["CS2099000001-enforcement"].record.event.endswith("1 in 2019/20")


@for_each(
    ("column", "value", "message"),
    [
        ("ServiceStatus", "Paused", "ServiceStatus has the value 'Paused', which is not known"),
        ("MinGrade", "7", "MinGrade has the value '7', which is not known"),
        ("KQ_Setting", "Good", "KQ_Setting has the value 'Good', which is not known"),
        ("ServiceName", "-", "row 2: ServiceName is empty"),
        ("CareService", "", "row 2: CareService is empty"),
    ],
)
def test_what_nobody_can_be_sure_of_is_refused(
    column: str, value: str, message: str, read_list: Read
) -> None:
    held = rows()
    held[0][column] = value
    with pytest.raises(UnreadableFile) as error:
        read_list(scotland, {MDSF: text(held)})
    assert message in str(error.value)


def test_places_that_are_no_number_are_reported(read_list: Read) -> None:
    held = rows()
    held[0]["Registered_Places"] = "about 40"
    found = read_list(scotland, {MDSF: text(held)})
    assert found.drift == ("unmapped Registered_Places: about 40 (1)",)
    assert found["CS2099000001"].service.capacity is None


def test_a_welsh_home_is_known_by_its_name_kind_and_place(read_sample: Read) -> None:
    found = read_sample(wales)
    assert len(found.entries) == 4
    entry = found.entries[1]
    assert entry.service == RegisteredService(
        number="",
        nation="Wales",
        kinds=("Care Home Service", "Adults With Nursing"),
        place="Nonesuch House Nursing Home Ltd",
        area="Sir Ddychmygol",
        capacity=34,
        standing="Approved",
    )
    assert entry.id.startswith("nonesuch-house-nursing-home-ltd.care-home-service.")
    assert entry.record.event == "Registered as Care Home Service, Adults With Nursing"
    assert entry.addresses[0].postcode == "ZW20 4PJ"


def test_a_suspended_welsh_service_is_on_a_lower_footing(read_list: Read) -> None:
    sheet = SAMPLES / "care-inspectorate-wales" / "CIW - list of adult care homes.xlsx"
    sheets = workbook.read_workbook_sheets(sheet)
    lines = [",".join(cells) for _, group in sheets for _, cells in group]
    lines[-4] = lines[-4].replace("Approved", "Suspended")
    lines[-3] = lines[-3].replace("Approved", "Cancelled")
    found = read_list(wales, {"CIW.xlsx": "\n".join(lines) + "\n"})
    states = [(one.record.low, one.record.ended) for one in found.entries]
    assert states == [(True, False), (False, True), (False, False), (False, False)]


def test_a_northern_irish_service_has_its_provider_and_its_conditions(read_sample: Read) -> None:
    found = read_sample(northern_ireland)
    home = found.entries[0]
    assert home.service == RegisteredService(
        number="",
        nation="Northern Ireland",
        kinds=("Nursing (NH)",),
        place="Lough Invented Nursing Home",
        owner="Ballyfable Care Homes Ltd",
        capacity=35,
        conditions=("A maximum of 4 patients in category NH-PH",),
    )
    assert home.record.outcome == "categories of care: NH-I, NH-PH, NH-PH(E), NH-TI"
    # Two registrations of one house, and a provider who is a person.
    assert len({one.id for one in found.entries}) == 6
    assert found.entries[5].kind == "unknown"
    assert found.entries[5].service.capacity is None
