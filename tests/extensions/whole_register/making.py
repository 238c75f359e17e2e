"""Invented files of the register in the publishers' formats, small and large, sound and odd."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from duediligence.registers.bulk.companies import COLUMNS

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
COMPANIES_FILE = "BasicCompanyDataAsOneFile-2026-11-01.csv"
OWNERS_FILE = "persons-with-significant-control-snapshot-2026-11-01.txt"
OFFICERS_FILE = "Prod195_3211_ew_1_20261101.dat"
PERSON = "individual-person-with-significant-control"
FIRM = "corporate-entity-person-with-significant-control"


def company(number: str = "99000001", name: str = "INVENTED LIMITED", **cells: str) -> list[str]:
    """The cells of a company; others by the name of their column, with `_` for a dot."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "CompanyName": name,
        " CompanyNumber": number,
        "CompanyCategory": "Private Limited Company",
        "CompanyStatus": "Active",
        "RegAddress.AddressLine1": "1 QUILLEN STREET",
        "RegAddress.PostCode": "QQ1 1QQ",
        "IncorporationDate": "01/02/2020",
    }
    places = {column.strip().replace(".", "_"): column for column in COLUMNS}
    row |= {places[name]: cell for name, cell in cells.items()}
    return list(row.values())


def write_companies(path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> Path:
    """BasicCompanyData as it is published: every cell in quotation marks."""
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows(rows)
    return path


def invented_companies(rows: int) -> list[list[str]]:
    """Companies of the benchmark, and odd cells in some of them."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        made: list[list[str]] = list(import_module("invented_companies").companies(rows))
    finally:
        sys.path.remove(str(BENCHMARKS))
    draw = Random(5)
    places = {column.strip(): place for place, column in enumerate(COLUMNS)}
    for row in made:
        if draw.random() < 0.3:
            column, cells = draw.choice(ODD)
            row[places[column]] = draw.choice(cells)
    return made


ODD: Sequence[tuple[str, Sequence[str]]] = (
    ("CompanyName", ('THE "QUOTED" LTD', "TWO  SPACES LIMITED", "CAFÉ OLÉ LTD", "A & B AND C PLC",
                     "O'NEILL & SONS LTD.", "LIMITED", "12 LTD", "ŁÓDŹ Cyf", "  BLANKS LLP ",
                     "X. Y. Z. C.I.C.", "SAID AND DONE COMMUNITY INTEREST COMPANY", "'")),
    ("RegAddress.CareOf", ("MRS A", "A  B", "Zoë")),
    ("RegAddress.POBox", ("12", "PO BOX 4", "box")),
    ("RegAddress.AddressLine1", ("UNIT 3, 71 - 75 QUILLEN STREET", "FLAT 2", "METRO HOUSE",
                                 "C/O SOMEBODY, 4 HIGH STREET", "1ST FLOOR 12A ROAD", "12A ROAD",
                                 "12AB ROAD", " 5 ROAD", "SUITE A 9 – 11 ROAD", "77", "3/5 ROAD")),
    ("RegAddress.AddressLine2", ("C/O THE OFFICE, 3 LANE", "LINE  TWO", "2 LANE")),
    ("RegAddress.PostCode", ("qq1 1qq", "QQ11QQ", "NONE", "", " QQ1  1QQ ", "QQ1 1Q", "D02 C285")),
    ("RegAddress.Country", ("ENGLAND", "SCOTLAND ", "UNITED  KINGDOM")),
    ("CompanyStatus", ("Liquidation", "Voluntary Arrangement", "Live but Receiver Manager on at "
                       "least one charge", "Active - Proposal to Strike off", "", "ACTIVE", "?")),
    ("CompanyCategory", ("Community Interest Company", "Other company type", "", "Wholly New Type",
                         "PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)")),
    ("IncorporationDate", ("1/2/2020", "31/02/2020", " 01/03/2021", "none", "")),
    ("DissolutionDate", ("02/03/2024",)),
    ("Accounts.AccountCategory", ("NO ACCOUNTS FILED", "", "NEW WORDS", "FULL", " small ")),
    ("Mortgages.NumMortCharges", ("12", "", "x", "1234567890")),
    ("SICCode.SicText_1", ("None Supplied", "123 - short", "12345", " 62012 - Business", "")),
    ("SICCode.SicText_3", ("9999 - Old", "Not a code")),
    ("PreviousName_1.CompanyName", ("OLD  NAME LTD", "ALT & NEU", "Früher Ltd")),
    ("PreviousName_3.CompanyName", ("THIRD LTD",)),
)  # fmt: skip


def owner(number: str = "99000001", kind: str = PERSON, **members: Any) -> dict[str, Any]:
    """A record of the PSC snapshot."""
    data = {
        "kind": kind,
        "name": "Mrs Ann Sample",
        "natures_of_control": ["ownership-of-shares-75-to-100-percent"],
        "notified_on": "2020-01-02",
        "etag": "e",
    }
    return {"company_number": number, "data": {k: v for k, v in (data | members).items() if v}}


def totals(owners: int, statements: int = 0, exemptions: int = 0) -> dict[str, Any]:
    return {
        "data": {
            "kind": "totals#persons-of-significant-control-snapshot",
            "persons_of_significant_control_count": owners,
            "statements_count": statements,
            "exemptions_count": exemptions,
        }
    }


def write_lines(path: Path, records: Iterable[Mapping[str, Any]], *, ascii_only: bool) -> Path:
    """JSON lines; those that are not ASCII as escapes or as UTF-8."""
    lines = (json.dumps(one, ensure_ascii=ascii_only, separators=(",", ":")) for one in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def invented_owners(rows: int) -> list[dict[str, Any]]:
    """Owners of all kinds of companies 99000000 and up, some of them odd, and statements."""
    draw = Random(9)
    made = []
    for _ in range(rows):
        number = f"{99_000_000 + draw.randrange(max(rows // 2, 1)):08}"
        members: dict[str, Any] = {
            "name": "",
            "name_elements": {
                "title": draw.choice(("Mr", "Mrs", "Dr", "")),
                "forename": draw.choice(("Ann", "Bo Lee", "José", "J.", "O'Hara", "")),
                "middle_name": draw.choice(("", "Kim")),
                "surname": draw.choice(("Sample", "De la Cruz", "Smith-Jones", "Łoś", "")),
            },
            "date_of_birth": draw.choice(
                ({"year": 1970, "month": 5}, {"year": 1970}, {"year": 0, "month": 1}, None,
                 {"year": 1981, "month": 13}, {"year": "1990", "month": "12"})
            ),
            "nationality": draw.choice(("British", "", "  Irish ")),
            "country_of_residence": draw.choice(("England", "")),
            "address": draw.choice(ADDRESSES),
            "principal_office_address": draw.choice((None, None, *ADDRESSES)),
            "ceased_on": draw.choice(("", "", "2021-02-03", "2021-02-30")),
            "is_sanctioned": draw.choice((None, True, False, "true", "perhaps")),
            "notified_on": draw.choice(("2016-04-06", "2016-04-06", "", "2016-04-06T10:00:00Z")),
            "natures_of_control": draw.choice((["one"], ["one", "two"], [])),
        }  # fmt: skip
        kind = draw.choice((PERSON, PERSON, FIRM, "legal-person-person-with-significant-control",
                            "super-secure-person-with-significant-control", "unknown-kind",
                            "persons-with-significant-control-statement"))  # fmt: skip
        if kind == "persons-with-significant-control-statement":
            made.append({"company_number": number, "data": {"kind": kind, "statement": "none"}})
            continue
        if kind != PERSON:
            members |= {"name": draw.choice(FIRMS), "name_elements": None, "date_of_birth": None,
                        "identification": draw.choice(IDENTIFICATIONS)}  # fmt: skip
        elif draw.random() < 0.2:
            members["name"] = draw.choice(("Mr Ann Sample", "Madonna", "Sir", "Dr Prof Bo  Lee"))
        made.append(owner(number, kind, **members))
    return made


ADDRESSES: Sequence[dict[str, str] | None] = (
    None,
    {"premises": "1", "address_line_1": "Quillen Street", "locality": "Fenwick", "country": "X",
     "postal_code": "qq1 1qq"},
    {"premises": "Unit 2", "address_line_1": "71-75  Quillen Street", "postal_code": "QQ11QQ"},
    {"care_of": "Someone", "po_box": "7", "address_line_1": "House", "region": "Shire"},
    {"po_box": "PO Box 7", "postal_code": "QQ2 2QQ"},
    {"country": "England"},
    {"premises": " "},
)  # fmt: skip
FIRMS = ("HOLDING LIMITED", "Holding Ltd", "Übersee GmbH", "A & B LLP", "The  Firm", "")
IDENTIFICATIONS: Sequence[dict[str, str] | None] = (
    None,
    {"registration_number": "99000003", "country_registered": "United Kingdom"},
    {"registration_number": "9900003", "country_registered": "ENGLAND AND WALES"},
    {"registration_number": "SC 12345", "place_registered": "Companies House, Edinburgh"},
    {"registration_number": "12345", "country_registered": "Jersey"},
    {"registration_number": "99000004", "country_registered": "New South Wales"},
    {"registration_number": "0", "country_registered": "UK"},
    {"registration_number": "99000005", "identification_type": "uk-limited-company"},
    {"registration_number": "IP12345R", "legal_authority": "Great Britain"},
    {"legal_form": "Company"},
)


def officer(
    number: str = "99000001",
    code: str = "01",
    forenames: str = "ANN KIM",
    surname: str = "SAMPLE",
    born: str = "197005",
    **more: str,
) -> str:
    """A line about an officer of product 195."""
    texts = ["MRS", forenames, surname, "", more.get("care_of", ""), more.get("box", ""),
             more.get("line", "1 QUILLEN STREET"), "", "FENWICK", "", "ENGLAND", "CLERK",
             "BRITISH", "ENGLAND"]  # fmt: skip
    variable = "".join(f"{text}<" for text in texts)
    return (
        f"{number:8}23{code}{more.get('officer', '000000010001')}{more.get('corporate', ' ')}"
        f"{'':7}{more.get('appointed', '20200102'):8}{more.get('resigned', ''):8}"
        f"{more.get('postcode', 'QQ1 1QQ'):8}{born:8}{'':8}{len(variable):04}{variable}"
    )


def officers_company(number: str, name: str, state: str = " ") -> str:
    """A line about a company of product 195."""
    return f"{number:8}1{state}{'':22}{1:04}{len(name) + 1:04}{name}<"


def write_officers(
    path: Path, lines: Sequence[str], day: str = "20261101", encoding: str = "utf-8"
) -> Path:
    text = "\n".join((f"DDDDSNAP3211{day}", *lines, f"99999999{len(lines):08}"))
    path.write_bytes(text.encode(encoding))
    return path
