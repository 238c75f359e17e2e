"""BasicCompanyData: the exact layout, and what makes a file unfit."""

import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats.packed_companies import pack_companies
from duediligence.model import CompanyRow
from duediligence.registers import files
from duediligence.registers.bulk.companies import read_company_rows
from duediligence.registers.bulk.prefetch import companies_ahead
from duediligence.registers.files import find_file_name_date, in_order

Write = Callable[..., Path]


def load(path: Path) -> tuple[list[CompanyRow], tuple[str, ...]]:
    drift = Drift()
    return list(read_company_rows(path, drift)), drift.lines()


def test_a_row_is_read_to_the_letter(write: Write, basic: Any) -> None:
    rows, drift = load(write("b.csv", basic.csv([basic.quillmere])))
    assert rows == [
        CompanyRow(
            number="99000001",
            name="QUILLMERE CARE LIMITED",
            status="active",
            status_detail="active-proposal-to-strike-off",
            type="ltd",
            subtype=None,
            created_on="2016-02-29",
            ceased_on=None,
            address="c/o FENWICK & DOLE, SUITE 3, 71-75 QUILLEN STREET, OLD TOWN, FENWICK",
            postcode="QQ1 1QQ",
            country="ENGLAND",
            sic_codes="88100 70229",
            former_names='ORRINGTON "HOME" HELP LTD\nORRINGTON HELP LTD',
            former_until="2019-07-15\n2018-02-01",
            accounts_type="total-exemption-full",
            accounts_made_up_to="2024-03-31",
            accounts_due_on="2026-10-31",
            confirmation_due_on="2026-11-14",
            charges=2,
        )
    ]
    assert drift == ()


@pytest.mark.parametrize(
    ("published_status", "code", "detail"),
    [
        ("Active", "active", ""),
        ("Liquidation", "liquidation", None),
        ("In Administration/Receiver Manager", "administration", None),
        ("RECEIVERSHIP", "receivership", None),
        ("Voluntary Arrangement", "voluntary-arrangement", None),
    ],
)
def test_statuses_become_the_codes_of_the_api(
    write: Write, basic: Any, published_status: str, code: str, detail: str | None
) -> None:
    rows, _ = load(write("b.csv", basic.csv([basic.row(CompanyStatus=published_status)])))
    assert (rows[0].status, rows[0].status_detail) == (code, detail)


def test_a_status_that_no_table_maps_is_never_active_and_is_told_of(
    write: Write, basic: Any
) -> None:
    status = "Live but Receiver Manager on at least one charge"
    rows, drift = load(write("b.csv", basic.csv([basic.row(CompanyStatus=status)] * 2)))
    assert rows[0].status == "live-but-receiver-manager-on-at-least-one-charge"
    assert drift == (f"unmapped CompanyStatus: {status} (2)",)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("99000001", "99000001"),
        ("9900001", "09900001"),
        ("SC99001", "SC099001"),
        (" 99000001 ", "99000001"),
        ("IP99067R", "IP99067R"),
        ("RS9931EN", "RS9931EN"),
        ("SP995CUS", "SP995CUS"),
        ("SL99911A", "SL99911A"),
        ("R0990263", "R0990263"),
    ],
)
def test_numbers_keep_odd_shapes_and_get_lost_zeros_back(
    write: Write, basic: Any, written: str, number: str
) -> None:
    rows, drift = load(write("b.csv", basic.csv([basic.row(CompanyNumber=written)])))
    assert rows[0].number == number
    assert bool(drift) == (written.strip() != number)


def test_a_cic_has_the_subtype_since_its_type_is_not_told(write: Write, basic: Any) -> None:
    rows, _ = load(
        write("b.csv", basic.csv([basic.row(CompanyCategory="Community Interest Company")]))
    )
    assert rows[0].subtype == rows[0].type == "community-interest-company"


def test_an_added_column_is_told_of_and_changes_nothing(write: Write, basic: Any) -> None:
    plain, _ = load(write("b.csv", basic.csv([basic.quillmere])))
    wider = basic.csv([["extra", *basic.quillmere]], header=["RegisteredEmail", *basic.columns])
    rows, drift = load(write("c.csv", wider))
    assert rows == plain
    assert drift == ("unread column: RegisteredEmail (1)",)


def test_a_missing_column_is_refused_by_name(write: Write, basic: Any) -> None:
    header = [c for c in basic.columns if c != "CompanyStatus"]
    with pytest.raises(UnreadableFile, match=r"b\.csv: line 1: no column CompanyStatus"):
        load(write("b.csv", basic.csv([], header=header)))


def test_dates_that_are_none_are_told_of_and_not_made_up(write: Write, basic: Any) -> None:
    rows, drift = load(write("b.csv", basic.csv([basic.row(IncorporationDate="31/02/2016")])))
    assert rows[0].created_on is None
    assert drift == ("unmapped IncorporationDate: 31/02/2016 (1)",)


def test_bytes_of_windows_1252_and_controls_are_read(write: Write, basic: Any) -> None:
    data = basic.csv([basic.row(CompanyName="CAF@ N\x07ORD LTD")]).replace(b"@", b"\xc9")
    rows, _ = load(write("b.csv", data))
    assert rows[0].name == "CAFÉ N ORD LTD"


