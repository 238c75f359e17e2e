"""For each column filled = kept + refused, and what counts as kept is held by the supplier."""

import csv
import io
from collections.abc import Callable
from datetime import date

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.model import ContactKey, ContactKind
from duediligence.suppliers.importing import Import
from tests.rows import for_each
from tests.thorough import examples

ReadText = Callable[..., Import]


def key(kind: ContactKind, text: str) -> ContactKey:
    return ContactKey(kind, f"hash of {text}")


# By column: texts that are kept, each with what the supplier holds of it, and texts that are not.
COLUMNS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "Supplier ref": ({"S{n}": "S{n}"}, ()),
    "Supplier name": ({"Quay Inn {n} Ltd": "Quay Inn {n} Ltd"}, ()),
    "Trading as": ({"Inn {n}": "Inn {n}", "n/a": ""}, ()),
    "Company no": ({"9900{n:04}": "9900{n:04}", "12{n:04}5": "012{n:04}5"}, ("9.9E+06", "ask")),
    "Charity no": ({"99{n:05}": "99{n:05}"}, ("12",)),
    "Address": ({"{n} Quay Row": "{n} Quay Row"}, ()),
    "Postcode": ({"ZY1 4DR": "ZY1 4DR"}, ()),
    "Director": ({"Zebedee Quill": "Zebedee Quill"}, ("see attached",)),
    "Director dob": ({}, ("yesterday",)),
    "Contract title": ({"Work {n}": "Work {n}"}, ()),
    "CPV code": ({"90{n:06}": "90{n:06}"}, ("85",)),
    "Annual value": ({"£{n}001": "{n}001"}, ("lots",)),
    "Contract start": ({"0{d}/04/2026": "2026-04-0{d}"}, ("soon",)),
    "Contract end": ({"0{d}/04/2029": "2029-04-0{d}"}, ("late",)),
    "Phone": ({"01632 96{n:04}": "+44163296{n:04}"}, ("ring me",)),
    "Sort code": ({"60-16-13": "GB 601613"}, ()),
    "Account number": ({"319{n:05}": "319{n:05}"}, ("none of yours",)),
}


def filled(kept: dict[str, str], refused: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *kept, *refused))


rows = st.lists(
    st.fixed_dictionaries({name: filled(*texts) for name, texts in COLUMNS.items()}),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=rows)
def test_each_cell_is_kept_or_refused_by_name(
    read_text: ReadText, rows: list[dict[str, str]]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, tuple(COLUMNS))
    writer.writeheader()
    written = []
    for number, row in enumerate(rows, 1):
        row |= {"Supplier ref": "S{n}", "Supplier name": "Quay Inn {n} Ltd"}
        filled = {name: cell.format(n=number, d=number) for name, cell in row.items()}
        writer.writerow(filled)
        written.append((number, row, filled))
    read = read_text(text.getvalue(), contact_key=key, today=date(2026, 5, 1))
    refused = {(one.row, one.column) for one in read.refused}
    for seen in read.seen:
        cells = [one[seen.heading] for _, _, one in written]
        assert seen.filled == sum(map(bool, cells)), seen
        assert seen.filled == seen.kept + seen.refused
        assert seen.refused == sum(column == seen.heading for _, column in refused), seen
    held = {one.ref: msgspec.json.encode(one).decode() for one in read.suppliers}
    for number, row, _ in written:
        for name, cell in row.items():
            if not cell:
                continue
            kept, bad = COLUMNS[name]
            if (number + 1, name) not in refused:
                assert cell not in bad, (name, cell)
                assert kept[cell].format(n=number, d=number) in held[f"S{number}"], (name, cell)


