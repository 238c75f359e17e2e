"""A whole supplier file in: nothing dropped silently, nothing changed by reading it twice."""

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.formats.cells import fix_garbled_text, why_unreadable
from duediligence.model import Address, Identifier, PartialDate, Person, Repair, Supplier
from duediligence.suppliers.importing import Import, read_suppliers
from duediligence.suppliers.numbers import NOTHING
from tests.rows import for_each
from tests.thorough import examples
from tests.whole_words import has_word

ReadText = Callable[..., Import]


def names(read: Import) -> list[str]:
    return [supplier.name for supplier in read.suppliers]


def reasons(read: Import) -> list[tuple[int, str]]:
    return [(reject.row, reject.reason) for reject in read.rejects]


def test_every_field_is_read(read_text: ReadText, tmp_path: Path) -> None:
    text = (
        "Supplier Ref,Supplier Name,Trading As,Former names,Company No,Charity No,PPON,"
        "Mutual no,Address 1,Address 2,Town,County,Postcode,Country,Directors,Contract,Spend\n"
        'S1,Bright Sands Ltd,"Sands; Bright | Sands",Sandy Ltd,1234567,9900001,'
        "GB-PPON:PZZZ-9900-ZZZZ,IP099001,Unit 1,4 Dune Row,Porthvellan,Cornwall,zy14dr,UK,"
        '"Ann Noname, 1968-03",Home care,12\n'
    )
    read = read_text(text)
    assert read.suppliers == (
        Supplier(
            ref="S1",
            name="Bright Sands Ltd",
            trading_names=("Sands", "Bright"),
            former_names=("Sandy Ltd",),
            identifiers=(
                Identifier("GB-COH", "01234567"),
                Identifier("GB-CHC", "9900001"),
                Identifier("GB-MPR", "IP099001"),
                Identifier("GB-PPON", "PZZZ-9900-ZZZZ"),
            ),
            address=Address("Unit 1, 4 Dune Row, Porthvellan, Cornwall", "ZY1 4DR", "UK"),
            people=(Person("Ann Noname", PartialDate(1968, 3), "director"),),
            contract="Home care",
            repairs=(Repair("Company No", "1234567", "01234567", "missing zeros restored"),),
        ),
    )
    assert read.columns["address"] == "Address 1, Address 2"
    assert read.columns["director"] == "Directors"
    assert read.unused == ("Spend",)
    assert (read.rejects, read.notes, read.rows, read.duplicates) == ((), (), 1, 0)
    assert read.file == "suppliers.csv"
    assert read.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert read.header[0] == "Supplier Ref"


def test_a_list_of_names_is_enough(read_text: ReadText) -> None:
    assert names(read_text("name\nA Ltd\nB, C and D\n")) == ["A Ltd", "B, C and D"]
    assert names(read_text("Supplier\r\nA Ltd\r\n")) == ["A Ltd"]


def test_a_number_that_cannot_be_read_leaves_the_supplier(read_text: ReadText) -> None:
    (supplier,) = read_text("name,company no,charity no\nA,9.9E+06,Yes\n").suppliers
    assert supplier.identifiers == ()
    assert [(r.column, r.found, r.used) for r in supplier.repairs] == [("charity no", "Yes", "")]
    (unread,) = supplier.unread
    assert (unread.column, unread.text, unread.looks_like) == ("company no", "9.9E+06", "number")
    assert "kept only 2 of its 7 digits" in unread.reason


