"""Try the files of a list: what its publisher changed, in figures and headings, and no content."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from duediligence.contracts import Feed, Files, Watchlist
from duediligence.errors import DuediligenceError, Hint, NotFound, OptionRemark, SourceError
from duediligence.fetch import Snapshots, fetch_folder
from duediligence.fetch.feeds import fitting
from duediligence.formats.headings import FileForm, FormatName, read_form, same_heading
from duediligence.matching.headings import renamed_headings
from duediligence.model import DriftItem, ListEntry, ListVersion
from duediligence.screening import audit_events
from duediligence.screening.access import use_case
from duediligence.screening.lists.loading import USUAL, RefreshTerms, parse_list_files
from duediligence.screening.lists.recognition import recognise
from duediligence.screening.lists.statuses import explain_not_storable, is_unseen
from duediligence.screening.lists.wholeness import check_expectations, check_whole
from duediligence.screening.lists.withholding import without_content
from duediligence.screening.workspace import Workspace
from duediligence.writing import hash_file

# Kinds of things that readers do not read whose names are headings, and no content.
_HEADINGS = frozenset("column tag attribute field member property label".split())
# Fields that hold words and codes of a fixed set, by the last word of their names.
_OF_WORDS = frozenset({"type", "status", "code"})
# Of more different words than this, or longer ones, the field holds something else today.
_MOST_WORDS = 12
_LONGEST_WORD = 40

TrialResult = Literal["as known", "changed", "not readable"]


@dataclass(frozen=True, slots=True)
class TriedFile:
    """A file as it was tried: its size in bytes, its hash, its format and number of records.

    `format` is empty where the file cannot be read at all.
    """

    name: str
    size: int
    sha256: str
    format: FormatName | Literal[""]
    records: int


@dataclass(frozen=True, slots=True)
class Headings:
    """How the headings of files compare with those that are known for them.

    `files` are names. `gone` are known and not there, `new` there and not known, `renamed` pairs
    of a gone and a new one that resemble each other (and that are in neither). `certain` is
    whether each record has all of them: a tag that is gone from XML or JSON may be optional.
    `expected` are the formats that are known, where the files have another.
    """

    files: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    certain: bool
    recognised: bool = True
    expected: tuple[FormatName, ...] = ()

    @property
    def differ(self) -> bool:
        return bool(self.gone or self.new or self.renamed or self.expected or not self.recognised)


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Values of a field that no table maps, in `rows` records.

    `values` are the values, or where a value may be about a person the shape of each (`99/99/9999`,
    `Aa Aa`), with how often each occurs. `usual` says that the version in use, or the sample of the
    list, has such values in this field too.
    """

    field: str
    rows: int
    values: tuple[tuple[str, int], ...]
    quoted: bool
    usual: bool


