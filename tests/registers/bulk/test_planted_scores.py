"""How the answers of the register are compared with what was planted (benchmarks/)."""

from types import ModuleType
from typing import Any

import pytest

from tests.matching.yardstick import module


@pytest.fixture
def scores() -> ModuleType:
    return module("planted_scores")


def hidden(kind: str, *companies: str, shape: str = "plain") -> Any:
    return module("invented_plants").Hidden(kind=kind, shape=shape, companies=companies)


def test_a_ring_is_found_by_its_own_companies_alone(scores: ModuleType) -> None:
    plants = [hidden("ring", "1", "2", "3"), hidden("ring", "4", "5", "6", shape="missed")]
    answers = [frozenset("123"), frozenset("45"), frozenset("4567")]
    found = scores.score("ring", plants, [], answers)
    assert (found.found, found.plants, found.recall) == (1, 2, 0.5)
    assert found.missed == {"missed": 1}
    # As many answers are looked at as there are plants.
    assert (found.first, found.right, found.precision) == (2, 1, 0.5)
    assert not found.is_reached


def test_only_the_first_answers_count_for_precision_and_all_for_recall(scores: ModuleType) -> None:
    plants = [hidden("chain", f"p{n}") for n in range(120)]
    wrong = [frozenset([f"w{n}"]) for n in range(15)]
    right = [frozenset([f"p{n}"]) for n in range(119)]
    found = scores.score("chain", plants, [], wrong + right)
    assert (found.first, found.right, found.found) == (100, 85, 119)
    assert found.is_reached
    worse = scores.score("chain", plants, [], wrong * 2 + right)
    assert worse.precision == 0.7
    assert not worse.is_reached


def test_suppliers_at_one_address_are_found_when_all_are_named(scores: ModuleType) -> None:
    plants = [hidden("address", "1", "2", "3")]
    assert scores.score("address", plants, [], [frozenset("12")]).found == 0
    assert scores.score("address", plants, [], [frozenset("12"), frozenset("23")]).found == 1
    assert scores.score("address", plants, [], [frozenset("1")]).right == 0
    assert scores.score("address", plants, [], [frozenset("1239")]).right == 0


def test_a_path_is_right_when_it_goes_through_the_owner(scores: ModuleType) -> None:
    plants = [hidden("near", "1", "2", "3")]
    assert scores.score("near", plants, [], [frozenset("12")]).is_reached
    assert not scores.score("near", plants, [], [frozenset("13")]).is_reached


def test_honest_look_alikes_among_the_first_are_counted(scores: ModuleType) -> None:
    plants = [hidden("phoenix", "1", "2"), hidden("phoenix", "3", "4")]
    decoys = [hidden("phoenix", "8", "9"), hidden("ring", "6", "7")]
    answers = [frozenset("89"), frozenset("12"), frozenset("67")]
    found = scores.score("phoenix", plants, decoys, answers)
    assert (found.look_alikes, found.right, found.first) == (1, 1, 2)


def test_what_was_planted_for_another_question_is_neither_right_nor_wrong(
    scores: ModuleType,
) -> None:
    plants = [hidden("near", "1", "2", "3"), hidden("phoenix", "5", "6")]
    answers = [frozenset("56"), frozenset("5"), frozenset("123"), frozenset("57")]
    found = scores.score("near", plants, [hidden("chain", "7")], answers)
    assert (found.answers, found.first, found.right) == (2, 1, 1)
    assert scores.score("near", plants, [], [frozenset("57"), *answers]).right == 0


def test_without_answers_nothing_is_reached(scores: ModuleType) -> None:
    found = scores.score("ring", [hidden("ring", "1", "2")], [], [])
    assert (found.recall, found.precision, found.is_reached) == (0, 0, False)


def test_a_kind_without_plants_cannot_be_scored(scores: ModuleType) -> None:
    with pytest.raises(ValueError, match="no plant of the kind"):
        scores.score("ring", [hidden("near", "1", "2")], [], [])


NUMBERS = {f"S0000{n}": str(n) for n in range(1, 8)}


def flag(number: str, check_id: str, why: str = "", entry_id: str = "") -> dict[str, str]:
    return {"company_number": number, "check_id": check_id, "why": why, "entry_id": entry_id}


def planted(kind: str, companies: str, suppliers: str, *listed: str) -> Any:
    return module("invented_plants").Hidden(
        kind=kind,
        shape="plain",
        companies=tuple(companies),
        suppliers=tuple(suppliers),
        listed=listed,
    )


def test_a_flag_finds_a_plant_where_it_names_the_counterpart() -> None:
    plants = [
        planted("ring", "189", "1"),
        planted("near", "28", "2", "INV1"),
        planted("near", "378", "3"),
        planted("address", "456", "456"),
        planted("near", "789", "7"),
    ]
    flags = [
        flag("1", "CH-OWN-11"),
        flag("2", "SAN-01", entry_id="INV1"),
        flag("3", "CH-INS-05", "Top Ltd (8), 2 steps above"),
        flag("4", "NET-06", "Five (S00005): so. Six (S00006): so."),
        flag("5", "NET-06", "Four (S00004): so."),
        flag("7", "SAN-01", entry_id="INV2"),
    ]
    found = module("planted_portfolio").score_flags(plants, flags, NUMBERS)
    assert found.found == {"ring": 1, "near": 2, "address": 1}
    assert found.missed == {"near, plain": 1}
    assert (found.right, found.first) == (2, 2)
    assert "by CH-INS-05 1, SAN-01 1" in str(found)


def test_a_finding_between_suppliers_of_two_plants_is_wrong() -> None:
    plants = [planted("address", "12", "12"), planted("address", "34", "34")]
    flags = [flag("1", "NET-06", "Three (S00003): so."), flag("5", "NET-02", "Somebody: insolvent")]
    found = module("planted_portfolio").score_flags(plants, flags, NUMBERS)
    assert (found.found["address"], found.right, found.first) == (0, 0, 2)
