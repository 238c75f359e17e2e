"""Files of suppliers in the console: nothing is kept before somebody says so, and nothing of a file
that is refused.
"""

import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from starlette.testclient import TestClient
from typer.testing import CliRunner

from duediligence.casework.import_words import change_words, import_words
from duediligence.casework.supplier_editing import edit
from duediligence.cli.app import build_app
from duediligence.model import Supplier
from duediligence.screening.imports import preview_suppliers
from duediligence.suppliers.doubtful_rows import text_key
from duediligence.suppliers.facts import SupplierFacts
from duediligence.web.guards import MOST_UPLOAD
from tests.whole_words import has_word

from ..formats.test_workbook_bombs import HEAD, TAIL, Much, xlsx
from ..homes import read_as_another_program
from ..suppliers.forms_made import exclusion, form
from .alert_office import Office, Opener, Page, get, post
from .jobs_awaited import ended

ROWS = (
    b"Supplier,Ref,Company No,Postcode\n"
    b"Volkhar Maritime Ltd,S3,99001234,ZY1 4DR\n"
    b"=HYPERLINK(1)<script>alert(1)</script>,S7,,\n"
    b",S8,,\n"
)


def suppliers(office: Office) -> dict[str, Supplier]:
    with office.workspace() as ws:
        return {one.ref: one for one in ws.suppliers.all()}


def waiting(office: Office) -> list[Path]:
    """The files that wait for somebody's word."""
    folder = office.settings.home / "console" / "uploads"
    return [one for one in folder.rglob("*") if one.is_file() and not one.name.startswith(".")]


def sent(
    client: TestClient, body: bytes, name: str = "new.csv", address: str = "/suppliers/import"
) -> Page:
    """The page after sending a file; its address as `where`."""
    answer = client.post(address, files={"file": (name, body)})
    page = Page(answer)
    page.where = answer.url.path  # type: ignore[attr-defined]
    return page


def where(page: Page) -> str:
    return str(page.where)  # type: ignore[attr-defined]


def test_a_file_is_looked_at_before_anything_is_kept(office: Office) -> None:
    client, before = office.person("Ada"), suppliers(office)
    imports = len(office.events("suppliers imported"))
    page = sent(client, ROWS)
    assert where(page).startswith("/suppliers/import/")
    (path,) = waiting(office)
    with office.workspace() as ws:
        preview = preview_suppliers(ws, path, mapping={}, sheet="")
    words, changes = import_words(preview.imported), change_words(preview)
    for line in (words.headline, words.rejected, *words.rejected_rows, *words.notes):
        assert " ".join(line.split()) in page.text
    read_as = ("Name", "Your reference", "Company number", "Postcode")
    assert [
        [row[0], label, *row[2:]] for row, label in zip(words.columns, read_as, strict=True)
    ] == page.rows()
    for line in (*changes.comes, *changes.changes):
        assert line in page.text
    told = page.described()
    assert (told["New"], told["Changed"], told["The same"]) == (["1"], ["1"], ["0"])
    assert "<script>alert" not in page.source
    assert suppliers(office) == before
    assert len(office.events("suppliers imported")) == imports


def test_what_was_confirmed_is_imported_by_a_job(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, ROWS)
    answer = client.post(where(page), data={"then": "nothing"}, follow_redirects=False)
    job_id = answer.headers["location"].removeprefix("/jobs/")
    job = ended(office.service, job_id)
    assert job.said.startswith("new.csv: 2 suppliers (1 new, 1 changed, 0 unchanged).")
    assert suppliers(office)["S3"].name == "Volkhar Maritime Ltd"
    assert "S7" in suppliers(office)
    assert waiting(office) == []
    assert client.post(where(page)).status_code == 404
    assert "S8" in client.get(f"/jobs/{job_id}/file").text


def test_of_contacts_nothing_stays_in_the_home_and_a_plan_stays_true(office: Office) -> None:
    client = office.person("Ada")
    body = (
        b"Supplier,Ref,Phone,Email\nGood Ltd,S7,01632 960347,a@quibblegull.example\n"
        b"Volkhar Maritime Ltd,S3,07700 900863,b@quibblegull.example\n"
    )
    page = sent(client, body)
    assert not has_word(page.source, "960347")
    assert "1632960347" not in page.source
    assert "kept as a hash only" in page.text
    link = f"{where(page)}/replace"
    (shown,) = get(client, link).fields()["shown"]
    done = post(client, link, shown=shown, end_most="yes")
    assert "Replaced" in done.text, done.text
    keys = [one.contact_keys for one in suppliers(office).values() if not one.ended]
    assert [len(each) for each in keys] == [2, 2]
    assert keys[0][1] == keys[1][1]
    for path, held in read_as_another_program(office.settings.home).items():
        if path.name != "lists.db" and "snapshots" not in path.parts:
            assert not [one for one in (b"960347", b"900863", b"quibblegull") if one in held], path


