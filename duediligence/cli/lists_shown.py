"""What a refresh of lists is and shows, and what a council's own registers show."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.cli.globals import (
    note,
    resolve,
    say,
    warn,
    worded,
)
from duediligence.contracts import Files, Watchlist
from duediligence.council_registers import Description, Examined, RegisterProblem
from duediligence.council_registers.description import MOST_PROBLEMS
from duediligence.council_registers.fields import BY_NAME
from duediligence.council_registers.reading import refused_rows, rows_named
from duediligence.council_registers.showing import shown
from duediligence.council_registers.starter import value_line
from duediligence.errors import FetchFailed, UsageError
from duediligence.model import DriftItem
from duediligence.render.wording import visible
from duediligence.screening.lists.recognition import Recognition
from duediligence.screening.lists.refresh import Refreshed
from duediligence.screening.lists.statuses import RESTRICTED
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed

if TYPE_CHECKING:
    from duediligence.screening.lists.refresh import Refreshed


def tell(ws: Workspace, one: Refreshed, *, named: bool, folder: Path | None) -> None:
    """Say how the refresh of one list ended; of those not in the `folder` given, nothing."""
    if one.result == "failed":
        assert one.error is not None
        kept = "nothing is loaded"
        if one.previous:
            kept = f"version {one.previous.version} stays in use, marked as out of date"
        warn(f"{one.list_id}: FAILED: {one.error.said} ({kept})")
        if one.error.hint:
            warn(f"    {worded(one.error.hint)}")
        if not isinstance(one.error, FetchFailed):
            brought = f" --from {folder}" if folder else ""
            note(f"    What changed in its files: duediligence lists test {one.list_id}{brought}")
        if not one.previous and ws.watchlist(one.list_id).optional:
            note(
                "    Until it is loaded, every run is incomplete. To stop using it: "
                f"duediligence lists drop {one.list_id}"
            )
    elif one.result == "absent":
        if folder is not None:
            return
        watchlist = ws.watchlist(one.list_id)
        bring = f"provide {files_of(watchlist)} and use --from DIR"
        if watchlist.by_hand:
            bring = f"check {watchlist.homepage}, then: duediligence lists confirm {one.list_id}"
        (warn if named else note)(
            f"{one.list_id}: "
            f"{one.error.message if one.error else f'no file is published: {bring}'}; "
            "left unchanged"
        )
        if one.error and named:
            warn(f"    {worded(one.error.hint)}")
    else:
        assert one.version is not None
        before = ""
        if one.previous and one.previous.entries != one.version.entries:
            before = f", {one.previous.entries:,} before"
        say(
            f"{one.list_id}: {one.result}: {count(one.version.entries, 'entry', 'entries')}{before}"
            f", version {one.version.version}"
        )
        if one.version.not_read:
            warn(
                f"    {count(one.version.not_read, 'row')} not read, as its description allows. "
                f"Which: duediligence lists test {one.list_id}"
            )
        if one.version.accepted_loss and one.result == "loaded":
            entries, names = one.version.accepted_loss
            note(f"    accepted by you: {entries:,} entries and {names:,} names were removed")
        if one.error:
            warn(f"    read from the alternate file, because: {one.error.message}")
        if one.result == "loaded":
            own = ws.watchlist(one.list_id).location is not None
            _tell_drift(one.version.drift, own=own)


_MOST_NAMED = 6
_HOW = {"copy": "by its name", "content": "by what it holds", "name": "by its name"}


def tell_brought(brought: Recognition, ids: Sequence[str]) -> None:
    """Say which files of a folder are read under another name, and which are not read at all."""
    for path, same in groupby(brought.read_as, key=lambda one: one.path):
        read = [one for one in same if not ids or one.list_id in ids]
        if read:
            lists = ", ".join(dict.fromkeys(one.list_id for one in read))
            how = _HOW[read[0].how]
            note(visible(f"{path.name}: recognised {how} as {read[0].save_as} ({lists})"))
    names = [path.name for path in brought.unknown]
    if names and not ids:
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        shown = ", ".join(names[:_MOST_NAMED])
        note(visible(f"Not recognised as a file of any list: {shown}{more}"))


def tell_missing(ws: Workspace, ended: Sequence[Refreshed], folder: Path) -> None:
    """Say which lists in use have no file in the folder; the others need none."""
    from duediligence.screening.lists.guide import guide

    used = {one.id for one in guide(ws) if not one.own}
    missing = [one.list_id for one in ended if one.result == "absent" and one.list_id in used]
    for list_id in missing:
        one = ws.watchlist(list_id)
        what = f"confirm it by hand ({one.homepage})" if one.by_hand else files_of(one)
        note(visible(f"{list_id}: not in {folder}, left unchanged. Missing: {what}"))
    if missing:
        note("Where to get them: duediligence lists guide")


# Of fewer lists, what was said of each is still on the screen.
_MANY_LISTS = 8


def sum_up(ended: Sequence[Refreshed], stale: Sequence[str]) -> None:
    """Say what the refresh of many lists came to, on less than a screen."""
    if len(ended) <= _MANY_LISTS:
        return
    by_result: dict[str, list[str]] = {}
    for one in ended:
        by_result.setdefault(one.result, []).append(one.list_id)
    counts = [f"{len(ids):,} {result}" for result, ids in by_result.items() if result != "absent"]
    note(f"{count(len(ended), 'list')}: {', '.join(counts) or 'none was refreshed'}")
    for words, ids in (
        ("Failed", by_result.get("failed", ())),
        ("Stale", stale),
        ("No file", by_result.get("absent", ())),
    ):
        if ids:
            note(f"    {words}: {listed(ids, _MOST_NAMED)}")
    if by_result.get("failed") or stale:
        note("    Why, and what to do about each: duediligence doctor")


def _tell_drift(drift: tuple[DriftItem, ...], *, own: bool) -> None:
    """What of a list was left out or corrected, in words. What this version cannot
    use is counted, but shown of a register of one's `own`, whose description can be changed.
    """
    told = [item for item in drift if own or item.kind in ("note", "left out")]
    for item in told[:5]:
        note(f"    {aside(item)}")
    if unread := len(drift) - len(told[:5]):
        note(
            f"    {count(unread, 'detail')} of its entries could not be used (such as a birth "
            "date in words): duediligence lists status --json"
        )


def aside(item: DriftItem) -> str:
    """An item of a list's drift as it is shown: what was met but once needs no number."""
    if item.kind == "left out" and item.what == RESTRICTED:
        return f"{item.words()}, because the setting store_restricted is off"
    told = item.about if item.kind == "note" else f"{item.label}: {item.about}"
    return told if item.count == 1 else f"{told} ({item.count})"


