"""What a supplier stated of itself, compared with what registers and lists say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.checks.toolkit.companies import (
    DEAD,
    INSOLVENT,
    declares_owners,
    unknown_status,
)
from duediligence.law.declarations import add_asked_grounds, find_stated_grounds, load_questions
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.matching.compare import name_similarity
from duediligence.matching.names.parties import split_alternative_names
from duediligence.matching.premises import NEAR, nearest_place
from duediligence.model import (
    Address,
    Charity,
    Clause,
    Company,
    Dossier,
    Finding,
    Kind,
    Missing,
    NotInScope,
    Officer,
    Owner,
    Parent,
    PartialDate,
    Text,
)
from duediligence.model.answer_comparisons import AnswerComparison, AnswerVerdict, DifferenceKind
from duediligence.model.declarations import grounds_of
from duediligence.model.entries import COMPANY
from duediligence.model.facts import (
    NOTHING,
    Value,
    clause_of,
    firm,
    listed,
    say,
    tag_birth_date,
    tag_person,
    tag_private,
    word,
)
from duediligence.model.registers import register_number, uk_number
from duediligence.model.supplier_information import (
    StatedExclusion,
    StatedParty,
    SupplierInformation,
)
from duediligence.registers.companies_house.records import describe_code
from duediligence.screening.dossiers.parties import is_directing
from duediligence.store.register.local_register import CHARITIES
from duediligence.text.folding import fold
from duediligence.text.legal_forms import ends_in_legal_form, split_legal_forms
from duediligence.text.names import TITLES, name_words, same_firm, same_person
from duediligence.text.wording import count

_INFLUENCE = "HasOtherSignificantInfluenceOrControl"
_CONTROL_WORDS = {
    "OwnsShares": "owns shares",
    "HasVotingRights": "has voting rights",
    "CanAppointOrRemoveDirectors": "can appoint or remove directors",
    _INFLUENCE: "has other significant influence or control",
}
_REGISTRABLE = frozenset(_CONTROL_WORDS) - {_INFLUENCE}
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
_RELATIONSHIPS = {
    "DirectorOr": "Director, or the same responsibilities",
    "PersonWithSignificantControl": "Person with significant control",
    "AnyOtherIndividual": "Other significant influence or control",
    "AnyOtherOrganisation": "Other significant influence or control",
    "RegisteredCompany": "Registered company that controls it",
    "ParentOrSubsidiary": "Parent or subsidiary company",
    "ACompanyYour": "Company that it took over",
}
_BELOW = ("ParentOrSubsidiary", "ACompanyYour")
_RENAMED = "Someone of this forename and birth date has another surname."
_INSOLVENCY = "insolvency_bankruptcy"
# Each question is asked about both (Procurement Regulations 2024 reg.12).
_NO = "None stated, of the supplier and its connected persons"
_Role = Literal["director", "owner", "parent company", "trustee"]
_PARTS = {
    "director": "officers",
    "owner": "owners",
    "parent company": "parents",
    "trustee": "charity",
}
# The fields of a comparison in their order, source and day together.
_Row = tuple[AnswerVerdict, DifferenceKind, Value, Text, Text, tuple[str, date | None]]
_REGISTER = "Companies House"
_NUMBERS = {COMPANY: "Company number", **dict.fromkeys(CHARITIES, "Charity number")}
_NO_REGISTER = "No list or register here shows it."
# What may have been true on the day of the form, though the register said otherwise before it.
_CHANGING: frozenset[DifferenceKind] = frozenset(
    (
        "another name",
        "another address",
        "control not declared",
        "control not on the register",
        "director not declared",
        "owner not declared",
        "parent not declared",
    )
)
# Words that do not distinguish one firm's name from another's.
_LITTLE = frozenset("the and of co company uk gb".split())
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
        entry = self.entry
        return entry.person if isinstance(entry, Owner) else not entry.corporate

    @property
    def names(self) -> tuple[str, ...]:
        entry = self.entry
        former = entry.former_names if isinstance(entry, Officer) else ()
        return (entry.name, *former, *((self.company.name,) if self.company else ()))

    @property
    def numbers(self) -> tuple[str, str]:
        """Return its number in the UK register, and the one elsewhere; empty where not known."""
        at = self.entry.registered_at
        own, why_not = uk_number(at)
        if self.company:
            return _fold_number(self.company.number), ""
        return _fold_number(own), _fold_number(at.number if at and why_not else "")

    @property
    def began(self) -> date | None:
        entry = self.entry
        return entry.notified_on if isinstance(entry, Owner) else entry.appointed_on

    @property
    def ended(self) -> date | None:
        entry = self.entry
        return entry.ceased_on if isinstance(entry, Owner) else entry.resigned_on

    @property
    def named(self) -> Value:
        return _tag_party(self.entry.name, self.role, is_person=self.is_person)

    @property
    def described(self) -> Clause:
        return say(
            "{role}{began}{ended}",
            role=word(self.role.capitalize()),
            began=_format_day(" since", self.began),
            ended=_format_day(" until", self.ended),
        )


def compare_with_registers(
    information: SupplierInformation,
    dossier: Dossier,
    findings: Iterable[Finding] = (),
    titles: Mapping[str, str] | None = None,
) -> tuple[AnswerComparison, ...]:
    """Return what registers and lists say of each thing that a supplier stated.

    `findings` come from the run of the dossier, `titles` of lists are by id. What is not known
    never agrees. Who is connected is said by Procurement Act 2023 Sch 6 para 45 (as such, a
    secretary is not), what is stated of them by Procurement Regulations 2024 reg.11: of control,
    which of the conditions in Part 1 of Schedule 1A to the Companies Act 2006 applies.
    """
    comparing = _Comparing(information, dossier)
    rows = (*comparing.compare_supplier(), *comparing.compare_parties())
    shown = comparing.compare_exclusions(add_asked_grounds(findings), titles or {})
    return tuple(
        AnswerComparison(verdict, kind, say("{name}", name=about), stated, said, *read)
        for verdict, kind, about, stated, said, read in map(comparing.date_row, (*rows, *shown))
    )


@dataclass(frozen=True)
class _Comparing:
    """Compares one form with one dossier."""

    form: SupplierInformation
    dossier: Dossier

    @property
    def day(self) -> date:
        """Return the day that the form is of: it was submitted before it was read."""
        return self.form.submitted_on or (self.form.read_at or self.dossier.taken_at).date()

    def date_row(self, row: _Row) -> _Row:
        """Return the row, without a difference where the register was read before the form was
        submitted and may have changed between.
        """
        verdict, kind, about, stated, shown, at = row
        if verdict != "differs" or kind not in _CHANGING or (at[1] or self.day) >= self.day:
            return row
        why = say("{shown}. It was read before the form was submitted", shown=clause_of(shown))
        return "cannot be known", "", about, stated, why, at

    def compare_supplier(self) -> Iterator[_Row]:
        """Yield what registers say of its existence, names, numbers and address."""
        company, charity = self.dossier.company, self.dossier.charity
        about, said = firm(self.form.name), say("Name {it}", it=firm(self.form.name))
        known: dict[str, tuple[Address | None, tuple[str, ...]]] = {}
        numbers: dict[str, tuple[str, str]] = {}
        if isinstance(company, Company):
            numbers[COMPANY] = ("company", company.number)
            former = (one.name for one in company.former_names)
            known["company"] = (company.address, (company.name, *former))
            fits, ended = company.status not in DEAD, company.ceased_on
            status = word(company.status.replace("-", " "))
            shown = say("Status {it}{on}", it=status, on=_format_day(", since", ended))
            # That it exists is not stated: only what speaks against it is worth a row.
            verdict = self._judge("company dissolved", fits=fits, changed=ended)
            if company.status in INSOLVENT or unknown_status(company):
                fits, verdict = False, ("cannot be known", "")
            elif not fits:
                shown = say("{status}. It may have been restored", status=shown)
            if not fits:
                yield (*verdict, about, "It submitted the form", shown, self._at("company"))
        if isinstance(charity, Charity):
            numbers[charity.identifier.scheme] = ("charity", charity.identifier.id)
            known["charity"] = (charity.address, (charity.name, *charity.other_names))
            if charity.removed_on or "removed" in charity.status.casefold():
                shown = say("Removed{on}", on=_format_day(" on", charity.removed_on))
                verdict = self._judge("charity removed", fits=False, changed=charity.removed_on)
                yield (*verdict, about, "It submitted the form", shown, self._at("charity"))
        names = [name for _, some in known.values() for name in some]
        if names:
            own = split_alternative_names(self.form.name)
            fits = any(_is_written_for(one, name) for one in own for name in names)
            shown, at = say("Name {it}", it=firm(names[0])), self._at(next(iter(known)))
            verdict = self._judge("another name", fits=fits)
            if not fits and not any(map(ends_in_legal_form, own)):
                shown = say("{name}. What was stated may be a trading name", name=shown)
                verdict = "cannot be known", ""
            yield (*verdict, about, said, shown, at)
        else:
            is_charity = any(one.scheme in CHARITIES for one in self.form.identifiers)
            why = self._why_missing("charity" if is_charity else "company")
            yield _unknown(about, said, why)
        if isinstance(company, Company) and COMPANY not in {
            o.scheme for o in self.form.identifiers
        }:
            yield _unknown(about, "No company number", f"The register has {company.number}.")
        for one in self.form.identifiers:
            of = _NUMBERS.get(one.scheme, one.label or "Number")
            said = say("{of} {it}", of=word(of), it=word(one.id))
            part, number = numbers.get(one.scheme, ("", ""))
            if number and one.scheme == COMPANY and one.id.upper().startswith("BR"):
                yield _unknown(about, said, "It is the number of a branch.")
            elif number:
                fits = _fold_number(one.id) == _fold_number(number)
                shown, at = say("Number {it}", it=word(number)), self._at(part)
                yield (*self._judge("another number", fits=fits), about, said, shown, at)
            else:
                why = self._why_missing("company") if one.scheme == COMPANY else _NO_REGISTER
                yield _unknown(about, said, why)
        yield from self._compare_address({part: one for part, (one, _) in known.items() if one})

    def _compare_address(self, known: Mapping[str, Address]) -> Iterator[_Row]:
        stated, filings = self.form.addresses, self.dossier.filings
        if not stated:
            return
        about, said = firm(self.form.name), _format_address(stated[0])
        place = nearest_place(stated[:1], known.values())
        if place == "not known":
            yield _unknown(about, said, "No register gives an address with a postcode.")
            return
        moves = [
            one.action_on or one.filed_on
            for one in (() if isinstance(filings, Missing) else filings)
            if one.description.startswith("change-registered-office-addres")
        ]
        moved = max(filter(None, moves), default=None)
        verdict = self._judge("another address", fits=place in NEAR, changed=moved)
        part, shown = next(iter(known.items()))
        why = ""
        if self.form.is_postal_only:
            why = "It is not stated as the registered address."
        elif nearest_place(stated[1:], known.values()) in NEAR:
            why = "Another stated address is that of the register."
        elif part == "company" and isinstance(filings, Missing):
            why = "When the office last moved was not read."
        if why and verdict[0] == "differs":
            yield _unknown(about, said, why)
        else:
            yield (*verdict, about, said, _format_address(shown), self._at(part))

    def compare_parties(self) -> Iterator[_Row]:
        """Yield what the register says of each connected party, and which others it names."""
        registered = list(self._list_registered())
        pairs = list(_pair_parties(self.form.parties, registered))
        renamed = list(_list_renamed(self.form.parties, registered, pairs))
        for stated in self.form.parties:
            own = [(other, detail) for one, other, detail in pairs if one is stated]
            for detail, shown in {detail: other for other, detail in own if detail}.items():
                yield self._compare_detail(stated, shown, detail)
            if any(one is stated for one, _ in renamed):
                yield _unknown(_tag_stated(stated), _describe_stated(stated), _RENAMED)
            else:
                yield from self._compare_claims(stated, [other for other, _ in own])
        for shown in registered:
            named = [one for one, other, _ in pairs if other is shown]
            rows = self._compare_registered(shown, named)
            if not named and (why := self._why_not_named(shown, renamed)):
                rows = (_unknown(shown.named, one[3], why) for one in rows)
            yield from rows
        said = f"Named: {count(len(self.form.parties), 'connected person')}"
        yield _unknown(firm(self.form.name), said, _NOT_REGISTERED)

    def _why_not_named(
        self, shown: _Registered, renamed: Sequence[tuple[StatedParty, _Registered]]
    ) -> str:
        """Return why nothing follows from a party that the supplier did not name; else empty."""
        natures = shown.entry.natures if isinstance(shown.entry, Owner) else ()
        if any(one is shown for _, one in renamed):
            return _RENAMED
        if shown.role == "trustee":
            return "The register of charities does not say when this trustee began."
        # Trustees are registered, the trust is not (Companies Act 2006 Sch 1A para 6).
        is_trustee = bool(natures) and all("-as-trust" in one for one in natures)
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
                yield _Registered(owner, "owner", found.get(owner), _is_parent(owner))
        # The parent of a parent is one (s.1162(5)) where the majority holds at each step.
        above = {dossier.company.number} if isinstance(dossier.company, Company) else set()
        for parent in parents:
            has_majority = parent.child in above and _is_parent(parent.owner)
            if has_majority and parent.company:
                above.add(parent.company.number)
            if parent.depth > 1 or parent.owner.by_gleif:
                yield _Registered(parent.owner, "parent company", parent.company, has_majority)
            for owner in parent.owners:
                if owner.person:
                    yield _Registered(owner, "parent company")

    def _compare_detail(
        self, stated: StatedParty, shown: _Registered, detail: DifferenceKind
    ) -> _Row:
        about, at = _tag_stated(stated), self._at_party(shown)
        said, of = say("Name {it}", it=about), say("Name {it}", it=shown.named)
        if detail == "another number":
            said = say("Number {it}", it=word(stated.company_number or stated.overseas_number))
            of = say("Number {it}", it=word("".join(shown.numbers)))
        elif detail == "birth date differs":
            said, of = map(_format_birth, (stated.birth_date, shown.entry.birth_date))
        return "differs", detail, about, said, of, at

    def _compare_claims(self, stated: StatedParty, shown: Sequence[_Registered]) -> Iterator[_Row]:
        """Yield what the register says of each thing that the supplier says a party is."""
        about, said = _tag_stated(stated), _describe_stated(stated)
        claims: list[tuple[_Role, DifferenceKind]] = []
        if stated.relationship.startswith("DirectorOr"):
            claims.append(("director", "director resigned"))
        if _is_stated_owner(stated, shown):
            claims.append(("owner", "owner declared and gone"))
        living = [one for one in shown if not one.ended]
        if not claims and living:
            yield "agrees", "", about, said, living[0].described, self._at_party(living[0])
        elif not claims:
            yield _unknown(about, said, _NO_REGISTER)
        for role, kind in claims:
            # Who controls it by way of a company is in the register of that one.
            places = (role, "parent company" if role == "owner" else "trustee")
            own = [one for one in shown if one.role in places]
            living = [one for one in own if not one.ended]
            if living and stated.ended_on:
                continue  # said where the register's parties are compared
            if own:
                last = max(own, key=lambda one: one.ended or date.max)
                fits = bool(living or stated.ended_on)
                verdict = self._judge(kind, fits=fits, changed=last.ended)
                yield (*verdict, about, said, last.described, self._at_party(last))
            elif stated.kind == "trust":
                yield _unknown(about, said, "A trust is not on the register; its trustees are.")
            elif why := self._why_absent(role) or (stated.ended_on and _NO_REGISTER):
                yield _unknown(about, said, why)
            else:
                kind = "owner declared, not on the register"
                none = "No such owner is on the register"
                yield "differs", kind, about, said, none, self._at("owners")

    def _compare_registered(
        self, shown: _Registered, stated: Sequence[StatedParty]
    ) -> Iterator[_Row]:
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
        verdict = self._judge(kind, fits=False, changed=shown.began)
        said = "Named, as a connection that ended" if stated else "Not named"
        yield (*verdict, shown.named, said, shown.described, self._at_party(shown))

    def _compare_control(self, shown: _Registered, stated: Sequence[StatedParty]) -> Iterator[_Row]:
        entries = shown.entry.natures if isinstance(shown.entry, Owner) else ()
        natures = {
            control
            for entry in entries
            for begins, control in _NATURES.items()
            if entry.startswith(begins)
        }
        named = {one for each in stated for one in each.control} - {"None"}
        words = [word(_CONTROL_WORDS[one]) for one in _CONTROL_WORDS if one in named]
        said = say("Control: {it}", it=listed(words or [word("none")]))
        of = [word(describe_code("nature_of_control", one)) for one in entries]
        about, of_register = _tag_stated(stated[0]), say("Control: {it}", it=listed(of))
        unread = any("control" in one.path.casefold() for one in self.form.kept)
        if unread or not all(one.startswith(tuple(_NATURES)) for one in entries) or not entries:
            yield _unknown(about, said, "Not all conditions of control could be read.")
            return
        # Influence is entered only of an owner who meets none of the other conditions.
        beyond = named - natures - {_INFLUENCE}
        if beyond:
            yield (
                "differs",
                "control not on the register",
                about,
                said,
                of_register,
                self._at("owners"),
            )
        if not named and all(one.relationship.startswith(_BELOW) for one in stated):
            yield _unknown(about, said, "The form does not say how it controls the supplier.")
        elif natures - named:
            yield "differs", "control not declared", about, said, of_register, self._at("owners")
        if not beyond and natures <= named:
            yield "agrees", "", about, said, of_register, self._at("owners")

    def compare_exclusions(
        self, findings: Iterable[Finding], titles: Mapping[str, str]
    ) -> Iterator[_Row]:
        """Yield what findings show of each ground that was stated or denied."""
        flags = list(filter(_shows_ground, findings))
        disclosed: dict[str, set[str]] = {}
        for told in self.form.exclusions:
            of = find_stated_grounds(told.question, in_uk=told.in_uk)
            disclosed.setdefault(told.question, set()).update(of)
        elsewhere = set[str]().union(*disclosed.values())
        about, silent = firm(self.form.name), []
        for question in load_questions():
            is_stated = question.code in disclosed
            wanted = disclosed.get(question.code) or set(question.grounds) - elsewhere
            if not wanted or not (is_stated or self.form.is_rest_denied):
                continue
            own = [one for one in self.form.exclusions if one.question == question.code]
            found: dict[tuple[str, bool], list[Finding]] = {}
            for one in flags:
                if grounds_of(one) & wanted:
                    fits = any(self._may_be_stated(one, each) for each in own)
                    name = one.subject_name or self.form.name
                    found.setdefault((name, fits), []).append(one)
            whom = {"a connected person" if one.party_id else "the supplier" for one in own}
            answer = f"Yes, of {' and '.join(sorted(whom))}" if own else _NO
            said = say("{answer}: {it}", answer=word(answer), it=word(question.title))
            kind: DifferenceKind = "ground denied, a list shows it"
            if question.code == _INSOLVENCY:
                kind = "insolvency denied, register shows it"
            for (name, fits), some in found.items():
                days = [one.happened_on for one in some]
                changed = min(filter(None, days)) if all(days) else None
                verdict = self._judge(kind, fits=fits, changed=changed)
                sources = dict.fromkeys(
                    titles.get(one.list_id, one.list_id) or _REGISTER for one in some
                )
                read_on = (some[0].retrieved_at or self.dossier.taken_at).date()
                party = _tag_party(name, "party", is_person=some[0].person)
                shown = say("{it}", it=listed(word(one.check_title) for one in some))
                if is_stated and not fits:
                    verdict = "cannot be known", ""
                    shown = say("{it}. It may not be what was stated", it=shown)
                yield (*verdict, party, said, shown, ("; ".join(sources), read_on))
            cases, known = self.dossier.insolvencies, self._find_insolvency()
            if not found and question.code == _INSOLVENCY and known:
                verdict = self._judge(kind, fits=is_stated)
                if own and all(one.party_id for one in own):
                    verdict = "cannot be known", ""
                yield (*verdict, about, said, known[1], self._at(known[0]))
            elif not found and question.code == _INSOLVENCY and not isinstance(cases, Missing):
                verdict = ("cannot be known" if is_stated or cases else "agrees"), ""
                case = "An insolvency case is listed" if cases else "No insolvency"
                yield (*verdict, about, said, case, self._at("insolvencies"))
            elif not found and is_stated:
                behind = say("A connected person of {name}", name=about)
                yield _unknown(
                    about if "the supplier" in whom else listed([behind]), said, _NO_REGISTER
                )
            elif not found:
                silent.append(question.title)
        if silent:
            said = say("{no}: {titles}", no=word(_NO), titles=word("; ".join(silent)))
            why = "Nothing was found, and no list or register shows all of this."
            yield _unknown(about, said, why)

    def _may_be_stated(self, finding: Finding, told: StatedExclusion) -> bool:
        """Return whether a finding may be of what was stated: of the same party, not after the form
        or after it ended.
        """
        last, day = told.ended_on or self.day, finding.happened_on
        if day > last if day else told.ended_on:
            return False
        subjects = (finding.subject_name or self.form.name,)
        if not told.party_id:
            is_own = finding.about == "supplier"
            return is_own or _may_be_named(self.form.name, subjects, "organisation")
        return any(
            _may_be_named(one.name, subjects, "person" if one.kind == "person" else "organisation")
            for one in self.form.parties
            if one.id == told.party_id
        )

    def _find_insolvency(self) -> tuple[str, Text] | None:
        """Return which part of the dossier shows an insolvency that goes on, and its words."""
        company, charity = self.dossier.company, self.dossier.charity
        if isinstance(company, Company) and company.status in INSOLVENT:
            return "company", say("Status {it}", it=word(company.status.replace("-", " ")))
        if isinstance(charity, Charity) and (charity.insolvent or charity.in_administration):
            return "charity", "Insolvent" if charity.insolvent else "In administration"
        return None

    def _judge(
        self, kind: DifferenceKind, *, fits: bool, changed: date | None = None
    ) -> tuple[AnswerVerdict, DifferenceKind]:
        """Return whether it agrees; `changed` is when the register came to say otherwise."""
        if fits:
            return "agrees", ""
        if changed and changed >= self.day:
            return "since then", kind
        return ("to look at" if "denied" in kind else "differs"), kind

    def _why_missing(self, *parts: str) -> str:
        """Return why parts of the dossier are missing, in words."""
        found = [getattr(self.dossier, part) for part in parts]
        reasons = (one.reason for one in found if not isinstance(one, NotInScope))
        return next(reasons, "This installation does not look at it.")

    def _why_absent(self, role: _Role) -> str:
        """Return why nothing follows from a party that the register does not name; else empty."""
        dossier, company = self.dossier, self.dossier.company
        if isinstance(getattr(dossier, _PARTS[role]), Missing):
            return self._why_missing(_PARTS[role])
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
        is_older = (self._at("owners")[1] or self.day) < self.day
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

    def _at_party(self, shown: _Registered) -> tuple[str, date | None]:
        source, day = self._at(_PARTS[shown.role])
        entry = shown.entry
        return ("GLEIF" if isinstance(entry, Owner) and entry.by_gleif else source), day

    def _at(self, part: str) -> tuple[str, date | None]:
        """Return the source of a part of the dossier, and the day on which it was read."""
        read = (one.retrieved_at for one in self.dossier.sources if one.part == part)
        source = "The register of charities" if part == "charity" else _REGISTER
        return source, next(read, self.dossier.taken_at).date()


def _unknown(about: Value, stated: Text, why: str) -> _Row:
    return "cannot be known", "", about, stated, say("{why}", why=word(why)), ("", None)


def _pair_parties(
    parties: Sequence[StatedParty], registered: Sequence[_Registered]
) -> Iterator[tuple[StatedParty, _Registered, DifferenceKind]]:
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
    parties: Sequence[StatedParty],
    registered: Sequence[_Registered],
    pairs: Sequence[tuple[StatedParty, _Registered, DifferenceKind]],
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


def _is_written_for(name: str, other: str) -> bool:
    """Return whether a firm's name is written for another: spelling aside, no word more or less,
    and no other legal form.
    """
    (ours, forms), (theirs, their_forms) = (
        split_legal_forms(fold(one).split()) for one in (name, other)
    )
    more, fewer = set(ours) - set(theirs) - _LITTLE, set(theirs) - set(ours) - _LITTLE
    # A community interest company is a limited one, too.
    is_another = forms and their_forms and forms.isdisjoint(their_forms)
    if is_another and "community" not in forms | their_forms:
        return False
    if bool(more) != bool(fewer) or any(map(str.isdigit, "".join(more | fewer))):
        return False
    return not more or _may_be_named(name, (other,), "organisation")


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
    has_name = _may_be_named(stated.name, shown.names, kind)
    uk, elsewhere = _fold_number(stated.company_number), stated.overseas_number
    both = [
        pair for pair in zip((uk, _fold_number(elsewhere)), shown.numbers, strict=True) if all(pair)
    ]
    # Abroad, letters of a court or a section stand with the number: HRB 12345 B, Charlottenburg.
    digits = _keep_digits(elsewhere)
    if any(one == other for one, other in both) or (
        digits and digits == _keep_digits(shown.numbers[1])
    ):
        return "" if has_name else "another name"
    return None if not has_name else "another number" if both else ""


def _shows_ground(finding: Finding) -> bool:
    """Return whether it can show a ground: no match whose birth date or number is another's, and
    nothing that is compared as a declaration or as the company's existence.
    """
    differs = any(
        one.verdict == "differ" and one.name in ("birth date", "identifier")
        for one in finding.features
    )
    is_other = finding.topic in ("declarations", "existence")
    return finding.outcome in ("review", "adverse") and not differs and not is_other


def _may_be_named(name: str, names: Iterable[str], kind: Kind) -> bool:
    """Return whether any of the names may be of the party, by the rule of the matcher."""
    is_same = same_person if kind == "person" else same_firm
    return any(
        is_same(name, other) or name_similarity(name, other, kind) >= DEFAULT_THRESHOLD
        for other in names
    )


def _is_parent(owner: Owner) -> bool:
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


def _tag_party(name: str, role: str, *, is_person: bool) -> Value:
    return tag_person(name, role) if is_person else firm(name)


def _tag_stated(stated: StatedParty) -> Value:
    return _tag_party(stated.name, "connected person", is_person=stated.kind != "organisation")


def _describe_stated(stated: StatedParty) -> Clause:
    found = (w for begins, w in _RELATIONSHIPS.items() if stated.relationship.startswith(begins))
    role = word(next(found, "Connected, by a relationship that was not read"))
    return say("{role}{ended}", role=role, ended=_format_day(" until", stated.ended_on))


def _format_day(before: str, day: date | None) -> Clause:
    return say("{before} {day}", before=word(before), day=day) if day else NOTHING


def _format_birth(born: PartialDate | None) -> Clause:
    return say("Born {month}", month=tag_birth_date(born)) if born else NOTHING


def _format_address(address: Address) -> Clause:
    text, postcode = address.text, address.postcode
    whole = text if postcode.casefold() in text.casefold() else f"{text}, {postcode}"
    return say("Address {it}", it=tag_private(whole))


def _keep_digits(number: str) -> str:
    return "".join(filter(str.isdigit, number)).lstrip("0")


def _fold_number(number: str) -> str:
    folded = "".join(filter(str.isalnum, register_number(number)))
    return folded.lstrip("0")
