"""How each list stands: current, stale or never loaded, and why."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from duediligence.contracts import Watchlist
from duediligence.model import AgeSource, DriftItem, ListStatus, ListVersion, StaleReason
from duediligence.screening.lists.handling import RESTRICTED
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Failure

# A list whose own date stands still this long may be frozen, however often it is fetched: two of
# its publisher's usual intervals, and never less than this.
FROZEN = timedelta(days=60)


def statuses(workspace: Workspace, only: Iterable[str] = ()) -> list[ListStatus]:
    """The status of every list (or of those in `only`), by id. Reads nothing but the store."""
    chosen = [workspace.watchlist(i) for i in only] or list(workspace.watchlists.values())
    current, failures = workspace.lists.current(), workspace.lists.failures()
    result = []
    for watchlist in chosen:
        loaded = current.get(watchlist.id)
        days = workspace.settings.max_age_days.get(watchlist.id)
        result.append(
            status(
                watchlist,
                loaded.version if loaded else None,
                failures.get(watchlist.id),
                now=workspace.now(),
                max_age=watchlist.max_age if days is None else timedelta(days=days),
            )
        )
    return result


def status(
    watchlist: Watchlist,
    version: ListVersion | None,
    failure: Failure | None,
    *,
    now: datetime,
    max_age: timedelta,
) -> ListStatus:
    """One list's status. A failed refresh makes a list stale: what is new on it is not known."""
    failed = () if failure is None else (_failed(failure),)
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
    newest = newest_on(watchlist, version)
    age = max(0, (now.date() - newest).days) if newest else None
    reasons = list(failed)
    if leaves_out_restricted(version):
        # Nothing of it is searched: nobody can be called clear of it.
        reasons.insert(0, StaleReason(kind="records left out", count=version.entries))
    reasons += _doubted(version)
    page = watchlist.homepage if watchlist.by_hand else ""
    if newest is None or age is None:
        reasons.append(StaleReason(kind="age unknown"))
    elif age > max_age.days:
        reasons.append(
            StaleReason(kind="too old", on=newest, days=age, most_days=max_age.days, page=page)
        )
    elif version.published and now.date() - version.published > max(FROZEN, 2 * max_age):
        days = (now.date() - version.published).days
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


def leaves_out_restricted(version: ListVersion) -> bool:
    """Whether all its records are restricted and were left out, so that nothing is searched."""
    if not version.entries:
        return False
    # Compared as a whole, for an earlier version of this program stored the item in words.
    left_out = DriftItem("left out", RESTRICTED, count=version.entries).words()
    return any(item.words() == left_out for item in version.drift)


def newest_on(watchlist: Watchlist, version: ListVersion) -> date | None:
    """The last day on which this version is known to have been the publisher's newest.

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


def _failed(failure: Failure) -> StaleReason:
    return StaleReason(
        kind="refresh failed", on=failure.at.date(), code=failure.code, said=failure.reason
    )


def _doubted(version: ListVersion) -> Iterator[StaleReason]:
    unread = tuple(doubt.what for doubt in version.doubts if doubt.kind == "not read")
    if unread:
        yield StaleReason(kind="headings not read", what=unread, count=len(unread))
    apart = [doubt for doubt in version.doubts if doubt.kind == "different days"]
    if apart:
        worst = max(apart, key=lambda doubt: doubt.count)
        others = (doubt.what for doubt in apart if doubt is not worst)
        yield StaleReason(
            kind="files of different days", what=(worst.what, *others), count=worst.count
        )


def _changed_since(version: ListVersion) -> bool:
    """Whether the page of a list that is kept by hand changed since it was last compared."""
    changed, stated, published = version.page_changed_at, version.stated_at, version.published
    if changed is None:
        return False
    # A day alone may lie before the change or after it.
    return not ((stated and stated >= changed) or (published and published > changed.date()))
