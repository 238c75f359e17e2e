"""A name made ready to compare, once."""

from typing import Final

from duediligence.matching.folding import fold
from duediligence.matching.organisations import alternatives, organisation_words, without_brackets
from duediligence.matching.people import person_words
from duediligence.matching.words import Word, word
from duediligence.model import Kind

_MOST_WORDS = 24


class Reading:
    """One way to read a name: its words in order, each with its weight."""

    __slots__ = (
        "before",
        "forms",
        "initials",
        "numbers",
        "optional",
        "person",
        "total",
        "weights",
        "word_set",
        "words",
    )

    def __init__(
        self,
        words: list[str],
        *,
        person: bool,
        forms: frozenset[str] = frozenset(),
        before: int = 0,
        optional: frozenset[str] = frozenset(),
    ) -> None:
        made = tuple([word(text) for text in words[:_MOST_WORDS]])
        self.words: Final[tuple[Word, ...]] = made
        self.word_set: Final = frozenset(made)
        self.person: Final = person
        if person:
            self.weights = [w.weight_person for w in made]
        else:
            self.weights = [w.weight_organisation for w in made]
        self.total: Final = sum(self.weights)
        self.forms: Final = forms
        self.before: Final = before
        self.optional: Final = optional
        self.initials: Final = sum([w.initial for w in made]) if person else 0
        self.numbers: Final = (
            frozenset([w.text for w in made if w.numeric]) if not person else _NONE
        )


_NONE: frozenset[str] = frozenset()


class PreparedName:
    """A name with its readings: as a person, as an organisation, or (kind unknown) as both."""

    __slots__ = ("kind", "organisation", "person", "text")

    def __init__(self, text: str, kind: Kind) -> None:
        self.text: Final = text
        self.kind: Final[Kind] = kind
        self.person: Final = () if kind not in ("person", "unknown") else _as_person(text)
        self.organisation: Final = () if kind == "person" else _as_organisation(text, kind)

    def __repr__(self) -> str:
        return f"PreparedName({self.text!r}, {self.kind!r})"


def prepare(name: str, kind: Kind = "unknown") -> PreparedName:
    """Make a name ready to compare. `kind` is person, organisation, vessel, aircraft or unknown.

    A text without a single letter or digit is allowed; it is like nothing.
    """
    return PreparedName(name, kind)


def _as_person(text: str) -> tuple[Reading, ...]:
    words = fold(text).split()
    if not words:
        return ()
    kept, before = person_words(words)
    return (Reading(kept, person=True, before=before),)


def _as_organisation(text: str, kind: Kind) -> tuple[Reading, ...]:
    readings = []
    for part in alternatives(text):
        optional: frozenset[str] = frozenset()
        if "(" in part or "[" in part:
            outside, inside = without_brackets(part)
            bracketed = fold(inside).split()
            optional = frozenset(bracketed) - frozenset(fold(outside).split())
        words = fold(part).split()
        if not words:
            continue
        kept, forms = organisation_words(words, ship=kind == "vessel")
        readings.append(Reading(kept, person=False, forms=forms, optional=optional))
    return tuple(readings)
