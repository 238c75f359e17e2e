"""Every page that the product makes, in the states that a reader meets: for tests that look at
pages as a browser, a screen reader or a printer does.

To add one, add its maker to `PAGES`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.delivery import flag_files, letters
from duediligence.delivery.governance import governance_document
from duediligence.delivery.pack.contents import Contents
from duediligence.delivery.pack.making import PackRequest, about_of, disclosed_contents
from duediligence.delivery.pack.page import render_pack_page
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.extensions.sharing import cases, referral
from duediligence.extensions.sharing import meeting_pack as meeting
from duediligence.extensions.sharing.agreements_shown import explain
from duediligence.extensions.sharing.render.agreement_words import SHARED_WORDS
from duediligence.model import PartialDate, Person, Run, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.facts import say
from duediligence.model.letters import LetterKind
from duediligence.render.guide_page import render_guide_page as guide_html
from duediligence.screening.imports import import_suppliers
from duediligence.screening.lists.guide import guide
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.homes import copy_home
from tests.sharing.agreements_made import made

CLEAN = Supplier(ref="S901", name="Little Acorns Youth Project CIO")
STALE = Supplier(
    ref="S902",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
)


@dataclass
class Casework:
    """The demonstration's suppliers, screened, with a decision; `later`: screened when every list
    was out of date. `folder` is for files.
    """

    demo: Workspace
    later: Workspace
    folder: Path

    @cached_property
    def run(self) -> Run:
        run = self.demo.runs.get(self.demo.screened.newest()["S001"])
        assert run is not None
        return run


def alerts_of(workspace: Workspace, ref: str) -> list[Alert]:
    """The open alerts of matches of a supplier, that a form may be about."""
    found = queue.alerts(workspace)
    return [
        one
        for one in found
        if one.first.supplier_ref == ref and one.matched and one.state == "open"
    ]


@contextmanager
def casework(loaded_home: Path, folder: Path) -> Iterator[Casework]:
    """Casework on copies of that home, in that folder."""
    with (
        as_file(files("duediligence") / "demo") as data,
        serve_demo_api() as url,
        Workspace(
            Settings(
                home=copy_home(loaded_home, folder / "home"),
                companies_house_url=url,
                companies_house_key="demonstration",
                key_hosts=("127.0.0.1",),
                second_decision=(),
                council_name="Example Council",
                council_address="Town Hall, Exampleton, EX1 1AA",
                council_contact="suppliers@council.example",
                privacy_contact="dpo@council.example",
            ),
            now=lambda: NOW,
            backoff=0.05,
        ) as demo,
        Workspace(
            Settings(home=copy_home(loaded_home, folder / "later")),
            now=lambda: NOW + timedelta(days=400),
        ) as later,
    ):
        demo.who = later.who = "Ada"
        read = import_suppliers(
            demo, data / "suppliers.csv", mapping={}, sheet="", rejects_folder=folder
        ).read
        screen(demo, Screened(read.suppliers, file=read.file, sha256=read.sha256))
        choice = Choice(decided="not the same", reason="OTHER", note="Rang them")
        decide(demo, alerts_of(demo, "S001")[0], choice)
        for workspace in (demo, later):
            workspace.suppliers.save([CLEAN, STALE], file="s.csv", at=NOW)
        screen(later, Screened([CLEAN, STALE]))
        yield Casework(demo, later, folder)


def run_report(it: Casework, *, people: bool) -> str:
    path = it.folder / "run.html"
    flag_files.write_run(it.demo, it.run, path, people=people)
    return path.read_text("utf-8")


def report(workspace: Workspace, **asked: object) -> str:
    request = PackRequest(**asked)  # type: ignore[arg-type]
    contents, _ = disclosed_contents(workspace, request)
    return render_pack_page(contents, about_of(workspace, request, contents)).decode()


def pack_page(workspace: Workspace, **asked: object) -> str:
    request = PackRequest(**asked)  # type: ignore[arg-type]
    contents, _ = disclosed_contents(workspace, request)
    about = about_of(workspace, request, contents)
    return render_pack_page(contents, about, {"suppliers/001/run.json": b"{}"}).decode()


def long_report(it: Casework) -> str:
    """More of everything than a first page holds, and each as long as it comes."""
    request = PackRequest(supplier="S001", people=True)
    contents, _ = disclosed_contents(it.demo, request)
    (case,) = contents.cases
    name = "International Consolidated Sprocket and Cogwheel Manufacturing " * 5
    matched = next(one for one in case.findings if one.score is not None)
    many = tuple(
        replace(
            matched,
            entry_id=f"E-{n}",
            entry_name=f"{name} {n}",
            subject_name=f"{n} {name}",
            severity="critical",
            event=None,
            next_step=say(f"{name}."),
        )
        for n in range(25)
    )
    unknown = next(one for one in it.run.findings if one.outcome == "unknown")
    gaps = tuple(
        replace(unknown, list_id="", check_id=f"GAP-{n}", check_title=f"{name} {n}")
        for n in range(12)
    )
    run = replace(case.run, findings=(*many, *gaps))
    supplier = replace(case.supplier, name=name + "Limited")
    compared = replace(case.compared, supplier=supplier)
    whole = Contents(cases=(replace(case, run=run, compared=compared),))
    return render_pack_page(whole, about_of(it.demo, request, contents)).decode()


def form(it: Casework) -> str:
    alerts = [one.id for one in alerts_of(it.demo, "S001")[:2]]
    wanted = referral.ReferralRequest(alerts=alerts, to="police", people=True, restricted=True)
    return referral.make(it.demo, wanted, file="form.html")


def letter(it: Casework, kind: LetterKind) -> str:
    alert = next(one for one in alerts_of(it.demo, "S001"))
    wanted = letters.LetterRequest(kind=kind, alert=alert.id)
    return letters.make(it.demo, wanted, file="letter.html").body.decode()


def meeting_pack(it: Casework) -> str:
    """With one of everything, and with signs of victims."""
    case = cases.new(it.demo, title="Home care", notes="Seen\nTwice").number
    alerts = [one.id for one in alerts_of(it.demo, "S001")[:2]]
    paths = [("S001", "Petrosyanov")]
    cases.add(it.demo, case, cases.NewItems(suppliers=["S002"], alerts=alerts, paths=paths))
    cases.sign(it.demo, case, "child-exploitation")
    cases.add_action(
        it.demo, case, what="Inspect the premises", agency="fire", owner="Protection team"
    )
    asked = (case, "people")
    return meeting.pack_as_bytes(it.demo, *asked, "html")[0].decode()


def guide_page(it: Casework) -> str:
    """Of every list that there is, some of them in use."""
    return guide_html(guide(it.demo, it.demo.watchlists), NOW)


def agreement_page(it: Casework) -> str:
    """Of an agreement with more in it than most have."""
    name = "Example and Neighbouring Districts Partnership of Councils and Fire Authorities"
    reference = made(
        it.demo,
        ours=name,
        reference="ISA-2026-01.EXAMPLE-AND-NEIGHBOURS-2026",
        parties=(name, "Example Police and Regional Organised Crime Unit"),
        purpose="Find suppliers, and people behind them, that stand in both bodies' records, so "
        "that public money does not go to organised crime, and so that people who are exploited "
        "in their work are found and helped",
        bases=("cda-1998-s115", "uk-gdpr-6-1-e", "dpa-2018-part3", "dpa-2018-sch1-10"),
        shares=tuple(SHARED_WORDS),
    )
    return explain(it.demo, reference, file="page.html")


PAGES: dict[str, Callable[[Casework], str]] = {
    "run": lambda it: run_report(it, people=True),
    "run without people": lambda it: run_report(it, people=False),
    "report": lambda it: report(it.demo, supplier="S001", people=True),
    "report without people": lambda it: report(it.demo, supplier="S001"),
    "report of nothing found": lambda it: report(it.later, supplier=CLEAN.ref),
    "report of stale lists": lambda it: report(it.later, supplier=STALE.ref, people=True),
    "long report": long_report,
    "pack page": lambda it: pack_page(it.demo, supplier="S002", people=True),
    "referral": form,
    "letter for details": lambda it: letter(it, "details-wanted"),
    "privacy notice": lambda it: letter(it, "privacy-notice"),
    "case for a meeting": meeting_pack,
    "guide": guide_page,
    "agreement explained": agreement_page,
    "policy document": lambda it: governance_document(it.demo, "policy"),
    "impact assessment": lambda it: governance_document(it.demo, "impact"),
    "equality note": lambda it: governance_document(it.demo, "equality"),
}
