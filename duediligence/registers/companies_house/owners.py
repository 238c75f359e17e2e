"""People with significant control, statements in their place, and exemptions from telling."""

from datetime import date

from duediligence.errors import UnreadableFile
from duediligence.model import Owner, Statement
from duediligence.registers.companies_house.fields import (
    Record,
    address,
    birth,
    day,
    flag,
    inner,
    items,
    registered_at,
    text,
    texts,
    verification,
)

_SUPER_SECURE = "super-secure"


def owner(found: Record) -> Owner:
    """One item of a company's PSC list, or the `data` of a line of the PSC snapshot.

    A super-secure person has no name and nothing else that could tell who it is. Raises
    UnreadableFile, also for anybody else without a name.
    """
    kind = text(found, "kind")
    if not kind:
        raise UnreadableFile("a person with significant control is of no kind")
    if kind.startswith(_SUPER_SECURE):
        return Owner(kind=kind, notified_on=day(found, "notified_on"), ceased_on=_ceased(found))
    parts = inner(found, "name_elements")
    # The members' order is the reading order; the API writes middle_name, some others do not.
    elements = ("title", "forename", "middle_name", "other_forenames", "surname")
    name = text(found, "name") or " ".join(filter(None, (text(parts, e) for e in elements)))
    if not name:
        raise UnreadableFile(f"a person with significant control ({kind}) has no name")
    return Owner(
        kind=kind,
        name=name,
        birth_date=birth(found),
        natures=texts(found, "natures_of_control"),
        notified_on=day(found, "notified_on"),
        ceased_on=_ceased(found),
        nationality=text(found, "nationality"),
        country_of_residence=text(found, "country_of_residence"),
        address=address(found) or address(found, "principal_office_address"),
        registered_at=registered_at(found),
        sanctioned=flag(found, "is_sanctioned"),
        verification=verification(found),
    )


def statement(found: Record) -> Statement:
    """One item of a company's PSC statements. Raises UnreadableFile."""
    code = text(found, "statement")
    if not code:
        raise UnreadableFile("a statement on significant control says nothing")
    return Statement(code, day(found, "notified_on"), day(found, "ceased_on"))


def exempt(found: Record, today: date) -> bool:
    """Whether `/company/{number}/exemptions` has one from telling of owners that is in force.

    The disclosure rules (DTR 5) exempt as well: the owners stand in the market's announcements.
    """
    return any(
        (day(item, "exempt_from") or today) <= today
        and ((until := day(item, "exempt_to")) is None or until > today)
        for name in inner(found, "exemptions")
        for item in items(inner(inner(found, "exemptions"), name), "items")
    )


def _ceased(found: Record) -> date | None:
    return day(found, "ceased_on") or day(found, "ceased_date")
