"""`export`: flags and referrals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import ExcelOption, NoBomOption, PeopleOption, note_excel
from duediligence.cli.globals import SeverityOption, note, say, warn, workspace
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from duediligence.delivery.exports import ExportRows


def _add_flags(app: typer.Typer) -> None:
    app.command("flags")(export_flags_file)


def export_flags_file(
    file: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx, .jsonl or .ftm.json.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="csv, xlsx, jsonl or ftm.json. Default: by the file name.",
        ),
    ] = "",
    no_bom: NoBomOption = False,
    excel: ExcelOption = False,
    run: Annotated[
        str, typer.Option(metavar="ID", help="This run. Default: each supplier's newest.")
    ] = "",
    contract: Annotated[str, typer.Option(help="Only suppliers of this contract.")] = "",
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS",
            help="Only these states: open, awaiting-second-decision, same, not-the-same, not-sure, "
            "confirmed-risk or mitigated. Repeatable.",
        ),
    ] = None,
    severity: SeverityOption = "low",
    since: Annotated[
        str, typer.Option(metavar="DATE", help="First seen on this day or later.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="First seen on this day or before.")
    ] = "",
    lists: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="ID", help="Only this list. Repeatable."),
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what changed since the run before.")
    ] = False,
    waiting: Annotated[
        bool, typer.Option("--open", help="Only what still waits for a person.")
    ] = False,
    people: PeopleOption = False,
) -> None:
    """Export findings and their decisions, for another system or another person.

    The export always includes what could not be checked. It names nobody unless
    --include-people is given, and never holds restricted findings. The audit chain records each
    export with the SHA-256 that is printed.

    Examples:

        duediligence export flags flags.xlsx --open --severity high

        duediligence export flags suppliers.ftm.json --contract "Waste 2026"
    """
    from typing import get_args

    from duediligence.casework.choices import date_of, word_of
    from duediligence.delivery.exports import ExportFilters, export_flags, format_of
    from duediligence.delivery.flag_files import check_folder
    from duediligence.model import SEVERITIES
    from duediligence.model.alerts import State

    filters = ExportFilters(
        contract=contract,
        states=tuple(word_of("status", each, get_args(State)) for each in status or ()),
        severity=word_of("severity", severity, SEVERITIES),
        since=date_of("since", since),
        until=date_of("until", until),
        lists=tuple(lists or ()),
        changed=changed,
        waiting=waiting,
    )
    form = format_of(file, format_)
    note_excel(excel)
    if no_bom and form != "csv":
        raise Invalid(
            "--no-bom is for CSV", field="no_bom", hint="Leave it out, or add --format csv."
        )
    check_folder(file)
    with workspace() as ws:
        written = export_flags(ws, file, form, filters, run_id=run, people=people, bom=not no_bom)
    say(f"{written.sha256}  {file.name}")
    _print_export_summary(written.gathered)


def _print_export_summary(found: "ExportRows") -> None:
    from duediligence.text.wording import count

    note(f"Wrote {count(len(found.rows), 'row')} of {count(len(found.runs), 'run')}.")
    if found.not_checked:
        warn(f"Warning: {found.not_checked:,} of them report what could not be checked.")
    if found.never:
        few = ", ".join(found.never[:5]) + (" and others" if found.never[5:] else "")
        warn(
            f"Warning: {count(len(found.never), 'supplier')} never screened, so not reported: "
            f"{few}. Run: duediligence screen"
        )


def _add_referral(app: typer.Typer) -> None:
    app.command("referral")(export_referral_form)


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
    basis: Annotated[
        str,
        typer.Option(metavar="CODE", help="A basis of the agreement. Default: its only one."),
    ] = "",
    due: Annotated[
        str, typer.Option(metavar="DATE", help="Day by which an answer to it is needed.")
    ] = "",
    case: Annotated[int, typer.Option(min=0, help="Number of the case it comes from.")] = 0,
) -> None:
    """Write an information-sharing form from chosen alerts, for an officer to complete and sign.

    Nothing is sent, graded or ticked: the form gives the source, what happened and the match
    strength; the officer adds the rest. The audit chain records the form with its hash, and the
    kind of body that receives it. With --agreement it is also recorded as a request, which
    `sharing due` watches.

    Examples:

        duediligence export referral --finding 3f9c01aa --to police --unit "Example Police" \
--out referral.html
    """
    from duediligence.casework.choices import date_of
    from duediligence.delivery.flag_files import check_folder
    from duediligence.delivery.referral import ReferralRequest, make
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


app = typer.Typer(help="Files for other systems and other people.", no_args_is_help=True)
_add_flags(app)
_add_referral(app)


@app.callback()
def _exports() -> None:
    # Without it a noun of one command would take that one's place.
    pass
