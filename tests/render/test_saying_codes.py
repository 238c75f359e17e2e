"""What a list says in codes or in another script, in words."""

import pytest

from duediligence.render.saying import format_country, format_regime, format_regimes, latin_first
from tests.rows import for_each


@for_each(
    ("regime", "words"),
    [
        ("UKR", "the programme on Ukraine"),
        ("RUSSIA-EO14024", "the programme on Russia (Executive Order 14024)"),
        ("UKRAINE-EO13662", "the programme on Ukraine (Executive Order 13662)"),
        ("DPRK4", "the programme on North Korea"),
        ("SDGT", "the programme on global terrorism"),
        ("TAQA", "the programme on ISIL (Da’esh) and Al-Qaida"),
        ("SAMPLE-RU", "the programme “SAMPLE-RU”"),
        (
            "The Russia (Sanctions) (EU Exit) Regulations 2019",
            "The Russia (Sanctions) (EU Exit) Regulations 2019",
        ),
        ("", ""),
    ],
)
def test_a_regime_is_said_in_words(regime: str, words: str) -> None:
    assert format_regime(regime) == words


def test_regimes_stand_in_a_sentence_once() -> None:
    said = format_regimes(["UKR", "BLR", "UKR"])
    assert said == "the programme on Ukraine and the programme on Belarus"


@for_each(
    ("code", "name"),
    [
        ("ru", "Russia"),
        ("IRN", "Iran"),
        ("CYP", "Cyprus"),
        ("Russia", "Russia"),
        ("xx", "xx"),
        ("", ""),
    ],
)
def test_a_country_is_said_by_its_name(code: str, name: str) -> None:
    assert format_country(code) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Драгомир ПЕТРОСЯНОВ", "Dragomir Petrosyanov (Драгомир ПЕТРОСЯНОВ)"),
        ("Dragomir ПЕТРОСЯНОВ", "Dragomir ПЕТРОСЯНОВ"),
        ("Volkhar Maritime", "Volkhar Maritime"),
        ("محمد علي", "محمد علي"),
        ("123", "123"),
        ("", ""),
    ],
)
def test_a_name_in_another_script_has_latin_letters_first(name: str, shown: str) -> None:
    assert latin_first(name) == shown
