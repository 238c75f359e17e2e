"""How far long work is, and what of it is kept if it stops; each front end shows it its own way."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")
# What the steps of a task are: things that its description names, or bytes.
Unit = Literal["", "bytes"]


class Task(Protocol):
    """One piece of work under way."""

    def advance(self, steps: int = 1) -> None: ...


class Progress(Protocol):
    """What an observer of long work offers."""

    def task(
        self, description: str, total: int | None = None, *, unit: Unit = ""
    ) -> AbstractContextManager[Task]:
        """Work to be shown; `total` is in steps, None where it is not known before."""

    def keeping(self, what: str, total: int) -> AbstractContextManager[Task]:
        """Work of which each step is kept, whatever becomes of the rest.

        `what` completes `12 of 40 …`: `parties were looked up`. It is not shown, but reported
        where a person stops the command.
        """

    def note(self, message: str) -> None: ...


class _SilentTask:
    def advance(self, steps: int = 1) -> None:
        pass


class Silent:
    """The observer for callers that do not look."""

    def task(
        self,
        description: str,  # noqa: ARG002
        total: int | None = None,  # noqa: ARG002
        *,
        unit: Unit = "",  # noqa: ARG002
    ) -> AbstractContextManager[Task]:
        return nullcontext(_SilentTask())

    def keeping(self, what: str, total: int) -> AbstractContextManager[Task]:  # noqa: ARG002
        return nullcontext(_SilentTask())

    def note(self, message: str) -> None:
        pass


SILENT: Progress = Silent()


@dataclass
class KeptWork:
    """Work of which each step is kept."""

    what: str
    total: int
    done: int = 0

    def advance(self, steps: int = 1) -> None:
        self.done += steps


def kept_so_far(works: Iterable[KeptWork]) -> str:
    """Return what was kept, as the beginning of a sentence; empty where that is nothing."""
    return "; ".join(f"{one.done:,} of {one.total:,} {one.what}" for one in works if one.done)


def done_words(done: float, total: float | None, unit: Unit) -> str:
    """Return how much is done: `1,204 of 3,000`, `12 of 340 MB`."""
    if unit == "bytes":
        if total is None:
            return f"{done / 1e6:,.0f} MB"
        shown, name = (1e6, "MB") if total >= 1e7 else (1e3, "kB")
        return f"{done / shown:,.0f} of {total / shown:,.0f} {name}"
    return f"{done:,.0f} of {total:,.0f}" if total is not None else f"{done:,.0f}" if done else ""


def track_progress(
    items: Iterable[T], task: Task, steps: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """Yield the items, each a number of steps of the task as it is taken."""
    for item in items:
        task.advance(steps(item))
        yield item
