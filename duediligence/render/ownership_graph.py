"""Who owns and runs a supplier, as a graph: its nodes, their words, what is left out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Literal

from duediligence.model import (
    Appointment,
    Charity,
    Company,
    Dossier,
    LegalEntity,
    NotInScope,
    NotKnown,
    Officer,
    Owner,
    Parent,
)
from duediligence.render.wording import day
from duediligence.text.names import TITLES, strip_titles

Kind = Literal["supplier", "person", "organisation", "gap", "circle", "more"]


People = Literal["redacted", "flagged", "shown"]


@dataclass(frozen=True, slots=True)
class Node:
    """A box: a name, lines below it, and the word by which it is marked (empty: not marked).

    A `gap` is something that is not known, a `circle` an owner that stands in the chain already,
    `more` counts boxes left out.
    """

    name: str
    kind: Kind
    lines: tuple[str, ...] = ()
    flag: str = ""
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Trees:
    """The supplier without children, and what stands above and below it.

    `no_owners` and `no_people` say why there is nothing above, or below.
    """

    supplier: Node
    above: tuple[Node, ...]
    below: tuple[Node, ...]
    no_owners: str = "none is registered"
    no_people: str = "none is registered"


def build_ownership_trees(dossier: Dossier, flagged: Mapping[str, str], people: People) -> Trees:
    """Return everybody behind the supplier: owners and owners of owners that have not ceased;
    directors, trustees, and other officers that are marked; failed companies of those people.
    """
    marks = {strip_titles(name): capital(word) for name, word in flagged.items()}
    return _TreeBuilder(dossier, marks, people).read()


class _TreeBuilder:
    def __init__(self, dossier: Dossier, marks: Mapping[str, str], people: People) -> None:
        self.dossier = dossier
        self.marks = marks
        self.people = people
        held = dossier.parents
        self.parents: Sequence[Parent] = held if isinstance(held, tuple) else ()
        self.used: set[int] = set()

    def read(self) -> Trees:
        owners, dossier = self.dossier.owners, self.dossier
        above: tuple[Node, ...] = ()
        if isinstance(owners, tuple):
            above = self._owners(owners, depth=1, child="")
        elif isinstance(owners, NotKnown | NotInScope):
            above = (self._gap("Owners", owners),)
        parents = dossier.parents
        if isinstance(parents, NotKnown | NotInScope) and above and isinstance(owners, tuple):
            above += (self._gap("Owners of owners", parents),)
        above += tuple(
            self._parent(i, parent)
            for i, parent in enumerate(self.parents)
            if i not in self.used and parent.owner.active
        )
        return Trees(
            self._supplier(),
            above,
            (*self._officers(), *self._trustees()),
            no_owners=_explain_no_parties(owners),
            no_people=_explain_no_parties(dossier.officers),
        )

    def _supplier(self) -> Node:
        company, charity = self.dossier.company, self.dossier.charity
        if isinstance(company, Company):
            return self._box(company.name, "supplier", _list_company_lines(company))
        if isinstance(charity, Charity):
            lines = (f"Charity {charity.identifier.id}, {status(charity.status.lower())}",)
            return self._box(charity.name, "supplier", lines)
        told = "No company record"
        if isinstance(company, NotKnown):
            told = "Company record not known"
        elif isinstance(company, NotInScope):
            told = "Company record not looked at"
        return self._box(self.dossier.supplier.name, "supplier", (told,))

    def _owners(self, owners: Sequence[Owner], *, depth: int, child: str) -> tuple[Node, ...]:
        """Return the boxes of those owners that have not ceased, each with its own owners."""
        nodes = []
        for owner in owners:
            if not owner.active:
                continue
            step = self._step(owner, depth, child)
            nodes.append(self._owner(owner) if step is None else self._parent(*step))
        return tuple(nodes)

    def _step(self, owner: Owner, depth: int, child: str) -> tuple[int, Parent] | None:
        """Return the step of the walk upward that went through this owner, each step taken once."""
        fits = [
            (i, parent)
            for i, parent in enumerate(self.parents)
            if i not in self.used and parent.depth == depth and parent.owner == owner
        ]
        fits.sort(key=lambda fit: fit[1].child != child)
        return fits[0] if fits else None

    def _owner(self, owner: Owner) -> Node:
        held = format_control_natures(owner.natures)
        if owner.super_secure:
            return Node("Protected by law", "person", ("Details withheld by the register", *held))
        return self._box(owner.name, "person" if owner.person else "organisation", held)

    def _parent(self, index: int, parent: Parent) -> Node:
        self.used.add(index)
        plain = self._owner(parent.owner)
        company = parent.company
        lines = (*(_list_company_lines(company) if company else ()), *plain.lines)
        if parent.circular:
            told = "Circular: already further down this chain"
            return Node(plain.name, "circle", (*lines, told), plain.flag)
        if entity := parent.legal_entity:
            if company is None or parent.owner.by_gleif:
                lines = (*lines, *describe_legal_entity(entity, top=not parent.owners))
        elif parent.why_not:
            lines = (*lines, f"Not followed further: {parent.why_not}")
        child = company.number if company else parent.owner.name
        above = self._owners(parent.owners, depth=parent.depth + 1, child=child)
        flag = plain.flag or (self._mark(company.name) if company else "")
        return Node(plain.name, plain.kind, lines, flag, above)

    def _officers(self) -> tuple[Node, ...]:
        officers = self.dossier.officers
        if isinstance(officers, NotKnown | NotInScope):
            return (self._gap("Directors", officers),)
        if not isinstance(officers, tuple):
            return ()
        shown = [o for o in officers if (o.director and o.active) or self._mark(o.name)]
        drawn: set[str] = set()
        nodes = [self._officer(officer, drawn) for officer in shown]
        if isinstance(others := self.dossier.appointments, NotKnown | NotInScope):
            nodes.append(self._gap("Other companies", others))
        return tuple(nodes)

    def _officer(self, officer: Officer, drawn: set[str]) -> Node:
        since = f" since {officer.appointed_on.year}" if officer.appointed_on else ""
        if officer.resigned_on:
            since = f" until {officer.resigned_on.year}"
        kind: Kind = "organisation" if officer.corporate else "person"
        others = [
            self._other(appointment, drawn)
            for appointment in self._appointments(officer)
            if appointment.company_number not in drawn
        ]
        lines = (format_officer_role(officer.role) + since,)
        return self._box(officer.name, kind, lines, tuple(others))

    def _appointments(self, officer: Officer) -> list[Appointment]:
        """Return failed or marked companies of this officer, other than the supplier, each once."""
        held = self.dossier.appointments
        own = self.dossier.company
        number = own.number if isinstance(own, Company) else self.dossier.supplier.company_number
        found: dict[str, Appointment] = {}
        for one in held if isinstance(held, tuple) and officer.officer_id else ():
            notable = one.company_status in FAILED or self._mark(one.company_name)
            if one.officer_id == officer.officer_id and one.company_number != number and notable:
                found.setdefault(one.company_number, one)
        return list(found.values())

    def _other(self, one: Appointment, drawn: set[str]) -> Node:
        drawn.add(one.company_number)
        lines = (
            capital(status(one.company_status)),
            f"Company {one.company_number}",
            f"{format_officer_role(one.role)}{_format_appointment_years(one)}",
        )
        return self._box(one.company_name, "organisation", lines)

    def _trustees(self) -> tuple[Node, ...]:
        charity, officers = self.dossier.charity, self.dossier.officers
        if not isinstance(charity, Charity) or not charity.trustees:
            return ()
        known = {strip_titles(o.name) for o in officers} if isinstance(officers, tuple) else ()
        new = [name for name in charity.trustees if strip_titles(name) not in known]
        return tuple(self._box(name, "person", ("Trustee",)) for name in new)

    def _gap(self, name: str, why: NotKnown | NotInScope) -> Node:
        if isinstance(why, NotInScope):
            return Node(f"{name} not looked at", "gap", ("Out of scope",))
        lines = (without_query(why.reason, self.people),)
        return Node(f"{name} not known", "gap", lines)

    def _mark(self, name: str) -> str:
        return self.marks.get(strip_titles(name), "")

    def _box(
        self, name: str, kind: Kind, lines: tuple[str, ...], children: tuple[Node, ...] = ()
    ) -> Node:
        mark = self._mark(name)
        shown = (
            format_person_name(name, self.people, flagged=bool(mark)) if kind == "person" else name
        )
        return Node(shown or "No name given", kind, lines, mark, children)


def _explain_no_parties(part: object) -> str:
    """Return what it means that nobody stands there."""
    return "none is registered" if isinstance(part, tuple) else "not applicable"


# Why no parent is reported, by the codes of GLEIF's reporting exceptions.
_NO_PARENT = {
    "NATURAL_PERSONS": "natural persons control it",
    "NON_CONSOLIDATING": "who controls it prepares no consolidated accounts",
    "NO_KNOWN_PERSON": "nobody is known to control it",
    "NO_LEI": "its parent has no LEI",
    "NON_PUBLIC": "its parent may not be published",
    "BINDING_LEGAL_COMMITMENTS": "a contract or law prevents it",
    "LEGAL_OBSTACLES": "the law there prevents it",
    "CONSENT_NOT_OBTAINED": "its parent did not agree",
    "DETRIMENT_NOT_EXCLUDED": "it might harm the firm or its parent",
    "DISCLOSURE_DETRIMENTAL": "it would harm the firm or its parent",
}


def describe_legal_entity(entity: LegalEntity, *, top: bool) -> Iterator[str]:
    """Yield what GLEIF has of a firm; `top`: no parent of it is shown."""
    dated = f" of {day(entity.as_of)}" if entity.as_of else ""
    yield f"LEI {entity.lei} (GLEIF{dated})"
    if entity.status == "INACTIVE":
        yield "No longer active"
    if entity.registration == "LAPSED":
        yield "LEI not renewed: this does not mean that it is dissolved"
    if top and entity.no_parent:
        known = [_NO_PARENT.get(code, code.replace("_", " ").lower()) for code in entity.no_parent]
        why = ", and ".join(known)
        yield f"No parent known, because {why}: as the firm reports, not checked by us"


def _list_company_lines(company: Company) -> tuple[str, ...]:
    if company.status == "active":
        return (f"Company {company.number}, active",)
    return capital(status(company.status)), f"Company {company.number}"


def _format_appointment_years(one: Appointment) -> str:
    if one.appointed_on and one.resigned_on:
        return f" {one.appointed_on.year} to {one.resigned_on.year}"
    if one.resigned_on:
        return f" until {one.resigned_on.year}"
    return f" since {one.appointed_on.year}" if one.appointed_on else ""


# Nobody is named, those that may be on a list, or everybody.

# What the register calls a company that could not pay, or may not be able to.
FAILED = {
    "liquidation": "in liquidation",
    "administration": "in administration",
    "receivership": "in receivership",
    "voluntary-arrangement": "in a voluntary arrangement",
    "insolvency-proceedings": "in insolvency proceedings",
}
_STATUS = FAILED | {"converted-closed": "converted or closed", "active": "active"}

_SHARE = re.compile(
    r"(?:part-)?(?P<what>ownership-of-shares|voting-rights|right-to-share-surplus-assets)"
    r"-(?:(?P<least>\d+)-to-(?P<most>\d+)|more-than-(?P<over>\d+))-percent(?P<rest>.*)"
)
_SEARCHED = re.compile(r"([?&]q=)[^&\s]+")
_SHARED = {
    "ownership-of-shares": "shares",
    "voting-rights": "votes",
    "right-to-share-surplus-assets": "surplus assets",
}
_POWERS = {
    "right-to-appoint-and-remove": "appoints the board",
    "significant-influence-or-control": "significant influence",
    "registered-owner-as-nominee": "nominee",
}


def status(code: str) -> str:
    """Return `in liquidation` for the register's `liquidation`; a code not known as it stands."""
    return _STATUS.get(code, code.replace("-", " ")) or "status not stated"


