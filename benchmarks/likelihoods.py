"""How much each piece of evidence says, in bits: what same and different parties have in common.

    python benchmarks/likelihoods.py

Same: entries of two lists linked by a number or by the UN's reference (see linked.py). Different:
the same entries, each beside one of another pair, drawn at random. Of a birth date ours is cut to
its month and year, as Companies House gives them; the bits of a day are those of a month and of one
day in thirty. The table goes to docs/developer/matching.md; `matching/evidence.py` has its weights
from it.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log2

from linked import Pair, un_and_uk
from names import WHY_NOT, pairs

from duediligence.matching.evidence import (
    EntryFacts,
    Subject,
    birth_date,
    score_address,
    score_country,
)
from duediligence.model import Feature, ListEntry, PartialDate

LINKED = (("eu", "uk"), ("ofac", "uk"), ("ofac", "eu"))
_BESIDE = 20  # different parties for each same one
_RARE = 0.5  # what is never met counts as met half a time
Says = Callable[[Subject, EntryFacts], Feature | None]


def said(feature: Feature | None) -> str:
    """Which line of the table a feature belongs to."""
    if feature is None:
        return "nothing to compare"
    if feature.name == "birth date" and feature.verdict == "agree":
        precise = all(" " in side and "to" not in side for side in (feature.query, feature.listed))
        known = "month" if precise and "about" not in feature.query + feature.listed else "year"
        return f"birth date, same {known}"
    if feature.name == "address":
        return f"address, {'postcode' if feature.of else 'most words'}"
    detail = feature.detail if feature.detail == "more than ten years apart" else ""
    return f"{feature.name}, {feature.verdict}{', ' * bool(detail)}{detail}"


def _subject(entry: ListEntry) -> Subject:
    born = entry.birth_dates[0] if entry.birth_dates else None
    if born and born.day:
        born = PartialDate(born.year, born.month)
    return Subject((entry.name,), entry.kind, born, entry.countries, (), entry.addresses)


def counted(both: Iterable[Pair]) -> Counter[str]:
    """How often each line is met among pairs."""
    found: Counter[str] = Counter()
    for ours, theirs in both:
        subject = _subject(ours)
        facts = EntryFacts(theirs.birth_dates, theirs.countries, (), theirs.addresses)
        for rule in (birth_date, score_country, score_address):
            feature = rule(subject, facts, ours.kind == "person")
            found[said(feature) if feature else f"{rule.__name__.replace('_', ' ')}, none"] += 1
    return found


def different(same: Sequence[Pair]) -> list[Pair]:
    """Each of ours beside those of other pairs of its kind."""
    draw = random.Random("different")
    by_kind: dict[str, list[ListEntry]] = {}
    for _, theirs in same:
        by_kind.setdefault(theirs.kind, []).append(theirs)
    found = []
    for ours, own in same:
        others = [draw.choice(by_kind[ours.kind]) for _ in range(_BESIDE)]
        found += [(ours, other) for other in others if other.id != own.id]
    return found


def main() -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    same = [pair for two in LINKED for pair in pairs(*two)] + un_and_uk()
    same = [pair for pair in same if pair[0].kind in ("person", "organisation")]
    one, other = counted(same), counted(different(same))
    print("\n| evidence | of the same | of different | bits |\n|---|---|---|---|")
    for name in ("birth date", "country", "address"):
        lines = sorted(line for line in one | other if line.startswith(f"{name}, "))
        lines = [line for line in lines if name == "address" or line != f"{name}, none"]
        totals = [sum(found[line] for line in lines) for found in (one, other)]
        for line in lines:
            shares = [
                max(found[line], _RARE) / total
                for found, total in zip((one, other), totals, strict=True)
            ]
            bits = log2(shares[0] / shares[1])
            print(f"| {line} | {shares[0]:.2%} | {shares[1]:.2%} | {bits:+.1f} |")
        print(f"| *{name}: compared* | {totals[0]} | {totals[1]} | |")


if __name__ == "__main__":
    main()
