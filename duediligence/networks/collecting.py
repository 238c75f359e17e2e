"""Collect what dossiers and the supplier file say: who is linked to which, and who is one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.names.parties import reads_as_firm
from duediligence.matching.premises import building_key, premises_key
from duediligence.model import (
    Address,
    Appointment,
    Charity,
    Company,
    Disqualification,
    Dossier,
    Officer,
    Owner,
    Parent,
    PartialDate,
    Person,
    Supplier,
    list_known,
)
from duediligence.model.networks import LinkKind, NetworkMark, NodeKind
from duediligence.model.registers import RegisteredAt, Verification, uk_number
from duediligence.model.suppliers import DECLARED
from duediligence.networks.walking import HUBS
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.names import TITLES, firm_words, name_words, same_person

OFFICERS = "Companies House officers"
OWNERS = "Companies House owners"
APPOINTMENTS = "Companies House appointments"
GLEIF = "GLEIF"
CHARGES = "Companies House charges"
COMPANY_RECORD = "Companies House company"
CHARITY_REGISTER = "register of charities"
FILE = "supplier file"
# No label says the number, the domain or the account: they are kept as keyed hashes alone.
_CONTACTS: Mapping[str, tuple[NodeKind, LinkKind, str]] = {
    "phone": ("phone", "phone", "phone number"),
    "e-mail domain": ("e-mail domain", "e-mail domain", "e-mail domain"),
    "bank account": ("bank account", "bank account", "bank account"),
}
# A bank or a finance house lends to anybody, and links nobody by that.
_LENDERS = frozenset(
    "bank banks banking building society finance financial funding capital credit leasing invoice "
    "factors factoring mortgage mortgages lending loan loans barclays hsbc lloyds natwest "
    "santander council authority secretary state".split()
)
_ROLES: Mapping[LinkKind, tuple[str, ...]] = {
    "director": ("director",),
    "owner": ("owner", "proprietor", "partner", "shareholder", "sole trader"),
    "trustee": ("trustee",),
    "secretary": ("secretary",),
}

# As in the register's own enumeration of a company's status.
INSOLVENT = frozenset(
    "liquidation administration receivership insolvency-proceedings voluntary-arrangement".split()
)

T = TypeVar("T")
# An officer id, a name with its birth month, or a name at one company that has neither.
Mention = tuple[str, ...]
# The id of a node, or a mention of a person until it is settled who is who.
End = str | Mention


@dataclass
class PeopleCollector:
    """Collects mentions of people, then says which node each is.

    Two mentions are one person where the officer ids agree, or month and year of birth agree and
    the names are of one person (`same_person`). An initial stands for a forename only where one
    person alone of that surname and month has it. Without a birth month a name is only itself,
    within one company.
    """

    _joined: dict[Mention, Mention] = field(default_factory=dict)
    _born: dict[tuple[str, ...], set[tuple[str, ...]]] = field(default_factory=dict)
    _names: dict[Mention, set[str]] = field(default_factory=dict)
    _ids: dict[Mention, str] = field(default_factory=dict)

    def add(self, name: str, born: PartialDate | None, officer_id: str, at: str) -> Mention:
        """Return a mention of a person at the company or supplier `at`; gives what stands for
        it.
        """
        keys: list[Mention] = []
        words = _list_person_name_words(name) if not officer_id or (born and born.month) else ()
        if born and born.month and words:
            month = f"{born.year:04}-{born.month:02}"
            keys.append(("born", month, *words))
            self._born.setdefault((month, words[-1]), set()).add(words)
        if officer_id:
            keys.append(("officer", officer_id))
        if not keys:
            keys.append(("here", at, *words))
        for key in keys:
            self._joined.setdefault(key, key)
            self._names.setdefault(key, set()).add(name)
        for key in keys[1:]:
            self._join(keys[0], key)
        return keys[0]

    def settle(self) -> None:
        """Join the mentions that are one person; to be called once, after the last mention."""
        for (month, _), names in self._born.items():
            for one, other in _pair_same_names(names):
                self._join(("born", month, *one), ("born", month, *other))
        every: dict[Mention, list[Mention]] = {}
        for key in self._joined:
            every.setdefault(self._top(key), []).append(key)
        for top, keys in every.items():
            # What names the person outlives an officer id, which the register may split.
            digest = sha256("\x1f".join(min(keys)).encode()).hexdigest()[:24]
            self._ids[top] = f"person:{digest}"
            self._names[top] = set().union(*(self._names[key] for key in keys))

    def node_id(self, key: Mention) -> str:
        """Return the id of the node of a mention: it holds no name."""
        return self._ids[self._top(key)]

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Yield each person's node, and the fullest of the names that the person has."""
        for top, node_id in self._ids.items():
            yield node_id, min(self._names[top], key=lambda name: (-len(name), name))

    def _top(self, key: Mention) -> Mention:
        while self._joined[key] != key:
            self._joined[key] = self._joined[self._joined[key]]
            key = self._joined[key]
        return key

    def _join(self, one: Mention, other: Mention) -> None:
        one, other = self._top(one), self._top(other)
        if one != other:
            # Which stands for both must not depend on the order of the mentions.
            first, second = sorted((one, other))
            self._joined[second] = first


