"""`suppliers contract`: the contracts of a supplier, by hand."""

from typing import Annotated

import typer

from duediligence.cli.globals import JsonOption, say, say_json, workspace
from duediligence.cli.request_options import take_request
from duediligence.cli.supplier_changes import NoteOption, RefArgument, on_one_line
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
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change a contract of a supplier.

    Examples:

        duediligence suppliers contract edit S00044 "Home care, north" --owner "Commissioning"
    """
    from duediligence.casework.supplier_editing import edit_contract as edit_one

    with workspace() as ws:
        contract = edit_one(ws, ref, title, facts, note=why)
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


def _tell_contract(ref: str, contract: object, *, as_json: bool, what: str = "") -> None:
    from duediligence.model import Contract
    from duediligence.suppliers.differences import contract_line

    assert isinstance(contract, Contract)
    if as_json:
        say_json(contract)
    else:
        say(on_one_line(f"{ref}: {what}{contract_line(contract)}"))
