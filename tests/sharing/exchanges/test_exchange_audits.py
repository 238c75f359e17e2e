"""An auditor finds that a list is what was asked, and refuses every other list."""

import csv
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import cast

import pytest

from duediligence.casework.signing_keys import signing_key
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, DuediligenceError
from duediligence.extensions.sharing.agreement_files import parse_agreement_file
from duediligence.extensions.sharing.agreements import export
from duediligence.extensions.sharing.exchanges.audits import (
    check_asked_list,
    make_auditor_key,
    seal_list,
)
from duediligence.extensions.sharing.exchanges.lists import read_list
from duediligence.extensions.sharing.partner_files import pack_partner_file, read_partner_file

from .homes import PEOPLE_TOO, TwoHomes, as_items, as_suppliers, firms, written

PEOPLE = [
    {"reference": "P1", "name": "Orla Zebrovnik", "born": "1965-04"},
    {"reference": "P2", "name": "Ivo Quastelow", "born": "1971-11"},
]
ITEMS = [*as_items(firms(6, 1)), *PEOPLE]


@pytest.fixture
def key(two: TwoHomes) -> Path:
    path = two.folder / "auditor.pem"
    two.agree(replace(PEOPLE_TOO, auditor=make_auditor_key(path)))
    return path


@pytest.fixture
def asked(two: TwoHomes, key: Path) -> Path:
    return two.asked(ITEMS)


def checked(two: TwoHomes, asked: Path, list_: Path, key: Path, party: str = "police") -> int:
    home = two.police() if party == "police" else two.council()
    theirs = parse_agreement_file(export(home, two.reference, file="a.json").encode(), "a.json")
    return check_asked_list(read_partner_file(asked), theirs, list_, key, NOW.date())


def forged(two: TwoHomes, asked: Path, sealed: str | None) -> Path:
    """The question with another seal, or none, signed by who asked."""
    found = read_partner_file(asked)
    facts = {name: value for name, value in found.header.facts.items() if name != "sealed"}
    header = replace(found.header, facts={**facts, **({"sealed": sealed} if sealed else {})})
    path = two.folder / "forged.dde"
    path.write_bytes(pack_partner_file(header, found.body, signing_key(two.police())))
    return path


def test_the_list_that_was_asked_is_accepted(two: TwoHomes, asked: Path, key: Path) -> None:
    """Also after the answer was opened, when the asker's home has nothing left to open it with."""
    two.suppliers(as_suppliers(firms(3, 1)))
    assert len(two.opened(two.answered(asked)).hits) == 3
    assert checked(two, asked, two.folder / "ask.csv", key) == len(ITEMS)


def test_what_is_sealed_is_read_by_its_auditor_alone(two: TwoHomes, asked: Path) -> None:
    other = two.folder / "other.pem"
    make_auditor_key(other)
    with pytest.raises(Conflict, match="is not sealed to this key"):
        checked(two, asked, two.folder / "ask.csv", other)
    with pytest.raises(Conflict, match="the file of the agreement is that of"):
        checked(two, asked, two.folder / "ask.csv", other, "council")


def test_whoever_seals_another_list_than_it_asks_is_found(
    two: TwoHomes, asked: Path, key: Path
) -> None:
    """The true list is refused for its seal, and the sealed one for what it asks."""
    shown = written(two.folder / "shown.csv", ITEMS[:4])
    items = read_list(
        shown,
        most=100,
        kinds=frozenset(("organisation", "person")),
        comparable=bool,
        today=NOW.date(),
    ).items
    exchange = read_partner_file(asked).header.exchange
    made = forged(two, asked, seal_list(two.terms, exchange, bytes(range(32)), items))
    with pytest.raises(Conflict, match="asked for other keys than those of this list"):
        checked(two, made, shown, key)
    with pytest.raises(Conflict, match="is not the list that Example Police sealed"):
        checked(two, made, two.folder / "ask.csv", key)


@pytest.mark.parametrize("sealed", [None, "A" * 151, "not base64"])
def test_a_question_without_a_seal_is_not_answered(
    two: TwoHomes, asked: Path, sealed: str | None
) -> None:
    made = forged(two, asked, sealed)
    with pytest.raises(Conflict, match="does not hold what the auditor of the agreement needs"):
        two.answered(made)
    assert two.exchanges(two.council()) == []


@pytest.mark.soak
def test_a_thousand_altered_lists_are_refused(two: TwoHomes, asked: Path, key: Path) -> None:
    with (two.folder / "ask.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    random, tried = Random(17), set()
    while len(tried) < 1_000:
        some = [list(row) for row in rows]
        at, column = random.randrange(len(some)), random.randrange(len(head))
        match random.randrange(4):
            case 0:
                some.pop(at)
            case 1:
                some.insert(at, [*some[at][:2], f"Someone {random.random()}", *some[at][3:]])
            case 2:
                random.shuffle(some)
            case _:
                letter = random.choice("abcdefghijklmnopqrstuvwxyz0123456789")
                place = random.randrange(len(some[at][column]) + 1)
                some[at][column] = some[at][column][:place] + letter + some[at][column][place:]
        if (text := cast(object, tuple(map(tuple, some)))) in tried or some == rows:
            continue
        tried.add(text)
        other = two.folder / "altered.csv"
        with other.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *some])
        with pytest.raises(DuediligenceError):
            checked(two, asked, other, key)
    assert checked(two, asked, two.folder / "ask.csv", key) == len(ITEMS)
