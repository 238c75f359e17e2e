"""Suppliers and declarations taken from a file, with the columns remembered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import Conflict, Hint, Step, StorageError
from duediligence.model import Supplier
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.suppliers import DeclarationCount, ImportCount
from duediligence.suppliers import Import, header_key, read_suppliers, write_rejects
from duediligence.suppliers.declarations import DeclarationFile, read_declarations
from duediligence.writing import write_text

if TYPE_CHECKING:
    from duediligence.screening.run.screen import Screened


FILE = "column-maps.json"
_MOST_CHARACTERS = 5_000_000


def read_column_maps(home: Path) -> dict[str, dict[str, str]]:
    """The mappings by the key of their headings; none where none was kept. Raises StorageError."""
    path = home / FILE
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(_MOST_CHARACTERS))
        return {
            str(key): {str(field): str(heading) for field, heading in mapping.items()}
            for key, mapping in found.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise StorageError(
            f"{path}: cannot be read: {error}",
            hint="Delete the file, and give --map once more for files that need it.",
        ) from error


def keep_column_map(home: Path, key: str, mapping: Mapping[str, str]) -> None:
    """Remember a mapping for headings with this key, in place of an earlier one.

    Raises StorageError.
    """
    known = read_column_maps(home)
    if known.get(key) != dict(mapping):
        write_text(home / FILE, json.dumps({**known, key: dict(mapping)}, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read, how many suppliers that changed, and the rejects file if there is one."""

    read: Import
    count: ImportCount
    rejects: Path | None


@use_case("import suppliers", event="suppliers imported")
def import_suppliers(
    workspace: Workspace,
    path: Path,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    rejects_folder: Path,
) -> Imported:
    """Read the file and keep its suppliers. Importing the same file twice changes nothing.

    A `mapping` is remembered, and taken for the next file with the same headings that comes
    without one. Rows that cannot be used go to `NAME-rejects.csv` in `rejects_folder`. Raises
    UsageError for a file that cannot be used at all, StorageError when nothing can be written.
    """
    home = workspace.settings.home
    read = read_suppliers(
        path,
        mapping=mapping,
        sheet=sheet,
        today=workspace.now().date(),
        remembered=read_column_maps(home),
    )
    if mapping:
        keep_column_map(home, header_key(read.header), read.mapping)
    count = workspace.suppliers.save(
        read.suppliers, file=read.file, at=workspace.now(), file_sha256=read.sha256
    )
    rejects = None
    if read.rejects:
        rejects = rejects_folder / f"{path.stem}-rejects.csv"
        write_rejects(read.rejects, read.header, rejects)
    return Imported(read, count, rejects)


@dataclass(frozen=True, slots=True)
class DeclarationsImported:
    """What was read, and how many answers of it were new."""

    read: DeclarationFile
    count: DeclarationCount


@use_case("import declarations", event="declaration imported")
def import_declarations(workspace: Workspace, path: Path) -> DeclarationsImported:
    """Read the file and keep its answers, all or none. Importing it twice changes nothing.

    Raises UsageError for anything in it that cannot be used, StorageError when nothing can be
    written.
    """
    known = {supplier.ref for supplier in workspace.suppliers.all()}
    read = read_declarations(path, known=known, today=workspace.now().date())
    count = workspace.declarations.save(
        read.declarations, file=read.file, file_sha256=read.sha256, at=workspace.now()
    )
    return DeclarationsImported(read, count)


@use_case("read")
def suppliers_of(workspace: Workspace) -> list[Supplier]:
    """Every supplier that was imported. Raises StorageError."""
    return workspace.suppliers.all()


@use_case("screen")
def to_screen(
    workspace: Workspace,
    path: Path | None,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    rejects_folder: Path,
) -> tuple["Screened", Imported | None]:
    """What is to be screened: the suppliers of a file, which are imported, else all there are.

    Raises Conflict where there are none, and as `import_suppliers`.
    """
    from duediligence.screening.run.screen import Screened

    if path is None:
        suppliers = workspace.suppliers.active(workspace.now().date())
        if not suppliers:
            raise Conflict(
                "There are no suppliers to screen",
                hint=Hint("Import some first: ", Step("import-suppliers"), ". Or name a file."),
            )
        return Screened(suppliers), None
    imported = import_suppliers(
        workspace, path, mapping=mapping, sheet=sheet, rejects_folder=rejects_folder
    )
    read = imported.read
    suppliers = _as_kept(workspace, read.suppliers)
    screened = Screened(suppliers, file=read.file, sha256=read.sha256, rejected=read.rejects)
    return screened, imported


def _as_kept(workspace: Workspace, suppliers: Sequence[Supplier]) -> list[Supplier]:
    """The suppliers of a file with what people changed since: without those that have ended, each
    that was merged away as the one that it is part of.
    """
    into, ended = workspace.suppliers.merged(), workspace.suppliers.ended(workspace.now().date())
    refs = dict.fromkeys(into.get(one.ref, one.ref) for one in suppliers)
    kept = (workspace.suppliers.get(ref) for ref in refs if ref not in ended)
    return [one for one in kept if one]
