"""Owners and directors of firms, in either standard, and as a dossier has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from duediligence.extensions.ownership.object_rules import load_fields
from duediligence.matching.evidence import country_code
from duediligence.model import Address, Company, Dossier, Kind, Officer, Owner, Parent
from duediligence.model.entries import COMPANY, REGISTRATION, Identifier
from duediligence.model.registers import RegisteredAt, uk_number


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OwnershipParty:
    """A person or a firm. `id` is unique in its file alone.

    Dates are as given: a year, a month or a day. `hidden` is the code of BODS for why there is no
    name. `countries` are two letters each where they are known, else as given.
    """

    id: str
    kind: Kind
    names: tuple[str, ...] = ()
    born: str = ""
    founded: str = ""
    identifiers: tuple[Identifier, ...] = ()
    countries: tuple[str, ...] = ()
    address: str = ""
    hidden: str = ""

    @property
    def name(self) -> str:
        return self.names[0] if self.names else "not named"


@dataclass(frozen=True, slots=True, order=True)
class OwnershipInterest:
    """One interest: its code in BODS, its `share` in percent by BODS' names of bounds, and what
    else its source says of it.
    """

    type: str
    share: tuple[tuple[str, float], ...] = ()
    details: str = ""


_NOT_IDENTIFIED = "subjectUnableToConfirmOrIdentifyBeneficialOwner"
# What is not said.
UNKNOWN = OwnershipInterest("unknownInterest")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OwnershipLink:
    """Interests of an owner, or of who runs it, in a subject; both are ids of parties.

    `unnamed` is the code of BODS for why there is no owner; then `owner` is empty. Days are as
    given, empty where not known.
    """

    owner: str
    subject: str
    interests: tuple[OwnershipInterest, ...] = ()
    since: str = ""
    until: str = ""
    unnamed: str = ""

    @property
    def id(self) -> str:
        return make_id("link", repr(self))


@dataclass(frozen=True, slots=True)
class OwnershipStructure:
    """Parties and links, each in order; `about` is the id of the firm that it is about."""

    about: str
    parties: tuple[OwnershipParty, ...]
    links: tuple[OwnershipLink, ...]


def leave_out_people(structure: OwnershipStructure) -> OwnershipStructure:
    """Return a structure without persons, those who may be one, what they hold, and what is said of
    interests in words, where anyone may be named.
    """
    firms = tuple(one for one in structure.parties if one.kind == "organisation")
    ids = {"", *(one.id for one in firms)}
    links = {
        replace(one, interests=tuple(OwnershipInterest(i.type, i.share) for i in one.interests))
        for one in structure.links
        if {one.owner, one.subject} <= ids
    }
    return replace(structure, parties=firms, links=tuple(sorted(links)))


def make_id(kind: str, *parts: str) -> str:
    """Return the same at every export."""
    return f"{kind}-{sha256(chr(31).join(parts).encode(errors='replace')).hexdigest()[:32]}"


def build_ownership_structure(dossier: Dossier) -> OwnershipStructure | None:
    """Return who owns and directs the supplier by the registers; None where it is no company there.

    Ceased owners and former directors are in it, with their last day. Officers who do not direct
    are not: no standard of ownership has them.
    """
    company, owners, officers = dossier.company, dossier.owners, dossier.officers
    if not isinstance(company, Company):
        return None
    parents = dossier.parents if isinstance(dossier.parents, tuple) else ()
    reader = _DossierReader(company, parents)
    reader.read_company(
        company,
        owners if isinstance(owners, tuple) else (),
        officers if isinstance(officers, tuple) else (),
    )
    for one in parents:
        if one.company:
            reader.read_company(one.company, one.owners, one.officers)
    about = reader.add_company(company)
    unnamed = [
        OwnershipLink(owner="", subject=about, unnamed=code) for code in _list_reasons(dossier)
    ]
    return OwnershipStructure(
        about,
        tuple(sorted(reader.parties.values())),
        tuple(sorted({*reader.links, *unnamed})),
    )


def _list_reasons(dossier: Dossier) -> Iterator[str]:
    """Yield why the register names no owner, or not all of them."""
    if not isinstance(dossier.owners, tuple):
        yield "informationUnknownToPublisher"
    elif dossier.psc_exempt is True:
        yield "subjectExemptFromDisclosure"
    elif isinstance(dossier.statements, tuple):
        for one in dossier.statements:
            if one.ceased_on is None:
                unnamed = one.code.startswith("no-individual-or-entity")
                yield "noBeneficialOwners" if unnamed else _NOT_IDENTIFIED


class _DossierReader:
    """Reads parties and links of the company and of each parent that the register has."""

    def __init__(self, company: Company, parents: Sequence[Parent]) -> None:
        self.parties: dict[str, OwnershipParty] = {}
        self.links: list[OwnershipLink] = []
        self.companies = {one.company.number: one.company for one in parents if one.company}
        self.companies[company.number] = company
        self.followed = {(one.child, one.owner) for one in parents if one.company or one.circular}

    def read_company(
        self, company: Company, owners: Sequence[Owner], officers: Sequence[Officer]
    ) -> None:
        for one in owners:
            self.links.append(
                OwnershipLink(
                    owner=self.add_owner(company, one),
                    subject=self.add_company(company),
                    interests=tuple(sorted(map(_read_nature, one.natures))) or (UNKNOWN,),
                    since=str(one.notified_on or ""),
                    until=str(one.ceased_on or ""),
                )
            )
        for each in officers:
            if each.director:
                self.links.append(
                    OwnershipLink(
                        owner=self.add_officer(company, each),
                        subject=self.add_company(company),
                        interests=(OwnershipInterest("boardMember", (), each.role),),
                        since=str(each.appointed_on or ""),
                        until=str(each.resigned_on or ""),
                    )
                )

    def add_company(self, company: Company) -> str:
        id_ = f"{COMPANY}-{company.number}"
        self.parties[id_] = OwnershipParty(
            id=id_,
            kind="organisation",
            names=(company.name, *dict.fromkeys(one.name for one in company.former_names)),
            founded=str(company.created_on or ""),
            identifiers=(Identifier(COMPANY, company.number),),
            countries=("GB",),
            address=_format_address(company.address),
        )
        return id_

    def add_owner(self, company: Company, owner: Owner) -> str:
        number, why_not = uk_number(owner.registered_at)
        if (company.number, owner) in self.followed and not why_not and number in self.companies:
            return self.add_company(self.companies[number])
        kind: Kind = "person" if owner.person or owner.super_secure else "organisation"
        return self.add_party(company, kind, owner)

    def add_officer(self, company: Company, officer: Officer) -> str:
        kind: Kind = "person" if officer.birth_date else "unknown"
        return self.add_party(company, "organisation" if officer.corporate else kind, officer)

    def add_party(self, company: Company, kind: Kind, found: Owner | Officer) -> str:
        """Add who is no company of the register; the same name and birth at one company is one
        party, at two companies two.
        """
        person = kind == "person"
        born = str(found.birth_date or "") if person else ""
        registered = None if person else found.registered_at
        said = (
            found.nationality.split(",") if person else [registered.country] if registered else []
        )
        secured = isinstance(found, Owner) and found.super_secure
        id_ = make_id("party", company.number, kind, found.name.casefold(), born)
        self.parties[id_] = self.parties.get(id_) or OwnershipParty(
            id=id_,
            kind=kind,
            names=(found.name,) if found.name else (),
            born=born,
            identifiers=_list_identifiers(registered),
            countries=tuple(sorted({code for one in said if (code := country_code(one))})),
            address=_format_address(found.address),
            hidden="interestedPartyExemptFromDisclosure" if secured else "",
        )
        return id_


def _read_nature(code: str) -> OwnershipInterest:
    """Return a nature of control of the register as an interest; `details` is its code."""
    tables = load_fields()
    for begins, type_ in tables["natures"].items():
        for band, share in tables["bands"].items():
            if code.startswith(f"{begins}-{band}"):
                return OwnershipInterest(type_, tuple(share.items()), code)
    appoints = code.startswith("right-to-appoint")
    return OwnershipInterest(
        "appointmentOfBoard" if appoints else "otherInfluenceOrControl", (), code
    )


def _list_identifiers(registered: RegisteredAt | None) -> tuple[Identifier, ...]:
    if registered is None or not registered.number:
        return ()
    number, why_not = uk_number(registered)
    if not why_not:
        return (Identifier(COMPANY, number),)
    return (Identifier(REGISTRATION, registered.number, registered.country or registered.place),)


def _format_address(address: Address | None) -> str:
    if address is None or address.postcode in address.text:
        return address.text if address else ""
    return ", ".join(filter(None, (address.text, address.postcode)))
