"""A supplier workbook as a council keeps it: everything in it is invented.

`make_messy_workbook(path, quarter=1)` and the one of the next quarter have the same headings. The
same call gives the same cells.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

SUPPLIERS = 500
HEADINGS = (
    "Supplier name", "Trading as", "Company no.", "Charity no.", "Address", "Town", "Post code",
    "Directors / owners", "Contract title", "Category", "Start date", "End date", "Annual value",
    "Contract manager", "Status", "Main contractor", "Role on contract", "Internal notes",
)  # fmt: skip
_FIRST = (
    "Porth Tre Pen Lan Bos Car Ros Nan Hal Chy Bod Lis Mor Gwel Kel Zen Lam Pol Tol Vor".split()
)
_LAST = "mellow vellan wartha gooth lenick veor zance dinas quoit hallow nessa wenna rowan".split()
_TRADES = (
    ("Home Care", "Adult social care"), ("Taxis", "Passenger transport"),
    ("Roofing", "Construction"), ("Catering", "Facilities"), ("Cleaning", "Facilities"),
    ("Waste", "Environmental services"), ("Training", "Learning"), ("Nurseries", "Early years"),
    ("Electrical", "Construction"), ("Advice", "Legal and advice"),
)  # fmt: skip
_TOWNS = ("Porthvellan", "Nanquoit", "Zennessa", "Trewartha", "Polrowan")
_GIVEN = "Morwenna Jago Demelza Piran Tamsyn Cador Lowena Merryn Kitto Elowen".split()
_FAMILY = "Petrosyanov Tregaskisson Fairweathering Nonamely Otherstone Quillbeck".split()
_MANAGERS = ("Ada Ferrow", "Bo Lindqvistson", "Adult Care Commissioning", "Highways Team")
_GARBAGE = ("see contract", "TBC", "n/a", "9.90E+06", "VAT 990 0000 11", "applied for", "?")
_ENDED = ("Ended", "ENDED", "Expired", "Terminated - 31/12/2025", "Inactive", "Closed", "Left")


@dataclass(frozen=True)
class MessySupplier:
    """One supplier of the workbook, with one row for each of its contracts."""

    name: str
    postcode: str
    number: str = ""
    cell: str = ""
    charity: str = ""
    trading: str = ""
    people: str = ""
    status: str = "Active"
    parent: str = ""
    role: str = ""
    town: str = ""
    category: str = ""
    contracts: int = 1
    at: int = 0


@dataclass
class MessyWorkbook:
    """What is in it: the suppliers in order, and the names of those that something is true of.

    `duplicates` are pairs of names that are one supplier. Against the quarter before, `corrected`
    has the names by the name before, `moved` are those with another postcode, `numbered` those with
    a number now, `gone` and `come` those that left and came.
    """

    suppliers: list[MessySupplier]
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    numbered: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)

    @property
    def ended(self) -> list[str]:
        """The names of the suppliers that have ended."""
        return [one.name for one in self.suppliers if one.status in _ENDED]

    @property
    def parts(self) -> list[str]:
        """The names of those that work under another one."""
        return [one.name for one in self.suppliers if one.parent]


def make_messy_workbook(
    path: Path, quarter: int = 1, *, suppliers: int = SUPPLIERS, listed: Sequence[str] = ()
) -> MessyWorkbook:
    """Write the workbook of a quarter, 1 or 2. `listed` are further suppliers, by name alone.

    Of the suppliers one in twenty has ended, one in eight has several contracts, one in thirty
    works under another, one in forty is there twice under two spellings.
    """
    made = _first(suppliers)
    if quarter == 2:
        made = _second(made)
    made.suppliers += [
        MessySupplier(name, _postcode(n), town=_TOWNS[0]) for n, name in enumerate(listed)
    ]
    _write(path, made, quarter)
    return made


def _first(number: int) -> MessyWorkbook:
    rng = random.Random(33)
    made = MessyWorkbook([])
    twins = number // 40
    for at in range(number - twins):
        made.suppliers.append(_supplier(at, rng))
    for at in range(twins):
        known = made.suppliers[7 + at * 9]
        twin = replace(known, name=_respelt(known.name, at), cell="", people="", parent="", role="")
        # The number in one, or else the same postcode, gives it away.
        twin = replace(twin, postcode="") if at % 2 and known.number else replace(twin, number="")
        made.suppliers.insert(60 + at * 11, twin)
        made.duplicates.append((known.name, twin.name))
    return made


def _supplier(at: int, rng: random.Random) -> MessySupplier:
    trade, category = _TRADES[at % len(_TRADES)]
    place = _FIRST[at % len(_FIRST)] + _LAST[(at // len(_FIRST)) % len(_LAST)]
    owner = f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"
    more = ("", " South", " West")[at // (len(_FIRST) * len(_LAST)) % 3]
    charity = at % 10 == 9
    name = f"{place} {trade}{more} {'Trust' if charity else ('Ltd', 'Limited', 'LLP')[at % 3]}"
    number = "" if charity or at % 7 == 3 else f"{990_000 + at:08}" if at % 2 else f"99{at:06}"
    part = at % 30 == 20
    return MessySupplier(
        name=name,
        postcode=_postcode(at),
        number=number,
        cell=_GARBAGE[at // 7 % len(_GARBAGE)] if at % 7 == 3 and at % 2 else "",
        charity=f"99{at:05}" if charity else "",
        trading=f"{place} {trade}; {place}s" if at % 12 == 0 else "",
        people=(f"{owner}, {1950 + at % 45}-{1 + at % 12:02}" if at % 4 else owner),
        status=_ENDED[at // 20 % len(_ENDED)] if at % 20 == 4 else ("Active", "Live", "")[at % 3],
        parent=_supplier(at - 3, random.Random(at)).name if part else "",
        role=("Sub-contractor", "", "Consortium member")[at // 30 % 3] if part else "",
        town=_TOWNS[at % len(_TOWNS)],
        category=category,
        contracts=1 + (at % 8 == 1) + (at % 24 == 1),
        at=at,
    )


def _second(made: MessyWorkbook) -> MessyWorkbook:
    """The next quarter: names, postcodes and numbers corrected, some gone, some come."""
    twins = {name for pair in made.duplicates for name in pair}
    parents = {one.parent for one in made.suppliers}
    suppliers: list[MessySupplier] = []
    next_quarter = MessyWorkbook(suppliers, duplicates=made.duplicates)
    for at, one in enumerate(made.suppliers):
        if one.name in twins or one.name in parents:
            suppliers.append(one)
        elif at % 33 == 5:
            next_quarter.gone.append(one.name)
        elif at % 25 == 6:
            name = _respelt(one.name, at // 25)
            next_quarter.corrected[one.name] = name
            suppliers.append(replace(one, name=name))
        elif at % 25 == 12:
            next_quarter.moved.append(one.name)
            suppliers.append(replace(one, postcode=_postcode(at + 3_000)))
        elif at % 25 == 18 and not one.number:
            next_quarter.numbered.append(one.name)
            suppliers.append(replace(one, number=f"{98_000_000 + at}", cell=""))
        else:
            suppliers.append(one)
    for at in range(len(next_quarter.gone) + 3):
        one = _supplier(9_000 + at, random.Random(at))
        one = replace(one, name=f"New {one.name}", parent="", role="", status="Active")
        next_quarter.come.append(one.name)
        suppliers.append(one)
    return next_quarter


def _respelt(name: str, at: int) -> str:
    """The same name as somebody else would write it."""
    first, _, rest = name.partition(" ")
    match at % 4:
        case 0:
            return name.upper()
        case 1:
            slip = len(first) // 2
            return f"{first[:slip]}{first[slip + 1 :]} {rest}"
        case 2:
            forms = {"Ltd": "Limited", "Limited": "Ltd.", "LLP": "L.L.P.", "Trust": "trust"}
            *words, last = name.split()
            return " ".join([*words, forms.get(last, last)])
        case _:
            return f"  {first}  {rest} "


def _postcode(at: int) -> str:
    letters = "ABDEFGHJLN"
    return f"ZY{1 + at // 1000} {at // 100 % 10}{letters[at // 10 % 10]}{letters[at % 10]}"


def _write(path: Path, made: MessyWorkbook, quarter: int) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": date(2026, 1, 1)})
        title = book.add_format({"bold": True, "font_size": 16})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        money = book.add_format({"num_format": "£#,##0.00"})
        cover = book.add_worksheet("Read me")
        cover.write(0, 0, "Supplier register. Invented for tests.")
        sheet = book.add_worksheet(f"Suppliers Q{quarter}")
        last = len(HEADINGS) - 1
        sheet.merge_range(0, 0, 0, last, f"Approved supplier list – quarter {quarter}", title)
        sheet.write(1, 0, "Prepared by: Contracts team")
        sheet.write(2, 0, f"As at {'31 March' if quarter == 1 else '30 June'} 2026")
        sheet.merge_range(4, 0, 4, 7, "Supplier", title)
        sheet.merge_range(4, 8, 4, last, "Contract", title)
        sheet.write_row(5, 0, HEADINGS)
        row = 6
        for at, one in enumerate(made.suppliers):
            if at and at % 120 == 0:
                sheet.write(row, 0, f"Sub-total – section {at // 120}")
                sheet.write_number(row, 12, 1_250_000, money)
                sheet.write_row(row + 2, 0, HEADINGS)
                row += 3
            row = _rows_of(sheet, row, one, day, money)
        sheet.write(row, 0, f"TOTAL ({len(made.suppliers)} suppliers)")
        sheet.write_number(row, 12, 98_765_432, money)
        for line in (
            "* Values exclude VAT.",
            "Notes: numbers as supplied by the contract managers",
            "Printed on 2 April 2026",
            "Page 1 of 3",
            "*** End of report ***",
        ):
            row += 2
            sheet.write(row, 0, line)


def _rows_of(sheet: Any, row: int, one: MessySupplier, day: Any, money: Any) -> int:
    """Write the rows of a supplier, the second and third of merged cells; the row after them."""
    first, at = row, one.at
    for number in range(one.contracts):
        title = f"{one.category or 'Services'} {2024 + (at + number) % 3}/{number + 1}"
        if number == 0:
            sheet.write_row(
                row, 0, [one.name, one.trading, "", one.charity, f"{1 + at} Dune Row", one.town]
            )
            if one.number.startswith("00"):
                sheet.write_number(row, 2, int(one.number))  # a spreadsheet drops the zeros
            else:
                sheet.write(row, 2, one.number or one.cell)
            sheet.write(row, 6, one.postcode if at % 5 else one.postcode.replace(" ", "").lower())
            sheet.write(row, 7, one.people)
            sheet.write_row(row, 15, [one.parent, one.role, "chased 3/2" if at % 40 == 1 else ""])
        sheet.write_row(row, 8, [title, one.category])
        starts, ends = date(2024, 4, 1), date(2027 + at % 3, 3, 31)
        if at % 3:
            sheet.write_datetime(row, 10, starts, day)
            sheet.write_datetime(row, 11, ends, day)
        else:
            sheet.write(row, 10, f"{starts:%d/%m/%Y}")
            sheet.write(row, 11, "31 March " + str(ends.year) if at % 2 else f"{ends:%d.%m.%y}")
        if at % 6:
            sheet.write_number(row, 12, 1_000 * (1 + at % 90), money)
        else:
            sheet.write(row, 12, f"£{1 + at % 90},000 p.a.")
        sheet.write(row, 13, _MANAGERS[at % len(_MANAGERS)])
        sheet.write(row, 14, one.status)
        row += 1
    if one.contracts > 1:
        for column in range(8):
            text = {0: one.name, 5: one.town}.get(column)
            if text:
                sheet.merge_range(first, column, row - 1, column, text)
    return row
