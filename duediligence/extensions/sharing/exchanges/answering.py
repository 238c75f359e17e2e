"""The second step of an exchange: the answering party evaluates what it cannot read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from secrets import token_bytes

from duediligence.blind import oprf
from duediligence.blind.derived_keys import KEYS_VERSION, KeyKind
from duediligence.casework.signing_keys import signing_key
from duediligence.errors import Conflict
from duediligence.extensions.sharing.agreements import find_last_restore
from duediligence.extensions.sharing.exchanges import expiry
from duediligence.extensions.sharing.exchanges.answer_body import (
    TAG,
    AnswerBody,
    EvaluatedKind,
    batches,
    check_answer_fits,
)
from duediligence.extensions.sharing.exchanges.audits import check_sealed
from duediligence.extensions.sharing.exchanges.inputs import keys_for, matched, oprf_input
from duediligence.extensions.sharing.exchanges.limits import (
    EXPIRES_AFTER,
    agreement_to_match,
    check_repeats,
    check_table,
    read_rows,
)
from duediligence.extensions.sharing.exchanges.parties import parties_by_supplier, suppliers_held
from duediligence.extensions.sharing.exchanges.sizes import budgets, padded
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.exchanges import Exchange
from duediligence.extensions.sharing.partner_files import (
    CLOCKS_DIFFER,
    Header,
    PartnerFile,
    header_for,
    pack_partner_file,
    read_partner_file,
)
from duediligence.extensions.sharing.render.exchange_words import AnswerNotice
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import reserve_file


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """What will be answered, to be shown before it is done: `notice` has the words.

    `elements` are what was asked, and `inputs` what is held, by the kind of key.
    """

    agreement: Agreement
    file: PartnerFile
    elements: Mapping[KeyKind, Sequence[bytes]]
    inputs: Mapping[KeyKind, frozenset[bytes]]
    notice: AnswerNotice


@use_case("exchange")
def plan_answer(workspace: Workspace, path: Path) -> AnswerPlan:
    """Read a partner's question, and the keys of what this home holds.

    Raises NotFound and UsageError for a file that is none; Conflict for one of another agreement,
    of other terms, expired, answered before, made before this home was restored, or too large;
    Forbidden for one that the partner did not sign, or where the agreement does not allow it;
    StorageError.
    """
    asked = read_partner_file(path)
    agreement = agreement_to_match(workspace, asked.header.agreement)
    shares = matched(agreement)
    asked.verified(agreement, "ask", workspace.now())
    header = asked.header
    _refuse_known(workspace, header.exchange)
    _refuse_forgotten(workspace, header)
    rows = read_rows(asked, agreement)
    budget = budgets(agreement.terms, rows)
    elements = _parse_asked_elements(asked, budget)
    if header.expires_at - header.made_at > EXPIRES_AFTER:
        raise Conflict(
            f"This file would be good for longer than the {EXPIRES_AFTER.days} days that a file of "
            "an exchange lasts",
            hint=f"Ask {agreement.partner} to make a new one.",
        )
    check_sealed(agreement.terms, header.facts.get("sealed"))
    version = header.facts.get("keys_version")
    if not isinstance(version, int):
        raise Conflict("This file does not say how its keys were made")
    if version != KEYS_VERSION:
        raise Conflict(
            f"{agreement.partner} makes keys of version {version}; this program of {KEYS_VERSION}",
            hint="One of you must update the program: keys of two versions would not meet.",
        )
    percent = header.facts.get("new_percent")
    if not isinstance(percent, int) or not 0 <= percent <= 100:
        raise Conflict("This file does not say how many of its items are new")
    earlier = check_repeats(workspace, agreement)
    suppliers = suppliers_held(workspace)
    people = "blind-matching: people" in shares
    keys = {
        key
        for _, party in parties_by_supplier(workspace, suppliers, people=people)
        for key in keys_for(party, shares, "answers")
    }
    table = padded(len(keys))
    check_table(agreement, table)
    check_answer_fits(budget.values(), table)
    inputs = {
        kind: frozenset(
            oprf_input(key, agreement.terms, header.exchange) for key in keys if key.kind == kind
        )
        for kind in budget
    }
    notice = AnswerNotice(
        agreement=agreement,
        suppliers=len(suppliers),
        rows=rows,
        budget=budget,
        table=table,
        new_percent=percent,
        earlier=earlier,
    )
    return AnswerPlan(agreement, asked, elements, inputs, notice)


@use_case("exchange", event="exchange")
def answer(workspace: Workspace, plan: AnswerPlan, out: Path) -> Exchange:
    """Write the answer to give to the partner, under a key that is destroyed then.

    It is recorded before it is written: where this dies between, the partner must ask again.
    Raises as `plan_answer` does; Conflict where something asked is no element of the group;
    UsageError where the extra is not installed. Then nothing is recorded and nothing written.
    """
    agreement = _check_answer_agreement(workspace, plan)
    terms, now = agreement.terms, workspace.now()
    asked = plan.file.header
    body = _evaluate_kinds(plan, asked.exchange)
    facts: dict[str, str | int] = {"ask_sha256": plan.file.sha256, "table": len(body.table)}
    header = header_for(agreement, "answer", asked.exchange, now, now + EXPIRES_AFTER, facts)
    expiry.remove_expired(workspace)
    made = pack_partner_file(header, body.written(), signing_key(workspace))
    exchange = _build_answer_exchange(header, plan, body, made, now)
    with reserve_file(out, len(made)) as write:
        with workspace.casework.transaction():
            # Again: to evaluate takes minutes, and others work in this home.
            _check_answer_agreement(workspace, plan)
            _refuse_known(workspace, asked.exchange)
            check_repeats(workspace, agreement)
            workspace.casework.repository(ExchangeStore).keep(
                exchange, {"bases": terms.bases, "key": "wiped", "kinds": matched(agreement)}, now
            )
        write(made)
    return exchange


def _check_answer_agreement(workspace: Workspace, plan: AnswerPlan) -> Agreement:
    """Return the agreement as it is now, under which the partner's file may still be answered."""
    agreement = agreement_to_match(
        workspace, plan.agreement.terms.reference, *matched(plan.agreement)
    )
    plan.file.verified(agreement, "ask", workspace.now())
    return agreement


