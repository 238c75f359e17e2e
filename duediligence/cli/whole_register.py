"""`registers load whole`, and what `registers status` says of the whole register."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, progress, say, table, warn, workspace
from duediligence.text.wording import count, listed

if TYPE_CHECKING:
    from duediligence.bulk_register.versions import TableFiles, Version


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
    from duediligence.bulk_register import loading

    with workspace() as ws:
        version = loading.load(ws, files, accept_fewer=accept_fewer, progress=progress())
    manifest = version.manifest
    say(f"In use: version {manifest.version}, {_describe_table_rows(manifest)}")
    _not_loaded(manifest)
    note("To ask it: duediligence registers ask --help")
    for product in manifest.products.values():
        for part in product.parts:
            for item in part.drift:
                warn(f"{part.name}: {item.words(people=False)}")


def print_whole_register(version: "Version") -> None:
    """Print what of the whole register is loaded, of which days."""
    from duediligence.bulk_register.products import READERS

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
