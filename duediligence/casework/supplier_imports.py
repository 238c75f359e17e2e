"""Imports of suppliers: what each changed, and taking one back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from duediligence.casework.deciding import describe_second_people
from duediligence.casework.import_words import format_changed_supplier
from duediligence.errors import Conflict, NotFound
from duediligence.model import Supplier
from duediligence.model.audit import AuditEvent, AuditRecord, AuditValue
from duediligence.render.wording import moment, visible
from duediligence.screening.access import permit, use_case
from duediligence.screening.alerts.projection import derive_alerts_of
from duediligence.screening.imports import forget_column_map
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.supplier_imports import LOST

# Of more suppliers than this, a second person must agree wherever decisions need one.
MOST_ALONE = 20
IMPORT_HEADINGS = (
    "Import", "When", "By", "File", "Added", "Changed", "Ended", "Rows not read", "Taken back"
)  # fmt: skip
_TAKEN_BACK: Final = "import taken back"
# What became of a supplier since, by table or kind of record.
_SINCE = {
    "decision": "an alert was decided",
    "comments": "an alert was commented on",
    "letters": "a letter was written",
    "report made": "it is in a pack",
    "export": "it was shared",
    "supplier_ties": "it was merged or split",
    "supplier_refs": "a later import has it otherwise",
    "links": "it was linked to a register entry",
    "declarations": "it made a declaration",
    "supplier changed": "it was changed by hand",
    "retention": "something of it was removed",
    _TAKEN_BACK: "it was given back",
    LOST: "what it was before is no longer kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportShown:
    """An import. `number` is its place in the audit chain; `refused` rows were not read.

    `taken_back` says who took it back and when, empty if it was not.
    """

    number: int
    file: str
    sha256: str
    by: str
    at: datetime
    added: int
    changed: int
    ended: int
    refused: int
    taken_back: str

    @property
    def cells(self) -> list[str]:
        """Return it in words, under IMPORT_HEADINGS."""
        counts = (self.added, self.changed, self.ended, self.refused)
        texts = (str(self.number), moment(self.at), self.by, self.file)
        return [*map(visible, texts), *map("{:,}".format, counts), visible(self.taken_back)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack:
    """An import, and what taking it back comes to.

    `leaving` were added by it, `restored` are as they are and as they were before. `left` stay as
    they are: reference, name, and why. `second`: a second person must agree first; `asked_by` is
    who asked for it, empty before.
    """

    about: ImportShown
    leaving: tuple[Supplier, ...]
    restored: tuple[tuple[Supplier, Supplier], ...]
    left: tuple[tuple[str, str, str], ...]
    second: bool
    asked_by: str


@use_case("read")
def list_imports(workspace: Workspace) -> list[ImportShown]:
    """Return every import, the newest first. Raises StorageError."""
    return [
        _show_import(workspace, _load_record(workspace, one))
        for one in reversed(workspace.casework.supplier_imports.positions())
    ]


@use_case("read")
def show_import(workspace: Workspace, number: int) -> TakingBack:
    """Return what an import changed, and what taking it back would come to. Nothing is written.

    Raises NotFound, StorageError.
    """
    with workspace.casework.snapshot():
        return _plan_taking_back(workspace, number)


@use_case("import suppliers", event=_TAKEN_BACK)
def take_back_import(workspace: Workspace, number: int) -> TakingBack:
    """Give suppliers, contracts, people and open alerts back as they were before an import.

    What people did about a supplier since, or a later import has, is left as it is. Of many
    suppliers the first person's word waits for a second's. Raises NotFound, Conflict where nothing
    can be given back or the same person asked before.
    """
    with workspace.casework.transaction():
        plan = _plan_taking_back(workspace, number)
        if plan.about.taken_back:
            raise Conflict(f"Import {number} was taken back already")
        given = [one.ref for one in (*plan.leaving, *(before for _, before in plan.restored))]
        if not given:
            raise Conflict(f"Nothing of import {number} can be given back")
        what: dict[str, AuditValue] = {"suppliers": len(given), "left": len(plan.left)}
        event = AuditEvent(_TAKEN_BACK, workspace.now(), workspace.who, what, str(number))
        if plan.second and not plan.asked_by:
            workspace.audit.add(replace(event, what={**what, "waits": 1}))
            return plan
        if plan.second:
            if workspace.is_me(plan.asked_by):
                raise Conflict(
                    f"You already asked to take back import {number}",
                    hint=f"A second person must agree. {describe_second_people(workspace)}",
                )
            permit(workspace, "decide second")
        left = [ref for ref, _, _ in plan.left]
        workspace.casework.supplier_imports.give_back(number, event, given, left)
        derive_alerts_of(workspace, given)
    if headings := _load_record(workspace, number).event.what.get("headings"):
        forget_column_map(workspace.settings.home, str(headings))
    return replace(plan, second=False)


def describe_imports_of(workspace: Workspace, ref: str) -> Iterator[tuple[int, str]]:
    """Yield the imports that made, changed or ended a supplier, or were taken back: the number of
    each, and what it did. Raises StorageError.
    """
    for position in workspace.casework.supplier_imports.positions(ref):
        event = _load_record(workspace, position).event
        number = int(event.subject or position)
        file = _load_record(workspace, number).event.what.get("file")
        ended, did = event.what.get("ended_refs"), f"Imported by import {number}, of {file}"
        if event.kind == _TAKEN_BACK:
            did = f"Import {number}, of {file}, was taken back"
        elif isinstance(ended, tuple) and ref in ended:
            did = f"Ended by import {number}, of {file}, which does not have it"
        yield number, f"{did}: {moment(event.at)}, {event.who}"


def describe_taking_back(plan: TakingBack) -> list[tuple[str, list[str]]]:
    """Return what taking an import back comes to, or came to: each heading with its lines."""
    groups = {
        "Added by it, and leaving": [f"{one.ref} {one.name}" for one in plan.leaving],
        "As they were before": [format_changed_supplier(*one) for one in plan.restored],
        "Left as they are": [f"{ref} {name}: {why}" for ref, name, why in plan.left],
    }
    return [(title, [*map(visible, lines)]) for title, lines in groups.items() if lines]


def _load_record(workspace: Workspace, number: int) -> AuditRecord:
    (found,) = workspace.audit.records(before=number + 1, last=1)
    return found


def _show_import(workspace: Workspace, record: AuditRecord) -> ImportShown:
    what = record.event.what
    done = [
        f"{one.event.who}, {moment(one.event.at)}"
        for one in _list_taken_back(workspace, record.position)
        if not one.event.what.get("waits")
    ]

    counts = [int(str(what.get(one, 0))) for one in ("added", "changed", "ended", "refused_rows")]
    return ImportShown(
        number=record.position,
        file=str(what.get("file")),
        sha256=str(what.get("file_sha256")),
        by=record.event.who,
        at=record.event.at,
        added=counts[0],
        changed=counts[1],
        ended=counts[2],
        refused=counts[3],
        taken_back=done[0] if done else "",
    )


def _list_taken_back(workspace: Workspace, number: int) -> list[AuditRecord]:
    return list(workspace.audit.records(kind=_TAKEN_BACK, subject=str(number)))


def _plan_taking_back(workspace: Workspace, number: int) -> TakingBack:
    store = workspace.casework.supplier_imports
    if number not in store.positions():
        raise NotFound(f"Unknown import {number}", hint="Its number is in the list of imports.")
    touched = store.suppliers(number)
    left = {
        one.ref: "; ".join(sorted(map(_explain_since, one.since))) for one in touched if one.since
    }
    given = {one.ref: one for one in touched if one.ref not in left}
    every = {one.ref: one for one in workspace.suppliers.all()}
    kept = {**every, **{ref: one.before for ref, one in given.items() if one.before}}
    # Who leaves must not be needed by one who stays.
    leaving = {ref for ref, one in given.items() if not one.before}
    while needed := {
        part.supplier_ref: ref
        for ref, one in kept.items()
        if ref not in leaving
        for part in one.part_of
        if part.supplier_ref in leaving
    }:
        left |= {ref: f"{by} works under it" for ref, by in needed.items()}
        leaving -= needed.keys()
    asked = [one.event.who for one in _list_taken_back(workspace, number)]
    many = len(given) - len(left.keys() & given.keys()) > MOST_ALONE
    return TakingBack(
        about=_show_import(workspace, _load_record(workspace, number)),
        leaving=tuple(every[ref] for ref in sorted(leaving)),
        restored=tuple((every[ref], one.before) for ref, one in given.items() if one.before),
        left=tuple(
            (ref, every[ref].name if ref in every else "", why) for ref, why in sorted(left.items())
        ),
        second=many and bool(workspace.settings.second_decision),
        asked_by=asked[0] if asked else "",
    )


def _explain_since(since: str) -> str:
    """Return why a supplier is left as it is, in words."""
    if since.isdigit():
        return f"import {since} has it"
    return _SINCE.get(since, "something was recorded about it")
