"""The section on what the registers say: complete, redacted by default, safe."""

import re
from dataclasses import replace
from datetime import date

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import (
    PARTS,
    AccountsFigures,
    AnnualReturn,
    Charity,
    CharityFigures,
    Company,
    FormerName,
    Identifier,
    NotHeld,
    NotInScope,
    NotKnown,
    Officer,
    Resolution,
    Verification,
)
from duediligence.render import dossier_section
from duediligence.render.dossier_section import render_section
from duediligence.render.templating import resource
from tests.rows import for_each
from tests.thorough import examples

FLAGGED = {"Perpetuo Quillfeather": "possible sanctions match"}


def _soup(dossier, flagged=None, people="redacted"):
    return BeautifulSoup(render_section(dossier, flagged or {}, people), "lxml")


def _text(soup):
    return " ".join(soup.get_text(" ").split())


def test_section(owned_dossier, snapshot):
    soup = _soup(owned_dossier, FLAGGED)
    soup.find("figure").decompose()
    assert str(soup.div) == snapshot


def test_what_is_not_known_has_a_heading_as_large_as_what_is(owned_dossier):
    soup = _soup(owned_dossier)
    headings = [h.get_text() for h in soup.find("div", class_="halves").find_all("h4")]
    assert headings == ["What the registers say", "What could not be checked"]
    unknown = soup.find("div", class_="unknown")
    assert "Charges over assets" in _text(unknown)
    assert "The register answered with an error (500)." in _text(unknown)


@for_each("part", PARTS)
def test_each_part_that_is_missing_is_named_with_its_reason(make_dossier, part):
    reason = f"nobody answered about {part}"
    unknown = _text(_soup(make_dossier(**{part: NotKnown(reason)})).find("div", class_="unknown"))
    assert dossier_section.PARTS[part] in unknown
    assert reason in unknown.replace("Nobody", "nobody")
    held = _soup(make_dossier(**{part: NotHeld("does not have one")}))
    assert held.find("div", class_="unknown") is None
    assert dossier_section.PARTS[part] in _text(held.find("dl"))


@for_each("part", PARTS)
def test_a_part_out_of_scope_is_no_failure(make_dossier, part):
    soup = _soup(make_dossier(**{part: NotInScope("company-bulk-file-only")}))
    assert soup.find("div", class_="unknown") is None
    text = _text(soup)
    assert "Parts that this run does not look at are left out here" in text
    assert "each part of the record was there" not in text


@for_each("missing", [NotInScope("company-bulk-file-only"), NotKnown("no answer")])
def test_none_is_on_record_only_where_the_record_was_looked_at(make_dossier, missing):
    empty = {"officers": (), "owners": (), "parents": (), "appointments": ()}
    looked_at = _text(_soup(make_dossier(**empty)))
    assert "None is on record." in looked_at
    assert "none is registered" in looked_at
    for part in ("officers", "owners"):
        text = _text(_soup(make_dossier(**{**empty, part: missing})))
        assert "None is on record" not in text
        assert dossier_section.PARTS[part] in text
    neither = _text(_soup(make_dossier(**dict.fromkeys(empty, missing))))
    assert "none is registered" not in neither
    absent = _text(_soup(make_dossier(**dict.fromkeys(empty, NotHeld("a sole trader")))))
    assert "None is on record" not in absent
    assert "none is registered" not in absent


def test_people_are_initials_without_birth_dates_unless_they_are_to_be_shown(owned_dossier):
    redacted = _text(_soup(owned_dossier, FLAGGED))
    assert not re.search("Quillfeather|Nettlewick|Ophelia|1961|1975", redacted)
    assert "P. Q." in redacted
    assert "Possible sanctions match" in redacted
    shown = _text(_soup(owned_dossier, FLAGGED, "shown"))
    assert "Ophelia Nettlewick" in shown
    assert "November 1975" in shown
    assert "Owner of Cogwheel Holdings Ltd; Over 75% of shares; Appoints the board" in shown


def test_no_person_is_named_by_the_address_of_a_search(owned_dossier):
    address = "https://api.example/search/disqualified-officers?q=Ophelia+Nettlewick&start_index=0"
    why = NotKnown(f"{address} answered 500")
    source = replace(owned_dossier.sources[0], part="disqualifications", address=address)
    dossier = replace(
        owned_dossier, disqualifications=why, appointments=why, officers=why, sources=(source,)
    )
    redacted = render_section(dossier, {})
    assert "Nettlewick" not in redacted
    assert "q=…&amp;start_index=0" in redacted
    assert "q=Ophelia+Nettlewick" in render_section(dossier, {}, "shown")


def test_whoever_is_marked_comes_first(owned_dossier):
    first = _soup(owned_dossier, FLAGGED, "shown").find("tbody").find("tr")
    assert "Perpetuo Quillfeather" in _text(first)
    assert "April 1961" in _text(first)


def test_the_facts_of_a_company_in_trouble(make_dossier):
    company = Company(
        number="99000011",
        name="ZANZIBAR SPROCKET WORKS LIMITED",
        status="active",
        status_detail="active-proposal-to-strike-off",
        type="ltd",
        created_on=date(2014, 3, 1),
        accounts_due_on=date(2026, 2, 28),
        accounts_overdue=True,
        confirmation_due_on=date(2027, 1, 5),
        former_names=(FormerName("COGS AND BELTS LIMITED"),),
    )
    facts = _text(_soup(make_dossier(company=company)).find("dl"))
    for told in (
        "Active Active proposal to strike off",
        "1 March 2014",
        "Next accounts Overdue since 28 February 2026",
        "Confirmation statement Due by 5 January 2027",
        "COGS AND BELTS LIMITED",
        "By the number that the buyer gave The names are 100% similar",
        "Insolvency cases None",
    ):
        assert told in facts


