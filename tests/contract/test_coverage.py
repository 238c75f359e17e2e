"""Every council power and crime type of the mission has a source that can show it."""

import sys
from pathlib import Path

from duediligence import registry
from duediligence.law.crimes import CRIME_TYPES, format_crime_type
from duediligence.law.powers import POWERS

sys.path.append(str(Path(__file__).parents[2] / "docs" / "pages"))
from lists import coverage

from tests.rows import for_each

ROWS = {
    cells[1]: cells[2:4]
    for line in "".join(coverage(list(registry.find_watchlists().values()))).splitlines()
    if len(cells := [cell.strip() for cell in line.split("|")]) > 3
}


@for_each("power", [power for power in POWERS if power != "other"])
def test_every_power_has_a_source_and_an_example_of_a_local_register(power: str) -> None:
    assert ROWS[POWERS[power].title][1]


@for_each("crime", CRIME_TYPES)
def test_every_crime_type_has_a_source(crime: str) -> None:
    assert any(ROWS[format_crime_type(crime)])
