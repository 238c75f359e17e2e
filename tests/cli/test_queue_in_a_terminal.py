"""The queue in a terminal of 80 × 24: no word is broken, and nothing is cut."""

import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from duediligence.casework import queue
from duediligence.casework.deciding import list_reason_codes
from duediligence.casework.owners import assign
from duediligence.demo.office import DEMO_TIME
from duediligence.model import (
    Contract,
    Event,
    Feature,
    Finding,
    ListEntry,
    ListStatus,
    Name,
    Run,
    Supplier,
)
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import ITSELF
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.rows import for_each

pty = pytest.importorskip("pty", reason="there are no such terminals here")

ROOT = Path(__file__).parents[2]
AT = DEMO_TIME - timedelta(days=30)
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch-Upon-Ferrowby"
NAMES = (
    f"The Worshipful Company of {LONG} Ropemakers, Sailmakers and Purveyors of Tarpaulin Ltd",
    "Общество с ограниченной ответственностью «Северо-Западное Выдуманное Предприятие»",
    "架空物産貿易株式会社北極圏支店",
    "شركة الاختراع للتجارة العامة المحدودة",
    "Ünvented Ǻssociates & Sönş Société à Responsabilité Limitée",
)
CONTRACT = Contract(
    title="Resurfacing of carriageways and footways in the northern districts, second lot",
    owner="Highways and Neighbourhood Infrastructure Commissioning Team",
)


