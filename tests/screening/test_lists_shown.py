"""What is shown of each list: the sentence on what is wrong, and the step that puts it right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from duediligence.cli.globals import worded
from duediligence.errors import Hint, NotFound, Step
from duediligence.model import ListStatus, StaleReason
from duediligence.screening.lists.shown import ListView, list_views
from duediligence.screening.lists.statuses import reason_hint, remedies
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
LATER = datetime(2028, 1, 1, tzinfo=UTC)


def view(workspace: Workspace, list_id: str) -> ListView:
    (one,) = list_views(workspace, [list_id]).lists
    return one


def test_a_list_that_is_current_needs_nothing(open_workspace: Open, home: Path) -> None:
    one = view(open_workspace(home), "un")
    assert (one.problem, one.remedy, one.in_use, one.age) == ("", None, True, "1")
    assert one.publisher


def test_a_list_that_was_never_loaded_names_its_files_and_the_step(open_workspace: Open) -> None:
    one = view(open_workspace(), "uk-sanctions")
    assert str(one.problem).startswith("no copy was fetched or loaded yet")
    assert one.files in str(one.problem)
    assert one.remedy
    assert one.remedy.step == Step("refresh-lists")


def test_a_list_kept_by_hand_is_confirmed_and_its_template_is_a_step(open_workspace: Open) -> None:
    one = view(open_workspace(), "uk-debarment")
    assert isinstance(one.problem, Hint)
    assert Step("write-list-template", list="uk-debarment") in one.problem.parts
    assert one.remedy
    assert one.remedy.step == Step("confirm-list", list="uk-debarment")


def test_an_optional_list_that_was_never_loaded_is_not_in_use(open_workspace: Open) -> None:
    shown = list_views(open_workspace())
    fhrs = next(one for one in shown.lists if one.status.list_id == "fhrs")
    assert (fhrs.in_use, fhrs.problem, fhrs.remedy) == (False, "", None)
    assert "fhrs" in shown.unused
    assert "uk-sanctions" not in shown.unused


def test_a_list_that_is_too_old_says_so(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home, at=LATER)
    assert str(view(workspace, "un").problem).startswith("last known good on ")


def test_few_lists_with_one_remedy_are_named_in_its_step(open_workspace: Open) -> None:
    workspace = open_workspace()

    def step(*ids: str) -> Step:
        (one,) = remedies(workspace, [view(workspace, each).status for each in ids])
        assert one.list_ids == ids
        return one.step

    assert step("eu") == Step("refresh-list", list="eu")
    assert step("eu", "ofac-sdn") == Step("refresh-named-lists", lists="eu ofac-sdn")
    assert step("eu", "ofac-consolidated", "ofac-sdn", "uk-sanctions") == Step("refresh-lists")


def test_an_unknown_list_is_refused(open_workspace: Open) -> None:
    with pytest.raises(NotFound):
        list_views(open_workspace(), ["no-such-list"])


def test_reasons_are_steps_in_a_hint_and_plain_words_elsewhere() -> None:
    reasons = (
        StaleReason(kind="not compared", page="https://invented.test/list"),
        StaleReason(kind="recorded text", said=""),
        StaleReason(kind="age unknown"),
        StaleReason(kind="headings not read", what=("Rating",), count=1),
    )
    status = ListStatus(list_id="un", title="Invented", state="stale", reasons=reasons)
    hint = worded(reason_hint(status))
    assert "`duediligence lists confirm un`" in hint
    assert "`duediligence lists refresh un --accept-format`" in hint
    assert "If it names nobody: confirm the list; age unknown" in status.reason
    assert "`" not in status.reason
    assert not reason_hint(replace(status, reasons=()))
