"""All names of a list, ready to be searched: built at a refresh, saved, opened memory-mapped."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from duediligence.errors import StorageError
from duediligence.matching.alignment import Alignment
from duediligence.matching.compare import compatible
from duediligence.matching.evidence import (
    EVIDENCE_RULES,
    WEAK_ALIAS,
    Facts,
    identifier_keys,
    most_added,
    weak_alias,
)
from duediligence.matching.index import arrays as storage
from duediligence.matching.index import side as sides
from duediligence.matching.index.hashing import hash_texts
from duediligence.matching.index.workers import search_with_workers
from duediligence.matching.name_features import name_features, name_score
from duediligence.matching.prepared import PreparedName, Reading, prepare
from duediligence.matching.subject import Subject
from duediligence.matching.version import DEFAULT_THRESHOLD, MATCHER_VERSION
from duediligence.model import Feature, Kind, ListEntry, Match, Strength

_FILE = "names.index"
_KINDS: tuple[Kind, ...] = ("person", "organisation", "vessel", "aircraft", "unknown")
_STRENGTHS: tuple[Strength, ...] = ("strong", "weak", "unstated")
_CACHED_NAMES = 60_000
CHUNK = 256
_NO_NAME = Feature("agreeing words", "", "", 0.0, "differ", "No word of the names agrees.")


class _Entry(msgspec.Struct, array_like=True):
    id: str
    list_id: str
    facts: Facts


class Index:
    """Searches the names of list entries. Made by `build` or `load`."""

    def __init__(self, arrays: storage.Arrays, path: Path | None = None) -> None:
        self._arrays = arrays
        self._path = path
        self._people = sides.Side(arrays, person=True)
        self._organisations = sides.Side(arrays, person=False)
        self._name_entry = arrays["name_entry"]
        self._name_strength = arrays["name_strength"]
        self._entry_kind = arrays["entry_kind"]
        self._entry_first = arrays["entry_first"]
        self._prepared: dict[int, PreparedName] = {}
        self._entries: dict[int, _Entry] = {}
        self._decode = msgspec.msgpack.Decoder(_Entry)

    @classmethod
    def build(cls, entries: Iterable[ListEntry]) -> "Index":
        """Index the entries, of one list or of several."""
        return cls(_compile(list(entries)))

    def save(self, path: Path | str) -> None:
        """Write the index into the directory `path`, made where missing. Raises StorageError."""
        folder = Path(path)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}") from error
        storage.write(folder / _FILE, MATCHER_VERSION, {}, self._arrays)

    @classmethod
    def load(cls, path: Path | str) -> "Index":
        """Open a saved index. It stays valid on POSIX when its directory is replaced.

        Raises StorageError where it is missing, damaged or made by another version.
        """
        _, arrays = storage.read(Path(path) / _FILE, MATCHER_VERSION)
        return cls(arrays, Path(path))

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entry_kind)

    @property
    def names(self) -> int:
        """The number of names."""
        return len(self._name_entry)

    def search(
        self, subject: Subject, *, threshold: float = DEFAULT_THRESHOLD, limit: int = 10
    ) -> list[Match]:
        """Entries that may be the subject, at or above `threshold`, best first, one match each."""
        return self.search_chunk([subject], threshold, limit)[0]

    def search_many(
        self,
        subjects: Iterable[Subject],
        *,
        threshold: float = DEFAULT_THRESHOLD,
        limit: int = 10,
        workers: int | None = None,
    ) -> Iterator[list[Match]]:
        """What `search` gives for each subject, in the same order.

        `workers` is the number of processes; None takes what the machine has where the work is
        worth it. The results do not depend on it.
        """
        return search_with_workers(self, subjects, threshold, limit, workers)

    def search_chunk(
        self, subjects: Sequence[Subject], threshold: float, limit: int
    ) -> list[list[Match]]:
        """`search` for several subjects at once, which is far cheaper than one by one."""
        best: list[dict[int, tuple[float, int, int, Alignment | None]]] = [{} for _ in subjects]
        prepared = [[prepare(name, s.kind) for name in s.names] for s in subjects]
        least = [threshold - most_added(subject) for subject in subjects]
        for side in (self._people, self._organisations):
            readings: list[Reading] = []
            owners: list[tuple[int, int]] = []
            for number, names in enumerate(prepared):
                for place, name in enumerate(names):
                    for reading in name.person if side.person else name.organisation:
                        readings.append(reading)
                        owners.append((number, place))
            numbers, rows = side.candidates(readings, [least[number] for number, _ in owners])
            for reading_number, row in zip(numbers, rows, strict=True):
                number, place = owners[reading_number]
                entry = int(self._name_entry[side.row_name[row]])
                if not compatible(subjects[number].kind, _KINDS[self._entry_kind[entry]]):
                    continue
                self._keep_best(best[number], readings[reading_number], place, side, row, entry)
        self._add_numbered(subjects, best)
        return [
            self._finish(subject, found, threshold, limit)
            for subject, found in zip(subjects, best, strict=True)
        ]

    def _keep_best(
        self,
        found: dict[int, tuple[float, int, int, Alignment | None]],
        reading: Reading,
        place: int,
        side: sides.Side,
        row: int,
        entry: int,
    ) -> None:
        name = int(side.row_name[row])
        listed = self._name(name)
        readings = listed.person if side.person else listed.organisation
        alignment = Alignment(reading, readings[side.row_reading[row]])
        score = name_score(alignment)
        if self._name_strength[name] == _STRENGTHS.index("weak"):
            score += WEAK_ALIAS
        known = found.get(entry)
        # Of equal scores the earlier name, so that the order of candidates does not matter.
        if known is None or (-score, place, name) < (-known[0], known[1], known[2]):
            found[entry] = score, place, name, alignment

    def _add_numbered(
        self,
        subjects: Sequence[Subject],
        best: list[dict[int, tuple[float, int, int, Alignment | None]]],
    ) -> None:
        """Entries that share a number with a subject, whatever their names."""
        keys = [
            (number, key)
            for number, subject in enumerate(subjects)
            for identifier in subject.identifiers
            for key in identifier_keys(identifier)
        ]
        if not keys or not len(self._arrays["number_hash"]):
            return
        hashes = hash_texts([key for _, key in keys])
        left = np.searchsorted(self._arrays["number_hash"], hashes, side="left")
        right = np.searchsorted(self._arrays["number_hash"], hashes, side="right")
        for (number, _), first, last in zip(keys, left.tolist(), right.tolist(), strict=True):
            for entry in self._arrays["number_entry"][first:last].tolist():
                if entry in best[number]:
                    continue
                subject = subjects[number]
                if compatible(subject.kind, _KINDS[self._entry_kind[entry]]):
                    best[number][entry] = self._best_pair(subject, entry)

    def _best_pair(self, subject: Subject, entry: int) -> tuple[float, int, int, Alignment | None]:
        """The best pair of names of a subject and an entry, found by comparing all."""
        first, last = self._entry_first[entry], self._entry_first[entry + 1]
        best: tuple[float, int, int, Alignment | None] = (0.0, 0, int(first), None)
        for place, text in enumerate(subject.names):
            ours = prepare(text, subject.kind)
            for name in range(first, last):
                theirs = self._name(name)
                weak = self._name_strength[name] == _STRENGTHS.index("weak")
                pairs = ((ours.person, theirs.person), (ours.organisation, theirs.organisation))
                for left, right in pairs:
                    for a in left:
                        for b in right:
                            alignment = Alignment(a, b)
                            score = name_score(alignment) + (WEAK_ALIAS if weak else 0.0)
                            if alignment.pairs and (best[3] is None or score > best[0]):
                                best = score, place, name, alignment
        return best

    def _finish(
        self,
        subject: Subject,
        found: dict[int, tuple[float, int, int, Alignment | None]],
        threshold: float,
        limit: int,
    ) -> list[Match]:
        matches = []
        for number, (_, place, name, alignment) in found.items():
            entry = self._entry(number)
            features = name_features(alignment) if alignment is not None else []
            features = features or [_NO_NAME]
            listed = self._text(name)
            strength = _STRENGTHS[self._name_strength[name]]
            if alignment is not None and (weak := weak_alias(strength, listed)):
                features.append(weak)
            for rule in EVIDENCE_RULES:
                feature = rule(subject, entry.facts)
                if feature is not None:
                    features.append(feature)
            match = Match(
                tuple(features),
                subject.names[place] if subject.names else "",
                listed,
                entry.id,
                entry.list_id,
            )
            if match.score >= threshold:
                matches.append(match)
        matches.sort(key=lambda m: (-m.score, m.entry_id, m.list_id))
        return matches[:limit]

    def _text(self, name: int) -> str:
        return _slice(self._arrays, "name", name).decode("utf-8")

    def _name(self, name: int) -> PreparedName:
        known = self._prepared.get(name)
        if known is None:
            if len(self._prepared) >= _CACHED_NAMES:
                self._prepared.clear()
            kind = _KINDS[self._entry_kind[self._name_entry[name]]]
            known = self._prepared[name] = prepare(self._text(name), kind)
        return known

    def _entry(self, number: int) -> _Entry:
        known = self._entries.get(number)
        if known is None:
            known = self._entries[number] = self._decode.decode(
                _slice(self._arrays, "entry", number)
            )
        return known


def _slice(arrays: storage.Arrays, what: str, number: int) -> bytes:
    starts = arrays[f"{what}_start"]
    return arrays[f"{what}_text"][starts[number] : starts[number + 1]].tobytes()


def _compile(entries: list[ListEntry]) -> storage.Arrays:
    texts: list[bytes] = []
    name_entry: list[int] = []
    strengths: list[int] = []
    firsts = [0]
    people: list[tuple[int, int, Reading]] = []
    organisations: list[tuple[int, int, Reading]] = []
    encoded: list[bytes] = []
    number_keys: list[str] = []
    number_entries: list[int] = []
    for number, entry in enumerate(entries):
        for name in entry.names:
            prepared = prepare(name.text, entry.kind)
            people += [(len(texts), place, r) for place, r in enumerate(prepared.person)]
            organisations += [
                (len(texts), place, r) for place, r in enumerate(prepared.organisation)
            ]
            texts.append(name.text.encode("utf-8", "replace"))
            name_entry.append(number)
            strengths.append(_STRENGTHS.index(name.strength))
        firsts.append(len(texts))
        facts = Facts(entry.birth_dates, entry.countries, entry.identifiers, entry.addresses)
        encoded.append(msgspec.msgpack.encode(_Entry(entry.id, entry.list_id, facts)))
        for identifier in entry.identifiers:
            for key in identifier_keys(identifier):
                number_keys.append(key)
                number_entries.append(number)
    numbers = hash_texts(number_keys)
    order = np.argsort(numbers, kind="stable")
    return (
        sides.build(people, person=True)
        | sides.build(organisations, person=False)
        | _blob("name", texts)
        | _blob("entry", encoded)
        | {
            "name_entry": np.array(name_entry, dtype=np.int32),
            "name_strength": np.array(strengths, dtype=np.int8),
            "entry_kind": np.array([_KINDS.index(e.kind) for e in entries], dtype=np.int8),
            "entry_first": np.array(firsts, dtype=np.int32),
            "number_hash": numbers[order],
            "number_entry": np.array(number_entries, dtype=np.int32)[order],
        }
    )


def _blob(what: str, parts: list[bytes]) -> storage.Arrays:
    starts = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=starts[1:])
    return {f"{what}_text": np.frombuffer(b"".join(parts), dtype=np.uint8), f"{what}_start": starts}