def test_a_file_is_imported_and_screened(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, ROWS)
    answer = client.post(where(page), data={"then": "screen"}, follow_redirects=False)
    job = ended(office.service, answer.headers["location"].removeprefix("/jobs/"))
    assert job.link.startswith("/runs/"), job.said
    assert "Run of" in get(client, job.link).title


def test_the_rejected_rows_are_a_file_without_formulas(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, b"Supplier,Ref\nGood Ltd,S7\n,=cmd|9\n")
    (link,) = (one for one in page.links() if "/rejects" in one)
    answer = client.get(link)
    assert "attachment" in answer.headers["content-disposition"]
    assert "'=cmd|9" in answer.text


def test_rows_in_doubt_wait_for_an_answer_which_is_remembered(office: Office) -> None:
    client = office.person("Ada")
    body = b"Supplier,Ref\nGood Ltd,S7\nREDACTED,S8\n* On hold = no new orders,\nTotal,\n"
    page = sent(client, body)
    assert "2 rows in doubt" in page.text
    redacted, note = (f"row-{text_key(text)}" for text in ("REDACTED", "* On hold = no new orders"))
    assert f'name="{redacted}"' in page.source
    assert f'name="{note}"' in page.source
    cells = client.get(where(page) + "/cells").text
    assert "5,,Total,,no supplier: skipped" in cells
    assert '3,,REDACTED,,"in doubt: it seems to hide a name' in cells
    form = {"then": "nothing", redacted: "yes", note: "no"}
    answer = client.post(where(page), data=form, follow_redirects=False)
    ended(office.service, answer.headers["location"].removeprefix("/jobs/"))
    assert {"S7", "S8"} <= suppliers(office).keys()
    again = sent(client, body.replace(b"S8", b"S9"))
    assert "in doubt" not in again.text


def test_a_file_is_nobody_elses(office: Office) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    page = sent(ada, ROWS)
    for path in ("", "/rejects", "/cells", "/replace"):
        assert bo.get(where(page) + path).status_code == 404, path
    for path in ("", "/discard", "/replace"):
        assert bo.post(where(page) + path).status_code == 404, path
    assert len(waiting(office)) == 1
    (path,) = waiting(office)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_file_is_removed_on_request(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, ROWS)
    assert "Nothing was kept of it" in post(client, f"{where(page)}/discard").text
    assert waiting(office) == []


def test_columns_are_chosen_where_guessing_failed(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, b"Wer,Nummer\nFenmoor Haulage,99001234\n")
    assert page.title.startswith("Error: Choose the columns")
    assert page.errors() == [("#name", "new.csv: no column was recognised as the supplier's name.")]
    address = f"{where(page)}?name=Wer&company_number=Nummer"
    chosen = get(client, address)
    assert "new.csv: 1 supplier (1 new" in chosen.text
    assert [row[:2] for row in chosen.rows()] == [["Wer", "Name"], ["Nummer", "Company number"]]
    answer = client.post(address, data={"then": "nothing"}, follow_redirects=False)
    assert ended(office.service, answer.headers["location"].removeprefix("/jobs/")).state == "done"
    (new,) = (one for one in suppliers(office).values() if one.name == "Fenmoor Haulage")
    assert new.company_number == "99001234"
    wrong = get(client, f"{where(sent(client, ROWS))}?name=Nowhere")
    assert "has no column 'Nowhere' for name" in wrong.errors()[0][1]


def test_a_sheet_is_chosen(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for title, name in (("First", "Fenmoor Haulage"), ("Second & <b>", "Marsh Foods")):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["Supplier name"])
            sheet.write_row(1, 0, [name])
    client = office.person("Ada")
    page = sent(client, path.read_bytes(), "two.xlsx")
    assert "Fenmoor Haulage" in page.text
    options = [one.get("value") for one in page.main("select[@name='sheet']/option")]
    assert options == ["", "First", "Second & <b>"]
    assert "Sheet Second & <b>" in page.text
    other = client.get(where(page), params={"sheet": "Second & <b>"})
    assert "Marsh Foods" in other.text
    assert "Fenmoor Haulage" not in other.text


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("tool.xlsx", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 20),
        ("empty.csv", b""),
        ("cut.xlsx", b"PK\x03\x04\x14\x00"),
        ("page.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ],
)
def test_what_is_no_table_is_refused_in_words(office: Office, name: str, body: bytes) -> None:
    page = sent(office.person("Ada"), body, f"C:\\Users\\Ada\\..\\{name}")
    ((href, words),) = page.errors()
    assert href == "#file"
    assert words.startswith(name)
    assert str(office.settings.home) not in page.source
    assert "Traceback" not in page.source
    assert waiting(office) == []


