"""What each side of an exchange reads before it acts, and how its result is to be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from duediligence.blind.derived_keys import KeyKind
from duediligence.extensions.sharing.exchanges.limits import Earlier
from duediligence.extensions.sharing.model.agreements import Agreement, KeyComparison
from duediligence.extensions.sharing.model.exchanges import Exchange
from duediligence.extensions.sharing.render.agreement_words import format_guesses
from duediligence.extensions.sharing.sharing_bases import sharing_bases
from duediligence.text.dates import long_date
from duediligence.text.wording import count, listed

POINTER = (
    "A hit is a pointer, not evidence: keys of two parties can be the same by chance. Ask the "
    "partner in the way that the agreement names before anything follows from it."
)
NO_CLEARANCE = (
    "No hit is no clearance: keys are exact, and a party that is written too differently is missed."
)
_FEW_HITS = 5
_CREDIBLE_PERCENT = 25
"""When hits may be guesses. Of a list of which the partner truly holds one in ten, fewer
than three in a hundred have more than five hits that are over a quarter of it, however long it is
(binomial). Up to five are looked at one by one.
"""
NOT_REVIEWED = "No cryptographer has reviewed how this protocol is made and used here."

_COMPARED = {
    "blind-matching: organisations": "organisations, by number and name",
    "blind-matching: people": "people, by name and month of birth",
    "blind-matching: addresses": "addresses",
}
_TABLE = {
    "blind-matching: organisations": "the stored suppliers that have not ended",
    "blind-matching: people": "those behind them (officers, owners, trustees, parent companies), "
    "but no one named only on a form that the supplier gave for a tender",
    "blind-matching: addresses": "the addresses of these",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNotice:
    """What the asking side reads. `rows` are `items` padded, and `budget` the keys of each kind
    that these are sent as; `earlier` are the exchanges there were under the agreement.
    """

    agreement: Agreement
    items: int
    keys: int
    rows: int
    budget: Mapping[KeyKind, int]
    new_percent: int
    earlier: Earlier
    unused: tuple[str, ...]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the notice, a paragraph a line."""
        partner = self.agreement.partner
        yield from _list_agreement_terms(self.agreement)
        yield (
            f"Your list: {count(self.items, 'item')} and {count(self.keys, 'key')} made of them. "
            f"Compared: {_format_compared_kinds(self.agreement)}."
        )
        if self.unused:
            yield f"Not read of your list: {listed(self.unused)}."
        yield from self.notes
        yield (
            f"{partner} learns: that you ask, for this purpose; that there are at most "
            f"{self.rows:,} items, padding included; that {self.new_percent} % of your items "
            "were not asked before, in steps of five. It does not learn which items they are, or "
            "what you find."
        )
        yield (
            f"You learn, once {partner} has answered: which of your items it holds as well, and "
            "how many keys it holds at most. Nothing of the others, and nothing at all where there "
            f"are more than {self.agreement.terms.most_hits:,} hits."
        )
        if "blind-matching: people" in self.agreement.terms.shares:
            yield (
                "Those named only on a form that a supplier gave the partner for a tender are not "
                "compared."
            )
        if self.agreement.terms.auditor:
            yield (
                "The auditor of the agreement can check that you asked about this list and no "
                "other. Keep it as it is: one with another row, or another value that is read of "
                "it, is refused. Columns that are not read are not checked."
            )
        yield f"{POINTER} {NO_CLEARANCE}"
        yield from _describe_exchange_count(self.agreement, self.earlier.in_a_year)
        if warning := _warn_of_guessing(self.agreement, self.new_percent, self.earlier.ever):
            yield f"Warning: {warning} {partner} is warned too, and may refuse."
        yield NOT_REVIEWED


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNotice:
    """What the answering side reads. `rows` and `table` are padded sizes, and `budget` the keys of
    each kind that are asked.
    """

    agreement: Agreement
    suppliers: int
    rows: int
    budget: Mapping[KeyKind, int]
    table: int
    new_percent: int
    earlier: Earlier

    def lines(self) -> Iterator[str]:
        """Yield the notice, a paragraph a line."""
        partner, shares = self.agreement.partner, self.agreement.terms.shares
        yield from _list_agreement_terms(self.agreement)
        held = listed(words for share, words in _TABLE.items() if share in shares)
        yield (
            f"{partner} asks about at most {self.rows:,} items, padding included. You answer "
            f"for {count(self.suppliers, 'supplier')}: {held}."
        )
        yield (
            f"{partner} learns: which of its own items you hold as well, and by which kind of key; "
            f"that you hold at most {self.table:,} keys, padding included. It does not learn "
            f"anything of the others. Compared: {_format_compared_kinds(self.agreement)}."
        )
        yield (
            "You learn nothing of its items, and not what it finds. "
            f"That {self.new_percent} % of them were not asked before is what {partner} says; "
            "the number of items is what it cannot hide."
        )
        yield (
            f"{partner} can ask about anyone, and so try guesses, but only in this exchange: the "
            "keys that answer are destroyed. Refuse if you do not expect this list."
        )
        yield (
            "Keep the file: with it and the list, the auditor of the agreement can check what was "
            "asked."
            if self.agreement.terms.auditor
            else "There is no auditor: what was asked cannot be proven later."
        )
        yield (
            f"So a dishonest partner can test up to {format_guesses(self.budget)} with this file; "
            "the agreement says how many within 365 days. It learns each of these that you hold, "
            f"also beyond the {count(self.agreement.terms.most_hits, 'hit')} that the agreement "
            "allows: your program cannot see hits."
        )
        if "blind-matching: people" in shares:
            yield (
                "Where it knows somebody's names and year of birth, it has seven tries at the "
                "month in each row: who guesses well learns more than one month of birth a row."
            )
        if restored := self.earlier.restored:
            yield (
                f"This home was restored from a backup on {long_date(restored)}: what it answered "
                "between the backup and that day is not counted. Compare your list of exchanges "
                f"with that of {partner}."
            )
        yield from _describe_exchange_count(self.agreement, self.earlier.in_a_year)
        if warning := _warn_of_guessing(self.agreement, self.new_percent, self.earlier.ever):
            yield f"Warning: {warning} Ask {partner} why before you answer."
        yield NOT_REVIEWED


