"""The open messages of partners about the suppliers of a run."""

from collections.abc import Iterator, Sequence

from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.partner_messages import OpenMessage
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore
from duediligence.model import Supplier
from duediligence.screening.alerts.ties import Ties
from duediligence.screening.workspace import Workspace


def open_messages(workspace: Workspace, suppliers: Sequence[Supplier]) -> Iterator[OpenMessage]:
    """Yield each open message about a supplier of the run, or about one that was merged into it.

    Raises StorageError.
    """
    ties = Ties(workspace.casework.supplier_changes.ties())
    whose = {ref: one for one in suppliers for ref in ties.members(one.ref)}
    for message in workspace.casework.repository(PartnerMessageStore).open_about(whose):
        agreement = workspace.casework.repository(AgreementStore).get(message.agreement)
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
