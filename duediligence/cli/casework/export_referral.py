"""A form to share chosen findings with the police or a community safety partner."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.disclosing import PeopleOption
from duediligence.cli.globals import note, workspace
from duediligence.errors import Invalid


def register(app: typer.Typer) -> None:
    app.command("referral")(referral)


def referral(
    alerts: Annotated[
        list[str],
        typer.Option("--finding", metavar="ALERT_ID", help="An alert to share. Repeatable."),
    ],
    to: Annotated[str, typer.Option(help="Who is to have it: the force or partner, and unit.")],
    out: Annotated[Path, typer.Option(help="File to write: .html, to print or to complete.")],
    purpose: Annotated[
        str, typer.Option(help="What it is needed for; a line to write on if not given.")
    ] = "",
    people: PeopleOption = False,
    restricted: Annotated[
        bool,
        typer.Option("--restricted", help="Restricted records may be among them. Recorded."),
    ] = False,
) -> None:
    """Write an information-sharing form from chosen alerts, for an officer to complete and sign.

    Nothing is sent, graded or ticked: source, what happened and how sure the match is stand
    there, the officer adds the rest. That it was made is recorded, with the hash of the file.

    Examples:

        duediligence export referral --finding 3f9c01aa --to "Example Police" --out referral.html
    """
    from duediligence.casework.flag_files import check_folder
    from duediligence.casework.referral import Wanted, make
    from duediligence.writing import write_text

    if out.suffix.lower() != ".html":
        raise Invalid(f"{out}: the form is written as .html", field="out")
    check_folder(out)
    wanted = Wanted(alerts=alerts, to=to, purpose=purpose, people=people, restricted=restricted)
    with workspace() as ws:
        write_text(out, make(ws, wanted, file=out.name))
    note(f"Wrote {out}. An officer completes and signs it before it is sent.")
