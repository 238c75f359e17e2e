"""Which register entry a supplier is: found, and settled by a person.

A name alone links a supplier only to a living entity, only when every register could be asked,
and only when no other candidate comes near. The thresholds were set with
`benchmarks/resolution.py`: see its docstring for the measure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

from duediligence.errors import Hint, Invalid, NotFound, OptionRemark, SourceError, Step
from duediligence.matching import PreparedName, compare, prepare
from duediligence.matching.names.parties import split_alternative_names
from duediligence.model import Identifier, Match, Name, Resolution, Supplier, company_number
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
)
from duediligence.progress import SILENT, Progress
from duediligence.render.saying import explain_match
from duediligence.render.wording import day
from duediligence.screening.access import require_action, use_case
from duediligence.screening.resolution.candidates import (
    Candidate,
    CandidateSource,
    merge_candidates,
)
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.suppliers import Link
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms
from duediligence.text.postcodes import compact_postcode
from duediligence.text.wording import count

EXACT = 0.05
POSTCODE = 0.10
WORDS_LEFT_OVER = -0.10  # firms of one group differ by a word and share an address
OTHER_FORM = -0.10  # so do a company and a partnership

_LEFT_OVER = frozenset(("differing words", "extra words", "one word", "numbers", "descent"))
_RUN_OF_LETTERS = re.compile(r"\b([a-z]) (?=[a-z]\b)")
_TOLD = {"former": "former name", "trading": "trading name", "variation": "other name"}


@dataclass(frozen=True, slots=True)
class Fit:
    """The best pair of names of a supplier and a candidate, and what stands beside it.

    `exact`: the same words in the same order and the same legal form. `whole`: every word of each
    name answers to one of the other, spelling apart. `postcode` is None where none can be compared.
    """

    candidate: Candidate
    match: Match
    query: Name
    listed: Name
    exact: bool
    whole: bool
    other_form: bool
    postcode: bool | None

    @property
    def rare(self) -> bool:
        """Return whether the words that agree can tell firms apart."""
        return all(feature.name != "too common" for feature in self.match.features)

    @property
    def standing(self) -> float:
        return round(
            self.match.score
            + (EXACT if self.exact else 0.0)
            + (POSTCODE if self.postcode else 0.0)
            + (0.0 if self.whole else WORDS_LEFT_OVER)
            + (OTHER_FORM if self.other_form else 0.0),
            4,
        )


def names_of(supplier: Supplier) -> tuple[Name, ...]:
    """Return the supplier's names, a `Firm Ltd t/a Shop` taken apart; the first is its own name."""
    first, *others = split_alternative_names(supplier.name)
    names = [Name(first), *(Name(other, "trading") for other in others)]
    names += [Name(text, "trading") for text in supplier.trading_names]
    names += [Name(text, "former") for text in supplier.former_names]
    return tuple({name.text: name for name in reversed(names)}.values())[::-1]


def rank_candidates(supplier: Supplier, candidates: Iterable[Candidate]) -> list[Fit]:
    """Return every candidate with how it fits, the best first."""
    queries = [_Written.of(name) for name in names_of(supplier)]
    ours = compact_postcode(supplier.address.postcode) if supplier.address else ""
    fits = [_fit_candidate(queries, ours, candidate) for candidate in candidates]
    return sorted(fits, key=lambda fit: (-fit.standing, fit.candidate.identifier))


class _Written(NamedTuple):
    """A name as the scorer reads it, and its words in order with its legal forms apart."""

    name: Name
    prepared: PreparedName
    words: tuple[str, ...]
    forms: frozenset[str]

    @classmethod
    def of(cls, name: Name) -> "_Written":
        spaced = " ".join(word for word in fold(name.text).split() if word not in ("the", "and"))
        own, forms = split_legal_forms(_RUN_OF_LETTERS.sub(r"\1", spaced).split())
        return cls(name, prepare(name.text, "organisation"), tuple(own), forms)

    def same_as(self, other: "_Written") -> bool:
        return bool(self.forms) and (self.words, self.forms) == (other.words, other.forms)

    def same_short_words(self, other: "_Written") -> bool:
        """Return the scorer passes over `at`, and so over A & T: a firm of its own."""
        return sorted(w for w in self.words if len(w) < 3) == sorted(
            w for w in other.words if len(w) < 3
        )


