"""What a refresh of lists is and shows, and what a council's own registers show."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
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
from duediligence.council_registers.starter import value_line
from duediligence.errors import FetchFailed, UsageError
from duediligence.model import DriftItem, ListEntry
from duediligence.render.wording import visible
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
        if one.version.accepted_loss and one.result == "loaded":
            entries, names = one.version.accepted_loss
            note(f"    accepted by you: {entries:,} entries and {names:,} names were removed")
        if one.error:
            warn(f"    read from the alternate file, because: {one.error.message}")
        if one.result == "loaded":
            own = ws.watchlist(one.list_id).location is not None
            _tell_drift(one.version.drift, own=own)


# Of fewer lists, what was said of each is still on the screen.
_MANY_LISTS = 8
_MOST_NAMED = 6


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
    for problem in found.problems:
        warn(visible(str(problem)))
    first = "the first " if len(found.problems) == MOST_PROBLEMS else ""
    raise UsageError(
        f"{description.path.name}: {first}{count(len(found.problems), 'problem')} in the register; "
        "none of it is used until all rows can be read",
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
        for name, value in _shown(entry).items():
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
        "first": [_shown(entry) for entry in found.entries[:rows]],
        "problems": [str(problem) for problem in found.problems],
        "notes": [*found.notes, *(item.words() for item in files.drift.items())],
    }


def _shown(entry: ListEntry) -> dict[str, str]:
    """What was read of a record, by the names of its fields; what is empty is left out."""

    record = entry.record
    shown = {
        "id": entry.id,
        "subject_name": entry.name,
        "subject_type": {"person": "individual"}.get(entry.kind, entry.kind),
        "trading_name": "; ".join(name.text for name in entry.names[1:]),
        "numbers": ", ".join(map(str, entry.identifiers)),
        "birth_month_year": ", ".join(map(str, entry.birth_dates)),
        "premises_address": "; ".join(address.text for address in entry.addresses),
        "postcode": "; ".join(address.postcode for address in entry.addresses),
        "source_url": entry.url,
    }
    for field in fields(record) if record else ():
        value = getattr(record, field.name)
        name = "record_type" if field.name == "type" else field.name
        shown[name] = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return {name: value for name, value in shown.items() if value and value != "False"}