def findings(ref: str, name: str, place: int) -> Iterator[Finding]:
    """A match, and an event that two sources tell of."""
    common = Finding(
        run_id="R1",
        supplier_ref=ref,
        supplier_name=name,
        company_number="",
        check_id="SAN-01",
        check_title="Possible asset freeze of a party behind the supplier",
        topic="sanctions",
        outcome="review",
        severity=("critical", "high", "medium", "low")[place % 4],
        subject_name=f"{name} (Holdings)",
        subject_role="trading name",
        list_id="uk-sanctions",
        entry_id=f"E{place}",
        entry_name=f"{NAMES[place - 1]} otherwise {NAMES[place - 2]}",
        entry_url=f"https://lists.example.org/entries/{place}/a-long-address-of-a-page",
        score=0.91,
        why="Invented for a test of how wide a line may be before it no longer fits.",
        first_seen=AT,
        # The last one's number is not known.
        features=(
            () if place == 3 else (Feature("identifier", "99000001", "99000002", -0.1, "differ"),)
        ),
    )
    yield common
    for check, list_id in (("INS-01", ""), ("INS-02", "gazette-insolvency")):
        yield Finding(
            run_id="R1",
            supplier_ref=ref,
            supplier_name=name,
            company_number="",
            check_id=check,
            check_title="Insolvency or a notice of it in an official gazette",
            topic="insolvency",
            outcome="adverse",
            severity="high",
            subject_name=name,
            list_id=list_id,
            about="supplier",
            first_seen=AT,
            event=Event(kind="insolvency", party="itself", on=AT.date(), numbers=("N1",)),
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "home"
    suppliers = [
        Supplier(ref=f"S{n:05}", name=name, contracts=(CONTRACT,)) for n, name in enumerate(NAMES)
    ]
    found = tuple(
        one
        for place, supplier in enumerate(suppliers)
        for one in findings(supplier.ref, supplier.name, place)
    )
    entries = {
        (one.list_id, one.entry_id): ListEntry(
            id=one.entry_id,
            list_id=one.list_id,
            kind="organisation",
            names=(Name(one.entry_name),),
        )
        for one in found
        if one.entry_id
    }
    run = Run(
        id="R1",
        started_at=AT,
        finished_at=AT,
        as_of=AT.date(),
        supplier_file="",
        supplier_file_sha256="",
        suppliers=len(suppliers),
        parties=len(suppliers),
        lists=(
            ListStatus(list_id="gazette-insolvency", title="The Gazette", state="current"),
            ListStatus(list_id="uk-sanctions", title="UK sanctions", state="current"),
        ),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="",
        findings=found,
    )
    about = [ITSELF] * len(found)
    with Workspace(Settings(home=folder), now=lambda: DEMO_TIME, who="ada") as ws:
        ws.suppliers.save(suppliers, file="s.csv", at=AT)
        with ws.casework.transaction():
            hashes = ws.runs.save(run, suppliers, entries, about=about)
            by_ref = {one.ref: one for one in suppliers}
            projection.run_stored(ws, run, about, by_ref, entries, hashes)
        assign(ws, [queue.alerts(ws)[0].id], "me")
    return folder


# Runs each command in one process, as each would run in its own, with a line between them.
EACH = """
import json, sys, time_machine
from datetime import datetime
from duediligence.cli import main

moment, commands = json.loads(sys.argv[1])
with time_machine.travel(datetime.fromisoformat(moment)):
    for one in commands:
        try:
            main(one)
        except SystemExit as ended:
            print("exit", ended.code, flush=True)
"""
END = "exit "


@pytest.fixture(scope="module")
def ids(home: Path) -> list[str]:
    with Workspace(Settings(home=home), now=lambda: DEMO_TIME) as ws:
        return [one.label for one in queue.alerts(ws) if one.matched]


@pytest.fixture(scope="module")
def screens(home: Path, ids: list[str]) -> dict[str, list[str]]:
    """The lines that each command writes to a terminal of 80 × 24."""
    matches = ["--reason", "OTHER-NAME", "--dry-run"]
    commands = {
        "list": ["list"],
        "second page": ["list", "--page", "2", "--most", "4"],
        "mine": ["list", "--owner", "ada", "--overdue"],
        "show": ["show", ids[0]],
        "reasons": ["reasons"],
        "preview": ["decide", *ids[:4], "not-the-same", *matches],
        "decide": ["decide", *ids[:2], "not-the-same", *matches[:2], "--yes"],
        "history": ["history", ids[0]],
        "assign": ["assign", *ids, "--to", "me"],
        "unequal": ["decide", *ids, "not-the-same", *matches],
    }
    typed = [["--home", str(home), "alerts", *one] for one in commands.values()]
    written = _in_a_terminal(json.dumps([DEMO_TIME.isoformat(), typed]), home.parent)
    parts: list[list[str]] = [[]]
    for line in written.splitlines():
        if line.startswith(END):
            parts.append([])
        else:
            parts[-1].append(line)
    return dict(zip(commands, parts, strict=False))


def _in_a_terminal(argument: str, folder: Path) -> str:
    import fcntl
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = known | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", EACH, argument],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    written = b""
    with suppress(OSError):  # how a terminal ends here when its last user is gone
        while some := os.read(ours, 65_536):
            written += some
    os.close(ours)
    process.wait()
    return written.decode()


def test_every_command_wrote_something(screens: dict[str, list[str]]) -> None:
    assert len(screens) == 10
    assert all(screens.values()), screens


def test_no_line_is_wider_than_the_terminal(screens: dict[str, list[str]]) -> None:
    wide = [
        (name, line)
        for name, lines in screens.items()
        for line in lines
        if cell_len(line) > 80 and cell_len(line.strip()) <= 80
    ]
    assert wide == []
    # What is one word is never broken, whatever that takes.
    assert all(
        " " not in line.strip() for ls in screens.values() for line in ls if cell_len(line) > 80
    )


@for_each("name", ["list", "show", "preview"])
def test_every_word_is_whole_and_nothing_is_cut(screens: dict[str, list[str]], name: str) -> None:
    words = {word.strip("():;,.") for line in screens[name] for word in line.split()}
    assert "…" not in "".join(screens[name])
    expected = {"list": NAMES, "show": NAMES[:1], "preview": (*NAMES[:3], NAMES[4])}[name]
    for text in (*expected, *((CONTRACT.title, CONTRACT.owner) if name == "list" else ())):
        assert {word.strip("():;,.") for word in text.split()} <= words, text


def test_an_alert_says_what_an_officer_sorts_by(
    screens: dict[str, list[str]], ids: list[str]
) -> None:
    text = "\n".join(screens["list"])
    assert f"{ids[0]}: critical, open, overdue since " in text
    assert "owner ada" in text
    assert "no owner" in text
    # Both sources of one event are together, and counted once.
    assert text.count("also ") == len(NAMES)
    assert f"1-{2 * len(NAMES)} of {2 * len(NAMES)} alerts." in text


def test_a_page_says_where_it_is(screens: dict[str, list[str]]) -> None:
    assert f"5-8 of {2 * len(NAMES)} alerts. Next: --page 3." in "\n".join(screens["second page"])
    assert len([line for line in screens["second page"] if re.match(r"  A-\d+: ", line)]) == 4


def test_only_what_is_mine_and_overdue(screens: dict[str, list[str]], ids: list[str]) -> None:
    text = "\n".join(screens["mine"])
    assert ids[0] in text
    assert "1-1 of 1 alert." in text


def test_the_reasons_are_in_columns_with_every_word_whole(screens: dict[str, list[str]]) -> None:
    words = {word for line in screens["reasons"] for word in line.split()}
    for reason in list_reason_codes():
        assert {reason.code, *reason.meaning.split()} <= words


def test_what_was_decided_together_says_how_to_undo_it(screens: dict[str, list[str]]) -> None:
    assert "To undo all of it: duediligence alerts undo 1" in "\n".join(screens["decide"])
    assert "To undo all of it: duediligence alerts undo 1" in " ".join(
        " ".join(screens["history"]).split()
    )


def test_unequal_facts_are_refused_with_a_command_for_each_group(
    screens: dict[str, list[str]], ids: list[str]
) -> None:
    text = " ".join(" ".join(screens["unequal"]).split())
    assert "4 alerts, kind=" in text
    assert f"decide {' '.join(ids[:4])} not-the-same --reason OTHER-NAME" in text
    assert "1 alert, kind=" in text
    assert f"decide {ids[4]} not-the-same --reason OTHER-NAME" in text
