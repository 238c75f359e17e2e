"""The people behind a company: who is in office, who owns it, who is disqualified."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from duediligence.contracts import CheckContext
from duediligence.model import (
    Appointment,
    Company,
    Disqualification,
    Dossier,
    Officer,
    Owner,
    Person,
    Text,
    known,
)
from duediligence.model.facts import firm, say, tag_private
from duediligence.text.names import name_words, same_firm, same_person


def directing(officers: Iterable[Officer]) -> list[Officer]:
    """Return those who direct now: directors, and members of an LLP."""
    return [officer for officer in officers if officer.active and officer.director]


def began(officer: Officer) -> date | None:
    return officer.appointed_on or officer.appointed_before


def formation_agent(officer: Officer, created_on: date | None) -> bool:
    """Return whether it left on the day it came: the agent that formed the company, and no
    director.
    """
    return (
        officer.resigned_on is not None
        and officer.appointed_on == officer.resigned_on
        and created_on in (None, officer.appointed_on)
    )


_UK = re.compile(
    r"\b(uk|united kingdom|great britain|gb|england|wales|scotland|northern ireland"
    r"|companies house|companies act|cardiff|edinburgh|belfast)\b"
)

_NOT_UK = re.compile(r"\bnew south wales\b")


def is_firm(owner: Owner) -> bool:
    """Return whether it is a company, and neither a person nor a legal person such as a council."""
    return owner.kind.startswith("corporate")


def every_owner(dossier: Dossier) -> Iterator[Owner]:
    """Yield owners in place of the supplier, and of those above it where they are known."""
    yield from (owner for owner in known(dossier.owners) if owner.active)
    if isinstance(dossier.parents, tuple):
        for parent in dossier.parents:
            yield from (owner for owner in (parent.owner, *parent.owners) if owner.active)


def registered_in(owner: Owner) -> str:
    """Return the country and place of registration, else the country of its address, folded to
    words.
    """
    where = owner.registered_at
    stated = _fold_name_words(where.country, where.place) if where else ""
    return stated or _fold_name_words(owner.address.country if owner.address else "")


def is_british(owner: Owner) -> bool | None:
    """Return whether it lives or is registered in the United Kingdom; None where nothing tells.

    A country that is stated decides; place and law are read where there is none.
    """
    where = owner.registered_at
    country = where.country if where else owner.country_of_residence
    texts = [country] if country.strip() else [owner.address.country] if owner.address else []
    if where and not country.strip():
        texts += [where.place, where.legal_authority]
    stated = _fold_name_words(*texts)
    return bool(_UK.search(_NOT_UK.sub(" ", stated))) if stated else None


def find_named_place(place: str, names: str) -> str:
    """Return the first of the names (between semicolons) that stands in the place, or nothing."""
    for name in names.split(";"):
        folded = _fold_name_words(name)
        if folded and re.search(rf"\b{re.escape(folded)}\b", place):
            return name.strip()
    return ""


def _fold_name_words(*texts: str) -> str:
    return " ".join(word for text in texts for word in name_words(text))


Behind = Officer | Owner | Person


@dataclass(frozen=True, slots=True)
class RecordHit:
    """A person behind the supplier and the record that names them.

    `dated`: month and year of birth agree. Without it the record may be another's, and nothing
    may be said. `more` is a third thing that agrees: a company or a postcode.
    """

    person: Behind
    record: Disqualification
    dated: bool
    more: Text = ""


def list_active_directors(dossier: Dossier) -> list[Behind]:
    return list(directing(known(dossier.officers)))


def list_active_owners(dossier: Dossier) -> list[Behind]:
    return [o for o in known(dossier.owners) if o.active and not o.super_secure]


def list_named_people(dossier: Dossier) -> list[Behind]:
    """Return whom the buyer named, but for those who stand on the register as directors or
    owners.
    """
    told: list[Behind] = []
    if isinstance(dossier.officers, tuple):
        told += directing(dossier.officers)
    if isinstance(dossier.owners, tuple):
        told += list_active_owners(dossier)
    return [
        person
        for person in dossier.supplier.people
        if not any(_is_same_person(person, o) for o in told)
    ]


def hits(dossier: Dossier, people: list[Behind], ctx: CheckContext) -> Iterator[RecordHit]:
    """Yield each person with each record whose name may be theirs and that has no other birth date.

    Records under which a court lets them act for this very company are left out by `barred`.
    """
    for person in people:
        for record in known(dossier.disqualifications):
            dated = _same_birth(person, record)
            if dated is None and not _is_corporate_body(person):
                if ctx.may_be_same(person.name, record.name, "person"):
                    yield RecordHit(person, record, dated=False)
            elif _is_corporate_body(person):
                if record.birth_date is None and ctx.may_be_same(
                    person.name, record.name, "organisation"
                ):
                    yield RecordHit(person, record, dated=True, more="name of the firm")
            elif dated and ctx.may_be_same(person.name, record.name, "person"):
                yield RecordHit(
                    person, record, dated=True, more=_find_shared_detail(dossier, person, record)
                )


def in_force(record: Disqualification, today: date) -> bool:
    """Return whether it binds today. A record without dates does."""
    return (record.from_ or today) <= today <= (record.until or today)


def has_court_permission(record: Disqualification, company: Company | None, today: date) -> bool:
    """Return whether a court lets this person act for this company today."""
    if company is None:
        return False
    own = (company.name, *(former.name for former in company.former_names))
    return any(
        (until is None or until >= today) and any(same_firm(name, one) for one in own)
        for name, until in record.permissions
    )


def _is_same_person(person: Person, other: Behind) -> bool:
    return same_person(person.name, other.name) and _same_birth(person, other) is True


def _same_birth(person: Behind, record: Behind | Disqualification) -> bool | None:
    """Return whether month and year of birth agree; None where either is not known to the month,
    and where they differ and the person's is not proven.
    """
    mine, theirs = person.birth_date, record.birth_date
    differ = None if isinstance(person, Person) and person.unproven else False
    if mine is None or theirs is None or mine.month is None or theirs.month is None:
        return None if mine is None or theirs is None or mine.compatible(theirs) else differ
    return (mine.year, mine.month) == (theirs.year, theirs.month) or differ


def _is_corporate_body(person: Behind) -> bool:
    if isinstance(person, Person):
        return False
    return person.corporate if isinstance(person, Officer) else not person.person


def _find_shared_detail(dossier: Dossier, person: Behind, record: Disqualification) -> Text:
    linked = [dossier.company.name] if isinstance(dossier.company, Company) else []
    if isinstance(person, Officer) and isinstance(dossier.appointments, tuple):
        linked += [
            a.company_name for a in _select_appointments(dossier.appointments, person.officer_id)
        ]
    shared = [n for n in record.company_names if any(same_firm(n, one) for one in linked)]
    if shared:
        return say("the company {name}", name=firm(shared[0]))
    mine, theirs = _fold_postcode(person), _fold_postcode(record)
    same = bool(mine) and mine == theirs
    return say("the postcode {postcode}", postcode=tag_private(theirs)) if same else ""


def _select_appointments(
    appointments: tuple[Appointment, ...], officer_id: str
) -> Iterator[Appointment]:
    return (a for a in appointments if officer_id and a.officer_id == officer_id)


def _fold_postcode(one: Behind | Disqualification) -> str:
    address = None if isinstance(one, Person) else one.address
    return address.postcode.replace(" ", "").upper() if address else ""
