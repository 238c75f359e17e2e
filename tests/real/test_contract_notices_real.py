"""Real notices of Find a Tender and Contracts Finder, and real names with their numbers."""

import csv
import json
import os
from datetime import date
from pathlib import Path

import pytest

from duediligence.suppliers.contract_notices import (
    NEVER_TRIED,
    NoticeFile,
    is_name_of,
    read_contract_notices,
)

DATA = Path(os.environ["REAL_DATA"]) / "publishers"
TENDER, FINDER = DATA / "find-a-tender", DATA / "contracts-finder"
NAMES = DATA / "ledger-names"
pytestmark = pytest.mark.skipif(not TENDER.is_dir(), reason=f"no real notices: {TENDER}")
TODAY = date(2026, 12, 1)
# By the file: types of its notices, suppliers with their numbers, what is reported.
EXPECTED = {
    "PSR_award_old_form_083468-2026": (
        {"PSR": 1},
        [
            ("Mind Balance Center Ltd", "16622568", "award", "psr-england"),
            ("OASIS HOMECARE LIMITED", "15482425", "award", "psr-england"),
        ],
    ),
    "UK10_contract_change_083674-2026_without_id": (
        {"UK10": 1},
        [("", "", "change", "below-threshold")],
    ),
    "UK12_procurement_termination_083256-2026": (
        {"UK12": 1},
        [("", "", "procurement ended", "pa23")],
    ),
    "UK15_dynamic_market_modification_083685-2026": (
        {"UK15": 1},
        [("UNIVERSITY OF WARWICK", "PGDC-7539-YXVM", "removed from the market", "pa23")],
    ),
    "UK2_preliminary_market_engagement_083645-2026": ({"UK2": 1}, []),
    "UK6_083650-2026": (
        {"UK6": 1},
        [("Oxford Brookes Enterprises Limited", "PYDR-3797-LZLJ", "award", "below-threshold")],
    ),
    "UK6_five_awards_029664-2025": (
        {"UK6": 1},
        [
            ("Ricardo-AEA Limited", "08229264", "award", "pa23"),
            ("PA Consulting Services Ltd", "00414220", "award", "pa23"),
            ("SLR Consulting Limited", "03880506", "award", "pa23"),
            (
                "Waste and Resources Action Programme (WRAP)",
                "1159512",
                "award",
                "below-threshold",
            ),
            ("Eunomia Research & Consulting Ltd", "04150627", "award", "below-threshold"),
        ],
    ),
    "UK7_028961-2025": (
        {"UK7": 1},
        [("Integrated Skills Limited", "PBHQ-9995-HXVM", "award", "below-threshold")],
    ),
    "old_form_award_083257-2026": (
        {"old form": 1},
        [("KYOCERA DOCUMENT SOLUTIONS (U.K.) LIMITED", "02150688", "award", "pcr-2015")],
    ),
    "old_form_award_care_029615-2025": (
        {"old form": 1},
        [("Daisy Chain Project Teeside", "1109792", "award", "pcr-2015")],
    ),
    "page_UK10_UK1_UK7_UK4_2026-09-03": (
        {"UK10": 1, "UK1": 1, "UK7": 1, "UK4": 1},
        [
            ("", "", "change", "below-threshold"),
            ("star cab daventry limited", "", "award", "below-threshold"),
        ],
    ),
}


def read(path: Path) -> NoticeFile:
    """What the file holds, read as every buyer in it."""
    buyers = read_contract_notices(path, (), today=TODAY).buyers
    return read_contract_notices(path, tuple(buyers), today=TODAY)


def test_every_notice_has_its_type_supplier_and_report() -> None:
    files = sorted((TENDER / "releases").glob("*.json"))
    assert {path.name.partition(".")[0] for path in files} == EXPECTED.keys()
    for path in files:
        found, (kinds, rows) = read(path), EXPECTED[path.name.partition(".")[0]]
        assert found.kinds == kinds, path.name
        assert not found.kinds.keys() & set(NEVER_TRIED), path.name
        assert rows == [
            (
                one.supplier.name if one.supplier else "",
                next((each.id for each in one.supplier.identifiers), "") if one.supplier else "",
                one.notices[0].event,
                one.notices[0].regime,
            )
            for one in found.contracts
        ], path.name
        assert all(len(one.notices) == 1 for one in found.contracts), path.name


def test_a_seven_digit_number_and_a_sample_of_2020_are_read() -> None:
    (held,) = read(TENDER / "rebuilt_oddities.json").contracts
    assert held.supplier
    assert [one.id for one in held.supplier.identifiers] == ["02548628"]
    old = read(TENDER / "official_doc_sample_2020.cut.json")
    assert (old.own, old.contracts) == (1, [])


def test_every_award_of_contracts_finder_is_read() -> None:
    path = FINDER / "releases_2024-2025.cut.json"
    found = read(path)
    assert found.kinds == {"Contracts Finder": 88}
    named = {
        (release["ocid"], supplier["name"])
        for release in json.loads(path.read_text(encoding="utf-8"))["releases"]
        for award in release["awards"]
        for supplier in award["suppliers"]
        if supplier["name"]  # one has none
    }
    read_as = [one.supplier for one in found.contracts if one.supplier]
    assert {(one.process, one.supplier.name) for one in found.contracts if one.supplier} == named
    assert sum("name of its supplier" in one.refused for one in found.contracts) == 1
    numbers = [each for one in read_as for each in one.identifiers if each.scheme == "GB-COH"]
    assert all(len(one.id) == 8 for one in numbers)
    assert len(numbers) == 62


def test_no_number_of_another_name_is_accepted() -> None:
    with (NAMES / "identifier_on_the_wrong_name.csv").open(encoding="utf-8") as file:
        wrong = list(csv.DictReader(file))
    accepted = [
        one
        for one in wrong
        if is_name_of(one["name_on_the_notice"], (one["companies_house_name"],))
    ]
    assert (len(wrong), accepted) == (23, [])
    with (NAMES / "notice_names_to_companies_house.csv").open(encoding="utf-8") as file:
        right = list(csv.DictReader(file))
    agree = [
        one
        for one in right
        if is_name_of(
            one["name_as_written"],
            (one["companies_house_name"], *one["former_names_in_register"].split("; ")),
        )
    ]
    # The others are trading names, brands and initials: a person names them with the supplier.
    assert (len(right), len(agree)) == (74, 37)
