"""The names of a UN listing: in parts, in several scripts, several in one element."""

import re
from collections.abc import Iterable, Iterator

from duediligence.watchlists._readers.fields.names import by_script, joined, usable
from duediligence.watchlists._readers.fields.records import Children, one

from duediligence.contracts import Drift
from duediligence.model import Name, NameType, Strength

# An individual's alias is graded, an entity's says what kind of name it is.
_QUALITIES: dict[str, tuple[NameType, Strength]] = {
    "": ("alias", "unstated"),
    "good": ("alias", "strong"),
    "low": ("alias", "weak"),
    "a.k.a.": ("alias", "unstated"),
    "f.k.a.": ("former", "unstated"),
}
_FORMER = re.compile(r"\b(?:formerly|previously) listed\b", re.I)
# `A; B` is two names, and so is `A b) B`.
_BETWEEN = re.compile(r";|\s[a-z]\)\s")


def own_names(children: Children, drift: Drift) -> Iterator[Name]:
    """The names under which the party is listed."""
    parts = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    whole = joined(*(one(children, part) for part in parts))
    yield from _split(whole, "primary", "unstated", drift)
    for original in children["NAME_ORIGINAL_SCRIPT"]:
        text = " ".join((original.text or "").split())
        if usable(text):
            yield Name(text, "original-script")


def alias_names(aliases: Iterable[Children], drift: Drift) -> Iterator[Name]:
    """Aliases and former names, and the original script that a note beside one gives."""
    for alias in aliases:
        quality = one(alias, "QUALITY")
        type_, strength = _QUALITIES.get(quality.casefold(), ("alias", "unstated"))
        if quality.casefold() not in _QUALITIES:
            drift.unmapped("QUALITY", quality)
        note = one(alias, "NOTE")
        if _FORMER.search(note):
            type_ = "former"
        yield from _split(one(alias, "ALIAS_NAME"), type_, strength, drift)
        if not note.isascii():
            yield from _originals(note, strength)


def _split(text: str, type_: NameType, strength: Strength, drift: Drift) -> Iterator[Name]:
    latin, _ = by_script(text)
    for part in _BETWEEN.split(latin):
        name = part.lstrip(" ,:)").rstrip(" ,:")
        if usable(name):
            yield Name(name, type_, strength)
        elif name:
            drift.unmapped("name", name)
    yield from _originals(text, strength)


def _originals(text: str, strength: Strength) -> Iterator[Name]:
    _, originals = by_script(text)
    for original in originals:
        if usable(original):
            yield Name(original, "original-script", strength)
