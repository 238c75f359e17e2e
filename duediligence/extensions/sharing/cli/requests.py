"""`sharing request`, `sharing reply`, `sharing receive` and `sharing due`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import (
    JsonOption,
    note,
    progress,
    say,
    say_json,
    table,
    warn,
    worded,
    workspace,
)
from duediligence.errors import Hint, Invalid, Step

if TYPE_CHECKING:
    from duediligence.extensions.sharing.due import DueItem
    from duediligence.extensions.sharing.request_log import RequestShown

NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", min=1, help="Number of the request.")
]
BasisOption = Annotated[
    str, typer.Option(metavar="CODE", help="A basis of the agreement. Default: its only one.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Signed file to write for the partner. Shows what it tells."),
]
_OVERDUE = 1

request = typer.Typer(
    help="Requests to and from partners: due when, answered how.", no_args_is_help=True
)


def add_request_commands(app: typer.Typer) -> None:
    """Add the commands to the noun `sharing`."""
    app.add_typer(request, name="request")
    app.command()(reply)
    app.command()(receive)
    app.command()(due)


@request.command()
def new(
    agreement: Annotated[str, typer.Option(metavar="REF", help="The agreement it is under.")],
    purpose: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="What the answer is needed for, in a line. The partner reads it."
        ),
    ],
    due_: Annotated[
        str, typer.Option("--due", metavar="DATE", help="Day by which an answer is needed.")
    ],
    supplier: Annotated[
        str, typer.Option(metavar="REF", help="The supplier it is about.", show_default=False)
    ] = "",
    basis: BasisOption = "",
    alert: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="An alert it is about. Not sent. Repeatable."),
    ] = None,
    case: Annotated[
        int,
        typer.Option(
            metavar="NUMBER", min=0, help="Number of the case it belongs to.", show_default=False
        ),
    ] = 0,
    received: Annotated[
        bool,
        typer.Option("--received", help="The partner asked you, by telephone or letter."),
    ] = False,
    about: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="With --received: the name it asks about, of no supplier of yours."
        ),
    ] = "",
    out: OutOption = None,
    yes: YesOption = False,
) -> None:
    """Record a request to a partner.

    With --out, it writes the signed file that asks it. Without --out, you asked by telephone or
    letter. With it, what the partner will learn is shown first: the supplier, the purpose, the
    basis and the day. With --received, records what the partner asked you by telephone or letter.

    Examples:

        duediligence sharing request new --agreement ISA-2026-01 --supplier S00101 \
--purpose "Renewal of the taxi contract" --due 2026-12-11 --out request.ddp
    """
    from duediligence.casework.choices import date_of
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing.information_requests import (
        RequestFacts,
        ask,
        record_received,
    )
    from duediligence.extensions.sharing.request_log import request_preview

    if received and out:
        raise Invalid("--out is for a request of yours, not one you received", field="out")
    if about and not received:
        raise Invalid("--about goes with --received", field="about")
    if out:
        check_new_file(out)
    facts = RequestFacts(
        agreement=agreement,
        supplier=supplier,
        purpose=purpose,
        due_on=date_of("due", due_),
        basis=basis,
        alerts=alert or (),
        case=case,
        about=about,
    )
    with workspace() as ws:
        if out:
            for line in request_preview(ws, facts):
                note(line)
            confirm("Write the file?", yes=yes)
        if received:
            made = record_received(ws, facts)
        else:
            with _reserve_partner_file(out) as write:
                recorded = ask(ws, facts, file=out.name if out else "")
                write(recorded.body)
            made = recorded.request
    say(f"Request {made.number}, due by {made.due_on.isoformat()}")


@request.command("list")
def list_(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that are closed or have expired.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the open requests of both directions.

    The earliest due is first. JSON is without purposes.

    Examples:

        duediligence sharing request list

        duediligence sharing request list --all --json
    """
    from duediligence.extensions.sharing.request_log import requests

    with workspace() as ws:
        found = requests(ws, everything=everything, people=not as_json)
    if as_json:
        say_json(found)
        return
    if not found:
        note("No request is kept." if everything else "No request is open.")
        return
    table(
        ["request", "who", "partner", "about", "due", "state", "answer"],
        [_format_request_row(one) for one in found],
    )


def _format_request_row(shown: "RequestShown") -> list[str]:
    from duediligence.extensions.sharing.request_words import party_words
    from duediligence.render.wording import visible

    one = shown.request
    return [
        str(one.number),
        "we asked" if one.direction == "asked" else "they ask",
        visible(shown.partner),
        party_words(one),
        one.due_on.isoformat(),
        "overdue" if shown.overdue else shown.state,
        one.answer or "",
    ]


