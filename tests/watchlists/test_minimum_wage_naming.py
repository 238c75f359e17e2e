"""Rounds of minimum wage naming: employers in the items of a press release."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.minimum_wage_naming import parse as naming

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Name

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
        "Thistlemere Bakeries Limited",
        "Crabapple Day Nursery Ltd",
        "Ms Hepzibah Larkwhistle",
        "Rumbold, Tansy & Flint Limited",
        "The Drowsy Otter Partnership",
        "Zephyrine Logistics (UK) Ltd",
    ]
    again = found["thistlemere-bakeries-limited.zy40-3cd.sample-round-of-2026"]
    assert again.addresses == (Address("Farthing Green, Invented District, ZY40 3CD", "ZY40 3CD"),)
    assert again.record.outcome == "Failed to pay £412,330.18 to 611 workers"
    assert again.record.known_date == date(2026, 5, 14)
    assert again.url == "https://www.gov.uk/government/news/sample-round-of-2026"
    assert found.entries[4].kind == "unknown"
    assert found.entries[5].addresses == (Address("St Orlan, ZY4"),)
    assert found.entries[7].names[1] == Name("ZL Couriers", "trading")


def test_naming_is_no_conviction(read_sample: Read) -> None:
    record = read_sample(naming).entries[0].record
    assert grounds_for(record.act_section, record.type, record.power) == naming.grounds
    assert "PA23-6-21" not in naming.grounds


def test_a_place_or_sum_in_another_form_is_told(read_list: Read) -> None:
    found = read_list(naming, page("Acme Ltd, Truro, failed to pay over £900 to some workers"))
    (acme,) = found.entries
    assert acme.id == "acme-ltd.truro.spring"
    assert acme.record.outcome == "Failed to pay over £900 to some workers"
    assert found.drift == (
        "unmapped arrears: over £900 to some workers (1)",
        "unmapped place: Acme Ltd, Truro (1)",
    )


@pytest.mark.parametrize(
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
