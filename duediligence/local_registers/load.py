"""Every register that a folder describes, and a new description put there."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from duediligence.contracts import Watchlist
from duediligence.errors import StorageError, UsageError
from duediligence.local_registers.description import Description, described, read_description
from duediligence.local_registers.watchlist import watchlist_of
from duediligence.writing import write_text


def load(folder: Path) -> Mapping[str, Watchlist]:
    """Every register described by a `*.toml` of the folder, by its id, in the order of files.

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
        description = read_description(path)
        if description.id in found:
            raise UsageError(
                f"{path}: has the id {description.id!r} of {where[description.id]}",
                hint="Give it another id, or remove one of the two.",
            )
        found[description.id] = watchlist_of(description)
        where[description.id] = path.name
    return found


def put(path: Path, folder: Path) -> tuple[Description, Path]:
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
    copied = described(text, target)
    if _place(copied) != _place(description):
        raise UsageError(
            f"{path.name}: its path cannot be made absolute",
            hint='Under [source], write file or folder on a line of its own: file = "name.csv".',
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be made: {error.strerror}") from error
    write_text(target, text)
    return copied, target


def _place(description: Description) -> str:
    # Not resolved: on Windows that makes of a drive's letter the name of a server.
    return os.path.abspath(description.source.file or description.source.folder or "")  # noqa: PTH100


def _with_value(text: str, key: str, value: str) -> str:
    """The text with the value of a key of [source] written anew, as a TOML basic string."""
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    start = re.search(r"^\s*\[\s*source\s*\]", text, re.MULTILINE)
    if not start:
        return text
    line = re.compile(rf"""^(\s*{key}\s*=\s*)("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
    head, tail = text[: start.end()], text[start.end() :]
    return head + line.sub(lambda found: found[1] + quoted, tail, count=1)
