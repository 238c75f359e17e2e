"""How similar two words are."""

import re
from collections.abc import Iterable
from itertools import product

from rapidfuzz.distance import OSA

from duediligence.matching.names.words import (
    KEPT_IN_BONES,
    KEPT_IN_SHAPE,
    KEPT_IN_SOUND,
    RAREST,
    Word,
    keep_consonants,
)

SAME_FAMILY = 0.97
SAME_SOUND = 0.95
SAME_STEM = 0.93
SAME_SHAPE = 0.92
ABBREVIATED = 0.915  # told by it, as nothing else has it
AFFIXED = 0.94
SAME_CONSONANTS = 0.88
NO_VOWELS = 0.86
SUFFIXED = 0.4
SERVANT = 0.85  # Abdul Karim called Karim
EDIT_COST = 0.9  # of one slip in a word of one letter; a slip in a long word costs less
FIRST_LETTER = 0.04
# Shorter words have too many neighbours for a slip to be believed.
ONE_EDIT_FROM, TWO_EDITS_FROM = 4, 7
OWN_FROM = 6  # letters beside what many names begin or end with, for two slips to be believed
SCRIPT_EDIT_FROM = 6  # without vowels, shorter ones have as many neighbours
NEAR_FROM = 5  # letters of a sound key with two consonants only
STEM_FROM = 5

# What names of one language have in common, and so does not tell whose they are.
_SHARED_ENDING = re.compile(
    r"(?:[aeiou]llah|[aeu]ddin|abadi|zada|zadeh|zai|pour|yan|ian|shvili|adze|idze|oglu"
    r"|[eo]vich|[eo]vna|enko|[eio]v|[eio]va|ina?|ski[iy]?|sky|skaya|ch?uk|yuk|es|ez|son)$"
)
_SHARED_START = "abdul"
_CACHED_PAIRS = 500_000
_pairs: tuple[dict[tuple[Word, Word], float], dict[tuple[Word, Word], float]] = ({}, {})
_distance = OSA.distance
# Each of two edits changes the set of letters by two at most, and so do look-alikes (rn, m).
_MOST_EDITED, _MOST_APART = 4, 6


def person_similarity(a: Word, b: Word) -> float:
    """Return similarity of two words of people's names, by family, sound, consonants and edits."""
    if a.initial or b.initial:
        return 0.0
    if not (a.latin and b.latin):
        return _across_scripts(a, b)
    for family in a.families:
        if family in b.families:
            return SAME_FAMILY
    letters = a.letters ^ b.letters
    may_sound_alike = not letters & KEPT_IN_SOUND
    if may_sound_alike and a.key == b.key:
        return SAME_SOUND
    # Two words that both are names of their own are no slip of one another.
    if a.common_person and b.common_person:
        return 0.0
    apart = letters.bit_count()
    if apart <= 1 and _differs_by_suffix(a.text, b.text):
        return SUFFIXED
    best = 0.0
    if not letters & KEPT_IN_BONES and a.bones == b.bones and _sounds_alike(a, b):
        best = SAME_CONSONANTS
    if may_sound_alike and a.bare == b.bare and len(a.bare) > 1 and a.vowelless != b.vowelless:
        best = max(best, NO_VOWELS)
    whole, part = (a, b) if a.length > b.length else (b, a)
    if (whole.endswith(part) or whole.startswith(part)) and whole.stripped == part.text:
        best = AFFIXED if whole.length - part.length < 5 else SERVANT
    if apart > _MOST_APART or (a.known and b.known):
        return best
    return max(best, _score_shape(a, b), _score_edits(a, b, own_from=OWN_FROM))


def organisation_similarity(a: Word, b: Word) -> float:
    """Return similarity of two words of organisations' names, by edits; numbers are never alike."""
    if not (a.latin and b.latin):
        return _across_scripts(a, b)
    for synonym in a.synonyms:
        if synonym in b.synonyms:
            return SAME_FAMILY
    if a.text[0] == b.text[0]:
        if _same_stem(a.stem, b.stem):
            return SAME_STEM
        if a.text in b.full or b.text in a.full:
            return ABBREVIATED
    if a.common_organisation and b.common_organisation:
        return SAME_STEM if a.text.removesuffix("s") == b.text.removesuffix("s") else 0.0
    apart = a.letters ^ b.letters
    best = 0.0
    if not apart & KEPT_IN_SOUND:
        if a.key == b.key and min(a.length, b.length) > 3:
            return SAME_SOUND
        if a.bare == b.bare and len(a.bare) > 3 and a.vowelless != b.vowelless:
            best = NO_VOWELS
    if abs(a.length - b.length) == 2 and (
        (a.article and a.stripped == b.text) or (b.article and b.stripped == a.text)
    ):
        best = AFFIXED
    if apart & KEPT_IN_SHAPE and apart.bit_count() > _MOST_EDITED:
        return best
    return max(best, _score_shape(a, b), _score_edits(a, b))


