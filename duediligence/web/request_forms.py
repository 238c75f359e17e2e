"""Forms out of the description of a request: their fields, what was typed, and the request of it.

`asked` in `templates/parts/requests.html.jinja` shows a field.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from duediligence.errors import Invalid
from duediligence.request_fields import describe_request
from duediligence.web.form_fields import DAY_PARTS, day_of
from duediligence.web.visits import Visit


def label_fields(request: type, **others: str) -> dict[str, str]:
    """Return the label of each field of a form. A day of the request has three fields."""
    labels = {
        field: about.label
        for name, about in describe_request(request).items()
        for field in ([f"{name}-{part}" for part in DAY_PARTS] if about.kind == "day" else [name])
    }
    return {**labels, **others}


def read_typed_fields(visit: Visit, request: type, *others: str) -> dict[str, str]:
    """Return what was typed in each field of a form, unchanged."""
    return {name: visit.typed(name) for name in (*label_fields(request), *others)}


def format_request(facts: object) -> dict[str, str]:
    """Return what the fields of a form show of a request."""
    shown: dict[str, str] = {}
    for name, about in describe_request(type(facts)).items():
        value = getattr(facts, name)
        if about.kind == "day":
            on = date.fromisoformat(value) if value else None
            shown |= {f"{name}-{one}": str(getattr(on, one)) if on else "" for one in DAY_PARTS}
        else:
            shown[name] = value if isinstance(value, str) else "\n".join(value)
    return shown


def read_values(visit: Visit, request: type) -> dict[str, Any]:
    """Return the value of each field of the request as it was typed: a text, or for several lines
    a list. A choice that was not made is left out. Raises Invalid for a wrong day.
    """
    values: dict[str, Any] = {}
    for name, about in describe_request(request).items():
        text = visit.text(name)
        if about.kind == "lines":
            values[name] = split_filled_lines(text)
        elif about.kind == "day":
            on = day_of(visit, name, about.label)
            values[name] = on.isoformat() if on else ""
        elif about.kind == "text" or text in about.choices:
            values[name] = text
    return values


def keep_changed_texts(
    typed: Mapping[str, Any], stored: object, *, removable: Collection[str] = ()
) -> dict[str, Any]:
    """Return the values that were typed; of those that are as in the stored request, empty texts.

    Raises Invalid for one that was emptied, where it can only be changed.
    """
    kept = dict(typed)
    for name, about in describe_request(type(stored)).items():
        was = getattr(stored, name)
        if about.kind not in ("text", "day") or not was:
            continue
        if not typed[name] and name not in removable:
            raise Invalid("it can be changed, not emptied", field=name, given="")
        kept[name] = "" if typed[name] == was else typed[name]
    return kept


def split_filled_lines(text: str) -> list[str]:
    """Return the lines of a field that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
