"""The public yardstick: what the matcher finds and whom it alarms, beside other scorers.

    python benchmarks/yardstick.py [--quick] [--alone] [--only SET ...]
                                   [--json FILE] [--against FILE]

Rebuilds its sets from the lists and suppliers of the shared data (see names.py) and from published
lists of names (see public_names.py), by fixed seeds, so that nobody can tune them by hand. Prints
Markdown tables: they are the *Measured* section of docs/matching.md. Others' scorers are asked the
same in the same run: token_sort_ratio and WRatio of rapidfuzz over names folded as ours are, and
LogicV2 of nomenklatura. `--alone` asks nobody else; `--quick` neither, and takes 300 names a row
at most. `--against` prints what has changed since the run that `--json` wrote to a file.

Needs an interpreter with nomenklatura and with the packages of public_names.py: `--python`, or
DUEDILIGENCE_PEERS, else .venv/clients. Without it, what needs it is left out, and said to be.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import logic_v2
import public_names
import yardstick_tables
import yardstick_targets
from names import WHY_NOT
from scorers import Scorers
from yardstick_runs import LEGEND, RUNS, Sizes, Yardstick
from yardstick_tables import Table

from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a sample, our matcher alone")
    parser.add_argument("--alone", action="store_true", help="our matcher alone")
    parser.add_argument(
        "--only", nargs="+", choices=sorted(RUNS), metavar="SET", help=", ".join(RUNS)
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="compare with an earlier --json"
    )
    parser.add_argument(
        "--python", type=Path, default=public_names.PYTHON, help="interpreter with the packages"
    )
    return parser.parse_args()


def write(file: Path, tables: Mapping[str, Table], *, quick: bool) -> None:
    """The figures so far, for `--against`."""
    figures = {name: table.rows for name, table in tables.items()}
    written = {"matcher": MATCHER_VERSION, "quick": quick, "sets": figures}
    file.write_text(json.dumps(written, ensure_ascii=False, indent=1), "utf-8")


def main() -> None:
    options = arguments()
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    version = logic_v2.installed(options.python)
    public = public_names.read(options.python) if options.python.is_file() else None
    alone = options.quick or options.alone
    logic = 0 if alone or not version else 100
    scorers = Scorers(others=0 if alone else 200, logic=logic, python=options.python)
    yard = Yardstick(scorers, public, Sizes.quick() if options.quick else Sizes())
    print(f"Matcher version {MATCHER_VERSION}, default threshold {DEFAULT_THRESHOLD:.2f}.")
    print(f"\n{LEGEND}")
    if public is None:
        print(f"No interpreter {options.python}: sets of public names and LogicV2 are left out.")
    elif missing := [*public.missing, *([] if version else ["nomenklatura"])]:
        print(f"Not installed, and left out: {', '.join(missing)}.")
    tables: dict[str, Table] = {}
    for name in options.only or RUNS:
        began = time.process_time()
        if (table := RUNS[name](yard)) is not None:
            tables[name] = table
            print(f"\n{table}", flush=True)
        print(f"{name}: {time.process_time() - began:.0f} s", file=sys.stderr, flush=True)
        if options.json:
            write(options.json, tables, quick=options.quick)
    if standing := yardstick_targets.standing(tables):
        print(f"\n### Targets\n\n{standing}")
    if options.against:
        before = json.loads(options.against.read_text("utf-8"))
        print(f"\nAgainst version {before['matcher']} ({options.against}):")
        print(yardstick_tables.changes(before["sets"], tables))


if __name__ == "__main__":
    main()
