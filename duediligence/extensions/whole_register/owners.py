"""The PSC snapshot into the table `owners`: its statements and exemptions are counted alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duediligence.extensions.whole_register.conversion import (
    Conversion,
    read_rows,
    struct,
    with_hashes,
    write_rows,
)
from duediligence.extensions.whole_register.normal_forms import (
    AS_WRITTEN,
    address_key,
    firm_key,
    literal_path,
    person_key,
    quoted,
    scan_parquet,
)
from duediligence.extensions.whole_register.splitting import PlainLayout
from duediligence.extensions.whole_register.tables import OWNERS
from duediligence.model import Owner
from duediligence.model.registers import uk_number
from duediligence.registers.bulk.owners import (
    EXEMPTIONS,
    EXEMPTIONS_COUNT,
    KINDS,
    OWNERS_COUNT,
    STATEMENT,
    STATEMENTS_COUNT,
    TOTALS,
    SnapshotCounts,
    owners_of_part,
)
from duediligence.registers.companies_house.fields import Record
from duediligence.store.register.names import postcode_key
from duediligence.typed_data import decode_json

LAYOUT = PlainLayout(
    # An escape may hide any character; and nearly no line holds one.
    (".txt", ".json", ".jsonl"),
    odd=b"\\",
    counted=f'"{STATEMENT}"'.encode(),
)

_ADDRESS = (
    "care_of po_box premises address_line_1 address_line_2 locality region postal_code country"
)
_ELEMENTS = "title forename middle_name other_forenames surname"
_DATA = f"""STRUCT(kind VARCHAR, name VARCHAR, name_elements {struct(_ELEMENTS)},
    date_of_birth {struct("year month")}, natures_of_control VARCHAR[],
    notified_on VARCHAR, ceased_on VARCHAR, ceased_date VARCHAR,
    nationality VARCHAR, country_of_residence VARCHAR, is_sanctioned VARCHAR,
    address {struct(_ADDRESS)}, principal_office_address {struct(_ADDRESS)},
    identification {
    struct(
        "registration_number place_registered country_registered identification_type "
        "legal_authority"
    )
})"""


def _text(member: str) -> str:
    """As fields.text: spaces put in order, empty where there is none."""
    return f"coalesce(cleaned({member}), '')"


def _join_address_members(address: str) -> str:
    """As fields.address."""
    box, care_of = (f"nullif({_text(f'{address}.{part}')}, '')" for part in ("po_box", "care_of"))
    first = f"{_text(f'{address}.premises')} || ' ' || {_text(f'{address}.address_line_1')}"
    rest = ", ".join(
        f"nullif({_text(f'{address}.{part}')}, '')"
        for part in ("address_line_2", "locality", "region")
    )
    return f"""concat_ws(', ', CASE WHEN contains(lower({box}), 'box') THEN {box}
        ELSE 'PO Box ' || {box} END, 'c/o ' || {care_of}, nullif(trim({first}), ''), {rest})"""


def _has_address_text(address: str) -> str:
    """Return whether it says anything at all; nearly all say what is asked first."""
    members = ", ".join(f"{address}.{part}" for part in _ADDRESS.split())
    return f"trim({address}.address_line_1) <> '' OR trim(concat({members})) <> ''"


def _cast_member_day(member: str) -> str:
    form = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}'"
    return f"CASE WHEN regexp_matches({member}, {form}) THEN try_cast({member}[:10] AS DATE) END"


_WHOLE_NAME = ", ".join(
    f"nullif({_text(f'data.name_elements.{part}')}, '')" for part in _ELEMENTS.split()
)
# As registers.bulk.owners._records: with a member that means nothing, kind and name alone are
# kept. A super-secure person has kind and days alone.
_PLAIN = f"""
WITH members AS (
    SELECT cleaned(company_number) AS company, {_text("data.kind")} AS kind, data.name AS raw_name,
        coalesce(nullif({_text("data.name")}, ''), concat_ws(' ', {_WHOLE_NAME})) AS whole_name,
        {_text("data.name_elements.forename")} AS forename,
        {_text("data.name_elements.surname")} AS surname,
        {_text("data.date_of_birth.year")} AS year, {_text("data.date_of_birth.month")} AS month,
        {_text("data.notified_on")} AS notified,
        coalesce(nullif({_text("data.ceased_on")}, ''), {_text("data.ceased_date")}) AS ceased,
        lower({_text("data.is_sanctioned")}) AS sanction,
        array_to_string(data.natures_of_control, ' ') AS all_natures,
        {_text("data.nationality")} AS nation, {_text("data.country_of_residence")} AS residence,
        CASE WHEN {_has_address_text("data.address")} THEN {_join_address_members("data.address")}
        ELSE {_join_address_members("data.principal_office_address")} END AS line,
        CASE WHEN {_has_address_text("data.address")} THEN {_text("data.address.postal_code")}
        ELSE {_text("data.principal_office_address.postal_code")} END AS code,
        {_text("data.identification.registration_number")} AS given_number,
        coalesce(nullif({_text("data.identification.country_registered")}, ''),
            CASE WHEN data.identification.identification_type = 'uk-limited-company'
            THEN 'United Kingdom' END, '') AS given_country,
        concat({_text("data.identification.place_registered")}, ' ',
               {_text("data.identification.legal_authority")}) AS given_place
    FROM raw
    WHERE coalesce(data.kind, '') NOT IN
        ({quoted(STATEMENT)}, {quoted(EXEMPTIONS)}, {quoted(TOTALS)})
), days AS (
    SELECT *, starts_with(kind, 'super-secure') AS secret,
    {_cast_member_day("notified")} AS notified_day,
        {_cast_member_day("ceased")} AS ceased_day
    FROM members
), judged AS (
    SELECT *, (notified <> '' AND notified_day IS NULL) OR (ceased <> '' AND ceased_day IS NULL)
        OR (NOT secret AND (whole_name = ''
            OR NOT regexp_full_match(year, '[0-9]{{0,9}}')
            OR NOT regexp_full_match(month, '[0-9]{{0,9}}')
            OR sanction NOT IN ('', 'true', 'false', '1', '0'))) AS unsound
    FROM days
), sound AS (
    SELECT *, NOT (secret OR unsound) AS whole,
        NOT secret AND NOT starts_with(kind, 'individual') AS firm,
        CASE WHEN whole AND CAST(nullif(year, '') AS INTEGER) BETWEEN 1 AND 9999
        THEN CAST(year AS SMALLINT) END AS birth_year,
        CASE WHEN birth_year IS NOT NULL AND CAST(nullif(month, '') AS INTEGER) BETWEEN 1 AND 12
        THEN CAST(month AS TINYINT) END AS birth_month,
        register_number(company) AS number,
        CASE WHEN unsound THEN coalesce(raw_name, '') WHEN secret THEN '' ELSE whole_name END
            AS name,
        CASE WHEN whole THEN line ELSE '' END AS address,
        CASE WHEN whole THEN postcode_key(code) ELSE '' END AS postcode,
        CASE WHEN whole THEN given_number ELSE '' END AS firm_number,
        CASE WHEN firm THEN uk_number(firm_number, coalesce(nullif(given_country, ''),
            given_place)) END AS owner_number
    FROM judged
), keys AS (
    SELECT *, building_of(leading_number(address), address) AS house,
        CASE WHEN NOT firm THEN first_name(forename, name) END AS first,
        CASE WHEN NOT firm THEN last_name(surname, name) END AS last
    FROM sound
)
SELECT number, kind, name,
    CASE WHEN secret THEN NULL
         WHEN NOT firm
         THEN 'person:' || person_key(first, last, birth_year, birth_month, number)
         WHEN owner_number IS NOT NULL THEN 'company:' || owner_number
         ELSE 'firm:' || firm_key(name, firm_number, postcode, number) END AS person_key,
    birth_year, birth_month, CASE WHEN whole THEN coalesce(all_natures, '') ELSE '' END AS natures,
    CASE WHEN NOT unsound THEN notified_day END AS notified_on,
    CASE WHEN NOT unsound THEN ceased_day END AS ceased_on,
    CASE WHEN whole THEN nation ELSE '' END AS nationality,
    CASE WHEN whole THEN residence ELSE '' END AS country_of_residence, address,
    postcode, address_key(postcode, house) AS address_key,
    firm_number AS registered_number,
    CASE WHEN whole THEN given_country ELSE '' END AS registered_country, owner_number,
    CASE WHEN whole THEN CASE WHEN sanction IN ('true', '1') THEN true
        WHEN sanction IN ('false', '0') THEN false END END AS sanctioned
