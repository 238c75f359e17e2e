"""Text that is shown in another order than it has is not read; the marks of ordinary names are."""

import json
import random
from collections.abc import Callable

import pytest

from duediligence.errors import UsageError
from duediligence.formats.cells import is_turned
from duediligence.suppliers.facts import SupplierFacts
from duediligence.suppliers.importing import Import
from duediligence.suppliers.rows import read_facts
from tests.rows import for_each

ReadText = Callable[..., Import]
NAME = "Volkhar Maritime"
BACK = NAME[::-1]
LRE, RLE, PDF, LRO, RLO = "\u202a\u202b\u202c\u202d\u202e"
LRI, RLI, FSI, PDI = "\u2066\u2067\u2068\u2069"
WAYS = {
    "RLO": f"{RLO}{BACK}{PDF}",
    "RLO to the end": f"{RLO}{BACK}",
    "RLE": f"{RLE}{BACK}{PDF}",
    "LRO": f"{LRO}{BACK}{PDF}",
    "LRE": f"{LRE}{RLO}{BACK}{PDF}{PDF}",
    "PDF alone": f"{BACK}{PDF}",
    "RLI": f"{RLI}{BACK}{PDI}",
    "LRI around RLO": f"{LRI}{RLO}{BACK}{PDF}{PDI}",
    "FSI around RLO": f"{FSI}{RLO}{BACK}{PDF}{PDI}",
    "isolated letters": "\u200f" + "".join(f"{LRI}{letter}{PDI}" for letter in BACK),
    "isolated halves": f"{RLI}{LRI}Maritime{PDI}{LRI} Volkhar{PDI}{PDI}",
    "with text around": f"The {RLO}{BACK}{PDF} Company (UK)",
    "marks between letters": "".join(f"\u200f{letter}" for letter in BACK),
}
COLUMNS = ("name", "Trading name", "Former name", "Director", "Company no", "Town", "Remarks", "")


@for_each("column", COLUMNS)
def test_a_turned_cell_of_any_column_is_not_read(read_text: ReadText, column: str) -> None:
    empty = {"name": "Moss Ltd", **dict.fromkeys(COLUMNS[1:], "")}
    rows = [
        {**empty, "name": f"Moss {n} Ltd", column: text} for n, text in enumerate(WAYS.values())
    ]
    lines = [",".join(empty), *(",".join(row.values()) for row in rows)]
    suppliers = read_text("\n".join(lines)).suppliers
    assert len(suppliers) == len(WAYS) if column != "name" else suppliers
    for supplier in suppliers:
        held = [cell for cell in supplier.unread if "order of its letters" in cell.reason]
        assert {cell.column for cell in held} == {column or "column 8"}
        # Anything else leaves a finding to review alone.
        assert {cell.looks_like for cell in held} <= {"name", "person", "number", "text"}


@for_each("way", WAYS)
def test_a_turned_name_of_a_single_supplier_is_refused(way: str) -> None:
    with pytest.raises(UsageError, match="order of its letters"):
        read_facts(SupplierFacts(name=WAYS[way]))


def test_a_turned_contact_is_not_quoted(read_text: ReadText) -> None:
    (supplier,) = read_text(f"name,Phone\nMoss Ltd,{RLO}10069 23610{PDF}\n").suppliers
    assert [(cell.column, cell.text) for cell in supplier.unread] == [("Phone", "")]


GIVEN = (
    "محمد أحمد فاطمة يوسف مريم חנה דוד יעל משה שרה رضا زهرا مهدی نرگس عمران شازیہ بلال عائشہ"
).split()
FAMILY = (
    "الأنصاري بن‌علي الخطيب كوهن כהן לוי אברהם־בן פרץ می‌رزایی حسین‌زاده کریمی نیک‌پور قریشی چوہدری"
).split()
MARKS = ("", "\u200e", "\u200f")


def ordinary_names() -> list[str]:
    """Invented names with the marks that keyboards and word processors leave in them."""
    chance = random.Random(7)
    found = []
    for at in range(200):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        before, after = chance.choice(MARKS), chance.choice(MARKS)
        firm = chance.choice(("", "", " Ltd", " (UK)", " 24"))
        joined = chance.choice((" ", "\u200c", " \u200f", "\u200d "))
        found.append(f"{before}{given}{joined}{family}{after}{firm}{FSI if at < 9 else ''}")
    return [f"{FSI}{one[:-1]}{PDI}" if one.endswith(FSI) else one for one in found]


def test_ordinary_names_of_other_scripts_are_read() -> None:
    assert [name for name in ordinary_names() if is_turned(name)] == []


@for_each("text", ["", "Ann Noname", "שלום Ltd", f"{LRI}Moss Ltd{PDI}", "é 12"])
def test_what_does_not_change_the_order_is_not_turned(text: str) -> None:
    assert not is_turned(text)


def test_a_record_is_read_as_a_row_of_a_file_is() -> None:
    from duediligence.suppliers.importing import read_records

    (supplier,) = read_records([json.loads(json.dumps({"name": WAYS["RLO"]}))]).suppliers
    assert [cell.looks_like for cell in supplier.unread] == ["name"]
