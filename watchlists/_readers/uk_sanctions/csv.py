"""Designations out of the CSV file, in which one designation is many rows.

The rows are the product of everything that repeats (one designation of ten names, seven
addresses and nine subsidiaries has 630), so that no row pairs a name with its address: rows are
gathered by Unique ID, and each group of columns on its own.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from duediligence.watchlists._readers.fields.dates import day
from duediligence.watchlists._readers.fields.records import clean
from duediligence.watchlists._readers.uk_sanctions.layout import GROUPS, Record

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.delimited import rows

_REPORT_DATE = "Report Date:"
# Without these a party can be missed or its sanction misread. Any other column that goes is drift.
_REQUIRED = frozenset(
    {
        *(f"Name {n}" for n in range(1, 7)),
        "Name type",
        "Name non-latin script",
        "Unique ID",
        "Designation Type",
        "Regime Name",
        "Sanctions Imposed",
        "Address Country",
        "D.O.B",
        "Nationality(/ies)",
        "Passport number",
        "Business registration number (s)",
        "IMO number",
    }
)
_NEEDS_A_LOOK = "The publisher may have changed the format; the list needs a look."


def records(path: Path, drift: Drift) -> Iterator[Record]:
    """Each designation, in order of first appearance. Raises UnreadableFile.

    Holds all designations until the last row is read: rows of one need not be neighbours.
    """
    lines = rows(path)
    _report_date(path, lines)
    _, head = next(lines, (0, []))
    header = [clean(cell) for cell in head]
    columns = _columns(path, header, drift)
    gathered: dict[str, Record] = {}
    (key,) = columns["Unique ID"]
    for line, cells in lines:
        if len(cells) != len(header):
            raise UnreadableFile(
                f"{path.name}: line {line} has {len(cells)} columns where the header has "
                f"{len(header)}",
                hint="The file may be cut short; fetch it again.",
            )
        record = gathered.setdefault(clean(cells[key]), {name: {} for name in columns})
        for name, indices in columns.items():
            record[name][tuple([cells[i] if i >= 0 else "" for i in indices])] = None
    for record in gathered.values():
        yield {name: _cleaned(distinct) for name, distinct in record.items()}


def _cleaned(distinct: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], None]:
    cleaned = (tuple(clean(cell) for cell in row) for row in distinct)
    return dict.fromkeys(row for row in cleaned if any(row))


def _columns(path: Path, header: list[str], drift: Drift) -> dict[str, tuple[int, ...]]:
    """Where each group's columns are; -1 for one that is missing and can be done without."""
    position = {name.casefold(): index for index, name in enumerate(header)}
    known = [column for group in GROUPS for column in group.columns]
    missing = [column for column in known if column.casefold() not in position]
    if lost := sorted(_REQUIRED.intersection(missing)):
        raise UnreadableFile(
            f"{path.name}: line 2: the header has no column {', '.join(lost)}", hint=_NEEDS_A_LOOK
        )
    for column in missing:
        drift.unmapped("header", f"no column {column}")
    for column in sorted({*position} - {name.casefold() for name in known}):
        drift.unread("column", header[position[column]])
    return {
        group.name: tuple(position.get(column.casefold(), -1) for column in group.columns)
        for group in GROUPS
    }


def _report_date(path: Path, lines: Iterator[tuple[int, list[str]]]) -> date:
    head = " ".join(next(lines, (0, []))[1])
    if not head:
        raise UnreadableFile(f"{path.name}: is empty", hint="Fetch it again.")
    found = day(clean(head.removeprefix(_REPORT_DATE))) if head.startswith(_REPORT_DATE) else None
    if found is None:
        raise UnreadableFile(
            f"{path.name}: line 1 is {head[:40]!r} where '{_REPORT_DATE} DD-Mon-YYYY' was expected",
            hint=_NEEDS_A_LOOK,
        )
    return found


def published(path: Path) -> date:
    """The day in the first line. Raises UnreadableFile where there is none."""
    return _report_date(path, rows(path))
