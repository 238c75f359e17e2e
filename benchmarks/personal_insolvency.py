"""Who is flagged among insolvent individuals, who is to be looked up, and who is mistaken.

    python benchmarks/personal_insolvency.py [--people N] [--traders N]

A register of insolvent people is invented, and sole traders of other people, of the same names.
PLANTS of the traders are on the register, known by the day of birth, or by its month with the
postcode or the town; as many again are there under name and month alone, at another place, and are
to be looked up and never flagged. The names are those of invented_people.py; those of each origin
of origins.py, whose few names everybody shares, are scored apart.
"""

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from invented_draws import Draws
from invented_people import Population, towns
from origins import ORIGINS, directors

from duediligence.model import Address, PartialDate, Person, Supplier
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

LIST = "individual-insolvency"
TODAY = date(2026, 11, 20)
PLANTS = 40
INVENTED = "invented people"


@dataclass(frozen=True)
class Somebody:
    """An invented person: the day of birth, and where they live."""

    name: str
    born: PartialDate
    at: Address


@dataclass(frozen=True)
class Score:
    """What came of the traders of one kind of names: plants found, those at another place that were
    flagged or not to be looked up, flags of others, and traders with somebody to look up.
    """

    names: str
    people: int
    traders: int
    found: int
    elsewhere_flagged: int
    elsewhere_missed: int
    false: int
    looked_up: int


def somebody(chance: random.Random, name: str, born: PartialDate | None = None) -> Somebody:
    """The same person each time, in one of 2,500 towns."""
    year = born.year if born else chance.randrange(1945, 2004)
    month = (born.month if born else 0) or chance.randrange(1, 13)
    area = f"{chance.choice('ABCDEFGHLMNPRSTW')}{chance.choice('ABDEHLNRST')}"
    code = f"{area}{chance.randrange(1, 60)} {chance.randrange(1, 10)}{chance.choice('ABDE')}Z"
    street = f"{chance.randrange(1, 200)} {chance.choice(towns()).title()} Road"
    place = Address(f"{street}, {chance.choice(towns())}, {code}", code)
    return Somebody(name, PartialDate(year, month, chance.randrange(1, 29)), place)


