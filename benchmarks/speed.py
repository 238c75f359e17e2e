"""Our `search_many` beside `rapidfuzz.process.cdist(token_sort_ratio)`, on the same names.

    python benchmarks/speed.py [SIZE …]      sizes default to 5000 50000 500000

Both get the same queries, the same listed names of the same kind and the same two workers. A pair
is effective when a query has been set against a listed name, however that was done; cdist does it
by brute force. Its names are folded beforehand, ours are prepared within the time. The largest
list is made by varying real names. Prints a line for each size and kind, and the ratios last.
"""

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from names import WHY_NOT, care_providers, listed_names, made_up_people, varied
from rapidfuzz import fuzz, process

from duediligence.matching import Index, Subject
from duediligence.model import ListEntry, Name
from duediligence.text.folding import fold

WORKERS = 2
QUERIES = 6_000


def cdist_rate(queries: list[str], listed: list[str]) -> float:
    """Pairs a second by brute force, from a sample of the queries."""
    sample = queries[: max(20, min(len(queries), 40_000_000 // len(listed)))]
    start = time.perf_counter()
    for first in range(0, len(sample), 100):
        process.cdist(
            sample[first : first + 100], listed, scorer=fuzz.token_sort_ratio, workers=WORKERS
        )
    return len(sample) * len(listed) / (time.perf_counter() - start)


def our_rate(queries: list[str], listed: list[str], kind: str) -> tuple[float, float, float]:
    """Effective pairs a second; megabytes of the index; seconds to build it."""
    entries = [
        ListEntry(id=str(number), list_id="speed", kind=kind, names=(Name(name),))
        for number, name in enumerate(listed)
    ]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        Index.build(entries).save(folder)
        built = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        index = Index.load(folder)
        start = time.perf_counter()
        subjects = [Subject((query,), kind) for query in queries]
        for _ in index.search_many(subjects, workers=WORKERS):
            pass
        taken = time.perf_counter() - start
    return len(queries) * len(listed) / taken, size, built


def main(sizes: list[int]) -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    random.seed(1)
    ratios = []
    for kind, queries in (("organisation", care_providers()), ("person", made_up_people(QUERIES))):
        real = listed_names(kind)
        random.shuffle(real)
        for size in sizes:
            listed = varied(real, size)
            sample = random.sample(queries, min(QUERIES, len(queries)))
            theirs = cdist_rate([fold(q) for q in sample], [fold(name) for name in listed])
            ours, megabytes, built = our_rate(sample, listed, kind)
            ratios.append(f"{kind} {size}: {ours / theirs:.1f}")
            print(
                f"{kind:12} {size:7} listed: cdist {theirs / 1e6:7.1f} M pairs/s, ours "
                f"{ours / 1e6:8.1f} M pairs/s, ratio {ours / theirs:5.1f}, "
                f"{size / ours * 1e6:6.1f} us a query; "
                f"index {megabytes:.0f} MB, built in {built:.1f} s",
                flush=True,
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the parent {peak:.0f} MiB")
    print("ratio to cdist: " + "; ".join(ratios))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [5_000, 50_000, 500_000])
