"""The contracts of a supplier, by hand."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from duediligence.casework.supplier_editing import (
    add_contract,
    contract_of,
    edit_contract,
    remove_contract,
)
from duediligence.errors import Forbidden, Invalid, NotFound, UsageError
from duediligence.model import Contract
from duediligence.request_fields import describe_request
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.suppliers.differences import contract_line
from duediligence.suppliers.facts import ContractFacts, facts_of_contract
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.navigation import supplier_address
from duediligence.web.request_forms import (
    format_request,
    keep_changed_texts,
    label_fields,
    read_typed_fields,
    read_values,
)
from duediligence.web.visits import Pages, Visit

pages = Pages()
_LABELS = label_fields(ContractFacts, note="Note")


@pages.get("/suppliers/{ref:path}/contract/remove", sends=remove_contract)
def before_removal(visit: Visit) -> Response:
    return _render_contract_removal_form(visit)


@pages.post("/suppliers/{ref:path}/contract/remove")
def remove(visit: Visit) -> Response:
    ref, title = visit.path("ref"), visit.query("title")
    try:
        contract = remove_contract(visit.ws, ref, title, note=visit.text("note"))
    except Invalid as error:
        return _render_contract_removal_form(visit, [problem_with_hint(error, _LABELS)])
    return visit.go(supplier_address(ref), f"{ref}: removed: {contract_line(contract)}.")


def _render_contract_removal_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    supplier = supplier_of(visit.ws, visit.path("ref"))
    contract = contract_of(supplier, visit.query("title"))
    return visit.page(
        "supplier_note.html.jinja",
        title="Remove a contract that was entered by mistake",
        errors=errors,
        status=0,
        supplier=supplier,
        back=supplier_address(supplier.ref),
        paragraphs=["A contract that is over is not removed: edit it, and enter its last day."],
        lines=[contract_line(contract)],
        button_words="Remove it",
        note=str(visit.form.get("note") or ""),
    )


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
            values = keep_changed_texts(values, facts_of_contract(old))
        facts = ContractFacts(**values)
        if old:
            contract = edit_contract(visit.ws, ref, old.title, facts, note=sent["note"])
        else:
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
    supplier = supplier_of(visit.ws, visit.path("ref"))
    return visit.page(
        "supplier_contract.html.jinja",
        title="Edit a contract" if visit.query("title") else "Add a contract",
        errors=errors,
        status=status,
        supplier=supplier,
        sent=sent,
        fields=describe_request(ContractFacts),
        back=supplier_address(supplier.ref),
    )
