"""The table of features of two names: what each adds to the score, and what it holds.

A score starts at 1.0 for words that agree; everything else takes away. The weights were set by
measurement (docs/developer/matching.md).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from duediligence.matching.names.alignment import Alignment, Pair
from duediligence.matching.names.marks import Differing, Mark, compare_marks
from duediligence.matching.names.prepared import LONG
from duediligence.matching.names.similarity import ABBREVIATED
from duediligence.matching.names.words import RAREST, get_word
from duediligence.model import Feature, Verdict
from duediligence.model.matches import FOUND_WITHIN

EXTRA_PERSON = 0.20
FURTHER_PERSON = 0.08  # a second and further extra word, where `few_words_suffice`
FURTHER_COMMON = 0.40  # the same, where the words that agree are common together
EXTRA_ORGANISATION = 0.45
WITHIN = 0.17  # the most that extra words and numbers cost where ours holds a firm's whole name
AS_GOOD_AS_SAME = 0.95  # as words are that belong to one family or sound the same
ENOUGH_PERSON = 1.5
ENOUGH_ORGANISATION = 0.80
PART = 0.4  # what an initial counts for towards enough, beside its weight
TOO_COMMON_PERSON = 0.4
TOO_COMMON_ORGANISATION = 0.9
TOO_COMMON_PERFECT = 0.2
ONE_WORD = 0.30
OWN_SPELLING = 7  # letters from which one word in another spelling is nobody else's
NO_WORD = 1.0  # initials alone say nothing
NUMBERS_DIFFER = 0.40
NUMBER_MISSING = 0.12
PLACES_DIFFER = SERIES_DIFFER = 0.30
MARK_MISSING = 0.005  # beside what the extra word costs: a name without either comes first
REVERSED = 0.35
FORMS_DIFFER = 0.02
CUT_OFF = 0.06
CUT_WORTH = 0.7  # what thirty letters and more that agree are worth, whatever the words
# The rarity (see `Word`) below which names that agree are common together. By measurement, under
# one in ten of the people on any list has so common a name (docs/developer/matching.md).
COMMON = 1.9


def _sum_word_weights(a: Alignment) -> float:
    return a.matched + a.conflict + _weigh_extra_words(a)


def _weigh_extra_words(a: Alignment) -> float:
    """Return what words cost that only one side has, before it is set against the whole."""
    extra = a.extra_query + a.extra_listed
    if not a.person:
        return EXTRA_ORGANISATION * extra
    further = extra - a.heaviest_extra
    if not further:
        return EXTRA_PERSON * extra
    each = FURTHER_COMMON if names_are_common(a) else EXTRA_PERSON
    if few_words_suffice(a):
        each = FURTHER_PERSON
    return EXTRA_PERSON * a.heaviest_extra + each * further


def few_words_suffice(a: Alignment) -> bool:
    """Return whether a person with a long name may be known by the words of it that agree.

    Nothing opposes them, they are spelled alike and follow one another alike, they are not common,
    and they are no syllables, which many people share.
    """
    return (
        not a.conflict
        and a.full > 1
        and a.matched + PART * a.parts >= ENOUGH_PERSON
        and not (a.query.syllables or a.listed.syllables)
        and all(pair.likeness >= AS_GOOD_AS_SAME for pair in a.pairs)
        and not names_are_common(a)
        and (listed := [place for _, place in a.places()]) == sorted(listed)
    )


def score_spelling(a: Alignment) -> float:
    """Return words that agree but are spelled differently take away in proportion to their
    weight.
    """
    return (a.alike - a.matched) / _sum_word_weights(a) if a.alike != a.matched else 0.0


def differing_words(a: Alignment) -> float:
    """Return words left unmatched on both sides oppose one another, even common ones."""
    return -a.conflict / _sum_word_weights(a) if a.conflict else 0.0


def extra_words(a: Alignment) -> float:
    """Return words that only one side has: cheap for people, dear for organisations."""
    if not (a.extra_query or a.extra_listed):
        return 0.0
    cost = _weigh_extra_words(a) / _sum_word_weights(a)
    return -min(cost, WITHIN) if a.within else -cost


def too_common(a: Alignment) -> float:
    """Return words that agree but are too common, too few or too short to tell anybody apart.

    Weighs little where the names are the same to the letter.
    """
    long = a.cut_off and min(len(a.query.letters), len(a.listed.letters)) >= LONG
    matched = max(a.matched, CUT_WORTH) if long else a.matched
    short = (ENOUGH_PERSON if a.person else ENOUGH_ORGANISATION) - matched - PART * a.parts
    if short <= 0.0:
        return 0.0
    if a.alike == a.matched and not (a.rest_query or a.rest_listed or a.cut_off):
        return -TOO_COMMON_PERFECT * short
    return -(TOO_COMMON_PERSON if a.person else TOO_COMMON_ORGANISATION) * short


def one_word(a: Alignment) -> float:
    """Score a single whole word that agrees, beside others that do not or, of firms, in another
    spelling; or not even one.
    """
    if a.full == 0:
        return -NO_WORD
    return -ONE_WORD if a.full == 1 and not a.within and (a.firm_rest or _says_little(a)) else 0.0


def _says_little(a: Alignment) -> bool:
    """Return whether the one word of firms is short and spelled otherwise: IKEA is not ICEI. In
    another script no two spellings are the same. Beside an abbreviation, the one that says whose
    the name is comes first: Hosp Fashion is not Hospital Fashion.
    """
    if a.person or a.alike == a.matched:
        return False
    *words, _, likeness = next(pair for pair in a.pairs if pair.likeness != ABBREVIATED)
    if len(a.pairs) > 1 and not {a.query.words[0].text, a.listed.words[0].text} & {*words}:
        return True
    return likeness < 1.0 and min(map(len, words)) < OWN_SPELLING and all(map(str.isascii, words))


def score_numbers(a: Alignment) -> float:
    """Score numbers in organisations' names: Fund II is not Fund III."""
    query, listed = a.query.numbers, a.listed.numbers
    if query == listed or a.cut_off:
        return 0.0
    missing = min(NUMBER_MISSING, WITHIN + extra_words(a)) if a.within else NUMBER_MISSING
    return -NUMBERS_DIFFER if query - listed and listed - query else -missing


