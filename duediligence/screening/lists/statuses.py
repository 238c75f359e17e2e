"""How each list stands: current, stale or never loaded, and why."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from duediligence.contracts import Watchlist
from duediligence.model import AgeSource, ListStatus, ListVersion
from duediligence.screening.lists.handling import RESTRICTED
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import Failure
from duediligence.text.dates import long_date

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
    if version is None:
        reason = "no copy was fetched or brought yet"
        if watchlist.by_hand:
            reason = (
                f"look at {watchlist.homepage}. If it names nobody: `duediligence lists confirm "
                f"{watchlist.id}`"
            )
        if failure:
            reason = f"the refresh of {long_date(failure.at.date())} failed: {failure.reason}"
        return ListStatus(
            list_id=watchlist.id,
            title=watchlist.title,
            state="never loaded",
            reason=reason,
            # Whoever tried to load it wants it checked.
            optional=watchlist.optional and failure is None,
        )
    newest = newest_on(watchlist, version)
    age = max(0, (now.date() - newest).days) if newest else None
    reasons = []
    if leaves_out_restricted(version):
        # Nothing of it is searched: nobody can be called clear of it.
        reasons.append(
            f"all its records ({version.entries:,}) are restricted and were left out, for the "
            "setting store_restricted is off"
        )
    if failure:
        reasons.append(f"the refresh of {long_date(failure.at.date())} failed: {failure.reason}")
    reasons += _doubted(watchlist, version)
    if newest is None or age is None:
        reasons.append(
            "age unknown: its files carry no date. Say of which day they are: `duediligence lists "
            f"refresh {watchlist.id} --from DIR --as-of YYYY-MM-DD`"
        )
    elif age > max_age.days:
        compare = f"; {_compare_again(watchlist)}" if watchlist.by_hand else ""
        done = "compared with its page" if watchlist.by_hand else "known good"
        reasons.append(
            f"last {done} on {long_date(newest)}, {age} days ago; "
            f"the maximum is {max_age.days} days{compare}"
        )
    elif version.published and now.date() - version.published > max(FROZEN, 2 * max_age):
        reasons.append(
            f"the publisher's own date, {long_date(version.published)}, has not moved for "
            f"{(now.date() - version.published).days} days"
        )
    if watchlist.by_hand and newest and _changed_since(version):
        assert version.page_changed_at
        reasons.append(
            f"its page changed on {long_date(version.page_changed_at.date())} and was last "
            f"compared on {long_date(newest)}: {_compare_again(watchlist)}"
        )
    return ListStatus(
        list_id=watchlist.id,
        title=watchlist.title,
        state="stale" if reasons else "current",
        reason="; ".join(reasons),
        optional=watchlist.optional,
        version=version,
        age_days=age,
        age_source=_age_source(watchlist, version),
    )


def leaves_out_restricted(version: ListVersion) -> bool:
    """Whether all its records are restricted and were left out, so that nothing is searched."""
    return bool(version.entries and f"left out: {RESTRICTED} ({version.entries})" in version.drift)


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


def _doubted(watchlist: Watchlist, version: ListVersion) -> Iterator[str]:
    unread = [doubt.what for doubt in version.doubts if doubt.kind == "not read"]
    if unread:
        more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
        yield (
            f"its files have headings that are not read and may be renamed ones: "
            f"{', '.join(unread[:3])}{more}. If nothing is lost by that: `duediligence lists "
            f"refresh {watchlist.id} --accept-format`"
        )
    apart = [doubt for doubt in version.doubts if doubt.kind == "different days"]
    if apart:
        worst = max(apart, key=lambda doubt: doubt.count)
        more = f" and {len(apart) - 1} more signs" if apart[1:] else ""
        yield (
            f"its files are of different days: {worst.what} ({worst.count:,}){more}. Fetch them "
            "all again"
        )


def _changed_since(version: ListVersion) -> bool:
    """Whether the page of a list that is kept by hand changed since it was last compared."""
    changed, stated, published = version.page_changed_at, version.stated_at, version.published
    if changed is None:
        return False
    # A day alone may lie before the change or after it.
    return not ((stated and stated >= changed) or (published and published > changed.date()))


def _compare_again(watchlist: Watchlist) -> str:
    return (
        f"compare it with {watchlist.homepage} again, then `duediligence lists confirm "
        f"{watchlist.id}`"
    )
