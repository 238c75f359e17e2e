"""The sources of one event in the queue: one row, decided together, open again for a new source."""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from duediligence.casework.deciding import Asked, Choice, decide_alert, decide_many
from duediligence.casework.disclosure import redact_run
from duediligence.casework.queue import Filters, alerts
from duediligence.casework.runs_shown import people_known
from duediligence.casework.showing import AlertRow, alert_for, queue_for
from duediligence.casework.undoing import part_entry
from duediligence.casework.verifying import examine
from duediligence.delivery import digest
from duediligence.delivery.exports import export_flags
from duediligence.delivery.flag_files import write_run
from duediligence.delivery.pack.case import case_of
from duediligence.delivery.pack.comparing import compared_again
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.errors import Conflict, Forbidden
from duediligence.model import PartialDate, Person, Run, Supplier
from duediligence.model.findings import by_event
from duediligence.render import terminal, verdict
from duediligence.screening.alerts import projection
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.reading import overall_reading
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from tests.conftest import SAMPLE, SAMPLES

# On the list of the United Kingdom, which gives the number of the United Nations, and on theirs.
RELIEF = Supplier(ref="S1", name="Al-Zahrun Relief Foundation")
BRIGHT = Supplier(
    ref="S2",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
RISK = Choice(decided="confirmed risk", reason="LISTED")
SAME = Choice(decided="same", reason="SUPPLIER-SAYS")
OTHER = Choice(decided="not the same", reason="OTHER", note="Another firm")


@pytest.fixture
def ws(open_workspace: Callable[..., Workspace], tmp_path: Path) -> Workspace:
    """As Ada, with the list of the United Kingdom alone."""
    workspace = open_workspace(second_decision=(), digest_folder=tmp_path)
    workspace.who = "Ada"
    workspace.suppliers.save([RELIEF, BRIGHT], file="suppliers.csv", at=workspace.now())
    load(workspace, tmp_path, "uk-sanctions")
    return workspace


def load(workspace: Workspace, folder: Path, list_id: str) -> None:
    only = Path(shutil.copytree(SAMPLES / list_id, folder / "some" / list_id)).parent
    (ended,) = refresh(workspace, [list_id], folder=only, terms=SAMPLE)
    assert ended.result == "loaded"


def run(workspace: Workspace, supplier: Supplier = RELIEF) -> Run:
    return screen(workspace, Screened((supplier,)))


def only(workspace: Workspace, **filters: object) -> AlertRow:
    (row,) = queue_for(workspace, Filters(**filters), everything=True).rows  # type: ignore[arg-type]
    return row


def test_a_new_source_opens_a_decided_event_again(ws: Workspace, tmp_path: Path) -> None:
    run(ws)
    first = only(ws)
    assert first.list_id == "uk-sanctions"
    assert first.also == ()
    decide_alert(ws, first.id, RISK)
    assert only(ws).state == "confirmed risk"
    assert digest.send(ws).message

    load(ws, tmp_path, "un")
    found = run(ws)
    row = only(ws)
    assert (row.id, row.state) == (first.id, "open"), "the id stays"
    (also,) = row.also or ()
    assert "United Nations" in also.source or "UN" in also.source
    assert row.reopened == f"another source: {also.source}"
    assert row.decided_by == ""

    # Any id finds the event, and says where each source stands.
    view = alert_for(ws, also.alert)
    assert view.state == "open"
    assert [(one.alert, one.state) for one in view.also or ()] == [(first.id, "confirmed risk")]

    # It is told as a change of what was told before.
    message = digest.preview(ws)
    assert message
    assert "1 changed flag" in message.subject
    assert "new flag" not in message.subject
    assert "; also in " in message.text

    outcome = decide_alert(ws, also.alert, RISK)
    assert outcome.state == "confirmed risk"
    assert "open" not in outcome.meaning
    assert only(ws).state == "confirmed risk"
    assert projection.find_differing_alerts(ws) == []
    assert verdict.headline(found) == "1 possible match to review"


def test_what_is_decided_of_each_source_settles_the_event(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, "un")
    run(ws)
    row = only(ws)
    mitigated = Choice(decided="mitigated", reason="LICENSED")
    for choice in (RISK, mitigated):
        decide_alert(ws, row.id, choice)
        assert only(ws).state == "open", "the other list waits, or says otherwise"
        for also in row.also or ():
            decide_alert(ws, also.alert, choice)
        assert only(ws).state == choice.decided
    queue = queue_for(ws)
    assert (queue.listed, queue.total) == (0, 1)
    assert queue.not_shown == "1 decided as mitigated is not shown."


def test_an_entry_that_is_another_party_is_by_itself_again(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, "un")
    run(ws)
    row = only(ws)
    (also,) = alert_for(ws, row.id).also or ()
    assert also.joined == "by the same reference and full name and address"
    for id_ in (row.id, also.alert):
        decide_alert(ws, id_, RISK)
    assert not part_entry(ws, also.alert).waits
    found = {one.id: one for one in queue_for(ws, everything=True).rows}
    # The United Kingdom gives the number of the United Nations: that makes no event of two parties.
    assert {one.also for one in found.values()} == {()}
    assert {one.state for one in found.values()} == {"confirmed risk"}
    decide_alert(ws, row.id, SAME)
    assert {one.id: one.state for one in alerts(ws)} == {
        row.id: "same",
        also.alert: "confirmed risk",
    }
    # A pack and a digest of the screening from before say so, too.
    make(ws, PackRequest(supplier="S1"), tmp_path / "parted.zip")
    assert len(flags_in(tmp_path / "parted.zip")) == 2
    assert verify_pack(tmp_path / "parted.zip").exit_code == 0
    message = digest.preview(ws)
    assert message
    assert "also in" not in message.text
    with pytest.raises(Conflict, match="is not joined with an entry of another list"):
        part_entry(ws, also.alert)
    run(ws)
    assert len(queue_for(ws, everything=True).rows) == 2
    assert examine(ws).problems == ()


def test_where_a_source_is_severe_two_people_part_an_entry(
    ws: Workspace, open_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    load(ws, tmp_path, "un")
    run(ws)
    row = only(ws)
    two = open_workspace(users={"Ada": "officer", "Bo": "approver", "Cy": "officer"})
    two.who = "Ada"
    assert part_entry(two, row.id).waits
    assert only(two).also
    assert alert_for(two, row.id).parting.startswith("Ada said that this entry is another party")
    with pytest.raises(Conflict, match="you already said"):
        part_entry(two, row.id)
    two.who = "Cy"
    with pytest.raises(Forbidden):
        part_entry(two, row.id)
    two.who = "Bo"
    assert not part_entry(two, row.id).waits
    assert len(queue_for(two, everything=True).rows) == 2


def test_two_checks_of_one_comparison_are_decided_at_once(ws: Workspace) -> None:
    run(ws, BRIGHT)
    row = only(ws)
    assert row.check_id == "SAN-01"
    assert "Director disqualification" in (row.also or ())[0].source
    decide_alert(ws, row.id, OTHER)
    assert {alert.state for alert in alerts(ws)} == {"not the same"}


def test_the_filters_are_of_the_event(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, "un")
    run(ws)
    row = only(ws)
    decide_many(ws, [Asked(row.id, SAME)], apart=[one.id for one in alerts(ws) if one.id != row.id])
    assert only(ws, states=("open",)).id == row.id
    assert not queue_for(ws, Filters(states=("same",))).rows
    run(ws, BRIGHT)
    shown = only(ws, supplier="S2", severity="critical")
    assert len(shown.also or ()) == 1, "a source below the severity is shown beside its lead"


def test_files_have_a_row_an_event(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, "un")
    found = run(ws)
    path = tmp_path / "flags.csv"
    write_run(ws, found, path, people=True, format_=1)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    (row,) = (one for one in rows if one["outcome"] in ("review", "adverse"))
    assert row["list_id"] == "uk-sanctions"
    assert "Asset freeze" in row["also_in"]
    assert "entry QDe.901" in row["also_in"]
    assert row["status"] == "open"
    assert any("also in " in line for line in terminal.format_run_summary(found))
    assert sum("Also in" in line for line in terminal.format_run_details(found)) == 1


def test_the_records_of_all_sources_are_kept(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, "un")
    found = run(ws)
    write_run(ws, found, tmp_path / "run.json", people=True)
    data = json.loads((tmp_path / "run.json").read_text())["data"]
    (flag,) = (one for one in data["flags"] if len(one) > 1)
    assert [data["findings"][place]["list_id"] for place in flag] == ["uk-sanctions", "un"]
    assert sorted(place for one in data["flags"] for place in one) == list(
        range(len(data["findings"]))
    )

    write_run(ws, found, tmp_path / "run.html", people=True)
    page = (tmp_path / "run.html").read_text()
    assert page.count("<h5>Also in: ") == 1
    assert page.count('class="finding"') == 1

    export_flags(ws, tmp_path / "flags.jsonl", "jsonl")
    lines = [json.loads(one)["data"] for one in (tmp_path / "flags.jsonl").read_text().splitlines()]
    (line,) = (one for one in lines if one["outcome"] in ("review", "adverse"))
    assert [one["list_id"] for one in line["also"]] == ["un"]
    export_flags(ws, tmp_path / "flags.ftm.json", "ftm.json")
    links = (tmp_path / "flags.ftm.json").read_text().count('"possible match"')
    assert links == 2, "each source is an entity of its own"


@pytest.mark.parametrize("people", [True, False])
def test_a_pack_comes_to_the_same_flags(ws: Workspace, tmp_path: Path, people: bool) -> None:
    load(ws, tmp_path, "un")
    run(ws)
    make(ws, PackRequest(supplier="S1", people=people), tmp_path / "p.zip")
    assert verify_pack(tmp_path / "p.zip").exit_code == 0
    assert len(flags_in(tmp_path / "p.zip")) == 1


def flags_in(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as pack:
        (name,) = (one for one in pack.namelist() if one.endswith("flags.csv"))
        rows = csv.DictReader(io.StringIO(pack.read(name).decode("utf-8-sig")))
        return [one for one in rows if one["outcome"] in ("review", "adverse")]


def test_the_reading_takes_several_sources_for_one_sign(ws: Workspace, tmp_path: Path) -> None:
    load(ws, tmp_path, "un")
    found = run(ws)
    high = [
        replace(one, severity="high", topic=topic)
        for one, topic in zip(
            [*(f for f in found.findings if f.event), *(f for f in found.findings if f.event)],
            ("sanctions", "insolvency", "finance"),
            strict=False,
        )
    ]
    assert overall_reading(high).words[0] == "standard"
    apart = [replace(one, event=None) for one in high]
    assert overall_reading(apart).words[0] == "enhanced checks"


def test_a_redacted_copy_has_the_same_flags_and_no_trace_of_a_name(ws: Workspace) -> None:
    found = run(ws, BRIGHT)
    told, _ = redact_run(found, people_known(ws, found.id), people=False, restricted=True)
    events = [one.event for one in told.findings if one.event]
    assert [(one.party, one.numbers) for one in events] == [("3", ("1", "2"))] * 2
    # The last finding says what was left out.
    assert [len(flag) for flag in by_event(told.findings[:-1])] == [
        len(flag) for flag in by_event(found.findings)
    ]


def test_a_pack_from_before_events_were_kept_is_the_same(ws: Workspace) -> None:
    found = run(ws)
    case = case_of(ws, "S1", found.id)
    before = replace(
        case.run, findings=tuple(replace(one, event=None) for one in case.run.findings)
    )
    assert not compared_again(replace(case, run=before), people=True).differences
    # In one of today, what happened is compared like all else.
    at = next(place for place, one in enumerate(case.findings) if one.event)
    event = case.findings[at].event
    assert event
    forged = [*case.findings, replace(case.findings[at], event=replace(event, party="another"))]
    del forged[at]
    assert compared_again(
        replace(case, run=replace(case.run, findings=tuple(forged))), people=True
    ).differences
