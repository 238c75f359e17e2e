"""`retention`."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, workspace

if TYPE_CHECKING:
    from duediligence.casework.retention import Retained


app = typer.Typer(
    help="How long records are kept, and where a person is named.", no_args_is_help=True
)


@app.command()
def rules(as_json: JsonOption = False) -> None:
    """Show what is kept for how long, and why. The setting `retention` changes the days.

    Examples:

        duediligence retention rules

        duediligence retention rules --json
    """
    from duediligence.casework import retention
    from duediligence.cli.globals import table

    with workspace() as ws:
        found = retention.rules(ws.settings.retention, ws.extensions).values()
    if as_json:
        say_json(list(found))
        return
    table(
        ["rule", "what", "kept", "counted from", "then", "why"],
        [[one.id, one.title, one.period, one.runs_from, one.does, one.basis] for one in found],
    )


@app.command()
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be removed, and remove nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove what is past its retention period. Removals are recorded; `audit verify` still passes.

    Examples:

        duediligence retention run --dry-run

        duediligence retention run
    """
    from duediligence.casework import retention

    with workspace() as ws:
        done = retention.run(ws, dry_run=dry_run)
    if as_json:
        say_json(done)
    else:
        _print_retention_result(done)


@app.command()
def subject(
    name: Annotated[str, typer.Argument(help="The person's name, or the part of it to look for.")],
    as_json: JsonOption = False,
) -> None:
    """List where the stored records name a person.

    Use it to answer a subject access request. Looks for the words of the name, in any order, in
    suppliers, screenings, decisions, declarations, digests, list entries, answers of Companies
    House, and exchanges. A name spelled differently is not found: try other spellings. The search
    is recorded, without the name.

    Examples:

        duediligence retention subject "Jo Invented"

        duediligence retention subject "Invented" --json
    """
    from duediligence.casework.subject_access import held, not_searched
    from duediligence.cli.globals import table
    from duediligence.render.wording import visible

    with workspace() as ws:
        found = held(ws, name)
        left_out = not_searched(ws)
    if as_json:
        say_json(found)
    elif found:
        rows = [[one.where, one.reference, one.at, one.fields] for one in found]
        table(
            ["where", "reference", "since", "in"], [[visible(cell) for cell in row] for row in rows]
        )
    else:
        note("Nobody of that name was found. Try other spellings, and former names.")
    if left_out:
        note(left_out)
    if not as_json:
        note(
            "The answer is due within a month (UK GDPR art 12A says from when). Tell the person "
            "that they may complain to you; a complaint must be acknowledged within 30 days (Data "
            "Protection Act 2018 s.164A). See docs/officer/data-protection.md."
        )


def _print_retention_result(done: "Retained") -> None:
    from duediligence.cli.globals import table

    rows = [
        [one.rule.id, one.rule.period, f"{one.records:,} {one.of}", one.rule.title]
        for one in done.removed
    ]
    table(["rule", "kept", "would be removed" if done.dry_run else "removed", "what"], rows)
    would = "would be removed" if done.dry_run else "were removed"
    say(
        f"{done.contents:,} suppliers, dossiers and list entries as they were compared {would}, "
        "because nothing that is kept refers to them."
    )
    if done.old_decisions:
        say(
            f"{done.old_decisions:,} decisions are past their retention period and stay: the day "
            "of the contract is not known here. A person should review them."
        )
    for line in done.weeding:
        say(line)
    if done.dry_run:
        note("Nothing was removed.")
