"""How several things are named in one sentence."""

from collections.abc import Iterable

_SHOWN = 5


def named(names: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B, C, D, E and 3 more`; each once, in order."""
    found = list(dict.fromkeys(name for name in names if name))
    if len(found) > _SHOWN:
        return f"{', '.join(found[:_SHOWN])} and {len(found) - _SHOWN} more"
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def count(number: int, one: str, many: str = "") -> str:
    """`1 filing`, `1,200 filings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def plain(code: str) -> str:
    """A register's code as words: `compulsory-liquidation` → `compulsory liquidation`."""
    return code.replace("-", " ")