def people(names: str, count: int, first: int = 0) -> list[Somebody]:
    """Invented people, from the number `first` on: nobody is two of them."""
    chance = random.Random(f"{names} {first}")
    if names != INVENTED:
        drawn = directors(names, (first + count + 1) // 2)[first : first + count]
        return [somebody(chance, one.name, one.born) for one in drawn]
    ids = np.arange(first, first + count, dtype=np.uint64)
    drawn_people = Population(Draws(33), 50_000).people(ids, ids)
    full = zip(drawn_people.given, drawn_people.middle, drawn_people.surname, strict=True)
    return [somebody(chance, " ".join(filter(None, parts))) for parts in full]


def extract(everybody: Iterable[Somebody]) -> Iterator[str]:
    """The register as its publisher's extract has it: bankruptcies of half a year ago."""
    started = TODAY - timedelta(days=180)
    yield "<ReportDetails>\n"
    for number, one in enumerate(everybody, 1):
        given, _, surname = one.name.upper().rpartition(" ")
        home = one.at.text.removesuffix(f", {one.at.postcode}")
        born = f"{one.born.day:02}/{one.born.month:02}/{one.born.year}"
        yield (
            f"<ReportRequest><ExtractDate>{TODAY:%d/%m/%Y}</ExtractDate><IndividualDetails>"
            f"<CaseNoIndividual>{number:09}</CaseNoIndividual><FirstName>{given}</FirstName>"
            f"<Surname>{surname}</Surname><DateofBirth>{born}</DateofBirth>"
            f"<LastKnownAddress>{home}, United Kingdom</LastKnownAddress>"
            f"<LastKnownPostCode>{one.at.postcode}</LastKnownPostCode></IndividualDetails>"
            f"<CaseDetails><CaseType>Bankruptcy</CaseType><StartDate>{started:%d/%m/%Y}</StartDate>"
            f"<Status>Currently Bankrupt : Automatic Discharge  will be  "
            f"{started + timedelta(days=365):%d %B %Y}</Status></CaseDetails></ReportRequest>\n"
        )
    yield "</ReportDetails>\n"


def trader(number: int, one: Somebody, born: PartialDate | None, at: Address) -> Supplier:
    """A sole trader of this name, with what the buyer's file has of birth and place."""
    owner = (Person(one.name, born, "owner"),)
    return Supplier(ref=f"T{number}", name=one.name, address=at, people=owner)


def planted(number: int, one: Somebody, elsewhere: Address) -> Supplier:
    """One on the register: by month and postcode, month and town, or day of birth."""
    month = PartialDate(one.born.year, one.born.month)
    town = one.at.text.split(", ")[1]
    if number % 3 == 0:
        return trader(number, one, month, Address(f"Unit 4, {one.at.postcode}", one.at.postcode))
    if number % 3 == 1:
        return trader(number, one, month, Address(f"2 Mill Lane, {town}, ZX1 1ZX", "ZX1 1ZX"))
    return trader(number, one, one.born, elsewhere)


def score(names: str, count: int, traders: int, plants: int = PLANTS) -> Score:
    """Screen the traders against a register of so many people, both of these names."""
    register = people(names, count)
    others = people(names, traders, first=count)
    step = max(1, count // (2 * plants))
    on, away = register[::step][:plants], register[step // 2 :: step][:plants]
    suppliers = [planted(n, one, others[n].at) for n, one in enumerate(on)]
    for n, one in enumerate(away, plants):
        month = PartialDate(one.born.year, one.born.month)
        suppliers.append(trader(n, one, month, Address("9 Far Quay, Nowhere, ZX9 9ZX", "ZX9 9ZX")))
    for n, one in enumerate(others[2 * plants :], 2 * plants):
        # Of a third of them no birth date is known.
        month = PartialDate(one.born.year, one.born.month)
        suppliers.append(trader(n, one, month if n % 3 else None, one.at))
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    with TemporaryDirectory() as folder:
        files = Path(folder, "files", LIST)
        files.mkdir(parents=True)
        with (files / "iir-extract.xml").open("w", encoding="utf-8") as file:
            file.writelines(extract(register))
        settings = Settings(home=Path(folder, "home"))
        with Workspace(settings, now=lambda: noon) as workspace:
            for one in refresh(workspace, [LIST], folder=files.parent):
                assert one.result == "loaded", one
            run = screen(workspace, Screened(suppliers), store=False)
    # Somebody planted may have the name and birth of another on the register: each counts once.
    flagged = {one.supplier_ref for one in run.findings if one.check_id == "PIN-01"}
    to_look_up = {one.supplier_ref for one in run.set_aside if one.look_up}
    refs = [supplier.ref for supplier in suppliers]
    first, second, rest = refs[:plants], refs[plants : 2 * plants], refs[2 * plants :]
    return Score(
        names,
        count,
        len(rest),
        found=len(flagged & set(first)),
        elsewhere_flagged=len(flagged & set(second)),
        elsewhere_missed=len(set(second) - to_look_up),
        false=len(flagged & set(rest)),
        looked_up=len(to_look_up & set(rest)),
    )


def table(scores: Sequence[Score]) -> Iterator[str]:
    """The figures, as a person reads them."""
    yield "| names | on the register | traders | plants found | false flags per 1,000 "
    yield "| at another place flagged | not to be looked up | traders to look up, in 100 |\n"
    yield "|---|---|---|---|---|---|---|---|\n"
    for one in scores:
        yield f"| {one.names} | {one.people:,} | {one.traders:,} | {one.found} of {PLANTS} "
        yield f"| {1000 * one.false / one.traders:.2f} | {one.elsewhere_flagged} "
        yield f"| {one.elsewhere_missed} | {100 * one.looked_up / one.traders:.1f} |\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--traders", type=int, default=5_000)
    args = parser.parse_args()
    scores = [score(INVENTED, args.people, args.traders)]
    share = args.people // len(ORIGINS)
    scores += [score(origin, share, args.traders // len(ORIGINS)) for origin in ORIGINS]
    print("".join(table(scores)))


if __name__ == "__main__":
    main()
