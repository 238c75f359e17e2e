"""Data read as objects of a type, by any thread.

msgspec derives the fields of a class at its first use and keeps them on the class. A thread that
uses the class meanwhile finds them half done, and the process ends without a word (msgspec 0.22:
the first page of a server and its look-ups met so). Here one thread at a time derives them.
"""

from functools import cache
from threading import RLock
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")
_WORKING_OUT = RLock()


def decoder_of(kind: Any) -> "msgspec.json.Decoder[Any]":
    """Return the decoder of a type, or of a union of types: the same one for all callers."""
    with _WORKING_OUT:
        return _build_decoder(kind)


def decode_json(document: bytes | str, kind: type[T]) -> T:
    """Return the object of a JSON document.

    Raises msgspec.MsgspecError where it is not of the type.
    """
    return cast(T, decoder_of(kind).decode(document))


def convert_to(kind: type[T], value: object, **options: Any) -> T:
    """Return the object of a value: a plain one (dict, list, str), with `from_attributes` any.

    Takes the options of msgspec.convert. Raises msgspec.ValidationError.
    """
    with _WORKING_OUT:
        _work_out(cast(Any, kind))
    return cast(T, msgspec.convert(value, kind, **options))


@cache
def _build_decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(kind)


@cache
def _work_out(kind: Any) -> None:
    msgspec.msgpack.Decoder(kind)  # it takes keys of any kind, JSON does not
