"""BasicCompanyData into the table `companies`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from duediligence.extensions.whole_register.conversion import (
    Conversion,
    read_rows,
    with_hashes,
    write_rows,
)
from duediligence.extensions.whole_register.normal_forms import (
    AS_WRITTEN,
    address_key,
    literal_path,
    name_stem,
    quoted,
    scan_parquet,
)
from duediligence.extensions.whole_register.splitting import PlainLayout
from duediligence.extensions.whole_register.tables import COMPANIES
from duediligence.model import CompanyRow
from duediligence.progress import SILENT
from duediligence.registers.bulk.companies import (
    ACCOUNTS,
    CIC,
    COLUMNS,
    STATUSES,
    TYPES,
    read_company_rows,
)
from duediligence.registers.files import table
from duediligence.store.register.names import name_key, postcode_key

LAYOUT = PlainLayout((".csv",), header=True, quoted=True)

_READ = {
    "CompanyName": "name",
    "CompanyNumber": "number",
    "CompanyStatus": "status",
    "CompanyCategory": "type",
    "RegAddress.CareOf": "care_of",
    "RegAddress.POBox": "box",
    "RegAddress.AddressLine1": "line1",
    "RegAddress.AddressLine2": "line2",
    "RegAddress.PostTown": "town",
    "RegAddress.County": "county",
    "RegAddress.Country": "country",
    "RegAddress.PostCode": "postcode",
    "IncorporationDate": "born",
    "DissolutionDate": "dissolved",
    "Accounts.AccountCategory": "accounts",
    "Accounts.LastMadeUpDate": "made_up",
    "Accounts.NextDueDate": "accounts_due",
    "ConfStmtNextDueDate": "confirmation_due",
    "Mortgages.NumMortCharges": "charges",
    **{f"SICCode.SicText_{n}": f"sic{n}" for n in range(1, 5)},
    **{f"PreviousName_{n}.CompanyName": f"former{n}" for n in range(1, 11)},
    **{f"PreviousName_{n}.CONDATE": f"changed{n}" for n in range(1, 11)},
}
_NAMES = ", ".join(f"CASE WHEN former{n} <> '' THEN cleaned(former{n}) END" for n in range(1, 11))
_UNTIL = ", ".join(
    f"CASE WHEN former{n} <> '' THEN coalesce(CAST(written_date(changed{n}) AS VARCHAR), '') END"
    for n in range(1, 11)
)
# As registers.bulk.companies._reader: where one of three texts has two spaces together, all three
# are cleaned; else only the ends of name and postcode are.
_PLAIN = f"""
WITH cells AS (
    SELECT *, concat_ws(', ',
        CASE WHEN box = '' THEN NULL
             WHEN contains(lower(box), 'box') THEN box ELSE 'PO Box ' || box END,
        CASE WHEN care_of <> '' THEN 'c/o ' || care_of END,
        nullif(line1, ''), nullif(line2, ''), nullif(town, ''), nullif(county, '')) AS joined
    FROM raw
), texts AS (
    SELECT *, cleaned(name) AS clean_name,
        CASE WHEN contains(name || joined || postcode, '  ')
        THEN cleaned(joined) ELSE joined END AS address,
        postcode_key(cleaned(postcode)) AS code, cleaned(status) AS status_words,
        type_of(cleaned(type)) AS kind, cleaned(accounts) AS account_words
    FROM cells
), houses AS (SELECT *, building_of(leading_number(address), address) AS house FROM texts)
SELECT register_number(number) AS number, clean_name AS name, name_key(clean_name) AS name_key,
    name_stem(clean_name) AS name_stem, status_of(status_words) AS status,
    status_detail_of(status_words) AS status_detail, kind AS type,
    CASE WHEN kind = {quoted(CIC)} THEN {quoted(CIC)} END AS subtype,
    written_date(born) AS created_on, written_date(dissolved) AS ceased_on, address,
    code AS postcode, address_key(code, house) AS address_key,
    cleaned(country) AS country,
    concat_ws(' ', sic_code(sic1), sic_code(sic2), sic_code(sic3), sic_code(sic4)) AS sic_codes,
    CASE WHEN former1 = '' THEN '' ELSE concat_ws(chr(10), {_NAMES}) END AS former_names,
    CASE WHEN former1 = '' THEN '' ELSE concat_ws(chr(10), {_UNTIL}) END AS former_until,
    accounts_of(account_words) AS accounts_type, written_date(made_up) AS accounts_made_up_to,
    written_date(accounts_due) AS accounts_due_on,
    written_date(confirmation_due) AS confirmation_due_on,
    CASE WHEN regexp_full_match(charges, '[0-9]{{1,9}}') THEN CAST(charges AS INTEGER) END
        AS charges,
    CAST(NULL AS DATE) AS gone_since