FROM keys
"""  # noqa: S608 - our own words


def convert_owners(run: Conversion) -> None:
    """Write the owners of one part, and count its records for the totals.

    Raises UnreadableFile as the reader of the core does.
    """
    into = run.into["owners"]
    counts = SnapshotCounts()
    odd = run.attempt(lambda: write_rows(run.rows_file, _build_owner_rows(run, run.odd, counts)))
    if odd is not None and run.attempt(lambda: _copy_plain_owners(run, into)) is not None:
        (unsound,) = run.one(
            f"SELECT count(*) FROM {scan_parquet([into])} WHERE number = '' OR kind = ''"  # noqa: S608
        )
        if not unsound:
            _count_owner_records(run, counts, into)
            return
    # The reader of the core says what is wrong, and where; else what it reads is right.
    run.start_again()
    counts = SnapshotCounts()
    write_rows(run.rows_file, _build_owner_rows(run, run.path, counts))
    run.write_parquet(with_hashes(OWNERS, read_rows(run, OWNERS)), into)
    run.counts.update(counts.counts)
    run.totals = counts.totals


def _copy_plain_owners(run: Conversion, into: Path) -> bool:
    raw = f"""read_json({quoted(literal_path(run.plain))}, format = 'newline_delimited',
        columns = {{company_number: 'VARCHAR', data: {quoted(_DATA)}}},
        maximum_object_size = 16777216, {AS_WRITTEN})"""
    rows = _PLAIN.replace("FROM raw", f"FROM {raw}")
    if run.split.odd_lines:
        rows = f"({rows}) UNION ALL ({read_rows(run, OWNERS)})"
    run.write_parquet(with_hashes(OWNERS, rows), into)
    return True


def _count_owner_records(run: Conversion, odd: SnapshotCounts, into: Path) -> None:
    """Count what was written and what was left aside; the last line may be the totals."""
    last = run.attempt(lambda: decode_json(run.split.last, dict[str, Any]))
    data = (last or {}).get("data")
    if isinstance(data, dict) and data.get("kind") == TOTALS:
        run.totals = data
    (owners,) = run.one(f"SELECT count(*) FROM {scan_parquet([into])}")  # noqa: S608
    statements = run.split.counted + odd.counts[STATEMENTS_COUNT]
    rest = run.split.lines - owners - statements - (1 if run.totals else 0)
    run.counts.update({OWNERS_COUNT: owners, STATEMENTS_COUNT: statements, EXEMPTIONS_COUNT: rest})
    for kind, count in run.all(
        f"SELECT kind, count(*) FROM {scan_parquet([into])} "  # noqa: S608
        "WHERE kind NOT IN (SELECT unnest(?)) GROUP BY 1",
        sorted(KINDS),
    ):
        run.drift.met("unmapped", "kind", kind, count)


def _build_owner_rows(
    run: Conversion, path: Path, counts: SnapshotCounts
) -> Iterator[dict[str, Any]]:
    for (number, record), data in owners_of_part(path, counts, run.drift):
        if isinstance(record, Owner):
            yield row_of(number, record, data)


def row_of(number: str, owner: Owner, data: Record) -> dict[str, Any]:
    """Return the row of an owner, but for its hashes; `data` is its record as the snapshot has
    it.
    """
    born, address, firm = owner.birth_date, owner.address, owner.registered_at
    text, code = (address.text, address.postcode) if address else ("", "")
    year, month = (born.year, born.month) if born else (None, None)
    given = firm.number if firm else ""
    owner_number = "" if owner.person or owner.super_secure else uk_number(firm)[0]
    if owner.super_secure:
        key = None
    elif owner.person:
        elements = data.get("name_elements")
        elements = elements if isinstance(elements, dict) else {}
        forename, surname = (str(elements.get(e) or "") for e in ("forename", "surname"))
        key = f"person:{person_key(forename, surname, owner.name, year, month, number)}"
    elif owner_number:
        key = f"company:{owner_number}"
    else:
        key = f"firm:{firm_key(owner.name, given, code, number)}"
    return {
        "number": number,
        "kind": owner.kind,
        "name": owner.name,
        "person_key": key,
        "birth_year": year,
        "birth_month": month,
        "natures": " ".join(owner.natures),
        "notified_on": owner.notified_on,
        "ceased_on": owner.ceased_on,
        "nationality": owner.nationality,
        "country_of_residence": owner.country_of_residence,
        "address": text,
        "postcode": postcode_key(code),
        "address_key": address_key(text, code),
        "registered_number": given,
        "registered_country": firm.country if firm else "",
        "owner_number": owner_number or None,
        "sanctioned": owner.sanctioned,
    }
