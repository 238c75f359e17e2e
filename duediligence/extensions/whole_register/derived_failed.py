"""The companies that failed, insolvent or dissolved: where a path of the graph may end."""

from collections.abc import Mapping

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
COLUMNS: Mapping[str, str] = {
    "node": "UBIGINT",
    "number": "VARCHAR",
    "kind": "VARCHAR",  # `insolvent`, `dissolved`
    "status": "VARCHAR",
    "gone_since": "DATE",
}

QUERY = f"""
SELECT md5_number_lower('company:' || number) AS node, number, kind, status, gone_since
FROM ({FAILED}) ORDER BY node
"""  # noqa: S608
