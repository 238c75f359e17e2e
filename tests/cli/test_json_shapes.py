"""What `--json` prints is what the use case gives, in the one envelope: a service answers alike."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from duediligence.casework.queue import Filters
from duediligence.casework.showing import alert_for, queue_for
from duediligence.casework.supplier_history import supplier_list
from duediligence.casework.supplier_records import build_record_document
from duediligence.casework.supplier_words import resolved_document
from duediligence.errors import Hint, Step
from duediligence.render.output import encode_envelope
from duediligence.screening.resolution.candidates import sources_at_hand
from duediligence.screening.resolution.resolving import resolve_suppliers, supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.cli.conftest import Run
from tests.homes import copy_home

SUPPLIERS = "ref,name\nS1,Volkhar Maritime UK Ltd\nS2,Little Acorns Youth Project CIO\n"


@pytest.fixture
def screened(run: Run, loaded_home: Path, tmp_path: Path) -> Run:
    copy_home(loaded_home, tmp_path / "home")
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    run("screen", "s.csv")
    with Workspace(Settings(home=tmp_path / "home")) as ws:
        id_ = alert_id(ws)
    assert run("alerts", "decide", id_, "not-sure", "--reason", "ASKED").code == 0
    return run


def alert_id(ws: Workspace) -> str:
    return queue_for(ws).rows[0].id


Shape = tuple[Callable[[Workspace], list[str]], Callable[[Workspace], object]]
SHAPES: dict[str, Shape] = {
    "alerts list": (
        lambda _: ["alerts", "list", "--json"],
        lambda ws: queue_for(ws, people="redacted").rows,
    ),
    "alerts list of a severity": (
        lambda _: ["alerts", "list", "--severity", "high", "--all", "--json"],
        lambda ws: queue_for(ws, Filters(severity="high"), everything=True, people="redacted").rows,
    ),
    "alerts show": (
        lambda ws: ["alerts", "show", alert_id(ws), "--json"],
        lambda ws: alert_for(ws, alert_id(ws), people="redacted"),
    ),
    "alerts history": (
        lambda ws: ["alerts", "history", alert_id(ws), "--json"],
        lambda ws: alert_for(ws, alert_id(ws), people="redacted").history,
    ),
    "suppliers list": (
        lambda _: ["suppliers", "list", "--json"],
        lambda ws: [build_record_document(ws, one) for one in supplier_list(ws).suppliers],
    ),
    "suppliers show": (
        lambda _: ["suppliers", "show", "S1", "--json"],
        lambda ws: build_record_document(ws, supplier_of(ws, "S1")),
    ),
    "suppliers resolve": (
        lambda _: ["suppliers", "resolve", "--json"],
        lambda ws: [resolved_document(*one) for one in resolve_suppliers(ws, sources_at_hand(ws))],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_json_is_what_the_use_case_gives(screened: Run, tmp_path: Path, shape: str) -> None:
    arguments, wanted = SHAPES[shape]
    with Workspace(Settings(home=tmp_path / "home")) as ws:
        typed, document = arguments(ws), encode_envelope(wanted(ws))
    printed = screened(*typed).out
    assert printed == msgspec.json.format(document, indent=2).decode() + "\n"
    assert json.loads(printed)["version"] == 1
    assert json.loads(printed)["data"]


def test_a_step_of_a_hint_is_worded_by_whoever_shows_it() -> None:
    hint = Hint("Screen first: ", Step("screen"))
    assert json.loads(encode_envelope([hint], word=lambda step: f"<{step.name}>"))["data"] == [
        "Screen first: <screen>"
    ]
    with pytest.raises(NotImplementedError, match="object"):
        encode_envelope(object())
