"""Cells as people and programs leave them, made fit to compare and to show."""

import re
from collections.abc import Iterator

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
# UTF-8 read as Windows-1252: é stands as Ã©, a curly apostrophe as â€™. Only the lead letters of
# Western European text, for others occur in sound names (É’ in CAFÉ’S).
_CONTINUED = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0))
_GARBLED = re.compile(f"Â[\u00a0-\u00bf]|Ã[{re.escape(_CONTINUED)}]|â€[{re.escape(_CONTINUED)}]")


def clean(text: str) -> str:
    """The text on one line: controls and runs of white space made one space, the unseen removed."""
    if text.isascii() and text.isprintable():
        return text.strip() if "  " not in text else " ".join(text.split())
    return " ".join(_UNSEEN.sub("", _CONTROLS.sub(" ", text)).split())


def ungarbled(text: str) -> str:
    """The text with UTF-8 that was once read as Windows-1252 put right; else the text itself."""
    return text if text.isascii() else _GARBLED.sub(_decoded, text)


def parts(text: str, separators: str = ";|\r\n\v\f") -> Iterator[str]:
    """The parts of a cell that holds several values, clean and none empty."""
    for part in re.split(f"[{re.escape(separators)}]", text):
        if cleaned := clean(part):
            yield cleaned


def _decoded(found: re.Match[str]) -> str:
    try:
        return found[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return found[0]
