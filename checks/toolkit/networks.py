"""How the ways through the network of suppliers are said: from one party to the next, in words."""

from collections.abc import Iterable

from duediligence.model import Clause
from duediligence.model.facts import (
    NOTHING,
    Value,
    firm,
    joined,
    listed,
    say,
    tag_person,
    tag_private,
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
        return tag_person(node.label, role)
    if node.personal:
        return tag_private(node.label) if node.kind == "address" else tag_person(node.label, role)
    return word(node.label) if node.kind == "address" else firm(node.label)


def format_network_path(path: NetworkPath) -> Clause:
    """Return `A Ltd has the director B (from 1 May 2020), who is a director of C Ltd`, with
    sources.
    """
    parts: list[Clause] = []
    for place, link in enumerate(path.links):
        start, end = path.nodes[place], path.nodes[place + 1]
        forward = link.one == start.id
        text = (_format_forward_link if forward else _format_backward_link)(link, end)
        parts.append(say("{text}{dates}", text=text, dates=_format_link_details(link)))
    return say(
        "{start} {way}",
        start=named(path.nodes[0]),
        way=joined(", ", parts),
    )


def format_network_paths(paths: Iterable[NetworkPath]) -> Clause:
    """Return several ways after one another."""
    return joined("; ", [format_network_path(path) for path in paths])


def _format_forward_link(link: NetworkLink, end: NetworkNode) -> Clause:
    role = _ROLES.get(link.kind, "")
    match link.kind:
        case "address":
            return say("is at {place}", place=named(end))
        case "correspondence address":
            return say("has somebody with letters sent to {place}", place=named(end))
        case "phone" | "e-mail domain" | "bank account":
            return _format_contact_link(link.kind)
        case "former name":
            return say("was or is called {name}", name=named(end))
        case "sub-contractor":
            return say("works as a sub-contractor of {end}", end=named(end))
        case _:
            return say("has the {role} {end}", role=word(role), end=named(end, role))


def _format_backward_link(link: NetworkLink, end: NetworkNode) -> Clause:
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


def _format_contact_link(kind: LinkKind) -> Clause:
    article = "an" if kind == "e-mail domain" else "a"
    return say("gives {article} {kind}", article=word(article), kind=word(kind))


def _format_link_details(link: NetworkLink) -> Clause:
    """In brackets what the source is, what it dates, and since when it is known here."""
    told = [
        say("from {day}", day=link.since) if link.since else NOTHING,
        say("until {day}", day=link.until) if link.until else NOTHING,
        say("{source}", source=word(link.source)),
        say("first known here on {day}", day=link.first_known) if link.first_known else NOTHING,
    ]
    return say(" ({told})", told=joined(", ", told))


def format_contract_titles(titles: Iterable[str]) -> Value:
    """Return the contracts under which the buyer has both."""
    return listed(word(title) for title in titles)
