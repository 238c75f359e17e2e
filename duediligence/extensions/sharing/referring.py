"""The asking party names hits of an exchange to its partner, and says what should be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from duediligence.casework.signing_keys import signing_key
from duediligence.errors import Hint, Invalid, Step
from duediligence.extensions.sharing.agreements import in_force
from duediligence.extensions.sharing.exchanges.hits import opened_here
from duediligence.extensions.sharing.exchanges.ids import SHOWN
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.partner_messages import MessageParty, PartnerAsk
from duediligence.extensions.sharing.partner_file_records import record_message
from duediligence.extensions.sharing.partner_files import header_for, pack_partner_file
from duediligence.extensions.sharing.refer_bodies import MOST_NAMED, encode_refer_body, named_of
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import reserve_file

VALID_FOR = timedelta(days=30)
"""How long the partner has to receive a message; never longer than the agreement is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferPlan:
    """All that the partner would learn: what is asked, and the rows that are named, as they go."""

    exchange: str
    agreement: str
    partner: str
    ask: PartnerAsk
    named: tuple[MessageParty, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    """The message that was written, and the hash of its file."""

    message: ReferPlan
    sha256: str


@use_case("exchange")
def plan_refer(
    workspace: Workspace, exchange_id: str, references: Sequence[str], ask: PartnerAsk
) -> ReferPlan:
    """Return what a message that names the hits of these references would tell the partner.

    Nothing is written. Raises NotFound for an unknown exchange or agreement, Invalid for a
    reference that is no hit of it or where none is named, Conflict for an exchange that this home
    answered or has not opened, or an agreement that is not in force, Forbidden for one that does
    not allow hits to be named, StorageError.
    """
    message, _ = _plan_referral(workspace, exchange_id, references, ask)
    return message


@use_case("exchange", event="partner message")
def refer(
    workspace: Workspace,
    exchange_id: str,
    references: Sequence[str],
    ask: PartnerAsk,
    out: Path,
) -> WrittenMessage:
    """Write the signed message to `out`, and record it without a name.

    Raises as `plan_refer`.
    """
    message, agreement = _plan_referral(workspace, exchange_id, references, ask)
    facts = {"ask": ask, "named": len(message.named)}
    header = header_for(
        agreement, "refer", message.exchange, workspace.now(), message.expires_at, facts
    )
    body = pack_partner_file(header, encode_refer_body(ask, message.named), signing_key(workspace))
    more = {**facts, "expires": header.expires_at.isoformat()}
    with reserve_file(out, len(body)) as write:
        # First: there is no file without its record.
        record_message(workspace, agreement, "sent", header, body, more)
        write(body)
    return WrittenMessage(message=message, sha256=sha256(body).hexdigest())


def _plan_referral(
    workspace: Workspace, exchange_id: str, references: Sequence[str], ask: PartnerAsk
) -> tuple[ReferPlan, Agreement]:
    exchange = opened_here(workspace, exchange_id)
    hits = workspace.casework.repository(ExchangeStore).hits(exchange.id)
    agreement = in_force(workspace, exchange.agreement, "hits")
    wanted = list(dict.fromkeys(references))
    if not wanted:
        raise Invalid(
            "Name at least one hit",
            field="hit",
            hint="For each that you name, your partner learns that it was on your list.",
        )
    known = {one.item.reference for one in hits}
    if unknown := [one for one in wanted if one not in known]:
        raise Invalid(
            f"{unknown[0]!r} is not the reference of a hit of exchange {exchange.id[:SHOWN]}",
            field="hit",
            hint=Hint(
                "Only hits may be named, while their retention period lasts. To see them: ",
                Step("show-hits", exchange=exchange.id[:SHOWN]),
            ),
        )
    rows = (named_of(one) for one in hits if one.item.reference in wanted)
    named = tuple(dict.fromkeys(rows))
    if len(named) > MOST_NAMED:
        raise Invalid(
            f"A message may name {MOST_NAMED} parties; this one would name {len(named):,}",
            field="hit",
            hint="Name those that your partner must know of.",
        )
    expires = min(
        workspace.now() + VALID_FOR,
        datetime.combine(agreement.last_day + timedelta(days=1), time.min, UTC),
    )
    message = ReferPlan(
        exchange=exchange.id,
        agreement=agreement.terms.reference,
        partner=agreement.partner,
        ask=ask,
        named=named,
        expires_at=expires,
    )
    return message, agreement
