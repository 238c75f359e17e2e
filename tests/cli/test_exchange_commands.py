"""The commands of an exchange, as the people of both sides type them."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Invalid
from duediligence.extensions.sharing.exchanges.ids import find_exchange
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from tests.sharing.exchanges.homes import TwoHomes, as_items, as_suppliers, firms, written

Run = Callable[..., Any]
ROWS = [*firms(6, 1), {"name": "=Quayle Ferrow Ltd", "number": "01234567"}]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoHomes]:
    made = TwoHomes(tmp_path / "both")
    (tmp_path / "both").mkdir(exist_ok=True)
    made.suppliers(as_suppliers(ROWS[3:]))
    written(tmp_path / "list.csv", as_items(ROWS))
    yield made
    made.close()


def exchanged(run: Run, two: TwoHomes) -> Any:
    police, council = (two.folder / "police", two.folder / "council")
    asked = run(
        "--home", police, "sharing", "exchange", "ask", "list.csv", "--agreement", two.reference,
        "--out", "ask.dde", "--yes",
    )  # fmt: skip
    assert asked.code == 0, asked.err
    answered = run(
        "--home", council, "sharing", "exchange", "answer", "ask.dde", "--out", "a.dde", "--yes"
    )
    assert answered.code == 0, answered.err
    return asked, answered


def test_both_are_told_what_the_other_learns_before_they_act(run: Run, two: TwoHomes) -> None:
    asked, answered = exchanged(run, two)
    told = " ".join(asked.err.split())
    assert "Agreement ISA-2026-01 with Example Council. Purpose: Find suppliers" in told
    assert "The words of the key of Example Council were compared by Ada on 20" in told
    assert "Your list: 7 items" in told
    assert "Example Council learns: that you ask, for this purpose" in told
    assert "at most 16 items, padding included" in told
    assert "A hit is a pointer, not evidence" in told
    assert "No cryptographer has reviewed" in told
    told = " ".join(answered.err.split())
    assert "The words of the key of Example Police were compared by Ada on 20" in told
    assert "You answer for 4 suppliers" in told
    assert "Example Police learns: which of its own items you hold as well" in told
    assert "The key of the answer is destroyed." in told
    assert (
        "can test up to 16 company numbers, 16 charity numbers and 32 names of firms with" in told
    )


def test_an_auditor_checks_the_list_without_a_home(run: Run, two: TwoHomes) -> None:
    made = run("sharing", "exchange", "auditor-key", "auditor.pem")
    two.agree(replace(two.terms, auditor=made.out.strip()))
    asked, answered = exchanged(run, two)
    assert "can check that you asked about this list and no other" in " ".join(asked.err.split())
    assert "the auditor of the agreement can check" in " ".join(answered.err.split())
    police = ("--home", two.folder / "police")
    run(*police, "sharing", "agreement", "show", two.reference, "--out", "a.json")
    given = ("--agreement", "a.json", "--key", "auditor.pem")
    done = run("sharing", "exchange", "audit", "ask.dde", "--list", "list.csv", *given)
    assert (done.code, "asked about the 7 rows of list.csv, and nothing else" in done.out) == (
        0,
        True,
    )
    written(two.folder / "other.csv", as_items(ROWS[1:]))
    done = run(
        "sharing", "exchange", "audit", "ask.dde", "--list", two.folder / "other.csv", *given
    )
    assert (done.code, "is not the list that Example Police sealed" in done.err) == (2, True)
    again = run("sharing", "exchange", "auditor-key", "auditor.pem")
    assert (again.code, "is there already" in again.err) == (2, True)


def test_nothing_is_done_where_nobody_confirms(run: Run, two: TwoHomes, tmp_path: Path) -> None:
    done = run(
        "--home", two.folder / "police", "sharing", "exchange", "ask", "list.csv",
        "--agreement", two.reference, "--out", "ask.dde",
    )  # fmt: skip
    assert done.code == 2
    assert "Nothing was written: this must be confirmed" in done.err
    assert not (tmp_path / "ask.dde").exists()
    assert two.exchanges(two.police()) == []


def test_hits_are_shown_with_what_they_are_worth(run: Run, two: TwoHomes) -> None:
    exchanged(run, two)
    done = run("--home", two.folder / "police", "sharing", "exchange", "open", "a.dde")
    assert done.code == 1
    assert "4 items of yours may be held by the partner too." in done.out
    assert "N00007" in done.out
    assert "company number, firm name" in done.out
    assert "N00001" not in done.out
    assert "a pointer, not evidence" in done.err
    assert "No hit is no clearance" in done.err
    again = run("--home", two.folder / "police", "sharing", "exchange", "open", "a.dde")
    assert again.code == 2
    assert "an answer is opened once" in again.err


def test_hits_in_a_file_are_recorded_and_run_no_formula(
    run: Run, two: TwoHomes, tmp_path: Path
) -> None:
    exchanged(run, two)
    run(
        "--home", two.folder / "police", "sharing", "exchange", "open", "a.dde", "--out", "hits.csv"
    )
    with (tmp_path / "hits.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reference"] for row in rows] == ["N00004", "N00005", "N00006", "N00007"]
    assert rows[-1]["name"] == "'=Quayle Ferrow Ltd"
    assert rows[-1]["same"] == "company number, firm name, firm name as heard"
    (event,) = (
        one.event for one in two.police().audit.records(kind="export", subject="exchange hits")
    )
    assert event.what["hits"] == 4


def test_hits_as_json_and_again_later(run: Run, two: TwoHomes) -> None:
    exchanged(run, two)
    police = ("--home", two.folder / "police")
    done = run(*police, "sharing", "exchange", "open", "a.dde", "--json")
    assert done.code == 1
    document = json.loads(done.out)["data"]
    assert [one["item"]["reference"] for one in document["hits"]][-1] == "N00007"
    again = run(*police, "sharing", "exchange", "hits", document["exchange"], "--json")
    assert json.loads(again.out)["data"] == document
    shown = run(*police, "sharing", "exchange", "hits", document["exchange"])
    assert "N00007" in shown.out


def test_the_beginning_of_an_id_does(run: Run, two: TwoHomes) -> None:
    exchanged(run, two)
    police = ("--home", two.folder / "police")
    (made,) = two.exchanges(two.police())
    short = made.id[:8]
    opened = " ".join(run(*police, "sharing", "exchange", "open", "a.dde").err.split())
    assert f"sharing exchange refer {short} --hit REFERENCE" in opened
    listed = run(*police, "sharing", "exchange", "status")
    assert short in listed.out
    assert made.id not in listed.out
    assert "N00007" in run(*police, "sharing", "exchange", "hits", short.upper()).out
    found = json.loads(run(*police, "sharing", "exchange", "hits", made.id[:4], "--json").out)[
        "data"
    ]
    assert found["exchange"] == made.id
    (event,) = (
        one.event for one in two.police().audit.records(kind="export", subject="exchange hits")
    )
    assert event.what["exchange"] == made.id
    done = run(
        *police, "sharing", "exchange", "refer", short, "--hit", "N00007", "--do", "no-action",
        "--out", "m.ddp", "--yes",
    )  # fmt: skip
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("zz", "not a valid ID of an exchange"),
        ("abc", "Enter at least 4 of its characters"),
        ("0" * 33, "not a valid ID of an exchange"),
        ("ffffffffffff", "Unknown exchange"),
        ("ffffffffffff", "To see all of them: duediligence sharing exchange status"),
    ],
)
def test_an_id_that_cannot_be_meant_says_where_the_ids_are(
    run: Run, two: TwoHomes, id_: str, words: str
) -> None:
    done = run("--home", two.folder / "police", "sharing", "exchange", "hits", id_)
    assert done.code == 2
    assert words in " ".join(done.err.split())


def test_what_is_not_opened_here_says_what_to_do(run: Run, two: TwoHomes) -> None:
    exchanged(run, two)
    (made,) = two.exchanges(two.council())
    for home, words in (
        ("police", "Open the partner's answer first"),
        ("council", "comes as a message"),
    ):
        done = run("--home", two.folder / home, "sharing", "exchange", "hits", made.id[:8])
        assert done.code == 2
        assert words in " ".join(done.err.split())


def test_several_exchanges_that_begin_alike_need_more_of_the_id(two: TwoHomes) -> None:
    two.asked(as_items(ROWS))
    ws = two.police()
    (asked,) = two.exchanges(ws)
    kept = [replace(asked, id=f"abcd{at}" + "0" * 27) for at in (1, 2)]
    for one in kept:
        ws.casework.repository(ExchangeStore).keep(one, {}, NOW)
    assert find_exchange(ws, "abcd1") == kept[0]
    with pytest.raises(Invalid, match="2 exchanges begin with abcd"):
        find_exchange(ws, "abcd")


def test_no_hit_ends_with_zero(run: Run, two: TwoHomes, tmp_path: Path) -> None:
    written(tmp_path / "list.csv", as_items(firms(5, 77)))
    exchanged(run, two)
    done = run("--home", two.folder / "police", "sharing", "exchange", "open", "a.dde")
    assert (done.code, done.out) == (0, "No hit.\n")
    assert "No hit is no clearance" in done.err


def test_the_status_has_purpose_counts_and_times_and_no_item(run: Run, two: TwoHomes) -> None:
    exchanged(run, two)
    run("--home", two.folder / "police", "sharing", "exchange", "open", "a.dde")
    for home, words in (("police", "we asked: opened"), ("council", "they asked: answered")):
        done = run("--home", two.folder / home, "sharing", "exchange", "status")
        assert done.code == 0
        assert words in done.out
        assert "Find suppliers that both hold" in done.out
        shown = run("--home", two.folder / home, "sharing", "exchange", "status", "--json")
        (one,) = json.loads(shown.out)["data"]
        assert one["agreement"] == two.reference
        for row in ROWS:
            assert row["name"] not in done.out + shown.out
    assert json.loads(shown.out)["data"][0]["hits"] is None


def test_a_home_without_exchanges(run: Run) -> None:
    done = run("sharing", "exchange", "status")
    assert (done.code, done.out) == (0, "")
    assert "There was no exchange." in done.err


WITHOUT = """
import sys
sys.modules["rbcl"] = None
from duediligence.cli import main
main(sys.argv[1:])
"""


def test_without_the_extra_the_command_says_what_to_install(two: TwoHomes, tmp_path: Path) -> None:
    # The clock of another process is not held.
    two.agree(replace(two.terms, starts_on=date(2020, 1, 1), review_on=date(2999, 1, 1)))
    done = subprocess.run(
        [
            sys.executable, "-c", WITHOUT, "--home", str(two.folder / "police"),
            "sharing", "exchange", "ask", str(tmp_path / "list.csv"),
            "--agreement", two.reference, "--out", str(tmp_path / "ask.dde"), "--yes",
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'duediligence[exchange]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ask.dde").exists()
    assert two.exchanges(two.police()) == []
