"""How a Chinese character is written in Latin letters.

Pinyin (mainland), Wade-Giles without its marks (Taiwan, and older names), the spellings of Hong
Kong, which follow the Cantonese reading, and family names as they are spelled in South-East Asia.
"""

from functools import cache, lru_cache

from duediligence.matching.scripts.syllables import Spelling, Syllables, best_first
from duediligence.matching.tables import letter_table, rows

STANDARD, HABIT, OTHER_READING = 0.97, 0.91, 0.85


def han(word: str) -> Syllables:
    """What compares a word of Chinese characters, in their simplified form, with Latin ones."""
    systems = list(zip(*[_spellings(character) for character in word], strict=True))
    if len(word) > 1 and word in _families():
        systems.append((tuple([Spelling(one, HABIT) for one in _families()[word]]),))
    return Syllables(systems, len(word))


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; a pair of forms is one character."""
    return text.translate(_forms())


@lru_cache(maxsize=16_384)
def _spellings(character: str) -> tuple[tuple[Spelling, ...], ...]:
    """Return the spellings of a character in Pinyin, in Wade-Giles, and in those of Hong Kong."""
    pinyin, jyutping = _readings().get(character, ((), ()))
    families = [Spelling(one, HABIT) for one in _families().get(character, ())]
    return (
        _grade_readings([_pinyin(one) for one in pinyin], STANDARD),
        _grade_readings([_wade_giles(one) for one in pinyin], HABIT),
        _grade_readings([_hong_kong(one) for one in jyutping], HABIT) + tuple(families),
    )


def _grade_readings(readings: list[list[str]], likeness: float) -> tuple[Spelling, ...]:
    """Return the spellings of every reading, of which later ones are rare."""
    return best_first(
        (latin, OTHER_READING if later else likeness)
        for later, reading in enumerate(readings)
        for latin in reading
    )


def _pinyin(reading: str) -> list[str]:
    """Return a reading as mainland names have it: `ü` is u, yu or v."""
    return (
        [reading.replace("v", u) for u in ("u", "yu", "v", "ue")] if "v" in reading else [reading]
    )


def _wade_giles(reading: str) -> list[str]:
    if known := letter_table("wade-giles").get(reading):
        return known.split()
    initials = letter_table("wade-giles initial")
    initial = next((one for one in initials if reading.startswith(one)), "")
    final = reading[len(initial) :]
    finals = letter_table("wade-giles final")
    changed = finals.get(final, final)
    if initial in ("j", "q", "x") or final == "ve":
        changed = letter_table("wade-giles close final").get(final, changed)
    if not initial and final[:1] in tuple("lnmtd"):  # whose initial is the same in both
        changed = final[0] + finals.get(final[1:], final[1:])
    return (initials.get(initial, "") + changed).split()


def _hong_kong(reading: str) -> list[str]:
    if known := letter_table("cantonese").get(reading):
        return known.split()
    initials = letter_table("cantonese initial")
    size = next(size for size in (2, 1, 0) if reading[:size] in initials)
    return [
        initial.strip("-") + final
        for initial in initials[reading[:size]].split()
        for final in letter_table("cantonese final").get(reading[size:], "").split()
    ]


@cache
def _readings() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the readings of each character, in Pinyin and in Jyutping without tones."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for pinyin, jyutping, characters in rows("han_readings.tsv"):
        readings = tuple(pinyin.split()), tuple(jyutping.split())
        for character in characters:
            found[character] = readings
    return found


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Return how family names are spelled that no system gives."""
    return {family: tuple(spelled.split()) for family, spelled in rows("han_families.tsv")}


@cache
def _forms() -> dict[int, int]:
    ((traditional, simple),) = rows("han_forms.tsv")
    return str.maketrans(traditional, simple)
