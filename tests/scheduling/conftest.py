"""The command in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COMMAND = "\nfrom duediligence.cli import main; main()"

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start("tick", home=home, before="…")`: the command at work, after some Python."""
    started: list[subprocess.Popen[str]] = []

    def start_one(*arguments: str, home: Path, before: str = "") -> "subprocess.Popen[str]":
        environment = {**os.environ, "DUEDILIGENCE_HOME": str(home)}
        environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
        process = subprocess.Popen(
            [sys.executable, "-c", before + COMMAND, "schedule", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)
