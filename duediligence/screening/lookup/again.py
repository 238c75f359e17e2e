"""Look parties up again: search only for what changed, with the result of a search for all."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b

import msgspec

from duediligence.errors import StorageError
from duediligence.matching import MATCHER_VERSION, Index, Subject
from duediligence.matching.affected import PartyIndex
from duediligence.matching.index.search import first
from duediligence.model import ListEntry, ListVersion, Match, Party
from duediligence.progress import Progress
from duediligence.screening.lookup.lookup import subject
from duediligence.screening.workspace import Workspace
from duediligence.store.lookups import DIGEST_SIZE, LookUps

# Fewer parties are searched for as fast as what is remembered could be read. Nothing is kept of
# them: it would take the place of what is known of many.
_MANY = 1_000
# Of a list that changed by more than this share, everybody is looked up anew.
_MOST_CHANGED = 0.2


class LookingUp:
    """Parties, each looked up once on each version of a list.

    What was found before holds where neither side changed: the score of a pair is derived from
    the two and nothing else. So only these are searched for: parties not looked up before,
    parties that a new or changed entry could be, and parties of whose matches one went where
    more were found than are kept. Of few parties nothing is remembered.
    """

    def __init__(self, workspace: Workspace, parties: Sequence[Party]) -> None:
        self._workspace = workspace
        self._subjects = [subject(party) for party in parties]
        encode = msgspec.msgpack.Encoder().encode
        self._digests = [
            blake2b(encode(one), digest_size=DIGEST_SIZE).digest() for one in self._subjects
        ]

    def on(
        self,
        version: ListVersion,
        index: Index,
        *,
        count: int,
        threshold: float,
        title: str,
        progress: Progress,
    ) -> dict[int, Sequence[Match]]:
        """The matches of the first `count` parties that have any, by place, best first.

        One more than `settings.limit` is found where there are more; every match that is set
        aside follows. Raises StorageError.
        """
        settings = self._workspace.settings
        limit = settings.limit + 1
        rules = f"{MATCHER_VERSION} {threshold!r} {limit}"
        # Of the index that is searched: a refresh may have put another into service meanwhile.
        index_name = index.name
        digests = self._digests[:count]
        held = self._workspace.lookups.get(version.list_id) if self._many else None
        known: dict[bytes, Sequence[Match]] = {}
        anew = set(range(count))
        if held and held.rules == rules:
            known, anew = self._still_hold(held, version, index_name, digests, limit, threshold)
        # Parties that are alike in all that is compared are looked up once.
        places = sorted({digests[place]: place for place in anew}.values())
        with progress.task(f"Screening against {title}", len(places)) as task:
            results = index.search_many(
                (self._subjects[place] for place in places),
                threshold=threshold,
                limit=limit,
                workers=settings.workers,
                namesakes=True,
            )
            for place, matches in zip(places, results, strict=True):
                task.advance()
                known[digests[place]] = matches
        found = {digest: matches for digest, matches in known.items() if matches}
        if self._many and (anew or held is None or held.index_name != index_name):
            self._workspace.lookups.put(
                version.list_id, LookUps(version.version, index_name, rules, set(digests), found)
            )
        return {place: found[digest] for place, digest in enumerate(digests) if digest in found}

    def _still_hold(
        self,
        held: LookUps,
        version: ListVersion,
        index_name: str,
        digests: Sequence[bytes],
        limit: int,
        threshold: float,
    ) -> tuple[dict[bytes, Sequence[Match]], set[int]]:
        """What was found before and holds still, and the places to look up anew."""
        anew = {place for place, digest in enumerate(digests) if digest not in held.parties}
        known = {digest: held.matches[digest] for digest in digests if digest in held.matches}
        if held.index_name == index_name:
            return known, anew
        changes = self._workspace.lists.changes(version, held.version, held.index_name)
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
                if sum(not match.set_aside for match in matches) >= limit:
                    anew.add(place)
        if changes.new:
            among = self._among(changes.new, len(digests), threshold, limit)
            # Parties that are alike in all that is compared have one place for their matches.
            for digest, matches in {digests[place]: found for place, found in among}.items():
                known[digest] = first((*known.get(digest, ()), *matches), limit)
        return known, anew

    def _among(
        self, entries: Sequence[ListEntry], count: int, threshold: float, limit: int
    ) -> list[tuple[int, list[Match]]]:
        """The matches of parties among a few entries."""
        affected = self._party_index().affected(entries, threshold)
        places = sorted(place for place in affected if place < count)
        subjects: list[Subject] = [self._subjects[place] for place in places]
        found = Index.build(entries).search_many(
            subjects, threshold=threshold, limit=limit, workers=1, namesakes=True
        )
        return [(place, m) for place, m in zip(places, found, strict=True) if m]

    def get_ready(self) -> None:
        """Make now what the next look-up needs to search only for what changed."""
        if self._many:
            self._party_index()

    @property
    def _many(self) -> bool:
        return len(self._subjects) >= _MANY

    def _party_index(self) -> PartyIndex:
        folder = self._workspace.indexes / ".parties"
        name = blake2b(b"".join(self._digests), digest_size=DIGEST_SIZE).hexdigest()
        try:
            return PartyIndex.load(folder / name)
        except StorageError:
            index = PartyIndex.build(self._subjects)
        for old in folder.glob("*"):
            shutil.rmtree(old, ignore_errors=True)
        # Another screening may be clearing the folder. It is worth no failed run: it is made again.
        with suppress(StorageError):
            index.save(folder / name)
        return index
