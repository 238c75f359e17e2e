import json
from dataclasses import fields

from duediligence.model import Finding, Run
from duediligence.render import run_json


def test_document(incomplete_run, snapshot):
    assert run_json.dump_run_json(incomplete_run) == snapshot


def test_nothing_of_the_run_is_left_out(incomplete_run):
    data = run_json.build_run_document(incomplete_run)["data"]
    assert {field.name for field in fields(Run)} - {"basis", "by_matcher"} <= data.keys()
    assert data["findings"][0].keys() == {f.name for f in fields(Finding)} - {
        "about",
        "party_role",
        "event",
        "signs",
    }
    assert len(data["findings"]) == len(incomplete_run.findings)


def test_what_was_not_checked_stands_before_what_was_found(incomplete_run):
    data = run_json.build_run_document(incomplete_run)["data"]
    assert [status["list_id"] for status in data["not_checked"]] == [
        "tide-debarment",
        "cloud-registry",
    ]
    names = list(data)
    assert names.index("not_checked") < names.index("findings")
    assert data["complete"] is False


def test_values_are_for_machines(make_run, make_finding):
    why = "=1+1\nsecond line"
    run = make_run(findings=(make_finding(score=0.93456, why=why, entry_name="\ud800 Я"),))
    finding = json.loads(run_json.dump_run_json(run).encode("ascii"))["data"]["findings"][0]
    assert finding["score"] == 0.93456
    assert finding["why"] == why
    assert finding["retrieved_at"] == "2026-06-01T08:30:00Z"
    assert finding["entry_name"] == "\ud800 Я"


def test_a_complete_run_says_so(clean_run):
    data = run_json.build_run_document(clean_run)["data"]
    assert data["complete"] is True
    assert not data["not_checked"]
