"""Look up what a layer holds: all subjects of the register, or those that changed in a night.

A layer is a folder with what is looked up (`rows/`), the plan, and what each part leaves. It says
under which keys an entry of a list finds its subjects, also for the nights that follow.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from duediligence.errors import Hint, Incomplete, Step
from duediligence.extensions.whole_register.lookup.parts import done_file
from duediligence.extensions.whole_register.lookup.plan import (
    ROWS,
    ROWS_OF_A_PART,
    LookupPart,
    LookupPlan,
    LookupRules,
    WorkerJob,
    build_lookup_plan,
    read_plan,
    write_plan,
)
from duediligence.extensions.whole_register.lookup.subjects import write_rows
from duediligence.progress import Progress
from duediligence.writing import link, make_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Failures = Mapping[LookupPart, str]
# Does parts, calling after each: see `workers.do_parts` and `cluster`.
DoParts = Callable[[WorkerJob, Sequence[LookupPart], Callable[[], object]], Failures]
_SHOWN = 5


def planned_layer(
    connection: "DuckDBPyConnection",
    layer: Path,
    rules: LookupRules,
    only: Mapping[str, str] | None = None,
    most: int = ROWS_OF_A_PART,
) -> LookupPlan:
    """Return the plan of a layer: the one kept in it where it is by the same rules, else a new
    one.
    """
    plan = read_plan(layer)
    if plan is not None and plan.rules == rules:
        return plan
    shutil.rmtree(layer, ignore_errors=True)
    make_folder(layer / ROWS)
    plan = build_lookup_plan(rules, write_rows(connection, layer / ROWS, only), most)
    write_plan(layer, plan)
    return plan


def work_off(plan: LookupPlan, job: WorkerJob, do: DoParts, progress: Progress) -> None:
    """Do every part that is not done yet.

    Raises Incomplete where parts could not be done, with the reasons; what is done stays.
    """
    layer = Path(job.folder)
    for parts, what in zip(
        plan.stages(), ("Looking the register up", "Indexing words"), strict=True
    ):
        left = [part for part in parts if not done_file(layer, part).exists()]
        with (
            progress.task(what, len(parts)) as task,
            progress.keeping("parts of the register were looked up", len(parts)) as keeping,
        ):
            task.advance(len(parts) - len(left))
            keeping.advance(len(parts) - len(left))

            def done() -> None:
                task.advance()
                keeping.advance()

            failures = do(job, left, done) if left else {}
        if failures:
            raise Incomplete(
                f"{len(failures)} of {len(parts)} parts of the register were not looked up: "
                + _format_part_failures(failures),
                hint=Hint(
                    "Screen it again, which does only what is missing: ", Step("screen-register")
                ),
            )


def _format_part_failures(failures: Failures) -> str:
    shown = [f"{part.name} ({why})" for part, why in sorted(failures.items())[:_SHOWN]]
    more = len(failures) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def finish_layer(layer: Path) -> None:
    """Remove what only the look-up itself needed."""
    shutil.rmtree(layer / ROWS, ignore_errors=True)
    for pattern in ("found-*.parquet", "words-*.parquet"):
        for file in layer.glob(pattern):
            file.unlink(missing_ok=True)


def link_layer(source: Path, target: Path) -> None:
    """Make `target` hold what `source` holds, without copying where the disk allows."""
    make_folder(target)
    for file in source.iterdir():
        if file.is_file() and not (target / file.name).exists():
            link(file, target / file.name)
