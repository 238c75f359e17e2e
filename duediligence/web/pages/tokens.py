"""Tokens of the API: which there are, making one, which is shown once, and ending one."""

from collections.abc import Mapping

from starlette.responses import Response

from duediligence.casework.tokens import (
    DEFAULT_DAYS,
    MOST_DAYS,
    SCOPE_WORDS,
    end_token,
    make_token,
    token_of,
    tokens_of,
)
from duediligence.errors import Invalid
from duediligence.screening.access import permit
from duediligence.store.console import TokenState
from duediligence.web.form_fields import whole_number
from duediligence.web.visits import Pages, Visit

pages = Pages()

STATES: Mapping[TokenState, tuple[str, str]] = {
    "active": ("Active", "green"),
    "expired": ("Expired", "grey"),
    "ended": ("Ended", "grey"),
}


@pages.get("/tokens")
def tokens(visit: Visit) -> Response:
    return visit.page(
        "tokens.html.jinja",
        title="Tokens of the API",
        tokens=tokens_of(visit.ws),
        now=visit.ws.now(),
        states=STATES,
    )


@pages.get("/tokens/new")
def new(visit: Visit) -> Response:
    permit(visit.ws, "make tokens")
    return _render_token_form(visit, {"scopes": ["match"], "expires": str(DEFAULT_DAYS)})


@pages.post("/tokens/new")
def make(visit: Visit) -> Response:
    name, account, expires = (visit.text(field) for field in ("name", "account", "expires"))
    scopes = visit.texts("scope")
    sent = {"name": name, "account": account, "expires": expires, "scopes": scopes}
    try:
        token_id, secret = make_token(
            visit.ws, name, scopes, _parse_token_days(expires), account, role=visit.viewer.role
        )
    except Invalid as error:
        return _render_token_form(
            visit, sent, (error.field, f"{error.message}. {error.hint}".strip())
        )
    # Answered at once, without sending the browser on: nothing else may ever show it.
    return visit.page(
        "token_made.html.jinja",
        title="Token made",
        secret=secret,
        token=token_of(visit.ws, token_id),
    )


@pages.get("/tokens/{id}/end")
def ask(visit: Visit) -> Response:
    return visit.page(
        "token_end.html.jinja", title="End a token", token=token_of(visit.ws, visit.path("id"))
    )


@pages.post("/tokens/{id}/end")
def end(visit: Visit) -> Response:
    token = end_token(visit.ws, visit.path("id"))
    state = token.state(visit.ws.now())
    return visit.go(
        "/tokens",
        f"The token {token.name} has ended."
        if state == "active"
        else f"The token {token.name} was {state} before.",
    )


def _parse_token_days(text: str) -> int:
    if (days := whole_number(text)) is None:
        raise Invalid(
            "Enter the number of days",
            field="expires",
            hint=f"It must be a whole number, 1 to {MOST_DAYS}.",
        )
    return days


def _render_token_form(
    visit: Visit, sent: Mapping[str, object], error: tuple[str, str] | None = None
) -> Response:
    return visit.page(
        "token_form.html.jinja",
        title="Make a token",
        errors=[error] if error else [],
        wrong=dict([error]) if error else {},
        sent={"name": "", "account": "", **sent},
        scopes=SCOPE_WORDS,
        most=MOST_DAYS,
    )
