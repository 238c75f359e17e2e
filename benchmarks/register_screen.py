"""What screening the whole register takes, on a sample of invented companies and people.

    DUEDILIGENCE_DATA=../shared/data python benchmarks/register_screen.py [PERCENT] [--cluster]

PERCENT of the UK register (1 without it): 5.7 million companies and 15 million records of owners,
of which every fifth is a further record of somebody who has one. Looks all of it up on the real
lists of the data folder by `registers screen` in one process, then one night in which 0.05 percent
of the subjects and 50 entries of the lists changed. Beside it rapidfuzz's cdist, which compares
the same names with every listed one. All of it is processor time, that of child processes
included. With --cluster: elapsed time of two local processes and of two workers of Dask, the same
parts, in turn.
"""

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from unittest import mock

import duckdb
from invented_companies import companies
from names import made_up_people
from rapidfuzz import fuzz, process

from duediligence.extensions.whole_register.lookup import register_lookup
from duediligence.extensions.whole_register.lookup.register_lookup import ListChanges
from duediligence.extensions.whole_register.lookup.screening import (
    ScreenedRegister,
    screen_register,
)
from duediligence.extensions.whole_register.lookup.workers import in_processes
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import (
    LAYOUT,
    TableFiles,
    activate_version,
    write_manifest,
)
from duediligence.model import ListEntry
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.folding import fold

COMPANIES, OWNERS = 5_700_000, 15_000_000
FURTHER = 0.2
CHANGED, ENTRIES = 0.0005, 50
FEW = 200  # rows, to measure what it takes to begin
SAMPLE = 300  # names that cdist compares


def processor_seconds(work: Callable[[], object]) -> float:
    """The processor time that the work takes, here and in processes that ended."""
    before = sum(_used())
    work()
    return sum(_used()) - before


def _used() -> Iterator[float]:
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(whose)
        yield from (used.ru_utime, used.ru_stime)


