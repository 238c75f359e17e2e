"""The other way round: which of many parties a few new list entries could be."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from duediligence.matching.evidence import most_added
from duediligence.matching.index.index import Index
from duediligence.matching.subject import Subject
from duediligence.model import Address, ListEntry, Name, PartialDate

# A subject of whom all is known that could add to the score of a name.
_ALL_KNOWN = Subject(("",), "person", PartialDate(1970), ("",), (), (Address(""),))


class PartyIndex:
    """Parties by their names and numbers, each known by its place in the order given."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @classmethod
    def build(cls, subjects: Iterable[Subject]) -> "PartyIndex":
        """Index the parties; what else is known of them is compared by the search proper."""
        return cls(
            Index.build(
                ListEntry(
                    id=str(place),
                    list_id="",
                    kind=subject.kind,
                    names=tuple(Name(text) for text in subject.names),
                    identifiers=subject.identifiers,
                )
                for place, subject in enumerate(subjects)
            )
        )

    def save(self, path: Path) -> None:
        """Write it into the directory `path`. Raises StorageError."""
        self._index.save(path)

    @classmethod
    def load(cls, path: Path) -> "PartyIndex":
        """Open a saved one. Raises StorageError where it is missing, damaged or outdated."""
        return cls(Index.load(path))

    def affected(self, entries: Sequence[ListEntry], threshold: float) -> set[int]:
        """The places of all parties that `Index.search` over these entries could find.

        Never too few: names score alike in either direction, evidence beyond names and numbers
        is allowed for in full, and what weighs against either weighs against in both or hides
        nothing. By name and by number apart: a number that differs must not hide a name here.
        """
        subjects = [Subject(tuple(n.text for n in e.names), e.kind) for e in entries]
        subjects += [
            Subject((), e.kind, identifiers=e.identifiers) for e in entries if e.identifiers
        ]
        found = self._index.search_many(
            subjects,
            threshold=threshold - most_added(_ALL_KNOWN),
            limit=len(self._index),
            workers=1,
        )
        return {int(match.entry_id) for matches in found for match in matches}