def compare_words(a: Word, b: Word, *, person: bool) -> float:
    """Return similarity of two words, remembered: names share most of their words."""
    known = _pairs[person].get((a, b))
    return _cache_similarity((a, b), person=person) if known is None else known


def similar_pairs(
    ours: Iterable[Word], theirs: Iterable[Word], *, person: bool
) -> list[tuple[float, Word, Word]]:
    """Return every two words that are similar, after how similar they are."""
    known = _pairs[person].get
    found = []
    for pair in product(ours, theirs):
        if (likeness := known(pair)) is None:
            likeness = _cache_similarity(pair, person=person)
        if likeness:
            found.append((likeness, *pair))
    return found


def _cache_similarity(pair: tuple[Word, Word], *, person: bool) -> float:
    a, b = pair
    if a == b:
        return 1.0
    pairs = _pairs[person]
    if len(pairs) >= _CACHED_PAIRS:
        pairs.clear()
    made = pairs[pair] = person_similarity(a, b) if person else organisation_similarity(a, b)
    return made


def _across_scripts(a: Word, b: Word) -> float:
    """Of words of which one at least is not Latin: within a script by edits, else by sound.

    A number is like no other word.
    """
    if a.numeric or b.numeric:
        return 0.0
    if a.script == b.script:
        return _score_edits(a, b) if min(a.length, b.length) >= SCRIPT_EDIT_FROM else 0.0
    if a.romanised is not None and not b.script:
        return a.romanised.likeness(b.text)
    if b.romanised is not None and not a.script:
        return b.romanised.likeness(a.text)
    return 0.0


def _differs_by_suffix(a: str, b: str) -> bool:
    """Return whether one word is the other with an ending that makes another name of it.

    Ivanova is not Ivanov, Mansouri not Mansour.
    """
    shorter, longer = (a, b) if len(a) < len(b) else (b, a)
    return len(longer) - len(shorter) == 1 and longer[-1] in "ai" and longer[:-1] == shorter


def tells_by_consonants(a: Word) -> bool:
    """Return whether a word is long enough to be known by its consonants, and no syllable."""
    return len(a.bones) > (1 if len(a.key) >= NEAR_FROM else 2) and not a.syllable


def _sounds_alike(a: Word, b: Word) -> bool:
    """Return whether two words with related consonants differ in a letter or two as they sound.

    A name that is known is written for another only with the same consonants.
    """
    if not tells_by_consonants(a) or not tells_by_consonants(b):
        return False
    if {a.text[-1], b.text[-1]} == {"a", "o"}:  # Lucia is not Lucio
        return False
    if (a.rarity < RAREST or b.rarity < RAREST) and keep_consonants(a.key) != keep_consonants(
        b.key
    ):
        return False
    allowed = 2 if min(len(a.key), len(b.key)) > 5 else 1
    return _distance(a.key, b.key, score_cutoff=allowed) <= allowed


def _same_stem(a: str, b: str) -> bool:
    """Return whether the words differ by an ending only: crimea and crimean, service and
    services.
    """
    shorter, longer = (a, b) if len(a) <= len(b) else (b, a)
    return (
        len(shorter) >= STEM_FROM and len(longer) - len(shorter) <= 2 and longer.startswith(shorter)
    )


def _score_shape(a: Word, b: Word) -> float:
    """Return whether the words look alike in print: burn and bum."""
    if (a.letters ^ b.letters) & KEPT_IN_SHAPE or a.shape != b.shape:
        return 0.0
    return SAME_SHAPE if min(a.length, b.length) > 1 else 0.0


def _score_edits(a: Word, b: Word, *, own_from: int = 0) -> float:
    shorter, longer = (a.length, b.length) if a.length <= b.length else (b.length, a.length)
    if longer < ONE_EDIT_FROM or longer - shorter > 2:
        return 0.0
    allowed = 2 if shorter >= TWO_EDITS_FROM else 1
    # Each edit changes the set of letters by two at most: most pairs end here.
    if (a.letters ^ b.letters).bit_count() > 2 * allowed:
        return 0.0
    distance = _distance(a.text, b.text, score_cutoff=allowed)
    if distance > allowed or (
        distance > 1 and shorter - _count_shared_letters(a.text, b.text) < own_from
    ):
        return 0.0
    likeness = 1.0 - EDIT_COST * distance / longer
    return likeness if a.text[0] == b.text[0] else likeness - FIRST_LETTER


def _count_shared_letters(a: str, b: str) -> int:
    """Return how many letters two words share that many names begin or end with: Nikitin,
    Rakitin.
    """
    endings = [found[0] for found in map(_SHARED_ENDING.search, (a, b)) if found]
    if endings and a.endswith(least := min(endings, key=len)) and b.endswith(least):
        return len(least)
    both = a.startswith(_SHARED_START) and b.startswith(_SHARED_START)
    return len(_SHARED_START) if both else 0
