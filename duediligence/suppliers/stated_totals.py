"""The totals that a file states, compared with its rows."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from duediligence.formats.cells import clean
from duediligence.suppliers.columns import fold_heading
from duediligence.text.money import in_pounds

_SUMMED = re.compile(
    r"\b(?:amount|value|total|spend|net|gross|sum|paid|payments?|cost)\b|£|\bgbp\b"
)
_NOT_SUMMED = re.compile(
    r"\b(?:date|number|no|ref|reference|id|type|code|category|area|description|purpose|month|year"
    r"|name|method|period|service|class\w*)\b"
)
_AMOUNT = re.compile(r"\(?[-–]?\s?£?\s?[-–]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,16})?\)?")
_ROWS = r"(?:suppliers?|vendors?|providers?|contractors?|rows?|records?|lines?|items?|payments?)"
_COUNTED = re.compile(
    rf"\b([\d,]+) {_ROWS}\b|{_ROWS}\s*[:=]?\s*([\d,]+)|count\s*[:=]\s*([\d,]+)", re.IGNORECASE
)
_NEAR = Decimal("0.05")
_FEWEST_ROWS = 3


class StatedTotals:
    """Sums the columns of amounts as rows are read, and compares what rows of totals state."""

    def __init__(self, header: Sequence[str]) -> None:
        self._sums = {
            at: [Decimal(0), Decimal(0)]  # of all rows, and since the last total
            for at, heading in enumerate(header)
            if _SUMMED.search(fold_heading(heading))
            and not _NOT_SUMMED.search(fold_heading(heading))
        }
        self._header = header
        self._rows = 0
        self._notes: list[str] = []
        self._counts: list[tuple[int, int, int]] = []

    def add(self, cells: Sequence[str]) -> None:
        """Add a row that is no total."""
        self._rows += 1
        for at, sums in self._sums.items():
            if amount := _parse_amount(cells[at] if at < len(cells) else ""):
                sums[:] = [one + amount for one in sums]

    def is_sum(self, cells: Sequence[str]) -> bool:
        """Return whether a row holds an amount that is the sum of at least three rows above it, and
        at most one word beside amounts.
        """
        if self._rows < _FEWEST_ROWS or sum(_is_text(cell) for cell in cells) > 1:
            return False
        stated = ((_parse_amount(cells[at] if at < len(cells) else ""), at) for at in self._sums)
        return any(
            abs(amount - one) <= _NEAR for amount, at in stated if amount for one in self._sums[at]
        )

    def is_bare_sum(self, cells: Sequence[str], name: int) -> bool:
        """Return whether a row has no name, and a sum of the rows above it."""
        return not (cells[name] if name < len(cells) else "").strip() and self.is_sum(cells)

    def compare(self, row: int, cells: Sequence[str]) -> None:
        """Compare what a row states that is no record, if it states anything."""
        for at, sums in self._sums.items():
            stated = _parse_amount(cells[at] if at < len(cells) else "")
            if stated is None:
                continue
            agrees = any(abs(stated - one) <= _NEAR for one in sums)
            says = "agrees with" if agrees else f"differs from the {in_pounds(sums[0])} of"
            self._notes.append(
                f"Row {row}, column {self._header[at]!r}: its total of {in_pounds(stated)} {says} "
                "the rows above it."
            )
            sums[1] = Decimal(0)
        for cell in cells:
            if found := _COUNTED.search(clean(cell)):
                number = next(filter(None, found.groups())).replace(",", "")
                self._counts.append((row, int(number[:12] or 0), self._rows))

    def notes(self, suppliers: int) -> Iterator[str]:
        """Yield what the file states, and whether it agrees, a line each."""
        yield from self._notes
        for row, stated, rows in self._counts:
            agrees = "which agrees" if stated in (rows, suppliers) else "which differs"
            yield (
                f"Row {row}: the file counts {stated:,}, {agrees}: {rows:,} rows were read above "
                f"it, {suppliers:,} suppliers in all."
            )


def _is_text(cell: str) -> bool:
    return bool(cell.strip()) and _parse_amount(cell) is None


def _parse_amount(text: str) -> Decimal | None:
    plain = clean(text)
    if not _AMOUNT.fullmatch(plain):
        return None
    sign = -1 if re.search(r"^\(|[-–]", plain) else 1
    try:
        return sign * Decimal(re.sub(r"[^\d.]", "", plain))
    except InvalidOperation:
        return None
