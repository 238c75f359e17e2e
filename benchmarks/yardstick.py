"""The public yardstick: what the matcher finds and whom it alarms, beside other scorers.

    python benchmarks/yardstick.py [--quick] [--alone] [--only SET ...]
                                   [--json FILE] [--against FILE] [--write FILE]

Rebuilds its sets from the lists and suppliers of the shared data (see names.py) and from published
lists of names (see public_names.py), by fixed seeds, so that nobody can tune them by hand. Prints
Markdown tables; `--write docs/developer/matching.md` puts them into its *Measured* section. Others'
scorers are asked the same in the same run: token_sort_ratio and WRatio of rapidfuzz over names
folded as ours are, and LogicV2 of nomenklatura; that takes most of half an hour of processor time.
`--alone` asks nobody else; `--quick` neither, and takes 300 names a row at most. `--against` prints
what has changed since the run that `--json` wrote to a file. With `--only`, the sets that
`--json`'s file has already, of the same version and size, are kept.

Needs an interpreter with nomenklatura and with the packages of public_names.py: `--python`, or
DUEDILIGENCE_PEERS, else .venv/clients. Without it, what needs it is left out, and said to be.
"""

import argparse
import json
import re
import sys
import time
from pathlib import Path

import logic_v2
import public_names
import yardstick_tables
import yardstick_targets
from names import WHY_NOT
from scorers import Scorers
from yardstick_runs import LEGEND, SETS, Sizes, Yardstick
from yardstick_tables import Figures, table, wrapped

from duediligence.matching import DEFAULT_THRESHOLD, MATCHER_VERSION


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a sample, our matcher alone")
    parser.add_argument("--alone", action="store_true", help="our matcher alone")
    parser.add_argument("--only", nargs="+", choices=SETS, metavar="SET", help=", ".join(SETS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="compare with an earlier --json"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into a document")
    parser.add_argument(
        "--python", type=Path, default=public_names.PYTHON, help="interpreter with the packages"
    )
    return parser.parse_args()


def main() -> None:
    options = arguments()
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    size = "quick" if options.quick else "full"
    found = kept(options.json, size) if options.only and options.json else {}
    yard = yardstick(options)
    head = heading(yard, options)
    print(head)
    for name in options.only or SETS:
        began = time.process_time()
        found[name] = {}
        for group, row in SETS[name].rows(yard):
            found[name][group] = row
            if options.json:
                write(options.json, size, found)
        print(f"\n{table(SETS[name], found[name])}", flush=True)
        print(f"{name}: {time.process_time() - began:.0f} s", file=sys.stderr, flush=True)
    found = {name: found[name] for name in SETS if found.get(name)}
    if standing := yardstick_targets.standing(found):
        print(f"\n### Targets\n\n{standing}")
    if options.write:
        tables = (str(table(SETS[name], rows)) for name, rows in found.items())
        document = options.write.read_text("utf-8")
        options.write.write_text(replaced(document, "\n\n".join([head, *tables])), "utf-8")
    if options.against:
        before = json.loads(options.against.read_text("utf-8"))
        print(f"\nAgainst version {before['matcher']} ({options.against}):")
        print(yardstick_tables.changes(before["sets"], found))


def yardstick(options: argparse.Namespace) -> Yardstick:
    """What to measure with."""
    public = public_names.read(options.python) if options.python.is_file() else None
    logic = bool(logic_v2.installed(options.python))
    scorers = Scorers(others=200, logic=100 if logic else 0, python=options.python)
    alone = options.quick or options.alone
    sizes = Sizes.quick() if options.quick else Sizes()
    return Yardstick(scorers.alone if alone else scorers, public, sizes)


def heading(yard: Yardstick, options: argparse.Namespace) -> str:
    """What was measured with, what is left out, and what the columns are."""
    version = f"Matcher version {MATCHER_VERSION}, default threshold {DEFAULT_THRESHOLD:.2f}."
    if yard.public is None:
        names = f"Without public names and LogicV2: there is no interpreter {options.python}."
    else:
        packages = [f"{package} {one}" for package, one in yard.public.versions.items()]
        if others := logic_v2.installed(options.python):
            packages.append(f"nomenklatura {others}")
        names = f"With {', '.join(packages)}."
        if missing := yard.public.missing:
            names += f" Not installed, and left out: {', '.join(missing)}."
    return wrapped(f"{version} {names} {LEGEND}")


def kept(file: Path, size: str) -> dict[str, Figures]:
    """The figures that a file has of this version and size."""
    if not file.is_file():
        return {}
    before = json.loads(file.read_text("utf-8"))
    same = (before["matcher"], before.get("size")) == (MATCHER_VERSION, size)
    return dict(before["sets"]) if same else {}


def write(file: Path, size: str, found: dict[str, Figures]) -> None:
    """The figures so far, for `--against`."""
    written = {"matcher": MATCHER_VERSION, "size": size, "sets": found}
    file.write_text(json.dumps(written, ensure_ascii=False, indent=1), "utf-8")


_BEGIN, _END = "<!-- yardstick: begin -->", "<!-- yardstick: end -->"


def replaced(document: str, tables: str) -> str:
    """A document with the tables between its two marks.

    Raises:
        ValueError: The document does not have the marks.
    """
    within = re.compile(f"({_BEGIN}\n).*(\n{_END})", re.DOTALL)
    if not within.search(document):
        raise ValueError(f"the document has no {_BEGIN} … {_END}")
    return within.sub(lambda marks: f"{marks[1]}\n{tables}\n{marks[2]}", document)


if __name__ == "__main__":
    main()
