"""From an agreement to a case, a referral, a reply, a pack for the meeting and weeding, two homes;
the chain of each is sound at the end.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework import retention
from duediligence.casework.verifying import examine
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict
from duediligence.extensions.sharing import cases, information_requests, intelligence, receiving
from duediligence.extensions.sharing.case_referral import refer
from duediligence.extensions.sharing.cases_shown import case_for, cases_for
from duediligence.extensions.sharing.meeting_pack import make
from duediligence.extensions.sharing.referral import ReferralRequest
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..in_use import in_use
from .case_office import RESTRICTED, SETTINGS, alert, screened
from .exchanges.homes import COUNCIL, POLICE, agree
from .exchanges.homes import TERMS as TERMS_OF_BOTH
from .planted_reports import RAW, files_with_markers, markers_in, plant

TERMS = replace(
    TERMS_OF_BOTH, shares=("requests", "case papers"), starts_on=NOW.date() - timedelta(days=30)
)


class Homes:
    """The council's home, in which three people work, and the force's."""

    def __init__(self, folder: Path, loaded: Path, opened: ExitStack) -> None:
        self.opened = opened
        self.folders = {COUNCIL: folder / "council", POLICE: folder / "police"}
        shutil.copytree(loaded, self.folders[COUNCIL])

    def council(self, who: str, days: int = 0) -> Workspace:
        users = {"Ada": "officer", "Ivy": "intelligence", "Kay": "administrator"}
        return self.open(COUNCIL, who, days, users=users, **SETTINGS)

    def police(self, days: int = 0) -> Workspace:
        return self.open(POLICE, "Bo", days)

    def open(self, party: str, who: str, days: int, **settings: object) -> Workspace:
        made = Workspace(
            Settings(home=self.folders[party], **settings),  # type: ignore[arg-type]
            now=lambda: NOW + timedelta(days=days),
            who=who,
        )
        return self.opened.enter_context(made)

    def agree(self) -> None:
        agree(TERMS, {COUNCIL: self.council("Kay"), POLICE: self.police()})


@pytest.fixture
def homes(tmp_path: Path, loaded_home: Path) -> Iterator[Homes]:
    with ExitStack() as opened:
        yield Homes(tmp_path, loaded_home, opened)


def test_from_an_agreement_to_weeding(homes: Homes, tmp_path: Path) -> None:
    homes.agree()
    screened(homes.council("Kay"))
    ada, ivy = homes.council("Ada"), homes.council("Ivy")

    # A report comes in, and a case is opened about the supplier that it may concern.
    assert plant(ivy, RESTRICTED.name) == [1]
    number = cases.new(ada, title="Care homes and shops", agreement=TERMS.reference).number
    items = cases.NewItems(
        suppliers=["S1", RESTRICTED.ref],
        alerts=[alert(ada, "S1").id, alert(ada, "L5", "LAB-01").id],
        paths=[("S1", "S3")],
    )
    cases.add(ada, number, items)
    cases.add(ivy, number, cases.NewItems(reports=[1]))
    assert case_for(ada, number).help, "the people first"
    visit = cases.add_action(
        ada, number, what="Joint visit", agency="police", owner="Duty officer", due=NOW.date()
    )

    # The case is referred, and the force is asked whether it holds the supplier.
    wanted = ReferralRequest(
        case=number,
        to="police",
        purpose="Enquiry into a network",
        agreement=TERMS.reference,
        due_on=NOW.date() + timedelta(days=7),
    )
    form = refer(ada, wanted, file="form.html")
    assert markers_in(form.encode()) == set()
    assert "Drahomir" not in form
    ask = information_requests.RequestFacts(
        agreement=TERMS.reference,
        supplier="S1",
        purpose="Before the renewal",
        due_on=NOW.date() + timedelta(days=7),
        case=number,
    )
    asked = information_requests.ask(ada, ask, file="ask.partner")
    (tmp_path / "ask.partner").write_bytes(asked.body)
    taken = receiving.receive(homes.police(), tmp_path / "ask.partner")
    reply = information_requests.answer(
        homes.police(), int(taken.reference), "call-us", file="reply.partner"
    )
    (tmp_path / "reply.partner").write_bytes(reply.body)
    receiving.receive(ada, tmp_path / "reply.partner")
    told = [one.words for one in case_for(ada, number).requests]
    assert len(told) == 3, "one for each supplier of the form, and the question"
    assert all("Example Police" in one for one in told)

    # The meeting: what is in the pack is what the level says, and no report.
    pack = tmp_path / "case.html"
    make(ivy, number, "partners", pack)
    page = pack.read_text("utf-8")
    assert markers_in(page.encode()) == set()
    assert page.count("1 intelligence report may concern") == 1
    assert "Drahomir" not in page
    assert "National Referral Mechanism" in page
    assert "Joint visit" in page
    assert "Requests under the agreement" in page
    cases.record_outcome(ada, number, visit.position, "penalty-or-prosecution")
    cases.close(ada, number, "risk-dealt-with")

    # Years later: the report is deleted, the case removed, and no word of either is in a file.
    kept = ivy.casework.repository(IntelligenceStore).get(1)
    assert kept
    over = (max(kept.weed_on, NOW.date()) - NOW.date()).days + 1
    intelligence.weed(in_use(homes.council("Ivy", over)))
    retention.run(homes.council("Kay", over), dry_run=False)
    assert cases_for(homes.council("Ada", over), closed=True) == ()
    assert files_with_markers(tmp_path / "council") == {}
    assert RAW.encode() not in pack.read_bytes()
    for ws in (homes.council("Kay", over), homes.police(over)):
        assert not examine(ws).problems
    gone = [
        record.event.what["cases"]
        for record in homes.council("Kay", over).audit.records(kind="retention")
        if record.event.subject == "cases"
    ]
    assert gone == [(str(number),)]


def test_after_the_agreement_nothing_of_a_case_goes_out(homes: Homes, tmp_path: Path) -> None:
    homes.agree()
    screened(homes.council("Kay"))
    ada = homes.council("Ada", days=400)
    number = cases.new(homes.council("Ada"), title="Shops", agreement="ISA-2026-01")
    with pytest.raises(Conflict, match=f"was to be reviewed by {TERMS.review_on}"):
        make(ada, number.number, "partners", tmp_path / "case.html")
    with pytest.raises(Conflict, match="no alert that can be referred"):
        refer(ada, ReferralRequest(case=number.number, to="police"), file="f.html")
