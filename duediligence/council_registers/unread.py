"""What is kept of a row that could not be read: the least that finds who is named in it."""

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from duediligence.council_registers import values
from duediligence.council_registers.description import Description
from duediligence.council_registers.entries import OF_INDIVIDUALS, Cells, HeaderPlaces
from duediligence.council_registers.fields import BY_NAME
from duediligence.council_registers.guesses import meaning
from duediligence.council_registers.tables import TableLine
from duediligence.formats.cells import clean, fix_garbled_text, is_turned
from duediligence.model import Handling, NotReadRow
from duediligence.text.legal_forms import has_legal_form
from duediligence.writing import encode_csv, write_bytes

# Kinds of fields whose cells name nobody, and where a row is.
_SAYING_NOTHING = frozenset({"word", "words", "date", "month", "money", "link"})
# Nor is what happened needed to find a party.
_TOLD = frozenset({"record_ref", "act_section", "event", "outcome", "authority"})
_LONGEST = 500
_MOST_CELLS = 40
_HANDLINGS: tuple[Handling, ...] = get_args(Handling)


def not_read(cells: Cells) -> NotReadRow:
    """Return the row of these cells, which have problems."""
    first = cells.problems[0]
    aside = {
        at
        for name, positions in cells.place.positions.items()
        if BY_NAME[name].kind in _SAYING_NOTHING or name in _TOLD
        for at in positions
    }
    kept = (cell for at, cell in enumerate(cells.line.cells) if at not in aside)
    record_type = cells.known_word("record_type")
    offence = (
        record_type in OF_INDIVIDUALS
        if record_type
        else _may_be_offence((cells.raw("record_type"),), cells.description)
    )
    return NotReadRow(
        first.file,
        first.row,
        first.column,
        first.what,
        _select_party_cells(kept, firms_only=offence),
        _derive_row_handling(cells, offence=offence),
    )


def keep_misshapen_row(
    line: TableLine, place: HeaderPlaces, description: Description, fault: str
) -> NotReadRow:
    """Return a row with more or fewer cells than there are columns: no cell is known to be of a
    column.
    """
    offence = _may_be_offence(line.cells, description)
    hidden = offence or "handling" in description.columns
    return NotReadRow(
        place.file,
        line.number,
        "",
        fault,
        _select_party_cells(line.cells, firms_only=offence),
        "restricted" if hidden else description.handling,
    )


def _may_be_offence(texts: Iterable[str], description: Description) -> bool:
    """Return whether the record may be of an offence, or an alleged one, of an individual."""
    ours = {description.defaults.get("record_type", "")}
    ours |= set(description.values.get("record_type", {}).values())
    return not ours.isdisjoint(OF_INDIVIDUALS) or any(
        meaning("record_type", clean(text)) in OF_INDIVIDUALS for text in texts
    )


def _select_party_cells(cells: Iterable[str], *, firms_only: bool) -> tuple[str, ...]:
    """Return the cells that may name a party; of what may be an offence of an individual, firms
    alone.
    """
    plain = ((cell, fix_garbled_text(clean(cell.replace("\0", " ")))[:_LONGEST]) for cell in cells)
    # A text that may be shown the other way round is compared in both.
    texts = (text for cell, held in plain for text in (held, held[::-1])[: 1 + is_turned(cell)])
    named = [
        text for text in texts if values.drop_placeholder(text) and any(map(str.isalnum, text))
    ]
    if firms_only:
        named = [text for text in named if has_legal_form(text)]
    return tuple(dict.fromkeys(named[:_MOST_CELLS]))


def _derive_row_handling(cells: Cells, *, offence: bool) -> Handling:
    """Return who may see the record: as for one that was read, and the strictest where that is
    unknown.
    """
    description = cells.description
    if offence:
        return "restricted"
    if "handling" not in description.columns:
        return description.handling
    own = cells.known_word("handling")
    if own not in _HANDLINGS:
        return "restricted"
    return max(own, description.handling, key=_HANDLINGS.index)


def write_not_read(rows: Iterable[NotReadRow], path: Path) -> None:
    """Write the rows as CSV that Excel opens: file, row, column and what is wrong there.

    The file is written whole or not at all. Raises StorageError.
    """
    cells = ([one.file, one.row, one.column, one.reason] for one in rows)
    write_bytes(path, encode_csv(["file", "row", "column", "reason"], cells))
