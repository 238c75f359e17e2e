"""The UK Sanctions List: what a designation is made of, and how the XML and the CSV each spell it.

The names are those of the FCDO format guide
(https://www.gov.uk/guidance/format-guide-for-the-uk-sanctions-list). Both readers turn a
designation into the same `Record`, so that the field readers never know which file it came from.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.watchlists.toolkit.values import clean, day

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.delimited import rows
from duediligence.formats.xml import Element, local, stream

# Group → its distinct rows in published order (a dict as an ordered set); each row has one cell
# a column of the group.
Record = dict[str, dict[tuple[str, ...], None]]


def read_designations(path: Path, drift: Drift) -> Iterator[Record]:
    """Return each designation of the XML or the CSV file. Raises UnreadableFile."""
    return (_xml_records if path.suffix == ".xml" else _csv_records)(path, drift)


def read_uk_sanctions_date(path: Path) -> date:
    """Return the publisher's date in either file. Raises UnreadableFile where there is none."""
    return (_xml_published if path.suffix == ".xml" else _csv_published)(path)


@dataclass(frozen=True, slots=True)
class RepeatedCells:
    """Cells that belong together and repeat together.

    `path` leads from the Designation to the element that repeats. `tags` are its children, one
    for each of `columns`; without tags the element's own text is the one cell.
    """

    name: str
    columns: tuple[str, ...]
    path: tuple[str, ...]
    tags: tuple[str, ...] = ()


def _one(column: str, path: str) -> RepeatedCells:
    return RepeatedCells(column, (column,), tuple(path.split("/")))


def _many(name: str, path: str, cells: dict[str, str]) -> RepeatedCells:
    return RepeatedCells(name, tuple(cells), tuple(path.split("/")), tuple(cells.values()))


_PERSON, _ENTITY, _SHIP = "IndividualDetails/Individual", "EntityDetails/Entity", "ShipDetails/Ship"

# `*` stands for any tag: the inner tag names of ships are not confirmed from a published file.
GROUPS = (
    _one("Unique ID", "UniqueID"),
    _one("Last Updated", "LastUpdated"),
    _one("Date Designated", "DateDesignated"),
    _one("OFSI Group ID", "OFSIGroupID"),
    _one("UN Reference Number", "UNReferenceNumber"),
    _many(
        "Names",
        "Names/Name",
        {f"Name {n}": f"Name{n}" for n in range(1, 7)}
        | {"Name type": "NameType", "Alias strength": "AliasStrength"},
    ),
    _many(
        "Non-Latin names",
        "NonLatinNames/NonLatinName",
        {
            "Name non-latin script": "NameNonLatinScript",
            "Non-latin script type": "NonLatinScriptType",
            "Non-latin script language": "NonLatinScriptLanguage",
        },
    ),
    _one("Title", "Titles/Title"),
    _one("Regime Name", "RegimeName"),
    _one("Designation Type", "IndividualEntityShip"),
    _one("Designation source", "DesignationSource"),
    _one("Sanctions Imposed", "SanctionsImposed"),
    _one("Other Information", "OtherInformation"),
    _one("UK Statement of Reasons", "UKStatementofReasons"),
    _many(
        "Addresses",
        "Addresses/Address",
        {f"Address Line {n}": f"AddressLine{n}" for n in range(1, 7)}
        | {"Address Postal Code": "AddressPostalCode", "Address Country": "AddressCountry"},
    ),
    _one("Phone number", "PhoneNumbers/PhoneNumber"),
    _one("Website", "Websites/Website"),
    _one("Email address", "EmailAddresses/EmailAddress"),
    _one("D.O.B", f"{_PERSON}/DOBs/DOB"),
    _one("Nationality(/ies)", f"{_PERSON}/Nationalities/Nationality"),
    _many(
        "National identifiers",
        f"{_PERSON}/NationalIdentifierDetails/NationalIdentifier",
        {
            "National Identifier number": "NationalIdentifierNumber",
            "National Identifier additional information": "NationalIdentifierAdditionalInformation",
        },
    ),
    _many(
        "Passports",
        f"{_PERSON}/PassportDetails/Passport",
        {
            "Passport number": "PassportNumber",
            "Passport additional information": "PassportAdditionalInformation",
        },
    ),
    _one("Position", f"{_PERSON}/Positions/Position"),
    _one("Gender", f"{_PERSON}/Genders/Gender"),
    _many(
        "Births",
        f"{_PERSON}/BirthDetails/Location",
        {"Town of birth": "TownOfBirth", "Country of birth": "CountryOfBirth"},
    ),
    _one("Type of entity", f"{_ENTITY}/TypeOfEntities/TypeOfEntity"),
    _one("Subsidiaries", f"{_ENTITY}/Subsidiaries/Subsidiary"),
    _one("Parent company", f"{_ENTITY}/ParentCompanies/ParentCompany"),
    _one(
        "Business registration number (s)",
        f"{_ENTITY}/BusinessRegistrationNumbers/BusinessRegistrationNumber",
    ),
    _one("IMO number", f"{_SHIP}/IMONumbers/IMONumber"),
    _one("Current owner/operator (s)", f"{_SHIP}/CurrentOwnerOperators/*"),
    _one("Previous owner/operator (s)", f"{_SHIP}/PreviousOwnerOperators/*"),
    _one("Current believed flag of ship", f"{_SHIP}/CurrentBelievedFlagOfShips/*"),
    _one("Previous flags", f"{_SHIP}/PreviousFlags/*"),
    _one("Type of ship", f"{_SHIP}/TypeOfShipDetails/*"),
    _one("Tonnage of ship", f"{_SHIP}/TonnageOfShipDetails/*"),
    _one("Length of ship", f"{_SHIP}/LengthOfShipDetails/*"),
    _one("Year Built", f"{_SHIP}/YearsBuilt/*"),
    _one("Hull identification number (HIN)", f"{_SHIP}/HullIdentificationNumbers/*"),
)


