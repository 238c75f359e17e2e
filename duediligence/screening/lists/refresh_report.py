"""What a refresh of lists is reported as, a line at a time."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from duediligence.contracts import Watchlist
from duediligence.errors import FetchFailed, Hint, OptionRemark, Step
from duediligence.model import DriftItem
from duediligence.render.output import Line
from duediligence.render.wording import visible
from duediligence.screening.access import use_case
from duediligence.screening.lists.guide import guide
from duediligence.screening.lists.recognition import Recognition
from duediligence.screening.lists.refresh import Refreshed
from duediligence.screening.lists.shown import drift_words, files_of
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed

_MOST_NAMED = 6
# Of fewer lists, what was said of each is still on the screen.
_MANY_LISTS = 8
_HOW = {"copy": "by its name", "content": "by what it holds", "name": "by its name"}


def report_refresh_result(
    watchlist: Watchlist, one: Refreshed, *, named: bool, folder: Path | None
) -> Iterator[Line]:
    """Yield how the refresh of one list ended; of those not in the `folder` given, nothing."""
    match one.result:
        case "failed":
            yield from _report_failed_refresh(watchlist, one, folder)
        case "absent":
            if folder is None:
                yield from _report_absent_files(watchlist, one, named=named)
        case _:
            yield from _report_read_version(watchlist, one)


def _report_failed_refresh(
    watchlist: Watchlist, one: Refreshed, folder: Path | None
) -> Iterator[Line]:
    assert one.error is not None
    kept = "nothing is loaded"
    if one.previous:
        kept = f"version {one.previous.version} stays in use, marked as out of date"
    yield Line(f"{one.list_id}: FAILED: {one.error.said} ({kept})", "warning")
    if one.error.hint:
        yield Line(one.error.hint, "warning", is_detail=True)
    if not isinstance(one.error, FetchFailed):
        step = Step("test-list", list=one.list_id)
        if folder:
            step = Step("test-list-files", list=one.list_id, file=str(folder))
        yield Line(Hint("What changed in its files: ", step), "note", is_detail=True)
    if not one.previous and watchlist.optional:
        drop = Hint(
            "Until it is loaded, every run is incomplete. To stop using it: ",
            Step("drop-list", list=one.list_id),
        )
        yield Line(drop, "note", is_detail=True)


def _report_absent_files(watchlist: Watchlist, one: Refreshed, *, named: bool) -> Iterator[Line]:
    bring = Hint(f"provide {files_of(watchlist)}", OptionRemark(" and use --from DIR"))
    if watchlist.by_hand:
        bring = Hint(f"check {watchlist.homepage}, then: ", Step("confirm-list", list=one.list_id))
    why = Hint(one.error.message) if one.error else Hint("no file is published: ", bring)
    text = Hint(f"{one.list_id}: ", why, "; left unchanged")
    yield Line(text, "warning" if named else "note")
    if one.error and named:
        yield Line(one.error.hint, "warning", is_detail=True)


def _report_read_version(watchlist: Watchlist, one: Refreshed) -> Iterator[Line]:
    assert one.version is not None
    before = ""
    if one.previous and one.previous.entries != one.version.entries:
        before = f", {one.previous.entries:,} before"
    yield Line(
        f"{one.list_id}: {one.result}: {count(one.version.entries, 'entry', 'entries')}{before}"
        f", version {one.version.version}"
    )
    if one.version.not_read:
        which = Hint(
            f"{count(one.version.not_read, 'row')} not read, as its description allows. Which: ",
            Step("test-list", list=one.list_id),
        )
        yield Line(which, "warning", is_detail=True)
    if one.version.accepted_loss and one.result == "loaded":
        entries, names = one.version.accepted_loss
        lost = f"accepted by you: {entries:,} entries and {names:,} names were removed"
        yield Line(lost, "note", is_detail=True)
    if one.error:
        because = f"read from the alternate file, because: {one.error.message}"
        yield Line(because, "warning", is_detail=True)
    if one.result == "loaded":
        yield from _report_list_drift(one.version.drift, own=watchlist.location is not None)


def _report_list_drift(drift: tuple[DriftItem, ...], *, own: bool) -> Iterator[Line]:
    """Yield what of a list was left out or corrected, in words. What this version cannot use is
    counted, but shown of a register of one's `own`, whose description can be changed.
    """
    shown = [item for item in drift if own or item.kind in ("note", "left out")][:5]
    for item in shown:
        yield Line(drift_words(item), "note", is_detail=True)
    if unread := len(drift) - len(shown):
        details = Hint(
            f"{count(unread, 'detail')} of its entries could not be used (such as a birth date in "
            "words): ",
            Step("show-list-details"),
        )
        yield Line(details, "note", is_detail=True)


def report_recognised_files(brought: Recognition, ids: Sequence[str]) -> Iterator[Line]:
    """Yield which files of a folder are read under another name, and which are not read at all."""
    for path, same in groupby(brought.read_as, key=lambda one: one.path):
        read = [one for one in same if not ids or one.list_id in ids]
        if read:
            lists = ", ".join(dict.fromkeys(one.list_id for one in read))
            how = _HOW[read[0].how]
            text = f"{path.name}: recognised {how} as {read[0].save_as} ({lists})"
            yield Line(visible(text), "note")
    names = [path.name for path in brought.unknown]
    if names and not ids:
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        shown = ", ".join(names[:_MOST_NAMED])
        yield Line(visible(f"Not recognised as a file of any list: {shown}{more}"), "note")


@use_case("read")
def missing(workspace: Workspace, ended: Sequence[Refreshed], folder: Path) -> list[Line]:
    """Return which lists in use have no file in the folder; the others need none."""
    used = {one.id for one in guide(workspace) if not one.own}
    lines = []
    for one in ended:
        if one.result != "absent" or one.list_id not in used:
            continue
        watchlist = workspace.watchlist(one.list_id)
        what = files_of(watchlist)
        if watchlist.by_hand:
            what = f"confirm it by hand ({watchlist.homepage})"
        text = f"{one.list_id}: not in {folder}, left unchanged. Missing: {what}"
        lines.append(Line(visible(text), "note"))
    if lines:
        lines.append(Line(Hint("Where to get them: ", Step("write-download-guide")), "note"))
    return lines


def summarise_refresh(ended: Sequence[Refreshed], stale: Sequence[str]) -> Iterator[Line]:
    """Yield what the refresh of many lists came to, on less than a screen; of few, nothing."""
    if len(ended) <= _MANY_LISTS:
        return
    by_result: dict[str, list[str]] = {}
    for one in ended:
        by_result.setdefault(one.result, []).append(one.list_id)
    counts = [f"{len(ids):,} {result}" for result, ids in by_result.items() if result != "absent"]
    total = f"{count(len(ended), 'list')}: {', '.join(counts) or 'none was refreshed'}"
    yield Line(total, "note")
    for words, ids in (
        ("Failed", by_result.get("failed", ())),
        ("Stale", stale),
        ("No file", by_result.get("absent", ())),
    ):
        if ids:
            yield Line(f"{words}: {listed(ids, _MOST_NAMED)}", "note", is_detail=True)
    if by_result.get("failed") or stale:
        why = Hint("Why, and what to do about each: ", Step("check-readiness"))
        yield Line(why, "note", is_detail=True)


def build_refresh_document(one: Refreshed, brought: Recognition) -> dict[str, object]:
    """Return how the refresh of one list ended, for programs."""
    return {
        "id": one.list_id,
        "result": one.result,
        "version": one.version.version if one.version else None,
        "entries": one.version.entries if one.version else None,
        "entries_before": one.previous.entries if one.previous else None,
        "error": one.error.message if one.error else None,
        "read_as": {name: path.name for name, path in brought.renamed(one.list_id).items()},
    }
