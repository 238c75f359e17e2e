"""Names: which texts are one, and in which script."""

import re

# Letters of every script but Latin: Greek onwards, without the later Latin and punctuation blocks.
_OTHER_SCRIPT = (
    "\u0370-\u1d7f\u1dc0-\u1dff\u1f00-\u1fff\u2d00-\u2dff\u2e80-\ua71f\ua800-\uab2f\uab70-\ud7ff"
    "\uf900-\ufaff\ufb13-\ufe1f\ufe70-\ufefc\uff66-\uffdc\U00010000-\U0003ffff"
)
# Compiled when first used: classes of so many letters take 10 ms.
_LATIN_LETTER = f"[^\\W\\d_{_OTHER_SCRIPT}]"
_OTHER_LETTER = f"[{_OTHER_SCRIPT}]"
# Words of one other script, with the blanks and marks that stand between them.
_BETWEEN = "\\d\\s'’‘.,\\-\u0300-\u036f\u200c\u200d"
_OTHER_RUN = f"[{_OTHER_SCRIPT}](?:[{_OTHER_SCRIPT}{_BETWEEN}]*[{_OTHER_SCRIPT}])?"
_LABEL = re.compile(r"(?:name )?(?:in )?original script[\s:]*|in arabic(?: script)?[\s:]*", re.I)
_EMPTY_BRACKETS = re.compile(r"\(\s*[,;]?\s*\)")


def usable(text: str) -> bool:
    """Whether there is anything to compare: at least one letter or digit of any script."""
    return any(character.isalnum() for character in text)


def in_original_script(text: str) -> bool:
    """Whether the letters of `text` are all of another script than Latin."""
    return re.search(_OTHER_LETTER, text) is not None and re.search(_LATIN_LETTER, text) is None


def by_script(text: str) -> tuple[str, tuple[str, ...]]:
    """The Latin part of a name that is given in two scripts at once, and the other parts.

    `Amir (original script: Амир)` → `("Amir", ("Амир",))`. Either may be empty.
    """
    if not re.search(_OTHER_LETTER, text):
        return text, ()
    if not re.search(_LATIN_LETTER, text):
        return "", (text,)
    latin = _EMPTY_BRACKETS.sub(" ", _LABEL.sub(" ", re.sub(_OTHER_RUN, " ", text)))
    latin = " ".join(latin.split()).strip(" ,;:-")
    if latin.startswith("(") and latin.endswith(")"):
        latin = latin[1:-1]
    return latin if usable(latin) else "", tuple(re.findall(_OTHER_RUN, text))


def joined(*parts: str, by: str = " ") -> str:
    """The parts that are not blank, trimmed, in one text."""
    return by.join(part for part in parts if part.strip())
