"""Which list each file in a folder belongs to: by its name, and where that says nothing, by what
it holds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from duediligence.contracts import Feed, Watchlist
from duediligence.errors import DuediligenceError
from duediligence.fetch.feeds import fitting, is_pattern
from duediligence.formats.headings import FileForm, read_form, same_heading
from duediligence.permissions import is_database
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.typed_data import decode_json
from duediligence.writing import hash_file

# Next to the folder of the samples.
TABLE_OF_FORMS = "list_forms.json"
How = Literal["name", "copy", "content"]
# More files than these are no folder of lists: only names are looked at.
_MOST_FILES = 300
_MOST_BYTES = 200_000_000
# The share of the headings of a sample that must be there; tags and members can be optional.
_LEAST_SHARE = {"table": 0.8, "XML": 0.6, "JSON": 0.6, "web page": 0.8}
_FEWEST_HEADINGS = 3
_MARGIN = 0.15
# What a browser or a file manager adds to a name that is taken: `SDN (1).CSV`.
_ADDED = re.compile(r"(?: ?\(\d{1,3}\)| - copy(?: \(\d{1,3}\))?)+(?=\.[^.]*$|$)", re.IGNORECASE)
_COPY_OF = re.compile(r"^copy of ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadAs:
    """A file that is read for a list under another name than its own: as the feed `save_as`."""

    path: Path
    list_id: str
    save_as: str
    how: How


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the files of a folder are.

    `read_as` are those whose names are not as they should be. `twice` gives for a list the files
    that are the same file of it at two times, of which nobody can say which is meant, `not_of`
    those whose name is that of a file of it, and which hold another list. `unknown` belong to no
    list.
    """

    read_as: tuple[ReadAs, ...] = ()
    twice: Mapping[str, tuple[Path, Path]] = field(default_factory=dict)
    not_of: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    unknown: tuple[Path, ...] = ()

    def renamed(self, list_id: str) -> dict[str, Path]:
        """Return the files of a list that have other names, by the name that each should have."""
        return {one.save_as: one.path for one in self.read_as if one.list_id == list_id}


NOTHING_RECOGNISED = Recognition()


@use_case("read")
def recognise(workspace: Workspace, folder: Path, *, samples: Path) -> Recognition:
    """Say which list each file of the folder belongs to, without loading any.

    Looked at are the folder itself and in it the folders of the lists, no deeper. `samples` is the
    folder with a sample of each list: a file whose name says nothing is that whose headings it
    has. What two lists could be is no list's. Raises StorageError.
    """
    watchlists = [one for one in workspace.watchlists.values() if one.location is None]
    known = _Known(watchlists, samples)
    read_as: list[ReadAs] = []
    twice: dict[str, tuple[Path, Path]] = {}
    not_of: dict[str, tuple[Path, ...]] = {}
    unknown: list[Path] = []
    for place in (folder, *sorted({folder / one.folder for one in watchlists})):
        ours = [one for one in watchlists if place == folder or place.name == one.folder]
        paths = list(_list_visible_files(place))
        by_name = {path.name: path for path in paths}
        for path in paths:
            named = list(_find_feeds_by_name(ours, path.name))
            if named:
                for list_id in known.others(ours, path, named):
                    not_of[list_id] = (*not_of.get(list_id, ()), path)
                continue
            found = list(known.copies(ours, path)) or (
                list(known.by_content(ours, path)) if len(paths) <= _MOST_FILES else []
            )
            for one in found:
                there = by_name.get(_find_fitting_name(one.save_as, by_name)) or next(
                    (o.path for o in read_as if _build_feed_key(o) == _build_feed_key(one)), None
                )
                if there is None or there in not_of.get(one.list_id, ()):
                    read_as.append(one)
                elif hash_file(there) != hash_file(path):
                    twice[one.list_id] = (there, path)
            if not found:
                unknown.append(path)
    return Recognition(tuple(read_as), twice, not_of, tuple(unknown))


def _build_feed_key(one: ReadAs) -> tuple[str, str]:
    return one.list_id, one.save_as


def _find_fitting_name(save_as: str, names: Iterable[str]) -> str:
    return next(iter(fitting(save_as, names).values()), "")


def _list_visible_files(place: Path) -> Iterator[Path]:
    try:
        inside = sorted(place.iterdir()) if place.is_dir() else []
    except OSError:
        # The refresh itself says that it cannot be read.
        return
    for path in inside:
        if path.is_file() and not path.name.startswith(".") and not is_database(path):
            yield path


def _list_distinct_feeds(watchlists: Iterable[Watchlist]) -> Iterator[tuple[Watchlist, Feed]]:
    for watchlist in watchlists:
        seen: set[str] = set()
        for feed in (feed for feeds in watchlist.feed_sets for feed in feeds):
            if feed.filename not in seen:
                seen.add(feed.filename)
                yield watchlist, feed


