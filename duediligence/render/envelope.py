"""Data as JSON in the envelope that every `--json` and every answer of a service has."""

from collections.abc import Callable, Mapping

import msgspec

from duediligence.errors import Hint, Step

VERSION = 1


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
        {"version": VERSION, "data": data, **(beside or {})}, enc_hook=in_words
    )
