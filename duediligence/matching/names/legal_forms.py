"""Legal forms of organisations, folded to families: `Ltd`, `OOO` and `GmbH` say almost nothing."""

from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from duediligence.matching.text.romanisation import shape
from duediligence.matching.text.tables import rows
from duediligence.matching.text.words import is_common

# A form that may open a name (OOO Romashka) or stand in its middle; the others only close it,
# because as words of their own they mean something else (AS Roma, SE, AD, Spa).
_ANYWHERE = frozenset(
    "ltd limited llc llp plc cic cio scio gmbh sarl jsc pjsc ojsc cjsc ooo oao zao pao jscb".split()
)
_OPENING = frozenset(
    "ooo oao zao pao ao jsc pjsc ojsc cjsc llc too tov tat pt fgup gup fsue ano ip kk cv pp psc "
    "sarl sherkat company firm fkp fse".split()
)


@cache
def _forms() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """By first word: the forms that begin with it, longest first, each with its family."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for family, forms in rows("legal_forms.tsv"):
        for form in forms.split("|"):
            words = tuple(form.split())
            table.setdefault(words[0], []).append((words, family))
    for forms_of_word in table.values():
        forms_of_word.sort(key=lambda form: -len(form[0]))
    return table


def split_legal_forms(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """The words that name the organisation, and the families of legal form found among them.

    Never empties a name: where all words are legal forms, all are kept.
    """
    table = _forms()
    if table.keys().isdisjoint(words):
        return words, frozenset()
    kept: list[str] = []
    families: set[str] = set()
    position, end = 0, len(words)
    while position < end:
        found = None
        for form, family in table.get(words[position], ()):
            size = len(form)
            if size > 1 and tuple(words[position : position + size]) != form:
                continue
            closes = position + size == end or _only_forms(words, position + size)
            opens = not kept and (size > 1 or form[0] in _OPENING)
            if closes or size > 2 or form[0] in _ANYWHERE or opens:
                found = (size, family)
                break
        if found is None:
            kept.append(words[position])
            position += 1
        else:
            families.add(found[1])
            position += found[0]
    if not kept:
        return words, frozenset()
    return kept, frozenset(families)


_SPELLED_OUT = frozenset(
    "limited liability company corporation joint stock incorporated public private partnership "
    "unitary enterprise obshchestvo aktsionernoe ogranichennoy otvetstvennostyu".split()
)
_BY_LETTER = {
    form[0]: [f for f in sorted(_SPELLED_OUT) if f[0] == form[0]] for form in _SPELLED_OUT
}
_BEGINNINGS = frozenset(form[:size] for form in _SPELLED_OUT for size in range(1, len(form)))
_BY_SHAPE = {shape(form): form for form in _SPELLED_OUT if len(form) > 6}


def mend_legal_forms(words: list[str]) -> list[str]:
    """Words of legal forms that are misspelt, split or joined, as they should be.

    `Lmited Lia bility Company` would else be told from a Limited Liability Company by two words.
    """
    if not _BEGINNINGS.isdisjoint(words[:-1]):
        words = _rejoined(words)
    return [mended for word in words for mended in _mended(word)]


def _rejoined(words: list[str]) -> list[str]:
    """`lia bility` in one piece."""
    joined: list[str] = []
    place = 0
    while place < len(words):
        size = 2 if "".join(words[place : place + 2]) in _SPELLED_OUT else 1
        joined.append("".join(words[place : place + size]))
        place += size
    return joined


@lru_cache(maxsize=65_536)
def _mended(word: str) -> tuple[str, ...]:
    if word == "jointstock":
        return ("joint", "stock")
    if len(word) < 5 or word in _SPELLED_OUT or is_common(word):
        return (word,)
    for form in _BY_LETTER.get(word[0], ()):
        if abs(len(form) - len(word)) < 2 and OSA.distance(word, form, score_cutoff=1) <= 1:
            return (form,)
    return (_BY_SHAPE.get(shape(word), word),)


def _only_forms(words: list[str], position: int) -> bool:
    table = _forms()
    return all(any(len(form) == 1 for form, _ in table.get(word, ())) for word in words[position:])
