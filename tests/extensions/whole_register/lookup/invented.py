"""An invented register in Parquet and invented lists, small enough to look all of it up often."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import (
    LAYOUT,
    TableFiles,
    activate_version,
    folder_of,
    write_manifest,
)
from duediligence.model import Identifier, ListEntry, Name, PartialDate
from duediligence.model.entries import COMPANY
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ANY = RefreshTerms(as_of=NOW.date(), accept_shrink=True, accept_format=True)
FILE = "made.csv"


def _list(list_id: str):  # type: ignore[no-untyped-def]
    @watchlist(
        id=list_id,
        title=f"Invented list {list_id}",
        publisher="Test",
        licence="none",
        topic="sanctions",
        homepage="https://lists.example.org",
        feeds=(Feed(FILE),),
        max_age=timedelta(days=9999),
        expect=Expect(entries=(0, 100_000), weekly_loss=1.0),
    )
    def made(files: Files) -> Iterator[ListEntry]:
        """A list of ids, kinds, names, numbers and birth dates."""
        with files[FILE].open(encoding="utf-8", newline="") as file:
            next(file)
            for entry_id, kind, names, number, born in csv.reader(file):
                yield ListEntry(
                    id=entry_id,
                    list_id=list_id,
                    kind=kind,  # type: ignore[arg-type]
                    names=tuple(Name(each) for each in names.split("|")),
                    identifiers=(Identifier(COMPANY, number),) if number else (),
                    birth_dates=(PartialDate.parse(born),) if born else (),
                )

    return made


LISTS = {list_id: _list(list_id) for list_id in ("first", "second")}


@dataclass(frozen=True)
class Entry:
    """An entry of an invented list: names are separated by a bar."""

    id: str
    kind: str
    names: str
    number: str = ""
    born: str = ""


@dataclass
class Rows:
    """Rows of each table of the register, columns that are not given being null."""

    companies: list[dict[str, object]] = field(default_factory=list)
    owners: list[dict[str, object]] = field(default_factory=list)
    officers: list[dict[str, object]] = field(default_factory=list)

    def company(self, number: str, name: str, former: str = "", country: str = "ENGLAND") -> None:
        self.companies.append(
            {"number": number, "name": name, "former_names": former, "country": country}
        )

    def owner(self, number: str, key: str, name: str, **columns: object) -> None:
        kind = "individual-person-with-significant-control"
        self.owners.append({"number": number, "kind": kind, "name": name, "key": key, **columns})

    def officer(self, number: str, key: str, name: str, **columns: object) -> None:
        self.officers.append(
            {"number": number, "name": name, "key": key, "corporate": False, **columns}
        )


def write_register(home: Path, version: str, rows: Rows) -> Path:
    """Write a version and put it in use."""
    folder = home / "bulk-register" / version
    with duckdb.connect() as connection:
        for table in ("companies", "owners", "officers"):
            _write(connection, folder / table, table, getattr(rows, table))
    use_version(home, version)
    return folder


def use_version(home: Path, version: str) -> None:
    """Put a folder with all tables in use as a version."""
    folder = folder_of(home) / version
    files = {name: tuple(f.name for f in (folder / name).glob("*.parquet")) for name in TABLES}
    write_manifest(
        folder,
        TableFiles(
            version=version,
            layout=LAYOUT,
            made_at=NOW,
            before="",
            products={},
            files=files,
            rows={name: _rows_of(folder / name) for name in TABLES},
        ),
    )
    activate_version(home, version)


def _rows_of(folder: Path) -> int:
    with duckdb.connect() as connection:
        counted = [
            connection.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall()
            for file in folder.glob("*.parquet")
        ]
    return sum(int(row[0]) for rows in counted for row in rows)


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    rows: Sequence[Mapping[str, object]],
) -> None:
    folder.mkdir(parents=True)
    columns = TABLES[table]
    given = sorted({name for row in rows for name in row})
    kinds = {"key": "VARCHAR", **columns}
    made = ", ".join(f'unnest(?::{kinds[name]}[]) AS "{name}"' for name in given)
    values = [[row.get(name) for row in rows] for name in given]
    derived = {"content": "md5_number_lower(t::VARCHAR)"} if rows else {}
    if "key" in given:
        derived["person"] = "md5_number_lower('person:' || nullif(key, ''))"
    chosen = ", ".join(
        f'{derived.get(name, name if name in given else f"NULL::{kind}")} AS "{name}"'
        for name, kind in columns.items()
    )
    connection.sql(
        f"SELECT {chosen} FROM (SELECT {made}) t" if rows else f"SELECT {chosen} WHERE false",
        params=values,
    ).write_parquet(str(folder / "part-00000.parquet"))


def open_home(home: Path, turn: int = 0, **settings: object) -> Workspace:
    """A workspace that knows the invented lists alone."""
    at = NOW + timedelta(minutes=turn)
    chosen = {"workers": 1, **settings}
    return Workspace(
        Settings(home=home, **chosen),  # type: ignore[arg-type]
        now=lambda: at,
        only=LISTS,
    )


def load_lists(home: Path, lists: Mapping[str, Sequence[Entry]], turn: int = 0) -> None:
    """Put a version of each list in use."""
    with open_home(home, turn) as workspace:
        for list_id, entries in lists.items():
            folder = home / f"files-{turn}-{list_id}"
            folder.mkdir()
            with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
                file.write("id,kind,names,number,born\r\n")
                csv.writer(file).writerows(
                    (one.id, one.kind, one.names, one.number, one.born) for one in entries
                )
            (ended,) = refresh(workspace, [list_id], folder=folder, terms=ANY)
            assert ended.result in ("loaded", "unchanged"), ended


def screened(folder: Path) -> list[tuple[object, ...]]:
    """The matches that a version holds, in order."""
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(folder / "screened" / "part-*.parquet"))
        return sorted(rows.fetchall())
