"""The whole register gives the answers that the core register gives, row by row."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.contracts import Drift
from duediligence.extensions.whole_register import companies as company_tables
from duediligence.extensions.whole_register import officers as officer_tables
from duediligence.extensions.whole_register import owners as owner_tables
from duediligence.extensions.whole_register.normal_forms import address_key, name_stem
from duediligence.extensions.whole_register.officers import (
    NamedCompany,
    OfficerRow,
    read_officer_records,
)
from duediligence.extensions.whole_register.owners import row_of
from duediligence.extensions.whole_register.tables import COMPANIES, OFFICERS, OWNERS
from duediligence.extensions.whole_register.versions import Version
from duediligence.model import CompanyRow, Owner
from duediligence.registers.bulk.companies import COLUMNS, read_company_rows
from duediligence.registers.bulk.owners import SnapshotCounts, owners_of_part
from duediligence.screening import registers
from duediligence.screening.workspace import Workspace
from duediligence.store.register.names import name_key, postcode_key

from .conftest import Load
from .converting import converted
from .making import (
    COMPANIES_FILE,
    OFFICERS_FILE,
    OWNERS_FILE,
    company,
    invented_companies,
    invented_owners,
    officer,
    officers_company,
    totals,
    write_companies,
    write_lines,
    write_officers,
)

_DATES = frozenset(name for name, kind in COMPANIES.items() if kind == "DATE")


def rows(version: Version, table: str, columns: Iterable[str]) -> list[tuple[Any, ...]]:
    with version.connection() as db:
        return sorted(db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)


def expected(row: CompanyRow) -> dict[str, Any]:
    """The row of the core, and the keys that the whole register adds."""
    made = {
        name: date.fromisoformat(cell) if name in _DATES and cell else cell
        for name, cell in row._asdict().items()
    }
    return made | {
        "name_key": name_key(row.name),
        "name_stem": name_stem(row.name),
        "postcode": postcode_key(row.postcode),
        "address_key": address_key(row.address, row.postcode),
        "gone_since": None,
    }


def assert_companies_equal(path: Path, version: Version) -> None:
    columns = [name for name in COMPANIES if name != "content"]
    core = [expected(row) for row in read_company_rows(path, Drift())]
    wanted = sorted((tuple(row[name] for name in columns) for row in core), key=repr)
    assert rows(version, "companies", columns) == wanted


def test_5000_companies_are_those_of_the_core_register(
    tmp_path: Path, load_files: Load, workspace: Workspace
) -> None:
    path = write_companies(tmp_path / COMPANIES_FILE, invented_companies(5_000))
    version = load_files(path)
    assert_companies_equal(path, version)

    registers.load_register(workspace, [path], "companies")
    columns = "number, name, status, type, subtype, address, country, charges, sic_codes"
    for number, *cells, sics in rows(version, "companies", columns.split(", ")):
        found = workspace.register.company(number)
        assert found is not None
        address = found.address
        assert [
            found.name,
            found.status,
            found.type,
            found.subtype,
            address.text if address else "",
            address.country if address else "",
            None if found.has_charges is None else bool(cells[6]) and found.has_charges,
        ] == [*cells[:6], None if cells[6] is None else cells[6] > 0]
        assert found.sic_codes == tuple(sics.split())


def test_owners_are_those_of_the_core_register(
    tmp_path: Path, load_files: Load, workspace: Workspace
) -> None:
    records = invented_owners(5_000)
    statements = sum("statement" in one["data"] for one in records)
    end = totals(len(records) - statements, statements)
    path = write_lines(tmp_path / OWNERS_FILE, [*records, end], ascii_only=False)
    version = load_files(path)
    columns = [name for name in OWNERS if name not in ("person", "content")]
    core = [
        row_of(row.number, row.record, data)
        for row, data in owners_of_part(path, SnapshotCounts(), Drift())
        if isinstance(row.record, Owner)
    ]
    wanted = sorted((tuple(row[name] for name in columns) for row in core), key=repr)
    assert rows(version, "owners", columns) == wanted

    registers.load_register(workspace, [path], "owners")
    for number in {row["number"] for row in core}:
        found = workspace.register.owners(number)
        assert found is not None
        with_days = {(one.kind, one.name, one.notified_on, one.ceased_on) for one in found}
        with version.connection() as db:
            ours = db.execute(
                "SELECT kind, name, notified_on, ceased_on FROM owners WHERE number = ?", [number]
            ).fetchall()
        assert set(ours) == with_days
        break


def test_officers_are_those_of_the_reader(tmp_path: Path, load_files: Load) -> None:
    lines = [
        officers_company("99000001", "INVENTED  LIMITED", "L"),
        officer(),
        officer(code="00", forenames="", surname="DE LA CRUZ", born=""),
        officer(code="03", born="197000", resigned="20210203", box="7", care_of="X"),
        officer(code="99", born="000001", postcode="qq11qq", line="UNIT 3, 7 - 9 LANE"),
        officer(corporate="Y", forenames="", surname="HOLDING LTD", born="", appointed=""),
        officer(forenames="ZOË", surname="ŁOŚ", appointed="20201399"),
        officers_company("SC12345", "CAFÉ & CO", "D"),
        officers_company("FC000001", "OTHER", "C"),
    ]
    path = write_officers(tmp_path / OFFICERS_FILE, lines)
    version = load_files(path)
    read = list(read_officer_records(path, Drift()))
    shared = [name for name in OfficerRow._fields if name in OFFICERS and name != "postcode"]
    wanted = sorted(
        (
            tuple(getattr(row, name) for name in shared)
            for row in read
            if isinstance(row, OfficerRow)
        ),
        key=repr,
    )
    assert rows(version, "officers", shared) == wanted
    named = sorted((tuple(row) for row in read if isinstance(row, NamedCompany)), key=repr)
    assert rows(version, "officers_companies", NamedCompany._fields) == named


def test_duckdb_reads_all_rows_but_the_odd_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the answers would be equal because they are the core's own."""
    read: list[str] = []

    def watched(path: Path, *rest: Any) -> Any:
        read.append(path.name)
        return plain(path, *rest)

    made = write_companies(tmp_path / COMPANIES_FILE, invented_companies(500))
    plain: Any = read_company_rows
    monkeypatch.setattr(company_tables, "read_company_rows", watched)
    assert len(converted("companies", made, tmp_path, ["number"])) == 500

    records = [one for one in invented_owners(500) if "statement" not in one["data"]]
    owners = write_lines(tmp_path / OWNERS_FILE, records, ascii_only=False)
    plain = owners_of_part
    monkeypatch.setattr(owner_tables, "owners_of_part", watched)
    assert len(converted("owners", owners, tmp_path, ["number"])) == len(records)

    lines = [officer(), officer(surname="ŁOŚ")]
    listed = write_officers(tmp_path / OFFICERS_FILE, lines)
    plain = read_officer_records
    monkeypatch.setattr(officer_tables, "read_officer_records", watched)
    assert len(converted("officers", listed, tmp_path, ["number"])) == 2
    assert read == ["odd.rows", "odd.rows"]


