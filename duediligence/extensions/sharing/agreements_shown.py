"""Agreements for reading: where each stands, its terms in words, and fingerprints to compare."""

from collections.abc import Iterator
from dataclasses import dataclass

from duediligence.casework.readiness import ReadinessLine, State
from duediligence.casework.signing_keys import known_keys
from duediligence.extensions.sharing.agreement_terms import list_cautions
from duediligence.extensions.sharing.agreements import find, is_key_confirmed, record_export
from duediligence.extensions.sharing.exchanges.sizes import budgets
from duediligence.extensions.sharing.fingerprints import spoken_key, spoken_terms
from duediligence.extensions.sharing.model.agreements import MATCHED, Agreement, AgreementState
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.extensions.sharing.render import agreement_page
from duediligence.extensions.sharing.render.agreement_words import (
    SHARED_WORDS,
    STATE_WORDS,
    basis_lines,
    limit_lines,
    state_line,
)
from duediligence.extensions.sharing.render.exchange_words import describe_comparison
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.signing import stored_key
from duediligence.text.dates import long_date
from duediligence.text.wording import count

_NO_PARTNER_KEY = "No key of the partner is known: every file of it is refused."
_NOT_COMPARED = (
    "It is not recorded that the words of the partner's key were compared by telephone: blind "
    "matching is refused until then."
)
_RESTORED = (
    "This home was restored from a backup since the words of the partner's key were compared. Ask "
    "whether the agreement was ended or the key dropped after the backup was made, and compare the "
    "words again: blind matching is refused until then."
)
_NO_OWN_KEY = "none yet: it is made when the file for the partner is written"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementShown:
    """An agreement in words. `facts` are pairs of what and its lines, in the order of reading;
    `notices` are what somebody must see to.
    """

    agreement: Agreement
    state: AgreementState
    state_words: str
    line: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[str, ...]

    @property
    def reference(self) -> str:
        return self.agreement.terms.reference


@use_case("read")
def agreements(workspace: Workspace) -> list[AgreementShown]:
    """Return every agreement, by its reference. Raises StorageError."""
    return [
        _describe_agreement(workspace, one)
        for one in workspace.casework.repository(AgreementStore).all()
    ]


@use_case("read")
def agreement(workspace: Workspace, reference: str) -> AgreementShown:
    """Return the agreement of that reference. Raises NotFound, StorageError."""
    return _describe_agreement(workspace, find(workspace, reference))


@use_case("export", event="export")
def explain(workspace: Workspace, reference: str, *, file: str) -> str:
    """Return the page for those who sign, as HTML, recorded as made for `file` (its name).

    Raises NotFound, StorageError.
    """
    one = find(workspace, reference)
    page = agreement_page.render_agreement_page(
        one,
        words=spoken_terms(one.terms.digest),
        budget=budgets(one.terms, one.terms.most_items),
        made_at=workspace.now(),
    )
    record_export(workspace, reference, page, file, "agreement explained")
    return page


def _describe_agreement(workspace: Workspace, one: Agreement) -> AgreementShown:
    today = workspace.now().date()
    state = one.state(today)
    return AgreementShown(
        agreement=one,
        state=state,
        state_words=STATE_WORDS[state],
        line=state_line(one, today),
        facts=tuple(_list_agreement_facts(workspace, one)),
        notices=tuple(_list_agreement_notices(workspace, one, state)),
    )


def _list_agreement_notices(
    workspace: Workspace, one: Agreement, state: AgreementState
) -> Iterator[str]:
    if state == "ended":
        return
    if not one.partner_keys:
        yield _NO_PARTNER_KEY
    elif MATCHED.intersection(one.terms.shares) and not one.is_key_compared:
        yield _NOT_COMPARED
        if one.compared:
            at = long_date(one.compared.at)
            yield f"Those of an earlier key were compared by {one.compared.by} on {at}."
    elif one.is_key_compared and not is_key_confirmed(workspace, one):
        yield _RESTORED
    for caution in list_cautions(one.terms):
        yield f"{caution}: ask a lawyer."


def _list_agreement_facts(
    workspace: Workspace, one: Agreement
) -> Iterator[tuple[str, tuple[str, ...]]]:
    terms, today = one.terms, workspace.now().date()
    yield "Parties", (f"{one.ours} (this home)", f"{one.partner} ({RECEIVERS[one.partner_kind]})")
    yield "Purpose", (terms.purpose,)
    yield "Starts", (long_date(terms.starts_on),)
    yield "Review by", (long_date(terms.review_on),)
    yield "Bases", tuple(basis_lines(terms, today))
    shared = (SHARED_WORDS[share] for share in terms.shares)
    yield "May be shared", tuple(f"{words.title}. {words.learns}" for words in shared)
    if limits := tuple(limit_lines(terms, budgets(terms, terms.most_items))):
        yield "Limits", limits
    kept = f"{count(terms.retention_days, 'day')} after it was received"
    yield "Kept", (kept, f"all of it gone by {long_date(one.gone_by)}")
    for party in (one.ours, one.partner):
        reached = tuple(f"{c.role}: {c.reach}" for c in one.contacts if c.party == party)
        yield f"Contacts of {party}", reached or ("none",)
    known = known_keys(workspace)
    yield "Words of the terms", (spoken_terms(terms.digest),)
    yield f"Words of the key of {one.ours}", (spoken_key(known[-1]) if known else _NO_OWN_KEY,)
    theirs = tuple(spoken_key(stored_key(key)) for key in one.partner_keys)
    yield f"Words of the key of {one.partner}", theirs or ("none yet",)
    if one.compared and one.is_key_compared:
        yield "Key compared", (describe_comparison(one.partner, one.compared),)


def check_agreement_reviews(workspace: Workspace) -> Iterator[ReadinessLine]:
    """Yield agreements with partners that both must look at again. No run is incomplete for one."""
    today = workspace.now().date()
    for one in workspace.casework.repository(AgreementStore).all():
        state = one.state(today)
        if state in ("review soon", "review missed"):
            in_use: State = "ok" if state == "review soon" else "not in use"
            what = f"agreement {one.terms.reference}"
            yield ReadinessLine(what, in_use, state_line(one, today))
