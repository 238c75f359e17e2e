"""How well candidates fit a supplier: the names by the one scorer, then what names cannot tell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from duediligence.matching import PreparedName, compare, prepare
from duediligence.matching.names.parties import split_alternative_names
from duediligence.model import Match, Name, Supplier
from duediligence.render.saying import explain_match
from duediligence.render.wording import day
from duediligence.screening.resolution.candidates import Candidate
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms
from duediligence.text.postcodes import compact_postcode

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
