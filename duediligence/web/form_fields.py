"""Values of a form's fields, and which field an error is about."""

from collections.abc import Collection, Mapping
from datetime import date

from duediligence.errors import DuediligenceError, Invalid, NotFound
from duediligence.render.wording import sentence
from duediligence.text.dates import parse_day
from duediligence.web.navigation import plain_hint
from duediligence.web.visits import Visit

DAY_PARTS = ("day", "month", "year")
# Longer ones number nothing here, and a database stores no number of more than 19.
_MOST_DIGITS = 15


def whole_number(text: str) -> int | None:
    """Return the number that a field or an address says in digits; None for any other text."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None


def number_of(visit: Visit, what: str) -> int:
    """Return the number of a request, a case or another `what` in the address.

    Raises NotFound for any other text.
    """
    text = visit.path("number")
    if (number := whole_number(text)) is None:
        raise NotFound(f"{text[:40]!r} is not the number of {what}")
    return number


def day_of(visit: Visit, name: str, what: str) -> date | None:
    """Return the day in the three fields of a date, None where all are empty.

    `what` begins the message. Raises Invalid for what is not a day.
    """
    parts = [visit.text(f"{name}-{part}") for part in DAY_PARTS]
    if not any(parts):
        return None
    missing = [part for part, text in zip(DAY_PARTS, parts, strict=True) if not text]
    if missing:
        raise Invalid(
            f"{what} must include a {' and a '.join(missing)}", field=f"{name}-{missing[0]}"
        )
    month = parts[1]
    text = "/".join(parts) if month.isdecimal() else " ".join(parts)
    if found := parse_day(text):
        return found
    raise Invalid(f"{what} must be a real date, such as 24 11 2026", field=f"{name}-day")


def problem(
    error: DuediligenceError, fields: Collection[str] | Mapping[str, str]
) -> tuple[str, str]:
    """Return the field of a form that an error is about, empty where none of these is, and what it
    says. `fields` may map them to their labels, by which the message then names them.

    Forms name a field as the request does, or with hyphens; a date has a field for each part.
    """
    if not isinstance(error, Invalid):
        return "", sentence(error.message)
    named = error.field.replace("_", "-")
    spellings = (error.field, named, f"{error.field}-{DAY_PARTS[0]}", f"{named}-{DAY_PARTS[0]}")
    known = next((one for one in spellings if one and one in fields), "")
    label = fields.get(known, "") if isinstance(fields, Mapping) else ""
    words = error.name_field(label or error.field.replace("_", " ").capitalize())
    return known, sentence(words)


def problem_with_hint(
    error: DuediligenceError, fields: Collection[str] | Mapping[str, str] = ()
) -> tuple[str, str]:
    """Return the field of a form that an error is about, what it says, and what to do next."""
    field, words = problem(error, fields)
    return field, f"{words} {plain_hint(error.hint)}".strip()


def describe_file_error(error: DuediligenceError) -> str:
    """Return what is wrong with a file, whose name begins the message as it is, and what to do."""
    return f"{error.message.rstrip('.')}. {plain_hint(error.hint)}".strip()
