"""`suppliers duplicates`: suppliers that may be one, and those that a person said are not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, worded, workspace
from duediligence.errors import Hint, Step, UsageError

if TYPE_CHECKING:
    from duediligence.screening.duplicates import DuplicateGroup


def list_duplicates(
    refs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REF OTHER]",
            help="With --not-the-same: the two suppliers.",
            show_default=False,
        ),
    ] = None,
    not_the_same: Annotated[
        bool,
        typer.Option(
            "--not-the-same", help="Record that these two are not one: they are not shown again."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List suppliers that may be one.

    They have the same number, the same name and postcode, or similar names. Merging keeps all
    alerts and decisions. Nothing is merged here.

    Examples:

        duediligence suppliers duplicates

        duediligence suppliers duplicates --not-the-same S00001 S00007
    """
    from duediligence.screening.duplicates import (
        build_duplicate_group_document,
        duplicates_of,
        keep_apart,
        name_of,
    )

    refs = refs or []
    if not_the_same != (len(refs) == 2) or (refs and not not_the_same):
        raise UsageError(
            "Name two suppliers with --not-the-same, and none without it",
            hint="To see all that may be one: duediligence suppliers duplicates",
        )
    with workspace() as ws:
        if not_the_same:
            one, other = keep_apart(ws, *refs)
            say(f"Recorded: {name_of(one)} and {name_of(other)} are not the same supplier.")
            return
        found = duplicates_of(ws)
    if as_json:
        say_json([build_duplicate_group_document(group, _format_merge_step) for group in found])
        return
    for number, group in enumerate(found):
        if number:
            say()
        for line in _format_duplicate_group(group):
            say(line)
    if found:
        note("\nNot the same? duediligence suppliers duplicates --not-the-same REF OTHER")
    else:
        note("No suppliers that may be one.")


def _format_duplicate_group(group: "DuplicateGroup") -> Iterator[str]:
    from duediligence.render.wording import visible
    from duediligence.screening.duplicates import duplicates_view

    view = duplicates_view(group)
    for supplier, counts in view.suppliers:
        yield visible(supplier)
        yield f"    {counts}"
    for reason in view.reasons:
        yield "  " + visible(reason)
    for step in view.merges:
        yield "  " + visible(_format_merge_step(step))


def _format_merge_step(step: Step) -> str:
    return worded(Hint(step))
