"""The open messages of partners about the suppliers of a run, and what is found of them."""

from collections.abc import Iterator, Sequence

from duediligence.model import Finding, Supplier
from duediligence.model.agreements import Agreement
from duediligence.model.partner_messages import OpenMessage
from duediligence.screening.alerts.identity import Ties
from duediligence.screening.run.findings import Assessor
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


def assess_message(assess: Assessor, opened: OpenMessage) -> list[Finding]:
    """Return what a partner asks about a supplier: restricted, and an alert of its own each."""
    message = opened.message
    return assess.about_subject(
        opened.supplier,
        opened,
        subject_name=f"message {message.number}",
        subject_role="message of a partner",
        about="register",
        handling="restricted",
        person=any(one.party.kind == "person" for one in message.named),
    )
