"""Words in Arabic script, of Arabic, Persian, Pashto, Urdu and Kurdish names."""

from functools import cache

from duediligence.matching.tables import letter_table

_ARTICLE = "ال"
# Names that begin as the article does.
_NOT_ARTICLED = frozenset("الياس الهام الطاف الماس الكسندر البرت الينا السا الفرد الهه".split())
_RELIGION = "الدين"
_GOD = "الله"


@cache
def _one_form() -> dict[int, str]:
    """One letter for what is written with several."""
    forms = letter_table("arabic form").items()
    return {ord(variant): letter for variants, letter in forms for variant in variants}


def arabic_words(run: str) -> list[str]:
    """The words of a run of Arabic letters: itself in one form, particles as in Latin names."""
    word = run.translate(_one_form())
    known = letter_table("arabic particle").get(word)
    if known is not None:
        return [known]
    if word.startswith("عبد") and len(word) > 5:
        return ["abd", *arabic_words(word[3:].removeprefix(_ARTICLE) or word[3:])]
    for grown, words in ((_RELIGION, ["al", "din"]), (_GOD, ["allah"])):
        if word.endswith(grown):
            return [*(arabic_words(word[: -len(grown)]) if word != grown else []), *words]
    if word.startswith(_ARTICLE) and len(word) > 4 and word not in _NOT_ARTICLED:
        return ["al", *arabic_words(word[2:])]
    return [word] if word else []
