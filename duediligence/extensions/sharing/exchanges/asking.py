"""The first step of an exchange: a list becomes a file that shows nothing of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from duediligence.blind.derived_keys import KEYS_VERSION, DerivedKey
from duediligence.casework.signing_keys import signing_key
from duediligence.errors import Conflict, StorageError
from duediligence.extensions.sharing.exchanges import asked_before, expiry, pending
from duediligence.extensions.sharing.exchanges.audits import seal_list
from duediligence.extensions.sharing.exchanges.inputs import (
    item_kinds,
    keys_for,
    matched,
)
from duediligence.extensions.sharing.exchanges.limits import (
    EXPIRES_AFTER,
    agreement_to_match,
    check_repeats,
)
from duediligence.extensions.sharing.exchanges.lists import party_of, read_list
from duediligence.extensions.sharing.exchanges.sizes import budgets, pad_rows
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.exchanges import AskedItem, Exchange
from duediligence.extensions.sharing.partner_files import (
    Header,
    header_for,
    new_id,
    pack_partner_file,
)
from duediligence.extensions.sharing.render.exchange_words import AskNotice
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import reserve_file

_SEED = 32


@dataclass(frozen=True, slots=True, repr=False)
class AskPlan:
    """What will be asked, to be shown before it is done: `notice` has the words. It has no text, so
    that no log can hold it.
    """

    agreement: Agreement
    items: tuple[AskedItem, ...]
    notice: AskNotice


@use_case("exchange")
def plan_ask(workspace: Workspace, path: Path, reference: str) -> AskPlan:
    """Read the list that is to be asked under the agreement of that reference.

    Raises NotFound, Conflict and Forbidden for an agreement that does not allow it; UsageError for
    a list that cannot be used, and Conflict for one that is too long; StorageError.
    """
    agreement = agreement_to_match(workspace, reference)
    shares = matched(agreement)
    earlier = check_repeats(workspace, agreement)

    @cache
    def keys_of(item: AskedItem) -> tuple[DerivedKey, ...]:
        return keys_for(party_of(item), shares, "asks")

    asked = read_list(
        path,
        most=agreement.terms.most_items,
        kinds=item_kinds(shares),
        comparable=lambda item: bool(keys_of(item)),
        today=workspace.now().date(),
    )
    rows = pad_rows(len(asked.items), agreement.terms)
    percent = _new_percent(workspace, agreement, [keys_of(item) for item in asked.items])
    notice = AskNotice(
        agreement=agreement,
        items=len(asked.items),
        keys=len({key for item in asked.items for key in keys_of(item)}),
        rows=rows,
        budget=budgets(agreement.terms, rows),
        new_percent=percent,
        earlier=earlier,
        unused=asked.unused,
        notes=asked.notes,
    )
    return AskPlan(agreement, asked.items, notice)


@use_case("exchange", event="exchange")
def ask(workspace: Workspace, plan: AskPlan, out: Path) -> Exchange:
    """Write the file to give to the partner, and keep what is needed to open the answer.

    It is recorded before it is written: where this dies between, ask again. Raises as `plan_ask`
    does; UsageError where the extra is not installed. Then nothing is recorded, kept or written.
    """
    agreement = _check_ask_agreement(workspace, plan)
    terms, home, now = agreement.terms, workspace.home, workspace.now()
    expiry.remove_expired(workspace)
    exchange_id = new_id()
    seed = token_bytes(_SEED)
    kept = pending.build_pending(plan.items, terms, exchange_id, plan.notice.budget, seed)
    facts: dict[str, str | int] = {
        "keys_version": KEYS_VERSION,
        "rows": plan.notice.rows,
        "new_percent": plan.notice.new_percent,
    }
    if terms.auditor:
        facts["sealed"] = seal_list(terms, exchange_id, seed, plan.items)
    header = header_for(agreement, "ask", exchange_id, now, now + EXPIRES_AFTER, facts)
    body = b"".join(one.blinded for one in kept.elements)
    made = pack_partner_file(header, body, signing_key(workspace))
    exchange = _build_ask_exchange(header, plan, len(kept.elements), made, now)
    with reserve_file(out, len(made)) as write:
        try:
            with workspace.casework.transaction():
                _check_ask_agreement(workspace, plan)
                check_repeats(workspace, agreement)
                workspace.casework.repository(ExchangeStore).keep(
                    exchange, {"bases": terms.bases}, now
                )
                pending.keep(home, exchange_id, kept)
        except BaseException:
            with suppress(StorageError):
                pending.remove_pending(home, exchange_id)
            raise
        write(made)
    return exchange


def _check_ask_agreement(workspace: Workspace, plan: AskPlan) -> Agreement:
    """Return the agreement as it is now, under which the list may still be asked."""
    agreement = agreement_to_match(
        workspace, plan.agreement.terms.reference, *matched(plan.agreement)
    )
    if agreement.terms != plan.agreement.terms:
        raise Conflict("The agreement was changed meanwhile", hint="Ask again under its new terms.")
    return agreement


def _new_percent(
    workspace: Workspace, agreement: Agreement, keys: Sequence[Sequence[DerivedKey]]
) -> int:
    before = asked_before.read_asked_hashes(workspace.home, agreement.terms)
    if not before:
        return 100
    hashed = asked_before.load_key_hasher(workspace.home, agreement.terms)
    hashes = [[hashed(key) for key in each] for each in keys]
    return asked_before.new_percent(hashes, before)


def _build_ask_exchange(
    header: Header, plan: AskPlan, elements: int, made: bytes, now: datetime
) -> Exchange:
    return Exchange(
        id=header.exchange,
        agreement=header.agreement,
        terms_sha256=header.terms_sha256,
        purpose=plan.agreement.terms.purpose,
        side="asking",
        state="asked",
        at=now,
        # An answer may be made on the last day of the question.
        expires_at=header.expires_at + EXPIRES_AFTER,
        items=len(plan.items),
        elements=elements,
        new_percent=plan.notice.new_percent,
        ask_sha256=sha256(made).hexdigest(),
    )
