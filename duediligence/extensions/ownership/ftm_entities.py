"""Ownership as entities of FollowTheMoney, written and read.

For schemata and properties see https://followthemoney.tech/explorer/schemata/
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from duediligence.extensions.ownership.object_rules import list_codes, load_fields
from duediligence.extensions.ownership.structure import (
    UNKNOWN,
    OwnershipInterest,
    OwnershipLink,
    OwnershipParty,
    OwnershipStructure,
)
from duediligence.model import Identifier, Kind
from duediligence.model.entries import COMPANY, LEI
from duediligence.render.followthemoney import Entity, build_entity

_KINDS: Mapping[str, Kind] = load_fields()["parties_of_followthemoney"]
_LINKS: Mapping[str, tuple[str, str]] = load_fields()["links_of_followthemoney"]
_NUMBERS = {COMPANY: "registrationNumber", LEI: "leiCode"}
_ROLE = re.compile(r"(\w+)((?: \w+=[\d.]+)*)(?:: (.*))?")
_BOARD = "boardMember"
_NAMES = ("name", "alias", "weakAlias", "previousName")


def write_entities(structure: OwnershipStructure) -> Iterator[Entity]:
    """Yield the entities: parties with their numbers, then links. A link without an owner cannot
    be said.
    """
    owned = {one.subject for one in structure.links}
    for party in structure.parties:
        yield from _write_party(party, owned=party.id in owned)
    for link in structure.links:
        if not link.owner:
            continue
        board = all(one.type == _BOARD for one in link.interests)
        schema = "Directorship" if board else "Ownership"
        owner, subject = _LINKS[schema]
        yield build_entity(
            link.id,
            schema,
            **{owner: [link.owner], subject: [link.subject]},
            role=[one.details or _BOARD if board else _write_role(one) for one in link.interests],
            percentage=[] if board else [*map(_write_percentage, link.interests)],
            startDate=[link.since],
            endDate=[link.until],
        )


def _write_party(party: OwnershipParty, *, owned: bool) -> Iterator[Entity]:
    person = party.kind == "person"
    company = party.kind == "organisation" or owned
    numbers: dict[str, list[str]] = defaultdict(list)
    for one in party.identifiers:
        if one.scheme in _NUMBERS:
            numbers[_NUMBERS[one.scheme]].append(one.id)
        else:
            yield build_entity(
                f"{party.id}-{one.scheme}-{one.id}",
                "Identification",
                holder=[party.id],
                type=[one.scheme],
                number=[one.id],
                authority=[one.country],
            )
    yield build_entity(
        party.id,
        "Person" if person else "Company" if company else "LegalEntity",
        name=party.names[:1],
        alias=party.names[1:],
        birthDate=[party.born],
        incorporationDate=[party.founded],
        **{"nationality" if person else "jurisdiction": [one.lower() for one in party.countries]},
        address=[party.address],
        notes=[party.hidden],
        **numbers,
    )


def _write_role(one: OwnershipInterest) -> str:
    bounds = "".join(f" {name}={value:.15g}" for name, value in one.share)
    return f"{one.type}{bounds}{': ' if one.details else ''}{one.details}"


def _write_percentage(one: OwnershipInterest) -> str:
    return "-".join(f"{value:.15g}" for value in sorted({value for _, value in one.share}))


def read_entities(entities: Sequence[Entity]) -> OwnershipStructure:
    """Return parties, and their ownership and directorships. Other links stay in the entities."""
    numbers: dict[str, list[Identifier]] = defaultdict(list)
    for one in entities:
        if one["schema"] == "Identification":
            held = one["properties"]
            for holder, number in zip(held.get("holder", ()), held.get("number", ()), strict=False):
                scheme, country = _get_first(held, "type"), _get_first(held, "authority")
                numbers[holder].append(Identifier(scheme, number, country))
    # One of another schema is a party if it has a name.
    parties = [
        party
        for one in entities
        if one["schema"] not in _LINKS and one["schema"] != "Identification"
        for party in [_read_party_entity(one, numbers[one["id"]])]
        if one["schema"] in _KINDS or party.names
    ]
    links = [link for one in entities if one["schema"] in _LINKS for link in _read_links(one)]
    owners = {one.owner for one in links}
    owned = [one.subject for one in links if one.subject not in owners]
    about = owned[0] if owned else parties[0].id if parties else ""
    return OwnershipStructure(about, tuple(sorted(parties)), tuple(sorted(set(links))))


def _read_party_entity(entity: Entity, numbers: Sequence[Identifier]) -> OwnershipParty:
    held = entity["properties"]
    countries = [*held.get("nationality", ()), *held.get("jurisdiction", ())]
    notes = _get_first(held, "notes")
    names = [name for one in _NAMES for name in held.get(one, ())]
    parts = (_get_first(held, one) for one in ("firstName", "middleName", "lastName"))
    return OwnershipParty(
        id=entity["id"],
        kind=_KINDS.get(entity["schema"], "unknown"),
        names=tuple(names or filter(None, [" ".join(filter(None, parts))])),
        born=_get_first(held, "birthDate"),
        founded=_get_first(held, "incorporationDate"),
        identifiers=(
            *(
                Identifier(scheme, one)
                for scheme in _NUMBERS
                for one in held.get(_NUMBERS[scheme], ())
            ),
            *numbers,
        ),
        countries=tuple(one.upper() if len(one) == 2 else one for one in countries),
        address=_get_first(held, "address"),
        hidden=notes if notes in list_codes("unspecified", "reason!") else "",
    )


def _read_links(entity: Entity) -> Iterator[OwnershipLink]:
    held = entity["properties"]
    owner, subject = _LINKS[entity["schema"]]
    board = entity["schema"] == "Directorship"
    interests = [
        OwnershipInterest(_BOARD, (), one.replace(_BOARD, ""))
        if board
        else _read_role(one, _get_first(held, "percentage"))
        for one in held.get("role", ())
    ]
    for who in held.get(owner, ()):
        for what in held.get(subject, ()):
            yield OwnershipLink(
                owner=who,
                subject=what,
                interests=tuple(sorted(interests))
                or (OwnershipInterest(_BOARD) if board else UNKNOWN,),
                since=_get_first(held, "startDate"),
                until=_get_first(held, "endDate"),
            )


def _read_role(role: str, percentage: str) -> OwnershipInterest:
    """Return the interest that a role of ours names; another's role is what its source says."""
    found = _ROLE.fullmatch(role)
    if found and found[1] in list_codes("interest", "type"):
        bounds = (one.split("=") for one in found[2].split())
        share = tuple(sorted((name, float(value)) for name, value in bounds))
        return OwnershipInterest(found[1], share, found[3] or "")
    exact = re.fullmatch(r"\d{1,2}(\.\d+)?|100", percentage.rstrip(" %"))
    return OwnershipInterest(
        "shareholding" if exact else UNKNOWN.type,
        (("exact", float(exact[0])),) if exact else (),
        role,
    )


def _get_first(held: Mapping[str, Any], name: str) -> str:
    return str(next(iter(held.get(name, ())), ""))
