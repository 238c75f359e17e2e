"""The queue, an alert and an entry in the console: what they show, and what they never show."""

import json
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duediligence.casework import alert_words
from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.owners import assign
from duediligence.casework.queue import Filters
from duediligence.casework.showing import alert_for, queue_for
from duediligence.cli.app import build_app
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Forbidden
from duediligence.model import Supplier
from duediligence.render.wording import join_sentences, score_words, visible
from duediligence.screening.run.screen import Screened, screen
from duediligence.web.pages import alerts as alert_pages
from tests.rows import for_each

from ..filled_workbook import fill
from .alert_office import (
    HOSTILE,
    MARKERS,
    REGISTERS,
    Office,
    Opener,
    Page,
    get,
    post,
)

# Addresses of the pages that are tested here.
OURS = re.compile(r"/($|alerts|entries/)")
UNSURE = Choice(decided="not sure", reason="ASKED", note="Rang them")


def test_the_queue_has_the_rows_of_the_use_case(office: Office) -> None:
    page = get(office.person("Ada"), "/alerts")
    with office.workspace() as ws:
        found = queue_for(ws)
        titles = {one.id: one.title for one in ws.watchlists.values()}
    assert page.status == 200
    assert alert_words.page(found) in page.text
    assert len(page.rows()) == len(found.rows)
    for row, cells in zip(found.rows, page.rows(), strict=True):
        point = "Rests on a restricted record" if row.withheld else alert_words.point(row, titles)
        assert row.label in cells[1]
        assert point in cells[1]
        assert all(line in cells[1] for line in alert_words.list_alert_sources(row))
        assert cells[3:5] == [row.severity.capitalize(), row.state.capitalize()]
        assert cells[5] == (score_words(row.score) if row.score is not None else "")
        assert cells[7] == (row.owner or "nobody")


def test_what_was_not_checked_stands_first_whatever_is_filtered(office: Office) -> None:
    office.service.now = lambda: NOW + timedelta(days=40)
    with office.workspace() as ws:
        screen(ws, Screened(ws.suppliers.all()))
        found = queue_for(ws)
    words = alert_words.incomplete(found.incomplete, found.covered)
    assert words.startswith("Incomplete: ")
    client = office.person("Ada")
    for address in ("/", "/alerts", "/alerts?severity=critical", "/alerts?supplier=none"):
        page = get(client, address)
        heading = page.source.index("<h1")
        assert page.source.index("Incomplete: ", heading) < page.source.index("<h2", heading)
        assert words in page.text, address


@for_each(
    ("query", "filters"),
    [
        ("severity=critical", Filters(severity="critical")),
        ("supplier=S3", Filters(supplier="S3")),
        ("owner=me", Filters(owner="Ada")),
        ("owner=nobody", Filters(owner="")),
        ("list=uk-sanctions", Filters(list_id="uk-sanctions")),
        ("state=not+sure&state=open", Filters(states=("not sure", "open"))),
        ("state=not-sure", Filters(states=("not sure",))),
        ("overdue=yes", Filters(overdue=True)),
    ],
)
def test_a_filter_shows_what_the_use_case_does(
    office: Office, query: str, filters: Filters
) -> None:
    with office.workspace() as ws:
        ids = [row.id for row in queue_for(ws).rows]
        assign(ws, ids[:2], "me")
        decide_alert(ws, office.match().id, UNSURE)
        expected = [row.label for row in queue_for(ws, filters).rows]
    page = get(office.person("Ada"), f"/alerts?{query}")
    assert page.status == 200
    assert [cells[1] for cells in page.rows()] == [
        next(cells[1] for cells in page.rows() if one in cells[1]) for one in expected
    ]
    assert len(page.rows()) == len(expected)


def test_a_column_sorts_by_a_link_and_says_so(office: Office) -> None:
    client = office.person("Ada")
    by_name = get(client, "/alerts?sort=supplier&severity=high")
    assert [head.get("aria-sort") for head in by_name.main("thead/tr/th")].count("ascending") == 1
    names = [cells[2].casefold() for cells in by_name.rows()]
    assert names == sorted(names)
    (again,) = (
        link.get("href")
        for link in by_name.main("thead/tr/th/a")
        if link.text_content() == "Supplier"
    )
    assert "severity=high" in again
    backwards = get(client, again)
    assert [cells[2].casefold() for cells in backwards.rows()] == sorted(names, reverse=True)
    assert get(client, "/alerts?sort=colour").status == 422


def test_what_is_settled_is_counted_and_shown_on_request(office: Office) -> None:
    alert = office.match()
    with office.workspace() as ws:
        decide_alert(ws, alert.id, Choice(decided="not the same", reason="OTHER", note="Another"))
    client = office.person("Ada")
    page = get(client, "/alerts")
    assert "decided as not the same is not shown." in page.text
    (show_all,) = (one.get("href") for one in page.main("a") if one.text == "Show all")
    assert alert.label not in page.text
    assert alert.label in get(client, show_all).text


