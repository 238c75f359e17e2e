"""Names of people: titles off, particles apart, compound given names in one piece."""

import re
from typing import NamedTuple

from duediligence.matching.tables import word_set
from duediligence.text.folding import letters_for_digits

TITLES = word_set("title")
PARTICLES = word_set("particle")
_INNER_PARTICLES = word_set("inner particle")
DESCENT = word_set("descent")
_ABD = re.compile(r"ab+d(?:u|e|a|o|i)?(?:l|r|s|sh|n|d|t|z|ul|el|al)?$")
_GROWN_ARTICLE = re.compile(r"^[aeu]l(?=.{4}|lah$)")
_ALSO_NAMES = word_set("title and name")
_ARTICLE = word_set("article")
_ENDINGS = {
    **dict.fromkeys("din deen dine eddine eddin uddin aldin".split(), "uddin"),
    **dict.fromkeys("allah ullah ollah".split(), "ullah"),
}


class PersonWords(NamedTuple):
    """The words that name a person; how many stand before a word of descent (0: none); those
    that follow an article, whose initial may be the article's."""

    words: list[str]
    before: int
    articled: list[str]


def person_words(words: list[str]) -> PersonWords:
    """Return `Sheikh Salman bin Muhammad al-Zork` → salman, muhammad, zork. Never empties a
    name.
    """
    words = [word if word.isalpha() else letters_for_digits(word, least=1) for word in words]
    if not TITLES.isdisjoint(words):
        plain = [word for word in words if word not in TITLES]
        if words[-1] in _ALSO_NAMES and len(words) > 2 and words[-2] in _ARTICLE:
            plain.append(words[-1])  # El Hajj is a family, Al-Hajj Salman a pilgrim
        if len(plain) < 2:
            plain = [word for word in words if word not in TITLES or word in _ALSO_NAMES]
        words = plain or words
    kept: list[str] = []
    articled: list[str] = []
    before = 0
    position, end = 0, len(words)
    while position < end:
        current = words[position]
        position += 1
        if current in DESCENT:
            if kept and position < end:
                before = before or len(kept)
        elif position < end and current.startswith("ab") and _ABD.match(current):
            # Abd al-Rahman, Abdul Rahman and Abdulrahman are one word; the next is its end.
            if words[position] in _ARTICLE and position + 1 < end:
                position += 1
            kept.append("abdul" + _GROWN_ARTICLE.sub("", words[position], count=1))
            position += 1
        elif current in _ENDINGS and kept and len(kept[-1]) > 2 and not kept[-1].endswith("din"):
            kept[-1] += _ENDINGS[current]
        elif current in PARTICLES and (position < end or current in _ARTICLE):
            articled += words[position : position + 1] if current in _ARTICLE else []
        elif current not in _INNER_PARTICLES or position == end or not kept:
            kept.append(current)
    if not kept:
        return PersonWords(words, 0, [])
    return PersonWords(kept, before if before < len(kept) else 0, articled)


def given_name_first(text: str) -> str:
    """Return `Zorkov, Ivan Petrovich` as `Ivan Petrovich Zorkov`; other texts as they are."""
    family, comma, given = text.partition(",")
    if not comma or "," in given or not given.strip():
        return text
    return f"{given} {family}"
