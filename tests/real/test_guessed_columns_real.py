"""The headings and the subject of every table that publishers issue, guessed by its shape."""

import csv
import io
import os
from itertools import islice
from pathlib import Path

import pytest

from duediligence.council_registers.guesses import (
    guess_column_content,
    guess_columns,
    likely_columns,
)
from duediligence.council_registers.starter import Sample, read_sample
from duediligence.errors import UsageError

SHARED = Path(os.environ["REAL_DATA"])
FOLDERS = ("publishers", "enforcement", "lists", "suppliers")
pytestmark = pytest.mark.skipif(
    not (SHARED / "publishers").is_dir(), reason=f"the publishers' files are not in {SHARED}"
)
# Of a larger file, in bytes, the first rows are enough.
LARGE = 150_000
# The row of the headings, 0 for none; who the rows are about, `-` for no party; the files, of
# which each belongs to the first line that fits it.
EXPECTED = """
1 | - | publishers/bods/official/schema/codelists/*.csv
0 | - | publishers/bods/lib-cove-bods-fixtures-0.4/expected_errors.csv
1 | - | enforcement/bods/interestType.csv
1 | ServiceProvider | publishers/care-uk/care_inspectorate_*.csv
4 | Service Name | publishers/care-uk/ciw_adult_care_homes_*.csv
1 | ProviderName | publishers/care-uk/rqia_*.csv
1 | - | publishers/cdp-share-code/*.csv
1 | - | publishers/charity-register/ccew-fields.csv
1 | transferor_name | publishers/charity-register/ccew-register-of-mergers.cut.csv
0 | - | publishers/council-spend/hyndburn_Sept-25_no_header.cut.csv
1 | Name: | publishers/council-spend/hyndburn_October-25.cut.csv
2 | Name | publishers/council-spend/hyndburn_Feb24.cut.csv
2 | Name | publishers/council-spend/hyndburn_June-23_title_row.cut.csv
1 | Name | publishers/council-spend/hyndburn_*.csv
1 | Supplier name | publishers/council-spend/leeds_spending_2010-12.cut.csv
1 | Supplier name | publishers/council-spend/leeds_spending_2012-02.cut.csv
1 | SupplierName | publishers/council-spend/leeds_spending_2012-11.cut.csv
1 | Beneficiary Name | publishers/council-spend/leeds_spending_2020-06.cut.csv
5 | Provider name | publishers/cqc/16_september_2026_CQC_directory.csv
1 | Provider Name | publishers/cqc/active_locations_with_company_number_*.csv
1 | - | publishers/cqc/api_fields_location_provider.csv
1 | Provider name | publishers/cqc/*.csv
1 | Business Name | publishers/ea-waste-carriers/registration.csv
1 | BusinessName | publishers/fhrs/FHRS_All_en-GB.csv
1 | - | publishers/find-a-tender/ocds_uk_extension/codelists/*.csv
1 | - | publishers/find-a-tender/notice_type_place.csv
1 | - | publishers/gazette-insolvency/notice_codes.tsv
1 | - | publishers/ledger-names/abbreviations_open_half.csv
1 | name_2026-09 | publishers/ledger-names/companies_house_register_extract.csv
1 | companies_house_name, name_on_the_notice | publishers/ledger-names/identifier_on_*.csv
1 | ledger_name | publishers/ledger-names/names_to_companies_house.csv
1 | ledger_name, near_company_name | publishers/ledger-names/near_names_not_shown_same.csv
1 | name_as_written | publishers/ledger-names/notice_names_to_companies_house.csv
1 | ledger_name, full_name | publishers/ledger-names/pairs.csv
1 | name_a, name_b | publishers/ledger-names/same_vat_other_name.csv
1 | ledger_name | publishers/ledger-names/wrong_expansions.csv
1 | member_name | publishers/members-interests/city_of_london_*.csv
2 | Organisation | publishers/ofsted/*_provider_level_2018-*.csv
2 | Organisation which owns the provider | publishers/ofsted/*_provider_level_2020-*.csv
4 | Organisation which owns the provider | publishers/ofsted/*_provider_level_*.csv
1 | organisation_as_ofsted_writes_it, company_name_matched | publishers/ofsted/gm_childrens_homes_*
1 | OperatorName | publishers/operator-licences/*.csv
1 | Proprietor Name (1) | publishers/registers/hmlr_*.header.csv
1 | Organisation Name | publishers/registers/home_office_licensed_sponsors_*.csv
1 | Company | publishers/registers/payment_practices_*.csv
1 | Organisation name | publishers/registers/regulator_of_social_housing.header.csv
1 | Supplier(Beneficiary) Name | publishers/spend/calderdale_2022-08.clean.cut.csv
1 | Supplier | publishers/spend/darlington_2022-09.clean.cut.csv
1 | Supplier name | publishers/spend/devon_cc_2026-03.cut.csv
1 | Supplier Name | publishers/spend/devon_cc_*.csv
1 | Supplier ID(T) | publishers/spend/gateshead_2022-08.clean.cut.csv
1 | SUPPLIER | publishers/spend/lancashire_pcc_2020-21.cut.xlsx
1 | * SUPPLIER FINAL | publishers/spend/lancashire_pcc_2024-25.cut.xlsx
1 | Supplier (Beneficiary) Name | publishers/spend/north_tyneside_2022-07_cards.clean.cut.csv
1 | Supplier Name | publishers/spend/oxford_city_2018-q1.cut.csv
1 | Vendor Name | publishers/spend/salford_2022-05.clean.cut.csv
1 | Supplier Name | publishers/spend/wakefield_2021-q4.clean.cut.csv
1 | Supplier Name | publishers/spend/warwickshire_cc_*.csv
1 | - | publishers/spend/council_layouts.header_only.csv
1 | - | publishers/tribunals/jurisdiction_codes.csv
1 | Provider name | enforcement/cqc/care_homes_archived_*.csv
1 | Provider name | enforcement/cqc/cqc_directory_head.csv
1 | Provider Name | enforcement/cqc/hsca_active_locations_first1000.csv
1 | businessname | enforcement/fhrs/cornwall_fhrs_2015_derived_705.csv
1 | - | enforcement/hmo/*.csv
1 | Organisation Name | enforcement/sponsors/*.csv
0 | - | lists/ofac/*.CSV
0 | - | lists/ofac/previous/SDN.CSV
1 | - | lists/schemas/OFAC_Id_Types.csv
2 | Name 6 | lists/uk-sanctions/UK-Sanctions-List.csv
1 | name | suppliers/*.csv
"""
# What the shape of a table cannot show: cells full of another separator; a table of things, in a
# column `name`.
WRONG_ROWS = {"publishers/spend/council_layouts.header_only.csv"}
WRONG_SUBJECTS = {"publishers/find-a-tender/notice_type_place.csv"}


