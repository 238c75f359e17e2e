"""What a cell for a supplier's name holds beyond the name: codes, notes, second names, sites."""

from hypothesis import given
from hypothesis import strategies as st

from duediligence.matching import Index, Subject
from duediligence.matching.index.subject_keys import SubjectIndex
from duediligence.matching.names.name_cells import read_name_cell
from duediligence.model import Kind, ListEntry, Name
from tests.rows import for_each

NAME = "Zorvan Tanker Company"


@for_each(
    "cell",
    [
        "V004711 - Zorvan Tanker Company",
        "004711 Zorvan Tanker Company",
        "104711Zorvan Tanker Company",
        "Zorvan Tanker Company (004711)",
        "Zorvan Tanker Company/004711",
        "[S123] Zorvan Tanker Company",
        "#123 Zorvan Tanker Company",
        "Vend no 77 Zorvan Tanker Company",
        "S412_Zorvan Tanker Company",
        "DO NOT USE - Zorvan Tanker Company",
        "** ON HOLD ** Zorvan Tanker Company",
        "IN LIQUIDATION Zorvan Tanker Company",
        "Zorvan Tanker Company (CIS)",
        "Zorvan Tanker Company closed",
        "Zorvan Tanker Company (Duplicate - see 4712)",
        "USE 4712 INSTEAD - Zorvan Tanker Company",
        "z_closed_Zorvan_Tanker_Company",
        "xxx Zorvan Tanker Company xxx",
        "Zorvan Tanker Company - inactive from 01/04/2023",
        "Zorvan Tanker Company re invoice 5531",
        "Zorvan Tanker Company £1,200.50",
        "Zorvan Tanker Company, VAT reg GB990012345",
        "Zorvan Tanker Company, 12 Quay Row, Quillport ZY1 4DR",
        "Zorvan Tanker Company accounts@zorvan.example.org",
        "Lot 3 - Zorvan Tanker Company",
        "One-off: Zorvan Tanker Company",
        "a/c Zorvan Tanker Company",
    ],
)
def test_codes_and_notes_are_taken_from_a_name(cell: str) -> None:
    assert read_name_cell(cell).own == (NAME,)
    assert read_name_cell(cell).others == ()


@for_each(
    "cell",
    [
        f"Quill Ltd {mark} Zorvan Tanker Company"
        for mark in (
            "now", "was", "on behalf of", "part of", "a/c", "payee", "- remit to", "agents for",
            "; ", "|", "->", "=>", "-", " / ", "renamed", "merged with", "c/o", "TA", "see",
            "sub-contractor to", "account", "in partnership with", "invoiced by",
        )
    ]
    + [
        "Quill Ltd (now Zorvan Tanker Company)",
        "Quill LtdZorvan Tanker Company",
        "QUILL LTDZorvan Tanker Company",
        "Quill Ltd [Zorvan Tanker Company]",
        "Quill Ltd\nZorvan Tanker Company",
        "V0047 - Quill Ltd (CIS) on behalf of Zorvan Tanker Company - ON HOLD",
    ],
)  # fmt: skip
def test_a_second_name_is_of_another_party(cell: str) -> None:
    assert NAME in [one.text for one in read_name_cell(cell).others]
    assert {one.role for one in read_name_cell(cell).others} == {"named in the name cell"}


@for_each(
    "cell",
    [
        "24/7 Support Ltd", "365 Support Services", "Action for Children", "E.ON", "B & M",
        "10/10 Medical Ltd", "Zorvan (2018) Ltd", "Positive Support For You CIC", "Zorvan Now Ltd",
        "Zorvan Holdings Company Ltd", "Cis Security Ltd", "Urgent Response Service", "Net Zorvan",
        "Liv-Ex Ltd", "Z&E Zorvan Ltd", "Re:Zor Group Ltd",
        "Zorvan Consortium Limited", "Zorvan LTDA", "Zorvan (Quillport) Ltd",
    ],
)  # fmt: skip
def test_an_ordinary_name_is_one_name(cell: str) -> None:
    assert read_name_cell(cell) == ((), ())


