"""`suppliers checks`: the names that were checked and kept."""

from typing import Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say_json, table, workspace


def list_kept_checks(
    most: Annotated[int, typer.Option(min=1, help="How many of the newest.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List the names that `check --keep` kept, the newest first.

    `alerts list --checks --all` lists what they raised, and what was decided.

    Examples:

        duediligence suppliers checks
    """
    from duediligence.casework.runs_shown import runs_page
    from duediligence.render.wording import moment

    with workspace() as ws:
        found = runs_page(ws, size=most, checks=True)
    rows = [(one, found.checked[one.id]) for one in found.rows]
    if as_json:
        say_json(
            [
                {
                    "ref": who.ref,
                    "name": who.name,
                    "run": run.id,
                    "started_at": run.started_at,
                    "complete": run.complete,
                }
                for run, who in rows
            ]
        )
        return
    if rows:
        table(
            ("Reference", "Name", "Checked", "Result"),
            [
                (who.ref, who.name, moment(run.started_at), _describe_completeness(run.complete))
                for run, who in rows
            ],
        )
    note(f"{len(rows)} of {found.total} checks that are kept.")


def _describe_completeness(complete: bool) -> str:
    return "everything in scope" if complete else "incomplete"
