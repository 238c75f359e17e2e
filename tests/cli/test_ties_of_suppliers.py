"""Whose decisions count after suppliers were split and merged, as a person types it."""

import json
from pathlib import Path

import pytest

from .conftest import Run

NOTICES = """\
Notice No,Recipient,Notice Type,Site Address,Date Served,Status
E/1,Bright Sands Ltd,Enforcement Notice,"4 Dune Row, ZY1 4DR",25/07/2026,In force
"""
# The second has the name of the first one's business: the two are alike in what is compared.
SUPPLIERS = """\
Reference,Supplier name,Trading names,Company number
A,Alder Works Ltd,Bright Sands Ltd,99001001
B,Bright Sands Ltd,,
"""


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "notices.csv").write_text(NOTICES, encoding="utf-8")
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    assert run("lists", "new", "notices.csv", "--power", "planning", "--out", "mine.toml").code == 0
    register = tmp_path / "mine.toml"
    register.write_text(
        register.read_text().replace('handling = "restricted"', 'handling = "public"')
    )
    for command in (
        ("lists", "add", "mine.toml"),
        ("lists", "refresh", "notices"),
        ("suppliers", "import", "suppliers.csv"),
    ):
        assert run(*command).code == 0
    run("screen")
    return run


def state(run: Run, ref: str) -> str:
    listed = json.loads(run("alerts", "list", "--all", "--supplier", ref, "--json").out)["data"]
    (found,) = (one for one in listed if one["list_id"] == "notices")
    return str(found["state"])


def decide(run: Run, ref: str) -> None:
    listed = json.loads(run("alerts", "list", "--supplier", ref, "--json").out)["data"]
    (found,) = (one["id"] for one in listed if one["list_id"] == "notices")
    said = ("not-the-same", "--reason", "OTHER", "--note", "Another site")
    assert run("alerts", "decide", found, *said).code == 0


SPLIT = ("suppliers", "split", "A", "--new", "C", "--name", "Bright Sands Ltd")
MERGE = ("suppliers", "merge", "A", "B", "--yes")


def test_a_decision_of_one_merged_later_does_not_silence_one_split_off_before(office: Run) -> None:
    decide(office, "B")
    for command in (SPLIT, MERGE):
        assert office(*command).code == 0
    office("screen")
    # What was A's when C came out of it has no decision: that about B came with the merge.
    assert state(office, "C") == "open"
    assert office("audit", "verify").code == 0


def test_to_split_screen_and_merge_is_ordinary_work(office: Run) -> None:
    assert office(*SPLIT).code == 0
    office("screen")
    assert office(*MERGE).code == 0
    verified = office("audit", "verify")
    assert (verified.code, "BROKEN" in verified.out) == (0, False)
    assert state(office, "C") == "open"
