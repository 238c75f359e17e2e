"""The table of legislation holds everything that our texts cite, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages.citations import (
    OWN_ACT,
    Cited,
    NotRegular,
    find_provision_rows,
    list_cited_provisions,
    load_statutes,
)
from pages.legislation import page, uses

from duediligence import registry
from duediligence.law.crimes import load_crime_acts
from duediligence.model.letters import LETTER_KINDS
from duediligence.render.letter_page import list_letter_bases
from tests.rows import for_each

USES = uses(registry.checks().values())
CHECKS = sorted(registry.checks().values(), key=lambda one: one.id)


@for_each("one", [one for one in USES if one.at], ids=str)
def test_the_table_covers_every_check_ground_and_offence(one: Cited) -> None:
    assert find_provision_rows(one), (
        f"{one}, cited by {', '.join(sorted(USES[one]))}, is not in citations.toml: read the "
        "provision, and add it with what it says"
    )


def test_every_row_of_the_table_is_cited() -> None:
    rows = {(one.statute, row.at) for one in USES for row in find_provision_rows(one)}
    table = {(one.title, row.at) for one in load_statutes().values() for row in one.provisions}
    assert table - rows == set()
    assert {one.statute for one in USES} == set(load_statutes())


def test_what_is_known_of_a_provision_is_said_in_one_way() -> None:
    for statute in load_statutes().values():
        for row in statute.list_rows():
            ways = [bool(one) for one in (row.starts, row.guide, row.secondary)]
            assert sum(ways) <= 1, (statute.title, row.at)
            if row.starts:
                assert len(row.starts.split()) == 8, (statute.title, row.at)
                assert statute.find_address(row).startswith("https://www.legislation.gov.uk/")
            assert not row.guide or row.guide.startswith("http"), (statute.title, row.at)


@for_each(
    ("title", "at", "address"),
    [
        ("Theft Act 1968", "ss.1-13", "ukpga/1968/60/section/1"),
        (OWN_ACT, "Sch 6 para 45", "ukpga/2023/54/schedule/6/paragraph/45"),
        (OWN_ACT, "Sch 7 paras 1-14", "ukpga/2023/54/schedule/7/paragraph/1"),
        ("UK GDPR", "art.16", "eur/2016/679/article/16"),
        # Of a chapter no address follows from its number alone.
        ("Competition Act 1998", "Chapter I", "ukpga/1998/41"),
    ],
)
def test_the_address_of_a_provision_follows_from_that_of_its_statute(
    title: str, at: str, address: str
) -> None:
    statute = load_statutes()[title]
    (row,) = (one for one in statute.provisions if one.at == at)
    assert statute.find_address(row) == f"https://www.legislation.gov.uk/{address}"


def test_no_letter_rests_on_what_is_only_remembered() -> None:
    cited = [
        (one, row)
        for kind in LETTER_KINDS
        for basis in list_letter_bases(kind)
        for one in list_cited_provisions(basis)
        for row in find_provision_rows(one)
    ]
    assert cited
    assert not [str(one) for one, row in cited if row.known == "memory"]


def test_every_statute_says_what_it_is_and_how_sure_we_are_once() -> None:
    for one in load_statutes().values():
        assert one.says.endswith(".")
        places = [row.at for row in one.provisions]
        assert len(set(places)) == len(places), one.title
        for row in one.provisions:
            assert "(" not in row.at
            assert row.says[:1].isupper(), (one.title, row.at)
            assert not row.says.endswith("."), (one.title, row.at)
            assert list_cited_provisions(f"{one.title} {row.at}") != (), (one.title, row.at)


def test_the_acts_of_the_table_of_offences_have_the_same_titles() -> None:
    assert {act.title for act in load_crime_acts().values() if act.year} <= set(load_statutes())


def test_what_was_cited_wrongly_would_be_found() -> None:
    assert not find_provision_rows(Cited("Charities Act 2011", "s.84A"))
    assert not find_provision_rows(Cited("Companies Act 2006", "s.1000-1012"))
    assert find_provision_rows(Cited("Companies Act 2006", "s.1001-1003"))


@for_each(
    ("text", "expected"),
    [
        ("Companies Act 2006 s.86(2): an appropriate address", ["Companies Act 2006 s.86"]),
        ("Companies Act 2006 s.790C(6)-(7): only", ["Companies Act 2006 s.790C"]),
        (
            "Charities Act 2011 s.46 (inquiries) and s.75A (official warnings)",
            ["Charities Act 2011 s.46", "Charities Act 2011 s.75A"],
        ),
        (
            "Procurement Act 2023 Sch 7 paras 5 and 15; Insolvency Act 1986 Parts III and IV",
            [
                "Procurement Act 2023 Sch 7 para 5",
                "Procurement Act 2023 Sch 7 para 15",
                "Insolvency Act 1986 Part III",
                "Insolvency Act 1986 Part IV",
            ],
        ),
        (
            "Company Directors Disqualification Act 1986 s.11A; SAMLA 2018 s.3A",
            [
                "Company Directors Disqualification Act 1986 s.11A",
                "Sanctions and Anti-Money Laundering Act 2018 s.3A",
            ],
        ),
        (
            "Companies Act 2006 ss.1000-1003 and 1012",
            ["Companies Act 2006 s.1000-1003", "Companies Act 2006 s.1012"],
        ),
        (
            "Theft (Northern Ireland) Order 1978 art.5",
            ["Theft (Northern Ireland) Order 1978 art.5"],
        ),
        ("Finance Act 2007 Sch 24, deliberate conduct only", ["Finance Act 2007 Sch 24"]),
        ("Global Witness, The Companies We Keep (2018): owners aged 1, and over 138", []),
        (
            "Scrap Metal Dealers Act 2013 and the Care Act 2014",
            ["Scrap Metal Dealers Act 2013", "Care Act 2014"],
        ),
    ],
)
def test_texts_are_read(text: str, expected: list[str]) -> None:
    assert [str(one) for one in list_cited_provisions(text)] == expected


@for_each(
    ("text", "said"),
    [
        ("Invented Things Act 2031 s.1", "is not in the table"),
        ("Care Act 2014; Invented Order 2031", "is not in the table"),
        ("Procurement Act 2023 para 11", "needs its schedule"),
        ("s.12: a licence", "is of no statute"),
    ],
)
def test_a_text_that_is_not_regular_is_refused(text: str, said: str) -> None:
    with pytest.raises(NotRegular, match=said):
        list_cited_provisions(text)


def test_where_no_statute_is_named_it_is_the_one_given() -> None:
    assert list_cited_provisions("See s.57.", OWN_ACT) == (Cited(OWN_ACT, "s.57"),)
    assert list_cited_provisions("Nothing is cited.", OWN_ACT) == ()


@given(
    st.sampled_from(sorted(load_statutes())),
    st.integers(1, 1400),
    st.sampled_from(["", "A", "ZA"]),
    st.sampled_from(["", "(1)", "(2)(b)", "(1A)"]),
)
def test_brackets_never_change_the_place(
    title: str, number: int, letters: str, brackets: str
) -> None:
    assert list_cited_provisions(f"{title} s.{number}{letters}{brackets}") == (
        Cited(title, f"s.{number}{letters}"),
    )


def test_the_page_links_each_check_that_cites_a_statute() -> None:
    text = "".join(page(CHECKS))
    for check in CHECKS:
        if list_cited_provisions(check.basis):
            assert f"[`{check.id}`]" in text
