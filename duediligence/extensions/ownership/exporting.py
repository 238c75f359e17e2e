"""Who owns suppliers, as a file that leaves the house: by the registers, and as others declared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from duediligence.delivery.exports import gather_export_rows
from duediligence.errors import Conflict, Invalid
from duediligence.extensions.ownership.bods_statements import write_statements
from duediligence.extensions.ownership.files import Objects, OwnershipStandard, format_objects
from duediligence.extensions.ownership.ftm_entities import write_entities
from duediligence.extensions.ownership.importing import load_dossier
from duediligence.extensions.ownership.object_rules import load_fields
from duediligence.extensions.ownership.store import DeclaredOwnership, OwnershipStore
from duediligence.extensions.ownership.structure import (
    OwnershipStructure,
    build_ownership_structure,
    leave_out_people,
)
from duediligence.model import Finding, Supplier
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.suppliers import AS_STATED
from duediligence.render.exports import Exported, build_export_entities, merge_entities
from duediligence.render.saying import format_text
from duediligence.screening.access import require_action, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count

# By their names: `ending` of a file, `words`, and what is `not_held`.
STANDARDS: Mapping[OwnershipStandard, Mapping[str, str]] = load_fields()["standards"]


@dataclass(frozen=True, slots=True)
class OwnershipExport:
    """A file of ownership, its hash, and what is not in it, in words."""

    body: bytes
    sha256: str
    not_in_it: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _StatedOwnership:
    """An ownership, the day on which it was known, who publishes it, and its source as BODS has it;
    `given` are the objects of a file that stated it, in a standard.
    """

    structure: OwnershipStructure
    day: date
    publisher: str
    source: dict[str, Any]
    standard: str = ""
    given: Sequence[dict[str, Any]] = ()

    def write(self, standard: OwnershipStandard, *, people: bool) -> Iterable[dict[str, Any]]:
        """Return what states it: as given where it may be, else all that both standards know."""
        if people and self.standard == standard:
            return self.given
        structure = self.structure if people else leave_out_people(self.structure)
        if standard == "BODS 0.4":
            return write_statements(structure, self.day, self.publisher, self.source)
        return write_entities(structure)


def standard_of_file(name: str) -> OwnershipStandard:
    """Return what a file is to be, by how its name ends. Raises Invalid."""
    for standard, about in STANDARDS.items():
        if name.lower().endswith(about["ending"]):
            return standard
    raise Invalid(
        f"{name}: the file name sets the format, and must end in .bods.jsonl or .ftm.json",
        field="file",
    )


@use_case("export", event="export")
def export_ownership(
    workspace: Workspace, name: str, *, refs: Sequence[str] = (), people: bool = False
) -> OwnershipExport:
    """Return who owns these suppliers, of all unless `refs`, as a file of that name; it is
    recorded.

    FollowTheMoney has their findings as well. What others declared is given as it was, where it was
    in the same standard. Unless `people`, persons and those who may be one are left out. Raises
    Forbidden for people where birth dates may not be seen, Invalid for another ending, Conflict
    where there is nothing to write, NotFound, StorageError.
    """
    standard = standard_of_file(name)
    if people:
        require_action(workspace, "see birth dates")
    suppliers = [supplier_of(workspace, ref) for ref in refs] or workspace.suppliers.all()
    own = [one.ref for one in suppliers]
    held = workspace.casework.repository(OwnershipStore).standing(own if refs else ())
    declared = [_state_declared(one, people=people) for some in held.values() for one in some]
    registered = {
        ref: stated for ref in own if (stated := _load_registered_ownership(workspace, ref))
    }
    companies = {ref: one.structure.about for ref, one in registered.items()}
    absent = len({*own} - {*companies} - {*held})
    people_gone = sum(
        party.kind != "organisation"
        for one in (*declared, *registered.values())
        for party in one.structure.parties
        if not people
    )
    objects = [each for one in registered.values() for each in one.write(standard, people=people)]
    if standard == "FollowTheMoney" and workspace.screened.newest_of(own):
        rows = gather_export_rows(workspace, people=people, by_source=True).rows
        about = [one for one in rows if one.finding.supplier_ref in own]
        about = _leave_out_stated(about, workspace.suppliers.all())
        objects = merge_entities([*objects, *build_export_entities(about, companies)])
        if not people:
            objects, gone = _leave_out_person_entities(objects)
            people_gone += gone
    objects += [each for one in declared for each in one.write(standard, people=people)]
    notes = (
        (
            absent,
            f"{count(absent, 'supplier')} left out: no register that was asked and no imported "
            "file says who owns them.",
        ),
        (people_gone, f"{count(people_gone, 'person', 'people')} left out, with what they hold."),
        (1, STANDARDS[standard]["not_held"]),
    )
    not_in_it = tuple(words for number, words in notes if number)
    if not objects:
        raise Conflict(f"There is nothing to export. {' '.join(not_in_it)}")
    body = format_objects(objects)
    what: dict[str, AuditValue] = {
        "file": name,
        "sha256": sha256(body).hexdigest(),
        "format": STANDARDS[standard]["ending"].removeprefix("."),
        "people": "included" if people else "left out",
        "suppliers": tuple(own),
        "rows": len(body.splitlines()),
    }
    # First: there is no file without its record.
    workspace.audit.add(
        AuditEvent("export", workspace.now(), workspace.who, what, subject="ownership")
    )
    return OwnershipExport(body, str(what["sha256"]), not_in_it)


def _leave_out_stated(rows: Iterable[Exported], suppliers: Iterable[Supplier]) -> list[Exported]:
    """Return the findings without those that say what a supplier stated, or are about people that
    only its form names: as its party, or as what links it to another.
    """
    people = [(one.ref, each) for one in suppliers for each in one.people]
    named = {(ref, each.name) for ref, each in people if not each.only_stated}
    stated = {each.name for _, each in people if each.only_stated}

    def is_stated(one: Finding) -> bool:
        if one.topic == "network":
            said = format_text(one.why)
            return any(name in said for name in stated)
        is_stated = one.role.source == AS_STATED or one.subject_name in stated
        is_party = is_stated and (one.supplier_ref, one.subject_name) not in named
        return is_party or one.topic == "declarations"

    return [one for one in rows if not is_stated(one.finding)]


def _load_registered_ownership(workspace: Workspace, ref: str) -> _StatedOwnership | None:
    """Return what the registers say at the newest screening; None where they say nothing."""
    dossier = load_dossier(workspace, ref)
    structure = build_ownership_structure(dossier) if dossier else None
    if dossier is None or structure is None:
        return None
    source = {
        "assertedBy": [{"name": "Companies House"}],
        "description": "Companies House",
        "retrievedAt": dossier.taken_at.isoformat(),
        "type": ["officialRegister"],
    }
    publisher = workspace.settings.council_name or "Not named"
    return _StatedOwnership(structure, dossier.taken_at.date(), publisher, source)


def _state_declared(one: DeclaredOwnership, *, people: bool) -> _StatedOwnership:
    """Return what was declared. Unless `people`, without who declared it, who may be one."""
    by = one.declared_by if people else "Left out"
    source = {"assertedBy": [{"name": by}], "type": ["thirdParty"]}
    return _StatedOwnership(
        one.structure, one.declared_on, by, source, one.standard, one.statements
    )


def _leave_out_person_entities(entities: Objects) -> tuple[Objects, int]:
    """Return the entities without persons, those who may be one, and what names them; and how many
    there were.
    """
    gone = {one["id"] for one in entities if one["schema"] in ("Person", "LegalEntity")}
    kept = [
        one
        for one in entities
        if one["id"] not in gone
        and not any(gone.intersection(values) for values in one["properties"].values())
    ]
    return kept, len(gone)
