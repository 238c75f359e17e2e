"""A procurement officer's day and a half, at the real command line: a messy workbook, the next
quarter's, duplicates, 200 alerts in a spreadsheet, a second person, a letter, a PDF, and a mistake
taken back.
"""

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework.filled_workbooks import read_filled
from duediligence.errors import UsageError
from duediligence.render import pdf
from tests.filled_workbook import fill
from tests.messy_workbook import make_messy_workbook

pytestmark = pytest.mark.soak
pytest.importorskip("pwd", reason="accounts are named otherwise here")

AS = """
import pwd, sys
from types import SimpleNamespace
pwd.getpwuid = lambda _: SimpleNamespace(pw_name=sys.argv[1])
from duediligence.cli import main
main(sys.argv[2:])
"""
HEADINGS = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "program_ids,dataset,first_seen,last_seen,last_change"
).split(",")
SETTINGS = """
second_decision = ["critical", "high", "medium", "low"]
council_name = "Example Council"
council_address = "Town Hall, Exampleton, EX1 1AA"
council_contact = "suppliers@council.example"
privacy_contact = "dpo@council.example"
"""
ONSETS = "Bar Cor Dol Fen Gar Hul Jor Kib Lum Mab Nor Pil Quo Rud Sop".split()
ENDINGS = "banter comber dinger felder gumber hocker jasper kimmer lander mender norber".split()
ENDINGS += ["tupper", "vicker", "wesser"]
LISTED = [f"{one}{other} Haulage Ltd" for one in ONSETS for other in ENDINGS]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)["data"]


