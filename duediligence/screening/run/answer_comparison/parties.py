"""Owners, directors and parents: on the form, and in registers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.checks.toolkit.companies import declares_owners
from duediligence.model import (
    Charity,
    Clause,
    Company,
    Kind,
    Missing,
    Officer,
    Owner,
    Parent,
    PartialDate,
)
from duediligence.model.answer_comparisons import AnswerComparison, DifferenceKind
from duediligence.model.facts import NOTHING, Value, listed, say, tag_birth_date, word
from duediligence.model.registers import uk_number
from duediligence.model.supplier_information import StatedParty
from duediligence.registers.companies_house.records import describe_code
from duediligence.screening.dossiers.parties import is_directing
from duediligence.screening.run.answer_comparison.rows import (
    NO_REGISTER,
    RegisterComparison,
    Source,
    StatedClaim,
    fold_number,
    format_day,
    may_be_named,
    tag_party,
)
from duediligence.suppliers.stated_fields import WORDS
from duediligence.text.names import TITLES, name_words, same_person
from duediligence.text.wording import count

_INFLUENCE = "HasOtherSignificantInfluenceOrControl"
_REGISTRABLE = frozenset(WORDS["controls"]) - {_INFLUENCE, "None"}
# How natures of control of the register begin (Companies Act 2006 Sch 1A Part 1). The share of
# surplus assets is what a member of an LLP has for shares.
_NATURES = {
    "ownership-of-shares": "OwnsShares",
    "right-to-share-surplus-assets": "OwnsShares",
    "voting-rights": "HasVotingRights",
    "right-to-appoint-and-remove": "CanAppointOrRemoveDirectors",
    "significant-influence-or-control": _INFLUENCE,
}
# What makes an owner a parent undertaking (Companies Act 2006 s.1162(2)): most of the votes, or the
# right to appoint or remove most of the board. Most of the shares does not.
_MAJORITY = ("voting-rights-50-", "voting-rights-75-", "right-to-appoint-and-remove")
_BELOW = ("ParentOrSubsidiary", "ACompanyYour")
_RENAMED = "Someone of this forename and birth date has another surname."
_Role = Literal["director", "owner", "parent company", "trustee"]
_PARTS = {
    "director": "officers",
    "owner": "owners",
    "parent company": "parents",
    "trustee": "charity",
}
_NOT_REGISTERED = (
    "No register here shows shadow directors, subsidiaries, predecessors, or influence and control "
    "that need not be registered: that one of these is missing."
)


@dataclass(frozen=True, eq=False)
class _Registered:
    """A director, an owner or a parent further up, as the register has it."""

    entry: Officer | Owner
    role: _Role
    company: Company | None = None
    is_parent: bool = False

    @property
    def is_person(self) -> bool:
        return self.entry.person if isinstance(self.entry, Owner) else not self.entry.corporate

    @property
    def names(self) -> tuple[str, ...]:
        former = self.entry.former_names if isinstance(self.entry, Officer) else ()
        return (self.entry.name, *former, *((self.company.name,) if self.company else ()))

    @property
    def numbers(self) -> tuple[str, str]:
        """Return its number in the UK register, and the one elsewhere; empty where not known."""
        at = self.entry.registered_at
        own, why_not = uk_number(at)
        if self.company:
            return fold_number(self.company.number), ""
        return fold_number(own), fold_number(at.number if at and why_not else "")

    @property
    def natures(self) -> tuple[str, ...]:
        """Return the natures of its control, by the register's codes."""
        return self.entry.natures if isinstance(self.entry, Owner) else ()

    @property
    def period(self) -> tuple[date | None, date | None]:
        """Return the days on which it began and ended."""
        one = self.entry
        if isinstance(one, Owner):
            return one.notified_on, one.ceased_on
        return one.appointed_on, one.resigned_on

    @property
    def ended(self) -> date | None:
        return self.period[1]

    @property
    def named(self) -> Value:
        return tag_party(self.entry.name, self.role, is_person=self.is_person)

    @property
    def described(self) -> Clause:
        began, ended = map(format_day, (" since", " until"), self.period)
        role = word(self.role.capitalize())
        return say("{role}{began}{ended}", role=role, began=began, ended=ended)


_Pair = tuple[StatedParty, _Registered, DifferenceKind]


