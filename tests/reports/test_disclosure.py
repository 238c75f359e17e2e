"""A redacted export names nobody; a restricted finding is in none."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Resolution,
    Run,
    Supplier,
)
from duediligence.reports import flags_csv, html_page, run_json, terminal, verdict
from duediligence.reports.disclosure import Behind, Known, behind, disclosed, with_least
from duediligence.reports.disclosure.naming import LEFT_OUT, Naming
from duediligence.reports.rows import Flag, cells

Make = Callable[..., Finding]
MakeRun = Callable[..., Run]
PERSON = "Dragomir Petrosyanov"
KNOWN = {
    "S-001": Behind(
        people=(Known((PERSON,), "director"), Known(("Jo Invented",), "owner")),
        firms=("Zanzibar Sprocket Works Ltd",),
        entries={("moon-sanctions", "MOON-7"): ("PETROSYANOV, Dragomir Ilyich", "Mirko the Moth")},
    )
}


def fact(name: str, sentence: str, *, personal: bool = True) -> Feature:
    return Feature(name, "", "", 0.1, "agree", sentence, personal)


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
                fact("agreeing words", 'These words agree: "petrosyanov".'),
                fact("birth date", "Both were born in March 1968."),
                fact("identifier", "Both have the number 99881 (passport)."),
                fact("address", "The same post code, ZY1 1AA."),
                fact("country", "Countries agree (GB).", personal=False),
            ),
            "why": "PETROSYANOV, Dragomir Ilyich was listed on 3 May 2024.",
            "happened": "Mr Dragomir Petrosyanov was fined beside Zanzibar Sprocket Works Ltd.",
            "next_step": "Ask Petrosyanov and compare.",
            **changes,
        }
    )


def test_people_stand_as_role_and_number(make_finding: Make, make_run: MakeRun) -> None:
    run = make_run(findings=(about_person(make_finding),), supplier_file="Jo Invented.csv")
    shown, withheld = disclosed(run, KNOWN, people=False, restricted=False)
    told = shown.findings[0]
    assert (told.subject_name, told.subject_born) == ("director 1", None)
    # A public list names its entries for everybody.
    assert told.entry_name == "Mirko the Moth"
    assert told.explain() == f"{LEFT_OUT} PETROSYANOV, Dragomir Ilyich was listed on 3 May 2024."
    assert told.happened == "Director 1 was fined beside Zanzibar Sprocket Works Ltd."
    assert told.next_step == "Ask … and compare."
    assert shown.supplier_file == "A person.csv"
    assert str(withheld) == verdict.withheld(shown)
    assert shown.findings[-1].outcome == "not_applicable"
    assert disclosed(run, KNOWN, people=False, restricted=False) == (shown, withheld)


def test_with_people_nothing_is_changed(make_finding: Make, make_run: MakeRun) -> None:
    run = make_run(findings=(about_person(make_finding), make_finding()))
    assert disclosed(run, KNOWN, people=True, restricted=False)[0] == run


def test_firms_stay_even_where_they_are_named_for_their_people(
    make_finding: Make, make_run: MakeRun
) -> None:
    known = {"S-001": Behind((Known((PERSON,), "director"),), ("Petrosyanov Brothers Ltd",))}
    finding = make_finding(
        why="PETROSYANOV BROTHERS LTD is on the list. Dragomir Petrosyanov directs it. "
        "The petrosyanov mill burnt. Dragomir knew.",
        entry_name="PETROSYANOV BROTHERS LTD",
    )
    told = disclosed(make_run(findings=(finding,)), known, people=False, restricted=False)[0]
    assert told.findings[0].entry_name == "PETROSYANOV BROTHERS LTD"
    assert told.findings[0].why == (
        "PETROSYANOV BROTHERS LTD is on the list. Director 1 directs it. "
        f"The petrosyanov mill burnt. {LEFT_OUT}"
    )


def test_a_sole_trader_is_shown_as_supplier_and_not_as_on_the_councils_records(
    make_finding: Make, make_run: MakeRun
) -> None:
    finding = make_finding(
        supplier_name="Ada Quillfeather",
        subject_name="Ada Quillfeather",
        entry_name="QUILLFEATHER Ada",
        person=True,
        why="QUILLFEATHER Ada was listed.",
        handling="internal",
        entry_id="quillfeather-ada",
        entry_url="https://lists.example/quillfeather-ada",
    )
    told = disclosed(make_run(findings=(finding,)), {}, people=False, restricted=False)[0]
    first = told.findings[0]
    assert (first.subject_name, first.entry_name) == ("Ada Quillfeather", "listed person 1")
    # Stored before facts were apart: what it says cannot be told apart, and goes as a whole.
    assert first.explain() == LEFT_OUT


def test_a_public_entry_keeps_its_name_id_and_address(
    make_finding: Make, make_run: MakeRun
) -> None:
    finding = about_person(
        make_finding, entry_id="mirko-moth", entry_url="https://lists.example/mirko-moth"
    )
    told = disclosed(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)[0]
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
    told = disclosed(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)[0]
    assert (told.findings[0].entry_id, told.findings[0].entry_url) == ("withheld", "")


def test_full_names_go_from_what_is_said_of_other_suppliers(
    make_finding: Make, make_run: MakeRun
) -> None:
    finding = make_finding(supplier_ref="S-2", why="Jo Invented directs both. Invented is a word.")
    told = disclosed(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)[0]
    assert told.findings[0].why == "A person directs both. Invented is a word."


@pytest.mark.parametrize("people", [True, False])
def test_restricted_findings_are_in_no_format_and_nothing_reads_clear(
    make_finding: Make, make_run: MakeRun, people: bool
) -> None:
    secret = make_finding(check_title="Hush", handling="restricted", entry_name="HUSH LTD")
    run = make_run(findings=(secret,), readings={"S-001": Reading(("standard",), "Hush: high.")})
    shown, withheld = disclosed(run, KNOWN, people=people, restricted=False)
    csv = io.StringIO()
    flags_csv.write([Flag(finding=f) for f in shown.findings], csv)
    written = [csv.getvalue(), run_json.dumps(shown), html_page.render(shown)]
    written += terminal.summary(shown)
    assert not [text for text in written if "hush" in text.lower()]
    assert withheld.restricted == 1
    assert verdict.headline(shown) == "Nothing else to review beside what is left out here"
    assert all("1 restricted finding left out." in text for text in written[:3])
    assert disclosed(run, KNOWN, people=True, restricted=True)[0] == run


def test_internal_findings_are_shown_and_marked(make_finding: Make, make_run: MakeRun) -> None:
    run = make_run(findings=(make_finding(handling="internal"),))
    shown, withheld = disclosed(run, KNOWN, people=True, restricted=False)
    assert str(withheld) == "1 internal finding: for the council's own use only."
    assert "own record, not public" in html_page.render(shown)


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
    found = behind(supplier, dossier, [entry])
    assert [(one.names, one.role) for one in found.people] == [
        (("Ann Lark",), "partner"),
        (("Ida Fern", "Ida Moss"), "director"),
        (("Ivo Fern",), "owner"),
    ]
    assert set(found.firms) == {"Moss Ltd", "Fern Nominees Ltd"}
    assert found.entries == {("un", "1"): ("Ida", "Ferny")}


# Letters of three scripts, and none of the words that stand for people.
names = st.lists(
    st.text(st.sampled_from("xqzvéüßŁжўΩק中-'’"), min_size=1, max_size=7), min_size=1, max_size=3
).map(" ".join)
pieces = st.lists(
    st.one_of(names, st.sampled_from(["is on the list.", '"', "and", "Born 1968.", "(1)", "\n"])),
    max_size=5,
)


def _in(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", text, re.IGNORECASE))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(names, min_size=1, max_size=4), names, st.lists(pieces, min_size=6, max_size=6))
def test_no_known_name_survives(
    make_finding: Make,
    make_run: MakeRun,
    people: list[str],
    firm: str,
    texts: list[list[str]],
) -> None:
    why, happened, step, measure, url, look_back = (" ".join((*t, *people)) for t in texts)
    known = {"S-001": Behind(tuple(Known((name,), "director") for name in people), (firm,))}
    finding = make_finding(
        handling="internal",
        features=tuple(fact("any", text) for text in people),
        subject_name=people[0],
        subject_role="director",
        entry_name=people[-1],
        person=True,
        why=why,
        happened=happened,
        next_step=step,
        measures=(measure,),
        entry_url=url,
        look_back=(look_back,),
    )
    shown, _ = disclosed(make_run(findings=(finding,)), known, people=False, restricted=False)
    texts_shown = [t for line in cells(Flag(finding=f) for f in shown.findings) for t in line]
    letters = r"[^\W\d_]+"
    open_words = {word.casefold() for word in re.findall(letters, firm)}
    for name in people:
        for word in re.findall(letters, name):
            if len(word) >= 3 and word.casefold() not in open_words:
                assert not [t for t in texts_shown if _in(word, t)], (word, texts_shown)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.booleans()), min_size=1, max_size=5))
def test_a_personal_fact_is_in_no_output_whatever_its_words(
    make_finding: Make, make_run: MakeRun, said: list[tuple[str, bool]]
) -> None:
    facts = tuple(
        Feature("any", f"QUERYMARK{at}", f"LISTEDMARK{at}", 0.1, "agree", f"{text} MARK{at}x.", own)
        for at, (text, own) in enumerate(said)
    )
    run = make_run(findings=(make_finding(features=facts, person=any(own for _, own in said)),))
    shown, _ = disclosed(run, {}, people=False, restricted=False)
    csv = io.StringIO()
    flags_csv.write([Flag(finding=finding) for finding in shown.findings], csv)
    written = (csv.getvalue(), run_json.dumps(shown), html_page.render(shown))
    written += ("\n".join(terminal.details(shown)),)
    for at, (_, own) in enumerate(said):
        for text in written:
            assert (f"MARK{at}x" in text) is not own
            assert not own or f"QUERYMARK{at}" not in text


def test_a_director_compared_with_a_firm_is_told_of_no_more(
    make_finding: Make, make_run: MakeRun
) -> None:
    """A name that is no known person's is looked up among firms as well."""
    words = fact("agreeing words", 'These words agree: "petrosyanov".', personal=False)
    finding = about_person(make_finding, person=False, features=(words,), why="It was listed.")
    shown, _ = disclosed(make_run(findings=(finding,)), KNOWN, people=False, restricted=False)
    assert shown.findings[0].explain() == f"{LEFT_OUT} It was listed."


