"""Plant what is to be found in a generated register, ask, and score the answers.

    python benchmarks/planted.py --register DIR [--rows 285000] [--home DIR]
        [--skip-load] [--only ring,phoenix,portfolio]

Writes the register to DIR where there is none (invented_register.py), loads it, imports its
suppliers and its list, screens it, asks each question at the command line, and compares the
answers with the sealed ones. A kind is reached at a recall of 95 % of all plants and a precision of
80 % in the first 100 answers. Exits 1 where a kind is not reached. `portfolio` screens the same
suppliers with the local register that bulk files fill, and says what its flags found of the plants.
"""

import argparse
import csv
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from invented_answers import read_answers
from invented_plants import KINDS, Hidden
from invented_register import FULL, Request, write_register
from planted_portfolio import PortfolioScore, score_flags
from planted_scores import Answer, Score, score

_MOST_ANSWERS = 100_000
PORTFOLIO = "portfolio"
_NUMBER = re.compile(r"\b9[0-9]{7}\b")
# The questions by which each kind is looked for; answers of several are merged by strength.
QUESTIONS: Mapping[str, Sequence[Sequence[str]]] = {
    "ring": [["circles"]],
    "phoenix": [["phoenixes", "--months", "24"]],
    "chain": [["handed-over"]],
    "address": [["address", "--suppliers"]],
    "near": [["near", "--listed"], ["near", "--insolvent"]],
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took: seconds by the clock and of processors, and its largest process."""

    name: str
    elapsed: float
    processor: float
    megabytes: float
    status: int
    said: str

    @property
    def line(self) -> str:
        failed = f"  FAILED ({self.status}): {self.said}" if self.status not in (0, 3) else ""
        return (
            f"{self.name:34} {self.elapsed:8.1f} s {self.processor:8.1f} s processor "
            f"{self.megabytes:7,.0f} MB{failed}"
        )


class Product:
    """The command line of this interpreter, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, name: str, *arguments: str) -> Cost:
        """Run a command in a process of its own; print and return what it took."""
        code = "from duediligence.cli import main; main()"
        began = time.perf_counter()
        with tempfile.TemporaryFile("w+") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-c", code, *arguments, "--home", str(self.home), "--quiet"],
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            elapsed = time.perf_counter() - began
            complaints.seek(0)
            said = complaints.readline().strip()
        cost = Cost(
            name,
            elapsed,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024,
            process.returncode,
            said,
        )
        print(cost.line, flush=True)
        return cost


def import_both(product: Product, register: Path) -> None:
    """Import the list and the suppliers."""
    product.run("lists refresh", "lists", "refresh", "uk-sanctions", "--from",
                str(register / "uk-sanctions"))  # fmt: skip
    product.run("suppliers import", "suppliers", "import", str(register / "suppliers.csv"))


def prepare(product: Product, register: Path) -> None:
    """Load the whole register and look everybody up."""
    for what, patterns in (
        ("companies", ("BasicCompanyData*",)),
        ("owners", ("persons-with-*", "psc-snapshot-*")),
        ("officers", ("Prod195_*",)),
    ):
        files = sorted(str(path) for pattern in patterns for path in register.glob(pattern))
        product.run(f"register load {what}", "register", "load", *files)
    product.run("register screen", "register", "screen")


def prepare_portfolio(product: Product, register: Path) -> None:
    """Load the local register of companies and of their owners."""
    for name, pattern in (
        ("companies-house", "BasicCompanyData*"),
        ("psc", "persons-with-*"),
        ("psc", "psc-snapshot-*"),
    ):
        if files := sorted(str(path) for path in register.glob(pattern)):
            product.run(f"registers load {name}", "registers", "load", name, *files)


def screened(
    product: Product, register: Path, plants: Sequence[Hidden], folder: Path
) -> PortfolioScore:
    """Screen all suppliers, and score the flags. Raises OSError where there are none."""
    out = folder / "flags.json"
    product.run("screen", "screen", "--out", str(out))
    findings = json.loads(out.read_bytes())["data"]["findings"]
    with (register / "suppliers.csv").open(encoding="utf-8", newline="") as file:
        numbers = {row["Supplier Ref"]: row["Company No"] for row in csv.DictReader(file)}
    return score_flags(plants, findings, numbers)


