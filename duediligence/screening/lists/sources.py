"""Where the files of a list come from: a folder given, its own folder, or its publisher."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from duediligence.contracts import Feed, KeptByHand, Watchlist
from duediligence.errors import FetchFailed, SourceError, UsageError
from duediligence.fetch import (
    Client,
    Snapshot,
    Snapshots,
    Visits,
    addressed,
    fetch_folder,
    fetch_online,
)
from duediligence.progress import Progress
from duediligence.screening.workspace import Workspace, user_agent


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one refresh. `folder` is that of `--from`; without it each list has its own.

    A council's register is read from its own folder, unless one of its id is in `folder`: the
    names of its files are too plain to be told apart from those of other lists.

    `visits` are shared by all lists, so that a site is asked but once what it allows.
    """

    workspace: Workspace
    snapshots: Snapshots
    visits: Visits
    folder: Path | None
    progress: Progress

    @classmethod
    def of(cls, workspace: Workspace, folder: Path | None, progress: Progress) -> "Sources":
        settings = workspace.settings
        client = Client(
            user_agent=user_agent(settings),
            verify=str(settings.ca_file) if settings.ca_file else True,
            # The EU makes its file anew for each request, and is silent for over a minute.
            read_timeout=180,
        )
        snapshots = Snapshots(workspace.snapshots, keep=settings.keep_snapshots)
        return cls(workspace, snapshots, Visits(client), folder, progress)

    def snapshot(self, watchlist: Watchlist, feeds: tuple[Feed, ...]) -> Snapshot | None:
        """The newest files of one feed set; None where there are none to be had.

        Raises SourceError where they should be there and are not, or StorageError.
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
            return fetch_folder(watchlist, feeds, self.folder, self.snapshots, now=now, parts=parts)
        hosts = settings.hosts.get(watchlist.id, ())
        feeds = tuple(addressed(feeds, parts, settings.addresses, hosts))
        if not all(feed.url for feed in feeds if not feed.optional):
            return None
        return fetch_online(
            watchlist, feeds, self.visits, self.snapshots, progress=self.progress, now=now
        )

    def _own(self, watchlist: Watchlist, feeds: tuple[Feed, ...], location: Path) -> Snapshot:
        hint = (
            f"Put {', '.join(feed.filename for feed in feeds)} there, or correct [source] in the "
            "description and add that again. Where the folder is on a shared drive, check that "
            "this machine has the drive."
        )
        if not location.is_dir():
            raise FetchFailed(
                f"{watchlist.title}: {location} is not a folder that can be reached", hint=hint
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
            raise FetchFailed(f"{watchlist.title}: there is no {names} in {location}", hint=hint)
        return snapshot

    def page_changed_at(self, by_hand: KeptByHand) -> datetime | None:
        """When the page of a list that is kept by hand last changed; None where nobody can say."""
        (page,) = addressed((by_hand.page,), (), self.workspace.settings.addresses)
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
        """What must be set before the list can be fetched, where something must."""
        by_part = any("{part}" in feed.filename for feed in watchlist.feeds if not feed.optional)
        if self.folder or not by_part or self.workspace.settings.parts.get(watchlist.id):
            return None
        return UsageError(
            f"the setting `parts` does not say which parts of {watchlist.title} to fetch",
            hint=f'Set parts = {{ {watchlist.id} = ["…"] }} in '
            f"{self.workspace.settings.home / 'duediligence.toml'}. The codes are "
            f"at {watchlist.homepage}.",
        )
