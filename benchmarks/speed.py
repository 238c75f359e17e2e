"""Speed of the matcher beside `rapidfuzz.process.cdist(token_sort_ratio)`, on the same names.

    python benchmarks/speed.py [SIZE …]      such as 5000 50000 500000; without, the UK list alone

Looks up the care providers, and as many made-up people, in the UK list: each kind in a process of
its own, to which no word is known, our preparation included; the names of cdist are folded
beforehand. Then what `prepare` and `compare` take, also with no word and no pair of words known.
All of it is processor time, so that a busy machine does not distort the ratios; with two workers
it is elapsed time, and a busy machine does.

With sizes, looks the same names up in as many listed ones, varied from the real ones. A pair is
effective when a query has been compared with a listed name; cdist does it by brute force.
"""

import gc
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from names import WHY_NOT, care_providers, entries, listed_names, made_up_people, varied
from rapidfuzz import fuzz, process

from duediligence.matching import Index, Subject, compare, prepare
from duediligence.matching.names import similarity, words
from duediligence.model import Kind, ListEntry, Name
from duediligence.text.folding import fold

WORKERS = 2
QUERIES = 6_000
PREPARED = 6_000
COMPARED = 20_000
KINDS: tuple[Kind, ...] = ("organisation", "person")


def queries(kind: str) -> list[str]:
    firms = care_providers()
    return firms if kind == "organisation" else made_up_people(len(firms))


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    start = clock()
    work()
    return clock() - start


def brute_force(queries: list[str], listed: list[str], workers: int) -> None:
    for first in range(0, len(queries), 100):
        process.cdist(
            queries[first : first + 100], listed, scorer=fuzz.token_sort_ratio, workers=workers
        )


def alone(kind: Kind, folder: str) -> str:
    """The UK list, loaded from a folder, beside cdist. For a process of its own."""
    asked = queries(kind)
    listed = sorted({n.text for e in entries("uk") if e.kind == kind for n in e.names})
    folded, folded_listed = [fold(name) for name in asked], [fold(name) for name in listed]
    gc.collect()
    gc.freeze()  # the parsed list, which is no part of a search
    index = Index.load(folder)

    def ours(workers: int) -> None:
        for _ in index.search_many((Subject((name,), kind) for name in asked), workers=workers):
            pass

    def theirs(workers: int) -> None:
        brute_force(folded, folded_listed, workers)

    cold, again = seconds(lambda: ours(1)), seconds(lambda: ours(1))
    cdist = seconds(lambda: theirs(1))
    several, cdist_several = (
        seconds(lambda w=way: w(WORKERS), time.perf_counter) for way in (ours, theirs)
    )
    return (
        f"{kind:12} {len(asked)} looked up among {len(listed)}: cdist {cdist:.2f} s, ours "
        f"{cold:.2f} s, ratio {cdist / cold:.1f}; again, with the words known, {again:.2f} s, "
        f"ratio {cdist / again:.1f}; {WORKERS} workers, elapsed: cdist {cdist_several:.2f} s, "
        f"ours {several:.2f} s, ratio {cdist_several / several:.1f}"
    )


def single(kind: Kind) -> str:
    """What `prepare` and `compare` take, in microseconds. For a process of its own."""
    chance = random.Random(3)
    listed = listed_names(kind)
    asked = [*chance.sample(queries(kind), PREPARED // 2), *chance.sample(listed, PREPARED // 2)]
    gc.collect()
    gc.freeze()
    gc.disable()

    def never_seen() -> None:
        for name in asked:
            words._words.clear()
            prepare(name, kind)

    new = seconds(never_seen) / len(asked)
    for name in asked:
        prepare(name, kind)
    known = seconds(lambda: [prepare(name, kind) for name in asked]) / len(asked)
    prepared = [prepare(name, kind) for name in chance.sample(listed, COMPARED // 4)]
    pairs = [(chance.choice(prepared), chance.choice(prepared)) for _ in range(COMPARED)]
    similarity._pairs[kind == "person"].clear()
    compared = [
        seconds(lambda: [compare(a, b) for a, b in pairs]) / len(pairs) for _ in ("new", "again")
    ]
    new, known, first, again = (1e6 * taken for taken in (new, known, *compared))
    return (
        f"{kind:12} prepare: {new:.1f} us with no word known, {known:.1f} us with all; compare: "
        f"{first:.1f} us for words never compared, {again:.1f} us for words remembered"
    )


def cdist_rate(queries: list[str], listed: list[str]) -> float:
    """Pairs a second by brute force, from a sample of the queries."""
    sample = queries[: max(20, min(len(queries), 40_000_000 // len(listed)))]
    taken = seconds(lambda: brute_force(sample, listed, WORKERS), time.perf_counter)
    return len(sample) * len(listed) / taken


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


def uk_list_alone() -> None:
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        Index.build(entries("uk")).save(folder)
        for work, arguments in ((alone, (folder,)), (single, ())):
            for kind in KINDS:
                with ProcessPoolExecutor(1, mp_context=fresh) as one:
                    print(one.submit(work, kind, *arguments).result(), flush=True)


def by_size(sizes: list[int]) -> None:
    random.seed(1)
    ratios = []
    for kind in KINDS:
        asked = queries(kind)
        real = listed_names(kind)
        random.shuffle(real)
        for size in sizes:
            listed = varied(real, size)
            sample = random.sample(asked, min(QUERIES, len(asked)))
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


def main(sizes: list[int]) -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
    elif sizes:
        by_size(sizes)
    else:
        uk_list_alone()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
