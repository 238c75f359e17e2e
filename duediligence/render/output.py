"""What a front end puts out: lines, each with how much it matters, and JSON in an envelope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from duediligence.errors import Hint, Step

Level = Literal["result", "note", "warning"]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line. A `result` was asked for, a `note` goes beside it, a `warning` must be seen.

    `is_detail`: it says more about the line before.
    """

    text: str | Hint
    level: Level = "result"
    is_detail: bool = False


def encode_envelope(
    data: object,
    *,
    word: Callable[[Step], str] = str,
    beside: Mapping[str, object] | None = None,
) -> bytes:
    """Return `{"version": 1, "data": …}` in UTF-8, on one line; with what stands `beside` the data.

    `word` puts a step of a hint in words. Raises NotImplementedError for what has no form in JSON.
    """

    def in_words(value: object) -> str:
        if isinstance(value, Hint):
            return value.worded(word)
        raise NotImplementedError(type(value).__name__)

    return msgspec.json.encode(
        {"version": _VERSION, "data": data, **(beside or {})}, enc_hook=in_words
    )
