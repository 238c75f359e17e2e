"""What one list holds about the parties of a run: by name, and on lists of premises by place."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from duediligence.contracts import Watchlist
from duediligence.matching import Engine
from duediligence.matching.premises import NEAR
from duediligence.model import (
    ListEntry,
    ListStatus,
    ListVersion,
    Match,
    Party,
    PossibleMatch,
    SharedPremises,
    Supplier,
)
from duediligence.model.findings import LabourSign
from duediligence.progress import Progress
from duediligence.screening.lookup.incremental import IncrementalSearch, ListQuery
from duediligence.screening.lookup.parties import ROLES_IN_NAMES
from duediligence.screening.lookup.places import compare_party_premises, shared_premises
from duediligence.screening.workspace import Workspace

LookedUp = tuple[Supplier, Party]


@dataclass(frozen=True, slots=True)
class Possible:
    """What a list holds about one party; `more` says that further matches are not shown.

    `namesakes` are matches set aside for their birth dates: see `Match.set_aside`.
    """

    supplier: Supplier
    matches: tuple[PossibleMatch, ...]
    shared: tuple[SharedPremises, ...]
    more: bool
    namesakes: tuple[PossibleMatch, ...] = ()

    @property
    def entries(self) -> Iterator[ListEntry]:
        """Yield each entry that the party may be or shares its premises with."""
        yield from (one.entry for one in self.matches)
        yield from (one.entry for one in self.shared)


@dataclass(frozen=True, slots=True)
class MatchCollector:
    """Collects the matches on one list: no more than `most` of a party, and each record once.

    `placed` says that the list is one of premises. `known` are, by the supplier's reference, the
    entries collected so far.
    """

    topic: str
    title: str
    placed: bool
    most: int
    labour_sign: LabourSign | None = None
    known: dict[str, set[str]] = field(default_factory=dict)

    def collect(
        self,
        supplier: Supplier,
        party: Party,
        matches: Iterable[Match],
        entry: Callable[[str], ListEntry],
        shared: Callable[[Container[str]], Iterable[SharedPremises]],
        *,
        by_place: bool,
    ) -> Possible | None:
        """Return what a party may be, of what was found by name, and shares; None where that is
        nothing.

        A party known `by_place` counts where it stands only. Parties come in the order of the
        run, those by place last.
        """
        possible: list[PossibleMatch] = []
        namesakes: list[PossibleMatch] = []
        for match in matches:
            listed = entry(match.entry_id)
            where = compare_party_premises(party, listed) if self.placed else "not known"
            if where in NEAR or not by_place:
                one = PossibleMatch(
                    party, listed, match, self.topic, self.title, where, self.labour_sign
                )
                (namesakes if match.set_aside else possible).append(one)
        # What the supplier itself was found for is not reported again for its premises, nor for
        # those whom its name names.
        known = self.known.setdefault(supplier.ref, set())
        if by_place or party.role.kind in ROLES_IN_NAMES:
            possible = [one for one in possible if one.entry.id not in known]
        known.update(one.entry.id for one in possible)
        beside = tuple(shared(known)) if self.placed else ()
        known.update(one.entry.id for one in beside)
        if not possible and not beside and not namesakes:
            return None
        shown, more = tuple(possible[: self.most]), len(possible) > self.most
        return Possible(supplier, shown, beside, more, tuple(namesakes))


@dataclass(frozen=True)
class ListSearch:
    """The search of every list for all parties of a run.

    `premises` are parties known by their place: see `premises_of`. They are looked up on lists of
    premises only, and count where they stand only. `parties_search` has the parties first, then
    those.
    """

    workspace: Workspace
    parties_search: IncrementalSearch
    parties: Sequence[LookedUp]
    premises: Sequence[LookedUp]

    def matches(
        self,
        engine: Engine,
        lists: Iterable[tuple[Watchlist, ListVersion, float]],
        progress: Progress,
    ) -> dict[str, dict[int, Sequence[Match]]]:
        """Return what is found by name on each list from its threshold, by list and place of the
        party.

        Raises StorageError.
        """
        everyone = len(self.parties) + len(self.premises)
        queries = [
            ListQuery(
                version,
                watchlist.title,
                threshold,
                everyone if watchlist.premises else len(self.parties),
            )
            for watchlist, version, threshold in lists
        ]
        return self.parties_search.on(engine, queries, progress)

    def of(
        self, watchlist: Watchlist, status: ListStatus, found: Mapping[int, Sequence[Match]]
    ) -> Iterator[Possible]:
        """Yield what the list holds about each party, those about whom it holds nothing left
        out.
        """
        version = status.version
        assert version is not None
        placed = watchlist.premises
        everyone = [*self.parties, *self.premises] if placed else self.parties
        collector = MatchCollector(
            watchlist.topic,
            watchlist.title,
            placed,
            self.workspace.settings.limit,
            watchlist.labour_sign,
        )
        for position in range(len(everyone)) if placed else sorted(found):
            supplier, party = everyone[position]
            possible = collector.collect(
                supplier,
                party,
                found.get(position, ()),
                partial(self.workspace.lists.entry, version),
                partial(self._shared, party, status),
                by_place=position >= len(self.parties),
            )
            if possible:
                yield possible

    def _shared(
        self, party: Party, status: ListStatus, matched: Container[str]
    ) -> tuple[SharedPremises, ...]:
        assert status.version is not None
        if not party.addresses or party.kind == "person":
            return ()
        return tuple(shared_premises(self.workspace, status.version, party, matched, status.title))
