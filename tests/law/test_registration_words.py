"""Contracts in the words of buyers and regulators: what is asked for, and in which nation."""

import csv
import json
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.law.grounds import read
from duediligence.law.registrations import find_contract_nation, load_trades, needs_of
from duediligence.model import Contract, Procurement
from duediligence.text.folding import fold
from tests.rows import for_each

WRITTEN = tomllib.loads(
    Path(__file__).with_name("needed_registrations.toml").read_text(encoding="utf-8")
)
KINDS = WRITTEN["kinds"]
NATIONS = {one.id: one.nations for one, _ in load_trades()}
WORKS = {
    one["id"]: one.get("same_work", one["id"]) for one in read("registrations.toml")["registration"]
}
PUBLISHED = Path("/work/shared/data/publishers")
# Of the trades that the words below are of: what is tried on lines of payments.
CARE = {"care", *(work for one in KINDS.values() for work in one["works"])} - {"food"}


def contract_of(row: list[Any]) -> Contract:
    """A contract of a row of the file."""
    nation, title, description, category, cpv = (*row, *[""] * 5)[:5]
    return Contract(
        title=title,
        description=description,
        category=category,
        cpv=(cpv,) if cpv else (),
        procurement=Procurement(nation=nation),
    )


def needed(contract: Contract) -> dict[str, bool]:
    return {need.registration.id: need.sure for need in needs_of([contract])}


@for_each("kind", list(KINDS))
def test_of_twenty_contracts_of_a_kind_nineteen_are_asked_in_their_nation(kind: str) -> None:
    rows = KINDS[kind]["contracts"]
    assert len(rows) == 20
    missed = []
    for row in rows:
        found = needed(contract_of(row))
        if {WORKS[one] for one in found}.isdisjoint(KINDS[kind]["works"]):
            missed.append(row)
        assert all(row[0] in NATIONS[one] for one in found), (row, found)
    assert len(missed) <= 1, missed


def test_what_the_law_exempts_is_not_asked_for() -> None:
    rows = WRITTEN["exempt"]["contracts"]
    assert len(rows) == 10
    assert [row for row in rows if needed(contract_of(row))] == []


all_rows = st.sampled_from([row for one in KINDS.values() for row in one["contracts"]])
how = st.sampled_from(
    [
        "Dynamic Purchasing System for", "Framework for", "Provision of", "The provision of",
        "Framework Agreement for the Provision of", "DPS for", "Tender for the", "Award of",
        "Call-off contract for", "Open Framework for", "Light touch framework -",
        "Dynamic Purchasing System (DPS):",
    ]
)  # fmt: skip


@given(row=all_rows, before=st.lists(how, min_size=1, max_size=2).map(" ".join))
def test_how_it_is_bought_never_changes_the_answer(row: list[str], before: str) -> None:
    plain = contract_of(row)
    assert needed(contract_of([row[0], f"{before} {row[1]}", *row[2:]])) == needed(plain)


@for_each(
    ("title", "is_care"),
    [
        ("Home care with training of staff", True),
        ("Home care services and training", True),
        ("Residential care, licensed by the regulator", True),
        ("Licensing and inspection of care homes", False),
        ("Training for care homes", False),
        ("Home care - training", False),
        ("Home care scheduling and rostering software", False),
        ("System for home care", False),
    ],
)
def test_a_word_of_another_trade_counts_as_the_head_of_its_phrase(
    title: str, is_care: bool
) -> None:
    assert ("care" in needed(Contract(title=title))) is is_care


def test_a_description_decides_where_title_or_code_hints_at_the_trade() -> None:
    lots = "Lot 2: care at home. Lot 3: cleaning."
    assert needed(Contract(title="Support for adults", description=lots)) == {"care": True}
    assert needed(Contract(title="Lot 2", cpv=("85312000",), description=lots)) == {"care": True}
    assert needed(Contract(title="Window cleaning", description=lots)) == {}
    assert needed(Contract(title="Support software", description=lots)) == {}


@for_each(
    ("title", "description", "works"),
    [
        ("Fostering and children's homes framework", "", "fostering, childrens-homes"),
        ("Supported accommodation 16+ / residential care: children", "",
         "supported-accommodation, childrens-homes"),
        ("Fostering and residential framework", "Lot 1 IFA, Lot 2 children's homes",
         "fostering, childrens-homes"),
        ("Fostering placements and software for children's homes", "", "fostering"),
        ("Fostering placements", "We also buy children's homes.", "fostering"),
        ("Agency social workers for children's homes", "", ""),
        ("Staff to children's homes and foster placements", "", ""),
        ("Supported accommodation with staff for care leavers", "", "supported-accommodation"),
    ],
)  # fmt: skip
def test_each_work_is_asked_for_and_staff_supplied_to_one_is_none(
    title: str, description: str, works: str
) -> None:
    found = needed(Contract(title=title, description=description))
    assert set(found) == set(filter(None, works.split(", ")))


def test_the_framework_says_the_trade_unless_the_title_says_another_thing() -> None:
    dps = Procurement(framework="Dynamic Purchasing System for home care")
    assert needed(Contract(title="Lot 3 West", procurement=dps)) == {"care": True}
    assert needed(Contract(title="Training of managers", procurement=dps)) == {}