FROM houses
"""  # noqa: S608 - our own words


def convert_companies(run: Conversion) -> None:
    """Write the companies of one file. Raises UnreadableFile as the reader of the core does."""
    with (
        SILENT.task("") as task,
        table(
            run.path, required=[name.strip() for name in COLUMNS], drift=run.drift, task=task
        ) as found,
    ):
        columns = dict(found.columns)
    into = run.into["companies"]
    if run.split.ends_in_newline:
        odd = run.attempt(
            lambda: write_rows(
                run.rows_file, _build_company_rows(read_company_rows(run.odd, run.drift))
            )
        )
        if (
            odd is not None
            and run.attempt(lambda: _copy_plain_companies(run, columns, into)) is not None
        ):
            (unsound,) = run.one(
                f"SELECT count(*) FROM {scan_parquet([into])} WHERE number = '' OR name = ''"  # noqa: S608
            )
            if not unsound:
                _tell_drift(run, into)
                return
    # The reader of the core says what is wrong, and where; else what it reads is right.
    run.start_again()
    rows = _build_company_rows(read_company_rows(run.path, run.drift, run.progress))
    write_rows(run.rows_file, rows)
    run.write_parquet(with_hashes(COMPANIES, read_rows(run, COMPANIES)), into)


def _copy_plain_companies(run: Conversion, columns: dict[str, int], into: Path) -> bool:
    width = len(columns)
    names = {place: name for name, place in columns.items()}
    cells = [_READ.get(names[place], f"unread{place}") for place in range(width)]
    types = ", ".join(f"{quoted(cell)}: 'VARCHAR'" for cell in cells)
    wanted = ", ".join(_READ.values())
    plain = quoted(literal_path(run.plain))
    raw = f"""(SELECT {wanted} FROM read_csv({plain}, columns = {{{types}}}, auto_detect = false,
        header = true, delim = ',', quote = '"', escape = '"',
        strict_mode = true, nullstr = {quoted(chr(1))}, max_line_size = 16777216, {AS_WRITTEN}))"""  # noqa: S608 - our own names
    rows = _PLAIN.replace("FROM raw", f"FROM {raw}")
    if run.split.odd_lines:
        rows = f"({rows}) UNION ALL ({read_rows(run, COMPANIES)})"
    run.write_parquet(with_hashes(COMPANIES, rows), into)
    return True


def _build_company_rows(rows: Iterable[CompanyRow]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            **row._asdict(),
            "name_key": name_key(row.name),
            "name_stem": name_stem(row.name),
            "postcode": postcode_key(row.postcode),
            "address_key": address_key(row.address, row.postcode),
            "gone_since": None,
        }


def _tell_drift(run: Conversion, into: Path) -> None:
    for column, field, known in (
        ("status", "CompanyStatus", {code for code, _ in STATUSES.values()}),
        ("type", "CompanyCategory", {*TYPES.values(), ""}),
        ("accounts_type", "AccountCategory", set(ACCOUNTS.values())),
    ):
        for value, count in run.all(
            f"SELECT {column}, count(*) FROM {scan_parquet([into])} "  # noqa: S608
            f"WHERE {column} NOT IN (SELECT unnest(?)) GROUP BY 1",
            sorted(known),
        ):
            run.drift.met("unmapped", field, value, count)
