"""`alerts list`, `show`, `decide` and `history`, as a user types them."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from duediligence.demo.office import DEMO_TIME
from tests.homes import copy_home
from tests.rows import for_each
from tests.whole_words import has_word

pwd = pytest.importorskip("pwd", reason="accounts have no such names here")

Run = Callable[..., Any]
SUPPLIERS = """ref,name,director 1,director 1 date of birth
S1,Volkhar Maritime UK Ltd,,
S2,Little Acorns Youth Project CIO,,
S3,Bright Sands Home Care Ltd,Dragomir Petrosyanov,03/1968
"""

ANOTHER = ("--reason", "OTHER", "--note", "Another firm")


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME):
        yield


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Be another account of the machine."""

    def be(name: str) -> None:
        monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name=name))

    be("ada")
    return be


@pytest.fixture
def screened(run: Run, loaded_home: Path, tmp_path: Path, as_user: object) -> Run:
    copy_home(loaded_home, tmp_path / "home")
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    assert run("screen", "suppliers.csv").code in (1, 3)
    return run


def data(result: Any) -> Any:
    assert result.code == 0, result.err
    return json.loads(result.out)["data"]


def freeze(run: Run, ref: str = "S1") -> dict[str, Any]:
    """The alert about the asset freeze on the UK list."""
    return next(
        alert
        for alert in data(run("alerts", "list", "--all", "--supplier", ref, "--json"))
        if (alert["check_id"], alert["list_id"]) == ("SAN-01", "uk-sanctions")
    )


def settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "home" / "duediligence.toml").write_text(text, encoding="utf-8")


def test_the_list_is_what_waits_most_severe_first(screened: Run) -> None:
    result = screened("alerts", "list")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "Volkhar Maritime UK Ltd (S1)"
    assert ": critical, open, due " in lines[1]
    found = data(screened("alerts", "list", "--json"))
    assert {alert["supplier_ref"] for alert in found} == {"S1", "S3"}
    assert {alert["state"] for alert in found} == {"open"}
    assert f"1-{len(found)} of {len(found)} alerts." in result.err
    assert found[0]["number"] == lines[1].split(":")[0].strip()


def test_a_list_of_alerts_says_that_something_was_not_checked(screened: Run) -> None:
    assert "Incomplete" not in screened("alerts", "list").err
    with time_machine.travel(DEMO_TIME + timedelta(days=30)):
        assert screened("screen").code == 3
        told = screened("alerts", "list", "--json")
    assert "could not be checked of 3 of 3 suppliers" in " ".join(told.err.split())
    assert data(told)


def test_show_puts_both_sides_beside_each_other(screened: Run) -> None:
    alert = freeze(screened, "S3")
    result = screened("alerts", "show", alert["id"][:8])
    assert result.code == 0
    for told in (
        "State: open",
        "Supplier: Bright Sands Home Care Ltd (S3)",
        "About: Dragomir Petrosyanov, director",
        f"Entry: uk-sanctions/{alert['entry_id']}",
        "Official page: https://",
        "Match strength:",
        "Next step:",
        "supplier's side",
        "list entry",
    ):
        assert told in result.out, told
    (born,) = (line for line in result.out.splitlines() if "Date of birth" in line)
    assert born.split()[-1] == "agree"
    assert "1968-03" in born
    assert "Nobody has decided" in result.err
    shown = data(screened("alerts", "show", alert["id"], "--json", "--include-people"))
    assert shown["last_decision"] == 0
    assert {fact["verdict"] for fact in shown["facts"]} >= {"agree", "not known"}


