"""What a whole run of `make test` costs: its cases, processor seconds and started processes.

They are kept where pytest keeps what it remembers; `benchmarks/house.py --costs` compares them.
"""

import multiprocessing.util
import os
import resource
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

COSTS = "duediligence/costs"


class Costs:
    """Counts in each worker; the first process adds them up and keeps them."""

    def __init__(self) -> None:
        self.started = self.cases = 0
        self.total: Counter[str] = Counter()
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
        """Hand on, or keep, what this process and those that it waited for have cost."""
        config = session.config
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        here = {
            "processor seconds": round(sum(one.ru_utime + one.ru_stime for one in used)),
            "started processes": self.started,
        }
        if hasattr(config, "workeroutput"):
            config.workeroutput["costs"] = here
            config.workeroutput["cases"] = len(session.items)
        elif (
            hasattr(config, "cache")
            and config.args == config.getini("testpaths")
            and "not soak" in config.option.markexpr
        ):
            config.cache.set(
                COSTS,
                {"cases": self.cases or session.testscollected, **(self.total + Counter(here))},
            )

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker has cost; each of them has collected all cases."""
        output = getattr(node, "workeroutput", {})
        self.total.update(output.get("costs", {}))
        self.cases = output.get("cases", self.cases)
