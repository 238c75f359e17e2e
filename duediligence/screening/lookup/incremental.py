"""Search only for what changed since the last screening, with the result of a search for all."""

import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from time import monotonic

import msgspec

from duediligence.errors import StorageError
from duediligence.matching import MATCHER_VERSION, Engine, Index, Subject
from duediligence.matching.index.search import select_best_matches
from duediligence.matching.index.subject_keys import SubjectIndex
from duediligence.model import ListEntry, ListVersion, Match, Party
from duediligence.progress import SILENT, Progress
from duediligence.screening import audit_events
from duediligence.screening.lists.statuses import changes_since
from duediligence.screening.workspace import Workspace
from duediligence.store.lookups import DIGEST_SIZE, CachedMatches
from duediligence.writing import make_folder

# Fewer parties are searched for as fast as what is remembered could be read. Nothing is kept of
# them: it would take the place of what is known of many.
_MANY = 1_000
# How much of a long search a cut of the power may cost.
_KEEP_SECONDS = 15.0
_log = logging.getLogger(__name__)
# Of a list that changed by more than this share, everybody is looked up again.
_MOST_CHANGED = 0.2


def _format_lookup_name(list_id: str) -> str:
    """Return the name under which the chain records what is remembered of a list."""
    return f"look-ups of {list_id}"


