"""What other rules would change, counted before they are saved, and so once they are."""

from collections import Counter
from datetime import timedelta
from typing import Any

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide_alert
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import Supplier
from duediligence.screening.run.screen import Screened, screen
from tests.rows import for_each

from .alert_office import Office, post

ONE_YEAR: dict[str, Any] = {"decision_months": "12", "review_months": "12"}
MORE = ("critical", "high", "medium", "low")


def states(office: Office) -> Counter[str]:
    with office.workspace() as ws:
        return Counter(one.state for one in queue.list_event_outlines(ws))


def decide_some(office: Office) -> None:
    """Two critical alerts and another one are decided, two months ago."""
    others = (one for one in office.alerts() if one.severity != "critical" and not one.restricted)
    with office.workspace() as ws:
        ws.now = lambda: NOW - timedelta(days=60)
        for alert in (office.match("S3"), office.match("S1"), next(others)):
            decide_alert(ws, alert.id, Choice(decided="confirmed risk", reason="RISK"))


@for_each(
    "changes",
    [
        {"second_decision": MORE, **ONE_YEAR},
        {"second_decision": (), **ONE_YEAR},
        {"second_decision": ("critical",), "decision_months": "1", "review_months": "12"},
    ],
)
def test_states_are_as_previewed_once_the_rules_are_saved(
    office: Office, changes: dict[str, Any]
) -> None:
    client = office.person("Ada")
    if not office.events("decision"):
        decide_some(office)
    before = states(office)
    page = post(client, "/set-up/rules", then="preview", **changes)
    assert states(office) == before, "nothing is saved"
    assert page.fields().get("second_decision", []) == list(changes["second_decision"])
    told = {row[0].lower(): (int(row[1]), int(row[2])) for row in page.rows()}
    assert "Saved" in post(client, "/set-up/rules", then="save", **changes).text
    after = states(office)
    wanted = {one: (before[one], after[one]) for one in before | after if before[one] != after[one]}
    assert wanted, "the case changes something"
    assert told == wanted


def test_what_is_under_another_threshold_is_counted(
    office: Office,
) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        weaker = [Supplier(ref="S9", name="Volkhar Maritimes Trading Ltd")]
        ws.suppliers.save(weaker, file="more.csv", at=NOW)
        screen(ws, Screened(weaker))
        scores = [one.lead.score for one in queue.list_waiting_events(ws) if one.lead.score]
    higher = f"{(min(scores) + 1) / 2:.3f}"
    under = sum(score < float(higher) for score in scores)
    assert 0 < under < len(scores)
    page = post(client, "/set-up/rules", then="preview", threshold=higher, **ONE_YEAR)
    assert f"{under} alert" in page.text
    lower = post(
        client, "/set-up/rules", then="preview", threshold=f"{DEFAULT_THRESHOLD - 0.1}", **ONE_YEAR
    )
    assert "A lower threshold may find more" in lower.text
    wrong = post(client, "/set-up/rules", then="preview", threshold="7", **ONE_YEAR)
    assert wrong.errors()[0][0] == "#threshold"
