"""What sharing does in a screening: it finds open messages of partners, and compares reports."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from duediligence.extensions.sharing.intelligence_matches import compare_run, keep_matches
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.partner_messages import OpenMessage
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore
from duediligence.model import Finding, Party, Supplier
from duediligence.screening.alerts.ties import Ties
from duediligence.screening.run.findings import Assessor
from duediligence.screening.workspace import Workspace


def find(
    workspace: Workspace, suppliers: Sequence[Supplier], assess: Assessor
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield what open messages ask about suppliers of the run. Raises StorageError."""
    for opened in _open_messages(workspace, suppliers):
        yield opened.message.identity, assess_message(assess, opened)


def assess_message(assess: Assessor, opened: OpenMessage) -> list[Finding]:
    """Return what a partner asks about a supplier: restricted, and an alert of its own each."""
    message = opened.message
    return [
        replace(
            finding,
            subject_name=f"message {message.number}",
            subject_role="message of a partner",
            about="register",
            handling="restricted",
            person=any(one.party.kind == "person" for one in message.named),
        )
        for finding in assess.about_subject(opened.supplier, opened)
    ]


def compare(
    workspace: Workspace, looked_up: Sequence[tuple[Supplier, Party]]
) -> Callable[[str], None]:
    """Compare reports with who was looked up; what it returns keeps the matches with the run."""
    compared = compare_run(workspace, looked_up)
    numbers = [one.number for one in compared.reports]
    return lambda run_id: keep_matches(workspace, compared, numbers, run_id=run_id)


def _open_messages(workspace: Workspace, suppliers: Sequence[Supplier]) -> Iterator[OpenMessage]:
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
            contacts=_partner_contacts(agreement) if agreement else (),
        )


def _partner_contacts(agreement: Agreement) -> tuple[str, ...]:
    """Return the contacts of the partner, and those that do not say whose they are."""
    return tuple(
        f"{one.role}: {one.reach}"
        for one in agreement.contacts
        if one.party in ("", agreement.partner)
    )
