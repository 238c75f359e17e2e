"""The figures of one document, in each way of writing it, and what must not pass for a figure."""

import math
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import AccountsFigures
from duediligence.registers.bulk.accounts import read_accounts_figures
from tests.registers.bulk.made_accounts import FORMS, NUMBER, SOUND, accounts, fact, file_name
from tests.rows import for_each
from tests.thorough import examples

NAME = file_name()
every_form = for_each("form", FORMS)


def figures(document: str | bytes, number: str = NUMBER, drift: Drift | None = None) -> list[Any]:
    data = document.encode() if isinstance(document, str) else document
    return [row.figures for row in read_accounts_figures(data, NAME, number, drift or Drift())]


@every_form
def test_the_figures_of_two_years_and_nothing_of_a_part(form: str) -> None:
    drift = Drift()
    over = {"TurnoverRevenue": (812_345, 700_000), "ProfitLoss": (-12_000, 9_000)}
    now, before = figures(accounts(form, over_year=over), drift=drift)
    assert now == AccountsFigures(
        number=NUMBER,
        ended=date(2026, 3, 31),
        started=date(2025, 4, 1),
        net_assets=100_000,
        total_assets=130_000,
        current_assets=90_000,
        creditors_within_one_year=30_000,
        cash=50_000,
        turnover=812_345,
        profit=-12_000,
        employees=3,
        dormant=False,
        regime="other",
        audit="exempt",
        document=NAME,
    )
    assert before == AccountsFigures(
        number=NUMBER,
        ended=date(2025, 3, 31),
        net_assets=90_000,
        total_assets=110_000,
        current_assets=80_000,
        creditors_within_one_year=20_000,
        cash=45_500,
        turnover=700_000,
        profit=9_000,
        employees=2,
        comparative=True,
        document=NAME,
    )
    assert drift.lines() == ()


@every_form
@settings(max_examples=examples(60), deadline=None)
@given(amount=st.integers(-(10**12), 10**12), scale=st.sampled_from([0, 3]))
def test_any_sum_is_what_the_page_shows(form: str, amount: int, scale: int) -> None:
    document = accounts(form, money={**SOUND, "NetAssetsLiabilities": (amount, None)})
    shown = f"{abs(amount):,}" if amount else "-"
    assert f">{shown}<" in document
    if scale:
        found = fact(form, "NetAssetsLiabilities", "e", amount)
        scaled = found.replace(' decimals="0"', f' decimals="-3" scale="{scale}"')
        document = document.replace(found, scaled)
    times = 10**scale
    if abs(amount) * times > 10**13:
        return
    assert figures(document)[0].net_assets == amount * times


@for_each("text", ["(1,577)", "-1,577", "−1,577", "( 1,577 )", "- 1,577", "£-1,577"])
@every_form
def test_a_sum_below_zero_by_brackets_or_a_sign_within(form: str, text: str) -> None:
    """The formats of the standard have no sign: the library takes it off, or cannot read it."""
    written = fact(form, "NetAssetsLiabilities", "e", 100_000).replace(">100,000<", f">{text}<")
    document = accounts(form).replace(fact(form, "NetAssetsLiabilities", "e", 100_000), written)
    assert figures(document)[0].net_assets == -1_577


@for_each(
    ("text", "form", "pounds"),
    [
        ("1,234.50", "ixt:numdotdecimal", 1_235),
        ("1.234,40", "ixt:numcommadecimal", 1_234),
        ("1 234", "ixt:numdotdecimal", 1_234),
        ("£1,234", "ixt:numdotdecimal", 1_234),
        ("1234", "", 1_234),
        ("1,234", "", 1_234),
    ],
)
def test_ways_of_writing_a_number(text: str, form: str, pounds: int) -> None:
    written = fact("2011 formats", "NetAssetsLiabilities", "e", 100_000)
    style = f' format="{form}"' if form else ""
    changed = written.replace(' format="ixt:numdotdecimal"', style).replace(
        ">100,000<", f"><b>{text}</b><"
    )
    document = accounts("2011 formats").replace(written, changed)
    assert figures(document)[0].net_assets == pounds


def test_a_head_count_of_any_unit_and_scale_is_what_the_page_shows() -> None:
    """Some write it in pounds, and some as hundredths: 3 with a scale of -2."""
    assert "unitRef" in accounts()
    for change in (("Pure", "GBP"), ('unitRef="Pure"', 'unitRef="Pure" scale="-2"')):
        before = 'contextRef="y" unitRef="Pure" decimals="0">3<'
        document = accounts().replace(before, before.replace(*change))
        assert document != accounts()
        assert figures(document)[0].employees == 3