def score_places(a: Alignment) -> float:
    """Score towns, areas or countries in firms' names: a namesake in Truro is not the one in
    Bodmin.
    """
    found = _find_place_difference(a)
    return 0.0 if found is None else -PLACES_DIFFER if found.opposed else -MARK_MISSING


def score_series(a: Alignment) -> float:
    """Score members of a series in firms' names: North and South, Unit A and B, Fund I and II."""
    found = _find_series_difference(a)
    return 0.0 if found is None else -SERIES_DIFFER if found.opposed else -MARK_MISSING


def score_opposed_marks(a: Alignment) -> float:
    """Return what places and series that oppose one another take away: an address can outweigh
    it.
    """
    return -sum(value for value in (score_places(a), score_series(a)) if value < -MARK_MISSING)


def _find_place_difference(a: Alignment) -> Differing | None:
    if a.person or not (a.rest_query or a.rest_listed or a.alike != a.matched):
        return None
    return _find_mark_difference(a, a.query.places, a.listed.places)


def _find_series_difference(a: Alignment) -> Differing | None:
    if a.person:
        return None
    ours, theirs = a.query.series, a.listed.series
    if a.query.numbers and a.listed.numbers:  # which are a feature of their own
        ours, theirs = ([m for m in marks if m.kind != "numeral"] for marks in (ours, theirs))
    return _find_mark_difference(a, ours, theirs)


def _find_mark_difference(a: Alignment, ours: list[Mark], theirs: list[Mark]) -> Differing | None:
    """Return what opposes, or is on one side only; of a name cut off nothing is known to be
    missing.
    """
    found = compare_marks(ours, theirs) if ours or theirs else None
    return found if found is None or found.opposed or not a.cut_off else None


def score_descent(a: Alignment) -> float:
    """Score a son and a father in changed places: Salman bin Muhammad is not Muhammad bin
    Salman.
    """
    if not a.query.before or not a.listed.before or len(a.pairs) < 2:
        return 0.0
    ours, theirs = ({w.text for w in name.words[: name.before]} for name in (a.query, a.listed))
    return 0.0 if any(p.query in ours and p.listed in theirs for p in a.pairs) else -REVERSED


def legal_form(a: Alignment) -> float:
    """Score legal forms: those of different families weigh next to nothing."""
    query, listed = a.query.forms, a.listed.forms
    return -FORMS_DIFFER if query and listed and not query & listed else 0.0


def cut_off(a: Alignment) -> float:
    """Score a firm's long name that stops where the other goes on, as narrow fields make it."""
    return -CUT_OFF if a.cut_off else 0.0


class FeatureParts(NamedTuple):
    """What a feature holds beside its name and what it adds (see `Feature`)."""

    query: str
    listed: str
    verdict: Verdict
    of: str = ""
    words: tuple[tuple[str, str], ...] = ()


