"""What is printed of a council's own register: its problems, and its records as they are read."""

import json
from collections.abc import Iterator, Sequence

from duediligence.cli.globals import note, resolve, say, warn
from duediligence.contracts import Files
from duediligence.council_registers import Description, Examined, RegisterProblem
from duediligence.council_registers.description import MOST_PROBLEMS
from duediligence.council_registers.fields import BY_NAME
from duediligence.council_registers.reading import refused_rows, render_entry_fields, rows_named
from duediligence.council_registers.starter import value_line
from duediligence.errors import UsageError
from duediligence.render.wording import visible
from duediligence.screening.lists.shown import drift_words
from duediligence.text.wording import count


def report_register_problems(description: Description, found: Examined) -> None:
    """Tell what is wrong and what to do about it. Raises UsageError where anything is."""
    if not found.problems:
        return
    others = [problem.hint for problem in found.problems if problem.hint and not problem.theirs]
    hints = [*list(dict.fromkeys(others))[:5], *_unknown_words(found.problems)]
    if found.not_read:
        hints.append(
            "If the rest may be used without them: `allowance` in the description says how many "
            "rows may be left unread."
        )
    for problem in found.problems[:MOST_PROBLEMS]:
        warn(visible(str(problem)))
    if (more := len(found.problems) - MOST_PROBLEMS) > 0:
        warn(f"and {more:,} more")
    until = "more of its rows can be read" if found.allowed else "all rows can be read"
    raise UsageError(
        f"{description.path.name}: {count(len(found.problems), 'problem')} in the register; "
        f"none of it is used until {until}{refused_rows(found)}",
        hint="\n".join(map(visible, hints)),
    )


def _unknown_words(problems: Sequence[RegisterProblem]) -> Iterator[str]:
    """Yield what to write in the description for words that it does not know, with a guess for
    each.
    """
    unknown: dict[str, list[str]] = {}
    for problem in problems:
        if problem.theirs:
            unknown.setdefault(problem.field, []).append(problem.theirs)
    for name, words in unknown.items():
        ours = ", ".join(BY_NAME[name].words)
        yield f"Under [values.{name}] write what each means (one of {ours}):"
        yield from (value_line(name, theirs) for theirs in dict.fromkeys(words))


def print_register_records(
    description: Description, files: Files, found: Examined, rows: int
) -> None:
    """Print the first `rows` records as they were understood, and what the rest comes to."""
    for entry in found.entries[:rows]:
        for name, value in render_entry_fields(entry).items():
            say(visible(f"{name}: {value}"))
        say()
    if not found.problems:
        say(
            f"{description.id}: {count(len(found.entries), 'record')} from "
            f"{count(found.rows, 'row')} of {count(len(files), 'file')}"
        )
        records = [entry.record for entry in found.entries if entry.record]
        closed = sum(record.handling == "restricted" for record in records)
        if closed and not resolve().settings.store_restricted:
            warn(
                f"Warning: {closed:,} of {count(len(records), 'record')} restricted. A refresh "
                "leaves these out while the setting store_restricted is off: change handling, or "
                "that setting."
            )
        least, most = description.expected
        if not least <= len(found.entries) <= most:
            warn(f"Warning: expected {least} to {most} records: a refresh would be refused.")
    for text in found.notes:
        note(visible(text))
    if found.not_read and not found.problems:
        warn(
            f"{count(len(found.not_read), 'row')} of {found.rows:,} not read, of at most "
            f"{found.allowed:,} that may be left unread (allowance = {description.allowance}):"
        )
        for problem in found.unread[:MOST_PROBLEMS]:
            warn(visible(f"  {problem}"))
        warn(visible(f"  {rows_named(found.not_read)}"))
    unread = []
    for item in files.drift.items():
        if item.kind == "unread" and item.what == "column":
            unread.append(item.name)
        else:
            note(visible(drift_words(item)))
    if unread:
        listed = json.dumps(unread, ensure_ascii=False)
        note(visible(f"Columns not read; if you do not need them: ignore = {listed}"))
