"""Write an invented register of the whole country, in the publishers' formats.

    python benchmarks/invented_register.py --rows 5700000 --folder DIR
        [--seed 1] [--parts 7/32] [--zip] [--lean] [--next-month] [--processes 2]

Three files of one month: BasicCompanyData, the PSC snapshot (in parts, with its totals at the
end) and the officers bulk file (product 195, which names dissolved companies too). The same seed
gives the same files. All people, companies and addresses are drawn from lists of words.

In them are plants, and honest look-alikes of each kind (invented_plants.py). The answers, the
suppliers and the list of invented listed parties are written beside DIR, to DIR-answers.
"""

import argparse
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from invented_answers import write_answers
from invented_blocks import Country
from invented_lines import HEADER
from invented_plants import Plants, plant
from invented_records import company_lines, officer_lines, owner_lines

FULL = 5_700_000
BLOCK = 5_000
OFFICER_FILES = 9


@dataclass(frozen=True, slots=True)
class Request:
    """What is written: how many live companies, of which month, in how many parts."""

    rows: int
    folder: Path
    seed: int = 1
    company_parts: int = 1
    owner_parts: int = 1
    zipped: bool = False
    lean: bool = False
    next_month: bool = False

    @property
    def day(self) -> str:
        return "2026-12-01" if self.next_month else "2026-11-01"


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a register, and how many records each kind has."""

    companies: list[Path]
    owners: list[Path]
    officers: list[Path]
    answers: Path
    suppliers: Path
    listed: Path
    counts: dict[str, int]


def write_register(request: Request, processes: int = 1) -> Written:
    """Write the register, its plants' answers, suppliers and list; return where they are."""
    request.folder.mkdir(parents=True, exist_ok=True)
    plants = plant(Country(request.rows, request.seed, next_month=request.next_month))
    tasks = [
        *_tasks("owners", request, request.owner_parts),
        *_tasks("companies", request, request.company_parts),
        *_tasks("officers", request, OFFICER_FILES if request.owner_parts > 1 else 1),
    ]
    files: dict[str, list[Path]] = {"companies": [], "owners": [], "officers": []}
    counts: Counter[str] = Counter()
    write = partial(_write_part, request, plants)
    if processes == 1:
        done = map(write, tasks)
        finished = list(done)
    else:
        with ProcessPoolExecutor(processes) as pool:
            finished = list(pool.map(write, tasks))
    for kind, path, counted in finished:
        files[kind].append(path)
        counts.update(counted)
    _append_totals(files["owners"][-1], counts, request)
    answers, suppliers, listed = write_answers(plants, request.folder, request.day)
    return Written(
        files["companies"], files["owners"], files["officers"], answers, suppliers, listed, counts
    )


@dataclass(frozen=True, slots=True)
class _Task:
    kind: str
    name: str
    part: int
    parts: int


def _tasks(kind: str, request: Request, parts: int) -> Iterator[_Task]:
    for part in range(parts):
        if kind == "companies":
            name = (
                f"BasicCompanyData-{request.day}-part{part + 1}_{parts}.csv"
                if parts > 1
                else f"BasicCompanyDataAsOneFile-{request.day}.csv"
            )
        elif kind == "owners":
            name = (
                f"psc-snapshot-{request.day}_{part + 1}of{parts}.txt"
                if parts > 1
                else f"persons-with-significant-control-snapshot-{request.day}.txt"
            )
        else:
            name = f"Prod195_3211_ew_{part + 1}_{request.day.replace('-', '')}.dat"
        yield _Task(kind, name, part, parts)


def _write_part(request: Request, plants: Plants, task: _Task) -> tuple[str, Path, Counter[str]]:
    country = plants.country
    # Dissolved companies are in the files of owners and officers alone.
    of = {
        "companies": country.live_blocks,
        "owners": country.all_blocks,
        "officers": country.all_blocks,
    }
    blocks = list(of[task.kind](BLOCK))
    share = -(-len(blocks) // task.parts)
    own = blocks[task.part * share : (task.part + 1) * share]
    counts: Counter[str] = Counter()
    path = request.folder / (task.name.rsplit(".", 1)[0] + ".zip" if request.zipped else task.name)
    lines: dict[str, Callable[[range], Iterator[str]]] = {
        "companies": partial(company_lines, country, plants.companies, counts=counts),
        "owners": partial(owner_lines, country, plants.companies, counts=counts, lean=request.lean),
        "officers": partial(officer_lines, country, plants.companies, counts=counts),
    }
    write = lines[task.kind]
    with _opened(path, task.name, request.zipped) as file:
        if task.kind == "companies":
            file.write(HEADER.encode())
        elif task.kind == "officers":
            file.write(f"DDDDSNAP3211{request.day.replace('-', '')}\n".encode())
        for block in own:
            file.write("".join(write(block)).encode())
        if task.kind == "officers":
            records = counts["officer companies"] + counts["officers"]
            file.write(f"99999999{records:08}\n".encode())
    return task.kind, path, counts


@contextmanager
def _opened(path: Path, name: str, zipped: bool) -> Iterator[BinaryIO]:
    if not zipped:
        with path.open("wb") as file:
            yield file
        return
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open(name, "w", force_zip64=True) as member,
    ):
        yield member  # type: ignore[misc]


def _append_totals(path: Path, counts: Counter[str], request: Request) -> None:
    line = (
        '{"data":{"kind":"totals#persons-of-significant-control-snapshot",'
        f'"persons_of_significant_control_count":{counts["owners"]},'
        f'"statements_count":{counts["statements"]},"exemptions_count":{counts["exemptions"]},'
        f'"generated_at":"{request.day}T03:40:50Z"}}}}\n'
    )
    if not request.zipped:
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
        return
    # A member of an archive cannot be added to: the last part is copied, a piece at a time.
    unfinished = path.with_suffix(".unfinished")
    with zipfile.ZipFile(path) as old:
        (name,) = old.namelist()
        with _opened(unfinished, name, zipped=True) as new, old.open(name) as member:
            while piece := member.read(1 << 20):
                new.write(piece)
            new.write(line.encode())
    unfinished.replace(path)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=FULL)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--parts", default="1/1", help="files of companies/files of owners")
    options.add_argument("--zip", action="store_true")
    options.add_argument("--lean", action="store_true", help="shorter records of owners")
    options.add_argument("--next-month", action="store_true")
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    companies, owners = (int(count) for count in chosen.parts.split("/"))
    began = time.perf_counter()
    written = write_register(
        Request(
            chosen.rows,
            chosen.folder,
            chosen.seed,
            companies,
            owners,
            chosen.zip,
            chosen.lean,
            chosen.next_month,
        ),
        chosen.processes,
    )
    took = time.perf_counter() - began
    for name in ("companies", "owners", "officers"):
        files: list[Path] = getattr(written, name)
        size = sum(file.stat().st_size for file in files)
        print(f"{name}: {len(files)} files, {size / 1e6:,.0f} MB")
    print(", ".join(f"{count:,} {name}" for name, count in sorted(written.counts.items())))
    print(f"written in {took:.0f} s by {chosen.processes} processes")


if __name__ == "__main__":
    main()
