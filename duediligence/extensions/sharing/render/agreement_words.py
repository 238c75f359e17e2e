"""Words for an agreement: what each kind of sharing lets each side learn, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from duediligence.blind.derived_keys import KeyKind
from duediligence.extensions.sharing.model.agreements import (
    MATCHED,
    Agreement,
    AgreementState,
    Shared,
    Terms,
)
from duediligence.extensions.sharing.sharing_bases import PARTS, SharingBasis, sharing_bases
from duediligence.text.dates import long_date
from duediligence.text.wording import count, listed


@dataclass(frozen=True, slots=True)
class SharedWords:
    """What a kind of sharing is, and what each side learns by it. Of blind matching, the asker is
    who brings a list, and the answerer who compares it with its own suppliers.
    """

    title: str
    learns: str


_BLIND = (
    "The asker learns which of {what} on its list the answerer holds too, and about how many that "
    "holds in all. The answerer learns about how many the list has. Neither sees the rest."
)
SHARED_WORDS: Mapping[Shared, SharedWords] = {
    "blind-matching: organisations": SharedWords(
        "Blind matching of suppliers", _BLIND.format(what="the organisations")
    ),
    "blind-matching: people": SharedWords(
        "Blind matching of the people behind suppliers",
        _BLIND.format(what="the people")
        + " Those named only on a form that a supplier gave for a tender take no part.",
    ),
    "blind-matching: addresses": SharedWords(
        "Blind matching of addresses", _BLIND.format(what="the addresses")
    ),
    "hits": SharedWords(
        "Naming hits", "The answerer learns the hits that the asker names to it, one by one."
    ),
    "requests": SharedWords(
        "Requests and replies",
        "Who is asked learns who it is about and why; who asks learns what the reply says.",
    ),
    "case papers": SharedWords(
        "Papers of a case", "Both learn what stands in the papers that they give each other."
    ),
}
assert tuple(SHARED_WORDS) == get_args(Shared)

_TESTED: Mapping[str, tuple[KeyKind, ...]] = {
    "company numbers": ("company number",),
    "charity numbers": ("charity number",),
    "names of firms": ("firm name", "firm name as heard"),
    "names of people with a month of birth": (
        "names and month",
        "initial and month",
        "misspelt name and month",
        "names and near year",
    ),
    "names of people without a date": ("name without date",),
    "addresses": ("address", "building"),
}

STATE_WORDS: Mapping[AgreementState, str] = {
    "in force": "In force",
    "review soon": "In force, review due",
    "not started": "Not started",
    "review missed": "Not in force: review missed",
    "ended": "Ended",
}


def state_line(agreement: Agreement, today: date) -> str:
    """Return where it stands on that day, in a sentence: what may be done, and until when."""
    terms, gone = agreement.terms, long_date(agreement.gone_by)
    match agreement.state(today):
        case "ended":
            assert agreement.ended_on
            ended = long_date(agreement.ended_on)
            return f"Ended on {ended}. What was received under it must be gone by {gone}."
        case "not started":
            return f"Starts on {long_date(terms.starts_on)}. Nothing may be shared before."
        case "review missed":
            return (
                f"Not in force: it was to be reviewed by {long_date(terms.review_on)}. What was "
                f"received under it must be gone by {gone}, unless a new agreement covers it."
            )
    until = long_date(agreement.last_day)
    if agreement.ended_on:
        return f"In force until {until}: it ends on {long_date(agreement.ended_on)}."
    left = count((terms.review_on - today).days, "day")
    return f"In force. Review it by {until}, in {left}: it is not in force after that."


def basis_line(basis: SharingBasis) -> str:
    """Return what it is and permits, in a line: `Power to share: Crime and Disorder Act 1998 s.115.
    …`
    """
    return f"{PARTS[basis.part]}: {basis.law}. {basis.permits}. Only if: {basis.only_if}"


def basis_lines(terms: Terms, today: date) -> Iterator[str]:
    """Yield each basis of the terms, with why it must be read first."""
    for code in terms.bases:
        basis = sharing_bases()[code]
        unread = basis.why_to_read_it(today)
        yield basis_line(basis) + (f" ({unread})" if unread else "")


def format_guesses(budget: Mapping[KeyKind, int], times: int = 1) -> str:
    """Return in words what that many keys of each kind let a dishonest asker test."""
    tested = {words: sum(budget.get(one, 0) for one in kinds) for words, kinds in _TESTED.items()}
    return listed(f"{most * times:,} {words}" for words, most in tested.items() if most)


def limit_lines(terms: Terms, budget: Mapping[KeyKind, int]) -> Iterator[str]:
    """Yield what caps a dishonest partner, where blind matching is allowed; `budget` is how many
    keys of each kind one exchange may have.
    """
    if not MATCHED.intersection(terms.shares):
        return
    yield (
        f"At most {count(terms.most_items, 'row')} in a list, and "
        f"{count(terms.most_hits, 'hit')}: where there are more, none is shown or kept."
    )
    yield (
        f"At most {count(terms.most_exchanges, 'exchange')} within 365 days, those of both parties "
        "under other agreements counted."
    )
    yield (
        f"So a dishonest asker can test up to {format_guesses(budget)} in one exchange, and up to "
        f"{format_guesses(budget, terms.most_exchanges)} within 365 days: it learns which of them "
        "the answerer holds, also those that are beyond the hits."
    )
    yield (
        f"The answerer answers for at most {terms.most_held:,} suppliers and people behind them. A "
        "dishonest answerer can add as many guesses, and learns of each that the asker names to it."
    )
    yield (
        "What is asked is sealed to the key of an auditor, who can check it with the asker's list."
        if terms.auditor
        else "There is no auditor: what was asked cannot be proven."
    )
    yield (
        f"Both sides are warned where more than {terms.most_new_percent} % of a list is new "
        "since the exchange before, as the asker's own program counts it."
    )
