"""One supplier out of the cells of one row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from duediligence.formats.cells import clean, parts, ungarbled
from duediligence.model import Address, Identifier, Person, Repair, Supplier
from duediligence.suppliers.numbers import NOTHING, read_number
from duediligence.suppliers.people import read_people

LONGEST_NAME = 500
LONGEST_CELL = 5_000
LONGEST_REF = 100
MOST_NAMES = 200
_BLANK = NOTHING | {""}
_SEPARATOR = "\x1f"
POSTCODE = re.compile("([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")


class Cell(NamedTuple):
    """A text and the column it stands in."""

    column: str
    text: str


class PeopleCells(NamedTuple):
    """The names of people of one role, and their birth dates if these stand apart."""

    role: str
    names: Cell
    born: Cell


class Unusable(Exception):
    """The row is no supplier that can be screened; the message says why."""


def supplier(cells: Mapping[str, Sequence[Cell]], people: Iterable[PeopleCells] = ()) -> Supplier:
    """Read a supplier from its cells by field (`FIELDS`). Its `ref` is empty where none is given.

    What was mended or left out on the way is in its `repairs`. Raises Unusable.
    """
    for column in cells.values():
        for cell in column:
            _check_cell(cell)
    repairs: list[Repair] = []
    name = _name(cells, repairs)
    ref = _line(cells, "ref", repairs)
    if len(ref) > LONGEST_REF:
        raise Unusable(f"the reference has {len(ref):,} characters; at most {LONGEST_REF}")
    others = {
        field: tuple(dict.fromkeys(n for n in _names(cells, field, repairs) if n != name))
        for field in ("trading_names", "former_names")
    }
    return Supplier(
        ref=ref,
        name=name,
        trading_names=others["trading_names"],
        former_names=others["former_names"],
        identifiers=tuple(_identifiers(cells, repairs)),
        address=_address(cells, repairs),
        people=tuple(_people(people, repairs)),
        contract=_line(cells, "contract", repairs),
        repairs=tuple(repairs),
    )


def made_ref(supplier: Supplier, *, whole: bool = False) -> str:
    """A reference made from name, numbers and postcode: the same on every import.

    `whole` takes everything into it, for two suppliers that differ only elsewhere.
    """
    address = supplier.address or Address("")
    facts = [supplier.name.casefold(), *sorted(map(str, supplier.identifiers)), address.postcode]
    if whole:
        people = (f"{p.role} {p.name} {p.birth_date}" for p in supplier.people)
        others = (*supplier.trading_names, *supplier.former_names, *people)
        facts += [*others, address.text, address.country, supplier.contract]
    return f"S-{sha256(_SEPARATOR.join(facts).encode()).hexdigest()[:12]}"


def _name(cells: Mapping[str, Sequence[Cell]], repairs: list[Repair]) -> str:
    cell = cells["name"][0]
    name = _mended(cell.column, clean(cell.text), repairs)
    if not name:
        raise Unusable("the name is blank")
    if name.casefold() in NOTHING or not any(map(str.isalnum, name)):
        raise Unusable(f"the name is only {name!r}")
    if re.fullmatch(r"#[A-Z/0]+[!?]", name):
        raise Unusable(f"the name is a formula's error ({name})")
    _check_length(name)
    return name


def _check_cell(cell: Cell) -> None:
    if len(cell.text) > LONGEST_CELL:
        raise Unusable(f"{cell.column}: {len(cell.text):,} characters; at most {LONGEST_CELL:,}")


def _check_length(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise Unusable(f"a name of {len(name):,} characters; at most {LONGEST_NAME}")


def _line(cells: Mapping[str, Sequence[Cell]], field: str, repairs: list[Repair]) -> str:
    if not (held := cells.get(field)):
        return ""
    lines = [_mended(cell.column, clean(cell.text), repairs) for cell in held]
    return _joined(line for line in lines if line.casefold() not in _BLANK)


def _joined(lines: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, lines)))


def _mended(column: str, text: str, repairs: list[Repair]) -> str:
    sound = ungarbled(text)
    if sound != text:
        repairs.append(Repair(column, text, sound, "letters saved in the wrong encoding"))
    return sound


def _names(cells: Mapping[str, Sequence[Cell]], field: str, repairs: list[Repair]) -> Iterable[str]:
    names = [
        _mended(cell.column, name, repairs)
        for cell in cells.get(field, ())
        for name in parts(cell.text)
        if name.casefold() not in NOTHING
    ]
    if len(names) > MOST_NAMES:
        raise Unusable(f"{len(names)} names in {field}; at most {MOST_NAMES}")
    for name in names:
        _check_length(name)
    return names


def _identifiers(
    cells: Mapping[str, Sequence[Cell]], repairs: list[Repair]
) -> Iterable[Identifier]:
    for field in ("company_number", "charity_number", "mutual_number", "ppon"):
        for cell in cells.get(field, ()):
            identifier, remark = read_number(field, cell.text)
            if remark:
                used = identifier.id if identifier else ""
                repairs.append(Repair(cell.column, cell.text[:LONGEST_REF], used, remark))
            if identifier:
                yield identifier


def _address(cells: Mapping[str, Sequence[Cell]], repairs: list[Repair]) -> Address | None:
    lines = [_line(cells, field, repairs) for field in ("address", "town", "county")]
    postcode = _line(cells, "postcode", repairs)
    if found := POSTCODE.fullmatch(postcode.replace(" ", "").upper()):
        postcode = f"{found[1]} {found[2]}"
    country = _line(cells, "country", repairs)
    text = _joined(lines)
    return Address(text, postcode, country) if text or postcode or country else None


def _people(groups: Iterable[PeopleCells], repairs: list[Repair]) -> Iterable[Person]:
    found: dict[Person, None] = {}
    for role, names, born in groups:
        _check_cell(names)
        _check_cell(born)
        people, remarks = read_people(role, ungarbled(names.text), born.text)
        repairs += [Repair(names.column, *remark) for remark in remarks]
        found |= dict.fromkeys(people)
    if len(found) > MOST_NAMES:
        raise Unusable(f"{len(found)} people; at most {MOST_NAMES}")
    for person in found:
        _check_length(person.name)
    return found
