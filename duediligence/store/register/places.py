"""The building of an address, so that ways of writing it count as one."""

import re

# What stands before a number that is not the building's own.
_WITHIN = re.compile(
    r"\b(?:unit|suite|flat|office|offices|room|studio|apartment|apt|floor|level)s?\b"
    r"[ .:]*(?:[a-z]?[0-9]+[a-z]?|[a-z])?\b|\b[0-9]+(?:st|nd|rd|th) floor\b"
)
_NUMBER = re.compile(r"\b[0-9]+[a-z]?(?: ?[-–/] ?[0-9]+[a-z]?)?\b")


def place(address: str) -> str:
    """The number of the building, or without one the first words of the address; may be empty.

    Within a postcode this tells buildings apart: `Suite 3, 71-75 Quillen Street` and
    `71-75 QUILLEN STREET` are both `71-75`.
    """
    parts = [
        part
        for part in address.lower().split(",")
        if not part.strip().startswith(("c/o", "care of"))
    ]
    text = _WITHIN.sub(" ", ",".join(parts))
    if number := _NUMBER.search(text):
        return re.sub(r" ?[-–/] ?", "-", number[0])
    words = re.findall(r"[a-z0-9]+", text)
    return " ".join(words[:2])
