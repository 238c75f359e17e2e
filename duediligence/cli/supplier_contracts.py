"""`suppliers contract`: the contracts of a supplier, by hand."""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, workspace
from duediligence.cli.request_options import take_request
from duediligence.cli.supplier_changes import NoteOption, RefArgument, on_one_line
from duediligence.errors import UsageError
from duediligence.suppliers.facts import ContractFacts

TitleArgument = Annotated[
    str,
    typer.Argument(metavar="TITLE", help="Title of the contract, or how it begins."),
]

contracts = typer.Typer(help="The contracts of a supplier, by hand.", no_args_is_help=True)


def add_contract_commands(app: typer.Typer) -> None:
    """Add these commands to those of `suppliers`."""
    app.add_typer(contracts, name="contract")


@contracts.command("add")
@take_request(ContractFacts, title=typer.Argument(metavar="TITLE", help="Title of the contract."))
def add_contract(
    ref: RefArgument,
    facts: ContractFacts,
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a contract to a supplier.

    Examples:

        duediligence suppliers contract add S00044 "Home care, north" --cpv 85312000 \
--start 2026-04-01 --end 2029-03-31 --value 1200000 --owner "Adult social care"
    """
    from duediligence.casework.supplier_editing import add_contract as add_one

    with workspace() as ws:
        contract = add_one(ws, ref, facts, note=why)
    _tell_contract(ref, contract, as_json=as_json)


@contracts.command("edit")
@take_request(ContractFacts)
def edit_contract(
    ref: RefArgument,
    title: TitleArgument,
    facts: ContractFacts,
    unknown: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACT",
            help="Take back this fact of how it was bought, such as framework-begun. Can be given "
            "several times.",
        ),
    ] = None,
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change a contract of a supplier.

    Examples:

        duediligence suppliers contract edit S00044 "Home care, north" --owner "Commissioning"

        duediligence suppliers contract edit S00044 "Home care, north" --unknown framework-begun
    """
    from duediligence.casework.choices import word_of
    from duediligence.casework.supplier_editing import edit_contract as edit_one
    from duediligence.suppliers.facts import CONTRACT_FIELDS

    names = {one.replace("_", " "): one for one in CONTRACT_FIELDS}
    emptied = [names[word_of("unknown", one, tuple(names))] for one in unknown or ()]
    with workspace() as ws:
        contract = edit_one(ws, ref, title, facts, unknown=emptied, note=why)
    _tell_contract(ref, contract, as_json=as_json)


@contracts.command("end")
def end_contract(
    ref: RefArgument,
    title: TitleArgument,
    on: Annotated[str, typer.Option(metavar="DATE", help="Last day. Default: today.")] = "",
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record the last day of a contract.

    Examples:

        duediligence suppliers contract end S00044 "Home care, north" --on 2026-12-31
    """
    from duediligence.casework.choices import date_of
    from duediligence.casework.supplier_editing import edit_contract as edit_one

    with workspace() as ws:
        day = date_of("on", on) or ws.now().date()
        facts = ContractFacts(end=day.isoformat())
        contract = edit_one(ws, ref, title, facts, note=why)
    _tell_contract(ref, contract, as_json=as_json)


@contracts.command("remove")
def remove_contract(
    ref: RefArgument, title: TitleArgument, why: NoteOption = "", as_json: JsonOption = False
) -> None:
    """Remove a contract that was entered by mistake. One that is over: `contract end`.

    Examples:

        duediligence suppliers contract remove S00044 "Home care, north"
    """
    from duediligence.casework.supplier_editing import remove_contract as remove_one

    with workspace() as ws:
        contract = remove_one(ws, ref, title, note=why)
    _tell_contract(ref, contract, as_json=as_json, what="removed: ")


@contracts.command("import")
def import_contract_notices(
    file: Annotated[Path, typer.Argument(help="JSON of Find a Tender or Contracts Finder.")],
    buyer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Your name on notices, or your number on the Central Digital Platform. "
            "Default: council_name of the settings. Repeatable.",
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the contracts. Default: show them.")
    ] = False,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="REF", help="With --keep: add this supplier, or `all`. Repeatable."),
    ] = None,
    why: NoteOption = "",
) -> None:
    """Import your own contracts from published notices (OCDS).

    A release package, a record package, a page of the service, or one of these in each line
    (.jsonl). Shows what would be kept. A supplier that you do not have is added only with --add.
    Importing twice changes nothing. Exits 3 where something is not accepted.

    Examples:

        duediligence suppliers contract import notices.json --buyer "Exampleshire Council"

        duediligence suppliers contract import notices.json --keep --add S-0123456789ab
    """
    from duediligence.casework import contract_notices as notices

    buyers, wanted = buyer or (), add or ()
    if wanted and not keep:
        raise UsageError("--add belongs to --keep")
    with workspace() as ws:
        plan = notices.preview_contract_notices(ws, file, buyers=buyers)
        for line in notices.list_notice_remarks(plan):
            note(line)
        if not plan.read.own:
            note("Name yourself with --buyer. The file has notices of:")
            for _, words in notices.list_notice_buyers(plan.read):
                note(f"  {words}")
        for _, title, lines in plan.groups:
            say(f"{title}:")
            for line in lines:
                say(f"  {on_one_line(line)}")
        if keep:
            chosen = tuple(plan.new) if "all" in wanted else wanted
            changed = notices.keep_contract_notices(
                ws, file, buyers=buyers, add=chosen, seen=plan.fingerprint, note=why
            )
            say(notices.format_kept(changed))
        if any(one.outcome == "not accepted" for one in plan.rows):
            raise typer.Exit(3)


@contracts.command("regimes")
def list_contract_regimes(
    ref: Annotated[str, typer.Argument(metavar="REF", help="Of this supplier alone.")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="With those whose law was confirmed.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List contracts whose law no person confirmed.

    Shows what the facts of each say, and which fact is missing.

    Examples:

        duediligence suppliers contract regimes

        duediligence suppliers contract regimes S00044 --all
    """
    from duediligence.casework.contract_regimes import build_law_record, list_contract_laws

    with workspace() as ws:
        rows = list_contract_laws(ws, supplier=ref, size=sys.maxsize, everything=everything).rows
    if as_json:
        say_json([{"supplier": one.ref, "line": one.line, **build_law_record(one)} for one in rows])
        return
    for one in rows:
        say(on_one_line(f"{one.ref}: {one.line}"))
        say(on_one_line(f"  {one.words}"))


@contracts.command("confirm-regime")
def confirm_contract_regimes(
    regime: Annotated[
        str,
        typer.Argument(
            metavar="REGIME",
            help="Such as pcr-2015; `as-found` for what the facts of each contract say, `unknown` "
            "to take back what was confirmed.",
        ),
    ],
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="Of this supplier alone, else of all.")
    ] = "",
    title: Annotated[str, typer.Option(help="Only the contract of this title.")] = "",
    likely: Annotated[
        str,
        typer.Option(metavar="REGIME", help="Only contracts whose facts say that it is this one."),
    ] = "",
    why: NoteOption = "",
) -> None:
    """Confirm under which law contracts were bought.

    Those of all suppliers that wait for it, or some of them. Letters about exclusion wait for it.

    Examples:

        duediligence suppliers contract confirm-regime pcr-2015 S00044 --title "Home care, north"

        duediligence suppliers contract confirm-regime as-found --likely pa23
    """
    from duediligence.casework.choices import word_of
    from duediligence.casework.contract_regimes import (
        RegimeChoice,
        confirm_regimes,
        format_confirmation,
        list_contract_laws,
    )
    from duediligence.model.suppliers import RegimeCode
    from duediligence.suppliers.facts import REGIME_WORDS

    laws = (*filter(None, REGIME_WORDS), "unknown")
    confirmed = word_of("regime", regime, ("as found", *laws))
    wanted = cast("RegimeCode", word_of("likely", likely, laws)) if likely else ""
    with workspace() as ws:
        rows = list_contract_laws(
            ws, supplier=ref, regime=wanted, size=sys.maxsize, everything=bool(ref)
        ).rows
        chosen = [
            (one.ref, one.key)
            for one in rows
            if not title or one.title.casefold() == title.casefold()
        ]
        changed = confirm_regimes(ws, chosen, cast("RegimeChoice", confirmed), note=why)
    say(format_confirmation(changed))


def _tell_contract(ref: str, contract: object, *, as_json: bool, what: str = "") -> None:
    from duediligence.model import Contract
    from duediligence.suppliers.differences import contract_line

    assert isinstance(contract, Contract)
    if as_json:
        say_json(contract)
    else:
        say(on_one_line(f"{ref}: {what}{contract_line(contract)}"))
