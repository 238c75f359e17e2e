"""What fires on more than 1 in 20 ordinary suppliers is information (docs/reference/checks.md)."""

import csv
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from duediligence import registry
from duediligence.contracts.checks import AnyCheck
from tests.rows import for_each

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "figures" / "base_rates.tsv"
RATES = tomllib.loads((ROOT / "benchmarks" / "base_rates.toml").read_text("utf-8"))
POPULATIONS = {"care", "charity", "builder", "taxi", "every"}
ORDINARY = 1 / 20
MEASURE = "run `python benchmarks/base_rates.py --write`, then `make docs`"

with FIGURES.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))

every_check = for_each("check", registry.checks().values(), ids=lambda c: c.id)


@every_check
def test_every_check_has_its_figures_or_a_reason_why_not(check: AnyCheck) -> None:
    rows = [row for row in ROWS if row["check"] == check.id]
    assert rows, f"{check.id} is not measured: {MEASURE}"
    assert all(bool(row["population"]) != bool(row["why_not"]) for row in rows)


def test_no_figures_are_of_a_check_that_there_is_not() -> None:
    assert {row["check"] for row in ROWS} <= registry.checks().keys(), MEASURE


@every_check
def test_what_is_common_among_ordinary_suppliers_is_information(check: AnyCheck) -> None:
    """Nothing is above low for more than 1 in 20, whatever it is about."""
    for row in ROWS:
        if row["check"] != check.id or not row["population"]:
            continue
        suppliers = int(row["suppliers"])
        common = int(row["fires"]) > ORDINARY * suppliers
        assert not common or check.severity == "low", (
            f"{check.id} fires on {row['fires']} of {suppliers} ordinary suppliers "
            f"({row['population']}): make it low or narrower, then {MEASURE}"
        )
        assert int(row["above_low"]) <= ORDINARY * suppliers, (
            f"{check.id} is above low for {row['above_low']} of {suppliers} ordinary suppliers "
            f"({row['population']}): raise fewer of them, then {MEASURE}"
        )


def _tables() -> list[object]:
    listed = RATES["listed"].items()
    return [
        pytest.param(table, id=name)
        for name, table in [*((n, t) for n, t in RATES.items() if n != "listed"), *listed]
    ]


@for_each("table", _tables())
def test_every_rate_has_its_source_or_a_reason_why_it_is_assumed(table: dict[str, object]) -> None:
    source = table.get("source")
    if source is None:
        assert table["assumed"] is True
        assert len(str(table["reason"])) > 8
    else:
        assert isinstance(source, dict)
        assert source.keys() == {"publisher", "title", "date"}
        assert "assumed" not in table
    assert POPULATIONS & table.keys()
    for population in POPULATIONS & table.keys():
        rate = table[population]
        assert isinstance(rate, dict) or 0 < float(str(rate)) < 1


@pytest.mark.soak
def test_the_benchmark_runs_and_says_something_of_every_check() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/base_rates.py", "--generated", "--suppliers", "20"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    for check_id in registry.checks():
        assert f"\n| {check_id} |" in done.stdout
    assert "| flags per 1,000 | in all |" in done.stdout
