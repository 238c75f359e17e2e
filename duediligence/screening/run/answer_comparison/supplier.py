"""The supplier itself, as it stated: its existence, names, numbers, first day and address."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from duediligence.checks.toolkit.companies import DEAD, INSOLVENT, unknown_status
from duediligence.matching.names.parties import split_alternative_names
from duediligence.matching.premises import NEAR, nearest_place
from duediligence.model import Address, Charity, Clause, Company, Identifier, Missing
from duediligence.model.answer_comparisons import AnswerComparison
from duediligence.model.entries import COMPANY
from duediligence.model.facts import firm, say, tag_private, word
from duediligence.screening.run.answer_comparison.rows import (
    NO_REGISTER,
    RegisterComparison,
    fold_number,
    format_day,
    may_be_named,
)
from duediligence.store.register.local_register import CHARITIES
from duediligence.text.folding import fold
from duediligence.text.legal_forms import ends_in_legal_form, split_legal_forms

_NUMBERS = {COMPANY: "Company number", **dict.fromkeys(CHARITIES, "Charity number")}
# Words that do not distinguish one firm's name from another's.
_LITTLE = frozenset("the and of co company uk gb".split())


class _RegisterEntry(NamedTuple):
    """What one register has of the supplier, and which part of the dossier that is."""

    part: str
    identifier: Identifier
    names: tuple[str, ...]
    address: Address | None


class SupplierComparison(RegisterComparison):
    """Compares what a supplier stated of itself."""

    def compare_supplier(self) -> Iterator[AnswerComparison]:
        """Yield what registers say of its existence, names, numbers, first day and address."""
        entries = list(self._list_entries())
        yield from self._compare_existence()
        yield self._compare_name(entries)
        yield from self._compare_numbers(entries)
        company, stated_on = self.dossier.company, self.form.registered_on
        if isinstance(company, Company) and company.created_on and stated_on:
            # A company that takes another form keeps its first day.
            stated, fits = (
                self.state(say("Since {day}", day=stated_on)),
                stated_on == company.created_on,
            )
            shown, at = say("Since {day}", day=company.created_on), self.find_source("company")
            yield stated.judge("another incorporation day", shown, at, fits=fits)
        yield from self._compare_address(entries)

    def _list_entries(self) -> Iterator[_RegisterEntry]:
        company, charity = self.dossier.company, self.dossier.charity
        if isinstance(company, Company):
            names = (company.name, *(one.name for one in company.former_names))
            number = Identifier(COMPANY, company.number)
            yield _RegisterEntry("company", number, names, company.address)
        if isinstance(charity, Charity):
            names = (charity.name, *charity.other_names)
            yield _RegisterEntry("charity", charity.identifier, names, charity.address)

    def _compare_existence(self) -> Iterator[AnswerComparison]:
        """Yield what speaks against its existence, which no form states."""
        company, charity = self.dossier.company, self.dossier.charity
        stated = self.state("It submitted the form")
        if isinstance(company, Company):
            at, on = self.find_source("company"), format_day(", since", company.ceased_on)
            shown = say("Status {it}{on}", it=word(company.status.replace("-", " ")), on=on)
            if company.status in INSOLVENT or unknown_status(company):
                yield stated.leave_open(shown, at)
            elif company.status in DEAD:
                shown = say("{status}. It may have been restored", status=shown)
                yield stated.judge("company dissolved", shown, at, changed=company.ceased_on)
        if isinstance(charity, Charity) and (
            charity.removed_on or "removed" in charity.status.casefold()
        ):
            removed_on, at = charity.removed_on, self.find_source("charity")
            shown = say("Removed{on}", on=format_day(" on", removed_on))
            yield stated.judge("charity removed", shown, at, changed=removed_on)

    def _compare_name(self, entries: Sequence[_RegisterEntry]) -> AnswerComparison:
        stated = self.state(say("Name {it}", it=firm(self.form.name)))
        if not entries:
            is_charity = any(one.scheme in CHARITIES for one in self.form.identifiers)
            return stated.leave_open(self.explain_missing("charity" if is_charity else "company"))
        own = split_alternative_names(self.form.name)
        names = [name for one in entries for name in one.names]
        shown, at = say("Name {it}", it=firm(names[0])), self.find_source(entries[0].part)
        fits = any(_is_written_for(one, name) for one in own for name in names)
        if not fits and not any(map(ends_in_legal_form, own)):
            why = say("{name}. What was stated may be a trading name", name=shown)
            return stated.leave_open(why, at)
        return stated.judge("another name", shown, at, fits=fits)

    def _compare_numbers(self, entries: Sequence[_RegisterEntry]) -> Iterator[AnswerComparison]:
        known = {one.identifier.scheme: one for one in entries if one.identifier.id}
        if COMPANY in known and all(one.scheme != COMPANY for one in self.form.identifiers):
            why = f"The register has {known[COMPANY].identifier.id}."
            yield self.state("No company number").leave_open(why)
        for one in self.form.identifiers:
            of, entry = _NUMBERS.get(one.scheme, one.label or "Number"), known.get(one.scheme)
            stated = self.state(say("{of} {it}", of=word(of), it=word(one.id)))
            if entry is None:
                is_company = one.scheme == COMPANY
                yield stated.leave_open(
                    self.explain_missing("company") if is_company else NO_REGISTER
                )
            elif one.scheme == COMPANY and one.id.upper().startswith("BR"):
                yield stated.leave_open("It is the number of a branch.")
            else:
                number, at = entry.identifier.id, self.find_source(entry.part)
                fits, shown = fold_number(one.id) == fold_number(number), word(number)
                yield stated.judge("another number", say("Number {it}", it=shown), at, fits=fits)

    def _compare_address(self, entries: Sequence[_RegisterEntry]) -> Iterator[AnswerComparison]:
        addresses, filings = self.form.addresses, self.dossier.filings
        known = {one.part: one.address for one in entries if one.address}
        if not addresses:
            return
        stated = self.state(_format_address(addresses[0]))
        place = nearest_place(addresses[:1], known.values())
        if place == "not known":
            yield stated.leave_open("No register gives an address with a postcode.")
            return
        moves = [
            one.action_on or one.filed_on
            for one in (() if isinstance(filings, Missing) else filings)
            if one.description.startswith("change-registered-office-addres")
        ]
        moved, fits = max(filter(None, moves), default=None), place in NEAR
        part, address = next(iter(known.items()))
        shown, at = _format_address(address), self.find_source(part)
        row = stated.judge("another address", shown, at, fits=fits, changed=moved)
        why = ""
        if self.form.is_postal_only:
            why = "It is not stated as the registered address."
        elif nearest_place(addresses[1:], known.values()) in NEAR:
            why = "Another stated address is that of the register."
        elif part == "company" and isinstance(filings, Missing):
            why = "When the office last moved was not read."
        yield stated.leave_open(why) if why and row.verdict == "differs" else row


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
    return not more or may_be_named(name, (other,), "organisation")


def _format_address(address: Address) -> Clause:
    text, postcode = address.text, address.postcode
    whole = text if postcode.casefold() in text.casefold() else f"{text}, {postcode}"
    return say("Address {it}", it=tag_private(whole))
