"""What is wrong with the supplier's own row."""

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Outcome, RejectedRow, Supplier


@check(
    id="SUP-01",
    title="Row of the supplier file not used",
    topic="coverage",
    needs=RejectedRow,
    severity="high",
    basis="A supplier that was not read was not screened",
)
def rejected(row: RejectedRow, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A row of the supplier file could not be used, so whoever it names was not screened.

    Mend the row in the spreadsheet and screen again.
    """
    return Outcome(
        "unknown",
        why=f"Row {row.row}: {row.reason}.",
        next_step="Mend the row and screen again; the rejects file holds all such rows.",
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
    faults = "; ".join(f"{r.column} {r.found!r}: {r.reason}" for r in unread)
    return Outcome(
        "review",
        why=f"Screened by name only. {faults}.",
        next_step="Ask the supplier for the number and check it on the register.",
    )
