"""GLEIF's golden copy: legal entities, who their parents are, and why no parent is reported.

Three files, each zipped or not: `lei2` (337 columns, some 3.4 million rows in 2026), `rr` and
`repex`. What has no link to a company in the United Kingdom is never parsed.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile, UsageError
from duediligence.model import Address, LegalEntity, LeiRelationship, NoParentReason
from duediligence.model.registers import UK_AUTHORITIES
from duediligence.progress import SILENT, Progress
from duediligence.registers.files import Bytes, opened, text, unpacked_size

_LEI = "LEI"
_NAME = "Entity.LegalName"
_CHILD, _PARENT = "Relationship.StartNode.NodeID", "Relationship.EndNode.NodeID"
_TYPE, _STATUS = "Relationship.RelationshipType", "Relationship.RelationshipStatus"
_REASON = "Exception.Reason.1"
# Of each file the columns without which it is another one; the first of them comes first in it.
_FILES: Mapping[str, tuple[str, ...]] = {
    "rr": (_CHILD, _PARENT, _TYPE, _STATUS),
    "lei2": (
        _LEI,
        _NAME,
        "Entity.EntityStatus",
        "Registration.RegistrationStatus",
        "Entity.RegistrationAuthority.RegistrationAuthorityID",
        "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
    ),
    "repex": (_LEI, "Exception.Category", _REASON),
}
# Whether a relationship is one to the ultimate parent.
_TYPES = {"IS_DIRECTLY_CONSOLIDATED_BY": False, "IS_ULTIMATELY_CONSOLIDATED_BY": True}
# LEIs that were given by mistake, or twice: what they say is said elsewhere or nowhere.
_VOID = frozenset(("ANNULLED", "DUPLICATE"))
_OTHER_NAMES = tuple(
    f"Entity.{kind}OtherEntityNames.{kind}OtherEntityName.{number}"
    for kind in ("", "Transliterated")
    for number in range(1, 6)
)
_ADDRESS = (
    "Entity.LegalAddress.FirstAddressLine",
    *(f"Entity.LegalAddress.AdditionalAddressLine.{number}" for number in range(1, 4)),
    "Entity.LegalAddress.City",
)
_PERIODS = range(1, 6)
# A record begins with a LEI (ISO 17442) as its first cell: a cell may have lines of its own.
_begins = re.compile(rb'"?([0-9A-Z]{18}[0-9]{2})"?,').match
_UK = tuple(f"{quote}{code}{quote},".encode() for code in UK_AUTHORITIES for quote in ('"', ""))
_MOST_BYTES = 1_000_000
_CUT = "Fetch it again. What was loaded before stays in use."
Cell = Callable[[str], str]
GleifRow = LegalEntity | LeiRelationship | NoParentReason


def read_gleif_rows(
    paths: Sequence[Path], drift: Drift, progress: Progress = SILENT
) -> Iterator[GleifRow]:
    """Yield relationships in force, then entities with a UK number and all parents, then reasons.

    Raises UsageError where the paths are not the three files of a golden copy, UnreadableFile for a
    file that is cut off, damaged or of other columns. A relationship counts while it is ACTIVE.
    """
    found = {_recognise(path): path for path in paths}
    if found.keys() != _FILES.keys() or len(paths) != len(_FILES):
        raise UsageError(
            "not the three files of one golden copy of GLEIF",
            hint="Name its files lei2, rr and repex (CSV, zipped or not), all three of one day.",
        )
    parents: set[bytes] = set()
    for lei, cell in _read_cells(found["rr"], "rr", drift, progress):
        row = _parse_relationship(cell, drift)
        if row and lei.decode() == row.child:
            parents.add(row.parent.encode())
            yield row
    kept: set[bytes] = set()
    for lei, cell in _read_cells(found["lei2"], "lei2", drift, progress, parents):
        if entity := _parse_entity(cell):
            kept.add(lei)
            yield entity
    for lei, cell in _read_cells(found["repex"], "repex", drift, progress, kept):
        yield NoParentReason(lei.decode(), cell(_REASON))


def _recognise(path: Path) -> str:
    """Return which of the three files it is by its first line; empty for another."""
    with SILENT.task("") as task, opened(path, (".csv",), task) as data:
        names = _read_column_names(data)
    return next((file for file, columns in _FILES.items() if set(columns) <= set(names)), "")


def _read_column_names(data: Bytes) -> list[str]:
    line = data.readline(_MOST_BYTES).decode("utf-8-sig", "replace")
    return [name.strip() for name in _parse_cells(line)]


def _parse_cells(record: str) -> list[str]:
    """Return the cells of a record; none where it is no CSV or a cell is too long."""
    try:
        return next(csv.reader(io.StringIO(record, newline="")), [])
    except csv.Error:
        return []


def _read_cells(
    path: Path, file: str, drift: Drift, progress: Progress, wanted: Collection[bytes] = ()
) -> Iterator[tuple[bytes, Cell]]:
    """Yield the LEI and the cells by column of each record that may be of use.

    Of `lei2` these are entities of a UK register and `wanted` LEIs, of `repex` the latter alone,
    and of `rr` relationships between accounts. A record that is no CSV or of another width is left
    out and counted.
    """
    with (
        progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task,
        opened(path, (".csv",), task) as data,
    ):
        names = _read_column_names(data)
        if names[0] != _FILES[file][0]:
            raise UnreadableFile(f"{path.name}: its first column is not {_FILES[file][0]}")
        places = {name: place for place, name in enumerate(names)}
        for lei, record in _split_records(path.name, data):
            if file == "rr":
                if b"_CONSOLIDATED_BY" not in record:
                    continue
            elif lei not in wanted and not (file == "lei2" and any(code in record for code in _UK)):
                continue
            cells = _parse_cells(record.decode("utf-8", "surrogateescape"))
            if len(cells) != len(names):
                drift.unread("row of another width", file)
                continue
            yield lei, partial(_read_cell, cells, places)
        if not data.ended_in_newline:
            raise UnreadableFile(f"{path.name}: its last line does not end: cut off", hint=_CUT)


def _read_cell(cells: list[str], places: Mapping[str, int], name: str) -> str:
    """Return the cell of that column, empty where the file has no such column."""
    place = places.get(name)
    return "" if place is None else text(cells[place])


def _split_records(name: str, data: Bytes) -> Iterator[tuple[bytes, bytes]]:
    record, lei = b"", b""
    while line := data.readline(_MOST_BYTES + 1):
        # Within quotes it is a line of a cell.
        if (begun := _begins(line)) and not record.count(b'"') % 2:
            if record:
                yield lei, record
            lei, record = begun[1], line
        elif record:
            record += line
        elif not line.isspace():
            raise UnreadableFile(f"{name}: line 2 does not begin with a LEI", hint=_CUT)
        if len(record) > _MOST_BYTES:
            raise UnreadableFile(f"{name}: the record of {lei.decode()} is too long", hint=_CUT)
    if record:
        yield lei, record


def _parse_relationship(cell: Cell, drift: Drift) -> LeiRelationship | None:
    """Return a relationship of accounts that is ACTIVE, its period taken by its type.

    Accounting and filing periods share the columns: the first often ended years ago.
    """
    ultimate = _TYPES.get(cell(_TYPE))
    if ultimate is None:
        drift.unmapped("relationship type", cell(_TYPE))
        return None
    if cell(_STATUS) != "ACTIVE":
        return None
    period = next(
        (
            f"Relationship.Period.{number}."
            for number in _PERIODS
            if cell(f"Relationship.Period.{number}.periodType") == "RELATIONSHIP_PERIOD"
        ),
        "",
    )
    since, until = (_read_period_day(cell(f"{period}{end}")) for end in ("startDate", "endDate"))
    return LeiRelationship(cell(_CHILD), cell(_PARENT), ultimate, since, until)


def _read_period_day(moment: str) -> str:
    """Return the day of a moment such as `2017-12-06T01:00:00+01:00`; empty for anything else."""
    try:
        return date.fromisoformat(moment[:10]).isoformat()
    except ValueError:
        return ""


def _parse_entity(cell: Cell) -> LegalEntity | None:
    registration = cell("Registration.RegistrationStatus")
    if registration in _VOID:
        return None
    country = cell("Entity.LegalAddress.Country")
    lines = ", ".join(filter(None, (cell(name) for name in _ADDRESS)))
    postcode = cell("Entity.LegalAddress.PostalCode")
    return LegalEntity(
        lei=cell(_LEI),
        name=cell(_NAME),
        other_names=tuple(dict.fromkeys(filter(None, (cell(name) for name in _OTHER_NAMES)))),
        status=cell("Entity.EntityStatus"),
        registration=registration,
        authority=cell("Entity.RegistrationAuthority.RegistrationAuthorityID"),
        number=cell("Entity.RegistrationAuthority.RegistrationAuthorityEntityID"),
        country=country,
        address=Address(lines, postcode, country) if lines or postcode or country else None,
    )
