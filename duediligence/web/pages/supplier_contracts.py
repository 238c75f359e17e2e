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
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.suppliers.differences import contract_line
from duediligence.suppliers.facts import ContractFacts
from duediligence.web.form_fields import DAY_PARTS, day_of, problem_with_hint
from duediligence.web.supplier_address import supplier_address
from duediligence.web.visits import Pages, Visit

pages = Pages()
_TEXTS: Mapping[str, str] = {
    "title": "Title",
    "category": "Your own category",
    "cpv": "CPV codes",
    "yearly_value": "Value of one year in pounds",
    "value": "Total value in pounds",
    "owner": "Who answers for it here",
}
_DAYS: Mapping[str, str] = {"start": "First day", "end": "Last day"}
_LABELS: Mapping[str, str] = {
    **_TEXTS,
    **{f"{name}-{part}": label for name, label in _DAYS.items() for part in DAY_PARTS},
    "note": "Note",
}


@pages.get("/suppliers/{ref:path}/contract/remove")
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


@pages.get("/suppliers/{ref:path}/contract")
def which_facts(visit: Visit) -> Response:
    """The form, of the contract that the address names, or empty."""
    old = _find_edited_contract(visit)
    return _render_contract_form(
        visit, _format_stored_contract(old) if old else _read_typed_contract(visit)
    )


@pages.post("/suppliers/{ref:path}/contract")
def save(visit: Visit) -> Response:
    """Add the contract, or change the one that the address names."""
    ref, old, sent = visit.path("ref"), _find_edited_contract(visit), _read_typed_contract(visit)
    try:
        facts = _read_contract_facts(visit, sent, old)
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


def _read_typed_contract(visit: Visit) -> dict[str, str]:
    days = [f"{name}-{part}" for name in _DAYS for part in DAY_PARTS]
    return {name: str(visit.form.get(name) or "") for name in (*_TEXTS, *days, "note")}


def _format_stored_contract(contract: Contract) -> dict[str, str]:
    found = {
        "title": contract.title,
        "category": contract.category,
        "cpv": ", ".join(contract.cpv),
        "yearly_value": "" if contract.yearly_value is None else f"{contract.yearly_value}",
        "value": "",
        "owner": contract.owner,
        "note": "",
    }
    for name, on in (("start", contract.start), ("end", contract.end)):
        for part in DAY_PARTS:
            found[f"{name}-{part}"] = str(getattr(on, part)) if on else ""
    return found


def _read_contract_facts(
    visit: Visit, sent: Mapping[str, str], old: Contract | None
) -> ContractFacts:
    """Return what was typed that is not stored. Raises Invalid, also for what was emptied."""
    shown = _format_stored_contract(old) if old else {}
    given = {}
    for name in _TEXTS:
        now = sent[name].strip()
        if shown.get(name) and not now:
            raise Invalid("it can be changed, not emptied", field=name, given="")
        given[name] = "" if now == shown.get(name) else now
    days = {}
    for name, label in _DAYS.items():
        on = day_of(visit, name, label)
        if on is None and old and getattr(old, name):
            raise Invalid("it can be changed, not emptied", field=f"{name}-day", given="")
        days[name] = on.isoformat() if on else ""
    return ContractFacts(**given, **days)


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
        texts=_TEXTS,
        days=_DAYS,
        typed=sent.__getitem__,
        back=supplier_address(supplier.ref),
    )