def test_what_a_part_owns_is_not_what_the_company_owns() -> None:
    """Typed members and scenarios, which the library does not see, are parts as well."""
    parts = "".join(
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier '
        f'scheme="http://www.companieshouse.gov.uk/">99000001</xbrli:identifier>{segment}'
        "</xbrli:entity><xbrli:period><xbrli:instant>2026-03-31</xbrli:instant></xbrli:period>"
        f"{scenario}</xbrli:context>"
        for name, segment, scenario in (
            (
                "t",
                '<xbrli:segment><xbrldi:typedMember dimension="core:GroupingDimension">'
                "<core:Grouping>1</core:Grouping></xbrldi:typedMember></xbrli:segment>",
                "",
            ),
            (
                "c",
                "",
                '<xbrli:scenario><xbrldi:explicitMember dimension="core:ConsolidationDimension">'
                "core:Group</xbrldi:explicitMember></xbrli:scenario>",
            ),
        )
    )
    more = fact("2008", "NetAssetsLiabilities", "t", 5) + fact(
        "2008", "NetAssetsLiabilities", "c", 6
    )
    (now, _) = figures(accounts(contexts=parts, more=more))
    assert now.net_assets == 100_000


def test_what_is_due_within_a_year_is_told_by_another_dimension_too() -> None:
    other = (
        accounts()
        .replace(
            "MaturitiesOrExpirationPeriodsDimension",
            "FinancialInstrumentCurrentNon-currentDimension",
        )
        .replace("WithinOneYear", "CurrentFinancialInstruments")
    )
    assert figures(other)[0].creditors_within_one_year == 30_000
    earlier = accounts(creditors=None, more=fact("2008", "CreditorsDueWithinOneYear", "e", -30_000))
    assert figures(earlier)[0].creditors_within_one_year == 30_000


def test_equity_stands_for_net_assets_only_where_they_are_not_given() -> None:
    both = {**SOUND, "Equity": (3, 3)}
    assert figures(accounts(money=both))[0].net_assets == 100_000
    alone = {name: sums for name, sums in both.items() if name != "NetAssetsLiabilities"}
    assert figures(accounts(money=alone))[0].net_assets == 3


@every_form
def test_a_fact_that_is_nil_is_not_nought(form: str) -> None:
    written = fact(form, "CashBankOnHand", "e", 50_000)
    nil = re.sub(r' format="[^"]*"', ' xsi:nil="true"', written).replace("50,000", "")
    assert figures(accounts(form).replace(written, nil))[0].cash is None


@for_each(
    ("changes", "regime"),
    [
        ({"standard": "Micro-entities"}, "micro"),
        ({"standard": "SmallEntities"}, "small"),
        ({"standard": "FRS102"}, "other"),
        (
            {
                "statement": "StatementThatAccountsHaveBeenPreparedInAccordanceWith"
                "ProvisionsSmallCompaniesRegime"
            },
            "small",
        ),
    ],
)
@every_form
def test_the_regime(form: str, changes: dict[str, str], regime: str) -> None:
    assert figures(accounts(form, **changes))[0].regime == regime  # type: ignore[arg-type]


@for_each("word", ["true", "false"])
@every_form
def test_dormant_is_told_by_a_text_or_by_a_format(form: str, word: str) -> None:
    by_text = accounts(form, dormant=word)
    style = f' format="{FORMS[form]["number"].partition(":")[0]}:boolean{word}"'
    before = f'EntityDormantTruefalse" contextRef="y">{word}<'
    assert before in by_text
    by_format = by_text.replace(before, f'EntityDormantTruefalse" contextRef="y"{style}><')
    for document in (by_text, by_format):
        assert figures(document)[0].dormant is (word == "true")


def test_a_dormant_company_may_give_no_sum_at_all() -> None:
    (now,) = figures(
        accounts(
            "2011 formats", money={}, creditors=None, employees=(0, 0), dormant="true"
        ).replace('name="frs-core:Equity"', 'name="frs-core:Nothing"')
    )
    assert (now.ended, now.dormant, now.net_assets) == (date(2026, 3, 31), True, None)


OPINION = '<ix:nonNumeric name="aurep:OpinionAuditorsOnEntity" contextRef="y">{}</ix:nonNumeric>'


@for_each(
    ("text", "audit"),
    [
        ("In our opinion the accounts give a true and fair view.", "unqualified"),
        ("Our unqualified opinion. Our opinion is not modified in this respect.", "unqualified"),
        ("<b>Qualified opinion</b> In our opinion, except for the effects of stock", "qualified"),
        ("Adverse opinion: the accounts do not give a true and fair view", "qualified"),
        ("Disclaimer of opinion. We do not express an opinion.", "qualified"),
        ("", ""),
    ],
)
def test_the_report_of_an_auditor(text: str, audit: str) -> None:
    more = OPINION.format(text) if text else ""
    assert figures(accounts(status="Audited", more=more))[0].audit == audit


