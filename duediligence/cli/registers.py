"""`registers`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import (
    JsonOption,
    print_line,
    progress,
    say,
    say_json,
    table,
    warn,
    workspace,
)

if TYPE_CHECKING:
    from duediligence.model import RegisterVersion
    from duediligence.screening.registers import RegisterProduct, RegistersView


app = typer.Typer(
    help="Registers of companies and charities, kept here for look-ups.", no_args_is_help=True
)
load = typer.Typer(
    help="Load a register from the files its publisher offers.", no_args_is_help=True
)
app.add_typer(load, name="load")

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="The file, or all its parts.")]
AcceptFewer = Annotated[
    bool,
    typer.Option("--accept-fewer", help="Load it even if it holds far fewer rows than before."),
]


@load.command("companies-house")
def companies_house(files: Files, accept_fewer: AcceptFewer = False) -> None:
    """Load all live companies: BasicCompanyData, zipped or not.

    From download.companieshouse.gov.uk (Free Company Data Product), new each month. The previous
    version stays in use until the new one is complete, and if loading it fails. A load that is
    stopped starts again: all of them take minutes.

    Examples:

        duediligence registers load companies-house BasicCompanyDataAsOneFile-2026-11-01.zip

        duediligence registers load companies-house BasicCompanyData-2026-11-01-part*.zip
    """
    _load_product(files, "companies", accept_fewer=accept_fewer)


@load.command("psc")
def psc(files: Files, accept_fewer: AcceptFewer = False) -> None:
    """Load who controls each company (the PSC snapshot).

    The file may be zipped. From download.companieshouse.gov.uk (People with significant control),
    new each day.

    Examples:

        duediligence registers load psc persons-with-significant-control-snapshot-2026-11-24.zip

        duediligence registers load psc psc-snapshot-2026-11-24_*.zip
    """
    _load_product(files, "owners", accept_fewer=accept_fewer)


@load.command("charities")
def charities(files: Files, accept_fewer: AcceptFewer = False) -> None:
    """Load the charities of one regulator.

    It is recognised from the files. England and Wales: publicextract.charity.zip and, with it, any
    of charity_other_names, charity_trustee, charity_event_history, charity_annual_return_history,
    charity_annual_return_parta, charity_annual_return_partb and charity_published_report. Scotland:
    the register of OSCR as CSV. Northern Ireland: the register of CCNI as CSV.

    Examples:

        duediligence registers load charities publicextract.charity.zip publicextract.charity_*.zip

        duediligence registers load charities CharityExport-24-Nov-2026.csv
    """
    _load_product(files, "charities", accept_fewer=accept_fewer)


@load.command("gleif")
def gleif(files: Files, accept_fewer: AcceptFewer = False) -> None:
    """Load the parents of companies (GLEIF golden copy).

    From gleif.org (Golden Copy, CSV), new each day: the files lei2, rr and repex of one day, zipped
    or not, together. Only entities with a number at Companies House and those above them are kept.

    Examples:

        duediligence registers load gleif 20261101-0000-gleif-goldencopy-*.csv.zip
    """
    _load_product(files, "gleif", accept_fewer=accept_fewer)


@load.command("accounts")
def accounts(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Zips, documents, or folders of both."),
    ],
    company: Annotated[
        list[str] | None,
        typer.Option("--company", metavar="NUMBER", help="Also read the accounts of this company."),
    ] = None,
) -> None:
    """Add the figures of accounts, from zips or documents.

    The files are the zips of a day or a month, or single documents. From
    download.companieshouse.gov.uk (Accounts Data Product). Of a zip only the accounts of stored
    suppliers are read: import suppliers first, and load the files again for new ones. What was
    loaded before stays; of each company its last three balance sheet dates are kept. Needs the
    package ixbrl-parse: pip install 'duediligence[accounts]'.

    Examples:

        duediligence registers load accounts Accounts_Bulk_Data-2026-11-24.zip

        duediligence registers load accounts Accounts_Monthly_Data-October2026.zip

        duediligence registers load accounts downloads/ --company 01234567
    """
    from duediligence.screening.registers import load_accounts

    with workspace() as ws:
        _tell(load_accounts(ws, files, companies=company or (), progress=progress()))


def _load_product(files: list[Path], product: "RegisterProduct", *, accept_fewer: bool) -> None:
    from duediligence.screening.registers import load_register

    with workspace() as ws:
        _tell(load_register(ws, files, product, accept_fewer=accept_fewer, progress=progress()))


def _tell(version: "RegisterVersion") -> None:
    from duediligence.screening.registers import report_loaded_register

    for line in report_loaded_register(version):
        print_line(line)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show which registers are loaded, and how old they are.

    Also shows what they do not hold and, where it is loaded, the whole register.

    Examples:

        duediligence registers status

        duediligence registers status --json
    """
    from duediligence.screening.registers import (
        build_registers_document,
        list_extension_registers,
        register_views,
    )

    with workspace() as ws:
        found = register_views(ws)
        if as_json:
            more = {one.name: one.document for one in list_extension_registers(ws)}
            say_json({**build_registers_document(found), **more})
            return
        _print_registers(found)
        # Last, for an error about one must not hide the others.
        for one in list_extension_registers(ws):
            if one.rows:
                say()
                say(f"{one.title}:")
                table(list(one.header), [list(row) for row in one.rows])
            for line in one.lines:
                print_line(line)


def _print_registers(found: "RegistersView") -> None:
    table(
        ["register", "rows", "snapshot", "age (days)", "loaded", "files"],
        [
            [
                one.status.register,
                one.rows,
                one.snapshot,
                one.age,
                f"{one.status.version.loaded_at:%Y-%m-%d %H:%M}" if one.status.version else "",
                one.files,
            ]
            for one in found.registers
        ],
    )
    for one in found.registers:
        if one.problem:
            warn(one.problem)
    say("What these files do not hold:")
    for line in found.limits:
        say(f"- {line}")
