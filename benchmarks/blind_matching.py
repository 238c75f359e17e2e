"""What blind matching costs in processor time, and beside another program (voprf, in Rust).

    python benchmarks/blind_matching.py [OWN] [ASKED]

OWN keys of the answering party (100,000) and ASKED keys of the asking party (10,000), of which 20
are in both: blind, evaluate with the proof, own values, verify and unblind, compare. Then both
programs do the steps for the same 2,000 keys, in turn. Exits with 1 where all steps together took
more than LIMIT seconds, or where other than those 20 were found.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from duediligence.sharing.oprf import MOST_IN_A_PROOF, ServerKey, blind, finalize

LIMIT = 60
SHARED = 20
SAMPLE = 2_000
TURNS = 3
Took = dict[str, float]


@contextmanager
def timed(took: Took, step: str) -> Iterator[None]:
    """Keep the processor time of a step, the least where it was done before."""
    began = time.process_time()
    yield
    used = time.process_time() - began
    took[step] = min(used, took.get(step, used))


def ours(own: list[bytes], asked: list[bytes], took: Took) -> int:
    """The whole exchange; how many of the asked keys were found."""
    with timed(took, "blind"):
        pairs = [blind(one) for one in asked]
    blinded, blinds = [one for one, _ in pairs], [one for _, one in pairs]
    parts = [slice(n, n + MOST_IN_A_PROOF) for n in range(0, len(asked), MOST_IN_A_PROOF)]
    with ServerKey.generate() as key:
        with timed(took, "evaluate, with proof"):
            answers = [key.evaluate(blinded[part]) for part in parts]
        with timed(took, "own values"):
            values = set(key.outputs(own))
    with timed(took, "verify, unblind"):
        opened = [
            value
            for part, (evaluated, proof) in zip(parts, answers, strict=True)
            for value in finalize(
                asked[part], blinds[part], blinded[part], evaluated, proof, key.public
            )
        ]
    with timed(took, "compare"):
        return sum(one in values for one in opened)


def other(own: list[bytes], asked: list[bytes], took: Took) -> int:
    """The same by the other program, which takes the whole list in one proof."""
    voprf = import_module("voprf").ristretto
    server = voprf.Evaluator(os.urandom(32))
    with timed(took, "blind"):
        pairs = [voprf.Client.blind(one) for one in asked]
    clients, blinded = [one for one, _ in pairs], [one for _, one in pairs]
    with timed(took, "evaluate, with proof"):
        answer = server.evaluate_batch(blinded)
    with timed(took, "own values"):
        values = {server.evaluate_known_input(one) for one in own}
    with timed(took, "verify, unblind"):
        opened = voprf.Client.finalize_batch(clients, answer, server.public_key)
    with timed(took, "compare"):
        return sum(one in values for one in opened)


def lists(own: int, asked: int) -> tuple[list[bytes], list[bytes]]:
    """Keys as they are derived of people: some words, and 20 that both lists have."""
    first = [b"person smith jonathan 19%02d-%02d %d" % (n % 90, n % 12, n) for n in range(own)]
    second = [b"person jones margaret 19%02d-%02d %d" % (n % 90, n % 12, n) for n in range(asked)]
    return first, first[:SHARED] + second[SHARED:]


def main() -> int:
    own, asked = (int(one) for one in (sys.argv[1:] + ["100000", "10000"][len(sys.argv) - 1 :]))
    took: Took = {}
    began = time.perf_counter()
    found = ours(*lists(own, asked), took)
    by_the_clock = time.perf_counter() - began
    print(f"{own:,} own keys, {asked:,} asked: {found} found")
    for step, used in took.items():
        count = own if step == "own values" else asked
        print(f"  {step:22} {used:6.2f} s  {used / count * 1e6:6.1f} µs a key")
    total = sum(took.values())
    print(f"  {'all steps':22} {total:6.2f} s of processor, {by_the_clock:.2f} s by the clock")
    compare()
    return int(total > LIMIT or found != SHARED)


def compare() -> None:
    programs: dict[str, tuple[Callable[..., int], Took]] = {
        "ours": (ours, {}),
        "voprf": (other, {}),
    }
    try:
        import_module("voprf")
    except ImportError:
        print("voprf is not installed: nothing to compare with")
        return
    for _ in range(TURNS):
        for run, took in programs.values():
            assert run(*lists(SAMPLE, SAMPLE), took) == SHARED
    print(f"µs a key, of {SAMPLE:,}:    ours   voprf   ratio")
    mine, theirs = (took for _, took in programs.values())
    for step, used in mine.items():
        if step != "compare":
            each, peer = (one / SAMPLE * 1e6 for one in (used, theirs[step]))
            print(f"  {step:22} {each:6.1f}  {peer:6.1f}   {each / peer:5.2f}")


if __name__ == "__main__":
    sys.exit(main())
