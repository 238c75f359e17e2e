"""What a whole run of `make test` costs: its cases, processor seconds and started processes.

They are kept where pytest keeps what it remembers; `benchmarks/house.py --costs` compares them.
"""

import multiprocessing.util
import os
import resource
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

COSTS = "duediligence/costs"


class Costs:
    """Counts in each worker; the first process adds them up and keeps them."""

    def __init__(self) -> None:
        self.started = self.cases = 0
        for place, name in (
            (os, "fork"),
            (subprocess.Popen, "_execute_child"),
            (multiprocessing.util, "spawnv_passfds"),
        ):
            setattr(place, name, self._counted(getattr(place, name)))

    def _counted(self, start: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.started += 1
            return start(*arguments, **named)

        return counted

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand on, or keep, what was counted. The first process has waited for the workers."""
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput["costs"] = (len(session.items), self.started)
        elif (
            hasattr(config, "cache")
            and config.args == config.getini("testpaths")
            and "not soak" in config.option.markexpr
        ):
            used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
            seconds = round(sum(one.ru_utime + one.ru_stime for one in used))
            costs = {
                "cases": self.cases or session.testscollected,
                "processor seconds": seconds,
                "started processes": self.started,
            }
            config.cache.set(COSTS, costs)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker has started; each of them has collected all cases."""
        self.cases, started = getattr(node, "workeroutput", {}).get("costs", (self.cases, 0))
        self.started += started
