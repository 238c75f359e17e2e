"""How each list stands: current, stale or never loaded, and why."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from duediligence.contracts import Watchlist
from duediligence.model import ListStatus, ListVersion
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
    if version is None:
        reason = "no copy was fetched or brought yet"
        if failure:
            reason = f"the refresh of {_day(failure.at.date())} failed: {failure.reason}"
        return ListStatus(
            list_id=watchlist.id,
            title=watchlist.title,
            state="never loaded",
            reason=reason,
            # Whoever tried to load it wants it checked.
            optional=watchlist.optional and failure is None,
        )
    age = max(0, (now.date() - confirmed_on(version)).days)
    reasons = []
    if leaves_out_restricted(version):
        # Nothing of it is searched: nobody can be called clear of it.
        reasons.append(
            f"all its records ({version.entries:,}) are restricted and were left out, for the "
            "setting store_restricted is off"
        )
    if failure:
        reasons.append(f"the refresh of {_day(failure.at.date())} failed: {failure.reason}")
    if age > max_age.days:
        reasons.append(
            f"last known good on {_day(confirmed_on(version))}, {age} days ago; "
            f"{max_age.days} is the most"
        )
    elif version.published and now.date() - version.published > max(FROZEN, 2 * max_age):
        reasons.append(
            f"the publisher's own date, {_day(version.published)}, has not moved for "
            f"{(now.date() - version.published).days} days"
        )
    return ListStatus(
        list_id=watchlist.id,
        title=watchlist.title,
        state="stale" if reasons else "current",
        reason="; ".join(reasons),
        optional=watchlist.optional,
        version=version,
        age_days=age,
    )


def leaves_out_restricted(version: ListVersion) -> bool:
    """Whether all its records are restricted and were left out, so that nothing is searched."""
    return bool(version.entries and f"left out: {RESTRICTED} ({version.entries})" in version.drift)


def confirmed_on(version: ListVersion) -> date:
    """The last day on which this version is known to have been the publisher's newest.

    From the publisher's address: when it last answered. From a folder: the publisher's date or,
    without one, when the file was last modified, since nobody can say that it was the newest.
    """
    if version.origin.startswith("https://"):
        return version.checked_at.date()
    return version.published or version.checked_at.date()


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
