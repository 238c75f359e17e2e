"""What is wrong with the supplier's own row."""

from collections.abc import Sequence

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Feature,
    Outcome,
    RejectedRow,
    Supplier,
    UnreadCell,
    UnreadCells,
)
from duediligence.model.facts import Clause, joined, say, tag_quote, word

# The number of cells that are quoted of one supplier.
_QUOTED = 5


@check(
    id="SUP-01",
    title="Row of the supplier file not used",
    topic="coverage",
    needs=RejectedRow,
    severity="high",
    basis="A supplier that was not read was not screened",
)
def rejected(row: RejectedRow, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A row of the supplier file could not be used, so the supplier it names was not screened.

    Correct the row in the spreadsheet and run the screening again.
    """
    return Outcome(
        "unknown",
        why=say(
            "Row {row}{reason}.",
            row=row.row,
            reason=say(": {reason}", reason=tag_quote(row.reason)),
        ),
        next_step="Correct the row and screen again; the rejects file lists all such rows.",
    )


@check(
    id="SUP-02",
    title="A number that cannot be read",
    topic="identity",
    needs=Supplier,
    severity="low",
    basis="Procurement guidance: check name and number against the register first",
)
def unreadable_number(supplier: Supplier, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The supplier's company or charity number is not one that the register could have issued.

    Spreadsheets damage numbers, and a made-up number is a warning. Ask for it again.
    """
    unread = [repair for repair in supplier.repairs if not repair.used]
    if not unread:
        return NOT_APPLICABLE
    faults = [
        say(
            "{column}{found}: {reason}",
            column=word(r.column),
            found=say(" '{found}'", found=tag_quote(r.found)),
            reason=word(r.reason),
        )
        for r in unread
    ]
    return Outcome(
        "review",
        why=say("Screened by name only. {faults}.", faults=joined("; ", faults)),
        next_step="Ask the supplier for the number and check it on the register.",
    )


@check(
    id="SUP-03",
    title="A cell of the supplier file that was not read",
    topic="coverage",
    needs=UnreadCells,
    severity="medium",
    basis="Whoever was not read was not screened",
)
def unread(unread: UnreadCells, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A cell seems to hold a person, a number or a name that could not be read, or only in part.

    Nobody named there was looked up, unless named elsewhere. Write the cell in a plain form, one
    person per line with year and month of birth, then import the file and run the screening again.
    """
    cells = [c for c in unread.cells if c.looks_like not in ("birth date", "contract")]
    if not cells:
        return NOT_APPLICABLE
    return Outcome(
        "unknown",
        why=say("{cells} could not be read.", cells=_format_cell_count(cells)),
        facts=tuple(map(_build_cell_feature, cells[:_QUOTED])),
        next_step="Correct the cell in the spreadsheet, import it and run the screening again: "
        "docs/officer/supplier-file.md shows what is read.",
    )


@check(
    id="SUP-04",
    title="A birth date that cannot be read",
    topic="identity",
    needs=UnreadCells,
    severity="low",
    basis="A birth date distinguishes people with the same name",
)
def unreadable_birth_date(unread: UnreadCells, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A person's birth date is not one that could be read, so the name alone was looked up.

    Ask for the month and year of birth: without them a person of the same name cannot be ruled out.
    """
    cells = [cell for cell in unread.cells if cell.looks_like == "birth date"]
    if not cells:
        return NOT_APPLICABLE
    return Outcome(
        "review",
        why="Looked up without a birth date.",
        facts=tuple(map(_build_cell_feature, cells[:_QUOTED])),
        next_step="Ask the supplier for the month and year of birth, written as 1965-04.",
    )


@check(
    id="SUP-05",
    title="A cell about the contract that cannot be read",
    topic="identity",
    needs=UnreadCells,
    severity="low",
    basis="Value, dates and codes say what is asked of the supplier for the contract",
)
def unreadable_contract(unread: UnreadCells, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A value, a date or a code of the contract could not be read: nothing was concluded from it.

    It says nothing against the supplier. Write sums in pounds (412000), dates as 31/03/2026 and CPV
    codes with 8 digits, then import the file again.
    """
    cells = [cell for cell in unread.cells if cell.looks_like == "contract"]
    if not cells:
        return NOT_APPLICABLE
    return Outcome(
        "review",
        why="The contract was read without it.",
        facts=tuple(map(_build_cell_feature, cells[:_QUOTED])),
        next_step="Correct the cell in the spreadsheet and import it again: "
        "docs/officer/supplier-file.md shows what is read.",
    )


def _build_cell_feature(cell: UnreadCell) -> Feature:
    """Return what stands in a cell, which may name anybody."""
    said = say(
        '{column} holds "{text}", where a {kind} could not be read: {reason}.',
        column=word(cell.column),
        text=tag_quote(cell.text),
        kind=word("value" if cell.looks_like == "contract" else cell.looks_like),
        reason=tag_quote(cell.reason),
    )
    return Feature("unread cell", cell.text, "", 0.0, "not known", personal=True, said=said)


def _format_cell_count(cells: Sequence[UnreadCell]) -> Clause:
    if len(cells) == 1:
        return say("A cell in column {column}", column=word(cells[0].column))
    columns = dict.fromkeys(say("{column}", column=word(cell.column)) for cell in cells)
    return say(
        "{count} cells in columns {columns}", count=len(cells), columns=joined(", ", columns)
    )
