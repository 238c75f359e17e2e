"""The page of one notice or case: what the list of results does not hold."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from duediligence.watchlists._readers.fields.bodies import address
from duediligence.watchlists._readers.fields.tables import fold

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, text
from duediligence.model import Address
from duediligence.text.postcodes import last_postcode

_NUMBER = re.compile(
    r"\b(?:Notice ([0-9]{1,20}) served against|Details for Case No\.? ?([0-9]{1,20}))\b"
)
# Known, and not kept: what the list has already, or the officer reads on the page itself.
_PASSED_OVER = (
    "Defendant,Notice Type,Offence Date,Region,Local Authority,Industry,Main Activity,"
    "Type of Location,HSE Group,HSE Directorate,HSE Area,HSE Division"
).split(",")
KEPT = (
    "Description",
    "Result",
    "Compliance Date",
    "Revised Compliance Date",
    "Total Fine",
    "Total Costs Awarded to HSE",
    "Address",
)
_KNOWN = frozenset(map(fold, (*_PASSED_OVER, *KEPT)))


def details(paths: Iterable[Path], drift: Drift) -> dict[str, Mapping[str, str]]:
    """What each page says, by the number of its record and by label as `KEPT` has them.

    Line breaks in a value become commas. Raises UnreadableFile for a page of no record, and for
    two pages of one.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in paths:
        soup = page(path)
        stated = _NUMBER.search(text(soup))
        if not stated:
            raise UnreadableFile(
                f"{path.name}: is not the page of a notice or a case",
                hint="The publisher may have changed the page, or this is another one.",
            )
        number = stated[1] or stated[2]
        if number in found:
            raise UnreadableFile(f"{path.name}: {number} has two pages", hint="Remove one.")
        values: dict[str, str] = {}
        for row in soup.select("tr"):
            cells = [text(cell, ", ") for cell in row.find_all("td", recursive=False)]
            values |= {
                fold(label): value
                for label, value in zip(cells[::2], cells[1::2], strict=False)
                if label
            }
        for label in values.keys() - _KNOWN:
            drift.unread("label", label)
        found[number] = {label: values.get(fold(label), "") for label in KEPT}
    return found


def place(known: Mapping[str, str]) -> tuple[Address, ...]:
    """Where it happened, which is often a site and not the firm's own address."""
    lines = [line for line in known.get("Address", "").split(", ") if line]
    code = next(filter(None, map(last_postcode, lines)), "")
    return address(
        *(line for line in lines if last_postcode(line) != code or not code), postcode=code
    )
