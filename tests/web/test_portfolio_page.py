"""All suppliers over time: charts that say what their tables say, and what the queue counts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import etree

from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.portfolio import (
    MonthCovered,
    MonthDecided,
    MonthScreened,
    load_portfolio,
)
from duediligence.casework.removing import remove
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden
from duediligence.model import Supplier
from duediligence.screening.run.screen import Screened, check, screen

from .alert_office import SUPPLIERS, Office, Opener, get

NOT_SURE = Choice(decided="not sure", reason="ASKED")


@pytest.fixture
def worked(office: Office) -> Office:
    """Two alerts are decided after 4 and 10 days, and two suppliers screened again in December."""
    first, second = office.match("S3"), office.match("S1")
    with office.workspace() as ws:
        for days, alert in ((4, first), (10, second), (13, first)):
            ws.now = lambda days=days: NOW + timedelta(days=days)
            decide_alert(ws, alert.id, NOT_SURE)
        ws.now = lambda: NOW + timedelta(days=20)
        screen(ws, Screened(SUPPLIERS[:2]))
        with check(ws, Supplier(ref="", name="Volkhar Maritime"), keep=True):
            pass
    return office


def test_months_are_of_screenings_and_first_decisions_without_checks(worked: Office) -> None:
    with worked.workspace() as ws:
        found = load_portfolio(ws)
        lists = len(ws.runs.outline(ws.runs.headings()[-1].id).in_use)  # type: ignore[union-attr]
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    assert found.screened == [MonthScreened(december, 2, 1), MonthScreened(november, 4, 1)]
    assert found.decided == [MonthDecided(november, 2, 7, 10)]
    now, then = found.covered
    assert replace(then, current_lists=0) == MonthCovered(november, lists, 0, 0, 0, False)
    assert (now.month, now.current_lists <= now.lists) == (december, True)


def test_each_chart_says_what_its_table_says_and_the_queue_counts(worked: Office) -> None:
    page = get(worked.person("Ada"), "/portfolio")
    home = get(worked.person("Ada"), "/").described()
    charts, tables = page.main("svg"), page.main("table")
    assert len(charts) == len(tables) == 4
    for chart in charts:
        named = chart.get("aria-labelledby").split()
        title, said = (chart.xpath(f"*[@id='{one}']")[0].text_content() for one in named)
        assert title
        words = [one.text_content() for one in chart.xpath("text")]
        assert said.split(". ")[:-1] == words
        assert {one.tag for one in chart} <= {"title", "desc", "text", "rect"}
        for rect in chart.xpath("rect"):
            assert 0 <= float(rect.get("width")) <= 318
        etree.fromstring(etree.tostring(chart))
    assert "<script" not in page.source
    assert "style=" not in "".join(etree.tostring(one, encoding="unicode") for one in charts)
    severities = {row[0]: row[1] for row in page.rows() if row[0] in home}
    assert severities == {one: home[one][0] for one in ("Critical", "High", "Medium", "Low")}
    assert ["November 2026", "2", "7 days", "10 days"] in page.rows()


def test_an_empty_home_has_a_portfolio_and_whoever_may_not_read_has_none(
    open_office: Opener,
) -> None:
    office = open_office(users={"Ada": "administrator"})
    with office.workspace("Ada") as ws:
        remove(ws, [one.ref for one in SUPPLIERS], rule="never-a-supplier", dry_run=False)
    page = get(office.person("Ada"), "/portfolio")
    assert "No alert was decided yet." in page.text
    assert {row[1] for row in page.rows() if row[0] in ("Critical", "Low")} == {"0"}
    with office.workspace("Zed") as ws, pytest.raises(Forbidden):
        load_portfolio(ws)
