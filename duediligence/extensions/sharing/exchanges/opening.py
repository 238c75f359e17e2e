"""The last step of an exchange: the asking party alone finds which of its items both hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from duediligence.blind import oprf
from duediligence.errors import Conflict
from duediligence.extensions.sharing.exchanges import asked_before, expiry, pending
from duediligence.extensions.sharing.exchanges.answer_body import (
    TAG,
    AnswerBody,
    batches,
    read_answer,
)
from duediligence.extensions.sharing.exchanges.hits import OpenedExchange
from duediligence.extensions.sharing.exchanges.inputs import keys_for, matched
from duediligence.extensions.sharing.exchanges.limits import agreement_to_match, check_table
from duediligence.extensions.sharing.exchanges.lists import party_of
from duediligence.extensions.sharing.exchanges.pending import Pending
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.exchanges import Exchange, Hit
from duediligence.extensions.sharing.partner_files import PartnerFile, read_partner_file
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.model.audit import AuditValue
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@use_case("exchange", event="exchange")
def open_answer(workspace: Workspace, path: Path) -> OpenedExchange:
    """Open the answer to a question of this home; what was kept to open it is removed.

    Raises NotFound and UsageError for a file that is none; Conflict for one of another agreement
    or question, expired or opened before, or whose proof fails; Forbidden for one that the partner
    did not sign; StorageError. After any of these the right answer can still be opened.
    """
    answered = read_partner_file(path)
    agreement = agreement_to_match(workspace, answered.header.agreement)
    answered.verified(agreement, "answer", workspace.now())
    exchange = _find_asked_exchange(workspace, answered)
    kept = pending.load_pending(workspace.home, exchange.id)
    if (answered.header.format == 1) == bool(kept.sizes):
        raise Conflict("This answer is of another version of the format than what was asked")
    body = read_answer(answered.body, kept.sizes or (len(kept.elements),))
    if agreement.terms.has_budgets:
        check_table(agreement, len(body.table))
    hits = _find_hits(kept, _finalize_values(kept, body, agreement), body.table)
    most = agreement.terms.most_hits if agreement.terms.has_budgets else len(hits)
    now = workspace.now()
    opened = replace(
        exchange,
        state="opened" if len(hits) <= most else "withheld",
        answer_sha256=answered.sha256,
        table=len(body.table),
        hits=len(hits),
        ended_at=now,
    )
    until = now.date() + timedelta(days=agreement.terms.retention_days)
    with workspace.casework.transaction():
        # Again: to open takes minutes, and others work in this home.
        answered.verified(agreement_to_match(workspace, agreement.terms.reference), "answer", now)
        if _find_asked_exchange(workspace, answered) != exchange:
            raise Conflict("This exchange was changed by another command meanwhile")
        what: dict[str, AuditValue] = {
            "hits": len(hits),
            "kept_until": until.isoformat(),
            "kept": "removed",
        }
        _store_asked_keys(workspace, agreement, kept)
        workspace.casework.repository(ExchangeStore).keep(
            opened, what, now, hits=hits if len(hits) <= most else (), remove_on=until
        )
    pending.remove_pending(workspace.home, exchange.id)
    expiry.remove_expired(workspace)
    if len(hits) > most:
        raise Conflict(
            f"{len(hits):,} of your {exchange.items:,} items would be held by "
            f"{agreement.partner}, and the agreement allows {most:,}: none of them is shown or "
            "kept",
            hint="Either the answer is full of guesses, or both hold more than you expected. Ask "
            "your contact there how many suppliers it answered for before you agree on more.",
        )
    return OpenedExchange(opened, agreement, hits)


def _find_asked_exchange(workspace: Workspace, answered: PartnerFile) -> Exchange:
    """Return the question of this home that the file answers. Raises Conflict."""
    header = answered.header
    exchange = workspace.casework.repository(ExchangeStore).get(header.exchange)
    if exchange is None or exchange.side != "asking":
        raise Conflict(
            "This is an answer to a question that was not asked from this home",
            hint="Open it in the home, and under the account, that asked.",
        )
    if exchange.state in ("opened", "withheld") and exchange.ended_at:
        raise Conflict(
            f"This exchange was opened on {exchange.ended_at:%Y-%m-%d %H:%M} UTC: an answer is "
            "opened once",
            hint="Its hits are kept until the day that the agreement sets.",
        )
    if exchange.state == "expired" or exchange.expires_at <= workspace.now():
        raise Conflict("This exchange has expired", hint="Ask again.")
    if header.facts.get("ask_sha256") != exchange.ask_sha256:
        raise Conflict("This is an answer to another file than the one that was asked from here")
    return exchange


def _finalize_values(kept: Pending, body: AnswerBody, agreement: Agreement) -> list[bytes]:
    """Return the value of each element that was asked, once the proofs hold for all. Raises
    Conflict.
    """
    inputs = [one.input for one in kept.elements]
    blinded = [one.blinded for one in kept.elements]
    blinds = [oprf.scalar_from(kept.seed, place) for place in range(len(inputs))]
    values: list[bytes] = []
    try:
        for kind in body.kinds:
            for places, proof in zip(batches(kind.evaluated), kind.proofs, strict=True):
                evaluated = kind.evaluated[places]
                own = slice(len(values), len(values) + len(evaluated))
                values += oprf.finalize_items(
                    inputs[own], blinds[own], blinded[own], evaluated, proof, kind.public
                )
    except (oprf.ProofFailed, oprf.NotAnElement) as error:
        raise Conflict(
            f"The answer of {agreement.partner} is not what the protocol gives: its proof fails",
            hint="Nothing was learnt from it. Ask your contact there, and keep the file.",
        ) from error
    return values


def _find_hits(kept: Pending, values: Sequence[bytes], table: Sequence[bytes]) -> tuple[Hit, ...]:
    """Return the items of which a key is in the table, in the order of the list."""
    held = frozenset(table)
    by: dict[int, dict[str, None]] = {}
    for element, value in zip(kept.elements, values, strict=True):
        if value[:TAG] in held:
            for place, kind in element.whose:
                by.setdefault(place, {})[kind] = None
    return tuple(
        Hit(item=kept.items[place], by=tuple(sorted(kinds))) for place, kinds in sorted(by.items())
    )


def _store_asked_keys(workspace: Workspace, agreement: Agreement, kept: Pending) -> None:
    terms, shares = agreement.terms, matched(agreement)
    hashed = asked_before.load_key_hasher(workspace.home, terms)
    keys = (key for item in kept.items for key in keys_for(party_of(item), shares, "asks"))
    asked_before.store_asked_hashes(workspace.home, terms, map(hashed, keys))
