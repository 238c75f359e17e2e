"""From a hit to the alert at the council, the answer and the removal, from the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from .conftest import Result, Run

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
NEW = (
    "sharing", "agreement", "new", "ISA-2026-01", "--as", "Example Council",
    "--with", "Example Police", "--partner-kind", "police",
    "--purpose", "Find suppliers that both hold", "--basis", "cda-1998-s115",
    "--share", "blind-matching: organisations", "--share", "blind-matching: people",
    "--no-auditor", "--share", "hits", "--review", "2027-10-31", "--retention-days", "90",
    "--contact", "data protection officer: dpo@council.example",
)  # fmt: skip
TAKE = (
    "sharing", "agreement", "new", "--from", "a.json", "--as", "Example Police",
    "--partner-kind", "council-fraud-team", "--no-auditor", "--contact", "duty desk: 0000 000000",
)  # fmt: skip
SUPPLIERS = (
    "ref,name,company_number,directors\n"
    "S1,Dunmarrow Cleaning Ltd,99000001,\n"
    "S2,Reedwater Homes Ltd,,Orla Zebrovnik (born April 1965)\n"
    "S3,Moor Lantern Ltd,,\n"
)
ASKED = (
    "reference,kind,name,number,born\n"
    "OP-1,organisation,DUNMARROW CLEANING LIMITED,99000001,\n"
    "OP-2,person,Orla ZEBROVNIK,,1965-04\n"
    "OP-3,person,Ivo Nobodyson,,1970-02\n"
)


class Clock:
    """Two homes on one day, which may be moved on."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run, self.folder, self.day = run, folder, NOW

    def __call__(self, party: str, *words: str, code: int | None = 0) -> Result:
        with time_machine.travel(self.day):
            done = self._run("--home", str(self.folder / party), *words)
        assert code is None or done.code == code, done
        return done

    def later(self, days: int) -> None:
        self.day += timedelta(days=days)


@pytest.fixture
def at(run: Run, tmp_path: Path) -> Clock:
    """The council and the police, with an agreement and an exchange that was opened."""
    at = Clock(run, tmp_path)
    at("council", *NEW)
    at("council", "sharing", "agreement", "show", "ISA-2026-01", "--out", "a.json")
    at("police", *TAKE)
    at("police", "sharing", "agreement", "show", "ISA-2026-01", "--out", "b.json")
    at("council", "sharing", "agreement", "key", "ISA-2026-01", "b.json")
    for party, theirs in (("police", "a.json"), ("council", "b.json")):
        words = json.loads((tmp_path / theirs).read_text())["signing_key"]["fingerprint"]
        at(party, "sharing", "agreement", "compare", "ISA-2026-01", "--words", words)
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS)
    (tmp_path / "asked.csv").write_text(ASKED)
    at("council", "suppliers", "import", "suppliers.csv")
    for party, *words in (
        ("police", "ask", "asked.csv", "--agreement", "ISA-2026-01", "--out", "ask.dde"),
        ("council", "answer", "ask.dde", "--out", "answer.dde"),
    ):
        at(party, "sharing", "exchange", *words, "--yes")
    opened = at("police", "sharing", "exchange", "open", "answer.dde", code=1)
    assert "OP-1" in opened.out
    assert "OP-2" in opened.out
    return at


def exchange_of(at: Clock) -> str:
    (one,) = json.loads(at("police", "sharing", "exchange", "status", "--json").out)["data"]
    return str(one["id"])


def test_a_hit_is_referred_shown_answered_and_removed(at: Clock, tmp_path: Path) -> None:
    refer = ("sharing", "exchange", "refer", exchange_of(at), "--hit", "OP-2", "--do", "call-us")
    waits = at("police", *refer, "--out", "message.ddp", code=2)
    assert "Person: Orla ZEBROVNIK, born 1965-04" in waits.err
    assert "Dunmarrow" not in waits.err
    assert not (tmp_path / "message.ddp").exists()
    written = at("police", *refer, "--out", "message.ddp", "--yes")
    assert "  message.ddp\n" in written.out

    received = at("council", "sharing", "receive", "message.ddp")
    assert "Message 1 of Example Police, under agreement ISA-2026-01" in received.out
    assert "It names 1 party that you hold, in 1 supplier: S2." in received.out
    assert "ZEBROVNIK" not in received.out
    again = at("council", "sharing", "receive", "message.ddp", code=2)
    assert "already" in again.err

    hidden = at("council", "alerts", "list")
    assert "ZEBROVNIK" not in hidden.out
    assert "restricted; --restricted shows it" in hidden.out
    whole = at("council", "alerts", "list", "--restricted")
    assert "A partner asks you to call" in whole.out
    (alert,) = (
        one
        for one in json.loads(at("council", "alerts", "list", "--restricted", "--json").out)["data"]
        if one["check_id"] == "SHR-01"
    )
    shown = at("council", "alerts", "show", alert["id"], "--restricted")
    words = " ".join(shown.out.split())
    assert "It names Orla ZEBROVNIK, born 1965-04 (director)." in words
    assert "Before you do anything about the supplier, call Example Police (duty desk" in words

    listed = json.loads(at("council", "sharing", "message", "list", "--json").out)["data"]
    assert [(one["number"], one["suppliers"], one["state"]) for one in listed] == [
        (1, ["S2"], "open")
    ]
    closed = at("council", "sharing", "message", "close", "1", "--outcome", "we-will-call")
    assert closed.out == "Message 1 is closed for 1 supplier.\n"
    assert "No file tells the partner" in closed.err
    again = at("council", "sharing", "message", "close", "1", "--outcome", "hit", code=2)
    assert "duediligence sharing message list" in again.err
    at("council", "screen", code=None)
    assert "A partner asks" not in at("council", "alerts", "list", "--restricted").out

    at.later(90)
    gone = at("council", "retention", "run")
    assert "partner-messages" in gone.out
    at("council", "sharing", "message", "list")
    for party in ("council", "police"):
        assert at(party, "audit", "verify", code=None).code in (0, 3)
        log = at(party, "audit", "log").out.casefold()
        for name in ("zebrovnik", "reedwater", "nobodyson"):
            assert name not in log


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--hit", "OP-3", "--do", "call-us"), "'OP-3' is not the reference of a hit"),
        (("--hit", "OP-1", "--do", "arrest"), "Choose from call-us, pause-award, no-action"),
    ],
)
def test_what_cannot_be_referred_is_said(at: Clock, words: tuple[str, ...], says: str) -> None:
    refer = ("sharing", "exchange", "refer", exchange_of(at), *words, "--out", "m.ddp", "--yes")
    assert says in at("police", *refer, code=2).err
