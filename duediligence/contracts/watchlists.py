"""The port for a list: where it is, how it is read, what it must contain."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Literal

from duediligence.contracts.declared import make_decorator
from duediligence.contracts.files import Files
from duediligence.model import ListEntry
from duediligence.model.entries import Power
from duediligence.model.findings import LabourSign

Topic = Literal[
    "sanctions",
    "debarment",
    "disqualification",
    "enforcement",
    "register",
    "personal insolvency",
]
# How the form of a list's files is known: bytes of the publisher (or rows copied from them), the
# headings alone, a public program or document that describes it, or not at all.
Known = Literal["real file", "header only", "code that reads it", "never seen"]
# What a word of status says of a party: nothing against it, something against it while its place
# on the list is held, or that it holds that place no more (or never did).
StatusMeaning = Literal["neutral", "adverse", "ended"]
Parser = Callable[[Files], Iterator[ListEntry]]


@dataclass(frozen=True, slots=True)
class Feed:
    """One file of a list, or a run of files with one name pattern.

    `url` is empty for a file that a person must bring. `hosts` are hosts that a redirect may
    end on beside the address's own. `max_bytes` caps the download.

    `{part}` in name and address stands for each part that the setting `parts` names for the list
    (an authority, a region). `{page}` in the name stands for 0001, 0002 …: `next_page` takes a
    page's file and the address that it came from, and gives the address of the next, or an empty
    string. Where the address of the file changes, `url` is that of a page or document which names
    it, and `locate` takes that document's file and gives the address. Both may raise
    UnreadableFile. `{since}` in the address stands for the day since which changes are asked for:
    a few days before the last time that they were, or `window` before a first time. `robots` says
    that the site's robots.txt is to be obeyed. `retries` is how often a request that failed for the
    moment is sent again, where that is not as usual. `post` is JSON text: where it is given, the
    request is a POST of it, and `{page}` in it stands for the number of the page, from 1;
    `next_page` then gives the same address while pages are left.

    `pause` is the least number of seconds between two requests, where the site allows only so many.
    `accept` is whether the header Accept is sent: some servers fail when they get it. `whole` takes
    a file as it was received and raises UnreadableFile for one that the server cut short or failed
    to make: it is then asked for again.

    `rows_of` names the file of the set whose records the rows of this one belong to. A row without
    its record shows that the two files are of different days. `weighs` is about how many bytes
    the publisher's file had when it was last seen, 0 where it was not. `least` is the smallest
    number of entries that a list read from this file has, where that is more than the list expects:
    a file of the whole country beside files of single councils.
    """

    filename: str
    url: str = ""
    optional: bool = False
    hosts: tuple[str, ...] = ()
    max_bytes: int = 200_000_000
    next_page: Callable[[Path, str], str] | None = None
    locate: Callable[[Path], str] | None = None
    robots: bool = False
    max_pages: int = 500
    window: timedelta = timedelta(days=30)
    retries: int | None = None
    pause: float = 0.0
    accept: bool = True
    whole: Callable[[Path], object] | None = None
    rows_of: str = ""
    post: str = ""
    weighs: int = 0
    least: int = 0

    @property
    def direct(self) -> bool:
        """Return whether opening the address in a browser gives the file: no page between, no next
        one.
        """
        return bool(self.url) and not (self.locate or self.next_page or self.post)


@dataclass(frozen=True, slots=True)
class Expect:
    """What a sound copy of the list looks like; anything else is refused and the old one kept.

    `entries` is the smallest and largest number of entries, as the publisher's list has them.
    `names` is the least and most names that an entry has on average. `filled` gives, by ListEntry
    field name, the least share of entries (0.0 … 1.0) in which it is not empty. `weekly_loss` is
    the largest share of entries, and of names, that the publisher takes off in a week.

    `states_total` says that the files state how many entries they hold, and that the parser refuses
    fewer. Such a copy is whole however many entries are gone since the version before, as where a
    search finds nothing more: the loss is noted, and not refused.

    `further_names` is the least share of entries (0.0 … 1.0) with more than one name in a first
    load, where there is no version before to compare names with; below it the list is not current.
    """

    entries: tuple[int, int]
    names: tuple[float, float] = (1.0, 15.0)
    filled: Mapping[str, float] = field(default_factory=dict)
    weekly_loss: float = 0.02
    states_total: bool = False
    further_names: float = 0.0

    def scaled(self, scale: float) -> "Expect":
        """Return the same for a copy of that share (0.0 … 1.0) of the publisher's size.

        The rest are shares and averages already, and a small copy can be richer than in
        proportion: the largest number of entries stays.
        """
        least, most = self.entries
        return replace(self, entries=(ceil(least * scale), most))


@dataclass(frozen=True, slots=True)
class KeptByHand:
    """How a list that a person copies from its page is confirmed.

    `page` is a document that says when that page last changed; `changed_at` reads the time (aware)
    out of the document's file, and may raise UnreadableFile. `empty` gives the text of the list's
    file as of a day on which the page names nobody.
    """

    page: Feed
    changed_at: Callable[[Path], datetime]
    empty: Callable[[date], str]


def _no_published_date(files: Files) -> date | None:  # noqa: ARG001
    return None


# How a council's own register is read of which the description is gone: not at all.
NO_DESCRIPTION = "no description"


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A list that can be loaded, declared with `@watchlist(id=…, …)` over its parser.

    The parser takes the `Files` of one feed set and yields `ListEntry`s, streaming. It raises
    `UnreadableFile` when the file is not what it should be, and reports to `files.drift` the
    columns and values that it does not consume. Its docstring becomes `notes`, the list's own
    documentation: what the list can and cannot show. `published` reads the publisher's date out of
    the files, where they hold one.

    `feeds` is the preferred set of files, `alternates` further sets in order of preference.
    `folder` is the folder that holds the files in `lists refresh --from DIR`, by default the id.
    `max_age` is how old the publisher's date (or, without one, our retrieval) may be before the
    list is stale. An `optional` list that was never loaded does not make a run incomplete.
    `template` is the text of an empty file for a list that is kept by hand, `by_hand` how a list is
    confirmed that a person copies from its page. `bring` tells a person who downloads the files
    with a browser what to select on the homepage, and under which name to save it; it is empty
    where opening the addresses is all there is to do.

    `powers` are council powers whose records it holds, `crime_types` and `grounds` (codes) what its
    entries can point to. `premises`: its addresses are those of premises, and a supplier is looked
    up by place as well. `bridge`: its entries tie a company's number to its trading names and
    premises. `tracks_removals`: an entry that has left the list since the last version is kept,
    marked as ended. `accumulates`: its files hold what is new, and an entry that they do not hold
    stays as it was.

    `labour_sign` is the sign of labour exploitation that a bad record on it can be, beside others.

    `parts` gives the parts that are fetched where the setting `parts` names none, as of a day; a
    list without it is fetched part by part only where the setting names them.

    `known_from` says how the form of the files is known, `known_since` of which month that form is
    (`2026-09`); it is empty for a form that was never seen. `statuses` are the words and codes of
    status by heading, in lower case, and what each means; a parser looks them up with
    `toolkit.values.status`, which refuses a word that is not there.

    `kept_apart`: only those who answer for a supplier are looked up on it, none of its files is
    kept, and its records go when their time is over (`law.personal_insolvency`).

    `location` is the folder that a council's own register is read from, `reading` distinguishes one
    way to read its files from another; both are empty for a list that is code.

    `asked`: its file is made of answers of a register to questions about one's own suppliers, and
    a refresh asks them.
    """

    parse: Parser
    _: KW_ONLY
    id: str
    title: str
    publisher: str
    licence: str
    topic: Topic
    homepage: str
    feeds: tuple[Feed, ...]
    max_age: timedelta
    expect: Expect
    alternates: tuple[tuple[Feed, ...], ...] = ()
    folder: str = ""
    optional: bool = False
    template: str = ""
    bring: str = ""
    notes: str = ""
    published: Callable[[Files], date | None] = _no_published_date
    known_from: Known = "never seen"
    known_since: str = ""
    statuses: Mapping[str, Mapping[str, StatusMeaning]] = field(default_factory=dict)
    powers: tuple[Power, ...] = ()
    crime_types: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    premises: bool = False
    bridge: bool = False
    tracks_removals: bool = False
    accumulates: bool = False
    labour_sign: LabourSign | None = None
    parts: Callable[[date], tuple[str, ...]] | None = None
    by_hand: KeptByHand | None = None
    kept_apart: bool = False
    location: Path | None = None
    reading: str = ""
    asked: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", self.folder or self.id)
        object.__setattr__(self, "notes", self.notes or (self.parse.__doc__ or "").strip())

    @property
    def feed_sets(self) -> tuple[tuple[Feed, ...], ...]:
        """Return every set of files this list can be read from, preferred first."""
        return (self.feeds, *self.alternates)

    @property
    def needs_parts(self) -> bool:
        """Return whether nothing of it can be fetched before the setting `parts` names what to
        fetch.
        """
        whole = (
            all(feed.url for feed in feeds if not feed.optional)
            for feeds in self.feed_sets
            if not by_part(feeds)
        )
        return by_part(self.feeds) and self.parts is None and not any(whole)


def by_part(feeds: Iterable[Feed]) -> bool:
    """Return whether a set of files is one for each part of the list."""
    return any("{part}" in feed.filename for feed in feeds if not feed.optional)


watchlist = make_decorator(Watchlist)
