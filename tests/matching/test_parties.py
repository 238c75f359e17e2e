"""Who is named within a name, where the words are as doubtful as an initial."""

import pytest

from duediligence.matching.names.parties import parties_in, reads_as_firm, reads_as_person


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Dragomir A Noname t/a Dragon Cabs", "Dragomir A Noname"),
        ("A Noname t/a Dragon Cabs", "A Noname"),
        ("Osier Ltd & Dragomir A Noname", "Dragomir A Noname"),
        ("Zorble & A Noname t/a Dragon Cabs", "Zorble Noname"),
    ],
)
def test_whoever_has_the_initial_a_is_looked_up(name: str, person: str) -> None:
    assert person in [party.text for party in parties_in(name)]


def test_the_initial_a_makes_no_firm() -> None:
    assert reads_as_person("Mrs A Noname")
    assert not reads_as_firm("Mrs A Noname")
    assert reads_as_firm("All Noname Taxis")
