"""Look one part of the register up, and write what was found.

A part leaves three files: `found-PART.parquet` with the matches, and, for the changes of a later
night, `keys-PART.parquet` (under which keys an entry finds which node) and `words-PART.parquet`.
`found` is written last: where it is, the part is done. Parts of the kind `words` gather the words
of all the others into an index. Every file is written whole or not at all, and a part that is done
twice, by two processes at once even, leaves the same files.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.lookup.plan import (
    WORDS,
    LookupPart,
    LookupRules,
    WorkerJob,
)
from duediligence.extensions.whole_register.lookup.subjects import (
    RegisterSubject,
    part_of,
    read_range,
)
from duediligence.extensions.whole_register.normal_forms import literal_path
from duediligence.extensions.whole_register.tables import SCREENED
from duediligence.matching import Engine
from duediligence.matching.index.subject_keys import (
    SubjectKeys,
    merge_subject_keys,
    save_words,
    subject_keys,
)
from duediligence.model import Match
from duediligence.writing import replace_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHARES = 2**16  # in which words are parted, by their hash
_MEMORY_MB = 512  # of DuckDB; the indexes and the subjects of a part come to it
_CHUNK = 512  # subjects: names are made ready once, for both the search and the keys
_EVERY = 2**31  # matches of a party on a list


class FoundRow(NamedTuple):
    """A match, as `screened` keeps it: where in the register, and which entry."""

    table: str
    node: int
    number: str
    name: str
    list_id: str
    entry_id: str
    entry_name: str
    score: float
    certain: bool


class PartSearch:
    """Looks parts up. The indexes stay open, mapped into memory, from one part to the next.

    Made of a job. `files` is the file system of fsspec where its rows are, if they are not in a
    folder; `scratch` a folder that is removed at the end. Raises UsageError for a job of another
    version of the program, StorageError.
    """

    def __init__(
        self, job: WorkerJob, *, files: object = None, scratch: Path | None = None
    ) -> None:
        job.check_program()
        self.folder = Path(job.folder)
        self._rules = job.rules
        self._rows = job.rows_folder
        folders = {list_id: Path(folder) for list_id, folder in job.indexes.items()}
        self._engine = Engine.open(
            folders, Path(job.merged), merge=scratch is not None, recorded=job.recorded
        )
        self._open = ExitStack()
        if scratch is not None:
            self._open.callback(shutil.rmtree, scratch, ignore_errors=True)
        spill = self._open.enter_context(TemporaryDirectory(prefix="duediligence-"))
        db = engine.connect_duckdb(Path(spill), memory_mb=_MEMORY_MB, threads=1)
        self._connection = self._open.enter_context(db)
        # The file with all rows is read again for each part.
        self._connection.execute("SET parquet_metadata_cache = true")
        if files is not None:
            self._connection.register_filesystem(files)

    def close(self) -> None:
        """Close what is open."""
        self._open.close()

    def run(self, part: LookupPart) -> None:
        """Do the part, unless it is done. Raises StorageError."""
        if done_file(self.folder, part).exists():
            return
        with engine.plain_errors(self.folder):
            if part.kind == WORDS:
                _gather_words(self._connection, self.folder, part)
            else:
                self._look_up(part)

    def _look_up(self, part: LookupPart) -> None:
        subjects = read_range(
            self._connection, self._rows, part.kind, *part_of(part.number, part.of)
        )
        rows: list[FoundRow] = []
        keys: list[tuple[int, SubjectKeys]] = []
        for first in range(0, len(subjects), _CHUNK):
            some = subjects[first : first + _CHUNK]
            rows += look_up(self._engine, self._rules, some)
            lowest = self._rules.lowest
            keys.append((first, subject_keys([one.subject for one in some], lowest)))
        nodes = [one.node for one in subjects]
        write_keys(self._connection, self.folder, part.name, nodes, merge_subject_keys(keys))
        write_found(self._connection, done_file(self.folder, part), sorted(rows))


def files_of(folder: Path, pattern: str) -> list[str]:
    """Return the files of a folder, as DuckDB takes their names."""
    return [literal_path(file) for file in sorted(folder.glob(pattern))]


def part_files(part: LookupPart) -> tuple[str, ...]:
    """Return the names of the files that a part leaves, that of `done_file` last."""
    if part.kind == WORDS:
        return (f"{part.name}.index",)
    return tuple(f"{what}-{part.name}.parquet" for what in ("keys", "words", "found"))


def done_file(folder: Path, part: LookupPart) -> Path:
    """Return the file that is there once the part is done."""
    return folder / part_files(part)[-1]


def _gather_words(connection: "DuckDBPyConnection", folder: Path, part: LookupPart) -> None:
    """Index the words of all parts whose share of a hash is the part's."""
    first, last = (-(-_SHARES * n // part.of) for n in (part.number, part.number + 1))
    connection.read_parquet(
        files_of(folder, "words-*.parquet"), hive_partitioning=False
    ).create_view("gathered")
    words = [
        connection.execute(
            "SELECT DISTINCT word FROM gathered WHERE person = ? AND share >= ? AND share < ? "
            "ORDER BY word",
            [person, first, last],
        ).fetchall()
        for person in (True, False)
    ]
    connection.execute("DROP VIEW gathered")
    with replace_file(done_file(folder, part)) as temporary:
        save_words(temporary, *([word for (word,) in some] for some in words))


def look_up(
    engine: Engine, rules: LookupRules, subjects: Sequence[RegisterSubject]
) -> list[FoundRow]:
    """Return the matches of the subjects on all lists, in order. Raises StorageError."""
    thresholds = {list_id: one.threshold for list_id, one in rules.lists.items()}
    results = engine.search_many(
        (one.subject for one in subjects), thresholds, limit=_EVERY, workers=1
    )
    return rows_of(zip(subjects, results, strict=True))


def rows_of(found: Iterable[tuple[RegisterSubject, Mapping[str, list[Match]]]]) -> list[FoundRow]:
    """Return a row for each match and each table that the subject is in, in order."""
    return sorted(
        FoundRow(
            table,
            one.node,
            number,
            match.query_name or one.subject.names[0],
            list_id,
            match.entry_id,
            match.listed_name,
            match.score,
            match.certain,
        )
        for one, by_list in found
        if by_list
        for list_id, matches in by_list.items()
        for match in matches
        for table, number in one.places
    )


def write_found(connection: "DuckDBPyConnection", file: Path, rows: Sequence[FoundRow]) -> None:
    """Write matches, whole or not at all. Raises StorageError."""
    columns = ", ".join(f'unnest(?::{kind}[]) AS "{name}"' for name, kind in SCREENED.items())
    values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in SCREENED]
    with replace_file(file) as temporary:
        connection.sql(f"SELECT {columns}", params=values).write_parquet(str(temporary))


def write_keys(
    connection: "DuckDBPyConnection",
    folder: Path,
    name: str,
    nodes: Sequence[int],
    found: SubjectKeys,
) -> None:
    """Write under which keys an entry finds which node, and the words. Raises StorageError."""
    with replace_file(folder / f"keys-{name}.parquet") as temporary:
        connection.register(
            "made", {"key": found.keys, "place": found.owners, "alone": found.alone}
        )
        connection.sql(
            "SELECT key, nodes.node, alone FROM made JOIN "
            "(SELECT unnest(?::UBIGINT[]) AS node, unnest(range(?)) AS place) nodes USING (place)",
            params=[list(nodes), len(nodes)],
        ).write_parquet(str(temporary))
        connection.unregister("made")
    with replace_file(folder / f"words-{name}.parquet") as temporary:
        connection.sql(
            "SELECT *, md5_number_lower(word) >> 48 AS share FROM ("
            "SELECT true AS person, unnest(?::VARCHAR[]) AS word "
            "UNION ALL SELECT false, unnest(?::VARCHAR[]))",
            params=[found.people_words, found.firm_words],
        ).write_parquet(str(temporary))
