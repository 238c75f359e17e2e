"""The page beside a draft of a register's description: what was understood of the sample."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from duediligence.council_registers.reading import Examined, render_entry_fields
from duediligence.council_registers.starter import Starter
from duediligence.render.register_page import RowSeen, Understood, render_register_page
from duediligence.writing import write_text

_RECORDS = 5


def write_page(starter: Starter, sample: Path, target: Path) -> None:
    """Write what was understood of the sample as a page. Raises StorageError."""
    found = starter.found
    guessed = (
        (one.heading, f"{one.field} (guessed: check)" if one.likely else one.field, one.examples)
        for one in starter.columns
    )
    page = Understood(
        name=sample.name,
        made_at=datetime.now(UTC),
        columns=tuple(guessed),
        dates=tuple((one.heading, one.form, one.count, one.example) for one in starter.dates),
        records=[render_entry_fields(entry) for entry in found.entries[:_RECORDS]] if found else [],
        extra_rows=[
            RowSeen(row.file, row.row, row.kind, row.text)
            for row in (found.extra_rows if found else ())
        ],
        not_read=tuple(_not_read(found)) if found else (),
        settle=starter.unsure,
        rows=found.rows if found else None,
    )
    write_text(target, render_register_page(page))


def _not_read(found: Examined) -> Iterator[RowSeen]:
    for row in found.not_read:
        yield RowSeen(row.file, row.row, f"{row.column} {row.reason}".strip())
