"""The pack for a meeting: one level of access, said on each sheet, and nothing beyond it."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden, Invalid, StorageError
from duediligence.extensions.sharing import agreements, cases
from duediligence.extensions.sharing.meeting_pack import (
    LEVELS,
    form_of,
    make,
    pack_as_bytes,
)
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.homes import copy_home
from tests.thorough import first_of

from .agreements_made import made
from .case_office import OF_THE_RECORD, SETTINGS, alert, screened


@pytest.fixture(scope="module")
def packed_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(loaded_home, tmp_path_factory.mktemp("packs") / "home")
    with Workspace(Settings(home=home, **SETTINGS), now=lambda: NOW, who="Ada") as ws:  # type: ignore[arg-type]
        screened(ws)
        terms: dict[str, Any] = {"shares": ("case papers",), "starts_on": date(2026, 11, 1)}
        agreement = made(ws, **terms)
        made(ws, reference="ISA-2026-02", starts_on=date(2026, 11, 1))
        number = cases.new(
            ws, title="Care homes and shops", notes="Quibblethorpe rang", agreement=agreement
        ).number
        items = cases.NewItems(
            suppliers=["S1"],
            alerts=[
                alert(ws, "S1").id,
                alert(ws, "S2", restricted=True).id,
                alert(ws, "L5", "LAB-01").id,
            ],
            paths=[("S1", "S3")],
        )
        cases.add(ws, number, items)
        for what in ("Inspect the shop", "Ask Drahomir Petrosyanov"):
            cases.add_action(ws, number, what=what, agency="fire", owner="Protection team")
        cases.record_outcome(ws, number, 1, "notice-served", "Prohibition notice")
    return home


@pytest.fixture
def ws(packed_home: Path, tmp_path: Path) -> Iterator[Workspace]:
    home = copy_home(packed_home, tmp_path / "home")
    with Workspace(Settings(home=home, **SETTINGS), now=lambda: NOW, who="Ada") as opened:  # type: ignore[arg-type]
        yield opened


def page(ws: Workspace, level: str) -> str:
    return pack_as_bytes(ws, 1, level, "html")[0].decode()


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())


def exports(ws: Workspace) -> list[AuditEvent]:
    return [record.event for record in ws.audit.records() if record.event.kind == "export"]


@pytest.mark.parametrize(
    ("level", "named", "record"),
    [("partners", False, False), ("people", True, False), ("restricted", True, True)],
)
def test_a_level_shows_what_it_says_and_no_more(
    ws: Workspace, level: str, named: bool, record: bool
) -> None:
    html = page(ws, level)
    assert ("Drahomir" in html) == named
    assert ("Quibblethorpe" in html) == named
    assert (OF_THE_RECORD in html) == record
    assert ("Marrow Lane" in html) == record, "only the restricted alert is about it"
    assert ("1 alert on restricted records: not in this pack" in html) != record
    assert f"Access: {level}." in html
    assert rf'@top-right {{ content: "Access\3a  {level}"; }}' in html, "on each sheet"
    (event,) = exports(ws)
    assert event.subject == "meeting pack"
    assert event.what == {
        "sha256": sha256(html.encode()).hexdigest(),
        "form": "html",
        "case": 1,
        "level": level,
        "people": "included" if named else "left out",
        "agreement": "ISA-2026-01",
        "suppliers": ("S1", "S2", "L5", "S3") if record else ("S1", "L5", "S3"),
        "alerts": 3 if record else 2,
        "withheld": 0 if record else 1,
        "actions": 2,
    }


def test_what_is_to_be_decided_comes_first_and_help_before_all(ws: Workspace) -> None:
    text = text_of(page(ws, "people"))
    order = [
        "Help first",
        "To decide",
        "Help for people who may be victims: If somebody is in danger now, call 999",
        "What to do about",
        "Do not warn the supplier",
        "The contract comes after this",
        "What the case is about",
        "What is known",
        "What is not known",
        "What links it with others",
        "Who does what, under which power, by when",
        "What is missing",
    ]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert "Regulatory Reform (Fire Safety) Order 2005" in text
    assert "A notice was served or an order made" in text
    assert "08000 121 700" in text


def test_at_the_level_for_partners_a_line_that_names_somebody_is_left_out(ws: Workspace) -> None:
    soup = BeautifulSoup(page(ws, "partners"), "lxml")
    rows = [" ".join(one.get_text(" ").split()) for one in soup.select("#actions ~ table tbody tr")]
    assert "Inspect the shop" in rows[0]
    assert "Left out: it may name people." in rows[1]
    assert "Drahomir" not in str(soup)


@pytest.mark.parametrize(
    "line",
    [
        "Call on Drahomir",
        "petrosyanov, drahomir",
        "Visit Mrs Quibblethorpe",
        "Visit mr. Quibblethorpe",
        "Speak to Grace Quibblethorpe, next door",
        "Write to GRACE QUIBBLETHORPE",
    ],
)
@pytest.mark.parametrize("where", first_of(["title", "action", "owner", "outcome", "closing note"]))
def test_a_name_in_any_line_of_free_text_does_not_reach_partners(
    ws: Workspace, line: str, where: str
) -> None:
    if where == "title":
        cases.edit(ws, 1, title=line)
    else:
        what, owner = line if where == "action" else "Visit", line if where == "owner" else ""
        added = cases.add_action(ws, 1, what=what, owner=owner, agency="fire")
        cases.record_outcome(ws, 1, added.position, "not-done", line if where == "outcome" else "")
    if where == "closing note":
        cases.record_outcome(ws, 1, 2, "not-done")
        cases.close(ws, 1, "no-risk-found", line)
    for name in ("drahomir", "quibblethorpe"):
        assert name not in text_of(page(ws, "partners")).lower()
    assert line in text_of(page(ws, "people"))


@pytest.mark.parametrize(
    "line",
    [
        "Care homes and shops",
        "Inspect Bright Sands Home Care",
        "Joint visit with Fire and Licensing",
    ],
)
def test_a_line_that_names_nobody_reaches_partners(ws: Workspace, line: str) -> None:
    cases.edit(ws, 1, title=line)
    assert line in text_of(page(ws, "partners"))


def test_the_page_needs_nothing_else_and_runs_nothing(ws: Workspace) -> None:
    soup = BeautifulSoup(page(ws, "people"), "lxml")
    policy = soup.select_one("meta[http-equiv]")
    assert policy
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'sha256-")
    assert not soup.select("script, link, img, iframe")


def test_text_is_escaped(ws: Workspace) -> None:
    cases.edit(ws, 1, title="<script>x</script>", notes="<b>y")
    html = page(ws, "people")
    assert "<script>" not in html
    assert "&lt;b&gt;y" in html


def test_an_agreement_that_does_not_allow_it_stops_the_pack(ws: Workspace, tmp_path: Path) -> None:
    out, asked = tmp_path / "case.html", (1, "people")
    cases.edit(ws, 1, agreement="ISA-2026-02")
    with pytest.raises(Forbidden, match="does not allow: case papers"):
        make(ws, *asked, out)
    cases.edit(ws, 1, agreement="ISA-2026-01")
    agreements.end(ws, "ISA-2026-01")
    with pytest.raises(Conflict, match="not in force"):
        make(ws, *asked, out)
    cases.edit(ws, 1, agreement="")
    with pytest.raises(Conflict, match="names no agreement"):
        make(ws, 1, "partners", out)
    assert not out.exists()
    assert not exports(ws)
    made_ = make(ws, *asked, out)
    assert "For this council alone" in out.read_text("utf-8")
    assert sha256(out.read_bytes()).hexdigest() == made_.sha256
    assert exports(ws)[-1].what["sha256"] == made_.sha256


def test_nothing_is_written_where_its_record_cannot_be(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: AuditEvent) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(ws.audit, "add", fails)
    out = tmp_path / "case.html"
    with pytest.raises(StorageError, match="disk is full"):
        make(ws, 1, "people", out)
    assert not out.exists()


def test_what_cannot_be_asked_is_refused(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Unknown level 'all'") as refused:
        pack_as_bytes(ws, 1, "all", "html")
    assert ", ".join(LEVELS) in str(refused.value.hint)
    with pytest.raises(Invalid, match=r"must end in \.html or \.pdf"):
        form_of(tmp_path / "case.docx")


@pytest.mark.browser
def test_a_pdf_says_the_level_on_each_sheet(ws: Workspace) -> None:
    from io import BytesIO

    import pikepdf

    from ..pdf_reading import text_of as words_of

    body, _ = pack_as_bytes(ws, 1, "people", "pdf")
    with pikepdf.open(BytesIO(body)) as pdf:
        sheets = [words_of(one) for one in pdf.pages]
    assert len(sheets) > 3
    assert all("Access: people" in one for one in sheets)
    assert "To decide" in sheets[0]
