"""What others declare of the ownership of a supplier: how it is kept and shown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from duediligence.casework.supplier_editing import make_supplier_change
from duediligence.casework.suppliers_shown import SupplierSection
from duediligence.errors import Conflict, Invalid
from duediligence.extensions.ownership.files import (
    OwnershipFile,
    read_ownership_file,
    read_structure,
)
from duediligence.extensions.ownership.object_rules import is_text_of_kind, keep_known_fields
from duediligence.extensions.ownership.store import DeclaredOwnership, OwnershipStore
from duediligence.extensions.ownership.structure import (
    OwnershipInterest,
    OwnershipLink,
    OwnershipParty,
)
from duediligence.model import (
    Company,
    Dossier,
    Identifier,
    PartialDate,
    Person,
    Supplier,
    UnreadCell,
)
from duediligence.model.entries import COMPANY
from duediligence.model.registers import register_number
from duediligence.model.supplier_information import MAY_NAME
from duediligence.model.suppliers import DECLARED
from duediligence.render.wording import day
from duediligence.screening.access import use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.contract_notices import is_name_of
from duediligence.suppliers.facts import LONGEST_NAME
from duediligence.suppliers.identity import firm_name
from duediligence.suppliers.rows import mask_digits
from duediligence.suppliers.share_codes import find_unreadable, format_value, may_hold_name
from duediligence.text.dates import month_and_year
from duediligence.text.wording import count
from duediligence.web.navigation import supplier_address

_LONGEST_NAME = 200
# Of a file about many firms; the rest is in an export.
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class OwnershipImported:
    """What was read, for which supplier; `new` unless the same is kept."""

    supplier: Supplier
    read: OwnershipFile
    new: bool


@use_case("import declarations", event="ownership imported")
def import_ownership(
    workspace: Workspace,
    path: Path,
    *,
    supplier: str = "",
    declared_by: str = "",
    declared_on: date | None = None,
) -> OwnershipImported:
    """Keep a file of BODS 0.4 or FollowTheMoney as what others declared of one supplier.

    The file must name the supplier by a number of it, under a name of it; where the supplier has no
    number, the name is enough if `supplier` says which. `declared_by` and `declared_on` are taken
    from the file unless given. Raises Invalid, Conflict where the file is about no supplier or
    about several, NotFound, UnreadableFile, StorageError.
    """
    now = workspace.now()
    read = read_ownership_file(path, now.date())
    by = " ".join((declared_by.strip() or read.declared_by).split())[:_LONGEST_NAME]
    on = declared_on or read.declared_on
    if not by:
        raise Invalid("The file does not say who declared it", field="declared_by", given="")
    if on is None:
        raise Invalid("The file does not say when it was declared", field="declared_on", given="")
    if on > now.date():
        raise Invalid("must not be in the future", field="declared_on", given=on.isoformat())
    read = replace(read, declared_by=by, declared_on=on)
    about = _find_supplier(workspace, read, supplier)
    with workspace.casework.transaction():
        new = workspace.casework.repository(OwnershipStore).save(about.ref, read, on, now)
        unread = tuple(dict.fromkeys((*about.unread, *_list_unread_cells(read))))
        if new and unread != about.unread:
            after = replace(about, unread=unread)
            make_supplier_change(
                workspace, "edited", (about.ref,), before=(about,), after=(after,), note=read.name
            )
    return OwnershipImported(about, read, new)


def _list_unread_cells(read: OwnershipFile) -> Iterator[UnreadCell]:
    """Yield texts that may name a party in fields that the standard does not have, or in words."""
    for one in read.statements if read.standard == "BODS 0.4" else ():
        details = one["recordDetails"]
        known = keep_known_fields(details, one["recordType"])
        more = {name: held for name, held in details.items() if name not in known}
        # Why a party has no name is given in words.
        more |= {
            name: held["description"]
            for name, held in known.items()
            if isinstance(held, dict) and "description" in held
        }
        for name, value in more.items():
            if may_hold_name(value):
                text = mask_digits(format_value(value))
                yield UnreadCell(f"ownership: {name}", text, "text", MAY_NAME)
    for party in read_structure(read.standard, read.statements).parties:
        yield from find_unreadable("ownership: name", party.names)


def format_import(imported: OwnershipImported) -> str:
    """Return what was imported, in words."""
    read, supplier = imported.read, imported.supplier
    kept = "imported" if imported.new else "already imported"
    said = f"{count(len(read.statements), 'statement')} declared by {read.declared_by}"
    return f"{said}: {kept} for {supplier.ref}, {supplier.name}."


def _find_supplier(workspace: Workspace, read: OwnershipFile, ref: str) -> Supplier:
    parties = read_structure(read.standard, read.statements).parties
    given = {number for one in parties for number in _fold_numbers(one.identifiers)}
    named = {firm_name(name) for one in parties for name in one.names}
    found, others = [], []
    for one in [supplier_of(workspace, ref)] if ref else workspace.suppliers.all():
        names = [one.name, *one.former_names, *one.trading_names]
        numbers = _fold_numbers(one.identifiers)
        if not ref and numbers.isdisjoint(given) and named.isdisjoint(map(firm_name, names)):
            continue
        dossier = load_dossier(workspace, one.ref)
        if dossier and isinstance(dossier.company, Company):
            names += [dossier.company.name, *(each.name for each in dossier.company.former_names)]
            numbers.add((COMPANY, dossier.company.number))
        numbered = [party for party in parties if numbers & _fold_numbers(party.identifiers)]
        wrong = [party for party in numbered if not _is_called(party, names)]
        others += [f": it gives the number of {one.ref} to {party.name}" for party in wrong]
        # A person may say who it is where there is no number to compare.
        unnumbered = (party for party in parties if ref and not _share_scheme(numbers, party))
        if not wrong and (numbered or any(_is_called(party, names) for party in unnumbered)):
            found.append(one)
    if len(found) == 1:
        return found[0]
    if found:
        raise Conflict(
            f"{read.name}: is about {found[0].ref} and {found[1].ref}, and perhaps others",
            hint="Nothing was imported. Say which supplier it is for.",
        )
    whom = f"{ref} nowhere" if ref else "no supplier"
    raise Conflict(
        f"{read.name}: names {whom}{''.join(others[:1])}",
        hint="Nothing was imported. The file must name the supplier by its number and its name.",
    )


def load_dossier(workspace: Workspace, ref: str) -> Dossier | None:
    """Return the dossier of the newest screening; None where it was not screened, or no register
    was asked.
    """
    run_id = workspace.screened.newest_of([ref]).get(ref, "")
    compared = workspace.runs.compared(run_id, ref) if run_id else None
    return compared.dossier if compared else None


def _fold_numbers(identifiers: Iterable[Identifier]) -> set[tuple[str, str]]:
    return {
        (one.scheme, register_number(one.id) if one.scheme == COMPANY else one.id.upper())
        for one in identifiers
    }


def _share_scheme(numbers: Iterable[tuple[str, str]], party: OwnershipParty) -> bool:
    return bool({scheme for scheme, _ in numbers} & {one.scheme for one in party.identifiers})


def _is_called(party: OwnershipParty, names: Sequence[str]) -> bool:
    return any(is_name_of(one, names) for one in party.names)


@dataclass(frozen=True, slots=True)
class DeclaredOwner:
    """A party as a file has it, what it holds, of which firm, and since when, in words."""

    name: str
    kind: str
    holds: str
    of: str
    since: str

    @property
    def line(self) -> str:
        return f"{self.name} ({self.kind}): {self.holds} of {self.of} {self.since}".rstrip()


@use_case("read")
def list_declared_ownership(
    workspace: Workspace, ref: str
) -> tuple[Supplier, list[tuple[DeclaredOwnership, list[DeclaredOwner]]]]:
    """Return what others declared of a supplier, with the owners that each file names, those that
    ended last. Raises NotFound, StorageError.
    """
    supplier = supplier_of(workspace, ref)
    held = workspace.casework.repository(OwnershipStore).standing([supplier.ref])
    return supplier, [(one, [*_list_owners(one)]) for one in held.get(supplier.ref, ())]


def list_declared_people(
    workspace: Workspace, suppliers: Iterable[Supplier]
) -> Mapping[str, Sequence[Person]]:
    """Return by its reference the people of each supplier that a file declares."""
    held = workspace.casework.repository(OwnershipStore).standing()
    return {
        one.ref: [person for file in held.get(one.ref, ()) for person in _list_people(file, one)]
        for one in suppliers
    }


def _list_people(file: DeclaredOwnership, supplier: Supplier) -> Iterator[Person]:
    structure, itself = file.structure, [supplier.name, *supplier.former_names]
    known = {party.id for party in structure.parties}
    for party in structure.parties:
        ends = [one.until for one in structure.links if one.owner == party.id]
        over = ends and all(is_text_of_kind(one, "part") for one in ends)
        ended = max(PartialDate.parse(one).span()[1] for one in ends) if over else None
        for name in () if _is_called(party, itself) else party.names:
            person = party.kind == "person" and is_text_of_kind(party.born, "part")
            born = PartialDate.parse(party.born[:7]) if person else None
            yield Person(name[:LONGEST_NAME], born, DECLARED, only_stated=True, ended=ended)
    for link in structure.links:
        if link.owner not in known and may_hold_name(link.owner):
            yield Person(link.owner[:LONGEST_NAME], role=DECLARED, only_stated=True)


def _list_owners(one: DeclaredOwnership) -> Iterator[DeclaredOwner]:
    structure = one.structure
    parties = {party.id: party for party in structure.parties}
    for link in sorted(structure.links, key=lambda link: bool(link.until)):
        owner, subject = parties.get(link.owner), parties.get(link.subject)
        yield DeclaredOwner(
            name=owner.name if owner else "Nobody is named",
            kind=owner.kind if owner else split_words(link.unnamed),
            holds="; ".join(map(_format_interest, link.interests)),
            of=subject.name if subject else "not named",
            since=_format_period(link),
        )


def _format_period(link: OwnershipLink) -> str:
    return " ".join(
        f"{word} {_format_date_or_part(text)}"
        for word, text in (("from", link.since), ("until", link.until))
        if text
    )


def _format_date_or_part(text: str) -> str:
    if is_text_of_kind(text, "day"):
        return day(date.fromisoformat(text))
    year, _, month = text.partition("-")
    return month_and_year(int(year), int(month)) if is_text_of_kind(text, "month") else text


def _format_interest(one: OwnershipInterest) -> str:
    least = next((value for name, value in one.share if "inimum" in name), None)
    most = next((value for name, value in one.share if "aximum" in name), None)
    exact = dict(one.share).get("exact")
    share = f"{exact:g}%" if exact is not None else ""
    if least is not None or most is not None:
        share = f"{least or 0:g}% to {100 if most is None else most:g}%"
    return " ".join(filter(None, (split_words(one.type), share)))


def split_words(code: str) -> str:
    """Return a code of BODS as words: `votingRights` as `Voting rights`."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", code).capitalize()


def list_declared_sections(
    workspace: Workspace, ref: str, people: bool
) -> Iterator[SupplierSection]:
    """Yield what others declared, for the page of the supplier. Unless `people`, no person is
    named, nor who declared it, who may be one.
    """
    lines = tuple(
        f"{one.declared_by if people else 'Declared'}, {day(one.declared_on)}: {shown.line}"
        for one, owners in list_declared_ownership(workspace, ref)[1]
        for owner in owners
        for shown in [
            owner if people or owner.kind == "organisation" else replace(owner, name="Left out")
        ]
    )
    more = (f"{len(lines) - _MOST_LINES:,} more",) if len(lines) > _MOST_LINES else ()
    yield SupplierSection(
        "Ownership as others declare it",
        lines[:_MOST_LINES] + more,
        supplier_address(ref, "ownership"),
        "Import or export who owns it",
    )
