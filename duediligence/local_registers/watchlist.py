"""A described register as a list like any other."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast, get_args

from duediligence.contracts import Expect, Feed, Files, Watchlist, watchlist
from duediligence.law.crimes import CRIME_TYPES
from duediligence.local_registers import reading
from duediligence.local_registers.description import Description
from duediligence.model import ListEntry
from duediligence.model.records import Power

MAX_BYTES = 100_000_000
# Councils take records off their registers as time runs out, some by the dozen.
WEEKLY_LOSS = 0.5


def watchlist_of(description: Description) -> Watchlist:
    """The list that a description stands for. Its parser raises UnreadableFile."""
    source = description.source

    def next_page(path: Path, address: str) -> str:
        from duediligence.local_registers.tables import pages

        return pages.next_link(path, source.next, address)

    def parse(files: Files) -> Iterator[ListEntry]:
        return reading.read(description, files)

    parse.__doc__ = (
        f"Records of {description.authority}, read as {description.path.name} describes. "
        f"Handling: {description.handling}. Convictions, cautions and prosecutions of individuals "
        "are left out."
    )
    feed = Feed(
        reading.filename(description),
        url=source.url,
        max_bytes=MAX_BYTES,
        next_page=next_page if source.url and source.next else None,
        robots=bool(source.url),
    )
    declare = watchlist(
        id=description.id,
        title=description.title,
        publisher=description.authority,
        licence=description.licence,
        topic="enforcement",
        homepage=description.homepage or source.url,
        feeds=(feed,),
        max_age=timedelta(days=description.max_age_days),
        expect=Expect(
            entries=description.expected, filled={"record": 1.0}, weekly_loss=WEEKLY_LOSS
        ),
        powers=_powers(description),
        crime_types=_crime_types(description),
        premises=bool({"premises_address", "postcode"} & description.columns.keys()),
    )
    location = source.folder or (source.file.parent if source.file else None)
    # Not of the file's text: a comment changes nothing.
    told = repr(replace(description, path=Path()))
    reading_as = hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16]
    return replace(declare(parse), location=location, reading=reading_as)


def _powers(description: Description) -> tuple[Power, ...]:
    """Every power that a record of the register can have."""
    column = description.columns.get("power")
    if column and column.headings:
        return get_args(Power)
    default = (column.value if column else "") or description.defaults.get("power", "")
    return (cast(Power, default or description.power),)


def _crime_types(description: Description) -> tuple[str, ...]:
    column = description.columns.get("crime_types")
    if column and column.headings:
        return CRIME_TYPES
    told = (column.value if column else "") or description.defaults.get("crime_types", "")
    return tuple(told.split(";")) if told else ()
