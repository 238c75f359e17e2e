"""What a check may use."""

from duediligence.model import OUT_OF_SCOPE, Dossier, NotHeld, NotInScope, NotKnown, Outcome
from duediligence.model.facts import joined, say, word

CLEAR = Outcome("clear")


def not_told(dossier: Dossier, why: str) -> Outcome:
    """Return the outcome where the company's record lacks a field that only the API has.

    No bulk file ever tells it, so that is out of scope; from the API it is unknown.
    """
    bulk = isinstance(dossier.filings, NotInScope)
    return OUT_OF_SCOPE if bulk else Outcome("unknown", why=why)


def report_unread_parts(*parts: NotKnown | NotHeld, otherwise: str) -> Outcome:
    """Return the outcome where parts were not read: their reasons, or a constant text without
    one.
    """
    reasons = tuple(dict.fromkeys(part.reason for part in parts if part.reason))
    why = joined("; ", [say("{reason}", reason=word(reason)) for reason in reasons])
    return Outcome("unknown", why=why or otherwise, missing=reasons)
