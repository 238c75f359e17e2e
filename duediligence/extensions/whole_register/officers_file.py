"""The officers bulk file (products 195 and 216): who is an officer of each company, on request.

Lines of fixed columns, then texts that each end in `<`. The first line of a file tells the day and
the run, the last one how many records there were: without it the file is cut off. Companies stand
in it too, dissolved ones among them, with no more than name and state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import register_number
from duediligence.progress import SILENT, Progress
from duediligence.registers.files import opened, text, unpacked_size

SUFFIXES = (".dat", ".txt")
SNAPSHOT, UPDATE, TRAILER = "DDDDSNAP", "DDDDUPDT", "99999999"
COMPANY_RECORD, PERSON_RECORD = "1", "2"
# Columns from 0, as the specification has them from 1.
TEXTS_FROM, TEXTS = 76, 14
_NAME_FROM, _LONGEST = 40, 5_000

# The appointment types of products 195, 198 and 216, in the codes of the register's API.
ROLES: dict[str, str] = {
    "00": "secretary",
    "01": "director",
    "02": "secretary",
    "03": "director",
    "04": "llp-member",
    "05": "llp-designated-member",
    "06": "llp-member",
    "07": "llp-designated-member",
    "11": "judicial-factor",
    "12": "receiver-and-manager",
    "13": "cic-manager",
    "14": "judicial-factor",
    "15": "receiver-and-manager",
    "16": "cic-manager",
    "17": "member-of-an-administrative-organ",
    "18": "member-of-a-supervisory-organ",
    "19": "member-of-a-management-organ",
    "20": "member-of-an-administrative-organ",
    "21": "member-of-a-supervisory-organ",
    "22": "member-of-a-management-organ",
}
STATES: dict[str, str] = {
    "": "",
    "C": "converted-closed",
    "D": "dissolved",
    "L": "liquidation",
    "R": "receivership",
}
_CUT = "The file may be cut short: fetch it again. What was loaded before stays in use."


@dataclass(frozen=True, slots=True)
class OfficersHeader:
    """What the first line tells: the run that made the file, and its day."""

    run: str
    day: date


class NamedCompany(NamedTuple):
    """A company of the file: all that it tells of it."""

    number: str
    name: str
    status: str


class OfficerRow(NamedTuple):
    """An appointment. `forename` and `surname` are apart for people; a firm's name is whole."""

    number: str
    officer_number: str
    name: str
    forename: str
    surname: str
    role: str
    corporate: bool
    birth_year: int | None
    birth_month: int | None
    appointed_on: date | None
    resigned_on: date | None
    nationality: str
    country_of_residence: str
    occupation: str
    address: str
    postcode: str


def read_officers_header(path: Path) -> OfficersHeader:
    """Read the first line. Raises UnreadableFile where it is not that of a snapshot."""
    with SILENT.task("") as task, opened(path, SUFFIXES, task) as data:
        return _parse_officers_header(
            path.name, data.readline(_LONGEST).decode("cp1252", "replace")
        )


def read_officer_records(
    path: Path, drift: Drift, progress: Progress = SILENT
) -> Iterator[NamedCompany | OfficerRow]:
    """Yield each record of one file, streaming.

    Raises UnreadableFile for a line that is none of the records, and where the last line is
    missing or tells of another number of records than there were.
    """
    with (
        progress.task(f"Loading {path.name}", unpacked_size(path), unit="bytes") as task,
        opened(path, SUFFIXES, task) as data,
    ):
        _parse_officers_header(path.name, data.readline(_LONGEST).decode("cp1252", "replace"))
        number, told = 0, None
        while line := data.readline(_LONGEST):
            where = f"{path.name}: line {number + 2}"
            if told is not None:
                raise UnreadableFile(f"{where}: stands after the last line of the file", hint=_CUT)
            told = parse_trailer_count(line)
            if told is None:
                yield parse_officer_line(line, where, drift)
                number += 1
    check_count(path.name, told, number)


