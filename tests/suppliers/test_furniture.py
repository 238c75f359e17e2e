"""Titles, totals and footnotes are skipped and counted; a firm called Total is a supplier."""

from collections.abc import Callable
from typing import get_args

from duediligence.formats.extra_rows import ExtraRowKind, find_extra_row_kind
from duediligence.matching.names.parties import may_name
from duediligence.suppliers.importing import Import
from tests.rows import for_each

ReadText = Callable[..., Import]


@for_each(
    "row",
    [
        "Total,,",
        "TOTAL:,,",
        ",Total,12345",
        "Grand total,,£12",
        'Sub-total,,"12,345.00"',
        "Total suppliers: 34,,",
        ",* as at 31 March,",
        "*figures exclude VAT,,",
        "Page 1 of 2,,",
        "Source: the ledger,,",
        "Notes: none,,",
        "End of report,,",
        "ref,Name,Spend",
        "REF,name,spend",
        "Supplier list 2026,,",
        "As at 31 March 2026,,",
        "Sub-total – Adult social care,,1200",
        "TOTAL (23 suppliers),,£1",
        "Grand Total:,,",
        "Average,,12.5",
        "Count,,23",
        "Count: 23,,",
        "Max,,1",
        "Total for Adult Social Care,,12000",
        "Adult Social Care total,,£12",
        "Total excl. VAT,,12",
        "Total,500 suppliers,12",
        "Grand Total,(blank),12",
        "(blank),,12",
        "Carried forward,,12",
        "23 suppliers,,",
        "500 rows returned,,",
        "1. Figures exclude VAT.,,",
        "Printed on 2 April 2026,,",
        "Printed: 02/04/2026 14:33 by AFERROW,,",
        "Run by: AFERROW on 02/04/2026,,",
        "Data extracted 31/03/2026,,",
        "*** End of report ***,,",
        "<end>,,",
        "Continued overleaf,,",
    ],
)
def test_a_row_that_is_no_supplier_is_skipped_and_counted(read_text: ReadText, row: str) -> None:
    read = read_text(f"ref,name,spend\nS1,Moss Ltd,12\n{row}\nS2,Gull Ltd,9\n")
    assert [s.ref for s in read.suppliers] == ["S1", "S2"]
    assert (read.skipped, read.rejects, read.rows) == (1, (), 3)
    assert "1 row is not a supplier" in read.notes[0]
    assert "row 3" in read.notes[0]


@for_each(
    "name",
    [
        "Total Care Ltd",
        "Total",
        "Page Group Ltd",
        "Source Ltd",
        "*Star Taxis",
        "Note Works",
        "Sub Total Ltd",
        "Grand Totals Bookkeeping",
        "Date Palm Catering",
        "Key Services",
        "Key 2 Care Ltd",
        "Printed 4 You Limited",
        "Source 1 Recruitment LLP",
        "Supplier Register Services Ltd",
        "Provider List Ltd",
        "Updated 2 Perfection Ltd",
        "Totalcare",
        "Average Joe Ltd",
        "Count On Us",
        "Max Transport",
        "Sub-total – Care Ltd",
    ],
)
def test_a_supplier_with_such_a_name_is_a_supplier(read_text: ReadText, name: str) -> None:
    read = read_text(f'ref,name,town\nS1,"{name}",Truro\n')
    assert [s.name for s in read.suppliers] == [name]
    assert read.skipped == 0


@for_each(
    "name",
    ["Total Care", "Total Waste Solutions", "Total Support for Families", "Grand Hotel", "23 Red"],
)
def test_a_supplier_with_an_amount_beside_its_name_is_a_supplier(
    read_text: ReadText, name: str
) -> None:
    read = read_text(f'ref,name,spend\n,"{name}","12,000"\n')
    assert [s.name for s in read.suppliers] == [name]


@for_each("mark", ["*", "**", "† ", "* ", "‡", "§ "])
@for_each("name", ["Moss Ltd", "Volkhar Maritime", "Ann Noname", "ann noname"])
def test_a_supplier_with_a_mark_of_a_footnote_is_a_supplier(
    read_text: ReadText, mark: str, name: str
) -> None:
    read = read_text(f'ref,name,town\n,"{mark}{name}",\n')
    assert [s.name for s in read.suppliers] == [f"{mark}{name}"]
    assert read.skipped == 0


@for_each("note", ["Prepared by: Ann Noname", "Source: the ledger", "* to be confirmed"])
def test_a_footnote_that_names_somebody_is_skipped(read_text: ReadText, note: str) -> None:
    read = read_text(f"ref,name,spend\nS1,Moss Ltd,12\n,{note},\n")
    assert (len(read.suppliers), read.skipped) == (1, 1)


def test_a_row_without_a_name_stays_a_reject(read_text: ReadText) -> None:
    read = read_text("ref,name,town\nS1,,Truro\n")
    assert (len(read.rejects), read.skipped) == (1, 0)


@for_each(
    "piece",
    ["(", "- ", "total ", "1. ", "*", "end of ", "a", "9 ", "total for ", "* a ", "1) a is"],
)
def test_a_long_text_is_decided_at_once(piece: str) -> None:
    """What takes seconds a cell would take days for a file."""
    text = (piece * 500)[:490]
    for cells in ([text], [text, "12"], [text + "total", "12"]):
        assert find_extra_row_kind(cells, ["name"], may_name, summed=True) in (
            None,
            *get_args(ExtraRowKind),
        )
