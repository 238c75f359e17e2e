"""Tables that questions need and that take too long while somebody waits: made once a version.

New companies that took over from failed ones, control that passed to somebody close, and the
companies that failed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.extensions.whole_register.derived import count, to_parquet
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# How far back a new company may have been formed when the table is made.
MONTHS = 36
# What more companies than this have in common pairs or ties nobody.
SHARED_PERSON = 50
SHARED_ADDRESS = 50
SHARED_STEM = 12
# How much each thing says where the two companies alone share it.
WEIGHT_PERSON = 0.6
WEIGHT_OFFICE = 0.5
WEIGHT_LETTERS = 0.4  # the office of one is where letters to the people of the other go
WEIGHT_STEM = 0.5
WEIGHT_COMMON_STEM = 0.1
WEIGHT_SIC = 0.1

PHOENIX_COLUMNS: Mapping[str, str] = {
    "number": "VARCHAR",
    "created_on": "DATE",
    "old_number": "VARCHAR",
    "people": "UBIGINT[]",  # nodes of those behind both
    "address_key": "VARCHAR",  # empty unless both have it
    "name_stem": "VARCHAR",
    "sic_codes": "VARCHAR",  # those that both have, with a space between them
    "strength": "DOUBLE",
}


def build_phoenix_query(day: date) -> str:
    """Return the query for new companies that took over from failed ones, the strongest first.

    `day` is that of the companies file. At least two of people, address, stem of the name and kind
    of work must agree. Insolvency Act 1986 s.216 bars a director of a company in insolvent
    liquidation from one with a name that suggests an association for five years; a notice in the
    Gazette (2403) is one way out of it. Neither is looked up here: a row is a question to ask.

    Each thing that agrees weighs the more, the fewer companies share it: a formation agent, a tower
    of offices and a common word say nothing. What more companies share than a bound is not paired.
    """
    return f"""
WITH new AS (
  SELECT number, md5_number_lower('company:' || number) AS node, name_stem, address_key,
    created_on, sic_codes
  FROM companies
  WHERE created_on > DATE '{day.isoformat()}' - INTERVAL {MONTHS} MONTH
    AND number NOT IN (SELECT number FROM failed)
), old AS (
  SELECT f.number, f.node, coalesce(nullif(c.name_stem, ''), o.name_stem, '') AS name_stem,
    coalesce(c.address_key, '') AS address_key, c.created_on, coalesce(c.sic_codes, '') AS sic_codes
  FROM failed f
  LEFT JOIN companies c ON c.number = f.number
  LEFT JOIN officers_companies o ON o.number = f.number
), behind AS (
  SELECT DISTINCT e.node, e.other AS person, p.companies
  FROM edges e JOIN nodes p ON p.node = e.other
  WHERE e.kind IN ('owner', 'director') AND p.kind = 'person'
    AND p.companies BETWEEN 2 AND {SHARED_PERSON}
), places AS (
  SELECT key, companies FROM nodes
  WHERE kind = 'address' AND companies BETWEEN 2 AND {SHARED_ADDRESS}
), stems AS (
  SELECT name_stem, count(*) AS companies FROM (
    SELECT name_stem FROM new UNION ALL SELECT name_stem FROM old
  ) WHERE length(name_stem) > 2 GROUP BY name_stem HAVING count(*) BETWEEN 2 AND {SHARED_STEM}
), agreed AS (
  SELECT n.number, o.number AS old_number, a.person, a.companies AS person_companies,
    NULL AS place, NULL AS place_companies, NULL AS stem_companies
  FROM new n JOIN behind a ON a.node = n.node JOIN behind b USING (person)
  JOIN old o ON o.node = b.node
  UNION ALL
  SELECT n.number, o.number, NULL, NULL, p.key, p.companies, NULL
  FROM new n JOIN old o USING (address_key) JOIN places p ON p.key = n.address_key
  UNION ALL
  SELECT n.number, o.number, NULL, NULL, NULL, NULL, s.companies
  FROM new n JOIN old o USING (name_stem) JOIN stems s USING (name_stem)
), pairs AS (
  SELECT number, old_number,
    coalesce(list_sort(list(person) FILTER (person IS NOT NULL)), []) AS people,
    min(person_companies) AS person_companies, max(place) AS place,
    max(place_companies) AS place_companies, max(stem_companies) AS stem_companies
  FROM agreed WHERE number <> old_number GROUP BY ALL
), sides AS (
  SELECT p.*, n.created_on, n.name_stem, n.sic_codes, o.sic_codes AS old_sic_codes,
    coalesce(n.name_stem = o.name_stem AND o.name_stem <> '', false) AS stem,
    coalesce(n.address_key, '') AS office, o.address_key AS old_office
  FROM pairs p JOIN new n USING (number) JOIN old o ON o.number = p.old_number
  WHERE o.created_on IS NULL OR o.created_on < n.created_on
), letters AS (
  SELECT number, address_key FROM owners WHERE address_key IS NOT NULL
  UNION ALL
  SELECT number, address_key FROM officers WHERE address_key IS NOT NULL
), written_to AS (
  SELECT number, old_number, min(address_key) AS address_key FROM (
    SELECT s.number, s.old_number, l.address_key
    FROM sides s JOIN letters l ON l.number = s.old_number AND l.address_key = s.office
    WHERE s.place IS NULL
    UNION ALL
    SELECT s.number, s.old_number, l.address_key
    FROM sides s JOIN letters l ON l.number = s.number AND l.address_key = s.old_office
    WHERE s.place IS NULL
  ) GROUP BY ALL
), told AS (
  SELECT s.*, coalesce(s.place, k.key, '') AS address_key,
    coalesce({WEIGHT_OFFICE} * 2 / s.place_companies,
      {WEIGHT_LETTERS} * 2 / greatest(k.companies, 2), 0) AS by_address,
    list_sort(list_intersect(
      list_filter(string_split(coalesce(s.sic_codes, ''), ' '), lambda x: x <> ''),
      list_filter(string_split(s.old_sic_codes, ' '), lambda x: x <> ''))) AS sic
  FROM sides s LEFT JOIN written_to w USING (number, old_number)
  LEFT JOIN nodes k ON k.kind = 'address' AND k.key = w.address_key
    AND k.companies <= {SHARED_ADDRESS}
)
SELECT number, created_on, old_number, people, address_key,
  CASE WHEN stem THEN name_stem ELSE '' END AS name_stem, array_to_string(sic, ' ') AS sic_codes,
  1 - (1 - coalesce({WEIGHT_PERSON} * 2 / person_companies, 0)) * (1 - by_address)
    * (1 - CASE WHEN stem THEN coalesce({WEIGHT_STEM} * 2 / stem_companies, {WEIGHT_COMMON_STEM})
         ELSE 0 END)
    * (1 - CASE WHEN len(sic) > 0 THEN {WEIGHT_SIC} ELSE 0 END) AS strength
