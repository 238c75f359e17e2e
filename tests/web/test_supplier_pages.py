"""Suppliers in the console: what is shown of them, what is changed by hand, and packs."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from duediligence.casework.supplier_editing import add_contract
from duediligence.casework.suppliers_shown import supplier_for, suppliers_page
from duediligence.cli.app import build_app
from duediligence.delivery.pack.verifying import verify_bytes
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import (
    Address,
    Identifier,
    PartialDate,
    Person,
    Procurement,
    Supplier,
    UnreadCell,
)
from duediligence.suppliers.facts import ContractFacts, SupplierFacts
from duediligence.web.navigation import supplier_address
from duediligence.web.pages import suppliers as supplier_pages
from duediligence.web.request_forms import label_fields
from tests.rows import for_each

from .alert_office import HOSTILE, MARKERS, REGISTERS, SUPPLIERS, Office, Opener, Page, get, post
from .jobs_awaited import ended

HOSTILE_REF = SUPPLIERS[3].ref


def stored(office: Office, ref: str) -> Supplier:
    with office.workspace() as ws:
        return supplier_for(ws, ref).supplier


def cli(office: Office, *args: str) -> str:
    environment = {"DUEDILIGENCE_LOCAL_REGISTERS": str(REGISTERS), "COLUMNS": "10000"}
    done = CliRunner().invoke(
        build_app(), ["--home", str(office.settings.home), *args], env=environment
    )
    assert done.exit_code in (0, 1, 3), done.output
    return " ".join(done.output.split())


def started(office: Office, client: TestClient, address: str, **values: str) -> str:
    """The id of the job that a form starts, once it has ended."""
    answer = client.post(address, data=values, follow_redirects=False)
    assert answer.status_code == 303, Page(answer).text
    where = answer.headers["location"]
    assert where.startswith("/jobs/"), where
    job_id = where.removeprefix("/jobs/")
    ended(office.service, job_id)
    return job_id


def test_the_list_has_what_the_use_case_says(office: Office) -> None:
    page = get(office.person("Ada"), "/suppliers")
    with office.workspace() as ws:
        found = suppliers_page(ws)
    assert len(found.rows) == len(SUPPLIERS)
    for row, shown in zip(found.rows, page.rows(), strict=True):
        assert row.ref in shown[0]
        assert row.reading.words in shown[1]
        assert shown[2].split()[0] == str(row.alerts)
    assert any(row.alerts for row in found.rows)
    assert "4 suppliers" in page.text


def test_a_supplier_is_found_by_name_reference_or_number(office: Office) -> None:
    client = office.person("Ada")
    for q, refs in (("volkhar", ["S3"]), ("S2", ["S2"]), ("nobody", [])):
        shown = get(client, f"/suppliers?q={q}").rows()
        assert [ref for row in shown for ref in ("S1", "S2", "S3") if ref in row[0]] == refs
    kept = get(client, "/suppliers?q=%22%3E%3Cb%3E").fields()["q"]
    assert kept == ['"><b>']


def test_the_list_goes_on_after_the_last_reference(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supplier_pages, "SIZE", 3)
    client = office.person("Ada")
    first = get(client, "/suppliers")
    (following,) = (one for one in first.main("a") if one.text == "Next suppliers")
    second = get(client, following.get("href"))
    assert [len(first.rows()), len(second.rows())] == [3, 1]
    assert "Next suppliers" not in second.text


def test_a_fact_of_how_a_contract_was_bought_is_taken_back_and_never_by_an_older_page(
    office: Office,
) -> None:
    facts = {"funding": "grant", "regime": "grant", "begun": "2026-03-02", "nation": "Wales"}
    with office.workspace() as ws:
        add_contract(ws, "S2", ContractFacts(title="Taxis", **facts))
    at, clients = "/suppliers/S2/contract?title=Taxis", [office.person("Ada"), office.person("Bo")]
    form = {name: values[0] for name, values in get(clients[0], at).fields().items() if values}
    emptied = form | dict.fromkeys([one for one in form if one.startswith("begun")], "")
    assert post(clients[0], at, **emptied | {"funding": "", "regime": ""}).status == 200
    assert stored(office, "S2").contracts[0].procurement == Procurement(nation="Wales")
    older = post(clients[1], at, **form | {"nation": ""})
    assert (older.status, "was changed since it was shown" in older.text) == (409, True)
    assert stored(office, "S2").contracts[0].procurement == Procurement(nation="Wales")


def test_the_law_of_several_contracts_is_confirmed_on_one_page(office: Office) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        add_contract(ws, "S1", ContractFacts(title="Home care", start="2023-04-01"))
        add_contract(ws, "S2", ContractFacts(title="Taxis", funding="grant"))
    at = "/suppliers/contract-law"
    page = get(client, at)
    assert "Likely bought under the Public Contracts Regulations 2015. Its first day" in page.text
    # What is so of all is said once, above.
    assert page.text.count("which may not apply") == 1
    assert "Taxis" not in get(client, f"{at}?law=pcr-2015").text
    assert "Home care" not in get(client, f"{at}?law=grant").text
    ticks = [one.get("value") for one in page.main("input[@name='contract']")]
    assert len(ticks) == 2
    refused = post(client, at, regime="pa23")
    assert refused.errors() == [("#contract", "Select at least one contract.")]
    values = {"contract": ticks, "regime": "as found", "note": "Register of 2026"}
    done = client.post(at, data=values)
    assert "Recorded: the law of 2 contracts." in Page(done).text
    assert stored(office, "S1").contracts[0].procurement.regime == "pcr-2015"
    assert stored(office, "S2").contracts[0].procurement.regime == "grant"
    assert (
        "Bought under the Public Contracts Regulations 2015." in get(client, "/suppliers/S1").text
    )
    assert get(client, f"{at}?everything=yes").main("input[@name='contract']")
    assert not get(client, at).main("input[@name='contract']")


def test_the_page_and_the_command_line_agree_field_by_field(office: Office) -> None:
    page = get(office.person("Ada"), "/suppliers/S1")
    printed = cli(office, "suppliers", "show", "S1")
    told = page.described()
    with office.workspace() as ws:
        view = supplier_for(ws, "S1")
    assert view.described
    for line in view.described:
        assert told[line.label] == [" ".join(line.values)] or told[line.label] == list(line.values)
        assert f"{line.label}: {'; '.join(line.values)}" in printed
    for contract in view.contracts:
        for words in (contract.line, contract.words):
            assert words in page.text
            assert words in printed
    assert view.reading.words in page.text
    assert view.screened
    assert view.screened.headline in page.text
    for check in view.screened.checks:
        assert check.title in page.text
    for one in view.screened.lists:
        assert [one.status.title, one.state.capitalize(), one.result] in page.rows()
    assert f"/runs/{view.screened.run.id}" in page.links()


def test_what_is_not_known_is_said_and_is_never_clear(office: Office) -> None:
    page = get(office.person("Ada"), "/suppliers/S1")
    with office.workspace() as ws:
        screened = supplier_for(ws, "S1").screened
    assert screened
    for gap in screened.gaps:
        assert " ".join(gap.line.split()) in page.text
    for part in screened.parts:
        assert part.title in page.text
    for line in screened.scope:
        assert " ".join(line.split()) in page.text


def test_a_hostile_supplier_is_shown_and_reached(office: Office) -> None:
    client = office.person("Ada")
    every = get(client, "/suppliers")
    address = supplier_address(HOSTILE_REF)
    assert address in every.links()
    for path in ("", "/edit", "/pack", "/end", "/merge", "/link", "/contract", "/restricted"):
        page = get(client, address + path)
        assert page.status == 200, path
        assert "<script>alert" not in page.source
        assert "\u202e" not in page.text
    assert stored(office, HOSTILE_REF).name == HOSTILE


def test_an_unknown_supplier_is_said_to_be(office: Office) -> None:
    page = get(office.person("Ada"), "/suppliers/none")
    assert page.status == 404
    assert "Unknown supplier 'none'" in page.text


def test_what_is_restricted_is_shown_by_its_button_alone_and_recorded(office: Office) -> None:
    client = office.person("Ada")
    before = get(client, "/suppliers/S2")
    assert "/suppliers/S2/restricted" in before.links()
    asked = get(client, "/suppliers/S2/restricted")
    for page in (before, asked, get(client, "/suppliers")):
        assert MARKERS[1] not in page.source
    assert office.events("restricted shown") == []
    shown = post(client, "/suppliers/S2/restricted")
    with office.workspace() as ws:
        whole = supplier_for(ws, "S2", restricted=True)
    assert "Rests on a restricted record" in before.text
    assert "Rests on a restricted record" not in shown.text
    assert "Left out" in before.text
    assert whole.reading.words in shown.text
    assert whole.reading.why in shown.text
    assert office.events("restricted shown")
    assert {one.who for one in office.events("restricted shown")} == {"Ada"}


def test_a_supplier_is_screened_now(office: Office) -> None:
    client = office.person("Ada")
    before = len(office.events("run stored"))
    job = office.service.jobs.get(started(office, client, "/suppliers/S3/screen"))
    assert "to review" in job.said
    assert len(office.events("run stored")) == before + 1


def test_all_suppliers_are_resolved_in_a_job(office: Office) -> None:
    job = office.service.jobs.get(started(office, office.person("Ada"), "/suppliers/resolve"))
    assert job.said.startswith("4 suppliers: ")


def test_a_pack_is_made_and_verified(office: Office) -> None:
    client = office.person("Ada")
    page = get(client, "/suppliers/S3/pack")
    assert page.fields() == {}
    wrong = post(client, "/suppliers/S3/pack")
    assert [href for href, _ in wrong.errors()] == ["#form", "#people"]
    assert wrong.title.startswith("Error: ")
    half = post(client, "/suppliers/S3/pack", form="zip")
    assert half.fields()["form"] == ["zip"]

    job_id = started(office, client, "/suppliers/S3/pack", form="zip", people="yes")
    pack = client.get(f"/jobs/{job_id}/file").content
    (made,) = office.events("report made")
    assert made.what["people"] == "included"
    verified = Page(client.post("/packs/verify", files={"pack": ("pack.zip", pack)}))
    assert "Authentic and same" in verified.text
    assert "derived again, the same field by field" in verified.text
    assert "which is this installation's own" in verified.text
    assert "No public key was named as trusted" not in verified.text
    # Only whoever made it knows that without a key.
    assert verify_bytes(pack, "pack.zip").answer == "same but of unknown origin"

    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack)) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Volkhar", b"Volkhaz"))
    bad = Page(client.post("/packs/verify", files={"pack": ("pack.zip", spoilt.getvalue())}))
    assert "Damaged" in bad.text
    assert "Do not rely on anything in it" in bad.text


def test_a_report_is_made(office: Office) -> None:
    client = office.person("Ada")
    job_id = started(office, client, "/suppliers/S3/pack", form="html", people="no")
    answer = client.get(f"/jobs/{job_id}/file")
    assert "Volkhar Maritime UK Ltd" in answer.text
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("body", [b"", b"MZ\x90\x00 not a pack", b"PK\x03\x04"])
def test_what_is_no_pack_is_refused_in_words(office: Office, body: bytes) -> None:
    client = office.person("Ada")
    page = Page(client.post("/packs/verify", files={"pack": ("x.zip", body)}))
    assert [href for href, _ in page.errors()] == ["#pack"] or "Damaged" in page.text
    nothing = Page(client.post("/packs/verify", files={"pack": ("", b"")}))
    assert nothing.errors() == [("#pack", "Choose a pack.")]


def test_a_supplier_is_added_edited_and_taken_back(office: Office) -> None:
    client = office.person("Ada")
    added = post(
        client,
        "/suppliers/new",
        name="Fenmoor & <Haulage>",
        ref="S9",
        number="99001234",
        postcode="AB1 2CD",
        people="Jo Invented,1968-03\r\nSam Invented\r\n",
        note="New contract",
    )
    assert "S9: Fenmoor & <Haulage>: added" in added.text
    now = stored(office, "S9")
    assert [one.name for one in now.people] == ["Jo Invented", "Sam Invented"]
    assert now.company_number == "99001234"

    form = get(client, "/suppliers/S9/edit").fields()
    assert form["people"] == ["Jo Invented,1968-03\nSam Invented"]
    sent = {name: one[0] for name, one in form.items()}
    same = Page(client.post("/suppliers/S9/edit", data=sent))
    assert "nothing is different" in same.text

    sent |= {"name": "Fenmoor Haulage Ltd", "people": "Jo Invented,1968-04", "number": ""}
    sent |= {"note": "From their letterhead"}
    edited = Page(client.post("/suppliers/S9/edit", data=sent))
    assert "name: Fenmoor & <Haulage> → Fenmoor Haulage Ltd" in edited.text
    changed = stored(office, "S9")
    assert [str(one.birth_date) for one in changed.people] == ["1968-04"]
    assert changed.identifiers == ()
    assert changed.address == now.address
    printed = cli(office, "suppliers", "history", "S9")
    assert "From their letterhead" in printed
    assert "From their letterhead" in edited.text

    undo = next(one for one in edited.links() if "/undo/" in one)
    asked = get(client, undo)
    assert "Take back change" in asked.title
    undone = post(client, undo, note="Was right before")
    assert "was taken back" in undone.text
    assert stored(office, "S9") == now


def test_an_error_in_a_form_names_the_field_and_keeps_what_was_typed(office: Office) -> None:
    client = office.person("Ada")
    page = post(client, "/suppliers/new", name=" Two  blanks", postcode="NOWHERE", people="A,B\nC")
    assert page.status in (400, 422)
    assert page.title.startswith("Error: ")
    ((href, words),) = page.errors()
    assert href == "#postcode"
    assert "--" not in words
    assert page.fields()["name"] == [" Two  blanks"]
    assert page.fields()["people"] == ["A,B\nC"]
    assert post(client, "/suppliers/new").errors()[0][0] == "#name"
    taken = post(client, "/suppliers/new", name="Another", ref="S1")
    assert taken.status == 409
    assert "There is a supplier S1 already" in taken.text
    emptied = post(client, "/suppliers/S1/edit", name="")
    assert emptied.errors() == [("#name", "Name: it can be changed, not emptied.")]


@for_each(
    ("path", "sent", "error"),
    [
        (
            "new",
            {"number": "12x"},
            ("#number", "Companies House number 12x: not a Companies House"),
        ),
        (
            "new",
            {"country": "x" * 5_001},
            ("#country", "Country: 5,001 characters; the maximum is"),
        ),
        ("new", {"part_of": "S1"}, ("#role", "Select as what it works there.")),
        (
            "S1/contract",
            {"title": "Care", "yearly_value": "lots"},
            ("#yearly_value", "Value of one year in pounds lots: not a sum in pounds."),
        ),
        (
            "S1/contract",
            {"title": "Care", "end-day": "31", "end-month": "2", "end-year": "2026"},
            ("#end-day", "Last day must be a real date, such as 24 11 2026."),
        ),
    ],
)
def test_an_error_names_its_field_by_the_label_of_the_form(
    office: Office, path: str, sent: dict[str, str], error: tuple[str, str]
) -> None:
    page = post(office.person("Ada"), f"/suppliers/{path}", **{"name": "A Ltd", **sent})
    ((href, words),) = page.errors()
    assert (href, words[: len(error[1])]) == error


@for_each(
    ("path", "request_type"),
    [("S1/edit", SupplierFacts), ("S1/contract", ContractFacts)],
)
def test_a_form_asks_for_each_described_field(
    office: Office, path: str, request_type: type
) -> None:
    page = get(office.person("Ada"), f"/suppliers/{path}")
    for field, label in label_fields(request_type).items():
        assert f'name="{field}"' in page.source
        assert label in page.text


def test_a_supplier_ends_and_opens_again(office: Office) -> None:
    client = office.person("Ada")
    wrong = post(client, "/suppliers/S1/end", **{"on-day": "31", "on-month": "2"})
    assert wrong.errors()[0][0] == "#on-year"
    ends = {"on-day": "1", "on-month": "11", "on-year": "2026", "note": "Not renewed"}
    page = post(client, "/suppliers/S1/end", **ends)
    assert "ended on 1 November 2026" in page.text
    assert "Screen now" not in page.text
    assert "Ended" in page.described()
    again = post(client, "/suppliers/S1/end", **ends)
    assert again.status == 409
    assert again.fields()["on-year"] == ["2026"]
    assert "1 that has ended is not shown" in get(client, "/suppliers").text
    opened = post(client, "/suppliers/S1/reopen", note="New contract")
    assert "open again" in opened.text
    assert stored(office, "S1").ended is None
    assert post(client, "/suppliers/S1/reopen").status == 409


def test_people_of_an_earlier_version_are_confirmed(office: Office) -> None:
    people = (Person("Bo Quill", PartialDate(1965, 4), "director", unproven=True),)
    with office.workspace() as ws:
        new = Supplier(ref="P1", name="Moss Catering Ltd", people=people)
        ws.suppliers.save([new], file="old.csv", at=ws.now())
    client = office.person("Ada")
    page = get(client, "/suppliers/P1")
    assert page.described()["People"] == ["Bo Quill (director, born April 1965, not proven)"]
    assert "may have given them the birth dates of others" in page.text
    asked = get(client, "/suppliers/P1/confirm-people")
    assert "Bo Quill (director, born April 1965, not proven)" in asked.text
    page = post(client, "/suppliers/P1/confirm-people", note="Their own letter")
    assert "its people are confirmed" in page.text
    assert page.described()["People"] == ["Bo Quill (director, born April 1965)"]
    assert "Confirm these people" not in page.text
    assert post(client, "/suppliers/P1/confirm-people").status == 409


def test_a_cell_of_people_is_settled_in_three_clicks(office: Office) -> None:
    unread = (UnreadCell("Directors", "Zorkin <b>", "person", "is one name only"),)
    with office.workspace() as ws:
        new = Supplier(ref="P2", name="Moss Catering Ltd", unread=unread)
        ws.suppliers.save([new], file="new.csv", at=ws.now())
    client = office.person("Ada")
    assert "/suppliers/P2/edit" in get(client, "/suppliers/P2").source
    form = get(client, "/suppliers/P2/edit")  # 1: Settle what was not read
    assert "Which of these cells is settled?" in form.text
    typed = {"name": "Moss Catering Ltd", "settle": "Zorkin <b>"}  # 2: the cell; 3: Save
    wrong = post(client, "/suppliers/P2/edit", **{**typed, "settle": "Bo"})
    assert "enter the people of an unread cell" in wrong.text.casefold()
    page = post(client, "/suppliers/P2/edit", **typed)
    assert page.described()["People"] == ["Zorkin <b> (director)"]
    assert "Settle what was not read" not in page.text
    # Or the form says who they are: what was typed is read.
    with office.workspace() as ws:
        ws.suppliers.save([replace(new, ref="P3")], file="new.csv", at=ws.now())
    page = post(client, "/suppliers/P3/edit", **typed, people="Jo Zorkin,1965-04")
    assert page.described()["People"] == ["Jo Zorkin (director, born April 1965)"]
    assert not stored(office, "P3").unread


def test_contracts_are_added_edited_and_removed(office: Office) -> None:
    client = office.person("Ada")
    wrong = post(client, "/suppliers/S1/contract", title="", owner="Care team")
    assert wrong.errors()[0][0] == "#title"
    assert wrong.fields()["owner"] == ["Care team"]
    bad = post(client, "/suppliers/S1/contract", title="Care", value="1000")
    assert bad.errors()[0][0] == "#value"
    sent = {"title": "Home care & <north>", "yearly_value": "1200", "cpv": "85312000"}
    start = {"start-day": "1", "start-month": "4", "start-year": "2026"}
    page = post(client, "/suppliers/S1/contract", **sent, **start)
    assert "Home care & <north>" in page.text
    (line,) = (one for one in page.links() if "/contract?title=" in one)
    form = get(client, line).fields()
    assert form["start-month"] == ["4"]
    sent = {name: one[0] for name, one in form.items()} | {"owner": "Commissioning"}
    post(client, line, **sent)
    (contract,) = stored(office, "S1").engagements
    assert (contract.owner, contract.yearly_value) == ("Commissioning", 1200)
    assert contract.start
    remove = line.replace("/contract?", "/contract/remove?")
    assert "Home care & <north>" in get(client, remove).text
    assert "removed: Home care" in post(client, remove).text
    assert stored(office, "S1").engagements == ()


def test_a_merge_is_looked_at_then_made_then_taken_back(office: Office) -> None:
    client = office.person("Ada")
    assert post(client, "/suppliers/S1/merge", other="none").status == 404
    unknown = get(client, "/suppliers/S1/merge?other=none")
    assert unknown.errors()[0][0] == "#other"
    assert unknown.fields()["other"] == ["none"]
    seen = get(client, "/suppliers/S1/merge?other=S3")
    printed = cli(office, "suppliers", "merge", "S1", "S3", "--dry-run")
    for row in seen.rows():
        for part in filter(None, row[1:]):
            assert part in printed
    assert "would be S1's." in seen.text
    assert stored(office, "S3")
    merged = post(client, "/suppliers/S1/merge", other="S3", note="One firm")
    assert "S3 is part of it now" in merged.text
    gone = get(client, "/suppliers/S3")
    assert gone.status == 404
    assert "/suppliers/S1" in gone.links()
    undo = next(one for one in merged.links() if "/undo/" in one)
    post(client, undo)
    assert stored(office, "S3").name == "Volkhar Maritime UK Ltd"


def test_duplicates_are_merged_from_there_or_kept_apart(office: Office) -> None:
    client = office.person("Ada")
    assert "No suppliers that may be one" in get(client, "/suppliers/duplicates").text
    twin = replace(
        SUPPLIERS[1],
        ref="S 2/b",
        identifiers=(Identifier("GB-COH", "99001234"),),
        address=Address("", "AB1 2CD"),
    )
    with office.workspace() as ws:
        ws.suppliers.save([twin], file="more.csv", at=NOW)
    page = get(client, "/suppliers/duplicates")
    merge = next(one for one in page.links() if "/merge?other=" in one)
    assert "Together" in get(client, merge).text
    fields = page.fields()
    said = post(client, "/suppliers/duplicates", one=fields["one"][0], other=fields["other"][0])
    assert "are not the same supplier" in said.text
    assert "No suppliers that may be one" in said.text


def test_who_a_supplier_is_is_settled_by_hand(office: Office) -> None:
    client = office.person("Ada")
    looked = post(client, "/suppliers/S1/link", step="look")
    assert "Look for candidates" not in looked.text
    wrong = post(client, "/suppliers/S1/link", step="record", entity="other", number="GB-COH-1")
    assert wrong.errors()[0][0] == "#number"
    assert wrong.fields()["number"] == ["GB-COH-1"]
    assert post(client, "/suppliers/S1/link", step="record").errors()[0][0] == "#entity"
    done = post(
        client,
        "/suppliers/S1/link",
        step="record",
        entity="other",
        number="GB-COH-99001234",
        note="Their letterhead",
    )
    assert "Recorded." in done.text
    (row,) = (row for row in done.rows() if "Their letterhead" in row)
    assert row[:2] == ["GB-COH-99001234", "Ada"]
    assert "Their letterhead" in cli(office, "suppliers", "link", "S1")


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/suppliers/new", {"name": "Another"}),
        ("/suppliers/S1/edit", {"name": "Another"}),
        ("/suppliers/S1/end", {}),
        ("/suppliers/S1/merge", {"other": "S3"}),
        ("/suppliers/S1/contract", {"title": "Care"}),
        ("/suppliers/S1/link", {"step": "record", "entity": "none"}),
        ("/suppliers/S1/screen", {}),
        ("/suppliers/S1/pack", {"form": "zip", "people": "no"}),
    ],
)
def test_a_role_that_may_not_is_refused_in_words(
    open_office: Opener, address: str, sent: dict[str, str]
) -> None:
    office = open_office(users={"Ola": "auditor"})
    before = len(office.events("supplier changed"))
    page = post(office.person("Ola", "auditor"), address, **sent)
    assert page.status == 403, page.text
    assert "role" in page.text
    assert len(office.events("supplier changed")) == before


def test_addresses_hold_any_reference() -> None:
    assert supplier_address("a/b c", "undo", "1") == f"/suppliers/{quote('a/b c', safe='')}/undo/1"
    assert Path(supplier_address("S1")).name == "S1"
