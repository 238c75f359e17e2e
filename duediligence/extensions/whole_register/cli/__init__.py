"""Commands of the whole register: `registers load whole`, `registers screen`, `registers ask`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import (
    JsonOption,
    note,
    print_line,
    progress,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.errors import Incomplete, UsageError
from duediligence.extensions.whole_register.cli import ask

if TYPE_CHECKING:
    from duediligence.extensions.whole_register.lookup.layers import DoParts

app = typer.Typer()
app.add_typer(ask.app, name="ask")
load = typer.Typer()


@load.command("whole")
def load_whole_register(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files of one or more products, all their parts."),
    ],
    accept_fewer: Annotated[
        bool,
        typer.Option("--accept-fewer", help="Load it even if it holds far fewer rows than before."),
    ] = False,
) -> None:
    """Load all companies, owners and officers, to be asked.

    `registers ask` then asks across the whole register. Reads BasicCompanyData, the PSC snapshot
    and the officers bulk file (products 195 and 216), zipped or not, recognised from what they
    hold. What is loaded of another product stays. A load that is stopped goes on where it was, and
    a part that holds the same as before is not read again. The version before stays in use until
    the new one is complete. Needs the package duckdb: pip install 'duediligence[register]'.

    Examples:

        duediligence registers load whole BasicCompanyDataAsOneFile-2026-11-01.zip

        duediligence registers load whole psc-snapshot-2026-11-24_*.zip
    """
    from duediligence.extensions.whole_register import loading
    from duediligence.extensions.whole_register.status import describe_loaded_tables

    with workspace() as ws:
        version = loading.load(ws, files, accept_fewer=accept_fewer, progress=progress())
    for line in describe_loaded_tables(version.manifest):
        print_line(line)
    note("To ask it: duediligence registers ask --help")
    for product in version.manifest.products.values():
        for part in product.parts:
            for item in part.drift:
                warn(f"{part.name}: {item.words(people=False)}")


@app.command("screen")
def run_register_screening(
    full: Annotated[
        bool, typer.Option("--full", help="Look everybody up again, not only what changed.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that compare names on this machine.")
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Use the workers of this Dask scheduler: tls://…"),
    ] = "",
    local_cluster: Annotated[
        int, typer.Option(min=0, metavar="N", help="Use N workers of Dask on this machine.")
    ] = 0,
    storage: Annotated[
        str,
        typer.Option(
            metavar="PLACE",
            help="Where a cluster exchanges files, as fsspec names it. Default: the home, which "
            "every worker must then see at the same path.",
        ),
    ] = "",
    trusted_network: Annotated[
        bool,
        typer.Option(
            "--trusted-network", help="Use a scheduler without TLS: nobody else can reach it."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Look up everyone in the whole register on all lists.

    That is every company, owner and officer. The result is an index to ask, never an alert: names
    alone say little, and nobody is judged by them. The first screening takes long and goes on where
    it was when it is stopped; later ones look up what changed in the register or on the lists.
    Exits 3 when some of it could not be looked up, or a list in use is out of date or was never
    loaded.

    Needs the package duckdb: pip install 'duediligence[register]'; a cluster also needs pip
    install 'duediligence[cluster]'.

    Examples:

        duediligence registers screen

        duediligence registers screen --full --workers 4

        duediligence registers screen --scheduler tls://scheduler:8786 --storage s3://bucket/screen
    """
    from duediligence.extensions.whole_register.lookup.screening import (
        export_register_screening,
        format_register_screening,
        screen_register,
    )

    do = choose_cluster(scheduler, local_cluster, storage, trusted_network=trusted_network)
    with workspace(workers=workers) as ws:
        screened = screen_register(ws, full=full, do=do, progress=progress())
    if as_json:
        say_json(export_register_screening(screened))
    else:
        for line in format_register_screening(screened):
            say(line)
        say("Ask which of your suppliers are near a listed party: duediligence registers ask near "
            "--listed")  # fmt: skip
        if not screened.complete:
            note("What to do about each list: duediligence doctor")
    if not screened.complete:
        raise typer.Exit(Incomplete.exit_code)


def choose_cluster(
    scheduler: str, local_cluster: int, storage: str, *, trusted_network: bool
) -> "DoParts | None":
    """Return what does the parts of a screening, None without a cluster. Raises UsageError."""
    if scheduler and local_cluster:
        raise UsageError(
            "--scheduler and --local-cluster exclude each other",
            hint="Name one of the two.",
        )
    if not scheduler and not local_cluster:
        if storage:
            raise UsageError(
                "--storage is for a cluster, but none is named",
                hint="Add --scheduler ADDRESS or --local-cluster N.",
            )
        return None
    from duediligence.extensions.whole_register.lookup.cluster import on_local_cluster, on_scheduler

    if scheduler:
        return on_scheduler(scheduler, storage=storage, trusted_network=trusted_network)
    return on_local_cluster(local_cluster, storage=storage)
