"""Under which law each contract was bought: what its facts say, and what a person confirms.

Everything that says so to a person, or waits for it, asks here.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal, cast

from duediligence.casework.contract_notices import format_notice
from duediligence.casework.supplier_editing import make_supplier_change
from duediligence.errors import Conflict, Hint, Invalid, Step
from duediligence.law.regimes import ContractRegime, MissingFact, find_regime
from duediligence.model import Contract, Supplier
from duediligence.model.supplier_changes import with_contracts
from duediligence.model.suppliers import RegimeCode
from duediligence.render.wording import uk_day
from duediligence.screening.access import use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.differences import contract_line
from duediligence.suppliers.facts import CONTRACT_FIELDS, REGIME_WORDS
from duediligence.text.wording import count, listed

RegimeChoice = RegimeCode | Literal["as found"]
# Shown once above contracts whose law no person confirmed.
LAW_REMARKS = (
    "The Procurement Act 2023 came into force on 24 February 2025: what was begun before stays "
    "under the earlier law. Where the law of a contract is not known, grounds are named as in that "
    "Act, which may not apply."
)

# How the facts that are asked for are called in the form of a contract.
_MISSING: dict[MissingFact, str] = {
    "value": CONTRACT_FIELDS["value_with_vat"].label,
    **{
        name: CONTRACT_FIELDS[name].label
        for name in ("regime", "begun", "framework_begun", "buyer", "nation", "subject", "funding")
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLaw:
    """A contract of a supplier, its law as far as that is known, and both in words.

    `key` names this state of the contract: what is confirmed is what was seen. `short` are the
    words where LAW_REMARKS are shown above. `notices` are those that were published of it.
    """

    ref: str
    supplier: str
    title: str
    key: str
    line: str
    found: ContractRegime
    words: str
    short: str
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLawPage:
    """Some contracts, by reference of the supplier. The page after begins after the reference
    `after`, empty where this is the last.
    """

    rows: tuple[ContractLaw, ...]
    after: str


def find_contract_regime(workspace: Workspace, contract: Contract) -> ContractRegime:
    """Return under which law a contract was bought, as far as that is known today."""
    today = uk_day(workspace.now())
    return find_regime(contract, today, workspace.settings.buyer_facts)


def format_contract_regime(found: ContractRegime, *, short: bool = False) -> str:
    """Return the law of a contract in words: how sure it is, why, and which fact is missing;
    `short` where LAW_REMARKS are shown above.
    """
    match found.certainty:
        case "confirmed":
            # Where the facts speak for another law, the reason says so.
            return f"Bought under {found.regime.short}. {found.reason}"
        case "likely":
            waits = "" if short else ", to be confirmed"
            said = f"Likely bought under {found.regime.short}{waits}. {found.reason}"
        case "unknown" if short:
            said = f"Not known. {found.reason}"
        case "unknown":
            said = (
                f"The law under which it was bought is not known. {found.reason} Grounds are named "
                "as in the Procurement Act 2023, which may not apply."
            )
    asked = [_MISSING[one] for one in found.missing if one != "regime"]
    if not asked:
        return said
    return f"{said} Missing: {listed(one[0].lower() + one[1:] for one in asked)}."


@use_case("read")
def list_laws_of(workspace: Workspace, supplier: Supplier) -> tuple[ContractLaw, ...]:
    """Return each contract of a supplier with its law. Raises StorageError."""
    return tuple(_build_contract_law(workspace, supplier, one) for one in supplier.engagements)


def build_law_record(one: ContractLaw) -> dict[str, Any]:
    """Return the law of a contract for programs."""
    return {
        "contract": one.title,
        "regime": one.found.code,
        "certainty": one.found.certainty,
        "reason": one.found.reason,
        "missing": list(one.found.missing),
    }


@use_case("read")
def list_contract_laws(
    workspace: Workspace,
    *,
    supplier: str = "",
    regime: RegimeCode | Literal[""] = "",
    after: str = "",
    size: int = 100,
    everything: bool = False,
) -> ContractLawPage:
    """Return the contracts of at most `size` suppliers whose law no person confirmed, with those
    that were confirmed if `everything`; of one supplier, or of all from after a reference; under
    one `regime`, as far as that is known, or any. What is over is left out.

    Raises NotFound for an unknown supplier, StorageError.
    """
    today = uk_day(workspace.now())
    with workspace.casework.snapshot():
        if supplier:
            every = [supplier_of(workspace, supplier)]
        else:
            ended = workspace.suppliers.ended(today)
            every = [one for one in workspace.suppliers.all() if one.ref not in ended]
    waiting = [
        (one, contracts)
        for one in sorted(every, key=lambda one: one.ref)
        if (
            contracts := [
                contract
                for contract in one.engagements
                if not contract.over(today)
                and (everything or not contract.procurement.regime)
                and (not regime or find_contract_regime(workspace, contract).code == regime)
            ]
        )
    ]
    begin = bisect_right([one.ref for one, _ in waiting], after) if after else 0
    shown = waiting[begin : begin + size]
    return ContractLawPage(
        rows=tuple(
            _build_contract_law(workspace, one, contract)
            for one, contracts in shown
            for contract in contracts
        ),
        after=shown[-1][0].ref if begin + size < len(waiting) else "",
    )


@use_case("change suppliers", event="supplier changed")
def confirm_regimes(
    workspace: Workspace,
    wanted: Sequence[tuple[str, str]],
    regime: RegimeChoice,
    *,
    note: str = "",
) -> int:
    """Record the law under which contracts were bought: all or none, one change a supplier.

    `wanted` are the reference of a supplier and the key of a contract each. `as found` takes what
    the facts of each say; `unknown` takes back what was confirmed. Returns how many changed. Raises
    Invalid for a law that is not known, NotFound, Conflict where a contract is no longer as it was
    shown, or where its facts do not say.
    """
    if (regime not in ("as found", "unknown") and regime not in REGIME_WORDS) or not regime:
        raise Invalid("Select the law", field="regime")
    if not wanted:
        raise Invalid("Select at least one contract", field="contract")
    changed = 0
    with workspace.casework.transaction():
        for ref in dict.fromkeys(ref for ref, _ in wanted):
            before = supplier_of(workspace, ref)
            keys = {key for one, key in wanted if one == ref}
            if keys - set(map(name_contract_state, before.engagements)):
                raise Conflict(
                    f"A contract of {ref} was changed since it was shown; nothing was recorded",
                    hint=Hint("Look again: ", Step("confirm-regime", supplier=ref)),
                )
            now = tuple(
                _confirm_regime(workspace, before, one, regime)
                if name_contract_state(one) in keys
                else one
                for one in before.engagements
            )
            different = sum(a != b for a, b in zip(before.engagements, now, strict=True))
            if different:
                make_supplier_change(
                    workspace,
                    "law confirmed",
                    (before.ref,),
                    before=(before,),
                    after=(with_contracts(before, now),),
                    note=note,
                )
            changed += different
    return changed


def format_confirmation(changed: int) -> str:
    """Return what a confirmation came to, in words."""
    return f"Recorded: the law of {count(changed, 'contract')}." if changed else "Nothing changed."


def name_contract_state(contract: Contract) -> str:
    """Return what names a contract as it is now."""
    return sha256(contract_line(contract).encode()).hexdigest()[:16]


def _confirm_regime(
    workspace: Workspace, supplier: Supplier, contract: Contract, regime: RegimeChoice
) -> Contract:
    code = regime
    if regime == "as found":
        found = find_contract_regime(workspace, contract)
        if found.certainty == "unknown":
            raise Conflict(
                f"The facts of {contract.title or contract_line(contract)!r} of {supplier.ref} do "
                f"not say under which law it was bought: {found.reason}",
                hint="Add the missing facts, or select the law for it.",
            )
        code = found.code
    confirmed = "" if code == "unknown" else cast(RegimeCode, code)
    return replace(contract, procurement=replace(contract.procurement, regime=confirmed))


def _build_contract_law(
    workspace: Workspace, supplier: Supplier, contract: Contract
) -> ContractLaw:
    found = find_contract_regime(workspace, contract)
    return ContractLaw(
        ref=supplier.ref,
        supplier=supplier.name,
        title=contract.title,
        key=name_contract_state(contract),
        line=contract_line(contract),
        found=found,
        words=format_contract_regime(found),
        short=format_contract_regime(found, short=True),
        notices=tuple(map(format_notice, contract.notices)),
    )
