"""`suppliers remove`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import JsonOption, note, say, say_json, workspace

if TYPE_CHECKING:
    from duediligence.casework.removing import Removal

_MOST_NAMES = 8
# What the rows of a table are, in words; those that only join others are not counted for people.
_ROWS = {
    "suppliers": "supplier",
    "supplier_changes": "recorded change",
    "links": "link set by hand",
    "declarations": "declared answer",
    "partner_messages": "partner message",
    "findings": "finding",
    "run_dossiers": "dossier",
    "information_requests": "information request",
}


def remove(
    refs: Annotated[list[str], typer.Argument(metavar="REF...", help="References.")],
    rule: Annotated[
        str,
        typer.Option(
            metavar="RULE",
            help="never-a-supplier, duty-over or erasure-upheld: see `retention rules`. Default: "
            "one of the first two, where it applies.",
            show_default=False,
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be removed, and remove nothing.")
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Remove suppliers for good.

    All that is kept about them alone goes with them. It cannot be undone. For a row that was never
    a supplier (a total, a heading), and for a supplier for which no duty to keep records remains.
    Shows what goes, and asks. The removal is recorded by reference, rule and count, and `audit
    verify` still passes. Backups, packs and files that you wrote are not reached.

    Examples:

        duediligence suppliers remove S00042

        duediligence suppliers remove S00042 S00043 --rule never-a-supplier --yes

        duediligence suppliers remove S00042 --dry-run
    """
    from duediligence.casework import removing

    with workspace() as ws:
        would = removing.remove(ws, refs, rule=rule, dry_run=True)
        if dry_run:
            _print_removal(would, as_json)
            note("Nothing was removed.")
            return
        if not yes:
            for line in _format_removal(would):
                note(line)
            confirm("Remove all of this for good?", yes=yes, nothing="Nothing was removed")
        done = removing.remove(
            ws, refs, rule=rule, dry_run=False, expected=None if would.before else would
        )
    if yes or as_json:
        _print_removal(done, as_json)
    if not as_json:
        if done.before:
            say("Nothing more is kept: the audit chain has had their removal since then.")
        else:
            say(f"Removed, and recorded in the audit chain under the rule {done.rule.id}.")


def _print_removal(removal: "Removal", as_json: bool) -> None:
    if as_json:
        say_json(removal)
        return
    for line in _format_removal(removal):
        say(line)


def _format_removal(removal: "Removal") -> "Iterator[str]":
    from duediligence.render.wording import day, visible
    from duediligence.text.wording import count

    for ref in removal.refs[:_MOST_NAMES]:
        yield visible(f"{ref}: {removal.names.get(ref) or 'not among the suppliers any more'}")
    if len(removal.refs) > _MOST_NAMES:
        yield f"and {len(removal.refs) - _MOST_NAMES:,} more"
    if removal.before:
        yield f"Already removed on {day(removal.before)}. What could still hold traces:"
    else:
        yield f"Rule {removal.rule.id}: {removal.rule.title}. What goes:"
    named = [count(n, _ROWS[name]) for name, n in removal.rows.items() if name in _ROWS and n]
    parts = [
        *named,
        count(removal.alerts, "alert"),
        count(removal.decisions, "decision"),
        f"its part of {count(removal.screenings, 'screening')}",
        f"{count(removal.contents, 'document')} as compared",
        f"the whole text of {count(removal.digests, 'digest')}",
        count(removal.answers, "answer") + " of Companies House that no screening refers to",
        count(removal.copies, "copy", "copies") + " of the databases in the home, within a week",
        "what is remembered of look-ups on lists",
    ]
    yield from (f"  {part}" for part in parts if not _is_none(part))
    yield "Not reached: backups, packs, and files that were written."


def _is_none(part: str) -> bool:
    return " 0 " in f" {part} "
