"""Who is named within a name, where the words are as doubtful as an initial."""

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.names.parties import (
    is_plainly_firm,
    parties_in,
    reads_as_firm,
    reads_as_person,
)
from tests.rows import for_each


@for_each(
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


@for_each(
    ("name", "firm"),
    [
        ("Zorvan Ltd", True),
        ("Osier Care", True),
        ("Zorvan Manor", True),
        # A word of people's names, or one that only some firms have.
        ("John Noname Care", False),
        ("Mrs Noname Cleaning", False),
        ("Zorvan Mirelle", False),
        ("Darya Zorvan", False),
        ("Zorvan PAO", False),
        ("In Zorvan O", False),
    ],
)
def test_a_name_is_plainly_of_a_firm_by_a_common_word_or_form_alone(
    name: str, *, firm: bool
) -> None:
    assert is_plainly_firm(name) == firm


@for_each(
    "name",
    [
        "Gullmoor Halvazi Industry and Trade Co., Ltd",
        "JSC Scientific and Production Association Zorkavod",
        "Zorkut Import & Export Company",
    ],
)
def test_the_end_of_a_name_that_many_firms_share_is_no_firm_in_it(name: str) -> None:
    assert parties_in(name) == ()


@for_each(
    "name",
    [
        "Zorvan Gems and Jewellery Co., Ltd",
        "Zorvan Gems & Jewellery Co",
        "LLC Zorvan Testing and Certification Centre",
        "Public Establishment for Zorvaning and Distribution",
        "Zorvan - M Co., Ltd",
        "John Zorvan Music & Audio Limited",
        "LLC Zorvan Independent Oil and Gas Company",
        "V & K Zorvan Ltd t/a Osier Stores",
    ],
)
def test_half_of_a_name_is_a_firm_only_where_the_other_half_could_be_a_party(name: str) -> None:
    assert [party for party in parties_in(name) if party.role == "firm in the name"] == []


@for_each(
    ("name", "firms"),
    [
        ("Zorvan Ltd & Mirelle Ltd", ["Zorvan Ltd", "Mirelle Ltd"]),
        ("Zorvan Co, Ltd & Ann Noname", ["Zorvan Co"]),
        ("Zorvan Care Ltd / Osier House", ["Zorvan Care Ltd"]),
        ("Zorvan Exchange Company, Transfer and Trade", ["Zorvan Exchange Company"]),
        ("OAO Zorvan / AO Mirelle", ["OAO Zorvan", "AO Mirelle"]),
    ],
)
def test_firms_whose_halves_could_be_parties_are_both_read(name: str, firms: list[str]) -> None:
    found = [party.text for party in parties_in(name) if party.role == "firm in the name"]
    assert found == firms


def test_a_listed_firm_is_not_equal_to_a_stranger_of_one_common_word() -> None:
    listed = prepare("Zorvan Gems and Jewellery Co", "organisation")
    stranger = prepare("Jewellery Ltd", "organisation")
    assert compare(stranger, listed).score < DEFAULT_THRESHOLD
