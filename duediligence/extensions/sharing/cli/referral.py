"""`sharing referral`."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.disclosing import PeopleOption
from duediligence.cli.globals import note, workspace
from duediligence.errors import Invalid
from duediligence.extensions.sharing.cli.requests import BasisOption


def export_referral_form(
    alerts: Annotated[
        list[str],
        typer.Option("--finding", metavar="ALERT_ID", help="An alert to share. Repeatable."),
    ],
    to: Annotated[
        str,
        typer.Option(
            metavar="BODY",
            help="The kind of body that receives it, such as police. Recorded. A wrong one lists "
            "them all.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="File to write: .html, to print or to complete.")],
    unit: Annotated[
        str, typer.Option(help="Its name: the force or partner, and unit. On the form only.")
    ] = "",
    purpose: Annotated[
        str, typer.Option(help="What it is needed for; left blank to write in if not given.")
    ] = "",
    people: PeopleOption = False,
    restricted: Annotated[
        bool,
        typer.Option("--restricted", help="Allow restricted records. Recorded."),
    ] = False,
    agreement: Annotated[
        str,
        typer.Option(
            metavar="REF", help="Record it as a request under this agreement. Needs --due."
        ),
    ] = "",
    basis: BasisOption = "",
    due: Annotated[
        str, typer.Option(metavar="DATE", help="Day by which an answer to it is needed.")
    ] = "",
    case: Annotated[int, typer.Option(min=0, help="Number of the case it comes from.")] = 0,
) -> None:
    """Write an information-sharing form about chosen alerts.

    An officer completes and signs it. Nothing is sent, graded or ticked: the form gives the source,
    what happened and the match strength; the officer adds the rest. The audit chain records the
    form with its hash, and the kind of body that receives it. With --agreement it is also recorded
    as a request, which `sharing due` watches.

    Examples:

        duediligence sharing referral --finding 3f9c01aa --to police --unit "Example Police" \
--out referral.html
    """
    from duediligence.casework.choices import date_of
    from duediligence.delivery.flag_files import check_folder
    from duediligence.extensions.sharing.referral import ReferralRequest, make
    from duediligence.writing import write_text

    if out.suffix.lower() != ".html":
        raise Invalid(f"{out}: the form must be an .html file", field="out")
    check_folder(out)
    if not agreement and (basis or due):
        raise Invalid("--basis and --due go with --agreement", field="agreement")
    wanted = ReferralRequest(
        alerts=alerts,
        to=to,
        unit=unit,
        purpose=purpose,
        people=people,
        restricted=restricted,
        case=case,
        agreement=agreement,
        basis=basis,
        due_on=date_of("due", due),
    )
    with workspace() as ws:
        write_text(out, make(ws, wanted, file=out.name))
    note(f"Wrote {out}. An officer completes and signs it before it is sent.")
    if agreement:
        note("Recorded as a request. To see it: duediligence sharing request list")
