"""What others declare of the ownership of a supplier: how it is kept and shown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from duediligence.casework.suppliers_shown import SupplierSection
from duediligence.errors import Conflict, Invalid
from duediligence.extensions.ownership.bods_rules import is_date_or_part, is_day
from duediligence.extensions.ownership.files import (
    OwnershipFile,
    read_ownership_file,
    read_structure,
)
from duediligence.extensions.ownership.store import DeclaredOwnership, OwnershipStore
from duediligence.extensions.ownership.structure import (
    OwnershipInterest,
    OwnershipLink,
    OwnershipParty,
)
from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.model import Company, Dossier, Identifier, Supplier
from duediligence.model.entries import COMPANY
from duediligence.model.registers import register_number
from duediligence.render.wording import day
from duediligence.screening.access import use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.text.dates import month_and_year
from duediligence.text.wording import count
from duediligence.web.navigation import supplier_address

_LONGEST_NAME = 200
# Of a file about many firms; the rest is in an export.
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class OwnershipImported:
    """What was read, for which supplier, and who declared it; `new` unless the same is kept."""

    supplier: Supplier
    read: OwnershipFile
    declared_by: str
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
    about = _find_supplier(workspace, read, supplier)
    store = workspace.casework.repository(OwnershipStore)
    new = store.save(about.ref, read, declared_by=by, declared_on=on, at=now)
    return OwnershipImported(about, read, by, new)


def format_import(imported: OwnershipImported) -> str:
    """Return what was imported, in words."""
    said = f"{count(len(imported.read.statements), 'statement')} declared by {imported.declared_by}"
    kept = "imported" if imported.new else "already imported"
    return f"{said}: {kept} for {imported.supplier.ref}, {imported.supplier.name}."


def _find_supplier(workspace: Workspace, read: OwnershipFile, ref: str) -> Supplier:
    parties = read_structure(read.standard, read.statements).parties
    given = _fold_numbers(number for one in parties for number in one.identifiers)
    named = {name.casefold() for one in parties for name in one.names}
    asked = (
        [supplier_of(workspace, ref)]
        if ref
        else [
            one
            for one in workspace.suppliers.all()
            if given & _fold_numbers(one.identifiers)
            or named & {name.casefold() for name in _list_supplier_names(one)}
        ]
    )
    found, others = [], []
    for one in asked:
        company = load_company(workspace, one.ref)
        numbers = _fold_numbers(one.identifiers)
        if company:
            numbers.add((COMPANY, company.number))
        names = [*_list_supplier_names(one), *_list_company_names(company)]
        fitting = [party for party in parties if _is_any_name(names, party.names)]
        wrong = [
            party.name
            for party in parties
            if party not in fitting and numbers & _fold_numbers(party.identifiers)
        ]
        others += [f": it gives the number of {one.ref} to {name}" for name in wrong]
        if not wrong and any(_is_same_firm(numbers, party, said=bool(ref)) for party in fitting):
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


def load_company(workspace: Workspace, ref: str) -> Company | None:
    """Return the company that the supplier was found to be at its newest screening."""
    dossier = load_dossier(workspace, ref)
    company = dossier.company if dossier else None
    return company if isinstance(company, Company) else None


def _fold_numbers(identifiers: Iterable[Identifier]) -> set[tuple[str, str]]:
    return {
        (one.scheme, register_number(one.id) if one.scheme == COMPANY else one.id.upper())
        for one in identifiers
    }


def _is_same_firm(numbers: set[tuple[str, str]], party: OwnershipParty, *, said: bool) -> bool:
    """Return whether a party of the supplier's name has a number of it; where a person `said` which
    supplier it is, it may also have none that could be compared.
    """
    own = _fold_numbers(party.identifiers)
    shared = {scheme for scheme, _ in numbers} & {scheme for scheme, _ in own}
    return bool(numbers & own) or (said and not shared)


def _list_supplier_names(supplier: Supplier) -> tuple[str, ...]:
    return (supplier.name, *supplier.former_names, *supplier.trading_names)


def _list_company_names(company: Company | None) -> Iterator[str]:
    if company:
        yield from (company.name, *(one.name for one in company.former_names))


def _is_any_name(names: Sequence[str], given: Sequence[str]) -> bool:
    """Return whether one of the names may be one of those given, as names of firms."""
    return any(
        compare(prepare(one, "organisation"), prepare(other, "organisation")).score
        >= DEFAULT_THRESHOLD
        for one in names
        for other in given
    )


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
    return supplier, _list_declared(workspace, supplier.ref)


def _list_declared(
    workspace: Workspace, ref: str
) -> list[tuple[DeclaredOwnership, list[DeclaredOwner]]]:
    held = workspace.casework.repository(OwnershipStore).standing([ref])
    return [(one, list(_list_owners(one))) for one in held.get(ref, ())]


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
    if is_day(text):
        return day(date.fromisoformat(text))
    year, _, month = text.partition("-")
    return month_and_year(int(year), int(month)) if is_date_or_part(text) and month else text


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
        for one, owners in _list_declared(workspace, ref)
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
