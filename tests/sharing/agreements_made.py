"""Terms that two invented bodies signed."""

from dataclasses import replace
from datetime import date
from typing import Any

from duediligence.model.agreements import Contact
from duediligence.screening.workspace import Workspace
from duediligence.sharing.agreements import AgreementRequest, make

from .exchanges import homes

TERMS = replace(
    homes.TERMS,
    bases=("cda-1998-s115", "uk-gdpr-6-1-e"),
    shares=("blind-matching: organisations", "hits"),
    starts_on=date(2026, 11, 1),
    review_on=date(2027, 10, 31),
)


def request(ours: str = homes.COUNCIL, **more: Any) -> AgreementRequest:
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
