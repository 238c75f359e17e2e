"""People and firms that are disqualified from directing companies."""

import re
from dataclasses import dataclass

from duediligence.errors import UnreadableFile
from duediligence.model import Disqualification, PartialDate
from duediligence.registers.companies_house.descriptions import describe
from duediligence.registers.companies_house.fields import (
    Record,
    address,
    birth,
    day,
    inner,
    items,
    text,
    texts,
)

_ALSO_KNOWN = re.compile(r"\(\s*(?:a\.?\s?k\.?\s?a\.?|also known as|formerly)?\s*([^()]*)\)", re.I)


@dataclass(frozen=True, slots=True)
class DisqualifiedHit:
    """A hit of the search: `path` is that of the record, `names` all that stand in its title."""

    path: str
    names: tuple[str, ...]
    birth_date: PartialDate | None


def hit(found: Record) -> DisqualifiedHit | None:
    """One item of `/search/disqualified-officers`; None for one that leads nowhere."""
    path, title = text(inner(found, "links"), "self"), text(found, "title")
    if not path.startswith("/disqualified-officers/") or not title:
        return None
    return DisqualifiedHit(path, _names(title), birth(found))


def disqualifications(found: Record) -> tuple[Disqualification, ...]:
    """Each disqualification of `/disqualified-officers/…/{id}`. Raises UnreadableFile."""
    parts = (text(found, part) for part in ("title", "forename", "other_forenames", "surname"))
    name = text(found, "name") or " ".join(filter(None, parts))
    if not name:
        raise UnreadableFile("a disqualified officer has no name")
    allowed = tuple(
        (company, day(each, "expires_on"))
        for each in items(found, "permissions_to_act")
        for company in texts(each, "company_names")
    )
    return tuple(
        Disqualification(
            name=name,
            birth_date=birth(found),
            type=text(each, "disqualification_type"),
            from_=day(each, "disqualified_from"),
            until=day(each, "disqualified_until"),
            reason=_reason(inner(each, "reason")),
            company_names=texts(each, "company_names"),
            permissions=allowed,
            officer_id=text(inner(found, "links"), "self").rpartition("/")[2],
            address=address(each),
        )
        for each in items(found, "disqualifications")
    )


def _names(title: str) -> tuple[str, ...]:
    """`Ann EXAMPLE (AKA ANN SAMPLE)` is known by two names."""
    first = " ".join(_ALSO_KNOWN.sub(" ", title).split())
    others = (found.strip() for found in _ALSO_KNOWN.findall(title))
    return tuple(dict.fromkeys(filter(None, (first, *others))))


def _reason(found: Record) -> str:
    why = text(found, "description_identifier")
    act = text(found, "act")
    part = text(found, "section") or text(found, "article")
    described = describe("disqualification_reason", why) if why else ""
    law = describe("disqualification_act", act) if act else ""
    if law and part:
        law = f"{law}, {'section' if text(found, 'section') else 'article'} {part}"
    return " · ".join(filter(None, (described, law)))
