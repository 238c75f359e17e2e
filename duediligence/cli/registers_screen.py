"""`registers screen`."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, progress, say, say_json, workspace
from duediligence.errors import Incomplete, UsageError

if TYPE_CHECKING:
    from duediligence.bulk_register.lookup.layers import DoParts


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
    from duediligence.bulk_register.lookup.screening import screen_register
    from duediligence.bulk_register.lookup.screening_shown import (
        export_register_screening,
        format_register_screening,
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
    from duediligence.bulk_register.lookup.cluster import on_local_cluster, on_scheduler

    if scheduler:
        return on_scheduler(scheduler, storage=storage, trusted_network=trusted_network)
    return on_local_cluster(local_cluster, storage=storage)
