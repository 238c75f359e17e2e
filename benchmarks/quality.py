"""Recall and false alarms at the default threshold, on real lists and made-up changes.

    python benchmarks/quality.py

(a) UN entries searched in the UK list, true pairs by UN reference number, and entries of two
lists that are one party by a passport, tax or IMO number (independent spellings); by the first
name alone and by all names. (b) Names of the UK list put through the changes of perturbations.py:
found when the entry itself is among its matches (ten at most). (c) False alarms over real care
providers and made-up people against the UK list, searched, and compared exhaustively on a sample.
Real people named like somebody listed are not in the made-up ones as they are in life: read that
figure with care. (d) Slips in birth dates and numbers (slips.py), who has a common name and who
meets alarms by origin of name (origins.py). The tables go to docs/matching.md; the summary is
printed last.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from names import WHY_NOT, care_providers, entries, made_up_people, pairs
from origins import report_alarms, report_common
from perturbations import DEGRADED, EVASIVE, INNOCENT, ONLY_FIRMS, ONLY_PEOPLE
from slips import report_slips

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, compare, prepare
from duediligence.model import ListEntry

Pair = tuple[ListEntry, ListEntry]


def un_and_uk() -> list[Pair]:
    by_reference = {reference: e for e in entries("uk") for reference in e.references}
    found = [
        (e, by_reference[key])
        for e in entries("un")
        for key in (e.id, *e.references)
        if key in by_reference
    ]
    return [(ours, theirs) for ours, theirs in found if ours.kind == theirs.kind]


def recall(index: Index, linked: Sequence[Pair], *, all_names: bool) -> tuple[float, float]:
    """The share of pairs found, and possible matches per subject."""
    subjects = [
        Subject(tuple(n.text for n in ours.names) if all_names else (ours.name,), ours.kind)
        for ours, _ in linked
    ]
    results = list(index.search_many(subjects, limit=50))
    hits = [any(m.entry_id == e.id for m in r) for (_, e), r in zip(linked, results, strict=True)]
    return sum(hits) / len(hits), sum(map(len, results)) / len(results)


def report_pairs(indexes: dict[str, Index]) -> list[float]:
    print("| pair of lists | kind | pairs | found by first name | found by all names | matches |")
    print("|---|---|---|---|---|---|")
    sets: list[tuple[str, str, Iterable[Pair]]] = [("un → uk, by UN number", "uk", un_and_uk())]
    for ours, theirs in (("eu", "uk"), ("ofac", "uk"), ("ofac", "eu")):
        sets.append((f"{ours} → {theirs}, by identifier", theirs, list(pairs(ours, theirs))))
    found, total = 0.0, 0
    for title, theirs, linked in sets:
        for kind in ("person", "organisation", "vessel"):
            some = [pair for pair in linked if pair[0].kind == kind]
            if len(some) < 10:
                continue
            first, matches = recall(indexes[theirs], some, all_names=False)
            every, _ = recall(indexes[theirs], some, all_names=True)
            print(f"| {title} | {kind} | {len(some)} | {first:.1%} | {every:.1%} | {matches:.2f} |")
            if "identifier" in title:
                found, total = found + every * len(some), total + len(some)
    return [found / total]


def report_changes(index: Index, kind: str) -> float:
    chance = random.Random(5)
    sample = [e for e in entries("uk") if e.kind == kind and len(e.name.split()) > 1]
    sample = chance.sample(sample, 600)
    hits: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    print(f"\n| change ({kind}) | sort | tried | found |\n|---|---|---|---|")
    for sort, changes in (("innocent", INNOCENT), ("degraded", DEGRADED), ("evasive", EVASIVE)):
        for change in changes:
            if change in (ONLY_FIRMS if kind == "person" else ONLY_PEOPLE):
                continue
            changed = [(e, change(e.name, chance)) for e in sample]
            cases = [(e, text) for e, text in changed if text and text != e.name]
            results = index.search_many([Subject((text,), kind) for _, text in cases])
            good = sum(
                any(m.entry_id == e.id for m in r) for (e, _), r in zip(cases, results, strict=True)
            )
            if len(cases) >= 10:
                hits[sort] += good
                tried[sort] += len(cases)
                title = change.__name__.replace("_", " ")
                print(f"| {title} | {sort} | {len(cases)} | {good / len(cases):.1%} |")
    return sum(hits.values()) / sum(tried.values())


def false_alarms(index: Index, names: list[str], kind: str) -> float:
    """Subjects with a possible match, per thousand; the exhaustive count of a sample is printed."""
    alarms = sum(map(bool, index.search_many([Subject((name,), kind) for name in names])))
    sample = random.Random(6).sample(names, 60)
    listed = [prepare(n.text, kind) for e in entries("uk") if e.kind == kind for n in e.names]
    exhaustive = sum(
        any(compare(query, name).score >= DEFAULT_THRESHOLD for name in listed)
        for query in (prepare(name, kind) for name in sample)
    )
    searched = sum(map(bool, index.search_many([Subject((name,), kind) for name in sample])))
    rate = 1000 * alarms / len(names)
    print(
        f"| {kind} | {len(names)} | {alarms} | {rate:.2f} "
        f"| {searched} and {exhaustive} of {len(sample)} |"
    )
    return rate


def main() -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    indexes = {id_: Index.build(entries(id_)) for id_ in ("uk", "eu")}
    (linked,) = report_pairs(indexes)
    changed = [report_changes(indexes["uk"], kind) for kind in ("person", "organisation")]
    print("\n| subjects | number | with a match | per 1,000 | searched and compared exhaustively |")
    print("|---|---|---|---|---|")
    firms = false_alarms(indexes["uk"], care_providers(), "organisation")
    people = false_alarms(indexes["uk"], made_up_people(10_000), "person")
    slips = report_slips()
    report_common()
    british, minority = report_alarms()
    print(
        f"\nrecall by identifier {linked:.1%}; recall of changed names {changed[0]:.1%} (people), "
        f"{changed[1]:.1%} (firms); false alarms per 1,000: {firms:.2f} (firms), "
        f"{people:.2f} (people); slips shown at least {slips:.1%}; suppliers in 100 with an alarm, "
        f"birth month known: {british:.2f} (British names), {minority:.2f} (minority names)"
    )


if __name__ == "__main__":
    main()
