"""Who behind the supplier is on the register of disqualified directors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duediligence.checks._register.people import directing

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
from duediligence.model.facts import firm, private, say
from duediligence.text.names import same_firm, same_person

Behind = Officer | Owner | Person


@dataclass(frozen=True, slots=True)
class Hit:
    """A person behind the supplier and the record that names them.

    `dated`: month and year of birth agree. Without it the record may be another's, and nothing
    may be said. `more` is a third thing that agrees: a company or a postcode.
    """

    person: Behind
    record: Disqualification
    dated: bool
    more: Text = ""


def directors(dossier: Dossier) -> list[Behind]:
    return list(directing(known(dossier.officers)))


def owners(dossier: Dossier) -> list[Behind]:
    return [o for o in known(dossier.owners) if o.active and not o.super_secure]


def named(dossier: Dossier) -> list[Behind]:
    """Whom the buyer named, but for those who stand on the register as directors or owners."""
    told: list[Behind] = []
    if isinstance(dossier.officers, tuple):
        told += directing(dossier.officers)
    if isinstance(dossier.owners, tuple):
        told += owners(dossier)
    return [person for person in dossier.supplier.people if not any(_same(person, o) for o in told)]


def hits(dossier: Dossier, people: list[Behind], ctx: CheckContext) -> Iterator[Hit]:
    """Each person with each record whose name may be theirs and that has no other birth date.

    Records under which a court lets them act for this very company are left out by `barred`.
    """
    for person in people:
        for record in known(dossier.disqualifications):
            dated = _same_birth(person, record)
            if dated is None and not _corporate(person):
                if ctx.may_be_same(person.name, record.name, "person"):
                    yield Hit(person, record, dated=False)
            elif _corporate(person):
                if record.birth_date is None and ctx.may_be_same(
                    person.name, record.name, "organisation"
                ):
                    yield Hit(person, record, dated=True, more="name of the firm")
            elif dated and ctx.may_be_same(person.name, record.name, "person"):
                yield Hit(person, record, dated=True, more=_more(dossier, person, record))


def in_force(record: Disqualification, today: date) -> bool:
    """Whether it binds today. A record without dates does."""
    return (record.from_ or today) <= today <= (record.until or today)


def permitted(record: Disqualification, company: Company | None, today: date) -> bool:
    """Whether a court lets this person act for this company today."""
    if company is None:
        return False
    own = (company.name, *(former.name for former in company.former_names))
    return any(
        (until is None or until >= today) and any(same_firm(name, one) for one in own)
        for name, until in record.permissions
    )


def _same(person: Person, other: Behind) -> bool:
    return same_person(person.name, other.name) and _same_birth(person, other) is True


def _same_birth(person: Behind, record: Behind | Disqualification) -> bool | None:
    """Whether month and year of birth agree; None where either is not known to the month."""
    mine, theirs = person.birth_date, record.birth_date
    if mine is None or theirs is None or mine.month is None or theirs.month is None:
        return None if mine is None or theirs is None or mine.compatible(theirs) else False
    return (mine.year, mine.month) == (theirs.year, theirs.month)


def _corporate(person: Behind) -> bool:
    if isinstance(person, Person):
        return False
    return person.corporate if isinstance(person, Officer) else not person.person


def _more(dossier: Dossier, person: Behind, record: Disqualification) -> Text:
    linked = [dossier.company.name] if isinstance(dossier.company, Company) else []
    if isinstance(person, Officer) and isinstance(dossier.appointments, tuple):
        linked += [a.company_name for a in _own(dossier.appointments, person.officer_id)]
    shared = [n for n in record.company_names if any(same_firm(n, one) for one in linked)]
    if shared:
        return say("the company {name}", name=firm(shared[0]))
    mine, theirs = _postcode(person), _postcode(record)
    same = bool(mine) and mine == theirs
    return say("the postcode {postcode}", postcode=private(theirs)) if same else ""


def _own(appointments: tuple[Appointment, ...], officer_id: str) -> Iterator[Appointment]:
    return (a for a in appointments if officer_id and a.officer_id == officer_id)


def _postcode(one: Behind | Disqualification) -> str:
    address = None if isinstance(one, Person) else one.address
    return address.postcode.replace(" ", "").upper() if address else ""
