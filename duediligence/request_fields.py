"""How the fields of a request are asked for: one description for options, forms and errors.

A request is a frozen dataclass whose fields carry a `RequestField`:

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Note:
        text: Annotated[str, RequestField("Note", longest=2_000)] = ""

`cli/request_options.py` makes options of it, `web/request_forms.py` a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Literal

from duediligence.errors import Invalid

LONGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class RequestField:
    """How a field of a request is asked for.

    `label` names it in a form and in errors; `help` is what its option says, the label if empty.
    `kind` is one line of text, several lines (each a value), one of `choices`, or a day. The first
    choice is the default: an empty one for none. Where `choice_words` are given, people read those
    instead, in the same order. `longest` is the largest number of characters of a text. A form
    shows it `width` characters wide (0: as wide as there is room), with `hint`, and folded away
    with others where it `is_rare`. `option` and `metavar` are for an option that is not named as
    the field.
    """

    label: str
    help: str = ""
    kind: Literal["text", "lines", "choice", "day"] = "text"
    longest: int = LONGEST_TEXT
    choices: tuple[str, ...] = ()
    choice_words: tuple[str, ...] = ()
    hint: str = ""
    width: int = 0
    is_rare: bool = False
    option: str = ""
    metavar: str | None = None

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Return each choice, and the words by which people choose it."""
        words = self.choice_words or tuple(one.capitalize() for one in self.choices)
        return tuple(zip(self.choices, words, strict=True))

    def check(self, name: str, text: str) -> None:
        """Raise Invalid for a text that the field `name` cannot hold."""
        if "\0" in text:
            raise Invalid("holds a NUL byte", field=name, given="")
        if len(text) > self.longest:
            raise Invalid(
                f"{len(text):,} characters; the maximum is {self.longest:,}", field=name, given=""
            )


def describe_request(request: type) -> Mapping[str, RequestField]:
    """Return the description of each field of a request that has one, by its name, in order."""
    return MappingProxyType(
        {
            one.name: about
            for one in fields(request)
            for about in getattr(one.type, "__metadata__", ())
            if isinstance(about, RequestField)
        }
    )
