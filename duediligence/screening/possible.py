"""What one list holds about the parties of a run: by name, and on lists of premises by place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duediligence.contracts import Watchlist
from duediligence.matching import Index
from duediligence.model import ListStatus, Party, PossibleMatch, SharedPremises, Supplier
from duediligence.progress import Progress
from duediligence.screening.lookup import look_up
from duediligence.screening.places import place, shared_premises
from duediligence.screening.workspace import Workspace

LookedUp = tuple[Supplier, Party]


@dataclass(frozen=True, slots=True)
class Possible:
    """What a list holds about one party; `more` says that further matches are not shown."""

    supplier: Supplier
    matches: tuple[PossibleMatch, ...]
    shared: tuple[SharedPremises, ...]
    more: bool


@dataclass(frozen=True)
class Search:
    """The search of one list in one version.

    `premises` are parties known by their place: see `bridges`. They count where they stand only.
    """

    workspace: Workspace
    watchlist: Watchlist
    status: ListStatus
    index: Index
    threshold: float
    progress: Progress

    def of(
        self, parties: Sequence[LookedUp], premises: Sequence[LookedUp] = ()
    ) -> Iterator[Possible]:
        """What the list holds about each party, those about whom it holds nothing left out."""
        assert self.status.version is not None
        placed = self.watchlist.premises
        everyone = [*parties, *premises] if placed else parties
        most = self.workspace.settings.limit
        for position, matches in look_up(
            self.workspace,
            self.status.version,
            self.index,
            [party for _, party in everyone],
            threshold=self.threshold,
            title=self.watchlist.title,
            progress=self.progress,
        ):
            supplier, party = everyone[position]
            found = [
                PossibleMatch(
                    party,
                    entry,
                    match,
                    self.watchlist.topic,
                    self.watchlist.title,
                    place(party, entry) if placed else "not known",
                )
                for match, entry in matches
            ]
            if position >= len(parties):
                found = [one for one in found if one.place in ("same premises", "same postcode")]
            shared = self._shared(party, [one.entry.id for one in found]) if placed else ()
            if found or shared:
                yield Possible(supplier, tuple(found[:most]), shared, len(found) > most)

    def _shared(self, party: Party, matched: Sequence[str]) -> tuple[SharedPremises, ...]:
        assert self.status.version is not None
        if not party.addresses or party.kind == "person":
            return ()
        return tuple(
            shared_premises(
                self.workspace, self.status.version, party, matched, self.watchlist.title
            )
        )
