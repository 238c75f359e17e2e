"""The open messages of partners about the suppliers of a run."""

from collections.abc import Iterator, Sequence

from duediligence.model import Supplier
from duediligence.model.agreements import Agreement
from duediligence.model.partner_messages import OpenMessage
from duediligence.screening.alerts.identity import Ties
from duediligence.screening.workspace import Workspace


def open_messages(workspace: Workspace, suppliers: Sequence[Supplier]) -> Iterator[OpenMessage]:
    """Yield each open message about a supplier of the run, or about one that was merged into it.

    Raises StorageError.
    """
    ties = Ties(workspace.casework.supplier_changes.ties())
    whose = {ref: one for one in suppliers for ref in ties.members(one.ref)}
    for message in workspace.casework.partner_messages.open_about(whose):
        agreement = workspace.casework.agreements.get(message.agreement)
        yield OpenMessage(
            supplier=whose[message.supplier_ref],
            message=message,
            contacts=_of_partner(agreement) if agreement else (),
        )


def _of_partner(agreement: Agreement) -> tuple[str, ...]:
    """Return the contacts of the partner, and those that do not say whose they are."""
    return tuple(
        f"{one.role}: {one.reach}"
        for one in agreement.contacts
        if one.party in ("", agreement.partner)
    )