def expected(name: str) -> tuple[int, tuple[str, ...]]:
    """Return the row of the headings of a file, and the headings that may be its subject."""
    for line in filter(None, EXPECTED.splitlines()):
        row, subjects, pattern = line.split(" | ")
        if Path(name).match(pattern):
            return int(row), () if subjects == "-" else tuple(subjects.split(", "))
    raise AssertionError(f"no line says what {name} is: read it, and add one")


def read_records(path: Path) -> list[list[str]]:
    """Return the first rows of a text file, read by no code of this project."""
    held = path.read_bytes()
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = held.decode("cp1252")
    delimiter = "\t" if path.suffix == ".tsv" else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [[" ".join(cell.split()) for cell in row] for row in islice(rows, 300)]


def guessed(path: Path) -> tuple[Sample | None, str]:
    """Return the table that is read, None where no row is its header, and the guessed subject."""
    try:
        sample = read_sample(path)
    except UsageError:
        return None, ""
    held = {heading: guess_column_content(cells) for heading, cells in sample.cells.items()}
    known = guess_columns(sample.header, held)
    found, _ = likely_columns(sample.header, known, sample.cells, held)
    return sample, found.get("subject_name", ("",))[0]


@pytest.mark.soak
def test_every_table_of_a_publisher_has_its_headings_and_its_subject(tmp_path: Path) -> None:
    wrong_rows, wrong_subjects, count = set(), set(), 0
    for folder in FOLDERS:
        for path in sorted((SHARED / folder).rglob("*")):
            if path.suffix.lower() not in (".csv", ".tsv", ".xlsx"):
                continue
            count += 1
            name = path.relative_to(SHARED).as_posix()
            row, subjects = expected(name)
            rows = read_records(path) if path.suffix != ".xlsx" else []
            if rows and path.stat().st_size > LARGE:
                path = tmp_path / path.name
                with path.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(rows)
            sample, subject = guessed(path)
            if sample is None:
                right = row == 0
            elif rows:
                right = row > 0 and list(sample.header) == rows[row - 1]
            else:
                right = sample.rows[0].number == row + 1
            if not right:
                wrong_rows.add(name)
            elif subject not in (subjects or ("",)):
                wrong_subjects.add(name)
    assert count > 100
    assert (wrong_rows, wrong_subjects) == (WRONG_ROWS, WRONG_SUBJECTS)