@for_each(
    ("agent", "people", "shown"),
    [
        ("Vouchwell Ltd", "redacted", "Vouchwell Ltd"),
        ("Ada Vouch", "redacted", "an agent"),
        ("Ada Vouch", "flagged", "an agent"),
        ("Ada Vouch", "shown", "Ada Vouch"),
    ],
)
def test_who_vouched_for_its_people_is_a_fact(make_dossier, agent, people, shown):
    proof = Verification(date(2026, 2, 1), None, agent=agent, supervisors=("Exish Customs",))
    late = Verification(due_on=date(2026, 3, 1))
    officers = tuple(
        Officer(name=f"Ada Quill {number}", role="director", verification=one)
        for number, one in enumerate((proof, proof, late, None, None, None))
    )
    secretary = Officer(name="Bo Quill", role="secretary")
    facts = _text(_soup(make_dossier(officers=(*officers, secretary)), people=people).find("dl"))
    assert (
        "Identity of directors and owners Verified: 2 of 6 The register does not say: 3 "
        f"Vouched for by {shown}, supervised by Exish Customs: 2"
    ) in facts


def test_a_charity_without_a_company(make_dossier):
    charity = Charity(
        identifier=Identifier("GB-CHC", "9900001"),
        name="Little Sprockets",
        status="Registered",
        trustees=("Fenella Marrowby",),
        accounts_late=True,
        returns=(AnnualReturn(date(2026, 3, 31), accounts_qualified=True),),
        figures=(
            CharityFigures(
                year_end=date(2026, 3, 31), government_contracts=51_000, high_salaries=False
            ),
            CharityFigures(year_end=date(2026, 3, 31), reserves=-1_200),
        ),
    )
    dossier = make_dossier(
        charity=charity,
        company=NotHeld("It is a charity and no company."),
        officers=NotHeld("It is a charity and no company."),
        resolution=Resolution("name", None, "Only one charity bears this name."),
    )
    text = _text(_soup(dossier, people="shown"))
    assert "Little Sprockets Number 9900001" in text
    assert "Registered Accounts late" in text
    assert "Qualified opinion on accounts Year to 31 March 2026" in text
    assert "Income from government contracts £51,000 Staff with £60,000 or more: no" in text
    assert "Free reserves -£1,200" in text
    assert "Fenella Marrowby" in text
    assert "Only one charity bears this name." in text


def test_figures_of_accounts_are_shown_whether_or_not_there_is_a_flag(make_dossier):
    now = AccountsFigures(
        number="99000011",
        ended=date(2026, 3, 31),
        net_assets=-577,
        creditors_within_one_year=7_657,
        turnover=0,
        employees=1,
        dormant=True,
        regime="micro",
        audit="exempt",
    )
    before = AccountsFigures(
        number="99000011", ended=date(2025, 3, 31), net_assets=1_200, comparative=True
    )
    text = _text(_soup(make_dossier(figures=(now, before))))
    assert (
        "Accounts to 31 March 2026 Net assets -£577 Due within one year £7,657 Turnover £0 "
        "1 employee Dormant Micro-entity Not audited: exempt" in text
    )
    assert (
        "Accounts to 31 March 2025 Net assets £1,200 As repeated in the accounts of the year after"
        in text
    )


def test_sources_stand_with_their_time_and_digest(owned_dossier):
    row = _text(_soup(owned_dossier).find("table", class_="sources").tbody)
    assert "Company record" in row
    assert "https://api.company-information.service.gov.uk/company/99000011" in row
    assert "ab" * 32 in row
    assert "1 June 2026 at 9:30am UK time" in row
    assert "No register was read." in _text(_soup(replace(owned_dossier, sources=())))


def test_of_a_crowd_the_rest_is_counted(make_dossier):
    officers = tuple(Officer(name=f"Person {i}", role="director") for i in range(75))
    assert "15 more are not shown." in _text(_soup(make_dossier(officers=officers)))


@settings(max_examples=examples(30), deadline=None)
@given(st.one_of(st.text(max_size=60), st.just('<img src=x onerror="alert(1)">\u202e</div>')))
def test_no_name_or_reason_becomes_markup(owned_dossier, text):
    officer = Officer(name=text, role="director", occupation=text)
    dossier = replace(
        owned_dossier,
        officers=(officer,),
        charges=NotKnown(text),
        resolution=Resolution("none", None, text),
    )
    soup = _soup(dossier, {text: text}, "shown")
    plain = _soup(replace(owned_dossier, officers=(replace(officer, name="A"),)), {}, "shown")
    extra = {"br", "strong"}
    assert {t.name for t in soup.find_all()} - {t.name for t in plain.find_all()} <= extra
    assert not [t for t in soup.find_all() if "style" in t.attrs or "onerror" in t.attrs]
    assert "\u202e" not in str(soup)


def test_the_style_needs_nothing_from_outside_and_styles_only_the_section():
    css = resource("dossier.css")
    assert not re.search(r"@import|url\(|http", css)
    rules = re.findall(r"^\s*([^@{}\n][^{}\n]*)\{", css, re.M)
    assert rules
    assert all(part.strip().startswith(".dossier") for rule in rules for part in rule.split(","))
