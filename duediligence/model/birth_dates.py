"""The birth dates of people, and what suppliers wrote of persons, dropped for readers who may not
see them.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from duediligence.model.declarations import Declaration
from duediligence.model.entries import ListEntry
from duediligence.model.facts import Clause, Value, map_clause_values
from duediligence.model.matches import Feature
from duediligence.model.suppliers import Repair

T = TypeVar("T")

LEFT_OUT: Final = "Left out: it may tell a birth date, or an offence of a person."
# Whatever holds a birth date has one of these names, or is a hash from which it can be guessed.
_NAMES: Final = frozenset(
    ("birth_date", "birth_dates", "born", "subject_born", "party_sha256", "entry_sha256")
)
_FEATURES: Final = ("birth date", "declared words")
# Of these a birth date cannot be told from the rest: a month of birth, and prose of old records.
_KINDS: Final = ("private", "recorded")
# Packages whose objects hold results; others are indexes and stores, which nobody is shown.
_RESULTS: Final = tuple(
    f"duediligence.{one}."
    for one in ("model", "casework", "delivery", "render", "screening", "extensions")
)


def without_birth_dates(value: T) -> T:
    """Return the value without the birth dates of people, however deep they are in it.

    Dates of entries of public lists are public and stay. A comparison of birth dates goes as a
    whole, since one side tells the other. So do a supplier's own words about persons, which may
    name their convictions (UK GDPR art 10). The value itself is not changed.
    """
    return cast(T, _drop_birth_dates(value))


def _drop_birth_dates(value: Any) -> Any:
    match value:
        case str() | bytes() | int() | float() | None:
            return value
        case Clause():
            left = map_clause_values(value, _unless_private)
            return LEFT_OUT if left is None else value if left == value else left
        case Declaration(details=words) if words and value.applies_to != "supplier":
            return replace(value, details=LEFT_OUT)
        case ListEntry() if value.record is None or value.record.handling == "public":
            return value
        case list() | tuple() if type(value) in (list, tuple):
            return _keep_unchanged(
                value, type(value)(_drop_birth_dates(x) for x in value if not _tells_birth(x))
            )
        case dict() | MappingProxyType():
            return _keep_unchanged(value, {key: _of_name(key, one) for key, one in value.items()})
    kind: Any = type(value)
    if not hasattr(kind, "__dataclass_fields__") or not kind.__module__.startswith(_RESULTS):
        return value
    found = {}
    for name in _names_of(kind):
        old = getattr(value, name)
        if (new := _of_name(name, old)) is not old:
            found[name] = new
    return replace(value, **found) if found else value


@cache
def _names_of(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _of_name(name: object, value: Any) -> Any:
    if name not in _NAMES:
        return _drop_birth_dates(value)
    return (
        ()
        if isinstance(value, tuple)
        else []
        if isinstance(value, list)
        else _build_empty_value(value)
    )


def _build_empty_value(value: Any) -> Any:
    return "" if isinstance(value, str) else None


def _unless_private(value: Value) -> Value | None:
    return None if value.kind in _KINDS else value


def _tells_birth(value: Any) -> bool:
    """Return whether it goes as a whole: a comparison, a supplier's words, or what was
    corrected of a cell of a file.
    """
    return isinstance(value, Repair) or (isinstance(value, Feature) and value.name in _FEATURES)


def _keep_unchanged(before: Any, after: Any) -> Any:
    """Return the value before where nothing in it is another one."""
    if isinstance(before, Mapping):
        return before if all(after[key] is one for key, one in before.items()) else after
    alike = len(before) == len(after) and all(a is b for a, b in zip(before, after, strict=True))
    return before if alike else after