def test_pages_of_the_queue_have_fifty_alerts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alert_pages.SIZE == 50
    monkeypatch.setattr(alert_pages, "SIZE", 3)
    client = office.person("Ada")
    first = get(client, "/alerts?severity=medium")
    assert len(first.rows()) == 3
    second = next(one for one in first.links() if "page=2" in one)
    assert "severity=medium" in second
    assert not {cells[1] for cells in get(client, second).rows()} & {c[1] for c in first.rows()}
    for wrong in ("99", "0", "x", "-1"):
        page = get(client, f"/alerts?page={wrong}")
        assert (page.status, page.title.startswith("Error: ")) == (422, True)


def test_an_unknown_filter_is_an_error_beside_its_field(office: Office) -> None:
    page = get(office.person("Ada"), "/alerts?supplier=nobody-has-this")
    assert page.title.startswith("Error: ")
    ((address, words),) = page.errors()
    assert "Unknown supplier" in words
    assert page.tree.get_element_by_id(address.removeprefix("#")).get("name") == "supplier"


def test_the_command_line_and_the_console_agree_field_by_field(office: Office) -> None:
    alert = office.match("S1")
    with office.workspace() as ws:
        decide_alert(ws, alert.id, UNSURE)
        view = alert_for(ws, alert.id)
    page = get(office.person("Ada"), f"/alerts/{alert.id}")
    told = page.described()
    for label, value in alert_words.describe_alert(view):
        if label not in ("Letters", "Entry"):
            assert join_sentences(told[label]) == value, label
    # Its list by title here, and as an argument of a command there.
    assert told.pop("Entry") == [f"UK Sanctions List, entry {view.entry_id}"]
    assert page.rows() == [
        [one.fact, one.ours or "not given", one.theirs or "not given", one.verdict.capitalize()]
        for one in view.facts
        if one.ours or one.theirs
    ]
    for decision in view.history:
        assert alert_words.what_was_decided(decision)[1:] in page.text
        assert decision.note in page.text

    args = ["--home", str(office.settings.home), "alerts", "show", alert.id[:8]]
    environment = {
        "DUEDILIGENCE_LOCAL_REGISTERS": str(REGISTERS),
        "DUEDILIGENCE_SECOND_DECISION": "",
        "COLUMNS": "10000",
    }
    shown = CliRunner().invoke(build_app(), args, env=environment).output
    printed = " ".join(shown.split())
    assert f"Entry: uk-sanctions/{view.entry_id}" in printed
    for label in told:
        assert f"{label}: " in printed, label
        for part in told[label]:
            if label not in ("Last seen", "Due", "State"):
                assert part in printed, (label, part)


def test_the_three_fields_are_apart(office: Office) -> None:
    told = get(office.person("Ada"), f"/alerts/{office.match('S1').id}").described()
    assert {"Match strength", "Possible grounds, officer to decide", "Why"} <= told.keys()


def test_the_publishers_page_is_a_plain_link_that_tells_nothing(office: Office) -> None:
    page = get(office.person("Ada"), f"/alerts/{office.match('S1').id}")
    outside = [one for one in page.main("a") if "://" in one.get("href")]
    assert outside
    assert {one.get("rel") for one in outside} == {"noreferrer"}
    assert all(one.get("href").startswith(("https://", "http://")) for one in outside)


def test_a_restricted_alert_is_shown_by_its_button_alone_and_once(office: Office) -> None:
    client, alert = office.person("Ada"), office.restricted()
    before = get(client, f"/alerts/{alert.id}")
    assert "rests on a restricted record" in before.text
    assert office.events("restricted shown") == []
    shown = post(client, f"/alerts/{alert.id}")
    assert any(marker in shown.source for marker in MARKERS)
    (event,) = office.events("restricted shown")
    assert (event.who, event.what) == ("Ada", {"alerts": (alert.id,)})
    again = get(client, f"/alerts/{alert.id}")
    assert not any(marker in again.source for marker in MARKERS)
    assert len(office.events("restricted shown")) == 1