def test_numbers_from_a_workbook_are_mended(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Suppliers")
        sheet.write_row(0, 0, ["ref", "name", "company no", "dob", "director"])
        sheet.write_row(1, 0, [1001, "A Ltd", 1234567, 23855, "Ann"])
        sheet.write_formula(2, 1, '="B "&"Ltd"', None, "B Ltd")
        sheet.write(2, 2, "01234568")
        book.add_worksheet("Notes").write(0, 0, "name")
    read = read_suppliers(path)
    first, second = read.suppliers
    assert (first.ref, first.company_number) == ("1001", "01234567")
    assert first.repairs[0].reason == "missing zeros restored"
    assert (second.name, second.company_number, second.repairs) == ("B Ltd", "01234568", ())
    assert read.notes[0] == "Read sheet 'Suppliers'; not read: Notes. Choose the sheet to read one."
    with pytest.raises(UsageError, match="holds no suppliers"):
        read_suppliers(path, sheet="Notes")


@for_each(
    ("cell", "reason"),
    [
        ("", "the name is blank"),
        ("  ", "the name is blank"),
        ('"\x01\x02"', "the name is blank"),
        ("\u200b", "the name is blank"),
        ("n/a", "the name is only 'n/a'"),
        ("***", "the name is only '***'"),
        ("#N/A", "the name is only '#N/A'"),
        ("#REF!", "the name is a formula's error (#REF!)"),
        ("A\0B", "holds NUL bytes: the file was damaged in transfer"),
        ("A" * 501, "a name of 501 characters; at most 500"),
        ("A" * 5_001, "name: 5,001 characters; at most 5,000"),
    ],
)
def test_a_row_without_a_name_that_can_be_screened_is_a_reject(
    read_text: ReadText, cell: str, reason: str
) -> None:
    read = read_text(f"ref,name\nS1,{cell}\nS2,B\n")
    assert names(read) == ["B"]
    assert reasons(read) == [(2, reason)]
    assert read.rejects[0].cells[0] == "S1"
    assert all(len(cell) <= 2_001 for cell in read.rejects[0].cells)


@for_each(
    ("row", "reason"),
    [
        (f"{'R' * 101},A,,", "the reference has 101 characters"),
        (f"S1,A,{'T' * 501},", "a name of 501 characters"),
        (f"S1,A,{'T;' * 201},", "201 names in trading_names"),
        (f"S1,A,,{'P' * 501}", "a name of 501 characters"),
        (f"S1,A,,{';'.join(f'P{n}' for n in range(201))}", "201 people"),
        (f"S1,A,,{'P' * 5_001}", "director: 5,001 characters"),
        ("S1,Under, Ltd,T,D", "has 5 cells where the header has 4"),
    ],
)
def test_a_row_that_is_out_of_bounds_is_a_reject(
    read_text: ReadText, row: str, reason: str
) -> None:
    read = read_text(f"ref,name,trading as,director\n{row}\nS2,B\n")
    assert names(read) == ["B"]
    assert [number for number, _ in reasons(read)] == [2]
    assert reasons(read)[0][1].startswith(reason)


def test_hidden_characters_do_not_hide_a_name(read_text: ReadText) -> None:
    read = read_text('name\n"\u202eBright\u200b\x07Sands \r\n\u00a0Ltd\ufeff"\n')
    assert names(read) == ["Bright Sands Ltd"]


def test_text_that_looks_like_a_formula_stays_text(read_text: ReadText) -> None:
    assert names(read_text('name\n"=HYPERLINK(""http://x"")"\n+44 Ltd\n')) == [
        '=HYPERLINK("http://x")',
        "+44 Ltd",
    ]


def test_the_same_row_again_is_read_once_and_noted(read_text: ReadText) -> None:
    read = read_text("ref,name,spend\nS1,A,5\nS1,A,7\nS1,A,5\n")
    assert names(read) == ["A"]
    assert (read.rows, read.duplicates, read.rejects) == (3, 2, ())
    assert read.notes == ("Read once although repeated: rows 3, 4.",)


def test_a_reference_used_twice_names_both_rows(read_text: ReadText) -> None:
    read = read_text("ref,name,town\nS1,A,\nS2,B,\n\nS1,C,Truro\nS1,A,\n")
    assert names(read) == ["A", "B"]
    assert reasons(read) == [(5, "has the reference S1 of row 2, but differs from it")]
    assert read.duplicates == 1


def test_references_are_made_from_the_content_and_not_from_the_place(read_text: ReadText) -> None:
    first = read_text("name,company no,postcode\nA,99001234,ZZ9 9ZZ\nB,,\n")
    again = read_text("postcode,name,company no,x\n,B,,\n\nzz99zz,a,GB-COH-99001234,1\n")
    assert {s.ref for s in first.suppliers} == {s.ref for s in again.suppliers}
    assert all(s.ref.startswith("S-") and len(s.ref) == 14 for s in first.suppliers)
    assert "2 suppliers without a reference" in first.notes[0]
    other = read_text("name,company no,postcode\nA,99001235,ZZ9 9ZZ\n")
    assert other.suppliers[0].ref not in {s.ref for s in first.suppliers}


def test_rows_without_references_that_differ_in_contracts_alone_are_one_supplier(
    read_text: ReadText,
) -> None:
    text = "name,contract,director\nA,Taxis,Ann\nA,Waste,Ann\nA,Waste,Ann\n"
    read = read_text(text)
    (supplier,) = read.suppliers
    assert [one.title for one in supplier.engagements] == ["Taxis", "Waste"]
    assert (read.further, read.duplicates) == (1, 1)
    assert read_text(text).suppliers == read.suppliers


def test_rows_without_references_that_differ_otherwise_are_kept_under_two(
    read_text: ReadText,
) -> None:
    text = "name,contract,director\nA,Taxis,Ann\nA,Taxis,Bo\n"
    read = read_text(text)
    assert names(read) == ["A", "A"]
    assert len({s.ref for s in read.suppliers}) == 2
    assert read_text(text).suppliers == read.suppliers


def test_a_blank_reference_in_a_column_of_references_is_made(read_text: ReadText) -> None:
    read = read_text("ref,name\nS1,A\n,B\nn/a,C\n")
    assert [s.ref[:2] for s in read.suppliers] == ["S1", "S-", "S-"]
    assert "2 suppliers without a reference" in read.notes[0]


def test_a_column_without_a_heading_is_not_read_in_silence(read_text: ReadText) -> None:
    read = read_text("name,,town,\nA,,B,\nC,secret,D,\n")
    assert read.notes[0] == "Column 2 has no heading: its contents are not read."
    assert "Column 4" not in " ".join(read.notes)


@for_each(
    ("found", "used"),
    [
        ("CafÃ© Sands", "Café Sands"),
        ("Sandâ€™s Care", "Sand’s Care"),
        ("Â£ Shop", "£ Shop"),
        ("CAFÉ’S", "CAFÉ’S"),
        ("SÃO João", "SÃO João"),
    ],
)
def test_garbled_letters_are_put_right_and_told(read_text: ReadText, found: str, used: str) -> None:
    (supplier,) = read_text(f"name,company no\n{found},\n").suppliers
    assert supplier.name == used
    assert [(r.found, r.used) for r in supplier.repairs] == [(found, used)] * (found != used)


def test_a_file_that_mixes_two_encodings_is_put_right_too(read_text: ReadText) -> None:
    read = read_text(b"name\nCaf\xe9\nM\xc3\xbcller\n")
    assert names(read) == ["Café", "Müller"]
    assert "Windows-1252" in read.notes[0]


@for_each(
    "text", ["name,ref\n", "name,ref\n,\n\n", "Supplier register\nname,ref", "\ufeffname\n  \n"]
)
def test_a_header_alone_holds_no_suppliers(read_text: ReadText, text: str) -> None:
    with pytest.raises(UsageError, match=r"suppliers\.csv: holds no suppliers"):
        read_text(text)


def test_a_file_of_nothing_but_rejects_is_told_row_by_row(read_text: ReadText) -> None:
    read = read_text("ref,name\nS1,\nS2,\n")
    assert read.suppliers == ()
    assert [row for row, _ in reasons(read)] == [2, 3]


@pytest.mark.soak
def test_a_hundred_thousand_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("ref,name,company no,postcode\n")
        file.writelines(f"S{n},Supplier {n} Ltd,{n + 1},ZZ9 9ZZ\n" for n in range(100_000))
    read = read_suppliers(path)
    assert len(read.suppliers) == 100_000
    assert read.suppliers[-1].company_number == "00100000"


text = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=20
).map(lambda value: " ".join(value.split()))
name = text.filter(
    lambda value: (
        len(value) > 4
        and any(map(str.isalnum, value))
        and value.casefold() not in NOTHING
        and value == fix_garbled_text(value)
        and not why_unreadable(value)
    )
)
listed = name.filter(lambda value: not set(value) & set(";|&"))
person = st.builds(
    Person,
    st.from_regex(r"Q[a-zé]{2,8} Z[a-z]{2,8}", fullmatch=True),
    st.none() | st.builds(PartialDate, st.integers(1920, 2008), st.integers(1, 12)),
    st.just("director"),
)
invented = st.builds(
    Supplier,
    ref=st.from_regex(r"R[0-9]{3}", fullmatch=True),
    name=name,
    trading_names=st.lists(listed, max_size=2, unique=True).map(tuple),
    identifiers=st.sampled_from(["99001234", "SC990001", ""]).map(
        lambda number: (Identifier("GB-COH", number),) if number else ()
    ),
    address=st.builds(Address, name, st.sampled_from(["", "ZZ9 9ZZ"])),
    people=st.lists(person, max_size=2, unique=True).map(tuple),
    contract=name,
).map(lambda s: replace(s, trading_names=tuple(n for n in s.trading_names if n != s.name)))
HEADER = ["Supplier ref", "Supplier name", "Trading as", "Company no", "Address", "Postcode"]
HEADER += ["Directors", "Contract"]


