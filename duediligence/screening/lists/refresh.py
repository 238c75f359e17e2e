"""Refresh a list: fetch → parse → check expectations → compile the index → swap atomically."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal

from duediligence import __version__
from duediligence.contracts import Drift, Feed, Files, Watchlist
from duediligence.errors import DuediligenceError, SourceError, UnreadableFile
from duediligence.fetch import Snapshot, Snapshots
from duediligence.matching import MATCHER_VERSION, Index
from duediligence.model import ListDoubt, ListEntry, ListVersion
from duediligence.model.casework.audit import AuditEvent
from duediligence.progress import SILENT, Progress
from duediligence.screening import trail
from duediligence.screening.lists import expectations
from duediligence.screening.lists.departures import with_departed
from duediligence.screening.lists.handling import storable
from duediligence.screening.lists.sources import Sources
from duediligence.screening.lists.statuses import newest_on
from duediligence.screening.lists.wholeness import check_whole
from duediligence.screening.lookup import places
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Failure, Loaded

COMPILED_WITH = f"{__version__}/{MATCHER_VERSION}"
# Kinds of drift that a renamed heading or tag shows itself in.
_HEADINGS = frozenset("column tag attribute field member property label table".split())
# Kinds that show rows or pages whose record another file of the set lacks.
_WITHOUT_RECORD = frozenset({"rows", "page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
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


USUAL = Terms()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How the refresh of one list ended.

    `absent` means that its files were not in the folder given, or that it has no address and a
    person must bring them, or set what `error` says. Else `error` says what failed; a list
    `loaded` from an alternate file carries the error of the preferred one.
    """

    list_id: str
    result: Literal["loaded", "unchanged", "absent", "failed"]
    version: ListVersion | None
    previous: ListVersion | None
    error: DuediligenceError | None = None


def refresh(
    workspace: Workspace,
    ids: Iterable[str] = (),
    *,
    folder: Path | None = None,
    terms: Terms = USUAL,
    progress: Progress = SILENT,
) -> Iterator[Refreshed]:
    """Refresh lists (those in use, or those in `ids`), from their publishers or from a folder.

    Yields as each list ends. A list that fails keeps the version it had and is marked stale.
    Raises UsageError for an unknown id, StorageError when
    the tool's own files cannot be written.
    """
    chosen = [workspace.watchlist(i) for i in ids] or _usual(workspace, folder)
    sources = Sources.of(workspace, folder, progress)
    trail.catch_up_on_lists(workspace)
    for watchlist in chosen:
        loaded = workspace.lists.current().get(watchlist.id)
        result = _refresh(workspace, watchlist, loaded, sources, terms)
        if result.result == "failed" and result.error:
            failure = Failure(workspace.now(), _reason(watchlist, result.error))
            workspace.lists.fail(watchlist.id, failure.at, failure.reason)
            workspace.audit.add(trail.list_failed(workspace, watchlist.id, failure))
        elif result.result != "absent" and result.version:
            workspace.audit.add(trail.list_refreshed(workspace, result.version))
            if terms.as_of and result.version.stated_at:
                workspace.audit.add(trail.list_confirmed(workspace, result.version))
        result = _look_at_page(workspace, watchlist, sources, result)
        _prune(sources.snapshots, watchlist.id, result.version)
        yield result


def _look_at_page(
    workspace: Workspace, watchlist: Watchlist, sources: Sources, result: Refreshed
) -> Refreshed:
    """Keep when the page of a list that is kept by hand last changed."""
    if not watchlist.by_hand or not result.version:
        return result
    changed = sources.page_changed_at(watchlist.by_hand)
    if changed is None or changed == result.version.page_changed_at:
        return result
    version = replace(result.version, page_changed_at=changed)
    workspace.lists.amend(version)
    return replace(result, version=version)


def drop(workspace: Workspace, list_id: str) -> bool:
    """Take a list out of use with all its versions; whether it was in use, or had failed.

    A register whose description is gone can be dropped too. Raises StorageError.
    """
    used = workspace.lists.current().keys() | workspace.lists.failures().keys()
    if list_id not in used:
        return False
    for folder in workspace.lists.drop(list_id):
        shutil.rmtree(folder, ignore_errors=True)
    event = AuditEvent("list dropped", workspace.now(), workspace.who, subject=list_id)
    workspace.audit.add(event)
    return True


def _usual(workspace: Workspace, folder: Path | None) -> list[Watchlist]:
    """The lists that are refreshed unless some are named: those in use, or all in a folder.

    An optional list comes into use when it is first named or brought.
    """
    known = list(workspace.watchlists.values())
    if folder is not None:
        return known
    used = workspace.lists.current().keys() | workspace.lists.failures().keys()
    return [one for one in known if not one.optional or one.id in used or one.location]