def _fit_candidate(queries: Sequence[_Written], ours: str, candidate: Candidate) -> Fit:
    theirs = {compact_postcode(postcode) for postcode in candidate.postcodes} - {""}
    postcode = ours in theirs if ours and theirs else None
    listed = [_Written.of(name) for name in (Name(candidate.name), *candidate.other_names)]
    best = max(
        (
            _fit_name_pair(candidate, query, other, postcode)
            for query in queries
            for other in listed
        ),
        key=lambda fit: (
            fit.standing,
            fit.query.type == "primary",
            fit.listed.type == "primary",
            fit.query.text,
            fit.listed.text,
        ),
    )
    ranked = replace(
        candidate, score=best.match.score, standing=best.standing, reasons=tuple(_explain_fit(best))
    )
    return replace(best, candidate=ranked)


def _fit_name_pair(
    candidate: Candidate, query: _Written, listed: _Written, postcode: bool | None
) -> Fit:
    match = compare(query.prepared, listed.prepared)
    left_over = _LEFT_OVER & {feature.name for feature in match.features}
    return Fit(
        candidate,
        match,
        query.name,
        listed.name,
        exact=query.same_as(listed),
        whole=match.score > 0.0 and not left_over and query.same_short_words(listed),
        other_form=bool(query.forms and listed.forms) and query.forms != listed.forms,
        postcode=postcode,
    )


def _explain_fit(fit: Fit) -> Iterable[str]:
    candidate = fit.candidate
    ours = f"Your {_TOLD.get(fit.query.type, 'name')} {fit.query.text!r}"
    theirs = f"its {_TOLD.get(fit.listed.type, 'name')} {fit.listed.text!r}"
    if fit.exact:
        yield f"{ours} is the same as {theirs}."
    else:
        told = explain_match(fit.match, other="the registered")
        yield f"{ours} and {theirs} are similar (score {fit.match.score:.2f}). {told}".strip()
    if fit.postcode:
        yield "The postcodes agree."
    elif fit.postcode is False:
        yield "The postcodes differ; a registered office is often not where a firm trades from."
    else:
        yield "There is no postcode to compare."
    if candidate.ceased:
        on = f" on {day(candidate.ceased_on)}" if candidate.ceased_on else ""
        yield f"It was {candidate.ceased}{on}."


# Some five thousand numbers of societies and old LLPs are of no common form (RS9931EN).
_RARE_COMPANY = r"[A-Z]{2}[0-9]{4,5}[A-Z]{1,2}"
_FORMS = {
    CHARITY_ENGLAND_WALES: ("[1-9][0-9]{5,6}", "6 or 7 digits"),
    CHARITY_SCOTLAND: ("SC[0-9]{6}", "SC and 6 digits, as GB-SC-SC099001"),
    CHARITY_NORTHERN_IRELAND: ("[0-9]{6}", "6 digits"),
}
_HINT = "Write it as GB-COH-99000001 (company), GB-CHC-, GB-SC- or GB-NIC- (charity), or none."


def parse_identifier(text: str) -> Identifier:
    """Return the identifier that `text` is, to the letter: nothing is corrected or guessed.

    `GB-COH-` (Companies House), `GB-CHC-` (charities of England and Wales), `GB-SC-` (Scotland)
    or `GB-NIC-` (Northern Ireland) and the number, as https://org-id.guide has them. Raises
    UsageError.
    """
    found = re.fullmatch(r"(GB-[A-Z]+)-(\S+)", text.strip().upper())
    scheme, number = found.groups() if found else ("", "")
    if scheme == COMPANY:
        return Identifier(scheme, _check_company_number(text, number))
    if scheme not in _FORMS:
        raise Invalid(f"{text!r} does not name a known register", hint=_HINT)
    form, words = _FORMS[scheme]
    if not re.fullmatch(form, number, re.ASCII):
        raise Invalid(f"{text!r} is not {words} after {scheme}-", hint=_HINT)
    return Identifier(scheme, number)


