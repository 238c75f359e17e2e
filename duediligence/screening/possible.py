"""What one list holds about the parties of a run: by name, and on lists of premises by place."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from duediligence.contracts import Watchlist
from duediligence.matching import Index
from duediligence.model import (
    ListEntry,
    ListStatus,
    Match,
    Party,
    Place,
    PossibleMatch,
    SharedPremises,
    Supplier,
)
from duediligence.progress import Progress
from duediligence.screening.again import LookingUp
from duediligence.screening.lookup import can_be
from duediligence.screening.places import place, shared_premises
from duediligence.screening.workspace import Workspace

LookedUp = tuple[Supplier, Party]
_SAME: tuple[Place, ...] = ("same premises", "same postcode")


@dataclass(frozen=True, slots=True)
class Possible:
    """What a list holds about one party; `more` says that further matches are not shown."""

    supplier: Supplier
    matches: tuple[PossibleMatch, ...]
    shared: tuple[SharedPremises, ...]
    more: bool

    @property
    def entries(self) -> Iterator[ListEntry]:
        """Each entry that the party may be or shares its premises with."""
        yield from (one.entry for one in self.matches)
        yield from (one.entry for one in self.shared)


def possible_matches(
    party: Party,
    matches: Iterable[Match],
    entry: Callable[[str], ListEntry],
    *,
    topic: str,
    title: str,
    placed: bool,
    by_place: bool,
) -> Iterator[PossibleMatch]:
    """Of what was found by name, what the party can be.

    `placed` says that the list is one of premises, `by_place` that the party is known by its place
    and counts where it stands only.
    """
    for match in matches:
        listed = entry(match.entry_id)
        where = place(party, listed) if placed else "not known"
        if can_be(party, listed) and (where in _SAME or not by_place):
            yield PossibleMatch(party, listed, match, topic, title, where)


@dataclass(frozen=True)
class Search:
    """The search of one list in one version, for all parties of a run.

    `premises` are parties known by their place: see `bridges`. They are looked up on lists of
    premises only, and count where they stand only. `looking` has the parties first, then those.
    """

    workspace: Workspace
    looking: LookingUp
    parties: Sequence[LookedUp]
    premises: Sequence[LookedUp]
    progress: Progress

    def of(
        self, watchlist: Watchlist, status: ListStatus, index: Index, threshold: float
    ) -> Iterator[Possible]:
        """What the list holds about each party, those about whom it holds nothing left out."""
        version = status.version
        assert version is not None
        placed = watchlist.premises
        everyone = [*self.parties, *self.premises] if placed else self.parties
        found = self.looking.on(
            version,
            index,
            count=len(everyone),
            threshold=threshold,
            title=watchlist.title,
            progress=self.progress,
        )
        most = self.workspace.settings.limit
        told: dict[str, set[str]] = {}
        for position in range(len(everyone)) if placed else sorted(found):
            supplier, party = everyone[position]
            possible = list(
                possible_matches(
                    party,
                    found.get(position, ()),
                    partial(self.workspace.lists.entry, version),
                    topic=watchlist.topic,
                    title=watchlist.title,
                    placed=placed,
                    by_place=position >= len(self.parties),
                )
            )
            # What the supplier itself was found for is not told again of its premises.
            known = told.setdefault(supplier.ref, set())
            if position >= len(self.parties):
                possible = [one for one in possible if one.entry.id not in known]
            known.update(one.entry.id for one in possible)
            shared = self._shared(party, known, status) if placed else ()
            known.update(one.entry.id for one in shared)
            if possible or shared:
                yield Possible(supplier, tuple(possible[:most]), shared, len(possible) > most)

    def _shared(
        self, party: Party, matched: Container[str], status: ListStatus
    ) -> tuple[SharedPremises, ...]:
        assert status.version is not None
        if not party.addresses or party.kind == "person":
            return ()
        return tuple(shared_premises(self.workspace, status.version, party, matched, status.title))
