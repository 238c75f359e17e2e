"""How long work tells of itself: the library reports, only the command line prints."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Task(Protocol):
    """One piece of work under way."""

    def advance(self, steps: int = 1) -> None: ...


class Progress(Protocol):
    """What an observer of long work offers. `total` is in steps (bytes, entries, suppliers)."""

    def task(self, description: str, total: int | None = None) -> AbstractContextManager[Task]: ...

    def note(self, message: str) -> None: ...


class _SilentTask:
    def advance(self, steps: int = 1) -> None:
        pass


class Silent:
    """The observer for callers that do not look."""

    def task(self, description: str, total: int | None = None) -> AbstractContextManager[Task]:  # noqa: ARG002
        return nullcontext(_SilentTask())

    def note(self, message: str) -> None:
        pass


SILENT: Progress = Silent()
