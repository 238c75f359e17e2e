"""Names of organisations, ships and aircraft: legal form apart, small words out, numbers plain."""

import re

from duediligence.matching.legal_forms import split_legal_forms

SMALL_WORDS = frozenset(
    "the of and for de la le les du des da do dos das del della di der die das den und y e i et en "
    "in at on to by al el a an s von van na za po".split()
)
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        "one first,two second ii,three third iii,four fourth iv,five fifth,six sixth vi,"
        "seven seventh vii,eight eighth viii,nine ninth ix,ten tenth,xi,xii".split(","),
        start=1,
    )
    for word in words.split()
}
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|y|i|oy)$")
_ALTERNATIVE = re.compile(
    r"\s*[,;(\[]?\s*\b(?:t/a|t\.a\.|trading\s+as|d/b/a|dba|doing\s+business\s+as|f/k/a|fka|a/k/a|aka"
    r"|formerly(?:\s+known\s+as)?|also\s+known\s+as|previously(?:\s+known\s+as)?|née|n/k/a)\b[\s:.]*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_SHIP_PREFIXES = frozenset("mv mt ms ss mts".split())


def alternatives(text: str) -> list[str]:
    """The names that one string holds: `Acme Ltd t/a Bolt (formerly Nuts)` holds three."""
    if _ALTERNATIVE.search(text) is None:
        return [text]
    parts = [part.strip(" ()[],;") for part in _ALTERNATIVE.split(text)]
    return [part for part in parts if part] or [text]


def without_brackets(text: str) -> tuple[str, str]:
    """The text outside brackets, and the text inside them."""
    inside = " ".join(_BRACKETS.findall(text))
    outside = _BRACKETS.sub(" ", text)
    return (outside, inside) if outside.strip() else (text, "")


def organisation_words(words: list[str], *, ship: bool = False) -> tuple[list[str], frozenset[str]]:
    """The words that name an organisation, and the families of its legal form."""
    words = _join_letters(words)
    if ship and len(words) > 1 and words[0] in _SHIP_PREFIXES:
        words = words[1:]
    words, forms = split_legal_forms(words)
    kept = [word for word in words if word not in SMALL_WORDS] or words
    return [_number(word, place) for place, word in enumerate(kept)], forms


def _join_letters(words: list[str]) -> list[str]:
    """Runs of single letters in one piece: `j s c` → `jsc`."""
    if not any(len(word) == 1 for word in words):
        return words
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        if word:
            joined.append(word)
    return joined


def _number(word: str, place: int) -> str:
    """Ordinals and Roman numerals as digits, so that Fund II and Fund III are told apart."""
    plain = _NUMBERS.get(word)
    if plain is not None and place:
        return plain
    if word[0].isdigit():
        ordinal = _ORDINAL.match(word)
        if ordinal:
            return ordinal[1]
        return word.lstrip("0") or "0"
    return word
