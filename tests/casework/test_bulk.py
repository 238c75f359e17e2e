"""One decision about many alerts: shown before, and refused where one reason cannot hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.casework.bulk import plan
from duediligence.casework.deciding import (
    REASONS,
    Choice,
    NotAllDecided,
    decide_entry,
    decide_many,
    list_reason_codes,
)
from duediligence.casework.fact_groups import UnequalFacts
from duediligence.errors import Invalid, NotFound
from duediligence.model import (
    Address,
    Feature,
    Finding,
    Identifier,
    ListEntry,
    ListStatus,
    Name,
    Run,
    Supplier,
)
from duediligence.model.entries import COMPANY
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import ITSELF
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ENTRY = ("un", "E1")
NUMBERS = Choice(decided="not the same", reason="NUMBER-DIFFERS")
ANOTHER = Choice(decided="not the same", reason="OTHER", note="Another firm")
SAME = Choice(decided="same", reason="SUPPLIER-SAYS")
NUMBER = Identifier(COMPANY, "99009901")
HERE = Address("1 Mill Lane, Ferrowby", "FE1 1AA", "GB")
Verdicts = tuple[str | None, ...]
Make = Callable[..., Workspace]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A home with an alert of the entry for each of these verdicts on numbers."""

    def make(*verdicts: str | None, **settings: Any) -> Workspace:
        given = {"home": tmp_path / "home", "second_decision": (), **settings}
        ws = Workspace(Settings(**given), now=lambda: AT, who="Ada")
        numbers = {"differ": (Identifier(COMPANY, "99001234"),), "agree": (NUMBER,), None: ()}
        suppliers = [
            Supplier(ref=f"S{n}", name=f"Quill {n} Ltd", identifiers=numbers[verdict], address=HERE)
            for n, verdict in enumerate(verdicts)
        ]
        found = tuple(
            Finding(
                run_id="R1",
                supplier_ref=supplier.ref,
                supplier_name=supplier.name,
                company_number="",
                check_id="SAN-01",
                check_title="Asset freeze",
                topic="sanctions",
                outcome="review",
                severity="high",
                subject_name=supplier.name,
                list_id="un",
                entry_id="E1",
                entry_name="Quill",
                score=0.9,
                features=(
                    (Feature("identifier", "1", "2", -0.1, verdict),)  # type: ignore[arg-type]
                    if verdict
                    else ()
                ),
            )
            for supplier, verdict in zip(suppliers, verdicts, strict=True)
        )
        run = Run(
            id="R1",
            started_at=AT,
            finished_at=AT,
            as_of=AT.date(),
            supplier_file="",
            supplier_file_sha256="",
            suppliers=len(suppliers),
            parties=len(suppliers),
            lists=(ListStatus(list_id="un", title="UN", state="current"),),
            threshold=0.8,
            matcher_version="1",
            policy_sha256="",
            findings=found,
        )
        entry = ListEntry(
            id="E1",
            list_id="un",
            kind="organisation",
            names=(Name("Quill"),),
            identifiers=(NUMBER,),
            addresses=(Address("7 Rue Inconnue", country="FR"),),
        )
        about = [ITSELF] * len(found)
        with ws.casework.transaction():
            hashes = ws.runs.save(run, suppliers, {ENTRY: entry}, about=about)
            by_ref = {one.ref: one for one in suppliers}
            projection.run_stored(ws, run, about, by_ref, {ENTRY: entry}, hashes)
        return ws

    return make


def ids(ws: Workspace) -> list[str]:
    return [one.id for one in queue.alerts(ws)]


def test_the_plan_says_what_would_be_settled_and_settles_nothing(made: Make) -> None:
    with made("differ", "differ", "differ") as ws:
        planned = plan(ws, (), NUMBERS, entry=ENTRY)
        assert set(planned.suppliers) == {f"Quill {n} Ltd (S{n})" for n in range(3)}
        assert {one.alert_id for one in planned.asked} == set(ids(ws))
        assert (planned.left, planned.further) == (0, 0)
        assert not ws.decisions.digests()
        act = decide_many(ws, planned.asked)
        assert len(act.decisions) == 3
        again = plan(ws, (), NUMBERS, entry=ENTRY)
        assert (again.asked, again.left) == ((), 3)


def test_what_was_decided_since_the_plan_is_not_overruled(made: Make) -> None:
    with made("differ", "differ") as ws:
        planned = plan(ws, (), NUMBERS, entry=ENTRY)
        decide_many(ws, planned.asked[:1])
        with pytest.raises(Exception, match="after what you had seen"):
            decide_many(ws, planned.asked)
        assert len(ws.decisions.digests()) == 1


@pytest.mark.parametrize("choice", [ANOTHER, SAME])
def test_unequal_facts_are_refused_and_each_group_can_be_decided(
    made: Make, choice: Choice
) -> None:
    with made("differ", "differ", None) as ws:
        for which in ({"ids": ids(ws)}, {"ids": (), "entry": ENTRY}):
            with pytest.raises(UnequalFacts) as caught:
                plan(ws, choice=choice, **which)
            assert [len(group.alert_ids) for group in caught.value.groups] == [2, 1]
        with pytest.raises(UnequalFacts):
            decide_entry(ws, *ENTRY, choice)
        assert not ws.decisions.digests()
        for group in caught.value.groups:
            planned = plan(ws, (), choice, entry=ENTRY, facts=group.facts)
            assert {one.alert_id for one in planned.asked} == set(group.alert_ids)
            decide_many(ws, planned.asked)
        assert {one.state for one in queue.alerts(ws)} == {choice.decided}


def test_facts_that_the_reason_does_not_rest_on_may_differ(made: Make) -> None:
    with made("differ", "agree", None) as ws:
        for choice in (
            Choice(decided="not the same", reason="OTHER-PLACE"),
            Choice(decided="not sure", reason="ASKED"),
            Choice(decided="confirmed risk", reason="RISK"),
        ):
            assert len(plan(ws, (), choice, entry=ENTRY).asked) == 3


def test_what_cannot_be_planned_is_refused(made: Make) -> None:
    with made("differ", "differ") as ws:
        with pytest.raises(NotFound, match="un/E2"):
            plan(ws, (), NUMBERS, entry=("un", "E2"))
        with pytest.raises(NotFound):
            plan(ws, (), NUMBERS, entry=("un", ""))
        with pytest.raises(Invalid, match="No alert has the facts"):
            plan(ws, (), NUMBERS, entry=ENTRY, facts="number=agree")
        with pytest.raises(Invalid, match="not a valid reason"):
            plan(ws, (), replace(NUMBERS, reason="WHY"), entry=ENTRY)
        mitigated = Choice(decided="mitigated", reason="CONDITIONS")
        with pytest.raises(NotAllDecided):
            plan(ws, ids(ws), mitigated)


def test_every_reason_is_listed_once_for_each_decision() -> None:
    listed = [(one.decision, one.code) for one in list_reason_codes()]
    assert len(listed) == len(set(listed)) == sum(map(len, REASONS.values()))
