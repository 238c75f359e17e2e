"""Waiting for what a job does in its own thread."""

import time
from collections.abc import Callable
from typing import TypeVar

from duediligence.store.console import JobRecord
from duediligence.web.service import Service

T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 60) -> T:
    """What `look` gives, once it gives something."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def ended(service: Service, job_id: str) -> JobRecord:
    """The job, once it has ended."""
    until(lambda: service.jobs.get(job_id).ended)
    return service.jobs.get(job_id)
