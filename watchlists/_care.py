"""Registers of care in the four nations: what their lists share."""

import re
from datetime import date
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import derived_id

from duediligence.contracts import Drift, Files
from duediligence.errors import UnreadableFile
from duediligence.model import (
    Address,
    Identifier,
    Kind,
    ListEntry,
    Record,
    RegisteredService,
)

_PLACES = re.compile(r"\d{1,6}", re.ASCII)


def find_single_file(files: Files, pattern: str) -> Path | None:
    """Return the file whose name fits, or None. Raises UnreadableFile where two do."""
    found = [one for one in files.matching(pattern) if not one.name.endswith(".located-from")]
    if len(found) > 1:
        raise UnreadableFile(
            f"{found[0].name} and {found[1].name} are files of one kind",
            hint="Keep the newest alone in the folder.",
        )
    return found[0] if found else None


def read_places(text: str, column: str, drift: Drift) -> int | None:
    """Return how many people the service may have; None for a blank or 0, as where it visits
    them at home. `drift` receives what is no number of people.
    """
    if text and not _PLACES.fullmatch(text):
        drift.unmapped(column, text)
        return None
    return int(text or 0) or None


def build_care_entry(
    list_id: str,
    authority: str,
    service: RegisteredService,
    *,
    addresses: tuple[Address, ...],
    kind: Kind | None = None,
    numbers: tuple[Identifier, ...] = (),
    worst: str = "",
    outcome: str = "",
    low: bool = False,
    left: date | None = None,
    ended: bool = False,
    url: str = "",
) -> ListEntry:
    """Return the entry of a registration, with its grade where it has one and is in force.

    A grade is a record of its own kind, so that a poor one (`low`) leaves the service registered;
    `worst` is the worst of a part, where the whole has none. `left` is the day of an end; that of
    the registration is not the day of what came after it. Where the publisher gives no number, the
    entry is known by its name, kind and place.
    """
    kinds = ", ".join(service.kinds)
    grade = "" if ended else service.grade or worst
    event = f"Registered as {kinds}" if kinds else "Registered"
    if ended:
        event = f"No longer registered under this number: {service.place} ({kinds})"
    elif grade:
        event = f"Grade of {service.place}: {grade}"
        if not service.grade:
            event = f"No grade of {service.place} as a whole; the worst of a part: {grade}"
    place = "".join(one.text for one in addresses)
    since = None if low or ended else service.registered_on
    number = service.number
    return ListEntry(
        id=number or derived_id(service.place, *service.kinds, service.owner, place),
        list_id=list_id,
        kind=kind or kind_of(service.owner or service.place, service.place, numbered=bool(numbers)),
        names=names_in(service.owner or service.place, service.place),
        identifiers=numbers,
        addresses=addresses,
        status=grade or service.standing,
        ends_on=left,
        record=Record(
            type="rating" if grade else "registration",
            power="safeguarding",
            authority=authority,
            reference=number,
            event=event,
            event_date=service.graded_on if grade else left or since,
            outcome=outcome,
            low=low and not ended,
            ended=ended,
        ),
        url=url,
        service=service,
    )
