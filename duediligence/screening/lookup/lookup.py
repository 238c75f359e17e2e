"""Look parties up in the compiled index of a list."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from duediligence.errors import StorageError
from duediligence.matching import Index, Subject
from duediligence.model import ListEntry, ListStatus, ListVersion, Match, Party, StaleReason
from duediligence.progress import Progress
from duediligence.screening.workspace import Workspace


def open_index(workspace: Workspace, status: ListStatus) -> tuple[ListStatus, Index | None]:
    """The index of the version in service, and the status as it turns out to be.

    An index that cannot be read leaves the list not checked, which is never the same as clear.
    """
    if status.version is None:
        return status, None
    loaded = workspace.lists.current()[status.list_id]
    try:
        index = Index.load(loaded.index_folder)
    except StorageError as error:
        reason = StaleReason(kind="index not readable", said=error.message)
        return replace(status, state="stale", version=None, reasons=(reason,)), None
    return replace(status, version=loaded.version), index


def look_up(
    workspace: Workspace,
    version: ListVersion,
    index: Index,
    parties: Sequence[Party],
    *,
    threshold: float,
    title: str,
    progress: Progress,
) -> Iterator[tuple[int, list[tuple[Match, ListEntry]]]]:
    """Yield (position of the party, its matches with their entries, best first), in order.

    One more than `settings.limit` is given where there are more, so that nothing need be hidden
    in silence. Ships and aircraft are passed over unless the party is one: whoever sells to a
    public body is a person or an organisation.
    """
    settings = workspace.settings
    results = index.search_many(
        (subject(party) for party in parties),
        threshold=threshold,
        limit=settings.limit + 1,
        workers=settings.workers,
    )
    with progress.task(f"Screening against {title}", len(parties)) as task:
        for position, matches in enumerate(results):
            task.advance()
            found = [(match, workspace.lists.entry(version, match.entry_id)) for match in matches]
            yield position, [pair for pair in found if can_be(parties[position], pair[1])]


def can_be(party: Party, entry: ListEntry) -> bool:
    """Whether who sells to a public body could be the entry: never a ship, unless it says so."""
    return party.kind != "unknown" or entry.kind not in ("vessel", "aircraft")


def subject(party: Party) -> Subject:
    """A party as the index looks it up."""
    return Subject(
        names=tuple(name.text for name in party.names),
        kind=party.kind,
        birth_date=party.birth_date,
        countries=party.countries,
        identifiers=party.identifiers,
        addresses=party.addresses,
    )
