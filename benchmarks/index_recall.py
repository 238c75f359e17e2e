"""The share of the pairs at or above the threshold that the index finds.

    python benchmarks/index_recall.py [--pairs 2000]

Of half of the queries two in three are names of the UK list put through a change of
perturbations.py; the others are names of other lists and names that are not listed. The other half
are names in other scripts, script by script: of the lists, as they are and changed, and made-up
people where an interpreter has public lists of names (public_names.py). Each is looked up in the
UK list, until so many pairs of a name and an entry are known. Which they are is worked out without
the index: names score nothing unless a word of one answers to a whole word of the other, so every
word of a query is set against every word of the list, and every listed name with a word that
answers, or with words that stand split or joined, is compared. Two queries of each chunk are
compared with every listed name, to show that this leaves nothing out. Prints what was missed, a
table by the script of the name looked up, the share that was found, and the share that this many
pairs prove at 95 % confidence.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import public_names
from name_scripts import LATIN, script_of
from names import WHY_NOT, care_providers, entries, made_up_people
from perturbations import DEGRADED, EVASIVE, INNOCENT, LEDGER
from public_names import PublicNames

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, prepare
from duediligence.matching.evidence import WEAK_ALIAS
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import name_score
from duediligence.matching.names.prepared import NameReading, PreparedName
from duediligence.matching.names.similarity import organisation_similarity, person_similarity
from duediligence.matching.names.words import Word
from duediligence.model import Kind

CHUNK = 100
BATCH = 8  # chunks
COMPARED_WITH_ALL = 2
FEWEST = 5  # names that a script has on the lists
KINDS: tuple[Kind, ...] = ("person", "organisation")


class List:
    """The names of one kind of the UK list, searched by its index and without it."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        listed = [e for e in entries("uk") if e.kind == kind]
        self.index = Index.build(listed)
        self.rows = [
            (e.id, reading, WEAK_ALIAS if n.strength == "weak" else 0.0)
            for e in listed
            for n in e.names
            for reading in readings(prepare(n.text, kind))
        ]
        self.by_word: dict[Word, set[int]] = {}
        self.by_joined: dict[str, set[int]] = {}
        self.by_fewer: dict[str, set[int]] = {}
        for row, (_, reading, _) in enumerate(self.rows):
            for word in reading.words:
                self.by_word.setdefault(word, set()).add(row)
                for fewer in one_letter_less(word.text):
                    self.by_fewer.setdefault(fewer, set()).add(row)
            for text in reading.joins.texts:
                self.by_joined.setdefault(text, set()).add(row)
        self.like = cache(self._like)

    def found(self, texts: list[str]) -> list[set[str]]:
        """The entries that the index finds for each name."""
        results = self.index.search_many(
            [Subject((text,), self.kind) for text in texts], limit=10_000, workers=1
        )
        return [{match.entry_id for match in matches} for matches in results]

    def true(self, text: str, *, compare_all: bool = False) -> set[str]:
        """The entries with a name at or above the threshold."""
        return {
            self.rows[row][0]
            for ours in readings(prepare(text, self.kind))
            for row in (range(len(self.rows)) if compare_all else self._may_answer(ours))
            if self._score(ours, row) >= DEFAULT_THRESHOLD
        }

    def _score(self, ours: NameReading, row: int) -> float:
        _, theirs, weak = self.rows[row]
        return round(name_score(Alignment(ours, theirs)) + weak, 4)

    def _may_answer(self, ours: NameReading) -> set[int]:
        rows: set[int] = set()
        for word in ours.words:
            rows |= self.like(word)
            for text in (word.text, *one_letter_less(word.text)):
                rows |= self.by_joined.get(text, set())
        for text in ours.joins.texts:
            rows |= self.by_word.get(Word(text), set()) | self.by_fewer.get(text, set())
            rows |= self.by_joined.get(text, set())
        return rows

    def _like(self, word: Word) -> set[int]:
        alike = person_similarity if self.kind == "person" else organisation_similarity
        likes = [rows for w, rows in self.by_word.items() if w == word or alike(word, w)]
        return set().union(*likes)