def test_no_name_of_a_person_is_read() -> None:
    assert "Ottoline Brackwater" in accounts()
    assert "Brackwater" not in repr(figures(accounts()))


def test_a_number_that_lost_its_zeros_is_the_same_company() -> None:
    (now, _) = figures(accounts(number="451234", entity="00451234"), "00451234")
    assert now.number == "00451234"
    assert figures(accounts(), number="")[0].number == NUMBER


BOMB = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
CONTEXT = '<xbrli:context id="y">'


@for_each(
    ("document", "said"),
    [
        ("", "not well-formed"),
        ("<html", "not well-formed"),
        (accounts("2011 formats")[:-40], "not well-formed"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><p>Hello</p></html>", "holds no iXBRL facts"),
        ('<?xml version="1.0"?><xbrl xmlns="http://www.xbrl.org/2003/instance"/>', "no iXBRL"),
        (accounts().replace("2008/inlineXBRL", "2030/inlineXBRL"), "holds no iXBRL facts"),
        (BOMB + accounts("2011 formats"), "declares an entity"),
        (accounts(entity="99000002"), "does not say clearly whose accounts"),
        (accounts(number="99000002"), "does not say clearly whose accounts"),
        (accounts(unit="USD"), "not in pounds (USD)"),
        (accounts(money={}, creditors=None).replace("core:Equity", "core:Nothing"), "no figures"),
        (accounts().replace('contextRef="e"', 'contextRef="gone"'), "breaks the rules of iXBRL"),
        (accounts().replace('unitRef="GBP"', ""), "breaks the rules of iXBRL"),
        (accounts().replace("iso4217:GBP", "GBP"), "breaks the rules of iXBRL"),
    ],
)
def test_what_is_refused(document: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(said)) as caught:
        figures(document)
    assert NAME in caught.value.message


@for_each("scale", ["999999999", "-999999999", "x", "1e9", "٣"])
def test_a_scale_beyond_reason_is_no_figure(scale: str) -> None:
    written = fact("2008", "CashBankOnHand", "e", 50_000)
    huge = written.replace(' decimals="0"', f' scale="{scale}"')
    assert figures(accounts().replace(written, huge))[0].cash is None


def test_what_goes_on_in_a_circle_ends() -> None:
    circle = (
        '<ix:nonNumeric name="aurep:OpinionAuditorsOnEntity" contextRef="y" continuedAt="k">A'
        '</ix:nonNumeric><ix:continuation id="k" continuedAt="k">B</ix:continuation>'
    )
    assert figures(accounts("2008", more=circle, status="Audited"))[0].audit == "unqualified"


@for_each("text", ["nan", "inf", "1e400", "x", "1,2,3.4.5", "9" * 30])
@every_form
def test_a_value_that_is_no_sum_is_left_out(form: str, text: str) -> None:
    drift = Drift()
    written = fact(form, "CashBankOnHand", "e", 50_000)
    bad = written.replace(">50,000<", f">{text}<")
    now, _ = figures(accounts(form).replace(written, bad), drift=drift)
    assert now.cash is None
    assert now.net_assets == 100_000


def test_a_sum_with_another_inside_is_still_read() -> None:
    """The same number may be two facts, one within the other."""
    inner = fact("2008", "CashBankOnHand", "e", 50_000)
    nested = re.sub(r"<p>(.*)</p>", r"\1", inner).strip()
    outer = nested.replace("CashBankOnHand", "NetAssetsLiabilities").replace(
        ">50,000<", f">{nested}<"
    )
    now, _ = figures(
        accounts()
        .replace(inner, "")
        .replace(fact("2008", "NetAssetsLiabilities", "e", 100_000), outer)
    )
    assert (now.cash, now.net_assets) == (50_000, 50_000)


@settings(max_examples=examples(150), deadline=None)
@given(data=st.data())
def test_damage_never_breaks_the_reader(data: st.DataObject) -> None:
    """A document with any piece cut out or doubled is read or refused, never an unknown error."""
    document = accounts(data.draw(st.sampled_from(list(FORMS))))
    start = data.draw(st.integers(0, len(document)))
    end = data.draw(st.integers(start, min(len(document), start + 400)))
    piece = data.draw(st.sampled_from(["", document[start:end] * 2, "&x;", "\x00", "<p>", "9"]))
    try:
        found = figures(document[:start] + piece + document[end:])
    except UnreadableFile:
        return
    assert all(math.isfinite(one.net_assets or 0) for one in found)
    assert {one.number for one in found} == {NUMBER}