def test_the_nation_of_the_contract_chooses_the_register() -> None:
    care = Contract(title="Care at home")
    ids = [
        [one.registration.id for one in found]
        for found in (
            needs_of([care]),
            needs_of([care], (), "Wales", "Scotland"),
            needs_of([care], (), "", "Scotland"),
            needs_of([Contract(title="Care at home", description="RQIA")], (), "Wales"),
        )
    ]
    assert ids == [["care"], ["care-wales"], ["care-scotland"], ["care-northern-ireland"]]
    named = {
        text: find_contract_nation(Contract(title=text))
        for text in ("Care Inspectorate Wales", "Care Inspectorate", "England and Wales", "Care")
    }
    assert list(named.values()) == ["Wales", "Scotland", None, None]
    # Where a nation has no such register, nothing is asked: neither of another, nor of none.
    young = Contract(title="16+ supported accommodation", procurement=Procurement(nation="Wales"))
    assert needed(young) == {}


IN_NATIONS = {
    "Wales": (
        "Home care in Cardiff", "Care home in Swansea", "Conwy: domiciliary care",
        "Care at home (Gwynedd)", "Wrexham nursing beds", "Home care, Newport City Council",
        "Home care - Rhondda Cynon Taf", "Ynys Môn care homes", "Home care in Cardiff, Park View",
    ),
    "Scotland": (
        "Care home in Glasgow", "Placement in Fife", "Perth & Kinross care at home",
        "Home care in Moray", "Angus Council care homes", "Care at home, Dundee",
        "Home care for Na h-Eileanan Siar", "Edinburgh and East Lothian home care",
    ),
    "Northern Ireland": (
        "Home care in Belfast", "Derry City & Strabane care homes", "Nursing beds, Lisburn",
        "Domiciliary care in County Down",
    ),
    None: (
        "Home care, Newport Pagnell", "Care home in Newport, Isle of Wight",
        "Care home, Aberdeen Road, Southampton", "Home care, Glasgow Street, Northampton",
        "Home care, Cardiff Road Luton", "Swansea House care home, Derby", "Bangor Road care home",
        "Home care, Moray Close, Rushden", "Stirling Court nursing home, Bournemouth",
        "Edinburgh Gardens care home, Windsor", "Home care at Perth Avenue, Leicester",
        "Care home near Duke of Edinburgh Hospital", "Angus Lodge care home, Ashford",
        "Inverness Terrace extra care, London", "Highland House care home, Poole",
        "Prince of Wales Road home care, Sheffield", "Scotland Road care home, Liverpool",
        "Belfast sink for an extra care scheme", "Home care by Powysland Ltd",
        "Barry Lodge nursing home, Hove", "Derry Hill home care, Wiltshire",
        "Home care in Cardiff and Glasgow",
    ),
}  # fmt: skip


@for_each("nation", list(IN_NATIONS))
def test_a_place_says_its_nation_and_a_street_named_after_it_none(nation: str | None) -> None:
    found = {title: find_contract_nation(Contract(title=title)) for title in IN_NATIONS[nation]}
    assert found == dict.fromkeys(IN_NATIONS[nation], nation)


def test_each_registration_names_who_registers_once_a_nation() -> None:
    held = set()
    for registration, trade in load_trades():
        assert registration.registrar
        assert trade.titles
        for nation in registration.nations:
            assert (WORKS[registration.id], nation) not in held
            held.add((WORKS[registration.id], nation))


def published_contracts() -> Iterator[Contract]:
    """Real notices, and lines of payments that say what was paid for."""
    for path in sorted(PUBLISHED.glob("contracts-finder/*.json")):
        for release in json.loads(path.read_text(encoding="utf-8"))["releases"]:
            tender = release["tender"]
            code = tender.get("classification", {}).get("id", "")
            yield Contract(
                title=tender["title"],
                description=tender.get("description", ""),
                cpv=(code,) if code else (),
            )
    for path in sorted(PUBLISHED.glob("*spend/*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            heading, *rows = csv.reader(file)
        said = [
            at for at, name in enumerate(heading) if re.search("(?i)expense|descri|purpose", name)
        ]
        for row in rows:
            if texts := [row[at].strip() for at in said if at < len(row) and row[at].strip()]:
                yield Contract(title=texts[-1], category=texts[0] if texts[1:] else "")


@pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the publishers' samples are not on this machine"
)
def test_of_two_hundred_contracts_of_other_trades_two_at_most_are_asked() -> None:
    # What a person reads as care, children's services, schools or passenger transport.
    own = re.compile(
        r"(?i)care\b|caring|nursing|resid|respite|foster|\bifa\b|adopt|child|nurser|early year"
        r"|school|placement|supported|transport|taxi|limousine|\bbus|coach|parent|domicil|living"
    )
    others = list(
        dict.fromkeys(
            one for one in published_contracts() if not own.search(f"{one.title} {one.category}")
        )
    )
    drawn = random.Random(33).sample(others, 200)
    false = [one for one in drawn if CARE & {WORKS[id_] for id_ in needed(one)}]
    assert len(false) <= 2, false


@pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the publishers' samples are not on this machine"
)
def test_the_kinds_of_service_are_the_publishers_own_words() -> None:
    kinds = set()
    for path in sorted(
        (*PUBLISHED.glob("ofsted/*level*.csv"), *PUBLISHED.glob("care-uk/*mdsf*.csv"))
    ):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            kinds |= {fold(cell) for row in csv.reader(file) for cell in row}
    for registration, _ in load_trades():
        if registration.registrar in ("Ofsted", "the Care Inspectorate in Scotland"):
            for words in map(fold, registration.services):
                assert any(kind.startswith(words) for kind in kinds), (registration.id, words)
