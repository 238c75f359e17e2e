"""How much processor time does one blind matching take, from the list to the hits?

    python benchmarks/blind_matching.py                          # 37,000 suppliers, 2,500 rows
    python benchmarks/blind_matching.py --suppliers 100000 --rows 10000

Two homes are made in a temporary folder; a tenth of the rows are suppliers too. Import and
screening are not counted.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from duediligence.extensions.sharing.partner_files import read_partner_file
from tests.sharing.exchanges.homes import TERMS, TwoHomes, as_items, as_suppliers, firms

T = TypeVar("T")
MOST_SECONDS = 90


def timed(what: str, act: Callable[[], T]) -> tuple[T, float]:
    """What an act gives, and its seconds of processor time."""
    start = time.process_time()
    done, seconds = act(), time.process_time() - start
    print(f"{what:8} {seconds:6.1f} s")
    return done, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="Processor time of one blind matching.")
    parser.add_argument("--suppliers", type=int, default=37_000)
    parser.add_argument("--rows", type=int, default=2_500)
    options = parser.parse_args()
    terms = replace(TERMS, most_items=options.rows, most_hits=options.rows, most_held=1_000_000)
    held = firms(options.suppliers, 1)
    items = as_items([*held[: options.rows // 10], *firms(options.rows - options.rows // 10, 2)])
    with TemporaryDirectory() as folder:
        two = TwoHomes(Path(folder), terms)
        two.suppliers(as_suppliers(held))
        asked, first = timed("ask", lambda: two.asked(items))
        answered, second = timed("answer", lambda: two.answered(asked))
        opened, third = timed("open", lambda: two.opened(answered))
        keys = len(read_partner_file(asked).body) // 32
        table = opened.exchange.table
        two.close()
    total = first + second + third
    print(f"{keys:,} keys asked, {table:,} held, {len(opened.hits):,} hits: {total:.1f} s")
    if total > MOST_SECONDS:
        raise SystemExit(f"over {MOST_SECONDS} s")


if __name__ == "__main__":
    main()
