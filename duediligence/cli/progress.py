"""How far long work is: a bar on a terminal, a line now and then elsewhere.

What a command has kept so far is noted in each case, to be reported where somebody stops it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from duediligence.progress import SILENT, KeptWork, Task, Unit, done_words, kept_so_far

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID
    from rich.table import Column

# Work that is over sooner needs no line; then one each so often.
FIRST_LINE_SECONDS, LINE_SECONDS = 10.0, 30.0
# Of the first steps nobody can tell how fast the rest will be.
_LEAST_SECONDS = 2.0


# What this command has kept so far.
_kept: list[KeptWork] = []


def kept_words() -> str:
    """Return what this command has kept so far, and how to go on; empty where that is nothing."""
    kept = kept_so_far(_kept)
    if not kept:
        return ""
    return f"Stopped. {kept}. That is kept; run the same command again to go on."


def left_words(seconds: float) -> str:
    """Return how long work still takes, as roughly as anybody can tell: `4 min left`."""
    if seconds < 55:
        return f"{max(10, round(seconds, -1)):.0f} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{max(1, minutes)} min left"
    # To the quarter of an hour.
    quarters = round(seconds / 900)
    return f"{quarters // 4} h {quarters % 4 * 15:02} min left"


def time_left(elapsed: float | None, done: float, total: float | None) -> str:
    """Return the time left by the pace of all that is done; empty where that cannot be told yet."""
    if not (elapsed and total and 0 < done < total) or elapsed < _LEAST_SECONDS:
        return ""
    return left_words(elapsed * (total - done) / done)


class Watching:
    """An observer that only notes what is kept."""

    def __init__(self) -> None:
        _kept.clear()

    @contextmanager
    def task(
        self,
        description: str,
        total: int | None = None,
        *,
        unit: Unit = "",
    ) -> Iterator[Task]:
        with SILENT.task(description, total, unit=unit) as task:
            yield task

    @contextmanager
    def keeping(self, what: str, total: int) -> Iterator[Task]:
        _kept.append(one := KeptWork(what, total))
        yield one

    def note(self, message: str) -> None:
        """Quiet: it is no result."""


class _ProgressLine:
    def __init__(self, description: str, total: int | None, unit: Unit) -> None:
        self._description, self._total, self._unit = description, total, unit
        self._done = 0
        self._began = monotonic()
        self._next = self._began + FIRST_LINE_SECONDS

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if (now := monotonic()) < self._next:
            return
        self._next = now + LINE_SECONDS
        done = done_words(self._done, self._total, self._unit)
        left = time_left(now - self._began, self._done, self._total)
        print(", ".join(filter(None, (f"{self._description}: {done}", left))), file=sys.stderr)  # noqa: T201
        # A service's output goes to a pipe, where it would wait for a long time.
        sys.stderr.flush()


class LogLines(Watching):
    """An observer for logs: of work that takes long, a line on stderr now and then."""

    @contextmanager
    def task(
        self, description: str, total: int | None = None, *, unit: Unit = ""
    ) -> Iterator[Task]:
        yield _ProgressLine(description, total, unit)

    def note(self, message: str) -> None:
        print(message, file=sys.stderr)  # noqa: T201


class _Bar:
    def __init__(self, progress: "Progress", task: "TaskID") -> None:
        self._progress = progress
        self._task = task

    def advance(self, steps: int = 1) -> None:
        self._progress.advance(self._task, steps)


class Bars(Watching):
    """An observer that draws on stderr, on one line of any width, and leaves nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console, ConsoleDimensions

        class Narrower(Console):
            """Leaves room at the end of the line for `^C`, which would break it."""

            @property  # type: ignore[misc]
            def size(self) -> ConsoleDimensions:
                width, height = super().size
                return ConsoleDimensions(max(20, width - 4), height)

        self._console = Narrower(stderr=True)

    @contextmanager
    def task(
        self, description: str, total: int | None = None, *, unit: Unit = ""
    ) -> Iterator[Task]:
        from rich.progress import Progress

        with Progress(
            *_build_bar_columns(unit),
            console=self._console,
            transient=True,
            expand=True,
            # Results are for stdout, wherever that goes.
            redirect_stdout=False,
            redirect_stderr=False,
        ) as progress:
            yield _Bar(progress, progress.add_task(description, total=total))

    def note(self, message: str) -> None:
        self._console.print(message, markup=False, highlight=False)


def _build_bar_columns(unit: Unit) -> "Iterator[ProgressColumn]":
    from rich.progress import (
        BarColumn,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Task as Drawn
    from rich.table import Column
    from rich.text import Text

    def one_line(**how: object) -> "Column":
        return Column(no_wrap=True, overflow="ellipsis", **how)  # type: ignore[arg-type]

    class Done(ProgressColumn):
        def render(self, task: Drawn) -> Text:
            return Text(done_words(task.completed, task.total, unit), justify="right")

    class Left(ProgressColumn):
        def render(self, task: Drawn) -> Text:
            return Text(time_left(task.elapsed, task.completed, task.total))

    yield SpinnerColumn()
    yield TextColumn("{task.description}", markup=False, table_column=one_line(ratio=1))
    yield BarColumn(bar_width=12)
    yield Done(table_column=one_line())
    yield TimeElapsedColumn()
    yield Left(table_column=one_line(min_width=14))
