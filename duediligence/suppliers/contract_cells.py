"""The contracts of a supplier out of the cells of one row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from duediligence.formats.cells import clean, fix_garbled_text
from duediligence.model import Contract, Procurement, UnreadCell
from duediligence.suppliers.columns import number_in
from duediligence.suppliers.facts import CONTRACT_FIELDS, ContractFact
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.dates import months_between, parse_day
from duediligence.text.folding import fold
from duediligence.text.money import parse_written_pounds
from duediligence.typed_data import convert_to

MOST_CODES = 50
_LONGEST_QUOTE = 100
# Seven digits are a code whose zero in front a spreadsheet dropped: divisions 03 and 09.
_CODE = re.compile(r"(?<![0-9])(?:([0-9]{8})|([39][0-9]{6}))(?:-[0-9]|\.0)?(?![0-9])", re.ASCII)
_DIGITS = re.compile(r"[0-9]{4,}", re.ASCII)
_NOT_MONEY = "not a sum in pounds"
_NOT_A_DAY = "not a date, day before month"
_NOT_CPV = "not a CPV code of 8 digits"
_ENDS_FIRST = "it ends before it starts"
_NOT_BY_YEAR = "not kept: a total needs the start and the end of the contract"
_YEARLY_GIVEN = "not kept: the yearly value is"
_NOT_A_CHOICE = "not kept: not one of the words that this column can have"
_NO_CONTRACT = "not kept: no title, category, code, yearly value or owner of a contract beside it"


_PROCUREMENT_CELLS = tuple(f"contract_{name}" for name in CONTRACT_FIELDS)


class SupplierCell(NamedTuple):
    """A text and the column it stands in."""

    column: str
    text: str


@dataclass
class _OneContract:
    """The cells of one contract, by field; what could not be read is added to `unread`, what was
    read and is of no use to `dropped`.
    """

    cells: dict[str, SupplierCell] = field(default_factory=dict)
    unread: list[UnreadCell] = field(default_factory=list)
    dropped: list[UnreadCell] = field(default_factory=list)

    def read(self) -> Contract:
        start, end = self._day("contract_start"), self._day("contract_end", last=True)
        if start and end and end < start:
            self._refuse("contract_end", _ENDS_FIRST)
            self.drop("contract_start", _ENDS_FIRST)
            start = end = None
        title = self._text("contract")
        more = (self._text("contract_description"), self._text("contract_lots"))
        description = "; ".join(filter(None, more))
        if not title:
            title, description = description, ""
        return Contract(
            title=title,
            category=self._text("contract_category"),
            cpv=self._codes(),
            yearly_value=self._yearly(start, end),
            start=start,
            end=end,
            owner=self._text("contract_owner"),
            procurement=self._procurement(),
            description=description,
        )

    def _procurement(self) -> Procurement:
        read = {
            name.removesuffix("_with_vat"): self._procurement_fact(f"contract_{name}", about)
            for name, about in CONTRACT_FIELDS.items()
            if f"contract_{name}" in self.cells
        }
        return convert_to(Procurement, {name: one for name, one in read.items() if one})

    def _procurement_fact(self, name: str, about: ContractFact) -> date | Decimal | str | None:
        if about.kind == "day":
            return self._day(name)
        if about.kind == "choice":
            return self._choice(name, about)
        return self._text(name) if name == "contract_framework" else self._pounds(name)

    def _choice(self, name: str, about: ContractFact) -> str:
        """Return the choice that a cell names, in the words that registers have for it.

        A word that is not understood is dropped: registers have their own for procedures.
        """
        text = fold(self._text(name))
        if not text:
            return ""
        for choice, words in about.options:
            if choice and text in (fold(choice), fold(words)):
                return choice
        from duediligence.law.regimes import map_names_to_codes

        if (code := map_names_to_codes().get(text)) and code in about.choices:
            return code
        self.drop(name, _NOT_A_CHOICE)
        return ""

    def _text(self, name: str) -> str:
        text = fix_garbled_text(clean(self.cells.get(name, SupplierCell("", "")).text))
        return "" if text.casefold() in NOTHING else text

    def _refuse(self, name: str, reason: str) -> None:
        self.unread.append(self._unread(name, reason))

    def drop(self, name: str, reason: str) -> None:
        """Say that a cell is not kept, where it holds something that was read."""
        if self._text(name) and self.cells[name].column not in {
            one.column for one in (*self.unread, *self.dropped)
        }:
            self.dropped.append(self._unread(name, reason))

    def _unread(self, name: str, reason: str) -> UnreadCell:
        cell = self.cells[name]
        return UnreadCell(cell.column, clean(cell.text)[:_LONGEST_QUOTE], "contract", reason)

    def _day(self, name: str, *, last: bool = False) -> date | None:
        if not (text := self._text(name)):
            return None
        if (day := parse_day(text, last=last)) is None:
            self._refuse(name, _NOT_A_DAY)
        return day

    def _pounds(self, name: str) -> Decimal | None:
        if not (text := self._text(name)):
            return None
        if (pounds := parse_written_pounds(text)) is None:
            self._refuse(name, _NOT_MONEY)
        return pounds

    def _codes(self) -> tuple[str, ...]:
        text = self._text("contract_cpv")
        codes = [whole or f"0{short}" for whole, short in _CODE.findall(text)]
        if text and (not codes or _DIGITS.search(_CODE.sub(" ", text))):
            self._refuse("contract_cpv", _NOT_CPV)
        elif len(set(codes)) > MOST_CODES:
            self._refuse("contract_cpv", f"has over {MOST_CODES} codes")
        return tuple(dict.fromkeys(codes))[:MOST_CODES]

    def _yearly(self, start: date | None, end: date | None) -> Decimal | None:
        yearly, total = self._pounds("contract_yearly_value"), self._pounds("contract_value")
        if yearly is not None or total is None or start is None or end is None:
            self.drop("contract_value", _NOT_BY_YEAR if yearly is None else _YEARLY_GIVEN)
            return yearly
        months = months_between(start, end + timedelta(days=1))
        # Of a contract of less than a year the whole is what a year costs.
        return (total * 12 / max(12, months)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def read_contracts(
    cells: Mapping[str, Sequence[SupplierCell]],
    unread: list[UnreadCell],
    dropped: list[UnreadCell] | None = None,
) -> tuple[str, tuple[Contract, ...]]:
    """Return the text to show, and the contracts; of those only a title that is alone gives none.

    Columns with one number in their headings are of one contract (`Contract 2 value`). A total is
    divided by the years from start to end; without these there is no yearly value. What is there
    and cannot be read is added to `unread`, what is read and not kept to `dropped`.
    """
    found = []
    for one in _by_number(cells):
        contract = one.read()
        unread += one.unread
        # A day alone may be of anything: the supplier's first invoice, say.
        known = contract.title or contract.category or contract.cpv or contract.owner
        if known or contract.yearly_value is not None:
            found.append(contract)
        else:
            for name in ("contract_start", "contract_end", *_PROCUREMENT_CELLS):
                one.drop(name, _NO_CONTRACT)
        if dropped is not None:
            dropped += one.dropped
    text = next((one.title for one in found if one.title), "")
    if found == [Contract(title=text)]:
        return text, ()
    return text, tuple(dict.fromkeys(found))


def _by_number(cells: Mapping[str, Sequence[SupplierCell]]) -> Iterator[_OneContract]:
    found: dict[int, _OneContract] = {}
    for name, column in cells.items():
        if name == "contract" or name.startswith("contract_"):
            for cell in column:
                one = found.setdefault(number_in(cell.column), _OneContract())
                one.cells.setdefault(name, cell)
    yield from (found[number] for number in sorted(found))
