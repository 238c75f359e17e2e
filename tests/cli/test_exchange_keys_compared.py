"""Whoever stands between two partners with a key of their own matches no lists: at each step."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import time_machine

from duediligence.casework.signing_keys import signing_key
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing import agreement_files
from duediligence.extensions.sharing.fingerprints import spoken_key
from duediligence.extensions.sharing.model.agreements import Agreement, KeyComparison
from duediligence.extensions.sharing.partner_files import pack_partner_file, read_partner_file
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening.workspace import Workspace
from duediligence.signing import PublicKey, SigningKey, make_key
from tests.sharing.exchanges.homes import TwoHomes, as_items, as_suppliers, firms, written

Run = Callable[..., Any]
Steps = Callable[[], dict[str, Any]]
ITEMS = as_items(firms(4, 1))
NOT_COMPARED = "are not recorded as compared: it may be somebody else's"
IDENTITY = (1).to_bytes(32, "little")
# A key of order 4, which has a signature that nobody made for one text in four.
OF_ORDER_4 = b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoHomes]:
    (tmp_path / "both").mkdir()
    made = TwoHomes(tmp_path / "both")
    made.suppliers(as_suppliers(firms(4, 1)))
    written(tmp_path / "list.csv", ITEMS)
    yield made
    made.close()


@pytest.fixture
def steps(run: Run, two: TwoHomes) -> Steps:
    """Each of the three steps, of files that were made before something changed."""
    asked = two.asked(ITEMS, name="before")
    answered = two.answered(two.asked(ITEMS, name="waits"))

    def each() -> dict[str, Any]:
        police, council = (("--home", two.folder / one) for one in ("police", "council"))
        out = ("--out", "new.ddp", "--yes")
        return {
            "ask": run(
                *police,
                "sharing",
                "exchange",
                "ask",
                "list.csv",
                "--agreement",
                two.reference,
                *out,
            ),
            "answer": run(
                *council, "sharing", "exchange", "answer", asked, "--out", "a.ddp", "--yes"
            ),
            "open": run(*police, "sharing", "exchange", "open", answered),
        }

    return each


def refused(found: dict[str, Any], said: str, *but: str) -> None:
    for step, result in found.items():
        if step not in but:
            assert (step, result.code) == (step, 2)
            assert said in " ".join(result.err.split()), (step, result.err)


def kept(ws: Workspace) -> Agreement:
    (agreement,) = ws.casework.repository(AgreementStore).all()
    return agreement


def homes(two: TwoHomes) -> tuple[Workspace, Workspace]:
    return two.council(), two.police()


def test_a_home_with_an_agreement_of_before_compares_once(
    run: Run, two: TwoHomes, steps: Steps
) -> None:
    for ws in homes(two):
        ws.casework.repository(AgreementStore).keep(replace(kept(ws), compared=None), "before", NOW)
    found = steps()
    refused(found, NOT_COMPARED)
    assert f"sharing agreement compare {two.reference} --words WORDS" in found["ask"].err
    for ws, other in (homes(two), homes(two)[::-1]):
        words = spoken_key(signing_key(other).public)
        compare = ("sharing", "agreement", "compare", two.reference, "--words", words)
        assert run("--home", ws.home, *compare).code == 0
        event = next(ws.audit.records(kind="agreement", last=1)).event
        assert event.what["act"] == "partner key compared"
        assert event.what["compared"] == signing_key(other).public.id
        assert kept(ws).compared == KeyComparison(
            key=signing_key(other).public.text, by=event.who, at=NOW
        )
    assert [one.code for one in steps().values()] == [0, 0, 1]


def file_of(two: TwoHomes, partner: Workspace, key: PublicKey, path: Path) -> Path:
    """The agreement file of the partner, changed on its way: with another key."""
    path.write_text(agreement_files.format_agreement_file(kept(partner), key))
    return path


@pytest.mark.soak
def test_a_file_that_was_replaced_on_its_way_is_of_no_use(
    run: Run, two: TwoHomes, steps: Steps, tmp_path: Path
) -> None:
    theirs = make_key(tmp_path / "attacker.pem")
    council, police = homes(two)
    for ws, other in ((council, police), (police, council)):
        path = file_of(two, other, theirs.public, tmp_path / "b.json")
        taken = run("--home", ws.home, "sharing", "agreement", "key", two.reference, path)
        assert taken.code == 0
        assert "not recorded that the words" in taken.err
        # The partner reads the words of its own key: these are others.
        words = spoken_key(signing_key(other).public)
        compare = ("sharing", "agreement", "compare", two.reference, "--words", words)
        heard = run("--home", ws.home, *compare)
        assert (heard.code, "These are not the words of the key" in heard.err) == (2, True)
    refused(steps(), NOT_COMPARED)


@pytest.mark.soak
def test_a_key_of_small_order_is_refused(
    run: Run, two: TwoHomes, steps: Steps, tmp_path: Path
) -> None:
    for ws, other in (homes(two), homes(two)[::-1]):
        path = file_of(two, other, PublicKey(bytes(32)), tmp_path / "b.json")
        taken = run("--home", ws.home, "sharing", "agreement", "key", two.reference, path)
        assert (taken.code, "nobody made it" in taken.err) == (2, True)
        # As an earlier version may have stored it.
        compared = KeyComparison(key=OF_ORDER_4, by="Ada", at=NOW)
        ws.casework.repository(AgreementStore).keep(
            replace(kept(ws), partner_keys=(OF_ORDER_4,), compared=compared), "before", NOW
        )
        words = spoken_key(PublicKey(bytes(32)))
        compare = ("sharing", "agreement", "compare", two.reference, "--words", words)
        assert run("--home", ws.home, *compare).code == 2
        assert run("--home", ws.home, "sharing", "agreement", "show", two.reference).code == 0
    refused(steps(), NOT_COMPARED)


class _Nobody:
    """Signs with the identity and zero, as anybody can."""

    def sign(self, purpose: str, body: bytes) -> bytes:
        return IDENTITY + bytes(32)


def test_a_file_that_nobody_signed_is_refused(two: TwoHomes, steps: Steps) -> None:
    for name in ("before.dde", "answer-to-waits.dde"):
        path = two.folder / name
        made = read_partner_file(path)
        path.write_bytes(pack_partner_file(made.header, made.body, cast(SigningKey, _Nobody())))
    refused(steps(), "is not signed by", "ask")


@pytest.mark.soak
def test_both_read_what_a_dishonest_partner_can_test(run: Run, two: TwoHomes) -> None:
    few = replace(two.terms, most_items=100, most_hits=30, most_held=500, most_exchanges=2)
    two.agree(few)
    asked, council = two.asked(ITEMS), ("--home", two.folder / "council")
    answered = run(*council, *"sharing exchange answer".split(), asked, "--out", "a", "--yes")
    said = " ".join(answered.err.split())
    assert "can test up to 16 company numbers, 16 charity numbers and 32 names of firms" in said
    page = run(*council, "sharing", "agreement", "show", two.reference).out
    assert "At most 100 rows in a list, and 30 hits" in page
    assert "up to 200 company numbers, 200 charity numbers and 400 names of firms within" in page
    assert "The answerer answers for at most 500 suppliers and people behind them." in page