_CELLS = st.text(
    st.one_of(
        st.sampled_from("abz AZ09-/&.,'\"()–|  \n\té£"),
        st.characters(min_codepoint=0x20, max_codepoint=0x2FF),
    ),
    max_size=24,
)
_TEXT_COLUMNS = [
    column
    for column in COLUMNS
    if column.startswith(("RegAddress", "SICCode", "Company", "Accounts.AccountC"))
    or "CompanyName" in column
    or "NumMortCharges" in column
]
_ROWS = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(_TEXT_COLUMNS, _CELLS)),
    min_size=1,
    max_size=12,
)


_NUMBERS = st.from_regex(r"[0-9]{1,8}|[A-Z][A-Z0-9][0-9]{1,6}R?|[A-Z]{2} 9|0{1,8}", fullmatch=True)


@given(cells=_ROWS, numbers=st.lists(_NUMBERS, min_size=12, max_size=12))
def test_odd_cells_are_read_as_the_core_reads_them(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, str]], numbers: list[str]
) -> None:
    made = []
    for at, row in enumerate(cells):
        plain = dict(zip(COLUMNS, company(numbers[at]), strict=True)) | row
        plain["CompanyName"] = f"X{plain['CompanyName']}"
        made.append(list(plain.values()))
    folder = tmp_path_factory.mktemp("odd")
    path = write_companies(folder / COMPANIES_FILE, made)
    columns = [name for name in COMPANIES if name != "content"]
    core = [expected(row) for row in read_company_rows(path, Drift())]
    wanted = sorted((tuple(row[name] for name in columns) for row in core), key=repr)
    assert converted("companies", path, folder, columns) == wanted


@given(encoded=st.lists(st.binary(max_size=12), min_size=1, max_size=8))
def test_bytes_that_are_no_utf8_are_read_as_the_core_reads_them(
    tmp_path_factory: pytest.TempPathFactory, encoded: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / COMPANIES_FILE
    lines = [
        ",".join(f'"{cell}"' for cell in company(f"{at:08}", f"N{at}@"))
        .encode()
        .replace(b"@", bytes(byte for byte in cell if byte not in b'"\r\n\0'))
        for at, cell in enumerate(encoded, start=1)
    ]
    path.write_bytes(b"\n".join((",".join(COLUMNS).encode(), *lines)) + b"\n")
    core = [expected(row) for row in read_company_rows(path, Drift())]
    columns = [name for name in COMPANIES if name != "content"]
    wanted = sorted((tuple(row[name] for name in columns) for row in core), key=repr)
    assert converted("companies", path, folder, columns) == wanted
