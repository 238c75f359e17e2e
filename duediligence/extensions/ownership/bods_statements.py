"""Ownership as statements of the Beneficial Ownership Data Standard 0.4, written and read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from duediligence.extensions.ownership.bods_rules import (
    VERSION,
    Statement,
    is_date_or_part,
    is_day,
)
from duediligence.extensions.ownership.structure import (
    UNKNOWN,
    OwnershipInterest,
    OwnershipLink,
    OwnershipParty,
    OwnershipStructure,
)
from duediligence.model import Identifier, Kind
from duediligence.model.audit import canonical
from duediligence.model.entries import LEI, REGISTRATION

_LEI = "XI-LEI"
_NOT_STATED = "not stated"


def write_statements(
    structure: OwnershipStructure, day: date, publisher: str, source: Statement
) -> Iterator[Statement]:
    """Yield the statements: parties, then links. The same has the same ids at every export.

    `day` is when it was known, `source` who says so, as BODS has it.
    """
    records = [
        *((one.id, _type_of(one), _describe_party(one)) for one in structure.parties),
        *((one.id, "relationship", _describe_link(one, structure)) for one in structure.links),
    ]
    for id_, type_, details in records:
        statement = {
            "declarationSubject": structure.about,
            "publicationDetails": {
                "bodsVersion": VERSION,
                "publicationDate": day.isoformat(),
                "publisher": {"name": publisher},
            },
            "recordDetails": {"isComponent": False, **details},
            "recordId": id_,
            "recordType": type_,
            "source": source,
            "statementDate": day.isoformat(),
        }
        digest = sha256(canonical(statement).encode()).hexdigest()
        yield {**statement, "statementId": digest}


def _type_of(party: OwnershipParty) -> str:
    return "person" if party.kind == "person" else "entity"


def _describe_party(party: OwnershipParty) -> Statement:
    person = party.kind == "person"
    unspecified = {"reason": party.hidden} if party.hidden else {}
    countries: list[Statement] = [
        {"name": one, **({"code": one} if len(one) == 2 else {})} for one in party.countries
    ]
    address = {"address": party.address, "type": "service" if person else "registered"}
    found: Statement = {"addresses": [address] if party.address else []}
    if person:
        found |= {
            "personType": "anonymousPerson" if party.hidden else "knownPerson",
            "unspecifiedPersonDetails": unspecified,
            "names": [{"fullName": one} for one in party.names],
            "birthDate": party.born if is_date_or_part(party.born) else "",
            "nationalities": countries,
        }
    else:
        known = party.kind == "organisation"
        found |= {
            "entityType": {"type": "registeredEntity" if known else "unknownEntity"},
            "unspecifiedEntityDetails": unspecified,
            "name": party.names[0] if party.names else "",
            "alternateNames": [*party.names[1:]],
            "jurisdiction": countries[0] if countries else {},
            "foundingDate": party.founded if is_day(party.founded) else "",
            "identifiers": [*map(_write_identifier, party.identifiers)],
        }
    return _without_empty(found)


def _describe_link(link: OwnershipLink, structure: OwnershipStructure) -> Statement:
    people = {one.id for one in structure.parties if one.kind == "person"}
    dates = {"startDate": link.since, "endDate": link.until}
    dates = {name: text for name, text in dates.items() if is_day(text)}
    controls = {"beneficialOwnershipOrControl": True} if link.owner in people else {}
    return {
        "subject": link.subject,
        "interestedParty": link.owner or {"reason": link.unnamed},
        "interests": [
            _without_empty(
                {
                    "type": one.type,
                    "directOrIndirect": "unknown",
                    "share": dict(one.share),
                    "details": one.details,
                    **(controls if one.type != "boardMember" else {}),
                    **dates,
                }
            )
            for one in link.interests
        ],
    }


def _write_identifier(one: Identifier) -> Statement:
    if one.scheme == REGISTRATION:
        return {"id": one.id, "schemeName": one.country or _NOT_STATED}
    return {"id": one.id, "scheme": _LEI if one.scheme == LEI else one.scheme}


def _without_empty(found: Mapping[str, Any]) -> Statement:
    return {name: value for name, value in found.items() if value or value is False}


def read_statements(statements: Sequence[Statement]) -> OwnershipStructure:
    """Return what the newest statement of each record says.

    What the structure has no place for, such as political exposure, is in the statements alone.
    """
    newest: dict[str, Statement] = {}
    for one in sorted(statements, key=lambda one: str(one["statementDate"])):
        newest[one["recordId"]] = one
    parties = [
        _read_party_statement(id_, one)
        for id_, one in newest.items()
        if one["recordType"] != "relationship"
    ]
    links = [
        _read_link_statement(one) for one in newest.values() if one["recordType"] == "relationship"
    ]
    about = statements[0]["declarationSubject"] if statements else ""
    return OwnershipStructure(about, tuple(sorted(parties)), tuple(sorted(set(links))))


def _read_party_statement(id_: str, statement: Statement) -> OwnershipParty:
    details = statement["recordDetails"]
    address = next((one.get("address", "") for one in details.get("addresses", ())), "")
    if statement["recordType"] == "person":
        return OwnershipParty(
            id=id_,
            kind="person",
            names=tuple(one["fullName"] for one in details.get("names", ())),
            born=details.get("birthDate", ""),
            countries=tuple(map(_read_country, details.get("nationalities", ()))),
            address=address,
            hidden=details.get("unspecifiedPersonDetails", {}).get("reason", ""),
        )
    sort: Kind = "unknown" if details["entityType"]["type"] == "unknownEntity" else "organisation"
    where = details.get("jurisdiction")
    return OwnershipParty(
        id=id_,
        kind=sort,
        names=(*filter(None, (details.get("name"),)), *details.get("alternateNames", ())),
        founded=details.get("foundingDate", ""),
        identifiers=tuple(
            _read_identifier(one) for one in details.get("identifiers", ()) if "id" in one
        ),
        countries=(_read_country(where),) if where else (),
        address=address,
        hidden=details.get("unspecifiedEntityDetails", {}).get("reason", ""),
    )


def _read_link_statement(statement: Statement) -> OwnershipLink:
    details = statement["recordDetails"]
    party, subject = details["interestedParty"], details["subject"]
    interests = details.get("interests", [])
    ends = [one.get("endDate", "") for one in interests]
    until = max(ends, default="") if all(ends) else ""
    if statement.get("recordStatus") == "closed":
        until = until or str(statement["statementDate"])[:10]
    return OwnershipLink(
        owner=party if isinstance(party, str) else "",
        subject=subject if isinstance(subject, str) else "",
        interests=tuple(
            sorted(
                OwnershipInterest(
                    one.get("type", UNKNOWN.type),
                    tuple(sorted(one.get("share", {}).items())),
                    one.get("details", ""),
                )
                for one in interests
            )
        )
        or ((UNKNOWN,) if isinstance(party, str) else ()),
        since=min(filter(None, (one.get("startDate") for one in interests)), default=""),
        until=until,
        unnamed=party["reason"] if isinstance(party, dict) else "",
    )


def _read_identifier(one: Statement) -> Identifier:
    scheme = one.get("scheme")
    if scheme is None:
        name = one["schemeName"]
        return Identifier(REGISTRATION, one["id"], "" if name == _NOT_STATED else name)
    return Identifier(LEI if scheme == _LEI else scheme, one["id"])


def _read_country(one: Statement) -> str:
    return str(one.get("code") or one["name"])
