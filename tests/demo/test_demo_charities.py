"""The readers for charity registers read the invented ones, and find nothing amiss in them."""

from collections import defaultdict
from pathlib import Path

from duediligence.contracts import Drift
from duediligence.model import AnnualReturn, CharityPart, CharityRow
from duediligence.registers.bulk.charities import find_regulator, read_charities
from tests.rows import for_each

FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "charities"


@for_each("country", ["england-wales", "scotland"])
def test_the_readers_know_every_column_and_value(country: str) -> None:
    paths = sorted((FOLDER / country).iterdir())
    drift = Drift()
    rows = list(read_charities(paths, drift))
    assert find_regulator(paths) == f"charities-{country}"
    # Scotland has that column only in its file of charities that were removed.
    assert not [line for line in drift.lines() if "Ceased Date" not in line]
    found = [row.charity for row in rows if isinstance(row, CharityRow)]
    assert {charity.status for charity in found} == {"registered"}
    assert all(charity.address and charity.address.postcode[:2] == "ZY" for charity in found)


def test_a_clean_charity_has_trustees_and_files_in_time_and_is_a_company() -> None:
    rows = list(read_charities(sorted((FOLDER / "england-wales").iterdir()), Drift()))
    (charity,) = [
        row
        for row in rows
        if isinstance(row, CharityRow) and row.charity.company_number == "99002501"
    ]
    assert charity.charity.identifier.id == "9900002"
    assert charity.charity.accounts_late is False
    assert charity.charity.insolvent is False
    parts: dict[str, list[object]] = defaultdict(list)
    for row in rows:
        if isinstance(row, CharityPart) and row.key == charity.key:
            parts[row.field].append(row.value)
    assert "Winifred Bellweather" in parts["trustees"]
    assert len(parts["returns"]) == 2
    for one in parts["returns"]:
        assert isinstance(one, AnnualReturn)
        assert one.received_on
        assert one.due_on
        assert one.received_on < one.due_on
