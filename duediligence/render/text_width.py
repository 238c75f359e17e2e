"""How wide a text is in a picture, and how it is broken into lines."""

import unicodedata

__all__ = ["measure_text", "wrap_text"]

# Advance widths of Helvetica (and of Arial and Liberation Sans, made to the same measure) for the
# characters from space to tilde, in thousandths of the type size: Adobe's font metrics.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
    "556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 "
    "722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 "
    "556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 "
    "260 334 584"
)
_ASCII = dict(enumerate(map(int, _WIDTHS.split()), start=32))
# Bold is wider, and where the reader's machine has none of these fonts another is.
_ALLOWANCE = {False: 1.06, True: 1.13}


def measure_text(text: str, size: float, *, bold: bool = False) -> float:
    """Return the most that a text is expected to take, in the units of `size`."""
    thousandths = sum(_ASCII.get(ord(c)) or _estimate_character_width(c) for c in text)
    return thousandths * size * _ALLOWANCE[bold] / 1000


def wrap_text(
    text: str, room: float, size: float, *, bold: bool = False, most: int = 4
) -> list[str]:
    """Return the text in lines no wider than `room`, broken at spaces and in words too long for a
    line; of more than `most` lines the last ends with an ellipsis.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if measure_text(joined, size, bold=bold) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while measure_text(line, size, bold=bold) > room and len(lines) <= most:
            fits = _count_fitting_characters(line, room, size, bold)
            lines.append(line[:fits])
            line = line[fits:]
        if len(lines) > most:
            break
    if line:
        lines.append(line)
    if len(lines) > most:
        last = lines[most - 1]
        while last and measure_text(last + "…", size, bold=bold) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return lines


def _count_fitting_characters(word: str, room: float, size: float, bold: bool) -> int:
    """Return how many characters of a word fit, at least one."""
    taken = 1
    while taken < len(word) and measure_text(word[: taken + 1], size, bold=bold) <= room:
        taken += 1
    return taken


def _estimate_character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    if unicodedata.category(character).startswith("L") and ord(character) < 0x590:
        return 800
    return 1000
