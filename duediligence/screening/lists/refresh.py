"""Lists fetched again, from their publishers or a folder, or stated by hand to be current."""

import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from duediligence import registry
from duediligence.contracts import Feed, KeptByHand, Watchlist, by_part
from duediligence.errors import (
    Conflict,
    DuediligenceError,
    FetchFailed,
    Hint,
    SourceError,
    Step,
    UsageError,
)
from duediligence.fetch import (
    Client,
    Snapshot,
    Snapshots,
    Visits,
    fetch_folder,
    fetch_online,
    resolve_feeds,
)
from duediligence.model import ListVersion
from duediligence.model.audit import AuditEvent
from duediligence.progress import SILENT, Progress
from duediligence.screening import audit_events
from duediligence.screening.access import use_case
from duediligence.screening.clock import read_clock
from duediligence.screening.lists.care_answers import collect_care_answers
from duediligence.screening.lists.joins import bring_joins_up_to_date
from duediligence.screening.lists.loading import (
    USUAL,
    RefreshTerms,
    compiled_with,
    confirm_version,
    load_list_files,
)
from duediligence.screening.lists.recognition import NOTHING_RECOGNISED, Recognition
from duediligence.screening.lists.statuses import (
    age_rests_on,
    content_is_recorded,
    find_swapped_index,
)
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.store.lists import Failure, Loaded


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one refresh. `folder` is that of `--from`; without it each list has its own.

    A council's register is read from its own folder, unless one of its id is in `folder`: the
    names of its files are too plain to be distinguished from those of other lists.

    `visits` are shared by all lists, so that a site is asked but once what it allows. `brought`
    says which files of the folder have other names than they should.
    """

    workspace: Workspace
    snapshots: Snapshots
    visits: Visits
    folder: Path | None
    brought: Recognition
    progress: Progress

    @classmethod
    def of(
        cls, workspace: Workspace, folder: Path | None, brought: Recognition, progress: Progress
    ) -> "Sources":
        settings = workspace.settings
        client = Client(
            user_agent=user_agent(settings),
            verify=str(settings.ca_file) if settings.ca_file else True,
            private_hosts=settings.private_hosts,
            # The EU makes its file anew for each request, and is silent for over a minute.
            read_timeout=180,
        )
        snapshots = Snapshots(workspace.snapshots, settings.keep_snapshots, workspace.now())
        return cls(workspace, snapshots, Visits(client), folder, brought, progress)

    def snapshot(
        self, watchlist: Watchlist, feeds: tuple[Feed, ...], asked_at: datetime | None
    ) -> Snapshot | None:
        """Return the newest files of one feed set; None where there are none.

        `asked_at` is when the publisher was last asked for what is new. Raises SourceError where
        they should be there and are not, or StorageError.
        """
        now = self.workspace.now()
        if watchlist.location is not None:
            brought = self.folder and self.folder / watchlist.folder
            return self._own(
                watchlist, feeds, brought if brought and brought.is_dir() else watchlist.location
            )
        settings = self.workspace.settings
        parts = settings.parts.get(watchlist.id, ())
        if self.folder is not None:
            self._check_twice(watchlist)
            return fetch_folder(
                watchlist,
                feeds,
                self.folder,
                self.snapshots,
                now=now,
                parts=parts,
                renamed=self.brought.renamed(watchlist.id),
                not_of_it=self.brought.not_of.get(watchlist.id, ()),
            )
        if watchlist.asked:
            asked = collect_care_answers(self.workspace, self.progress)
            if asked is None:
                return None
            return fetch_folder(watchlist, feeds, asked, self.snapshots, now=now, in_place=True)
        if parts and by_part(watchlist.feeds) and not by_part(feeds):
            # The file of the whole is no stand-in for the parts that were asked for.
            return None
        if watchlist.parts:
            parts = parts or watchlist.parts(now.date())
        hosts = settings.hosts.get(watchlist.id, ())
        feeds = tuple(
            resolve_feeds(
                feeds,
                parts,
                settings.addresses,
                hosts,
                now=now,
                asked=asked_at,
            )
        )
        if not all(feed.url for feed in feeds if not feed.optional):
            return None
        return fetch_online(
            watchlist, feeds, self.visits, self.snapshots, progress=self.progress, now=now
        )

    def _check_twice(self, watchlist: Watchlist) -> None:
        """Refuse to choose between an old and a new copy: the old one could pass for current."""
        if watchlist.id in self.brought.twice:
            one, other = self.brought.twice[watchlist.id]
            raise FetchFailed(
                f"{one.name} and {other.name} in {other.parent} are the same file of the list at "
                "two times",
                about=watchlist.title,
                hint="Keep the newer one, delete the other, and refresh again.",
            )

    def _own(self, watchlist: Watchlist, feeds: tuple[Feed, ...], location: Path) -> Snapshot:
        hint = (
            f"Put {', '.join(feed.filename for feed in feeds)} there, or correct [source] in the "
            "description and add that again. If the folder is on a shared drive, check that this "
            "machine has the drive."
        )
        if not location.is_dir():
            raise FetchFailed(
                f"{location} is not a folder that can be reached", about=watchlist.title, hint=hint
            )
        snapshot = fetch_folder(
            watchlist,
            feeds,
            location,
            self.snapshots,
            now=self.workspace.now(),
            in_place=location == watchlist.location,
        )
        if snapshot is None:
            names = ", ".join(feed.filename for feed in feeds)
            raise FetchFailed(
                f"there is no {names} in {location}", about=watchlist.title, hint=hint
            )
        return snapshot

    def page_changed_at(self, by_hand: KeptByHand) -> datetime | None:
        """Return when the page of a list that is kept by hand last changed; None where nobody can
        say.
        """
        addresses = self.workspace.settings.addresses
        (page,) = resolve_feeds((by_hand.page,), (), addresses, now=self.workspace.now())
        if self.folder is not None:
            return None
        with TemporaryDirectory() as folder:
            path = Path(folder) / page.filename
            try:
                self.visits.download(page.url, page, into=path, progress=self.progress)
                return by_hand.changed_at(path)
            except SourceError as error:
                self.progress.note(f"{error.message}; whether the page changed is not known")
                return None

    def wanting(self, watchlist: Watchlist) -> UsageError | None:
        """Return what must be set before the list can be fetched, where something must."""
        if watchlist.asked and not self.folder:
            return UsageError(
                f"nothing to ask for {watchlist.title}: there is no key, or no supplier on the "
                "register of places of care here",
                hint="Get a free key, set cqc_key, and refresh the CQC register of care "
                f"providers first. The key is at {watchlist.homepage}.",
            )
        if (
            self.folder
            or not watchlist.needs_parts
            or self.workspace.settings.parts.get(watchlist.id)
        ):
            return None
        return UsageError(
            f"the setting `parts` does not say which parts of {watchlist.title} to fetch",
            hint=f'Set parts = {{ {watchlist.id} = ["…"] }} in '
            f"{self.workspace.settings.home / 'duediligence.toml'}. The codes are "
            f"at {watchlist.homepage}.",
        )


_log = logging.getLogger(__name__)


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


@use_case("refresh lists", event="list refreshed")
def refresh(
    workspace: Workspace,
    ids: Iterable[str] = (),
    *,
    folder: Path | None = None,
    brought: Recognition = NOTHING_RECOGNISED,
    terms: RefreshTerms = USUAL,
    progress: Progress = SILENT,
) -> Iterator[Refreshed]:
    """Refresh lists (those in use, or those in `ids`), from their publishers or from a folder.

    `brought` is what the files of the folder are (see `recognise`), where their names do not say.

    Yields as each list ends; where any was loaded, the index merged from all is made last. A list
    that fails keeps the version it had and is marked stale. Raises UsageError for an unknown id,
    StorageError when the tool's own files cannot be written.
    """
    chosen = [workspace.watchlist(i) for i in ids] or usual_lists(workspace, folder)
    sources = Sources.of(workspace, folder, brought, progress)
    audit_events.begin_sealing_lists(workspace)
    served = False
    with progress.keeping("lists were refreshed", len(chosen)) as keeping:
        for number, watchlist in enumerate(chosen, start=1):
            loaded = workspace.lists.current().get(watchlist.id)
            with progress.task(f"{watchlist.title} ({number} of {len(chosen)})"):
                result = _refresh_watchlist(workspace, watchlist, loaded, sources, terms)
            _log.log(
                logging.WARNING if result.result == "failed" else logging.INFO,
                "refresh of list %s: %s", watchlist.id, result.result,
                extra={"list": watchlist.id, "result": result.result, "met": result.error},
            )  # fmt: skip
            result = _look_at_page(workspace, watchlist, sources, result)
            if not result.error and result.result != "absent":
                sources.snapshots.forget_failed(watchlist.id)
            if result.result in ("loaded", "unchanged"):
                served = True
                keeping.advance()
            yield result
    if served:
        with progress.task("Merging the indexes"):
            open_lists(workspace)
        with progress.task("Joining entries across lists"):
            bring_joins_up_to_date(workspace)


def _record_list_refresh(
    sources: Sources, version: ListVersion, terms: RefreshTerms, *, loaded: bool
) -> None:
    """Record what was found of a list, with the seals of what is there now."""
    workspace, news = sources.workspace, loaded or terms.accept_format
    _prune_list_snapshots(sources, workspace.watchlist(version.list_id), version)
    event = audit_events.list_refreshed(workspace, version, with_accepted=news)
    _seal(workspace, event, content=loaded)
    if terms.as_of and version.stated_at:
        _seal(workspace, audit_events.list_confirmed(workspace, version))


def _seal(workspace: Workspace, event: AuditEvent, *, content: bool = False) -> None:
    """Append an event about a list, which seals what is there of it. To be called before the
    transaction of that ends.
    """
    sealed = audit_events.list_seals(workspace, event.subject, content=content)
    workspace.audit.add(event, sealed)


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
    with workspace.lists.transaction():
        workspace.lists.amend(version)
        _seal(workspace, audit_events.page_changed(workspace, version))
    return replace(result, version=version)


@use_case("refresh lists", event="list dropped")
def drop(workspace: Workspace, list_id: str) -> bool:
    """Take a list out of use with all its versions; whether it was in use, or had failed.

    A register whose description is gone can be dropped too. Raises StorageError.
    """
    used = workspace.lists.current().keys() | workspace.lists.failures().keys()
    if list_id not in used:
        return False
    with workspace.lists.transaction():
        folders = workspace.lists.drop(list_id)
        event = AuditEvent("list dropped", workspace.now(), workspace.who, subject=list_id)
        _seal(workspace, event)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    workspace.engines.clear()
    return True


@use_case("refresh lists", event="list added")
def add(workspace: Workspace, path: Path) -> tuple[Path, bool]:
    """Add a register of one's own, as the file at `path` describes it, to the lists.

    Returns the copy of the description in the home, and whether it replaced one. Raises Conflict
    for the id of a list that comes with the tool, UsageError, StorageError.
    """
    # Imported lazily: who has no registers need not wait for it.
    from duediligence.council_registers import read_description, store_description

    list_id = read_description(path).id
    if built_in := registry.find_watchlists().get(list_id):
        raise Conflict(
            f"{path.name}: id {list_id!r} is that of {built_in.title}",
            hint="Choose another id: an id always names one list.",
        )
    folder = workspace.settings.local_registers_folder
    known = (folder / f"{list_id}.toml").exists()
    _, target = store_description(path, folder)
    digest = sha256(target.read_bytes()).hexdigest()
    event = AuditEvent("list added", workspace.now(), workspace.who, {"sha256": digest}, list_id)
    workspace.audit.add(event)
    return target, known


@use_case("read")
def fetched(workspace: Workspace, list_id: str) -> Snapshot | None:
    """Return the files of a list as they were last fetched; None where they never were."""
    return Snapshots(workspace.snapshots).latest(list_id)


def usual_lists(workspace: Workspace, folder: Path | None) -> list[Watchlist]:
    """Return the lists that are refreshed unless some are named: those in use, or all in a folder.

    An optional list comes into use when it is first named or brought.
    """
    known = list(workspace.watchlists.values())
    if folder is not None:
        return known
    used = workspace.lists.current().keys() | workspace.lists.failures().keys()
    return [one for one in known if not one.optional or one.id in used or one.location]


def _refresh_watchlist(
    workspace: Workspace,
    watchlist: Watchlist,
    loaded: Loaded | None,
    sources: Sources,
    terms: RefreshTerms,
) -> Refreshed:
    previous = loaded.version if loaded else None
    clock = read_clock(workspace)
    named = f"list {watchlist.id}"
    wrong = previous and clock.was_wrong(named, age_rests_on(watchlist, previous))
    if loaded and wrong:
        # Nothing that was noted under a clock that was wrong is noted again.
        loaded = replace(loaded, version=replace(loaded.version, stated_at=None))
    failed: SourceError | None = None
    unsound: SourceError | None = None
    for feeds in watchlist.feed_sets:
        try:
            snapshot = sources.snapshot(watchlist, feeds, previous.asked_at if previous else None)
        except SourceError as error:
            failed = failed or error
            continue
        if snapshot is None:
            continue
        if clock.was_wrong(named, snapshot.checked_at):
            snapshot = replace(snapshot, checked_at=clock.now)
        audit_events.record_snapshot(workspace, snapshot)
        try:
            if loaded and not wrong and _is_already_loaded(workspace, watchlist, loaded, snapshot):
                version = confirm_version(loaded.version, snapshot, terms)
                with workspace.lists.transaction():
                    workspace.lists.amend(version, sound=True)
                    _record_list_refresh(sources, version, terms, loaded=False)
                return Refreshed(watchlist.id, "unchanged", version, previous, failed)
            version = load_list_files(
                workspace,
                watchlist,
                feeds,
                snapshot,
                loaded,
                terms,
                sources.progress,
                lambda version: _record_list_refresh(sources, version, terms, loaded=True),
            )
            return Refreshed(watchlist.id, "loaded", version, previous, failed)
        except SourceError as error:
            failed = failed or error
            unsound = unsound or error
    # What is wrong with files that are all there tells more than that others are not.
    if reason := unsound or failed:
        # What is recorded stays for ever: a cell of a list kept apart may name somebody.
        said = "its file cannot be read" if watchlist.kept_apart else reason.said
        failure = Failure(workspace.now(), said, type(reason).__name__)
        _prune_list_snapshots(sources, watchlist, previous)
        with workspace.lists.transaction():
            workspace.lists.fail(watchlist.id, failure)
            _seal(workspace, audit_events.list_failed(workspace, watchlist.id, failure))
        return Refreshed(watchlist.id, "failed", previous, previous, reason)
    return Refreshed(watchlist.id, "absent", previous, previous, sources.wanting(watchlist))


def _prune_list_snapshots(
    sources: Sources, watchlist: Watchlist, served: ListVersion | None
) -> None:
    """Remove old snapshots, but never that of the version in service, however many failed since; of
    a list that is kept apart all, for their rows outlive the time of what is in them.
    """
    if watchlist.kept_apart:
        sources.snapshots.forget(watchlist.id)
        return
    held = sources.snapshots.all(watchlist.id)
    kept = {s.id for s in held if served and s.sha256 == served.sha256}
    sources.snapshots.prune(watchlist.id, kept)


def _is_already_loaded(
    workspace: Workspace, watchlist: Watchlist, loaded: Loaded, snapshot: Snapshot
) -> bool:
    return (
        loaded.version.sha256 == snapshot.sha256
        and loaded.compiled_with == compiled_with(workspace, watchlist)
        and content_is_recorded(workspace, watchlist.id, loaded.version.version)
        and not find_swapped_index(workspace, watchlist.id)
    )


@use_case("refresh lists", event="list confirmed")
def confirm(workspace: Workspace, list_id: str) -> ListVersion:
    """Record that a person compared the list with its page now, and that it is the same.

    Where nothing was loaded, that says that the page names nobody: the empty list is loaded.
    Raises UsageError for a list that is fetched, and for one whose file could not be read.
    """
    watchlist = workspace.watchlist(list_id)
    if watchlist.by_hand is None:
        by_hand = ", ".join(one.id for one in workspace.watchlists.values() if one.by_hand)
        raise Conflict(
            f"{list_id} is not kept by hand", hint=f"Lists that can be confirmed: {by_hand}."
        )
    if failure := workspace.lists.failures().get(list_id):
        raise Conflict(
            f"{list_id}: its file could not be loaded: {failure.reason}",
            hint=Hint(
                "Correct the file and load it (",
                Step("bring-list-files", list=list_id),
                "), then confirm the list.",
            ),
        )
    loaded = workspace.lists.current().get(list_id)
    version = loaded.version if loaded else _load_empty(workspace, watchlist)
    version = replace(version, stated_at=workspace.now())
    with workspace.lists.transaction():
        workspace.lists.amend(version)
        _seal(workspace, audit_events.list_confirmed(workspace, version))
    return version


def _load_empty(workspace: Workspace, watchlist: Watchlist) -> ListVersion:
    assert watchlist.by_hand
    with TemporaryDirectory() as folder:
        text = watchlist.by_hand.empty(workspace.now().date())
        Path(folder, watchlist.feeds[0].filename).write_text(text, encoding="utf-8", newline="")
        (ended,) = refresh(workspace, [watchlist.id], folder=Path(folder))
    if ended.error:
        raise ended.error
    assert ended.version
    return ended.version
