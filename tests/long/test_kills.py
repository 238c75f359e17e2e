"""Over 1,000 kills of real processes, 500 of them of a decision that was acknowledged."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak.office import (
    COMMANDS,
    Command,
    kill_after_acknowledgement,
    kill_at_any_moment,
    opened,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are run in forks"),
]
# Of each of the four commands at any moment, and of decisions once they are acknowledged.
Recorder = Callable[[str, object], None]
KILLS, ACKNOWLEDGED, GROUPS = 130, 500, 2


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_moment_nothing_is_lost_and_the_next_goes_on(
    tmp_path: Path, record_property: Recorder, command: Command, group: int
) -> None:
    with opened(tmp_path) as office:
        seed = f"{command.__name__} {group}"
        tried, alive = kill_at_any_moment(office, command, KILLS // GROUPS, seed)
    record_property("kills", {"at any moment": alive, "tried": tried})


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_once_it_said_so_a_decision_is_kept(
    tmp_path: Path, record_property: Recorder, group: int
) -> None:
    with opened(tmp_path) as office:
        tried, hit = kill_after_acknowledgement(office, ACKNOWLEDGED // GROUPS, f"said {group}")
    record_property("kills", {"acknowledged": hit, "tried": tried})
