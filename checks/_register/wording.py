"""How several things are named in one sentence."""

from collections.abc import Iterable

from duediligence.text.wording import listed

_SHOWN = 5


def named(names: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B, C, D, E and 3 more`; each once, in order."""
    return listed(dict.fromkeys(names), _SHOWN)


def plain(code: str) -> str:
    """A register's code as words: `compulsory-liquidation` → `compulsory liquidation`."""
    return code.replace("-", " ")
