"""The companies that failed, as nodes of the graph: where a path may end."""

from collections.abc import Mapping

from duediligence.bulk_register.failed import FAILED

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