def files_of(watchlist: Watchlist) -> str:
    """The files that a list needs, `*` where names differ: `SDN.CSV, ALT.CSV or SDN.XML`."""
    sets = (
        ", ".join(
            feed.filename.replace("{part}", "*").replace("{page}", "*")
            for feed in feeds
            if not feed.optional
        )
        for feeds in watchlist.feed_sets
    )
    # One file can be at several addresses.
    return " or ".join(dict.fromkeys(sets))


def refuse(description: Description, found: Examined) -> None:
    """Tell what is wrong and what to do about it. Raises UsageError where anything is."""
    if not found.problems:
        return
    others = [problem.hint for problem in found.problems if problem.hint and not problem.theirs]
    hints = [*list(dict.fromkeys(others))[:5], *_unknown_words(found.problems)]
    if found.not_read:
        hints.append(
            "If the rest may be used without them: `allowance` in the description says how many "
            "rows may be left unread."
        )
    for problem in found.problems[:MOST_PROBLEMS]:
        warn(visible(str(problem)))
    if (more := len(found.problems) - MOST_PROBLEMS) > 0:
        warn(f"and {more:,} more")
    until = "more of its rows can be read" if found.allowed else "all rows can be read"
    raise UsageError(
        f"{description.path.name}: {count(len(found.problems), 'problem')} in the register; "
        f"none of it is used until {until}{refused_rows(found)}",
        hint="\n".join(map(visible, hints)),
    )


def _unknown_words(problems: Sequence[RegisterProblem]) -> Iterator[str]:
    """What to write in the description for words that it does not know, with a guess for each."""
    unknown: dict[str, list[str]] = {}
    for problem in problems:
        if problem.theirs:
            unknown.setdefault(problem.field, []).append(problem.theirs)
    for name, words in unknown.items():
        ours = ", ".join(BY_NAME[name].words)
        yield f"Under [values.{name}] write what each means (one of {ours}):"
        yield from (value_line(name, theirs) for theirs in dict.fromkeys(words))


def show(description: Description, files: Files, found: Examined, rows: int) -> None:
    """Print the first `rows` records as they were understood, and what the rest comes to."""
    for entry in found.entries[:rows]:
        for name, value in shown(entry).items():
            say(visible(f"{name}: {value}"))
        say()
    if not found.problems:
        say(
            f"{description.id}: {count(len(found.entries), 'record')} from "
            f"{count(found.rows, 'row')} of {count(len(files), 'file')}"
        )
        records = [entry.record for entry in found.entries if entry.record]
        closed = sum(record.handling == "restricted" for record in records)
        if closed and not resolve().settings.store_restricted:
            warn(
                f"Warning: {closed:,} of {count(len(records), 'record')} restricted. A refresh "
                "leaves these out while the setting store_restricted is off: change handling, or "
                "that setting."
            )
        least, most = description.expected
        if not least <= len(found.entries) <= most:
            warn(f"Warning: expected {least} to {most} records: a refresh would be refused.")
    for text in found.notes:
        note(visible(text))
    if found.not_read and not found.problems:
        warn(
            f"{count(len(found.not_read), 'row')} of {found.rows:,} not read, of at most "
            f"{found.allowed:,} that may be left unread (allowance = {description.allowance}):"
        )
        for problem in found.unread[:MOST_PROBLEMS]:
            warn(visible(f"  {problem}"))
        warn(visible(f"  {rows_named(found.not_read)}"))
    unread = []
    for item in files.drift.items():
        if item.kind == "unread" and item.what == "column":
            unread.append(item.name)
        else:
            note(visible(aside(item)))
    if unread:
        listed = json.dumps(unread, ensure_ascii=False)
        note(visible(f"Columns not read; if you do not need them: ignore = {listed}"))


def document(
    description: Description, files: Files, found: Examined, rows: int
) -> dict[str, object]:
    """The same for programs."""
    return {
        "id": description.id,
        "records": len(found.entries),
        "rows": found.rows,
        "files": list(files),
        "first": [shown(entry) for entry in found.entries[:rows]],
        "problems": [str(problem) for problem in found.problems],
        "not_read": [
            {"file": row.file, "row": row.row, "column": row.column, "reason": row.reason}
            for row in found.not_read
        ],
        "allowed": found.allowed,
        "no_record": dict(found.by_kind),
        "notes": [*found.notes, *(item.words() for item in files.drift.items())],
    }
