"""One name, compared with every list at once; it is stored as a check only if asked for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from starlette.responses import Response

from duediligence.casework.run_reports import run_report
from duediligence.errors import Forbidden, UsageError
from duediligence.model.entries import Kind
from duediligence.screening.run.screen import check as check_name
from duediligence.suppliers.facts import SUPPLIER_FIELDS, SupplierFacts
from duediligence.suppliers.people import birth_date
from duediligence.suppliers.rows import MOST_NAMES, read_facts
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.pages.runs import run_page
from duediligence.web.queue_address import YES
from duediligence.web.visits import Pages, Visit

pages = Pages()
KINDS: Mapping[Kind, str] = {
    "organisation": "A company, charity or other organisation",
    "person": "A person",
    "vessel": "A ship",
    "unknown": "I do not know",
}
_LABELS: Mapping[str, str] = {
    one: SUPPLIER_FIELDS[one].label for one in ("name", "number", "charity", "postcode", "people")
}


@pages.get("/check")
def form(visit: Visit) -> Response:
    return _render_check_form(visit, [("", "")])


@pages.post("/check")
def check(visit: Visit) -> Response:
    """Screen the one supplier, or give the form room for another person."""
    people = _read_typed_people(visit)
    if visit.text("step") == "another":
        room = people if len(people) >= MOST_NAMES else [*people, ("", "")]
        return _render_check_form(visit, room)
    errors = [] if visit.text("name") else [("name", "Enter a name.")]
    kind = next((one for one in KINDS if one == visit.text("kind")), None)
    if kind is None:
        errors.append(("kind", "Select what it is."))
    today = visit.ws.now().date()
    errors += _wrong_people(people, today)
    if kind is None or errors:
        return _render_check_form(visit, people, errors)
    try:
        facts = SupplierFacts(
            name=visit.text("name"),
            number=visit.text("number"),
            charity=visit.text("charity"),
            postcode=visit.text("postcode"),
            people=tuple(
                # A date that is separate from several names is of none of them.
                "; ".join(filter(None, (name.strip(), born.strip())))
                for name, born in people
                if name.strip()
            ),
        )
        supplier = read_facts(facts, today=today)
        keep = visit.text("keep") == YES
        with check_name(visit.ws, supplier, kind=kind, keep=keep) as run:
            report = None if keep else run_report(visit.ws, run.id)
    except Forbidden:
        raise
    except UsageError as error:
        field, words = problem_with_hint(error, _LABELS)
        about = "person-1" if field == "people" else field or "name"
        return _render_check_form(visit, people, [(about, words)])
    if report:
        return run_page(visit, report, title="Check of a name", kept=False)
    said = "This check is kept, so that anyone can see later what was checked and when."
    return visit.go(f"/runs/{run.id}", said)


def _read_typed_people(visit: Visit) -> list[tuple[str, str]]:
    """Return names and births as typed; one empty pair where there is none."""
    found = []
    for number in range(1, MOST_NAMES + 1):
        name, born = (visit.form.get(f"{what}-{number}") for what in ("person", "born"))
        if name is None and born is None:
            break
        found.append((str(name or ""), str(born or "")))
    return found or [("", "")]


def _wrong_people(people: Sequence[tuple[str, str]], today: date) -> Iterator[tuple[str, str]]:
    for number, (name, born) in enumerate(people, 1):
        if not born.strip():
            continue
        if not name.strip():
            yield f"person-{number}", "Enter the name of this person too."
        if birth_date(born, today) is None:
            yield f"born-{number}", "Enter month and year of birth, such as 1968-03."


def _render_check_form(
    visit: Visit, people: Sequence[tuple[str, str]], errors: Sequence[tuple[str, str]] = ()
) -> Response:
    return visit.page(
        "check.html.jinja",
        title="Check a name",
        errors=errors,
        sent={name: visit.typed(name) for name in (*_LABELS, "kind", "keep")},
        labels=_LABELS,
        kinds=list(KINDS.items()),
        people=list(enumerate(people, 1)),
        most=MOST_NAMES,
    )
