"""What a company filed, what its assets are charged with, and its insolvency cases."""

from duediligence.errors import UnreadableFile
from duediligence.model import Charge, Filing, Insolvency
from duediligence.registers.companies_house.fields import (
    Record,
    day,
    flag,
    inner,
    items,
    text,
    texts,
)


def filing(found: Record) -> Filing:
    """One item of `/company/{number}/filing-history`. Raises UnreadableFile."""
    category, type_ = text(found, "category"), text(found, "type")
    if not category and not type_:
        raise UnreadableFile("a filing has neither category nor type")
    values = inner(found, "description_values")
    return Filing(
        category=category,
        type=type_,
        description=text(found, "description"),
        filed_on=day(found, "date"),
        action_on=day(found, "action_date"),
        # Some values are lists (statements of capital): nobody needs those.
        values=tuple(
            (name, text(values, name))
            for name, value in values.items()
            if not isinstance(value, list | dict)
        ),
    )


def charge(found: Record) -> Charge:
    """One item of `/company/{number}/charges`. Raises UnreadableFile."""
    status = text(found, "status")
    if not status:
        raise UnreadableFile("a charge has no status")
    entitled = (text(each, "name") for each in items(found, "persons_entitled"))
    return Charge(
        status=status,
        created_on=day(found, "created_on") or day(found, "acquired_on"),
        satisfied_on=day(found, "satisfied_on"),
        persons_entitled=tuple(filter(None, entitled)),
        floating_covers_all=any(
            flag(each, "floating_charge_covers_all") for each in items(found, "particulars")
        ),
    )


def insolvencies(found: Record) -> tuple[Insolvency, ...]:
    """The cases of `/company/{number}/insolvency`. Raises UnreadableFile."""
    if "cases" not in found:
        raise UnreadableFile("the insolvency record has no cases")
    return tuple(_case(each) for each in items(found, "cases"))


def _case(found: Record) -> Insolvency:
    kind = text(found, "type")
    if not kind:
        raise UnreadableFile("an insolvency case is of no type")
    dates = ((text(each, "type"), day(each, "date")) for each in items(found, "dates"))
    return Insolvency(
        type=kind,
        number=" ".join(texts(found, "number")),
        dates=tuple((name, on) for name, on in dates if on),
    )
