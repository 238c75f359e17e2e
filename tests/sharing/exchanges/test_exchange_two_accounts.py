"""A whole exchange between two accounts of one machine, neither of which can read the other's home.

Only root can become another account, so that elsewhere these tests skip.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from duediligence.casework.signing_keys import signing_key
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import ask, plan_ask
from duediligence.extensions.sharing.exchanges.opening import open_answer
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening import imports
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.accounts import ONLY_ROOT, Account, cannot_read

from .homes import (
    COUNCIL,
    POLICE,
    TERMS,
    TwoHomes,
    as_items,
    as_suppliers,
    firms,
    kept_agreement,
    written,
)

pytestmark = ONLY_ROOT
ADA, BO = Account(54_331), Account(54_332)


@pytest.fixture
def place(two: TwoHomes) -> Iterator[Path]:
    """A folder with one of each account in it; all that is imported late is imported by now."""
    two.suppliers(as_suppliers(firms(1, 1)))
    two.opened(two.answered(two.asked(as_items(firms(1, 1)))))
    folder = Path(tempfile.mkdtemp(prefix="duediligence-exchange-"))
    folder.chmod(0o755)
    if any(not above.stat().st_mode & 0o001 for above in folder.parents):
        shutil.rmtree(folder)
        pytest.skip(f"other accounts cannot reach {folder}: the test would show nothing")
    for name, account in (("ada", ADA), ("bo", BO)):
        (folder / name).mkdir(mode=0o700)
        shutil.chown(folder / name, account.number, account.number)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("suppliers", "items", "shared"),
    [(80, 60, 7), pytest.param(8_442, 4_500, 20, marks=pytest.mark.soak)],
)
def test_each_keeps_to_its_own_home_and_the_shared_are_found(
    place: Path, suppliers: int, items: int, shared: int
) -> None:
    ada, bo = place / "ada", place / "bo"
    held, others = firms(suppliers, 1), firms(items - shared, 2)
    both = held[:: suppliers // shared][:shared]
    asked = as_items([*others, *both])

    def opened(folder: Path) -> Workspace:
        return Workspace(Settings(home=folder / "home"), now=lambda: NOW)

    def key_of(folder: Path) -> None:
        with opened(folder) as ws:
            (folder / "key").write_text(signing_key(ws).public.text)

    def agreed(folder: Path, party: str, key: str) -> None:
        with opened(folder) as ws:
            ws.casework.repository(AgreementStore).keep(
                kept_agreement(TERMS, party, key), "new", NOW
            )

    def given(path: Path, account: Account, to: Path) -> None:
        """On a stick, which has no accounts."""
        shutil.copyfile(path, to / path.name)
        shutil.chown(to / path.name, account.number, account.number)

    def council_has_suppliers() -> None:
        with opened(ada) as ws:
            path = written(ada / "suppliers.csv", as_suppliers(held))
            imports.import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=ada)

    def police_asks() -> None:
        with opened(bo) as ws:
            path = written(bo / "list.csv", asked)
            ask(ws, plan_ask(ws, path, TERMS.reference), bo / "ask.dde")

    def council_answers() -> None:
        with opened(ada) as ws:
            answer(ws, plan_answer(ws, ada / "ask.dde"), ada / "answer.dde")

    def police_opens() -> None:
        with opened(bo) as ws:
            found = open_answer(ws, bo / "answer.dde")
            (bo / "hits").write_text("\n".join(one.item.reference for one in found.hits))

    ADA.does(lambda: key_of(ada))
    BO.does(lambda: key_of(bo))
    keys = [(folder / "key").read_text() for folder in (ada, bo)]
    ADA.does(lambda: agreed(ada, COUNCIL, keys[1]))
    BO.does(lambda: agreed(bo, POLICE, keys[0]))
    ADA.does(council_has_suppliers)
    BO.does(police_asks)
    given(bo / "ask.dde", ADA, ada)
    ADA.does(council_answers)
    given(ada / "answer.dde", BO, bo)
    BO.does(police_opens)
    assert (bo / "hits").read_text().splitlines() == [
        row["reference"] for row in asked[len(others) :]
    ]
    ADA.does(cannot_read([bo, *bo.rglob("*")]))
    BO.does(cannot_read([ada, *ada.rglob("*")]))
