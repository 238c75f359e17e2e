"""A redacted export names nobody; a restricted finding is in none."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from duediligence.checks.toolkit.records import what_happened

from duediligence.casework.disclosure import (
    LEFT_OUT,
    Behind,
    Known,
    collect_known_names,
    redact_run,
    with_least,
    words_of,
)
from duediligence.model import (
    Dossier,
    Feature,
    Finding,
    ListEntry,
    Name,
    NotHeld,
    Officer,
    Owner,
    PartialDate,
    Person,
    Reading,
    Record,
    Resolution,
    Run,
    Supplier,
)
from duediligence.model.facts import (
    entry_name,
    firm,
    say,
    tag_person,
    tag_private,
    wrap_recorded_text,
)
from duediligence.render import html_page, run_json, terminal, verdict
from duediligence.render.flags import Flag, write_csv
from duediligence.render.saying import explain, format_text
from tests.rows import for_each

Make = Callable[..., Finding]
MakeRun = Callable[..., Run]
PERSON = "Dragomir Petrosyanov"
LISTED = "PETROSYANOV, Dragomir Ilyich"
KNOWN = {
    "S-001": Behind(
        people=(Known((PERSON,), "director"), Known(("Jo Invented",), "owner")),
        firms=("Zanzibar Sprocket Works Ltd",),
        entries={("moon-sanctions", "MOON-7"): ("PETROSYANOV, Dragomir Ilyich", "Mirko the Moth")},
    )
}


def fact(name: str, *, personal: bool = True, **more: Any) -> Feature:
    return Feature(name, "GB", "GB", 0.1, "agree", personal, **more)


def about_person(make: Make, **changes: object) -> Finding:
    return make(
        **{
            "subject_name": PERSON,
            "subject_role": "director",
            "entry_id": "MOON-7",
            "entry_name": "Mirko the Moth",
            "person": True,
            "subject_born": PartialDate(1968, 3),
            "features": (
                fact("agreeing words", words=(("petrosyanov", "petrosyanov"),)),
                fact("birth date"),
                fact("identifier", of="passport"),
                fact("address", of="ZY1 1AA"),
                fact("country", personal=False),
            ),
            "why": say(
                "{entry} was listed on {day}.", entry=entry_name(LISTED), day=date(2024, 5, 3)
            ),
            "happened": say(
                "{who} was fined beside {firm}{where}.",
                who=tag_person(f"Mr {PERSON}", "director"),
                firm=firm("Zanzibar Sprocket Works Ltd"),
                where=say(" at {postcode}", postcode=tag_private("ZY1 1AA")),
            ),
            "next_step": "Compare.",
            **changes,
        }
    )


def test_people_stand_as_role_and_number(make_finding: Make, make_run: MakeRun) -> None:
    run = make_run(findings=(about_person(make_finding),), supplier_file="Jo Invented.csv")
    shown, withheld = redact_run(run, KNOWN, people=False, restricted=False)
    told = shown.findings[0]
    assert (told.subject_name, told.subject_born) == ("director 1", None)
    # A public list names its entries for everybody.
    assert told.entry_name == "Mirko the Moth"
    assert explain(told) == f"{LEFT_OUT} {LISTED} was listed on 3 May 2024."
    assert format_text(told.happened) == (
        f"Director 1 was fined beside Zanzibar Sprocket Works Ltd. {LEFT_OUT}"
    )
    assert told.next_step == "Compare."
    assert "Jo Invented" not in shown.supplier_file
    assert str(withheld) == verdict.format_withheld_note(shown)
    assert shown.findings[-1].outcome == "not_applicable"
    assert redact_run(run, KNOWN, people=False, restricted=False) == (shown, withheld)


def test_reports_that_are_kept_apart_are_counted_whoever_asks_and_change_nothing_else(
    make_run: MakeRun,
) -> None:
    run = make_run(findings=())
    for restricted in (False, True):
        shown, withheld = redact_run(run, {}, people=True, restricted=restricted, reports=2)
        (row,) = shown.findings
        assert row.outcome == "not_applicable"
        line = "Restricted: 2 intelligence reports may concern suppliers here; ask whoever has "
        assert (
            verdict.format_withheld_note(shown) == str(withheld) == f"{line}the role intelligence."
        )
        # Nothing was left out of what the lists gave.
        assert [one.result for one in verdict.searched_lists(shown)] == [
            one.result for one in verdict.searched_lists(run)
        ]
        assert verdict.headline(shown) == verdict.headline(run)


def test_with_people_nothing_is_changed(make_finding: Make, make_run: MakeRun) -> None:
    run = make_run(findings=(about_person(make_finding), make_finding()))
    assert redact_run(run, KNOWN, people=True, restricted=False)[0] == run


def test_firms_stay_even_where_they_are_named_for_their_people(
    make_finding: Make, make_run: MakeRun
) -> None:
    known = {"S-001": Behind((Known((PERSON,), "director"),), ("Petrosyanov Brothers Ltd",))}
    finding = make_finding(
        why=say(
            "{firm} is on the list; {who}, {former} and {other} direct it.",
            firm=firm("PETROSYANOV BROTHERS LTD"),
            who=tag_person("Dr PETROSYANOV, Dragomir", "director"),
            former=firm("dragomir petrosyanov"),
            other=tag_person("Jo Other", "director"),
        ),
        entry_name="PETROSYANOV BROTHERS LTD",
    )
    shown, withheld = redact_run(
        make_run(findings=(finding,)), known, people=False, restricted=False
    )
    assert shown.findings[0].entry_name == "PETROSYANOV BROTHERS LTD"
    # A firm that is called as a person is; whoever is called otherwise is another person.
    assert format_text(shown.findings[0].why) == (
        "PETROSYANOV BROTHERS LTD is on the list; director 2, director 1 and director 3 direct it."
    )
    assert withheld.names == 3


def test_the_publishers_wording_gives_way_to_what_is_known_of_it(
    make_finding: Make, make_run: MakeRun
) -> None:
    record = Record(
        type="conviction",
        event="Jo Other left a machine unguarded",
        authority="HSE",
        act_section="HSWA 1974 s.2",
        event_date=date(2026, 1, 2),
        outcome="Jo Other was fined.",
        penalty_gbp=Decimal(5000),
    )
    happened = what_happened(record)
    assert format_text(happened) == (
        "Conviction: Jo Other left a machine unguarded under HSWA 1974 s.2 (HSE, 2 January 2026). "
        "Outcome: Jo Other was fined. Penalty: £5,000.00."
    )
    run = make_run(findings=(make_finding(happened=happened),))
    shown, _ = redact_run(run, {}, people=False, restricted=False)
    assert format_text(shown.findings[0].happened) == (
        "Conviction under HSWA 1974 s.2 (HSE, 2 January 2026). Penalty: £5,000.00. "
        "The publisher's wording is left out."
    )


def test_a_sole_trader_is_shown_as_supplier_and_not_as_on_the_councils_records(
    make_finding: Make, make_run: MakeRun
) -> None:
    finding = make_finding(
        supplier_name="Ada Quillfeather",
        subject_name="Ada Quillfeather",
        entry_name="QUILLFEATHER Ada",
        person=True,
        why=wrap_recorded_text("QUILLFEATHER Ada was listed."),
        handling="internal",
        entry_id="quillfeather-ada",
        entry_url="https://lists.example/quillfeather-ada",
    )
    told = redact_run(make_run(findings=(finding,)), {}, people=False, restricted=False)[0]
    first = told.findings[0]
    assert (first.subject_name, first.entry_name) == ("Ada Quillfeather", "listed person 1")
    # Stored before clauses were: what it says cannot be told apart, and goes as a whole.
    assert explain(first) == LEFT_OUT


def test_a_public_entry_keeps_its_name_id_and_address(
    make_finding: Make, make_run: MakeRun
) -> None:
    finding = about_person(
        make_finding, entry_id="mirko-moth", entry_url="https://lists.example/mirko-moth"
    )
    told = redact_run(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)[0]
    first = told.findings[0]
    assert (first.entry_name, first.entry_id) == ("Mirko the Moth", "mirko-moth")
    assert first.entry_url == "https://lists.example/mirko-moth"


def test_ids_and_addresses_made_of_a_name_go_from_the_councils_own_records(
    make_finding: Make, make_run: MakeRun
) -> None:
    finding = about_person(
        make_finding,
        entry_id="mirko-moth",
        entry_url="https://lists.example/mirko-moth",
        handling="internal",
    )
    told = redact_run(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)[0]
    assert (told.findings[0].entry_id, told.findings[0].entry_url) == ("withheld", "")


@for_each("people", [True, False])
def test_restricted_findings_are_in_no_format_and_nothing_reads_clear(
    make_finding: Make, make_run: MakeRun, people: bool
) -> None:
    secret = make_finding(check_title="Hush", handling="restricted", entry_name="HUSH LTD")
    run = make_run(findings=(secret,), readings={"S-001": Reading(("standard",), "Hush: high.")})
    shown, withheld = redact_run(run, KNOWN, people=people, restricted=False)
    csv = io.StringIO()
    write_csv([Flag(finding=f) for f in shown.findings], csv)
    written = [csv.getvalue(), run_json.dump_run_json(shown), html_page.render_run_page(shown)]
    written += terminal.format_run_summary(shown)
    assert not [text for text in written if "hush" in text.lower()]
    assert withheld.restricted == 1
    assert verdict.headline(shown) == "Nothing else to review apart from what is left out here"
    assert all("1 restricted finding left out." in text for text in written[:3])
    assert redact_run(run, KNOWN, people=True, restricted=True)[0] == run


def test_internal_findings_are_shown_and_marked(make_finding: Make, make_run: MakeRun) -> None:
    run = make_run(findings=(make_finding(handling="internal"),))
    shown, withheld = redact_run(run, KNOWN, people=True, restricted=False)
    assert str(withheld) == "1 internal finding is shown: for the council's own use only."
    assert "own record, not public" in html_page.render_run_page(shown)


def test_everybody_in_a_dossier_is_known() -> None:
    held = NotHeld("not asked")
    dossier = Dossier(
        supplier=Supplier(ref="S", name="Moss Ltd"),
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
        resolution=Resolution("none"),
        officers=(
            Officer(name="Ida Fern", role="director", former_names=("Ida Moss",)),
            Officer(name="Fern Nominees Ltd", role="corporate-director"),
        ),
        owners=(Owner(kind="individual-person-with-significant-control", name="Ivo Fern"),),
        **dict.fromkeys(
            (
                "company charity statements psc_exempt filings charges insolvencies appointments "
                "disqualifications parents same_address"
            ).split(),
            held,
        ),
    )
    entry = ListEntry(id="1", list_id="un", kind="person", names=(Name("Ida"), Name("Ferny")))
    supplier = Supplier(ref="S", name="Moss Ltd", people=(Person("Ann Lark", None, "partner"),))
    found = collect_known_names(supplier, dossier, [entry])
    assert [(one.names, one.role) for one in found.people] == [
        (("Ann Lark",), "partner"),
        (("Ida Fern", "Ida Moss"), "director"),
        (("Ivo Fern",), "owner"),
    ]
    assert set(found.firms) == {"Moss Ltd", "Fern Nominees Ltd"}
    assert found.entries == {("un", "1"): ("Ida", "Ferny")}


def test_a_director_compared_with_a_firm_is_told_of_no_more(
    make_finding: Make, make_run: MakeRun
) -> None:
    """A name that is no known person's is looked up among firms as well."""
    words = fact("agreeing words", personal=False, words=(("petrosyanov", "petrosyanov"),))
    finding = about_person(make_finding, person=False, features=(words,), why="It was listed.")
    shown, _ = redact_run(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)
    assert explain(shown.findings[0]) == f"{LEFT_OUT} It was listed."


def test_files_that_name_people_hold_neither_addresses_nor_papers(
    make_finding: Make, make_run: MakeRun
) -> None:
    run = make_run(findings=(about_person(make_finding),))
    told = with_least(run).findings[0]
    assert {one.name for one in told.features} == {"agreeing words", "birth date", "country"}
    assert told.subject_name == PERSON


def test_marks_of_a_dossier_stand_though_the_run_names_nobody(
    make_finding: Make, make_run: MakeRun
) -> None:
    run = make_run(findings=(about_person(make_finding),))
    assert html_page.find_match_marks(run) == {"S-001": {PERSON: "possible sanctions match"}}


def test_a_name_is_known_again_however_it_is_set() -> None:
    assert words_of("ZOE  O'QUILLAN-FARBER") == words_of("Dr Zoe\u0308 O’Quillan-Färber")
    assert words_of("Zoë Quillan") != words_of("Zoë Färber")
