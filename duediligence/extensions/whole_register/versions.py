"""The versions of the whole register in a home: which is current, its files, and how it is opened.

`bulk-register/current.json` names a folder beside it, which is never changed: a reader keeps the
version that it opened. The version before stays too, for what is asked between two of them.
"""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from duediligence.errors import Hint, NotFound, Step, StorageError
from duediligence.extensions.whole_register import engine
from duediligence.extensions.whole_register.normal_forms import literal_path, scan_parquet
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.model import DriftItem
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.store.seals import Seal
from duediligence.typed_data import decode_json
from duediligence.writing import hash_file, make_folder, quick_digest, storing, write_bytes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Product = Literal["companies", "owners", "officers"]
PRODUCTS: tuple[Product, ...] = get_args(Product)
# Raised whenever a column or a normal form changes: what was made before is then made again.
LAYOUT = 1
MANIFEST = "manifest.json"
# What the audit chain seals: the manifest of each version, and that of the one in use.
MANIFESTS = "bulk.manifests"
IN_USE = "in use"
MOMENT_SECONDS = 1.0
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that was loaded: its name, the sha256 of its bytes and of what it unpacks to, the rows
    of each of its tables, and its records that are counted by the totals of its snapshot.
    """

    name: str
    sha256: str
    content: str
    published: date | None
    rows: dict[str, int]
    counts: dict[str, int]
    totals: dict[str, str] | None
    drift: tuple[DriftItem, ...] = ()

    def file(self, table: str) -> str:
        """Return the name of its Parquet file in the folder of a table."""
        return f"{table}-{self.content[:32]}.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedProduct:
    """A product as loaded: the day of its snapshot, and its parts."""

    published: date | None
    loaded_at: datetime
    parts: tuple[Part, ...]

    def rows(self, table: str) -> int:
        return sum(part.rows.get(table, 0) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFiles:
    """What a version is made of: the files of each table, how many rows and bytes they hold.

    `hashes` are of each file, by its name in the folder: that of its ends if it is large (see
    `quick_digest`), and of the whole. An earlier version of this program wrote none.
    """

    version: str
    layout: int
    made_at: datetime
    before: str
    products: dict[Product, LoadedProduct]
    files: dict[str, tuple[str, ...]]
    rows: dict[str, int]
    bytes: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the whole register, the folder that it is in, and the hash of its manifest."""

    folder: Path
    manifest: TableFiles
    sha256: str = field(default="", compare=False)

    def files(self, table: str) -> list[Path]:
        """Return the Parquet files of a table; none where its product was never loaded."""
        return [self.folder / table / name for name in self.manifest.files.get(table, ())]

    def connection(
        self, *, memory_mb: int = engine.ASKING_MB, threads: int | None = None
    ) -> "DuckDBPyConnection":
        """Open a DuckDB connection in which each table is a view, with a memory bound.

        A table whose product was never loaded is there and empty. Raises UsageError where DuckDB is
        not installed, NotAsRecorded where a file of the version is gone, damaged or exchanged.
        """
        spill = self.folder.parent / ".spill"
        with storing(spill):
            make_folder(spill)
        # Its own, for DuckDB names its files alike in every process; it is made when it is needed.
        own = spill / f"{os.getpid()}-{token_hex(4)}"
        db = engine.connect_duckdb(own, memory_mb=memory_mb, threads=threads)
        self.check(*self.manifest.files)
        with engine.plain_errors(self.folder.parent):
            for table, columns in TABLES.items():
                db.execute(f"CREATE VIEW {table} AS {source(self.files(table), columns)}")
        return db

    def exchanged(self, *tables: str, whole: bool = False) -> list[str]:
        """Return the files of the tables, by their names in the folder, that are not those that
        were written; of large ones the ends are compared, or the `whole`.
        """
        hash_of = hash_file if whole else quick_digest
        return [
            name
            for name, hashes in self.manifest.hashes.items()
            if name.partition("/")[0] in tables and hash_of(self.folder / name) != hashes[whole]
        ]

    def check(self, *tables: str) -> None:
        """Raise NotAsRecorded unless the files of the tables are those that were written."""
        for name in self.exchanged(*tables):
            raise engine.exchanged(self.folder / name)
        # Of an earlier version of this program only sizes are known.
        sizes = {} if self.manifest.hashes else self.manifest.bytes
        for table, size in sizes.items():
            try:
                same = sum(file.stat().st_size for file in self.files(table)) == size
            except OSError:
                same = False
            if not same:
                raise engine.damaged(self.folder.parent)


def written_rows(db: "DuckDBPyConnection", files: Sequence[Path]) -> int:
    """Return how many rows Parquet files say at their ends that they hold."""
    if not files:
        return 0
    names = [literal_path(file) for file in files]
    found = db.execute("SELECT num_rows FROM parquet_file_metadata(?)", [names]).fetchall()
    return sum(int(rows) for (rows,) in found)


