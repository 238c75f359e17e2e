"""The officers bulk file into the tables `officers` and `officers_companies`."""

from collections.abc import Iterable
from typing import Any

import msgspec

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
from duediligence.extensions.whole_register.officers_file import (
    COMPANY_RECORD,
    PERSON_RECORD,
    ROLES,
    SNAPSHOT,
    STATES,
    SUFFIXES,
    TEXTS,
    TRAILER,
    NamedCompany,
    OfficerRow,
    parse_officer_line,
    parse_trailer_count,
    read_officer_records,
)
from duediligence.extensions.whole_register.splitting import PlainLayout
from duediligence.extensions.whole_register.tables import OFFICERS, OFFICERS_COMPANIES
from duediligence.store.register.names import postcode_key
from duediligence.writing import storing

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
