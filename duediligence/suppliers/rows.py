"""A supplier out of the cells of one row, or out of facts that were typed."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from duediligence.errors import Invalid
from duediligence.formats.cells import (
    LETTERS_VERSION,
    NO_VALUE,
    TURNED,
    UNSTORED,
    clean,
    fix_garbled_text,
    is_turned,
    split_cell,
    why_unreadable,
)
from duediligence.matching.names.parties import is_known_of_people, may_name, reads_as_person
from duediligence.model import (
    Address,
    Contract,
    Identifier,
    PeopleCell,
    Person,
    Repair,
    Supplier,
    UnreadCell,
)
from duediligence.model.suppliers import SUPPLIER_TEXTS
from duediligence.request_fields import RequestField
from duediligence.suppliers.columns import may_hold_contacts
from duediligence.suppliers.contract_cells import SupplierCell, read_contracts
from duediligence.suppliers.facts import (
    LONGEST_CELL,
    LONGEST_NAME,
    LONGEST_REF,
    SUPPLIER_FIELDS,
    SupplierFacts,
)
from duediligence.suppliers.numbers import NOTHING, guessed_zeros, number_in_name, read_numbers
from duediligence.text.folding import fold
from duediligence.text.legal_forms import is_legal_form
from duediligence.text.postcodes import is_postcode, spaced_postcode

MOST_NAMES = 200
_LONGEST_QUOTE = 300
# Of a cell that names people, kept beside each of them.
LONGEST_PEOPLE = 1_000
_NAMES = ("name", "trading_names", "former_names")
_FURTHER = "another name under one reference"
_BLANK = NOTHING | {""}
_SEPARATOR = "\x1f"


class PeopleCells(NamedTuple):
    """The names of people of one role, and their birth dates if these stand apart."""

    role: str
    names: SupplierCell
    born: SupplierCell


def with_given(given: SupplierCell, family: SupplierCell) -> SupplierCell:
    """Return whole names out of a cell of given names and one of family names, of as many
    people.
    """
    if not given.text.strip() or given.text.strip().casefold() in NOTHING:
        return family
    firsts, lasts = list(split_cell(given.text)), list(split_cell(family.text))
    if len(firsts) == len(lasts):
        text = "; ".join(f"{first} {last}" for first, last in zip(firsts, lasts, strict=True))
    else:
        text = f"{given.text} {family.text}"
    return SupplierCell(family.column, text)


class Unusable(Exception):
    """The row is no supplier that can be screened; the message says why."""


def read_supplier(
    cells: Mapping[str, Sequence[SupplierCell]],
    people: Iterable[PeopleCells] = (),
    *,
    today: date,
    nameless: Iterable[SupplierCell] = (),
    unused: Iterable[SupplierCell] = (),
    dropped: list[UnreadCell] | None = None,
) -> Supplier:
    """Read a supplier from its cells by field (`FIELDS`). Its `ref` is empty where none is given.

    `repairs` holds what was corrected on the way, what seems to be somebody or something to look
    up and was not read is in `unread`; `nameless` are cells below no heading, `unused` those of
    columns that are not read. What is read and not kept is added to `dropped`. Raises Unusable.
    """
    for column in cells.values():
        for cell in column:
            _check_cell(cell)
    repairs: list[Repair] = []
    below = tuple(nameless)
    unread: list[UnreadCell] = list(_list_turned_cells(cells, (*unused, *below)))
    name, in_name = _read_supplier_name(cells, repairs)
    ref = _line(cells, "ref", repairs)
    if len(ref) > LONGEST_REF:
        raise Unusable(f"the reference has {len(ref):,} characters; at most {LONGEST_REF}")
    others = {
        field: tuple(
            dict.fromkeys(n for n in _read_supplier_names(cells, field, repairs) if n != name)
        )
        for field in ("trading_names", "former_names")
    }
    title = _line({"contract": cells.get("contract", ())[:1]}, "contract", repairs)
    has_contract = any(one.startswith("contract") for one in cells)
    contract, contracts = read_contracts(cells, unread, dropped) if has_contract else ("", ())
    texts: dict[str, Any] = {
        one: _line(cells, SUPPLIER_FIELDS[one].column or one, repairs)
        for one in SUPPLIER_TEXTS
        if one != "name"
    }
    return Supplier(
        **texts,
        ref=ref,
        name=name,
        trading_names=others["trading_names"],
        former_names=others["former_names"],
        identifiers=tuple(
            dict.fromkeys((*_read_identifiers(cells, name, repairs, unread), *in_name))
        ),
        address=_read_address(cells, repairs),
        people=tuple(_read_supplier_people(people, repairs, unread, today)),
        contract=title or contract,
        repairs=tuple(repairs),
        unread=(*unread, *_below_no_heading(below)),
        contracts=contracts,
    )


def with_contracts_of(
    first: Supplier, other: Supplier, *, column: str = "", names_differ: bool = False
) -> Supplier | None:
    """Return the first with the contracts and contacts of the other too; None where they differ in
    anything else. With `names_differ` another name, from that column, is a further one.
    """
    if names_differ:
        same = replace(other, **{name: getattr(first, name) for name in _NAMES})
        if _without_contracts(first) != _without_contracts(replace(same, ref=first.ref)):
            return None
        known = {name.casefold() for name in (first.name, *first.trading_names)}
        names = [
            name for name in (other.name, *other.trading_names) if name.casefold() not in known
        ]
        former = tuple(dict.fromkeys((*first.former_names, *other.former_names)))
        if len(first.trading_names) + len(names) + len(former) > MOST_NAMES:
            return None
        first = replace(
            first,
            trading_names=(*first.trading_names, *names),
            former_names=former,
            repairs=(*first.repairs, *(Repair(column, one, one, _FURTHER) for one in names)),
        )
    elif _without_contracts(first) != _without_contracts(other):
        return None
    contracts = tuple(dict.fromkeys((*first.engagements, *other.engagements)))
    return replace(
        first,
        contract=first.contract or other.contract,
        contracts=() if contracts == (Contract(title=first.contract),) else contracts,
        repairs=tuple(dict.fromkeys((*first.repairs, *other.repairs))),
        unread=tuple(dict.fromkeys((*first.unread, *other.unread))),
        contact_keys=tuple(dict.fromkeys((*first.contact_keys, *other.contact_keys))),
    )


def _without_contracts(supplier: Supplier) -> Supplier:
    return replace(supplier, contract="", contracts=(), repairs=(), unread=(), contact_keys=())


def made_ref(supplier: Supplier, *, whole: bool = False, kind: str = "S") -> str:
    """Return a reference made from name, numbers and postcode: the same on every import.

    `whole` takes everything into it, for two suppliers that differ only elsewhere. `kind` is what
    it begins with.
    """
    address = supplier.address or Address("")
    facts = [supplier.name.casefold(), *sorted(map(str, supplier.identifiers)), address.postcode]
    if whole:
        people = (f"{p.role} {p.name} {p.birth_date}" for p in supplier.people)
        others = (*supplier.trading_names, *supplier.former_names, *people)
        facts += [*others, address.text, address.country, supplier.contract]
    return f"{kind}-{sha256(_SEPARATOR.join(facts).encode()).hexdigest()[:12]}"


def spellings_of_refs(refs: Collection[str]) -> Mapping[str, str]:
    """Return for each reference of a file what its spellings have in common.

    Case, spaces and hyphens beside letters do not count; nor do zeros in front of digits where all
    that have them are of one width, so that a spreadsheet dropped those of the others.
    """
    widths = {len(ref) for ref in refs if ref.isdecimal() and ref.startswith("0")}
    longest = max((len(ref) for ref in refs if ref.isdecimal()), default=0)
    width = longest if widths == {longest} else 0
    return {ref: ref.zfill(width) if ref.isdecimal() else _plain_ref(ref) for ref in refs}


def _plain_ref(ref: str) -> str:
    parts = re.split(r"[\s\-_/.‐–]+", unicodedata.normalize("NFKC", ref).casefold().strip(" -_/."))
    joined = parts[0]
    for part in parts[1:]:  # `1-11` and `11-1` are two
        between = joined[-1:].isdigit() and part[:1].isdigit()
        joined += f"-{part}" if between else part
    return joined


def _read_supplier_name(
    cells: Mapping[str, Sequence[SupplierCell]], repairs: list[Repair]
) -> tuple[str, tuple[Identifier, ...]]:
    """Return the name, and the number that stood in it."""
    cell = cells["name"][0]
    lines = split_cell(re.sub(r"[^\S ]{2,}|\s{3,}|\t", "\n", cell.text), "\r\n\v\f")
    name = _correct_encoding(cell.column, _join_name_lines(lines), repairs)
    if not name:
        raise Unusable(f"the name is {UNSTORED if NO_VALUE in cell.text else 'blank'}")
    if name.casefold() in NOTHING or not any(map(str.isalnum, name)):
        raise Unusable(f"the name is only {name!r}")
    if re.fullmatch(r"#[A-Z/0]+[!?]", name):
        raise Unusable(f"the name is a formula's error ({name})")
    _check_length(name)
    bare, number = number_in_name(name)
    if number is None:
        return name, ()
    repairs.append(Repair(cell.column, name, bare, f"the number {number.id} is in the name"))
    return bare, (number,)


def _join_name_lines(lines: Iterable[str]) -> str:
    """Return the lines of a cell for a name as one; a legal form goes on with the line before."""
    name = ""
    for line in lines:
        mark = " " if is_legal_form(fold(line).split()) else "; "
        name = f"{name}{mark}{line}" if name else line
    return name


def _check_cell(cell: SupplierCell) -> None:
    if len(cell.text) > LONGEST_CELL:
        raise Unusable(f"{cell.column}: {len(cell.text):,} characters; at most {LONGEST_CELL:,}")


def _check_length(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise Unusable(f"a name of {len(name):,} characters; at most {LONGEST_NAME}")


def _line(cells: Mapping[str, Sequence[SupplierCell]], field: str, repairs: list[Repair]) -> str:
    if not (held := cells.get(field)):
        return ""
    lines = [_correct_encoding(cell.column, clean(cell.text), repairs) for cell in held]
    return _join_lines(line for line in lines if line.casefold() not in _BLANK)


def _join_lines(lines: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, lines)))


def _correct_encoding(column: str, text: str, repairs: list[Repair]) -> str:
    sound = fix_garbled_text(text)
    if sound != text:
        repairs.append(Repair(column, text, sound, "letters saved in the wrong encoding"))
    return sound


_NUMBERS = ("company_number", "charity_number", "mutual_number", "ppon", "care_number")


def _read_supplier_names(
    cells: Mapping[str, Sequence[SupplierCell]], field: str, repairs: list[Repair]
) -> Iterable[str]:
    names = [
        _correct_encoding(cell.column, name, repairs)
        for cell in cells.get(field, ())
        for name in split_cell(cell.text)
        if name.casefold() not in NOTHING
    ]
    if len(names) > MOST_NAMES:
        raise Unusable(f"{len(names)} names in {field}; at most {MOST_NAMES}")
    for name in names:
        _check_length(name)
    return names


def _read_identifiers(
    cells: Mapping[str, Sequence[SupplierCell]],
    name: str,
    repairs: list[Repair],
    unread: list[UnreadCell],
) -> Iterable[Identifier]:
    for field in _NUMBERS:
        for cell in cells.get(field, ()):
            for identifier, remark in read_numbers(field, cell.text, cell.column, name):
                if identifier:
                    yield identifier
                if remark and (identifier or not any(map(str.isdigit, cell.text))):
                    used = identifier.id if identifier else ""
                    repairs.append(Repair(cell.column, cell.text[:LONGEST_REF], used, remark))
                elif remark:
                    text = clean(cell.text)[:LONGEST_REF]
                    unread.append(UnreadCell(cell.column, text, "number", remark))


def _read_address(
    cells: Mapping[str, Sequence[SupplierCell]], repairs: list[Repair]
) -> Address | None:
    lines = [_line(cells, field, repairs) for field in ("address", "town", "county")]
    postcode = spaced_postcode(_line(cells, "postcode", repairs))
    country = _line(cells, "country", repairs)
    text = _join_lines(lines)
    return Address(text, postcode, country) if text or postcode or country else None


def _read_supplier_people(
    groups: Iterable[PeopleCells], repairs: list[Repair], unread: list[UnreadCell], today: date
) -> Iterable[Person]:
    found: dict[Person, None] = {}
    for role, names, born in groups:
        # Imported lazily: the patterns by which people are found are slow to compile.
        from duediligence.suppliers.people import READER_VERSION, read_people

        _check_cell(names)
        _check_cell(born)
        read = read_people(
            role, _correct_encoding(names.column, names.text, repairs), born.text, today=today
        )
        for looks_like, reason in read.unread:
            cell = born if looks_like == "birth date" and born.text else names
            text = mask_digits(cell.text)
            unread.append(
                UnreadCell(cell.column, text, looks_like, mask_digits(reason), READER_VERSION)
            )
        if (reason := why_unreadable(clean(names.text))) and not read.unread:
            text = mask_digits(names.text)
            unread.append(UnreadCell(names.column, text, "person", reason, READER_VERSION))
        if is_turned(born.text):
            unread.append(UnreadCell(born.column, mask_digits(born.text), "text", TURNED))
        if NO_VALUE in names.text + born.text:
            unread.append(UnreadCell(names.column, mask_digits(names.text), "person", UNSTORED))
        text = ", ".join(
            filter(None, (mask_digits(one.text, LONGEST_PEOPLE) for one in (names, born)))
        )
        source = PeopleCell(names.column, text)
        found |= dict.fromkeys(replace(one, cell=source) for one in read.people)
    if len(found) > MOST_NAMES:
        raise Unusable(f"{len(found)} people; at most {MOST_NAMES}")
    for person in found:
        _check_length(person.name)
    return found


def _list_turned_cells(
    cells: Mapping[str, Sequence[SupplierCell]], others: Iterable[SupplierCell]
) -> Iterable[UnreadCell]:
    """Yield cells that may show a person something else than they hold, contacts without their
    text; and formulas without a stored value.
    """
    for field, several in (*cells.items(), ("", others)):
        for cell in several:
            if is_turned(cell.text):
                text = "" if may_hold_contacts(cell.column) else mask_digits(cell.text)
                yield UnreadCell(cell.column, text, _LOOKS_LIKE.get(field, "text"), TURNED)
            elif NO_VALUE in cell.text and field:
                of_contract = field.startswith("contract")
                yield UnreadCell(cell.column, "", "contract" if of_contract else "text", UNSTORED)
            elif _LOOKS_LIKE.get(field) == "name":
                text = fix_garbled_text(clean(cell.text))
                if reason := why_unreadable(text):
                    yield UnreadCell(cell.column, text, "name", reason, LETTERS_VERSION)


def _below_no_heading(cells: Iterable[SupplierCell]) -> Iterable[UnreadCell]:
    """Yield cells that hold a name or a number, in columns that nobody can name."""
    for cell in cells:
        text = clean(cell.text)[:LONGEST_NAME]
        person, named = reads_as_person(text) and is_known_of_people(text), may_name(text)
        if named or re.fullmatch(r"(?:[0-9]{8}|[A-Z]{2}[0-9]{6})", text):
            looks_like: Literal["person", "name", "number"] = (
                "person" if person else "name" if named else "number"
            )
            yield UnreadCell(
                cell.column,
                mask_digits(text) if person else text,
                looks_like,
                "the column has no heading",
            )


def mask_digits(text: str, most: int = _LONGEST_QUOTE) -> str:
    """Return a text about people without the digits of dates: one may be a day of birth."""
    return re.sub(r"\d+", "…", clean(text))[:most]


_LOOKS_LIKE: Mapping[str, Literal["name", "number"]] = {
    **dict.fromkeys(("name", "trading_names", "former_names"), "name"),
    **dict.fromkeys(_NUMBERS, "number"),
}


def read_facts(
    facts: SupplierFacts, *, ref: str = "", contract: str = "", today: date | None = None
) -> Supplier:
    """Return the supplier that the facts describe; each of `people` is `Name` or `Name,1965-04`.

    A number is corrected as in a file (`repairs`). Raises Invalid for a name that cannot be
    screened and for whatever is not understood.
    """
    given: dict[str, list[SupplierCell]] = {
        "ref": [SupplierCell("ref", ref)],
        **({"contract": [SupplierCell("contract", contract)]} if contract else {}),
    }
    for field, text in (("ref", ref), ("contract", contract)):
        RequestField(field).check(field, text)
    numbers = [field for field, about in SUPPLIER_FIELDS.items() if about.schemes]
    for field, about in SUPPLIER_FIELDS.items():
        value = getattr(facts, field)
        texts = (value,) if isinstance(value, str) else value
        given[about.column or field] = [SupplierCell(field, one) for one in texts]
        for text in texts:
            about.check(field, text)
    people, postcode = given.pop("people"), facts.postcode
    try:
        found = read_supplier(
            given,
            [PeopleCells("person", cell, SupplierCell("", "")) for cell in people],
            today=today or datetime.now(UTC).date(),
        )
    except Unusable as error:
        raise Invalid(f"{facts.name[:60]!r} cannot be checked: {error}", field="name") from error
    if postcode.strip() and not (facts.country or is_postcode(postcode)):
        raise Invalid(
            f"{postcode!r} is not a valid UK postcode",
            field="postcode",
            hint="Write it in full, such as AB1 2CD, or leave it out.",
        )
    for repair in found.repairs:
        if not repair.used:
            raise Invalid(repair.reason, field=repair.column, given=repair.found)
        if repair.column in numbers and guessed_zeros(repair.found, repair.used):
            raise Invalid(
                f"too short to be sure of: is it {repair.used}?",
                field=repair.column,
                given=repair.found,
                hint="Write the number in full.",
            )
    for cell in found.unread:
        in_part = cell.looks_like == "person" and found.people
        if in_part or (cell.looks_like == "name" and cell.reader):
            continue  # looked up as far as it was read, and said to be unknown beyond that
        raise Invalid(cell.reason, field=cell.column, given=cell.text)
    # What was typed is no cell of a file.
    found = replace(found, people=tuple(replace(one, cell=None) for one in found.people))
    return found if found.ref else replace(found, ref=made_ref(found))
