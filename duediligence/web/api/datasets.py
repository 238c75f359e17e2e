"""Which lists and entries a request is about, and what of it could not be checked."""

import weakref
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Final, Generic, TypeVar, get_args

import msgspec
from msgspec import Meta, field

from duediligence.contracts.watchlists import Topic
from duediligence.errors import Incomplete, NotFound
from duediligence.model import ListEntry
from duediligence.model.list_states import reason_words
from duediligence.render.followthemoney import SCHEMATA, TOPICS
from duediligence.screening.lookup.public_lists import PublicLists
from duediligence.web.api.answers import Coverage, NotChecked
from duediligence.web.api.queries import Schema

K = TypeVar("K")
V = TypeVar("V")

Admits = Callable[[ListEntry], bool]
Name = Annotated[str, Meta(max_length=100)]


class MadeOfLists(Generic[K, V]):
    """Values made of the lists that are open, until others are opened; at most so many.

    It never keeps lists open that were superseded. For the thread of the event loop alone.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lists: weakref.ref[PublicLists] | None = None
        self._values: dict[K, V] = {}

    def get(self, lists: PublicLists, key: K, make: Callable[[], V]) -> V:
        """Return the value for that key; made where it is not here yet."""
        if self._lists is None or self._lists() is not lists:
            self._lists = weakref.ref(lists)
            self._values.clear()
        if (value := self._values.get(key)) is None:
            if len(self._values) >= self._most:
                self._values.clear()
            value = self._values[key] = make()
        return value


_known: MadeOfLists[frozenset[str], tuple[NotChecked, ...]] = MadeOfLists(most=100)
DEFAULT: Final = "default"
# Lists of insolvent individuals are no dataset: nobody is looked up on them from outside.
COLLECTIONS: Final[tuple[str, ...]] = (
    DEFAULT,
    *(topic for topic in get_args(Topic) if topic != "personal insolvency"),
)


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


class Narrowing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What `/match` and `/search` have in common."""

    include_dataset: Annotated[
        list[Name], Meta(max_length=100, description="Only these lists of the dataset.")
    ] = field(default_factory=list)
    exclude_dataset: Annotated[
        list[Name], Meta(max_length=100, description="All lists of the dataset but these.")
    ] = field(default_factory=list)
    exclude_schema: Annotated[
        list[Schema], Meta(max_length=100, description="No entries of these schemata.")
    ] = field(default_factory=list)
    topics: Annotated[
        list[Name],
        Meta(
            max_length=100,
            description="Only lists of these topics of FollowTheMoney: `sanction`, `debarment`, "
            "`corp.disqual`, `reg.action`.",
        ),
    ] = field(default_factory=list)
    changed_since: Annotated[
        date | None,
        Meta(description="No entries that were last changed before that day."),
    ] = None
    fuzzy: Annotated[
        bool, Meta(description="Names are always compared so that spellings may differ.")
    ] = False
    require_complete: Annotated[
        bool, Meta(description="Answer 503 where not everything could be checked.")
    ] = False

    def lists(self, lists: PublicLists, dataset: str) -> frozenset[str]:
        """Return the ids of the lists. Raises NotFound for a dataset that there is not."""
        return chosen_lists(
            lists,
            dataset,
            include=self.include_dataset,
            exclude=self.exclude_dataset,
            topics=self.topics,
        )

    def admits(self, further: Admits | None = None) -> Admits | None:
        """Return whether an entry counts, by these and a further rule; None where all do."""
        rules: list[Admits] = [further] if further else []
        if schemata := frozenset(self.exclude_schema):
            rules.append(lambda entry: SCHEMATA[entry.kind] not in schemata)
        if since := self.changed_since:
            # Of one without a date it is not known, and unknown is not left out.
            rules.append(lambda entry: (entry.updated_on or entry.listed_on or since) >= since)
        if len(rules) > 1:
            return lambda entry: all(rule(entry) for rule in rules)
        return rules[0] if rules else None