@pytest.mark.soak
def test_no_address_shows_what_a_restricted_record_says(office: Office) -> None:
    """Every page of these that a link leads to, from the queue on."""
    client, alert = office.person("Ada"), office.restricted()
    first = alert.first
    told = [first.entry_id, MARKERS[1]]
    waiting = [
        "/",
        "/alerts?everything=yes",
        f"/alerts?list={first.list_id}",
        "/alerts?supplier=S2",
        f"/alerts/{alert.id}/decision",
        f"/alerts/{alert.id}/decision?chosen=yes&decided=not-the-same&after=0",
        f"/alerts/{alert.id}/letter?chosen=yes&kind=details-wanted",
        f"/alerts/several?alert={alert.id}",
        f"/alerts/assign?alert={alert.id}",
        f"/alerts/referral?alert={alert.id}",
    ]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code in (200, 404, 422), address
        assert not any(text in response.text for text in told), address
        if response.status_code == 200 and len(seen) < 140:
            waiting += [one for one in Page(response).links() if OURS.match(one)]
    assert len(seen) > 100
    assert any("page" not in one and one.startswith("/entries/") for one in seen)
    entry = client.get(f"/entries/{first.list_id}/{first.entry_id}")
    assert entry.status_code == 404
    assert MARKERS[1] not in entry.text
    assert office.events("restricted shown") == []


def test_an_entry_shows_what_was_published_and_its_alerts(office: Office) -> None:
    alert = office.match("S1")
    first = alert.first
    page = get(office.person("Ada"), f"/entries/{first.list_id}/{first.entry_id}")
    assert page.status == 200
    told = page.described()
    assert any(first.entry_name in name for name in told["Names"])
    assert told["Date of birth"] == ["1968-03"]
    about = [
        one for one in office.alerts(entry=(first.list_id, first.entry_id)) if not one.restricted
    ]
    assert sorted(row[:2] for row in page.rows()) == sorted(
        [one.first.check_title, " ".join(visible(one.supplier_name).split())] for one in about
    )
    assert get(office.person("Ada"), "/entries/un/none").status == 404


def test_hostile_names_are_words(office: Office) -> None:
    client = office.person("Ada")
    alert = office.match("S4/../=x")
    pages = [
        "/alerts?supplier=S4%2F..%2F%3Dx",
        f"/alerts/{alert.id}",
        f"/alerts/{alert.id}/decision",
        f"/alerts/{alert.id}/decision?chosen=yes&decided=same&after=0",
        f"/alerts/assign?alert={alert.id}",
        f"/entries/{alert.first.list_id}/{alert.first.entry_id}",
    ]
    for address in pages:
        page = get(client, address)
        assert page.status == 200, address
        assert not page.tree.xpath("//script"), address
        assert "<script>alert" not in page.source
        assert "\u202e" not in page.source
        assert '=HYPERLINK("http://x")<script>alert(1)</script>' in page.text, address
    assert HOSTILE not in pages
    for typed in ("<b>x</b>", "\x00", "a\u202eb", "=1+1", "é" * 300):
        page = get(client, "/alerts?supplier=" + json.dumps(typed))
        assert page.status == 404 or page.errors()
        assert "<b>x</b>" not in page.source


