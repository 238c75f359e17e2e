"""Whether a supplier has ended, out of the status and the dates of its rows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from duediligence.errors import Hint, OptionRemark
from duediligence.formats.cells import clean
from duediligence.model import Contract, Supplier, UnreadCell
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.dates import MONTH_PATTERN, parse_day

Status = Literal["active", "ended", "register", "unknown", ""]

_ACTIVE = frozenset(
    "active|live|current|open|ongoing|in use|in force|in contract|on contract|in place|approved|"
    "enabled|running|awarded|signed|started|extended|new|pending|onboarding|mobilising|mobilisation|"
    "suspended|on hold|paused|not ended|preferred|gweithredol|cyfredol".split("|")
)
# A register has these words for a company, too: they alone do not show whose column it is.
_ENDED_TOO = frozenset({"closed", "removed"})
_ENDED = _ENDED_TOO | frozenset(
    "ended|end dated|expired|terminated|inactive|in active|left|lapsed|cancelled|canceled|former|"
    "finished|completed|complete|archived|deactivated|de activated|disabled|exited|withdrawn|"
    "not active|not in use|no longer used|no longer in use|no longer active|not used|not current|"
    "non current|off contract|out of contract|end|decommissioned|offboarded|deleted|obsolete|"
    "historic|discontinued|ceased supply|no longer a supplier|no longer|do not use|"
    "daeth i ben|wedi dod i ben|anweithredol".split("|")
)
# What they are said of.
_SUBJECT = r"(?:contract|agreement|supplier|vendor|provider|account)"
_ABOUT = re.compile(rf"^{_SUBJECT} (?:has |is |been |now )*|(?<=ed|ve|nt|er) {_SUBJECT}$")
_YES = frozenset(("yes", "y", "true", "1", "x", "✓", "✔"))
_NO = frozenset(("no", "n", "false", "0"))
# What Companies House and others say of the company itself.
_REGISTER = re.compile(
    r"\b(?:dissol\w+|liquidat\w+|in administration|administration order|receiver\w*|struck.off|"
    r"strike.off|voluntary.arrangement|insolven\w+|converted.closed|wound.up|winding.up|dormant)\b"
)
_DAY = re.compile(
    r"(?:\b(?:on|since|from|in|ar|ers) )?(?<!\w)"
    rf"((?:\d\d?(?:st|nd|rd|th)?[ /-])?{MONTH_PATTERN}[ /-]\d{{2,4}}|"
    r"\d{1,4}[/.-]\d\d?[/.-]\d{1,4}(?:[t ][\d:.]+z?)?|\d{4})(?!\w)"
)
_BETWEEN = re.compile(r"[|:;,/()\[\]–—]|\s-|-\s")
# A longer text is no status, whatever it begins with.
_LONGEST = 100
# With this many cells, and none that is understood, the column holds something else.
_ANOTHER_COLUMN = 5

_UNKNOWN = "not a known status: write Active or Ended"
_OF_A_REGISTER = "the status of a company in a register; write Active or Ended"
_NOT_A_DAY = "not a date, day before month"
_LATER = "says it has ended, but the date is still to come"
_CONTRADICTS = "contradicts the status"
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
        self._not_understood = False
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
            self._not_understood = True
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
        # An end date does not end a supplier whose status may say otherwise, in any column.
        ignored = self.note and not (self._not_understood and _clean_status(row.ended.text))
        said, day = ("", None) if ignored else _read_status(row.status)
        reason = {"unknown": _UNKNOWN, "register": _OF_A_REGISTER}.get(said)
        if said == "ended" and day and day > self._today:
            said, reason = "unknown", _LATER
        unread = [_unread(row.status, reason)] if reason else []
        ended = said == "ended"
        day = day if ended else None
        if text := _clean_status(row.ended.text):
            given = parse_day(clean(row.ended.text))
            if given and given > self._today:
                ended, day = True, given
                if said == "ended":
                    unread.append(_unread(row.ended, _LATER))
            elif said == "active" and (given or text in _YES):
                unread.append(_unread(row.ended, _ACTIVE_AFTER if given else _CONTRADICTS))
            elif given or text in _YES:
                ended, day = True, given or day
            elif text not in _NO:
                unread.append(_unread(row.ended, _NOT_A_DAY))
            elif said == "ended" and text != "0":
                unread.append(_unread(row.ended, _CONTRADICTS))
                ended = False
        # A status that was not understood may say that it lives.
        return _Ending(ended and said != "unknown", day, tuple(unread))


def status_of(cell: SupplierCell) -> Status:
    """Return what a cell says: a heading such as `Active` is answered by yes or no.

    `register` is the status of a company in a register (`Dissolved`), which says nothing of
    whether the buyer still buys from it. `unknown` where anything is left over after known words
    and one day. Empty where the cell is.
    """
    return _read_status(cell)[0]


def _read_status(cell: SupplierCell) -> tuple[Status, date | None]:
    """Return what a cell says, and the day in it: of a month or a year alone the last one."""
    text = _clean_status(cell.text)
    if not text:
        return "", None
    if len(text) > _LONGEST:
        return "unknown", None
    if _REGISTER.search(text):
        return "register", None
    if text in _YES | _NO and re.search(r"active|current", cell.column.casefold()):
        return "active" if text in _YES else "ended", None
    found = _DAY.findall(text)
    days = [parse_day(one.upper(), last=True) or parse_day(f"31/12/{one}") for one in found]
    parts = (re.sub(r"[\s'’.-]+", " ", one).strip() for one in _BETWEEN.split(_DAY.sub("|", text)))
    said = {_read_words(one) for one in parts if one}
    if len(said) != 1 or len(days) > 1 or None in days:
        return "unknown", None
    return said.pop(), next(iter(days), None)


def _read_words(words: str) -> Status:
    words = _ABOUT.sub("", words)
    return "ended" if words in _ENDED else "active" if words in _ACTIVE else "unknown"


def _clean_status(text: str) -> str:
    plain = clean(text).casefold().strip(" .")
    return "" if plain in NOTHING - {"no"} else plain


def _unread(cell: SupplierCell, reason: str) -> UnreadCell:
    return UnreadCell(cell.column, clean(cell.text)[:100], "contract", reason)
