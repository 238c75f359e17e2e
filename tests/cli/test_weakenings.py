"""What shows less than by default, or than the last run did, is said once on every result."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from duediligence.casework import removing
from duediligence.casework.readiness import examine_readiness
from duediligence.casework.suppliers_shown import supplier_for
from duediligence.casework.verifying import verify as verify_chain
from duediligence.delivery.digest import preview
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import SEVERITIES, PartialDate, Person, Supplier, Weakening
from duediligence.model.runs import WeakeningKind
from duediligence.render.scope import weakening_lines
from duediligence.screening.lists.refresh import drop
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.run.policy import current_weakenings
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings

from ..web.conftest import browser, service_over

Command = Callable[..., Any]
Open = Callable[..., Workspace]
# A list that no complete run needs.
OPTIONAL = "fhrs"
SUPPLIERS = """reference,name,postcode
W1,Bright Sands Home Care Ltd,ZZ1 1AA
W2,Volkhar Maritime (UK) Ltd,ZZ2 2BB
"""


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples() -> Iterator[None]:
    with time_machine.travel(DEMO_TIME):
        yield


def kinds(workspace: Workspace) -> dict[WeakeningKind, tuple[object, ...]]:
    found = current_weakenings(workspace, statuses(workspace))
    return {one.kind: (one.what, one.now, one.usual) for one in found}


def test_each_kind_is_worded_in_a_line() -> None:
    for kind in get_args(WeakeningKind):
        many = tuple(f"S{number}" for number in range(1, 13))
        one = Weakening(kind=kind, what="un", title="UN list", now=3, usual=5, count=12, refs=many)
        (line,) = weakening_lines([one, one])
        assert line.startswith("Weakened: ")
        assert line.count("UN list (un) 3 (default 5) 12 suppliers: S1, S2") == 2
        assert line.count("S10 and 2 more") == 2, "of thousands of suppliers ten are named"


def test_what_shows_more_or_as_much_is_no_weakening(open_workspace: Open, tmp_path: Path) -> None:
    policy = tmp_path / "more.toml"
    policy.write_text(
        f'[lists.un]\nthreshold = {DEFAULT_THRESHOLD - 0.1}\n[checks.SAN-04]\nseverity = "critical"'
        "\n[checks.CH-FIL-06]\nmonths = 24\n"
    )
    workspace = open_workspace(
        policy=policy, threshold=DEFAULT_THRESHOLD, limit=50, max_age_days={OPTIONAL: 1}
    )
    assert kinds(workspace) == {}


def test_each_setting_and_rule_that_shows_less_is_a_fact(
    open_workspace: Open, tmp_path: Path
) -> None:
    policy = tmp_path / "less.toml"
    policy.write_text(
        '[lists.un]\nthreshold = 0.99\n[checks.SAN-01]\nseverity = "low"\n'
        "[checks.CH-FIL-06]\nmonths = 1"
    )
    workspace = open_workspace(
        policy=policy,
        threshold=0.97,
        limit=2,
        schedule_7_years=3,
        fail_on="high",
        max_age_days={OPTIONAL: 9000},
    )
    age = workspace.watchlist(OPTIONAL).max_age.days
    assert kinds(workspace) == {
        "threshold": ("", 0.97, DEFAULT_THRESHOLD),
        "list threshold": ("un", 0.99, DEFAULT_THRESHOLD),
        "limit": ("", 2, 10),
        "look-back": ("", 3, 5),
        "exit code": ("", "high", SEVERITIES[0]),
        "list age": (OPTIONAL, 9000, age),
        "severity": ("SAN-01", "low", "critical"),
        "parameter": ("CH-FIL-06 months", 1, 24),
    }


def test_a_list_that_only_a_check_of_one_name_lacked_is_compared_with_the_last_screening(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    stored = Supplier(ref="W1", name="Bright Sands Home Care Ltd")
    workspace.suppliers.save([stored], file="s.csv", at=workspace.now())
    assert screen(workspace, Screened([stored])).weakenings == ()
    drop(workspace, OPTIONAL)
    gone = Weakening(kind="list gone", what=OPTIONAL, title=workspace.watchlist(OPTIONAL).title)
    other = screen(workspace, Screened([Supplier(ref="X9", name="Some Other Name Ltd")]))
    assert other.weakenings == (gone,)
    run = screen(workspace, Screened([stored]))
    assert run.weakenings == (gone,), "the check between the two was no screening of suppliers"
    assert workspace.runs.get(run.id) == run
    assert screen(workspace, Screened([stored])).weakenings == (), "as the last run"


def test_of_suppliers_each_is_told_of_itself_and_goes_when_it_is_removed(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    some = [
        Supplier(ref=ref, name=f"{name} Ltd", people=(Person(name, born, unproven=True),))
        for ref, name, born in (
            ("W1", "Ada Ferrow", PartialDate(1961, 2)),
            ("W2", "Ben Quill", PartialDate(1972, 3)),
        )
    ]
    workspace.suppliers.save(some, file="s.csv", at=workspace.now())
    run = screen(workspace, Screened(some))
    whole = Weakening(kind="people not proven", count=2, refs=("W1", "W2"))
    assert run.weakenings == (whole,)
    assert run.weakenings_about("W2") == (Weakening(kind=whole.kind, count=1, refs=("W2",)),)
    view = supplier_for(workspace, "W2").screened
    assert view is not None
    assert not any("W1" in line for line in view.scope)
    removing.remove(workspace, ["W2"], rule=removing.UPHELD, dry_run=False)
    kept = workspace.runs.outline(run.id)
    assert kept is not None
    assert kept.weakenings == (replace(whole, refs=("W1",)),)
    assert not verify_chain(workspace)


def test_every_result_says_each_weakening_once(run: Command, home: Path, tmp_path: Path) -> None:
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS)
    assert "Weakened" not in run("screen", "suppliers.csv").out
    assert "weakened" not in run("doctor").out
    assert run("lists", "drop", OPTIONAL).code == 0
    outs = [f"flags.{form}" for form in ("csv", "xlsx", "json", "html")]
    out = [option for name in outs for option in ("--out", name)]
    said = run("screen", "--threshold", "0.97", "--format", "1", *out).out

    with Workspace(Settings(home=home, threshold=0.97), now=lambda: DEMO_TIME) as ws:
        stored = ws.runs.outline(ws.screened.newest_run())
        assert stored is not None
        message = preview(ws)
        assert message is not None
        service = service_over(ws.settings)
        readiness = examine_readiness(EffectiveSettings(ws.settings, {}))
    lines = weakening_lines(stored.weakenings)
    assert lines == [
        f"Weakened: weaker matches are not shown: the threshold is 0.97 (default "
        f"{DEFAULT_THRESHOLD}).",
        "Weakened: these lists were searched by the last run and not now: "
        f"{stored.weakenings[1].title} ({OPTIONAL}).",
    ]
    assert run("report", "W1", "--out", "pack.zip").code == 0
    verified = verify_pack(tmp_path / "pack.zip")
    assert not verified.differences
    assert not verified.outcomes["W1"].differences
    rows = list(csv.DictReader(io.StringIO((tmp_path / "flags.csv").read_text("utf-8-sig"))))
    sheet = CalamineWorkbook.from_path(tmp_path / "flags.xlsx").get_sheet_by_name("Run")
    data = json.loads((tmp_path / "flags.json").read_text())["data"]
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        page, packed = (pack.read(name).decode() for name in ("report.html", "flags.csv"))
    with browser(service) as client:
        shown = client.get(f"/runs/{stored.id}").text
        supplier = client.get("/suppliers/W1").text
    assert [one["kind"] for one in data["weakenings"]] == ["threshold", "list gone"]
    faces = {
        "terminal": said,
        "csv": rows[-1]["why"],
        "xlsx": "\n".join(str(cell) for row in sheet.to_python() for cell in row),
        "json": "\n".join(data["scope"]["in_words"]),
        "html": (tmp_path / "flags.html").read_text(),
        "page of the pack": page,
        "flags of the pack": packed,
        "run in the console": shown,
        "supplier in the console": supplier,
        "digest": message.text,
    }
    for face, text in faces.items():
        for line in lines:
            assert text.count(line) == 1, (face, line)
    # Now no list is gone since the last run; the threshold is still one.
    weakened = [line for line in readiness.lines if line.state == "weakened"]
    assert [f"Weakened: {line.detail}." for line in weakened] == lines[:1]
