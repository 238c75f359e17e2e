"""A form kept: suppliers, people and declarations are filled, with nothing typed again."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import retention
from duediligence.casework import supplier_information as stated
from duediligence.casework.import_words import information_lines
from duediligence.casework.supplier_editing import add, add_contract, edit
from duediligence.casework.supplier_history import history, undo
from duediligence.casework.verifying import examine
from duediligence.errors import Conflict, Invalid, UnreadableFile
from duediligence.law.declarations import load_questions
from duediligence.model import (
    Declaration,
    Identifier,
    PartialDate,
    PartOf,
    Person,
    Supplier,
    UnreadCell,
)
from duediligence.model.circumstances import whom_of
from duediligence.model.suppliers import AS_STATED
from duediligence.screening.lookup.parties import parties
from duediligence.screening.run.network import build_portfolio_network
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.suppliers.facts import ContractFacts, SupplierFacts

from ..in_use import in_use
from ..suppliers.forms_made import address, entity, exclusion, form, person

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
NUMBER = SupplierFacts(name="Ferrowby Care Ltd", number="09912345", people=["Ada Quillfeather"])


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    with Workspace(Settings(home=tmp_path / "home"), now=lambda: NOW, who="Ada") as opened:
        yield opened


def kept(
    ws: Workspace, document: Any, ref: str = "", submitted_on: date | None = None
) -> tuple[stated.StatedSupplier, ...]:
    path = ws.home.parent / "f.json"
    path.write_text(json.dumps(document), "utf-8")
    forms = stated.read_information(ws, path)
    assert forms is not None
    shown = stated.preview_supplier_information(ws, forms, ref=ref, submitted_on=submitted_on)
    done = stated.import_supplier_information(ws, forms, ref=ref, submitted_on=submitted_on)
    assert shown == done
    return done


def test_a_form_makes_a_supplier_with_its_people_and_answers(workspace: Workspace) -> None:
    (done,) = kept(workspace, form(exclusions=[exclusion("tax_offences", details="Fined")]))
    assert done.outcome == "new"
    supplier = workspace.suppliers.get(done.ref)
    assert supplier is not None
    assert (supplier.name, supplier.company_number) == ("Ferrowby Care Limited", "09912345")
    assert [str(one) for one in supplier.identifiers] == ["GB-COH-09912345"]
    assert supplier.address is not None
    assert supplier.address.postcode == "FE1 1AA"
    of_form = {"stated": True, "only_stated": True}
    assert supplier.people == (
        Person("Ada Quillfeather", PartialDate(1970, 7), "director", **of_form),
        Person("Ferrowby Holding GmbH", None, "owner", **of_form),
    )
    answers = workspace.declarations.standing()[done.ref]
    assert [one.details for one in answers if one.answer == "yes"] == ["Fined"]
    # Each question is asked of the supplier and of those connected with it.
    assert {(one.question, one.applies_to) for one in answers if one.answer == "no"} == {
        (one.code, of) for one in load_questions() for of in ("supplier", "connected person")
    } - {("tax_offences", "supplier")}
    current = workspace.supplier_information.current(done.ref)
    assert current == replace(done.information, read_at=NOW)


def test_whoever_has_two_roles_is_kept_with_both(workspace: Workspace) -> None:
    shares = {"controlCondition": ["OwnsShares"]}
    owner = {"relationship": "PersonWithSignificantControlForIndividual", **shares}
    (done,) = kept(
        workspace,
        form(
            associatedPersons=[
                person(),
                person(id="a2", **owner),
                person(id="b1", lastName="Plover", **shares),
            ],
            additionalEntities=[],
        ),
    )
    roles = [(one.name, one.role) for one in done.after.people]
    assert sorted(roles) == [
        ("Ada Plover", "director"),
        ("Ada Plover", "owner"),
        ("Ada Quillfeather", "director"),
        ("Ada Quillfeather", "owner"),
    ]
    # Of a later form the roles count that it gives.
    trust = person(id="a3", entityType="TrustOrTrustee")
    later = form(form={"submittedAt": "2026-11-05"}, associatedPersons=[person(), trust])
    (now,) = kept(workspace, later)
    assert sorted((one.name, one.role) for one in now.after.people if not one.ended) == [
        ("Ada Quillfeather", "director"),
        ("Ada Quillfeather", "trustee"),
        ("Ferrowby Holding GmbH", "owner"),
    ]


def test_whom_the_form_names_is_connected_and_whom_the_buyer_names_need_not_be(
    workspace: Workspace,
) -> None:
    add(workspace, replace(NUMBER, people=["Bram Tarnwick"]), ref="S1")
    kept(workspace, form())
    supplier = workspace.suppliers.get("S1")
    assert supplier is not None
    assert {one.names[0].text: one.connected for one in parties(supplier)[1:]} == {
        "Bram Tarnwick": False,
        "Ada Quillfeather": True,
        "Ferrowby Holding GmbH": True,
    }


def test_what_a_form_may_name_is_not_read_until_it_is_seen(workspace: Workspace) -> None:
    (done,) = kept(workspace, form(trustee="Bram Tarnwick"))
    assert [(one.column, one.text) for one in done.after.unread] == [
        ("form: trustee", "Bram Tarnwick")
    ]
    # A newer form has its own; what the buyer's file could not be read stays.
    own = UnreadCell("Directors", "A; B", "person", "two names")
    edited = replace(done.after, unread=(*done.after.unread, own))
    workspace.suppliers.save([edited], file="s.csv", at=NOW)
    (now,) = kept(workspace, form(form={"submittedAt": "2026-11-05"}, agent="Edda Holt"))
    assert [one.text for one in now.after.unread] == ["A; B", "Edda Holt"]
    edit(workspace, done.ref, SupplierFacts(name=now.after.name), clear_unread=True)
    seen = workspace.suppliers.get(done.ref)
    assert seen is not None
    assert seen.unread == ()


def test_other_names_are_looked_up(workspace: Workspace) -> None:
    named = person(aliases=["Bram Tarnwick"])
    (done,) = kept(workspace, form(associatedPersons=[named], tradingName="Gull Cafe"))
    names = [name.text for one in parties(done.after) for name in one.names]
    assert {"Gull Cafe", "Bram Tarnwick", "Ada Quillfeather"} < set(names)
    born = {one.name: one.birth_date for one in done.after.people}
    assert born["Bram Tarnwick"] == born["Ada Quillfeather"]


def test_what_is_only_shown_keeps_nothing(workspace: Workspace) -> None:
    path = workspace.home.parent / "f.json"
    path.write_text(json.dumps(form()), "utf-8")
    forms = stated.read_information(workspace, path)
    assert forms is not None
    stated.preview_supplier_information(workspace, forms)
    assert workspace.suppliers.all() == []
    assert workspace.supplier_information.all() == {}
    assert list(workspace.audit.records()) == []


def test_a_supplier_that_is_here_is_filled_and_keeps_what_it_has(workspace: Workspace) -> None:
    add(workspace, NUMBER, ref="S1")
    (done,) = kept(workspace, form())
    assert (done.outcome, done.ref) == ("filled", "S1")
    supplier = workspace.suppliers.get("S1")
    assert supplier is not None
    assert (supplier.name, supplier.trading_names) == ("Ferrowby Care Ltd", ())
    assert [one.birth_date for one in supplier.people if one.birth_date] == [PartialDate(1970, 7)]
    assert len(workspace.suppliers.all()) == 1


def test_the_same_form_and_an_older_one_change_nothing_and_a_newer_one_does(
    workspace: Workspace,
) -> None:
    about = {"whom": "associated-persons", "id_": "00000000-0000-4000-8000-0000000000a1"}
    first = form(exclusions=[exclusion("tax_offences", **about)])
    (done,) = kept(workspace, first)
    before = (workspace.suppliers.all(), workspace.declarations.standing())
    assert kept(workspace, first)[0].outcome == "same"
    older = form(form={"submittedAt": "2026-01-05"}, associatedPersons=[])
    assert kept(workspace, older)[0].outcome == "older"
    assert (workspace.suppliers.all(), workspace.declarations.standing()) == before
    newer = form(form={"submittedAt": "2026-11-05"}, associatedPersons=[person(lastName="Plover")])
    (now,) = kept(workspace, newer)
    assert now.outcome == "filled"
    # Connected is whoever the newest form names (Procurement Regulations 2024 reg.11).
    assert [(one.names[0].text, one.connected, whom_of(one)) for one in parties(now.after)[1:]] == [
        ("Ferrowby Holding GmbH", True, "connected person"),
        ("Ada Plover", True, "connected person"),
        ("Ada Quillfeather", False, "somebody behind it"),
    ]
    answers: tuple[Declaration, ...] = workspace.declarations.standing()[done.ref]
    # What was stated of a connected person is withdrawn, not forgotten.
    assert {one.answer for one in answers} == {"no"}
    assert len(workspace.declarations.history(done.ref)) == 2 * len(answers)
    assert len(workspace.supplier_information.history(done.ref)) == 2


def test_whom_an_older_form_alone_named_goes_and_whom_the_buyer_names_stays(
    workspace: Workspace,
) -> None:
    number = (Identifier("GB-COH", "09912345"),)
    people = (Person("Ada Quillfeather", None, "director"),)
    supplier = Supplier(ref="S1", name="Ferrowby Care Ltd", identifiers=number, people=people)
    workspace.suppliers.save([supplier], file="s.csv", at=NOW)
    kept(workspace, form(additionalEntities=[entity(), entity(id="e", name="Tern Holdings BV")]))
    newer = form(form={"submittedAt": "2026-11-05"}, associatedPersons=[])
    (now,) = kept(workspace, newer)
    assert [(one.names[0].text, one.connected) for one in parties(now.after)[1:]] == [
        ("Ada Quillfeather", False),
        ("Ferrowby Holding GmbH", True),
        ("Tern Holdings BV", False),
    ]
    assert kept(workspace, newer)[0].outcome == "same"


def roles(supplier: Supplier | None) -> dict[str, str]:
    assert supplier is not None
    return {one.names[0].text: str(one.role) for one in parties(supplier)[1:]}


def test_who_has_an_end_date_is_looked_up_as_former_for_a_year(workspace: Workspace) -> None:
    ended = [
        person(id=f"a{place}", lastName=name, period={"endDate": day})
        for place, (name, day) in enumerate(
            (("Yearold", "2025-12-01"), ("Older", "2025-11-30"), ("Coming", "2027-01-31"))
        )
    ]
    (done,) = kept(workspace, form(associatedPersons=ended, additionalEntities=[]))
    assert roles(done.after) == {
        "Ada Coming": f"director ({AS_STATED})",
        "Ada Yearold": "former director",
    }
    assert done.after.unread == ()
    assert [one.ended for one in done.after.people if one.ended] == [date(2025, 12, 1)]


def test_who_is_missing_in_a_newer_form_is_asked_about_once(workspace: Workspace) -> None:
    kept(workspace, form(associatedPersons=[person(), person(id="a9", lastName="Plover")]))
    newer = form(form={"submittedAt": "2026-11-05"}, associatedPersons=[])
    (now,) = kept(workspace, newer)
    assert roles(now.after) == {
        "Ada Plover": "former director",
        "Ada Quillfeather": "former director",
        "Ferrowby Holding GmbH": f"owner ({AS_STATED})",
    }
    assert [one.ended for one in now.after.people if one.ended] == [date(2026, 11, 5)] * 2
    assert sorted(one.text for one in now.after.unread) == ["Ada Plover", "Ada Quillfeather"]
    # Never connected: gone at once. Ended: seen, and former for its time.
    edit(workspace, now.ref, SupplierFacts(name=""), remove=["Ada Plover"])
    left = workspace.suppliers.get(now.ref)
    assert left is not None
    assert "Ada Plover" not in roles(left)
    assert [one.text for one in left.unread] == ["Ada Quillfeather"]
    edit(workspace, now.ref, SupplierFacts(name=""), clear_unread=True)
    again = form(form={"submittedAt": "2026-11-20"}, associatedPersons=[])
    (last,) = kept(workspace, again)
    assert last.after.unread == ()
    assert roles(last.after) == {
        "Ada Quillfeather": "former director",
        "Ferrowby Holding GmbH": f"owner ({AS_STATED})",
    }
    # Of the form again, they are no longer former.
    (back,) = kept(workspace, form(form={"submittedAt": "2026-11-25"}))
    assert roles(back.after)["Ada Quillfeather"] == f"director ({AS_STATED})"


def test_a_former_person_is_screened_for_the_set_time_and_then_removed(tmp_path: Path) -> None:
    period = {"endDate": "2026-07-01"}
    now = NOW

    def open_it(**more: int) -> Workspace:
        return Workspace(Settings(home=tmp_path / "home", retention=more), now=lambda: now)

    with open_it(former=200) as ws:
        (done,) = kept(ws, form(associatedPersons=[person(period=period)]))
        run = screen(ws, Screened(ws.suppliers.all()))
        compared = ws.runs.compared(run.id, done.ref)
        assert compared is not None
        assert roles(compared.supplier)["Ada Quillfeather"] == "former director"
        network = repr(build_portfolio_network(ws))
        assert "Ferrowby Holding GmbH" in network
        assert "Ada Quillfeather" not in network
    with open_it(former=100) as ws:
        run = screen(ws, Screened(ws.suppliers.all()))
        compared = ws.runs.compared(run.id, done.ref)
        assert compared is not None
        assert "Ada Quillfeather" not in roles(compared.supplier)
        assert "Ada Quillfeather" in roles(ws.suppliers.get(done.ref))
        retention.run(ws, dry_run=False)
        assert "Ada Quillfeather" not in roles(ws.suppliers.get(done.ref))
        assert examine(ws).sound
    with open_it(former=366) as ws, pytest.raises(Invalid, match="1 to 365 days"):
        retention.run(ws, dry_run=True)


def test_what_was_taken_back_of_a_form_comes_with_it_again(workspace: Workspace) -> None:
    add(workspace, NUMBER, ref="S1")
    (done,) = kept(workspace, form())
    taken = undo(workspace, "S1")
    assert "Form of 1 July 2026" in [one.note for one in history(workspace, "S1").changes]
    assert len(taken.after[0].people) == 1
    (again,) = kept(workspace, form())
    assert (again.outcome, again.after) == ("filled", done.after)
    assert kept(workspace, form())[0].outcome == "same"


def test_a_number_that_is_of_another_supplier_here_is_said_and_nothing_is_kept(
    workspace: Workspace,
) -> None:
    add(workspace, SupplierFacts(name="Gannet Haulage Ltd", number="09912345"), ref="S1")
    before = list(workspace.audit.records())
    with pytest.raises(Conflict, match="S1 Gannet Haulage Ltd"):
        kept(workspace, [form(name="Mill Ltd", identifier=None), form()])
    assert list(workspace.audit.records()) == before
    (done,) = kept(workspace, form(), ref="S1")
    assert "Ferrowby Care Limited" in done.after.trading_names
    add(workspace, SupplierFacts(name="Mill Ltd"), ref="S2")
    with pytest.raises(Conflict, match="S1"):
        kept(workspace, form(form={"submittedAt": "2026-11-05"}), ref="S2")
    with pytest.raises(Invalid, match="no supplier here"):
        kept(workspace, form(form={"submittedAt": "2026-11-05"}), ref="../x")


def test_a_reference_names_the_supplier_of_a_form_without_a_number(workspace: Workspace) -> None:
    number = {"scheme": "GB-PPON", "id": "ABCD-1234-EFGH"}
    sole = form(name="Jo Plover", identifier=number, additionalEntities=[])
    add(workspace, SupplierFacts(name="J Plover Gardens"), ref="S1")
    (done,) = kept(workspace, sole, ref="S1")
    assert done.outcome == "filled"
    again = form(name="Jo Plover", identifier=number, form={"submittedAt": "2026-11-05"})
    assert kept(workspace, again)[0].ref == "S1"
    with pytest.raises(Invalid):
        kept(workspace, [form(), sole], ref="S1")


def test_one_name_at_another_postcode_is_another_supplier_and_it_is_said(
    workspace: Workspace,
) -> None:
    add(workspace, SupplierFacts(name="Ferrowby Care Ltd", postcode="GL1 1AA"), ref="S1")
    (done,) = kept(workspace, form(identifier=None))
    assert done.outcome == "new"
    assert any("S1 Ferrowby Care Ltd" in note for note in done.notes)


def test_a_name_alone_never_makes_two_suppliers_one(workspace: Workspace) -> None:
    """Another legal form, another number, or a person of that name at that postcode."""
    add(workspace, SupplierFacts(name="John Smith", postcode="FE1 1AA"), ref="S1")
    add(workspace, SupplierFacts(name="Quill Ltd", postcode="FE1 1AA"), ref="S2")
    add(workspace, SupplierFacts(name="Mill Ltd", number="09900007", postcode="FE1 1AA"), ref="S3")
    before = workspace.suppliers.all()
    bare = {"identifier": None, "additionalIdentifiers": [], "associatedPersons": []}
    for name, number in (
        ("John Smith Limited", "09911111"),
        ("John Smith", ""),
        ("Quill LLP", "OC301234"),
        ("Mill Limited", "09900008"),
    ):
        given = {"identifier": {"scheme": "GB-COH", "id": number}} if number else {}
        code = {"shareCode": f"{name:.3}{number:.5}"}
        document = form(name=name, form=code, **{**bare, **given})
        (done,) = kept(workspace, document)
        assert done.outcome == "new"
        assert any("A name proves nothing" in note for note in done.notes)
        assert kept(workspace, document)[0].outcome == "same"
    assert [one for one in workspace.suppliers.all() if one in before] == before
    (named,) = kept(workspace, form(name="Quill Limited", form={"shareCode": "x"}, **bare))
    assert (named.ref, named.outcome) == ("S2", "filled")
    assert any("No number says" in note for note in named.notes)


def test_a_member_is_another_supplier_unless_name_and_share_code_agree(
    workspace: Workspace,
) -> None:
    (first,) = kept(workspace, form())
    add(workspace, SupplierFacts(name="John Smith", number="09900001"), ref="S1")
    before = workspace.suppliers.all()
    members = [
        {"id": "m1", "name": "Totally Other Firm", "shareCode": {"value": "QTnhQbHM"}},
        {"id": "m2", "name": "John Smith"},
    ]
    number = {"scheme": "GB-COH", "id": "09955555"}
    about = {"name": "Gannet Ltd", "identifier": number, "type": "informalConsortium"}
    joint = form(form={"shareCode": "WWWW3333"}, additionalParties=members, **about)
    (done,) = kept(workspace, joint)
    assert len(done.new_members) == 2
    assert [one for one in workspace.suppliers.all() if one in before] == before
    assert any(first.ref in note and "share code" in note for note in done.notes)
    assert any("S1 John Smith" in note for note in done.notes)
    later = form(form={"submittedAt": "2026-11-05"}, additionalParties=members, **about)
    assert kept(workspace, later)[0].new_members == ()


def test_a_form_of_the_same_day_counts_by_its_time_and_takes_back_no_yes_unasked(
    workspace: Workspace,
) -> None:
    def of(at: str, *grounds: str) -> Any:
        return form(form={"submittedAt": at}, exclusions=[exclusion(one) for one in grounds])

    (done,) = kept(workspace, of("2026-06-30T15:00:00Z", "tax_offences"))
    assert kept(workspace, of("2026-06-30T09:00:00Z"))[0].outcome == "older"
    with pytest.raises(Conflict, match="of the same day"):
        kept(workspace, of("2026-06-30"))
    more = of("2026-06-30", "tax_offences", "insolvency_bankruptcy")
    assert kept(workspace, more)[0].outcome == "filled"
    answers = workspace.declarations.standing()[done.ref]
    assert sum(one.answer == "yes" for one in answers) == 2


def test_the_day_of_a_form_that_does_not_say_it_is_given_and_never_that_of_the_import(
    workspace: Workspace,
) -> None:
    ws, undated = workspace, {"submittedAt": None}
    first, stating = form(form=undated), form(form=undated, exclusions=[exclusion("tax_offences")])
    for given in (None, NOW.date() + timedelta(days=1)):
        with pytest.raises(Invalid, match="enter the day, today at the latest") as caught:
            kept(ws, first, submitted_on=given)
        assert caught.value.field == "submitted_on"
    with pytest.raises(Invalid, match="says the day itself"):
        kept(ws, form(), submitted_on=date(2026, 9, 7))
    assert ws.suppliers.all() == []
    days = date(2026, 9, 7), date(2026, 9, 8)
    came = [(first, days[0]), (stating, days[1]), (first, days[0]), (stating, days[0])]
    assert [kept(ws, one, submitted_on=on)[0].outcome for one, on in came] == [
        "new",
        "filled",
        "same",
        "older",
    ]
    ((answers,), (stated_form,)) = (
        one.values() for one in (ws.declarations.standing(), ws.supplier_information.all())
    )
    assert {(one.question, one.declared_on) for one in answers if one.answer == "yes"} == {
        ("tax_offences", days[1])
    }
    assert stated_form.submitted_on == days[1]


def test_a_form_that_an_earlier_version_kept_without_its_day_has_that_on_which_it_came(
    workspace: Workspace,
) -> None:
    (done,) = kept(workspace, form(form={"submittedAt": None}), submitted_on=date(2026, 3, 4))
    held = replace(done.information, submitted_on=None, name="Ferrowby Care Company Limited")
    workspace.supplier_information.save(
        done.ref, held, at=NOW - timedelta(days=9), file="f.json", file_sha256="ab" * 32
    )
    days = (-10, "older"), (-8, "filled")
    for day, outcome in days:
        at = (NOW + timedelta(days=day)).date().isoformat()
        late = form(form={"submittedAt": at}, exclusions=[exclusion("tax_offences")])
        assert kept(workspace, late)[0].outcome == outcome


def test_members_of_a_consortium_are_placed_under_it_and_filled_by_their_own_forms(
    workspace: Workspace,
) -> None:
    members = [
        {"id": "m1", "name": "Ferrowby Care Limited", "shareCode": {"value": "QTnhQbHM"}},
        {"id": "m2", "name": "Gannet Haulage Ltd"},
    ]
    joint = form(
        name="Ferrowby and Gannet",
        type="informalConsortium",
        identifier={"scheme": "GB-PPON", "id": "ABCD-1234-EFGH"},
        additionalParties=members,
        associatedPersons=[],
        additionalEntities=[],
        address=address("2 Mill Lane", "FE2 2AA"),
        form={"shareCode": "WWWW3333"},
    )
    first, second = kept(workspace, [joint, form()])
    part = PartOf(first.ref, "consortium member")
    assert len(first.new_members) == 2
    assert second.outcome == "filled"
    by_name = {one.name: one for one in workspace.suppliers.all()}
    assert by_name["Ferrowby Care Limited"].part_of == (part,)
    assert by_name["Ferrowby Care Limited"].company_number == "09912345"
    assert by_name["Gannet Haulage Ltd"].part_of == (part,)
    assert len(by_name) == 3


def test_what_another_firm_of_a_bid_does_is_not_assumed_and_stays_as_a_person_chose_it(
    workspace: Workspace,
) -> None:
    members = [{"id": "m2", "name": "Gannet Haulage Ltd"}]
    (done,) = kept(workspace, form(additionalParties=members))
    (ref,) = done.new_members
    assert done.members[0].part_of == (PartOf(done.ref, "firm of the bid"),)
    assert any("s.26(4)" in note and "s.28" in note for note in done.notes)
    edit(workspace, ref, SupplierFacts(part_of=done.ref, role="sub-contractor"))
    kept(workspace, form(additionalParties=members, form={"submittedAt": "2026-11-05"}))
    now = workspace.suppliers.get(ref)
    assert now is not None
    assert now.part_of == (PartOf(done.ref, "sub-contractor"),)


def test_whoever_is_no_longer_connected_is_not_looked_up_and_it_is_said(
    workspace: Workspace,
) -> None:
    left = person(firstName="Bo", id="b", period={"endDate": "2024-01-02T00:00:00Z"})
    trust = person(
        firstName="The Plover",
        lastName="Trust",
        entityType="TrustOrTrustee",
        id="t",
        relationship="PersonWithSignificantControlForTrust",
    )
    (done,) = kept(workspace, form(associatedPersons=[person(), left, trust]))
    assert [(one.name, one.role) for one in done.after.people] == [
        ("Ada Quillfeather", "director"),
        ("The Plover Trust", "trustee"),
        ("Ferrowby Holding GmbH", "owner"),
    ]
    assert any("Bo Quillfeather" in note for note in done.notes)


def test_the_words_say_what_was_not_read_and_that_it_was_never_tried(workspace: Workspace) -> None:
    odd = form(additionalEntities=[entity(category="Friend")], exclusions=[exclusion("manners")])
    (done,) = kept(workspace, odd)
    said = information_lines(done)
    assert "Ferrowby Care Limited: a new supplier" in said[0]
    assert "An exclusion could not be read, so no ground is taken as denied" in said
    assert sum(one.startswith("Not read: ") for one in said) == 2
    assert "never tried on a real one" in said[-1]


def test_a_file_of_another_kind_is_none_and_a_broken_one_is_refused(workspace: Workspace) -> None:
    path = workspace.home.parent / "d.json"
    path.write_text('{"supplier_ref": "S1", "answers": []}')
    assert stated.read_information(workspace, path) is None
    path.write_text('{"associatedPersons": [')
    with pytest.raises(UnreadableFile):
        stated.read_information(workspace, path)


def test_every_sample_that_is_read_fills_a_supplier_and_a_second_time_nothing(
    workspace: Workspace,
) -> None:
    folder = Path(__file__).parent.parent / "share_codes" / "answers"
    read = 0
    for path in sorted(folder.glob("*.expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        if not expected["read"]:
            continue
        read += 1
        document = json.loads((folder / path.name.replace(".expected", "")).read_text("utf-8"))
        (done,) = kept(workspace, document)
        assert done.outcome == "new"
        supplier = workspace.suppliers.get(done.ref)
        assert supplier is not None
        assert supplier.name == expected["supplier"]["name"]
        people = {one.name for one in supplier.people} | set(expected.get("ended", ()))
        stated_parties = (*expected["people"], *expected["organisations"])
        assert {one["name"] for one in stated_parties} <= people
        assert len(done.members) == len(expected["members"])
        answers = workspace.declarations.standing(done.ref).get(done.ref, ())
        yes = {one.question for one in answers if one.answer == "yes"}
        assert yes == {one["code"] for one in expected["exclusions"]}
        state = workspace.suppliers.version()
        assert kept(workspace, document)[0].outcome == "same"
        assert workspace.suppliers.version() == state
    assert read == 18


def test_birth_dates_of_a_tender_leave_a_supplier_without_a_contract(tmp_path: Path) -> None:
    def on(days: int) -> Workspace:
        at = NOW + timedelta(days=days)
        return Workspace(Settings(home=tmp_path / "home"), now=lambda: at, who="Ada")

    born = PartialDate(1970, 7)
    with on(0) as workspace:
        (lost,) = kept(workspace, form())
        number = {"scheme": "GB-COH", "id": "09954321"}
        (won,) = kept(workspace, form(name="Gannet Haulage Ltd", identifier=number))
        add_contract(workspace, won.ref, ContractFacts(title="Buses", end="2028-06-01"))
    with on(366) as workspace:
        kept_until = retention.run(in_use(workspace), dry_run=False)
        assert {one.rule.id: one.records for one in kept_until.removed if one.records} == {
            "tender": 4
        }
        added = workspace.casework.supplier_changes
        dates = {
            ref: {one.birth_date for change in added.of(ref) for one in change.after[0].people}
            for ref in (lost.ref, won.ref)
        }
        assert dates == {lost.ref: {None}, won.ref: {born, None}}
        people = {one.ref: one.people for one in workspace.suppliers.all()}
        assert [one.birth_date for one in people[lost.ref]] == [None, None]
        assert [one.birth_date for one in people[won.ref]] == [born, None]
        forms = workspace.supplier_information.all().values()
        assert [one.parties[0].birth_date for one in forms] == [None, None]
        assert not examine(workspace).problems
    # The form of the contract lost its own long ago.
    with on(1000) as workspace:
        assert workspace.suppliers.get(won.ref).people[0].birth_date == born
        retention.run(in_use(workspace), dry_run=False)
        people = {one.ref: one.people for one in workspace.suppliers.all()}
        assert [one.birth_date for one in people[won.ref]] == [None, None]
        # While a newer form may be needed, the older ones take nothing.
        kept(workspace, form(form={"submittedAt": "2028-12-01"}))
        retention.run(in_use(workspace), dry_run=False)
        assert born in [one.birth_date for one in workspace.suppliers.get(lost.ref).people]
        assert not examine(workspace).problems
