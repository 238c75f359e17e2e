"""Two homes under one agreement: a council with suppliers, and a police force with a list."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from duediligence.casework.signing_keys import signing_key
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import AskPlan, ask, plan_ask
from duediligence.extensions.sharing.exchanges.hits import OpenedExchange
from duediligence.extensions.sharing.exchanges.opening import open_answer
from duediligence.extensions.sharing.exchanges.sizes import budgets
from duediligence.extensions.sharing.model.agreements import Agreement, KeyComparison, Shared, Terms
from duediligence.extensions.sharing.model.exchanges import Exchange
from duediligence.extensions.sharing.partner_files import PartnerFile
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening import imports
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

COUNCIL, POLICE = "Example Council", "Example Police"
TERMS = Terms(
    reference="ISA-2026-01",
    parties=(COUNCIL, POLICE),
    purpose="Find suppliers that both hold",
    bases=("cda-1998-s115",),
    shares=("blind-matching: organisations", "hits"),
    retention_days=90,
    starts_on=(NOW - timedelta(days=1)).date(),
    review_on=(NOW + timedelta(days=364)).date(),
    most_items=10_000,
    most_exchanges=12,
    most_new_percent=25,
    most_hits=5_000,
    most_held=10_000,
)
ALONE = replace(TERMS, reference="ISA-2026-EXCHANGE")
Row = dict[str, str]


@dataclass
class TwoHomes:
    """`council` and `police` are homes; `folder` is the stick that files are carried on."""

    folder: Path
    terms: Terms = TERMS
    # Whether both hold the agreement already.
    held: bool = False
    _opened: list[Workspace] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.held:
            self.agree(self.terms)

    def agree(self, terms: Terms) -> None:
        """Keep the agreement in both homes, each with the key of the other."""
        self.terms = terms
        agree(terms, {COUNCIL: self.council(), POLICE: self.police()})

    def council(self, days: float = 0) -> Workspace:
        return self._open("council", "Ada", NOW + timedelta(days=days))

    def police(self, days: float = 0) -> Workspace:
        return self._open("police", "Bo", NOW + timedelta(days=days))

    def _open(self, name: str, who: str, at: datetime) -> Workspace:
        ws = Workspace(Settings(home=self.folder / name), now=lambda: at, who=who)
        self._opened.append(ws)
        return ws

    def close(self) -> None:
        for ws in self._opened:
            ws.__exit__()

    def suppliers(self, rows: Sequence[Row]) -> None:
        path = written(self.folder / "suppliers.csv", rows)
        imports.import_suppliers(
            self.council(), path, mapping={}, sheet="", rejects_folder=self.folder
        )

    def asked(self, rows: Sequence[Row], days: float = 0, name: str = "ask") -> Path:
        """The file of a question about these rows."""
        ws, out = self.police(days), self.folder / f"{name}.dde"
        plan = plan_ask(ws, written(self.folder / f"{name}.csv", rows), self.reference)
        out.unlink(missing_ok=True)
        ask(ws, plan, out)
        return out

    def answered(self, asked: Path, days: float = 0) -> Path:
        ws, out = self.council(days), self.folder / f"answer-to-{asked.name}"
        plan = plan_answer(ws, asked)
        out.unlink(missing_ok=True)
        answer(ws, plan, out)
        return out

    def opened(self, answered: Path, days: float = 0) -> OpenedExchange:
        return open_answer(self.police(days), answered)

    @property
    def reference(self) -> str:
        return self.terms.reference

    def exchanges(self, ws: Workspace) -> list[Exchange]:
        return ws.casework.repository(ExchangeStore).all()


def with_shares(*shares: Shared) -> Terms:
    return replace(TERMS, shares=shares)


PEOPLE_TOO = with_shares("blind-matching: organisations", "blind-matching: people", "hits")


def sizes_of(asked: PartnerFile, terms: Terms = TERMS) -> list[int]:
    """How many elements of each kind a question has."""
    return list(budgets(terms, cast(int, asked.header.facts["rows"])).values())


def written(path: Path, rows: Sequence[Row]) -> Path:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "el", "on")]


def firms(count: int, seed: int) -> list[Row]:
    """Invented firms, each with a name of its own; two in three have a number."""
    random, made = Random(seed), {}
    while len(made) < count:
        one, two = ("".join(random.choices(_SYLLABLES, k=4)).title() for _ in range(2))
        number = f"{random.randrange(10_000_000, 99_999_999)}" if random.random() < 0.7 else ""
        made[f"{one} {two} Ltd"] = number
    return [{"name": name, "number": number} for name, number in made.items()]


def as_suppliers(rows: Iterable[Row]) -> list[Row]:
    return [
        {"ref": f"S{at:05}", "name": row["name"], "company_number": row["number"]}
        for at, row in enumerate(rows, 1)
    ]


def as_items(rows: Iterable[Row], start: int = 1) -> list[Row]:
    return [
        {"reference": f"N{at:05}", "kind": "organisation", **row}
        for at, row in enumerate(rows, start)
    ]


# One home alone, as either side: the other is made in the folder.


def ask_plan(ws: Workspace, folder: Path) -> AskPlan:
    """What a home asks of the council of `partner_of`."""
    partner_of(ws, folder, as_=POLICE).__exit__()
    return ask_plan_of(ws, folder)


def asked_of(ws: Workspace, folder: Path) -> Path:
    """A question that the police of `partner_of` asks of a home."""
    with partner_of(ws, folder, as_=COUNCIL) as police:
        ask(police, ask_plan_of(police, folder), folder / "ask.dde")
    return folder / "ask.dde"


def answered_to(ws: Workspace, folder: Path) -> Path:
    """The answer of the council of `partner_of` to a question of a home."""
    ask(ws, ask_plan(ws, folder), folder / "ask.dde")
    with partner_of(ws, folder, as_=POLICE) as council:
        path = written(folder / "suppliers.csv", as_suppliers(firms(3, 1)))
        imports.import_suppliers(council, path, mapping={}, sheet="", rejects_folder=folder)
        answer(council, plan_answer(council, folder / "ask.dde"), folder / "answer.dde")
    return folder / "answer.dde"


def opened_in(ws: Workspace, folder: Path) -> str:
    """The id of an exchange that a home has opened, with three hits."""
    return open_answer(ws, answered_to(ws, folder)).exchange.id


def partner_of(ws: Workspace, folder: Path, *, as_: str) -> Workspace:
    """The other home of an agreement that this one keeps `as_` one of its parties."""
    other = Workspace(Settings(home=folder / "partner"), now=ws.now, who="Pat")
    agree(ALONE, {as_: ws, COUNCIL if as_ == POLICE else POLICE: other})
    return other


def ask_plan_of(police: Workspace, folder: Path) -> AskPlan:
    return plan_ask(police, written(folder / "asked.csv", as_items(firms(3, 1))), ALONE.reference)


def agree(terms: Terms, homes: Mapping[str, Workspace]) -> None:
    """Keep the agreement in both homes, each with the key of the other."""
    for ours, ws in homes.items():
        (other,) = (home for party, home in homes.items() if party != ours)
        agreement = kept_agreement(terms, ours, signing_key(other).public.text)
        ws.casework.repository(AgreementStore).keep(agreement, "new", ws.now())


def kept_agreement(terms: Terms, ours: str, partner_key: str) -> Agreement:
    """The agreement as the party `ours` keeps it, with the words of the key compared."""
    return Agreement(
        terms=terms,
        ours=ours,
        partner_kind="police" if ours == COUNCIL else "other",
        partner_keys=(partner_key,),
        compared=KeyComparison(key=partner_key, by="Ada", at=NOW),
    )