@pytest.mark.parametrize("field", ["CompanyName", "CompanyNumber"])
def test_a_company_without_a_name_or_number_is_refused_by_line(
    write: Write, basic: Any, field: str
) -> None:
    with pytest.raises(UnreadableFile, match="line 3: the company has no"):
        load(write("b.csv", basic.csv([basic.quillmere, basic.row(**{field: " "})])))


def test_every_cut_of_a_file_is_refused_or_gives_whole_rows(write: Write, basic: Any) -> None:
    whole = basic.csv([basic.quillmere, basic.row()])
    header_ends = whole.index(b"\n") + 1
    first_ends = whole.index(b"\n", header_ends) + 1
    for cut in range(len(whole)):
        try:
            rows, _ = load(write("b.csv", whole[:cut]))
        except UnreadableFile:
            continue
        # A cut at the end of a row shows in the number of rows alone, which the store compares.
        assert cut in (header_ends, first_ends)
        assert len(rows) == (cut == first_ends)


def test_a_zip_reads_as_its_file_does(write: Write, basic: Any) -> None:
    data = basic.csv([basic.quillmere])
    assert load(write("b.zip", data, inside="b.csv")) == load(write("b.csv", data))


def test_every_cut_of_a_zip_is_refused(write: Write, basic: Any) -> None:
    whole = write("b.zip", basic.csv([basic.quillmere]), inside="b.csv").read_bytes()
    for cut in range(4, len(whole), 7):
        with pytest.raises(UnreadableFile):
            load(write("c.zip", whole[:cut]))


def test_a_damaged_zip_is_refused(write: Write, basic: Any) -> None:
    path = write("b.zip", basic.csv([basic.quillmere] * 50), inside="b.csv")
    data = bytearray(path.read_bytes())
    for place in range(60, 120):
        data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"b\.zip"):
        load(path)


def test_a_bomb_is_refused_unopened(write: Write) -> None:
    with pytest.raises(UnreadableFile, match="would unpack to 30,000,000 bytes"):
        load(write("b.zip", b"0" * 30_000_000, inside="b.csv"))


def test_a_zip_without_its_one_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.csv", "x")
        package.writestr("b.csv", "x")
    with pytest.raises(UnreadableFile, match="holds 2 files"):
        load(path)


def test_a_web_page_in_place_of_the_file_is_named(write: Write) -> None:
    with pytest.raises(UnreadableFile, match="is a web page"):
        load(write("b.csv", b"<!DOCTYPE html>\n<html></html>\n"))


def test_a_missing_file_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load(tmp_path / "none.csv")


def test_a_folder_is_a_plain_error_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder, not a file") as raised:
        load(tmp_path)
    assert raised.value.hint == "Name the files in it."


def test_another_table_is_refused_in_one_short_line(write: Write) -> None:
    with pytest.raises(UnreadableFile, match=r"no column CompanyName, .+ and \d+ more$"):
        load(write("b.csv", b"Supplier,Spend\nOne Ltd,3\n"))


def test_reading_in_another_process_gives_the_same(write: Write, basic: Any) -> None:
    rows = [basic.row(CompanyNumber=f"99{n:06}", CompanyStatus="Odd") for n in range(5_000)]
    path = write("b.zip", basic.csv(rows), inside="b.csv")
    here, drift = load(path)
    there = Drift()
    assert list(companies_ahead(path, there, least=0)) == [*pack_companies(zip(*here, strict=True))]
    assert there.lines() == drift


def test_an_error_in_the_other_process_is_the_same_error(write: Write, basic: Any) -> None:
    path = write("b.csv", basic.csv([basic.quillmere])[:-40])
    with pytest.raises(UnreadableFile) as here:
        load(path)
    with pytest.raises(UnreadableFile) as there:
        list(companies_ahead(path, Drift(), least=0))
    assert (there.value.message, there.value.hint) == (here.value.message, here.value.hint)


def test_leaving_off_ends_the_other_process(
    write: Write, basic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Seen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    path = write("b.csv", basic.csv([basic.row()] * 5_000))
    rows = companies_ahead(path, Drift(), least=0)
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert [child.poll() is not None for child in started] == [True]


def test_parts_come_in_order_and_all_of_them(tmp_path: Path) -> None:
    parts = [tmp_path / f"BasicCompanyData-2026-11-01-part{n}_3.zip" for n in (3, 1, 2)]
    assert in_order(parts) == [parts[1], parts[2], parts[0]]
    psc = [tmp_path / f"psc-snapshot-2026-11-24_{n}of11.zip" for n in range(11, 0, -1)]
    assert in_order(psc) == psc[::-1]
    whole = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.zip"
    assert in_order([whole]) == [whole]
    for wrong in (parts[:2], parts[:1], [*parts, parts[0]], [whole, parts[0]], [whole, whole]):
        with pytest.raises(UsageError, match="nor all parts of one"):
            in_order(wrong)


def test_the_day_of_a_snapshot_is_that_in_its_name() -> None:
    assert (
        str(find_file_name_date(Path("BasicCompanyDataAsOneFile-2026-11-01.zip"))) == "2026-11-01"
    )
    assert find_file_name_date(Path("BasicCompanyDataAsOneFile-2026-13-01.zip")) is None
    assert find_file_name_date(Path("companies.csv")) is None


def test_the_fingerprint_is_of_the_bytes(write: Write) -> None:
    found = files.fingerprint_register_file(write("b.csv", b"abc"))
    assert found.sha256.startswith("ba7816bf")
    assert found.name == "b.csv"
