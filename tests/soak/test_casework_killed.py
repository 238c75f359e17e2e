"""Killed at any moment: what a command said was done is kept, and the next one goes on from there.

In full size in `tests/long`. What a scheduler, a refresh of a big list and a digest lose or not:
see the neighbours of this file.
"""

import os
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
    pytest.mark.soak,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are run in forks"),
]
KILLS = 4


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_moment_nothing_is_lost_and_the_next_goes_on(
    tmp_path: Path, command: Command
) -> None:
    with opened(tmp_path) as office:
        kill_at_any_moment(office, command, KILLS, command.__name__)


def test_killed_once_it_said_so_a_decision_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        kill_after_acknowledgement(office, KILLS, "acknowledged")
