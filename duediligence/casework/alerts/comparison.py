"""What changed in what an alert compares, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from duediligence.model import (
    Address,
    Identifier,
    Name,
    PartialDate,
    Record,
)
from duediligence.model.casework.alerts import Compared

_LABELS = {
    "birth_date": "date of birth",
    "birth_dates": "date of birth",
    "birth_places": "place of birth",
    "countries": "country",
    "names": "name",
    "identifiers": "number",
    "addresses": "address",
    "positions": "position",
    "regimes": "regime",
    "measures": "measure",
    "grounds": "ground",
    "references": "reference",
    "related": "related party",
    "url": "page",
    "entry_url": "page",
}
_LONGEST = 120


def difference(old: Compared, new: Compared) -> tuple[str, ...]:
    """A line for everything that is not as it was; empty where all is.

    Of birth dates no more than month and year are told, of people's addresses only that they are
    others.
    """
    return (
        *(f"supplier's {line}" for line in _changes(old.parties, new.parties)),
        *_changed_values("finding", old.facts, new.facts),
        *(f"list entry's {line}" for line in _changes(_entries(old), _entries(new))),
    )


def _entries(compared: Compared) -> tuple[Any, ...]:
    return (compared.entry,) if compared.entry else ()


def _changes(olds: Sequence[Any], news: Sequence[Any]) -> Iterator[str]:
    """The changes field by field. The values of several parties of one name stand together."""
    sample = (*olds, *news)
    for field in fields(sample[0]) if sample else ():
        before = _values(olds, field.name)
        after = _values(news, field.name)
        if field.name == "record" and before and after:
            yield from (f"record: {line}" for line in _changes(before, after))
        elif before == after:
            continue
        elif field.name == "addresses" and any(each.kind == "person" for each in sample):
            yield "address: is another"
        else:
            label = _LABELS.get(field.name, field.name.replace("_", " "))
            lines = list(_changed_values(label, _told(before), _told(after)))
            yield from lines or [f"{label}: told in another order or form"]


def _values(parties: Sequence[Any], name: str) -> list[Any]:
    found: list[Any] = []
    for party in parties:
        value = getattr(party, name)
        found += value if isinstance(value, tuple) else [value]
    return [each for each in found if each not in (None, "")]


def _changed_values(label: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    if len(gone) == len(come) == 1:
        yield f"{label}: {gone[0]} is now {come[0]}"
        return
    if come:
        yield f"{label} added: {'; '.join(come)}"
    if gone:
        yield f"{label} removed: {'; '.join(gone)}"


def _told(values: Sequence[Any]) -> list[str]:
    return [_one(value) for value in values]


def _one(value: Any) -> str:
    match value:
        case Name(text, type_, strength):
            kinds = [k for k in (strength, type_) if k not in ("unstated", "primary")]
            told = text + (f" ({' '.join(kinds)})" if kinds else "")
        case PartialDate():
            told = str(replace(value, day=None))
        case Identifier():
            told = f"{value.label or value.scheme} {value.id}"
        case Address(text):
            told = text
        case bool():
            told = "yes" if value else "no"
        case Record():
            told = value.event or value.type
        case _:
            told = str(value)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
