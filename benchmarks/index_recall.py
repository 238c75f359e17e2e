"""The share of pairs at or above the threshold, by exhaustive comparison, that the index finds.

    python benchmarks/index_recall.py [QUERIES]

Queries are listed names of other lists and changed names; each is compared with every name of the
UK list of its kind. Misses are printed, then the share.
"""

import random
import sys

from names import WHY_NOT, care_providers, entries, made_up_people
from perturbations import DEGRADED, EVASIVE, INNOCENT

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject
from duediligence.matching.evidence import WEAK_ALIAS
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import name_score
from duediligence.matching.names.prepared import prepare


def queries(kind: str, count: int) -> list[str]:
    """Other lists' names, as they are and changed, and names that are not listed at all."""
    chance = random.Random(9)
    listed = [
        n.text
        for id_ in ("un", "eu", "ofac", "uk")
        for e in entries(id_)
        if e.kind == kind
        for n in e.names
    ]
    found = chance.sample(listed, count // 3)
    for name in chance.sample(listed, count // 2):
        found.append(chance.choice(INNOCENT + DEGRADED + EVASIVE)(name, chance) or name)
    unlisted = made_up_people(500) if kind == "person" else care_providers()
    return found + chance.sample(unlisted, count - len(found))


def main(count: int) -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    wanted = lost = 0
    for kind in ("person", "organisation"):
        listed = [e for e in entries("uk") if e.kind == kind]
        index = Index.build(listed)
        readings = [
            (e.id, r, WEAK_ALIAS if n.strength == "weak" else 0.0)
            for e in listed
            for n in e.names
            for p in (prepare(n.text, kind),)
            for r in (p.person or p.organisation)
        ]
        texts = queries(kind, count)
        results = index.search_many([Subject((t,), kind) for t in texts], limit=10_000)
        for text, matches in zip(texts, results, strict=True):
            prepared = prepare(text, kind)
            ours = prepared.person or prepared.organisation
            true = {
                id_
                for id_, theirs, weak in readings
                for reading in ours
                if round(name_score(Alignment(reading, theirs)) + weak, 4) >= DEFAULT_THRESHOLD
            }
            missed = true - {match.entry_id for match in matches}
            wanted += len(true)
            lost += len(missed)
            if missed:
                print(f"missed ({kind}): {len(missed)} of {len(true)} for one name")
    print(f"found {wanted - lost} of {wanted} pairs: {1 - lost / max(1, wanted):.4%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
