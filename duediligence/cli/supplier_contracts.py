"""`suppliers contract`: the contracts of a supplier, by hand."""

from typing import Annotated

import typer

from duediligence.cli.globals import JsonOption, say, say_json, workspace
from duediligence.cli.supplier_changes import NoteOption, RefArgument, on_one_line

TitleArgument = Annotated[
    str,
    typer.Argument(metavar="TITLE", help="Title of the contract, or how it begins."),
]
CategoryOption = Annotated[str, typer.Option("--category", help="Your own category.")]
CpvOption = Annotated[str, typer.Option("--cpv", help="CPV codes.")]
ValueOption = Annotated[
    str, typer.Option("--value", help="Total value in pounds; needs start and end.")
]
YearlyOption = Annotated[str, typer.Option("--yearly-value", help="Value of one year in pounds.")]
StartOption = Annotated[str, typer.Option("--start", metavar="DATE", help="First day.")]
EndOption = Annotated[str, typer.Option("--end", metavar="DATE", help="Last day.")]
OwnerOption = Annotated[
    str, typer.Option("--owner", help="Who answers for it here: a person or a team.")
]

contracts = typer.Typer(help="The contracts of a supplier, by hand.", no_args_is_help=True)


def add_contract_commands(app: typer.Typer) -> None:
    """Add these commands to those of `suppliers`."""
    app.add_typer(contracts, name="contract")


@contracts.command("add")
def add_contract(
    ref: RefArgument,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Title of the contract.")],
    category: CategoryOption = "",
    cpv: CpvOption = "",
    value: ValueOption = "",
    yearly_value: YearlyOption = "",
    start: StartOption = "",
    end: EndOption = "",
    owner: OwnerOption = "",
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a contract to a supplier.

    Examples:

        duediligence suppliers contract add S00044 "Home care, north" --cpv 85312000 \
--start 2026-04-01 --end 2029-03-31 --value 1200000 --owner "Adult social care"
    """
    from duediligence.casework.supplier_editing import ContractFacts
    from duediligence.casework.supplier_editing import add_contract as add_one

    facts = ContractFacts(
        title=title,
        category=category,
        cpv=cpv,
        value=value,
        yearly_value=yearly_value,
        start=start,
        end=end,
        owner=owner,
    )
    with workspace() as ws:
        contract = add_one(ws, ref, facts, note=why)
    _tell_contract(ref, contract, as_json=as_json)


@contracts.command("edit")
def edit_contract(
    ref: RefArgument,
    title: TitleArgument,
    new_title: Annotated[str, typer.Option("--title", help="The title as it should be.")] = "",
    category: CategoryOption = "",
    cpv: CpvOption = "",
    value: ValueOption = "",
    yearly_value: YearlyOption = "",
    start: StartOption = "",
    end: EndOption = "",
    owner: OwnerOption = "",
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change a contract of a supplier.

    Examples:

        duediligence suppliers contract edit S00044 "Home care, north" --owner "Commissioning"
    """
    from duediligence.casework.supplier_editing import ContractFacts
    from duediligence.casework.supplier_editing import edit_contract as edit_one

    facts = ContractFacts(
        title=new_title,
        category=category,
        cpv=cpv,
        value=value,
        yearly_value=yearly_value,
        start=start,
        end=end,
        owner=owner,
    )
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
    from duediligence.casework.supplier_editing import ContractFacts
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
