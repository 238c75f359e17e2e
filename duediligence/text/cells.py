"""Text on a screen of characters: how wide it is, and broken into lines between words only."""

import unicodedata
from collections.abc import Iterator


def cells(text: str) -> int:
    """Return how many cells of a terminal the text takes: two for a wide character, none for a
    mark.
    """
    if text.isascii():
        return len(text)
    return sum(map(_measure_character, text))


def _measure_character(character: str) -> int:
    # Marks, joiners and other format characters stand with what is before them.
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad_to_width(text: str, width: int) -> str:
    """Return the text with spaces after it, up to `width` cells."""
    return text + " " * (width - cells(text))


def wrap_to_width(text: str, width: int, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield the text in lines of at most `width` cells, the first after `first`, others after
    `rest`.

    No word is broken: one that is wider than a line stands on a line of its own, without what is
    before it, and beyond `width` if it must.
    """
    lead, line, used = first, "", cells(first)
    for word in text.split():
        wide = cells(word)
        if line and used + 1 + wide <= width:
            line, used = f"{line} {word}", used + 1 + wide
            continue
        if line:
            yield lead + line
            lead = rest
        elif lead.strip() and cells(lead) + wide > width:
            yield lead.rstrip()
            lead = rest
        room = max(width - wide, 0)
        lead = lead if cells(lead) <= room else " " * min(room, cells(lead))
        line, used = word, cells(lead) + wide
    if line or lead.strip():
        yield (lead + line).rstrip()
