"""What sharing looks at in a run: open messages of partners, and reports of intelligence.

What is shared is slow to import, and a home that shares nothing does without.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from duediligence.extensions.sharing import EXTENSION
from duediligence.model import Finding, Supplier
from duediligence.screening.alerts.identity import Ties
from duediligence.screening.run.findings import Assessor
from duediligence.screening.run.stages import GatheredRun, PartyFinding, Stage
from duediligence.screening.workspace import Workspace

if TYPE_CHECKING:
    from duediligence.extensions.sharing.model.agreements import Agreement
    from duediligence.extensions.sharing.model.partner_messages import OpenMessage


def _is_anything_shared(workspace: Workspace) -> bool:
    return EXTENSION.name in workspace.casework.owned_rows()


def assess_partner_messages(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Yield what partners ask about suppliers in messages that are open. They are no evidence."""
    if not _is_anything_shared(gathered.workspace):
        return
    for opened in list_open_messages(gathered.workspace, gathered.suppliers):
        for finding in assess_message(gathered.assess, opened):
            yield PartyFinding(finding, opened.message.identity)


def list_open_messages(
    workspace: Workspace, suppliers: Sequence[Supplier]
) -> "Iterator[OpenMessage]":
    """Yield each open message about a supplier of the run, or about one that was merged into it.

    Raises StorageError.
    """
    from duediligence.extensions.sharing.model.partner_messages import OpenMessage
    from duediligence.extensions.sharing.store.agreements import AgreementStore
    from duediligence.extensions.sharing.store.partner_messages import PartnerMessageStore

    ties = Ties(workspace.casework.supplier_changes.ties())
    whose = {ref: one for one in suppliers for ref in ties.members(one.ref)}
    for message in workspace.casework.repository(PartnerMessageStore).open_about(whose):
        agreement = workspace.casework.repository(AgreementStore).get(message.agreement)
        yield OpenMessage(
            supplier=whose[message.supplier_ref],
            message=message,
            contacts=_partner_contacts(agreement) if agreement else (),
        )


def _partner_contacts(agreement: "Agreement") -> tuple[str, ...]:
    """Return the contacts of the partner, and those that do not say whose they are."""
    return tuple(
        f"{one.role}: {one.reach}"
        for one in agreement.contacts
        if one.party in ("", agreement.partner)
    )


def assess_message(assess: Assessor, opened: "OpenMessage") -> list[Finding]:
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


def compare_intelligence(gathered: GatheredRun) -> Iterator[PartyFinding]:
    """Compare the reports of partners, and keep which suppliers they may concern. Yields nothing:
    a report shows in no run.
    """
    if gathered.stores and _is_anything_shared(gathered.workspace):
        from duediligence.extensions.sharing.intelligence_matches import compare_run, keep_matches

        reports = compare_run(gathered.workspace, gathered.everyone)
        numbers = [one.number for one in reports.reports]
        gathered.kept_beside.append(
            lambda run: keep_matches(gathered.workspace, reports, numbers, run_id=run.id)
        )
    yield from ()


STAGES = (
    Stage("messages of partners", assess_partner_messages),
    Stage("reports of intelligence", compare_intelligence),
)