def _check_company_number(text: str, number: str) -> str:
    whole = company_number(number)
    if whole == number or re.fullmatch(_RARE_COMPANY, number, re.ASCII):
        return number
    hint = f"Did you mean {COMPANY}-{whole}? Look it up." if whole else _HINT
    raise Invalid(f"{text!r} is not a Companies House number of 8 characters", hint=hint)


SCHEMES = (COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND)
LEAST_SCORE = 0.90  # of the names, where the postcode agrees too
LEAST_GAP = 0.05  # of the standing, to the next candidate
NAME_FITS = 0.70  # below it, a name does not fit the number given
MOST_CANDIDATES = 10

State = Literal["settled", "needs a person", "not known"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSupplier:
    """Which entity the supplier is, or who it could be.

    `identifier` is to be gone by even where the state is not `settled`: it is what the buyer gave.
    `needs a person` means that somebody must look; `not known` that a register could not be asked
    and the answer may change. `candidates` are the best first, with the reasons of each;
    `not_asked` is why registers could not be asked.
    """

    state: State
    identifier: Identifier | None
    resolution: Resolution
    candidates: tuple[Candidate, ...] = ()
    not_asked: tuple[str, ...] = ()

    @property
    def entity(self) -> Candidate | None:
        """Return the entity of the identifier as its register has it, where it was found."""
        return next((one for one in self.candidates if one.identifier == self.identifier), None)


def resolve_supplier(
    supplier: Supplier, *, sources: Sequence[CandidateSource], link: Link | None = None
) -> ResolvedSupplier:
    """Find the legal entity that a supplier is. Never raises SourceError: see `not_asked`.

    A link by hand wins, then a number that the buyer gave; neither is ever replaced by what a name
    search finds.
    """
    registers = _Registers(sources)
    if link is not None:
        return _by_hand(supplier, link, registers)
    for scheme in SCHEMES:
        for identifier in supplier.identifiers:
            if identifier.scheme == scheme:
                return _by_number(supplier, identifier, registers)
    return _by_name(supplier, registers)


def as_resolved(supplier: Supplier, resolved: ResolvedSupplier) -> Supplier:
    """Return the supplier with the number that it goes by: that of a person in place of those
    given.
    """
    given = supplier.identifiers
    if resolved.resolution.how == "person":
        given = tuple(one for one in given if one.scheme not in SCHEMES)
    if resolved.identifier and resolved.identifier not in given:
        given = (*given, resolved.identifier)
    return replace(supplier, identifiers=given)


class _Registers:
    """The sources, asked in turn; what one cannot tell is noted and the others go on."""

    def __init__(self, sources: Sequence[CandidateSource]) -> None:
        self.sources = sources
        self.failures: set[str] = set()

    def number(self, identifier: Identifier) -> Candidate | None:
        found = []
        for source in self.sources:
            with self._noted():
                found.append(source.by_number(identifier))
        same = merge_candidates(one for one in found if one is not None)
        return same[0] if same else None

    def names(self, supplier: Supplier) -> list[Candidate]:
        postcode = supplier.address.postcode if supplier.address else ""
        found: list[Candidate] = []
        for source in self.sources:
            for name in names_of(supplier):
                with self._noted():
                    found += source.by_name(name.text, postcode)
        return merge_candidates(found)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except SourceError as error:
            self.failures.add(error.message)

    @property
    def not_asked(self) -> tuple[str, ...]:
        return tuple(sorted(self.failures)) if self.sources else ("No register is available.",)


def _by_hand(supplier: Supplier, link: Link, registers: _Registers) -> ResolvedSupplier:
    who = f"by {link.by} on {day(link.at)}" + (f": {link.note}" if link.note else "")
    if link.identifier is None:
        reason = f"Settled {who}. The supplier is on no register."
        return ResolvedSupplier(
            state="settled", identifier=None, resolution=Resolution("person", None, reason)
        )
    fit = _fit_numbered_entity(supplier, link.identifier, registers)
    told = _describe_fit(fit) if fit else f"{link.identifier} was not found on a register."
    return ResolvedSupplier(
        state="settled",
        identifier=link.identifier,
        resolution=Resolution("person", fit.match.score if fit else None, f"Settled {who}. {told}"),
        candidates=(fit.candidate,) if fit else (),
        not_asked=registers.not_asked,
    )


def _by_number(
    supplier: Supplier, identifier: Identifier, registers: _Registers
) -> ResolvedSupplier:
    fit = _fit_numbered_entity(supplier, identifier, registers)
    unsure = registers.not_asked
    state: State = "settled"
    others: list[Fit] = []
    if fit is None:
        state = "not known" if unsure else "needs a person"
        reason = (
            f"Could not look up whether {identifier} exists."
            if unsure
            else f"{identifier} is on none of the available registers: mistyped, very new, or of "
            "an entity that no longer exists."
        )
    else:
        reason = f"{identifier} was given. {_describe_fit(fit)}"
        if fit.match.score < NAME_FITS:
            state, reason = "needs a person", f"{reason} The name does not fit the number."
    if state == "needs a person":
        # Whose number it should have been, perhaps.
        others = rank_candidates(supplier, registers.names(supplier))
    candidates = [fit] if fit else []
    candidates += [one for one in others if one.candidate.identifier != identifier]
    return ResolvedSupplier(
        state=state,
        identifier=identifier,
        resolution=Resolution("number", fit.match.score if fit else None, reason),
        candidates=tuple(one.candidate for one in candidates[:MOST_CANDIDATES]),
        not_asked=registers.not_asked,
    )


def _by_name(supplier: Supplier, registers: _Registers) -> ResolvedSupplier:
    fits = rank_candidates(supplier, registers.names(supplier))
    candidates = tuple(fit.candidate for fit in fits[:MOST_CANDIDATES])
    doubt = next(_list_resolution_doubts(fits, registers.not_asked), "")
    if doubt:
        return ResolvedSupplier(
            state="not known" if registers.not_asked else "needs a person",
            identifier=None,
            resolution=Resolution("none", None, doubt),
            candidates=candidates,
            not_asked=registers.not_asked,
        )
    return ResolvedSupplier(
        state="settled",
        identifier=fits[0].candidate.identifier,
        resolution=Resolution("name", fits[0].match.score, _describe_fit(fits[0])),
        candidates=candidates,
    )


def _list_resolution_doubts(fits: Sequence[Fit], not_asked: Sequence[str]) -> Iterator[str]:
    """Yield why the best candidate is not taken without a person: nothing where it is."""
    if not_asked:
        yield "A register could not be read, and may hold a better candidate."
    if not fits:
        yield "No register entry has a similar name. It may be a sole trader or a public body."
        return
    best = fits[0]
    name = best.candidate.name
    if best.candidate.ceased:
        yield f"The best candidate, {name}, was {best.candidate.ceased}."
    if len(fits) > 1 and best.standing - fits[1].standing < LEAST_GAP:
        yield f"Both {name} and {fits[1].candidate.name} are possible."
    if not best.whole:
        yield f"The name of the best candidate, {name}, is not the same."
    if best.other_form:
        yield f"The legal form of the best candidate, {name}, is different."
    if best.query.type == "trading":
        yield (
            f"Only a trading name is similar to that of {name}, and anybody may trade under a name."
        )
    if best.postcode:
        if best.match.score < LEAST_SCORE:
            yield f"The name of the best candidate, {name}, is not similar enough."
        return
    # Two living companies cannot be registered by the same name: Company, Limited Liability
    # Partnership and Business (Names and Trading Disclosures) Regulations 2015, Schedule 3.
    current = best.query.type == best.listed.type == "primary"
    if not (best.exact and current):
        yield f"The best candidate, {name}, is not identical, and no postcode agrees."
    if not best.rare:
        yield f"The name of the best candidate, {name}, is too common, and no postcode agrees."


def _fit_numbered_entity(
    supplier: Supplier, identifier: Identifier, registers: _Registers
) -> Fit | None:
    found = registers.number(identifier)
    return rank_candidates(supplier, [found])[0] if found else None


def _describe_fit(fit: Fit) -> str:
    status = (
        f", {fit.candidate.status}" if fit.candidate.status and not fit.candidate.ceased else ""
    )
    return f"It is {fit.candidate.name}{status}. {' '.join(fit.candidate.reasons)}"


_PLURAL: dict[State, str] = {"needs a person": "need a person"}


def resolved_words(found: Sequence[ResolvedSupplier]) -> str:
    """Return how many suppliers are in each state: `3 suppliers: 2 settled, 1 needs a person,
    …`.
    """
    counts = [(sum(one.state == state for one in found), state) for state in STATES]
    states = ", ".join(
        f"{n:,} {_PLURAL.get(state, state) if n != 1 else state}" for n, state in counts
    )
    return f"{count(len(found), 'supplier')}: {states}."


NONE = "none"


@use_case("read")
def resolve_suppliers(
    workspace: Workspace,
    sources: Sequence[CandidateSource],
    refs: Sequence[str] = (),
    *,
    progress: Progress = SILENT,
) -> list[tuple[Supplier, ResolvedSupplier]]:
    """Return each supplier named, or every one imported, with who it is. Raises UsageError."""
    require_action(workspace, "link suppliers")
    on = workspace.now().date()
    chosen = [supplier_of(workspace, ref) for ref in refs] or workspace.suppliers.active(on)
    links = workspace.links.newest()
    found = []
    # What the API answers is kept, and used again for a day.
    asked = progress if workspace.settings.key_of_companies_house() else SILENT
    with (
        progress.task("Resolving suppliers", len(chosen)) as task,
        asked.keeping("suppliers were looked up at Companies House", len(chosen)) as keeping,
    ):
        for supplier in chosen:
            found.append(
                (
                    supplier,
                    resolve_supplier(supplier, sources=sources, link=links.get(supplier.ref)),
                )
            )
            task.advance()
            keeping.advance()
    return found


@use_case("link suppliers", event="link")
def settle(workspace: Workspace, ref: str, entity: str, *, by: str, note: str = "") -> Link:
    """Record that a person says which entity a supplier is, or `none`. Raises UsageError."""
    supplier = supplier_of(workspace, ref)
    if not by.strip():
        raise Invalid(
            "the person who settles it is not named",
            field="by",
            hint=Hint("Give your name", OptionRemark(" with --by NAME"), "."),
        )
    link = Link(
        supplier_ref=supplier.ref,
        identifier=None if entity.strip().casefold() == NONE else parse_identifier(entity),
        by=by.strip(),
        at=workspace.now(),
        note=note.strip(),
    )
    workspace.links.add(link)
    return link


@use_case("read")
def supplier_of(workspace: Workspace, ref: str) -> Supplier:
    """Return the supplier imported under that reference. Raises UsageError."""
    supplier = workspace.suppliers.get(ref)
    if supplier is None and (into := workspace.suppliers.merged().get(ref)):
        raise NotFound(
            f"The supplier {ref} was merged into {into}",
            hint=Hint("To see that one: ", Step("show-supplier", supplier=into)),
        )
    if supplier is None:
        raise NotFound(
            f"Unknown supplier {ref!r}", hint=Hint("To see them: ", Step("list-suppliers"))
        )
    return supplier


@use_case("read")
def links_of(workspace: Workspace, ref: str) -> tuple[Supplier, Sequence[Link]]:
    """Return the supplier, and what was settled by hand about it, newest first. Raises NotFound."""
    supplier = supplier_of(workspace, ref)
    return supplier, workspace.links.history(supplier.ref)