def _tell_words(a: Alignment, *, alike: bool = True) -> FeatureParts:
    """Return the words that agree; without those that are `alike`, those spelled otherwise."""
    words = tuple([(p.query, p.listed) for p in a.pairs if alike or p.likeness < 1.0])
    left, right = " ".join([w[0] for w in words]), " ".join([w[1] for w in words])
    return FeatureParts(left, right, "agree", words=words)


def _tell_both(ours: Iterable[str], theirs: Iterable[str]) -> FeatureParts:
    return FeatureParts(" ".join(ours), " ".join(theirs), "differ")


def _tell_rest(a: Alignment, verdict: Verdict = "differ", of: str = "") -> FeatureParts:
    return FeatureParts(" ".join(a.rest_query), " ".join(a.rest_listed), verdict, of)


def _tell_extra_words(a: Alignment) -> FeatureParts:
    """Return the words left, and whether a name within a cell is found by that alone."""
    return _tell_rest(a, of=FOUND_WITHIN if extra_words(a) == -WITHIN else "")


def _tell_mark(found: Differing | None) -> FeatureParts:
    assert found is not None
    return FeatureParts(found.query, found.listed, "differ" if found.opposed else "not known")


def _shorter_side(a: Alignment) -> str:
    return "query" if len(a.query.letters) < len(a.listed.letters) else "listed"


# Each feature by its name: what it adds, and what it holds.
Rule = tuple[Callable[[Alignment], float], Callable[[Alignment], FeatureParts]]
NAME_RULES: dict[str, Rule] = {
    "agreeing words": (lambda _: 1.0, _tell_words),
    "spelling": (score_spelling, lambda a: _tell_words(a, alike=False)),
    "differing words": (differing_words, _tell_rest),
    "extra words": (extra_words, _tell_extra_words),
    "too common": (too_common, lambda a: FeatureParts(*_tell_words(a)[:2], "not known")),
    "one word": (one_word, lambda a: _tell_rest(a, of="" if a.full else "no whole word")),
    "numbers": (
        score_numbers,
        lambda a: _tell_both(sorted(a.query.numbers), sorted(a.listed.numbers)),
    ),
    "place": (score_places, lambda a: _tell_mark(_find_place_difference(a))),
    "series": (score_series, lambda a: _tell_mark(_find_series_difference(a))),
    "descent": (score_descent, lambda a: _tell_both(a.query.words, a.listed.words)),
    "legal form": (legal_form, lambda a: _tell_both(sorted(a.query.forms), sorted(a.listed.forms))),
    "cut off": (cut_off, lambda a: _tell_rest(a, "not known", _shorter_side(a))),
}


def name_score(a: Alignment) -> float:
    """Return the sum of the name features, not held within 0 and 1: what ranks pairs of names."""
    if not a.pairs:
        return 0.0
    score = (
        1.0 + score_spelling(a) + differing_words(a) + extra_words(a) + too_common(a) + one_word(a)
    )
    if a.person:
        return score + score_descent(a)
    return score + score_numbers(a) + score_places(a) + score_series(a) + legal_form(a) + cut_off(a)


_NOTHING = [Feature("agreeing words", "", "", 0.0, "differ", person) for person in (False, True)]


def name_features(a: Alignment | None, *, person: bool) -> list[Feature]:
    """Return the features that contribute; without an alignment, that no word agrees.

    `person`: the names are a natural person's, or may be.
    """
    found = [_NOTHING[person]] if a is None else []
    if a is not None and a.pairs:
        for name, (value, tell) in NAME_RULES.items():
            if added := value(a):
                left, right, verdict, of, words = tell(a)
                found.append(Feature(name, left, right, added, verdict, person, of=of, words=words))
    return found


def names_are_common(a: Alignment) -> bool:
    """Return whether the words that agree are common together. Never of names read as a firm's.

    By how often each word stands in the names of listed people, and whether it is one of the
    commonest of a country (`word_counts.tsv`, `common_names.tsv`).
    """
    if not a.person:
        return False
    rarities = [_derive_pair_rarity(pair) for pair in a.pairs]
    # A word that is nobody else's tells who is meant, however common the others.
    return max(rarities, default=1.0) < RAREST and sum(rarities) + PART * a.parts < COMMON


def _derive_pair_rarity(pair: Pair) -> float:
    """Of the less rare of both words; a part of a word is worth little whatever the word."""
    words = (get_word(text.replace(" ", "")) for text in (pair.query, pair.listed))
    return min(pair.weight, *(w.rarity for w in words))
