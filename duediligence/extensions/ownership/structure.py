"""Owners and directors of firms, in either standard, and as a dossier has them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from duediligence.matching.evidence import country_code
from duediligence.model import Address, Company, Dossier, Kind, Officer, Owner
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


def make_id(kind: str, *parts: str) -> str:
    """Return the same at every export."""
    return f"{kind}-{sha256(chr(31).join(parts).encode(errors='replace')).hexdigest()[:32]}"


_SHARED = {
    "ownership-of-shares": "shareholding",
    "voting-rights": "votingRights",
    "right-to-share-surplus-assets": "rightsToSurplusAssetsOnDissolution",
    "part-right-to-share-surplus-assets": "rightsToSurplusAssetsOnDissolution",
}
_BANDS = {
    "25-to-50": (("exclusiveMinimum", 25.0), ("maximum", 50.0)),
    "50-to-75": (("exclusiveMaximum", 75.0), ("exclusiveMinimum", 50.0)),
    "75-to-100": (("maximum", 100.0), ("minimum", 75.0)),
    "more-than-25": (("exclusiveMinimum", 25.0), ("maximum", 100.0)),
}
_NATURE = re.compile(rf"({'|'.join(_SHARED)})-({'|'.join(_BANDS)})-percent.*")
_EXEMPT, _NOBODY, _NOT_SAID = (
    "subjectExemptFromDisclosure",
    "noBeneficialOwners",
    "informationUnknownToPublisher",
)


def build_ownership_structure(dossier: Dossier) -> OwnershipStructure | None:
    """Return who owns and directs the supplier by the registers; None where it is no company there.

    Ceased owners and former directors are in it, with their last day. Officers who do not direct
    are not: no standard of ownership has them.
    """
    if not isinstance(dossier.company, Company):
        return None
    builder = _DossierReader(dossier, dossier.company)
    builder.read(dossier.company)
    return OwnershipStructure(
        builder.party_of(dossier.company),
        tuple(sorted(builder.parties.values())),
        tuple(sorted(set(builder.links))),
    )


class _DossierReader:
    def __init__(self, dossier: Dossier, company: Company) -> None:
        self.dossier = dossier
        self.parents = dossier.parents if isinstance(dossier.parents, tuple) else ()
        self.companies = {one.company.number: one.company for one in self.parents if one.company}
        self.companies[company.number] = company
        self.parties: dict[str, OwnershipParty] = {}
        self.links: list[OwnershipLink] = []

    def read(self, company: Company) -> None:
        """Add the company and each parent, with owners and directors."""
        owners, officers = self.dossier.owners, self.dossier.officers
        if isinstance(owners, tuple):
            self.add_owners(company, owners)
        self.links += [
            OwnershipLink(owner="", subject=self.party_of(company), unnamed=code)
            for code in self.list_reasons()
        ]
        self.add_directors(company, officers if isinstance(officers, tuple) else ())
        for parent in self.parents:
            if parent.company:
                self.add_owners(parent.company, parent.owners)
                self.add_directors(parent.company, parent.officers)

    def list_reasons(self) -> Iterator[str]:
        """Yield why the register names no owner, or not all of them."""
        if not isinstance(self.dossier.owners, tuple):
            yield _NOT_SAID
        elif self.dossier.psc_exempt is True:
            yield _EXEMPT
        elif isinstance(self.dossier.statements, tuple):
            for one in self.dossier.statements:
                if one.ceased_on is None:
                    nobody = one.code.startswith("no-individual-or-entity")
                    yield _NOBODY if nobody else "subjectUnableToConfirmOrIdentifyBeneficialOwner"

    def party_of(self, company: Company) -> str:
        id_ = f"{COMPANY}-{company.number}"
        self.parties[id_] = OwnershipParty(
            id=id_,
            kind="organisation",
            names=(company.name, *dict.fromkeys(one.name for one in company.former_names)),
            founded=_format_day(company.created_on),
            identifiers=(Identifier(COMPANY, company.number),),
            countries=("GB",),
            address=_format_address(company.address),
        )
        return id_

    def add_owners(self, company: Company, owners: Sequence[Owner]) -> None:
        subject = self.party_of(company)
        for one in owners:
            self.links.append(
                OwnershipLink(
                    owner=self.owner_of(company, one),
                    subject=subject,
                    interests=tuple(sorted(map(_read_nature, one.natures))) or (UNKNOWN,),
                    since=_format_day(one.notified_on),
                    until=_format_day(one.ceased_on),
                )
            )

    def owner_of(self, company: Company, owner: Owner) -> str:
        number, why_not = uk_number(owner.registered_at)
        followed = any(
            one.child == company.number and one.owner == owner and (one.company or one.circular)
            for one in self.parents
        )
        if followed and not why_not and number in self.companies:
            return self.party_of(self.companies[number])
        kind: Kind = "person" if owner.person or owner.super_secure else "organisation"
        return self.add_party(
            company,
            kind,
            owner,
            hidden="interestedPartyExemptFromDisclosure" if owner.super_secure else "",
        )

    def add_directors(self, company: Company, officers: Sequence[Officer]) -> None:
        for one in officers:
            if not one.director:
                continue
            kind: Kind = "person" if one.birth_date else "unknown"
            party = self.add_party(company, "organisation" if one.corporate else kind, one)
            self.links.append(
                OwnershipLink(
                    owner=party,
                    subject=self.party_of(company),
                    interests=(OwnershipInterest("boardMember", (), one.role),),
                    since=_format_day(one.appointed_on),
                    until=_format_day(one.resigned_on),
                )
            )

    def add_party(
        self, company: Company, kind: Kind, found: Owner | Officer, *, hidden: str = ""
    ) -> str:
        """Take in who is no company of the register; the same name and birth at one company is one
        party, at two companies two.
        """
        person = kind == "person"
        born = str(found.birth_date) if person and found.birth_date else ""
        registered = None if person else found.registered_at
        said = (
            found.nationality.split(",") if person else [registered.country if registered else ""]
        )
        id_ = make_id("party", company.number, kind, found.name.casefold(), born)
        self.parties[id_] = self.parties.get(id_) or OwnershipParty(
            id=id_,
            kind=kind,
            names=(found.name,) if found.name else (),
            born=born,
            identifiers=_list_identifiers(registered),
            countries=tuple(sorted({code for one in said if (code := country_code(one))})),
            address=_format_address(found.address),
            hidden=hidden,
        )
        return id_


def _read_nature(code: str) -> OwnershipInterest:
    """Return a nature of control of the register as an interest; `details` is its code."""
    if found := _NATURE.fullmatch(code):
        return OwnershipInterest(_SHARED[found[1]], _BANDS[found[2]], code)
    appoints = code.startswith("right-to-appoint")
    return OwnershipInterest(
        "appointmentOfBoard" if appoints else "otherInfluenceOrControl", (), code
    )


def _list_identifiers(registered: RegisteredAt | None) -> tuple[Identifier, ...]:
    if registered is None or not registered.number:
        return ()
    number, why_not = uk_number(registered)
    where = registered.country or registered.place
    return (
        Identifier(REGISTRATION, registered.number, where)
        if why_not
        else Identifier(COMPANY, number),
    )


def _format_address(address: Address | None) -> str:
    if address is None:
        return ""
    missing = address.postcode and address.postcode not in address.text
    return ", ".join(filter(None, (address.text, address.postcode if missing else "")))


def _format_day(day: date | None) -> str:
    return day.isoformat() if day else ""