def test_somebody_answers_for_alerts(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    form = get(client, f"/alerts/assign?alert={alert.id}")
    assert "to" not in form.fields()
    refused = post(client, "/alerts/assign", alert=alert.id)
    assert refused.title.startswith("Error: ")
    assert refused.errors() == [("#to", "Select who answers.")]
    done = post(client, "/alerts/assign", alert=alert.id, to="me")
    assert "owner Ada." in done.text
    assert done.described()["Owner"] == ["Ada"]
    assert get(client, "/alerts?owner=me").rows()


def test_accounts_without_a_role_cannot_be_owners(open_office: Opener) -> None:
    office = open_office(users={"Ada": "officer", "Bo": "approver"})
    page = post(office.person("Ada"), "/alerts/assign", alert=office.match().id, to="Nobody here")
    assert page.status == 422
    assert "Unknown account" in page.errors()[0][1]


def test_a_letter_is_made_kept_and_saved(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    kinds = get(client, f"/alerts/{alert.id}/letter")
    assert "kind" not in kinds.fields()
    made = post(client, f"/alerts/{alert.id}/letter", kind="details-wanted", format="html")
    assert "Letter L1. Read it through and sign it: nothing was sent." in made.text
    (form,) = (one for one in made.main("form") if "/letters/" in one.get("action"))
    saved = client.post(form.get("action"))
    assert saved.headers["content-disposition"].startswith("attachment;")
    with office.workspace() as ws:
        (letter,) = alert_for(ws, alert.id).letters
        assert sha256(saved.content).hexdigest() == letter.sha256
    assert client.post(f"/alerts/{office.match('S1').id}/letters/1").status_code == 404


def test_a_letter_that_must_not_go_out_keeps_what_was_typed(office: Office) -> None:
    alert = office.match()
    values = {"kind": "representations", "format": "html", "contract": "RFQ 12"}
    page = post(office.person("Ada"), f"/alerts/{alert.id}/letter", **values)
    assert page.title.startswith("Error: ")
    assert page.status in (403, 409, 422)
    assert page.fields()["contract"] == ["RFQ 12"]
    assert "--" not in page.errors()[0][1], "no option of a command"
    values = {"kind": "details-wanted", "reply-by-day": "31", "reply-by-month": "2"}
    page = post(office.person("Ada"), f"/alerts/{alert.id}/letter", **values)
    assert page.errors() == [("#reply-by-year", "The day to reply by must include a year.")]


def test_a_referral_is_saved_and_recorded(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    form = get(client, f"/alerts/referral?alert={alert.id}")
    assert "to" not in form.fields()
    assert "people" not in form.fields()
    page = post(client, "/alerts/referral", alert=alert.id)
    assert page.errors() == [("#to", "Select who receives it.")]
    saved = client.post("/alerts/referral", data={"alert": alert.id, "to": "police"})
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''referral.html"
    (event,) = office.events("export")
    assert (event.subject, event.what["to"]) == ("referral", "police")
    restricted = office.restricted()
    page = post(client, "/alerts/referral", alert=restricted.id, to="police")
    assert page.status == 403
    assert len(office.events("export")) == 1


def test_a_workbook_is_downloaded_filled_in_and_recorded_after_a_look(
    office: Office, tmp_path: Path
) -> None:
    client = office.person("Ada")
    assert get(client, "/alerts/workbook?severity=critical").status == 200
    assert office.events("export") == []
    saved = client.post("/alerts/workbook?supplier=S3&severity=critical")
    assert saved.headers["content-disposition"].endswith("alerts-2026-11-20.xlsx")
    (event,) = office.events("export")
    assert event.what["people"] == "included"
    book = tmp_path / "=cmd.xlsx"
    book.write_bytes(saved.content)
    fill(book, {2: {"decision": "not sure", "reason": "ASKED", "note": "Rang <b>them</b>"}})

    def preview() -> tuple[str, Page]:
        with book.open("rb") as file:
            answer = client.post("/alerts/import", files={"file": (book.name, file)})
        return answer.url.path, Page(answer)

    address, page = preview()
    assert page.status == 200
    assert "1 decision to record" in page.text
    assert "Rang <b>them</b>" in page.text
    assert office.events("decisions imported") == []
    fields = {name: values[0] for name, values in page.fields().items()}
    wrong = post(client, address, **{**fields, "shown": "0" * 64})
    assert wrong.status == 409
    assert office.events("decisions imported") == []
    done = post(client, address, **fields)
    assert "Recorded: 1 decision, as Ada." in done.text
    assert len(office.events("decisions imported")) == 1
    assert post(client, address, **fields).status == 404, "it was used"
    assert not list((office.settings.home / "console" / "uploads").iterdir())
    assert "1 row decided so already" in preview()[1].text


def test_what_is_no_workbook_is_refused(office: Office, tmp_path: Path) -> None:
    client = office.person("Ada")
    page = Page(client.post("/alerts/import", data={}))
    assert page.errors() == [("#file", "Choose a file.")]
    page = Page(client.post("/alerts/import", files={"file": ("../../x.xlsx", b"PK no")}))
    assert page.status >= 400
    uploads = office.settings.home / "console" / "uploads"
    assert not uploads.exists() or not list(uploads.iterdir())
    for key in ("..%2F..", "0" * 32, "x"):
        assert post(client, f"/alerts/import/{key}", shown="").status == 404


def test_home_counts_what_waits_and_links_to_it(office: Office) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        found = queue_for(ws)
        assign(ws, [found.rows[0].id], "me")
    told = get(client, "/").described()
    for severity in ("critical", "high", "medium", "low"):
        number = sum(row.severity == severity for row in found.rows)
        assert told[severity.capitalize()] == [str(number)]
    assert told["Yours"] == ["1"]
    assert told["Without an owner"] == [str(len(found.rows) - 1)]
    assert told["Overdue"] == ["0"]
    for link in [one for one in get(client, "/").links() if one.startswith("/alerts")]:
        assert get(client, link).rows(), link


def test_home_counts_the_suppliers_that_were_never_screened(office: Office) -> None:
    client = office.person("Ada")
    assert "never screened" not in get(client, "/").text
    new, gone = (
        Supplier(ref="S8", name="Fenmoor"),
        Supplier(ref="S9", name="Marsh", ended=NOW.date()),
    )
    with office.workspace() as ws:
        ws.suppliers.save([new, gone], file="more.csv", at=NOW)
    page = get(client, "/")
    assert f"{alert_words.never_screened(1)} Show the suppliers or screen them" in page.text
    assert {"/suppliers", "/runs"} <= set(page.links())
    with office.workspace() as ws:
        screen(ws, Screened([new]))
    assert "never screened" not in get(client, "/").text


def test_a_restricted_alert_is_forbidden_to_the_view_unless_asked_for(office: Office) -> None:
    """What the pages rest on."""
    with office.workspace() as ws, pytest.raises(Forbidden):
        alert_for(ws, office.restricted().id)
