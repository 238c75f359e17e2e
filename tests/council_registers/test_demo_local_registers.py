"""The registers that ship with the package: one for each power, all of them sound."""

import csv
from pathlib import Path

from duediligence.contracts import Watchlist
from duediligence.council_registers import files_in, load_described_registers, read_description
from duediligence.model.entries import Power
from tests.rows import for_each

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
FOLDER = DEMO / "local_registers"
REGISTERS = load_described_registers(FOLDER)
POWERS: set[Power] = {
    "trading_standards",
    "planning",
    "licensing",
    "environmental_health",
    "asb",
    "safeguarding",
    "housing",
}

every_register = for_each("register", list(REGISTERS.values()), ids=lambda r: r.id)


def test_each_power_has_a_register() -> None:
    assert {power for register in REGISTERS.values() for power in register.powers} == POWERS
    assert len(REGISTERS) == len(POWERS)


@every_register
def test_a_register_is_read_with_no_column_left_over(register: Watchlist) -> None:
    description = next(
        found
        for path in FOLDER.glob("*.toml")
        if (found := read_description(path)).id == register.id
    )
    files = files_in(description)
    entries = list(register.parse(files))
    least, most = register.expect.entries
    assert least <= len(entries) <= most
    assert not [line for line in files.drift.lines() if line.startswith("unread")]
    assert register.location
    assert register.premises
    with (DEMO / "suppliers.csv").open(encoding="utf-8") as file:
        supplier = next(row for row in csv.DictReader(file) if row["Supplier Ref"] == "S007")
    (mine,) = [entry for entry in entries if entry.name == supplier["Supplier Name"]]
    assert mine.addresses[0].postcode == supplier["Postcode"]
    assert supplier["Address"] in mine.addresses[0].text
    assert mine.record
    assert (mine.record.power,) == register.powers


def test_what_is_not_public_is_marked() -> None:
    handling = {
        read_description(path).power: read_description(path).handling
        for path in FOLDER.glob("*.toml")
    }
    assert handling["safeguarding"] == "restricted"
    assert handling["asb"] == "internal"
