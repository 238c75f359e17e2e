"""What several rules about registered entities need to say: forms, names, dates, words."""

from duediligence.model import OUT_OF_SCOPE, Dossier, NotInScope, Outcome

CLEAR = Outcome("clear")


def not_told(dossier: Dossier, why: str) -> Outcome:
    """The outcome where the company's record lacks a field that only the API has.

    No bulk file ever tells it, so that is out of scope; from the API it is unknown.
    """
    bulk = isinstance(dossier.filings, NotInScope)
    return OUT_OF_SCOPE if bulk else Outcome("unknown", why=why)