class PartyComparison(RegisterComparison):
    """Compares the connected parties of a form with the registers."""

    def compare_parties(self) -> Iterator[AnswerComparison]:
        """Yield what the register says of each connected party, and which others it names."""
        registered = list(self._list_registered())
        pairs = list(_pair_parties(self.form.parties, registered))
        renamed = list(_list_renamed(self.form.parties, registered, pairs))
        for stated in self.form.parties:
            own = [(other, detail) for one, other, detail in pairs if one is stated]
            for detail, shown in {detail: other for other, detail in own if detail}.items():
                yield self._compare_detail(stated, shown, detail)
            if any(one is stated for one, _ in renamed):
                yield self._state_party(stated).leave_open(_RENAMED)
            else:
                yield from self._compare_claims(stated, [other for other, _ in own])
        for shown in registered:
            named = [one for one, other, _ in pairs if other is shown]
            why = "" if named else self._explain_not_named(shown, renamed)
            for row in self._compare_registered(shown, named):
                yield self.state(row.stated, shown.named).leave_open(why) if why else row
        said = f"Named: {count(len(self.form.parties), 'connected person')}"
        yield self.state(said).leave_open(_NOT_REGISTERED)

    def _state_party(self, stated: StatedParty) -> StatedClaim:
        """Return what the form says that a party is."""
        found = (known.get(stated.relationship) for known in WORDS["relationships"].values())
        role = next(filter(None, found), "Connected, by a relationship that was not read")
        ended = format_day(" until", stated.ended_on)
        # The form speaks to the supplier.
        role = role.replace("your organisation", "it")
        said = say("{role}{ended}", role=word(role), ended=ended)
        return self.state(said, _tag_stated(stated))

    def _explain_not_named(
        self, shown: _Registered, renamed: Sequence[tuple[StatedParty, _Registered]]
    ) -> str:
        """Return why nothing follows from a party that the supplier did not name; else empty."""
        if any(one is shown for _, one in renamed):
            return _RENAMED
        if shown.role == "trustee":
            return "The register of charities does not say when this trustee began."
        # Trustees are registered, the trust is not (Companies Act 2006 Sch 1A para 6).
        is_trustee = bool(shown.natures) and all("-as-trust" in one for one in shown.natures)
        has_trust = any(one.kind == "trust" for one in self.form.parties)
        return "It may be a trustee of the trust named." if is_trustee and has_trust else ""

    def _list_registered(self) -> Iterator[_Registered]:
        dossier = self.dossier
        if not isinstance(dossier.officers, Missing):
            for officer in filter(is_directing, dossier.officers):
                yield _Registered(officer, "director")
        elif isinstance(dossier.charity, Charity):
            for name in dossier.charity.trustees or ():
                yield _Registered(Officer(name=name, role="trustee"), "trustee")
        parents = () if isinstance(dossier.parents, Missing) else dossier.parents
        found = {parent.owner: parent.company for parent in parents}
        for owner in () if isinstance(dossier.owners, Missing) else dossier.owners:
            if not owner.super_secure:
                yield _Registered(owner, "owner", found.get(owner), _has_majority(owner))
        # The parent of a parent is one (s.1162(5)) where the majority holds at each step.
        above = {dossier.company.number} if isinstance(dossier.company, Company) else set()
        for parent in parents:
            is_parent = parent.child in above and _has_majority(parent.owner)
            if is_parent and parent.company:
                above.add(parent.company.number)
            if parent.depth > 1 or parent.owner.by_gleif:
                yield _Registered(parent.owner, "parent company", parent.company, is_parent)
            for owner in parent.owners:
                if owner.person:
                    yield _Registered(owner, "parent company")

    def _compare_detail(
        self, stated: StatedParty, shown: _Registered, detail: DifferenceKind
    ) -> AnswerComparison:
        about, at = _tag_stated(stated), self._find_party_source(shown)
        said, of = say("Name {it}", it=about), say("Name {it}", it=shown.named)
        if detail == "another number":
            said = say("Number {it}", it=word(stated.company_number or stated.overseas_number))
            of = say("Number {it}", it=word("".join(shown.numbers)))
        elif detail == "birth date differs":
            said, of = map(_format_birth, (stated.birth_date, shown.entry.birth_date))
        return self.state(said, about).judge(detail, of, at)

    def _compare_claims(
        self, stated: StatedParty, shown: Sequence[_Registered]
    ) -> Iterator[AnswerComparison]:
        """Yield what the register says of each thing that the supplier says a party is."""
        statement = self._state_party(stated)
        claims: list[tuple[_Role, DifferenceKind]] = []
        if stated.relationship.startswith("DirectorOr"):
            claims.append(("director", "director resigned"))
        if _is_stated_owner(stated, shown):
            claims.append(("owner", "owner declared and gone"))
        living = [one for one in shown if not one.ended]
        if not claims and living:
            at = self._find_party_source(living[0])
            yield statement.judge("", living[0].described, at, fits=True)
        elif not claims:
            yield statement.leave_open(NO_REGISTER)
        for role, kind in claims:
            # Who controls it by way of a company is in the register of that one.
            places = (role, "parent company" if role == "owner" else "trustee")
            own = [one for one in shown if one.role in places]
            living = [one for one in own if not one.ended]
            if living and stated.ended_on:
                continue  # said where the register's parties are compared
            if own:
                last = max(own, key=lambda one: one.ended or date.max)
                at, fits = self._find_party_source(last), bool(living or stated.ended_on)
                yield statement.judge(kind, last.described, at, fits=fits, changed=last.ended)
            elif stated.kind == "trust":
                yield statement.leave_open("A trust is not on the register; its trustees are.")
            elif why := self._explain_absent(role) or (stated.ended_on and NO_REGISTER) or "":
                yield statement.leave_open(why)
            else:
                kind, at = "owner declared, not on the register", self.find_source("owners")
                yield statement.judge(kind, "No such owner is on the register", at)

    def _compare_registered(
        self, shown: _Registered, stated: Sequence[StatedParty]
    ) -> Iterator[AnswerComparison]:
        """Yield what the supplier left out of a party that the register names."""
        is_parent = shown.is_parent and not shown.is_person
        if (shown.ended and shown.ended <= self.day) or (
            shown.role == "parent company" and not is_parent
        ):
            return
        named = [one for one in stated if not one.ended_on or one.ended_on > self.day]
        if named:
            if shown.role == "owner":
                yield from self._compare_control(shown, named)
            return
        kind: DifferenceKind = "owner not declared"
        if shown.role in ("director", "trustee"):
            kind = "director not declared"
        elif is_parent:
            kind = "parent not declared"
        said = "Named, as a connection that ended" if stated else "Not named"
        at, began = self._find_party_source(shown), shown.period[0]
        yield self.state(said, shown.named).judge(kind, shown.described, at, changed=began)

    def _compare_control(
        self, shown: _Registered, stated: Sequence[StatedParty]
    ) -> Iterator[AnswerComparison]:
        natures = {
            control
            for nature in shown.natures
            for begins, control in _NATURES.items()
            if nature.startswith(begins)
        }
        named = {one for each in stated for one in each.control} - {"None"}
        words = [word(about) for one, about in WORDS["controls"].items() if one in named]
        said = say("Control: {it}", it=listed(words or [word("none")]))
        statement = self.state(said, _tag_stated(stated[0]))
        unread = any("control" in one.path.casefold() for one in self.form.kept)
        is_read = shown.natures and all(one.startswith((*_NATURES,)) for one in shown.natures)
        if unread or not is_read:
            yield statement.leave_open("Not all conditions of control could be read.")
            return
        of = listed(word(describe_code("nature_of_control", one)) for one in shown.natures)
        of_register, at = say("Control: {it}", it=of), self.find_source("owners")
        # Influence is entered only of an owner who meets none of the other conditions.
        beyond = named - natures - {_INFLUENCE}
        if beyond:
            yield statement.judge("control not on the register", of_register, at)
        if not named and all(one.relationship.startswith(_BELOW) for one in stated):
            yield statement.leave_open("The form does not say how it controls the supplier.")
        elif natures - named:
            yield statement.judge("control not declared", of_register, at)
        if not beyond and natures <= named:
            yield statement.judge("", of_register, at, fits=True)

    def _explain_absent(self, role: _Role) -> str:
        """Return why nothing follows from a party that the register does not name; else empty."""
        dossier, company = self.dossier, self.dossier.company
        if isinstance(getattr(dossier, _PARTS[role]), Missing):
            return self.explain_missing(_PARTS[role])
        if role == "director":
            # A shadow director is on no register; who left over two years ago is not read.
            return "No director of this name. One with the same responsibilities need not be named."
        owners = () if isinstance(dossier.owners, Missing) else dossier.owners
        hidden = any(one.super_secure for one in owners) or "owners" in dict(dossier.cut_short)
        if isinstance(company, Company):
            hidden = hidden or bool(company.has_super_secure_owners) or not declares_owners(company)
        if hidden or dossier.psc_exempt is True:
            return "The register need not name all owners of this company."
        parents = dossier.parents
        if isinstance(parents, Missing) or any(not one.company for one in self._list_holders()):
            return "An owner is a firm whose own owners are not known here."
        is_older = (self.find_source("owners")[1] or self.day) < self.day
        return "The register was read before the form was submitted." if is_older else ""

    def _list_holders(self) -> Iterator[Parent]:
        """Yield the firms by which the register of owners leads upward. Who consolidates accounts
        by GLEIF, and who is above, need hold nothing.
        """
        company, parents = self.dossier.company, self.dossier.parents
        below = {company.number} if isinstance(company, Company) else set()
        for one in () if isinstance(parents, Missing) else parents:
            if one.child in below and not one.owner.by_gleif:
                below |= {one.company.number} if one.company else set()
                yield one

    def _find_party_source(self, shown: _Registered) -> Source:
        source, day = self.find_source(_PARTS[shown.role])
        entry = shown.entry
        return ("GLEIF" if isinstance(entry, Owner) and entry.by_gleif else source), day


