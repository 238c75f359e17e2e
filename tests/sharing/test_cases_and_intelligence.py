"""Reports of intelligence in a case: for their role alone, and in no file."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden, NotFound
from duediligence.extensions.sharing import cases, intelligence
from duediligence.extensions.sharing.cases_shown import CaseView, case_for
from duediligence.extensions.sharing.meeting_pack import pack_as_bytes
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..conftest import MadeHome
from ..homes import copy_home
from ..in_use import in_use
from .case_office import BRIGHT, RESTRICTED, SETTINGS, screened
from .planted_reports import SANITISED, markers_in, plant

As = Callable[[str], Workspace]


def opened(home: Path, who: str) -> Workspace:
    users = {"Ivy": "intelligence", "Ada": "officer", "Kay": "administrator"}
    settings = Settings(home=home, users=users, **SETTINGS)  # type: ignore[arg-type]
    return Workspace(settings, now=lambda: NOW, who=who)


def planted(home: Path) -> None:
    with opened(home, "Kay") as kay, opened(home, "Ivy") as ivy:
        screened(kay)
        assert plant(ivy, RESTRICTED.name) == [1]


@pytest.fixture
def as_(made_home: MadeHome, tmp_path: Path) -> Iterator[As]:
    """Opens the home as Ivy, who has the role, or Ada, an officer; a report is about S2."""
    home = copy_home(made_home(planted), tmp_path / "home")
    with ExitStack() as workspaces:
        yield lambda who: workspaces.enter_context(opened(home, who))


def text(view: CaseView) -> bytes:
    return msgspec.json.encode(view, enc_hook=str)


def gathered(as_: As) -> int:
    number = cases.new(as_("Ada"), title="Shops").number
    cases.add(as_("Ada"), number, cases.NewItems(suppliers=[BRIGHT.ref]))
    cases.add(as_("Ivy"), number, cases.NewItems(reports=[1]))
    return number


def test_its_role_sees_a_report_and_each_look_is_recorded(as_: As) -> None:
    number, ivy = gathered(as_), as_("Ivy")
    before = len(list(ivy.audit.records(kind="intelligence")))
    view = case_for(ivy, number)
    (held,) = view.reports
    assert held.report
    assert SANITISED in held.report.text
    assert held.report.conditions
    assert len(list(ivy.audit.records(kind="intelligence"))) == before + 1
    assert view.help
    assert view.help.because[0].startswith("Signs of slavery, forced labour or trafficking: report")


def test_a_page_opened_by_a_link_has_no_text_of_a_report_and_records_no_look(as_: As) -> None:
    number, ivy = gathered(as_), as_("Ivy")
    before = len(list(ivy.audit.records(kind="intelligence")))
    view = case_for(ivy, number, report_texts=False)
    (held,) = view.reports
    assert (held.number, held.kept, held.report) == ("1", True, None)
    assert not markers_in(text(view))
    assert len(list(ivy.audit.records(kind="intelligence"))) == before
    assert view.help, "help comes first all the same"


@pytest.mark.parametrize("who", ["Ada", "Kay"])
def test_everybody_else_learns_how_many_there_are(as_: As, who: str) -> None:
    number, ws = gathered(as_), as_(who)
    view = case_for(ws, number, restricted=True)
    assert view.reports == ()
    assert view.help is None, "a sign in a report would tell what it says"
    assert view.restricted.startswith("Restricted: 1 intelligence report may concern")
    assert markers_in(text(view)) == set()
    with pytest.raises(Forbidden, match="may not handle intelligence"):
        cases.add(ws, number, cases.NewItems(reports=[1]))


@pytest.mark.parametrize("level", ["people", "restricted"])
@pytest.mark.parametrize("who", ["Ada", "Ivy"])
def test_a_pack_counts_reports_and_holds_none_whoever_makes_it(
    as_: As, who: str, level: str
) -> None:
    asked = (gathered(as_), level)
    body, _ = pack_as_bytes(as_(who), *asked, "html")
    assert markers_in(body) == set()
    page = body.decode()
    assert page.count("1 intelligence report may concern") == 1
    assert "Help first" not in page


def test_json_holds_none_even_for_the_role(as_: As) -> None:
    number = gathered(as_)
    for people in ("redacted", "exported"):
        view = case_for(as_("Ivy"), number, people=people)  # type: ignore[arg-type]
        assert markers_in(text(view)) == set()


def test_only_the_role_takes_a_report_out_of_a_case_or_learns_its_number(as_: As) -> None:
    number, ada, ivy = gathered(as_), as_("Ada"), as_("Ivy")
    (place,) = (
        one.position
        for one in ada.casework.repository(CaseStore).items(number)
        if one.kind == "intelligence"
    )
    refused = []
    for item in (place, 999):
        with pytest.raises(NotFound) as error:
            cases.remove(ada, number, item)
        refused.append(str(error.value).replace(str(item), "N"))
    assert refused[0] == refused[1]
    assert case_for(ivy, number).reports
    assert cases.remove(ivy, number, place).reference == "1"
    assert case_for(ivy, number).reports == ()


def test_a_report_that_concerns_a_supplier_of_the_case_is_counted_once(as_: As) -> None:
    number = gathered(as_)
    cases.add(as_("Ada"), number, cases.NewItems(suppliers=[RESTRICTED.ref]))
    assert "1 intelligence report" in case_for(as_("Ada"), number).restricted


def test_a_report_that_was_deleted_is_no_longer_there(as_: As) -> None:
    number, ivy = gathered(as_), as_("Ivy")
    report = ivy.casework.repository(IntelligenceStore).get(1)
    assert report
    ivy.now = lambda: NOW.replace(year=report.weed_on.year + 1)
    intelligence.weed(in_use(ivy))
    view = case_for(ivy, number)
    assert [one.report for one in view.reports] == [None]
    assert view.restricted == ""
    with pytest.raises(NotFound, match="Unknown report 1"):
        cases.add(ivy, number, cases.NewItems(reports=[1]))
