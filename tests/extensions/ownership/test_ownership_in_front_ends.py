"""Ownership by others on the page of a supplier, and as commands."""

import json
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from duediligence.extensions.ownership.files import format_objects
from duediligence.model import Supplier
from duediligence.screening.run.screen import Screened, screen
from tests.cli.conftest import Run
from tests.extensions.ownership.statements import ENTITY, LINK, PERSON, statements_naming
from tests.web.alert_office import DIRECTOR, Office, Page, get
from tests.web.test_answers import IVO, screened

ADDRESS = "/suppliers/S1/ownership"


def send(client: TestClient, body: bytes, **fields: str) -> Page:
    return Page(client.post(ADDRESS, data=fields, files={"file": ("owners.json", body)}))


def test_a_file_is_imported_shown_and_exported_on_the_pages_of_its_supplier(
    office: Office,
) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        body = format_objects(statements_naming(ws, "S1"))
    assert ADDRESS in get(client, "/suppliers/S1").links()
    done = send(client, body)
    assert "3 statements declared by Register of Ruritania: imported for S1" in done.text
    (row,) = (row for row in done.rows() if "Ottoline Marsh" in row)
    assert row[1:3] == ["person", "Shareholding 62.5%"]
    assert "Ottoline Marsh (person)" in get(client, "/suppliers/S1").text
    for people, lines in (("yes", 3), ("no", 1)):
        form = {"form": ".bods.jsonl", "people": people}
        answer = client.post(f"{ADDRESS}/file", data=form)
        assert len(answer.content.splitlines()) == lines
        assert "S1.bods.jsonl" in answer.headers["content-disposition"]
    assert [one.subject for one in office.events("export")] == ["ownership"] * 2


def test_what_is_wrong_is_said_at_its_field(office: Office) -> None:
    client = office.person("Ada")
    with office.workspace() as ws:
        statements = statements_naming(ws, "S1")
    entities = [{"id": "a", "schema": "Person", "properties": {"name": ["Ottoline Marsh"]}}]
    for body, fields, field in (
        (b"<html>", {}, "#file"),
        (json.dumps(entities).encode(), {}, "#declared_by"),
        (json.dumps(entities).encode(), {"declared_by": "A newspaper"}, "#declared_on"),
        (json.dumps(statements).encode(), {"declared_on": "31.12.2026"}, "#declared_on"),
        (format_objects([ENTITY, PERSON, LINK]), {}, "#file"),
    ):
        page = send(client, body, **fields)
        ((href, _),) = page.errors()
        assert href == field
    ((href, _),) = Page(client.post(f"{ADDRESS}/file", data={})).errors()
    assert href == "#form"
    # Nothing to write is no file.
    ((href, said),) = Page(client.post(f"{ADDRESS}/file", data={"form": ".bods.jsonl"})).errors()
    assert href == "#form"
    assert "There is nothing to export" in said
    assert not office.events("export")
    assert not office.events("ownership imported")


def test_what_was_given_for_a_tender_alone_is_not_exported(office: Office) -> None:
    screened(office, IVO)
    of_both, of_form = (replace(DIRECTOR, stated=True, only_stated=one) for one in (False, True))
    firms = [
        Supplier(ref="S8", name="Ternwick Haulage Ltd", people=(of_both,)),
        Supplier(ref="S9", name="Gannetby Paper Ltd", people=(of_form,)),
    ]
    with office.workspace() as ws:
        ws.suppliers.save(firms, file="s.csv", at=ws.now())
        screen(ws, Screened(firms))
    client = office.person("Ada")

    def export(ref: str) -> str:
        fields = {"form": ".ftm.json", "people": "yes"}
        return client.post(f"/suppliers/{ref}/ownership/file", data=fields).text

    # What it declared and stated, and whom nothing but its form names.
    assert "Ivo Saltmarrow" in (written := export("A1"))
    assert "DCL-0" not in written
    assert "Fenwhistle" not in written
    assert DIRECTOR.name in export("S8")
    assert DIRECTOR.name not in export("S9")


def test_ownership_is_imported_shown_and_exported_by_commands(run: Run, tmp_path: Path) -> None:
    suppliers, declared = tmp_path / "s.csv", tmp_path / "owners.bods.jsonl"
    suppliers.write_text(
        "Ref,Supplier,Company number\nS1,Quillfeather Plant Ltd,09876543\n", encoding="utf-8"
    )
    declared.write_bytes(format_objects([ENTITY, PERSON, LINK]))
    assert run("suppliers", "import", suppliers).code == 0
    out = tmp_path / "again.bods.jsonl"
    done = run("suppliers", "ownership", "export", out)
    assert done.code == 2
    assert "what a supplier declared or stated by a share code" in " ".join(done.err.split())
    assert not out.exists()
    entities = tmp_path / "e.json"
    entities.write_text('{"id": "a", "schema": "Person", "properties": {"name": ["Ida Marsh"]}}')
    assert "--by" in run("suppliers", "ownership", "import", entities).err
    done = run("suppliers", "ownership", "import", declared)
    assert done.out == (
        "3 statements declared by Register of Ruritania: imported for S1, Quillfeather Plant Ltd.\n"
    )
    assert "Ottoline Marsh (person)" in run("suppliers", "ownership", "show", "S1").out
    done = run("suppliers", "ownership", "export", out, "--include-people")
    assert done.code == 0
    assert out.read_bytes() == declared.read_bytes()
    assert "BODS has no place for findings" in done.err
    refused = run("suppliers", "ownership", "export", tmp_path / "a.csv")
    assert refused.code == 2
    assert ".bods.jsonl or .ftm.json" in refused.err
