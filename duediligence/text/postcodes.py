"""UK postcodes: the one pattern, and how a postcode is found, compared and written.

The form is that of Royal Mail's Programmers' Guide: an outward and an inward code.
"""

import re

OUTWARD = "[A-Z]{1,2}[0-9][A-Z0-9]?"
INWARD = "[0-9][A-Z]{2}"
# Two groups: the outward and the inward code.
POSTCODE = re.compile(rf"\b({OUTWARD}) ?({INWARD})\b")


def first_postcode(text: str) -> str:
    """Find the first postcode in a text, in capitals with its space; empty if there is none."""
    found = POSTCODE.search(text.upper())
    return f"{found[1]} {found[2]}" if found else ""


def last_postcode(text: str) -> str:
    """Find the last postcode in a text, in capitals with its space; empty if there is none."""
    found = POSTCODE.findall(text.upper())
    return " ".join(found[-1]) if found else ""


def without_postcodes(text: str) -> str:
    """Return the text in capitals with a space for each postcode."""
    return POSTCODE.sub(" ", text.upper())


def compact_postcode(postcode: str) -> str:
    """Return a postcode in capitals without spaces, for comparing. It need not be a valid one."""
    return "".join(postcode.split()).upper()


def is_postcode(text: str) -> bool:
    """Return whether the text is one whole UK postcode, in any case and spacing."""
    return POSTCODE.fullmatch(compact_postcode(text)) is not None


def is_postcode_or_area(text: str) -> bool:
    """Return whether the text is a postcode or only the outward half of one, in any case."""
    return re.fullmatch(f"{OUTWARD}(?: ?{INWARD})?", text, re.IGNORECASE) is not None


def spaced_postcode(text: str) -> str:
    """Return a UK postcode in capitals with its space; any other text trimmed."""
    found = POSTCODE.fullmatch(compact_postcode(text))
    return f"{found[1]} {found[2]}" if found else text.strip()