def _list_agreement_terms(agreement: Agreement) -> Iterator[str]:
    terms, bases = agreement.terms, sharing_bases()
    named = listed(bases[code].law if code in bases else code for code in terms.bases)
    purpose = terms.purpose.rstrip(".")
    yield f"Agreement {terms.reference} with {agreement.partner}. Purpose: {purpose}."
    yield f"Basis: {named}."
    if agreement.compared:
        yield describe_comparison(agreement.partner, agreement.compared)


def describe_comparison(partner: str, compared: KeyComparison) -> str:
    """Return who compared the words of the partner's key, and if it is the one in use now."""
    when = f"compared by {compared.by} on {long_date(compared.at)}"
    if compared.successor:
        return (
            f"The key of {partner} that is in use was not compared: it was taken over because it "
            f"follows, by signatures, the key of which the words were {when}."
        )
    return f"The words of the key of {partner} were {when}."


def _format_compared_kinds(agreement: Agreement) -> str:
    return "; ".join(words for share, words in _COMPARED.items() if share in agreement.terms.shares)


def _describe_exchange_count(agreement: Agreement, in_a_year: int) -> Iterator[str]:
    yield (
        f"This is exchange {in_a_year + 1:,} of the {agreement.terms.most_exchanges:,} that the "
        f"agreement allows within 365 days; those with {agreement.partner} under other agreements "
        "count."
    )


def _warn_of_guessing(agreement: Agreement, new_percent: int, earlier: int) -> str:
    """Return the warning that the list may be guesses, from the second exchange on; empty for
    none.
    """
    most = agreement.terms.most_new_percent
    if not earlier or new_percent <= most:
        return ""
    return (
        f"{new_percent} % of the items are new since earlier exchanges, more than the {most} % "
        "from which the agreement wants a reason: a list that changes so much may be guesses."
    )


def format_hit_count(hits: int) -> str:
    """Return how many hits there are, in words."""
    return f"{count(hits, 'item')} of yours may be held by the partner too." if hits else "No hit."


def answer_lines(exchange: Exchange, agreement: Agreement, parties: int) -> Iterator[str]:
    """Yield how much the answer held, which is as many keys as `parties` suppliers and people have,
    and how much of the list it hit, with a warning where that is more than is credible, or near
    what the agreement allows.
    """
    hits, most, partner = exchange.hits or 0, agreement.terms.most_hits, agreement.partner
    percent = 100 * hits // exchange.items if exchange.items else 0
    yield (
        f"The answer holds at most {exchange.table:,} keys, padding included: as many as about "
        f"{parties:,} suppliers and people behind them have. {hits:,} of your {exchange.items:,} "
        f"items are hits: {percent} %."
    )
    many = hits > _FEW_HITS and 100 * hits > _CREDIBLE_PERCENT * exchange.items
    if many or (most and 2 * hits > most):
        yield (
            (
                f"Warning: more than {_CREDIBLE_PERCENT} % of a list is more than two bodies "
                "usually have in common"
                if many
                else f"Warning: that is more than half of the {most:,} hits that the agreement "
                "allows"
            )
            + f". Either your list was made of parties that {partner} deals with, or its answer "
            f"holds guesses at your list, of which it learns each that you name. Ask {partner} for "
            "how many suppliers it answered, and name no hit that it could not plausibly have."
        )


def audit_lines(unused: Sequence[str]) -> Iterator[str]:
    """Yield what the check of an auditor covers; `unused` are the headings that are not read."""
    yield (
        "Checked is each value as the program reads it, in the order of the rows. The same value "
        "in another writing passes, such as a date with its day."
    )
    if unused:
        yield f"Not checked, because nothing reads them: the columns {listed(unused)}."
