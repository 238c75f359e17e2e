"""Plain tables on stdout: boxed and coloured on a terminal, aligned text elsewhere."""

import sys
from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells under a header; columns that are empty in all are left out."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    drawn = Table(
        box=box.SIMPLE_HEAD if terminal else None,
        header_style="bold",
        pad_edge=False,
        collapse_padding=terminal,
    )
    kept = [at for at in range(len(header)) if not rows or any(row[at] for row in rows)]
    for at in kept:
        drawn.add_column(header[at], overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(row[at]) for at in kept))
    Console(file=sys.stdout, width=None if terminal else 200).print(drawn)
