"""What the bidders for one contract share: intelligence for an officer, never an accusation.

Firms that only seem to compete may share directors, owners or an office (Competition and Markets
Authority, Bid-rigging: advice for public sector procurers). Most that do are groups of companies,
clients of one accountant, or people of one name. Procurement Act 2023 Sch 7 paras 7 to 10 are
about agreements between competitors, of which sharing somebody is no proof.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from duediligence.matching import Index
from duediligence.matching.premises import compare_places
from duediligence.model import ListEntry, Match, Party
from duediligence.reports.saying import explain_match
from duediligence.screening.lookup.incremental import subject

# Names that agree in every word that counts, and birth dates or numbers that do not differ.
LEAST = 0.9
# A bidder has at most so many people and firms that any of another may be.
_MOST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Something that two bidders, by their references, may share, and how the two compare.

    `what` is the name on the first side, `roles` what it is to each, `why` in plain words;
    `score` 0.0 … 1.0, None for a place. `person` says that it is, or may be, a natural person.
    """

    between: tuple[str, str]
    kind: Literal["person or firm", "address"]
    what: str
    roles: tuple[str, str]
    why: str
    score: float | None = None
    person: bool = False


def shared(bidders: Mapping[str, Sequence[Party]]) -> list[Shared]:
    """What any two bidders share, by their references: the surest first.

    `bidders` are, by reference, the parties behind each, itself among them.
    """
    found = [*_parties(bidders), *_addresses(bidders)]
    return sorted(found, key=lambda one: (one.between, one.kind, -(one.score or 0), one.what))


def _parties(bidders: Mapping[str, Sequence[Party]]) -> Iterator[Shared]:
    """By the one matcher that looks parties up on lists, each bidder a list to all others."""
    told: set[tuple[object, ...]] = set()
    by_id = {
        f"{ref}\x1f{number}": (ref, party)
        for ref, everyone in bidders.items()
        for number, party in enumerate(everyone)
    }
    index = Index.build(_entry(id_, party) for id_, (_, party) in by_id.items())
    for ref, party in by_id.values():
        for match in index.search(subject(party), threshold=LEAST, limit=_MOST * len(bidders)):
            other, theirs = by_id[match.entry_id]
            between = (ref, other)
            key = (between, match.query_name.casefold(), match.listed_name.casefold())
            if ref >= other or key in told or _differs(match):
                continue
            told.add(key)
            yield _both(between, party, theirs, match)


def _differs(match: Match) -> bool:
    """Whether a birth date or a number speaks for two parties of one name."""
    number = match.feature("identifier")
    return match.otherwise_born or (number is not None and number.verdict == "differ")


def _both(between: tuple[str, str], party: Party, theirs: Party, match: Match) -> Shared:
    return Shared(
        between=between,
        kind="person or firm",
        what=match.query_name,
        roles=(str(party.role), str(theirs.role)),
        why=explain_match(match),
        score=match.score,
        person="organisation" not in (party.kind, theirs.kind),
    )


def _addresses(bidders: Mapping[str, Sequence[Party]]) -> Iterator[Shared]:
    told: set[tuple[object, ...]] = set()
    for (ref, ours), (other, theirs) in combinations(sorted(bidders.items()), 2):
        for party in ours:
            for address in party.addresses:
                for their in theirs:
                    key = (ref, other, address.text.casefold(), party.role, their.role)
                    same = any(
                        compare_places(address, one) == "same premises" for one in their.addresses
                    )
                    if same and key not in told:
                        told.add(key)
                        yield Shared(
                            between=(ref, other),
                            kind="address",
                            what=address.text,
                            roles=(str(party.role), str(their.role)),
                            why="The same postcode and building.",
                            person="person" in (party.kind, their.kind),
                        )


def _entry(id_: str, party: Party) -> ListEntry:
    return ListEntry(
        id=id_,
        list_id="bidders",
        kind=party.kind,
        names=party.names,
        birth_dates=(party.birth_date,) if party.birth_date else (),
        countries=party.countries,
        identifiers=party.identifiers,
        addresses=party.addresses,
    )
