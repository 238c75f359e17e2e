"""The page of the forms in which things are stored."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_type_hints

from duediligence.extension import find_own_extensions, load_parts
from duediligence.store.forms import FIELDS, FORMS

INTRO = """# Stored forms

What is written to `casework.db`, `lists.db` and evidence packs, by class. This is a contract with
every existing home and pack: [why](../adr/0018-stored-forms.md). The forms are defined in
`duediligence/store/forms.py` and, of an extension, in its `store/stored_forms.py`, not in the
classes.

A *form* is a class whose objects are each stored as a separate JSON document: `form`, its version
(1 if there is none), then the fields in this order. A field that has its default is left out, and
so is `null`. The identity of an object is the SHA-256 of such a document, without the fields that
are named as not part of it. Each other class names the forms that contain it.
"""


def page() -> Iterator[str]:
    yield INTRO
    load_parts(find_own_extensions(), "forms")
    within = {form: _within(form, set()) for form in FORMS}
    for kind in (*FORMS, *(kind for kind in FIELDS if kind not in FORMS)):
        yield f"\n## {kind.__name__}\n\n"
        if kind in FORMS:
            yield f"A form, version {FORMS[kind].version}."
        else:
            holders = sorted(form.__name__ for form in FORMS if kind in within[form])
            yield f"Within {', '.join(holders)}."
        for what, names in (
            ("Not part of its identity", FIELDS[kind].not_identity),
            ("`null` in a document without it", FIELDS[kind].later),
            ("Not stored", FIELDS[kind].not_stored),
        ):
            if names:
                yield f" {what}: {', '.join(f'`{name}`' for name in names.split())}."
        yield f"\n\n```\n{''.join(_fields(kind))}```\n"


def _fields(kind: Any) -> Iterator[str]:
    hints = get_type_hints(kind)
    declared = {field.name: field for field in fields(kind)}
    for name in FIELDS[kind].stored.split():
        default, factory = declared[name].default, declared[name].default_factory
        if factory is not MISSING:
            default = factory()
        given = "" if default is MISSING else f" = {default!r}"
        yield f"{name}: {_typed(hints[name])}{given}\n"


def _typed(hint: Any) -> str:
    text = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    return re.sub(r"(?<!['\w])(?:[A-Za-z_]+\.)+(?=[A-Za-z])", "", text).replace("NoneType", "None")


def _within(hint: Any, found: set[Any]) -> set[Any]:
    """Find every class with stored fields within a type."""
    if is_dataclass(hint) and hint in FIELDS and hint not in found:
        found.add(hint)
        for name in FIELDS[hint].stored.split():
            _within(get_type_hints(hint)[name], found)
    for each in get_args(hint):
        _within(each, found)
    return found
