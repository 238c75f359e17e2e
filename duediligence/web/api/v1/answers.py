"""What is answered: the data in the envelope of the command line, and its description."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, get_type_hints

import msgspec
from msgspec import Meta
from starlette.responses import Response

from duediligence.render.output import encode_envelope
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
NEXT: Final = "The cursor of the page after, null where this is the last."


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
