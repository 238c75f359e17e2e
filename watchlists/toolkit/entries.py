"""What holds for the entries of every list: ids of their own, names, each value once."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry

T = TypeVar("T")


def checked(entries: Iterable[ListEntry], filename: str) -> Iterator[ListEntry]:
    """Yield the same entries, held to what any list must be.

    Raises UnreadableFile for an entry without an id or a usable name, for two entries of one id
    (which of the two holds, or whether they are two parties, only the publisher can say), and
    for a file without any entry. Each would otherwise be a listed party that no search finds.
    """
    seen: set[str] = set()
    for entry in entries:
        if not entry.id:
            raise UnreadableFile(
                f"{filename}: entry {len(seen) + 1} has no identifier of its publisher",
                hint="The publisher may have changed the format; this tool may need an update.",
            )
        if entry.id in seen:
            raise UnreadableFile(
                f"{filename}: {entry.id} appears twice",
                hint="Fetch the file again; if this persists, tell the publisher.",
            )
        if not entry.names:
            raise UnreadableFile(
                f"{filename}: {entry.id} has no name that can be searched for",
                hint="The publisher may have changed the format; this tool may need an update.",
            )
        seen.add(entry.id)
        yield entry
    if not seen:
        raise UnreadableFile(
            f"{filename}: holds no entry at all",
            hint="An empty list is never right; fetch the file again.",
        )


def derived_id(*parts: str) -> str:
    """Return an id for a list that gives none: the words of the parts, the same whatever case and
    marks.

    `derived_id("Acme (UK) Ltd", "Truro")` is `acme-uk-ltd.truro`.
    """
    worded = ("-".join(re.findall(r"\w+", part.casefold())) for part in parts)
    return ".".join(filter(None, worded))


def distinct(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values in order, each once, without empty ones."""
    return tuple(dict.fromkeys(value for value in values if value))
