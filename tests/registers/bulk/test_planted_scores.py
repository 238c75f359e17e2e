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
