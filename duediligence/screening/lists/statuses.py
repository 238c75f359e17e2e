"""The state of each list: whether it is as the audit chain recorded it and how old, who may see its
records, and what to do about it.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from duediligence.contracts import NO_DESCRIPTION, Watchlist
from duediligence.errors import Hint, NotAsRecorded, OptionRemark, Step
from duediligence.model import AgeSource, DriftItem, ListEntry, ListStatus, ListVersion, StaleReason
from duediligence.model.entries import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    MUTUAL,
    RecordType,
)
from duediligence.screening import audit_events
from duediligence.screening.access import use_case
from duediligence.screening.clock import Clock, read_clock
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Changes, Failure
from duediligence.text.legal_forms import ends_in_legal_form
from duediligence.writing import hash_file

_OFFENCES: dict[RecordType, str] = {
    "conviction": "conviction of an individual",
    "caution": "caution of an individual",
    "prosecution_pending": "pending prosecution of an individual",
}
_OF_BODIES = frozenset(
    {COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND, MUTUAL}
)
RESTRICTED = "restricted record"


def explain_not_storable(entry: ListEntry, store_restricted: bool) -> str:
    """Return why the entry must not be stored; empty where it may be.

    A restricted record is stored only where the setting `store_restricted` says so, but for lists
    that are kept apart, which a council loads on purpose and one right shows. That an
    individual was convicted, cautioned or prosecuted is never stored: those are data of criminal
    offences (UK GDPR art 10; Data Protection Act 2018 s.11(2), alleged offences and proceedings
    included), and a search by name would turn them into a register of convictions. An entry of
    unknown kind is an individual unless it has the number of a company, charity or mutual, or a
    name that ends in a legal form: a sole trader's business name is a person's.
    """
    record = entry.record
    if record is None:
        return ""
    if record.type in _OFFENCES and _is_individual(entry):
        return _OFFENCES[record.type]
    own_right = record.type == "personal_insolvency"
    if record.handling == "restricted" and not (store_restricted or own_right):
        return RESTRICTED
    return ""


def _is_individual(entry: ListEntry) -> bool:
    if entry.kind != "unknown":
        return entry.kind == "person"
    numbered = any(identifier.scheme in _OF_BODIES for identifier in entry.identifiers)
    return not numbered and not any(ends_in_legal_form(name.text) for name in entry.names)


# A list whose own date stands still this long may be frozen, however often it is fetched: two of
# its publisher's usual intervals, and never less than this.
FROZEN = timedelta(days=60)


@use_case("read")
def statuses(workspace: Workspace, only: Iterable[str] = ()) -> list[ListStatus]:
    """Return the status of every list (or of those in `only`), by id. Reads nothing but the
    store.
    """
    chosen = [workspace.watchlist(i) for i in only] or list(workspace.watchlists.values())
    current, failures = workspace.lists.current(), workspace.lists.failures()
    clock, result = read_clock(workspace), []
    differ, tried = lists_that_differ(workspace), _find_tried_lists(workspace, chosen)
    for watchlist in chosen:
        loaded = current.get(watchlist.id)
        days = workspace.settings.max_age_days.get(watchlist.id)
        one = derive_list_status(
            watchlist,
            loaded.version if loaded else None,
            failures.get(watchlist.id),
            clock=clock,
            max_age=watchlist.max_age if days is None else timedelta(days=days),
        )
        no_description = watchlist.reading == NO_DESCRIPTION
        if watchlist.id in differ or no_description:
            # Nothing of it is searched, and whoever used it wants it checked.
            why = StaleReason(kind="description gone" if no_description else "not as recorded")
            one = replace(one, state="stale", version=None, reasons=(why,), optional=False)
        result.append(replace(one, untried=is_unseen(watchlist) and watchlist.id not in tried))
    return result


def is_unseen(watchlist: Watchlist) -> bool:
    """Return whether no file of its publisher was seen when its reader was written."""
    return watchlist.known_from == "never seen" and not watchlist.reading


def _find_tried_lists(workspace: Workspace, chosen: Iterable[Watchlist]) -> frozenset[str]:
    """Return the lists of which a real file has passed a test in this home."""
    if not any(map(is_unseen, chosen)):
        return frozenset()
    return frozenset(one.event.subject for one in workspace.audit.records(kind="list tried"))


def derive_list_status(
    watchlist: Watchlist,
    version: ListVersion | None,
    failure: Failure | None,
    *,
    clock: Clock,
    max_age: timedelta,
) -> ListStatus:
    """Return one list's status. A failed refresh makes a list stale: what is new on it is not
    known.

    Where a clock is or was wrong, its age is not known.
    """
    failed = () if failure is None else (_build_failure_reason(failure),)
    if version is None:
        page = watchlist.homepage if watchlist.by_hand else ""
        absent = StaleReason(kind="not compared" if page else "not fetched", page=page)
        return ListStatus(
            list_id=watchlist.id,
            title=watchlist.title,
            state="never loaded",
            reasons=failed or (absent,),
            # Whoever tried to load it wants it checked.
            optional=watchlist.optional and failure is None,
        )
    newest, today = newest_on(watchlist, version), clock.now.date()
    page = watchlist.homepage if watchlist.by_hand else ""
    doubt = doubt_about_age(clock, watchlist, version, page)
    age = max(0, (today - newest).days) if newest and not doubt else None
    reasons = [doubt, *failed] if doubt else list(failed)
    if leaves_out_restricted(version):
        # Nothing of it is searched: results for this list are incomplete.
        reasons.insert(0, StaleReason(kind="records left out", count=version.entries))
    reasons += _list_doubt_reasons(version)
    if newest is None:
        reasons.append(StaleReason(kind="age unknown"))
    elif age is not None and age > max_age.days:
        reasons.append(
            StaleReason(kind="too old", on=newest, days=age, most_days=max_age.days, page=page)
        )
    elif version.published and today - version.published > max(FROZEN, 2 * max_age):
        days = (today - version.published).days
        reasons.append(
            StaleReason(kind="publisher's date not moving", on=version.published, days=days)
        )
    if watchlist.by_hand and newest and version.page_changed_at and _changed_since(version):
        changed = version.page_changed_at.date()
        reasons.append(StaleReason(kind="page changed", on=newest, changed_on=changed, page=page))
    return ListStatus(
        list_id=watchlist.id,
        title=watchlist.title,
        state="stale" if reasons else "current",
        reasons=tuple(reasons),
        optional=watchlist.optional,
        version=version,
        age_days=age,
        age_source=_age_source(watchlist, version),
    )


def doubt_about_age(
    clock: Clock, watchlist: Watchlist, version: ListVersion, page: str = ""
) -> StaleReason | None:
    """Return why a clock leaves the age of this version unknown; None where it does not."""
    at = age_rests_on(watchlist, version)
    return clock.doubt(f"list {version.list_id}", at, version.published, page)


def age_rests_on(watchlist: Watchlist, version: ListVersion) -> datetime:
    """Return when the version was fetched or brought, or a person stated how old it is."""
    stated = None if _at_source(watchlist, version) else version.stated_at
    return stated or version.checked_at


def leaves_out_restricted(version: ListVersion) -> bool:
    """Return whether all its records are restricted and were left out, so that nothing is
    searched.
    """
    if not version.entries:
        return False
    # Compared as a whole, for an earlier version of this program stored the item in words.
    left_out = DriftItem("left out", RESTRICTED, count=version.entries).words()
    return any(item.words() == left_out for item in version.drift)


def newest_on(watchlist: Watchlist, version: ListVersion) -> date | None:
    """Return the last day on which this version is known to have been the publisher's newest.

    From the publisher's address, when it last answered; from a register's own folder, when its
    oldest file was last changed. From a folder brought, the date in the files, or the day that a
    person states; None where there is neither, for when a copy was made says nothing.
    """
    if _at_source(watchlist, version):
        return version.checked_at.date()
    stated = version.stated_at.date() if version.stated_at else None
    return max(filter(None, (version.published, stated)), default=None)


def _at_source(watchlist: Watchlist, version: ListVersion) -> bool:
    in_place = watchlist.location and version.origin == f"folder {watchlist.location}"
    return bool(in_place) or version.origin.startswith("https://")


def _age_source(watchlist: Watchlist, version: ListVersion) -> AgeSource:
    newest = newest_on(watchlist, version)
    if newest is None:
        return "unknown"
    if _at_source(watchlist, version):
        return "download"
    return "publisher" if newest == version.published else "person"


def _build_failure_reason(failure: Failure) -> StaleReason:
    return StaleReason(
        kind="refresh failed", on=failure.at.date(), code=failure.code, said=failure.reason
    )


def _list_doubt_reasons(version: ListVersion) -> Iterator[StaleReason]:
    unread = tuple(doubt.what for doubt in version.doubts if doubt.kind == "not read")
    if unread:
        yield StaleReason(kind="headings not read", what=unread, count=len(unread))
    for doubt in version.doubts:
        if doubt.kind == "first load unproven":
            yield StaleReason(kind=doubt.kind, what=(doubt.what,), count=doubt.count)
    apart = [doubt for doubt in version.doubts if doubt.kind == "different days"]
    if apart:
        worst = max(apart, key=lambda doubt: doubt.count)
        others = (doubt.what for doubt in apart if doubt is not worst)
        yield StaleReason(
            kind="files of different days", what=(worst.what, *others), count=worst.count
        )


def _changed_since(version: ListVersion) -> bool:
    """Return whether the page of a list that is kept by hand changed since it was last compared."""
    changed, stated, published = version.page_changed_at, version.stated_at, version.published
    if changed is None:
        return False
    # A day alone may lie before the change or after it.
    return not ((stated and stated >= changed) or (published and published > changed.date()))


def may_have_lost_names(status: ListStatus) -> bool:
    """Return whether a person can accept its format: headings not read, or names that are gone."""
    doubts = status.version.doubts if status.version else ()
    return any(doubt.acceptable for doubt in doubts) or any(
        reason.code == "NamesLost" for reason in status.reasons
    )


# A step that refreshes more lists names none: it then refreshes all that are in use.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Remedy:
    """How lists become current that lack the same thing.

    `lack` says what is wrong with them, `first` what a person does before the step; it may be
    empty.
    """

    list_ids: tuple[str, ...]
    lack: str
    first: str | Hint
    step: Step


@use_case("read")
def remedy(workspace: Workspace, status: ListStatus) -> Remedy | None:
    """Return what to do about one list; None where it does not make a run incomplete.

    The one place that knows which list is put right in which way.
    """
    if not status.blocks_complete_run:
        return None
    watchlist, settings = workspace.watchlist(status.list_id), workspace.settings
    file = settings.home / "duediligence.toml"
    lack = "never loaded" if status.version is None else "out of date"
    first: str | Hint = ""
    step = Step("refresh-list", list=watchlist.id)
    if any(reason.kind == "clock in doubt" for reason in status.reasons):
        lack, step = "of unknown age, for the clock is in doubt", Step("put-clock-right")
        first = "correct the clock of this computer"
    elif status.version and leaves_out_restricted(status.version):
        lack = "left out, all its records are restricted"
        what = OptionRemark(f"set store_restricted in {file}", "let restricted records be stored")
        first = Hint(what)
    elif watchlist.location is not None:
        place = OptionRemark(str(watchlist.location), "its folder on the server")
        first = Hint("put its files into ", place)
    elif watchlist.by_hand:
        lack = f"kept by hand, {'never looked at' if status.version is None else lack}"
        first = Hint(
            f"look at {watchlist.homepage} (for who it names: `",
            Step("write-list-template", list=watchlist.id),
            "`)",
        )
        step = Step("confirm-list", list=watchlist.id)
    elif status.version and may_have_lost_names(status):
        lack = "that may have lost names"
        first = Hint("see `", Step("show-list-status"), "`")
        step = Step("accept-list-format", list=watchlist.id)
    elif status.version and any(doubt.kind == "different days" for doubt in status.version.doubts):
        lack = "with files of different days"
        if not has_address(watchlist, settings.addresses):
            first = f"download all its files again from {watchlist.homepage} into a folder"
            step = Step("download-list", list=watchlist.id)
    elif status.version and status.age_source == "unknown":
        lack, step = "of unknown age", Step("bring-dated-list", list=watchlist.id)
    elif not has_address(watchlist, settings.addresses):
        name = watchlist.feeds[0].filename.replace("{part}", "*")
        first = f"download {name} from {watchlist.homepage} into a folder"
        step = Step("download-list", list=watchlist.id)
    elif watchlist.needs_parts and not settings.parts.get(watchlist.id):
        what = OptionRemark(f"set parts.{watchlist.id} in {file}", "set which parts of it you need")
        first = Hint(what)
    else:
        step = Step("refresh-lists")
    return Remedy((watchlist.id,), lack, first, step)


def reason_hint(status: ListStatus) -> Hint:
    """Return why the list is not current, with the steps that help; empty where it is current."""
    parts: list[str | Step] = []
    for reason in status.reasons:
        said: list[str | Step] = []
        for part in reason.parts():
            if not isinstance(part, str):
                about = {} if part.name == "put-clock-right" else {"list": status.list_id}
                said += ["`", Step(part.name, **about), "`"]
            elif part:
                said.append(part)
        parts += ["; ", *said] if parts and said else said
    return Hint(*parts)


@use_case("read")
def remedies(workspace: Workspace, statuses: Iterable[ListStatus]) -> list[Remedy]:
    """Return what to do about all lists, those that one step puts right together."""
    groups: dict[tuple[str, str, Step], list[Remedy]] = {}
    for status in statuses:
        if one := remedy(workspace, status):
            groups.setdefault((one.lack, str(one.first), one.step), []).append(one)
    return [_merge_remedies(group) for group in groups.values()]


def _merge_remedies(alike: list[Remedy]) -> Remedy:
    """Return one remedy of several that differ in nothing but the list."""
    ids = tuple(list_id for one in alike for list_id in one.list_ids)
    step = alike[0].step
    if step.name == "refresh-lists" and len(ids) <= _NAMED:
        step = (
            Step("refresh-list", list=ids[0])
            if len(ids) == 1
            else Step("refresh-named-lists", lists=" ".join(ids))
        )
    return replace(alike[0], list_ids=ids, step=step)


def has_address(watchlist: Watchlist, addresses: Iterable[str]) -> bool:
    """Return whether all files of some set of it can be fetched; `addresses` are file names."""
    known = set(addresses)
    return any(
        all(feed.url or feed.filename in known for feed in feeds if not feed.optional)
        for feeds in watchlist.feed_sets
    )


# Another process may be between its record and the end of its transaction.
MOMENT_SECONDS = 1.0
_ROWS = ("lists.list_versions", "lists.current_versions", "lists.failures")


def lists_that_differ(workspace: Workspace) -> frozenset[str]:
    """Return the lists of which another version is in service than the one that was recorded last,
    another failure, or none. Raises StorageError.
    """
    differ = _find_unrecorded_changes(workspace)
    # Where none is in service at all, as after a restore, there is nothing to wait for.
    if differ and workspace.lists.current():
        time.sleep(MOMENT_SECONDS)
        differ = _find_unrecorded_changes(workspace)
    return differ


def _find_unrecorded_changes(workspace: Workspace) -> frozenset[str]:
    there = {(one.table, one.key): one.sha256 for one in workspace.lists.seals()}
    recorded = {
        (table, key): digest
        for table in _ROWS
        for key, digest in workspace.audit.sealed(table).items()
    }
    if not recorded:
        # Loaded by an earlier version, which recorded nothing of them.
        return frozenset()
    other = {one for one, digest in there.items() if recorded.get(one) != digest}
    # Versions that are not in service any more stay recorded while they are kept.
    gone = {one for one in recorded.keys() - there.keys() if one[0] != _ROWS[0]}
    return frozenset(key.partition(" ")[0] for _, key in other | gone)


def content_is_recorded(workspace: Workspace, list_id: str, version: str) -> bool:
    """Return whether a version holds the very entries that were recorded. Raises StorageError.

    Reads all of them.
    """
    there = {one.table: one.sha256 for one in workspace.lists.content_seals(list_id, version)}
    return all(
        there.get(table) == workspace.audit.sealed(table).get(f"{list_id} {version}")
        for table in audit_events.CONTENT
    )


def find_swapped_index(workspace: Workspace, list_id: str) -> Path | None:
    """Return the index of a list if it is not the file that was recorded. One that is missing, or
    was not recorded, is built again by the next search.
    """
    # Imported lazily: numpy is slow to import.
    from duediligence.matching.index.index import index_file

    if (loaded := workspace.lists.current().get(list_id)) is None:
        return None
    recorded = workspace.audit.sealed(audit_events.INDEXES)
    sha256 = recorded.get(f"{list_id} {loaded.version.version}")
    file = index_file(loaded.index_folder)
    return file if sha256 and file.exists() and hash_file(file) != sha256.hex() else None


def changes_since(
    workspace: Workspace, version: ListVersion, before: str, index_name: str
) -> Changes | None:
    """Return what changed since another version, as `ListStore.changes` does, where both versions
    hold what was recorded.
    """
    if not all(
        content_is_recorded(workspace, version.list_id, one) for one in (before, version.version)
    ):
        return None
    return workspace.lists.changes(version, before, index_name)


def not_as_recorded(workspace: Workspace, list_id: str, path: Path | None = None) -> NotAsRecorded:
    """Return the error for a list that is not as the audit chain recorded it, in `lists.db` or at
    `path`.
    """
    return NotAsRecorded(
        f"{path or workspace.lists.path}: {list_id} is not as the audit chain recorded it",
        hint=Hint("Load the list again: ", Step("refresh-list", list=list_id)),
    )
