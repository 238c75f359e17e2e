"""The companies and people of a version of the register, as the lists are asked for them.

A company is one subject: its name and former names, its number and its country. A person or firm
that owns or directs is one subject for each node, however many records it has: all spellings,
the month of birth, the nationalities, and of a firm the numbers under which it is registered.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from duediligence.extensions.whole_register.normal_forms import literal_path
from duediligence.matching import Subject
from duediligence.model import Identifier, PartialDate
from duediligence.model.entries import COMPANY, REGISTRATION, Kind
from duediligence.model.registers import RegisteredAt, uk_number
from duediligence.writing import replace_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Rows of a group in a file: what is read for a part is little more than the part.
_GROUP = 20_480
_LAST = 2**64 - 1


class RegisterSubject(NamedTuple):
    """A subject, its node, and for each table that it is in, one company where it is found."""

    node: int
    subject: Subject
    places: tuple[tuple[str, str], ...]


# `looked_up` is a hash over what is looked up and shown of a row: it changes where that changes.
_ROWS = {
    "companies": """
    SELECT md5_number_lower('company:' || number) AS node, number, name, former_names, country,
        md5_number_lower(concat_ws(chr(31), number, name, coalesce(former_names, ''),
            coalesce(country, ''))) AS looked_up
    FROM companies
    """,
    "people": """
    SELECT person AS node, 'owners' AS place, number, name, birth_year, birth_month, nationality,
        CASE WHEN kind LIKE 'individual%' THEN 'person' ELSE 'organisation' END AS kind,
        registered_number, registered_country, content AS looked_up
    FROM owners WHERE person IS NOT NULL
    UNION ALL
    SELECT person, 'officers', number, name, birth_year, birth_month, nationality,
        CASE WHEN corporate THEN 'organisation' WHEN birth_year IS NULL THEN 'unknown'
            ELSE 'person' END,
        '', '', content
    FROM officers WHERE person IS NOT NULL
    """,
}
KINDS = tuple(_ROWS)
# 'organisation' sorts first, 'unknown' last: what one record says for certain counts.
_SUBJECTS = {
    "companies": """
    SELECT node, min(number), min(name), string_agg(former_names, chr(10) ORDER BY former_names),
        min(country)
    FROM chosen GROUP BY node ORDER BY node
    """,
    "people": """
    SELECT node, min(kind), list_sort(list(DISTINCT name)),
        min(birth_year::INTEGER * 100 + coalesce(birth_month, 0)),
        list_sort(list(DISTINCT nationality) FILTER (nationality <> '')),
        list_sort(list(DISTINCT registered_number || chr(31) || coalesce(registered_country, ''))
            FILTER (registered_number <> '')),
        min(number) FILTER (place = 'owners'), min(number) FILTER (place = 'officers')
    FROM chosen GROUP BY node ORDER BY node
    """,
}


def write_rows(
    connection: "DuckDBPyConnection", folder: Path, only: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Write what is looked up of each row, by node, into `folder`; how many rows of each kind.

    The connection is one of `Version.connection`.

    `read_range` then reads a range of nodes at the cost of that range. `only`
    names by kind a table of the connection with the nodes to write; without it all are.
    """
    counts = {}
    for kind, select in _ROWS.items():
        some = f"SEMI JOIN {only[kind]} USING (node)" if only else ""
        with replace_file(folder / f"{kind}.parquet") as file:
            rows = connection.sql(f"SELECT * FROM ({select}) {some} ORDER BY node")  # noqa: S608
            rows.write_parquet(str(file), row_group_size=_GROUP, compression="zstd")
            counts[kind] = len(connection.read_parquet(literal_path(file), hive_partitioning=False))
    return counts


