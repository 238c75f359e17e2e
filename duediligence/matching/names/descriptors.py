"""What an organisation is (NPO, research institute, design bureau), put into one token for each.

Publishers spell these out, translate, transliterate or shorten them, or leave them out.
"""

from functools import cache

from duediligence.matching.text.tables import rows
from duediligence.matching.text.words import word

_NAMED_AFTER = (("named", "after"), ("imeni",), ("im",))
_OPENINGS = frozenset(opening[0] for opening in _NAMED_AFTER)
_HONOURS = frozenset("academician akademika marshal marshala general generala professor".split())


@cache
def _descriptors() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """By the sound of the first word: the forms that begin with it, longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for token, forms in rows("descriptors.tsv"):
        for form in forms.split("|"):
            sounds = tuple(word(w).key for w in form.split())
            table.setdefault(sounds[0], []).append((sounds, token))
    for forms_of_sound in table.values():
        forms_of_sound.sort(key=lambda form: -len(form[0]))
    return table


def with_descriptors(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """The words with a token for each description among them, and those tokens.

    A name that is nothing but descriptions stays as it is.
    """
    table = _descriptors()
    sounds = [word(w).key for w in words]
    if table.keys().isdisjoint(sounds):
        return words, frozenset()
    kept: list[str] = []
    found: set[str] = set()
    place, end = 0, len(words)
    while place < end:
        for form, token in table.get(sounds[place], ()):
            size = len(form)
            # A short word must be the abbreviation itself, not something that sounds like it.
            if tuple(sounds[place : place + size]) == form and (
                size > 1 or len(form[0]) > 3 or words[place] == form[0]
            ):
                kept.append(token)
                found.add(token)
                place += size
                break
        else:
            kept.append(words[place])
            place += 1
    if found.issuperset(kept):
        return words, frozenset()
    return kept, frozenset(found)


def without_dedication(words: list[str]) -> list[str]:
    """`plant named after y m zorkov` → `plant zorkov`: initials and honours go too."""
    if _OPENINGS.isdisjoint(words):
        return words
    for opening in _NAMED_AFTER:
        size = len(opening)
        for place in range(len(words) - size):
            if tuple(words[place : place + size]) == opening:
                rest = words[place + size :]
                while len(rest) > 1 and (len(rest[0]) < 3 or rest[0] in _HONOURS):
                    rest = rest[1:]
                return words[:place] + rest
    return words
