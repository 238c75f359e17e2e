"""What the law package says to an officer: never an instruction, and for every power."""

import re
from datetime import date
from pathlib import Path
from typing import get_args

import duediligence.law as package
from duediligence.law.grounds import (
    FACTORS,
    REMINDERS,
    list_ground_codes,
    list_ground_versions,
    list_grounds,
)
from duediligence.law.lookback import look_back
from duediligence.law.powers import POWERS
from duediligence.model import Power
from tests.rows import for_each

FOLDER = Path(package.__file__).parent
TODAY = date(2026, 11, 24)
INSTRUCTION = re.compile(r"\bexclud(e|es|ed|ing)\b|\breject\b|\bdisqualify\b", re.IGNORECASE)


@for_each("path", sorted((FOLDER / "data").glob("*.toml")), ids=lambda p: p.name)
def test_no_data_tells_an_officer_to_exclude(path: Path) -> None:
    words = [
        line
        for line in path.read_text("utf-8").splitlines()
        # Patterns of words that a council may write, and the words of an Act, are not ours.
        if not line.startswith("turning")
        and INSTRUCTION.search(re.sub(r'starts = ".*?"', "", line))
    ]
    assert not words


def test_no_output_tells_an_officer_to_exclude() -> None:
    said = [
        look_back(one, event, known, TODAY).working
        for one in list_grounds(TODAY)
        for event in (None, date(2019, 1, 1), date(2023, 1, 1), date(2026, 1, 1))
        for known in (None, date(2024, 1, 1))
    ]
    said += [
        text.label + text.law + text.name
        for code in list_ground_codes()
        for text in list_ground_versions(code)
    ]
    said += [factor.question + factor.title for factor in (*FACTORS, *REMINDERS)]
    assert not [words for words in said if INSTRUCTION.search(words)]


def test_every_power_has_a_title_and_two_are_restricted() -> None:
    assert set(POWERS) == set(get_args(Power))
    assert all(power.title for power in POWERS.values())
    assert {name for name, power in POWERS.items() if power.restricted} == {"asb", "safeguarding"}


def test_the_five_factors_stand_in_the_order_of_the_act() -> None:
    assert [factor.reference for factor in FACTORS] == [f"s.58(1)({c})" for c in "abcde"]
    assert [factor.reference for factor in REMINDERS] == ["s.58(2)", "s.58(3)"]
    assert all(factor.question.endswith("?") for factor in (*FACTORS, *REMINDERS))