def read_range(
    connection: "DuckDBPyConnection", rows: str, kind: str, first: int, last: int
) -> list[RegisterSubject]:
    """Return the subjects of the nodes from `first` to `last` in what `write_rows` wrote, by node.

    `rows` is the folder, or where a file system that the connection knows has it.
    """
    file = (
        rows + f"/{kind}.parquet" if "://" in rows else literal_path(Path(rows) / f"{kind}.parquet")
    )
    connection.read_parquet(file, hive_partitioning=False).filter(
        f"node >= {first:d} AND node <= {last:d}"
    ).create_view("chosen", replace=True)
    return _fetch_register_subjects(connection, kind)


def write_fingerprints(connection: "DuckDBPyConnection", folder: Path) -> None:
    """Write by what a change is known, of each row, into `folder`: see `changed_nodes`."""
    for kind, select in _ROWS.items():
        with replace_file(fingerprints_file(folder, kind)) as file:
            rows = connection.sql(f"SELECT node, looked_up FROM ({select})")  # noqa: S608 - our own
            rows.write_parquet(str(file), compression="zstd")


def changed_nodes(
    connection: "DuckDBPyConnection", kind: str, before: Path, now: Path, table: str
) -> int:
    """Make a table of the nodes that are new, gone or changed since `before`; how many there are.

    Both are folders of `write_fingerprints`.
    """
    for name, folder in (("earlier", before), ("later", now)):
        file = literal_path(fingerprints_file(folder, kind))
        connection.read_parquet(file, hive_partitioning=False).create_view(name, replace=True)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT DISTINCT node FROM ("  # noqa: S608
        "SELECT node FROM later ANTI JOIN earlier USING (node, looked_up) UNION ALL "
        "SELECT node FROM earlier ANTI JOIN later USING (node, looked_up))"
    )
    return len(connection.table(table))


def fingerprints_file(folder: Path, kind: str) -> Path:
    """Return where `write_fingerprints` writes."""
    return folder / f"seen-{kind}.parquet"


def _fetch_register_subjects(connection: "DuckDBPyConnection", kind: str) -> list[RegisterSubject]:
    make = _build_company_subject if kind == "companies" else _build_person_subject
    return [make(*row) for row in connection.execute(_SUBJECTS[kind]).fetchall()]


def _build_company_subject(
    node: int, number: str, name: str, former: str | None, country: str | None
) -> RegisterSubject:
    names = dict.fromkeys((name, *(former.split("\n") if former else ())))
    return RegisterSubject(
        node,
        Subject(
            tuple(each for each in names if each),
            "organisation",
            countries=(country,) if country else (),
            identifiers=(Identifier(COMPANY, number),),
        ),
        (("companies", number),),
    )


def _build_person_subject(
    node: int,
    kind: Kind,
    names: list[str],
    born: int | None,
    nationalities: list[str] | None,
    registered: list[str] | None,
    owns: str | None,
    directs: str | None,
) -> RegisterSubject:
    places = (("owners", owns), ("officers", directs))
    return RegisterSubject(
        node,
        Subject(
            tuple(each for each in names if each),
            kind,
            birth_date=_decode_birth_month(born) if born else None,
            countries=tuple(nationalities) if nationalities else (),
            identifiers=tuple(_parse_registered_numbers(registered)) if registered else (),
        ),
        tuple((table, number) for table, number in places if number is not None),
    )


def _decode_birth_month(born: int) -> PartialDate:
    year, month = divmod(born, 100)
    return PartialDate(year, month or None)


def _parse_registered_numbers(registered: list[str]) -> Iterator[Identifier]:
    for each in registered:
        number, _, country = each.partition("\x1f")
        uk, why_not = uk_number(RegisteredAt(number=number, country=country))
        yield Identifier(REGISTRATION, number, country) if why_not else Identifier(COMPANY, uk)


def part_of(number: int, parts: int) -> tuple[int, int]:
    """Return the first and the last node of a part, of so many equal ones."""
    return number * (_LAST + 1) // parts, (number + 1) * (_LAST + 1) // parts - 1
