"""Which rows of a register are no records, and so are passed over and counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from duediligence.council_registers.tables import TableLine
from duediligence.formats.cells import clean
from duediligence.formats.furniture import FurnitureKind, find_furniture_kind, is_place, sub_heading
from duediligence.matching.names.parties import may_name
from duediligence.text.legal_forms import has_legal_form

# A register with fewer columns that are read has rows that fill one of them alone.
FEWEST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class FurnitureRow:
    """A row that is no record: its number in the file, what kind it is, and what it says."""

    file: str
    row: int
    kind: FurnitureKind
    text: str


def names_somebody(text: str) -> bool:
    """Return whether a text may be the name of a party, or holds that of a firm."""
    return has_legal_form(text) or may_name(text)


def kind_of(
    line: TableLine, header: Sequence[str], read: Collection[int], naming: Collection[int]
) -> FurnitureKind | None:
    """Return what kind of furniture a row is; None where it is, or may be, a record.

    `read` are the positions of the columns that are read, `naming` those of names and addresses
    among them. What may name somebody is never furniture, wherever it is.
    """
    held = [clean(cell) for cell in line.cells]
    filled = [at for at, cell in enumerate(held) if cell]
    if not filled:
        return None
    spans = line.alone and len(filled) > 1
    if spans:
        held = [cell if at == filled[0] else "" for at, cell in enumerate(held)]
    alone = spans or len(filled) == 1
    text, of_names = held[filled[0]], filled[0] in naming
    if alone and not of_names and is_place(text) and not has_legal_form(text):
        return "sub-heading"
    if alone and names_somebody(text):
        return None
    if kind := find_furniture_kind(held, header, names_somebody):
        return kind
    if not alone:
        return None
    # One cell across the whole row: a banner, or the numbers of the pages.
    if spans and len(filled) >= len(header):
        return "sub-heading"
    if of_names and len(read) < FEWEST_COLUMNS:
        return None
    return "sub-heading" if sub_heading(text, names_somebody, of_names=of_names) else None
