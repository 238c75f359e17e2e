"""How long work tells of itself: the library reports, only the command line prints."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Task(Protocol):
    """One piece of work under way."""

    def advance(self, steps: int = 1) -> None: ...


class Progress(Protocol):
    """What an observer of long work offers. `total` is in steps (bytes, entries, suppliers)."""

    def task(self, description: str, total: int | None = None) -> "_TaskContext": ...

    def note(self, message: str) -> None: ...


class _TaskContext(Protocol):
    def __enter__(self) -> Task: ...

    def __exit__(self, *args: object) -> bool | None: ...


class _SilentTask:
    def advance(self, steps: int = 1) -> None:
        pass


class Silent:
    """The observer for callers that do not look."""

    @contextmanager
    def task(self, description: str, total: int | None = None) -> Iterator[Task]:  # noqa: ARG002
        yield _SilentTask()

    def note(self, message: str) -> None:
        pass