def source(files: Sequence[Path], columns: Mapping[str, str]) -> str:
    """Return a query for all rows of a table, none where it has no file."""
    if not files:
        empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
        return f"SELECT {empty} WHERE false"
    return f"SELECT * FROM {scan_parquet(files)}"  # noqa: S608 - our own files


def folder_of(home: Path) -> Path:
    """Return the folder of all versions in a home."""
    return home / "bulk-register"


def current(home: Path) -> Version | None:
    """Return the version in use; None where the whole register was never loaded. Raises
    StorageError.
    """
    folder = folder_of(home)
    try:
        name = decode_json((folder / "current.json").read_bytes(), dict[str, str])["version"]
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, KeyError) as error:
        raise engine.damaged(folder, error) from error
    if name in ("", ".", "..") or Path(name).name != name:
        raise engine.damaged(folder)
    return read_version(folder, name)


def open_version(home: Path) -> Version:
    """Return the version in use. Raises NotFound where there is none, StorageError."""
    found = current(home)
    if found is None:
        raise NotFound(
            "The whole register is not loaded",
            hint=Hint(
                "Load it from the files of Companies House: `", Step("load-whole-register"), "`."
            ),
        )
    return found


def open_recorded(workspace: Workspace) -> Version:
    """Return the version in use, which must be the one that the audit chain recorded.

    Raises NotFound where there is none, NotAsRecorded, StorageError.
    """
    version = open_version(workspace.settings.home)
    for wait in (True, False):
        recorded = workspace.audit.sealed(MANIFESTS)
        if not recorded or version.sha256 == recorded[IN_USE].hex():
            return version
        if wait:
            # A load records a moment before it swaps.
            time.sleep(MOMENT_SECONDS)
            version = open_version(workspace.settings.home)
    raise engine.exchanged(version.folder / MANIFEST)


def record_loaded_version(workspace: Workspace, version: Version, files: tuple[str, ...]) -> None:
    """Record that a version, of which `files` were loaded now, is in use from here on."""
    rows = version.manifest.rows
    event = AuditEvent(
        "register loaded",
        workspace.now(),
        workspace.who,
        {
            "version": version.manifest.version,
            **{f"rows of {name}": count for name, count in rows.items()},
            "files": files,
        },
        subject="whole register",
    )
    sha256 = bytes.fromhex(version.sha256)
    names = (version.folder.name, IN_USE)
    workspace.audit.add(event, [Seal(MANIFESTS, name, sha256) for name in names])


def version_before(version: Version) -> Version | None:
    """Return the version that this one followed; None where it is the first, or the other is
    gone.
    """
    name = version.manifest.before
    if not name or not (version.folder.parent / name / MANIFEST).is_file():
        return None
    return read_version(version.folder.parent, name)


def activate_version(home: Path, name: str) -> None:
    """Make a version the one in use, in one step, for good. Raises StorageError."""
    write_bytes(folder_of(home) / "current.json", msgspec.json.encode({"version": name}) + b"\n")


def remove_old_spill(home: Path) -> None:
    """Remove what connections that were killed a day ago or earlier had written to the disk."""
    spill = folder_of(home) / ".spill"
    for folder in spill.iterdir() if spill.is_dir() else ():
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _DAY:
                shutil.rmtree(folder)


def write_manifest(folder: Path, manifest: TableFiles) -> None:
    """Write what a version is made of. Raises StorageError."""
    write_bytes(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def remove_old(home: Path) -> None:
    """Remove all versions but the one in use and the one before it."""
    version = current(home)
    if version is None:
        return
    kept = {version.folder.name, version.manifest.before}
    for folder in folder_of(home).iterdir():
        if folder.is_dir() and folder.name not in kept and not folder.name.startswith("."):
            # Windows keeps a file that somebody reads; the next load takes it away.
            with suppress(OSError):
                shutil.rmtree(folder)


def read_version(folder: Path, name: str) -> Version:
    """Return the version of that name in the folder of all. Raises StorageError."""
    try:
        written = (folder / name / MANIFEST).read_bytes()
        layout = decode_json(written, _AnyManifest).layout
        if layout > LAYOUT:
            raise StorageError(
                f"{folder} was made by a newer version of this program",
                hint="Install that version, or remove the folder and load the register again.",
            )
        manifest = decode_json(written, TableFiles)
        return Version(folder / name, manifest, sha256(written).hexdigest())
    except (OSError, msgspec.MsgspecError) as error:
        raise engine.damaged(folder, error) from error


class _AnyManifest(msgspec.Struct):
    """What every version of this program writes."""

    layout: int
