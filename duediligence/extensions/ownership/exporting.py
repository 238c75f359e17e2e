"""Who owns suppliers, as a file that leaves the house: by the registers, and as others declared."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from duediligence.delivery.exports import gather_export_rows
from duediligence.errors import Conflict, Invalid
from duediligence.extensions.ownership.bods_statements import write_statements
from duediligence.extensions.ownership.files import OwnershipStandard, format_objects
from duediligence.extensions.ownership.ftm_entities import write_entities
from duediligence.extensions.ownership.importing import load_dossier
from duediligence.extensions.ownership.store import DeclaredOwnership, OwnershipStore
from duediligence.extensions.ownership.structure import build_ownership_structure
from duediligence.model import Finding, Supplier
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.suppliers import AS_STATED
from duediligence.render.exports import Exported, build_export_entities, merge_entities
from duediligence.render.saying import format_text
from duediligence.screening.access import find_refusal, hide_birth_dates, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count
from duediligence.writing import write_bytes

OwnershipForm = Literal["bods.jsonl", "ftm.json"]
FORMS: tuple[OwnershipForm, ...] = get_args(OwnershipForm)
_STANDARDS: Mapping[OwnershipForm, OwnershipStandard] = {
    "bods.jsonl": "BODS 0.4",
    "ftm.json": "FollowTheMoney",
}
NOT_HELD: Mapping[OwnershipForm, str] = {
    "bods.jsonl": "BODS has no place for findings, decisions, officers who do not direct, charges, "
    "insolvencies and filings: they are not in the file, nor is what a supplier "
    "declared or stated by a share code.",
    "ftm.json": "FollowTheMoney cannot say why nobody is named as an owner, and has no place for "
    "officers who do not direct, charges, insolvencies and filings: they are not in the file, nor "
    "is what a supplier declared or stated by a share code.",
}
Objects = list[dict[str, Any]]
# Members of statements of BODS, and properties of FollowTheMoney, in which anyone may be named.
_IN_WORDS = ("annotations", "assertedBy", "description", "notes", "summary", "publisher")


@dataclass(frozen=True, slots=True)
class OwnershipWritten:
    """What was written: the hash of the file, how many statements, and what is not in it."""

    sha256: str
    statements: int
    not_in_it: tuple[str, ...]


def form_of_ownership(path: Path) -> OwnershipForm:
    """Return what a file is to be, by how its name ends. Raises Invalid."""
    for form in FORMS:
        if path.name.lower().endswith(f".{form}"):
            return form
    raise Invalid(
        f"{path}: the file name sets the format, and must end in .bods.jsonl or .ftm.json",
        field="file",
    )


@use_case("export", event="export")
def export_ownership(
    workspace: Workspace, path: Path, *, refs: Sequence[str] = (), people: bool = False
) -> OwnershipWritten:
    """Write who owns these suppliers, of all unless `refs`, whole or not at all, and record it.

    FollowTheMoney has their findings as well. What others declared is given as it was, where it was
    in the same standard. Unless `people`, persons and those who may be one are left out. Raises
    Invalid for another ending, Conflict where there is nothing to write, NotFound, StorageError.
    """
    form = form_of_ownership(path)
    body, written = _build_ownership_file(workspace, form, refs, path.name, people=people)
    write_bytes(path, body)
    return written


@use_case("export", event="export")
def ownership_as_bytes(
    workspace: Workspace, form: OwnershipForm, ref: str, *, people: bool = False
) -> tuple[bytes, OwnershipWritten]:
    """Return what `export_ownership` would write of one supplier, recorded in the same way."""
    return _build_ownership_file(workspace, form, [ref], f"{ref}.{form}", people=people)


def _build_ownership_file(
    workspace: Workspace, form: OwnershipForm, refs: Sequence[str], name: str, *, people: bool
) -> tuple[bytes, OwnershipWritten]:
    suppliers = [supplier_of(workspace, ref) for ref in refs] or workspace.suppliers.all()
    own = [one.ref for one in suppliers]
    declared = workspace.casework.repository(OwnershipStore).standing(own if refs else ())
    known, companies = _list_register_objects(workspace, form, suppliers)
    if form == "ftm.json" and workspace.screened.newest_of(own):
        rows = gather_export_rows(workspace, people=people, by_source=True).rows
        about = [one for one in rows if one.finding.supplier_ref in own]
        about = _leave_out_stated(about, workspace.suppliers.all())
        known = merge_entities([*known, *build_export_entities(about, companies)])
    given = [
        one
        for some in declared.values()
        for each in some
        for one in _list_declared_objects(workspace, each, form)
    ]
    absent = len({*own} - {*companies} - {*declared})
    objects, people_gone = [*known, *given], 0
    if not people:
        names = {
            name for one in given if _is_perhaps_person(one) for name in _fold_names_of_party(one)
        }
        objects = [*known, *(_remove_free_text(one, names) for one in given)]
        objects, people_gone = _leave_out_people(objects, form)
    body = format_objects(objects)
    notes = (
        (
            absent,
            f"{count(absent, 'supplier')} left out: no register that was asked and no imported "
            "file says who owns them.",
        ),
        (people_gone, f"{count(people_gone, 'person', 'people')} left out, with what they hold."),
        (1, NOT_HELD[form]),
    )
    not_in_it = tuple(words for number, words in notes if number)
    if not objects:
        raise Conflict(f"There is nothing to export. {' '.join(not_in_it)}")
    written = OwnershipWritten(sha256(body).hexdigest(), len(body.splitlines()), not_in_it)
    what: dict[str, AuditValue] = {
        "file": name,
        "sha256": written.sha256,
        "format": form,
        "people": "included" if people else "left out",
        "suppliers": tuple(own),
        "rows": written.statements,
    }
    # First: there is no file without its record.
    workspace.audit.add(
        AuditEvent("export", workspace.now(), workspace.who, what, subject="ownership")
    )
    return body, written


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
        is_party = (
            one.role.source == AS_STATED and (one.supplier_ref, one.subject_name) not in named
        )
        return is_party or one.topic == "declarations"

    return [one for one in rows if not is_stated(one.finding)]


def _list_register_objects(
    workspace: Workspace, form: OwnershipForm, suppliers: Sequence[Supplier]
) -> tuple[Objects, dict[str, str]]:
    """Return what the registers say at each newest screening, and the companies by reference."""
    found: Objects = []
    companies: dict[str, str] = {}
    publisher = workspace.settings.council_name or "Not named"
    for one in suppliers:
        dossier = load_dossier(workspace, one.ref)
        structure = (
            build_ownership_structure(hide_birth_dates(workspace, dossier)) if dossier else None
        )
        if dossier and structure:
            companies[one.ref] = structure.about
            source = {
                "assertedBy": [{"name": "Companies House"}],
                "description": "Companies House",
                "retrievedAt": dossier.taken_at.isoformat(),
                "type": ["officialRegister"],
            }
            day = dossier.taken_at.date()
            found += (
                write_statements(structure, day, publisher, source)
                if form == "bods.jsonl"
                else write_entities(structure)
            )
    return found, companies


def _list_declared_objects(
    workspace: Workspace, declared: DeclaredOwnership, form: OwnershipForm
) -> Iterator[dict[str, Any]]:
    """Yield what was declared: as given where it is of that standard."""
    if declared.standard != _STANDARDS[form]:
        by = declared.declared_by
        source = {"assertedBy": [{"name": by}], "type": ["thirdParty"]}
        yield from (
            write_statements(declared.structure, declared.declared_on, by, source)
            if form == "bods.jsonl"
            else write_entities(declared.structure)
        )
        return
    hides = find_refusal(workspace, "see birth dates") is not None
    for one in declared.statements:
        yield _hide_birth_date(one) if hides else one


def _hide_birth_date(one: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: held for key, held in value.items() if key != "birthDate"}
        if isinstance(value, dict)
        else value
        for name, value in one.items()
    }


def _leave_out_people(objects: Objects, form: OwnershipForm) -> tuple[Objects, int]:
    """Return the objects without persons, those who may be one, and what names them; and how many
    there were.
    """
    key = "recordId" if form == "bods.jsonl" else "id"
    gone = {one[key] for one in objects if _is_perhaps_person(one)}
    kept = [one for one in objects if one[key] not in gone and gone.isdisjoint(_list_named(one))]
    return kept, len(gone)


def _fold_names_of_party(one: dict[str, Any]) -> list[str]:
    details = one.get("recordDetails", {})
    full = (each.get("fullName", "") for each in details.get("names", ()))
    return [name.casefold() for name in (details.get("name", ""), *full) if name]


def _remove_free_text(one: dict[str, Any], people: Collection[str]) -> dict[str, Any]:
    """Return an object without who asserts it and what is said in words, which may name a person,
    and without its publisher's name where that is one of `people`.
    """
    kept = {name: value for name, value in one.items() if name not in _IN_WORDS}
    for place in kept.keys() & {"source", "properties"}:
        kept[place] = {key: kept[place][key] for key in kept[place] if key not in _IN_WORDS}
    publication = kept.get("publicationDetails", {})
    publisher = publication.get("publisher", {})
    if publisher.get("name", "").casefold() in people:
        kept["publicationDetails"] = {**publication, "publisher": {"name": "Left out"}}
    return kept


def _is_perhaps_person(one: dict[str, Any]) -> bool:
    kind = one.get("recordDetails", {}).get("entityType", {}).get("type")
    return (
        one.get("recordType") == "person"
        or kind == "unknownEntity"
        or one.get("schema") in ("Person", "LegalEntity")
    )


def _list_named(one: dict[str, Any]) -> Collection[str]:
    """Return the ids of others that an object names."""
    party = one.get("recordDetails", {}).get("interestedParty")
    values = [value for some in one.get("properties", {}).values() for value in some]
    return [*values, party] if isinstance(party, str) else values
