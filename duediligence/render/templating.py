"""Templates of pages."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from duediligence.render.wording import day, iso, moment, visible

# After these a blank, which no browser shows: in a copy of the page as text, a label must not touch
# its value.
_APART = re.compile(r"</(?:dt|dd|th|td|h4|li|caption|summary)>(?=<)")


def resource(name: str) -> str:
    """Return a template or style sheet of this package, or `package:name` of another, as text."""
    package, _, file = name.rpartition(":")
    folder = files(package or "duediligence.render").joinpath("templates")
    return folder.joinpath(file).read_text("utf-8")


def css_string(text: str) -> str:
    """Return the text as a string of CSS that nothing in it can end: all but letters of English,
    digits and blanks is written by its number.
    """
    plain = (c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in text)
    return f'"{"".join(plain)}"'


TemplateError = jinja2.TemplateError
"""What filling a template raises for a value that is not there."""


@cache
def build_page_environment() -> jinja2.Environment:
    """Return templates of HTML and SVG: whatever text comes in is escaped and shown on one line."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(resource),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        finalize=_make_value_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {"day": day, "moment": moment, "utc": iso}
    environment.filters.update(filters)
    return environment


def fill(template: str, **values: object) -> Markup:
    """Return the template with these values: safe to stand in another one as it is."""
    rendered = build_page_environment().get_template(template).render(values)
    return Markup(_APART.sub(r"\g<0> ", rendered))  # noqa: S704


def fill_page(template: str, css: str, **values: object) -> Markup:
    """Return a page of these values that needs nothing else: its own policy forbids everything but
    its one style sheet, `css`.
    """
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return fill(template, css=css, policy=policy, **values)


def _make_value_visible(value: object) -> object:
    """Return every text on its way into the page, so that none can be forgotten."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
