"""`targets.simple.csv`: one row a target, read by its header.

Columns have been added over time. A cell with several values joins them by `;`, with CSV quoting
inside the cell.
"""

import csv
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from duediligence.watchlists._readers.fields.dates import day, stated_day
from duediligence.watchlists._readers.fields.names import in_original_script, usable
from duediligence.watchlists._readers.opensanctions import parties

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import delimited
from duediligence.model import Address, Identifier, ListEntry, Name
from duediligence.model.identifiers import OTHER

_NEEDED = frozenset("id schema name aliases birth_date countries identifiers last_seen".split())
_READ = _NEEDED | frozenset(
    "addresses sanctions phones emails program_ids dataset first_seen last_change".split()
)


def read(path: Path, drift: Drift) -> Iterator[ListEntry]:
    """Yield an entry for each target that is a party. Raises UnreadableFile."""
    for line, row in _rows(path, drift):
        if row["schema"] in parties.KINDS:
            yield _entry(row, f"{path.name}: line {line}", drift)
        else:
            drift.unread("schema", row["schema"])


def published(path: Path) -> date | None:
    """The last day on which the publisher saw one of the first records at its source."""
    rows = islice(_rows(path, Drift()), parties.SAMPLE)
    return max(filter(None, (day(row["last_seen"]) for _, row in rows)), default=None)


def _rows(path: Path, drift: Drift) -> Iterator[tuple[int, dict[str, str]]]:
    rows = delimited.rows(path, strict=True)
    line, header = next(rows, (1, []))
    missing = sorted(_NEEDED.difference(header))
    if missing:
        raise UnreadableFile(
            f"{path.name}: line {line}: the header has no column {', '.join(missing)}",
            hint="Bring the file named targets.simple.csv.",
        )
    for column in header:
        if column not in _READ:
            drift.unread("column", column)
    empty = True
    for line, cells in rows:
        if len(cells) != len(header):
            raise UnreadableFile(
                f"{path.name}: line {line} has {len(cells)} columns where the header has "
                f"{len(header)}",
                hint="The file may be cut short; fetch it again.",
            )
        empty = False
        yield line, dict.fromkeys(_READ, "") | dict(zip(header, cells, strict=True))
    if empty:
        raise UnreadableFile(f"{path.name}: holds no targets", hint="Fetch it again.")


def _entry(row: dict[str, str], where: str, drift: Drift) -> ListEntry:
    kind = parties.KINDS[row["schema"]]
    countries = _several(row["countries"], where)
    names = [Name(" ".join(row["name"].split()))]
    names += (
        Name(text, "original-script" if in_original_script(text) else "alias")
        for text in _several(row["aliases"], where)
    )
    names = [name for name in names if usable(name.text)]
    if not names or not row["id"].strip():
        raise UnreadableFile(f"{where}: a target has no {'name' if row['id'] else 'id'}")
    identifiers = [
        parties.uk_company(number, kind, countries) or Identifier(OTHER, number)
        for number in _several(row["identifiers"], where)
    ]
    for column, label in (("emails", "Email"), ("phones", "Phone")):
        identifiers += (
            Identifier(OTHER, text, label=label) for text in _several(row[column], where)
        )
    return ListEntry(
        id=row["id"].strip(),
        list_id=parties.LIST_ID,
        kind=kind,
        names=tuple(dict.fromkeys(names)),
        birth_dates=parties.birth_dates(_several(row["birth_date"], where), drift),
        countries=tuple(countries),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(Address(text) for text in _several(row["addresses"], where)),
        regimes=tuple(_several(row["program_ids"], where)),
        measures=tuple(_several(row["sanctions"], where)),
        source=row["dataset"],
        updated_on=stated_day(row["last_change"], "last_change", drift),
        url=parties.entry_url(row["id"].strip()),
    )


def _several(cell: str, where: str) -> list[str]:
    """The values of a cell, without repeats."""
    cell = " ".join(cell.split())
    if not cell:
        return []
    try:
        values = next(csv.reader([cell], delimiter=";", strict=True))
    except csv.Error as error:
        raise UnreadableFile(f"{where}: {cell[:40]!r} is not a list of values: {error}") from error
    return list(dict.fromkeys(text for value in values if (text := value.strip())))
