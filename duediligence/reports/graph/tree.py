"""A dossier as two trees of boxes that grow from the supplier: its owners, and its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from duediligence.model import (
    Appointment,
    Charity,
    Company,
    Dossier,
    NotInScope,
    NotKnown,
    Officer,
    Owner,
    Parent,
)
from duediligence.reports.graph import words
from duediligence.reports.graph.words import FAILED, People
from duediligence.text.names import untitled

Kind = Literal["supplier", "person", "organisation", "gap", "circle", "more"]


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


def trees(dossier: Dossier, flagged: Mapping[str, str], people: People) -> Trees:
    """Everybody behind the supplier: owners and owners of owners that have not ceased; directors,
    trustees, and other officers that are marked; failed companies of those people.
    """
    marks = {untitled(name): words.capital(word) for name, word in flagged.items()}
    return _Reader(dossier, marks, people).read()


class _Reader:
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
            no_owners=_none(owners),
            no_people=_none(dossier.officers),
        )

    def _supplier(self) -> Node:
        company, charity = self.dossier.company, self.dossier.charity
        if isinstance(company, Company):
            return self._box(company.name, "supplier", _numbered(company))
        if isinstance(charity, Charity):
            lines = (f"Charity {charity.identifier.id}, {words.status(charity.status.lower())}",)
            return self._box(charity.name, "supplier", lines)
        told = "No company record"
        if isinstance(company, NotKnown):
            told = "Company record not known"
        elif isinstance(company, NotInScope):
            told = "Company record not looked at"
        return self._box(self.dossier.supplier.name, "supplier", (told,))

    def _owners(self, owners: Sequence[Owner], *, depth: int, child: str) -> tuple[Node, ...]:
        """The boxes of those owners that have not ceased, each with its own owners."""
        nodes = []
        for owner in owners:
            if not owner.active:
                continue
            step = self._step(owner, depth, child)
            nodes.append(self._owner(owner) if step is None else self._parent(*step))
        return tuple(nodes)

    def _step(self, owner: Owner, depth: int, child: str) -> tuple[int, Parent] | None:
        """The step of the walk upward that went through this owner, each step taken once."""
        fits = [
            (i, parent)
            for i, parent in enumerate(self.parents)
            if i not in self.used and parent.depth == depth and parent.owner == owner
        ]
        fits.sort(key=lambda fit: fit[1].child != child)
        return fits[0] if fits else None

    def _owner(self, owner: Owner) -> Node:
        held = words.natures(owner.natures)
        if owner.super_secure:
            return Node("Protected by law", "person", ("Details withheld by the register", *held))
        return self._box(owner.name, "person" if owner.person else "organisation", held)

    def _parent(self, index: int, parent: Parent) -> Node:
        self.used.add(index)
        plain = self._owner(parent.owner)
        company = parent.company
        lines = (*(_numbered(company) if company else ()), *plain.lines)
        if parent.circular:
            told = "Circular: stands further down this chain already"
            return Node(plain.name, "circle", (*lines, told), plain.flag)
        if parent.why_not:
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
        lines = (words.role(officer.role) + since,)
        return self._box(officer.name, kind, lines, tuple(others))

    def _appointments(self, officer: Officer) -> list[Appointment]:
        """Failed or marked companies of this officer, other than the supplier, each once."""
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
            words.capital(words.status(one.company_status)),
            f"Company {one.company_number}",
            f"{words.role(one.role)}{_years(one)}",
        )
        return self._box(one.company_name, "organisation", lines)

    def _trustees(self) -> tuple[Node, ...]:
        charity, officers = self.dossier.charity, self.dossier.officers
        if not isinstance(charity, Charity) or not charity.trustees:
            return ()
        known = {untitled(o.name) for o in officers} if isinstance(officers, tuple) else ()
        new = [name for name in charity.trustees if untitled(name) not in known]
        return tuple(self._box(name, "person", ("Trustee",)) for name in new)

    def _gap(self, name: str, why: NotKnown | NotInScope) -> Node:
        if isinstance(why, NotInScope):
            return Node(f"{name} not looked at", "gap", ("Out of scope",))
        lines = (words.without_query(why.reason, self.people),)
        return Node(f"{name} not known", "gap", lines)

    def _mark(self, name: str) -> str:
        return self.marks.get(untitled(name), "")

    def _box(
        self, name: str, kind: Kind, lines: tuple[str, ...], children: tuple[Node, ...] = ()
    ) -> Node:
        mark = self._mark(name)
        shown = words.person(name, self.people, flagged=bool(mark)) if kind == "person" else name
        return Node(shown or "No name given", kind, lines, mark, children)


def _none(part: object) -> str:
    """What it means that nobody stands there."""
    return "none is registered" if isinstance(part, tuple) else "not applicable"


def _numbered(company: Company) -> tuple[str, ...]:
    if company.status == "active":
        return (f"Company {company.number}, active",)
    return words.capital(words.status(company.status)), f"Company {company.number}"


def _years(one: Appointment) -> str:
    if one.appointed_on and one.resigned_on:
        return f" {one.appointed_on.year} to {one.resigned_on.year}"
    if one.resigned_on:
        return f" until {one.resigned_on.year}"
    return f" since {one.appointed_on.year}" if one.appointed_on else ""