def write_version(root: Path, version: str, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """Write the tables `companies` and `owners` of a version, and put it in use."""
    columns = {
        "companies": ("number", "name", "country"),
        "owners": (
            "number",
            "kind",
            "name",
            "person",
            "birth_year",
            "birth_month",
            "nationality",
            "content",
        ),
    }
    with duckdb.connect() as connection:
        for table, names in columns.items():
            folder = root / version / table
            folder.mkdir(parents=True)
            kinds = TABLES[table]
            made = ", ".join(f"unnest(?::{kinds[name]}[]) AS {name}" for name in names)
            rest = ", ".join(
                f"NULL::{kind} AS {name}" for name, kind in kinds.items() if name not in names
            )
            values = [list(column) for column in zip(*rows[table], strict=True)]
            connection.sql(
                f"SELECT *, {rest} FROM (SELECT {made})",
                params=values,
            ).write_parquet(str(folder / "part-00000.parquet"))
    files = dict.fromkeys(columns, ("part-00000.parquet",))
    manifest = TableFiles(
        version=version,
        layout=LAYOUT,
        made_at=datetime.now(UTC),
        before="",
        products={},
        files=files,
        rows={table: len(rows[table]) for table in columns},
    )
    write_manifest(root / version, manifest)
    activate_version(root.parent, version)


def invented(share: float) -> dict[str, list[tuple[object, ...]]]:
    """Rows of so much of the register."""
    draw = random.Random(1)
    firms: list[tuple[object, ...]] = [
        (row[1], row[0], "ENGLAND") for row in companies(int(COMPANIES * share))
    ]
    count = int(OWNERS * share)
    people = iter(made_up_people(int(count * (1 - FURTHER)) + 1))
    records: list[tuple[object, ...]] = []
    while len(records) < count:
        if records and draw.random() < FURTHER:
            _, kind, name, person, year, month, nationality, _ = draw.choice(records)
        elif name := next(people, ""):
            kind = "individual-person-with-significant-control"
            year, month = draw.randint(1940, 2005), draw.randint(1, 12)
            person, nationality = draw.getrandbits(64), "British"
        else:
            break
        company = firms[draw.randrange(len(firms))][0]
        records.append(
            (company, kind, name, person, year, month, nationality, draw.getrandbits(64))
        )
    return {"companies": firms, "owners": records}


def a_night_later(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """The rows, a few of them of other content."""
    draw = random.Random(2)
    firms, records = list(rows["companies"]), list(rows["owners"])
    for at in draw.sample(range(len(firms)), max(1, int(len(firms) * CHANGED))):
        number, name, country = firms[at]
        firms[at] = (number, f"NEW {name}", country)
    for at in draw.sample(range(len(records)), max(1, int(len(records) * CHANGED))):
        records[at] = (*records[at][:6], "Irish", draw.getrandbits(64))
    return {"companies": firms, "owners": records}


def some_of(
    rows: dict[str, list[tuple[object, ...]]], count: int
) -> dict[str, list[tuple[object, ...]]]:
    """The first rows of each table."""
    return {name: some[:count] for name, some in rows.items()}


def listed(workspace: Workspace) -> list[ListEntry]:
    """Every entry of the lists in use."""
    current = workspace.lists.current()
    return [entry for one in current.values() for entry in workspace.lists.entries(one.version)]


def screen(home: Path, **options: object) -> ScreenedRegister:
    with Workspace(Settings(home=home)) as workspace:
        return screen_register(workspace, **options)  # type: ignore[arg-type]


def cdist_seconds(names: Sequence[str], entries: Sequence[ListEntry], kind: str) -> float:
    """Processor seconds a name of comparing it with every listed name of its kind."""
    theirs = sorted({fold(n.text) for e in entries if e.kind == kind for n in e.names})
    asked = [fold(name) for name in names]
    took = processor_seconds(
        lambda: process.cdist(asked, theirs, scorer=fuzz.token_sort_ratio, workers=1)
    )
    return took / len(asked)


def main() -> int:
    """Print the figures."""
    data = Path(os.environ.get("DUEDILIGENCE_DATA", ""))
    if not (data / "lists").is_dir():
        print("Set DUEDILIGENCE_DATA to a folder with lists/.")
        return 2
    numbers = [float(one) for one in sys.argv[1:] if not one.startswith("-")]
    share = (numbers[0] if numbers else 1.0) / 100
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Workspace(Settings(home=home)) as workspace:
            list(refresh(workspace, folder=data / "lists"))
            entries = listed(workspace)
        rows = invented(share)
        root = home / "bulk-register"
        write_version(root, "one", rows)
        whole(home, share, rows, entries)
        night(home, share, rows, entries)
        if "--cluster" in sys.argv:
            cluster(home)
    return 0


def whole(
    home: Path,
    share: float,
    rows: dict[str, list[tuple[object, ...]]],
    entries: Sequence[ListEntry],
) -> None:
    """All of the register, firms and people apart, and beside it cdist."""
    total = 0.0
    write_version(home / "bulk-register", "few", some_of(rows, FEW))
    screen(home, full=True)
    start = processor_seconds(lambda: screen(home, full=True, do=in_processes(1)))
    for kind, column, of, full in (
        ("organisation", 1, "companies", COMPANIES),
        ("person", 2, "owners", OWNERS),
    ):
        only = {name: some if name == of else some[:1] for name, some in rows.items()}
        write_version(home / "bulk-register", f"only-{of}", only)
        took = processor_seconds(lambda: screen(home, full=True, do=in_processes(1)))
        each = (took - start) / len(rows[of])
        total += each * full
        names = [str(row[column]) for row in islice(rows[of], SAMPLE)]
        by_force = cdist_seconds(names, entries, kind)
        print(
            f"{of}: {len(rows[of]):,} rows in {took:.1f} s, {start:.1f} s of it to begin: "
            f"{1e6 * each:.0f} us a row, {each * full / 60:.1f} minutes for {full:,}; cdist "
            f"{1e6 * by_force:.0f} us a name, ratio {by_force / each:.1f}"
        )
    print(f"the whole register: {total / 60:.1f} minutes of processor time ({share:.1%} measured)")


def night(
    home: Path,
    share: float,
    rows: dict[str, list[tuple[object, ...]]],
    entries: Sequence[ListEntry],
) -> None:
    """One night, and whether it finds what a full screening finds; beside it a night of little."""
    changed = tuple(random.Random(3).sample(list(entries), ENTRIES))
    start, _ = _night_of(home, "few", some_of(rows, FEW), changed)
    took, found = _night_of(home, "all", rows, changed)
    then = _matches(home / "bulk-register" / "all-after")
    screen(home, full=True)
    same = "as" if _matches(home / "bulk-register" / "all-after") == then else "NOT as"
    print(
        f"one night, {found.screening.changed_subjects:,} subjects and "
        f"{found.screening.changed_entries} entries changed: {took:.2f} s, {start:.2f} s of it "
        f"however few there are; {start + (took - start) / share:.0f} s for the whole register; "
        f"found {same} a full screening finds"
    )


def _night_of(
    home: Path,
    name: str,
    rows: dict[str, list[tuple[object, ...]]],
    changed: tuple[ListEntry, ...],
) -> tuple[float, ScreenedRegister]:
    root = home / "bulk-register"
    write_version(root, f"{name}-before", rows)
    screen(home, full=True)
    write_version(root, f"{name}-after", a_night_later(rows))
    ids = tuple((entry.list_id, entry.id) for entry in changed)
    done: list[ScreenedRegister] = []
    with mock.patch.object(register_lookup, "list_changes", return_value=ListChanges(changed, ids)):
        took = processor_seconds(lambda: done.append(screen(home, do=in_processes(1))))
    return took, done[0]


def _matches(version: Path) -> list[tuple[object, ...]]:
    with ExitStack() as stack:
        connection = stack.enter_context(duckdb.connect())
        return sorted(
            connection.read_parquet(str(version / "screened" / "part-*.parquet")).fetchall()
        )


def cluster(home: Path) -> None:
    """Two processes of this machine, and two workers of Dask, by the clock."""
    from duediligence.extensions.whole_register.lookup.cluster import on_local_cluster

    clocked: dict[str, list[float]] = {"processes": [], "Dask": []}
    for _ in range(2):
        for name, do in (("processes", in_processes(2)), ("Dask", on_local_cluster(2))):
            start = time.perf_counter()
            screen(home, full=True, do=do)
            clocked[name].append(time.perf_counter() - start)
    ours, theirs = min(clocked["processes"]), min(clocked["Dask"])
    print(f"two processes {ours:.1f} s, two workers of Dask {theirs:.1f} s: {ours / theirs:.2f}x")


if __name__ == "__main__":
    sys.exit(main())