def _refuse_known(workspace: Workspace, exchange_id: str) -> None:
    known = workspace.casework.repository(ExchangeStore).get(exchange_id)
    if known is None:
        return
    if known.side == "asking":
        raise Conflict("This file was made here, to be answered by the partner")
    raise Conflict(
        f"This file was answered on {known.at:%Y-%m-%d %H:%M} UTC: each is answered once",
        hint="If the answer was lost, the partner must ask again.",
    )


def _refuse_forgotten(workspace: Workspace, header: Header) -> None:
    """Raise Conflict for a question that this home may have answered after the backup from which
    it was restored: it does not know.
    """
    restored = find_last_restore(workspace)
    if restored and header.made_at - CLOCKS_DIFFER <= restored:
        raise Conflict(
            "This file was made before this home was restored from a backup, which was on "
            f"{restored:%Y-%m-%d %H:%M} UTC: it may have been answered since the backup",
            hint="Each is answered once. The partner must ask again.",
        )


def _parse_asked_elements(
    asked: PartnerFile, budget: Mapping[KeyKind, int]
) -> Mapping[KeyKind, Sequence[bytes]]:
    """Return the elements of each kind: exactly as many as its budget has. Raises Conflict."""
    size = oprf.ELEMENT
    if len(asked.body) != sum(budget.values()) * size:
        raise Conflict("This file does not hold as many keys as its rows have")
    found = [asked.body[at : at + size] for at in range(0, len(asked.body), size)]
    if len(set(found)) != len(found):
        raise Conflict("This file asks the same key twice, which no list does")
    rest = iter(found)
    return {kind: tuple(islice(rest, most)) for kind, most in budget.items()}


def _evaluate_kinds(plan: AnswerPlan, exchange_id: str) -> AnswerBody:
    """Return the answer under keys of this moment, one for each kind. Raises Conflict."""
    kinds, table = list[EvaluatedKind](), set[bytes]()
    with oprf.draw_seed() as seed:
        for kind, elements in plan.elements.items():
            info = b"\0".join((b"duediligence exchange 2", exchange_id.encode(), kind.encode()))
            with oprf.ServerKey.derive(seed, info) as key:
                kinds.append(_evaluate_elements(key, elements))
                table.update(value[:TAG] for value in map(key.output, plan.inputs[kind]))
    wanted = padded(len(table))
    while len(table) < wanted:
        table.add(token_bytes(TAG))
    return AnswerBody(kinds, sorted(table))


def _evaluate_elements(key: oprf.ServerKey, elements: Sequence[bytes]) -> EvaluatedKind:
    evaluated: list[bytes] = []
    proofs: list[bytes] = []
    try:
        for places in batches(elements):
            some, proof = key.evaluate(elements[places])
            evaluated += some
            proofs.append(proof)
    except oprf.NotAnElement as error:
        raise Conflict(
            "This file holds something that is not an element of the group: it was not made by "
            "this protocol",
            hint="Nothing was answered. Ask your contact there which program made it.",
        ) from error
    return EvaluatedKind(key.public, evaluated, proofs)


def _build_answer_exchange(
    header: Header, plan: AnswerPlan, body: AnswerBody, made: bytes, now: datetime
) -> Exchange:
    return Exchange(
        id=header.exchange,
        agreement=header.agreement,
        terms_sha256=header.terms_sha256,
        purpose=plan.agreement.terms.purpose,
        side="answering",
        state="answered",
        at=now,
        expires_at=header.expires_at,
        items=plan.notice.suppliers,
        elements=sum(map(len, plan.elements.values())),
        new_percent=plan.notice.new_percent,
        ask_sha256=plan.file.sha256,
        answer_sha256=sha256(made).hexdigest(),
        table=len(body.table),
    )
