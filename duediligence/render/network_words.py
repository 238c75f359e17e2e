"""Words for networks: nodes, links, marks, and the ways between suppliers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from duediligence.model.networks import (
    LinkKind,
    MarkKind,
    Network,
    NetworkLink,
    NetworkMark,
    NetworkNode,
    NetworkPath,
    NodeKind,
)
from duediligence.render.ownership_graph import capital, status
from duediligence.render.wording import day
from duediligence.text.wording import count, listed

# From so many companies on, a node is said to link weakly.
MANY = 20

_NOUNS: Mapping[NodeKind, tuple[str, str]] = {
    "supplier": ("supplier", "suppliers"),
    "company": ("company", "companies"),
    "person": ("person", "people"),
    "firm": ("firm", "firms"),
    "address": ("address", "addresses"),
    "former name": ("former name", "former names"),
    "phone": ("phone number", "phone numbers"),
    "e-mail domain": ("e-mail domain", "e-mail domains"),
    "bank account": ("bank account", "bank accounts"),
    "charge holder": ("charge holder", "charge holders"),
    "identity agent": ("identity agent", "identity agents"),
}

# Of these only a keyed hash is kept, by which they are compared.
CONTACTS: tuple[NodeKind, ...] = ("phone", "e-mail domain", "bank account")
_HASHED = "Only compared, not kept"

# Present and past. `one` is the supplier or company, `other` what stands beside it.
_SENTENCES: Mapping[LinkKind, tuple[str, str]] = {
    "director": ("{other} is a director of {one}", "{other} was a director of {one}"),
    "secretary": ("{other} is the secretary of {one}", "{other} was the secretary of {one}"),
    "owner": ("{other} owns or controls {one}", "{other} owned or controlled {one}"),
    "trustee": ("{other} is a trustee of {one}", "{other} was a trustee of {one}"),
    "named person": ("{other} is named for {one}", "{other} was named for {one}"),
    "address": ("{one} is at {other}", "{one} was at {other}"),
    "correspondence address": (
        "a director or owner of {one} has letters sent to {other}",
        "a director or owner of {one} had letters sent to {other}",
    ),
    "former name": ("{one} is or was called {other}", "{one} was called {other}"),
    "phone": ("{one} gives this phone number", "{one} gave this phone number"),
    "e-mail domain": ("{one} uses this e-mail domain", "{one} used this e-mail domain"),
    "bank account": ("{one} is paid into this account", "{one} was paid into this account"),
    "charge holder": ("{other} holds a charge over {one}", "{other} held a charge over {one}"),
    "identity agent": (
        "{other} vouched for the identity of a director or owner of {one}",
        "{other} vouched for the identity of a former director or owner of {one}",
    ),
    "sub-contractor": (
        "{one} works as a sub-contractor of {other}",
        "{one} worked as a sub-contractor of {other}",
    ),
}

# How a mark begins: where the source names the node itself, and where it may be somebody else.
_MARKS: Mapping[MarkKind, tuple[str, str]] = {
    "listed": ("On a list", "Possibly on a list"),
    "disqualified": ("Disqualified", "Possibly disqualified"),
    "insolvent": ("Insolvency", "Possible insolvency"),
    "enforcement": ("Enforcement", "Possible enforcement"),
}

_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)

# A path of one node that joins 20 companies is fair, of one that joins 300 weak.
_STRENGTHS = ((0.5, "strong"), (0.1, "fair"), (0.0, "weak"))


def kinds_in_words(nodes: Iterable[NetworkNode]) -> str:
    """Return how many nodes of each kind: `80 companies, 31 people and 1 address`, most first."""
    counts = Counter(node.kind for node in nodes)
    order = sorted(counts, key=lambda kind: (-counts[kind], kind))
    return listed(count(counts[kind], *_NOUNS[kind]) for kind in order)


def box_label(node: NetworkNode) -> str:
    """Return what the box of a node is headed with: `Alpha Ltd`, `Bank account`."""
    return capital(node.label) if node.kind in CONTACTS else node.label


def node_lines(node: NetworkNode) -> tuple[str, ...]:
    """Return what a node is, in short lines: `Supplier S001`, `Company 99000001`."""
    first = _HASHED if node.kind in CONTACTS else capital(_NOUNS[node.kind][0])
    if node.kind == "supplier" and node.supplier_ref:
        first += f" {node.supplier_ref}"
    if node.kind == "company" and node.number:
        first += f" {node.number}"
    lines = [first]
    if node.kind != "company" and node.number:
        lines.append(f"Company {node.number}")
    if hub := hub_words(node):
        lines.append(hub)
    return tuple(lines)


def hub_words(node: NetworkNode) -> str:
    """Return `Joins 312 companies: links weakly`; empty for a node that joins no more than two."""
    if node.companies is None or node.companies <= 2:
        return ""
    joins = f"Joins {count(node.companies, 'company', 'companies')}"
    return f"{joins}: links weakly" if node.companies >= MANY else joins


def mark_words(mark: NetworkMark) -> str:
    """Return `Insolvency: in liquidation, 3 March 2025`; with how sure it is that it is the
    party.
    """
    sure, possible = _MARKS[mark.kind]
    what = status(mark.what) if mark.kind == "insolvent" else mark.what
    said = f"{possible if mark.sure else sure}: {what}"
    if mark.on:
        said += f", {day(mark.on)}"
    return f"{said} ({mark.sure})" if mark.sure else said


def named(node: NetworkNode) -> str:
    """Return the node as a sentence names it: `Alpha Ltd (S001)`, `address 3 Marrow Lane`."""
    match node.kind:
        case "supplier" if node.supplier_ref and node.supplier_ref != node.label:
            return f"{node.label} ({node.supplier_ref})"
        case "company" if node.number:
            return f"{node.label} ({node.number})"
        case "phone" | "e-mail domain" | "bank account":
            return f"the same {_NOUNS[node.kind][0]}"
    return node.label or f"{_NOUNS[node.kind][0]} without a name"


def link_label(links: Sequence[NetworkLink]) -> str:
    """Return links between the same two nodes beside their line: `director and owner since
    2019`.
    """
    kinds: dict[LinkKind, list[NetworkLink]] = {}
    for link in sorted(links, key=lambda link: _KINDS.index(link.kind)):
        kinds.setdefault(link.kind, []).append(link)
    spans: dict[str, list[str]] = {}
    for kind, some in kinds.items():
        spans.setdefault(_format_link_years(some), []).append(kind)
    return "; ".join(f"{listed(of)} {years}".strip() for years, of in spans.items())


def _format_link_years(links: Sequence[NetworkLink]) -> str:
    """From the first to the last that is known of links of one kind."""
    began = [link.since.year for link in links if link.since]
    since = min(began) if began else None
    if not all(link.ended for link in links):
        return f"since {since}" if since else ""
    until = max(link.until.year for link in links if link.until)
    return f"{since} to {until}" if since else f"until {until}"


def link_sentence(
    link: NetworkLink, network: Mapping[str, NetworkNode], *, hubs: bool = False
) -> str:
    """Return the link in words with its dates and its source: `Jo Ives is a director of Alpha Ltd
    (S001) since 3 May 2019. Source: Companies House officers, first known here on 2 November 2026.`

    With `hubs`, it says how many companies its second end joins where these are many.
    """
    present, past = _SENTENCES[link.kind]
    form = past if link.ended else present
    other = network[link.other]
    many = hubs and other.companies is not None and other.companies >= MANY
    joins = f" ({count(other.companies or 0, 'company', 'companies')})" if many else ""
    said = form.format(one=named(network[link.one]), other=f"{named(other)}{joins}")
    known = f", first known here on {day(link.first_known)}" if link.first_known else ""
    return (
        f"{capital(said)}{_format_link_dates(link.since, link.until)}. Source: "
        f"{link.source}{known}."
    )


def _format_link_dates(since: date | None, until: date | None) -> str:
    if since and until:
        return f", from {day(since)} to {day(until)}"
    if until:
        return f", until {day(until)}"
    return f", since {day(since)}" if since else ""


def strength_word(strength: float) -> str:
    """Return `strong`, `fair` or `weak`: how much a path says, by what joins many companies on
    it.
    """
    return next(word for least, word in _STRENGTHS if strength >= least)


@dataclass(frozen=True, slots=True)
class PathWords:
    """One path in words: what it joins, how strong it is, and each link with its source."""

    title: str
    strength: str
    marks: tuple[str, ...]
    steps: tuple[str, ...]


def path_words(path: NetworkPath) -> PathWords:
    """Return the path as a person reads it, from the first node to the last."""
    nodes = {node.id: node for node in path.nodes}
    hubs = [
        f"{named(node)} joins {count(node.companies, 'company', 'companies')}"
        for node in path.nodes[1:-1]
        if node.companies is not None and node.companies >= MANY
    ]
    word = strength_word(path.strength)
    return PathWords(
        title=_format_path_title(path),
        strength=capital(f"{word} link: {listed(hubs)}" if hubs else f"{word} link"),
        marks=tuple(mark_words(mark) for mark in path.nodes[-1].marks),
        steps=tuple(link_sentence(link, nodes) for link in path.links),
    )


def _format_path_title(path: NetworkPath) -> str:
    first, last = path.nodes[0], path.nodes[-1]
    if len(path.links) == 1:
        return f"{named(first)} and {named(last)}: linked directly"
    between = listed(named(node) for node in path.nodes[1:-1])
    return f"{named(first)} and {named(last)}: by way of {between}"


MOST_OTHERS = 100


def other_links(network: Network, paths: Sequence[NetworkPath]) -> tuple[tuple[str, ...], str]:
    """Return the links on none of the paths, in words, and how many more there are, empty for
    none.
    """
    on_paths = {link for path in paths for link in path.links}
    others = [link for link in network.links if link not in on_paths]
    more = len(others) - MOST_OTHERS
    return (
        tuple(link_sentence(link, network.nodes, hubs=True) for link in others[:MOST_OTHERS]),
        f"and {count(more, 'more link')}" if more > 0 else "",
    )
