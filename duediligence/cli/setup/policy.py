"""Policy: what another threshold would show and hide."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import progress, say, say_json, warn, workspace

if TYPE_CHECKING:
    from duediligence.screening.run.preview import Change

app = typer.Typer(help="What your organisation decides for itself.", no_args_is_help=True)


@app.command()
def preview(
    threshold: Annotated[float, typer.Option(help="Threshold to try, above 0 and at most 1.")],
    examples: Annotated[int, typer.Option(min=0, help="Examples shown of each kind.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every change.")] = False,
) -> None:
    """Show how many possible matches would appear or vanish at another threshold.

    Looks up the suppliers already taken in; stores nothing and changes nothing.

    Examples:

        duediligence policy preview --threshold 0.9

        duediligence policy preview --threshold 0.75 --examples 20
    """
    from duediligence.screening.run.preview import preview as compare
    from duediligence.text.wording import count

    with workspace() as ws:
        found = compare(ws, threshold, progress=progress())
    if as_json:
        say_json(found)
        return
    for status in found.not_checked:
        warn(f"Not fully counted: {status.list_id} is {status.state}: {status.reason}.")
    say(
        f"{count(found.suppliers, 'supplier')}: "
        f"{count(found.matches_now, 'possible match', 'possible matches')} at "
        f"{found.threshold_now:g} now, {found.matches_then:,} at {found.threshold_then:g}."
    )
    _show("appear", found.appear, examples)
    _show("vanish", found.vanish, examples)
    if found.fixed:
        say(f"Your policy sets a threshold of its own for {', '.join(found.fixed)}: not counted.")
    say("To use it: --threshold, the setting `threshold`, or [lists.ID] in your policy file.")


def _show(what: str, changes: "tuple[Change, ...]", examples: int) -> None:
    say(f"\n{len(changes):,} would {what}" + (", such as:" if changes and examples else "."))
    for change in changes[:examples]:
        subject = "" if change.subject_name == change.supplier_name else f", {change.subject_name}"
        say(
            f"  {change.score:.2f}  {change.supplier_name} ({change.supplier_ref}){subject}: "
            f"{change.entry_name} ({change.list_id})"
        )
        say(f"        {change.why}")