def format_officer_role(code: str) -> str:
    """Return `Nominee director` for `corporate-nominee-director`, `LLP member` for `llp-member`."""
    words = code.removeprefix("corporate-").replace("-", " ")
    if words.startswith("llp"):
        return "LLP" + words[3:]
    return capital(words)


def format_control_natures(codes: Sequence[str]) -> tuple[str, ...]:
    """Return how an owner controls, in short: `Over 75% of shares and votes`, `Appoints the board`.

    The codes are those of psc_descriptions.yml in companieshouse/api-enumerations; one that is not
    known stands as it is, in words.
    """
    shares: dict[str, list[str]] = {}
    powers: list[str] = []
    for code in codes:
        if part := _SHARE.fullmatch(code):
            over, least, most = part["over"], part["least"], part["most"]
            size = f"over {over or least}%" if over or most == "100" else f"{least} to {most}%"
            shares.setdefault(f"{size} of {{}}{_format_held_through(part['rest'])}", []).append(
                _SHARED[part["what"]]
            )
        else:
            start = next((start for start in _POWERS if code.startswith(start)), None)
            rest = code.removeprefix(start or "")
            powers.append(
                _POWERS[start] + _format_held_through(rest) if start else code.replace("-", " ")
            )
    held = [size.format(" and ".join(dict.fromkeys(what))) for size, what in shares.items()]
    return tuple(capital(text) for text in dict.fromkeys(held + powers))


