"""Requests for information: which there are, one at length, and how it was answered."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from duediligence.errors import Conflict, Forbidden, UsageError
from duediligence.extensions.sharing.information_requests import answer, withdraw
from duediligence.extensions.sharing.model.information_requests import (
    ANSWERS,
    REFUSALS,
    RequestState,
)
from duediligence.extensions.sharing.receiving import receive
from duediligence.extensions.sharing.request_log import reply_preview, request_of, requests
from duediligence.extensions.sharing.request_words import party_words
from duediligence.render.wording import sentence
from duediligence.screening.access import permit
from duediligence.web import uploads
from duediligence.web.files import download
from duediligence.web.form_fields import number_of, problem, problem_with_hint
from duediligence.web.visits import Pages, Visit

pages = Pages()

_COLOURS: Mapping[RequestState, str] = {
    "open": "blue",
    "answered": "green",
    "refused": "yellow",
    "withdrawn": "grey",
    "expired": "grey",
}


@pages.get("/requests")
def requests_page(visit: Visit) -> Response:
    everything = visit.query("everything") == "yes"
    return _render_request_list(visit, everything=everything)


@pages.get("/requests/receive", sends=receive)
def _render_receive_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    return visit.page(
        f"{__package__}:request_receive.html.jinja",
        title="Receive a file of a partner",
        errors=errors,
        status=status,
    )


@pages.post("/requests/receive")
def bring(visit: Visit) -> Response:
    """A file of a partner: all of it is recorded, or nothing."""
    permit(visit.ws, "ask partners")
    sent = visit.upload("file")
    if sent is None:
        return _render_receive_form(visit, [("file", "Choose a file.")])
    try:
        with uploads.while_read(visit.ws.home, visit.viewer.account, sent) as path:
            received = receive(visit.ws, path)
    except UsageError as error:
        _, words = problem_with_hint(error)
        return _render_receive_form(visit, [("file", words)], error.http_status)
    if received.kind == "refer":
        return visit.go(
            "/alerts",
            f"Message {received.reference} of a partner is recorded. Where it names a supplier of "
            "yours, or somebody behind one, that is a restricted alert.",
        )
    # What it says is on the page of the request, and in no notice that a session keeps.
    return visit.go(f"/requests/{received.reference}", "The file is recorded.")


@pages.get("/requests/{number}")
def _render_request_page(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    number = number_of(visit, "a request")
    shown = request_of(visit.ws, number)
    ours = shown.request.direction == "asked"
    return visit.page(
        f"{__package__}:request.html.jinja",
        title=f"Request {number}",
        errors=errors,
        status=status,
        shown=shown,
        ours=ours,
        answers=[
            (code, words)
            if ours
            else (code, words, " ".join(reply_preview(visit.ws, number, code)))
            for code, words in ANSWERS.items()
        ],
        reasons=[("", "None"), *((code, sentence(words)) for code, words in REFUSALS.items())],
        typed=visit.text,
        colours=_COLOURS,
    )


@pages.post("/requests/{number}/answer")
def record_answer(visit: Visit) -> Response:
    """How it was answered; of what came as a file, the signed reply to save."""
    number, said = number_of(visit, "a request"), visit.text("answer")
    permit(visit.ws, "ask partners")
    shown = request_of(visit.ws, number)
    if not said:
        return _render_request_page(visit, [("answer", "Select an answer.")])
    name = f"reply-{number}.ddp"
    by_file = shown.request.direction == "received" and bool(shown.request.exchange)
    try:
        made = answer(
            visit.ws, number, said, reason=visit.text("reason"), file=name if by_file else ""
        )
    except (Conflict, Forbidden) as error:
        _, message = problem_with_hint(error)
        return _render_request_page(visit, [("", message)], error.http_status)
    except UsageError as error:
        return _render_request_page(visit, [problem(error, ("answer", "reason"))])
    if made.body:
        return download(made.body, name)
    return visit.go(f"/requests/{number}", "The answer is recorded.")


@pages.post("/requests/{number}/withdraw")
def take_back(visit: Visit) -> Response:
    number = number_of(visit, "a request")
    withdraw(visit.ws, number)
    return visit.go(
        f"/requests/{number}", "The request is withdrawn. No file says so: tell the partner."
    )


def _render_request_list(visit: Visit, *, everything: bool) -> Response:
    return visit.page(
        f"{__package__}:requests.html.jinja",
        title="Requests",
        requests=requests(visit.ws, everything=everything),
        everything=everything,
        about=party_words,
        colours=_COLOURS,
    )
