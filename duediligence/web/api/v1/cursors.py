"""Where a page of answers ended, as a text that a program hands back and need not understand."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from duediligence.errors import Invalid
from duediligence.typed_data import convert_to, decode_json

T = TypeVar("T")


class PageParameters(msgspec.Struct, kw_only=True):
    """Which page."""

    cursor: Annotated[
        str, Meta(max_length=2_000, description="The `next` of the page before; unset: the first.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="Most on a page.")] = 100


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    of: str
    place: Any


def cursor_at(asked: PageParameters, place: object) -> str:
    """Return the cursor of the page that begins at a place, for the same filters."""
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