def capital(text: str) -> str:
    """Return the text with a capital letter at its start."""
    return text[:1].upper() + text[1:]


def is_named(people: People, *, flagged: bool) -> bool:
    """Return whether a person is named, who may be on a list or not."""
    return people == "shown" or (people == "flagged" and flagged)


def format_person_name(name: str, people: People, *, flagged: bool) -> str:
    """Return the name of a person, or only its initials (`D. P.`) where they are not to be
    named.
    """
    if is_named(people, flagged=flagged):
        return name
    words = [w for w in re.findall(r"[^\W\d_]+", name) if w.casefold() not in TITLES]
    return " ".join(f"{word[0].upper()}." for word in words) or "Name withheld"


def without_query(text: str, people: People) -> str:
    """Return the text with what was searched for taken out of addresses, where people are not
    named.
    """
    return text if people == "shown" else _SEARCHED.sub(r"\1…", text)


def _format_held_through(rest: str) -> str:
    return next((f" through a {by}" for by in ("trust", "firm") if f"-{by}" in rest), "")


# Where a box stands: 0 above or 1 below the supplier, then its place among its neighbours.
_Path = tuple[int, ...]


def prune_trees(whole: Trees, limit: int) -> Trees:
    """Return at most `limit` boxes, the supplier's among them; where others are left out, one more
    box counts them. Marked ones come first; then owners, people and their companies take turns,
    those nearest to the supplier first.
    """
    above, below = (
        dict(_walk_tree_nodes(whole.above, (0,))),
        dict(_walk_tree_nodes(whole.below, (1,))),
    )
    nodes = above | below
    if len(nodes) < limit:
        return whole
    turns = zip_longest(
        sorted(above, key=len),
        [path for path in below if len(path) == 2],
        [path for path in below if len(path) > 2],
    )
    order = [path for path in chain.from_iterable(turns) if path]
    kept: set[_Path] = set()
    for path in sorted(order, key=lambda path: not nodes[path].flag):
        line = {path[:depth] for depth in range(2, len(path) + 1)} - kept
        if len(kept) + len(line) < limit:
            kept |= line
    return replace(
        whole,
        above=_cut_tree_nodes(whole.above, (0,), kept),
        below=_cut_tree_nodes(whole.below, (1,), kept),
    )


def _walk_tree_nodes(nodes: tuple[Node, ...], above: _Path) -> Iterator[tuple[_Path, Node]]:
    for index, node in enumerate(nodes):
        yield (*above, index), node
        yield from _walk_tree_nodes(node.children, (*above, index))


def _cut_tree_nodes(nodes: tuple[Node, ...], above: _Path, kept: set[_Path]) -> tuple[Node, ...]:
    left: list[Node] = []
    gone: list[Node] = []
    for index, node in enumerate(nodes):
        path = (*above, index)
        if path in kept:
            left.append(replace(node, children=_cut_tree_nodes(node.children, path, kept)))
        else:
            gone += [node, *(below for _, below in _walk_tree_nodes(node.children, path))]
    return (*left, *(_build_more_node(gone) if gone else ()))


def _build_more_node(gone: list[Node]) -> tuple[Node]:
    marked = sum(bool(node.flag) for node in gone)
    flag = f"{marked} of them marked" if marked else ""
    return (Node(f"and {len(gone):,} more", "more", flag=flag),)
