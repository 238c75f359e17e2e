"""Take suppliers in from a spreadsheet: what can be used is kept, what cannot is written out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from duediligence.screening.workspace import Workspace
from duediligence.store.suppliers import ImportCount
from duediligence.suppliers import Import, read_suppliers, write_rejects


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read, how many suppliers that changed, and the rejects file if there is one."""

    read: Import
    count: ImportCount
    rejects: Path | None


def import_suppliers(
    workspace: Workspace,
    path: Path,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    rejects_folder: Path,
) -> Imported:
    """Read the file and keep its suppliers. Importing the same file twice changes nothing.

    Rows that cannot be used go to `NAME-rejects.csv` in `rejects_folder`. Raises UsageError for
    a file that cannot be used at all, StorageError when nothing can be written.
    """
    read = read_suppliers(path, mapping=mapping, sheet=sheet)
    count = workspace.suppliers.save(
        read.suppliers, file=read.file, at=workspace.now(), file_sha256=read.sha256
    )
    rejects = None
    if read.rejects:
        rejects = rejects_folder / f"{path.stem}-rejects.csv"
        write_rejects(read.rejects, read.header, rejects)
    return Imported(read, count, rejects)
