"""`suppliers network`: who and what stands between suppliers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import PeopleOption, RestrictedOption
from duediligence.cli.globals import (
    JsonOption,
    note,
    say,
    say_document,
    warn,
    workspace,
)
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from duediligence.casework.networks_shown import NetworkView


def show_network(
    asked: Annotated[
        str,
        typer.Argument(
            metavar="SUPPLIER|CONTRACT",
            help="The supplier's reference, or the title of a contract: all its suppliers.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write it: .svg (a picture), .graphml (for Gephi and others), .txt or .json.",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[
        int, typer.Option(metavar="1|2|3", help="How far to look, from one party to the next.")
    ] = 2,
    include_people: PeopleOption = False,
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what links suppliers with other parties.

    Start from a supplier, or from the suppliers of a contract. Each path has its sources, its
    dates, and when it was first known here. It is intelligence to check, not proof: two people may
    have the same name and birth month.

    On the screen people are named. In a file or JSON each is a number unless --include-people is
    given, and restricted records are left out. Each is recorded.

    Examples:

        duediligence suppliers network S00001

        duediligence suppliers network "RFQ 12" --out bidders.svg --include-people

        duediligence suppliers network S00001 --steps 3 --out network.graphml
    """
    from duediligence.casework.networks_shown import network_for
    from duediligence.delivery.flag_files import check_folder
    from duediligence.delivery.network_file import form_of, network_as_json, write_network

    if restricted and (out or as_json):
        raise Invalid(
            "--restricted works on the screen only",
            field="restricted",
            hint="Leave --restricted out, or --out and --json.",
        )
    if out:
        form_of(out)
        check_folder(out)
    with workspace() as ws:
        if out:
            written = write_network(ws, asked, out, steps=steps, people=include_people)
        if as_json:
            say_document(network_as_json(ws, asked, steps=steps, people=include_people))
        elif not out:
            _print_network(network_for(ws, asked, steps=steps, restricted=restricted), asked)
    if out:
        if written.not_shown:
            note(written.not_shown)
        note(f"Wrote {out}.")
        if not as_json:
            say(f"sha256 {written.sha256}")


def _print_network(view: "NetworkView", asked: str) -> None:
    from shlex import quote

    from duediligence.render.wording import visible

    for line in view.lines():
        say(_restore_indent(visible(line), line))
    if view.alerts:
        say()
        say("Alerts about it")
        for row in view.alerts:
            whom = f"{row.supplier_name} ({row.supplier_ref})"
            title = f"{row.label}  {row.severity}  {row.state}  {row.check_title}"
            say(visible(f"{title}: {whom}" if len(view.suppliers) > 1 else title))
    if view.linked:
        note(f"For a picture: duediligence suppliers network {quote(asked)} --out network.svg")
    if view.not_shown:
        warn("--restricted shows restricted records on this screen. It is recorded.")


def _restore_indent(shown: str, line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" "))) + shown
