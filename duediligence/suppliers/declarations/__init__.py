"""Answers of suppliers about grounds for exclusion, out of a file: all of them or none."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.errors import UsageError
from duediligence.model import Declaration
from duediligence.suppliers.declarations.answers import Wrong, answer_of
from duediligence.suppliers.declarations.rows import read_rows

# So many faults are told at once; the next ones after these are mended.
_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationFile:
    """What a file of declarations held. `unused` are the headings that nobody reads."""

    file: str
    sha256: str
    declarations: tuple[Declaration, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_declarations(path: Path, *, known: Collection[str], today: date) -> DeclarationFile:
    """Read answers from delimited text, a workbook, or JSON (`.json`): see docs/declarations.md.

    `known` are the references of the suppliers there are. Raises UsageError, naming file, row and
    column of the first few faults: a file with any is not used at all. A date after `today` is a
    fault, and so are two answers of one day to one question.
    """
    source = read_rows(path)
    found: dict[tuple[object, ...], tuple[str, Declaration]] = {}
    faults = []
    for where, cells in source.rows:
        try:
            one = answer_of(cells, known, today)
        except Wrong as wrong:
            faults.append(f"{path.name}: {where}, column {wrong.column}: {wrong.fault}")
            continue
        key = (one.supplier_ref, one.question, one.applies_to, one.declared_on)
        place, first = found.setdefault(key, (where, one))
        if first != one:
            faults.append(
                f"{path.name}: {where}, column answer: differs from {place}, which answers the "
                "same question on the same day"
            )
    if faults:
        more = f"\nand {len(faults) - _TOLD:,} more" if len(faults) > _TOLD else ""
        raise UsageError(
            "\n".join(faults[:_TOLD]) + more,
            hint="Nothing was imported. Mend the file and import it again; docs/declarations.md "
            "has the columns and codes.",
        )
    if not found:
        raise UsageError(f"{path.name}: holds no answers", hint="Choose another file.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DeclarationFile(
        file=path.name,
        sha256=digest,
        declarations=tuple(one for _, one in found.values()),
        unused=source.unused,
        notes=source.notes,
    )
