"""`sharing exchange`: which suppliers a partner holds too, without showing each other the rest."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import (
    JsonOption,
    note,
    say,
    say_document,
    say_json,
    say_wrapped,
    table,
    warn,
    workspace,
)

if TYPE_CHECKING:
    from duediligence.extensions.sharing.model.exchanges import Hit

app = typer.Typer(
    help="Find the suppliers that a partner holds too. Neither shows the other the rest.",
    no_args_is_help=True,
)
ANY_HIT = 1
ExchangeArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXCHANGE", help="ID of the exchange, or how it begins.", show_default=False
    ),
]
PartnerFileOption = Annotated[
    Path, typer.Option(metavar="FILE", help="File to write, for the partner.")
]
CsvOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE.csv", help="Write the hits to this file.", show_default=False),
]


@app.command()
def ask(
    list_: Annotated[
        Path,
        typer.Argument(
            metavar="LIST", help="Items to ask about: a spreadsheet or CSV.", show_default=False
        ),
    ],
    agreement: Annotated[
        str, typer.Option(metavar="REF", help="Reference of the agreement.", show_default=False)
    ],
    out: PartnerFileOption,
    yes: YesOption = False,
) -> None:
    """Ask a partner which of the items of a list it holds too. It cannot read the file.

    The list has the columns reference, kind (organisation, person, address or empty), name,
    number, charity, born, address and postcode. A list with a row that cannot be used is refused.

    What the partner learns is shown first. Keep this home: without it the answer cannot be opened.

    Examples:

        duediligence sharing exchange ask list.xlsx --agreement ISA-2026-01 --out ask.ddp
    """
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing.exchanges import asking
    from duediligence.extensions.sharing.exchanges.ids import SHOWN
    from duediligence.extensions.sharing.exchanges.limits import EXPIRES_AFTER

    check_new_file(out)
    with workspace() as ws:
        plan = asking.plan_ask(ws, list_, agreement)
        _warn_in_paragraphs(plan.notice.lines())
        confirm(f"Ask {plan.agreement.partner}?", yes=yes, nothing="Nothing was written")
        made = asking.ask(ws, plan, out)
    say(f"{made.ask_sha256}  {out.name}")
    note(
        f"Exchange {made.id[:SHOWN]}. Give the file to {plan.agreement.partner}, which can answer "
        f"it until {made.at + EXPIRES_AFTER:%Y-%m-%d %H:%M} UTC."
    )
    note("With its answer: duediligence sharing exchange open FILE")


@app.command()
def answer(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file of the partner.", show_default=False)
    ],
    out: PartnerFileOption,
    yes: YesOption = False,
) -> None:
    """Answer a partner's question for the stored suppliers. Each question is answered once.

    What the partner learns is shown first: refuse where you did not expect it.

    Examples:

        duediligence sharing exchange answer ask.ddp --out answer.ddp
    """
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing.exchanges import answering
    from duediligence.extensions.sharing.exchanges.ids import SHOWN

    check_new_file(out)
    with workspace() as ws:
        plan = answering.plan_answer(ws, file)
        _warn_in_paragraphs(plan.notice.lines())
        confirm(f"Answer {plan.agreement.partner}?", yes=yes, nothing="Nothing was answered")
        made = answering.answer(ws, plan, out)
    say(f"{made.answer_sha256}  {out.name}")
    note(
        f"Exchange {made.id[:SHOWN]}. The key of the answer is destroyed. Give the file to "
        f"{plan.agreement.partner}, which can open it until {made.expires_at:%Y-%m-%d %H:%M} UTC."
    )
    note("Where it names hits to you: duediligence sharing receive FILE")


@app.command("open")
def open_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The partner's answer.", show_default=False)
    ],
    out: CsvOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the partner's answer: the items that it holds too.

    It can be opened once, and here alone. Exit code 1: there is a hit; 0: none. The hits are kept
    for as long as the agreement says.

    Examples:

        duediligence sharing exchange open answer.ddp

        duediligence sharing exchange open answer.ddp --out hits.csv
    """
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing.exchanges import hits, opening
    from duediligence.extensions.sharing.exchanges.ids import SHOWN
    from duediligence.extensions.sharing.exchanges.sizes import count_keys_held
    from duediligence.extensions.sharing.render.exchange_words import answer_lines

    if out:
        check_new_file(out)
    with workspace() as ws:
        opened = opening.open_answer(ws, file)
        found = opened.hits
        if out:
            hits.write_hits(ws, opened.exchange.id, out)
        if as_json:
            say_document(hits.hits_as_json(ws, opened.exchange.id))
    if not as_json:
        _say_hits(found)
    parties = opened.exchange.table // count_keys_held(opened.agreement.terms)
    for line in answer_lines(opened.exchange, opened.agreement, parties):
        note(line)
    short = opened.exchange.id[:SHOWN]
    note(f"Exchange {short} with {opened.agreement.partner}.")
    if out:
        note(f"Wrote {out}.")
    if found and "hits" in opened.agreement.terms.shares:
        note(
            f"To name hits to {opened.agreement.partner}: "
            f"duediligence sharing exchange refer {short} --hit REFERENCE --do CODE --out FILE"
        )
    raise typer.Exit(ANY_HIT if found else 0)


