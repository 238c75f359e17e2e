"""Which entries of the lists in service are one party: stored, and derived when a list changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import get_args

import msgspec

from duediligence.errors import NotAsRecorded
from duediligence.matching.joined_entries import find_parties, join_entries
from duediligence.model import Finding, ListEntry
from duediligence.model.entries import EntryKey, Handling
from duediligence.screening import audit_events
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Loaded

# Counts up when entries are joined otherwise than before: they are then joined again.
VERSION = 2
# Between lists of this topic: who is on several of them is one party of one event.
_TOPIC = "sanctions"


def bring_joins_up_to_date(workspace: Workspace) -> None:
    """Join the entries in service again where a list has another version than when the joins were
    stored, or where these are not as the audit chain recorded them. Raises StorageError.
    """
    versions, lists = _describe_versions(workspace), workspace.lists
    recorded = {
        (table, key): sha256
        for table in audit_events.JOINS
        for key, sha256 in workspace.audit.sealed(table).items()
    }
    sealed = {(one.table, one.key): one.sha256 for one in lists.joins_seals()}
    if lists.joined_versions() != versions or sealed != recorded:
        with lists.transaction():
            lists.keep_joins(versions, join_entries(_read_entries(workspace)))
            audit_events.record_joins(workspace)


def add_listings(workspace: Workspace, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings, those about a listing with the entries of its party. Raises
    StorageError.

    A restricted entry is named only in findings that are restricted too.
    """
    entries = sorted({(one.list_id, one.entry_id) for one in found if _is_listing(one)})
    bring_joins_up_to_date(workspace)
    joins = workspace.lists.joins_of(entries)
    parties = find_parties(joins, apart=workspace.casework.parted_entries.pairs())
    rank = cache(partial(_rank_handling, workspace, workspace.lists.current()))
    return [_add_entries_of_party(one, parties, rank) for one in found]


def _is_listing(finding: Finding) -> bool:
    event = finding.event
    return event is not None and event.kind == "designation" and bool(finding.list_id)


def _add_entries_of_party(
    finding: Finding,
    parties: Mapping[EntryKey, Sequence[EntryKey]],
    rank: Callable[[EntryKey], int],
) -> Finding:
    if finding.event is None or not _is_listing(finding):
        return finding
    own, most = (finding.list_id, finding.entry_id), _HANDLING.index(finding.handling)
    listed_as = tuple(
        " ".join(key) for key in parties.get(own, (own,)) if key == own or rank(key) <= most
    )
    return replace(finding, event=replace(finding.event, listed_as=listed_as))


_HANDLING: tuple[Handling, ...] = get_args(Handling)


def _rank_handling(workspace: Workspace, current: Mapping[str, Loaded], key: EntryKey) -> int:
    """Return the place in `_HANDLING` of an entry; the last one if the entry cannot be read."""
    list_id, entry_id = key
    try:
        record = workspace.lists.entry(current[list_id].version, entry_id).record
    except (KeyError, NotAsRecorded):
        return len(_HANDLING) - 1
    return _HANDLING.index(record.handling) if record else 0


def _describe_versions(workspace: Workspace) -> str:
    used = [
        (list_id, loaded.version.version, loaded.compiled_with)
        for list_id, loaded in _joined_lists(workspace)
    ]
    return msgspec.json.encode([VERSION, used]).decode()


def _joined_lists(workspace: Workspace) -> list[tuple[str, Loaded]]:
    known = workspace.watchlists
    current = sorted(workspace.lists.current().items())
    return [one for one in current if one[0] in known and known[one[0]].topic == _TOPIC]


def _read_entries(workspace: Workspace) -> Iterator[ListEntry]:
    """Yield the entries of all lists that are joined, without a list that was changed by hand."""
    for list_id, loaded in _joined_lists(workspace):
        if list_id not in workspace.lists.changed:
            try:
                yield from list(workspace.lists.entries(loaded.version))
            except NotAsRecorded:
                # It is reported where the list is opened to be searched.
                continue
