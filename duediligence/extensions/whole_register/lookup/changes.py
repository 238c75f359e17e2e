"""What a night changed: entries of lists, and which subjects they could be."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from duediligence.extensions.whole_register.lookup.parts import FoundRow, files_of, rows_of
from duediligence.extensions.whole_register.lookup.plan import ROWS, ROWS_OF_A_PART, LookupRules
from duediligence.extensions.whole_register.lookup.subjects import (
    KINDS,
    part_of,
    read_range,
    write_rows,
)
from duediligence.matching import Index
from duediligence.matching.index.subject_keys import entry_keys, load_words
from duediligence.model import ListEntry, Match
from duediligence.screening.lists.statuses import changes_since
from duediligence.screening.workspace import Workspace
from duediligence.writing import make_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EVERY = 2**31
# Of a list that changed by more than this share, everybody is looked up again.
MOST_CHANGED = 0.2


class ListChanges(NamedTuple):
    """The entries that are new or reworded, and those of which no earlier match holds."""

    new: tuple[ListEntry, ...]
    outdated: tuple[tuple[str, str], ...]


def list_changes(workspace: Workspace, before: LookupRules, now: LookupRules) -> ListChanges | None:
    """Return what changed on the lists; None where everybody must be looked up again."""
    current = workspace.lists.current()
    new: list[ListEntry] = []
    outdated: list[tuple[str, str]] = []
    for list_id, used in now.lists.items():
        earlier = before.lists[list_id]
        if used.index == earlier.index:
            continue
        version = current[list_id].version
        changes = changes_since(workspace, version, earlier.version, earlier.index)
        if changes is None or len(changes.gone) + len(changes.new) > MOST_CHANGED * version.entries:
            return None
        new += changes.new
        outdated += [(list_id, entry.id) for entry in changes.new]
        outdated += [(list_id, entry_id) for entry_id in sorted(changes.gone)]
    return ListChanges(tuple(new), tuple(outdated))


def rows_of_changed_entries(
    connection: "DuckDBPyConnection",
    entries: Sequence[ListEntry],
    rules: LookupRules,
    layers: Iterable[Path],
    scratch: Path,
    skip: dict[str, str],
) -> list[FoundRow]:
    """Return the matches of the subjects of the layers with some entries.

    Those in the tables `skip`, by kind, are left out. Only subjects that share a key with an entry
    are compared: see `duediligence.matching.index.subject_keys`.
    """
    if not entries:
        return []
    index = Index.build(entries)
    layers = list(layers)
    words = [load_words(file) for layer in layers for file in sorted(layer.glob("words-*.index"))]
    wanted = entry_keys(index, words)
    connection.register("wanted", {"key": wanted.keys, "enough": wanted.alone})
    affected = {}
    for kind in KINDS:
        files = [f for layer in layers for f in files_of(layer, f"keys-{kind}-*.parquet")]
        affected[kind] = f"affected_{kind}"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {affected[kind]} (node UBIGINT)")
        if files:
            connection.read_parquet(files, hive_partitioning=False).create_view(
                "kept_keys", replace=True
            )
            connection.execute(
                f"INSERT INTO {affected[kind]} SELECT node FROM (SELECT node FROM kept_keys "  # noqa: S608
                "JOIN wanted USING (key) GROUP BY node "
                "HAVING bool_or(alone OR enough) OR count(DISTINCT key) > 1) "
                f"ANTI JOIN {skip[kind]} USING (node)"
            )
    connection.unregister("wanted")
    make_folder(scratch / ROWS)
    counts = write_rows(connection, scratch / ROWS, affected)
    rows: list[FoundRow] = []
    for kind, count in counts.items():
        of = -(-count // ROWS_OF_A_PART)
        for number in range(of):
            subjects = read_range(connection, str(scratch / ROWS), kind, *part_of(number, of))
            found = index.search_many(
                (one.subject for one in subjects), threshold=rules.lowest, limit=_EVERY, workers=1
            )
            rows += rows_of(
                (one, _by_list(matches, rules))
                for one, matches in zip(subjects, found, strict=True)
            )
    return rows


def _by_list(matches: Sequence[Match], rules: LookupRules) -> dict[str, list[Match]]:
    by_list: dict[str, list[Match]] = {}
    for match in matches:
        if match.shown_up_to >= rules.lists[match.list_id].threshold:
            by_list.setdefault(match.list_id, []).append(match)
    return by_list
