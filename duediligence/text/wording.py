"""Counts and lists in words, and the words by which letters and digits are spelled aloud."""

from collections.abc import Iterable, Mapping, Sequence

SPELLED: Mapping[str, str] = {
    **{
        word[0]: word
        for word in (
            "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike "
            "November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
        ).split()
    },
    **dict(zip("234567", "two three four five six seven".split(), strict=True)),
}


def count(number: int, one: str, many: str = "") -> str:
    """Write a count with its noun: `1 supplier`, `1,200 suppliers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str], most: int | None = None) -> str:
    """Write items as `A`, `A and B`, `A, B and C`; blank ones are left out.

    With `most`, only that many are named: `A, B and 3 more`.
    """
    found = [item for item in items if item]
    if most is not None and len(found) > most:
        found = [*found[:most], f"{len(found) - most:,} more"]
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def first_lines(lines: Sequence[str], most: int) -> str:
    """Return the first lines, and below them how many more there are."""
    more = f"\nand {len(lines) - most:,} more" if len(lines) > most else ""
    return "\n".join(lines[:most]) + more


"""Of each of the 32 characters of base32, its word: five bits."""
