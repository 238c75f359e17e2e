"""What differs between two states of what was compared, field by field."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate, Party, Record
from duediligence.model.alerts import ChangeSide, Compared, FieldChange
from duediligence.render.saying import format_text

# What a publisher writes about a firm in its own words, or about people around it.
_MAY_NAME_PEOPLE = frozenset(
    "birth_dates birth_places gender positions related reason remarks".split()
)
_LONGEST = 120


def list_compared_changes(old: Compared, new: Compared) -> tuple[FieldChange, ...]:
    """Return everything that is not as it was; empty where all is.

    Of birth dates no more than month and year are kept, of people's addresses only that they are
    others.
    """
    return (
        *_compare_party_fields("supplier", old.parties, new.parties),
        *_changed_values(
            FieldChange("finding", "facts", "other"),
            list(map(format_text, old.facts)),
            list(map(format_text, new.facts)),
        ),
        *_compare_party_fields(
            "list entry", _list_compared_entries(old), _list_compared_entries(new)
        ),
    )


def _list_compared_entries(compared: Compared) -> tuple[ListEntry, ...]:
    return (compared.entry,) if compared.entry else ()


def _compare_party_fields(
    side: ChangeSide, olds: Sequence[Any], news: Sequence[Any], *, record: bool = False
) -> Iterator[FieldChange]:
    """Yield the changes field by field. The values of several parties of one name stand
    together.
    """
    sample = (*olds, *news)
    for field in fields(sample[0]) if sample else ():
        before = _collect_field_values(olds, field.name)
        after = _collect_field_values(news, field.name)
        change = FieldChange(
            side,
            field.name,
            "other",
            personal=record or any(_may_be_personal(each, field.name) for each in sample),
            of_record=record,
        )
        if field.name == "record" and before and after:
            yield from _compare_party_fields(side, before, after, record=True)
        elif before == after:
            continue
        elif field.name == "addresses" and any(each.kind == "person" for each in sample):
            yield replace(change, kind="replaced")
        else:
            yield from list(
                _changed_values(
                    change, _format_compared_values(before), _format_compared_values(after)
                )
            ) or [change]


def _may_be_personal(party: Party | ListEntry, field: str) -> bool:
    """Return whether a field of a party or entry may say something about a natural person."""
    if party.kind not in ("organisation", "vessel", "aircraft"):
        return True
    if isinstance(party, Party):
        # Many a firm is registered at somebody's home.
        return field == "addresses"
    return party.record is not None or field in _MAY_NAME_PEOPLE


def _collect_field_values(parties: Sequence[Any], name: str) -> list[Any]:
    found: list[Any] = []
    for party in parties:
        value = getattr(party, name)
        found += value if isinstance(value, tuple) else [value]
    return [each for each in found if each not in (None, "")]


def _changed_values(
    change: FieldChange, before: Sequence[str], after: Sequence[str]
) -> Iterator[FieldChange]:
    gone = tuple(each for each in before if each not in after)
    come = tuple(each for each in after if each not in before)
    if len(gone) == len(come) == 1:
        yield replace(change, kind="replaced", before=gone, after=come)
        return
    if come:
        yield replace(change, kind="added", after=come)
    if gone:
        yield replace(change, kind="removed", before=gone)


def _format_compared_values(values: Sequence[Any]) -> list[str]:
    return [_format_compared_value(value) for value in values]


def _format_compared_value(value: Any) -> str:
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
