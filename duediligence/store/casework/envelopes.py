"""Whose tables and checks are: known also where the extension is not installed.

An extension names its tables `NAME__TABLE`, and seals its files under `NAME.TABLE`. The tables of
sharing were made before there were extensions, by migrations of the core, and keep their names.
"""

from collections.abc import Mapping

from sqlite_utils import Database

OWNERS = dict.fromkeys(
    (
        "agreements",
        "cases",
        "case_items",
        "case_actions",
        "intelligence",
        "intelligence_matches",
        "exchanges",
        "exchange_hits",
        "partner_messages",
        "information_requests",
    ),
    "sharing",
)

# Checks of extensions that come with the tool: without its extension such a check is not made.
CHECK_OWNERS = {"SHR-01": "sharing"}

# Files of extensions that come with the tool: their folder in a home, and the table under which
# the audit chain seals them.
FILES: Mapping[str, tuple[str, str]] = {"whole_register": ("bulk-register", "bulk.manifests")}


# Whose files are sealed under a table that begins so: of others, the extension of that name.
_FILE_OWNERS = {"files": "", "lists": "", "register": "", "bulk": "whole_register"}


def find_file_owner(table: str) -> str:
    """Return the extension whose files are sealed under a table; empty for those of the core."""
    name, apart, _ = table.partition(".")
    return _FILE_OWNERS.get(name, name) if apart else ""


def find_owner(table: str) -> str:
    """Return the extension that a table belongs to; empty for one of the core."""
    name, apart, _ = table.partition("__")
    return OWNERS.get(table, name if apart and table.isidentifier() else "")


def count_owned_rows(db: Database) -> dict[str, int]:
    """Return how many rows each extension has, of those that have any."""
    found: dict[str, int] = {}
    for (table,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if owner := find_owner(table):
            (rows,) = db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            found[owner] = found.get(owner, 0) + rows
    return {owner: rows for owner, rows in found.items() if rows}
