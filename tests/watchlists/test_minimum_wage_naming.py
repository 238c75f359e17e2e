"""Rounds of minimum wage naming: employers in the items of a press release."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.minimum_wage_naming import parse as naming

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Name
from tests.rows import for_each

Read = Callable[..., Any]
ROUND = "minimum-wage-spring"


def page(*items: str) -> dict[str, str]:
    listed = "".join(f"<li>{item}</li>" for item in items)
    text = f"<html><main><ul><li>Fine words</li></ul><ol>{listed}</ol></main></html>"
    return {f"{ROUND}.html": text}


def test_rounds_are_read_from_the_api_and_from_pages(read_sample: Read) -> None:
    found = read_sample(naming)
    assert found.drift == ()
    assert found.published == date(2026, 5, 20)
    assert [entry.name for entry in found.entries] == [
        "Thistlemere Bakeries Limited",
        "Mossgarth Valeting Limited",
        "Gullhaven Amusements Ltd",
        "Thistlemere Bakeries Limited",
        "Crabapple Day Nursery Ltd",
        "Ms Hepzibah Larkwhistle",
        "Rumbold, Tansy & Flint Limited",
        "The Drowsy Otter Partnership",
        "Zephyrine Logistics (UK) Ltd",
        "St Ewe's, Lower and St Orlan Hospital Group",
        "P&Q Invented Hardware Ltd",
    ]
    again = found["thistlemere-bakeries-limited.zy40-3cd.sample-round-of-2026"]
    assert again.addresses == (Address("Farthing Green, Invented District, ZY40 3CD", "ZY40 3CD"),)
    assert again.record.outcome == "Failed to pay £412,330.18 to 611 workers"
    assert again.record.known_date == date(2026, 5, 14)
    assert again.url == "https://www.gov.uk/government/news/sample-round-of-2026"
    assert found.entries[5].kind == "unknown"
    assert found.entries[6].addresses == (Address("St Orlan, ZY4"),)
    assert found.entries[7].addresses == (Address("Upper Caldern (Lower Ward)"),)
    assert found.entries[8].names[1] == Name("ZL Couriers", "trading")
    assert [entry.addresses for entry in found.entries[9:]] == [(), ()]
    assert found.entries[2].remarks == "Ceased trading"


def test_who_found_it_depends_on_the_day_of_the_round(read_sample: Read, read_list: Read) -> None:
    found = read_sample(naming)
    authorities = [entry.record.authority for entry in found.entries]
    assert authorities == ["HM Revenue and Customs"] * 3 + ["Fair Work Agency"] * 8
    item = "Acme Ltd, Truro, failed to pay £9 to 1 worker"
    (name, undated), *_ = page(item).items()
    assert read_list(naming, page(item)).entries[0].record.authority == "HM Revenue and Customs"
    agency = undated.replace("Fine words", "The Fair Work Agency names them")
    assert read_list(naming, {name: agency}).entries[0].record.authority == "Fair Work Agency"


@for_each(
    ("who", "name", "place"),
    [
        ("Acme Ltd", "Acme Ltd", ""),
        ("Acme Ltd, Truro (St Orlan)", "Acme Ltd", "Truro (St Orlan)"),
        ("Acme Ltd, The Old School, Truro, tr1", "Acme Ltd", "The Old School, Truro, TR1"),
        ("Penrose, Vyvyan and Partners, Truro", "Penrose, Vyvyan and Partners", "Truro"),
        ("Rumbold, Tansy & Flint Limited, Truro", "Rumbold, Tansy & Flint Limited", "Truro"),
        ("St Ewe's, Lower and Upper Trust", "St Ewe's, Lower and Upper Trust", ""),
        ("Acme Ltd, trading as The Anvil, Truro", "Acme Ltd", "Truro"),
        ("Acme Ltd trading as The Anvil, Truro", "Acme Ltd", "Truro"),
        ("Acme Ltd (in liquidation), Truro", "Acme Ltd", "Truro"),
        ("E1", "E1", ""),
    ],
)
@for_each("verb", ["failed", "neglected"])
@for_each("mark", ["", "7. ", "• "])
def test_a_name_is_told_from_its_place(
    read_list: Read, who: str, name: str, place: str, verb: str, mark: str
) -> None:
    item = f"{mark}{who}, {verb} to pay £9.10 to 1 worker."
    (entry,) = read_list(naming, page(item)).entries
    assert entry.name == name
    assert [address.text for address in entry.addresses] == ([place] if place else [])
    assert entry.record.outcome == "Failed to pay £9.10 to 1 worker"


def test_naming_is_no_conviction(read_sample: Read) -> None:
    record = read_sample(naming).entries[0].record
    assert grounds_for(record.act_section, record.type, record.power) == naming.grounds
    assert "PA23-6-21" not in naming.grounds


def test_a_sum_in_another_form_is_told(read_list: Read) -> None:
    found = read_list(naming, page("Acme Ltd, Truro, failed to pay over £900 to some workers"))
    (acme,) = found.entries
    assert acme.id == "acme-ltd.truro.spring"
    assert acme.record.outcome == "Failed to pay over £900 to some workers"
    assert found.drift == ("unmapped arrears: over £900 to some workers (1)",)


@for_each(
    ("items", "message"),
    [
        (("Acme Ltd, Truro, TR1, underpaid 2 workers",), "no list on the page says who"),
        (
            ("Acme Ltd, TR1 1AA, failed to pay £9 to 1 worker", "Bolt Ltd owes £9"),
            r"spring\.html: item 2 of the list of employers is 'Bolt Ltd owes £9'",
        ),
        ((" , TR1 1AA, failed to pay £9 to 1 worker",), "item 1"),
    ],
)
def test_items_that_do_not_fit_are_refused(
    read_list: Read, items: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(naming, page(*items))


def test_an_employer_twice_in_one_round_is_refused(read_list: Read) -> None:
    item = "Acme Ltd, Truro, TR1 1AA, failed to pay £9 to 1 worker"
    with pytest.raises(UnreadableFile, match="appears twice"):
        read_list(naming, page(item, item))


def test_a_page_cut_short_is_refused(read_list: Read) -> None:
    (name, text), *_ = page("Acme Ltd, Truro, TR1 1AA, failed to pay £9 to 1 worker").items()
    with pytest.raises(UnreadableFile, match="cut short"):
        read_list(naming, {name: text.removesuffix("</html>")})
