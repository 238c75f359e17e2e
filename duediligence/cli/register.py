"""`register`: the whole register, in Parquet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli import register_ask
from duediligence.cli.globals import (
    JsonOption,
    note,
    progress,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.text.wording import count, listed

if TYPE_CHECKING:
    from duediligence.bulk_register.versions import TableFiles

app = typer.Typer(help="The whole register of companies, to be asked.", no_args_is_help=True)
app.add_typer(register_ask.app, name="ask")


@app.command("load")
def load(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files of one or more products, all their parts."),
    ],
    accept_fewer: Annotated[
        bool,
        typer.Option("--accept-fewer", help="Load it even if it holds far fewer rows than before."),
    ] = False,
) -> None:
    """Load all companies, owners and officers, to be asked across the whole register.

    Reads BasicCompanyData, the PSC snapshot and the officers bulk file (products 195 and 216),
    zipped or not, recognised from what they hold. What is loaded of another product stays. A load
    that is stopped goes on where it was, and a part that holds the same as before is not read
    again. The version before stays in use until the new one is complete. Needs the package duckdb:
    pip install 'duediligence[register]'.

    Examples:

        duediligence register load BasicCompanyDataAsOneFile-2026-11-01.zip

        duediligence register load psc-snapshot-2026-11-24_*.zip
    """
    from duediligence.bulk_register import loading

    with workspace() as ws:
        version = loading.load(ws, files, accept_fewer=accept_fewer, progress=progress())
    manifest = version.manifest
    say(f"In use: version {manifest.version}, {_describe_table_rows(manifest)}")
    _not_loaded(manifest)
    note("To ask it: duediligence register ask --help")
    for product in manifest.products.values():
        for part in product.parts:
            for item in part.drift:
                warn(f"{part.name}: {item.words(people=False)}")


@app.command("status")
def status(as_json: JsonOption = False) -> None:
    """Show what of the whole register is loaded, of which days.

    Examples:

        duediligence register status

        duediligence register status --json
    """
    from duediligence.bulk_register import loading
    from duediligence.bulk_register.products import READERS
    from duediligence.bulk_register.status import build_register_status

    with workspace() as ws:
        version = loading.status(ws)
    if as_json:
        say_json(build_register_status(version))
        return
    if version is None:
        say("The whole register is not loaded")
        note("To load it: duediligence register load FILE")
        return
    from duediligence.cli.globals import table

    manifest = version.manifest
    table(
        ["product", "rows", "snapshot", "loaded", "parts"],
        [
            [
                READERS[product].title,
                f"{sum(loaded.rows(name) for name in READERS[product].tables):,}",
                str(loaded.published or "not known"),
                f"{loaded.loaded_at:%Y-%m-%d %H:%M}",
                str(len(loaded.parts)),
            ]
            for product, loaded in manifest.products.items()
        ],
    )
    say(f"In use: version {manifest.version}, {_describe_table_rows(manifest)}")
    _not_loaded(manifest)


def _describe_table_rows(manifest: "TableFiles") -> str:
    """Return how much of each kind a question can be asked about."""
    kinds = [
        ("companies", "company", "companies"),
        ("owners", "record of an owner", "records of owners"),
        ("officers", "record of an officer", "records of officers"),
    ]
    counts = [count(manifest.rows[name], *words) for name, *words in kinds if name in manifest.rows]
    # A link is kept in both directions.
    links = count(manifest.rows.get("edges", 0) // 2, "link")
    return f"{listed(counts)}, with {links} between them"


def _not_loaded(manifest: "TableFiles") -> None:
    """Say which files the questions miss."""
    from duediligence.bulk_register.products import READERS

    lacking = [one.title for name, one in READERS.items() if name not in manifest.products]
    if lacking:
        note(f"Not loaded: {listed(lacking)}. What needs it is said to be incomplete.")
