"""What Ofsted's lists of registered providers share: owners, grades, and what it withholds."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from duediligence.watchlists.toolkit.bodies import company, kind_of, names_in, read_charity_number
from duediligence.watchlists.toolkit.values import day

from duediligence.contracts import Drift, Files, StatusMeaning
from duediligence.model import Address, Identifier, ListEntry, Record, RegisteredService

AUTHORITY = "Ofsted"
STANDINGS: Mapping[str, StatusMeaning] = {
    "active": "neutral",
    "suspended": "adverse",
    **dict.fromkeys(("inactive", "cancelled", "resigned", "refused"), "ended"),
}
# Ofsted's own words. Of the scale before April 2014 `adequate` was no poor grade; supported
# accommodation has outcomes of its own.
GRADES: Mapping[str, StatusMeaning] = {
    **dict.fromkeys(
        ("outstanding", "good", "adequate", "satisfactory", "consistently strong service delivery"),
        "neutral",
    ),
    **dict.fromkeys(
        (
            *("requires improvement", "requires improvement to be good", "inadequate"),
            "inconsistent quality of service delivery",
            "serious or widespread weaknesses",
            "serious or widespread weaknesses in service delivery",
        ),
        "adverse",
    ),
}
# `Crystal Care Ltd Company Number 05952454`, `Over The Wall 03713232, 1075361`, `Trust (09487106)`.
_NUMBERED = re.compile(
    r"[\s,(]*(?:company\s+(?:number|no\.?)[\s:]*)?\b(?P<company>[A-Z]{2}\d{6}|0\d{7}|1\d{7})\b"
    r"(?:\s*,\s*(?P<charity>\d{6,7}))?\s*\)?\s*$",
    re.IGNORECASE | re.ASCII,
)
_AS_AT = re.compile(r"as[ _]at[ _](\d{1,2}[ _][A-Za-z]+[ _]\d{4})")


def is_withheld(text: str) -> bool:
    """Return whether Ofsted keeps the value of a cell back."""
    return text.strip().casefold() == "redacted"


def drop_withheld(text: str) -> str:
    """Return a cell, empty where Ofsted keeps its value back."""
    return "" if is_withheld(text) else text


def split_owner(text: str, drift: Drift) -> tuple[str, tuple[Identifier, ...]]:
    """Return the owner's name, and the numbers of a company and a charity after it."""
    found = _NUMBERED.search(text)
    if not found or not (name := text[: found.start()].strip(" ,(")):
        return text, ()
    numbers = company(found["company"], "number of the owner", drift)
    charity = found["charity"] or ""
    return name, (*numbers, *read_charity_number(charity, "number of the owner", drift))


def stated_as_at(files: Files) -> date | None:
    """Return the day that the title rows or the name of a file say it is as at."""
    days = []
    for path in files.values():
        with path.open("rb") as file:
            head = file.read(1000).decode("utf-8", "replace")
        if found := _AS_AT.search(head) or _AS_AT.search(path.name):
            days.append(day(found[1].replace("_", " ")))
    return max(filter(None, days), default=None)


def build_ofsted_entry(
    list_id: str,
    service: RegisteredService,
    addresses: tuple[Address, ...],
    drift: Drift,
    *,
    worst: str = "",
    low: bool = False,
    known_on: date | None = None,
) -> ListEntry:
    """Return the entry of a registration: a rating where it is graded and in force.

    `worst` is the word that the grade is judged by, `low` whether Ofsted's scheme calls it poor,
    `known_on` the day on which its report was published.
    """
    owner, numbers = split_owner(service.owner, drift)
    holder = names_in(drop_withheld(owner))
    first = owner if holder else service.place or f"URN {service.number}"
    service = replace(service, owner=holder[0].text if holder else "")
    what = f"{', '.join(service.kinds)}{f' in {service.area}' if service.area else ''}"
    meaning = STANDINGS[service.standing.casefold()]
    record = Record(
        type="registration",
        power="safeguarding",
        authority=AUTHORITY,
        reference=service.number,
        event=f"Registered: {what}"
        if meaning == "neutral"
        else f"Registration {service.standing.lower()}: {what}",
        # The files do not say since when a registration is suspended or over.
        event_date=service.registered_on if meaning == "neutral" else None,
        low=meaning == "adverse",
        ended=meaning == "ended",
    )
    if service.grade and meaning == "neutral":
        record = replace(
            record,
            type="rating",
            event=f"Graded {service.grade}: {what}",
            event_date=service.graded_on,
            known_date=known_on,
            outcome=", ".join(f"{part}: {grade}" for part, grade in service.grades),
            low=low,
        )
    return ListEntry(
        id=service.number,
        list_id=list_id,
        kind=kind_of(first, service.place, numbered=bool(numbers)),
        names=names_in(first, service.place),
        identifiers=numbers,
        addresses=addresses,
        status=(worst or service.grade) if record.type == "rating" else service.standing,
        record=record,
        service=service,
        url=f"https://reports.ofsted.gov.uk/search?q={quote(service.number, safe='')}",
    )
