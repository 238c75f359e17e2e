"""The run as one page of HTML that needs nothing else: no script, no network, fit to print."""

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import jinja2

from duediligence.model import Run
from duediligence.reports import verdict
from duediligence.reports.wording import LIST_STATES, day, moment, visible

# A page of more points than this is read by nobody, and slow in every browser.
LIMIT = 2_000


def render(run: Run) -> str:
    """The page. Whatever came from a list or a supplier is escaped; only http and https
    addresses become links; the page's own policy forbids everything but its one style sheet.
    Of more than `LIMIT` points it shows the first, and says how many are left.
    """
    points = verdict.points(run)
    css = _resource("report.css")
    digest = b64encode(hashlib.sha256(css.encode()).digest()).decode()
    page = _environment().get_template("report.html.jinja")
    return page.render(
        run=run,
        css=css,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'",
        warning=verdict.warning(run),
        gaps=verdict.gaps(run),
        headline=verdict.headline(run),
        scope=verdict.scope(run),
        groups=verdict.by_supplier(points[:LIMIT]),
        suppliers=len(verdict.by_supplier(points)),
        more=max(0, len(points) - LIMIT),
        checked=len(verdict.checked(run)),
        list_states=LIST_STATES,
        facts=verdict.facts,
    )


def web_address(url: str) -> str:
    """The address where it is a plain http or https one, else an empty string."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    sound = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    return url if sound and visible(url) == url and " " not in url else ""


def _resource(name: str) -> str:
    return files("duediligence.reports").joinpath("templates", name).read_text("utf-8")


def _shown(value: object) -> object:
    """Every text on its way into the page, so that none can be forgotten."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_resource),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "web_address": web_address,
        "day": day,
        "moment": moment,
    }
    environment.filters.update(filters)
    return environment
