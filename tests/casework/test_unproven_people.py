"""People that an earlier version read from a file: their birth dates exclude nothing."""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from duediligence.checks.toolkit.people import hits, list_named_people

from duediligence.blind.derived_keys import keys_of
from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.queue import Filters, alerts
from duediligence.casework.readiness import examine_readiness
from duediligence.casework.subject_access import held
from duediligence.casework.supplier_editing import add, confirm_people, edit
from duediligence.casework.supplier_history import history, undo
from duediligence.casework.supplier_merging import SplitRequest, merge, split
from duediligence.casework.supplier_records import SupplierFields, put_record, record_of
from duediligence.casework.suppliers_shown import supplier_for
from duediligence.delivery.pack.people import find_shared_between_bidders
from duediligence.errors import Conflict, NotFound
from duediligence.model import (
    Disqualification,
    Dossier,
    Name,
    NotHeld,
    PartialDate,
    Party,
    PartyRole,
    Person,
    Resolution,
    Run,
    Supplier,
)
from duediligence.render.saying import explain
from duediligence.scheduling.rescreening import list_due_suppliers
from duediligence.screening.alerts.projection import find_differing_alerts
from duediligence.screening.dossiers.gathering import all_parts, fetch_disqualifications
from duediligence.screening.imports import import_suppliers
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lookup.parties import deduplicate_parties
from duediligence.screening.run.findings import check_context
from duediligence.screening.run.screen import Screened, exit_code, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings
from duediligence.suppliers.facts import SupplierFacts
from tests.homes import copy_home
from tests.screening.test_namesakes import FILE, made