class Office:
    """A folder in which accounts give commands, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"

    def run(self, *arguments: str | Path, who: str = "ada", codes: tuple[int, ...] = (0,)) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-c", AS, who, *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            env={**os.environ, "DUEDILIGENCE_HOME": str(self.home), "XDG_CONFIG_HOME": "."},
        )
        assert ended.returncode in codes, (arguments, ended.stdout, ended.stderr)
        assert "Traceback" not in ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def suppliers(self, *more: str) -> dict[str, Any]:
        return {one["name"]: one for one in self.run("suppliers", "list", "--json", *more).data}

    def alerts(self, *more: str) -> list[Any]:
        return list(self.run("alerts", "list", "--json", *more).data)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    lists = tmp_path / "lists"
    lists.mkdir()
    today = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
    with (lists / "targets.simple.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(HEADINGS)
        for n, name in enumerate(LISTED[:200]):
            listed = dict.fromkeys(HEADINGS, "") | {
                "id": f"NK-{n}", "schema": "Company", "name": name, "countries": "cy",
                "sanctions": "Invented programme", "program_ids": "SAMPLE", "dataset": "Sample",
                "first_seen": today, "last_seen": today, "last_change": today,
            }  # fmt: skip
            rows.writerow(listed.values())
    made.run("lists", "refresh", "--from", "lists")
    (made.home / "duediligence.toml").write_text(SETTINGS, encoding="utf-8")
    return made


def test_an_officers_working_day(office: Office) -> None:
    first = make_messy_workbook(office.folder / "q1.xlsx", 1, suppliers=500, listed=LISTED[:200])
    office.run("suppliers", "import", "q1.xlsx")
    assert len(office.suppliers("--all")) >= 0.95 * len(first.suppliers)

    # A name is corrected by hand, and stays so when the file of the next quarter comes.
    before = office.suppliers("--all")
    one = before[LISTED[0]]
    office.run("suppliers", "edit", one["ref"], "--trading-name", "Corrected By Hand")
    second = make_messy_workbook(office.folder / "q2.xlsx", 2, suppliers=500, listed=LISTED[:200])
    shown = office.run("suppliers", "import", "q2.xlsx", "--replace", "--dry-run")
    assert f"{len(second.gone)}" in shown.out
    assert "Nothing was changed" in shown.err
    office.run("suppliers", "import", "q2.xlsx", "--replace", codes=(2,))
    office.run("suppliers", "import", "q2.xlsx", "--replace", "--yes")
    every, active = office.suppliers("--all"), office.suppliers()
    assert set(second.come) <= active.keys()
    assert not set(second.gone) & active.keys()
    assert set(second.gone) <= every.keys()
    assert "Corrected By Hand" in every[LISTED[0]]["trading_names"]
    # A corrected spelling is the same supplier.
    assert len(second.corrected) >= 5
    kept = {
        was: every[" ".join(now.split())]["ref"] == before[was]["ref"]
        for was, now in second.corrected.items()
    }
    assert sum(kept.values()) >= 0.8 * len(kept), kept

    # Two that are one are merged; the officer was told of them.
    pairs = office.run("suppliers", "duplicates", "--json").data
    assert pairs
    keep, other = second.duplicates[0]
    refs = [every[name]["ref"] for name in (keep, other)]
    office.run("suppliers", "merge", *refs, "--yes", "--note", "One firm under two spellings")
    assert other not in office.suppliers("--all")

    office.run("screen", "--out", "flags.csv", codes=(3,))
    assert len(office.alerts()) >= 200

    # Ada decides in a spreadsheet; what is high waits for a second person.
    office.run("alerts", "export", "alerts.xlsx")
    path = office.folder / "alerts.xlsx"
    rows = {row.number: row for row in read_filled(path).rows}
    answers: dict[int, dict[str, Any]] = {
        number: {"decision": "not the same", "reason": "OTHER", "note": "A haulier of this county"}
        for number, row in rows.items()
        if row.text("kind") != "fact about the supplier"
    }
    assert len(answers) >= 200
    fill(path, answers)
    office.run("alerts", "import", "alerts.xlsx", codes=(2,))
    recorded = office.run("alerts", "import", "alerts.xlsx", "--yes")
    assert f"{len(answers):,}" in recorded.out + recorded.err
    again = office.run("alerts", "import", "alerts.xlsx", "--yes")
    assert "already" in (again.out + again.err).lower()

    # Bo, the second person, agrees by hand.
    waits = office.alerts("--state", "awaiting-second-decision")
    assert len(waits) >= 200
    agree = ("not-the-same", "--reason", "OTHER", "--note", "Agreed")
    settled = office.run("alerts", "decide", waits[0]["id"], *agree, who="bo")
    assert "not the same" in settled.out

    # Ten more at once, which was wrong for one of them: taken back as one act.
    ids = [one["id"] for one in waits[1:11]]
    office.run("alerts", "decide", *ids, *agree, who="bo", codes=(2,))
    office.run("alerts", "decide", *ids, *agree, "--yes", who="bo")
    assert len(office.alerts("--state", "awaiting-second-decision")) == len(waits) - 11
    (last, *_) = office.run("alerts", "history", ids[0], "--json").data[::-1]
    office.run("alerts", "undo", str(last["act"]), "--yes", "--note", "One was wrong", who="bo")
    assert len(office.alerts("--state", "awaiting-second-decision")) == len(waits) - 1

    # Ten contracts were not renewed.
    ended = [one["ref"] for one in list(office.suppliers().values())[100:110]]
    office.run("suppliers", "end", *ended, "--note", "Not renewed")
    assert not set(ended) & {one["ref"] for one in office.suppliers().values()}

    # Paper: a letter, kept with its alert, and a PDF where the system has what that needs.
    alert = waits[20]
    office.run("letter", "details-wanted", alert["id"], "--out", "letter.html")
    letter = (office.folder / "letter.html").read_text(encoding="utf-8")
    assert alert["supplier_name"].split()[0] in letter
    assert "NK-" not in letter
    assert office.run("letter", "list", "--json").data
    try:
        pdf.require_library()
    except UsageError:
        office.run("report", alert["supplier_ref"], "--out", "report.html")
    else:
        office.run("report", alert["supplier_ref"], "--out", "report.pdf")
        assert (office.folder / "report.pdf").read_bytes().startswith(b"%PDF-")

    verified = office.run("audit", "verify")
    assert verified.out.startswith("Sound")
