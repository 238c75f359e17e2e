"""What another command does in the same home while a step of an exchange is being taken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from duediligence.casework import retention
from duediligence.errors import Conflict, DuediligenceError
from duediligence.extensions.sharing.agreements import drop_partner_keys, end
from duediligence.extensions.sharing.exchanges import answering, asking, expiry, opening, pending
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import ask, plan_ask
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ...in_use import in_use
from .homes import NOW, TERMS, TwoHomes, as_items, as_suppliers, firms, written

ITEMS = as_items(firms(5, 1))
Meanwhile = Callable[[Workspace], object]
ENDED = lambda ws: end(ws, TERMS.reference)  # noqa: E731
DROPPED = lambda ws: drop_partner_keys(ws, TERMS.reference)  # noqa: E731
CHANGES = pytest.mark.parametrize(
    ("meanwhile", "kind", "words"),
    [(ENDED, Conflict, "is not in force: it ended"), (DROPPED, Conflict, "recorded as compared")],
    ids=["agreement ended", "key dropped"],
)


@pytest.fixture
def asked(two: TwoHomes) -> Path:
    two.suppliers(as_suppliers(firms(5, 1)))
    return two.asked(ITEMS)


def test_what_is_being_asked_is_not_taken_for_a_leftover(
    two: TwoHomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that opens the answer is written before its row can be seen by others."""
    two.suppliers(as_suppliers(firms(5, 1)))
    keep, begun = pending.keep, Event()

    def clean_up() -> None:
        home = Settings(home=two.folder / "police")
        with Workspace(home, now=lambda: NOW, who="Bo") as other:
            begun.set()
            expiry.remove_expired(other)

    cleaner = Thread(target=clean_up)

    def while_another_cleans_up(*args: Any) -> None:
        keep(*args)
        cleaner.start()
        begun.wait(5)
        cleaner.join(0.5)

    monkeypatch.setattr(asking.pending, "keep", while_another_cleans_up)
    made = two.asked(ITEMS)
    cleaner.join(30)
    assert not cleaner.is_alive()
    assert len(two.opened(two.answered(made)).hits) == 5


@CHANGES
def test_an_answer_is_refused_that_was_forbidden_while_it_was_computed(
    two: TwoHomes,
    asked: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Meanwhile,
    kind: type[DuediligenceError],
    words: str,
) -> None:
    real, out = answering.batches, two.folder / "never.dde"

    def while_another(*args: Any) -> object:
        monkeypatch.undo()
        meanwhile(two.council())
        return real(*args)

    monkeypatch.setattr(answering, "batches", while_another)
    ws = two.council()
    with pytest.raises(kind, match=words):
        answer(ws, plan_answer(ws, asked), out)
    assert not out.exists()
    assert two.exchanges(two.council()) == []


@CHANGES
def test_an_answer_is_not_opened_that_was_forbidden_while_it_was_checked(
    two: TwoHomes,
    asked: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Meanwhile,
    kind: type[DuediligenceError],
    words: str,
) -> None:
    answered, real = two.answered(asked), opening.read_answer

    def while_another(*args: Any) -> object:
        meanwhile(two.police())
        return real(*args)

    monkeypatch.setattr(opening, "read_answer", while_another)
    with pytest.raises(kind, match=words):
        two.opened(answered)
    (exchange,) = two.exchanges(two.police())
    assert exchange.state == "asked"


def test_nothing_is_asked_under_an_agreement_that_ended_meanwhile(
    two: TwoHomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = asking.token_bytes

    def while_another(*args: Any) -> bytes:
        monkeypatch.undo()
        ENDED(two.police())
        return real(*args)

    ws, out = two.police(), two.folder / "never.dde"
    plan = plan_ask(ws, written(two.folder / "a.csv", ITEMS), TERMS.reference)
    monkeypatch.setattr(asking, "token_bytes", while_another)
    with pytest.raises(Conflict, match="is not in force: it ended"):
        ask(ws, plan, out)
    assert not out.exists()
    assert two.exchanges(ws) == []
    assert list(pending.list_pending_ids(ws.home)) == []


def test_what_is_needed_to_open_goes_with_the_end_of_the_agreement(
    two: TwoHomes, asked: Path
) -> None:
    answered = two.answered(asked)
    ENDED(two.police())
    assert expiry.remove_expired(two.police()) == 1
    assert list(pending.list_pending_ids(two.folder / "police")) == []
    (exchange,) = two.exchanges(two.police())
    assert exchange.state == "expired"
    with pytest.raises(Conflict, match="is not in force"):
        two.opened(answered)


def test_what_is_needed_to_open_stays_while_an_agreement_is_only_to_end(
    two: TwoHomes, asked: Path
) -> None:
    end(two.police(), TERMS.reference, TERMS.review_on)
    assert expiry.remove_expired(two.police()) == 0
    assert len(two.opened(two.answered(asked)).hits) == 5


def test_an_answer_under_a_key_that_was_changed_since_waits_for_that_key(
    two: TwoHomes, asked: Path
) -> None:
    """A partner's key that was taken after the answer was signed: refused, and nothing is lost."""
    answered, police = two.answered(asked), two.police()
    agreement = police.casework.repository(AgreementStore).get(TERMS.reference)
    assert agreement
    DROPPED(police)
    with pytest.raises(Conflict, match="recorded as compared"):
        two.opened(answered)
    police.casework.repository(AgreementStore).keep(agreement, "partner key taken", police.now())
    assert len(two.opened(answered).hits) == 5


def test_the_most_exchanges_cannot_be_got_round(two: TwoHomes) -> None:
    """By ending the agreement, by other terms of its name, a clock set back, or retention."""
    two.suppliers(as_suppliers(firms(5, 1)))
    two.agree(replace(TERMS, most_exchanges=1))
    answered = two.answered(two.asked(ITEMS))
    two.opened(answered)
    council = two.council()
    retention.run(in_use(two.council(200)), dry_run=False)
    for days in (0.5, -0.5, 300):
        with pytest.raises(Conflict, match="allows 1 exchanges within 365 days, and there were 1"):
            plan_answer(two.council(days), _another(two, days))
    ENDED(council)
    with pytest.raises(Conflict, match="is not in force"):
        plan_answer(two.council(0.5), _another(two, 0.5))


def _another(two: TwoHomes, days: float) -> Path:
    """A question of a partner who does not count its own."""
    police = two.police(days)
    for one in two.exchanges(police):
        police.casework.repository(ExchangeStore).keep(
            replace(one, agreement="OTHER"), {}, police.now()
        )
    made = two.asked(ITEMS, days, name=f"again{days}")
    assert read_partner_file(made).header.agreement == TERMS.reference
    return made
