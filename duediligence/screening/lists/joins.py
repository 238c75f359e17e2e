"""Which entries of the lists in service are one party: stored, and derived when a list changes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from duediligence.errors import NotAsRecorded
from duediligence.matching.joined_entries import find_parties, join_entries
from duediligence.model import Finding, ListEntry
from duediligence.model.entries import EntryKey
from duediligence.screening import audit_events
from duediligence.screening.workspace import Workspace

# Counts up when entries are joined otherwise than before: they are then joined again.
VERSION = 1
# Between lists of this topic: who is on several of them is one party of one event.
_TOPIC = "sanctions"


def bring_joins_up_to_date(workspace: Workspace) -> None:
    """Join the entries in service again where a list has another version than when the joins were
    stored, or where these are not as the audit chain recorded them. Raises StorageError.
    """
    versions, lists = _describe_versions(workspace), workspace.lists
    recorded = workspace.audit.sealed(audit_events.JOINS)
    sealed = {one.key: one.sha256 for one in lists.joins_seal()}
    if lists.joined_versions() != versions or sealed != recorded:
        with lists.transaction():
            lists.keep_joins(versions, join_entries(_read_entries(workspace)))
            audit_events.record_joins(workspace)


def add_listings(workspace: Workspace, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings, those about a listing with all entries of its party, where there are
    several. Raises StorageError.
    """
    entries = {
        (one.list_id, one.entry_id)
        for one in found
        if one.event and one.event.kind == "designation"
    }
    bring_joins_up_to_date(workspace)
    joins = workspace.lists.joins_of(sorted(entries))
    parties = find_parties(joins, apart=workspace.casework.parted_entries.pairs())
    return [_with_listings(one, parties.get((one.list_id, one.entry_id), ())) for one in found]


def _with_listings(finding: Finding, party: Sequence[EntryKey]) -> Finding:
    event = finding.event
    if event is None or event.kind != "designation" or not party:
        return finding
    return replace(finding, event=replace(event, listed_as=tuple(map(" ".join, party))))


def _describe_versions(workspace: Workspace) -> str:
    used = [
        (list_id, loaded.version.version, loaded.compiled_with)
        for list_id, loaded in sorted(workspace.lists.current().items())
        if _is_joined(workspace, list_id)
    ]
    return msgspec.json.encode([VERSION, used]).decode()


def _is_joined(workspace: Workspace, list_id: str) -> bool:
    watchlist = workspace.watchlists.get(list_id)
    return watchlist is not None and watchlist.topic == _TOPIC


def _read_entries(workspace: Workspace) -> Iterator[ListEntry]:
    """Yield the entries of all lists that are joined, without a list that was changed by hand."""
    for list_id, loaded in workspace.lists.current().items():
        if _is_joined(workspace, list_id) and list_id not in workspace.lists.changed:
            try:
                yield from list(workspace.lists.entries(loaded.version))
            except NotAsRecorded:
                # It is reported where the list is opened to be searched.
                continue
