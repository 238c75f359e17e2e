"""A pack that somebody changed and sealed again is never taken for its maker's.

Each kind of forgery is sealed again by an attacker without the key, in three ways; what follows
from the pack itself is found whoever signed. Then by somebody who holds the key: what tells then.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.signing_keys import known_keys
from duediligence.cli.demo import DEMO_TIME as NOW
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify
from duediligence.demo.server import serve
from duediligence.errors import DuediligenceError
from duediligence.model import Address, Identifier, PartialDate, Person, Supplier
from duediligence.screening.imports import import_declarations
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import PublicKey
from tests.delivery.forgeries import FORGERIES, Forgery
from tests.delivery.resealing import other_key, parts

SHARED = Person("Wilhelmina Quernstone", PartialDate(1970, 2), "director")
SUPPLIERS = [
    Supplier(
        ref="S1",
        name="Volkhar Maritime UK Ltd",
        identifiers=(Identifier("GB-COH", "99001234"),),
        address=Address("2 Lantern Quay, St Orlan", "ZY4 2LQ"),
        people=(SHARED,),
        contract="RFQ 12",
    ),
    Supplier(ref="S2", name="Bright Sands Home Care Ltd", people=(SHARED,), contract="RFQ 12"),
]
NOT_SCREENED = Supplier(ref="S3", name="Pennyroyal Works Ltd", contract="RFQ 12")
DECLARED = """supplier_ref,question,answer,date,details
S1,insolvency_bankruptcy,yes,2026-03-02,A CVA.
S1,tax_offences,no,2026-03-02,
"""


@dataclass
class Made:
    """Packs of one home, and its public keys."""

    packs: dict[str, bytes]
    keys: tuple[PublicKey, ...]


@pytest.fixture(scope="module")
def made(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("resealed")
    shutil.copytree(loaded_home, folder / "home")
    (folder / "declared.csv").write_text(DECLARED, encoding="utf-8")
    packs = {}
    with (
        serve() as url,
        Workspace(
            Settings(
                home=folder / "home",
                companies_house_url=url,
                companies_house_key="demonstration",
                second_decision=(),
                max_age_days={"minimum-wage-naming": 30},
            ),
            now=lambda: NOW,
            backoff=0.05,
        ) as workspace,
    ):
        workspace.who = "Ada"
        workspace.suppliers.save([*SUPPLIERS, NOT_SCREENED], file="s.csv", at=NOW)
        import_declarations(workspace, folder / "declared.csv")
        screen(workspace, Screened(SUPPLIERS))
        alert = next(one for one in queue.alerts(workspace) if one.first.check_id == "SAN-01")
        decide(
            workspace,
            alert,
            Choice(decided="not the same", reason="OTHER-NAME", note="Only similar."),
        )
        asked = {
            "one": PackRequest(supplier="S1", people=True),
            "bare": PackRequest(supplier="S1"),
            "bidders": PackRequest(contract="RFQ 12", people=True),
        }
        for name, request in asked.items():
            make(workspace, request, folder / "p.zip")
            packs[name] = (folder / "p.zip").read_bytes()
        keys = known_keys(workspace)
    return Made(packs, keys)


def answer(pack: bytes, keys: tuple[PublicKey, ...], folder: Path) -> str:
    """What `report verify` says of the pack, to somebody who trusts these keys."""
    path = folder / "pack.zip"
    path.write_bytes(pack)
    try:
        verified = verify(path, keys)
    except DuediligenceError as error:
        return f"refused: {error.code}: {error.message}"
    return verified.answer


@pytest.mark.parametrize("forgery", FORGERIES, ids=str)
def test_a_forgery_is_never_authentic(made: Made, forgery: Forgery, tmp_path: Path) -> None:
    pack, before = parts(made.packs[forgery.to]), parts(made.packs[forgery.to])
    forgery.do(pack)
    assert pack != before, "nothing was forged"
    for kept in (pack.sealed(), pack.sealed(unsigned=True)):
        assert answer(kept, made.keys, tmp_path) == "damaged"
    signed = answer(pack.sealed(other_key()), made.keys, tmp_path)
    with open("/tmp/ts/answers", "a") as f:
        f.write(f"{forgery.name} | {forgery.different} | {signed}\n")
    assert signed != "authentic and same"
    if forgery.different:
        assert signed == "different", signed
