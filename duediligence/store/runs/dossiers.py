"""A dossier as bytes and back: each part says of itself whether it is known."""

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import msgspec

from duediligence.model import Dossier, Missing, NotHeld, NotInScope, NotKnown

# The type of each part where it is known: its union without those that say otherwise.
_KNOWN = {
    name: next(each for each in get_args(hint) if each not in get_args(Missing))
    for name, hint in get_type_hints(Dossier).items()
    if NotKnown in get_args(hint)
}
_OTHERS = {name: hint for name, hint in get_type_hints(Dossier).items() if name not in _KNOWN}


def encode(dossier: Dossier) -> bytes:
    """The dossier as JSON, the same bytes for the same dossier."""
    document: dict[str, Any] = {}
    for field in fields(dossier):
        value = getattr(dossier, field.name)
        if field.name not in _KNOWN:
            document[field.name] = value
        elif isinstance(value, NotKnown):
            document[field.name] = {"not_known": value.reason}
        elif isinstance(value, NotHeld):
            document[field.name] = {"not_held": value.reason}
        elif isinstance(value, NotInScope):
            document[field.name] = {"not_in_scope": value.gap}
        else:
            document[field.name] = {"known": value}
    return msgspec.json.encode(document, order="deterministic")


def decode(data: bytes) -> Dossier:
    """The dossier again. Raises msgspec.DecodeError for anything that `encode` did not make."""
    document = msgspec.json.decode(data)
    parts = {name: msgspec.convert(document[name], hint) for name, hint in _OTHERS.items()}
    for name, hint in _KNOWN.items():
        ((state, value),) = document[name].items()
        match state:
            case "not_known":
                parts[name] = NotKnown(value)
            case "not_held":
                parts[name] = NotHeld(value)
            case "not_in_scope":
                parts[name] = msgspec.convert({"gap": value}, NotInScope)
            case _:
                parts[name] = msgspec.convert(value, hint)
    return Dossier(**parts)