LISTED = "Ivan Petrovich Zorkov"
CELL = f"{LISTED} and Jane Green (b. 07/1980)"
BORN = PartialDate(1980, 7)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def opened(home: Path) -> Workspace:
    """Open a home with the one list."""
    workspace = Workspace(Settings(home=home, workers=1), now=lambda: AT)
    workspace.__dict__["watchlists"] = {"made": made}
    return workspace


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one listed person, who was born in October 1962."""
    folder = tmp_path_factory.mktemp("made")
    (folder / FILE).write_text(f"id,kind,name,number,born\r\nz,person,{LISTED},,1962-10-02\r\n")
    with opened(folder / "home") as ws:
        list(refresh(ws, folder=folder, terms=RefreshTerms(as_of=AT.date())))
        assert ws.suppliers.all() == []
    return folder / "home"


@pytest.fixture
def ws(loaded: Path, tmp_path: Path) -> Iterator[Workspace]:
    with opened(copy_home(loaded, tmp_path / "home")) as workspace:
        yield workspace


def import_cell(ws: Workspace, *cells: str) -> None:
    path = ws.home / "suppliers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ref", "name", "directors"))
        writer.writerows((f"S{n}", f"Gullwing {n} Ltd", one) for n, one in enumerate(cells, 1))
    import_suppliers(ws, path, mapping={}, sheet="", rejects_folder=None)


def store_as_before(ws: Workspace, born: PartialDate | None = BORN) -> None:
    """Store every supplier as the version before did, each of its people born then."""
    with closing(sqlite3.connect(ws.home / "casework.db")) as db, db:
        for column in ("body", "imported"):
            rows = db.execute(f"SELECT ref, {column} FROM suppliers WHERE {column} IS NOT NULL")
            for ref, body in rows.fetchall():
                document = json.loads(body)
                for person in document.get("people", ()):
                    person.pop("unproven", None), person.pop("cell", None)
                    if born:
                        person["birth_date"] = {"year": born.year, "month": born.month}
                changed = json.dumps(document).encode()
                db.execute(f"UPDATE suppliers SET {column} = ? WHERE ref = ?", (changed, ref))


def screened(ws: Workspace) -> Run:
    return screen(ws, Screened(ws.suppliers.all()))


def unproven(ws: Workspace, ref: str = "S1") -> list[str]:
    supplier = ws.suppliers.get(ref)
    assert supplier
    return [one.name for one in supplier.unproven]


def test_a_date_of_before_sets_no_listed_director_aside_until_the_file_is_imported_again(
    ws: Workspace,
) -> None:
    import_cell(ws, CELL)
    store_as_before(ws)
    assert unproven(ws) == [LISTED, "Jane Green"]
    run = screened(ws)
    (flag,) = [one for one in run.findings if one.entry_id]
    assert (exit_code(run, "low"), run.namesakes) == (1, 0)
    assert (flag.subject_name, flag.severity) == (LISTED, "high")
    assert "another birth date" not in flag.certainty
    assert "an earlier version read yours" in explain(flag)
    assert len(alerts(ws, Filters())) == 1
    import_cell(ws, CELL)
    assert unproven(ws) == []
    run = screened(ws)
    assert (exit_code(run, "low"), run.namesakes, run.weakenings) == (1, 0, ())
    supplier = ws.suppliers.get("S1")
    assert supplier
    assert [(one.name, one.birth_date) for one in supplier.people] == [
        (LISTED, None),
        ("Jane Green", BORN),
    ]
    assert {one.cell and one.cell.text for one in supplier.people} == {
        f"{LISTED} and Jane Green (b. …/…)"
    }


@pytest.mark.parametrize(
    ("born", "severity", "words"),
    [
        (PartialDate(1962, 10), "high", "Birth dates agree"),
        (PartialDate(1962, 11), "high", "are not compared"),
        (PartialDate(1999, 1), "high", "are not compared"),
    ],
)
def test_a_date_of_before_may_agree_and_separates_nobody(
    ws: Workspace, born: PartialDate, severity: str, words: str
) -> None:
    import_cell(ws, LISTED)
    store_as_before(ws, born)
    (flag,) = [one for one in screened(ws).findings if one.entry_id]
    assert (flag.severity, words in explain(flag)) == (severity, True)


@pytest.mark.parametrize("matcher", ["", "another"])
def test_a_decision_about_a_date_of_before_stays(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, matcher: str
) -> None:
    """The score and the severity rise, for the date counts no more; nobody has to decide again."""
    ws.settings = replace(ws.settings, second_decision=("high",))
    import_cell(ws, LISTED)
    supplier = ws.suppliers.get("S1")
    assert supplier
    (person,) = supplier.people
    person = replace(person, birth_date=PartialDate(1968, 3))
    screen(ws, Screened([replace(supplier, people=(person,))]))
    (alert,) = alerts(ws, Filters())
    assert alert.severity == "low"
    decide_alert(ws, alert.id, Choice(decided="not the same", reason="DOB-DIFFERS"))
    store_as_before(ws, PartialDate(1968, 3))
    if matcher:
        monkeypatch.setattr("duediligence.screening.run.screen.MATCHER_VERSION", matcher)
    screened(ws)
    (alert,) = alerts(ws, Filters())
    assert (alert.severity, alert.status.state) == ("high", "not the same")
    assert find_differing_alerts(ws) == []
    decide_alert(ws, alert.id, Choice(decided="not the same", reason="OTHER", note="Their letter"))
    (alert,) = alerts(ws, Filters())
    assert alert.status.state == "awaiting second decision"


def test_whoever_was_added_by_hand_is_proven(ws: Workspace) -> None:
    import_cell(ws, LISTED)
    edit(ws, "S1", SupplierFacts(people=("Ruth Amber,1971-02",)))
    add(ws, SupplierFacts(name="Moss Taxis", people=("Cy Drover,1959-08",)), ref="M1")
    store_as_before(ws, None)
    assert (unproven(ws), unproven(ws, "M1")) == ([LISTED], [])
    import_cell(ws, f"{LISTED}; Bo Quill")
    supplier = ws.suppliers.get("S1")
    assert supplier
    assert (len(supplier.people), supplier.unproven) == (3, ())


def test_of_suppliers_that_were_one_or_two_nobody_knows_who_was_added_by_hand(
    ws: Workspace,
) -> None:
    import_cell(ws, LISTED, "Bo Quill; Cy Drover", "Ruth Amber")
    edit(ws, "S1", SupplierFacts(people=("Ann Other,1971-02",)))
    merge(ws, "S1", "S3")
    split(ws, "S2", SplitRequest(ref="N1", facts=SupplierFacts(name="New", people=("Bo Quill",))))
    store_as_before(ws, None)
    assert [one.ref for one in ws.suppliers.all() if one.unproven] == ["N1", "S1", "S2"]
    assert unproven(ws) == [LISTED, "Ann Other", "Ruth Amber"]
    undo(ws, "S1")
    store_as_before(ws, None)
    assert (unproven(ws), unproven(ws, "S3")) == ([LISTED], ["Ruth Amber"])


def test_a_reading_of_today_takes_the_place_of_one_of_before(ws: Workspace) -> None:
    import_cell(ws, LISTED)
    store_as_before(ws)
    edit(ws, "S1", SupplierFacts(people=("Ruth Amber,1971-02",)))
    assert unproven(ws) == [LISTED]
    import_cell(ws, LISTED)
    assert unproven(ws) == []
    undo(ws, "S1")
    supplier = ws.suppliers.get("S1")
    assert supplier
    assert [(one.name, one.birth_date, one.unproven) for one in supplier.people] == [
        (LISTED, None, False)
    ]


def test_an_unchanged_file_proves_its_people_once(ws: Workspace) -> None:
    import_cell(ws, "Bo Quill")
    store_as_before(ws, None)
    import_cell(ws, "Bo Quill")
    assert unproven(ws) == []
    sealed = [one.event.what["unchanged"] for one in ws.audit.records(kind="suppliers imported")]
    assert sealed == [0, 1]
    stored = ws.suppliers.row("S1")
    import_cell(ws, "Bo Quill")
    assert ws.suppliers.row("S1") == stored


def test_people_are_confirmed_as_they_are(ws: Workspace) -> None:
    """Then a birth date counts as any other; taken back, it does not."""
    import_cell(ws, LISTED)
    store_as_before(ws)
    with pytest.raises(NotFound):
        confirm_people(ws, "S2")
    confirm_people(ws, "S1", note="Their own letter")
    assert unproven(ws) == []
    assert [one.severity for one in screened(ws).findings if one.entry_id] == ["low"]
    with pytest.raises(Conflict, match="All people of S1 are proven"):
        confirm_people(ws, "S1")
    (change,) = history(ws, "S1").changes
    assert (change.act, change.note) == ("people confirmed", "Their own letter")
    (field,) = change.changes
    assert field.before == (f"{LISTED} (director, born July 1980, not proven)",)
    (event,) = ws.audit.records(kind="supplier changed")
    assert event.event.what["act"] == "people confirmed"
    undo(ws, "S1")
    assert unproven(ws) == [LISTED]
    assert [one.severity for one in screened(ws).findings if one.entry_id] == ["high"]


def test_entering_a_person_of_before_again_confirms_them(ws: Workspace) -> None:
    add(ws, SupplierFacts(name="Moss Taxis"), ref="S1")
    person = Person(LISTED, BORN, unproven=True)
    supplier = ws.suppliers.get("S1")
    assert supplier
    ws.suppliers.save([replace(supplier, people=(person,))], file="old.csv", at=ws.now())
    assert edit(ws, "S1", SupplierFacts(people=(f"{LISTED},1980-07",)))
    assert unproven(ws) == []


def test_a_supplier_shows_who_was_read_from_which_cell(ws: Workspace) -> None:
    import_cell(ws, "Bo Quill (b. 23/04/1965); Cy Drover")
    shown = {one.label: one.values for one in supplier_for(ws, "S1").described}
    assert shown["People"] == ("Bo Quill (director, born April 1965)", "Cy Drover (director)")
    assert shown["Read from"] == ("directors 'Bo Quill (b. …/…/…); Cy Drover'",)
    labels = {one.label for one in supplier_for(ws, "S1", people=False).described}
    assert labels.isdisjoint(shown)
    edit(ws, "S1", SupplierFacts(), remove=("Cy Drover",))
    shown = {one.label: one.values for one in supplier_for(ws, "S1").described}
    # The cell goes with the first person who does: it names them, too.
    assert shown == {"People": ("Bo Quill (director, born April 1965)",)}
    store_as_before(ws)
    shown = {one.label: one.values for one in supplier_for(ws, "S1").described}
    assert shown["People"] == ("Bo Quill (director, born July 1980, not proven)",)


def test_doctor_and_each_run_name_the_suppliers(ws: Workspace) -> None:
    import_cell(ws, "Bo Quill", "", "Cy Drover")

    def line() -> list[tuple[str, str]]:
        found = examine_readiness(
            EffectiveSettings(ws.settings, {}), opened=lambda: nullcontext(ws)
        )
        said = [one for one in found.lines if one.what == "people not proven"]
        return [(one.state, str(one.detail)) for one in said]

    assert line() == []
    store_as_before(ws, None)
    ((state, detail),) = line()
    assert (state, "2 suppliers: S1 and S3" in detail) == ("weakened", True)
    (weakening,) = screened(ws).weakenings
    assert (weakening.kind, weakening.refs) == ("people not proven", ("S1", "S3"))


def test_a_person_in_the_cell_of_another_is_found_for_an_access_request(ws: Workspace) -> None:
    import_cell(ws, "Bo Quill; Cy Drover")
    found = {one.where: one.fields for one in held(ws, "Drover")}
    assert found["supplier"] == "people.cell.text, people.name"


def test_no_screening_and_no_split_keeps_the_text_of_a_cell(ws: Workspace) -> None:
    import_cell(ws, "Bo Quill; Cy Drover")
    run = screened(ws)
    compared = ws.runs.compared(run.id, "S1")
    assert compared
    assert {one.cell for one in compared.supplier.people} == {None}
    facts = SupplierFacts(name="New", people=("Bo Quill",))
    both = split(ws, "S1", SplitRequest(ref="N1", facts=facts))
    assert [[(one.name, one.cell) for one in each.people] for each in both] == [
        [("Cy Drover", None)],
        [("Bo Quill", None)],
    ]


def test_who_is_not_proven_any_more_is_due_for_screening(ws: Workspace) -> None:
    import_cell(ws, LISTED, "Bo Quill")
    screened(ws)
    store_as_before(ws, None)

    def reasons() -> list[str | None]:
        return [why for _, why in list_due_suppliers(ws, ws.suppliers.all())]

    assert reasons() == ["details changed", "details changed"]
    screened(ws)
    assert reasons() == [None, None]
    confirm_people(ws, "S2")
    assert reasons() == [None, "details changed"]


def test_a_record_put_back_as_it_came_confirms_nobody(ws: Workspace) -> None:
    import_cell(ws, f"{LISTED}; Bo Quill")
    store_as_before(ws, None)
    person, _ = ws.suppliers.all()[0].people
    now = (Person(person.name, role=person.role), Person("Cy Drover", role="director"))
    fields = SupplierFields(name="Moss Taxis", people=now)
    put_record(ws, "S1", fields, expected=("*",))
    assert unproven(ws) == [LISTED]
    data = record_of(ws, "S1", people=True).data["people"]
    assert [(one["name"], one["unproven"], one["cell"]) for one in data] == [
        (LISTED, True, None),
        ("Cy Drover", False, None),
    ]


def test_partners_are_asked_by_the_name_alone_too() -> None:
    name = Name("Wilhelmina Featherstonehaugh Przybylski")
    dated = Party(names=(name,), kind="person", role=PartyRole("director"), birth_date=BORN)
    undated = replace(dated, birth_date=None)
    both = set(keys_of(replace(dated, unproven=True), "answers"))
    assert both == {*keys_of(dated, "answers"), *keys_of(undated, "answers")}
    assert len(both) > len(keys_of(dated, "answers"))


def test_bidders_share_a_person_whose_date_is_not_proven() -> None:
    name = (Name("Wilhelmina Featherstonehaugh"),)
    first, other = (
        Party(names=name, kind="person", role=PartyRole("director"), birth_date=born)
        for born in (PartialDate(1951, 3), BORN)
    )
    assert find_shared_between_bidders({"A": [first], "B": [other]}) == []
    for one, two in ((True, False), (False, True)):
        bidders = {"A": [replace(first, unproven=one)], "B": [replace(other, unproven=two)]}
        assert [each.what for each in find_shared_between_bidders(bidders)] == [name[0].text]


@dataclass
class Register:
    """Companies House, which has one disqualified person."""

    record: Disqualification
    cut_short: list[object] = field(default_factory=list)

    def disqualified(self, _: str, fits: Callable[..., bool]) -> list[Disqualification]:
        return [self.record] if fits((self.record.name,), self.record.birth_date) else []


def test_a_disqualified_person_is_told_from_nobody_by_a_date_of_before() -> None:
    record = Disqualification(name=LISTED, birth_date=PartialDate(1962, 10, 2), type="disqualified")
    for is_unproven, expected in ((False, []), (True, [False])):
        person = Person(LISTED, BORN, unproven=is_unproven)
        asked = fetch_disqualifications(cast(Any, Register(record)), (), (), (person,))
        assert len(asked) == len(expected)
        dossier = Dossier(
            supplier=Supplier(ref="S1", name="Moss Ltd", people=(person,)),
            taken_at=AT,
            resolution=Resolution(how="none"),
            charity=NotHeld(""),
            **{**all_parts(NotHeld("")), "disqualifications": (record,)},
        )
        found = hits(dossier, list_named_people(dossier), check_context(AT.date()))
        assert [one.dated for one in found] == expected


def test_of_two_equal_parties_the_one_that_is_not_proven_is_looked_up() -> None:
    """An earlier screening compared the same person before that was kept."""
    party = Party(names=(Name(LISTED),), kind="person", role=PartyRole("director"), birth_date=BORN)
    unproven_ = replace(party, unproven=True)
    for both in ((party, unproven_), (unproven_, party)):
        assert [one.unproven for one in deduplicate_parties(both)] == [True]
    assert [one.unproven for one in deduplicate_parties((party, party))] == [False]
