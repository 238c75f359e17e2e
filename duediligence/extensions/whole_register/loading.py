"""Load the publisher's files into a new version of the whole register, and report what it holds.

Each part is read into Parquet on its own and stays when the load is stopped: the next load goes on
from there. A part whose content is that of the version before is linked, not read. When all parts
are there the derived tables are made, and the version is put in use in one step.
"""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import is_zipfile

import msgspec

from duediligence.contracts import Drift
from duediligence.errors import ExpectationFailed, Hint, OptionRemark, StorageError, UsageError
from duediligence.extensions.whole_register import derived, engine, question_tables
from duediligence.extensions.whole_register.conversion import Conversion
from duediligence.extensions.whole_register.normal_forms import build_sql_macros
from duediligence.extensions.whole_register.products import READERS, day_of, sorted_out
from duediligence.extensions.whole_register.question_tables import DERIVED
from duediligence.extensions.whole_register.splitting import split_register_file
from duediligence.extensions.whole_register.tables import TABLES
from duediligence.extensions.whole_register.versions import (
    IN_USE,
    LAYOUT,
    MANIFEST,
    MANIFESTS,
    LoadedProduct,
    Part,
    Product,
    TableFiles,
    Version,
    activate_version,
    current,
    folder_of,
    read_version,
    record_loaded_version,
    remove_old,
    remove_old_spill,
    source,
    write_manifest,
    written_rows,
)
from duediligence.fetch.locking import lock_file
from duediligence.permissions import create
from duediligence.progress import SILENT, Progress
from duediligence.registers.bulk.owners import SnapshotCounts
from duediligence.registers.files import fingerprint_register_file
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.typed_data import decode_json
from duediligence.writing import (
    hash_file,
    link,
    make_folder,
    quick_digest,
    rename,
    storing,
    sync_file,
    unlink,
    write_bytes,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The largest share of rows that may go from one snapshot to the next, as in the core register.
MAX_DROP = 0.10


@use_case("load registers", event="register loaded")
def load(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    accept_fewer: bool = False,
    progress: Progress = SILENT,
) -> Version:
    """Load files of one or more products, and put the version that they make in use.

    What is in use of other products stays. Raises UsageError for files that are not of these
    products or not all parts, SourceError for one that is cut off, damaged or holds far fewer rows
    than the one before, Conflict while another load is at work, and StorageError. In each case
    the version before stays in use, and the parts that were read are not read again.
    """
    home = workspace.settings.home
    folder = folder_of(home)
    files = sorted_out(paths)
    with storing(folder):
        make_folder(folder)
    with lock_file(folder / "load.lock", patience=0):
        return _Load(workspace, progress).load(files, accept_fewer=accept_fewer)


@dataclass(frozen=True, slots=True)
class _Found:
    """A part that was read, and where the files of its tables are."""

    part: Part
    files: Mapping[str, Path]


def _is_whole(db: "DuckDBPyConnection", found: _Found) -> bool:
    """Return whether the files of a part are there and hold its rows: else it is read again."""
    try:
        with engine.plain_errors(next(iter(found.files.values())).parent):
            return all(
                written_rows(db, [file]) == found.part.rows.get(table, 0)
                for table, file in found.files.items()
            )
    except StorageError:
        return False


class _Load:
    def __init__(self, workspace: Workspace, progress: Progress) -> None:
        self._workspace = workspace
        self._home = home = workspace.settings.home
        self._now = workspace.now()
        self._progress = progress
        self._folder = folder_of(home)
        self._work = self._folder / ".load"
        self._pool = self._work / "parts"
        self._before = current(home)
        recorded = workspace.audit.sealed(MANIFESTS)
        if self._before and recorded and recorded[IN_USE].hex() != self._before.sha256:
            raise engine.exchanged(self._before.folder / MANIFEST)
        # Nothing of these is taken over.
        self._exchanged = (
            {self._before.folder / name for name in self._before.exchanged(*TABLES, whole=True)}
            if self._before
            else set()
        )

    def load(self, files: Mapping[Product, Sequence[Path]], *, accept_fewer: bool) -> Version:
        self._prepare()
        with ExitStack() as stack:
            db = stack.enter_context(closing(engine.connect_duckdb(self._work / "spill")))
            stack.enter_context(engine.plain_errors(self._folder))
            for macro in build_sql_macros():
                db.execute(macro)
            known = {product: self._known(db, product) for product in files}
            found: dict[Product, list[_Found]] = {
                product: [self._part(db, product, path, known[product]) for path in paths]
                for product, paths in files.items()
            }
            products = self._products(files, found)
            for product in files:
                self._expect(db, product, products[product], found[product], accept_fewer)
            parts = [part for product in files for part in products[product].parts]
            names = tuple(f"{part.name} {part.sha256}" for part in parts)
            version = self._build(db, products, found, names)
        shutil.rmtree(self._work, ignore_errors=True)
        remove_old(self._home)
        remove_old_spill(self._home)
        return version

    def _prepare(self) -> None:
        """Remove what a load that was stopped left, but for the parts that it had finished."""
        with storing(self._work):
            make_folder(self._pool)
            for left in self._work.iterdir():
                if left != self._pool:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            make_folder(self._work / "spill")

    def _known(self, db: "DuckDBPyConnection", product: Product) -> list[_Found]:
        """Return the parts of the version in use, and those that a stopped load had finished."""
        tables = READERS[product].tables
        found = []
        if self._before and self._before.manifest.layout == LAYOUT:
            loaded = self._before.manifest.products.get(product)
            for part in loaded.parts if loaded else ():
                files = {t: self._before.folder / t / part.file(t) for t in tables}
                found.append(_Found(part, files))
        for told in sorted(self._pool.glob(f"{product}-{LAYOUT}-*.json")):
            with suppress(OSError, msgspec.MsgspecError):
                part = decode_json(told.read_bytes(), Part)
                found.append(_Found(part, {t: self._pool / part.file(t) for t in tables}))
        return [
            one
            for one in found
            if self._exchanged.isdisjoint(one.files.values()) and _is_whole(db, one)
        ]

    def _part(
        self, db: "DuckDBPyConnection", product: Product, path: Path, known: Sequence[_Found]
    ) -> _Found:
        reader, day = READERS[product], day_of(product, [path])
        # What a file that is not packed unpacks to is the file, and is hashed while it is read.
        packed = is_zipfile(path)
        own = fingerprint_register_file(path).sha256 if packed or known else ""
        for one in known:
            if one.part.sha256 == own:
                return replace(one, part=replace(one.part, name=path.name, published=day))
        plain, odd, rows, more = (
            self._work / f"{n}.rows" for n in ("plain", "odd", "read", "more")
        )
        with storing(self._work):
            for file in (plain, odd, rows, more):
                unlink(file)
                create(file)
        parted = split_register_file(path, reader.layout, plain, odd, self._progress)
        own = own if packed else parted.sha256
        for one in known:
            if one.part.content == parted.sha256:
                # The same rows in another wrapping, as a zip of another day.
                part = replace(one.part, name=path.name, sha256=own, published=day)
                return replace(one, part=part)
        into = {table: self._work / f"{table}.parquet" for table in reader.tables}
        with storing(self._work):
            for file in into.values():
                unlink(file)
                create(file)
        run = Conversion(path, parted, plain, odd, rows, more, into, db, self._progress, Drift())
        with self._progress.task(f"Converting {path.name}"):
            reader.convert(run)
        part = Part(
            name=path.name,
            sha256=own,
            content=parted.sha256,
            published=day,
            rows={table: derived.count(db, file) for table, file in into.items()},
            counts=run.counts,
            totals=None if run.totals is None else {k: str(v) for k, v in run.totals.items()},
            drift=run.drift.items(),
        )
        with storing(self._work):
            for table, file in into.items():
                sync_file(file)
                rename(file, self._pool / part.file(table))
            for file in (plain, odd, rows, more):
                unlink(file)
        # Written last: a part without it was not finished.
        told = self._pool / f"{product}-{LAYOUT}-{part.content[:32]}.json"
        write_bytes(told, msgspec.json.encode(part))
        return _Found(part, {table: self._pool / part.file(table) for table in reader.tables})

    def _products(
        self, files: Mapping[Product, Sequence[Path]], found: Mapping[Product, Sequence[_Found]]
    ) -> dict[Product, LoadedProduct]:
        products: dict[Product, LoadedProduct] = {}
        if self._before and self._before.manifest.layout == LAYOUT:
            products.update(self._before.manifest.products)
        for product, paths in files.items():
            products[product] = LoadedProduct(
                published=day_of(product, paths),
                loaded_at=self._now,
                parts=tuple(one.part for one in found[product]),
            )
        return products

    def _expect(
        self,
        db: "DuckDBPyConnection",
        product: Product,
        loaded: LoadedProduct,
        found: Sequence[_Found],
        accept_fewer: bool,
    ) -> None:
        """Raise SourceError where the parts are not one whole snapshot, or UsageError for an older
        one than is in use.
        """
        title, table = READERS[product].title, READERS[product].tables[0]
        full = [part.content for part in loaded.parts if any(part.rows.values())]
        if len(set(full)) < len(full):
            raise UsageError(
                f"{title}: two of the files hold the same", hint="Name each part once."
            )
        if product == "owners":
            counts = SnapshotCounts()
            for part in loaded.parts:
                counts.counts.update(part.counts)
                counts.totals = part.totals or counts.totals
            counts.check(loaded.parts[-1].name, Drift())
        if product == "companies":
            files = [one.files[table] for one in found]
            twice = db.execute(
                f"SELECT number FROM ({source(files, TABLES[table])}) "  # noqa: S608
                "GROUP BY number HAVING count(*) > 1 LIMIT 1"
            ).fetchone()
            if twice:
                raise ExpectationFailed(
                    f"number {twice[0]} is on two rows: a part of the file may have been read "
                    "twice",
                    hint="Fetch the file again; what was loaded before stays in use.",
                )
        rows = loaded.rows(table)
        if not rows:
            raise ExpectationFailed(f"{title}: the file holds nothing to load")
        before = self._before.manifest.products.get(product) if self._before else None
        if before is None:
            return
        if before.published and loaded.published and loaded.published < before.published:
            raise UsageError(
                f"{title}: the files are of {loaded.published}, older than those in use, of "
                f"{before.published}",
                hint="Load a newer snapshot. To go back, remove the folder bulk-register of the "
                "home and load it again.",
            )
        if not accept_fewer and rows < before.rows(table) * (1 - MAX_DROP):
            raise ExpectationFailed(
                f"{title}: {rows:,} rows where {before.rows(table):,} were loaded before: the "
                "file may be cut off or be one part of several",
                hint=Hint(
                    "Fetch it again.", OptionRemark(" If it is right, load it with --accept-fewer.")
                ),
            )

    def _build(
        self,
        db: "DuckDBPyConnection",
        products: Mapping[Product, LoadedProduct],
        found: Mapping[Product, Sequence[_Found]],
        names: tuple[str, ...],
    ) -> Version:
        name, before = _derive_version_name(products), self._before
        if before and before.manifest.version == name and not before.exchanged(*TABLES, *DERIVED):
            record_loaded_version(self._workspace, before, names)
            return before
        building = self._work / "version"
        files: dict[str, list[Path]] = {}
        with storing(building):
            for table in (*TABLES, *DERIVED):
                make_folder(building / table)
        for product, loaded in products.items():
            for table in READERS[product].tables:
                places = {one.part.content: one.files[table] for one in found.get(product, ())}
                # Files without a record are alike.
                for part in {part.content: part for part in loaded.parts}.values():
                    file = building / table / part.file(table)
                    link(places.get(part.content) or self._old(table, part), file)
                    files.setdefault(table, []).append(file)
        rows = {table: sum(loaded.rows(table) for loaded in products.values()) for table in files}
        if "companies" in products:
            gone = self._gone(db, building, files["companies"], products["companies"], found)
            if gone:
                files["companies"].append(building / "companies" / _GONE)
                rows["companies"] += gone
        edges, nodes = (building / t / f"{t}.parquet" for t in ("edges", "nodes"))
        with storing(building):
            create(edges)
            create(nodes)
        with self._progress.task("Linking companies, people and addresses", 2) as task:
            rows |= derived.make_links(db, files, edges, nodes, task.advance)
        files |= {"edges": [edges], "nodes": [nodes]}
        answers = {table: building / table / f"{table}.parquet" for table in DERIVED}
        with storing(building):
            for file in answers.values():
                create(file)
        files |= {table: [file] for table, file in answers.items()}
        with self._progress.task("Finding phoenixes and handovers"):
            rows |= question_tables.write_question_tables(db, _derive_version_day(products), files)
        with storing(building):
            for file in (edges, nodes, *answers.values()):
                sync_file(file)
        manifest = TableFiles(
            version=name,
            layout=LAYOUT,
            made_at=self._now,
            before=self._before.folder.name if self._before else "",
            products=dict(products),
            files={table: tuple(file.name for file in each) for table, each in files.items()},
            rows=rows,
            bytes={
                table: sum(file.stat().st_size for file in each) for table, each in files.items()
            },
            hashes={
                f"{table}/{file.name}": (quick_digest(file), hash_file(file))
                for table, each in files.items()
                for file in each
            },
        )
        write_manifest(building, manifest)
        target = self._folder / name
        if target.exists():
            # Made by a load that was stopped before it was put in use, or in use long ago.
            with storing(target):
                shutil.rmtree(target)
        rename(building, target)
        version = read_version(self._folder, name)
        record_loaded_version(self._workspace, version, names)
        activate_version(self._home, name)
        return version

    def _old(self, table: str, part: Part) -> Path:
        assert self._before is not None
        file = self._before.folder / table / part.file(table)
        if file in self._exchanged:
            raise engine.exchanged(file)
        return file

    def _gone(
        self,
        db: "DuckDBPyConnection",
        building: Path,
        now: Sequence[Path],
        loaded: LoadedProduct,
        found: Mapping[Product, Sequence[_Found]],
    ) -> int:
        """Add the companies that left; how many."""
        if self._before is None or "companies" not in self._before.manifest.products:
            return 0
        into = building / "companies" / _GONE
        before = [f for f in self._before.files("companies") if f not in self._exchanged]
        if "companies" not in found:
            for file in before:
                if file.name == _GONE:
                    link(file, into)
                    return derived.count(db, into)
            return 0
        with storing(building):
            create(into)
        day = loaded.published or loaded.loaded_at.date()
        made = derived.make_gone(db, now, before, day, into)
        with storing(building):
            sync_file(into) if made else unlink(into)
        return made


_GONE = "gone.parquet"


def _derive_version_day(products: Mapping[Product, LoadedProduct]) -> date:
    """Return the day of the companies file, else of the newest."""
    days = {name: one.published or one.loaded_at.date() for name, one in products.items()}
    return days.get("companies") or max(days.values())


def _derive_version_name(products: Mapping[Product, LoadedProduct]) -> str:
    """Return the version of these parts: the newest day, and what tells its content from others."""
    parts = [
        f"{product} {part.content} {loaded.published}"
        for product, loaded in sorted(products.items())
        for part in loaded.parts
    ]
    days: list[date] = [each.published or each.loaded_at.date() for each in products.values()]
    digest = sha256("\n".join((str(LAYOUT), *parts)).encode()).hexdigest()
    return f"{max(days)}-{digest[:12]}"
