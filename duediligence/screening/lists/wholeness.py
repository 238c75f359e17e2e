"""Whether a file of a list is whole: what is expected of it, what left it, what was lost."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path
from urllib.parse import urljoin

from duediligence.contracts import Expect, Feed, Watchlist
from duediligence.errors import (
    DuediligenceError,
    ExpectationFailed,
    Hint,
    NamesLost,
    Step,
    UnreadableFile,
)
from duediligence.model import ListDoubt, ListEntry, ListVersion, Name
from duediligence.model.entries import NameType, Record
from duediligence.screening.lists.statuses import newest_on
from duediligence.screening.workspace import Workspace
from duediligence.text.dates import is_day_ahead, long_date
from duediligence.text.wording import count


def check_expectations(
    watchlist: Watchlist,
    entries: Sequence[ListEntry],
    published: date | None,
    previous: ListVersion | None,
    *,
    today: date,
    scale: float = 1.0,
    feeds: Iterable[Feed] = (),
) -> None:
    """Raise ExpectationFailed, with the figures, unless the entries are what the list expects.

    `feeds` are those that it was read from. `scale` is the share of the publisher's size that this
    copy has: 1 but for invented samples.
    """
    least, most = watchlist.expect.entries
    least = max([least, *(feed.least for feed in feeds)])
    expect = replace(watchlist.expect, entries=(least, most)).scaled(scale)
    _check_size(watchlist, expect, entries)
    _check_unique(watchlist, entries)
    for name, share in expect.filled.items():
        filled = sum(bool(getattr(entry, name)) for entry in entries)
        if entries and filled / len(entries) < share:
            raise ExpectationFailed(
                f"{name} is filled in {filled / len(entries):.1%} of entries; at "
                f"least {share:.1%} is expected",
                about=watchlist.id,
                hint="The publisher may have renamed a column or tag.",
            )
    _check_date(watchlist, published, previous, today)


def _check_size(watchlist: Watchlist, expect: Expect, entries: Sequence[ListEntry]) -> None:
    held = len(entries)
    least, most = expect.entries
    if not least <= held <= most:
        described = (
            " If it is right, change `expected` in the description, and add that again."
            if watchlist.reading
            else ""
        )
        raise ExpectationFailed(
            f"{count(held, 'entry', 'entries')}; between {least:,} and {most:,} are expected",
            about=watchlist.id,
            hint=f"The file may be cut short or be another list. Fetch it again.{described}",
        )
    fewest, highest = expect.names
    average = sum(len(entry.names) for entry in entries) / held if held else fewest
    if not fewest <= average <= highest:
        raise ExpectationFailed(
            f"{average:.2f} names per entry; expected {fewest:g} to {highest:g}",
            about=watchlist.id,
            hint="Other names may be missing, or be where the list does not read them. Fetch "
            "the files again.",
        )


def _check_unique(watchlist: Watchlist, entries: Sequence[ListEntry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise ExpectationFailed(f"entry {entry.id} appears twice", about=watchlist.id)
        seen.add(entry.id)


def _check_date(
    watchlist: Watchlist, published: date | None, previous: ListVersion | None, today: date
) -> None:
    if published and is_day_ahead(published, today):
        raise ExpectationFailed(
            f"dated {published.isoformat()}, which is in the future",
            about=watchlist.id,
            hint="Check the clock of this machine.",
        )
    if published and previous and previous.published and published < previous.published:
        raise ExpectationFailed(
            f"dated {published.isoformat()}, older than the version in use "
            f"({previous.published.isoformat()})",
            about=watchlist.id,
            hint="Provide the newest file.",
        )


KEPT_YEARS = 3
_WAS = re.compile(r"Was .+ until [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}\.")


def with_departed(
    previous: Iterable[ListEntry], new: list[ListEntry], day: date
) -> list[ListEntry]:
    """Return the entries of the new version, and after them those that have left the list.

    `previous` are those of the version before, with who had left by then; `day` is that of the
    new version. One that left has a record marked as ended, and `ends_on` says since when: `day`
    the first time, the same for ever after. It is dropped three years later. One that returns is
    as published. Where an entry's status is no longer what it was, its remarks say so, a line for
    each change.
    """
    listed = {entry.id: entry for entry in new}
    departed = []
    for old in previous:
        if old.id in listed:
            listed[old.id] = _keep_past_statuses(old, listed[old.id], day)
        elif not _long_gone(gone := _mark_entry_ended(old, day), day):
            departed.append(gone)
    return [*listed.values(), *departed]


def with_earlier(previous: Iterable[ListEntry], new: list[ListEntry]) -> list[ListEntry]:
    """Return the entries of the new files, and after them those of before that they do not hold."""
    held = {entry.id for entry in new}
    return [*new, *(entry for entry in previous if entry.id not in held)]


def _mark_entry_ended(entry: ListEntry, day: date) -> ListEntry:
    if entry.record and entry.record.ended and entry.ends_on:
        return entry
    # A list whose leavers are kept is a register, whether or not its entries have a record.
    record = replace(entry.record or Record(type="registration"), ended=True)
    return replace(entry, record=record, ends_on=day)


def _long_gone(entry: ListEntry, day: date) -> bool:
    left = entry.ends_on or day
    return (left.year + KEPT_YEARS, left.month, left.day) < (day.year, day.month, day.day)


def _keep_past_statuses(old: ListEntry, new: ListEntry, day: date) -> ListEntry:
    """Return the new entry, with a line for each status that it once had."""
    lines = [line for line in old.remarks.split("\n") if _WAS.fullmatch(line)]
    if old.status and old.status != new.status:
        status = " ".join(old.status.split())
        lines.append(f"Was {status} until {long_date(day)}.")
    published = new.remarks.split("\n") if new.remarks else []
    lines = [line for line in dict.fromkeys(lines) if line not in published]
    return replace(new, remarks="\n".join([*published, *lines])) if lines else new


# The share of entries or names that may go while the publisher's date stays: a correction.
SAME_DATE_LOSS = 0.02
# After a long gap, more would let a list that was cut pass for an old one that was refreshed.
MOST_WEEKS = 4
MOST_LOSS = 0.5


def first_load_doubts(watchlist: Watchlist, entries: Sequence[ListEntry]) -> Iterator[ListDoubt]:
    """Yield a doubt where fewer entries have a further name than the list expects."""
    further = sum(len(entry.names) > 1 for entry in entries)
    if further < watchlist.expect.further_names * len(entries):
        share = int(100 * further / len(entries))
        yield ListDoubt("first load unproven", "further names", share)


# The share of entries that may have fewer names than in the version before: see `NameLoss`.
MOST_POORER = 0.02
# Fewer entries than this with a type of name can be corrected in one day.
LEAST_OF_TYPE = 3


@dataclass(frozen=True, slots=True)
class NameLoss:
    """The names that were lost by entries which are in both versions.

    A name is lost where no name of the entry has all its words any more, less those that came
    instead: a corrected spelling loses none, a lost alias or family name does. `names` of
    `entries` are lost, out of `compared` entries; `types` are the types of name of which none is
    left.
    """

    names: int
    entries: int
    compared: int
    types: tuple[NameType, ...]

    @property
    def too_much(self) -> bool:
        """Return whether so many entries lost names that a column or tag may have been renamed."""
        return bool(self.types) or self.entries > MOST_POORER * self.compared


def names_lost(previous: Iterable[ListEntry], entries: Iterable[ListEntry]) -> NameLoss:
    """Compare the names of each entry with those that it had in the version before.

    Where no ID is in both, as in another file of the same list, entries with the same first name
    are compared.
    """
    before, after = list(previous), list(entries)
    new = {entry.id: entry for entry in after}
    pairs = [(old, new[old.id]) for old in before if old.id in new]
    if not pairs:
        named = {entry.names[0].text: entry for entry in after if entry.names}
        firsts = [(old, old.names[0].text) for old in before if old.names]
        pairs = [(old, named[first]) for old, first in firsts if first in named]
    lost = [fewer for old, now in pairs if (fewer := _names_lost(old.names, now.names))]
    had, have = (
        Counter(type_ for pair in pairs for type_ in {name.type for name in pair[side].names})
        for side in (0, 1)
    )
    gone = (type_ for type_, held in had.items() if held >= LEAST_OF_TYPE and type_ not in have)
    return NameLoss(sum(lost), len(lost), len(pairs), tuple(sorted(gone)))


def _names_lost(old: Sequence[Name], new: Sequence[Name]) -> int:
    """Return how many names fewer there are, spelling apart."""
    if old == new:
        return 0
    before, after = ([frozenset(name.text.split()) for name in names] for names in (old, new))
    gone = sum(not any(words <= held for held in after) for words in before)
    came = sum(not any(words <= held for held in before) for words in after)
    return max(0, gone - came)


def refuse_name_loss(
    watchlist: Watchlist, loss: NameLoss, unread: Sequence[str], previous: ListVersion
) -> None:
    """Raise NamesLost where entries lost more names than a publisher corrects.

    Where the files have headings or tags that are `unread`, and were not before, any loss is too
    much: the names may be under them.
    """
    if not (loss.too_much or (loss.names and unread)):
        return
    types = f"; none is left of type {', '.join(loss.types)}" if loss.types else ""
    headings = f"; not read: {', '.join(unread[:3])}" if unread else ""
    raise NamesLost(
        f"{count(loss.names, 'name')} of {count(loss.entries, 'entry', 'entries')} are gone that "
        f"version {previous.version} has, of {loss.compared:,} entries in both{types}{headings}",
        about=watchlist.id,
        hint=Hint(
            "The publisher may have renamed a column or tag. Compare some entries with "
            f"{watchlist.homepage or 'its source'}. If these names are no longer published: `",
            Step("accept-list-format", list=watchlist.id),
            "`, from the same source.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Loss:
    """What is gone since the version before.

    `entries` and `names` are numbers; `share` is the larger of the two shares (0.0 … 1.0),
    `allowed` the largest that may go at once, `weeks` the time between the two versions in weeks,
    0 where they have one date, or none that shows which is newer.
    """

    entries: int
    names: int
    share: float
    allowed: float
    weeks: int

    @property
    def too_much(self) -> bool:
        return self.share > self.allowed


def loss_since(
    workspace: Workspace,
    watchlist: Watchlist,
    previous: ListVersion,
    entries: list[ListEntry],
    version: ListVersion,
    *,
    same_code: bool,
    accepted_names: int = 0,
) -> Loss:
    """Return what is gone since the version before; entries are compared where one code read both.

    `accepted_names` are gone from entries that are in both, which a person accepted.
    """
    gone = 0
    if same_code:
        gone = _count_removed_entries(workspace, watchlist, previous, entries)
    before, after = newest_on(watchlist, previous), newest_on(watchlist, version)
    if version.published and previous.published:
        before, after = previous.published, version.published
    days = max(0, (after - before).days) if before and after else 0
    if watchlist.reading:
        # A council's own file is newer than the one before, whatever its date.
        days = max(1, days)
    return _measure_list_loss(watchlist, entries, previous, gone, days, accepted_names)


def _count_removed_entries(
    workspace: Workspace, watchlist: Watchlist, previous: ListVersion, entries: list[ListEntry]
) -> int:
    """Return how many entries of the version before are no longer there."""
    ids = {entry.id for entry in entries}
    known = workspace.lists.ids(previous)
    if ids.isdisjoint(known):
        # Another file of the list, which knows its entries by something else: compare names.
        names = {name.text for entry in entries for name in entry.names}
        return sum(
            names.isdisjoint(name.text for name in entry.names)
            for entry in workspace.lists.entries(previous)
        )
    if watchlist.tracks_removals:
        known = frozenset(
            entry.id
            for entry in workspace.lists.entries(previous)
            if not (entry.record and entry.record.ended)
        )
    return len(known - ids)


def _measure_list_loss(
    watchlist: Watchlist,
    entries: Sequence[ListEntry],
    previous: ListVersion,
    gone: int,
    days: int,
    accepted_names: int = 0,
) -> Loss:
    """Return what is gone since `previous`: of its entries at least the number `gone`.

    `days` lie between the two versions: 0 where they have the same date, or none that shows which
    is newer.
    """
    names = sum(len(entry.names) for entry in entries)
    lost_entries = max(gone, previous.entries - len(entries), 0)
    lost_names = max(previous.names - names - accepted_names, 0)
    weeks = ceil(days / 7)
    allowed = min(MOST_LOSS, watchlist.expect.weekly_loss * min(weeks, MOST_WEEKS))
    return Loss(
        lost_entries,
        lost_names,
        max(
            lost_entries / max(previous.entries, 1),
            lost_names / max(previous.names, 1),
        ),
        max(allowed, SAME_DATE_LOSS) if weeks else SAME_DATE_LOSS,
        weeks,
    )


def refuse_loss(watchlist: Watchlist, loss: Loss, previous: ListVersion) -> None:
    """Raise ExpectationFailed where more is gone than may go at once.

    A copy that states its own total is whole: what is gone is no longer published.
    """
    if not loss.too_much or watchlist.expect.states_total:
        return
    within = "in a week" if loss.weeks == 1 else f"in {min(loss.weeks, MOST_WEEKS)} weeks"
    raise ExpectationFailed(
        f"{loss.entries:,} of {previous.entries:,} entries and {loss.names:,} of "
        f"{previous.names:,} names are gone since version {previous.version}: {loss.share:.1%}, "
        f"and at most {loss.allowed:.1%} may go "
        + (within if loss.weeks else "while the publisher's date is the same or not known"),
        about=watchlist.id,
        hint=Hint(
            "The file may be cut short. Fetch it again, or compare it with "
            f"{watchlist.homepage or 'its source'}. If it is right: `",
            Step("accept-list-loss", list=watchlist.id),
            "`, from the same source.",
        ),
    )


_HEAD, _TAIL = 1024, 4096
_BLANK = b" \t\r\n\0"
# Workbooks (ZIP, and the older compound file) end in tables that their own reader checks.
_PACKAGES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def check_whole(feeds: tuple[Feed, ...], files: Mapping[str, Path]) -> None:
    """Raise UnreadableFile for a file that is empty or cut short, and for pages that are missing.

    `files` are those of one feed set, by name.
    """
    for path in files.values():
        _check_end(path)
    for feed in feeds:
        if "{page}" in feed.filename:
            _check_pages(feed, files)


def _check_end(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, file.seek(0, 2) - _TAIL))
        tail = file.read().rstrip(b" \t\0")
    if head.startswith(_PACKAGES):
        return
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK).lower()
    if not start:
        raise UnreadableFile(f"{path.name}: is empty", hint="Fetch it again.")
    end = tail.rstrip(_BLANK)
    if start.startswith((b"<!doctype html", b"<html")):
        whole = b"</html" in end.lower()
    elif start.startswith(b"<"):
        whole = end.endswith(b">")
    elif start.startswith((b"{", b"[")):
        whole = end.endswith((b"}", b"]"))
    else:
        whole = tail.endswith((b"\n", b"\r", b"\x1a"))
    if not whole:
        raise UnreadableFile(
            f"{path.name}: ends in the middle of a record: the file is cut short",
            hint="Fetch it again. In a file kept by hand, press Enter after the last line.",
        )


def _check_pages(feed: Feed, files: Mapping[str, Path]) -> None:
    """Pages have numbers without a gap, and only the last says that no page follows it."""
    pattern = re.escape(feed.filename)
    pattern = pattern.replace(r"\{part\}", "(?P<part>.+)").replace(r"\{page\}", "(?P<page>[0-9]+)")
    runs: dict[str, dict[int, Path]] = {}
    for name, path in files.items():
        if (found := re.fullmatch(pattern, name)) and len(found["page"]) < 9:
            part = found.groupdict().get("part", "")
            runs.setdefault(part, {})[int(found["page"])] = path
    for part, pages in runs.items():
        last = max(pages)
        missing = [str(number) for number in range(1, last) if number not in pages]
        if missing:
            raise UnreadableFile(
                f"{pages[last].name}: is page {last}, and page {', '.join(missing[:5])} is missing",
                hint="Provide every page.",
            )
        url = feed.url.replace("{part}", part)
        for number, path in sorted(pages.items()):
            if feed.next_page and number:
                following = _find_next_page(feed.next_page, path, url)
                _check_order(path, number, last, more=bool(following))
                url = urljoin(url, following)


def _find_next_page(next_page: Callable[[Path, str], str], path: Path, url: str) -> str:
    try:
        return next_page(path, url).strip()
    except DuediligenceError:
        raise
    except Exception as error:
        raise UnreadableFile(
            f"{path.name}: cannot be read: {type(error).__name__}: {error}",
            hint="The reader of this page failed. Report this message.",
        ) from error


def _check_order(path: Path, number: int, last: int, *, more: bool) -> None:
    if more and number == last:
        raise UnreadableFile(
            f"{path.name}: says that another page follows it, which is missing",
            hint="Provide every page.",
        )
    if not more and number < last:
        raise UnreadableFile(
            f"{path.name}: says that it is the last page, but page {number + 1} is there",
            hint="The pages may be of different days. Fetch them all again, into an empty folder.",
        )
