"""Reports of partners and the community, for whoever has the role; each look is recorded.

A look is asked for by a form, so that following a link records nothing.
"""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.errors import Invalid
from duediligence.extensions.sharing import grading, intelligence
from duediligence.extensions.sharing.intelligence_files import (
    FIELDS,
    KINDS,
    PARTY_FIELDS,
    SOURCES,
    Draft,
)
from duediligence.extensions.sharing.intelligence_words import COLUMNS, report_words, row_words
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.law import crimes
from duediligence.web.form_fields import number_of, problem
from duediligence.web.visits import Pages, Visit

pages = Pages()
# The parties that the form has room for; a file may have more.
_PARTIES = (1, 2, 3)


@pages.get("/intelligence")
def before_register(visit: Visit) -> Response:
    intelligence.check_role(visit.ws)
    return _render_access_prompt(visit, "Intelligence", "/intelligence", "Show the register")


@pages.post("/intelligence")
def register(visit: Visit) -> Response:
    """The register, shown this once: the use case records it."""
    found = intelligence.register(visit.ws)
    return visit.page(
        f"{__package__}:intelligence.html.jinja",
        title="Intelligence",
        columns=COLUMNS,
        rows=[(one.number, row_words(one)[1:]) for one in found],
        due=sum(one.review_due for one in found),
        caution=intelligence.NEVER_A_GROUND,
    )


@pages.get("/intelligence/new")
def form(visit: Visit) -> Response:
    intelligence.check_role(visit.ws)
    return _render_intelligence_form(visit)


@pages.post("/intelligence/new")
def add(visit: Visit) -> Response:
    parties = [
        {name: visit.text(f"{name}_{number}") for name in PARTY_FIELDS} for number in _PARTIES
    ]
    # Each that has anything but its kind, which is always chosen.
    given = [one for one in parties if any(text for name, text in one.items() if name != "kind")]
    fields = {name: visit.text(name) for name in FIELDS}
    fields["crime_types"] = ";".join(visit.texts("crime_types"))
    try:
        number = intelligence.add(visit.ws, Draft("this form", fields, given))
    except Invalid as error:
        return _render_intelligence_form(visit, [problem(error, FIELDS)])
    return visit.go(f"/intelligence/{number}", f"Report {number} was kept.")


@pages.get("/intelligence/{number}")
def before_report(visit: Visit) -> Response:
    intelligence.check_role(visit.ws)
    number = number_of(visit, "a report")
    address = f"/intelligence/{number}"
    return _render_access_prompt(visit, f"Report {number}", address, "Show the sanitised text")


@pages.post("/intelligence/{number}")
def report(visit: Visit) -> Response:
    """One report, shown this once: the use case records it."""
    return _render_report_page(visit, raw=False)


@pages.post("/intelligence/{number}/raw")
def raw_report(visit: Visit) -> Response:
    """One report with its text as it came, shown this once: the use case records that."""
    return _render_report_page(visit, raw=True)


def _render_report_page(visit: Visit, *, raw: bool) -> Response:
    number = number_of(visit, "a report")
    found = intelligence.show(visit.ws, number, raw=raw)
    return visit.page(
        f"{__package__}:intelligence_report.html.jinja",
        title=f"Report {number}",
        rows=[(label, value.splitlines()) for label, value in report_words(found)],
        number=number,
        raw=raw,
        has_raw=found.has_raw,
        caution=found.caution,
    )


def _render_access_prompt(visit: Visit, title: str, address: str, words: str) -> Response:
    return visit.page(
        f"{__package__}:intelligence_ask.html.jinja", title=title, address=address, words=words
    )


def _render_intelligence_form(visit: Visit, errors: Sequence[tuple[str, str]] = ()) -> Response:
    return visit.page(
        f"{__package__}:intelligence_form.html.jinja",
        title="Add a report",
        errors=errors,
        typed=visit.text,
        chosen=visit.texts,
        sources=[(code, words[:1].upper() + words[1:]) for code, words in SOURCES.items()],
        receivers=[("", "Not a partner"), *RECEIVERS.items()],
        kinds=[(code, words.capitalize()) for code, words in KINDS.items()],
        crimes=[(code, crimes.format_crime_type(code)) for code in crimes.CRIME_TYPES],
        grades=[f"{title}: {'; '.join(words)}" for title, words in grading.FORM],
        parties=_PARTIES,
    )