FROM told
WHERE (len(people) > 0)::INTEGER + (address_key <> '')::INTEGER + stem::INTEGER
  + (len(sic) > 0)::INTEGER >= 2
ORDER BY strength DESC, number, old_number
"""  # noqa: S608  (constants of this file, and a date)


# Codes of the register's API, as the tables have them.
INSOLVENT = (
    "liquidation",
    "administration",
    "receivership",
    "voluntary-arrangement",
    "insolvency-proceedings",
)
DISSOLVED = ("dissolved", "removed", "closed")


def format_code_list(codes: tuple[str, ...]) -> str:
    """Return the codes of this file as a list of SQL."""
    return ", ".join(f"'{code}'" for code in codes)


# Each company that failed, once: `number`, `kind` (`insolvent`, `dissolved`), `status`, the day
# since which it is gone. A company without a status in the officers file is not in it.
FAILED = f"""
SELECT number,
  CASE WHEN bool_or(status IN ({format_code_list(INSOLVENT)})) THEN 'insolvent'
       ELSE 'dissolved' END AS kind,
  coalesce(min(status) FILTER (status IN ({format_code_list(INSOLVENT)})), 'dissolved') AS status,
  min(gone_since) AS gone_since
FROM (
  SELECT number, status, gone_since FROM companies
  WHERE status IN ({format_code_list(INSOLVENT + DISSOLVED)}) OR gone_since IS NOT NULL
  UNION ALL
  SELECT number, status, NULL FROM officers_companies
  WHERE status IN ({format_code_list(INSOLVENT + DISSOLVED)})
) GROUP BY number
"""  # noqa: S608  (codes of this file)

# Sorted by `node`.
FAILED_COLUMNS: Mapping[str, str] = {
    "node": "UBIGINT",
    "number": "VARCHAR",
    "kind": "VARCHAR",  # `insolvent`, `dissolved`
    "status": "VARCHAR",
    "gone_since": "DATE",
}

FAILED_QUERY = f"""
SELECT md5_number_lower('company:' || number) AS node, number, kind, status, gone_since
FROM ({FAILED}) ORDER BY node
"""  # noqa: S608


WITHIN_DAYS = 60
# More owners than this over time, and a company is not looked at: each is compared with each.
MOST_OWNERS = 100

HANDOVER_COLUMNS: Mapping[str, str] = {
    "number": "VARCHAR",
    "before": "UBIGINT",
    "before_name": "VARCHAR",
    "ceased_on": "DATE",
    "after": "UBIGINT",
    "after_name": "VARCHAR",
    "notified_on": "DATE",
    "same_address": "BOOLEAN",
    "same_surname": "BOOLEAN",
    "co_director": "BOOLEAN",
    "failed_number": "VARCHAR",  # a failed company that the first owner is or was behind, or NULL
}

# Control of a company that passed from one person to another who is tied to them. The first owner
# ceased within 60 days of the notice of the second. They are tied by the address that both give,
# unless it is the company's own office, by their surname, or by having been directors of one other
# company at the same time.
HANDOVER_QUERY = f"""
WITH people AS (
  SELECT number, person, name, notified_on, ceased_on, address_key,
    lower(regexp_extract(name, '(\\S+)\\s*$', 1)) AS surname
  FROM owners WHERE kind LIKE 'individual%' AND person IS NOT NULL AND number NOT IN (
    SELECT number FROM owners GROUP BY number HAVING count(*) > {MOST_OWNERS}
  )
), few AS (
  SELECT node FROM nodes WHERE kind = 'person' AND companies <= {SHARED_PERSON}
), passed AS (
  SELECT a.number, a.person AS before, a.name AS before_name, a.ceased_on,
    b.person AS after, b.name AS after_name, b.notified_on,
    coalesce(a.address_key = b.address_key AND a.address_key IS DISTINCT FROM c.address_key, false)
      AS same_place,
    a.address_key, coalesce(a.surname <> '' AND a.surname = b.surname, false) AS same_surname
  FROM people a LEFT JOIN companies c ON c.number = a.number
  JOIN people b ON a.number = b.number AND a.person <> b.person
    AND b.notified_on BETWEEN a.ceased_on - {WITHIN_DAYS} AND a.ceased_on + {WITHIN_DAYS}
    AND (a.notified_on IS NULL OR a.notified_on < b.notified_on)
), together AS (
  SELECT DISTINCT p.number, p.before, p.after
  FROM (
    SELECT DISTINCT number, before, after FROM passed
    WHERE before IN (SELECT node FROM few) AND after IN (SELECT node FROM few)
  ) p
  JOIN officers x ON x.person = p.before JOIN officers y ON y.person = p.after
    AND y.number = x.number
  WHERE x.number <> p.number AND x.role LIKE '%director%' AND y.role LIKE '%director%'
    AND coalesce(x.resigned_on, DATE '9999-12-31') >= coalesce(y.appointed_on, DATE '0001-01-01')
    AND coalesce(y.resigned_on, DATE '9999-12-31') >= coalesce(x.appointed_on, DATE '0001-01-01')
), crowded AS (
  SELECT key FROM nodes WHERE kind = 'address' AND companies > {SHARED_ADDRESS}
), fell AS (
  SELECT e.node AS person, min_by(f.number, (f.kind <> 'insolvent', f.number)) AS number
  FROM edges e JOIN failed f ON f.node = e.other
  WHERE e.kind IN ('owner', 'director') AND e.node IN (SELECT node FROM few)
    AND e.node IN (SELECT before FROM passed) AND f.kind = 'insolvent'
  GROUP BY e.node
), tied AS (
  SELECT p.number, p.before, p.before_name, p.ceased_on, p.after, p.after_name, p.notified_on,
    p.same_place AND c.key IS NULL AS same_address, p.same_surname,
    t.before IS NOT NULL AS co_director,
    CASE WHEN f.number <> p.number THEN f.number END AS failed_number
  FROM passed p LEFT JOIN together t
    ON t.number = p.number AND t.before = p.before AND t.after = p.after
  LEFT JOIN crowded c ON c.key = p.address_key LEFT JOIN fell f ON f.person = p.before
)
SELECT DISTINCT * FROM tied WHERE same_address OR same_surname OR co_director
ORDER BY number, ceased_on, before, after
"""  # noqa: S608  (constants of this file)


# In the order in which they are made: a later one reads earlier ones.
DERIVED: Mapping[str, Mapping[str, str]] = {
    "failed": FAILED_COLUMNS,
    "phoenixes": PHOENIX_COLUMNS,
    "handovers": HANDOVER_COLUMNS,
}


def query_of(table: str, day: date) -> str:
    """Return the SELECT that makes a table of `DERIVED`; `day` is that of the companies file.

    It reads views named as the tables of `tables.TABLES`, empty where a file is not loaded, and the
    tables of `DERIVED` before it.
    """
    match table:
        case "failed":
            return FAILED_QUERY
        case "phoenixes":
            return build_phoenix_query(day)
        case "handovers":
            return HANDOVER_QUERY
    raise KeyError(table)


def write_question_tables(
    db: "DuckDBPyConnection", day: date, files: Mapping[str, Sequence[Path]]
) -> Mapping[str, int]:
    """Write each table of `DERIVED` to its one file of `files`; how many rows it has.

    `files` has those of the tables that `query_of` names, too.
    """
    made: dict[str, int] = {}
    for table, columns in {**TABLES, **DERIVED}.items():
        if table in DERIVED:
            (file,) = files[table]
            to_parquet(db, query_of(table, day), file)
            made[table] = count(db, file)
        rows = source(files.get(table, ()), columns)
        db.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {rows}")
    return made
