"""What is answered: the data in the envelope of the command line, and its description."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

import msgspec
from msgspec import Meta
from starlette.responses import Response

from duediligence.errors import Invalid
from duediligence.render.output import encode_envelope
from duediligence.typed_data import convert_to, decode_json
from duediligence.web.api.answers import NotChecked

People = Literal["redacted", "included"]
PeopleWanted = Annotated[
    People,
    Meta(
        description="`included` names people: that is recorded, and the account must be one that "
        "may export."
    ),
]
Version = Literal[1]
NextCursor = Annotated[
    str | None, Meta(description="The cursor of the page after, null where this is the last.")
]

T = TypeVar("T")


def respond(
    data: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    beside: Mapping[str, object] | None = None,
) -> Response:
    """Return the data in its envelope, with what stands `beside` it."""
    return Response(encode_envelope(data, beside=beside), status, headers, "application/json")


def describe_coverage(not_checked: list[NotChecked]) -> dict[str, object]:
    """Return what stands beside data of which nobody may take silence for clear."""
    return {"complete": not not_checked, "not_checked": not_checked}


class Shape(msgspec.Struct):
    """An envelope, as the OpenAPI document describes it."""

    version: Version


def shape_of(
    name: str, kind: type, about: str, /, *, without: tuple[str, ...] = (), **fields: Any
) -> type[msgspec.Struct]:
    """Return a class that describes the JSON of another, without some of its fields and with
    others.

    `fields` are further ones, and names that the annotations of the class need to be understood.
    """
    hints = get_type_hints(kind, localns=fields)
    described = {name: hint for name, hint in hints.items() if name not in without}
    described |= {name: hint for name, hint in fields.items() if name.islower()}
    made = msgspec.defstruct(name, list(described.items()), kw_only=True)
    made.__doc__ = about
    return made


class PageParameters(msgspec.Struct, kw_only=True):
    """Which page."""

    cursor: Annotated[
        str, Meta(max_length=2_000, description="The `next` of the page before; unset: the first.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="Most on a page.")] = 100


class PeopleParameters(msgspec.Struct):
    """How to show it."""

    people: PeopleWanted = "redacted"


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    of: str
    place: Any


def cursor_at(asked: PageParameters, place: object) -> str | None:
    """Return the cursor of the page that begins at a place, for the same filters; None after the
    last page.
    """
    if not place:
        return None
    held = msgspec.json.encode(_Cursor(_hash_filters(asked), place))
    return urlsafe_b64encode(held).decode().rstrip("=")


def place_in(asked: PageParameters, kind: type[T]) -> T | None:
    """Return the place at which the page begins, None for the first. Raises Invalid for what is no
    cursor, or one of other filters.
    """
    if not asked.cursor:
        return None
    try:
        held = urlsafe_b64decode(asked.cursor.encode() + b"=" * (-len(asked.cursor) % 4))
        read = decode_json(held, _Cursor)
        place = convert_to(kind, read.place)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise _no_cursor("The cursor cannot be read") from None
    if read.of != _hash_filters(asked):
        raise _no_cursor("The cursor is of another list, or of other filters")
    return place


def _no_cursor(message: str) -> Invalid:
    return Invalid(
        message,
        field="cursor",
        hint="Send the next of the page before as it is, with the same filters.",
    )


def _hash_filters(asked: PageParameters) -> str:
    held = msgspec.to_builtins(asked)
    del held["cursor"], held["limit"]
    text = msgspec.json.encode([type(asked).__name__, held], order="deterministic")
    return sha256(text).hexdigest()[:16]
