"""Look up everybody in the register, or those that changed with the entries that changed."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.lookup.layers import (
    DoParts,
    finish_layer,
    link_layer,
    planned_layer,
    work_off,
)
from duediligence.extensions.whole_register.lookup.parts import (
    FoundRow,
    files_of,
    rows_of,
    write_found,
)
from duediligence.extensions.whole_register.lookup.plan import (
    ROWS,
    ROWS_OF_A_PART,
    LookupRules,
    WorkerJob,
)
from duediligence.extensions.whole_register.lookup.state import (
    FOUND,
    RegisterScreening,
    activate_screening,
    folder_of,
    layer_of,
    layers_of,
    read_done,
    remove_screening_folder,
)
from duediligence.extensions.whole_register.lookup.subjects import (
    KINDS,
    changed_nodes,
    fingerprints_file,
    part_of,
    read_range,
    write_fingerprints,
    write_rows,
)
from duediligence.extensions.whole_register.normal_forms import literal_path
from duediligence.extensions.whole_register.versions import Version
from duediligence.matching import Index
from duediligence.matching.index.subject_keys import entry_keys, load_words
from duediligence.model import ListEntry, Match
from duediligence.progress import Progress
from duediligence.screening.lists.statuses import changes_since
from duediligence.screening.lookup.list_search import index_folders, recorded_indexes
from duediligence.screening.workspace import Workspace
from duediligence.writing import make_folder, replace_file

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


_MEMORY_MB = 2_000  # of the process that shares the work out; each worker has a bound of its own
_THREADS = 2
Before = tuple[Path, RegisterScreening]


@dataclass(frozen=True)
class RegisterLookup:
    """A screening of a version of the register by some rules, kept in a folder below `root`."""

    workspace: Workspace
    version: Version
    root: Path
    rules: LookupRules
    do: DoParts
    rows_of_a_part: int
    progress: Progress

    def run(self, before: Before | None, *, full: bool) -> RegisterScreening:
        """Look up what changed since `before`, or everybody; put the result in use.

        Raises Incomplete, StorageError.
        """
        with (
            self.version.connection(memory_mb=_MEMORY_MB, threads=_THREADS) as connection,
            engine.plain_errors(self.root),
        ):
            connection.execute("SET preserve_insertion_order = false")
            why_all, changes = "that was asked for", None
            if not full:
                why_all, changes = self._changes(before)
            if before and changes:
                done = self._look_up_changes(connection, *before, changes)
                if done:
                    return done
                why_all = "more than a fifth of the register changed"
            return self._look_up_all(connection, why_all)

    def _changes(self, before: Before | None) -> tuple[str, ListChanges | None]:
        """Return why everybody is looked up, or what changed on the lists."""
        if before is None:
            return "the first screening", None
        earlier = before[1].rules
        if (earlier.matcher, earlier.form) != (self.rules.matcher, self.rules.form):
            return "names are compared in another way than before", None
        if _map_list_thresholds(earlier) != _map_list_thresholds(self.rules):
            return "other lists or thresholds than before", None
        if folder_of(self.root, self.rules, of_all=True).exists():
            return "a screening of everybody was begun", None
        changes = list_changes(self.workspace, earlier, self.rules)
        return "" if changes else "a list changed as a whole", changes

    def _look_up_all(self, connection: "DuckDBPyConnection", why_all: str) -> RegisterScreening:
        folder = folder_of(self.root, self.rules, of_all=True)
        if read_done(folder):
            remove_screening_folder(folder)
        layer = layer_of(folder, 0)
        plan = planned_layer(connection, layer, self.rules, most=self.rows_of_a_part)
        work_off(plan, self._job(layer), self.do, self.progress)
        write_fingerprints(connection, folder)
        matches = _merge_layer_matches(connection, [layer], folder / FOUND)
        done = RegisterScreening(
            self.rules,
            plan.rows,
            self._by_list(matches),
            why_all,
            on=self.workspace.now().date(),
        )
        finish_layer(layer)
        activate_screening(self.root, folder, done, self.version.folder)
        return done

    def _look_up_changes(
        self,
        connection: "DuckDBPyConnection",
        earlier: Path,
        before: RegisterScreening,
        changes: ListChanges,
    ) -> RegisterScreening | None:
        """Return none where so much changed that everybody is to be looked up."""
        folder = folder_of(self.root, self.rules, of_all=False)
        make_folder(folder)
        write_fingerprints(connection, folder)
        tables = {kind: f"changed_{kind}" for kind in KINDS}
        counts = {
            kind: changed_nodes(connection, kind, earlier, folder, table)
            for kind, table in tables.items()
        }
        if sum(counts.values()) > MOST_CHANGED * sum(before.rows.values()):
            shutil.rmtree(folder)
            return None
        kept = layers_of(earlier)
        for number, layer in enumerate(kept):
            link_layer(layer, layer_of(folder, number))
        layer = layer_of(folder, len(kept))
        plan = planned_layer(connection, layer, self.rules, tables, most=self.rows_of_a_part)
        work_off(plan, self._job(layer), self.do, self.progress)
        with self.progress.task("Looking up changed entries"):
            rows = rows_of_changed_entries(
                connection, changes.new, self.rules, kept, folder / "affected", tables
            )
        write_found(connection, layer / "found-entries.parquet", rows)
        _write_carried(
            connection, earlier / FOUND, layer / "found-before.parquet", changes.outdated, tables
        )
        matches = _merge_layer_matches(connection, [layer], folder / FOUND)
        shutil.rmtree(folder / "affected", ignore_errors=True)
        done = RegisterScreening(
            self.rules,
            _count_subject_rows(connection, folder),
            self._by_list(matches),
            changed_subjects=sum(counts.values()),
            changed_entries=len(changes.outdated),
            on=self.workspace.now().date(),
        )
        finish_layer(layer)
        activate_screening(self.root, folder, done, self.version.folder)
        return done

    def _job(self, layer: Path) -> WorkerJob:
        folders = index_folders(self.workspace, self.workspace.lists.current())
        return WorkerJob(
            self.rules,
            str(layer),
            {list_id: str(folders[list_id]) for list_id in self.rules.lists},
            str(self.workspace.merged_indexes),
            recorded=recorded_indexes(
                self.workspace, {id_: used.version for id_, used in self.rules.lists.items()}
            ),
        )

    def _by_list(self, matches: Mapping[str, int]) -> dict[str, int]:
        return {list_id: matches.get(list_id, 0) for list_id in self.rules.lists}


def _map_list_thresholds(rules: LookupRules) -> dict[str, float]:
    return {list_id: one.threshold for list_id, one in rules.lists.items()}


def _merge_layer_matches(
    connection: "DuckDBPyConnection", layers: Sequence[Path], target: Path
) -> dict[str, int]:
    """Write all matches of the layers into one file, in order; how many there are by list."""
    files = [file for layer in layers for file in files_of(layer, "found-*.parquet")]
    with replace_file(target) as file:
        rows = connection.read_parquet(files, hive_partitioning=False).order(
            'node, list_id, entry_id, "table"'
        )
        rows.write_parquet(str(file), compression="zstd")
        connection.read_parquet(literal_path(file), hive_partitioning=False).create_view(
            "found", replace=True
        )
        counted = connection.execute("SELECT list_id, count(*) FROM found GROUP BY list_id")
        return dict(counted.fetchall())


def _write_carried(
    connection: "DuckDBPyConnection",
    found: Path,
    target: Path,
    outdated: Sequence[tuple[str, str]],
    tables: Mapping[str, str],
) -> None:
    """Write the earlier matches that still hold: of nodes and entries that are unchanged."""
    ids = [list(column) for column in zip(*outdated, strict=True)] or [[], []]
    connection.read_parquet(literal_path(found), hive_partitioning=False).create_view(
        "before", replace=True
    )
    with replace_file(target) as file:
        connection.sql(
            "SELECT * FROM before ANTI JOIN (SELECT unnest(?::VARCHAR[]) AS list_id, "  # noqa: S608
            "unnest(?::VARCHAR[]) AS entry_id) outdated USING (list_id, entry_id) "
            f'WHERE node NOT IN (SELECT node FROM {tables["companies"]} WHERE "table" = '
            f"'companies') AND node NOT IN (SELECT node FROM {tables['people']} "
            "WHERE \"table\" <> 'companies')",
            params=ids,
        ).write_parquet(str(file))


def _count_subject_rows(connection: "DuckDBPyConnection", folder: Path) -> dict[str, int]:
    return {
        kind: len(
            connection.read_parquet(
                literal_path(fingerprints_file(folder, kind)), hive_partitioning=False
            )
        )
        for kind in KINDS
    }
