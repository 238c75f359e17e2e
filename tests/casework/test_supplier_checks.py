"""What became of each check of a supplier whose registers were asked."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from duediligence import registry
from duediligence.casework.held_records import build_sorted_records
from duediligence.casework.supplier_checks import check_lines
from duediligence.casework.suppliers_shown import ScreenedView, supplier_for, suppliers_page
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.model import Charity, Company, Dossier, NotHeld, NotInScope, NotKnown
from duediligence.render.dossier_section import PARTS
from duediligence.screening.imports import import_suppliers
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

from ..homes import copy_home


@pytest.fixture(scope="module")
def ws(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demonstration's suppliers, screened with the register asked."""
    home = tmp_path_factory.mktemp("checks") / "home"
    copy_home(loaded_home, home)
    with (
        as_file(files("duediligence") / "demo") as data,
        serve_demo_api() as url,
        Workspace(
            Settings(
                home=home,
                companies_house_url=url,
                companies_house_key="demonstration",
                key_hosts=("127.0.0.1",),
            ),
            now=lambda: NOW,
            backoff=0.05,
        ) as workspace,
    ):
        path = data / "suppliers.csv"
        read = import_suppliers(workspace, path, mapping={}, sheet="", rejects_folder=None).read
        screen(workspace, Screened(read.suppliers, file=read.file, sha256=read.sha256))
        yield workspace


def views(ws: Workspace) -> Iterator[ScreenedView]:
    for row in suppliers_page(ws).rows:
        shown = supplier_for(ws, row.ref).screened
        assert shown
        assert shown.run.readings[row.ref].why == row.reading.why
        yield shown


def test_every_check_of_the_registers_is_accounted_for(ws: Workspace) -> None:
    needed = {one.id for one in registry.checks().values() if one.needs is Dossier}
    states = set()
    for view in views(ws):
        lines = {line.check_id: line for line in view.checks}
        assert len(lines) == len(view.checks)
        assert needed <= lines.keys()
        found = {
            one.check_id: one
            for one in view.run.findings
            if one.supplier_ref and not one.list_id and one.check_id in registry.checks()
        }
        assert lines.keys() - needed == found.keys() - needed
        for id_, line in lines.items():
            to_review = any(
                one.outcome in ("review", "adverse")
                for one in view.run.findings
                if one.check_id == id_ and one.supplier_ref and not one.list_id
            )
            assert (line.state == "to review") == to_review == (line.severity is not None)
            if line.state == "could not be checked":
                assert line.why
            if line.state == "nothing found":
                assert id_ not in found
        states |= {line.state for line in lines.values()}
    assert {"to review", "nothing found", "does not apply", "could not be checked"} <= states


def test_a_part_that_is_not_known_makes_no_check_of_it_look_clear(ws: Workspace) -> None:
    view = next(one for one in views(ws) if any(p.state == "known" for p in one.parts))
    assert view.dossier
    without = replace(view.dossier.dossier, company=NotKnown("The register did not answer"))
    run = replace(view.run, findings=())
    for line in check_lines(run, without):
        if "company" in registry.checks()[line.check_id].reads:
            assert line.state in ("could not be checked", "does not apply", "not looked at")
    assert check_lines(replace(run, basis=None), without) == []
    assert check_lines(run, None) == []


def test_a_screening_is_published_in_part_only_where_a_register_answered(ws: Workspace) -> None:
    found = set()
    for view in views(ws):
        (ref,) = view.run.readings
        records = build_sorted_records(ws, ref).records
        (screening,) = (one for one in records if one.kind == "Screenings")
        assert view.dossier
        of = view.dossier.dossier
        answered = isinstance(of.company, Company) or isinstance(of.charity, Charity)
        assert ("published" in screening.traits) is answered
        assert ("Companies House" in screening.source) is answered
        found.add(answered)
    assert found == {True, False}


def test_each_part_of_a_dossier_is_known_or_says_why_not(ws: Workspace) -> None:
    seen = set()
    for view in views(ws):
        assert view.dossier
        assert [one.title for one in view.parts] == list(PARTS.values())
        for part, line in zip(PARTS, view.parts, strict=True):
            value = getattr(view.dossier.dossier, part)
            seen.add(line.state)
            assert (
                (line.state == "not known")
                == isinstance(value, NotKnown)
                == (line.why != "" and line.state != "in part")
            )
            assert (line.state == "does not apply") == isinstance(value, NotHeld)
            assert (line.state == "not looked at") == isinstance(value, NotInScope)
    assert {"known", "not known", "does not apply"} <= seen


def test_owners_are_drawn_and_listed_with_people_named_only_where_asked_for(
    ws: Workspace,
) -> None:
    named = [
        (row.ref, person.name)
        for row in suppliers_page(ws).rows
        if (shown := supplier_for(ws, row.ref).screened) and shown.dossier
        for person in shown.dossier.rows
        if person.born not in ("", "not known")
    ]
    assert named
    ref, name = named[0]
    for people in (True, False):
        screened = supplier_for(ws, ref, people=people).screened
        assert screened
        assert screened.dossier
        assert str(screened.dossier.graph).startswith("<svg")
        shown = f"{screened.dossier.graph}{screened.dossier.graph_list}{screened.dossier.rows}"
        assert (name in shown) is people
