"""The lists in use, opened to be searched, and what each holds about the parties of a run.

By name, on lists of premises by place, and in the rows that could not be read: unknown is never
clear.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from duediligence.errors import NotAsRecorded, StorageError
from duediligence.law.registrations import does_work_of
from duediligence.matching import DEFAULT_THRESHOLD, Engine, Index
from duediligence.matching.compare import label_common_person
from duediligence.matching.engine import RecordedHashes
from duediligence.matching.premises import NEAR, compare_places, postcode
from duediligence.model import (
    Address,
    Identifier,
    InUnreadRows,
    ListEntry,
    ListStatus,
    Match,
    Name,
    NotReadRow,
    Party,
    PossibleMatch,
    SharedPremises,
    StaleReason,
    Supplier,
    company_number,
)
from duediligence.model.entries import COMPANY, IN_NAME_CELL, SUPPLIER, WITHOUT_NOTES
from duediligence.model.findings import LabourSign
from duediligence.model.registrations import NumberOfAnother, OwnedRegistrations
from duediligence.model.suppliers import Nation
from duediligence.progress import Progress
from duediligence.screening import audit_events
from duediligence.screening.lists.statuses import lists_that_differ, not_as_recorded
from duediligence.screening.lookup.incremental import IncrementalSearch, ListQuery, subject
from duediligence.screening.lookup.parties import (
    OWN_ROLES,
    ROLES_IN_NAMES,
    compare_party_premises,
    shared_premises,
)
from duediligence.screening.lookup.registered_services import (
    Keyed,
    add_registrations_of_owners,
    find_number_of_another,
    find_numbered,
    find_owned,
    is_named_alike,
)
from duediligence.screening.workspace import Workspace
from duediligence.store.lists import ROW_DIGESTS, Loaded
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms
from duediligence.text.postcodes import last_postcode
from duediligence.text.wording import count

Open = Callable[[Mapping[str, Path], RecordedHashes], Engine]


def open_lists(
    workspace: Workspace, statuses: Iterable[ListStatus] = ()
) -> tuple[list[ListStatus], Engine]:
    """Return the engine over the versions in service, and each status as it turns out to be."""
    loaded = workspace.lists.current()
    engine = open_engine(workspace, loaded, workspace.engines.get)
    return [status_as_opened(status, loaded, engine) for status in statuses], engine


def open_list_apart(workspace: Workspace, status: ListStatus) -> tuple[ListStatus, Engine]:
    """Return the engine over a list that is kept apart, on which no other look-up finds anything,
    and the status as it turns out to be.
    """
    every = workspace.lists.current()
    loaded = {status.list_id: every[status.list_id]} if status.list_id in every else {}

    def open_(folders: Mapping[str, Path], recorded: RecordedHashes) -> Engine:
        return Engine.open(folders, workspace.merged_indexes, recorded=recorded)

    engine = open_engine(workspace, loaded, open_, apart=True)
    return status_as_opened(status, loaded, engine), engine


def open_engine(
    workspace: Workspace, loaded: Mapping[str, Loaded], open_: Open, *, apart: bool = False
) -> Engine:
    """Return the engine over these versions, each index being the one that the audit chain
    recorded.

    One that is not is built again from the entries of its list, which is said. Where these are not
    as they were recorded either, the list is `unreadable`. Raises StorageError.
    """
    folders = index_folders(workspace, loaded, apart=apart)
    keys = {list_id: f"{list_id} {loaded[list_id].version.version}" for list_id in folders}
    indexes, digests = map(workspace.audit.sealed, (audit_events.INDEXES, ROW_DIGESTS))
    known = indexes.keys() & digests.keys()
    if not any(workspace.audit.sealed(table) for table in audit_events.LIST_TABLES):
        audit_events.begin_sealing_lists(workspace)
    wrong = _not_as_recorded(workspace, {list_id: loaded[list_id] for list_id in folders})
    if unknown := [one for one in folders if keys[one] not in known and one not in wrong]:
        wrong |= _build_again(workspace, [loaded[list_id] for list_id in unknown])
        if number := len(unknown) - len(wrong.keys() & set(unknown)):
            workspace.warn(
                f"{count(number, 'index', 'indexes')} of lists built again, once: an earlier "
                "version did not record them"
            )

    def opened() -> Engine:
        chosen = [list_id for list_id in folders if list_id not in wrong]
        recorded = recorded_indexes(
            workspace, {list_id: loaded[list_id].version.version for list_id in chosen}
        )
        return open_({list_id: folders[list_id] for list_id in chosen}, recorded)

    engine = opened()
    if other := sorted(engine.unreadable.keys() - wrong.keys()):
        wrong |= _build_again(workspace, [loaded[list_id] for list_id in other])
        if done := [list_id for list_id in other if list_id not in wrong]:
            workspace.warn(
                f"The index of {', '.join(done)} was not the one that the audit chain recorded: "
                "it was built again from lists.db"
            )
            engine = opened()
    engine.unreadable.update(wrong)
    if engine.merged:
        audit_events.record_derived(workspace, {"merged": bytes.fromhex(engine.merged)})
    return engine


def recorded_indexes(workspace: Workspace, versions: Mapping[str, str]) -> RecordedHashes:
    """Return what the audit chain recorded of the indexes of these versions, by list."""
    hashes = workspace.audit.sealed(audit_events.INDEXES)
    return RecordedHashes(
        {list_id: hashes[f"{list_id} {one}"].hex() for list_id, one in versions.items()},
        workspace.audit.sealed(audit_events.DERIVED).get("merged", b"").hex(),
    )


def _not_as_recorded(workspace: Workspace, loaded: Mapping[str, Loaded]) -> dict[str, StorageError]:
    """Return what is wrong with lists of which `lists.db` holds another version, or other rows."""
    differ = lists_that_differ(workspace)
    wrong: dict[str, StorageError] = {}
    for list_id, one in loaded.items():
        try:
            if list_id in differ:
                raise not_as_recorded(workspace, list_id)
            workspace.lists.confirm(one.version)
        except NotAsRecorded as error:
            wrong[list_id] = error
    return wrong


def _build_again(workspace: Workspace, lists: Iterable[Loaded]) -> dict[str, StorageError]:
    """Build their indexes again from the entries; by list, why one cannot be."""
    # Imported lazily: it is seldom needed.
    from duediligence.screening.lists.loading import build_index_again

    wrong = {}
    for one in lists:
        try:
            build_index_again(workspace, one)
        except StorageError as error:
            wrong[one.version.list_id] = error
    return wrong


def index_folders(
    workspace: Workspace, loaded: Mapping[str, Loaded], *, apart: bool = False
) -> dict[str, Path]:
    """Return the folders of the indexes to open, by list: those of lists kept `apart`, or all
    others.
    """
    # A list whose description is gone may still be loaded.
    known = workspace.watchlists
    return {
        list_id: one.index_folder
        for list_id, one in loaded.items()
        if list_id in known and known[list_id].kept_apart == apart
    }


def status_as_opened(
    status: ListStatus, loaded: Mapping[str, Loaded], engine: Engine
) -> ListStatus:
    """Return the status of a list, as it turns out to be when its index is opened.

    An index that cannot be read leaves its list not checked, which is never the same as clear.
    """
    if status.version is None:
        return status
    if (one := loaded.get(status.list_id)) is None:
        gone = StaleReason(kind="not fetched")
        return replace(status, state="never loaded", version=None, reasons=(gone,), age_days=None)
    if error := engine.unreadable.get(status.list_id):
        why = StaleReason(kind="index not readable", said=error.message)
        return replace(status, state="stale", version=None, reasons=(why,))
    return replace(status, version=one.version)


LookedUp = tuple[Supplier, Party]


@dataclass(frozen=True, slots=True)
class Possible:
    """What a list holds about one party; `more` says that further matches are not shown.

    `namesakes` are matches set aside for their birth dates: see `Match.set_aside`. `others` are
    registrations of which the party has the number and no name.
    """

    supplier: Supplier
    matches: tuple[PossibleMatch, ...]
    shared: tuple[SharedPremises, ...]
    more: bool
    namesakes: tuple[PossibleMatch, ...] = ()
    others: tuple[NumberOfAnother, ...] = ()

    @property
    def entries(self) -> Iterator[ListEntry]:
        """Yield each entry that the party may be, shares its premises or a number with."""
        yield from (entry for _, entry in self.pairs)

    @property
    def pairs(self) -> Iterator[tuple[Party, ListEntry]]:
        """Yield each entry with the party that it is about."""
        yield from ((one.party, one.entry) for one in self.matches)
        yield from ((one.party, one.entry) for one in self.shared)
        yield from ((one.party, one.entry) for one in self.others)


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
        keyed: Keyed = lambda _: (),
        *,
        by_place: bool,
    ) -> Possible | None:
        """Return what a party may be, of what was found by name, and shares; None where that is
        nothing.

        A party known `by_place` counts where it stands only. Parties come in the order of the
        run, those by place last. `keyed` finds registrations by their number or owner.
        """
        possible: list[PossibleMatch] = []
        namesakes: list[PossibleMatch] = []
        by_number = {one.entry_id: one for one in find_numbered(party, keyed)}
        found_by_name = (one for one in matches if one.entry_id not in by_number)
        for match in (*by_number.values(), *found_by_name):
            listed = entry(match.entry_id)
            # A registration may be a childminder's, of whom the register has no birth date.
            if listed.service and listed.kind == "unknown":
                match = label_common_person(match)
            where = compare_party_premises(party, listed) if self.placed else "not known"
            if where in NEAR or not by_place:
                ours = does_work_of(supplier.engagements, listed.list_id)
                named = match.same_name and is_named_alike(party, listed)
                of = (self.topic, self.title, where, self.labour_sign, ours, named)
                one = PossibleMatch(party, listed, match, *of)
                (namesakes if match.set_aside else possible).append(one)
        alone = {one: other for one in possible if (other := find_number_of_another(one))}
        others = tuple(dict.fromkeys(alone.values()))
        possible = [one for one in possible if one not in alone]
        more = len(possible) > self.most
        if not by_place and any(one.entry.service for one in possible):
            possible = add_registrations_of_owners(possible, keyed)
        # What the supplier itself was found for is not reported again for its premises, nor for
        # those whom its name names.
        known = self.known.setdefault(supplier.ref, set())
        if by_place or party.role.kind in ROLES_IN_NAMES or party.role == WITHOUT_NOTES:
            possible = [one for one in possible if one.entry.id not in known]
        known.update(one.entry.id for one in possible)
        beside = tuple(shared(known)) if self.placed else ()
        known.update(one.entry.id for one in beside)
        more = more and len(possible) > self.most
        if not possible and not beside and not namesakes and not others:
            return None
        # Of registrations all are shown: the worst of an owner's may be the last.
        rest = [one for one in possible if not one.entry.service][self.most :]
        shown = tuple(one for one in possible if one not in rest)
        return Possible(supplier, shown, beside, more, tuple(namesakes), others)


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
        lists: Iterable[ListStatus],
        threshold_of: Callable[[str], float],
        progress: Progress,
    ) -> dict[str, dict[int, Sequence[Match]]]:
        """Return what is found by name on each list that is loaded, by list and place of the party.

        `threshold_of` gives the score from which a match on a list, by its id, counts. Raises
        StorageError.
        """
        known, everyone = self.workspace.watchlists, len(self.parties) + len(self.premises)
        queries = [
            ListQuery(
                status.version,
                known[status.list_id].title,
                threshold_of(status.list_id),
                everyone if known[status.list_id].premises else len(self.parties),
            )
            for status in lists
            if status.version and not known[status.list_id].kept_apart
        ]
        return self.parties_search.on(engine, queries, progress)

    def of(self, status: ListStatus, found: Mapping[int, Sequence[Match]]) -> Iterator[Possible]:
        """Yield what the list holds about each party, those about whom it holds nothing left
        out.
        """
        watchlist = self.workspace.watchlists[status.list_id]
        version = status.version
        assert version is not None
        placed = watchlist.premises
        everyone = [*self.parties, *self.premises] if placed else self.parties
        in_parts = {
            (everyone[at][0].ref, match.entry_id)
            for at, matches in found.items()
            if (role := everyone[at][1].role).kind == IN_NAME_CELL or role == WITHOUT_NOTES
            for match in matches
        }
        collector = MatchCollector(
            watchlist.topic,
            watchlist.title,
            placed,
            self.workspace.settings.limit,
            watchlist.labour_sign,
        )
        for position in range(len(everyone)) if placed else sorted(found):
            supplier, party = everyone[position]
            whole = party.role == SUPPLIER
            # A part of a cell says more than that the cell holds the name.
            matches = [
                match
                for match in found.get(position, ())
                if not (whole and match.found_within and (supplier.ref, match.entry_id) in in_parts)
            ]
            possible = collector.collect(
                supplier,
                party,
                matches,
                partial(self.workspace.lists.entry, version),
                partial(self._shared, party, status),
                partial(self.workspace.lists.found_by, version),
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


def split_owned(
    found: Iterable[Possible], buyer: Nation | Literal[""]
) -> tuple[list[Possible], list[OwnedRegistrations]]:
    """Return what one list holds without the registrations of owners of several, and these by
    supplier, for a buyer of this nation. People behind a supplier keep each of theirs: it is not
    the supplier's.
    """
    every = list(found)
    own: dict[str, tuple[Supplier, list[PossibleMatch]]] = {}
    for possible in every:
        for one in possible.matches:
            if one.party.role.kind in OWN_ROLES:
                own.setdefault(possible.supplier.ref, (possible.supplier, []))[1].append(one)
    owned = [group for held in own.values() if (group := find_owned(*held, buyer))]
    gone = {(group.supplier.ref, one) for group in owned for one in group.found}
    return [
        replace(one, matches=tuple(m for m in one.matches if (one.supplier.ref, m) not in gone))
        for one in every
    ], owned


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