def _pair_parties(
    parties: Sequence[StatedParty], registered: Sequence[_Registered]
) -> Iterator[_Pair]:
    """Yield those that are the same, with the detail in which they differ. Where one differs, only
    of parties that have no other in their role: a father and a son of one name are two people.
    """
    found = [
        (one, other, detail)
        for one in parties
        for other in registered
        if (detail := _find_differing_detail(one, other)) is not None
    ]
    whole = {id(one) for one, _, detail in found if not detail} | {
        id(other)
        for one, other, detail in found
        if not detail and (other.role == "director") == one.relationship.startswith("DirectorOr")
    }
    for one, other, detail in found:
        if not detail or whole.isdisjoint((id(one), id(other))):
            yield one, other, detail


def _list_renamed(
    parties: Sequence[StatedParty], registered: Sequence[_Registered], pairs: Sequence[_Pair]
) -> Iterator[tuple[StatedParty, _Registered]]:
    """Yield people of no pair with one forename and birth date: a surname changes by marriage."""
    paired = {id(side) for *pair, _ in pairs for side in pair}
    for one in parties:
        for other in registered:
            if not paired.isdisjoint((id(one), id(other))) or not other.is_person:
                continue
            born, theirs = one.birth_date, other.entry.birth_date
            forenames = {_read_forename(one.name)} & set(map(_read_forename, other.names))
            if born and theirs and born.compatible(theirs) and any(forenames):
                yield one, other


