"""Terms that two invented bodies signed."""

from dataclasses import replace
from datetime import date
from typing import Any

from duediligence.casework.signing_keys import signing_key
from duediligence.extensions.sharing.agreements import make
from duediligence.extensions.sharing.model.agreements import Contact, KeyComparison
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening.workspace import Workspace

from .exchanges import homes

TERMS = replace(
    homes.TERMS,
    bases=("cda-1998-s115", "uk-gdpr-6-1-e"),
    shares=("blind-matching: organisations", "hits"),
    starts_on=date(2026, 11, 1),
    review_on=date(2027, 10, 31),
)


def request(ours: str = homes.COUNCIL, **more: Any) -> dict[str, Any]:
    """What is given to keep those terms, some of them others."""
    return {
        "terms": replace(TERMS, **more),
        "ours": ours,
        "partner_kind": "police",
        "contacts": (Contact(role="data protection officer", reach="dpo@council.example"),),
        "without_auditor": True,
    }


def made(workspace: Workspace, **more: Any) -> str:
    """The reference of an agreement of those terms, kept."""
    return make(workspace, **request(**more)).terms.reference


def compared(workspace: Workspace, reference: str) -> None:
    """Give the agreement a key of the partner, of which the words were compared."""
    agreement = workspace.casework.repository(AgreementStore).get(reference)
    assert agreement
    key = signing_key(workspace).public.text
    record = KeyComparison(key=key, by="Kay", at=workspace.now())
    changed = replace(agreement, partner_keys=(key,), compared=record)
    workspace.casework.repository(AgreementStore).keep(
        changed, "partner key compared", workspace.now()
    )
