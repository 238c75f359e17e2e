"""How like two words are: 1.0 the same, 0.0 different words."""

from rapidfuzz.distance import OSA

from duediligence.matching.words import Word

SAME_FAMILY = 0.97
SAME_SOUND = 0.94
SAME_CONSONANTS = 0.86
ONE_EDIT = 0.90
TWO_EDITS = 0.82
# Shorter words have too many neighbours for a slip to be believed.
ONE_EDIT_FROM, TWO_EDITS_FROM = 4, 7

_CACHED_PAIRS = 500_000
_pairs: dict[tuple[Word, Word], float] = {}
_distance = OSA.distance


def person_similarity(a: Word, b: Word) -> float:
    """Likeness of two words of people's names, by family, sound, consonants and edits."""
    if a is b:
        return 1.0
    if a.initial or b.initial or a.numeric or b.numeric:
        return 0.0
    for family in a.families:
        if family in b.families:
            return SAME_FAMILY
    # Two words that both are names of their own are no slip of one another.
    told_apart = a.common_person and b.common_person
    if a.key == b.key:
        return SAME_SOUND
    if told_apart:
        return 0.0
    same_bones = a.skeleton == b.skeleton and len(a.skeleton) > 2
    if same_bones and (abs(a.length - b.length) <= 2 or a.skeleton in (a.text, b.text)):
        return SAME_CONSONANTS
    return _edits(a, b)


def organisation_similarity(a: Word, b: Word) -> float:
    """Likeness of two words of organisations' names, by edits; numbers are never alike."""
    if a is b:
        return 1.0
    if a.numeric or b.numeric:
        return 0.0
    if a.common_organisation and b.common_organisation:
        return 0.0
    if a.key == b.key and a.length > 3:
        return SAME_SOUND
    return _edits(a, b)


def similarity(a: Word, b: Word, *, person: bool) -> float:
    """Likeness of two words, remembered: names share most of their words."""
    if a is b:
        return 1.0
    # Each edit changes the set of letters by two at most: most pairs end here.
    if (a.letters ^ b.letters).bit_count() > 4 and a.skeleton != b.skeleton and not a.families:
        return 0.0
    pair = (a, b)
    known = _pairs.get(pair)
    if known is None:
        if len(_pairs) >= _CACHED_PAIRS:
            _pairs.clear()
        known = person_similarity(a, b) if person else organisation_similarity(a, b)
        _pairs[pair] = known
    return known


def _edits(a: Word, b: Word) -> float:
    longer = max(a.length, b.length)
    if longer < ONE_EDIT_FROM:
        return 0.0
    allowed = 2 if min(a.length, b.length) >= TWO_EDITS_FROM else 1
    distance = _distance(a.text, b.text, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    return ONE_EDIT if distance == 1 else TWO_EDITS
