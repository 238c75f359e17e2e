"""What a designation imposes, one spelling a measure."""

import re
from collections.abc import Iterator

from duediligence.watchlists._readers.fields.records import clean

from duediligence.contracts import Drift

# The publisher's own words, as it most often spells them.
_MEASURES = (
    "Arms embargo",
    "Asset freeze",
    "Chartering of Ships",
    "Closure of representative offices",
    "Correspondent Banking Sanctions and processing payments",
    "Crew servicing of ships and aircraft",
    "De-flag",
    "Director Disqualification Sanction",
    "Internet Services Sanctions",
    "Prevention of business arrangements",
    "Prevention of chartering of ships and aircraft",
    "Prohibition of port entry",
    "Prohibition on correspondent banking and clearing",
    "Prohibition on correspondent banking and sterling clearing",
    "Prohibition on correspondent banking relationships and processing payments",
    "Shipping & Trade Sanctions",
    "Shipping sanctions",
    "Targeted arms embargo",
    "Technical assistance related to aircraft",
    "Transport sanctions",
    "Travel Ban",
    "Trust Services Sanctions",
)
_SPELLING = {measure.casefold(): measure for measure in _MEASURES}
# `Shipping sanctions: (see "Other information")` points to a text that the entry keeps as remarks.
_POINTER = re.compile(r"\W*see\W+other information\W*$", re.I)


def measures(text: str, drift: Drift) -> Iterator[str]:
    """The measures in a `|`-separated text. One that is not known is told of, and kept."""
    for part in text.split("|"):
        published = clean(part)
        measure = _POINTER.sub("", published)
        if not measure:
            continue
        spelling = _SPELLING.get(measure.casefold())
        if spelling is None:
            drift.unmapped("Sanctions Imposed", published)
        yield spelling or measure
