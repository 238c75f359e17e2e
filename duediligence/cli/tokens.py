"""`tokens`: what lets programs ask the API."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, table, workspace
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from duediligence.store.console import TokenRecord

app = typer.Typer(help="Tokens that let programs ask the API.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for, such as the name of a program.")],
    scope: Annotated[
        str,
        typer.Option(
            metavar="match,read,write",
            help="What it may do: compare names with the lists, read what is kept, change it.",
        ),
    ] = "match",
    expires: Annotated[
        str, typer.Option(metavar="DAYSd", help="After how many days it ends, at most 366d.")
    ] = "90d",
    for_: Annotated[
        str,
        typer.Option("--for", metavar="ACCOUNT", help="The account it acts for. Default: yours."),
    ] = "",
) -> None:
    """Make a token and show it, only this once.

    Copy it to the program that needs it. A program can do no more with it than its account may do.
    A token for another account needs the role administrator. It is recorded in the audit chain; the
    token itself is kept nowhere.

    Examples:

        duediligence tokens add "finance system" --scope match,read --expires 90d

        duediligence tokens add "contract register" --scope read --for contracts
    """
    from duediligence.casework.tokens import make_token

    scopes = [one.strip() for one in scope.split(",") if one.strip()]
    days = _parse_expiry_days(expires)
    with workspace() as ws:
        token_id, secret = make_token(ws, name, scopes, days, for_)
    note(f"Made the token {token_id}. It is shown only now:")
    say(secret)


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List your tokens, or with the role administrator all tokens.

    Never the secrets.

    Examples:

        duediligence tokens list

        duediligence tokens list --json
    """
    from duediligence.casework.tokens import tokens_of

    with workspace() as ws:
        found, now = tokens_of(ws), ws.now()
    if as_json:
        say_json([_as_json(one, now) for one in found])
    elif found:
        table(
            ["id", "name", "account", "scope", "made", "expires", "last used", "state"],
            [
                [
                    one.id,
                    one.name,
                    one.account,
                    ", ".join(one.scopes),
                    _format_token_day(one.made),
                    _format_token_day(one.expires),
                    _format_token_day(one.used) if one.used else "never",
                    one.state(now),
                ]
                for one in found
            ],
        )
    else:
        note("There are no tokens.")


@app.command()
def end(
    token: Annotated[str, typer.Argument(metavar="ID", help="The ID of the token, as listed.")],
) -> None:
    """End a token: no program can use it any more. Recorded in the audit chain.

    Examples:

        duediligence tokens end 4f0a91cc
    """
    from duediligence.casework.tokens import end_token

    with workspace() as ws:
        now, ended = ws.now(), end_token(ws, token)
    state = ended.state(now)
    say(f"The token {ended.id} has ended." if state == "active" else f"It was {state} before.")


def _parse_expiry_days(text: str) -> int:
    found = re.fullmatch(r"(\d{1,4})d?", text.strip())
    if not found:
        raise Invalid(
            f"{text!r} is not a valid number of days", field="expires", hint="Write it as 90d."
        )
    return int(found[1])


def _format_token_day(moment: "datetime") -> str:
    return f"{moment:%Y-%m-%d}"


def _as_json(one: "TokenRecord", now: "datetime") -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "account": one.account,
        "scopes": one.scopes,
        "made": one.made,
        "expires": one.expires,
        "ended": one.ended,
        "used": one.used,
        "state": one.state(now),
    }