@dataclass(frozen=True, slots=True)
class UnreadContent:
    """Something that no code reads; `name` is empty where that may be content.

    `usual` is as in `Unmapped`.
    """

    kind: str
    name: str
    count: int
    usual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of reading the files of one feed set, without loading anything.

    `entries` is how many were read, before the `error` where there is one; `left_out` why and how
    often entries were. `previous` is the version in use; `least` and `most` are the numbers of
    entries expected. `error` is the first error without content of the files, `code` its kind,
    `at` the place in the program where it is none that a reader foresees. `refused` says that all
    was read, and that a refresh would refuse it nevertheless.
    """

    list_id: str
    title: str
    known_from: str
    known_since: str
    files: tuple[TriedFile, ...]
    headings: tuple[Headings, ...]
    entries: int
    left_out: tuple[tuple[str, int], ...]
    unread: tuple[UnreadContent, ...]
    unmapped: tuple[Unmapped, ...]
    previous: ListVersion | None
    least: int
    most: int
    error: str = ""
    code: str = ""
    at: str = ""
    refused: bool = False

    @property
    def result(self) -> TrialResult:
        if self.error:
            return "not readable"
        changed = (
            not all(unread.usual for unread in self.unread)
            or not all(unmapped.usual for unmapped in self.unmapped)
            or any(one.expected or (one.certain and one.gone) for one in self.headings)
        )
        return "changed" if changed else "as known"

    @property
    def proves_reader(self) -> bool:
        """Return whether it is the first that shows the reader of the list to be right."""
        return self.known_from == "never seen" and self.result == "as known"


def result_of(trials: Iterable[Trial]) -> TrialResult:
    """Return what all trials come to: a list is readable where one of its feed sets is."""
    results = [trial.result for trial in trials]
    if all(result == "not readable" for result in results):
        return "not readable"
    return "as known" if set(results) == {"as known"} else "changed"


@use_case("read")
def try_files(
    workspace: Workspace,
    list_id: str,
    *,
    folder: Path | None = None,
    samples: Path,
    terms: RefreshTerms = USUAL,
) -> tuple[Trial, ...]:
    """Read the files of a list in `folder`, or those of its last download, and load nothing.

    Feed sets are tried in order of preference until one can be read. `samples` is the folder with
    the sample of each list, whose headings are the known ones. Raises NotFound where there are no
    files, FetchFailed where some of them are missing.
    """
    watchlist = workspace.watchlist(list_id)
    trials: list[Trial] = []
    seen: set[frozenset[str]] = set()
    with TemporaryDirectory() as own:
        for feeds in watchlist.feed_sets:
            paths = (
                _fetch_trial_files(workspace, watchlist, feeds, folder, Path(own), samples)
                if folder
                else _find_downloaded_files(workspace, watchlist, feeds)
            )
            if not paths or (held := frozenset(map(hash_file, paths.values()))) in seen:
                continue
            seen.add(held)
            trials.append(_Trying(workspace, watchlist, feeds, paths, samples, terms).trial())
            if not trials[-1].error:
                break
    if not trials:
        needed = " or ".join(
            ", ".join(feed.filename for feed in feeds if not feed.optional)
            for feeds in watchlist.feed_sets
        )
        where = f"is in {folder}" if folder else "is kept: nothing was downloaded"
        raise NotFound(
            f"no file of {list_id} {where}",
            hint=Hint(f"It needs {needed}.", OptionRemark(" Name --from DIR.")),
        )
    return tuple(trials)


@use_case("refresh lists", event="list tried")
def record_passed_trial(workspace: Workspace, trials: tuple[Trial, ...], samples: Path) -> bool:
    """Record that a real file of a list passed a test, where nobody has seen one before.

    A file of the samples in `samples` proves nothing. Returns whether it was recorded.
    """
    watchlist = workspace.watchlist(trials[0].list_id)
    folder = samples / watchlist.folder
    made = {hash_file(path) for path in folder.iterdir()} if folder.is_dir() else set[str]()
    files = [file for trial in trials for file in trial.files if not trial.error]
    if (
        not is_unseen(watchlist)
        or result_of(trials) != "as known"
        or any(file.sha256 in made for file in files)
    ):
        return False
    named = tuple(f"{file.name} {file.sha256}" for file in files)
    workspace.audit.add_news(audit_events.list_tried(workspace, watchlist.id, named))
    return True


def _fetch_trial_files(
    workspace: Workspace,
    watchlist: Watchlist,
    feeds: tuple[Feed, ...],
    folder: Path,
    own: Path,
    samples: Path,
) -> dict[str, Path]:
    """Return the files in the folder by the rules of a refresh, copied where nothing is kept."""
    brought = recognise(workspace, folder, samples=samples)
    snapshot = fetch_folder(
        watchlist,
        feeds,
        folder,
        Snapshots(own),
        now=workspace.now(),
        parts=workspace.settings.parts.get(watchlist.id, ()),
        renamed=brought.renamed(watchlist.id),
        not_of_it=brought.not_of.get(watchlist.id, ()),
    )
    return snapshot.paths() if snapshot else {}


def _find_downloaded_files(
    workspace: Workspace, watchlist: Watchlist, feeds: tuple[Feed, ...]
) -> dict[str, Path]:
    """Return the files of the last download that was refused; else those of the version in use."""
    kept = Snapshots(workspace.snapshots)
    loaded = workspace.lists.current().get(watchlist.id)
    snapshots = kept.all(watchlist.id)
    refused = [s for s in snapshots if not loaded or s.sha256 != loaded.version.sha256]
    for paths in (
        kept.failed(watchlist.id),
        *(snapshot.paths() for snapshot in (*refused[:1], *snapshots)),
    ):
        if any(fitting(feed.filename, paths) for feed in feeds):
            return paths
    return {}


class _Trying:
    """One feed set, read step by step as a refresh does."""

    def __init__(
        self,
        workspace: Workspace,
        watchlist: Watchlist,
        feeds: tuple[Feed, ...],
        paths: Mapping[str, Path],
        samples: Path,
        terms: RefreshTerms,
    ) -> None:
        self._workspace = workspace
        self._watchlist = watchlist
        self._feeds = feeds
        self._files = Files(paths)
        self._sample_paths = _find_feed_samples(watchlist, feeds, samples)
        self._samples = {name: read_form(path) for name, path in self._sample_paths.items()}
        self._terms = terms
        self._error: DuediligenceError | None = None
        self._refused = False

    def trial(self) -> Trial:
        watchlist = self._watchlist
        loaded = self._workspace.lists.current().get(watchlist.id)
        previous = loaded.version if loaded else None
        entries = self._read()
        if self._error is None:
            self._check(entries, previous)
        forms = {name: self._form(name, path) for name, path in self._files.items()}
        headings = tuple(self._compared(forms))
        known = _headings_of(self._samples.values())
        keep = {*known, *self._files, *_headings_of(filter(None, forms.values()))}
        expect = watchlist.expect.scaled(self._terms.scale)
        drift = self._files.drift.items()
        usual = (*(previous.drift if previous else ()), *self._drift_of_sample())
        return Trial(
            list_id=watchlist.id,
            title=watchlist.title,
            known_from=watchlist.known_from,
            known_since=watchlist.known_since,
            files=tuple(
                TriedFile(
                    name,
                    path.stat().st_size,
                    hash_file(path),
                    form.format if (form := forms[name]) else "",
                    form.records if form else 0,
                )
                for name, path in self._files.items()
            ),
            headings=tuple(one for one in headings if one.differ),
            entries=len(entries),
            left_out=tuple(self._left_out(entries, drift)),
            unread=tuple(_list_unread_content(drift, usual, keep)),
            unmapped=tuple(self._unmapped(drift, usual)),
            previous=previous,
            least=expect.entries[0],
            most=expect.entries[1],
            error=self._words(keep | {type(cause).__name__ for cause in self._causes()}),
            code=self._error.code if self._error else "",
            at=next((_locate_error(cause) for cause in self._causes()), ""),
            refused=self._refused,
        )

    def _read(self) -> list[ListEntry]:
        entries: list[ListEntry] = []
        try:
            if not self._watchlist.reading:
                check_whole(self._feeds, self._files)
            for entry in parse_list_files(self._watchlist, self._files):
                entries.append(entry)
        except DuediligenceError as error:
            self._error = error
        return entries

    def _check(self, entries: list[ListEntry], previous: ListVersion | None) -> None:
        try:
            published = self._watchlist.published(self._files)
            check_expectations(
                self._watchlist,
                entries,
                published,
                previous,
                today=self._workspace.now().date(),
                scale=self._terms.scale,
            )
        except SourceError as error:
            self._error, self._refused = error, True

    def _form(self, name: str, path: Path) -> FileForm | None:
        patterns = [feed.filename for feed in self._feeds if fitting(feed.filename, [name])]
        known = _headings_of(
            form
            for sample, form in self._samples.items()
            if any(fitting(pattern, [sample]) for pattern in patterns)
        )
        try:
            return read_form(path, known)
        except (DuediligenceError, OSError):
            return None

    def _compared(self, forms: Mapping[str, FileForm | None]) -> Iterator[Headings]:
        """Compare files, those of one feed that have one form together."""
        for feed in self._feeds:
            known = [form for name, form in self._samples.items() if fitting(feed.filename, [name])]
            if not known:
                continue
            groups: dict[tuple[FormatName, tuple[str, ...]], list[str]] = {}
            for name, form in forms.items():
                if form and fitting(feed.filename, [name]):
                    apart = form.headings if _is_whole(form.format) else ()
                    groups.setdefault((form.format, apart), []).append(name)
            for (format_, _), names in groups.items():
                found = _headings_of(filter(None, map(forms.__getitem__, names)))
                yield _compare_headings(tuple(names), format_, found, known)

    def _left_out(
        self, entries: list[ListEntry], drift: Iterable[DriftItem]
    ) -> Iterator[tuple[str, int]]:
        counts = Counter[str]()
        for item in drift:
            if item.kind == "left out":
                counts[item.what] += item.count
        for entry in entries:
            if reason := explain_not_storable(entry, self._workspace.settings.store_restricted):
                counts[reason] += 1
        yield from counts.most_common()

    def _unmapped(
        self, drift: Iterable[DriftItem], usual: Iterable[DriftItem]
    ) -> Iterator[Unmapped]:
        before = {item.what for item in usual if item.kind == "unmapped"}
        statuses = set(map(same_heading, self._watchlist.statuses))
        items = sorted((i for i in drift if i.kind == "unmapped"), key=lambda item: item.what)
        for field, group in groupby(items, key=lambda item: item.what):
            of_field = list(group)
            quoted = (
                field == "header"
                or same_heading(field) in statuses
                or _holds_words(field, of_field)
            )
            values = Counter[str]()
            for item in of_field:
                values[item.name if quoted else mask_value_shape(item.name)] += item.count
            yield Unmapped(
                field,
                sum(item.count for item in of_field),
                tuple(values.most_common(_MOST_WORDS)),
                quoted=quoted,
                usual=field in before and field != "header",
            )

    def _drift_of_sample(self) -> tuple[DriftItem, ...]:
        """Return what the sample has on purpose, as the real files always do."""
        files = Files(self._sample_paths)
        try:
            for _ in parse_list_files(self._watchlist, files):
                pass
        except DuediligenceError:
            return ()
        return files.drift.items()

    def _words(self, keep: Collection[str]) -> str:
        if self._error is None:
            return ""
        word = getattr(self._error, "word", "")
        known = [word for one in self._watchlist.statuses.values() for word in one]
        if _is_word(word) and _of_vocabulary(word, known):
            keep = {*keep, word}
        keep = {*keep, *known}
        return without_content(self._error.said, self._watchlist.parse.__module__, keep)

    def _causes(self) -> Iterator[Exception]:
        """Yield the error that no reader foresaw, where there is one."""
        cause = self._error.__cause__ if self._error else None
        if isinstance(cause, Exception) and not isinstance(cause, DuediligenceError):
            yield cause


def _locate_error(error: Exception) -> str:
    """Return the file and line of the program in which the error was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def _find_feed_samples(
    watchlist: Watchlist, feeds: Iterable[Feed], samples: Path
) -> dict[str, Path]:
    """Return the files of the feed set's sample by name; none for a list from another package."""
    folder = samples / watchlist.folder
    held = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return {
        name: folder / there
        for feed in feeds
        for name, there in fitting(feed.filename, held).items()
    }


