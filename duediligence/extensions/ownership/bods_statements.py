"""Ownership as statements of the Beneficial Ownership Data Standard 0.4, written and read."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from duediligence.extensions.ownership.object_rules import (
    VERSION,
    Statement,
    is_text_of_kind,
    keep_known_fields,
)
from duediligence.extensions.ownership.structure import (
    UNKNOWN,
    OwnershipInterest,
    OwnershipLink,
    OwnershipParty,
    OwnershipStructure,
)
from duediligence.model import Identifier
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
    people = {one.id for one in structure.parties if one.kind == "person"}
    parties = (
        (one.id, "person" if one.id in people else "entity", _describe_party(one))
        for one in structure.parties
    )
    links = ((one.id, "relationship", _describe_link(one, people)) for one in structure.links)
    for id_, type_, details in (*parties, *links):
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


def _describe_party(party: OwnershipParty) -> Statement:
    reason = {"reason": party.hidden} if party.hidden else {}
    countries: list[Statement] = [
        {"name": one, **({"code": one} if len(one) == 2 else {})} for one in party.countries
    ]
    if party.kind == "person":
        return _keep_filled(
            personType="anonymousPerson" if party.hidden else "knownPerson",
            unspecifiedPersonDetails=reason,
            names=[{"fullName": one} for one in party.names],
            birthDate=_keep_date(party.born, "part"),
            nationalities=countries,
            addresses=_describe_address(party, "service"),
        )
    known = party.kind == "organisation"
    return _keep_filled(
        entityType={"type": "registeredEntity" if known else "unknownEntity"},
        unspecifiedEntityDetails=reason,
        name="".join(party.names[:1]),
        alternateNames=[*party.names[1:]],
        jurisdiction=countries[0] if countries else {},
        foundingDate=_keep_date(party.founded, "day"),
        identifiers=[*map(_write_identifier, party.identifiers)],
        addresses=_describe_address(party, "registered"),
    )


def _describe_address(party: OwnershipParty, sort: str) -> list[Statement]:
    return [{"address": party.address, "type": sort}] if party.address else []


def _describe_link(link: OwnershipLink, people: Collection[str]) -> Statement:
    return {
        "subject": link.subject,
        "interestedParty": link.owner or {"reason": link.unnamed},
        "interests": [
            _keep_filled(
                type=one.type,
                directOrIndirect="unknown",
                share=dict(one.share),
                details=one.details,
                beneficialOwnershipOrControl=link.owner in people and one.type != "boardMember",
                startDate=_keep_date(link.since, "day"),
                endDate=_keep_date(link.until, "day"),
            )
            for one in link.interests
        ],
    }


def _write_identifier(one: Identifier) -> Statement:
    if one.scheme == REGISTRATION:
        return {"id": one.id, "schemeName": one.country or _NOT_STATED}
    return {"id": one.id, "scheme": _LEI if one.scheme == LEI else one.scheme}


def _keep_date(text: str, kind: str) -> str:
    """Return a date that BODS has a place for; of which less is known, it is left out."""
    return text if is_text_of_kind(text, kind) else ""


def _keep_filled(**fields: Any) -> Statement:
    return {name: value for name, value in fields.items() if value}


def read_statements(statements: Sequence[Statement]) -> OwnershipStructure:
    """Return what the newest statement of each record says.

    What the structure has no place for, such as political exposure, is in the statements alone.
    """
    newest: dict[str, Statement] = {}
    for one in sorted(statements, key=lambda one: str(one["statementDate"])):
        newest[one["recordId"]] = one
    links = {id_: one for id_, one in newest.items() if one["recordType"] == "relationship"}
    return OwnershipStructure(
        statements[0]["declarationSubject"],
        tuple(sorted(_read_party(id_, one) for id_, one in newest.items() if id_ not in links)),
        tuple(sorted({_read_link(one) for one in links.values()})),
    )


def _read_party(id_: str, statement: Statement) -> OwnershipParty:
    type_ = statement["recordType"]
    details = keep_known_fields(statement["recordDetails"], type_)
    person = type_ == "person"
    unknown = not person and details["entityType"]["type"] == "unknownEntity"
    names = [one["fullName"] for one in details.get("names", ())]
    places = details.get("nationalities") or [details.get("jurisdiction")]
    unspecified = details.get(f"unspecified{type_.capitalize()}Details", {})
    return OwnershipParty(
        id=id_,
        kind="person" if person else "unknown" if unknown else "organisation",
        names=tuple(
            filter(None, (*names, details.get("name"), *details.get("alternateNames", ())))
        ),
        born=details.get("birthDate", ""),
        founded=details.get("foundingDate", ""),
        identifiers=tuple(
            _read_identifier(one)
            for one in details.get("identifiers", ())
            if "id" in one and not person
        ),
        countries=tuple(one.get("code") or one["name"] for one in places if one),
        address=next((one.get("address", "") for one in details.get("addresses", ())), ""),
        hidden=unspecified.get("reason", ""),
    )


def _read_link(statement: Statement) -> OwnershipLink:
    details = statement["recordDetails"]
    interests = details.get("interests", [])
    party = details["interestedParty"]
    starts = [one["startDate"] for one in interests if "startDate" in one]
    ends = [one.get("endDate", "") for one in interests]
    until = max(ends, default="") if all(ends) else ""
    if statement.get("recordStatus") == "closed":
        until = until or statement["statementDate"][:10]
    found = sorted(
        OwnershipInterest(
            one.get("type", UNKNOWN.type),
            tuple(sorted(keep_known_fields(one.get("share", {}), "share").items())),
            one.get("details", ""),
        )
        for one in interests
    )
    return OwnershipLink(
        owner=party if isinstance(party, str) else "",
        subject=details["subject"] if isinstance(details["subject"], str) else "",
        interests=tuple(found) or ((UNKNOWN,) if isinstance(party, str) else ()),
        since=min(starts, default=""),
        until=until,
        unnamed=party["reason"] if isinstance(party, dict) else "",
    )


def _read_identifier(one: Statement) -> Identifier:
    if "scheme" in one:
        return Identifier(LEI if one["scheme"] == _LEI else one["scheme"], one["id"])
    name = one["schemeName"]
    return Identifier(REGISTRATION, one["id"], "" if name == _NOT_STATED else name)
