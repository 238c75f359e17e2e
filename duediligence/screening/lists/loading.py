"""Load the files of a list: read → check → compile the index → swap atomically."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from secrets import token_hex

from duediligence.contracts import Drift, Feed, Files, Watchlist
from duediligence.errors import DuediligenceError, UnreadableFile
from duediligence.fetch import Snapshot
from duediligence.law.personal_insolvency import is_past_its_time
from duediligence.matching import MATCHER_VERSION, Index
from duediligence.matching.index.index import index_file
from duediligence.model import DriftItem, ListDoubt, ListEntry, ListVersion, NotReadRow
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.progress import Progress
from duediligence.screening import audit_events
from duediligence.screening.lists.statuses import (
    content_is_recorded,
    explain_not_storable,
    not_as_recorded,
)
from duediligence.screening.lists.wholeness import (
    check_expectations,
    check_whole,
    first_load_doubts,
    loss_since,
    names_lost,
    refuse_loss,
    refuse_name_loss,
    with_departed,
    with_earlier,
)
from duediligence.screening.lookup.parties import list_entry_keys
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import KEPT_VERSIONS, Loaded
from duediligence.version import __version__
from duediligence.writing import link, make_folder, rename, storing

COMPILED_WITH = f"{__version__}/{MATCHER_VERSION}"
# Unread things in which a renamed heading or tag shows.
_HEADINGS = frozenset("column tag attribute field member property label table".split())
# Kinds that show rows or pages whose record another file of the set lacks.
_WITHOUT_RECORD = frozenset({"rows", "page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTerms:
    """What a refresh is done on.

    `scale` is the share (0.0 … 1.0) of the publishers' sizes that the files have: 1 but for the
    invented samples. `as_of` is the day of files that carry none, as a person states it.
    `accept_shrink` and `accept_format` say that a person accepts a list that lost more than it may,
    and headings and tags that no code reads.
    """

    scale: float = 1.0
    as_of: date | None = None
    accept_shrink: bool = False
    accept_format: bool = False


USUAL = RefreshTerms()


def compiled_with(workspace: Workspace, watchlist: Watchlist) -> str:
    """Return all that decides, beside the files, what a loaded list holds."""
    restricted = "/restricted" if workspace.settings.store_restricted else ""
    return COMPILED_WITH + restricted + (f"/{watchlist.reading}" if watchlist.reading else "")


def confirm_version(version: ListVersion, snapshot: Snapshot, terms: RefreshTerms) -> ListVersion:
    """Return the version, found again in the same bytes."""
    accepted = version.accepted
    if terms.accept_format:
        accepted += tuple(doubt.what for doubt in version.doubts if doubt.acceptable)
    return replace(
        version,
        retrieved_at=snapshot.retrieved_at,
        checked_at=snapshot.checked_at,
        asked_at=_asked_at(snapshot, version),
        origin=snapshot.origin,
        stated_at=_stated_at(version.published, terms) or version.stated_at,
        accepted=accepted,
        doubts=tuple(doubt for doubt in version.doubts if doubt.what not in accepted),
    )


def _asked_at(snapshot: Snapshot, previous: ListVersion | None) -> datetime | None:
    """Return when the publisher was last asked; a file that a person brought says nothing of it."""
    if any(file.url for file in snapshot.files):
        return snapshot.checked_at
    return previous.asked_at if previous else None


def _stated_at(published: date | None, terms: RefreshTerms) -> datetime | None:
    """Return the day that a person states, unless the files carry their own."""
    if published or not terms.as_of:
        return None
    return datetime.combine(terms.as_of, time(), UTC)


def load_list_files(
    workspace: Workspace,
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    snapshot: Snapshot,
    loaded: Loaded | None,
    terms: RefreshTerms,
    progress: Progress,
    record: Callable[[ListVersion], None],
) -> ListVersion:
    """Put the files in service; `record` records the version before anybody sees it."""
    previous = loaded.version if loaded else None
    files = Files(snapshot.paths())
    if not watchlist.reading:
        # What a council's own program writes ends as it likes.
        check_whole(feeds, files)
    with progress.task(f"Reading {watchlist.title}") as task:
        entries = []
        for entry in parse_list_files(watchlist, files):
            entries.append(entry)
            task.advance()
    published = watchlist.published(files)
    if watchlist.accumulates and previous:
        entries = with_earlier(workspace.lists.entries(previous), entries)
        published = max(filter(None, (published, previous.published)), default=None)
    check_expectations(
        watchlist,
        entries,
        published,
        previous,
        today=workspace.now().date(),
        scale=terms.scale,
        feeds=feeds,
    )
    day = published or terms.as_of or snapshot.retrieved_at.date()
    accepted = previous.accepted if previous else ()
    doubts = () if watchlist.reading else tuple(_list_drift_doubts(files.drift))
    if previous is None or any(one.kind == "first load unproven" for one in previous.doubts):
        doubts += tuple(first_load_doubts(watchlist, entries))
    if terms.accept_format:
        accepted += tuple(doubt.what for doubt in doubts if doubt.acceptable)
    stated_at = _stated_at(published, terms)
    # The same bytes, read by newer code: what a person said of them holds.
    same = previous if previous and previous.sha256 == snapshot.sha256 else None
    if same:
        stated_at = stated_at or same.stated_at
    stored = _select_entries_to_store(workspace, watchlist, entries, previous, day, files.drift)
    version = ListVersion(
        list_id=watchlist.id,
        version=f"{day.isoformat()}-{snapshot.sha256[:8]}",
        entries=len(entries),
        names=sum(len(entry.names) for entry in entries),
        published=published,
        retrieved_at=snapshot.retrieved_at,
        checked_at=snapshot.checked_at,
        sha256=snapshot.sha256,
        origin=snapshot.origin,
        drift=files.drift.items(),
        doubts=tuple(doubt for doubt in doubts if doubt.what not in accepted),
        accepted=tuple(doubt.what for doubt in doubts if doubt.what in accepted),
        accepted_loss=same.accepted_loss if same else None,
        stated_at=stated_at,
        page_changed_at=previous.page_changed_at if previous else None,
        asked_at=_asked_at(snapshot, previous),
        not_read=len(files.not_read),
    )
    if loaded and not same:
        lost = names_lost(workspace.lists.entries(loaded.version), entries)
        if not terms.accept_format:
            unread = [doubt.what for doubt in version.doubts if doubt.kind == "not read"]
            refuse_name_loss(watchlist, lost, unread, loaded.version)
        accepted_names = lost.names if terms.accept_format else 0
        loss = loss_since(
            workspace,
            watchlist,
            loaded.version,
            entries,
            version,
            same_code=loaded.compiled_with == compiled_with(workspace, watchlist),
            accepted_names=accepted_names,
        )
        if not terms.accept_shrink:
            refuse_loss(watchlist, loss, loaded.version)
        shrunk = terms.accept_shrink and loss.too_much
        if shrunk or accepted_names:
            entries_gone, names_gone = (loss.entries, loss.names) if shrunk else (0, 0)
            version = replace(version, accepted_loss=(entries_gone, names_gone + accepted_names))
        if loss.too_much and watchlist.expect.states_total:
            gone = DriftItem("note", "gone since the version before", count=loss.entries)
            version = replace(version, drift=(*version.drift, gone))
    rows_not_read = [
        row
        for row in files.not_read
        if row.handling != "restricted" or workspace.settings.store_restricted
    ]
    with progress.task(f"Indexing {watchlist.title}"):
        index_folder, index_sha256 = _compile_list_index(workspace, version, stored)
    _activate(
        workspace, watchlist, version, stored, rows_not_read, index_folder, index_sha256, record
    )
    return version


def _activate(
    workspace: Workspace,
    watchlist: Watchlist,
    version: ListVersion,
    stored: list[ListEntry],
    unread: list[NotReadRow],
    index_folder: Path,
    index_sha256: str,
    record: Callable[[ListVersion], None],
) -> None:
    """Put a version in service; of a list that is kept apart no other one stays."""
    keys = ((key, entry.id) for entry in stored for key in list_entry_keys(watchlist, entry))
    apart, lists = watchlist.kept_apart, workspace.lists
    try:
        with lists.overwriting() if apart else nullcontext(), lists.transaction():
            superseded = lists.swap(
                version,
                stored,
                index_folder,
                compiled_with(workspace, watchlist),
                keys,
                unread,
                keep=1 if apart else KEPT_VERSIONS,
            )
            record(version)
            audit_events.record_index(workspace, version.list_id, version.version, index_sha256)
    except BaseException:
        shutil.rmtree(index_folder, ignore_errors=True)
        raise
    if apart:
        superseded = [one for one in index_folder.parent.iterdir() if one != index_folder]
    for old in superseded:
        # An index that another command still has open cannot be removed on Windows; the next
        # refresh tries again.
        shutil.rmtree(old, ignore_errors=True)


def weed_lists(workspace: Workspace, rule: str, *, dry_run: bool) -> int:
    """Remove each record that may be kept no longer from the lists that are kept apart, with an
    event of the rule of retention for each list; how many there were. Raises StorageError.
    """
    today, removed = workspace.now().date(), 0
    for list_id, loaded in workspace.lists.current().items():
        watchlist = workspace.watchlists.get(list_id)
        if watchlist is None or not watchlist.kept_apart:
            continue
        every = list(workspace.lists.entries(loaded.version))
        stored = [one for one in every if not is_past_its_time(one.record, today)]
        gone = len(every) - len(stored)
        removed += gone
        if gone and not dry_run:
            what: dict[str, AuditValue] = {"removed": gone, "list": list_id}
            event = AuditEvent("retention", workspace.now(), workspace.who, what, rule)

            def record(version: ListVersion, event: AuditEvent = event) -> None:
                seals = audit_events.list_seals(workspace, version.list_id, content=True)
                workspace.audit.add(event, seals)

            version = loaded.version
            built = _compile_list_index(workspace, version, stored)
            _activate(workspace, watchlist, version, stored, [], *built, record)
    return removed


def _list_drift_doubts(drift: Drift) -> Iterator[ListDoubt]:
    """Yield what the parser met that says the list may not be whole, though it was read."""
    for item in drift.in_order_met():
        if item.kind != "unread":
            continue
        if item.what in _HEADINGS:
            yield ListDoubt("not read", f"{item.what} {item.name}", item.count)
        elif item.what in _WITHOUT_RECORD:
            yield ListDoubt("different days", item.name, item.count)


def _select_entries_to_store(
    workspace: Workspace,
    watchlist: Watchlist,
    published: list[ListEntry],
    previous: ListVersion | None,
    day: date,
    drift: Drift,
) -> list[ListEntry]:
    """Return what is kept: the entries published, and those that have left; not what must not
    be.
    """
    entries = published
    if watchlist.tracks_removals and previous:
        entries = with_departed(workspace.lists.entries(previous), entries, day)
    stored = []
    today = workspace.now().date()
    for entry in entries:
        if watchlist.kept_apart and is_past_its_time(entry.record, today):
            drift.left_out("record that is past its time")
        elif reason := explain_not_storable(entry, workspace.settings.store_restricted):
            drift.left_out(reason)
        else:
            stored.append(entry)
    return stored


def parse_list_files(watchlist: Watchlist, files: Files) -> Iterator[ListEntry]:
    """Yield the entries of the files. Raises UnreadableFile for whatever goes wrong in the
    reader.
    """
    try:
        yield from watchlist.parse(files)
    except (DuediligenceError, MemoryError):
        raise
    except Exception as error:
        # A fault in one parser must neither stop the other lists nor lose the old version.
        raise UnreadableFile(
            f"cannot be read: {type(error).__name__}: {error}",
            about=watchlist.id,
            hint="The reader of this list failed. Report this message.",
        ) from error


def _compile_list_index(
    workspace: Workspace, version: ListVersion, entries: list[ListEntry]
) -> tuple[Path, str]:
    """Build the index of a version; its folder, and the SHA-256 of its file."""
    parent = workspace.indexes / version.list_id
    make_folder(parent)
    _remove_stale_builds(workspace, parent)
    building = parent / f".building-{os.getpid()}"
    folder = parent / f"{version.version}-{workspace.now():%Y%m%dT%H%M%S%f}"
    try:
        # In the order in which they are stored: built again, it is the same file.
        digest = Index.build(sorted(entries, key=lambda entry: entry.id)).save(building)
        rename(building, folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return folder, digest


def build_index_again(workspace: Workspace, loaded: Loaded) -> None:
    """Build the index of a version from its stored entries, in the place of what is there.

    Raises StorageError, also where the entries are not those that the audit chain recorded.
    """
    version, folder = loaded.version, loaded.index_folder
    with workspace.lists.snapshot():
        if not content_is_recorded(workspace, version.list_id, version.version):
            raise not_as_recorded(workspace, version.list_id)
        index = Index.build(workspace.lists.entries(version))
    with workspace.lists.transaction():
        # Those that are there were not recorded, where an earlier version loaded the list.
        if not content_is_recorded(workspace, version.list_id, version.version):
            raise not_as_recorded(workspace, version.list_id)
        workspace.lists.keep_digests(version)
    building = folder.with_name(f".building-{os.getpid()}-{token_hex(4)}")
    try:
        digest = index.save(building)
        with storing(folder):
            make_folder(folder)
            # Whoever has the old file open goes on with it.
            link(index_file(building), index_file(folder))
    finally:
        shutil.rmtree(building, ignore_errors=True)
    audit_events.record_index(workspace, version.list_id, version.version, digest)


def _remove_stale_builds(workspace: Workspace, parent: Path) -> None:
    """Remove what a refresh that was killed left half-built, once it is surely dead."""
    for folder in parent.glob(".building-*"):
        age = workspace.now().timestamp() - folder.stat().st_mtime
        if age > 86_400 or folder.name == f".building-{os.getpid()}":
            shutil.rmtree(folder, ignore_errors=True)