@for_each(
    ("header", "row", "refused"),
    [
        ("Contract end", "31/03/2029", ["Contract end"]),
        (
            "Contract start,Contract end",
            "01/04/2029,31/03/2026",
            ["Contract start", "Contract end"],
        ),
        ("Contract title,Contract value", "Care,£90", ["Contract value"]),
        ("Contract title,Annual value,Contract value", "Care,£90,£80", ["Contract value"]),
        ("Director first name,Director surname", "Zebedee,", ["Director first name"]),
        ("Main contractor", "Nobody Known Ltd", ["Main contractor"]),
        ("Supplier status", "perhaps", ["Supplier status"]),
    ],
)
def test_what_is_read_and_held_nowhere_is_refused(
    read_text: ReadText, header: str, row: str, refused: list[str]
) -> None:
    read = read_text(f"name,{header}\nMoss Ltd,{row}\n")
    assert [one.column for one in read.refused] == refused
    assert {seen.heading: seen.kept for seen in read.seen} == {
        "name": 1,
        **{
            name: int(name not in refused and bool(cell))
            for name, cell in zip(header.split(","), row.split(","), strict=True)
        },
    }


def test_every_cell_of_a_rejected_row_is_refused_and_no_day_is_quoted(read_text: ReadText) -> None:
    read = read_text(
        "ref,name,Director,Phone\nS1,,Ann Noname 23/04/1965,01632 960001\n", contact_key=key
    )
    assert [(one.column, one.text) for one in read.refused] == [
        ("ref", "S1"),
        ("Director", "Ann Noname …/…/…"),
        ("Phone", ""),
    ]
    assert [(seen.filled, seen.kept) for seen in read.seen] == [(1, 0), (0, 0), (1, 0), (1, 0)]
    body = read.cells_csv().decode("utf-8-sig").splitlines()
    assert body[0] == "row,column,text,read as,reason"
    assert "2,ref,S1,,row rejected: the name is blank" in body


def test_a_merged_cell_is_counted_once(read_text: ReadText) -> None:
    read = read_text("name,town,Contract title\nMoss Ltd,Truro,Care\n,,Taxis\n")
    assert {seen.heading: (seen.filled, seen.kept) for seen in read.seen} == {
        "name": (1, 1),
        "town": (1, 1),
        "Contract title": (2, 2),
    }


@for_each(
    ("first", "second"),
    [("S-001", "s001"), ("S 001", "S-001"), ("00123", "123"), ("1-11", "1 11"), ("AB/7", "ab7")],
)
@for_each("name", ["Moss Ltd", "Moss Care", "Wholly Different"])
def test_two_spellings_of_a_reference_are_one_supplier(
    read_text: ReadText, first: str, second: str, name: str
) -> None:
    read = read_text(f"ref,name,town\n{first},Moss Ltd,Truro\n{second},{name},Truro\n")
    (supplier,) = read.suppliers
    assert supplier.ref == first
    assert supplier.trading_names == (() if name == "Moss Ltd" else (name,))
    assert (read.rows, read.duplicates, read.rejects) == (2, 1, ())
    assert any("another spelling" in one.reason for _, one in read.corrected)
    assert all(seen.kept == 2 for seen in read.seen)


@for_each(
    ("first", "second"),
    [("1-11", "11-1"), ("0123", "00123"), ("S1", "S11"), ("123", "1230"), ("A1", "B1")],
)
def test_two_references_stay_two_suppliers(read_text: ReadText, first: str, second: str) -> None:
    read = read_text(f"ref,name\n{first},Moss Ltd\n{second},Moss Care\n")
    assert [one.ref for one in read.suppliers] == [first, second]


def test_spellings_of_one_reference_with_other_people_stay_two(read_text: ReadText) -> None:
    read = read_text("ref,name,Director\nS-1,Moss Ltd,Ann Noname\ns1,Moss Ltd,Bo Other\n")
    assert len(read.suppliers) == 2
    same = read_text("ref,name,Director\nS1,Moss Ltd,Ann Noname\nS1,Gull Ltd,Bo Other\n")
    assert "has the reference S1 of row 2, but differs" in same.rejects[0].reason