def subject(party: Party) -> Subject:
    """Return a party as the index looks it up."""
    return Subject(
        names=tuple(name.text for name in party.names),
        kind=party.kind,
        birth_date=party.birth_date,
        countries=party.countries,
        identifiers=party.identifiers,
        addresses=party.addresses,
        unproven=party.unproven,
        cell=True,
    )


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A version of a list to search from a threshold, for the first `count` of the parties."""

    version: ListVersion
    title: str
    threshold: float
    count: int


@dataclass(slots=True)
class _Search:
    """One list as it is searched: the matches known, and the places of parties to look up.

    `pending` are the digests of those that were not looked up yet.
    """

    query: ListQuery
    index_name: str
    rules: str
    cached: CachedMatches | None
    known: dict[bytes, Sequence[Match]]
    places: set[int]
    pending: set[bytes] = field(default_factory=set)

    @property
    def is_news(self) -> bool:
        """Return whether more is known than was remembered."""
        cached = self.cached
        return bool(self.places) or cached is None or cached.index_name != self.index_name


class IncrementalSearch:
    """Parties, each looked up once on each version of a list.

    What was found before holds where neither side changed: the score of a pair is derived from
    the two and nothing else. So only these are searched for: parties not looked up before,
    parties that a new or changed entry could be, and parties of whose matches one went where
    more were found than are kept. Nothing is remembered of few parties, or without `remember`.
    """

    def __init__(
        self,
        workspace: Workspace,
        parties: Sequence[Party],
        *,
        lowest: float,
        remember: bool = True,
    ) -> None:
        """Take the parties, who are looked up on lists from a score of `lowest` or more."""
        self._workspace = workspace
        self._lowest = lowest
        self._many = remember and len(parties) >= _MANY
        self._recorded = workspace.audit.sealed(audit_events.DERIVED) if self._many else {}
        self._limit = workspace.settings.limit + 1
        self._subjects = [subject(party) for party in parties]
        encode = msgspec.msgpack.Encoder().encode
        self._digests = [
            blake2b(encode(one), digest_size=DIGEST_SIZE).digest() for one in self._subjects
        ]

    def on(
        self, engine: Engine, queries: Iterable[ListQuery], progress: Progress
    ) -> dict[str, dict[int, Sequence[Match]]]:
        """Return by list, the matches of the parties that have any, by place, best first.

        One more than `settings.limit` is found where there are more; every match that is set
        aside follows. Raises StorageError.
        """
        searches = {query.version.list_id: self._begin(engine, query) for query in queries}
        groups = self._groups(searches)
        number = sum(map(len, groups.values()))
        _log.info("parties to look up: %s", number, extra={"parties_to_look_up": number})
        # Of few parties nothing is remembered.
        kept = (progress if self._many else SILENT).keeping("parties were looked up", number)
        with kept as keeping, self._kept_if_stopped(searches):
            for lists, places in groups.items():
                title = searches[lists[0]].query.title if len(lists) == 1 else f"{len(lists)} lists"
                with progress.task(f"Screening against {title}", len(places)) as task:
                    results = engine.search_many(
                        (self._subjects[place] for place in places),
                        {list_id: searches[list_id].query.threshold for list_id in lists},
                        limit=self._limit,
                        workers=self._workspace.settings.workers,
                        namesakes=True,
                    )
                    for place, found in zip(places, results, strict=True):
                        digest = self._digests[place]
                        for list_id in lists:
                            searches[list_id].known[digest] = found.get(list_id, ())
                            searches[list_id].pending.discard(digest)
                        task.advance()
                        keeping.advance()
                        self._keep_now_and_then(searches)
        self._keep(searches)
        return {list_id: self._found(search) for list_id, search in searches.items()}

    @contextmanager
    def _kept_if_stopped(self, searches: "dict[str, _Search]") -> Iterator[None]:
        """Remember what was found so far where the search ends early, so that the next goes on."""
        self._began = monotonic()
        self._keep_at = self._began + _KEEP_SECONDS
        try:
            yield
        except BaseException:
            self._keep(searches)
            raise

    def _keep_now_and_then(self, searches: "dict[str, _Search]") -> None:
        if (now := monotonic()) >= self._keep_at:
            self._keep(searches)
            # Each time leaves a record in the audit chain: the longer the search, the seldomer.
            self._keep_at = now + max(_KEEP_SECONDS, (now - self._began) / 4)

    def _keep(self, searches: "dict[str, _Search]") -> None:
        """Remember what is known by now of each list, and record it."""
        kept = {
            _format_lookup_name(list_id): self._remember(list_id, search)
            for list_id, search in searches.items()
            if self._many and search.is_news
        }
        if kept:
            audit_events.record_derived(self._workspace, kept, "look-ups kept")

    def _remember(self, list_id: str, search: _Search) -> bytes:
        """Remember what is known of a list by now, of those who were looked up on it; its hash."""
        parties = set(self._digests[: search.query.count]) - search.pending
        found = {one: some for one, some in search.known.items() if some and one in parties}
        version = search.query.version.version
        now = CachedMatches(version, search.index_name, search.rules, parties, found)
        return self._workspace.lookups.put(list_id, now)

    def _begin(self, engine: Engine, query: ListQuery) -> _Search:
        """Return what is known of a list from before, and who is to be looked up on it."""
        list_id = query.version.list_id
        search = _Search(
            query,
            # Of the index that is searched: a refresh may have put another into service meanwhile.
            index_name=engine.index_name(list_id),
            rules=f"{MATCHER_VERSION} {query.threshold!r} {self._limit}",
            cached=self._workspace.lookups.get(
                list_id, self._recorded.get(_format_lookup_name(list_id))
            )
            if self._many
            else None,
            known={},
            places=set(range(query.count)),
        )
        if search.cached and search.cached.rules == search.rules:
            search.known, search.places = self._still_valid(search.cached, search)
        search.pending = {self._digests[place] for place in search.places}
        return search

    def _groups(self, searches: dict[str, _Search]) -> dict[tuple[str, ...], list[int]]:
        """Return the places to look up on the same lists, by these lists.

        Parties that are alike in all that is compared are looked up once.
        """
        lists: dict[bytes, list[str]] = {}
        place_of: dict[bytes, int] = {}
        for list_id, search in searches.items():
            by_digest = {self._digests[place]: place for place in search.places}
            place_of |= by_digest
            for digest in by_digest:
                lists.setdefault(digest, []).append(list_id)
        groups: dict[tuple[str, ...], list[int]] = {}
        for digest, ids in lists.items():
            groups.setdefault(tuple(ids), []).append(place_of[digest])
        return {ids: sorted(places) for ids, places in groups.items()}

    def _found(self, search: _Search) -> dict[int, Sequence[Match]]:
        """Return the matches by the place of the party."""
        digests = self._digests[: search.query.count]
        found = {digest: matches for digest, matches in search.known.items() if matches}
        return {place: found[digest] for place, digest in enumerate(digests) if digest in found}

    def _still_valid(
        self, cached: CachedMatches, search: _Search
    ) -> tuple[dict[bytes, Sequence[Match]], set[int]]:
        """Return what was found before and is still valid, and the places to look up again."""
        version, threshold = search.query.version, search.query.threshold
        digests = self._digests[: search.query.count]
        places = {place for place, digest in enumerate(digests) if digest not in cached.parties}
        known = {digest: cached.matches[digest] for digest in digests if digest in cached.matches}
        if cached.index_name == search.index_name:
            return known, places
        changes = changes_since(self._workspace, version, cached.version, cached.index_name)
        if (
            changes is None
            or len(changes.gone) + len(changes.new) > _MOST_CHANGED * version.entries
        ):
            return {}, set(range(len(digests)))
        gone = changes.gone | {entry.id for entry in changes.new}
        for place, digest in enumerate(digests):
            matches = known.get(digest, ())
            left = [match for match in matches if match.entry_id not in gone]
            if len(left) < len(matches):
                known[digest] = left
                if sum(not match.set_aside for match in matches) >= self._limit:
                    places.add(place)
        if changes.new:
            among = self._among(changes.new, len(digests), threshold)
            # Parties that are alike in all that is compared have one place for their matches.
            for digest, matches in {digests[place]: found for place, found in among}.items():
                known[digest] = select_best_matches((*known.get(digest, ()), *matches), self._limit)
        return known, places

    def _among(
        self, entries: Sequence[ListEntry], count: int, threshold: float
    ) -> list[tuple[int, list[Match]]]:
        """Return the matches of parties among a few entries."""
        index = Index.build(entries)
        places = sorted(place for place in self._party_index.affected(index) if place < count)
        found = index.search_many(
            [self._subjects[place] for place in places],
            threshold=threshold,
            limit=self._limit,
            workers=1,
            namesakes=True,
        )
        return [(place, m) for place, m in zip(places, found, strict=True) if m]

    def get_ready(self) -> None:
        """Make now what the next screening needs to search only for what changed."""
        if self._many:
            _ = self._party_index

    @cached_property
    def _party_index(self) -> SubjectIndex:
        folder = self._workspace.indexes / ".parties"
        made_of = b"".join((str(self._lowest).encode(), *self._digests))
        file = folder / f"{blake2b(made_of, digest_size=DIGEST_SIZE).hexdigest()}.index"
        with suppress(StorageError):
            if recorded := self._recorded.get("parties"):
                return SubjectIndex.load(file, recorded.hex())
        index = SubjectIndex.build(self._subjects, self._lowest)
        shutil.rmtree(folder, ignore_errors=True)
        # Another screening may be clearing the folder. It is worth no failed run: it is made again.
        with suppress(StorageError, OSError):
            make_folder(folder)
            digest = bytes.fromhex(index.save(file))
            audit_events.record_derived(self._workspace, {"parties": digest})
        return index
