"""`letter`: to a supplier, about an alert."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, warn, worded, workspace

if TYPE_CHECKING:
    from duediligence.delivery.letters import LetterMade
    from duediligence.model.letters import LetterKind

app = typer.Typer(
    help="Letters to suppliers, each kept with its alert. Nothing is sent.", no_args_is_help=True
)
AlertArgument = Annotated[
    str, typer.Argument(metavar="ALERT", help="The number of the alert, as A-1042, or its ID.")
]
OutOption = Annotated[
    Path, typer.Option(help="File to write: .html, which Word opens too, or .pdf.")
]
ReplyByOption = Annotated[
    str,
    typer.Option(metavar="DATE", help="Day until which an answer is wanted. Default: reply_days."),
]
ConfirmedOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Who agreed that it may go out, where that must be asked. Kept with the letter.",
    ),
]


@app.command("details-wanted")
def details_wanted(
    alert: AlertArgument,
    out: OutOption,
    reply_by: ReplyByOption = "",
    confirmed_with: ConfirmedOption = "",
) -> None:
    """Ask for a birth month or a company number.

    The answer can rule out a namesake. The letter says nothing of the list or of the possible
    match.

    Examples:

        duediligence letter details-wanted A-1042 --out details.html
    """
    _write_letter("details-wanted", alert, out, reply_by=reply_by, confirmed_with=confirmed_with)


@app.command("explanation-wanted")
def explanation_wanted(
    alert: AlertArgument,
    out: OutOption,
    reply_by: ReplyByOption = "",
    confirmed_with: ConfirmedOption = "",
) -> None:
    """Ask a supplier to explain a published fact.

    The fact is about the supplier itself, such as overdue accounts. A possible match must be
    decided first as the same party.

    Examples:

        duediligence letter explanation-wanted A-1042 --out ask.html --reply-by 2026-12-11
    """
    _write_letter(
        "explanation-wanted", alert, out, reply_by=reply_by, confirmed_with=confirmed_with
    )


@app.command()
def representations(
    alert: AlertArgument,
    out: OutOption,
    ground: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="Ground considered, such as PA23-7-11, of those that the alert can go to. "
            "Default: the only one.",
        ),
    ] = "",
    contract: Annotated[
        str, typer.Option(help="Procurement or contract that it is about, as the letter names it.")
    ] = "",
    running: Annotated[
        bool, typer.Option("--running", help="It is about a contract that is running (s.78).")
    ] = False,
    regime: Annotated[
        str,
        typer.Option(
            metavar="REGIME",
            help="Law of a procurement that is not stored, such as pa23 or psr-england.",
        ),
    ] = "",
    associated: Annotated[
        bool,
        typer.Option("--associated", help="The party is an associated person (s.26(4))."),
    ] = False,
    to: Annotated[
        str,
        typer.Option(
            metavar="REF",
            help="Write to this supplier instead, whose sub-contractor the alert is about.",
        ),
    ] = "",
    reply_by: ReplyByOption = "",
    confirmed_with: ConfirmedOption = "",
) -> None:
    """Invite representations about an exclusion ground.

    It is sent before the ground is considered (Procurement Act 2023 s.58), and waits until a person
    confirmed under which law the contract was bought. Nothing is recorded as
    sent: record the day with `alerts decide --invited` afterwards.

    Examples:

        duediligence letter representations A-1042 --ground PA23-7-11 --out invite.html \
--regime pa23
    """
    from duediligence.casework.choices import word_of
    from duediligence.suppliers.facts import REGIME_WORDS

    _write_letter(
        "representations",
        alert,
        out,
        reply_by=reply_by,
        confirmed_with=confirmed_with,
        ground=ground,
        contract=contract,
        running=running,
        regime=word_of("regime", regime, tuple(REGIME_WORDS)),
        associated=associated,
        to=to,
    )


@app.command("privacy-notice")
def privacy_notice(alert: AlertArgument, out: OutOption) -> None:
    """Write how the data of a supplier's people is used.

    It has what people behind a supplier must know. It names nobody, and nothing that was found.

    Examples:

        duediligence letter privacy-notice A-1042 --out notice.html
    """
    _write_letter("privacy-notice", alert, out)


def _write_letter(
    kind: "LetterKind", alert: str, out: Path, *, reply_by: str = "", **more: Any
) -> None:
    from duediligence.casework.choices import date_of
    from duediligence.delivery.flag_files import check_folder
    from duediligence.delivery.letters import LetterRequest, make
    from duediligence.writing import write_bytes

    check_folder(out)
    wanted = LetterRequest(kind=kind, alert=alert, reply_by=date_of("reply_by", reply_by), **more)
    with workspace() as ws:
        made = make(ws, wanted, file=out.name)
        write_bytes(out, made.body)
    _print_letter_summary(made, out)


def _print_letter_summary(made: "LetterMade", out: Path) -> None:
    from duediligence.delivery.letters import list_letter_cautions, next_steps

    say(f"{made.letter.sha256}  {out.name}")
    for step in next_steps(made):
        note(worded(step))
    for caution in list_letter_cautions(made):
        warn(caution)


@app.command("list")
def list_(
    alert: Annotated[
        str, typer.Option(metavar="ALERT", help="Only letters about this alert.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """List the letters that were made, oldest first.

    JSON leaves out who agreed to them.

    Examples:

        duediligence letter list --alert A-1042
    """
    from duediligence.casework.queue import label_alerts
    from duediligence.cli.globals import table
    from duediligence.delivery.letters import letters
    from duediligence.render.wording import uk_day, visible

    with workspace() as ws:
        found = letters(ws, alert, people=not as_json)
        numbers = label_alerts(ws, [one.alert_id for one in found])
    if as_json:
        say_json(found)
        return
    if not found:
        note("No letter was made.")
        return
    table(
        ["letter", "kind", "alert", "made", "by", "reply by", "confirmed with", "SHA-256"],
        [
            [
                str(one.position),
                one.kind,
                number,
                f"{uk_day(one.at):%d %b %Y}",
                visible(one.by),
                f"{one.reply_by:%d %b %Y}" if one.reply_by else "",
                visible(one.confirmed_with),
                one.sha256[:12],
            ]
            for one, number in zip(found, numbers, strict=True)
        ],
    )


@app.command()
def show(
    number: Annotated[int, typer.Argument(min=1, help="Number of the letter, without the L.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Write a letter again, byte for byte as it was made. Recorded.

    Examples:

        duediligence letter show 12 --out again.html
    """
    from duediligence.delivery.flag_files import check_folder
    from duediligence.delivery.letters import copy
    from duediligence.writing import write_bytes

    check_folder(out)
    with workspace() as ws:
        letter, body = copy(ws, number, file=out.name)
        write_bytes(out, body)
    say(f"{letter.sha256}  {out.name}")


@app.command()
def templates() -> None:
    """Write the templates of letters, for you to change.

    They are in the folder `letters` of the home. A template that is there already is left as it is.
    To use the one that comes with the tool again, delete yours.

    Examples:

        duediligence letter templates
    """
    from duediligence.delivery.letter_templates import write_templates

    with workspace() as ws:
        written, kept = write_templates(ws)
    for path in written:
        say(str(path))
    for path in kept:
        note(f"Left as it is: {path}")
