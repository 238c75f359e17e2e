"""What is missing for a complete run, and the commands that put it right."""

from collections.abc import Iterable
from dataclasses import dataclass

from duediligence.contracts import Watchlist
from duediligence.model import ListStatus
from duediligence.screening.lists.statuses import leaves_out_restricted
from duediligence.screening.workspace import Workspace

_REFRESH = "lists refresh"
# A command that refreshes more lists names none: it then refreshes all that are in use.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Remedy:
    """How lists become current that lack the same thing.

    `lack` says what is wrong with them, `first` what a person does before the command; it may be
    empty. `command` is what follows the name of the program.
    """

    list_ids: tuple[str, ...]
    lack: str
    first: str
    command: str


def remedy(workspace: Workspace, status: ListStatus) -> Remedy | None:
    """What to do about one list; None where it does not make a run incomplete.

    The one place that knows which list is put right in which way.
    """
    if not status.blocks_complete_run:
        return None
    watchlist, settings = workspace.watchlist(status.list_id), workspace.settings
    file = settings.home / "duediligence.toml"
    lack = "never loaded" if status.version is None else "out of date"
    first, command = "", f"{_REFRESH} {watchlist.id}"
    if status.version and leaves_out_restricted(status.version):
        lack, first = "left out, all its records are restricted", f"set store_restricted in {file}"
    elif watchlist.location is not None:
        first = f"put its files into {watchlist.location}"
    elif watchlist.by_hand:
        lack = f"kept by hand, {'never looked at' if status.version is None else lack}"
        first = f"look at {watchlist.homepage} (whom it names goes into the file that "
        first += f"`duediligence lists template {watchlist.id}` writes)"
        command = f"lists confirm {watchlist.id}"
    elif status.version and any(doubt.kind == "not read" for doubt in status.version.doubts):
        lack, first = "with headings that are not read", "see `duediligence lists status`"
        command += " --accept-format"
    elif status.version and any(doubt.kind == "different days" for doubt in status.version.doubts):
        lack = "with files of different days"
        if not _has_address(watchlist, settings.addresses):
            first = f"download all its files again from {watchlist.homepage} into a folder"
            command += " --from FOLDER"
    elif status.version and status.age_source == "unknown":
        lack, command = "of unknown age", f"{command} --from FOLDER --as-of YYYY-MM-DD"
    elif not _has_address(watchlist, settings.addresses):
        name = watchlist.feeds[0].filename.replace("{part}", "*")
        first = f"download {name} from {watchlist.homepage} into a folder"
        command += " --from FOLDER"
    elif _needs_parts(watchlist) and not settings.parts.get(watchlist.id):
        first = f"set parts.{watchlist.id} in {file}"
    else:
        command = _REFRESH
    return Remedy((watchlist.id,), lack, first, command)


def remedies(workspace: Workspace, statuses: Iterable[ListStatus]) -> list[Remedy]:
    """What to do about all lists, those that one command puts right together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for status in statuses:
        if one := remedy(workspace, status):
            groups.setdefault((one.lack, one.first, one.command), []).extend(one.list_ids)
    found = []
    for (lack, first, command), ids in groups.items():
        named = command == _REFRESH and len(ids) <= _NAMED
        found.append(
            Remedy(tuple(ids), lack, first, " ".join([command, *ids]) if named else command)
        )
    return found


def _has_address(watchlist: Watchlist, addresses: Iterable[str]) -> bool:
    """Whether all files of some set of it can be fetched; `addresses` are file names."""
    known = set(addresses)
    return any(
        all(feed.url or feed.filename in known for feed in feeds if not feed.optional)
        for feeds in watchlist.feed_sets
    )


def _needs_parts(watchlist: Watchlist) -> bool:
    return any("{part}" in feed.filename for feed in watchlist.feeds if not feed.optional)
