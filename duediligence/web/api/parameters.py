"""The parameters in the address of a request."""

from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from starlette.requests import Request

from duediligence.errors import Invalid, UsageError
from duediligence.typed_data import convert_to, decode_json

T = TypeVar("T", bound=msgspec.Struct)


def read_parameters(request: Request, kind: type[T]) -> T:
    """Return the parameters as an object of the class. Raises Invalid.

    Others are passed over, unless the class forbids them.
    """
    kinds = _find_field_kinds(kind)
    known = kind.__struct_fields__
    for name in request.query_params if kind.__struct_config__.forbid_unknown_fields else ():
        if name not in known:
            raise Invalid(
                f"Unknown parameter {name[:40]!r}", field=name, hint=f"Valid: {', '.join(known)}."
            )
    given: dict[str, object] = {}
    for name, text in request.query_params.multi_items():
        if name in kinds.several:
            values = given.setdefault(name, [])
            assert isinstance(values, list)
            values.append(text)
        elif name in given and name in known:
            raise Invalid(f"{name}: is given twice", field=name, hint="Give it once.")
        elif name in kinds.truths:
            given[name] = text.lower()
        else:
            given[name] = _take_day(text) if name in kinds.days else text
    try:
        return convert_to(kind, given, strict=False)
    except msgspec.ValidationError as error:
        raise build_invalid_error(error) from None


def _take_day(text: str) -> str:
    """Return the day of a time; what is no time as it is, which is then refused."""
    with suppress(ValueError):
        return datetime.fromisoformat(text).date().isoformat()
    return text


def read_body(body: bytes, kind: type[T]) -> T:
    """Return what was sent as JSON. Raises Invalid for what is not as the class describes it,
    UsageError for what is no JSON.
    """
    try:
        return decode_json(body, kind)
    except msgspec.ValidationError as error:
        raise build_invalid_error(error) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"The body is no JSON that can be read: {said}") from None


def build_invalid_error(error: msgspec.ValidationError) -> Invalid:
    """Return what is wrong with a request, and with which field of it."""
    what, _, where = str(error).partition(" - at `")
    if what == "Expected `str` of length >= 1":
        what = "must not be empty"
    field = where.rstrip("`").removeprefix("$").lstrip(".")
    return Invalid(f"{field}: {what}" if field else what, field=field)


class _Kinds(NamedTuple):
    """The names of parameters: that may come several times, that are yes or no, that are days."""

    several: frozenset[str]
    truths: frozenset[str]
    days: frozenset[str]


@cache
def _find_field_kinds(kind: type[msgspec.Struct]) -> _Kinds:
    hints = get_type_hints(kind)
    return _Kinds(
        frozenset(name for name, hint in hints.items() if get_origin(hint) is list),
        frozenset(name for name, hint in hints.items() if hint is bool),
        frozenset(name for name, hint in hints.items() if date in (hint, *get_args(hint))),
    )
