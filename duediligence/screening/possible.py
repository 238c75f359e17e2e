"""What one list holds about the parties of a run: by name, and on lists of premises by place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duediligence.contracts import Watchlist
from duediligence.matching import Index
from duediligence.model import ListStatus, Party, Place, PossibleMatch, SharedPremises, Supplier
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
        for position in range(len(everyone)) if placed else sorted(found):
            supplier, party = everyone[position]
            possible = []
            for match in found.get(position, ()):
                entry = self.workspace.lists.entry(version, match.entry_id)
                where = place(party, entry) if placed else "not known"
                apart = position >= len(self.parties) and where not in _SAME
                if can_be(party, entry) and not apart:
                    title = watchlist.title
                    possible.append(
                        PossibleMatch(party, entry, match, watchlist.topic, title, where)
                    )
            matched = [one.entry.id for one in possible]
            shared = self._shared(party, matched, status) if placed else ()
            if possible or shared:
                yield Possible(supplier, tuple(possible[:most]), shared, len(possible) > most)

    def _shared(
        self, party: Party, matched: Sequence[str], status: ListStatus
    ) -> tuple[SharedPremises, ...]:
        assert status.version is not None
        if not party.addresses or party.kind == "person":
            return ()
        return tuple(shared_premises(self.workspace, status.version, party, matched, status.title))
