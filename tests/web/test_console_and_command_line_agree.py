"""The same alerts, run and lists in the console and from the command line, field by field: what the
tests of single pages do not compare with the command line already.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from duediligence.casework import alert_words
from duediligence.casework.deciding import Choice, decide_alert, describe_choice
from duediligence.casework.owners import assign
from duediligence.casework.showing import FurtherSource
from duediligence.model.alerts import Considered
from duediligence.render.wording import LIST_STATES, day, moment, score_words, visible

from ..cli.conftest import Result
from ..cli.conftest import Run as RunCommand
from .alert_office import NOW, REGISTERS, Office, Opener, get

Command = Callable[..., Result]
Json = dict[str, Any]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], None]]:
    """Sets the day of the command line; it is that of the console to begin with."""
    monkeypatch.setenv("DUEDILIGENCE_LOCAL_REGISTERS", str(REGISTERS))
    travels = []

    def travel(when: datetime) -> None:
        travels.append(time_machine.travel(when, tick=False))
        travels[-1].start()

    travel(NOW)
    yield travel
    for one in reversed(travels):
        one.stop()


def command(office: Office, run: RunCommand) -> Command:
    """Runs a command in the home of the office."""
    return lambda *words: run("--home", office.settings.home, *words)


def data(result: Result) -> Any:
    return json.loads(result.out)["data"]


def test_the_queue(office: Office, run: RunCommand, at: object) -> None:
    with office.workspace() as ws:
        assign(ws, [office.match("S1").id], "Bo")
        decide_alert(ws, office.match("S3").id, Choice(decided="not sure", reason="ASKED"))
        titles = {one.id: one.title for one in ws.watchlists.values()}
    listed = command(office, run)("alerts", "list", "--json", "--include-people")
    page = get(office.person("Ada"), "/alerts")
    said = data(listed)
    assert len(page.rows()) == len(said) > 5
    for (_, what, supplier, severity, state, strength, due, owner), one in zip(
        page.rows(), said, strict=True
    ):
        assert one["number"] in what
        assert supplier == " ".join(visible(one["supplier_name"]).split())
        assert (severity, state) == (one["severity"].capitalize(), one["state"].capitalize())
        assert due == (day(date.fromisoformat(one["due"])) if one["due"] else "")
        assert owner == (one["owner"] or "nobody")
        if one["withheld"]:
            assert one["check_id"] is one["score"] is one["entry_name"] is None
            assert (what.startswith("Rests on a restricted record"), strength) == (True, "")
            continue
        assert strength == (score_words(one["score"]) if one["score"] is not None else "")
        assert what.startswith(one["check_title"])
        if one["entry_id"]:
            assert f"{one['entry_name']} ({titles[one['list_id']]})" in what
        if one["subject_name"] != one["supplier_name"]:
            assert f"about {one['subject_name']}, {one['subject_role']}" in what
        for also in one["also"]:
            source = FurtherSource(**also)
            assert f"also {source.number}, {source.state}: {source.source}" in what
    # What is said around the rows: on stderr there, on the page here.
    for line in filter(None, listed.err.splitlines()):
        assert " ".join(line.split()) in page.text, line


def test_an_alert_that_two_people_decided(open_office: Opener, run: RunCommand, at: object) -> None:
    office = open_office(second_decision=("critical",))
    alert = office.match()
    choices = {
        "Ada": Choice(decided="confirmed risk", reason="RISK", note="Rang the <publisher>"),
        "Bo": Choice(
            decided="confirmed risk",
            reason="RISK",
            note="Agreed",
            considered=Considered(
                ground="PA23-7-12",
                factors=("a", "c"),
                representations_invited=date(2026, 11, 2),
                contract="Ferries 2026",
            ),
        ),
    }
    for who, choice in choices.items():
        with office.workspace(who) as ws:
            decide_alert(ws, alert.id, choice)
    said = data(command(office, run)("alerts", "show", alert.id, "--json", "--include-people"))
    page = get(office.person("Ada"), f"/alerts/{alert.id}")
    told = page.described()
    assert said["state"] == "confirmed risk"
    for label, value in (
        ("State", said["state"]),
        ("Decided by", said["decided_by"]),
        ("Valid until", day(date.fromisoformat(said["expires"]))),
        ("Owner", said["owner"] or "nobody"),
        ("Supplier", f"{said['supplier_name']} ({said['supplier_ref']})"),
        ("About", f"{said['subject_name']}, {said['subject_role']}"),
        ("Match strength", f"{score_words(said['score'])}, {said['certainty']}"),
        ("Official page", said["entry_url"]),
        ("Next step", said["next_step"]),
        ("First seen", moment(datetime.fromisoformat(said["first_seen"]))),
        ("Last seen", moment(datetime.fromisoformat(said["last_seen"]))),
    ):
        assert told[label] == [value], label
    for label, field in (
        ("Why", "why"),
        ("Measures", "measures"),
        ("Possible grounds, officer to decide", "possible_grounds"),
    ):
        assert told[label] == list(dict.fromkeys(said[field] or ["none suggested"])), label
    assert page.rows() == [
        [
            one["fact"],
            one["ours"] or "not given",
            one["theirs"] or "not given",
            one["verdict"].capitalize(),
        ]
        for one in said["facts"]
        if one["ours"] or one["theirs"]
    ]
    assert f"/runs/{said['run_id']}" in page.links()
    assert said["check_title"] in page.title
    assert [one["by"] for one in said["history"]] == list(choices)
    for one in said["history"]:
        choice = choices[one["by"]]
        assert (one["decided"], one["reason"], one["note"]) == (
            choice.decided,
            choice.reason,
            choice.note,
        )
        assert describe_choice(one["decided"], one["reason"])[1:] in page.text
        assert one["note"] in page.text
        assert f"by {one['by']}" in page.text
        assert moment(datetime.fromisoformat(one["at"])) in page.text
        assert one["considered"]["contract"] == choice.considered.contract
        for label, value in alert_words.considered(choice):
            assert f"{label.capitalize()}: {value}" in page.text
    assert page.text.index("Rang the <publisher>") != page.text.index("Agreed")


def test_a_run(office: Office, run: RunCommand, at: object, tmp_path: Path) -> None:
    """Screened from the command line, and looked at in the console."""
    file = tmp_path / "flags.csv"
    screened = command(office, run)("screen", "--json", "--redact-people", "--out", file)
    said, client = data(screened), office.person("Ada")
    address = f"/runs/{said['id']}"
    page = get(client, address)
    told = page.described()
    assert told["Run"] == [said["id"]]
    assert told["Suppliers screened"] == [str(said["suppliers"])]
    assert told["Lists not fully checked"] == [str(len(said["not_checked"]))]
    assert told["Matcher version"] == [said["matcher_version"]]
    assert told["SHA-256 of the policy"] == [said["policy_sha256"]]
    assert told["Lowest score shown"][0].startswith(f"{said['threshold']:.0%}")
    assert f"({said['parties']} parties looked up)" in page.text
    assert ("Do not rely on this run as a full answer" in page.text) != said["complete"]
    for one in said["not_checked"]:
        assert f"{one['title']}: {LIST_STATES[one['state']]}." in page.text
        assert one["reason"].casefold() in page.text.casefold()
    lists = {row[0]: row[1:] for row in page.rows() if len(row) == 6}
    assert lists.keys() == {one["title"] for one in said["lists"]}
    for one in said["lists"]:
        state, published, fetched, entries, _ = lists[one["title"]]
        version = one["version"]
        assert state == LIST_STATES[one["state"]].capitalize()
        assert entries == (f"{version['entries']:,}" if version else "0")
        assert fetched == (
            moment(datetime.fromisoformat(version["retrieved_at"])) if version else "never"
        )
        dated = version and version["published"]
        assert published == (
            day(date.fromisoformat(dated)) if dated else "not dated" if version else "none"
        )
    sent = client.post(f"{address}/flags", data={"form": "csv", "people": "no"})
    assert sent.content == file.read_bytes()


@pytest.mark.parametrize("days", [0, 40])
def test_lists_that_are_stale_or_missing(
    office: Office, run: RunCommand, at: Callable[[datetime], None], days: int
) -> None:
    when = NOW + timedelta(days=days)
    at(when)
    office.service.now = lambda: when
    said = data(command(office, run)("lists", "status", "--json"))
    used = [one for one in said if one["version"] or not one["optional"]]
    page = get(office.person("Ada"), "/lists")
    shown = {row[0]: row[1:] for row in page.rows()}
    states = {one["state"] for one in used}
    assert states == (
        {"current", "never loaded"} if days == 0 else {"current", "stale", "never loaded"}
    )
    for one in used:
        state, entries, published, age = shown[one["title"]]
        assert state == one["state"].capitalize()
        assert entries == (f"{one['entries']:,}" if one["version"] else "")
        assert age == ("" if one["age_days"] is None else str(one["age_days"]))
        assert published == (day(date.fromisoformat(one["published"])) if one["published"] else "")
        if one["state"] != "current":
            # A step is a link here.
            assert one["reason"].partition(", then ")[0] in page.text
    missing = [one for one in used if one["state"] != "current"]
    assert f"{len(missing)} of {len(used)} lists in use are not current" in page.text
