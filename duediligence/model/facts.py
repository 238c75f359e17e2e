"""What is said, kept as typed facts: a template, and values that are marked personal or not.

Words are made of a clause last, by `reports.saying`. Whoever may not see people is shown a
clause without its personal values; nothing reads, splits or changes a rendered text.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from duediligence.model.dates import PartialDate

ValueKind = Literal[
    "word",  # of a fixed vocabulary, or from a field that is declared not personal
    "firm",  # the name of an organisation
    "entry",  # the name of the list entry that the finding is about
    "person",  # a name; `label` is the person's role
    "private",  # anything else about a person: a postcode, a month of birth
    "quoted",  # free text, which may name anybody
    "recorded",  # a text that was stored before clauses were
    "label",  # what stands for a name in a redacted copy
    "number",
    "count",  # a number of things; `text` is one of them, `label` several
    "money",  # pounds
    "date",
    "elapsed",  # days from `day` to `until`; never compared
    "part",  # a clause within this one; of two the second is said where the first is dropped
    "list",  # several: `label` says how they are joined
]
_PERSONAL: frozenset[ValueKind] = frozenset(("person", "private", "quoted", "recorded"))


@dataclass(frozen=True, slots=True)
class Value:
    """One typed value of a clause: `kind` says which of the fields it has."""

    kind: ValueKind
    text: str = ""
    label: str = ""
    number: int | None = None
    day: date | None = None
    until: date | None = None
    items: tuple["Clause", ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A constant template, such as `Due on {day}.`, and the values that stand in it by name."""

    template: str
    values: tuple[tuple[str, Value], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.template)

    @property
    def recorded(self) -> bool:
        """Return whether it is a text that was stored before clauses were."""
        return any(value.kind == "recorded" for _, value in self.values)


NOTHING = Clause("")
# What may be said: a constant text, or a clause.
Text: TypeAlias = str | Clause
Said: TypeAlias = Value | Clause | int | date


def say(template: str, **values: Said) -> Clause:
    """Return a clause. `template` is a constant: everything that varies is a value."""
    return Clause(
        template, tuple((name, _convert_to_value(given)) for name, given in values.items())
    )


def _convert_to_value(given: Said) -> Value:
    match given:
        case Value():
            return given
        case Clause():
            return Value("part", items=(given,))
        case int():
            return Value("number", number=given)
        case _:
            return Value("date", day=given)


def _build_value(kind: ValueKind, text: str, label: str = "") -> Value:
    return Value(kind, text, label, personal=kind in _PERSONAL)


def word(text: str) -> Value:
    """Return a word of a fixed vocabulary, a code, or a text that is declared not personal."""
    return _build_value("word", text)


def firm(name: str) -> Value:
    """Return the name of an organisation: shown, unless a person behind the supplier has the
    same.
    """
    return _build_value("firm", name)


def entry_name(name: str) -> Value:
    """Return a name of the list entry that the finding is about: shown as the finding shows it."""
    return _build_value("entry", name)


def tag_person(name: str, role: str = "person") -> Value:
    """Return the name of a natural person, or of one who may be: redacted to the role and a
    number.
    """
    return _build_value("person", name, role)


def tag_private(text: object) -> Value:
    """Return something about a person that is dropped with whatever part of the clause tells it."""
    return _build_value("private", str(text))


def tag_birth_date(day: PartialDate) -> Value:
    """Return a birth date; no more of it than year and month is kept."""
    return tag_private(replace(day, day=None))


def tag_quote(text: str) -> Value:
    """Return free text of a publisher, a register or a file: it may name anybody, and is
    personal.
    """
    return _build_value("quoted", text)


def tag_published(owner: Any, field: str, *, stop: bool = True) -> Value:
    """Return a field of a list entry or a record in its publisher's words, several joined by
    semicolons.

    Personal unless the class declares in `NOT_PERSONAL` that the field never is. Unless `stop`,
    without the full stop at its end.
    """
    value = getattr(owner, field)
    text = value if isinstance(value, str) else "; ".join(value)
    text = text if stop else text.rstrip(".")
    return word(text) if field in type(owner).NOT_PERSONAL else tag_quote(text)


def wrap_recorded_text(text: str) -> Text:
    """Return a text stored before clauses were: one fact, personal as a whole."""
    return say("{text}", text=_build_value("recorded", text)) if text else ""


def count(number: int, one: str, many: str = "") -> Value:
    """Return `1 filing`, `1,200 filings`."""
    return Value("count", one, many or one + "s", number)


def tag_money(pounds: Decimal) -> Value:
    return _build_value("money", str(pounds))


def days_since(day: date, today: date) -> Value:
    """Return how many days ago something was. That one more day has gone by is never a change."""
    return Value("elapsed", day=day, until=today)


def listed(values: Iterable[Said]) -> Value:
    """Return `A`, `A and B`, `A, B, C, D, E and 3 more`; each once, in order."""
    found = dict.fromkeys(one if isinstance(one, Clause) else say("{it}", it=one) for one in values)
    return Value("list", label="and", items=tuple(found))


def tag_alternative(preferred: Clause, instead: Clause) -> Value:
    """Return what is said, and what where a value of that is dropped."""
    return Value("part", items=(preferred, instead))


def clause_of(text: Text) -> Clause:
    """Return a constant text as a clause."""
    if isinstance(text, Clause):
        return text
    return Clause(text.replace("{", "{{").replace("}", "}}"))


def joined(separator: Literal[" ", "; ", ", "], clauses: Iterable[Text]) -> Clause:
    """Return statements after one another, empty ones left out."""
    items = tuple(clause_of(one) for one in clauses if one)
    if len(items) < 2:
        return items[0] if items else Clause("")
    return say("{all}", all=Value("list", label=separator, items=items))


def map_clause_values(text: Text, change: Callable[[Value], Value | None]) -> Text | None:
    """Return the text with each value as `change` has it; None where it holds a value that is
    dropped.

    Of the parts and list items within a clause only those go that hold a dropped value; a
    list that has lost every item is dropped itself.
    """
    if isinstance(text, str):
        return text
    kept: list[tuple[str, Value]] = []
    for name, value in text.values:
        if value.kind in ("part", "list"):
            new_items = (map_clause_values(item, change) for item in value.items)
            items = tuple(clause_of(one) for one in new_items if one is not None)
            if value.kind == "list" and not items:
                return None
            kept.append((name, replace(value, items=items)))
        elif (new := change(value)) is None:
            return None
        else:
            kept.append((name, new))
    return Clause(text.template, tuple(kept))


def derive_text_identity(text: Text) -> object:
    """Return what makes the text the same as another: named fields, so that a new one changes
    nothing.
    """
    if isinstance(text, str):
        return text
    return [
        text.template,
        *(
            [
                name,
                v.kind,
                v.text,
                v.label,
                v.number,
                v.day,
                [derive_text_identity(one) for one in v.items],
            ]
            for name, v in text.values
        ),
    ]


def drop_elapsed_parts(text: Text) -> Text:
    """Return the text without the parts that tell how long ago something was."""
    return map_clause_values(text, lambda value: None if value.kind == "elapsed" else value) or ""