# Designations out of the CSV file, in which one designation is many rows.
#
# The rows are the product of everything that repeats (one designation of ten names, seven
# addresses and nine subsidiaries has 630), so that no row pairs a name with its address: rows are
# gathered by Unique ID, and each group of columns on its own.

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
_NEEDS_A_LOOK = "The publisher may have changed the format; this tool may need an update."


def _csv_records(path: Path, drift: Drift) -> Iterator[Record]:
    """Yield each designation, in order of first appearance. Raises UnreadableFile.

    Holds all designations until the last row is read: rows of one need not be neighbours.
    """
    lines = rows(path)
    _report_date(path, lines)
    _, head = next(lines, (0, []))
    header = [clean(cell) for cell in head]
    columns = _find_group_columns(path, header, drift)
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
        yield {name: _clean_repeated_rows(distinct) for name, distinct in record.items()}


def _clean_repeated_rows(distinct: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], None]:
    cleaned = (tuple(clean(cell) for cell in row) for row in distinct)
    return dict.fromkeys(row for row in cleaned if any(row))


def _find_group_columns(path: Path, header: list[str], drift: Drift) -> dict[str, tuple[int, ...]]:
    """Return where each group's columns are; -1 for one that is missing and can be done without."""
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


def _csv_published(path: Path) -> date:
    """Return the day in the first line. Raises UnreadableFile where there is none."""
    return _report_date(path, rows(path))


# Designations out of the XML file.

_ROOT = "Designations"
# Says again, as true or false, what SanctionsImposed says in words.
_RESTATED = frozenset({"SanctionsImposedIndicators"})

_Tree = dict[str, "RepeatedCells | _Tree"]


def _build_tag_tree() -> _Tree:
    root: _Tree = {}
    for group in GROUPS:
        node = root
        for tag in group.path[:-1]:
            inner = node.setdefault(tag, {})
            assert isinstance(inner, dict)
            node = inner
        node[group.path[-1]] = group
    return root


def _xml_records(path: Path, drift: Drift) -> Iterator[Record]:
    """Yield each designation, streamed. Children may stand in any order. Raises UnreadableFile."""
    tree, unread = _build_tag_tree(), Counter[str]()
    for element in stream(path, _ROOT, "Designation", outside=unread):
        record: Record = {}
        _collect_tagged_cells(element, tree, record, unread)
        yield record
    del unread["DateGenerated"]
    for tag, count in unread.items():
        drift.unread("tag", tag, count)


def _collect_tagged_cells(
    element: Element, tree: _Tree, record: Record, unread: Counter[str]
) -> None:
    for child in element:
        node = tree.get(local(child)) or tree.get("*")
        if isinstance(node, RepeatedCells):
            row = _read_group_cells(child, node, unread) if node.tags else (_all_text(child),)
            if any(row):
                record.setdefault(node.name, {})[row] = None
        elif node:
            _collect_tagged_cells(child, node, record, unread)
        elif local(child) not in _RESTATED:
            unread[local(child)] += 1


def _read_group_cells(
    element: Element, group: RepeatedCells, unread: Counter[str]
) -> tuple[str, ...]:
    cells = dict.fromkeys(group.tags, "")
    for child in element:
        if local(child) in cells:
            cells[local(child)] = clean(f"{cells[local(child)]} {child.text or ''}")
        else:
            unread[local(child)] += 1
    return tuple(cells.values())


def _all_text(element: Element) -> str:
    if len(element):
        return clean(" ".join(str(text) for text in element.itertext()))
    return clean(element.text or "")


def _xml_published(path: Path) -> date:
    """Return the day in DateGenerated. Raises UnreadableFile where there is none."""
    for element in stream(path, _ROOT, "DateGenerated", "Designation"):
        if local(element) == "DateGenerated" and (found := day(clean(element.text or ""))):
            return found
    raise UnreadableFile(
        f"{path.name}: has no readable DateGenerated, so its age is not known",
        hint="The publisher may have changed the format; this tool may need an update.",
    )
