"""Small faults in the rules are noticed by the tests (benchmarks/mutants.py)."""

import os
from importlib import import_module
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_small_faults_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    mutants = import_module("mutants")
    results = mutants.measure(list(mutants.PACKAGES), 200, 29, None, os.cpu_count() or 1)
    assert mutants.share_noticed(sum(results.values(), mutants.Counter())) >= 0.80
    assert {
        name for name, counts in results.items() if mutants.share_noticed(counts) < 0.70
    } == set()
