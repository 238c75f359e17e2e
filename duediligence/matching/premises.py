"""Are two addresses of one place? Within a postcode, the number distinguishes buildings."""

import re
from collections.abc import Collection, Iterable
from typing import Final

from duediligence.model import Address, Place
from duediligence.text.postcodes import compact_postcode, first_postcode, without_postcodes

# What stands before a number that is not the building's own.
WITHIN = re.compile(
    r"\b(?:unit|suite|flat|office|offices|room|studio|apartment|apt|floor|level)s?\b"
    r"[ .:]*(?:[a-z]?[0-9]+[a-z]?|[a-z])?\b|\b[0-9]+(?:st|nd|rd|th) floor\b"
)
NEAR: Final[tuple[Place, ...]] = ("same premises", "same postcode")
_BEST: Final[tuple[Place, ...]] = (*NEAR, "elsewhere", "not known")
NUMBER = re.compile(r"\b[0-9]+[a-z]?(?: ?[-–/] ?[0-9]+[a-z]?)?\b")


def parse_building(address: str) -> str:
    """Return the number of the building, or without one the first words of the address; may be
    empty.

    Within a postcode this tells buildings apart: `Suite 3, 71-75 Quillen Street` and
    `71-75 QUILLEN STREET` are both `71-75`.
    """
    parts = [
        part
        for part in address.lower().split(",")
        if not part.strip().startswith(("c/o", "care of"))
    ]
    text = WITHIN.sub(" ", ",".join(parts))
    if number := NUMBER.search(text):
        return re.sub(r" ?[-–/] ?", "-", number[0])
    words = re.findall(r"[a-z0-9]+", text)
    return " ".join(words[:2])


def postcode(address: Address) -> str:
    """Return the postcode without its blank, from its own field or from the text; empty where
    none.
    """
    return compact_postcode(first_postcode(address.postcode) or first_postcode(address.text))


def compare_places(one: Address, other: Address) -> Place:
    """Return whether two addresses are of one place, of one postcode, or of two places.

    A postcode is shared by some fifteen addresses: the building decides, and where both name a
    unit within it, the unit as well. "not known" where either address has no postcode.
    """
    here, there = postcode(one), postcode(other)
    if not here or not there:
        return "not known"
    if here != there:
        return "elsewhere"
    if parse_building(without_postcodes(one.text)) != parse_building(without_postcodes(other.text)):
        return "same postcode"
    ours, theirs = _parse_unit(one), _parse_unit(other)
    return "same postcode" if ours and theirs and ours != theirs else "same premises"


def nearest_place(ours: Iterable[Address], theirs: Collection[Address]) -> Place:
    """Return the nearest that any of the addresses of two parties are."""
    found = {compare_places(one, other) for one in ours for other in theirs}
    return next((place for place in _BEST if place in found), "not known")


def premises_key(address: Address) -> str:
    """Return what two addresses of the same premises have in common: postcode, building and unit.

    Empty where the postcode or the building is not known. An address that names no unit has
    another key than one within it that does: whether they are one place is not known.
    """
    whole = building_key(address)
    return " ".join(filter(None, (whole, _parse_unit(address)))) if whole else ""


def building_key(address: Address) -> str:
    """As `premises_key`, for the whole building, whatever unit within it the address names."""
    within, number = postcode(address), parse_building(without_postcodes(address.text))
    return f"{within} {number}" if within and number else ""


def _parse_unit(address: Address) -> str:
    found = WITHIN.search(address.text.lower())
    return re.sub(r"[^a-z0-9]", "", found[0]) if found else ""