def test_files_that_name_people_hold_neither_addresses_nor_papers(
    make_finding: Make, make_run: MakeRun
) -> None:
    run = make_run(findings=(about_person(make_finding),))
    told = with_least(run).findings[0]
    assert {one.name for one in told.features} == {"agreeing words", "birth date", "country"}
    assert told.subject_name == PERSON


def test_spelling_and_accents_hide_nothing() -> None:
    naming = Naming()
    naming.add(["Zoë O’Quillan-Färber"], "director 1")
    naming.add(["Li"], "director 2")
    assert naming.masked("ZOE  O'QUILLAN FARBER1 came") == "Director 11 came"
    assert naming.masked("Zoe\u0308 O’Quillan") == "… O’…"
    assert naming.told("Li came. Born in May 1970, Zoë left. Fine.") == (
        f"Director 2 came. {LEFT_OUT} Fine."
    )


def test_marks_of_a_dossier_stand_though_the_run_names_nobody(
    make_finding: Make, make_run: MakeRun
) -> None:
    run = make_run(findings=(about_person(make_finding),))
    assert html_page.marks(run) == {"S-001": {PERSON: "possible sanctions match"}}


def test_only_sentences_with_a_birth_date_are_dropped() -> None:
    naming = Naming()
    naming.add(["Ida Fern"], "director 1")
    said = (
        "Ida Fern has the name and birth month of another, disqualified until May 2029 (s. 7; 8)."
    )
    assert naming.told(said).startswith("Director 1 has the name and birth month")
    for birth in (
        "Ida Fern, born 1932-05.",
        "Birth dates agree as far as known (March 1968).",
        "The date of birth is 3 May 1968.",
    ):
        assert naming.told(birth) == LEFT_OUT
    assert naming.masked("Ask for the birth date. See 2024.") == "Ask for the birth date. See 2024."
