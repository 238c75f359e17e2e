"""What others declare of a supplier: kept beside the registers, shown, exported, and removed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import removing, retention, supplier_merging
from duediligence.casework.subject_access import held
from duediligence.casework.supplier_editing import edit
from duediligence.casework.suppliers_shown import supplier_for
from duediligence.casework.verifying import examine
from duediligence.errors import Conflict, Forbidden, Invalid
from duediligence.extensions.ownership.exporting import export_ownership
from duediligence.extensions.ownership.files import format_objects, read_ownership_file
from duediligence.extensions.ownership.importing import import_ownership, list_declared_ownership
from duediligence.extensions.ownership.store import OwnershipStore
from duediligence.model import Identifier, Supplier
from duediligence.screening.lookup.parties import parties
from duediligence.screening.run.network import build_portfolio_network
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.facts import SupplierFacts
from tests.conftest import Open
from tests.extensions.ownership.generated import make_dossier
from tests.extensions.ownership.statements import ENTITY, LINK, PERSON, changed, entities
from tests.rows import for_each

PLANT = Supplier(
    ref="S1",
    name="Quillfeather Plant Limited",
    identifiers=(Identifier("GB-COH", "09876543"),),
)
OTHER = Supplier(ref="S2", name="Moss Ltd", identifiers=(Identifier("GB-COH", "01234567"),))
UNNUMBERED = Supplier(ref="S3", name="Jolly Otter Crafts")
BODS = [ENTITY, PERSON, LINK]
OWNER = "Ottoline Marsh"


@pytest.fixture
def ws(open_workspace: Open) -> Workspace:
    workspace = open_workspace()
    keep(workspace, PLANT, OTHER, UNNUMBERED)
    return workspace


def keep(workspace: Workspace, *suppliers: Supplier) -> None:
    workspace.suppliers.save(suppliers, file="s.csv", at=workspace.now())


def written(folder: Path, statements: Sequence[dict[str, Any]], name: str = "a.json") -> Path:
    path = folder / name
    path.write_bytes(format_objects(statements))
    return path


def take(ws: Workspace, folder: Path, statements: Sequence[dict[str, Any]], **more: Any) -> Any:
    return import_ownership(ws, written(folder, statements), **more)


def exported(ws: Workspace, folder: Path, name: str, **more: Any) -> bytes:
    (folder / name).write_bytes(export_ownership(ws, name, **more).body)
    return (folder / name).read_bytes()


FTM: dict[str, Any] = {"declared_by": "A newspaper", "declared_on": date(2026, 9, 1)}


def test_a_home_with_imports_alone_exports_them_byte_for_byte(
    ws: Workspace, tmp_path: Path
) -> None:
    take(ws, tmp_path, BODS)
    assert exported(ws, tmp_path, "o.bods.jsonl", people=True) == format_objects(BODS)
    take(ws, tmp_path, entities(), supplier="S1", **FTM)
    both = exported(ws, tmp_path, "o.ftm.json", people=True)
    assert both.endswith(format_objects(entities())) or both.startswith(format_objects(entities()))


def test_it_is_kept_for_the_supplier_that_it_names(ws: Workspace, tmp_path: Path) -> None:
    first, again = (take(ws, tmp_path, BODS) for _ in range(2))
    assert (first.supplier, first.read.declared_by, first.new) == (
        PLANT,
        "Register of Ruritania",
        True,
    )
    assert not again.new
    _, ((declared, (owner,)),) = list_declared_ownership(ws, "S1")
    assert owner.line == (
        "Ottoline Marsh (person): Shareholding 62.5% of Quillfeather Plant Ltd from 1 March 2019"
    )
    assert declared.declared_on == date(2026, 10, 1)
    (event,) = (one.event for one in ws.audit.records(kind="ownership imported"))
    assert event.subject == "S1"
    assert "Ottoline" not in json.dumps(dict(event.what))


def test_the_newest_of_each_declarer_counts(ws: Workspace, tmp_path: Path) -> None:
    newer = changed(lambda one: one[1]["recordDetails"]["names"][0].update(fullName="Piers Holt"))
    take(ws, tmp_path, newer, declared_on=date(2026, 11, 1))
    take(ws, tmp_path, BODS)
    take(ws, tmp_path, BODS, declared_by="A newspaper")
    _, declared = list_declared_ownership(ws, "S1")
    names = {one.declared_by: [owner.name for owner in owners] for one, owners in declared}
    assert names == {"Register of Ruritania": ["Piers Holt"], "A newspaper": ["Ottoline Marsh"]}


@for_each(
    "name, number, ref, said",
    [
        ("Harrowgate Shipping plc", "09876543", "", "gives the number of S1 to Harrowgate"),
        ("Harrowgate Shipping plc", "09876543", "S1", "names S1 nowhere"),
        ("Quillfeather Plant Ltd", "09999999", "S1", "names S1 nowhere"),
        ("Quillfeather Plant Ltd", "09999999", "", "names no supplier"),
        ("Jolly Otter Crafts", "09999999", "", "names no supplier"),
    ],
)
def test_a_number_on_another_name_is_not_taken(
    ws: Workspace, tmp_path: Path, name: str, number: str, ref: str, said: str
) -> None:
    def rename(statements: Any) -> None:
        statements[0]["recordDetails"]["name"] = name
        statements[0]["recordDetails"]["identifiers"][0]["id"] = number

    with pytest.raises(Conflict, match=said):
        take(ws, tmp_path, changed(rename), supplier=ref)
    assert not list(ws.audit.records(kind="ownership imported"))


def test_a_person_may_say_who_it_is_where_there_is_no_number(ws: Workspace, tmp_path: Path) -> None:
    named = changed(lambda one: one[0]["recordDetails"].update(name="Jolly Otter Crafts"))
    assert take(ws, tmp_path, named, supplier="S3").supplier == UNNUMBERED


def test_who_declared_it_and_when_must_be_known(ws: Workspace, tmp_path: Path) -> None:
    for given in ({}, {"declared_by": "A newspaper"}, {**FTM, "declared_on": date(2027, 1, 1)}):
        with pytest.raises(Invalid):
            take(ws, tmp_path, entities(), **given)


def looked_up(ws: Workspace) -> dict[str, str]:
    run = screen(ws, Screened(ws.suppliers.all()))
    compared = ws.runs.compared(run.id, "S1")
    assert compared is not None
    return {one.names[0].text: str(one.role) for one in parties(compared.supplier)[1:]}


def test_who_is_declared_is_looked_up_and_is_no_person_of_the_supplier(
    ws: Workspace, tmp_path: Path
) -> None:
    take(ws, tmp_path, BODS)
    assert looked_up(ws) == {OWNER: "declared"}
    assert ws.suppliers.get("S1") == PLANT
    assert OWNER not in repr(build_portfolio_network(ws))
    # Of each declarer the newest file counts.
    newer = changed(lambda one: one[1]["recordDetails"]["names"][0].update(fullName="Piers Holt"))
    take(ws, tmp_path, newer, declared_on=date(2026, 11, 1))
    assert looked_up(ws) == {"Piers Holt": "declared"}


def test_who_is_declared_until_a_day_is_former_for_a_year(ws: Workspace, tmp_path: Path) -> None:
    def end(day: str) -> list[dict[str, Any]]:
        return changed(lambda one: one[2]["recordDetails"]["interests"][0].update(endDate=day))

    for place, (day, role) in enumerate(
        (("2025-10-01", None), ("2026-10-01", "former declared")), start=1
    ):
        take(ws, tmp_path, end(day), declared_on=date(2026, 10, place))
        assert looked_up(ws).get(OWNER) == role


def test_what_a_file_may_name_elsewhere_is_not_read_until_it_is_seen(
    ws: Workspace, tmp_path: Path
) -> None:
    odd = changed(lambda one: one[1]["recordDetails"].update(holdsFor="Bram Tarnwick"))
    for _ in range(2):
        take(ws, tmp_path, odd)
    supplier = ws.suppliers.get("S1")
    assert supplier is not None
    assert [one.text for one in supplier.unread] == ["Bram Tarnwick"]
    edit(ws, "S1", SupplierFacts(name=""), clear_unread=True)
    take(ws, tmp_path, odd)
    assert ws.suppliers.get("S1") == PLANT
    assert examine(ws).sound


def test_a_file_about_two_suppliers_is_kept_for_the_one_that_is_said(
    ws: Workspace, tmp_path: Path
) -> None:
    def add(statements: Any) -> None:
        other = {**statements[0], "statementId": "a" * 32, "recordId": "ent-2"}
        numbers = [{"scheme": "GB-COH", "id": "01234567"}]
        details = {**other["recordDetails"], "name": "Moss Ltd", "identifiers": numbers}
        statements.append({**other, "recordDetails": details})

    with pytest.raises(Conflict, match="S1 and S2"):
        take(ws, tmp_path, changed(add))
    assert take(ws, tmp_path, changed(add), supplier="S2").supplier == OTHER


def screened(ws: Workspace, seed: int, name: str = "Firm") -> Supplier:
    """A supplier whose dossier is that of a generated group."""
    dossier = make_dossier(seed)
    supplier = replace(dossier.supplier, name=name)
    keep(ws, supplier)
    run = replace(screen(ws, Screened([supplier])), id="AGAIN")
    ws.runs.save(run, [supplier], {}, dossiers={supplier.ref: dossier})
    return supplier


def test_the_registers_and_what_others_declare_stand_beside_each_other(
    ws: Workspace, tmp_path: Path
) -> None:
    supplier = screened(ws, 4)
    take(ws, tmp_path, BODS)
    both = exported(ws, tmp_path, "o.bods.jsonl", people=True)
    alone = exported(ws, tmp_path, "own.bods.jsonl", people=True, refs=[supplier.ref])
    assert both == alone + format_objects(BODS)
    records = [json.loads(line) for line in alone.splitlines()]
    assert records[0]["source"]["type"] == ["officialRegister"]
    # Imported elsewhere, it is not what the buyer declared.
    again = read_ownership_file(tmp_path / "own.bods.jsonl", date(2030, 1, 1))
    assert again.declared_by == "Companies House"


def test_findings_go_out_in_followthemoney_about_the_same_company(
    open_workspace: Open, home: Path, tmp_path: Path
) -> None:
    ws = open_workspace(home)
    supplier = screened(ws, 4, name="Volkhar Maritime UK Ltd")
    body = exported(ws, tmp_path, "o.ftm.json", people=True, refs=[supplier.ref])
    found = [json.loads(line) for line in body.splitlines()]
    number = supplier.identifiers[0].id
    (company,) = (one for one in found if one["id"] == f"GB-COH-{number}")
    assert company["schema"] == "Company"
    assert supplier.name in company["properties"]["name"]
    matches = [one for one in found if one["properties"].get("role") == ["possible match"]]
    assert company["id"] in {one["properties"]["subject"][0] for one in matches}
    assert len({one["id"] for one in found}) == len(found)


def test_without_people_nobody_and_nothing_of_theirs_is_in_a_file(
    ws: Workspace, tmp_path: Path
) -> None:
    screened(ws, 4)

    def name_in_words(statements: Any) -> None:
        publication = statements[0]["publicationDetails"]
        statements[0]["publicationDetails"] = {**publication, "publisher": {"name": OWNER}}
        statements[0]["source"] = {"type": ["thirdParty"], "assertedBy": [{"name": OWNER}]}
        note = {"motivation": "commenting", "statementPointerTarget": "/", "description": OWNER}
        statements[0]["annotations"] = [note]
        held = {**ENTITY, "recordId": "ent-2", "statementId": "c" * 32}
        details = {"subject": "ent-1", "interestedParty": "ent-2", "isComponent": False}
        words = [{"type": "shareholding", "details": OWNER}]
        link = {**statements[2], "recordId": "rel-2", "statementId": "a" * 32}
        statements += [
            {**held, "who": OWNER},
            {**link, "recordDetails": details | {"interests": words}},
        ]

    take(ws, tmp_path, changed(name_in_words), declared_by=OWNER)
    told = entities()
    told[0]["properties"]["notes"] = [OWNER]
    take(ws, tmp_path, told, **FTM)
    for name in ("o.bods.jsonl", "o.ftm.json"):
        out = export_ownership(ws, name)
        text = out.body.decode()
        assert "Quillfeather" in text
        for word in ("Ottoline", "per-1", "other-2", '"Person"', '"person"', "1961"):
            assert word not in text, (name, word)
        assert any("left out, with what they hold" in line for line in out.not_in_it)
    (section,) = supplier_for(ws, "S1", people=False).sections
    assert not any("Ottoline" in line for line in section.lines)
    (section,) = supplier_for(ws, "S1").sections
    assert any("Ottoline" in line for line in section.lines)


def test_birth_dates_go_out_for_those_alone_who_may_see_them(
    ws: Workspace, tmp_path: Path, open_workspace: Open
) -> None:
    take(ws, tmp_path, BODS)
    screened(ws, 4)
    assert b"birthDate" in exported(ws, tmp_path, "o.bods.jsonl", people=True)
    reader = open_workspace(users={"ada": "auditor", "bo": "reader"})
    reader.who = "bo"
    with pytest.raises(Forbidden):
        export_ownership(reader, "no.bods.jsonl", people=True)
    with pytest.raises(Forbidden):
        take(reader, tmp_path, BODS)


def test_it_is_found_for_the_person_and_goes_in_its_time(ws: Workspace, tmp_path: Path) -> None:
    take(ws, tmp_path, BODS, declared_on=date(2021, 11, 1))
    take(ws, tmp_path, entities(), **FTM)
    assert {hit.where for hit in held(ws, "Marsh, Ottoline")} == {"declared ownership"}
    taken = retention.run(ws, dry_run=False)
    (rule,) = (one for one in taken.removed if one.rule.id == "declared-ownership")
    assert rule.records == 1
    _, ((left, _),) = list_declared_ownership(ws, "S1")
    assert left.standard == "FollowTheMoney"
    assert not examine(ws).problems


def test_it_goes_with_its_supplier(ws: Workspace, tmp_path: Path) -> None:
    take(ws, tmp_path, BODS)
    removing.remove(ws, ["S1"], rule=removing.UPHELD, dry_run=False)
    assert not ws.casework.repository(OwnershipStore).standing()
    assert not examine(ws).problems


def test_what_was_declared_of_a_merged_supplier_counts_for_the_one_it_is_part_of(
    ws: Workspace, tmp_path: Path
) -> None:
    take(ws, tmp_path, BODS)
    supplier_merging.merge(ws, "S2", "S1")
    _, ((declared, _),) = list_declared_ownership(ws, "S2")
    assert declared.declared_by == "Register of Ruritania"
    assert exported(ws, tmp_path, "o.bods.jsonl", people=True, refs=["S2"]) == format_objects(BODS)


def test_a_page_shows_few_of_many_owners(ws: Workspace, tmp_path: Path) -> None:
    def add(statements: Any) -> None:
        for place in range(30):
            link = {**statements[2], "statementId": f"{place:032}", "recordId": f"rel-{place}-b"}
            interest = {"type": "votingRights", "share": {"exact": place}}
            link["recordDetails"] = {**link["recordDetails"], "interests": [interest]}
            statements.append(link)

    take(ws, tmp_path, changed(add))
    (section,) = supplier_for(ws, "S1").sections
    assert len(section.lines) == 21
    assert section.lines[-1] == "11 more"
