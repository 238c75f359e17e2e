"""Terms that two invented bodies signed."""

from dataclasses import replace
from datetime import date
from typing import Any

from duediligence.model.agreements import Contact, Terms
from duediligence.screening.workspace import Workspace
from duediligence.sharing.agreements import AgreementRequest, make

TERMS = Terms(
    reference="ISA-2026-01",
    parties=("Example Council", "Example Police"),
    purpose="Find suppliers that both hold",
    bases=("cda-1998-s115", "uk-gdpr-6-1-e"),
    shares=("blind-matching: organisations", "hits"),
    retention_days=90,
    starts_on=date(2026, 11, 1),
    review_on=date(2027, 10, 31),
    most_items=10_000,
    most_exchanges=12,
    most_new_percent=25,
)


def request(ours: str = "Example Council", **more: Any) -> AgreementRequest:
    """A request to keep those terms, some of them others."""
    return AgreementRequest(
        terms=replace(TERMS, **more),
        ours=ours,
        partner_kind="police",
        contacts=(Contact(role="data protection officer", reach="dpo@council.example"),),
    )


def made(workspace: Workspace, **more: Any) -> str:
    """The reference of an agreement of those terms, kept."""
    return make(workspace, request(**more)).terms.reference