def _read_forename(name: str) -> str:
    return next((word for word in name_words(name) if word not in TITLES), "")


def _find_differing_detail(stated: StatedParty, shown: _Registered) -> DifferenceKind | None:
    """Return in which detail they differ, empty for none; None for two parties."""
    kind: Kind = "person" if shown.is_person else "organisation"
    if stated.kind not in (kind, "trust"):
        return None
    born, theirs = stated.birth_date, shown.entry.birth_date
    if born and theirs and not born.compatible(theirs):
        # Of another birth date, names must be written for one person.
        has_name = any(same_person(stated.name, name) for name in shown.names)
        return "birth date differs" if has_name else None
    has_name = may_be_named(stated.name, shown.names, kind)
    own = map(fold_number, (stated.company_number, stated.overseas_number))
    both = [pair for pair in zip(own, shown.numbers, strict=True) if all(pair)]
    # Abroad, letters of a court or a section stand with the number: HRB 12345 B, Charlottenburg.
    digits = _keep_digits(stated.overseas_number)
    is_same_abroad = digits and digits == _keep_digits(shown.numbers[1])
    if is_same_abroad or any(one == other for one, other in both):
        return "" if has_name else "another name"
    return None if not has_name else "another number" if both else ""


def _has_majority(owner: Owner) -> bool:
    return any(nature.startswith(_MAJORITY) for nature in owner.natures)


def _is_stated_owner(stated: StatedParty, shown: Sequence[_Registered]) -> bool:
    """Return whether the supplier says that the party controls it as a register of owners shows.
    Influence alone is for the supplier to judge, a subsidiary is controlled itself, and holdings of
    a quarter or less are not registered.
    """
    if stated.relationship.startswith(("PersonWithSignificantControl", "RegisteredCompany")):
        return True
    was_owner = any(one.role == "owner" for one in shown)
    return bool(set(stated.control) & _REGISTRABLE) and was_owner


def _tag_stated(stated: StatedParty) -> Value:
    return tag_party(stated.name, "connected person", is_person=stated.kind != "organisation")


def _format_birth(born: PartialDate | None) -> Clause:
    return say("Born {month}", month=tag_birth_date(born)) if born else NOTHING


def _keep_digits(number: str) -> str:
    return "".join(filter(str.isdigit, number)).lstrip("0")
