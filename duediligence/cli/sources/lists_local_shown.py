"""What a test of a register found, for a person at a terminal and for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields

from duediligence.cli.globals import note, resolve, say, warn
from duediligence.cli.sources.lists_refreshed import aside
from duediligence.contracts import Files
from duediligence.errors import UsageError
from duediligence.local_registers import Description, Examined, Problem
from duediligence.local_registers.description import MOST_PROBLEMS
from duediligence.local_registers.fields import BY_NAME
from duediligence.local_registers.starter import value_line
from duediligence.model import ListEntry
from duediligence.reports.wording import visible
from duediligence.text.wording import count


def refuse(description: Description, found: Examined) -> None:
    """Tell what is wrong and what to do about it. Raises UsageError where anything is."""
    if not found.problems:
        return
    others = [problem.hint for problem in found.problems if problem.hint and not problem.theirs]
    hints = [*list(dict.fromkeys(others))[:5], *_unknown_words(found.problems)]
    for problem in found.problems:
        warn(visible(str(problem)))
    first = "the first " if len(found.problems) == MOST_PROBLEMS else ""
    raise UsageError(
        f"{description.path.name}: {first}{count(len(found.problems), 'problem')} in the register; "
        "nothing of it is used until all rows can be read",
        hint="\n".join(map(visible, hints)),
    )


def _unknown_words(problems: Sequence[Problem]) -> Iterator[str]:
    """What to write in the description for words that it does not know, with a guess for each."""
    unknown: dict[str, list[str]] = {}
    for problem in problems:
        if problem.theirs:
            unknown.setdefault(problem.field, []).append(problem.theirs)
    for name, words in unknown.items():
        ours = ", ".join(BY_NAME[name].words)
        yield f"Under [values.{name}] write what each means (one of {ours}):"
        yield from (value_line(name, theirs) for theirs in dict.fromkeys(words))


def show(description: Description, files: Files, found: Examined, rows: int) -> None:
    """Print the first `rows` records as they were understood, and what the rest comes to."""
    for entry in found.entries[:rows]:
        for name, value in _shown(entry).items():
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
                "leaves such out while the setting store_restricted is off: change handling, or "
                "that setting."
            )
        least, most = description.expected
        if not least <= len(found.entries) <= most:
            warn(f"Warning: expected is {least} to {most} records: a refresh would be refused.")
    for text in found.notes:
        note(visible(text))
    unread = []
    for item in files.drift.items():
        if item.kind == "unread" and item.what == "column":
            unread.append(item.name)
        else:
            note(visible(aside(item)))
    if unread:
        listed = json.dumps(unread, ensure_ascii=False)
        note(visible(f"Columns that nobody reads; if you do not need them: ignore = {listed}"))


def document(
    description: Description, files: Files, found: Examined, rows: int
) -> dict[str, object]:
    """The same for programs."""
    return {
        "id": description.id,
        "records": len(found.entries),
        "rows": found.rows,
        "files": list(files),
        "first": [_shown(entry) for entry in found.entries[:rows]],
        "problems": [str(problem) for problem in found.problems],
        "notes": [*found.notes, *(item.words() for item in files.drift.items())],
    }


def _shown(entry: ListEntry) -> dict[str, str]:
    """What was read of a record, by the names of its fields; what is empty is left out."""

    record = entry.record
    shown = {
        "id": entry.id,
        "subject_name": entry.name,
        "subject_type": {"person": "individual"}.get(entry.kind, entry.kind),
        "trading_name": "; ".join(name.text for name in entry.names[1:]),
        "numbers": ", ".join(map(str, entry.identifiers)),
        "birth_month_year": ", ".join(map(str, entry.birth_dates)),
        "premises_address": "; ".join(address.text for address in entry.addresses),
        "postcode": "; ".join(address.postcode for address in entry.addresses),
        "source_url": entry.url,
    }
    for field in fields(record) if record else ():
        value = getattr(record, field.name)
        name = "record_type" if field.name == "type" else field.name
        shown[name] = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return {name: value for name, value in shown.items() if value and value != "False"}
