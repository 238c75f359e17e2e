"""The officers bulk file (products 195 and 216): who is an officer of each company, on request.

Lines of fixed columns, then texts that each end in `<`. The first line of a file tells the day and
the run, the last one how many records there were: without it the file is cut off. Companies are in
it too, dissolved ones among them, with no more than name and state. It becomes the tables
`officers` and `officers_companies`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.extensions.whole_register.conversion import (
    Conversion,
    read_rows,
    with_hashes,
)
from duediligence.extensions.whole_register.normal_forms import (
    AS_WRITTEN,
    address_key,
    firm_key,
    format_sql_map,
    literal_path,
    name_stem,
    person_key,
    quoted,
    scan_parquet,
)
from duediligence.extensions.whole_register.splitting import PlainLayout
from duediligence.extensions.whole_register.tables import OFFICERS, OFFICERS_COMPANIES
from duediligence.model import register_number
from duediligence.progress import SILENT, Progress
from duediligence.registers.files import opened, text, unpacked_size
from duediligence.store.register.names import postcode_key
from duediligence.writing import storing

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


LAYOUT = PlainLayout(SUFFIXES)

_RECORDS = f"""NOT starts_with(line, {quoted(SNAPSHOT)})
    AND NOT (len(line) = 16 AND starts_with(line, {quoted(TRAILER)}))"""
_BOX = "cleaned(texts[6])"
_REST = ", ".join(f"nullif(cleaned(texts[{n}]), '')" for n in range(7, 11))


def _cast_line_day(first: int) -> str:
    cell = f"line[{first}:{first + 7}]"
    return (
        f"CASE WHEN regexp_full_match({cell}, '[0-9]{{8}}') THEN try_cast({cell}[:4] || '-' || "
        f"{cell}[5:6] || '-' || {cell}[7:8] AS DATE) END"
    )


_PLAIN = f"""
WITH cells AS (
    SELECT line, string_split(line[77:], '<') AS texts, line[25] = 'Y' AS corporate,
        register_number(cleaned(line[:8])) AS number,
        CASE WHEN regexp_full_match(line[57:62], '[0-9]{{6}}') THEN line[57:62] END AS born
    FROM raw WHERE line[9] = {quoted(PERSON_RECORD)} AND {_RECORDS}
), parts AS (
    SELECT *, concat_ws(' ', nullif(cleaned(texts[1]), ''), nullif(cleaned(texts[2]), ''),
            nullif(cleaned(texts[3]), '')) AS name,
        nullif(CAST(born[:4] AS SMALLINT), 0) AS birth_year,
        CASE WHEN birth_year IS NOT NULL AND CAST(born[5:] AS TINYINT) BETWEEN 1 AND 12
        THEN CAST(born[5:] AS TINYINT) END AS birth_month,
        concat_ws(', ', CASE WHEN {_BOX} = '' THEN NULL WHEN contains(lower({_BOX}), 'box')
            THEN {_BOX} ELSE 'PO Box ' || {_BOX} END,
            'c/o ' || nullif(cleaned(texts[5]), ''), {_REST}) AS address,
        postcode_key(trim(line[49:56])) AS code
    FROM cells
), keys AS (
    SELECT *, building_of(leading_number(address), address) AS house,
        first_name(texts[2], name) AS first, last_name(texts[3], name) AS last
    FROM parts
)
SELECT number, trim(line[13:24]) AS officer_number, name,
    CASE WHEN corporate THEN 'firm:' || firm_key(name, '', code, number)
    ELSE 'person:' || person_key(first, last, birth_year, birth_month, number) END
        AS person_key,
    coalesce({format_sql_map(ROLES)}[line[11:12]], 'appointment-type-'
    || trim(line[11:12])) AS role,
    corporate, birth_year, birth_month, {_cast_line_day(33)} AS appointed_on,
    {_cast_line_day(41)} AS resigned_on,
    cleaned(texts[13]) AS nationality, cleaned(texts[14]) AS country_of_residence,
    cleaned(texts[12]) AS occupation, address, code AS postcode,
    address_key(code, house) AS address_key
FROM keys
"""  # noqa: S608 - our own words
_PLAIN_COMPANIES = f"""
SELECT register_number(cleaned(line[:8])) AS number,
    cleaned(regexp_replace(line[41:], '<$', '')) AS name, name_stem(name) AS name_stem,
    coalesce({format_sql_map(STATES)}[trim(line[10])], '') AS status
