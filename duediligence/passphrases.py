"""Passphrases of files that leave the house: which are refused for a new one, and random ones."""

import re
import secrets
import unicodedata
from itertools import pairwise
from pathlib import Path

from duediligence.errors import Hint, Invalid, Step
from duediligence.text.wording import SPELLED

SHORTEST_PASSPHRASE = 14
"""Characters, of a passphrase for a new file."""
LONGEST_PASSPHRASE = 1_000
# As many are left of a passphrase without all that is tried first, of so many kinds.
_LEAST_LEFT, _LEAST_KINDS = 8, 6
_COMMON = Path(__file__).with_name("common_passphrases.txt")
_ALSO_WRITTEN = {"a": "[a4@]", "e": "[e3]", "i": "[i1!]", "l": "[l1]", "o": "[o0]", "s": "[s5$]"}
_ROWS = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb"
_NEXT = frozenset(pair for row in (_ROWS, _ROWS[::-1]) for pair in pairwise(row))
_WORDS_OFFERED = 16
"""Of 32 words each: 80 bits."""
_RANDOM = Hint(
    "Use four random words or more, and keep them where the backup is not. For a new one: ",
    Step("offer-passphrase"),
)


def check_passphrase(passphrase: str) -> str:
    """Return the passphrase for a new file, in the one form in which it is used.

    Raises Invalid, which never shows it, for one that is too short or too common to protect
    anything. One that an earlier version accepted still opens what was made with it.
    """
    normal = normalise_passphrase(passphrase)
    if not SHORTEST_PASSPHRASE <= len(normal) <= LONGEST_PASSPHRASE:
        raise Invalid(
            f"the passphrase has {len(normal)} characters: it must have {SHORTEST_PASSPHRASE} to "
            f"{LONGEST_PASSPHRASE:,}",
            field="passphrase",
            hint=_RANDOM,
        )
    left = _not_common(normal.casefold())
    if len(left) < _LEAST_LEFT or len(set(left)) < _LEAST_KINDS:
        raise Invalid(
            "the passphrase is one that is tried first: it consists of common words, years, "
            "repeats or rows of the keyboard",
            field="passphrase",
            hint=_RANDOM,
        )
    return normal


def normalise_passphrase(passphrase: str) -> str:
    """Return the one form in which a passphrase is used, however it was typed: NFC, without spaces
    at its ends.
    """
    return unicodedata.normalize("NFC", passphrase.strip())


def offer_passphrase() -> str:
    """Return a new passphrase of words chosen at random, easy to write down and to read aloud."""
    words = tuple(SPELLED.values())
    return " ".join(secrets.choice(words).lower() for _ in range(_WORDS_OFFERED))


def _not_common(text: str) -> str:
    """Return what is left of a passphrase without repeats, common words, years and rows of keys."""
    listed = sorted(_COMMON.read_text("utf-8").split(), key=len, reverse=True)
    words = "|".join("".join(_ALSO_WRITTEN.get(one, one) for one in word) for word in listed)
    text = re.sub(r"[\s_.,-]+", "", text)
    # Twice, for words that stand repeated, and others that were written with each letter twice.
    for _ in range(2):
        text = re.sub(rf"{words}|(?:19|20)\d\d", "", text)
        text = re.sub(r"(.{1,32}?)\1+", r"\1", text)
    return "".join(one for before, one in pairwise(f"\0{text}") if (before, one) not in _NEXT)