def _headings_of(forms: Iterable[FileForm]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(heading for form in forms for heading in form.headings))


def _is_whole(format_: FormatName) -> bool:
    """Return whether each file has all headings, as a table has; in others some are optional."""
    return format_ in ("table", "web page")


def _compare_headings(
    names: tuple[str, ...],
    format_: FormatName,
    found: Collection[str],
    known: Collection[FileForm],
) -> Headings:
    """Return the headings that files have, beside those of the samples of their feed."""
    formats = tuple(dict.fromkeys(form.format for form in known))
    same = [form for form in known if form.format == format_]
    if not same:
        return Headings(names, (), (), (), certain=True, expected=formats)
    if _is_whole(format_):
        # Files of one feed can have several forms: this is one of them.
        same = [max(same, key=lambda form: len(set(form.headings) & set(found)))]
    theirs = {same_heading(heading): heading for heading in found}
    ours = {same_heading(heading): heading for heading in _headings_of(same)}
    if not ours:
        return Headings(names, (), (), (), certain=False)
    gone = [ours[key] for key in ours if key not in theirs]
    if len(ours.keys() & theirs.keys()) < min(2, len(ours)):
        # What these files have may be content, where headings should be.
        return Headings(names, (), (), (), certain=True, recognised=False)
    new = [theirs[key] for key in theirs if key not in ours]
    renamed = tuple(renamed_headings(gone, new))
    was, now = {old for old, _ in renamed}, {new for _, new in renamed}
    return Headings(
        names,
        tuple(one for one in gone if one not in was),
        tuple(one for one in new if one not in now),
        renamed,
        certain=format_ == "table",
    )


