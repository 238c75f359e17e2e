"""The contracts of a supplier, by hand."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from starlette.responses import Response

from duediligence.casework.contract_regimes import (
    LAW_REMARKS,
    ContractLaw,
    RegimeChoice,
    confirm_regimes,
    format_confirmation,
    list_contract_laws,
    name_contract_state,
)
from duediligence.casework.supplier_editing import (
    add_contract,
    contract_of,
    edit_contract,
    remove_contract,
)
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, UsageError
from duediligence.model import Contract
from duediligence.model.suppliers import RegimeCode
from duediligence.request_fields import describe_request
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.suppliers.differences import contract_line
from duediligence.suppliers.facts import (
    CONTRACT_FIELDS,
    REGIME_WORDS,
    ContractFacts,
    facts_of_contract,
)
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.navigation import supplier_address
from duediligence.web.pages.supplier_changes import render_note_form
from duediligence.web.queue_address import YES
from duediligence.web.request_forms import (
    format_request,
    keep_changed_texts,
    label_fields,
    read_typed_fields,
    read_values,
)
from duediligence.web.visits import Pages, Visit

pages = Pages()
# What the contracts that are selected can be confirmed as.
_LAWS = {
    "as found": "What the facts of each contract say",
    **{code: words for code, words in REGIME_WORDS.items() if code},
    "unknown": "Not known after all",
}
_LAW_PAGE = "/suppliers/contract-law"
_LABELS = label_fields(ContractFacts, note="Note")


@pages.get("/suppliers/contract-law", sends=confirm_regimes)
def _render_contract_law(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    """Show the contracts whose law no person confirmed."""
    supplier, everything = visit.query("supplier"), visit.query("everything") == YES
    law: RegimeCode | Literal[""] = next(
        (one for one in get_args(RegimeCode) if one == visit.query("law")), ""
    )
    found = list_contract_laws(
        visit.ws,
        supplier=supplier,
        regime=law,
        after=visit.query("after"),
        everything=everything,
    )
    kept = [("supplier", supplier), ("law", law)]
    shown_too = [("everything", YES)] if everything else []
    return visit.page(
        "contract_law.html.jinja",
        title="Under which law contracts were bought",
        errors=errors,
        status=status,
        rows=[(one, supplier_address(one.ref), _build_contract_address(one)) for one in found.rows],
        following=f"{_LAW_PAGE}?{urlencode([*kept, *shown_too, ('after', found.after)])}"
        if found.after
        else "",
        all_of_them="" if everything else f"{_LAW_PAGE}?{urlencode([*kept, ('everything', YES)])}",
        remarks=LAW_REMARKS,
        law=law,
        filters=[("", "Any"), *((code, words) for code, words in REGIME_WORDS.items() if code)],
        kept=[("supplier", supplier), *shown_too],
        laws=list(_LAWS.items()),
        regime=str(visit.form.get("regime") or visit.ws.settings.contract_regime or "as found"),
        chosen=visit.texts("contract"),
        note=visit.typed("note"),
    )


@pages.post("/suppliers/contract-law")
def confirm_law(visit: Visit) -> Response:
    wanted = [(ref, key) for one in visit.texts("contract") for key, _, ref in [one.partition(" ")]]
    regime = next((one for one in _LAWS if one and one == visit.text("regime")), "")
    try:
        changed = confirm_regimes(
            visit.ws, wanted, cast(RegimeChoice, regime), note=visit.text("note")
        )
    except Forbidden:
        raise
    except UsageError as error:
        wrong = problem_with_hint(error, ("regime", "contract", "note"))
        return _render_contract_law(visit, [wrong], error.http_status)
    return visit.go(visit.request.url.path, format_confirmation(changed))


def _build_contract_address(one: ContractLaw) -> str:
    if not one.title:
        return ""
    return f"{supplier_address(one.ref, 'contract')}?{urlencode([('title', one.title)])}"


@pages.get("/suppliers/{ref:path}/contract/remove", sends=remove_contract)
def _render_contract_removal_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    supplier = supplier_of(visit.ws, visit.path("ref"))
    contract = contract_of(supplier, visit.query("title"))
    return render_note_form(
        visit,
        "Remove a contract that was entered by mistake",
        "A contract that is over is not removed: edit it, and enter its last day.",
        lines=[contract_line(contract)],
        button_words="Remove it",
        errors=errors,
    )


@pages.post("/suppliers/{ref:path}/contract/remove")
def remove(visit: Visit) -> Response:
    ref, title = visit.path("ref"), visit.query("title")
    try:
        contract = remove_contract(visit.ws, ref, title, note=visit.text("note"))
    except Invalid as error:
        return _render_contract_removal_form(visit, [problem_with_hint(error, _LABELS)])
    return visit.go(supplier_address(ref), f"{ref}: removed: {contract_line(contract)}.")


@pages.get("/suppliers/{ref:path}/contract", sends=add_contract)
def which_facts(visit: Visit) -> Response:
    """The form, of the contract that the address names, or empty."""
    old = _find_edited_contract(visit)
    shown = format_request(facts_of_contract(old) if old else ContractFacts())
    return _render_contract_form(visit, {**shown, "note": ""})


@pages.post("/suppliers/{ref:path}/contract")
def save(visit: Visit) -> Response:
    """Add the contract, or change the one that the address names."""
    ref, old = visit.path("ref"), _find_edited_contract(visit)
    sent = read_typed_fields(visit, ContractFacts, "note")
    try:
        values = read_values(visit, ContractFacts)
        if old:
            if (seen := visit.text("seen")) and seen != name_contract_state(old):
                raise Conflict("The contract was changed since it was shown; nothing was recorded")
            held = facts_of_contract(old)
            emptied = [one for one in CONTRACT_FIELDS if getattr(held, one) and not values[one]]
            facts = ContractFacts(**keep_changed_texts(values, held, removable=emptied))
            contract = edit_contract(
                visit.ws, ref, old.title, facts, unknown=emptied, note=sent["note"]
            )
        else:
            facts = ContractFacts(**values)
            contract = add_contract(visit.ws, ref, facts, note=sent["note"])
    except (Forbidden, NotFound):
        raise
    except UsageError as error:
        field, words = problem_with_hint(error, _LABELS)
        return _render_contract_form(visit, sent, [(field or "title", words)], error.http_status)
    return visit.go(supplier_address(ref), f"{ref}: {contract_line(contract)}.")


def _find_edited_contract(visit: Visit) -> Contract | None:
    title = visit.query("title")
    return contract_of(supplier_of(visit.ws, visit.path("ref")), title) if title else None


def _render_contract_form(
    visit: Visit,
    sent: Mapping[str, str],
    errors: Sequence[tuple[str, str]] = (),
    status: int = 0,
) -> Response:
    supplier, old = supplier_of(visit.ws, visit.path("ref")), _find_edited_contract(visit)
    return visit.page(
        "supplier_contract.html.jinja",
        title="Edit a contract" if visit.query("title") else "Add a contract",
        errors=errors,
        status=status,
        supplier=supplier,
        sent=sent,
        seen=name_contract_state(old) if old else "",
        fields=describe_request(ContractFacts),
        is_unfolded=any(
            text for name, text in sent.items() if name.partition("-")[0] in CONTRACT_FIELDS
        )
        or any(name.partition("-")[0] in CONTRACT_FIELDS for name, _ in errors),
        back=supplier_address(supplier.ref),
    )