@request.command()
def show(number: NumberArgument, as_json: JsonOption = False) -> None:
    """Show a request, and how it was answered.

    It says who asks what about which supplier. JSON leaves out the purpose, which may be about
    people.

    Examples:

        duediligence sharing request show 3
    """
    from duediligence.extensions.sharing.request_log import request_of
    from duediligence.extensions.sharing.request_words import what_next

    with workspace() as ws:
        shown = request_of(ws, number, people=not as_json)
        today = ws.now().date()
    if as_json:
        say_json(shown)
        return
    say(f"Request {number}")
    for label, value in shown.facts:
        say(f"  {label}: {value}")
    if step := what_next(shown.request, today):
        note(worded(step))


@request.command()
def withdraw(number: NumberArgument) -> None:
    """Close a request that nobody needs an answer to any more. Tell the partner so.

    Examples:

        duediligence sharing request withdraw 3
    """
    from duediligence.extensions.sharing.information_requests import withdraw as withdraw_request

    with workspace() as ws:
        withdraw_request(ws, number)
    say(f"Request {number} is withdrawn. No file tells the partner: tell them yourself.")


def reply(
    number: NumberArgument,
    answer: Annotated[
        str, typer.Option(metavar="ANSWER", help="hit, no-hit, call-us, partly or refused.")
    ],
    reason: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="Why it is refused: no-basis, not-agreed, too-little, too-much, would-prejudice "
            "or not-ours.",
        ),
    ] = "",
    out: OutOption = None,
    yes: YesOption = False,
) -> None:
    """Record an answer to a request.

    The answer is the partner's, given by telephone or letter, or yours to what it asked. With
    --out, for a request that came as a file: writes the signed reply, after showing what the
    partner will learn from it. What you hold goes another way, under the agreement.

    Examples:

        duediligence sharing reply 3 --answer no-hit

        duediligence sharing reply 4 --answer hit --out reply.ddp
    """
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing.information_requests import answer as answer_request
    from duediligence.extensions.sharing.request_log import reply_preview

    if out:
        check_new_file(out)
    with workspace() as ws:
        if out:
            for line in reply_preview(ws, number, answer):
                note(line)
            confirm("Write the file?", yes=yes)
        with _reserve_partner_file(out) as write:
            file = out.name if out else ""
            made = answer_request(ws, number, answer, reason=reason, file=file)
            write(made.body)
    say(f"Request {number}: {made.request.answer}")


@contextmanager
def _reserve_partner_file(out: Path | None) -> Iterator[Callable[[bytes], None]]:
    """Provide what writes the file, where one is wanted: there is room for it before it is
    recorded.
    """
    from duediligence.extensions.sharing.request_files import LARGEST
    from duediligence.writing import reserve_file

    if out is None:
        yield lambda _: None
        return
    with reserve_file(out, LARGEST) as write:
        yield write
    note(f"Wrote {out}. It is for this partner alone, and is used once.")


def receive(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that the partner sent.")],
) -> None:
    """Receive a file that a partner sent.

    The file is a request, the reply to one of yours, or a message that names hits of an exchange
    that you answered. The suppliers that such a message is about are screened at once, and each is
    an alert. It is restricted: shown with `alerts list --restricted`, and left out of every file.

    It must be signed by the partner, under an agreement in force, not expired and not used before.
    Anything else is refused, and nothing of it is kept.

    Examples:

        duediligence sharing receive request.ddp
    """
    from duediligence.extensions.sharing.receiving import receive as receive_file

    with workspace() as ws:
        received = receive_file(ws, file, progress=progress())
    for line in received.lines:
        say(line)
    if received.kind == "refer":
        note("Its alerts: duediligence alerts list --restricted")
        note(
            "Once you have answered: duediligence sharing message close "
            f"{received.reference} --outcome CODE"
        )
    elif received.kind == "request":
        note(worded(Hint("To answer it: ", Step("answer-request", request=received.reference))))


def due(
    days: Annotated[int, typer.Option(help="How many days to look ahead.")] = 14,
    as_json: JsonOption = False,
) -> None:
    """Show what is due or overdue between you and your partners.

    Requests of both directions, and agreements to be reviewed within 30 days. The exit code is 1
    where something is overdue.

    Examples:

        duediligence sharing due

        duediligence sharing due --days 30
    """
    from duediligence.extensions.sharing.due import due as what_is_due

    with workspace() as ws:
        found = what_is_due(ws, days)
    overdue = sum(one.overdue for one in found)
    if as_json:
        say_json(found)
    elif found:
        table(
            ["due", "", "what", "partner", "agreement", "about"], [_due_row(one) for one in found]
        )
    else:
        note(f"Nothing is due within {days} days.")
    if overdue:
        if not as_json:
            warn(f"{overdue} overdue.")
        raise typer.Exit(_OVERDUE)


def _due_row(one: "DueItem") -> list[str]:
    from duediligence.render.wording import visible

    what = {
        "they answer": f"answer to request {one.number}",
        "we answer": f"our answer to request {one.number}",
        "review": "review of the agreement",
    }[one.kind]
    return [
        one.due_on.isoformat(),
        "overdue" if one.overdue else "",
        what,
        visible(one.partner),
        one.agreement,
        one.about,
    ]
