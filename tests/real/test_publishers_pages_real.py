"""What publishers' pages and searches really hold, where --real-data has it; no name is here."""

import html
import json
import os
import re
from datetime import date
from pathlib import Path

import pytest
from duediligence.watchlists.ico_enforcement import parse as ico
from duediligence.watchlists.minimum_wage_naming import parse as naming
from duediligence.watchlists.proscribed_organisations import parse as proscribed

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

DATA = Path(os.environ["REAL_DATA"]) / "publishers"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no publishers' files: {DATA}")
Loaded = tuple[list[ListEntry], tuple[str, ...]]


def load(watchlist: Watchlist, path: Path, text: str) -> Loaded:
    path.write_text(text, encoding="utf-8")
    files = Files({path.name: path})
    return list(watchlist.parse(files)), files.drift.lines()


def lines(name: str) -> list[str]:
    return [line for line in (DATA / name).read_text("utf-8").splitlines() if line.strip()]


def test_actions_of_the_ico(tmp_path: Path) -> None:
    answer = json.loads((DATA / "ico-enforcement/api_search_page1.cut.json").read_text("utf-8"))
    # The sample is cut: three results of one page.
    answer["pagination"] = {"totalResults": len(answer["results"]), "totalPages": 1}
    found, drift = load(ico, tmp_path / "enforcement-0001.json", json.dumps(answer))
    assert drift == ("left out: result that is not an enforcement action (1)",)
    assert [(one.record and one.record.type, one.kind) for one in found] == [
        ("notice", "organisation"),
        ("civil_penalty", "organisation"),
    ]
    assert all(one.record and one.record.decision_date and one.record.act_section for one in found)
    # Month and address of an action are part of its id.
    assert all(one.id.startswith("2026/0") and one.url.endswith(f"{one.id}/") for one in found)


@pytest.mark.parametrize(
    ("name", "placed", "authority"),
    [
        ("2026_fair_work_agency_round_first10.txt", 8, "Fair Work Agency"),
        ("2015_rounds_lines.txt", 10, "HM Revenue and Customs"),
    ],
)
def test_rounds_of_naming(tmp_path: Path, name: str, placed: int, authority: str) -> None:
    stated = lines(f"minimum-wage-naming/{name}")
    items = "".join(f"<li>{html.escape(line)}</li>" for line in stated)
    day = '<meta name="govuk:first-published-at" content="{}">'.format(
        "2026-06-01T06:00:00Z" if authority == "Fair Work Agency" else "2015-03-24T06:00:00Z"
    )
    found, drift = load(
        naming,
        tmp_path / "minimum-wage-round.html",
        f"<html><head>{day}</head><main><ol>{items}</ol></main></html>",
    )
    assert drift == ()
    assert len(found) == len(stated) == 10
    assert sum(bool(one.addresses) for one in found) == placed
    assert placed / len(found) >= naming.expect.filled["addresses"]
    for one in found:
        assert one.record
        assert one.record.authority == authority
        assert one.record.known_date
        assert one.record.known_date.year in (2015, 2026)
        assert one.record.outcome.startswith("Failed to pay £")
        assert not any("rading" in name.text or "(" in name.text for name in one.names)
    # Two of the employers are not companies by their names; commas and apostrophes stay in them.
    kinds = [one.kind for one in found]
    assert kinds.count("unknown") == (2 if placed == 8 else 0)
    assert any("," in one.name and "'" in one.name for one in found) is (placed == 8)
    assert naming.known_since >= f"{date(2026, 4, 1):%Y-%m}"


def test_the_schedule_of_2016(tmp_path: Path) -> None:
    stated = lines("proscribed-organisations/legislation_sch2_text_2016-07-15.cut.txt")
    items = "".join(
        f'<li><p class="LegListTextStandard">{html.escape(line)}</p></li>' for line in stated
    )
    found, drift = load(
        proscribed,
        tmp_path / "terrorism-act-schedule-2.html",
        f'<html><body><ul class="LegUnorderedList">{items}</ul></body></html>',
    )
    assert drift == ("left out: organisation taken off the Schedule (2)",)
    assert len(found) == len(stated) - 2
    texts = [name.text for one in found for name in one.names]
    # No mark of an amendment and no bracket is left in a name.
    assert not any(re.search(r"[\[\]()]|^F[0-9]", text) for text in texts)
    # One organisation lists units that are part of it, others have aliases in brackets.
    assert max(len(one.names) for one in found) == 3
    assert sum(len(one.names) > 1 for one in found) == 4