def as_row(supplier: Supplier) -> list[str]:
    assert supplier.address is not None
    people = [f"{p.name}, {p.birth_date}" if p.birth_date else p.name for p in supplier.people]
    return [
        supplier.ref,
        supplier.name,
        "; ".join(supplier.trading_names),
        supplier.company_number,
        supplier.address.text,
        supplier.address.postcode,
        "\n".join(people),
        supplier.contract,
    ]


def as_text(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADER, *rows])
    return file.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(
    suppliers=st.lists(invented, min_size=1, max_size=5, unique_by=lambda s: s.ref),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_suppliers_written_in_any_dialect_come_back(
    read_text: ReadText, suppliers: list[Supplier], delimiter: str, end: str, encoding: str
) -> None:
    content = as_text([as_row(s) for s in suppliers], delimiter, end)
    try:
        encoded = content.encode(encoding)
        if encoding == "cp1252" and encoded.decode("utf-8", "ignore").encode() == encoded:
            encoded = content.encode()  # these bytes are good UTF-8 too, which comes first
    except UnicodeEncodeError:
        encoded = content.encode()
    read = read_text(encoded)
    assert list(read.suppliers) == suppliers
    assert read.rejects == ()


cell = st.sampled_from(["", " ", "A", "B", "S1", "S2", "n/a", "\0", "1234567", "x" * 501]) | text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(rows=st.lists(st.lists(cell, min_size=8, max_size=8), max_size=8), repeat=st.booleans())
def test_every_row_is_accounted_for_and_twice_gives_the_same(
    read_text: ReadText, rows: list[list[str]], repeat: bool
) -> None:
    rows = rows * 2 if repeat else rows
    content = as_text(rows, ",", "\r\n")
    filled = sum(1 for row in rows if any(one.strip() for one in row))
    if not filled:
        with pytest.raises(UsageError):
            read_text(content)
        return
    read = read_text(content)
    assert read.rows == filled
    assert (
        len(read.suppliers)
        + len(read.rejects)
        + read.duplicates
        + read.further
        + read.skipped
        + sum(len(one.rows) for one in read.in_doubt)
    ) == filled
    assert len(read.refused) >= sum(seen.refused for seen in read.seen)
    assert len({s.ref for s in read.suppliers}) == len(read.suppliers)
    assert read_text(content) == read


@settings(
    max_examples=examples(150),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(content=st.binary(max_size=300) | st.text(max_size=150).map(lambda t: f"name,ref\n{t}"))
@example(content=b"name\n\xff\xfe")
@example(content="name,director\nA,\u0660\u0661/1965")
def test_any_bytes_are_an_import_or_a_usage_error(
    read_text: ReadText, content: bytes | str
) -> None:
    try:
        read = read_text(content)
    except UsageError:
        return
    read_rows = len(read.suppliers) + len(read.rejects) + read.duplicates + read.skipped
    read_rows += sum(len(one.rows) for one in read.in_doubt)
    assert read_rows == read.rows > 0
    assert all(s.name and s.ref for s in read.suppliers)


@for_each("born", ["23/03/1968", "1968-03-23", "23 March 1968", "23.3.68"])
def test_the_preview_of_a_column_shows_no_day_of_birth(read_text: ReadText, born: str) -> None:
    read = read_text(f"name,Director,Owner,Owner dob\nMoss Ltd,Ann Noname {born},Bo Other,{born}\n")
    shown = " ".join(seen.example for seen in read.seen)
    assert "Ann Noname" in shown
    assert "1968-03" in shown
    assert not has_word(shown, "23")
