"""The sets of the yardstick that have a right answer: who is looked up, and among whom.

Each is drawn from the lists and from public names by a fixed seed; nothing is chosen by hand.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from name_scripts import LATIN, script_of
from perturbations import DEGRADED, EVASIVE, INNOCENT, ONLY_FIRMS, ONLY_PEOPLE, Change
from public_names import Pair, PublicNames
from scorers import Key, Pool, Query

from duediligence.model import Kind, ListEntry, Name
from duediligence.text.folding import fold

KINDS: dict[Kind, str] = {"person": "people", "organisation": "firms"}
SORTS = {"innocent": INNOCENT, "degraded": DEGRADED, "evasive": EVASIVE}
FEWEST = 10  # queries that make a row
# Made-up people whose names are written without a space, and family name first.
_TOGETHER = ("Korean", "Chinese", "Japanese, characters")
_FAMILY_FIRST = (*_TOGETHER, "Japanese, katakana")
_QUALITIES = {"strong": "good", "weak": "low", "unstated": "unstated"}


def namesakes(entries: Sequence[ListEntry]) -> set[Key]:
    """Parties that have a name in common, but for the order of words, with another of the kind.

    A list may hold one party twice, and two of one name: no name tells which is meant.
    """
    by_name: dict[tuple[str, ...], set[Key]] = {}
    for entry in entries:
        for name in entry.names:
            words = (entry.kind, *sorted(fold(name.text).split()))
            by_name.setdefault(words, set()).add((entry.list_id, entry.id))
    return {key for keys in by_name.values() if len(keys) > 1 for key in keys}


def aliases(entries: Sequence[ListEntry], list_id: str) -> tuple[Pool, dict[str, list[Query]]]:
    """Of each party one Latin alias, looked up among all other names of all parties.

    An alias is a name that still differs, once folded, from every other one of its party. Parties
    that would be left without a Latin name keep all.
    """
    chance = random.Random(f"aliases {list_id}")
    shared = namesakes(entries)
    kept: list[ListEntry] = []
    rows: dict[str, list[Query]] = {}
    for entry in entries:
        able = entry.kind in KINDS and (entry.list_id, entry.id) not in shared
        taken = _alias(entry, chance) if able else None
        if taken is None:
            kept.append(entry)
            continue
        kept.append(replace(entry, names=tuple(n for n in entry.names if n is not taken)))
        query = Query(taken.text, entry.kind, (entry.list_id, entry.id))
        rows.setdefault(KINDS[entry.kind], []).append(query)
        if taken.strength != "unstated":
            quality = f"{KINDS[entry.kind]}, {_QUALITIES[taken.strength]} quality"
            rows.setdefault(quality, []).append(query)
    return Pool(kept), _drawn(rows)


def _alias(entry: ListEntry, chance: random.Random) -> Name | None:
    folded = [fold(name.text) for name in entry.names]
    latin = [n for n, name in enumerate(entry.names) if script_of(name.text) == LATIN]
    able = [n for n in latin[1:] if folded.count(folded[n]) == 1 and folded[n]]
    return entry.names[chance.choice(able)] if able else None


def original_scripts(
    entries: Sequence[ListEntry], *, reverse: bool = False
) -> tuple[Pool, dict[str, list[Query]]]:
    """Every name in another script, looked up among the Latin names of all parties.

    `reverse`: the first Latin name of these parties, among their names in other scripts.
    """
    latin, others = [], []
    shared = namesakes(entries)
    rows: dict[str, list[Query]] = {}
    for entry in entries:
        here = tuple(n for n in entry.names if script_of(n.text) == LATIN)
        foreign = tuple(n for n in entry.names if script_of(n.text) != LATIN)
        if here:
            latin.append(replace(entry, names=here))
        if not here or not foreign or entry.kind not in KINDS:
            continue
        others.append(replace(entry, names=foreign))
        for name in foreign:
            query = here[0].text if reverse else name.text
            one = Query(query, entry.kind, (entry.list_id, entry.id))
            if one.right in shared:
                continue
            row = rows.setdefault(script_of(name.text), [])
            if not reverse or one not in row:
                row.append(one)
    small = [script for script, row in rows.items() if len(row) < FEWEST or script == "other"]
    rest = [query for script in small for query in rows.pop(script)]
    every = [query for row in rows.values() for query in row] + rest
    if len(rest) >= FEWEST:
        rows["other scripts"] = rest
    return Pool(others if reverse else latin), _drawn({"all": every} | rows)


def romanised_people(
    listed: Sequence[ListEntry], public: PublicNames, count: int
) -> tuple[Pool, dict[str, list[Query]]]:
    """Made-up people, and public ones, in their script, among Latin names and those of a list.

    None has the Latin name of another or of somebody listed; in which of its spellings each is
    indexed is drawn.
    """
    pool = [
        replace(entry, names=names)
        for entry in listed
        if (names := tuple(n for n in entry.names if script_of(n.text) == LATIN))
    ]
    taken = {_letters(n.text) for e in pool if e.kind == "person" for n in e.names}
    rows: dict[str, list[Query]] = {}
    for title, people in _people_in_scripts(public).items():
        row: list[Query] = []
        for script, spelled in people:
            if len(row) == count:
                break
            same = {_letters(one) for one in spelled}
            if same & taken or script_of(script) == LATIN:
                continue
            taken |= same
            entry_id = f"{title} {len(row)}"
            pool.append(
                ListEntry(id=entry_id, list_id="", kind="person", names=(Name(spelled[-1]),))
            )
            row.append(Query(script, "person", ("", entry_id)))
        rows[title] = row
    if "Japanese, katakana" in rows:
        rows["Japanese, hiragana"] = [
            replace(query, text=_hiragana(query.text)) for query in rows["Japanese, katakana"]
        ]
    return Pool(pool), rows


def _letters(name: str) -> str:
    """What two names have in common that differ in order and spacing only."""
    return "".join(sorted(fold(name).replace(" ", "")))


def _hiragana(kana: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)


def _people_in_scripts(public: PublicNames) -> dict[str, Iterator[Pair]]:
    """Names in their script; the spelling to index is the last, the first is the usual one."""
    made: dict[str, Iterator[Pair]] = {
        title: _joined(title, given, family) for title, (given, family) in public.joined.items()
    }
    return made | {title: _shuffled(title, people) for title, people in public.people.items()}


def _joined(title: str, given: list[Pair], family: list[Pair]) -> Iterator[Pair]:
    chance = random.Random(f"joined {title}")
    for _ in range(20_000):
        (g, of_g), (f, of_f) = chance.choice(given), chance.choice(family)
        if g == f:
            continue
        script = ("" if title in _TOGETHER else " ").join(
            (f, g) if title in _FAMILY_FIRST else (g, f)
        )
        usual = f"{of_f[0]} {of_g[0]}"
        parts = [chance.choice(of_g).title(), chance.choice(of_f).title()]
        if title in _FAMILY_FIRST and chance.random() < 0.5:
            parts.reverse()
        yield script, [usual, " ".join(parts)]


def _shuffled(title: str, people: list[Pair]) -> Iterator[Pair]:
    chance = random.Random(f"people {title}")
    for script, spelled in chance.sample(people, len(people)):
        yield script, chance.sample(spelled, len(spelled))


def changed_names(
    entries: Sequence[ListEntry],
    kind: Kind,
    count: int,
    sorts: Mapping[str, Sequence[Change]] = SORTS,
) -> Iterator[tuple[str, Change, list[Query]]]:
    """Names of a list put through each change of perturbations.py: sort, change, queries."""
    chance = random.Random(5)
    shared = namesakes(entries)
    able = [
        e
        for e in entries
        if e.kind == kind and len(e.name.split()) > 1 and (e.list_id, e.id) not in shared
    ]
    sample = chance.sample(able, min(count, len(able)))
    for sort, changes in sorts.items():
        for change in changes:
            if sorts is SORTS and change in (ONLY_FIRMS if kind == "person" else ONLY_PEOPLE):
                continue
            texts = [(entry, change(entry.name, chance)) for entry in sample]
            queries = [
                Query(text, kind, (entry.list_id, entry.id))
                for entry, text in texts
                if text and text != entry.name
            ]
            if len(queries) >= FEWEST:
                yield sort, change, queries


def cut_and_joined(names: Sequence[str], count: int) -> list[str]:
    """New firms: the beginning of one name and the end of another, cut between words."""
    chance = random.Random("cut and joined")
    taken = {fold(name) for name in names}
    made: dict[str, None] = {}
    while len(made) < count:
        one, other = (chance.choice(names).split() for _ in range(2))
        if len(one) < 2 or len(other) < 2:
            continue
        name = " ".join(
            one[: chance.randrange(1, len(one))] + other[chance.randrange(1, len(other)) :]
        )
        if fold(name) not in taken:
            made[name] = None
    return list(made)


def _drawn(rows: Mapping[str, list[Query]]) -> dict[str, list[Query]]:
    """Each row in a drawn order, so that its beginning is a sample."""
    return {
        title: random.Random(f"row {title}").sample(row, len(row)) for title, row in rows.items()
    }
