"""How the ways through the network of suppliers are said: from one party to the next, in words."""

from collections.abc import Iterable

from duediligence.model import Clause
from duediligence.model.facts import (
    NOTHING,
    Value,
    firm,
    joined,
    listed,
    person,
    private,
    say,
    word,
)
from duediligence.model.networks import LinkKind, NetworkLink, NetworkNode, NetworkPath

_ROLES = {
    "director": "director",
    "secretary": "secretary",
    "owner": "owner",
    "trustee": "trustee",
    "named person": "named person",
    "charge holder": "lender",
}


def named(node: NetworkNode, role: str = "person") -> Value:
    """Return a node as it is shown: a person's name and a person's address are personal."""
    if node.kind == "person":
        return person(node.label, role)
    if node.personal:
        return private(node.label) if node.kind == "address" else person(node.label, role)
    return word(node.label) if node.kind == "address" else firm(node.label)


def way(path: NetworkPath) -> Clause:
    """Return `A Ltd has the director B (from 1 May 2020), who is a director of C Ltd`, with
    sources.
    """
    parts: list[Clause] = []
    for place, link in enumerate(path.links):
        start, end = path.nodes[place], path.nodes[place + 1]
        forward = link.one == start.id
        text = (_forward if forward else _backward)(link, end)
        parts.append(say("{text}{dates}", text=text, dates=_dates(link)))
    return say(
        "{start} {way}",
        start=named(path.nodes[0]),
        way=joined(", ", parts),
    )


def ways(paths: Iterable[NetworkPath]) -> Clause:
    """Return several ways after one another."""
    return joined("; ", [way(path) for path in paths])


def _forward(link: NetworkLink, end: NetworkNode) -> Clause:
    role = _ROLES.get(link.kind, "")
    match link.kind:
        case "address":
            return say("is at {place}", place=named(end))
        case "correspondence address":
            return say("has somebody with letters sent to {place}", place=named(end))
        case "phone" | "e-mail domain" | "bank account":
            return _contact(link.kind)
        case "former name":
            return say("was or is called {name}", name=named(end))
        case "sub-contractor":
            return say("works as a sub-contractor of {end}", end=named(end))
        case _:
            return say("has the {role} {end}", role=word(role), end=named(end, role))


def _backward(link: NetworkLink, end: NetworkNode) -> Clause:
    match link.kind:
        case "address":
            return say("where {end} is as well", end=named(end))
        case "correspondence address":
            return say("where somebody of {end} has letters sent", end=named(end))
        case "phone" | "e-mail domain" | "bank account":
            return say("which {end} gives as well", end=named(end))
        case "former name":
            return say("as {end} was or is called", end=named(end))
        case "sub-contractor":
            return say("has the sub-contractor {end}", end=named(end))
        case "owner":
            return say("owner of {end}", end=named(end))
        case _:
            role = _ROLES[link.kind]
            return say("{role} of {end}", role=word(role), end=named(end))


def _contact(kind: LinkKind) -> Clause:
    article = "an" if kind == "e-mail domain" else "a"
    return say("gives {article} {kind}", article=word(article), kind=word(kind))


def _dates(link: NetworkLink) -> Clause:
    """In brackets what the source is, what it dates, and since when it is known here."""
    told = [
        say("from {day}", day=link.since) if link.since else NOTHING,
        say("until {day}", day=link.until) if link.until else NOTHING,
        say("{source}", source=word(link.source)),
        say("first known here on {day}", day=link.first_known) if link.first_known else NOTHING,
    ]
    return say(" ({told})", told=joined(", ", told))


def contracts(titles: Iterable[str]) -> Value:
    """Return the contracts under which the buyer has both."""
    return listed(word(title) for title in titles)