@app.command("hits")
def hits_(
    exchange: ExchangeArgument,
    out: CsvOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the hits of an exchange again, while they are kept.

    Examples:

        duediligence sharing exchange hits 9f0c21d4
    """
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing.exchanges import hits

    if out:
        check_new_file(out)
    with workspace() as ws:
        if out:
            hits.write_hits(ws, exchange, out)
        if as_json:
            say_document(hits.hits_as_json(ws, exchange))
        else:
            _say_hits(hits.hits_of(ws, exchange))
    if out:
        note(f"Wrote {out}.")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """List the exchanges of this home: purpose, counts and times.

    Items are never shown.

    Examples:

        duediligence sharing exchange status
    """
    from duediligence.extensions.sharing.exchanges.status import LOG_COLUMNS, exchange_log
    from duediligence.render.wording import visible

    with workspace() as ws:
        found = exchange_log(ws)
    if as_json:
        say_json(found)
        return
    if not found:
        note("There was no exchange.")
        return
    table(LOG_COLUMNS, [list(map(visible, one.cells())) for one in found])


@app.command("auditor-key")
def auditor_key(
    out: Annotated[
        Path, typer.Argument(metavar="FILE.pem", help="The private key.", show_default=False)
    ],
) -> None:
    """Make the key of an auditor for an agreement.

    Shows its public key, which the agreement needs. The private key and a question let its owner
    try out what a partner asked.

    Examples:

        duediligence sharing exchange auditor-key auditor.pem
    """
    from duediligence.extensions.sharing.exchanges.audits import make_auditor_key

    say(make_auditor_key(out))
    note(f"Keep {out.name} apart from both parties. The agreement needs the line above.")


@app.command()
def audit(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The question, as asked.", show_default=False)
    ],
    list_: Annotated[
        Path, typer.Option("--list", metavar="LIST", help="The list, from the asker.")
    ],
    agreement: Annotated[
        Path,
        typer.Option(metavar="FILE.json", help="The file of the agreement that the asker made."),
    ],
    key: Annotated[Path, typer.Option(metavar="FILE.pem", help="The auditor's private key.")],
) -> None:
    """Check, as an auditor, that a list is what was asked.

    Checked are the cells as the program reads them, not the bytes of the list. Needs no home. Take
    the question from who answered it, and compare its hash with the record.

    Examples:

        duediligence sharing exchange audit ask.ddp --list l.csv --agreement a.json --key k.pem
    """
    from duediligence.extensions.sharing.agreement_files import read_agreement_file
    from duediligence.extensions.sharing.exchanges.audits import check_asked_list
    from duediligence.extensions.sharing.partner_files import read_partner_file
    from duediligence.extensions.sharing.render.exchange_words import audit_lines
    from duediligence.reading import regular

    for path in (file, list_, agreement, key):
        regular(path)
    asked, theirs = read_partner_file(file), read_agreement_file(agreement)
    checked = check_asked_list(asked, theirs, list_, key)
    say(f"{asked.sha256}  {file.name}")
    say(
        f"{theirs.sender} asked about the {len(checked.items):,} rows of {list_.name}, and nothing "
        "else."
    )
    for line in audit_lines(checked.unused):
        note(line)


def _warn_in_paragraphs(lines: Iterable[str]) -> None:
    for line in lines:
        say_wrapped(line, by=warn)
        warn("")


def _say_hits(found: "Sequence[Hit]") -> None:
    from duediligence.extensions.sharing.render.exchange_words import (
        NO_CLEARANCE,
        POINTER,
        format_hit_count,
    )
    from duediligence.render.wording import visible

    if found:
        table(
            ["reference", "name", "same"],
            [
                [visible(one.item.reference), visible(one.item.name), ", ".join(one.by)]
                for one in found
            ],
        )
    say(format_hit_count(len(found)))
    for line in (POINTER, NO_CLEARANCE) if found else (NO_CLEARANCE,):
        note(line)