def parse_trailer_count(line: bytes) -> int | None:
    """Return the number of records that the last line tells; None for another line."""
    found = line.strip()
    if len(found) == 16 and found.startswith(TRAILER.encode()) and found.isdigit():
        return int(found[8:])
    return None


def check_count(name: str, told: int | None, count: int) -> None:
    """Raise UnreadableFile where the last line is missing or tells of another number of records."""
    if told is None:
        raise UnreadableFile(f"{name}: its last line is missing", hint=_CUT)
    if told != count:
        raise UnreadableFile(
            f"{name}: its last line reports {told:,} records, there were {count:,}", hint=_CUT
        )


def parse_officer_line(line: bytes, where: str, drift: Drift) -> NamedCompany | OfficerRow:
    """Return one line as a record. Raises UnreadableFile, naming `where`."""
    if not line.endswith(b"\n"):
        raise UnreadableFile(f"{where} does not end: the file is cut off", hint=_CUT)
    try:
        row = line.decode("utf-8")
    except UnicodeDecodeError:
        row = line.decode("cp1252", "replace")
    row = row.rstrip("\r\n")
    kind, number = row[8:9], register_number(row[:8])
    if kind == COMPANY_RECORD and number and len(row) > _NAME_FROM:
        state = row[9:10].strip()
        if state not in STATES:
            drift.unmapped("company status", state)
        name = text(row[_NAME_FROM:].removesuffix("<"))
        return NamedCompany(number, name, STATES.get(state, ""))
    texts = row[TEXTS_FROM:].split("<")
    if kind != PERSON_RECORD or not number or len(texts) != TEXTS + 1 or texts[-1].strip():
        raise UnreadableFile(f"{where} is not a record of a company or an officer", hint=_CUT)
    return _build_officer_row(number, row, [text(each) for each in texts], drift)


def _build_officer_row(number: str, row: str, texts: list[str], drift: Drift) -> OfficerRow:
    title, forenames, surname, _, care_of, box, *lines = texts
    code = row[10:12]
    if code not in ROLES:
        drift.unmapped("appointment type", code)
    born, corporate = row[56:62], row[24:25] == "Y"
    year, month = (
        (int(born[:4]), int(born[4:])) if born.isascii() and born.isdigit() else (None, None)
    )
    return OfficerRow(
        number=number,
        officer_number=row[12:24].strip(),
        name=" ".join(filter(None, (title, forenames, surname))),
        forename="" if corporate else forenames,
        surname="" if corporate else surname,
        role=ROLES.get(code, f"appointment-type-{code.strip()}"),
        corporate=corporate,
        birth_year=year or None,
        birth_month=month if year and month and month <= 12 else None,
        appointed_on=_parse_compact_date(row[32:40]),
        resigned_on=_parse_compact_date(row[40:48]),
        nationality=texts[12],
        country_of_residence=texts[13],
        occupation=texts[11],
        address=", ".join(
            filter(
                None,
                (
                    box and (box if "box" in box.lower() else f"PO Box {box}"),
                    care_of and f"c/o {care_of}",
                    *lines[:4],
                ),
            )
        ),
        postcode=text(row[48:56]),
    )


def _parse_compact_date(cell: str) -> date | None:
    try:
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:])) if cell.isdigit() else None
    except ValueError:
        return None


def _parse_officers_header(name: str, line: str) -> OfficersHeader:
    line = line.strip()
    if line.startswith(UPDATE):
        raise UnreadableFile(
            f"{name}: holds the updates of one day (product 198), not the whole file",
            hint="Name the files of a snapshot, product 195 or 216.",
        )
    day = _parse_compact_date(line[12:20])
    if len(line) != 20 or not line.startswith(SNAPSHOT) or day is None:
        page = line.lower().startswith(("<!doctype", "<html"))
        raise UnreadableFile(
            f"{name}: is a web page, not the register"
            if page
            else f"{name}: line 1 is not that of the officers bulk file",
            hint="Check that it is the file named; the publisher may have changed its layout.",
        )
    return OfficersHeader(line[8:12], day)
