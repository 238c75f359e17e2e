"""Registers of the council's own that were described by form: saved, and given newer files."""

import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from duediligence.contracts import Watchlist
from duediligence.errors import Conflict
from duediligence.permissions import lies_within
from duediligence.screening.access import use_case
from duediligence.screening.lists.refresh import add
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.settings.editing import format_settings_toml
from duediligence.writing import make_folder, storing, write_bytes, write_text


@use_case("change settings", event="list added")
def save_register(workspace: Workspace, document: Mapping[str, Any], file: Path) -> str:
    """Add a register to the lists, with a copy of its file in the home; return its id.

    `document` describes it, with any id: it gets one of its own, made from its title. Raises
    UsageError for a wrong description, StorageError.
    """
    name = "-".join(re.findall(r"[a-z0-9]+", document["title"].casefold()))[:50] or "register"
    ids = (name if number == 1 else f"{name}-{number}" for number in count(1))
    list_id = next(one for one in ids if one not in workspace.watchlists)
    folder = workspace.settings.local_registers_folder / list_id
    with storing(folder):
        make_folder(folder, private=True)
        body = file.read_bytes()
    described = folder / "register.toml"
    kept = folder / (f"file-{file.name}" if file.name == described.name else file.name)
    write_bytes(kept, body)
    source = {**document["source"], "file": kept.name}
    write_text(described, format_settings_toml({**document, "id": list_id, "source": source}))
    add(workspace, described)
    return list_id


def keeps_its_file(watchlist: Watchlist, settings: Settings) -> bool:
    """Return whether the file of a register is kept in the home, where a newer one replaces it."""
    place = watchlist.location
    return place is not None and lies_within(place, settings.local_registers_folder / watchlist.id)


@use_case("refresh lists")
def replace_register_file(workspace: Workspace, list_id: str, body: bytes) -> None:
    """Put a newer file of a register in the place of its own, for the next refresh to read.

    Raises Conflict for a register whose file is not kept in the home, StorageError.
    """
    watchlist = workspace.watchlist(list_id)
    if watchlist.location is None or not keeps_its_file(watchlist, workspace.settings):
        raise Conflict(
            f"The files of {watchlist.title} are not kept here",
            hint="Put the newer file where the council keeps the register.",
        )
    write_bytes(watchlist.location / watchlist.feeds[0].filename, body)