def test_a_bomb_is_refused_in_words_and_nothing_is_kept(office: Office, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "list", 600_000_000, sheet=Much(HEAD, "0", 1, TAIL))
    before = suppliers(office)
    page = sent(office.person("Ada"), path.read_bytes(), "list.xlsx")
    ((_, words),) = page.errors()
    assert "unpacks to over 500,000,000 bytes" in words
    assert waiting(office) == []
    assert suppliers(office) == before


def test_what_is_too_large_is_refused_and_nothing_is_kept(office: Office) -> None:
    answer = office.person("Ada").post(
        "/suppliers/import", files={"file": ("big.csv", b"Supplier\n" + b"A\n" * (26 * 2**20))}
    )
    assert answer.status_code == 413
    assert (
        f"More than {MOST_UPLOAD // 2**20} MB was sent, and nothing of it was kept" in answer.text
    )
    assert waiting(office) == []


def test_no_file_is_an_error_at_its_field(office: Office) -> None:
    client = office.person("Ada")
    for address in ("/suppliers/import", "/suppliers/declarations"):
        assert sent(client, b"", "", address).errors() == [("#file", "Choose a file.")]


def test_all_suppliers_are_replaced_after_a_look(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, b"Supplier,Ref\nVolkhar Maritime UK Ltd,S3\n")
    (link,) = (one for one in page.links() if "/replace" in one)
    look = get(client, link)
    assert look.described()["Go"] == ["3"]
    assert suppliers(office)["S1"].ended is None
    shown = look.fields()["shown"][0]
    refused = post(client, link, shown=shown)
    assert refused.errors()[0][0] == "#end_most"
    stale = post(client, link, shown="of before", end_most="yes")
    assert stale.status == 409
    assert suppliers(office)["S1"].ended is None
    done = post(client, link, shown=shown, end_most="yes")
    assert "3 suppliers ended" in done.text
    assert suppliers(office)["S1"].ended is not None
    assert suppliers(office)["S3"].ended is None
    assert waiting(office) == []


def test_a_role_that_may_not_import_is_refused_before_anything_is_kept(
    open_office: Opener,
) -> None:
    office = open_office(users={"Ola": "auditor"})
    client = office.person("Ola", "auditor")
    for address in ("/suppliers/import", "/suppliers/declarations"):
        assert sent(client, ROWS, address=address).status == 403
    assert waiting(office) == []


def test_declarations_are_imported_whole_or_not_at_all(office: Office) -> None:
    client = office.person("Ada")
    form = {"supplier_ref": "S3", "date": "2026-03-31"}
    bad = {**form, "answers": [{"code": "tax_offences", "answer": "maybe"}]}
    page = sent(client, json.dumps(bad).encode(), "answers.json", "/suppliers/declarations")
    ((href, words),) = page.errors()
    assert href == "#file"
    assert words.startswith("answers.json")
    assert office.events("declaration imported") == []
    told = "A <b>CVA</b>, completed"
    good = {**form, "answers": [{"code": "tax_offences", "answer": "no", "details": told}]}
    done = sent(client, json.dumps(good).encode(), "answers.json", "/suppliers/declarations")
    assert "answers.json: 1 answer of 1 supplier (1 new, 0 unchanged)." in done.text
    (row,) = (row for row in get(client, "/suppliers/S3").rows() if told in row)
    assert row[:2] == ["Tax offences", "No"]
    assert waiting(office) == []