def _refresh(
    workspace: Workspace,
    watchlist: Watchlist,
    loaded: Loaded | None,
    sources: Sources,
    terms: Terms,
) -> Refreshed:
    previous = loaded.version if loaded else None
    failed: SourceError | None = None
    unsound: SourceError | None = None
    for feeds in watchlist.feed_sets:
        try:
            snapshot = sources.snapshot(watchlist, feeds)
        except SourceError as error:
            failed = failed or error
            continue
        if snapshot is None:
            continue
        try:
            if loaded and _same(workspace, watchlist, loaded, snapshot):
                version = _confirmed(loaded.version, snapshot, terms)
                workspace.lists.amend(version, sound=True)
                return Refreshed(watchlist.id, "unchanged", version, previous, failed)
            version = _load(workspace, watchlist, feeds, snapshot, loaded, terms, sources.progress)
            return Refreshed(watchlist.id, "loaded", version, previous, failed)
        except SourceError as error:
            failed = failed or error
            unsound = unsound or error
    # What is wrong with files that are all there tells more than that others are not.
    if reason := unsound or failed:
        return Refreshed(watchlist.id, "failed", previous, previous, reason)
    return Refreshed(watchlist.id, "absent", previous, previous, sources.wanting(watchlist))


def _reason(watchlist: Watchlist, error: DuediligenceError) -> str:
    """What went wrong, to be told beside the name of the list."""
    return error.message.removeprefix(f"{watchlist.title}: ").removeprefix(f"{watchlist.id}: ")


def _prune(snapshots: Snapshots, list_id: str, served: ListVersion | None) -> None:
    """Remove old snapshots, but never that of the version in service, however many failed since."""
    held = snapshots.all(list_id)
    snapshots.prune(list_id, {s.id for s in held if served and s.sha256 == served.sha256})


def _compiled_with(workspace: Workspace, watchlist: Watchlist) -> str:
    """All that decides, beside the files, what a loaded list holds."""
    restricted = "/restricted" if workspace.settings.store_restricted else ""
    return COMPILED_WITH + restricted + (f"/{watchlist.reading}" if watchlist.reading else "")


def _same(workspace: Workspace, watchlist: Watchlist, loaded: Loaded, snapshot: Snapshot) -> bool:
    return (
        loaded.version.sha256 == snapshot.sha256
        and loaded.compiled_with == _compiled_with(workspace, watchlist)
        and loaded.index_folder.is_dir()
    )


def _confirmed(version: ListVersion, snapshot: Snapshot, terms: Terms) -> ListVersion:
    """The version, found again in the same bytes."""
    accepted = version.accepted
    if terms.accept_format:
        accepted += tuple(doubt.what for doubt in version.doubts if doubt.kind == "not read")
    return replace(
        version,
        checked_at=snapshot.checked_at,
        origin=snapshot.origin,
        stated_at=_stated_at(version.published, terms) or version.stated_at,
        accepted=accepted,
        doubts=tuple(doubt for doubt in version.doubts if doubt.what not in accepted),
    )


def _stated_at(published: date | None, terms: Terms) -> datetime | None:
    """The day that a person states, unless the files carry their own."""
    if published or not terms.as_of:
        return None
    return datetime.combine(terms.as_of, time(), UTC)


def _load(
    workspace: Workspace,
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    snapshot: Snapshot,
    loaded: Loaded | None,
    terms: Terms,
    progress: Progress,
) -> ListVersion:
    previous = loaded.version if loaded else None
    files = Files(snapshot.paths())
    if not watchlist.reading:
        # What a council's own program writes ends as it likes.
        check_whole(feeds, files)
    with progress.task(f"Reading {watchlist.title}") as task:
        entries = []
        for entry in _parse(watchlist, files):
            entries.append(entry)
            task.advance()
    published = watchlist.published(files)
    expectations.check_expectations(
        watchlist, entries, published, previous, today=workspace.now().date(), scale=terms.scale
    )
    day = published or terms.as_of or snapshot.retrieved_at.date()
    accepted = previous.accepted if previous else ()
    doubts = () if watchlist.reading else tuple(_doubts(files.drift))
    if terms.accept_format:
        accepted += tuple(doubt.what for doubt in doubts if doubt.kind == "not read")
    stated_at = _stated_at(published, terms)
    stored = _stored(workspace, watchlist, entries, previous, day, files.drift)
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
        drift=files.drift.lines(),
        doubts=tuple(doubt for doubt in doubts if doubt.what not in accepted),
        accepted=tuple(doubt.what for doubt in doubts if doubt.what in accepted),
        stated_at=stated_at,
        page_changed_at=previous.page_changed_at if previous else None,
    )
    if loaded and loaded.version.sha256 != snapshot.sha256:
        loss = _loss(workspace, watchlist, loaded, entries, version)
        if not terms.accept_shrink:
            expectations.refuse_loss(watchlist, loss, loaded.version)
        elif loss.too_much:
            version = replace(version, accepted_loss=(loss.entries, loss.names))
    with progress.task(f"Indexing {watchlist.title}"):
        index_folder = _compile(workspace, version, stored)
    try:
        keys = ((key, entry.id) for entry in stored for key in places.keys(watchlist, entry))
        superseded = workspace.lists.swap(
            version, stored, index_folder, _compiled_with(workspace, watchlist), keys
        )
    except BaseException:
        shutil.rmtree(index_folder, ignore_errors=True)
        raise
    for old in superseded:
        # An index that another command still has open cannot be removed on Windows; the next
        # refresh tries again.
        shutil.rmtree(old, ignore_errors=True)
    return version