FROM raw WHERE line[9] = {quoted(COMPANY_RECORD)} AND {_RECORDS}
"""  # noqa: S608 - our own words
# Lines that the reader of the core refuses.
_UNSOUND = f"""
SELECT count(*) FROM raw WHERE {_RECORDS} AND NOT coalesce(
    trim(line[:8]) <> '' AND ((line[9] = {quoted(COMPANY_RECORD)} AND len(line) > 40)
    OR (line[9] = {quoted(PERSON_RECORD)}
        AND regexp_full_match(line[77:], '(?:[^<]*<){{{TEXTS}}} *'))), false)
"""  # noqa: S608 - our own words


def convert_officers(run: Conversion) -> None:
    """Write the appointments and companies of one file.

    Raises UnreadableFile as the reader of the core does.
    """
    told = parse_trailer_count(run.split.last)
    if told == run.split.lines - 2 and run.attempt(lambda: _copy_plain_officers(run)):
        return
    # The reader of the core says what is wrong, and where; else what it reads is right.
    run.start_again()
    _write_officer_rows(run, read_officer_records(run.path, run.drift, run.progress))
    run.write_parquet(with_hashes(OFFICERS, read_rows(run, OFFICERS)), run.into["officers"])
    run.write_parquet(
        read_rows(run, OFFICERS_COMPANIES, run.more_rows_file), run.into["officers_companies"]
    )


def _copy_plain_officers(run: Conversion) -> bool:
    plain = quoted(literal_path(run.plain))
    raw = f"""(SELECT line FROM read_csv({plain}, columns = {{line: 'VARCHAR'}},
        auto_detect = false, header = false, delim = {quoted(chr(1))}, quote = '', escape = '',
        nullstr = {quoted(chr(2))}, {AS_WRITTEN}) WHERE line <> '')"""  # noqa: S608 - our own names
    (unsound,) = run.one(_UNSOUND.replace("FROM raw", f"FROM {raw}"))
    if unsound:
        return False
    with run.odd.open("rb") as lines:
        _write_officer_rows(
            run, (parse_officer_line(line, run.path.name, run.drift) for line in lines)
        )
    rows = _PLAIN.replace("FROM raw", f"FROM {raw}")
    named = _PLAIN_COMPANIES.replace("FROM raw", f"FROM {raw}")
    if run.split.odd_lines:
        rows = f"({rows}) UNION ALL ({read_rows(run, OFFICERS)})"
        more = read_rows(run, OFFICERS_COMPANIES, run.more_rows_file)
        named = f"({named}) UNION ALL ({more})"
    run.write_parquet(with_hashes(OFFICERS, rows), run.into["officers"])
    run.write_parquet(named, run.into["officers_companies"])
    for role, count in run.all(
        f"SELECT role, count(*) FROM {scan_parquet([run.into['officers']])} "  # noqa: S608
        "WHERE starts_with(role, 'appointment-type-') GROUP BY 1"
    ):
        run.drift.met("unmapped", "appointment type", role, count)
    return True


def _write_officer_rows(run: Conversion, rows: Iterable[NamedCompany | OfficerRow]) -> None:
    """Write rows of each kind to a file of its own."""
    encode = msgspec.json.Encoder().encode
    with (
        storing(run.rows_file),
        run.rows_file.open("wb") as of_officers,
        run.more_rows_file.open("wb") as of_companies,
    ):
        for row in rows:
            if isinstance(row, OfficerRow):
                of_officers.write(encode(row_of(row)) + b"\n")
            else:
                made = {**row._asdict(), "name_stem": name_stem(row.name)}
                of_companies.write(encode(made) + b"\n")


def row_of(row: OfficerRow) -> dict[str, Any]:
    """Return the row of an appointment, but for its hashes."""
    key = (
        f"firm:{firm_key(row.name, '', row.postcode, row.number)}"
        if row.corporate
        else "person:"
        + person_key(
            row.forename, row.surname, row.name, row.birth_year, row.birth_month, row.number
        )
    )
    return {
        **row._asdict(),
        "person_key": key,
        "postcode": postcode_key(row.postcode),
        "address_key": address_key(row.address, row.postcode),
    }