def test_the_form_of_a_share_code_is_shown_before_it_is_kept(office: Office) -> None:
    client = office.person("Ada")
    body = json.dumps(form(exclusions=[exclusion("tax_offences")])).encode()
    page = sent(client, body, "form.json", "/suppliers/declarations")
    assert "Ferrowby Care Limited: a new supplier" in page.text
    assert "1 exclusion stated; 25 questions not named, so taken as no" in page.text
    # What would be kept can be compared with the form.
    for fact in (
        "GB-COH-09912345",
        "FE1 1AA",
        "Ada Quillfeather (director, as the supplier states",
    ):
        assert fact in page.text
    assert "Tax offences: yes, of the supplier" in page.text
    assert office.events("supplier information read") == []
    address = page.main("form/@action")[0].removesuffix("/discard")
    other = post(client, address, ref="S3")
    assert "S3 " in other.text
    assert office.events("supplier information read") == []
    done = post(client, f"{address}?ref=S3", ref="S3")
    assert "S3 " in done.text
    assert len(office.events("supplier information read")) == 1
    assert waiting(office) == []


def test_a_form_that_is_not_kept_and_a_broken_one_leave_nothing(office: Office) -> None:
    client = office.person("Ada")
    page = sent(client, json.dumps(form()).encode(), "form.json", "/suppliers/declarations")
    (address,) = page.main("form/@action")
    assert "Nothing was kept of it" in post(client, address).text
    broken = json.dumps(form(name=None)).encode()
    page = sent(client, broken, "form.json", "/suppliers/declarations")
    ((href, words),) = page.errors()
    assert href == "#file"
    assert words.startswith("form.json: the form has no name")
    assert page.status == 422
    page = post(client, "/suppliers/declarations", share_code="QTnhQbHM")
    ((href, words),) = page.errors()
    assert href == "#share_code"
    assert "no key" in words
    assert waiting(office) == []


def test_the_day_of_a_form_that_does_not_say_it_is_asked_for(office: Office) -> None:
    client = office.person("Ada")
    body = json.dumps(form(form={"submittedAt": None})).encode()
    page = sent(client, body, "form.json", "/suppliers/declarations")
    assert page.errors() == []
    # What would be kept is shown once the day is known.
    assert "a new supplier" not in page.text
    for day, words in {
        "": "enter the day",
        "31 March 2099": "today at",
        "soon": "real date",
    }.items():
        asked = Page(client.post(where(page), data={"ref": "", "submitted_on": day}))
        ((href, said),) = asked.errors()
        assert href == "#submitted_on"
        assert words in said
    shown = client.post(where(page), data={"ref": "", "submitted_on": "9 November 2026"})
    assert "Ferrowby Care Limited: a new supplier" in Page(shown).text
    assert office.events("supplier information read") == []
    client.post(str(shown.url), data={"ref": "", "submitted_on": "9 November 2026"})
    with office.workspace() as ws:
        ((ref, stated),) = ws.supplier_information.all().items()
        days = {one.declared_on for one in ws.declarations.standing()[ref]}
    assert {stated.submitted_on, *days} == {date(2026, 11, 9)}
    path = office.settings.home.parent / "form.json"
    path.write_bytes(body)
    command = ["--home", str(office.settings.home), "suppliers", "declare", str(path)]
    refused = CliRunner().invoke(build_app(), command).exception
    assert getattr(refused, "field", "") == "submitted_on"
    again = CliRunner().invoke(build_app(), [*command, "--submitted-on", "2026-11-09"])
    assert f"{ref} Ferrowby Care Limited: nothing is changed" in again.output


def test_an_import_is_taken_back_by_two_clicks(office: Office) -> None:
    client, before = office.person("Ada"), suppliers(office)
    page = sent(client, ROWS, "<b>.csv")
    job = client.post(where(page))
    ended(office.service, job.url.path.rpartition("/")[2])
    assert suppliers(office) != before
    newest = get(client, "/suppliers/imports")
    address = newest.links()[0]
    assert newest.rows()[0][2:] == ["Ada", "-b-.csv", "1", "1", "0", "1", ""]
    assert address in get(client, "/suppliers/S7").links()
    # Somebody edits the other one meanwhile.
    with office.workspace("Bo") as ws:
        edit(ws, "S3", SupplierFacts(name="Volkhar Ltd"))
    shown = get(client, address)
    assert "<script>alert" not in shown.source
    (button,) = (one for one in shown.links() if one.endswith("/take-back"))
    asked = get(client, button)
    assert "S7 =HYPERLINK(1)<script>alert(1)</script>" in asked.text
    assert "S3 Volkhar Ltd: it was changed by hand" in asked.text
    assert "was taken back." in post(client, button).text
    now = suppliers(office)
    assert "S7" not in now
    assert now["S3"].name == "Volkhar Ltd"
    again = get(client, address)
    assert again.described()["Taken back"][0].startswith("Ada, ")
    assert button not in again.links()
    refused = Page(client.post(button))
    assert (refused.status, len(refused.errors())) == (409, 1)
