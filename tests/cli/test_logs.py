"""What is logged: nothing unless it is asked for, lines of JSON in a file, and no names."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_handlers_after() -> Iterator[None]:
    yield
    logger = logging.getLogger("duediligence")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


@pytest.fixture
def supplier_file(tmp_path: Path) -> Path:
    path = tmp_path / "suppliers.csv"
    path.write_text("Name,Director\nZebedee Markerfirm Ltd,Perpetua Markerperson\n", "utf-8")
    return path


def test_a_log_file_has_lines_of_json_without_names(
    run: Run, supplier_file: Path, samples: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    run("--log-file", log, "demo")
    run("screen", supplier_file, "--log-file", log)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)
    screened = [line for line in lines if line["logger"] == "duediligence.screening.run.screen"]
    assert screened[-1]["suppliers"] == 1
    assert screened[-1]["complete"] is False
    assert "marker" not in log.read_text("utf-8").casefold()


def test_verbose_prints_steps_on_stderr_and_leaves_the_result_alone(
    run: Run, supplier_file: Path
) -> None:
    quiet = run("screen", supplier_file)
    verbose = run("--verbose", "screen", supplier_file)
    assert "screened: {" not in quiet.err
    assert "screened: {" in verbose.err
    assert verbose.code == quiet.code


def test_a_log_file_that_cannot_be_written_is_an_error(run: Run, tmp_path: Path) -> None:
    ended = run("--log-file", tmp_path / "no" / "such.log", "lists", "status")
    assert ended.code == 2
    assert "--log-file" in ended.err
    assert "Traceback" not in ended.err
