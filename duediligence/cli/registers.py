"""`registers`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, warn, workspace

if TYPE_CHECKING:
    from duediligence.model import RegisterVersion
    from duediligence.screening.registers import RegisterStatus


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
    from duediligence.screening.registers import load_companies

    with workspace() as ws:
        _tell(load_companies(ws, files, accept_fewer=accept_fewer, progress=progress()))


@load.command("psc")
def psc(files: Files, accept_fewer: AcceptFewer = False) -> None:
    """Load who controls each company: the PSC snapshot, zipped or not.

    From download.companieshouse.gov.uk (People with significant control), new each day.

    Examples:

        duediligence registers load psc persons-with-significant-control-snapshot-2026-11-24.zip

        duediligence registers load psc psc-snapshot-2026-11-24_*.zip
    """
    from duediligence.screening.registers import load_owners

    with workspace() as ws:
        _tell(load_owners(ws, files, accept_fewer=accept_fewer, progress=progress()))


@load.command("charities")
def charities(files: Files, accept_fewer: AcceptFewer = False) -> None:
    """Load the charities of one regulator, recognised from the files.

    England and Wales: publicextract.charity.zip and, with it, any of charity_other_names,
    charity_trustee, charity_event_history, charity_annual_return_history,
    charity_annual_return_parta, charity_annual_return_partb and charity_published_report.
    Scotland: the register of OSCR as CSV. Northern Ireland: the register of CCNI as CSV.

    Examples:

        duediligence registers load charities publicextract.charity.zip publicextract.charity_*.zip

        duediligence registers load charities CharityExport-24-Nov-2026.csv
    """
    from duediligence.screening.registers import load_charities

    with workspace() as ws:
        _tell(load_charities(ws, files, accept_fewer=accept_fewer, progress=progress()))


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
    """Add the figures of accounts: the zips of a day or a month, or single documents.

    From download.companieshouse.gov.uk (Accounts Data Product). Of a zip only the accounts of
    stored suppliers are read: import suppliers first, and load the files again for new ones. What
    was loaded before stays; of each company its last three balance sheet dates are kept. Needs
    the package ixbrl-parse: pip install 'duediligence[accounts]'.

    Examples:

        duediligence registers load accounts Accounts_Bulk_Data-2026-11-24.zip

        duediligence registers load accounts Accounts_Monthly_Data-October2026.zip

        duediligence registers load accounts downloads/ --company 01234567
    """
    from duediligence.screening.registers import load_accounts

    with workspace() as ws:
        _tell(load_accounts(ws, files, companies=company or (), progress=progress()))


def _tell(version: "RegisterVersion") -> None:
    from duediligence.text.wording import count

    of = f" of {version.published}" if version.published else ""
    say(f"{version.register}: loaded: {count(version.rows, 'row')}{of}")
    if version.published is None:
        note("    No file name gives the day of the snapshot: its age is counted from today.")
    for item in version.drift[:5]:
        note(f"    {item.words()}")
    if len(version.drift) > 5:
        note(f"    and {len(version.drift) - 5} more; see `registers status --json`")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show which registers are loaded, how old they are, and what they do not hold.

    Examples:

        duediligence registers status

        duediligence registers status --json
    """
    from duediligence.render.scope import FILE_LIMITS, GAPS
    from duediligence.render.wording import sentence
    from duediligence.screening.registers import STALE_AFTER_DAYS, statuses

    with workspace() as ws:
        found = list(statuses(ws))
    limits = [sentence(GAPS[gap]) for gap in FILE_LIMITS]
    if as_json:
        say_json({"registers": [_status(one) for one in found], "cannot_tell": limits})
        return
    from duediligence.cli.globals import table

    table(
        ["register", "rows", "snapshot", "age (days)", "loaded", "files"],
        [
            [
                one.register,
                f"{one.version.rows:,}" if one.version else "never loaded",
                str(one.version.published or "not given") if one.version else "",
                "" if one.age_days is None else str(one.age_days),
                f"{one.version.loaded_at:%Y-%m-%d %H:%M}" if one.version else "",
                ", ".join(file.name for file in one.version.files) if one.version else "",
            ]
            for one in found
        ],
    )
    for one in found:
        if one.stale:
            warn(f"{one.register} is over {STALE_AFTER_DAYS} days old: load a newer file.")
    say("What these files do not hold:")
    for line in limits:
        say(f"- {line}")


def _status(one: "RegisterStatus") -> dict[str, object]:
    version = one.version
    return {
        "register": one.register,
        "loaded": version is not None,
        "rows": version.rows if version else 0,
        "published": version.published if version else None,
        "age_days": one.age_days,
        "stale": one.stale,
        "loaded_at": version.loaded_at if version else None,
        "files": version.files if version else (),
        "drift": tuple(item.words() for item in version.drift) if version else (),
    }
