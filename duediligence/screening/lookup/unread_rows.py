"""Who seems to be named in the rows of a list that could not be read: unknown is never clear."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from duediligence.matching import DEFAULT_THRESHOLD, Index
from duediligence.matching.premises import compare_places, postcode
from duediligence.model import (
    Address,
    Identifier,
    InUnreadRows,
    ListEntry,
    Name,
    NotReadRow,
    Party,
    Supplier,
    company_number,
)
from duediligence.model.entries import COMPANY
from duediligence.screening.lookup.incremental import subject
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms
from duediligence.text.postcodes import last_postcode

# One word of fewer letters is part of too many rows.
_SHORTEST = 4
# A company number as a register writes it: a shorter number may be anything.
_NUMBER = re.compile(r"\b(?:[A-Za-z]{2}\s?\d{6}|\d{8}|\d{7})\b", re.ASCII)


def named_in(
    rows: Sequence[NotReadRow],
    looked_up: Iterable[tuple[Supplier, Party]],
    list_title: str,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    placed: bool = False,
) -> Iterator[tuple[Supplier, InUnreadRows]]:
    """Yield each party that rows of a list seem to name, with its supplier and those rows.

    A row names a party where one of its cells may be its name, as the lists are compared; where
    all words of the name are in the row, whatever the cells were cut into; and where its company
    number is there. On lists of premises (`placed`), also where its address is.
    """
    kept = [row for row in rows if row.cells]
    if not kept:
        return
    index = Index.build(_build_unread_entry(place, row) for place, row in enumerate(kept))
    seen = _SeenWords(kept, placed=placed)
    everyone = list(looked_up)
    found = index.search_many(
        (subject(party) for _, party in everyone),
        threshold=threshold,
        limit=len(kept),
        workers=1,
        namesakes=True,
    )
    for (supplier, party), matches in zip(everyone, found, strict=True):
        places = {int(match.entry_id) for match in matches} | seen.of(party)
        if places:
            in_rows = tuple(kept[at] for at in sorted(places))
            yield supplier, InUnreadRows(party, in_rows, list_title)


class _SeenWords:
    """What is in which row: words, company numbers, and addresses by their postcode."""

    def __init__(self, rows: Sequence[NotReadRow], *, placed: bool) -> None:
        self._words: dict[str, set[int]] = defaultdict(set)
        self._numbers: dict[Identifier, set[int]] = defaultdict(set)
        self._addresses: dict[str, list[tuple[int, Address]]] = defaultdict(list)
        for place, row in enumerate(rows):
            for word in fold(" ".join(row.cells)).split():
                self._words[word].add(place)
            for number in _find_row_numbers(row):
                self._numbers[number].add(place)
            for address in _find_row_addresses(row) if placed else ():
                self._addresses[postcode(address)].append((place, address))

    def of(self, party: Party) -> set[int]:
        """Return the places of the rows that have all words of a name, the number or the
        address.
        """
        found: set[int] = set()
        for words in filter(None, map(_select_name_words, party.names)):
            found |= set.intersection(*(self._words.get(word, set()) for word in words))
        for number in party.identifiers:
            found |= self._numbers.get(number, set())
        for ours in party.addresses:
            for place, theirs in self._addresses.get(postcode(ours), ()):
                if compare_places(ours, theirs) == "same premises":
                    found.add(place)
        return found


def _build_unread_entry(place: int, row: NotReadRow) -> ListEntry:
    """Return the row as if it were an entry that has each of its cells for a name."""
    names = tuple(Name(cell) for cell in row.cells if any(map(str.isalpha, cell)))
    return ListEntry(
        id=str(place),
        list_id="",
        kind="unknown",
        names=names or (Name(row.cells[0]),),
    )


def _select_name_words(name: Name) -> frozenset[str]:
    """Return the words that name a party; none where they are too short to say which."""
    words, _ = split_legal_forms(fold(name.text).split())
    said = frozenset(word for word in words if word not in ("and", "the", "of"))
    return said if sum(map(len, said)) >= _SHORTEST else frozenset()


def _find_row_numbers(row: NotReadRow) -> frozenset[Identifier]:
    found = (company_number(text) for cell in row.cells for text in _NUMBER.findall(cell))
    return frozenset(Identifier(COMPANY, number) for number in found if number)


def _find_row_addresses(row: NotReadRow) -> Iterator[Address]:
    """Yield the addresses in a row, in one cell each or cut into several."""
    for text in dict.fromkeys((*row.cells, ", ".join(row.cells))):
        if code := last_postcode(text):
            yield Address(text, code)
