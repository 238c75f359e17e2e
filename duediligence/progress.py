"""How far long work is, and what of it is kept if it stops: only the command line prints it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
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

        `what` completes `12 of 40 …`: `suppliers were looked up`. It is not shown, but reported
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


def counted(items: Iterable[T], task: Task, steps: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
    """The items, each a number of steps of the task as it is taken."""
    for item in items:
        task.advance(steps(item))
        yield item
