"""What happened, as an event by which several sources of it are known as one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

from duediligence.model import (
    Appointment,
    Event,
    ListEntry,
    Officer,
    Owner,
    PartialDate,
    Party,
    Person,
    PossibleMatch,
    RecordType,
    register_number,
)
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    REGISTRATION,
)
from duediligence.model.findings import PERSON, THE_SUPPLIER, EventKind
from duediligence.text.names import TITLES, name_words

# Of each only one body has a number.
_REGISTERS = (COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND)
_KINDS: Mapping[RecordType, EventKind] = {"insolvency": "insolvency", "warning": "warning"}


def find_single_event(events: Iterable[Event | None]) -> Event | None:
    """Return the event that all are; None where there are several, or one is not known."""
    found = set(events)
    return found.pop() if len(found) == 1 else None


def of_somebody(
    kind: EventKind, who: Officer | Owner | Person, *, numbers: tuple[str, ...] = ()
) -> Event:
    """Return what happened to somebody behind the supplier."""
    registered = None if isinstance(who, Person) else who.registered_at
    number = registered.number if registered else ""
    party = _known_by(number, who.name, who.birth_date, firm=_is_firm_party(who))
    return Event(kind=kind, party=party, numbers=numbers)


def _is_firm_party(who: Officer | Owner | Person) -> bool:
    if isinstance(who, Person):
        return False
    return who.corporate if isinstance(who, Officer) else not who.person


def _known_by(number: str, name: str, born: PartialDate | None, *, firm: bool) -> str:
    return register_number(number) if number else hash_party_name(name, born, firm=firm)


def hash_party_name(name: str, born: PartialDate | None = None, *, firm: bool = False) -> str:
    """Return who somebody is that is known by name, and month of birth: hashed, for both may
    describe a person. Titles and the order of the words change nothing.
    """
    words = sorted(word for word in name_words(name) if word not in TITLES)
    month = f"{born.year}-{born.month}" if born and born.month else ""
    return ("firm:" if firm else PERSON) + sha256(
        "\x1f".join((*words, month)).encode()
    ).hexdigest()[:32]


def of_sister(other: Appointment) -> Event:
    """Say that another company of the directors failed."""
    return Event(kind="sister company", party=other.company_number)


def of_record(found: PossibleMatch) -> Event | None:
    """Return what the record of a list entry tells of; None for a kind that no other source tells
    of.
    """
    record = found.entry.record
    kind = _KINDS.get(record.type) if record else None
    if record is None or kind is None:
        return None
    return _derive_match_event(
        found,
        Event(
            kind=kind,
            party="",
            on=record.happened_on if kind == "insolvency" else None,
            numbers=tuple(dict.fromkeys(filter(None, (record.reference, found.entry.id)))),
            authority=record.authority if kind == "warning" else "",
        ),
    )


def of_designation(found: PossibleMatch, *, authority: str = "") -> Event | None:
    """Say that the party of a sanctions list was designated: by the United Kingdom or the United
    Nations, whose numbers the list of the United Kingdom has, unless `authority` is another.
    """
    numbers = (found.entry.id, *found.entry.references)
    return _derive_match_event(
        found, Event(kind="designation", party="", numbers=numbers, authority=authority)
    )


def _derive_match_event(found: PossibleMatch, event: Event) -> Event | None:
    """Return the event of whom a match is about; None where it speaks for somebody else."""
    if found.match.otherwise_born:
        return None
    return replace(
        event, party=_find_other_number(found.party, found.entry) or _identify_party(found.party)
    )


def _find_other_number(party: Party, entry: ListEntry) -> str:
    """Return the number of another body that the entry gives; empty where it may be the party."""
    ours, theirs = (
        {(one.scheme, one.id) for one in side.identifiers if one.scheme in _REGISTERS}
        for side in (party, entry)
    )
    schemes = {scheme for scheme, _ in ours}
    differing = sorted(number for scheme, number in theirs if scheme in schemes)
    return differing[0] if differing and not ours & theirs else ""


def _identify_party(party: Party) -> str:
    if party.role.kind == "supplier":
        return THE_SUPPLIER
    numbers = (one.id for one in party.identifiers if one.scheme in (COMPANY, REGISTRATION))
    firm = party.kind == "organisation"
    return _known_by(next(numbers, ""), party.names[0].text, party.birth_date, firm=firm)
