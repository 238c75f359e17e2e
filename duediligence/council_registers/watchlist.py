"""The described registers of a folder as lists like any other."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast, get_args

from duediligence.contracts import NO_DESCRIPTION, Expect, Feed, Files, Watchlist, watchlist
from duediligence.council_registers import reading
from duediligence.council_registers.description import Description
from duediligence.council_registers.rules import parse_description, read_description
from duediligence.errors import StorageError, UnreadableFile, UsageError
from duediligence.law.crimes import CRIME_TYPES
from duediligence.model import ListEntry
from duediligence.model.entries import Power
from duediligence.writing import make_folder, write_text

MAX_BYTES = 100_000_000
# Councils take records off their registers as time runs out, some by the dozen.
WEEKLY_LOSS = 0.5


def watchlist_of(description: Description) -> Watchlist:
    """Return the list that a description stands for. Its parser raises UnreadableFile."""
    source = description.source

    def next_page(path: Path, address: str) -> str:
        from duediligence.council_registers.tables import next_link

        return next_link(path, source.next, address)

    def parse(files: Files) -> Iterator[ListEntry]:
        return reading.read_register_entries(description, files)

    parse.__doc__ = (
        f"Records of {description.authority}, read as their description says. "
        f"Handling: {description.handling}. Convictions, cautions and prosecutions of individuals "
        "are left out."
    )
    feed = Feed(
        reading.derive_register_filename(description),
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
        powers=_list_possible_powers(description),
        crime_types=_crime_types(description),
        premises=bool({"premises_address", "postcode"} & description.columns.keys()),
    )
    location = source.folder or (source.file.parent if source.file else None)
    # Not of the file's text: a comment changes nothing.
    told = repr(replace(description, path=Path()))
    reading_as = hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16]
    return replace(declare(parse), location=location, reading=reading_as)


def _list_possible_powers(description: Description) -> tuple[Power, ...]:
    """Return every power that a record of the register can have."""
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


def load_described_registers(folder: Path) -> Mapping[str, Watchlist]:
    """Return every register described by a `*.toml` of the folder, by its id, in the order of
    files.

    A folder that is not there holds none. Raises UsageError for a description that is wrong, and
    for two of one id: nothing is screened on a guess.
    """
    found: dict[str, Watchlist] = {}
    where: dict[str, str] = {}
    try:
        paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    except OSError as error:
        raise UsageError(f"{folder}: cannot be opened: {error.strerror}") from error
    for path in paths:
        description = read_description(path, added=True)
        if description.id in found:
            raise UsageError(
                f"{path}: has the id {description.id!r} of {where[description.id]}",
                hint="Give it another id, or remove one of the two.",
            )
        found[description.id] = watchlist_of(description)
        where[description.id] = path.name
    return found


def described_no_more(list_id: str, folder: Path) -> Watchlist:
    """Return a register that is loaded while its description is gone from the folder: nobody is
    searched on it until that is back, or the register is dropped.
    """
    file = f"{list_id}.toml"

    def parse(files: Files) -> Iterator[ListEntry]:  # noqa: ARG001
        raise UnreadableFile("is a description, not a register", about=file)

    parse.__doc__ = f"A register of the council's own whose description, {folder / file}, is gone."
    declare = watchlist(
        id=list_id,
        title=list_id,
        publisher="",
        licence="",
        topic="enforcement",
        homepage="",
        feeds=(Feed(file),),
        max_age=timedelta(),
        expect=Expect(entries=(0, 0)),
    )
    return replace(declare(parse), location=folder, reading=NO_DESCRIPTION)


def store_description(path: Path, folder: Path) -> tuple[Description, Path]:
    """Copy a description into the folder as `<id>.toml`, with its relative paths made absolute.

    Comments are kept. An older one of the same id is replaced. Raises UsageError for one that is
    wrong, StorageError where it cannot be written.
    """
    description = read_description(path)
    text = path.read_text(encoding="utf-8-sig")
    for key, place in (("file", description.source.file), ("folder", description.source.folder)):
        if place is not None:
            text = _with_value(text, key, os.path.abspath(place))  # noqa: PTH100
    target = folder / f"{description.id}.toml"
    copied = parse_description(text, target, added=True)
    if _derive_source_path(copied) != _derive_source_path(description):
        raise UsageError(
            f"{path.name}: its path cannot be made absolute",
            hint='Under [source], write file or folder on a line of its own: file = "name.csv".',
        )
    try:
        make_folder(folder)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be created: {error.strerror}") from error
    write_text(target, text)
    return copied, target


def _derive_source_path(description: Description) -> str:
    # Not resolved: on Windows that makes of a drive's letter the name of a server.
    return os.path.abspath(description.source.file or description.source.folder or "")  # noqa: PTH100


def _with_value(text: str, key: str, value: str) -> str:
    """Return the text with the value of a key of [source] written again, as a TOML basic string."""
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    start = re.search(r"^\s*\[\s*source\s*\]", text, re.MULTILINE)
    if not start:
        return text
    line = re.compile(rf"""^(\s*{key}\s*=\s*)("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
    head, tail = text[: start.end()], text[start.end() :]
    return head + line.sub(lambda found: found[1] + quoted, tail, count=1)
