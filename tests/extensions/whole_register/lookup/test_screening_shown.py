"""What `registers screen` says, and what it exits with."""

import json
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.extensions.whole_register.cli import choose_cluster
from duediligence.extensions.whole_register.lookup.screening import (
    export_register_screening,
    format_register_screening,
    screen_register,
)
from duediligence.model.audit import AuditEvent
from tests.rows import for_each

from .invented import Entry, load_lists, open_home, write_register
from .test_screening import FIRST, register


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load_lists(tmp_path, {"first": FIRST})
    write_register(tmp_path, "v1", register())
    return tmp_path


def test_it_says_what_was_searched_and_what_was_not(home: Path) -> None:
    with open_home(home, 1) as workspace:
        said = format_register_screening(screen_register(workspace))
        again = format_register_screening(screen_register(workspace))
    assert said[0] == (
        "Looked up: 59 companies and 6 records of owners and officers, on 1 list. Everybody was "
        "compared: the first screening."
    )
    assert said[1].strip().startswith("first (")
    assert said[1].endswith("7 possible matches")
    assert said[2] == "NOT SEARCHED, never loaded: second."
    assert said[3] == "Nothing found is not clear."
    assert "nobody was judged" in said[4]
    assert again[0].endswith("Nothing changed since the last screening.")


def test_it_says_what_changed(home: Path) -> None:
    with open_home(home, 1) as workspace:
        screen_register(workspace)
    rows = register()
    rows.company("99000098", "TARNMOOR MARINE LTD")
    write_register(home, "v2", rows)
    more = [Entry(f"more{n}", "person", f"Nobodyatall {n}") for n in range(20)]
    with open_home(home, 2) as workspace:
        done = screen_register(workspace)
    assert format_register_screening(done)[0].endswith(
        "Compared: what changed since the last screening, 1 company, owner or officer and 0 list "
        "entries."
    )
    load_lists(home, {"first": [*FIRST, *more]}, 3)
    with open_home(home, 4) as workspace:
        done = screen_register(workspace)
    assert export_register_screening(done)["everybody_because"] == "a list changed as a whole"


def test_the_event_has_counts_and_no_names(home: Path) -> None:
    with open_home(home, 1) as workspace:
        screen_register(workspace)
        events = list(workspace.audit.records())
    kept: list[AuditEvent] = [one.event for one in events if one.event.kind == "register screened"]
    (event,) = kept
    assert event.subject == "v1"
    assert event.what["companies_rows"] == 59
    assert event.what["matches"] == 7
    text = json.dumps(dict(event.what)).casefold()
    assert "vexholm" not in text
    assert "tarnmoor" not in text


@for_each(
    ("scheduler", "workers", "storage"),
    [("tcp://127.0.0.1:1", 2, ""), ("", 0, "s3://bucket")],
)
def test_options_that_exclude_each_other_are_refused(
    scheduler: str, workers: int, storage: str
) -> None:
    with pytest.raises(UsageError):
        choose_cluster(scheduler, workers, storage, trusted_network=False)
