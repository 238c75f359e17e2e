"""Two homes under one agreement: a council with suppliers, and a police force with a list."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from duediligence.casework.signing_keys import signing_key
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model.agreements import Agreement, Shared, Terms
from duediligence.model.exchanges import Exchange
from duediligence.screening import imports
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.sharing.exchanges.answering import answer, plan_answer
from duediligence.sharing.exchanges.asking import ask, plan_ask
from duediligence.sharing.exchanges.hits import Opened
from duediligence.sharing.exchanges.opening import open_answer

COUNCIL, POLICE = "Example Council", "Example Police"
TERMS = Terms(
    reference="ISA-2026-01",
    parties=(COUNCIL, POLICE),
    purpose="Find suppliers that both hold",
    bases=("cda-1998-s115",),
    shares=("blind-matching: organisations", "blind-matching: people", "hits"),
    retention_days=90,
    starts_on=(NOW - timedelta(days=1)).date(),
    review_on=(NOW + timedelta(days=364)).date(),
    most_items=10_000,
    most_exchanges=12,
    most_new_percent=25,
)
Row = dict[str, str]


@dataclass
class TwoHomes:
    """`council` and `police` are homes; `folder` is the stick that files are carried on."""

    folder: Path
    terms: Terms = TERMS
    _opened: list[Workspace] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.agree(self.terms)

    def agree(self, terms: Terms) -> None:
        """Keep the agreement in both homes, each with the key of the other."""
        self.terms = terms
        council, police = self.council(), self.police()
        for ours, ws, other in ((COUNCIL, council, police), (POLICE, police, council)):
            agreement = Agreement(
                terms=terms,
                ours=ours,
                partner_kind="police" if ours == COUNCIL else "other",
                partner_keys=(signing_key(other).public.text,),
            )
            ws.casework.agreements.keep(agreement, "new", NOW)

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
        ask(ws, plan_ask(ws, written(self.folder / f"{name}.csv", rows), self.reference), out)
        return out

    def answered(self, asked: Path, days: float = 0) -> Path:
        ws, out = self.council(days), self.folder / f"answer-to-{asked.name}"
        answer(ws, plan_answer(ws, asked), out)
        return out

    def opened(self, answered: Path, days: float = 0) -> Opened:
        return open_answer(self.police(days), answered)

    @property
    def reference(self) -> str:
        return self.terms.reference

    def exchanges(self, ws: Workspace) -> list[Exchange]:
        return ws.casework.exchanges.all()


def with_shares(*shares: Shared) -> Terms:
    return replace(TERMS, shares=shares)


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