def _list_unread_content(
    drift: Iterable[DriftItem], usual: Iterable[DriftItem], headings: Collection[str]
) -> Iterator[UnreadContent]:
    """Yield what no code reads, under its name where that is a heading."""
    known = set(map(same_heading, headings))

    def key(item: DriftItem) -> tuple[str, str]:
        heading = item.what in _HEADINGS and same_heading(item.name) in known
        return item.what, item.name if heading else ""

    before = {key(item) for item in usual if item.kind == "unread"}
    counts = Counter[tuple[str, str]]()
    for item in drift:
        if item.kind == "unread":
            counts[key(item)] += item.count
    for (kind, name), count in counts.items():
        yield UnreadContent(kind, name, count, usual=(kind, name) in before)


def _holds_words(field: str, items: Collection[DriftItem]) -> bool:
    """Return whether the field holds words and codes of a fixed set, as its name says."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", field)
    return (
        bool(parts)
        and parts[-1].casefold() in _OF_WORDS
        and len(items) <= _MOST_WORDS
        and all(_is_word(item.name) for item in items)
    )


def _of_vocabulary(text: str, known: Iterable[str]) -> bool:
    """Return whether each word of a status is known from others, or begins small as no name
    does.
    """
    words = {word for one in known for word in re.findall(r"[^\W\d_]+", one)}
    return all(
        word[0].islower() or word.casefold() in words for word in re.findall(r"[^\W\d_]+", text)
    )


def _is_word(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_WORD and len(text.split()) <= 4


def mask_value_shape(text: str) -> str:
    """Return the shape of a value, which says nothing of what it is: `Aa 99 Aa` for `Flat 12
    Elms`.
    """
    text = re.sub(r"\d", "9", text)
    text = re.sub(r"[^\W\d_]+", lambda word: "a" if word[0].islower() else "Aa", text)
    return text if len(text) <= _LONGEST_WORD else f"{text[:_LONGEST_WORD]}…"