@for_each(
    ("cell", "kind"),
    [
        ("Quill Ltd - Ann Mary Noname", "person"),
        ("Quill Ltd - Osier Court", "organisation"),
        ("Quill Ltd - Zorkavod", "organisation"),
        ("Quill Ltd - Zorvan Mirelle", "unknown"),
        ("Quill Ltd - Zorvan Tankers Ltd", "organisation"),
    ],
)
def test_no_person_is_sought_by_the_name_of_a_site(cell: str, kind: str) -> None:
    assert [one.kind for one in read_name_cell(cell).others] == [kind]


def test_a_place_beside_a_name_is_no_party() -> None:
    assert read_name_cell("Quill Ltd - London") == (("Quill Ltd",), ())


def test_no_name_of_many_is_left_out() -> None:
    names = [f"Zorvan {letter}illmoor Ltd" for letter in "BDFGHKLMNPRST"]
    assert [one.text for one in read_name_cell("; ".join(names)).others] == names[1:]


@given(st.text(max_size=80))
def test_any_cell_is_read_and_no_name_is_the_cell(text: str) -> None:
    cell = read_name_cell(text)
    assert text not in (*cell.own, *(one.text for one in cell.others))


@for_each(
    ("cell", "listed", "found"),
    [
        ("All invoices from ZORVAN LIMITED LIABILITY COMPANY go to T.B.", "Zorvan LLC", True),
        ("pay ZORVAN AO for Osier Tremlow Ltd", "Zorvan AO", True),
        ("Osier Tremlow Zorvan Cleaning Ltd", "Zorvan Ltd", False),
        ("Osier International Ltd", "International Ltd", False),
        ("Osier Tremlow Zorvan Ltd", "Zorvan GmbH", False),
        ("PCG from Zorvan Quell Ltd", "Zorvan Quell Trading LLC", False),
        ("PCG from Zorvan Quell Ltd", "Zorvan Quell LLC", True),
        ("pay Zorvan Quell for Osier Tremlow Ltd", "Zorvan Quell Ltd", True),
        ("adult social care ZORVAN QUELL LTD", "Zorvan & Quell", True),
        ("Osier Tremlow Paving 42 Zorvan-Quell", "Zorvan Quell", True),
        ("Zorvan Osier Tremlow Quell Paving Ltd", "Zorvan Quell Ltd", False),
        ("Osier Tremlow Paving Care Services Group", "Care Services Group", False),
    ],
)
def test_a_listed_firm_is_found_by_its_whole_name_within_a_cell(
    cell: str, listed: str, found: bool
) -> None:
    index = index_of(listed, "organisation")
    assert bool(index.search(Subject((cell,), cell=True))) is found
    assert not index.search(Subject((cell,)))


@for_each(
    ("cell", "listed", "found"),
    [
        ("Ivan Zorkov at Osier Invoice Finance Ltd", "ZORKOV, Ivan", True),
        ("Ivan Zorkov ring 01792 555812 before visits", "ZORKOV, Ivan", True),
        ("Osier Tremlow Paving Ltd director Ivan Zorkov", "Ivan Zorkov", True),
        ("Ivan Osier Mirelle Zorkov Paving Ltd", "Ivan Zorkov", False),
        ("Osier Tremlow Kim Chol Ltd", "Kim Chol", False),
    ],
)
def test_a_listed_person_is_found_by_a_whole_name_within_a_cell(
    cell: str, listed: str, found: bool
) -> None:
    index = index_of(listed, "person")
    for kind in ("unknown", "organisation"):  # one with a company number is the latter
        subject = Subject((cell,), kind, cell=True)
        assert bool(index.search(subject)) is found
        assert SubjectIndex.build([subject], 0.5).affected(index) >= ({0} if found else set())
    assert not index.search(Subject((cell,)))


def index_of(name: str, kind: Kind) -> Index:
    return Index.build([ListEntry(id="1", list_id="x", kind=kind, names=(Name(name),))])
