"""The page of the console on which the whole register is asked."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from duediligence.errors import DuediligenceError, Invalid, UsageError
from duediligence.extensions.whole_register.asking.addresses import (
    find_address_sharers,
    mass_addresses,
    shared_addresses,
)
from duediligence.extensions.whole_register.asking.answers import RegisterAnswer
from duediligence.extensions.whole_register.asking.ask import RegisterQuestion, ask
from duediligence.extensions.whole_register.asking.changes import find_register_changes
from duediligence.extensions.whole_register.asking.circles import find_owner_circles
from duediligence.extensions.whole_register.asking.handed_over import handed_over
from duediligence.extensions.whole_register.asking.near import NearRequest, find_near_paths
from duediligence.extensions.whole_register.asking.people import find_busy_people
from duediligence.extensions.whole_register.asking.phoenixes import find_phoenix_companies
from duediligence.extensions.whole_register.asking.shown_answers import (
    answer_notes,
    answer_summary,
    answer_table,
    answer_warnings,
)
from duediligence.model import register_number
from duediligence.web.form_fields import problem_with_hint
from duediligence.web.visits import Pages, Visit

pages = Pages()
PAGES = (pages,)

# What each question is called, and how it is asked of a company, and of the suppliers alone or all.
_QUESTIONS: Mapping[str, tuple[str, Callable[[str, bool], RegisterQuestion]]] = {
    "insolvent": (
        "Which suppliers are close to a company in an insolvency procedure?",
        lambda _, __: partial(find_near_paths, request=NearRequest(what="insolvent")),
    ),
    "dissolved": (
        "Which suppliers are close to a company that left the register?",
        lambda _, __: partial(find_near_paths, request=NearRequest(what="dissolved")),
    ),
    "listed": (
        "Which suppliers are close to somebody on a list?",
        lambda _, __: partial(find_near_paths, request=NearRequest(what="listed")),
    ),
    "company": (
        "Which suppliers are close to this company?",
        lambda number, _: partial(
            find_near_paths,
            request=NearRequest(what="company", number=register_number(number)),
        ),
    ),
    "address": (
        "Who shares the address of this company?",
        lambda number, _: partial(find_address_sharers, number=register_number(number)),
    ),
    "shared": (
        "Which addresses do several suppliers share?",
        lambda _, __: shared_addresses,
    ),
    "phoenixes": (
        "Which new companies took over from a failed one?",
        lambda _, ours: partial(find_phoenix_companies, suppliers=ours),
    ),
    "mass": (
        "Which addresses do many companies have?",
        lambda _, ours: partial(mass_addresses, suppliers=ours),
    ),
    "people": ("Who is behind many companies?", lambda _, __: find_busy_people),
    "circles": (
        "Which companies own each other in a circle?",
        lambda _, ours: partial(find_owner_circles, suppliers=ours),
    ),
    "changes": (
        "What changed since the register before?",
        lambda _, ours: partial(find_register_changes, suppliers=ours),
    ),
    "handed": (
        "Who passed control to somebody close when a company failed?",
        lambda _, ours: partial(handed_over, suppliers=ours),
    ),
}
_OF_A_COMPANY = ("company", "address")


@pages.get("/companies")
def _show(
    visit: Visit,
    errors: list[tuple[str, str]] | None = None,
    answer: RegisterAnswer[Any] | None = None,
) -> Response:
    """Show the questions that can be asked."""
    headings, rows = answer_table(answer, people=False) if answer else ([], [])
    return visit.page(
        f"{__package__}:companies.html.jinja",
        title="Ask the whole register of companies",
        errors=errors or [],
        options=[(key, words) for key, (words, _) in _QUESTIONS.items()],
        typed=visit.text,
        summary=answer_summary(answer) if answer else "",
        headings=[one.capitalize() for one in headings],
        rows=rows,
        warnings=answer_warnings(answer) if answer else [],
        notes=answer_notes(answer) if answer else [],
        status=422 if errors else 200,
    )


@pages.post("/companies")
def answer_question(visit: Visit) -> Response:
    """Ask the register what was chosen, and show the answer below the questions."""
    chosen, number = visit.text("question"), visit.text("number")
    try:
        if chosen not in _QUESTIONS:
            raise Invalid("Choose what to ask", field="question")
        if chosen in _OF_A_COMPANY and not number:
            raise Invalid("Give the number of the company", field="number")
        question = _QUESTIONS[chosen][1](number, visit.text("scope") == "suppliers")
        return _show(visit, answer=ask(visit.ws, question))
    except DuediligenceError as error:
        if type(error) is UsageError:  # its hint is for whoever installs
            return _show(visit, [("question", "This service lacks what it needs to ask")])
        return _show(visit, [problem_with_hint(error, ("question", "number"))])
