"""Contracts out of a supplier file: one row, several rows, several columns; what was not read."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import Contract, Procurement, UnreadCell
from duediligence.suppliers.contract_cells import SupplierCell, read_contracts
from duediligence.suppliers.differences import contract_line
from duediligence.suppliers.facts import CONTRACT_FIELDS, facts_of_contract
from duediligence.text.dates import long_date, parse_day
from duediligence.text.money import in_pounds, parse_written_pounds
from tests.rows import for_each
from tests.suppliers.conftest import ReadText
from tests.thorough import examples

HOME_CARE = Contract(
    title="Home care (north)",
    category="Adult social care",
    cpv=("85312000", "85144100"),
    yearly_value=Decimal("412000.00"),
    start=date(2026, 4, 1),
    end=date(2029, 3, 31),
)


def test_a_contract_is_read_with_all_that_is_known_of_it(read_text: ReadText) -> None:
    read = read_text(
        "Supplier name,Contract title,ProClass,CPV code(s),Annual value,Start date,End date\n"
        'Quill Ltd,Home care (north),Adult social care,"85312000-9 Social work; 85144100-1",'
        '"£412,000 p.a.",01/04/2026,31 March 2029\n'
    )
    (supplier,) = read.suppliers
    assert supplier.contract == "Home care (north)"
    assert supplier.contracts == supplier.engagements == (HOME_CARE,)
    assert not read.unused
    assert "1 contracts of 1 suppliers: 1 with a category or CPV code, 1 with a yearly" in str(
        read.notes
    )


def test_a_description_and_lots_are_kept_beside_the_title(read_text: ReadText) -> None:
    read = read_text(
        "name,Contract title,Contract description,Lots\n"
        "Quill Ltd,Framework 2026,Care of adults at home,Lot 2: nights\nMoss Ltd,,Taxis,\n"
    )
    quill, moss = read.suppliers
    (contract,) = quill.contracts
    assert contract == Contract(
        title="Framework 2026", description="Care of adults at home; Lot 2: nights"
    )
    assert "Lot 2: nights" in contract_line(contract)
    # Where there is no title the description is it, as it was before there was a column for it.
    assert (moss.contract, moss.contracts) == ("Taxis", ())
    assert facts_of_contract(contract).description == contract.description


def test_how_it_was_bought_is_read_in_the_words_of_registers(read_text: ReadText) -> None:
    read = read_text(
        "name,contract,procurement procedure,procedure start date,framework,framework start date,"
        "buyer type,nature of contract,value including VAT,grant or contract,procurement regime\n"
        "Quill Ltd,Home care,Mini-Competition,03/11/2025,Care 2023,02/05/2023,NHS body,"
        'Light-touch services,"£1,440,000",Contract,PCR 2015\n'
        "Moss Ltd,Taxis,Three quotes by telephone,,,,,,,,Procurement Act 2023\n"
    )
    home_care, taxis = (one.contracts[0].procurement for one in read.suppliers)
    assert home_care == Procurement(
        begun=date(2025, 11, 3),
        procedure="call-off",
        framework="Care 2023",
        framework_begun=date(2023, 5, 2),
        buyer="NHS body",
        subject="light-touch services",
        value=Decimal(1_440_000),
        funding="contract",
        regime="pcr-2015",
    )
    assert "bought under Public Contracts Regulations 2015" in contract_line(
        read.suppliers[0].contracts[0]
    )
    # A register has words of its own: one that is not understood is no fault of the row.
    assert taxis == Procurement(regime="pa23")
    assert not read.suppliers[1].unread


def test_each_choice_of_a_form_is_one_that_a_contract_can_have() -> None:
    kinds = {one.name: one.type for one in fields(Procurement)}
    for name, about in CONTRACT_FIELDS.items():
        if about.kind == "choice":
            known = {word for part in get_args(kinds[name]) for word in get_args(part) or [part]}
            assert known - {"unknown", "light touch"} == {*about.choices}, name


def test_a_title_alone_stays_the_text_that_it_was(read_text: ReadText) -> None:
    """What is stored of it is what earlier versions stored: nothing counts as changed."""
    (supplier,) = read_text("name,contract\nQuill Ltd,Taxis\n").suppliers
    assert (supplier.contract, supplier.contracts) == ("Taxis", ())
    assert supplier.engagements == (Contract(title="Taxis"),)
    assert supplier.contract_titles == ("Taxis",)


def test_rows_of_one_reference_are_contracts_of_one_supplier(read_text: ReadText) -> None:
    read = read_text(
        "ref,name,contract,value per annum,town\n"
        "S1,Quill Ltd,Taxis,1000\nS1,Quill Ltd,Waste,2000\nS1,Quill Ltd,Taxis,1000\n"
        "S1,Other Ltd,Care,1,Truro\nS2,Moss Ltd,Care,1\n"
    )
    assert [s.ref for s in read.suppliers] == ["S1", "S2"]
    assert read.suppliers[0].contracts == (
        Contract(title="Taxis", yearly_value=Decimal(1000)),
        Contract(title="Waste", yearly_value=Decimal(2000)),
    )
    assert read.suppliers[0].contract == "Taxis"
    assert (read.further, read.duplicates) == (1, 1)
    assert [(r.row, r.reason) for r in read.rejects] == [
        (5, "has the reference S1 of row 2, but differs from it")
    ]
    assert (
        read.rows
        == len(read.suppliers) + read.further + read.duplicates + len(read.rejects) + read.skipped
    )
    assert "A further contract of a supplier read before: row 3." in read.notes


def test_numbered_columns_are_contracts_of_one_supplier(read_text: ReadText) -> None:
    read = read_text(
        "name,Contract 1 title,Contract 1 annual value,Contract 2 title,Contract 2 annual value\n"
        "Quill Ltd,Taxis,1000,Waste,2000\nMoss Ltd,Care,,,\n"
    )
    assert [[c.title for c in s.engagements] for s in read.suppliers] == [
        ["Taxis", "Waste"],
        ["Care"],
    ]
    assert read.suppliers[0].contracts[1].yearly_value == 2000
    assert read.suppliers[1].contracts == ()


def test_a_numbered_category_is_that_of_its_contract(read_text: ReadText) -> None:
    read = read_text(
        "name,Contract 1 title,Contract 1 category,Contract 2 title,Contract 2 category\n"
        "Quill Ltd,Taxis,Transport,Bins,Waste\n"
    )
    assert [(c.title, c.category) for c in read.suppliers[0].engagements] == [
        ("Taxis", "Transport"),
        ("Bins", "Waste"),
    ]


@for_each(
    ("contract", "line"),
    [
        (Contract(title="Taxis", owner="Fleet team"), "Taxis, owner Fleet team"),
        (Contract(title="Taxis"), "Taxis"),
        (
            HOME_CARE,
            "Home care (north), Adult social care, CPV 85312000, 85144100, £412,000.00 a year, "
            "from 1 April 2026, to 31 March 2029",
        ),
        (
            Contract(
                title="Ice", yearly_value=Decimal(90), start=date(2026, 1, 5), end=date(2026, 6, 4)
            ),
            "Ice, £90.00, from 5 January 2026, to 4 June 2026",
        ),
    ],
)
def test_a_contract_is_written_on_one_line_with_its_owner_if_it_has_one(
    contract: Contract, line: str
) -> None:
    assert contract_line(contract) == line


@for_each(
    ("total", "start", "end", "yearly"),
    [
        ("300,000", "01/04/2026", "31/03/2029", "100000.00"),
        ("50k", "01/04/2026", "30/09/2026", "50000.00"),
        ("100000", "2026-04-01", "2027-09-30", "66666.67"),
        ("100000", "", "2027-09-30", None),
    ],
)
def test_a_total_is_divided_by_its_years(
    read_text: ReadText, total: str, start: str, end: str, yearly: str | None
) -> None:
    read = read_text(
        "name,contract,contract value,contract start,contract end\n"
        f'Quill Ltd,Taxis,"{total}",{start},{end}\n'
    )
    (contract,) = read.suppliers[0].engagements
    assert contract.yearly_value == (Decimal(yearly) if yearly else None)
    assert any("divided by the years" in note for note in read.notes)


def test_what_cannot_be_read_is_told_by_row_and_column_and_kept(read_text: ReadText) -> None:
    read = read_text(
        "name,contract,annual value,cpv,start date,end date\n"
        "Quill Ltd,Taxis,£10k to £20k,85,31/02/2026,tbc\n"
        "Moss Ltd,Waste,5,90511000,01/01/2027,01/01/2026\n"
    )
    quill, moss = read.suppliers
    assert quill.contracts == ()
    assert [(c.column, c.text, c.looks_like) for c in quill.unread] == [
        ("start date", "31/02/2026", "contract"),
        ("cpv", "85", "contract"),
        ("annual value", "£10k to £20k", "contract"),
    ]
    assert moss.contracts[0].start is None
    assert [c.reason for c in moss.unread] == ["it ends before it starts"]
    assert (
        "Row 2, column 'annual value': '£10k to £20k' not read: not a sum in pounds." in read.notes
    )
    assert next(c for c in read.seen if c.heading == "annual value").refused == 1


@for_each(
    ("text", "pounds"),
    [
        ("£1.2m", "1200000.00"),
        ("412,000 per annum", "412000.00"),
        ("GBP 1250.4567", "1250.46"),
        ("£50k p.a. (excl. VAT)", "50000.00"),
        ("2 million", "2000000.00"),
        ("0", "0.00"),
        ("-5", None),
        ("€500", None),
        ("£10,00", None),
        ("1.2E+06", None),
        ("100 per month", None),
        ("999999 bn", None),
        ("see contract", None),
        ("", None),
    ],
)
def test_sums_are_read_as_people_write_them(text: str, pounds: str | None) -> None:
    assert parse_written_pounds(text) == (Decimal(pounds) if pounds else None)


@for_each(
    ("text", "first", "last"),
    [
        ("31-Mar-26", date(2026, 3, 31), date(2026, 3, 31)),
        ("1st April 2026", date(2026, 4, 1), date(2026, 4, 1)),
        ("31.3.2026", date(2026, 3, 31), date(2026, 3, 31)),
        ("2026-03-31T00:00:00", date(2026, 3, 31), date(2026, 3, 31)),
        ("Feb 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("03/31/2026", None, None),
        ("0 March 2026", None, None),
        ("30/02/2026", None, None),
        ("2026", None, None),
        ("ongoing", None, None),
    ],
)
def test_days_are_read_as_people_write_them(
    text: str, first: date | None, last: date | None
) -> None:
    assert (parse_day(text), parse_day(text, last=True)) == (first, last)


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), pounds=st.decimals(0, 10**9, places=2))
def test_what_is_written_is_read_back(day: date, pounds: Decimal) -> None:
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", long_date(day)):
        assert parse_day(text) == day
    assert parse_written_pounds(in_pounds(pounds)) == pounds


@settings(max_examples=examples(300))
@given(
    texts=st.lists(st.text(max_size=30) | st.from_regex(r"[£0-9.,/kmpa -]{0,20}"), max_size=14),
    fields=st.permutations(
        "contract contract_category contract_cpv contract_yearly_value contract_value "
        "contract_start contract_end".split()
    ),
)
def test_any_cells_give_contracts_or_say_what_was_not_read(
    texts: list[str], fields: list[str]
) -> None:
    cells: dict[str, list[SupplierCell]] = {}
    for at, text in enumerate(texts):
        name = fields[at % 7]
        cells.setdefault(name, []).append(SupplierCell(f"{name} {at // 7 + 1}", text))
    unread: list[UnreadCell] = []
    _, contracts = read_contracts(cells, unread)
    assert all(len(code) == 8 for one in contracts for code in one.cpv)
    assert all(one.yearly_value is None or one.yearly_value >= 0 for one in contracts)
    assert all(not (c.start and c.end) or c.start <= c.end for c in contracts)
    assert all(cell.looks_like == "contract" and cell.reason for cell in unread)
