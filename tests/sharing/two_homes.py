"""Two homes on one machine: a council and a police force, with an agreement that both hold."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from duediligence.casework.signing_keys import signing_key
from duediligence.extensions.sharing.model.agreements import Agreement, Shared, Terms
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.model import Identifier, Supplier
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..conftest import NOW
from ..homes import read_as_another_program
from .exchanges.homes import COUNCIL, POLICE, TERMS, kept_agreement

QUILL = Supplier(ref="S101", name="Quill Ltd", identifiers=(Identifier("GB-COH", "99001234"),))
MOSS = Supplier(ref="P7", name="Moss Hall Ltd")


def terms(**changed: object) -> Terms:
    """Terms for requests, some of them others."""
    given: dict[str, object] = {
        "purpose": "Keep organised crime out of contracts",
        "bases": ("cda-1998-s115", "dpa-2018-sch2-para2"),
        "shares": ("requests",),
        "starts_on": NOW.date() - timedelta(days=30),
        "review_on": date(2027, 10, 31),
    }
    return replace(TERMS, **{**given, **changed})  # type: ignore[arg-type]


@dataclass
class Party:
    """One party: its home, who works there, and the day on which they do."""

    home: Path
    name: str
    who: str
    opened: ExitStack = field(default_factory=ExitStack)

    def on(self, day: int = 0) -> Workspace:
        """The workspace, that number of days from NOW."""
        return self.opened.enter_context(
            Workspace(Settings(home=self.home), now=lambda: NOW + timedelta(days=day), who=self.who)
        )

    def agree(self, other: "Party", held: Terms) -> Agreement:
        """Keep the agreement, with the other's key."""
        ws = self.on()
        agreement = kept_agreement(held, self.name, signing_key(other.on()).public.text)
        ws.casework.repository(AgreementStore).keep(agreement, "made", ws.now())
        return agreement

    def files(self) -> bytes:
        """Every byte of the home."""
        return b"".join(read_as_another_program(self.home).values())


@dataclass
class Two:
    """The council and the force."""

    council: Party
    police: Party

    def agree(self, held: Terms | None = None, *shares: Shared) -> None:
        """Both hold these terms."""
        both = held or terms(**({"shares": shares} if shares else {}))
        self.council.agree(self.police, both)
        self.police.agree(self.council, both)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    council = Party(tmp_path / "council", COUNCIL, "Ada")
    police = Party(tmp_path / "police", POLICE, "Bo")
    with council.opened, police.opened:
        made = Two(council, police)
        made.agree()
        council.on().suppliers.save([QUILL], file="s.csv", at=NOW)
        police.on().suppliers.save([MOSS], file="s.csv", at=NOW)
        yield made