def ask(product: Product, kind: str, folder: Path) -> list[Answer]:
    """The ranked answers to the questions of one kind; of one that fails, none."""
    ranked: list[tuple[float, Answer]] = []
    for question in QUESTIONS[kind]:
        out = folder / f"{'-'.join(question)}.json"
        out.unlink(missing_ok=True)
        cost = product.run(
            f"register ask {' '.join(question)}", "register", "ask", *question,
            "--limit", str(_MOST_ANSWERS), "--out", str(out), "--purpose", "audit",
        )  # fmt: skip
        if cost.status not in (0, 3) or not out.is_file():
            continue
        for row in json.loads(out.read_bytes())["data"]["rows"]:
            ranked.append((float(row.get("strength") or 0), _companies(kind, row)))
    ranked.sort(key=lambda one: -one[0])
    return [answer for _, answer in ranked]


def _companies(kind: str, row: Mapping[str, object]) -> Answer:
    """The numbers of the companies that a row is about."""
    if kind == "chain":
        return frozenset([str(row["company_number"])])
    return frozenset(_NUMBER.findall(json.dumps(row)))


def table(scores: Sequence[Score]) -> str:
    """The scores as a table."""
    lines = [
        f"{'kind':9} {'plants':>7} {'found':>6} {'recall':>7}  {'answers':>8} "
        f"{'right of first':>15} {'precision':>9}  {'look-alikes':>11}  reached"
    ]
    for one in scores:
        lines.append(
            f"{one.kind:9} {one.plants:7} {one.found:6} {one.recall:7.1%}  {one.answers:8,} "
            f"{f'{one.right} of {one.first}':>15} {one.precision:9.1%}  {one.look_alikes:11}  "
            f"{'yes' if one.is_reached else 'NO'}"
        )
        lines += [
            f"{'':9} missed: {count} of the shape “{shape}”"
            for shape, count in one.missed.most_common()
        ]
    return "\n".join(lines)


def machine() -> str:
    """What this machine is, in words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        named = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8"), re.MULTILINE)
        model = named[1] if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB, "
        f"Python {platform.python_version()}, {platform.system()}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--register", type=Path, required=True)
    options.add_argument("--rows", type=int, default=FULL // 20)
    options.add_argument("--home", type=Path, help="default: a new one, removed at the end")
    options.add_argument("--skip-load", action="store_true", help="the home has everything already")
    options.add_argument(
        "--only", default=",".join((*KINDS, PORTFOLIO)), help="kinds, with a comma between them"
    )
    chosen = options.parse_args()
    kinds = [one for one in chosen.only.split(",") if one != PORTFOLIO]
    with_portfolio = PORTFOLIO in chosen.only.split(",")
    answers = chosen.register.with_name(f"{chosen.register.name}-answers") / "answers.json"
    if not answers.is_file():
        parts = (7, 32) if chosen.rows >= FULL // 2 else (1, 1)
        print(f"writing a register of {chosen.rows:,} companies to {chosen.register}", flush=True)
        write_register(
            Request(chosen.rows, chosen.register, company_parts=parts[0], owner_parts=parts[1]),
            processes=2,
        )
    plants, decoys, rows = read_answers(answers)
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        product = Product(chosen.home or Path(scratch) / "home")
        if not chosen.skip_load:
            import_both(product, chosen.register)
            if kinds:
                prepare(product, chosen.register)
            if with_portfolio:
                prepare_portfolio(product, chosen.register)
        scores = asked(product, kinds, plants, decoys, Path(scratch))
        flags = (
            screened(product, chosen.register, plants, Path(scratch)) if with_portfolio else None
        )
    print()
    print(f"{rows:,} companies on {machine()}")
    if scores:
        print(table(scores))
    if flags:
        print(flags)
    sys.exit(0 if all(one.is_reached for one in scores) else 1)


def asked(
    product: Product,
    kinds: Sequence[str],
    plants: Sequence[Hidden],
    decoys: Sequence[Hidden],
    folder: Path,
) -> list[Score]:
    """Ask for each kind and score the answers."""
    return [score(kind, plants, decoys, ask(product, kind, folder)) for kind in kinds]


if __name__ == "__main__":
    main()
