"""The explanation of an agreement as a page to sign."""

from collections.abc import Mapping
from datetime import datetime

from duediligence.blind.derived_keys import KeyKind
from duediligence.extensions.sharing.model.agreements import MATCHED, Agreement
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.render.agreement_words import (
    SHARED_WORDS,
    basis_lines,
    limit_lines,
)
from duediligence.render.templating import fill_page, resource
from duediligence.text.wording import count


def render_agreement_page(
    agreement: Agreement, *, words: str, budget: Mapping[KeyKind, int], made_at: datetime
) -> str:
    """Return the page, which needs nothing else. `words` are those of the terms, that both compare;
    `budget` is how many keys of each kind an asker can try in one exchange.

    All text in it is escaped, and its own policy forbids everything but its one style sheet.
    """
    css = resource("referral.css")
    terms = agreement.terms
    return fill_page(
        f"{__package__}:agreement.html.jinja",
        css,
        agreement=agreement,
        terms=terms,
        partner_kind=RECEIVERS[agreement.partner_kind],
        shared=[SHARED_WORDS[share] for share in terms.shares],
        is_matched=bool(MATCHED.intersection(terms.shares)),
        bases=list(basis_lines(terms, made_at.date())),
        limits=list(limit_lines(terms, budget)),
        kept=count(terms.retention_days, "day"),
        words=words,
        made_at=made_at,
    )
