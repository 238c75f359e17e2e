"""`sharing exchange refer`."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import note, say, say_wrapped, workspace
from duediligence.extensions.sharing.cli.exchanges import ExchangeArgument, PartnerFileOption

if TYPE_CHECKING:
    from duediligence.extensions.sharing.model.partner_messages import PartnerAsk


def refer(
    exchange: ExchangeArgument,
    hits: Annotated[
        list[str],
        typer.Option(
            "--hit",
            metavar="REF",
            help="Reference of a hit, as in your list. Repeatable.",
            show_default=False,
        ),
    ],
    do: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="What the partner should do: call-us, pause-award or no-action.",
            show_default=False,
        ),
    ],
    out: PartnerFileOption,
    yes: YesOption = False,
) -> None:
    """Name hits to the partner who answered, and what it should do.

    The partner learns the rows that you name and nothing else of your list. They are shown first,
    as the partner reads them. What it should do is one of: call you before it acts (call-us); award
    nothing to the supplier before it has spoken to you (pause-award); do nothing (no-action). It is
    always asked not to tell the supplier.

    Examples:

        duediligence sharing exchange refer 9f0c21d4 --hit OP-17 --do call-us --out message.ddp
    """
    from duediligence.delivery.flag_files import check_new_file
    from duediligence.extensions.sharing import referring
    from duediligence.extensions.sharing.refer_words import refer_notice

    ask = _parse_partner_ask(do)
    check_new_file(out)
    with workspace() as ws:
        message = referring.plan_refer(ws, exchange, hits, ask)
        for line in refer_notice(message):
            say_wrapped(line, by=note)
            note("")
        confirm(f"Tell {message.partner}?", yes=yes, nothing="Nothing was written")
        made = referring.refer(ws, exchange, hits, ask, out)
    say(f"{made.sha256}  {out.name}")
    note("Give the file to your partner, and its hash on another way. It is used once.")


def _parse_partner_ask(code: str) -> "PartnerAsk":
    from duediligence.casework.choices import word_of
    from duediligence.extensions.sharing.model.partner_messages import PARTNER_ASKS

    return word_of("do", code, tuple(PARTNER_ASKS))