def _doubts(drift: Drift) -> Iterator[ListDoubt]:
    """What the parser met that says the list may not be whole, though it was read."""
    for kind, name, count in drift.counts():
        thing = kind.removeprefix("unread ")
        if thing == kind:
            continue
        if thing in _HEADINGS:
            yield ListDoubt("not read", f"{thing} {name}", count)
        elif thing in _WITHOUT_RECORD:
            yield ListDoubt("different days", name, count)


def _loss(
    workspace: Workspace,
    watchlist: Watchlist,
    loaded: Loaded,
    entries: list[ListEntry],
    version: ListVersion,
) -> expectations.Loss:
    """What is gone since the version before; entries are compared where one code read both."""
    previous = loaded.version
    gone = 0
    if loaded.compiled_with == _compiled_with(workspace, watchlist):
        gone = _gone(workspace, watchlist, previous, entries)
    before, after = newest_on(watchlist, previous), newest_on(watchlist, version)
    if version.published and previous.published:
        before, after = previous.published, version.published
    days = max(0, (after - before).days) if before and after else 0
    if watchlist.reading:
        # A council's own file is newer than the one before, whatever its date.
        days = max(1, days)
    return expectations.measure_loss(watchlist, entries, previous, gone, days)


def _gone(
    workspace: Workspace, watchlist: Watchlist, previous: ListVersion, entries: list[ListEntry]
) -> int:
    """How many entries of the version before are no longer there."""
    ids = {entry.id for entry in entries}
    known = workspace.lists.ids(previous)
    if ids.isdisjoint(known):
        # Another file of the list, which knows its entries by something else: compare names.
        names = {name.text for entry in entries for name in entry.names}
        return sum(
            names.isdisjoint(name.text for name in entry.names)
            for entry in workspace.lists.entries(previous)
        )
    if watchlist.keeps_departed:
        known = frozenset(
            entry.id
            for entry in workspace.lists.entries(previous)
            if not (entry.record and entry.record.ended)
        )
    return len(known - ids)


def _stored(
    workspace: Workspace,
    watchlist: Watchlist,
    published: list[ListEntry],
    previous: ListVersion | None,
    day: date,
    drift: Drift,
) -> list[ListEntry]:
    """What is kept: the entries published, and those that have left; not what must not be."""
    entries = published
    if watchlist.keeps_departed and previous:
        entries = with_departed(workspace.lists.entries(previous), entries, day)
    stored = []
    for entry in entries:
        if reason := storable(entry, workspace.settings.store_restricted):
            drift.left_out(reason)
        else:
            stored.append(entry)
    return stored


def _parse(watchlist: Watchlist, files: Files) -> Iterator[ListEntry]:
    try:
        yield from watchlist.parse(files)
    except (DuediligenceError, MemoryError):
        raise
    except Exception as error:
        # A fault in one parser must neither stop the other lists nor lose the old version.
        raise UnreadableFile(
            f"{watchlist.id}: cannot be read: {type(error).__name__}: {error}",
            hint="The publisher may have changed the format; please report this.",
        ) from error


def _compile(workspace: Workspace, version: ListVersion, entries: list[ListEntry]) -> Path:
    parent = workspace.indexes / version.list_id
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(workspace, parent)
    building = parent / f".building-{os.getpid()}"
    try:
        Index.build(entries).save(building)
        return building.replace(parent / f"{version.version}-{workspace.now():%Y%m%dT%H%M%S%f}")
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _sweep(workspace: Workspace, parent: Path) -> None:
    """Remove what a refresh that was killed left half-built, once it is surely dead."""
    for folder in parent.glob(".building-*"):
        age = workspace.now().timestamp() - folder.stat().st_mtime
        if age > 86_400 or folder.name == f".building-{os.getpid()}":
            shutil.rmtree(folder, ignore_errors=True)
