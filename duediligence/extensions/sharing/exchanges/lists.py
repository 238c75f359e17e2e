"""The asking party's list: a spreadsheet or delimited text, all of it or nothing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast, get_args

from duediligence.errors import Conflict, UsageError
from duediligence.extensions.sharing.model.exchanges import AskedItem, ItemKind
from duediligence.formats.cells import TURNED, clean, fix_garbled_text, is_turned
from duediligence.formats.table import read_table
from duediligence.matching.names.parties import may_name_several
from duediligence.model.dates import PartialDate
from duediligence.model.entries import COMPANY, Address, Identifier, Name, Party, PartyRole
from duediligence.suppliers.numbers import read_number
from duediligence.suppliers.people import birth_date
from duediligence.text.wording import first_lines

COLUMNS = ("reference", "kind", "name", "number", "charity", "born", "address", "postcode")
_SAME_COLUMN = {
    "ref": "reference",
    "id": "reference",
    "type": "kind",
    "company_number": "number",
    "charity_number": "charity",
    "date_of_birth": "born",
    "dob": "born",
    "birth_date": "born",
}
# A list is recognised by its reference and anything to compare by.
_NEEDED = "reference"
_LONGEST = 500
# How many faults are named at once.
_SHOWN = 5
_ASKED = PartyRole("asked about")
_NO_KEY = (
    "nothing in this row tells one party from another: give a number, a fuller name, a person's "
    "month of birth, or an address with its postcode"
)


@dataclass(frozen=True, slots=True)
class AskedList:
    """What a list held: its items in their order, and the headings that are not read."""

    file: str
    items: tuple[AskedItem, ...]
    unused: tuple[str, ...]
    notes: tuple[str, ...]


class _Fault(Exception):
    """What is wrong with one cell."""

    def __init__(self, column: str, fault: str) -> None:
        super().__init__(column, fault)
        self.column = column
        self.fault = fault


def read_list(
    path: Path,
    *,
    most: int,
    kinds: frozenset[ItemKind],
    comparable: Callable[[AskedItem], bool],
    today: date,
) -> AskedList:
    """Read a list of at most `most` rows, each of one of `kinds` and `comparable` with others.

    Raises UsageError naming file, row and column of the first few faults: a list with any is not
    used at all; Conflict as soon as it turns out to be longer, whatever follows.
    """
    table = read_table(
        path, usable=lambda row: len(set(COLUMNS) & set(map(_normalise_list_column, row)))
    )
    names = [_normalise_list_column(heading) for heading in table.header]
    at = _locate_list_columns(path.name, names)
    items: list[AskedItem] = []
    faults: list[str] = []
    for count, (row, cells) in enumerate(table.rows, 1):
        if count > most:
            raise Conflict(
                f"{path.name}: has over {most:,} rows, the most that the agreement allows in one "
                "exchange",
                hint="Ask about those that matter most. A longer list would need other terms.",
            )
        turned = (name for name, place in at.items() if any(map(is_turned, cells[place:][:1])))
        if column := next(turned, ""):
            faults.append(f"{path.name}: row {row}, column {column}: {TURNED}")
            continue
        held = {
            name: fix_garbled_text(clean(cells[place])) if place < len(cells) else ""
            for name, place in at.items()
        }
        try:
            item = _parse_asked_item(held, kinds, today)
        except _Fault as wrong:
            faults.append(f"{path.name}: row {row}, column {wrong.column}: {wrong.fault}")
            continue
        items.append(item)
        if not comparable(item):
            faults.append(f"{path.name}: row {row}: {_NO_KEY}")
    if faults:
        raise UsageError(
            first_lines(faults, _SHOWN),
            hint="Nothing was written. Correct the list and ask again; "
            "docs/officer/blind-matching.md has the columns.",
        )
    if not items:
        raise UsageError(f"{path.name}: holds no items", hint="Choose another file.")
    unused = tuple(
        heading
        for heading, name in zip(table.header, names, strict=True)
        if heading and name not in COLUMNS
    )
    return AskedList(path.name, tuple(items), unused, table.notes)


def party_of(item: AskedItem) -> Party:
    """Return the item as the party that keys are made of."""
    identifiers = []
    if item.number:
        identifiers.append(Identifier(COMPANY, item.number))
    if item.charity:
        scheme, _, number = item.charity.rpartition("-")
        identifiers.append(Identifier(scheme, number))
    year, _, month = item.born.partition("-")
    return Party(
        names=(Name(item.name),) if item.name else (),
        kind=item.kind if item.kind in ("organisation", "person") else "unknown",
        role=_ASKED,
        birth_date=PartialDate(int(year), int(month)) if item.born else None,
        identifiers=tuple(identifiers),
        addresses=(Address(item.address, item.postcode),) if item.address else (),
    )


def _locate_list_columns(file: str, names: Sequence[str]) -> dict[str, int]:
    if _NEEDED not in names:
        raise UsageError(
            f"{file}: no column {_NEEDED!r}",
            hint=f"The header must have {_NEEDED}, and of {', '.join(COLUMNS[1:])} those there "
            "are.",
        )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise UsageError(f"{file}: {names.count(name)} columns are headed {name!r}")
    return {name: names.index(name) for name in COLUMNS if name in names}


def _normalise_list_column(heading: str) -> str:
    plain = "_".join(re.split(r"[\s_-]+", heading.strip().casefold()))
    return _SAME_COLUMN.get(plain, plain)


def _parse_asked_item(
    cells: Mapping[str, str], kinds: frozenset[ItemKind], today: date
) -> AskedItem:
    for name, text in cells.items():
        if len(text) > _LONGEST:
            raise _Fault(name, f"has {len(text):,} characters; the maximum is {_LONGEST}")
    if not cells[_NEEDED]:
        raise _Fault(_NEEDED, "is blank")
    # Whoever was born is a person, and is not compared as a firm of that name.
    kind = _parse_item_kind(cells.get("kind", "") or ("person" if cells.get("born") else ""), kinds)
    held = AskedItem(
        reference=cells[_NEEDED],
        kind=kind,
        name=cells.get("name", ""),
        number=_parse_item_number("number", "company_number", cells),
        charity=_parse_item_number("charity", "charity_number", cells),
        born=_parse_item_birth(cells.get("born", ""), today),
        address=cells.get("address", ""),
        postcode=cells.get("postcode", ""),
    )
    for wrong in _find_contradictions(held):
        raise wrong
    return held


def _parse_item_kind(text: str, kinds: frozenset[ItemKind]) -> ItemKind:
    word = text.casefold()
    known = get_args(ItemKind)
    if word not in known:
        # Not shown: somebody may have put a name here.
        raise _Fault("kind", f"must be {', '.join(filter(None, known))} or empty")
    kind = cast(ItemKind, word)
    if kind and kind not in kinds:
        raise _Fault("kind", f"the agreement does not allow items of kind {kind}")
    return kind


def _parse_item_number(column: str, field: str, cells: Mapping[str, str]) -> str:
    reading = read_number(field, cells.get(column, ""))
    if reading.identifier is None:
        if reading.remark:
            raise _Fault(column, reading.remark)
        return ""
    return reading.identifier.id if column == "number" else str(reading.identifier)


def _parse_item_birth(text: str, today: date) -> str:
    if not text:
        return ""
    read = birth_date(text, today)
    if read is None or read.month is None:
        raise _Fault("born", "must be a month and a year of birth, such as 1965-04")
    return f"{read.year}-{read.month:02}"


def _find_contradictions(item: AskedItem) -> Iterator[_Fault]:
    if item.kind == "person" and not item.name:
        yield _Fault("name", "is blank, and the row is of a person")
    if item.kind == "address" and not (item.address and item.postcode):
        yield _Fault("address", "an address needs its lines and its postcode")
    if item.kind == "organisation" and item.born:
        yield _Fault("born", "an organisation has no month of birth")
    if item.born and may_name_several(item.name):
        yield _Fault("born", "may be of several people: give each a row")