def _find_feeds_by_name(watchlists: Iterable[Watchlist], name: str) -> Iterator[tuple[str, str]]:
    """Yield each list and name of a feed that a file's name fits, whatever its case."""
    for watchlist, feed in _list_distinct_feeds(watchlists):
        if fitting(feed.filename, [name]):
            yield watchlist.id, feed.filename


def _plain_names(name: str) -> Iterator[str]:
    """Yield what the name was before a browser or a file manager changed it, as far as that
    shows.
    """
    bare = unquote(name).removesuffix(".download")
    plain = _COPY_OF.sub("", _ADDED.sub("", bare)).strip()
    for variant in dict.fromkeys((plain, plain.replace(" ", "_"), plain.replace(" ", "-"))):
        if variant != name:
            yield variant


class _Known:
    """The forms of the samples, from their table, or read when first needed."""

    def __init__(self, watchlists: Sequence[Watchlist], samples: Path) -> None:
        self._table = _load_sample_forms(samples)
        self._samples = {
            (watchlist.id, feed.filename): sample
            for watchlist, feed in _list_distinct_feeds(watchlists)
            if not is_pattern(feed.filename)
            for sample in [_find_sample_file(samples / watchlist.folder, feed.filename)]
            if sample
        }
        self._forms: dict[tuple[str, str], FileForm] = {}

    def others(
        self, watchlists: Sequence[Watchlist], path: Path, named: Sequence[tuple[str, str]]
    ) -> Iterator[str]:
        """Of the lists that a file's name fits, those whose it is not by what it holds."""
        names = {filename for _, filename in named if not is_pattern(filename)}
        if len(names) > 1:
            held = {(one.list_id, one.save_as) for one in self.by_content(watchlists, path)}
            if held & set(named):
                yield from (list_id for list_id, name in named if (list_id, name) not in held)

    def copies(self, watchlists: Sequence[Watchlist], path: Path) -> Iterator[ReadAs]:
        """Yield what the file is where its name is that of a feed, but for what a browser did to
        it.
        """
        for variant in _plain_names(path.name):
            named = [
                one for one in _find_feeds_by_name(watchlists, variant) if not is_pattern(one[1])
            ]
            others = set(self.others(watchlists, path, named))
            if named:
                yield from (
                    ReadAs(path, list_id, name, "copy")
                    for list_id, name in named
                    if list_id not in others
                )
                return

    def by_content(self, watchlists: Sequence[Watchlist], path: Path) -> Iterator[ReadAs]:
        """Yield the feeds whose headings the file has, of one or more lists that share the file."""
        if path.stat().st_size > _MOST_BYTES:
            return
        self._read()
        tables = {h for form in self._forms.values() for h in form.headings}
        try:
            form = read_form(path, tables)
        except (DuediligenceError, OSError):
            return
        theirs = set(map(same_heading, form.headings))
        ids = {one.id for one in watchlists}
        shares = {
            key: _measure_heading_share(known, form, theirs)
            for key, known in self._forms.items()
            if key[0] in ids
        }
        best = max(shares.values(), default=0.0)
        if best < _LEAST_SHARE[form.format]:
            return
        found = [
            key
            for key, share in shares.items()
            if share >= best - _MARGIN or _same_document(self._forms[key], form)
        ]
        # One file may serve several lists; where two different files have one form, or nearly,
        # a list could be loaded as another.
        if len({filename for _, filename in found}) == 1:
            for list_id, filename in found:
                yield ReadAs(path, list_id, filename, "content")

    def _read(self) -> None:
        for key, path in self._samples.items():
            if key not in self._forms:
                self._forms[key] = self._table.get(path.name) or read_form(path)


def _load_sample_forms(samples: Path) -> dict[str, FileForm]:
    """Return the forms of the samples by their names, as `docs/generate.py` keeps them: to read six
    workbooks would start as many processes.
    """
    path = samples.with_name(TABLE_OF_FORMS)
    return decode_json(path.read_bytes(), dict[str, FileForm]) if path.exists() else {}


def _find_sample_file(folder: Path, filename: str) -> Path | None:
    held = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    there = next(iter(fitting(filename, held).values()), "")
    return folder / there if there else None


def _same_document(known: FileForm, form: FileForm) -> bool:
    """Return whether both are XML of one kind, by the tag that is around all others."""
    return known.format == form.format == "XML" and known.headings[:1] == form.headings[:1]


def _measure_heading_share(known: FileForm, form: FileForm, theirs: set[str]) -> float:
    """Return how many of the headings of a sample the file has, 0 where it is of another format."""
    ours = set(map(same_heading, known.headings))
    if known.format != form.format or len(ours) < _FEWEST_HEADINGS:
        return 0.0
    both = len(ours & theirs)
    return both / len(ours) if both >= _FEWEST_HEADINGS and both * 2 >= len(theirs) else 0.0
