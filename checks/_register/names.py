"""Whether two names on a register may be of one person or of one firm: strict, by whole words."""

import re
from difflib import SequenceMatcher
from unicodedata import combining, normalize

_TITLES = frozenset("mr mrs ms miss mx dr sir dame lord lady prof professor rev reverend".split())
# What does not tell one firm from another (Insolvency Act 1986 s.216 asks what people hear).
_COMMON = frozenset(
    "limited ltd plc llp lp cic cio company co group holdings holding uk gb the and of "
    "cyfyngedig ccc".split()
)


def words(text: str) -> list[str]:
    """The words of a name, folded: `O’Néill & Co` → `["oneill", "co"]`."""
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return re.findall(r"[^\W_]+", re.sub(r"['’.]", "", plain))


def same_person(one: str, other: str) -> bool:
    """Whether surname and first forename agree; an initial agrees with a forename.

    Says nothing of identity: a birth date must agree as well.
    """
    a, b = ([w for w in words(name) if w not in _TITLES] for name in (one, other))
    if len(a) < 2 or len(b) < 2:
        return bool(a) and a == b
    return a[-1] == b[-1] and _forename(a[0], b[0])


def _forename(one: str, other: str) -> bool:
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    return SequenceMatcher(None, one, other).ratio() >= 0.8


def core(name: str) -> tuple[str, ...]:
    """The words that tell a firm apart: without legal form, group words and years."""
    return tuple(
        word for word in words(name) if word not in _COMMON and not re.fullmatch(r"\d{4}", word)
    )


def same_firm(one: str, other: str) -> bool:
    return bool(core(one)) and core(one) == core(other)


def similar_firm(one: str, other: str, least: float) -> bool:
    """Whether the telling words are alike in any order, or those of one are all in the other."""
    a, b = core(one), core(other)
    if not a or not b:
        return False
    shorter, longer = sorted((set(a), set(b)), key=len)
    if len(shorter) >= 2 and shorter <= longer:
        return True
    return SequenceMatcher(None, " ".join(sorted(a)), " ".join(sorted(b))).ratio() >= least