def one_letter_less(text: str) -> set[str]:
    return {text[:at] + text[at + 1 :] for at in range(len(text))}


def readings(name: PreparedName) -> tuple[NameReading, ...]:
    return name.person or name.organisation


_list = cache(List)


def queries(kind: Kind, public: PublicNames | None) -> Iterator[list[str]]:
    """Chunks of names to look up, without end: one of any, one of a script, and so on."""
    chance = random.Random(9)
    ours, others = (
        [n.text for id_ in ids for e in entries(id_) if e.kind == kind for n in e.names]
        for ids in (("uk",), ("un", "eu", "ofac"))
    )
    unlisted = made_up_people(5_000) if kind == "person" else care_providers()
    by_script = _by_script([*ours, *others])
    if kind == "person" and public is not None:
        for script in by_script.keys() & public.origins.keys():
            by_script[script] += public.made_up(script, 1_000)
    while True:
        for script in sorted(by_script):
            names = [chance.choice(others) for _ in range(CHUNK // 6)]
            names += [chance.choice(unlisted) for _ in range(CHUNK // 6)]
            while len(names) < CHUNK:
                names.append(_changed(chance.choice(ours), chance))
            chance.shuffle(names)
            yield names
            some = [chance.choice(by_script[script]) for _ in range(CHUNK)]
            yield [_changed(name, chance) if chance.random() < 0.5 else name for name in some]


def _changed(name: str, chance: random.Random) -> str:
    return chance.choice(INNOCENT + DEGRADED + EVASIVE + LEDGER)(name, chance) or name


def _by_script(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        if (script := script_of(name)) != LATIN:
            found.setdefault(script, []).append(name)
    return {script: some for script, some in found.items() if len(some) >= FEWEST}


@dataclass(frozen=True)
class Measured:
    """The names of a chunk by script, its pairs by script, and those that the index does not find:
    script, name and entry.
    """

    names: Counter[str]
    pairs: Counter[str]
    lost: list[tuple[str, str, str]]


def measure(kind: Kind, names: list[str]) -> Measured:
    listed = _list(kind)
    true = [listed.true(name) for name in names]
    for name, some in list(zip(names, true, strict=True))[:COMPARED_WITH_ALL]:
        assert listed.true(name, compare_all=True) == some
    looked_up, pairs = Counter(map(script_of, names)), Counter[str]()
    lost = []
    for name, there, found in zip(names, true, listed.found(names), strict=True):
        script = script_of(name)
        pairs[script] += len(there)
        lost += [(script, name, entry) for entry in sorted(there - found)]
    return Measured(looked_up, pairs, lost)


def main(pairs: int, python: Path) -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    public = public_names.read(python) if python.is_file() else None
    names, known, lost = Counter[str](), Counter[str](), Counter[str]()
    with ProcessPoolExecutor() as pool:
        for kind in KINDS:
            chunks = queries(kind, public)
            wanted = 0
            while wanted < pairs / 2:
                batch = [next(chunks) for _ in range(BATCH)]
                for found in pool.map(measure, [kind] * len(batch), batch):
                    wanted += found.pairs.total()
                    names, known = names + found.names, known + found.pairs
                    for script, name, entry in found.lost:
                        lost[script] += 1
                        print(f"missed ({kind}): {name!a} is {entry}", flush=True)
            print(f"{kind}: {wanted} pairs", flush=True)
    print("\n| script | names looked up | pairs compared exhaustively | found by the index |")
    print("|---|---|---|---|")
    for script in sorted(names, key=lambda one: -known[one]):
        print(f"| {script} | {names[script]} | {known[script]} | {known[script] - lost[script]} |")
    total, missed = known.total(), lost.total()
    # Never less than the Poisson limit at 95 %, and that itself where nothing was missed.
    least = 1 - (missed + 2 * missed**0.5 + 3) / total
    print(
        f"\nfound {total - missed} of {total} pairs: {1 - missed / total:.3%}, at least {least:.3%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--python", type=Path, default=public_names.PYTHON)
    options = parser.parse_args()
    main(options.pairs, options.python)
