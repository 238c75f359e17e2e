"""Requests from the command line: asked, received, answered, and what is due, in two homes."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from ..conftest import NOW
from ..sharing.two_homes import Two
from ..sharing.two_homes import two as two
from .conftest import Result, Run

At = Callable[..., Result]
DUE = (NOW + timedelta(days=14)).date()
NEW = (
    *("sharing", "request", "new", "--agreement", "ISA-2026-01", "--supplier", "P7"),
    *("--basis", "cda-1998-s115", "--purpose", "Renewal", "--due", DUE.isoformat()),
)


@pytest.fixture
def at(run: Run, two: Two) -> At:
    """A command in the home of the council or of the police, that number of days from now."""

    def one(party: str, *arguments: str | Path, day: int = 0) -> Result:
        home = {"council": two.council, "police": two.police}[party].home
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            return run("--home", home, *arguments)

    return one


def test_a_request_goes_there_and_its_answer_comes_back(at: At, tmp_path: Path) -> None:
    asked = at("police", *NEW, "--out", "request.ddp", "--yes")
    assert (asked.code, asked.out) == (0, f"Request 1, due by {DUE.isoformat()}\n")
    assert "Example Council will learn:" in asked.err
    assert "- that you ask about Moss Hall Ltd" in asked.err
    assert "- what for: Renewal" in asked.err

    received = at("council", "sharing", "receive", "request.ddp", day=1)
    assert received.code == 0, received.err
    assert "To answer it: duediligence sharing reply 1 --answer" in received.err
    assert received.out.splitlines() == [
        "Request 1: Example Police asks about Moss Hall Ltd, under agreement ISA-2026-01 and the "
        f"basis cda-1998-s115. Due by {DUE.day} {DUE:%B %Y}.",
        "Purpose: Renewal",
        "You do not hold this supplier. That is an answer: no-hit.",
    ]
    shown = at("council", "sharing", "request", "show", "1", day=1)
    assert "  Asked by: Example Police (Police force)\n" in shown.out
    assert "  State: open\n" in shown.out
    assert "duediligence sharing reply 1 --answer ANSWER --out FILE" in shown.err

    reply = ("sharing", "reply", "1", "--answer", "no-hit", "--out", "reply.ddp", "--yes")
    answered = at("council", *reply, day=1)
    assert (answered.code, answered.out) == (0, "Request 1: no-hit\n")
    assert "will learn that you hold nothing about Moss Hall Ltd. It learns nothing else." in (
        answered.err
    )
    closed = at("police", "sharing", "receive", "reply.ddp", day=2)
    assert closed.out.startswith("Request 1 about Moss Hall Ltd: Example Council answers: No hit")
    for party in ("council", "police"):
        assert at(party, "sharing", "request", "list", day=2).err == "No request is open.\n"
        listed = at(party, "sharing", "request", "list", "--all", day=2).out
        assert "answered" in listed
        assert "no-hit" in listed
        assert at(party, "audit", "verify", day=2).code == 0


def test_no_file_is_written_unless_somebody_said_yes(at: At, tmp_path: Path) -> None:
    refused = at("police", *NEW, "--out", "request.ddp")
    assert refused.code == 2
    assert "Example Council will learn:" in refused.err
    assert not (tmp_path / "request.ddp").exists()
    assert at("police", "sharing", "request", "list").err == "No request is open.\n"
    nowhere = at("police", *NEW, "--out", "nowhere/request.ddp", "--yes")
    assert "nowhere is not a folder" in nowhere.err
    assert at("police", "sharing", "request", "list").err == "No request is open.\n"


def test_what_is_overdue_ends_in_one(at: At) -> None:
    assert at("police", *NEW).code == 0
    waiting = at("police", "sharing", "due")
    assert (waiting.code, waiting.err) == (0, "")
    assert "answer to request 1" in waiting.out
    assert "overdue" not in waiting.out
    late = at("police", "sharing", "due", day=15)
    assert late.code == 1
    assert "overdue" in late.out
    assert late.err == "1 overdue.\n"
    as_json = at("police", "sharing", "due", "--json", day=15)
    assert as_json.code == 1
    (item,) = json.loads(as_json.out)["data"]
    assert (item["kind"], item["number"], item["overdue"]) == ("they answer", 1, True)
    withdrawn = at("police", "sharing", "request", "withdraw", "1", day=15)
    assert "tell them yourself" in withdrawn.out
    nothing = at("police", "sharing", "due", day=15)
    assert (nothing.code, nothing.err) == (0, "Nothing is due within 14 days.\n")


def test_an_answer_by_telephone_is_recorded_and_json_has_no_purpose(at: At) -> None:
    assert at("police", *NEW).code == 0
    said = at("police", "sharing", "reply", "1", "--answer", "refused", "--reason", "too-little")
    assert said.out == "Request 1: refused\n"
    shown = at("police", "sharing", "request", "show", "1")
    assert "  Answer: Refused: the request does not say enough to be answered\n" in shown.out
    assert "  Purpose: Renewal\n" in shown.out
    for command in (("list", "--all"), ("show", "1")):
        printed = at("police", "sharing", "request", *command, "--json")
        assert "Renewal" not in printed.out
        assert "Moss Hall Ltd" in printed.out
    again = at("police", "sharing", "reply", "1", "--answer", "hit")
    assert again.code == 2
    assert "Request 1 was refused on" in again.err


def test_what_the_partner_asked_by_letter_is_recorded(at: At) -> None:
    under = (*NEW[:5], *NEW[7:])
    made = at("council", *under, "--received", "--about", "Nobody Here Ltd")
    assert made.out == f"Request 1, due by {DUE.isoformat()}\n", made.err
    assert "they ask" in at("council", "sharing", "request", "list").out
    for more, words in (
        (("--about", "Nobody Here Ltd"), "--about goes with --received"),
        (("--received", "--out", "r.ddp"), "--out is for a request of yours"),
        (("--received",), "Say what the partner asks about"),
        ((), "Unknown supplier ''"),
    ):
        refused = at("council", *under, *more)
        assert refused.code == 2
        assert words in refused.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("receive", "missing.ddp"), "missing.ddp"),
        (("request", "show", "9"), "duediligence sharing request list --all"),
        (("due", "--days", "-1"), "The days must be 0 to 366"),
        (("reply", "9", "--answer", "hit"), "Unknown request 9"),
    ],
)
def test_wrong_use_says_what_to_do(at: At, arguments: tuple[str, ...], words: str) -> None:
    refused = at("council", "sharing", *arguments)
    assert refused.code == 2
    assert words in refused.err
    assert "Traceback" not in refused.err
