"""Whether a supplier has ended, out of the status and the dates of its rows."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from duediligence.errors import Hint, OptionRemark
from duediligence.formats.cells import clean
from duediligence.model import Contract, Supplier, UnreadCell
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.dates import parse_day

Status = Literal["active", "ended", "register", "unknown", ""]

_ACTIVE = frozenset(
    "active|live|current|open|ongoing|in use|in force|in contract|on contract|in place|approved|"
    "enabled|running|awarded|signed|started|extended|new|pending|onboarding|mobilising|mobilisation|"
    "suspended|on hold|paused|not ended|active supplier|active contract|contract active|"
    "live contract|current supplier|current contract|preferred".split("|")
)
# A register has these words for a company, too: they alone do not show whose column it is.
_ENDED_TOO = frozenset({"closed", "removed"})
_ENDED = _ENDED_TOO | frozenset(
    "ended|expired|terminated|inactive|in active|left|lapsed|cancelled|canceled|former|"
    "former supplier|finished|completed|complete|archived|deactivated|disabled|exited|withdrawn|"
    "not active|not in use|no longer used|no longer in use|not used|not current|non current|"
    "off contract|out of contract|end|contract ended|contract expired|contract terminated|"
    "decommissioned|offboarded|deleted|obsolete|historic|discontinued|ceased supply|"
    "no longer a supplier|no longer supplier|do not use|contract closed".split("|")
)
_YES = frozenset(("yes", "y", "true", "1", "x", "✓", "✔"))
_NO = frozenset(("no", "n", "false", "0"))
# What Companies House and others say of the company itself.
_REGISTER = re.compile(
    r"\b(?:dissol\w+|liquidat\w+|in administration|administration order|receiver\w*|struck.off|"
    r"strike.off|voluntary.arrangement|insolven\w+|converted.closed|wound.up|winding.up|dormant)\b"
)
_DATED = re.compile(
    r"([^\d]{2,60}?)[\s,:(–-]{0,3}(?:\b(?:on|since|from|in)\b)?[\s:(]{0,2}(\d[^)]{3,30})\)?"
)
# A longer text is no status, whatever it begins with.
_LONGEST = 100
_ASIDE = re.compile(r"\s*(?:[(:;,/–—]|\s-).*", re.DOTALL)
# With this many cells, and none that is understood, the column holds something else.
_ANOTHER_COLUMN = 5

_UNKNOWN = "not a known status: write Active or Ended"
_OF_A_REGISTER = "the status of a company in a register; write Active or Ended"
_NOT_A_DAY = "not a date, day before month"
_LATER = "says it has ended, but the date is still to come"
_ACTIVE_AFTER = "the end date has passed, but the status says it is active"


class RowEndings(NamedTuple):
    """What one row says beside the supplier itself: its contracts, and the cells read at the end.

    `parents` are the cells of `part_of`.
    """

    row: int
    contracts: tuple[Contract, ...]
    status: SupplierCell
    ended: SupplierCell
    parents: tuple[SupplierCell, ...]
    role: SupplierCell

    @classmethod
    def of(cls, row: int, supplier: Supplier, cells: dict[str, list[SupplierCell]]) -> "RowEndings":
        """Return the row of a supplier, from its cells by field."""
        nothing = [SupplierCell("", "")]
        return cls(
            row,
            supplier.engagements,
            cells.get("status", nothing)[0],
            cells.get("ended", nothing)[0],
            tuple(cells.get("part_of", ())),
            cells.get("part_role", nothing)[0],
        )


@dataclass(frozen=True, slots=True)
class _Ending:
    """What one row says: whether it has ended, on which day, and the cells that were not read."""

    ended: bool
    day: date | None = None
    unread: tuple[UnreadCell, ...] = ()


class Endings:
    """Reads the column of status and that of end dates, once all rows are known.

    `chosen` are the fields whose column a person chose. `note` says why the column of status is
    not read at all, where it holds something else; else it is empty.
    """

    def __init__(
        self, rows: Iterable[RowEndings], *, today: date, chosen: Iterable[str] = ()
    ) -> None:
        self._today = today
        self.note: str | Hint = ""
        self.heading = ""
        seen: Counter[Status] = Counter()
        own = 0
        example: dict[Status, str] = {}
        for one in rows:
            status = status_of(one.status)
            seen[status] += 1
            own += status == "ended" and _clean_status(one.status.text) not in _ENDED_TOO
            example.setdefault(status, clean(one.status.text)[:40])
            self.heading = one.status.column
        if "status" in chosen or not self.heading:
            return
        if seen["register"] and not own:
            self.note = Hint(
                f"Column {self.heading!r} holds the status of companies in a register "
                f"({example['register']!r}): not read as whether you still buy from them.",
                OptionRemark(f' To read it: --map status="{self.heading}".'),
            )
        elif seen["unknown"] >= _ANOTHER_COLUMN and not seen["active"] + seen["ended"]:
            self.note = (
                f"Column {self.heading!r} has no word for active or ended "
                f"({example['unknown']!r}): it is not read."
            )

    def settle(
        self, supplier: Supplier, rows: Sequence[RowEndings]
    ) -> tuple[Supplier, bool, list[tuple[int, UnreadCell]]]:
        """Return the supplier as its rows leave it; whether the day is that of the import, for want
        of one in the file; and what was not read, by row.

        It has ended where all its rows have. A contract of a row that ended gets that day as its
        end, where it has none.
        """
        found = [self._of(one) for one in rows]
        faults = [
            (one.row, cell) for one, end in zip(rows, found, strict=True) for cell in end.unread
        ]
        if faults:
            unread = tuple(dict.fromkeys((*supplier.unread, *(cell for _, cell in faults))))
            supplier = replace(supplier, unread=unread)
        if not any(end.ended for end in found):
            return supplier, False, faults
        days = [self._day(one, end) for one, end in zip(rows, found, strict=True)]
        contracts = dict.fromkeys(
            replace(contract, end=day) if end.ended and contract.end is None else contract
            for one, end, (day, _) in zip(rows, found, days, strict=True)
            for contract in one.contracts
        )
        plain = tuple(contracts) == (Contract(title=supplier.contract),)
        supplier = replace(supplier, contracts=() if plain else tuple(contracts))
        if all(end.ended for end in found):
            supplier = replace(supplier, ended=max(day for day, _ in days))
        undated = any(made and end.ended for end, (_, made) in zip(found, days, strict=True))
        return supplier, undated, faults

    def _day(self, row: RowEndings, ending: _Ending) -> tuple[date, bool]:
        """Return the day on which the row ended, and whether it is today for want of another."""
        if ending.day:
            return ending.day, False
        ends = [contract.end for contract in row.contracts]
        past = [end for end in ends if end and end < self._today]
        if past and len(past) == len(ends):
            return max(past), False
        return self._today, True

    def _of(self, row: RowEndings) -> _Ending:
        unread = []
        status, day = ("" if self.note else status_of(row.status)), None
        if status == "unknown":
            unread.append(_unread(row.status, _UNKNOWN))
        elif status == "register":
            unread.append(_unread(row.status, _OF_A_REGISTER))
        elif status == "ended":
            day = _parse_status_date(row.status.text)
        said, cell = status, row.status
        if text := _clean_status(row.ended.text):
            cell = row.ended
            given = parse_day(clean(row.ended.text))
            if given:
                day = given
            elif text in _YES:
                status = "ended"
            elif text not in _NO:
                unread.append(_unread(row.ended, _NOT_A_DAY))
        if day is None:
            return _Ending(status == "ended", None, tuple(unread))
        if day > self._today and said == "ended":
            unread.append(_unread(cell, _LATER))
        elif day <= self._today and said == "active":
            unread.append(_unread(row.ended, _ACTIVE_AFTER))
            return _Ending(False, None, tuple(unread))
        return _Ending(True, day, tuple(unread))


def status_of(cell: SupplierCell) -> Status:
    """Return what a cell says: a heading such as `Active` is answered by yes or no.

    `register` is the status of a company in a register (`Dissolved`), which says nothing of
    whether the buyer still buys from it. Empty where the cell is.
    """
    text = _clean_status(cell.text)
    if not text:
        return ""
    if len(text) > _LONGEST:
        return "unknown"
    if _REGISTER.search(text):
        return "register"
    if text in _YES | _NO and re.search(r"active|current", cell.column.casefold()):
        return "active" if text in _YES else "ended"
    for form in _list_status_forms(text):
        if form in _ENDED:
            return "ended"
        if form in _ACTIVE:
            return "active"
    return "unknown"


def _list_status_forms(text: str) -> Iterator[str]:
    """Yield the words of a status whole, without its date, and without what is said of it."""
    yield _keep_status_words(text)
    if found := _DATED.fullmatch(text):
        yield _keep_status_words(found[1])
    yield _keep_status_words(_ASIDE.sub("", text))


def _keep_status_words(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text))


def _parse_status_date(text: str) -> date | None:
    """Return the day in a status such as `Ended 30/06/2026`."""
    found = _DATED.fullmatch(_clean_status(text)[:_LONGEST])
    return parse_day(found[2].strip()) if found else None


def _clean_status(text: str) -> str:
    plain = clean(text).casefold().strip(" .*")
    return "" if plain in NOTHING - {"no"} else plain


def _unread(cell: SupplierCell, reason: str) -> UnreadCell:
    return UnreadCell(cell.column, clean(cell.text)[:100], "contract", reason)
