"""Where this machine and the workers of a cluster exchange files.

That is the folder of the layer itself, where every worker sees it at the same path; else a place
that fsspec opens, such as a bucket, to which the rows and indexes go once and from which the
results come back. A part's files get their names when they are whole, `found` last, so that it
makes no difference whether a part was done once, or twice at the same time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import msgspec

from duediligence.errors import StorageError, UsageError
from duediligence.extensions.whole_register.lookup.parts import PartSearch, part_files
from duediligence.extensions.whole_register.lookup.plan import ROWS, LookupPart, WorkerJob
from duediligence.writing import link, make_folder, rename, replace_file, storing

_INDEXES = "indexes"


@dataclass(frozen=True)
class SharedFiles:
    """What workers are given. `place` is where fsspec finds the files; empty: at the same path."""

    job: WorkerJob
    place: str = ""

    def open(self) -> PartSearch:
        """Open the indexes, and what is looked up. Raises UsageError, StorageError."""
        self.job.check_program()
        scratch = Path(mkdtemp(prefix="duediligence-"))
        if not self.place:
            own = msgspec.structs.replace(self.job, folder=str(scratch), rows=self.job.rows_folder)
            return PartSearch(own, scratch=scratch)
        files, root = _open_file_system(self.place)
        indexes = {}
        with _plain_errors(self.place):
            for list_id in self.job.indexes:
                target = scratch / _INDEXES / list_id
                files.get(f"{root}/{_INDEXES}/{list_id}", str(target), recursive=True)
                indexes[list_id] = str(target)
        own = msgspec.structs.replace(
            self.job,
            folder=str(scratch),
            rows=files.unstrip_protocol(f"{root}/{ROWS}"),
            indexes=indexes,
            merged=str(scratch / "merged"),
        )
        return PartSearch(own, scratch=scratch, files=files)

    def run(self, search: PartSearch, part: LookupPart) -> None:
        """Do the part, unless it is done, and hand its files over. Raises StorageError."""
        if self.place:
            files, root = _open_file_system(self.place)
            names = part_files(part)
            with _plain_errors(self.place):
                if files.exists(f"{root}/{names[-1]}"):
                    return
            search.run(part)
            with _plain_errors(self.place):
                for name in names:
                    under_way = f"{root}/{uuid4().hex}-{name}"
                    files.put_file(str(search.folder / name), under_way)
                    files.mv(under_way, f"{root}/{name}")
        else:
            layer = Path(self.job.folder)
            if (layer / part_files(part)[-1]).exists():
                return
            search.run(part)
            _hand_over(search.folder, layer, part_files(part))
        for name in part_files(part):
            (search.folder / name).unlink()


def _hand_over(source: Path, layer: Path, names: tuple[str, ...]) -> None:
    own = layer / f".handed-over-{uuid4().hex}"
    with storing(layer):
        try:
            make_folder(own)
            for name in names:
                link(source / name, own / name)
                rename(own / name, layer / name)
        finally:
            shutil.rmtree(own, ignore_errors=True)


class PartStorage:
    """The side of the machine that shares parts out."""

    def __init__(self, shared: SharedFiles, layer: Path) -> None:
        self.shared = shared
        self._layer = layer

    @classmethod
    @contextmanager
    def prepared(cls, job: WorkerJob, place: str) -> "Iterator[PartStorage]":
        """With everything there that workers need. `place` is cleared at the end.

        Raises UsageError for a place that fsspec does not open, StorageError.
        """
        layer = Path(job.folder)
        if not place:
            yield cls(SharedFiles(job), layer)
            return
        own = f"{place.rstrip('/')}/{job.rules.name}-{layer.name}"
        files, root = _open_file_system(own)
        with _plain_errors(own):
            files.makedirs(root, exist_ok=True)
            files.put(job.rows_folder, f"{root}/{ROWS}", recursive=True)
            for list_id, folder in job.indexes.items():
                files.put(folder, f"{root}/{_INDEXES}/{list_id}", recursive=True)
        yield cls(SharedFiles(job, own), layer)
        with _plain_errors(own):
            files.rm(root, recursive=True)

    def collect(self, part: LookupPart) -> None:
        """Fetch what a part left, where it is not here already. Raises StorageError."""
        if self.shared.place:
            files, root = _open_file_system(self.shared.place)
            for name in part_files(part):
                with (
                    replace_file(self._layer / name) as temporary,
                    _plain_errors(self.shared.place),
                ):
                    files.get_file(f"{root}/{name}", str(temporary))


def _open_file_system(place: str) -> tuple[Any, str]:
    import fsspec  # type: ignore[import-untyped]  # it has none

    try:
        files, root = fsspec.core.url_to_fs(place)
    except (ValueError, ImportError) as error:
        raise UsageError(
            f"{place!r} cannot be opened: {error}",
            hint="Give a path, or an address that fsspec knows, such as s3://BUCKET/FOLDER.",
        ) from error
    return files, str(root)


@contextmanager
def _plain_errors(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{place} cannot be used: {error}",
            hint="Check that this machine and the workers may read and write there.",
        ) from error
