"""Suppliers by hand: add, edit, end, open again, link, merge, keep apart, and take back."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from duediligence.casework import supplier_words
from duediligence.casework.supplier_editing import add, confirm_people, edit, end, reopen
from duediligence.casework.supplier_history import history, side_by_side, undo
from duediligence.casework.supplier_merging import merge, preview_merge
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, UsageError
from duediligence.matching.evidence import describe_number_kind
from duediligence.model import Identifier, Supplier
from duediligence.render.wording import change_words, day, sentence
from duediligence.screening.duplicates import (
    DuplicateGroup,
    duplicates_of,
    duplicates_view,
    keep_apart,
    name_of,
)
from duediligence.screening.resolution.candidates import sources_at_hand
from duediligence.screening.resolution.resolving import (
    SCHEMES,
    ResolvedSupplier,
    links_of,
    resolve_suppliers,
    settle,
    supplier_of,
)
from duediligence.suppliers.differences import list_differences
from duediligence.suppliers.facts import SUPPLIER_FIELDS, SupplierFacts
from duediligence.web import supplier_fields
from duediligence.web.form_fields import DAY_PARTS, day_of, number_of, problem_with_hint
from duediligence.web.navigation import address_of, supplier_address
from duediligence.web.queue_address import YES
from duediligence.web.request_forms import read_typed_fields
from duediligence.web.visits import Pages, Visit

pages = Pages()
_CANDIDATES = 5
_OTHER = "other"


@pages.get("/suppliers/new", sends=add)
def new(visit: Visit) -> Response:
    return _form(visit, _read_typed(visit))


@pages.post("/suppliers/new")
def add_one(visit: Visit) -> Response:
    sent = _read_typed(visit)
    try:
        facts = supplier_fields.read_supplier_facts(visit)
        supplier = add(visit.ws, facts, ref=sent["ref"].strip(), note=sent["note"])
    except Forbidden:
        raise
    except UsageError as error:
        field, words = problem_with_hint(error, supplier_fields.LABELS)
        return _form(visit, sent, [(field or "name", words)], status=error.http_status)
    return _done(visit, supplier, "added")


@pages.get("/suppliers/duplicates", sends=keep_apart)
def duplicates(visit: Visit) -> Response:
    groups = duplicates_of(visit.ws)
    return visit.page(
        "supplier_duplicates.html.jinja",
        title="Suppliers that may be one",
        groups=[_build_duplicate_group(one) for one in groups],
    )


@pages.post("/suppliers/duplicates")
def apart(visit: Visit) -> Response:
    one, other = keep_apart(visit.ws, visit.text("one"), visit.text("other"))
    said = f"Recorded: {name_of(one)} and {name_of(other)} are not the same supplier."
    return visit.go("/suppliers/duplicates", said)


def _build_duplicate_group(group: DuplicateGroup) -> dict[str, object]:
    view = duplicates_view(group)
    return {
        "suppliers": [
            (supplier_address(one.supplier.ref), *words)
            for one, words in zip(group.suppliers, view.suppliers, strict=True)
        ],
        "reasons": view.reasons,
        "merges": [
            (address_of(step), step.about["other"], step.about["supplier"]) for step in view.merges
        ],
        "pairs": [(one.one.ref, one.other.ref) for one in group.pairs],
    }


@pages.get("/suppliers/{ref:path}/edit", sends=edit)
def before_edit(visit: Visit) -> Response:
    supplier = supplier_of(visit.ws, visit.path("ref"))
    return _form(visit, supplier_fields.format_stored_supplier(supplier), supplier=supplier)


@pages.post("/suppliers/{ref:path}/edit")
def edit_one(visit: Visit) -> Response:
    before = supplier_of(visit.ws, visit.path("ref"))
    sent = _read_typed(visit)
    try:
        facts, remove = supplier_fields.read_supplier_changes(visit, before)
        now = edit(
            visit.ws,
            before.ref,
            facts,
            remove=remove,
            clear_unread=visit.text("clear_unread") == YES,
            settle=visit.text("settle"),
            note=sent["note"],
        )
    except Forbidden:
        raise
    except UsageError as error:
        field, words = problem_with_hint(error, supplier_fields.LABELS)
        errors = [(field or "name", words)]
        return _form(visit, sent, errors, supplier=before, status=error.http_status)
    if now is None:
        return _done(visit, before, "nothing is different")
    changed = [
        f"{one.field}: {one.before or '-'} → {one.now or '-'}"
        for one in list_differences(before, now)
    ]
    return _done(visit, now, "changed", *changed)


@pages.get("/suppliers/{ref:path}/confirm-people", sends=confirm_people)
def _render_confirm_people_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    people = supplier_of(visit.ws, visit.path("ref")).people
    return render_note_form(
        visit,
        "Confirm these people",
        "Confirm them if their names and birth dates are right. If one is wrong, edit the "
        "supplier first. From then on a birth date tells its person from others of that name.",
        lines=list(map(supplier_words.person_words, people)),
        button_words="Confirm these people",
        errors=errors,
        status=status,
    )


def render_note_form(
    visit: Visit, title: str, words: str, *, lines: Sequence[str] = (), **more: Any
) -> Response:
    """Show what a change of the supplier comes to, with room to say why and a button."""
    supplier = supplier_of(visit.ws, visit.path("ref"))
    return visit.page(
        "supplier_note.html.jinja",
        title=title,
        supplier=supplier,
        back=supplier_address(supplier.ref),
        words=words,
        lines=lines,
        note=str(visit.form.get("note") or ""),
        **more,
    )


@pages.post("/suppliers/{ref:path}/confirm-people")
def confirm(visit: Visit) -> Response:
    try:
        supplier = confirm_people(visit.ws, visit.path("ref"), note=visit.text("note"))
    except (Conflict, Invalid) as error:
        return _render_confirm_people_form(
            visit, [("", sentence(error.message))], error.http_status
        )
    return _done(visit, supplier, "its people are confirmed")


@pages.get("/suppliers/{ref:path}/end", sends=end)
def _render_supplier_end_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    supplier = supplier_of(visit.ws, visit.path("ref"))
    parts = {f"on-{part}": str(visit.form.get(f"on-{part}") or "") for part in DAY_PARTS}
    return visit.page(
        "supplier_end.html.jinja",
        title="End this supplier",
        errors=errors,
        status=status,
        supplier=supplier,
        back=supplier_address(supplier.ref),
        typed=parts.__getitem__,
        note=str(visit.form.get("note") or ""),
    )


@pages.post("/suppliers/{ref:path}/end")
def end_one(visit: Visit) -> Response:
    try:
        on = day_of(visit, "on", "The day on which it ends")
        (supplier,) = end(visit.ws, [visit.path("ref")], on=on, note=visit.text("note"))
    except (Invalid, Conflict) as error:
        field = error.field if isinstance(error, Invalid) else ""
        return _render_supplier_end_form(
            visit, [(field, sentence(error.message))], error.http_status
        )
    assert supplier.ended
    return _done(visit, supplier, f"ended on {day(supplier.ended)}")


@pages.get("/suppliers/{ref:path}/reopen", sends=reopen)
def _render_supplier_reopen_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    return render_note_form(
        visit,
        "This supplier has not ended after all",
        "It is screened again from now on, and its alerts come back to the queue.",
        button_words="Record it",
        errors=errors,
        status=status,
    )


@pages.post("/suppliers/{ref:path}/reopen")
def reopen_one(visit: Visit) -> Response:
    try:
        supplier = reopen(visit.ws, visit.path("ref"), note=visit.text("note"))
    except (Conflict, Invalid) as error:
        return _render_supplier_reopen_form(
            visit, [("", sentence(error.message))], error.http_status
        )
    return _done(visit, supplier, "open again")


@pages.get("/suppliers/{ref:path}/undo/{number}", sends=undo)
def _render_supplier_undo_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    ref, number = visit.path("ref"), number_of(visit, "a change")
    change = next((one for one in history(visit.ws, ref).changes if one.number == number), None)
    if change is None:
        raise NotFound(f"{ref} has no change {number}")
    return render_note_form(
        visit,
        f"Take back change {number}: {change.act}",
        f"It was made by {change.by} on {day(change.at.date())}. It stays in the history, "
        "which shows that it was taken back. What a later import changed stays, and so do "
        "forms and answers; the same form imported again fills the supplier again.",
        lines=[change_words(one) for one in change.changes],
        button_words="Take it back",
        errors=errors,
        status=status,
    )


@pages.post("/suppliers/{ref:path}/undo/{number}")
def undo_one(visit: Visit) -> Response:
    ref = visit.path("ref")
    try:
        undone = undo(visit.ws, ref, change=number_of(visit, "a change"), note=visit.text("note"))
    except (Conflict, Invalid) as error:
        return _render_supplier_undo_form(
            visit, [("", problem_with_hint(error)[1])], error.http_status
        )
    said = f"{', '.join(undone.refs)}: change {undone.undoes} was taken back"
    # One that was added by mistake is no longer there.
    there = any(one.ref == ref for one in undone.after)
    return visit.go(supplier_address(ref) if there else "/suppliers", f"{said}.")


@pages.get("/suppliers/{ref:path}/merge", sends=merge)
def before_merge(visit: Visit) -> Response:
    """Which other one; and once that is said, what the merge would come to."""
    return _render_supplier_merge_form(visit, visit.query("other").strip())


@pages.post("/suppliers/{ref:path}/merge")
def merge_both(visit: Visit) -> Response:
    other = visit.text("other")
    try:
        now = merge(visit.ws, visit.path("ref"), other, note=visit.text("note"))
    except (Conflict, Invalid) as error:
        return _render_supplier_merge_form(
            visit, other, [("", sentence(error.message))], error.http_status
        )
    return _done(
        visit, now, f"{other} is part of it now", "Screen it to compare what the two are together."
    )


def _render_supplier_merge_form(
    visit: Visit, other: str, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    supplier = supplier_of(visit.ws, visit.path("ref"))
    seen = None
    try:
        seen = preview_merge(visit.ws, supplier.ref, other) if other else None
    except (NotFound, Conflict) as error:
        errors, status = [("other", sentence(error.message))], error.http_status
    if not other and "other" in visit.request.query_params:
        errors = [("other", "Enter the reference of the other entry.")]
    return visit.page(
        "supplier_merge.html.jinja",
        title="Check the merge" if seen else "Merge another entry into this one",
        errors=errors,
        status=status,
        supplier=supplier,
        other=other,
        seen=seen,
        rows=[
            (field.capitalize(), *texts)
            for field, *texts in side_by_side(seen.supplier, seen.other, seen.merged)
        ]
        if seen
        else [],
        words=supplier_words.merge_lines(seen) if seen else [],
        back=supplier_address(supplier.ref),
        address=supplier_address(supplier.ref, "merge"),
        note=str(visit.form.get("note") or ""),
    )


@pages.get("/suppliers/{ref:path}/link", sends=settle)
def _linking(
    visit: Visit,
    errors: Sequence[tuple[str, str]] = (),
    found: ResolvedSupplier | None = None,
) -> Response:
    supplier, links = links_of(visit.ws, visit.path("ref"))
    candidates = found.candidates[:_CANDIDATES] if found else ()
    # Those that were shown stay beside an error.
    shown = [tuple(one.split("\t", 2)) for one in visit.texts("candidate")]
    options = [
        (str(one.identifier), supplier_words.candidate_line(one), " ".join(one.reasons))
        for one in candidates
    ] or [one for one in shown if len(one) == 3]
    return visit.page(
        "supplier_link.html.jinja",
        title="Which company or charity is it?",
        errors=errors,
        supplier=supplier,
        links=links,
        found=found,
        line=sentence(supplier_words.resolved_line(found)) if found else "",
        not_asked=list(found.not_asked) if found else [],
        candidates=options,
        options=[
            *options,
            (_OTHER, "Another company or charity", "Enter its number below."),
            ("none", "It is on no register", ""),
        ],
        entity=visit.text("entity"),
        kinds=[(one, describe_number_kind(Identifier(one, "")).capitalize()) for one in SCHEMES],
        kind=visit.text("kind"),
        number=str(visit.form.get("number") or ""),
        note=str(visit.form.get("note") or ""),
        back=supplier_address(supplier.ref),
    )


@pages.post("/suppliers/{ref:path}/link")
def link(visit: Visit) -> Response:
    """Look on the registers for who it may be, or record who it is."""
    ref = supplier_of(visit.ws, visit.path("ref")).ref
    if visit.text("step") == "look":
        return _linking(visit, found=_resolve_one_supplier(visit, ref))
    chosen, typed = visit.text("entity"), visit.text("number")
    if not chosen:
        return _linking(visit, [("entity", "Select which company or charity it is.")])
    if chosen == _OTHER and not typed:
        return _linking(visit, [("number", "Enter the number.")])
    try:
        entity = chosen
        if chosen == _OTHER:
            scheme = visit.text("kind")
            entity = f"{scheme}-{typed}" if scheme and not typed.startswith("GB-") else typed
        settle(visit.ws, ref, entity, by=visit.viewer.name, note=visit.text("note"))
    except Invalid as error:
        field = "number" if chosen == _OTHER else "entity"
        return _linking(visit, [(field, problem_with_hint(error)[1])])
    now = _resolve_one_supplier(visit, ref)
    words = [sentence(now.resolution.reason), *supplier_words.link_remarks(now)]
    return visit.go(supplier_address(ref), f"Recorded. {' '.join(words)}")


def _resolve_one_supplier(visit: Visit, ref: str) -> ResolvedSupplier:
    ((_, resolved),) = resolve_suppliers(visit.ws, sources_at_hand(visit.ws), [ref])
    return resolved


def _read_typed(visit: Visit) -> dict[str, str]:
    return read_typed_fields(visit, SupplierFacts, "ref", "note")


def _form(
    visit: Visit,
    sent: Mapping[str, str],
    errors: Sequence[tuple[str, str]] = (),
    *,
    supplier: Supplier | None = None,
    status: int = 0,
) -> Response:
    return visit.page(
        "supplier_form.html.jinja",
        title=f"Edit {supplier.name}" if supplier else "Add a supplier",
        errors=errors,
        status=status,
        supplier=supplier,
        sent=sent,
        fields=SUPPLIER_FIELDS,
        is_unfolded=bool(errors)
        or any(sent[name] for name, about in SUPPLIER_FIELDS.items() if about.is_rare),
        gone=visit.texts("gone"),
        clear_unread=visit.texts("clear_unread"),
        settle=visit.text("settle"),
        cells=dict.fromkeys(
            (one.text, one.text)
            for one in (supplier.unread if supplier else ())
            if one.looks_like in ("person", "name")
        ),
        unread=[
            f"{one.column} {one.text!r}: {one.reason}"
            for one in (supplier.unread if supplier else ())
        ],
        back=supplier_address(supplier.ref) if supplier else "/suppliers",
        yes=YES,
    )


def _done(visit: Visit, supplier: Supplier, *words: str) -> Response:
    said = ". ".join((f"{supplier.ref}: {supplier.name}: {words[0]}", *words[1:]))
    return visit.go(supplier_address(supplier.ref), sentence(said))
