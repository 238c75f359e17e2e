"""Imports of suppliers: all there were, what one changed, and taking it back."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.casework.supplier_imports import (
    IMPORT_HEADINGS,
    describe_taking_back,
    list_imports,
    show_import,
    take_back_import,
)
from duediligence.errors import Conflict
from duediligence.render.wording import sentence
from duediligence.web.form_fields import number_of, problem_with_hint
from duediligence.web.visits import Pages, Visit

pages = Pages()
_MOST = 200
_WAY = "/suppliers/imports"


@pages.get("/suppliers/imports")
def list_all_imports(visit: Visit) -> Response:
    rows = [
        [(f"{_WAY}/{one.number}", one.cells[0]), *one.cells[1:]] for one in list_imports(visit.ws)
    ]
    return visit.page(
        "supplier_imports.html.jinja",
        title="Imports of suppliers",
        columns=list(IMPORT_HEADINGS),
        rows=rows,
    )


@pages.get("/suppliers/imports/{number}")
def one_import(visit: Visit) -> Response:
    return _render_import(visit)


@pages.get("/suppliers/imports/{number}/take-back", sends=take_back_import)
def before_taking_back(visit: Visit) -> Response:
    """Show what is given back and what is left, before anything is done."""
    return _render_import(visit, confirm=True)


@pages.post("/suppliers/imports/{number}/take-back")
def take_back_one(visit: Visit) -> Response:
    number = number_of(visit, "an import")
    try:
        done = take_back_import(visit.ws, number)
    except Conflict as error:
        words = sentence(problem_with_hint(error)[1])
        return _render_import(visit, [("", words)], error.http_status, confirm=True)
    said = f"Import {number} was taken back."
    if done.second:
        said = "Nothing has changed yet: a second person must agree, on this page."
    return visit.go(f"{_WAY}/{number}", said)


def _render_import(
    visit: Visit,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 0,
    *,
    confirm: bool = False,
) -> Response:
    plan = show_import(visit.ws, number_of(visit, "an import"))
    number = plan.about.number
    facts = zip(IMPORT_HEADINGS, plan.about.cells, strict=True)
    return visit.page(
        "supplier_imported.html.jinja",
        title=f"Take back import {number}?" if confirm else f"Import {number}",
        errors=errors,
        status=status,
        plan=plan,
        facts=list(facts),
        groups=describe_taking_back(plan),
        confirm=confirm,
        most=_MOST,
    )
