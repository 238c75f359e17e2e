"""Which lists a request is about, and what of it could not be checked."""

from collections.abc import Iterable, Sequence
from typing import Final, get_args

from duediligence.contracts.watchlists import Topic
from duediligence.errors import Incomplete, NotFound
from duediligence.model.list_states import reason_words
from duediligence.render.followthemoney import TOPICS
from duediligence.screening.lookup.public_lists import PublicLists
from duediligence.web.api.answers import Coverage, NotChecked
from duediligence.web.api.kept import MadeOfLists

_known: MadeOfLists[frozenset[str], tuple[NotChecked, ...]] = MadeOfLists(most=100)
DEFAULT: Final = "default"
COLLECTIONS: Final[tuple[str, ...]] = (DEFAULT, *get_args(Topic))


def chosen_lists(
    lists: PublicLists,
    dataset: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> frozenset[str]:
    """Return the ids of the lists of a dataset, without those excluded or (where `topics` are
    given) of none of these topics of FollowTheMoney. With `include`, only those of them.

    Raises NotFound for a dataset that there is not.
    """
    chosen = members(lists, dataset)
    if include:
        chosen &= frozenset[str]().union(*(members(lists, name) for name in include))
    if exclude:
        chosen -= frozenset[str]().union(*(members(lists, name) for name in exclude))
    if topics:
        known = lists.watchlists
        chosen = frozenset(i for i in chosen if TOPICS.get(known[i].topic, "") in topics)
    return chosen


def members(lists: PublicLists, dataset: str) -> frozenset[str]:
    """Return the lists of a dataset: of a collection those in use, else the list of that id.

    A register accuses nobody, and is looked up only where it is asked for. Raises NotFound.
    """
    if dataset in lists.watchlists:
        return frozenset((dataset,))
    if dataset not in COLLECTIONS:
        raise NotFound(
            f"Unknown dataset {dataset!r}",
            hint=f"Valid datasets: {', '.join((*COLLECTIONS, *lists.watchlists))}.",
        )
    return frozenset(
        list_id
        for list_id, watchlist in lists.watchlists.items()
        if lists.statuses[list_id].in_use
        and (watchlist.topic == dataset or (dataset == DEFAULT and watchlist.topic != "register"))
    )


def derive_coverage(
    lists: PublicLists, chosen: frozenset[str], unchecked: Iterable[tuple[str, str]] = ()
) -> Coverage:
    """Return whether everything was checked. `unchecked` are queries that were not, and why."""
    missing = [
        *_known.get(lists, chosen, lambda: _lists_not_checked(lists, chosen)),
        *(NotChecked(reason=reason, query=query) for query, reason in unchecked),
    ]
    return Coverage(not missing, missing)


def require_full_coverage(found: Coverage) -> None:
    """Raise Incomplete where not everything was checked."""
    if not found.complete:
        named = [one.title or f"query {one.query!r}" for one in found.not_checked if one]
        raise Incomplete(
            f"Not everything was checked: {', '.join(filter(None, named)) or 'no list'}",
            hint="Ask without require_complete to see what was found and why it is incomplete.",
        )


def _lists_not_checked(lists: PublicLists, chosen: frozenset[str]) -> tuple[NotChecked, ...]:
    if not chosen:
        return (NotChecked(reason="none of the lists asked for is in use"),)
    return tuple(
        NotChecked(
            reason=reason_words(status.reasons, people=False),
            list=status.list_id,
            title=status.title,
            state="stale" if status.state == "stale" else "never loaded",
        )
        for status in lists.not_checked(chosen)
    )
