"""Names of people: titles off, particles apart, compound given names in one piece."""

import re

TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend hon captain capt colonel "
    "col major maj general gen lieutenant lt brigadier brig admiral adm commander cmdr sergeant "
    "sgt sheikh shaykh shaikh sheik haji hajji hadji haj hajj maulavi mawlawi maulvi mullah mulla "
    "ayatollah hojjatoleslam mufti ustad qari engineer eng esq obe mbe cbe jr sr phd md kc qc "
    "president minister herr frau monsieur madame mme senor senora don dona sayyid alhaj "
    "alhaji".split()
)
PARTICLES = frozenset(
    "al el ul as ad ar az ash at ath an de la le du da do dos das del della di der den des van von "
    "vom zu zur ter ten te y e und the of bar mac mc ap ab st san santa".split()
)
# Words between a name and the father's name.
DESCENT = frozenset(
    "bin ibn ben bint binti bn ould oglu ogli oghlu ogly kizi kyzy qizi son".split()
)
_ABD = re.compile(r"abd(?:u|e|a|o|i)?(?:l|r|s|sh|n|d|t|z|ul|el|al)?$")
_ARTICLE = frozenset("al el ul ol ar as ad an at az ash ur us ud un il".split())
_ENDINGS = {
    **dict.fromkeys("din deen dine eddine eddin uddin aldin".split(), "uddin"),
    **dict.fromkeys("allah ullah ollah".split(), "ullah"),
}


def person_words(words: list[str]) -> tuple[list[str], int]:
    """The words that name a person, and how many stand before a word of descent (0: none).

    `Sheikh Salman bin Muhammad` → `(["salman", "muhammad"], 1)`. Never empties a name.
    """
    kept: list[str] = []
    before = 0
    position, end = 0, len(words)
    while position < end:
        current = words[position]
        position += 1
        if current in DESCENT:
            if kept and position < end:
                before = before or len(kept)
            continue
        if current in TITLES and end > 1:
            continue
        if current.startswith("abd") and _ABD.match(current) and position < end:
            # Abd al-Rahman, Abdul Rahman and Abdulrahman are one word; the next is its end.
            if words[position] in _ARTICLE and position + 1 < end:
                position += 1
            kept.append("abdul" + words[position])
            position += 1
            continue
        if current in _ENDINGS and kept and len(kept[-1]) > 2 and not kept[-1].endswith("din"):
            kept[-1] += _ENDINGS[current]
            continue
        if current in PARTICLES:
            continue
        kept.append(current)
    if not kept:
        return words, 0
    return kept, before if before < len(kept) else 0