@lru_cache(maxsize=65536)
def _list_person_name_words(name: str) -> tuple[str, ...]:
    return tuple(word for word in name_words(name) if word not in TITLES)


def _pair_same_names(names: set[tuple[str, ...]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return pairs of names, of one surname and birth month, that are one person's."""
    found = []
    forenames: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(names):
        if len(words) > 1:
            forenames.setdefault(words[0], []).append(words)
    for some in forenames.values():
        found += [(some[0], each) for each in some[1:]]
    for forename, some in forenames.items():
        if len(forename) > 1:
            continue
        full = [
            others[0]
            for other, others in forenames.items()
            if len(other) > 1 and same_person(" ".join(some[0]), " ".join(others[0]))
        ]
        if len(full) == 1:
            found.append((some[0], full[0]))
    return found


@dataclass(slots=True)
class NodeDraft:
    """A node as far as it is known."""

    kind: NodeKind
    label: str
    personal: bool = False
    companies: int | None = None
    supplier_ref: str = ""
    number: str = ""
    marks: dict[NetworkMark, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of a source: `other` beside the supplier or company `one`.

    `ref` is the supplier whose dossier or row says it.
    """

    one: str
    other: End
    kind: LinkKind
    source: str
    since: date | None = None
    until: date | None = None
    ref: str = ""


@dataclass(slots=True)
class Collector:
    """Takes in one supplier after another, in the order of their references.

    `aliases` say, by supplier and name, which ends a finding may be about, each with its birth
    date. `elsewhere` are the companies of each person's appointments. `former` and `current` are
    names of firms by their telling words. `offices` are addresses by the id of their node.
    """

    today: date
    nodes: dict[str, NodeDraft] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    people: PeopleCollector = field(default_factory=PeopleCollector)
    aliases: dict[str, dict[str, dict[End, PartialDate | None]]] = field(default_factory=dict)
    elsewhere: dict[Mention, set[str]] = field(default_factory=dict)
    former: dict[tuple[str, ...], list[Told]] = field(default_factory=dict)
    current: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    by_ref: dict[str, str] = field(default_factory=dict)
    part_of: list[tuple[str, str, str]] = field(default_factory=list)
    marks: list[tuple[End, NetworkMark]] = field(default_factory=list)
    offices: dict[str, Address] = field(default_factory=dict)
    _ref: str = ""
    _names: dict[str, str] = field(default_factory=dict)
    _at: dict[str, set[str]] = field(default_factory=dict)
    _in_building: dict[str, int | None] = field(default_factory=dict)

    def expect(self, dossier: Dossier) -> None:
        """Learn what the company of a supplier is called, before others say who owns it."""
        if isinstance(dossier.company, Company):
            self._names[_company_id(dossier.company.number)] = dossier.company.name

    def add(self, supplier: Supplier, dossier: Dossier | None) -> None:
        """Take in a supplier and its dossier."""
        supplier = dossier.supplier if dossier else supplier
        here, self._ref = supplier_node(supplier, dossier), supplier.ref
        self.by_ref[supplier.ref] = here
        draft = self._draft(here, "supplier", supplier.name)
        if not draft.supplier_ref:
            draft.kind, draft.label, draft.supplier_ref = "supplier", supplier.name, supplier.ref
        for name in (supplier.name, *supplier.trading_names):
            self._called(here, name)
        for name in supplier.former_names:
            self._formerly(here, name, FILE)
        charity = dossier.charity if dossier and isinstance(dossier.charity, Charity) else None
        if supplier.address:
            # Of a sole trader it may be the home.
            home = not draft.number and charity is None
            self._address(here, supplier.address, FILE, personal=home)
        for key in supplier.contact_keys:
            kind, link, label = _CONTACTS[key.kind]
            self._draft(f"{kind}:{key.key}", kind, label)
            self._tell(Told(here, "", link, FILE), f"{kind}:{key.key}")
        for part in supplier.part_of:
            if part.role == "sub-contractor":
                self.part_of.append((here, part.supplier_ref, supplier.ref))
        if dossier:
            self._dossier(here, dossier, trustees=charity is not None)
        for trustee in (charity.trustees or ()) if charity else ():
            self._person(here, trustee, None, "", Told(here, "", "trustee", CHARITY_REGISTER))
        on_register = list_known(dossier.officers) if dossier else ()
        for person in supplier.people:
            if not person.ended and person.role != DECLARED:
                self._named(here, person, on_register)

    def _dossier(self, here: str, dossier: Dossier, *, trustees: bool) -> None:
        company = dossier.company if isinstance(dossier.company, Company) else None
        if company:
            self._company(here, company)
            if company.address and isinstance(dossier.same_address, int):
                self._address_count(company.address, dossier.same_address)
        created = company.created_on if company else None
        for officer in list_known(dossier.officers):
            self._officer(here, officer, created, trustees=trustees)
        parents = {parent.owner: parent for parent in list_known(dossier.parents)}
        for owner in list_known(dossier.owners):
            self._owner(here, owner, parents)
        firms: dict[str, str] = {}
        for parent in list_known(dossier.parents):
            child = firms.get(parent.child) or _company_id(parent.child)
            self._draft(child, "company", self._names.get(child, parent.child))
            self._owner(child, parent.owner, parents)
            if parent.legal_entity and not parent.company:
                firms[parent.owner.name] = _firm_id(
                    parent.owner.name, parent.owner.registered_at, child
                )
            if parent.company:
                above = _company_id(parent.company.number)
                self._company(above, parent.company)
                for owner in parent.owners:
                    self._owner(above, owner, parents)
                for officer in parent.officers:
                    self._officer(above, officer, parent.company.created_on, trustees=False)
        for one in list_known(dossier.appointments):
            self._appointment(one)
        for charge in list_known(dossier.charges):
            for lender in charge.persons_entitled:
                told = Told(here, "", "charge holder", CHARGES, charge.created_on)
                self._lender(here, lender, told, charge.satisfied_on)
        for record in list_known(dossier.disqualifications):
            mark = of_disqualification(record, self.today)
            if mark and record.birth_date and record.birth_date.month:
                self.marks += [
                    (end, mark) for end in self._people_called(record.name, record.birth_date)
                ]

    def _company(self, here: str, company: Company) -> None:
        draft = self._draft(here, "company", company.name)
        draft.marks |= dict.fromkeys(of_status(company.status))
        if draft.kind == "company":
            draft.label = company.name
        self._names[here] = company.name
        self._called(here, company.name)
        for former in company.former_names:
            self._formerly(here, former.name, COMPANY_RECORD, former.from_, former.until)
        if company.address:
            self._address(here, company.address, COMPANY_RECORD)

    def _officer(
        self, here: str, officer: Officer, created_on: date | None, *, trustees: bool
    ) -> None:
        if _forms_companies(officer, created_on) or "nominee" in officer.role:
            return
        kind: LinkKind = "secretary"
        if officer.director:
            kind = "trustee" if trustees else "director"
        since = officer.appointed_on or officer.appointed_before
        told = Told(here, "", kind, OFFICERS, since, officer.resigned_on)
        self._letters(officer.address, told, personal=not officer.corporate)
        self._agent(officer.verification, told)
        if officer.corporate:
            self._firm(here, officer.name, officer.registered_at, told)
        else:
            mention = self._person(here, officer.name, officer.birth_date, officer.officer_id, told)
            for name in officer.former_names:
                self._alias(name, mention, officer.birth_date)

    def _owner(self, here: str, owner: Owner, parents: Mapping[Owner, Parent]) -> None:
        if owner.super_secure or not owner.name:
            return
        source = GLEIF if owner.by_gleif else OWNERS
        told = Told(here, "", "owner", source, owner.notified_on, owner.ceased_on)
        self._letters(owner.address, told, personal=owner.person)
        self._agent(owner.verification, told)
        if owner.person:
            self._person(here, owner.name, owner.birth_date, "", told)
            return
        parent = parents.get(owner)
        if parent and parent.company:
            self._tell(told, _company_id(parent.company.number))
        else:
            # What was looked up and is not the company of that number is a firm by name.
            at = None if parent and parent.why_not else owner.registered_at
            self._firm(here, owner.name, at, told, owner.registered_at)

    def _appointment(self, one: Appointment) -> None:
        there = _company_id(one.company_number)
        draft = self._draft(there, "company", one.company_name)
        draft.marks |= dict.fromkeys(of_status(one.company_status))
        self._names.setdefault(there, one.company_name)
        kind: LinkKind = "director" if "director" in one.role or "llp" in one.role else "secretary"
        told = Told(there, "", kind, APPOINTMENTS, one.appointed_on, one.resigned_on)
        # The list of appointments gives no birth date: the officer id tells who it is.
        mention = self.people.add(one.officer_name, None, one.officer_id, there)
        self.elsewhere.setdefault(mention, set()).add(there)
        self._tell(told, mention)

    def _named(self, here: str, person: Person, on_register: tuple[Officer, ...]) -> None:
        """Whoever the buyer names, unless it can only be an officer who is there already."""
        if person.birth_date is None and any(
            same_person(person.name, officer.name) for officer in on_register
        ):
            return
        role = person.role.casefold()
        kind: LinkKind = next(
            (kind for kind, words in _ROLES.items() if any(word in role for word in words)),
            "named person",
        )
        self._person(here, person.name, person.birth_date, "", Told(here, "", kind, FILE))

    def _person(
        self, here: str, name: str, born: PartialDate | None, officer_id: str, told: Told
    ) -> Mention:
        mention = self.people.add(name, born, officer_id, here)
        self._alias(name, mention, born)
        self._tell(told, mention)
        return mention

    def _firm(
        self,
        here: str,
        name: str,
        at: RegisteredAt | None,
        told: Told,
        abroad: RegisteredAt | None = None,
    ) -> None:
        """A firm that directs or owns: by its number in the UK register where the name fits."""
        number, _ = uk_number(at)
        end = _company_id(number) if number else ""
        if end and _is_similar_name(name, self._names.get(end, name)):
            self._draft(end, "company", name)
            self._names.setdefault(end, name)
        else:
            end = _firm_id(name, at or abroad, here)
            self._draft(end, "firm", name)
        self._alias(name, end)
        self._tell(told, end)

    def _agent(self, verification: Verification | None, told: Told) -> None:
        """Link who vouched for an officer or owner: accountant, solicitor or formation agent."""
        if verification is None or not verification.agent:
            return
        name, firm = verification.agent, has_legal_form(verification.agent)
        end = f"identity agent:{_hash_node_key(' '.join(name_words(name)))}"
        self._draft(end, "identity agent", name, personal=not firm)
        since = verification.identity_checked_on or verification.started_on
        self._tell(replace(told, kind="identity agent", since=since), end)

    def _lender(self, here: str, name: str, told: Told, until: date | None) -> None:
        if not _LENDERS.isdisjoint(name_words(name)):
            return
        firm = has_legal_form(name) or reads_as_firm(name)
        words = firm_words(name)
        key = " ".join(words) if firm and words else f"{name.casefold()} {here}"
        end = f"charge holder:{_hash_node_key(key)}"
        # Nothing on the register says whether a lender is a person.
        self._draft(end, "charge holder", name, personal=not firm)
        self._tell(replace(told, until=until), end)

    def _address(self, here: str, address: Address, source: str, *, personal: bool = False) -> None:
        if key := premises_key(address):
            end = self._office(address, key, personal=personal)
            self._at.setdefault(here, set()).add(end)
            self._tell(Told(here, "", "address", source), end)

    def _letters(self, address: Address | None, told: Told, *, personal: bool) -> None:
        """The address that an officer or owner gives, unless it is the company's own."""
        key = premises_key(address) if address else ""
        if address and key and f"address:{_hash_node_key(key)}" not in self._at.get(told.one, ()):
            end = self._office(address, key, personal=personal)
            self._tell(replace(told, kind="correspondence address"), end)

    def _office(self, address: Address, key: str, *, personal: bool) -> str:
        end = f"address:{_hash_node_key(key)}"
        draft = self._draft(end, "address", address.text, personal=personal)
        draft.personal = draft.personal and personal
        draft.label = min(draft.label, address.text)
        self.offices.setdefault(end, address)
        return end

    def count_offices(self, companies_at: Callable[[Address], int | None]) -> None:
        """Count the companies at each address that joins several: of a building that no dossier has
        counted, ask.
        """
        joins: dict[str, set[str]] = {}
        for told in self.told:
            if told.other in self.offices and isinstance(told.other, str):
                joins.setdefault(told.other, set()).add(told.one)
        for end, ones in joins.items():
            draft = self.nodes[end]
            if draft.companies is not None or not 1 < len(ones) <= HUBS["address"].most:
                continue
            whole = building_key(self.offices[end])
            if whole not in self._in_building:
                self._in_building[whole] = companies_at(self.offices[end])
            draft.companies = self._in_building[whole]

    def _address_count(self, address: Address, companies: int) -> None:
        if key := premises_key(address):
            draft = self.nodes[f"address:{_hash_node_key(key)}"]
            draft.companies = max(companies, draft.companies or 0)
            self._in_building[building_key(address)] = companies

    def _formerly(
        self,
        here: str,
        name: str,
        source: str,
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        self._alias(name, here)
        if words := firm_words(name):
            end = f"former name:{_hash_node_key(' '.join(words))}"
            draft = self._draft(end, "former name", name)
            draft.label = min(draft.label, name)
            told = Told(here, end, "former name", source, since, until, self._ref)
            self.former.setdefault(words, []).append(told)

    def _called(self, here: str, name: str) -> None:
        self._alias(name, here)
        if words := firm_words(name):
            self.current.setdefault(words, {}).setdefault(here, self._ref)

    def _people_called(self, name: str, born: PartialDate) -> Iterator[End]:
        """Yield the people of the supplier at hand who have that name and birth month."""
        for alias, ends in self.aliases.get(self._ref, {}).items():
            for end, theirs in ends.items():
                if (
                    theirs
                    and (theirs.year, theirs.month) == (born.year, born.month)
                    and same_person(alias, name)
                ):
                    yield end

    def _alias(self, name: str, end: End, born: PartialDate | None = None) -> None:
        ends = self.aliases.setdefault(self._ref, {}).setdefault(name.casefold(), {})
        ends[end] = ends.get(end) or born

    def _tell(self, told: Told, end: End) -> None:
        self.told.append(
            Told(told.one, end, told.kind, told.source, told.since, told.until, self._ref)
        )

    def _draft(self, id_: str, kind: NodeKind, label: str, *, personal: bool = False) -> NodeDraft:
        draft = self.nodes.get(id_)
        if draft is None:
            number = id_.partition(":")[2] if id_.startswith("company:") else ""
            draft = self.nodes[id_] = NodeDraft(kind, label, personal, number=number)
        return draft


def supplier_node(supplier: Supplier, dossier: Dossier | None = None) -> str:
    """Return the id of the node of a supplier: that of its company where the number is known."""
    if dossier and isinstance(dossier.company, Company):
        return _company_id(dossier.company.number)
    supplier = dossier.supplier if dossier else supplier
    number = supplier.company_number
    return _company_id(number) if number else f"supplier:{supplier.ref}"


def _company_id(number: str) -> str:
    return f"company:{number}"


def _hash_node_key(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:24]


def _firm_id(name: str, at: RegisteredAt | None, here: str) -> str:
    """Return by name and register, or place; else the firm is only known beside this one
    company.
    """
    where = [at.number, at.country or at.place] if at else []
    told = [" ".join(text.casefold().split()) for text in where if text]
    return f"firm:{_hash_node_key(' '.join((name.casefold(), *(told or [here]))))}"


@lru_cache(maxsize=65536)
def _is_similar_name(name: str, other: str) -> bool:
    if name.casefold() == other.casefold():
        return True
    one, two = prepare(name, "organisation"), prepare(other, "organisation")
    return compare(one, two).score >= DEFAULT_THRESHOLD


def _forms_companies(officer: Officer, created_on: date | None) -> bool:
    """Return whether it left on the day it came: the agent that formed the company, and no
    director.
    """
    return (
        officer.resigned_on is not None
        and officer.appointed_on == officer.resigned_on
        and created_on in (None, officer.appointed_on)
    )


def of_status(status: str) -> tuple[NetworkMark, ...]:
    """Return the mark of a company whose status on the register is one of insolvency."""
    if status not in INSOLVENT:
        return ()
    return (NetworkMark(kind="insolvent", what=status.replace("-", " ")),)


def of_disqualification(record: Disqualification, today: date) -> NetworkMark | None:
    """Return the mark of somebody disqualified on that day; None where it is over or not yet in
    force.
    """
    if not (record.from_ or today) <= today <= (record.until or today):
        return None
    return NetworkMark(
        kind="disqualified",
        what="register of disqualified directors",
        sure="same name and birth month",
        on=record.from_,
    )
