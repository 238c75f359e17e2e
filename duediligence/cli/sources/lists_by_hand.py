"""Lists that a person keeps by hand: confirm one, write its template."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.globals import note, say, workspace
from duediligence.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands to the noun `lists`."""
    app.command()(confirm)
    app.command()(template)


def confirm(
    list_id: Annotated[
        str, typer.Argument(metavar="ID", help="A list kept by hand: `uk-debarment`.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; without a terminal, nothing is asked.")
    ] = False,
) -> None:
    """Record that you compared a list that is kept by hand with its official page today.

    If nothing is loaded, that says that the page names nobody: the list is then loaded, empty.
    Your account and the time go into the audit chain.

    Examples:

        duediligence lists confirm uk-debarment
    """
    from duediligence.reports.wording import day
    from duediligence.screening.lists.confirm import confirm as confirm_list
    from duediligence.screening.lists.statuses import statuses
    from duediligence.text.wording import count

    with workspace() as ws:
        watchlist = ws.watchlist(list_id)
        if watchlist.by_hand and not yes and is_terminal():
            (loaded,) = statuses(ws, [list_id])
            _ask(watchlist.homepage, loaded.version.entries if loaded.version else 0)
        version = confirm_list(ws, list_id)
    assert version.stated_at
    entries = count(version.entries, "entry", "entries")
    finding = f"it names the {entries} loaded" if version.entries else "it names nobody"
    say(
        f"{list_id}: recorded that you read {watchlist.homepage} on {day(version.stated_at)} and "
        f"that {finding}."
    )
    if not version.entries:
        note(
            f"If the page names a supplier: duediligence lists template {list_id}, fill it in, "
            f"then duediligence lists refresh {list_id} --from DIR"
        )


def is_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def _ask(page: str, entries: int) -> None:
    """Ask whether the page was read: what is recorded here is a person's word."""
    from duediligence.text.wording import count

    held = (
        f"name just the {count(entries, 'entry', 'entries')} loaded" if entries else "name nobody"
    )
    if not typer.confirm(f"Have you read {page} today, and does it {held}?"):
        note("Nothing was recorded.")
        raise typer.Exit(2)


def template(
    name: Annotated[str, typer.Argument(help="A list kept by hand: `debarment`.")],
    out: Annotated[Path | None, typer.Option(help="File to write; printed if not given.")] = None,
) -> None:
    """Write the empty file of a list that is kept by hand.

    Examples:

        duediligence lists template debarment > debarment.csv

        duediligence lists template debarment --out lists/uk-debarment/debarment.csv
    """
    from duediligence import registry

    kept_by_hand = {i: w for i, w in registry.watchlists().items() if w.template}
    watchlist = kept_by_hand.get(name) or kept_by_hand.get(f"uk-{name}")
    if watchlist is None:
        raise UsageError(
            f"there is no template for {name!r}",
            hint=f"Lists kept by hand: {', '.join(kept_by_hand)}.",
        )
    if out is None:
        typer.echo(watchlist.template, nl=False)
        return
    if out.exists():
        raise UsageError(f"{out} exists already", hint="Name another file; nothing was written.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(watchlist.template, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
    note(f"Wrote {out}. Fill it in, then: duediligence lists refresh {watchlist.id} --from DIR")
