"""How fast a golden copy of GLEIF loads, and how fast a chain of parents is found.

    python benchmarks/golden_copy.py [--rows 3400000] [--folder DIR]

Writes the three files at full size (337 columns, zipped; 117,000 entities with a UK number, 600,000
relationships, two reasons for each other entity), all invented, and loads them as `registers load
gleif` does. Prints processor seconds, the largest memory, and the time of a chain two levels up.
"""

import argparse
import platform
import random
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.registers.bulk.gleif import read_gleif_rows
from duediligence.store.register.local_register import Incoming, RegisterStore

COLUMNS, UK_EVERY, CHAINS = 337, 29, 1_000
_AT = datetime(2026, 11, 2, tzinfo=UTC)
_NAMED = {
    "LEI": 0,
    "Entity.LegalName": 1,
    "Entity.LegalAddress.FirstAddressLine": 34,
    "Entity.LegalAddress.City": 41,
    "Entity.LegalAddress.Country": 43,
    "Entity.LegalAddress.PostalCode": 44,
    "Entity.RegistrationAuthority.RegistrationAuthorityID": 188,
    "Entity.RegistrationAuthority.RegistrationAuthorityEntityID": 190,
    "Entity.EntityStatus": 201,
    "Registration.RegistrationStatus": 320,
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=3_400_000)
    options.add_argument("--folder", type=Path, help="keep the files here")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="duediligence-") as scratch:
        measure(chosen.folder or Path(scratch), Path(scratch), chosen.rows)


def measure(folder: Path, scratch: Path, rows: int) -> None:
    paths = [
        folder / f"20261101-0000-gleif-goldencopy-{f}.csv.zip" for f in ("lei2", "rr", "repex")
    ]
    for path, lines in zip(
        paths, (entities(rows), relationships(rows), reasons(rows)), strict=True
    ):
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write(path, lines)
    store = RegisterStore(scratch / "register.db")
    drift = Drift()
    incoming = Incoming(files=(), published=None, at=_AT, drift=drift)
    begun, wall = time.process_time(), time.perf_counter()
    version = store.load_legal_entities(read_gleif_rows(paths, drift), incoming)
    took, waited = time.process_time() - begun, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{platform.machine()}, Python {platform.python_version()}; {rows:,} entities")
    print(f"loaded: {version.rows:,} kept in {took:.1f} s of processor time, {waited:.1f} s")
    print(f"largest memory: {memory:,.0f} MB")
    chain(store, 99_000_000)  # the first opens the file
    timed = sorted(chain(store, 99_000_000 + number * UK_EVERY) for number in range(CHAINS))
    print(f"chain: p50 {timed[CHAINS // 2] * 1000:.2f} ms, longest {timed[-1] * 1000:.2f} ms")
    store.close()


def chain(store: RegisterStore, number: int) -> float:
    """Return the processor seconds of a company and its parents two levels up."""
    begun = time.process_time()
    entity = store.legal_entity(str(number))
    assert entity
    for _ in range(2):
        ((entity, _),) = store.entity_parents(entity.lei, ultimate=False)
    return time.process_time() - begun


def write(path: Path, lines: Iterator[str]) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open(path.name.removesuffix(".zip"), "w", force_zip64=True) as out,
    ):
        batch: list[str] = []
        for line in lines:
            batch.append(line)
            if len(batch) == 5_000:
                out.write("".join(batch).encode())
                batch.clear()
        out.write("".join(batch).encode())


def lei(number: int) -> str:
    return f"9900INVENT{number:08d}{number % 97:02d}"


def entities(rows: int) -> Iterator[str]:
    names = {place: name for name, place in _NAMED.items()}
    yield ",".join(f'"{names.get(n, f"Entity.Other.{n}")}"' for n in range(COLUMNS)) + "\n"
    draw = random.Random(1)
    cells = ['""'] * COLUMNS
    # What fills the other columns of a usual record: languages, dates, codes.
    for place in range(2, COLUMNS, 9):
        cells[place] = '"2026-01-01T00:00:00Z"' if place % 2 else '"en"'
    for number in range(rows):
        british = number % UK_EVERY == 0
        words = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=14))
        values = {
            0: lei(number), 1: f"{words} {number} Société", 34: f"{number % 90} {words} Strasse",
            41: words[:8], 43: "GB" if british else "DE", 44: f"{draw.randrange(99999):05d}",
            188: "RA000585" if british else "RA000242", 190: str(99_000_000 + number),
            52: f"{draw.randrange(999)} {words[::-1]} Allee", 60: words[4:], 62: f"{draw.random()}",
            196: f"{draw.randrange(2000, 2026)}-0{draw.randrange(1, 9)}-11T00:00:00+01:00",
            310: f"{draw.getrandbits(90):x}", 318: f"2026-0{draw.randrange(1, 9)}-21T08:00:00Z",
            201: "ACTIVE", 320: draw.choice(("ISSUED", "LAPSED")),
        }  # fmt: skip
        for place, value in values.items():
            cells[place] = f'"{value}"'
        yield ",".join(cells) + "\n"


def relationships(rows: int) -> Iterator[str]:
    """Yield parents of every UK entity, two levels up, and of others that lead nowhere."""
    periods = ",".join(
        f"Relationship.Period.{n}.{each}"
        for n in range(1, 6)
        for each in ("startDate", "endDate", "periodType")
    )
    more = ",".join(f"Registration.Other.{n}" for n in range(30))
    yield (
        "Relationship.StartNode.NodeID,Relationship.StartNode.NodeIDType,"
        "Relationship.EndNode.NodeID,Relationship.EndNode.NodeIDType,"
        f"Relationship.RelationshipType,Relationship.RelationshipStatus,{periods},{more}\n"
    )
    accounting = "2020-01-01T00:00:00Z,2020-12-31T00:00:00Z,ACCOUNTING_PERIOD"
    period = f"{accounting},2019-05-01T00:00:00Z,,RELATIONSHIP_PERIOD,,,,,,,,,"
    rest = ",".join(["2026-01-01T00:00:00Z"] * 30)
    step = max(1, rows // 300_000)
    for number in (*range(0, rows - 2, UK_EVERY), *range(1, rows - 2, step)):
        kinds = ("IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY")
        if number % UK_EVERY > 2:
            kinds = (kinds[0], "IS_FUND-MANAGED_BY")
        for kind in kinds:
            yield f"{lei(number)},LEI,{lei(number + 1)},LEI,{kind},ACTIVE,{period},{rest}\n"
    for number in range(1, rows - 2, UK_EVERY):
        yield f"{lei(number)},LEI,{lei(number + 1)},LEI,{kinds[0]},ACTIVE,{period},{rest}\n"


def reasons(rows: int) -> Iterator[str]:
    yield "LEI,Exception.Category,Exception.Reason.1,Exception.Reference.1\n"
    for number in range(rows):
        for which in ("DIRECT", "ULTIMATE"):
            kind = f"{which}_ACCOUNTING_CONSOLIDATION_PARENT"
            yield f"{lei(number)},{kind},NATURAL_PERSONS,\n"


if __name__ == "__main__":
    main()
