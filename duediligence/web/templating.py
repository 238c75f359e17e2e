"""Templates of the console's pages."""

from collections.abc import MutableMapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from duediligence.matching.evidence import describe_number
from duediligence.render.letter_page import visible_words
from duediligence.render.wording import LIST_STATES, day, iso, moment
from duediligence.web.navigation import hint_parts

_COMPONENTS = "govuk_frontend_jinja/"

# What a page says of itself to the layout where its handler says nothing else.
_UNSAID: dict[str, object] = {
    "council": "",
    "navigation": (),
    "extensions": (),
    "viewer": None,
    "role": "",
    "notice": "",
    "done": "",
    "errors": (),
}


def render_template(template: str, **values: object) -> str:
    """Return the page with these values.

    `layout.html.jinja` says which values each page may have. Raises jinja2.UndefinedError for a
    value that a template names and that is not there.
    """
    return build_console_environment().get_template(template).render(values)


@cache
def build_console_environment() -> jinja2.Environment:
    """Return the console's templates, with those of `render` and GOV.UK's macros: whatever text
    comes in is escaped and shown on one line.
    """
    environment = _Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("duediligence.web"),
                jinja2.PackageLoader("duediligence.render"),
                jinja2.FunctionLoader(_read_extension_template),
            ]
        ),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        finalize=_make_text_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "day": day,
        "moment": moment,
        "utc": iso,
        "list_state": LIST_STATES.__getitem__,
        "as_typed": as_typed,
        "text_param": _build_text_param,
        "error_param": _find_error_param,
        "in_address": in_address,
        "hint_parts": hint_parts,
        "number": describe_number,
    }
    environment.filters.update(filters)
    environment.globals.update(_UNSAID)
    return environment


def _read_extension_template(name: str) -> str | None:
    """Return the template `package:name` of an extension's pages; None for another name."""
    package, _, file = name.rpartition(":")
    return files(package).joinpath("templates", file).read_text("utf-8") if package else None


def as_typed(text: str) -> Markup:
    """Return the text for the field of a form: escaped, but with its line breaks and every mark, so
    that what was typed comes back unchanged.
    """
    return escape(text)


def in_address(part: str) -> str:
    """Return the text as one part of an address, whatever is in it: a slash is no way to another
    page.
    """
    return quote(part, safe="")


def _build_text_param(text: str) -> dict[str, str] | None:
    """Return the text as GOV.UK's macros take a hint; None for an empty one."""
    return {"text": text} if text else None


def _find_error_param(errors: Sequence[tuple[str, str]], name: str) -> dict[str, str] | None:
    """Return what is first said to be wrong with a field, or with one of its parts."""
    for field, message in errors:
        if field == name or field.startswith(f"{name}-"):
            return {"text": message}
    return None


class _Environment(jinja2.Environment):
    """Ours, strict about values that are not there, beside GOV.UK's, which tests for them."""

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> jinja2.Template:
        if isinstance(name, str) and name.startswith(_COMPONENTS):
            return _build_macro_environment().get_template(name, parent, globals)
        return super().get_template(name, parent, globals)


@cache
def _build_macro_environment() -> jinja2.Environment:
    """Return the macros of govuk-frontend-jinja: a parameter that is not given is an undefined
    value.
    """
    package = jinja2.PackageLoader("govuk_frontend_jinja")
    return jinja2.Environment(
        loader=jinja2.PrefixLoader({_COMPONENTS.rstrip("/"): package}),
        autoescape=True,
        auto_reload=False,
        finalize=_make_text_visible,
    )


def _make_text_visible(value: object) -> object:
    """Return every text on its way into the page, so that none can be forgotten."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return visible_words(str(value)) if is_text else value
