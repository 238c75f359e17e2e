"""Suppliers and declarations taken from a file, with the columns remembered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import Conflict, Hint, OptionRemark, Step, StorageError, UsageError
from duediligence.formats.filetype import RowLimit
from duediligence.model import Supplier
from duediligence.model.audit import AuditValue
from duediligence.model.supplier_changes import apply_supplier_changes
from duediligence.screening.access import require_action, use_case
from duediligence.screening.contact_keys import ContactHasher, contact_hasher
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.suppliers import DeclarationCount, ImportCount
from duediligence.suppliers.apart import read_for
from duediligence.suppliers.declarations import DeclarationFile, read_declarations
from duediligence.suppliers.doubtful_rows import NO_ANSWERS, RowAnswers, text_key
from duediligence.suppliers.identity import Recognised, recognise_suppliers
from duediligence.suppliers.importing import Import, rejects_csv, write_rejects
from duediligence.suppliers.parents import StoredSuppliers
from duediligence.text.wording import count
from duediligence.writing import write_text

if TYPE_CHECKING:
    from duediligence.screening.run.screen import Screened


FILE = "column-maps.json"
ANSWERS = "rows-in-doubt.json"
_MOST_CHARACTERS = 5_000_000
# An import that changes more suppliers is preceded by a copy of the databases.
_MANY = 20
_NOT_WRITTEN = (
    "The other rows were imported. To see these, import a copy of the file in a folder of yours."
)


def read_column_maps(home: Path) -> dict[str, dict[str, str]]:
    """Return the mappings by the key of their headings; none where none was kept. Raises
    StorageError.
    """
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
            hint=Hint(
                "Delete the file, and give ",
                OptionRemark("--map"),
                " once more for files that need it.",
            ),
        ) from error


def keep_column_map(home: Path, key: str, mapping: Mapping[str, str]) -> None:
    """Remember a mapping for headings with this key, in place of an earlier one.

    Raises StorageError.
    """
    known = read_column_maps(home)
    if known.get(key) != dict(mapping):
        write_text(home / FILE, json.dumps({**known, key: dict(mapping)}, indent=1) + "\n")


def read_answers(home: Path) -> dict[str, bool]:
    """Return what people said of rows in doubt, by `text_key`. Raises StorageError."""
    path = home / ANSWERS
    try:
        with path.open(encoding="utf-8") as file:
            return {str(key): said is True for key, said in json.load(file).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise StorageError(
            f"{path}: cannot be read: {error}",
            hint="Delete the file, and say again which rows in doubt are suppliers.",
        ) from error


def keep_answers(home: Path, read: Import) -> None:
    """Remember what a person said of the rows in doubt of a file. Raises StorageError."""
    known = read_answers(home)
    said = {text_key(one.text): one.answer for one in read.in_doubt if one.answer is not None}
    if not said.items() <= known.items():
        write_text(home / ANSWERS, json.dumps({**known, **said}, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read, how many suppliers that changed, and the rejects file if there is one.

    `read.suppliers` are under the references that they are known by, as `recognised` says.
    """

    read: Import
    count: ImportCount
    rejects: Path | None
    recognised: Recognised


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a file would do: as `import_suppliers` would answer, without a rejects file.

    `comes` are new, `changes` are as they were and as they would be. `rejects` are the rejected
    rows as a CSV file, empty where there are none.
    """

    imported: Imported
    comes: tuple[Supplier, ...]
    changes: tuple[tuple[Supplier, Supplier], ...]
    rejects: bytes


@use_case("read")
def preview_suppliers(
    workspace: Workspace,
    path: Path,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    answers: RowAnswers = NO_ANSWERS,
) -> ImportPreview:
    """Say what importing the file would do. Nothing is written, and no mapping is remembered.

    Raises UsageError for a file that cannot be used at all, StorageError.
    """
    require_action(workspace, "import suppliers")
    hasher = contact_hasher(workspace.settings.home)
    read = _read_supplier_file(
        workspace, path, hasher, mapping=mapping, sheet=sheet, answers=answers
    )
    with workspace.casework.snapshot():
        recognised = recognise_suppliers(read, _known(workspace), today=workspace.now().date())
        rows, taken = workspace.suppliers.kept(
            recognised.suppliers, file=read.file, at=workspace.now()
        )
        stored = {one.ref: one for one in workspace.suppliers.all()}
    return ImportPreview(
        imported=Imported(replace(read, suppliers=recognised.suppliers), taken, None, recognised),
        comes=tuple(row.supplier for ref, row in rows.items() if ref not in stored),
        changes=tuple(
            (stored[ref], row.supplier)
            for ref, row in rows.items()
            if ref in stored and stored[ref] != row.supplier
        ),
        rejects=rejects_csv(read.rejects, read.header) if read.rejects else b"",
    )


@use_case("import suppliers", event="suppliers imported")
def import_suppliers(
    workspace: Workspace,
    path: Path,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    rejects_folder: Path | None,
    answers: RowAnswers = NO_ANSWERS,
) -> Imported:
    """Read the file and keep its suppliers. Importing the same file twice changes nothing.

    A supplier without a reference is recognised by what else is known of it, and keeps its
    decisions. A `mapping` is remembered, and taken for the next file with the same headings that
    comes without one; so are `answers`, which say which rows in doubt are suppliers. Rows that
    cannot be used go to `NAME-rejects.csv` in `rejects_folder`; where that is None, no file of them
    is written. Raises UsageError for a file that cannot be used at
    all, StorageError when nothing can be written.
    """
    hasher = contact_hasher(workspace.settings.home)
    read = _read_supplier_file(
        workspace, path, hasher, mapping=mapping, sheet=sheet, answers=answers
    )
    with workspace.casework.transaction():
        _keep_key(workspace, hasher, read)
        # Recognised here: another command may have changed the suppliers while the file was read.
        recognised = recognise_suppliers(read, _known(workspace), today=workspace.now().date())
        taken = workspace.suppliers.save(
            recognised.suppliers,
            file=read.file,
            at=workspace.now(),
            file_sha256=read.sha256,
            sealed=workspace.casework.supplier_refs.add_own_refs(recognised.own_refs),
            more=_describe_import(read, mapping),
        )
        _copy_before(workspace, taken.added + taken.changed)
    keep_answers(workspace.settings.home, read)
    if mapping:
        keep_column_map(workspace.settings.home, read.headings, read.mapping)
    rejects = None
    if read.rejects and rejects_folder is not None:
        rejects = rejects_folder / f"{path.stem}-rejects.csv"
        try:
            write_rejects(read.rejects, read.header, rejects)
        except StorageError as error:
            raise StorageError(str(error), hint=_NOT_WRITTEN) from error
    return Imported(replace(read, suppliers=recognised.suppliers), taken, rejects, recognised)


def _read_supplier_file(
    workspace: Workspace,
    path: Path,
    hasher: ContactHasher,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    answers: RowAnswers,
) -> Import:
    return read_for(
        workspace.waiter,
        path,
        mapping=mapping,
        sheet=sheet,
        today=workspace.now().date(),
        remembered=read_column_maps(workspace.settings.home),
        known=_known(workspace),
        contact_key=hasher.key,
        answers=replace(answers, known=read_answers(workspace.settings.home) | {**answers.known}),
        limit=RowLimit(workspace.settings.most_supplier_rows, "most_supplier_rows"),
    )


def _describe_import(read: Import, mapping: Mapping[str, str]) -> dict[str, AuditValue]:
    """Return what the event says besides: how many rows a person said are no suppliers, how many
    were not read, and the key of the headings whose columns were chosen.
    """
    found: dict[str, AuditValue] = {
        "left_out_rows": sum(len(one.rows) for one in read.in_doubt if one.answer is False),
        "refused_rows": len(read.not_read),
        "headings": read.headings if mapping else "",
    }
    return {name: value for name, value in found.items() if value}


def forget_column_map(home: Path, key: str) -> None:
    """Forget the mapping for headings with this key. Raises StorageError."""
    known = read_column_maps(home)
    if known.pop(key, None):
        write_text(home / FILE, json.dumps(known, indent=1) + "\n")


def _copy_before(workspace: Workspace, changed: int) -> None:
    """Copy the databases as they were before an import of many, which is not committed yet."""
    if changed > _MANY:
        workspace.make_copy("import")


def _keep_key(workspace: Workspace, hasher: ContactHasher, read: Import) -> None:
    """Keep the key of contacts where any were read. Raises Conflict, StorageError."""
    if any(one.contact_keys for one in read.suppliers):
        hasher.keep(workspace.home)


def _known(workspace: Workspace) -> StoredSuppliers:
    return StoredSuppliers(
        workspace.suppliers.as_imported(),
        workspace.casework.supplier_refs.own_refs(),
        frozenset(workspace.suppliers.merged()),
    )


def _is_active(supplier: Supplier, today: date) -> bool:
    return supplier.ended is None or supplier.ended > today


@dataclass(frozen=True, slots=True)
class Replacement:
    """What would become of the suppliers if those of a file were all there are.

    `comes` are new, `goes` would end on the day `on`, `changes` are as they were and as they would
    be. `stored` is what the plan was made of, `by_hand` are those of `goes` that no file ever had.
    `hasher` made the contact keys of the plan.
    """

    read: Import
    hasher: ContactHasher
    recognised: Recognised
    mapping: Mapping[str, str]
    comes: tuple[Supplier, ...]
    goes: tuple[Supplier, ...]
    changes: tuple[tuple[Supplier, Supplier], ...]
    by_hand: tuple[Supplier, ...]
    stored: tuple[Supplier, ...]
    on: date

    @property
    def ends_most(self) -> bool:
        """Return whether more than half of the suppliers that have not ended would end."""
        return 2 * len(self.goes) > sum(_is_active(one, self.on) for one in self.stored)


@use_case("read")
def plan_replacement(
    workspace: Workspace,
    path: Path,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    answers: RowAnswers = NO_ANSWERS,
) -> Replacement:
    """Say what replacing all suppliers by those of the file would do. Nothing is written.

    Raises UsageError for a file that cannot be used, or not wholly: of what a rejected row holds
    nobody knows whether it is a supplier of before.
    """
    require_action(workspace, "import suppliers")
    hasher = contact_hasher(workspace.settings.home)
    read = _read_supplier_file(
        workspace, path, hasher, mapping=mapping, sheet=sheet, answers=answers
    )
    if read.not_read:
        first = read.not_read[0]
        raise UsageError(
            f"{read.file}: {count(len(read.not_read), 'row')} cannot be used, such as row "
            f"{first.row}: {first.reason}",
            hint="Nothing was changed. Suppliers are replaced only by a file of which every row "
            "can be used: correct these rows first, or say which rows in doubt are suppliers.",
        )
    known = _known(workspace)
    today = workspace.now().date()
    recognised = recognise_suppliers(read, known, today=today)
    stored = {one.ref: one for one in workspace.suppliers.all()}
    said = {one.ref: one for one in known.suppliers}
    into = workspace.suppliers.merged()
    there = {into.get(one.ref, one.ref) for one in recognised.suppliers}
    goes = tuple(one for one in stored.values() if one.ref not in there and _is_active(one, today))
    return Replacement(
        read=read,
        hasher=hasher,
        recognised=recognised,
        mapping=mapping,
        comes=tuple(
            one
            for one in recognised.suppliers
            if one.ref not in stored and one.ref not in known.merged
        ),
        goes=goes,
        by_hand=tuple(
            one for one in goes if (row := workspace.suppliers.row(one.ref)) and not row.file
        ),
        changes=tuple(
            (stored[one.ref], now)
            for one in recognised.suppliers
            if one.ref in stored
            for now in [apply_supplier_changes(stored[one.ref], said[one.ref], one)]
            if stored[one.ref] != now
        ),
        stored=tuple(stored.values()),
        on=today,
    )


@use_case("import suppliers", event="suppliers replaced")
def replace_suppliers(
    workspace: Workspace, plan: Replacement, *, end_most: bool = False
) -> Imported:
    """Keep the suppliers of the file, and end all others today. All of it, or nothing.

    Those that end stay, with their alerts and decisions. Raises Conflict where more than half would
    end and `end_most` does not say so, and where the suppliers changed since the plan was made.
    """
    if plan.ends_most and not end_most:
        raise Conflict(
            f"{plan.read.file}: {count(len(plan.goes), 'supplier')} would end, more than half of "
            "all: is it one sheet of several, or a part of the list?",
            hint=Hint(
                "Nothing was changed. To add its suppliers and end none: `",
                Step("import-suppliers"),
                "`.",
                OptionRemark(" If the others have all ended, add --end-most."),
            ),
        )
    with workspace.casework.transaction():
        if tuple(workspace.suppliers.all()) != plan.stored:
            raise Conflict(
                "The suppliers were changed by another command meanwhile",
                hint="Nothing was replaced. Run it again, and look at the new preview.",
            )
        _keep_key(workspace, plan.hasher, plan.read)
        taken = workspace.suppliers.save(
            plan.recognised.suppliers,
            file=plan.read.file,
            at=workspace.now(),
            file_sha256=plan.read.sha256,
            ended=[replace(one, ended=plan.on) for one in plan.goes],
            sealed=workspace.casework.supplier_refs.add_own_refs(plan.recognised.own_refs),
            more=_describe_import(plan.read, plan.mapping),
        )
        _copy_before(workspace, taken.added + taken.changed + len(plan.goes))
    keep_answers(workspace.settings.home, plan.read)
    if plan.mapping:
        keep_column_map(workspace.settings.home, plan.read.headings, plan.read.mapping)
    read = replace(plan.read, suppliers=plan.recognised.suppliers)
    return Imported(read, taken, None, plan.recognised)


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
    taken = workspace.declarations.save(
        read.declarations, file=read.file, file_sha256=read.sha256, at=workspace.now()
    )
    return DeclarationsImported(read, taken)


@use_case("read")
def suppliers_of(workspace: Workspace) -> list[Supplier]:
    """Return every supplier that was imported. Raises StorageError."""
    return workspace.suppliers.all()


@use_case("screen")
def to_screen(
    workspace: Workspace,
    path: Path | None,
    *,
    mapping: Mapping[str, str],
    sheet: str,
    rejects_folder: Path | None,
    answers: RowAnswers = NO_ANSWERS,
) -> tuple["Screened", Imported | None]:
    """Return what is to be screened: the suppliers of a file, which are imported, else all there
    are.

    Those that have ended are left out. Raises Conflict where there are none, and as
    `import_suppliers`.
    """
    from duediligence.screening.run.screen import Screened

    today = workspace.now().date()
    if path is None:
        suppliers = workspace.suppliers.active(today)
        if not suppliers:
            raise Conflict(
                "All suppliers have ended: there are none to screen"
                if workspace.suppliers.all()
                else "There are no suppliers to screen",
                hint=Hint("Import some first, or name a file: ", Step("import-suppliers")),
            )
        return Screened(suppliers, ended=len(workspace.suppliers.ended(today))), None
    imported = import_suppliers(
        workspace,
        path,
        mapping=mapping,
        sheet=sheet,
        rejects_folder=rejects_folder,
        answers=answers,
    )
    read = imported.read
    # With what people changed since: each that was merged away as the one that it is part of.
    into, ended = workspace.suppliers.merged(), workspace.suppliers.ended(today)
    refs = dict.fromkeys(into.get(one.ref, one.ref) for one in read.suppliers)
    kept = [workspace.suppliers.get(ref) for ref in refs if ref not in ended]
    screened = Screened(
        [one for one in kept if one],
        file=read.file,
        sha256=read.sha256,
        rejected=read.not_read,
        ended=len(refs) - len(kept),
    )
    return screened, imported