def test_a_decision_takes_it_off_the_list_and_says_so(screened: Run, tmp_path: Path) -> None:
    settings(tmp_path, "second_decision = []")
    alert = freeze(screened)
    made = screened(
        "alerts", "decide", alert["id"][:8], "not-the-same",
        "--reason", "other", "--note", "Another firm",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert f"{alert['number']}: not the same" in made.out
    assert "It is valid until 20 November 2027" in made.err
    screened("screen")
    result = screened("alerts", "list")
    assert alert["number"] not in result.out
    assert "1 decided as not the same is not shown." in result.err
    assert "--all" in result.err
    assert alert["number"] in screened("alerts", "list", "--all").out
    only = data(screened("alerts", "list", "--state", "not-the-same", "--json"))
    assert [each["id"] for each in only] == [alert["id"]]
    assert (only[0]["decided_by"], only[0]["reason"]) == ("ada", "OTHER")
    told = " ".join(screened("alerts", "history", alert["id"]).out.split())
    at = "20 November 2026 at 9am UK time"
    assert f"1. {at}, ada: not the same (another reason, given in the note): Another firm" in told


def test_what_is_critical_waits_for_a_second_person(
    screened: Run, as_user: Callable[[str], None]
) -> None:
    alert = freeze(screened)
    id_ = alert["id"]
    decided = ("alerts", "decide", id_, "not-the-same", "--reason", "OTHER", "--note", "Other")
    first = screened(*decided)
    assert "awaiting second decision" in first.out
    assert "when a second person records the same decision" in first.err
    as_user("bo")
    assert "ada: not the same" in screened("alerts", "show", id_).out
    assert f"{alert['number']}: not the same" in screened(*decided).out
    assert freeze(screened)["decided_by"] == "ada and bo"


def test_two_who_disagree_are_both_shown(screened: Run, as_user: Callable[[str], None]) -> None:
    id_ = freeze(screened)["id"]
    screened("alerts", "decide", id_, "not-the-same", "--reason", "OTHER", "--note", "Other")
    as_user("bo")
    second = screened("alerts", "decide", id_, "same", "--reason", "SUPPLIER-SAYS")
    assert "not sure" in second.out
    assert "ada: not the same and bo: same" in second.err
    shown = screened("alerts", "show", id_).out
    assert "ada: not the same" in shown
    assert "bo: same" in shown


def test_a_blind_second_person_is_shown_nothing(
    screened: Run, as_user: Callable[[str], None], tmp_path: Path
) -> None:
    settings(tmp_path, "blind_second = true")
    id_ = freeze(screened)["id"]
    screened("alerts", "decide", id_, "same", "--reason", "SUPPLIER-SAYS", "--note", "Phoned")
    assert "Phoned" in screened("alerts", "show", id_).out
    as_user("bo")
    for command in (
        ("show", id_),
        ("show", id_, "--json"),
        ("history", id_),
        ("history", id_, "--json"),
        ("list", "--json"),
        ("list",),
    ):
        result = screened("alerts", *command)
        assert result.code == 0
        assert "Phoned" not in result.out
        assert "SUPPLIER-SAYS" not in result.out
        assert not re.search(r"\bada\b", result.out)
    waiting = screened("alerts", "show", id_)
    assert "awaiting second decision" in waiting.out
    assert "not shown until a second person decides" in waiting.err
    screened("alerts", "decide", id_, "same", "--reason", "SUPPLIER-SAYS")
    assert "Phoned" in screened("alerts", "show", id_).out


def test_json_names_people_only_when_asked_on_record(screened: Run) -> None:
    alert = freeze(screened, "S3")
    for command in (("list",), ("show", alert["id"]), ("history", alert["id"])):
        before = len(data(screened("audit", "log", "--last", "500", "--json")))
        plain = screened("alerts", *command, "--json")
        assert not has_word(plain.out, "1968")
        assert len(data(screened("audit", "log", "--last", "500", "--json"))) == before
        named = screened("alerts", *command, "--json", "--include-people")
        assert named.code == 0
        event = data(screened("audit", "log", "--last", "1", "--json"))[0]["event"]
        assert (event["kind"], event["subject"]) == ("export", "alerts")
        assert event["what"]["people"] == "included"
    assert {row["subject_name"] for row in data(screened("alerts", "list", "--json"))} >= {
        "director 1"
    }
    named = data(screened("alerts", "show", alert["id"], "--json", "--include-people"))
    assert named["subject_name"] == "Dragomir Petrosyanov"


def test_bulk_decides_one_entry_only(screened: Run, tmp_path: Path) -> None:
    settings(tmp_path, "second_decision = []")
    entry = freeze(screened)["entry_id"]
    result = screened(
        "alerts", "decide", "--entry", f"uk-sanctions/{entry}", "--not-the-same",
        *ANOTHER, "--yes",
    )  # fmt: skip
    assert result.code == 0, result.err
    found = data(screened("alerts", "list", "--all", "--json"))
    of_entry = {a["state"] for a in found if a["entry_id"] == entry}
    assert of_entry == {"not the same"}
    assert {a["state"] for a in found if a["entry_id"] != entry} == {"open"}


@for_each(
    ("arguments", "told"),
    [
        (("decide",), "Specify an alert and a decision"),
        (("decide", "4c5e"), "Specify an alert and a decision"),
        (("decide", "--entry", "un/E1"), "Specify an alert and a decision"),
        (
            ("decide", "4c5e", "same", "--entry", "un/E1", "--not-the-same"),
            "Specify an alert and a decision",
        ),
        (("decide", "--entry", "un/E1", "--not-the-same"), "a reason is needed for 'not the same'"),
        (
            ("decide", "--entry", "un/E1", "--not-the-same", "--reason", "OTHER-NAME"),
            "No alert is about the entry un/E1",
        ),
        (("decide", "ID", "same", "--reason", "WHY"), "DOB-SAME: Name and date of birth"),
        (("decide", "ID", "same"), "a reason is needed for 'same'"),
        (("decide", "ID", "excluded", "--reason", "OTHER"), "not a valid decision"),
        (("decide", "ID", "not-sure", "--reason", "OTHER"), "needs a note"),
        (("decide", "ID", "mitigated", "--reason", "LICENSED"), "cannot become 'mitigated'"),
        (("decide", "ID", "not-sure", "--reason", "ASKED", "--factors", "a,z"), "no point 'z'"),
        (
            ("decide", "ID", "not-sure", "--reason", "ASKED", "--invited", "1/2/26"),
            "not a valid date",
        ),
        (("decide", "ID", "not-sure", "--reason", "ASKED", "--ground", "PA23-8-1"), "PA23-8-1"),
        (("show", "ffffffff"), "Unknown alert 'ffffffff'"),
        (("show", "xyz"), "not a valid alert number"),
        (("list", "--state", "guilty"), "not-the-same"),
        (("list", "--severity", "dire"), "low, medium, high, critical"),
    ],
)
def test_what_cannot_be_done_says_why(screened: Run, arguments: tuple[str, ...], told: str) -> None:
    id_ = freeze(screened)["id"]
    result = screened("alerts", *(id_ if each == "ID" else each for each in arguments))
    assert result.code == 2
    assert told in result.err
    assert "Nobody has decided" in screened("alerts", "history", id_).err


def test_what_the_act_asks_for_is_recorded_and_shown(screened: Run) -> None:
    id_ = freeze(screened)["id"]
    made = screened(
        "alerts", "decide", id_, "confirmed-risk", "--reason", "GROUND",
        "--ground", "PA23-7-11", "--factors", "a,d", "--invited", "2026-11-01",
        "--received", "2026-11-12", "--notice", "2026-11-19", "--contract", "FTS-050558",
    )  # fmt: skip
    assert made.code == 0, made.err
    shown = screened("alerts", "history", id_).out
    for told in (
        "ground considered: PA23-7-11@",
        "factors considered: a, d",
        "representations invited: 1 November 2026",
        "representations received: 12 November 2026",
        "exclusion notice: 19 November 2026",
        "contract: FTS-050558",
    ):
        assert told in shown, told


def test_a_colleagues_decision_is_overruled_only_knowingly(
    screened: Run, as_user: Callable[[str], None], tmp_path: Path
) -> None:
    settings(tmp_path, "second_decision = []")
    id_ = freeze(screened)["id"]
    screened("alerts", "decide", id_, "not-the-same", "--reason", "OTHER", "--note", "Other")
    as_user("bo")
    same = ("alerts", "decide", id_, "same", "--reason", "SUPPLIER-SAYS")
    refused = screened(*same)
    assert refused.code == 2
    assert "ada decided 'not the same'" in refused.err
    assert "--after 1" in refused.err
    assert screened(*same, "--after", "0").code == 2
    assert screened(*same, "--after", "1").code == 0
    assert freeze(screened)["state"] == "same"


def test_no_alerts_before_a_screening_are_not_said_to_be_clear(run: Run) -> None:
    result = run("alerts", "list")
    assert (result.code, result.out) == (0, "")
    assert "Nothing was screened yet. No alert does not mean clear." in result.err
    assert data(run("alerts", "list", "--json")) == []


def test_a_decision_is_undone_by_its_number_and_shown_twice(screened: Run) -> None:
    alert = freeze(screened, "S3")
    screened("alerts", "decide", alert["id"], "not-the-same", *ANOTHER)
    (decision,) = data(screened("alerts", "history", alert["id"], "--json"))
    number = str(decision["position"])
    undone = screened("alerts", "undo", number, "--note", "The wrong one", "--yes")
    assert undone.code == 0, undone.err
    assert "Undone: " in undone.out
    told = screened("alerts", "history", alert["id"]).out
    assert "not the same (another reason, given in the note), together" in " ".join(told.split())
    assert f"undid decision {decision['position']}: The wrong one" in told
    assert freeze(screened, "S3")["state"] == "open"
    again = screened("alerts", "undo", number)
    assert again.code == 2
    assert "already undid" in again.err


def test_all_sources_are_shown_and_decided_at_once(screened: Run) -> None:
    alert = freeze(screened, "S3")
    decide = ("alerts", "decide", alert["number"], "not-the-same", *ANOTHER)
    shown = screened(*decide, "--all-sources", "--dry-run")
    told = " ".join(shown.err.split())
    others = [one for one in alert["also"] if f"({one['number']})" in told]
    assert f"{len(others)} further sources of the same parties, decided too: " in told
    assert len(others) > 1
    assert screened(*decide, "--all-sources").code == 2, "not confirmed"
    alone = " ".join(screened(*decide).err.split())
    assert re.search(r"To decide the same for \d further sources of the party: ", alone)
    (typed,) = re.findall(r"duediligence (alerts decide .*--all-sources)", alone)
    done = screened(*shlex.split(typed), "--yes")
    assert (done.code, "alerts." in done.out) == (0, True), done.err
    # One list has another passport: it is named, and decided by itself.
    (left,) = {one["number"] for one in alert["also"]} - {one["number"] for one in others}
    assert f"Not decided with them: {left}: birth dates, numbers or countries" in told
    assert freeze(screened, "S3")["state"] == "open"
    assert screened("alerts", "decide", left, "not-the-same", *ANOTHER).code == 0
    assert freeze(screened, "S3")["state"] == "awaiting second decision"


def test_an_act_of_several_decisions_is_confirmed_before_it_is_undone(screened: Run) -> None:
    alert = freeze(screened, "S3")
    entry = f"{alert['list_id']}/{alert['entry_id']}"
    decided = ("alerts", "decide", "--entry", entry, "--not-the-same", *ANOTHER, "--yes")
    screened(*decided, "--all-sources")
    act = data(screened("alerts", "history", alert["id"], "--json"))[0]["act"]
    assert act
    refused = screened("alerts", "undo", str(act))
    assert refused.code == 2
    assert "--yes" in refused.err
    assert "not the same" in {one["state"] for one in freeze(screened, "S3")["also"]}
    undone = screened("alerts", "undo", str(act), "--yes")
    assert undone.code == 0
    assert f"Act {act}: " in undone.out
    assert {one["state"] for one in freeze(screened, "S3")["also"]} == {"open"}


def test_a_joined_entry_is_said_to_be_another_party(
    screened: Run, as_user: Callable[[str], None]
) -> None:
    alert = freeze(screened, "S3")
    assert "one party by the same full name and birth date" in screened(
        "alerts", "show", alert["id"]
    ).out.replace("\n    ", " ")
    assert screened("alerts", "part", alert["id"]).code == 2
    waiting = screened("alerts", "part", alert["id"], "--yes")
    assert waiting.code == 0, waiting.err
    assert "once a second person says so" in waiting.out
    as_user("bo")
    done = screened("alerts", "part", alert["id"], "--yes")
    assert "is another party than" in done.out
    assert all(
        "Director disqualification" in one["source"] for one in freeze(screened, "S3")["also"]
    )
    assert "is not joined" in screened("alerts", "part", alert["id"], "--yes").err


def test_a_mistyped_supplier_does_not_look_clear(screened: Run, tmp_path: Path) -> None:
    for command in (("alerts", "list"), ("alerts", "export", "a.xlsx")):
        refused = screened(*command, "--supplier", "S33")
        assert refused.code == 2, command
        assert "Unknown supplier 'S33'" in refused.err
    assert not (tmp_path / "a.xlsx").exists()


def test_of_a_merged_supplier_the_alerts_of_the_one_that_holds_it_are_listed(
    screened: Run,
) -> None:
    screened("suppliers", "merge", "S1", "S3", "--yes")
    listed = data(screened("alerts", "list", "--supplier", "S3", "--json"))
    assert listed
    assert {one["supplier_ref"] for one in listed} == {"S1"}
    assert listed == data(screened("alerts", "list", "--supplier", "S1", "--json"))
