"""The pack for a meeting about a case, as a page: what is to be decided comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from duediligence.law.victims import HelpStep
from duediligence.render.network_drawing import network_section
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.templating import css_string, fill_page, resource


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHelp:
    """What is to be done first: `lines` say why, `steps` what, `notes` who to call."""

    headline: str
    lines: Sequence[str]
    steps: Sequence[HelpStep]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAlert:
    """An alert as it may be shown: what is known of it, and what is not, by label."""

    title: str
    supplier: str
    known: Sequence[tuple[str, Sequence[str]]]
    unknown: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAction:
    """An action: whose it is, under which power and Acts, until when and what came of it."""

    number: int
    what: str
    who: str
    power: str
    due: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """All that the pack says. `level` is said on each sheet, `access` explains it; `for_whom` says
    under which agreement it may be given to whom. `made_at` in UTC.
    """

    number: int
    title: str
    level: str
    access: str
    for_whom: str
    made_at: datetime
    made_by: str
    facts: Sequence[tuple[str, str]]
    help: MeetingHelp | None
    decide: Sequence[str]
    notes: Sequence[str]
    suppliers: Sequence[tuple[str, str, str]]
    alerts: Sequence[MeetingAlert]
    withheld: Sequence[str]
    paths: Sequence[tuple[str, Sequence[str]]]
    network: Neighbourhood
    requests: Sequence[str]
    actions: Sequence[MeetingAction]
    missing: Sequence[str]


def render_meeting_page(page: MeetingPage) -> str:
    """Return the page, which needs nothing else. All text in it is escaped, and its own policy
    forbids everything but its one style sheet.
    """
    sheets = ("report.css", "network.css", f"{__package__}:meeting.css")
    css = "".join((*map(resource, sheets), _render_page_margins(page)))
    drawing = network_section(page.network) if page.network.paths else Markup()
    return fill_page(
        f"{__package__}:meeting.html.jinja",
        css,
        page=page,
        drawing=drawing,
    )


def _render_page_margins(page: MeetingPage) -> str:
    """Return the style of what each sheet says at its edges, on paper."""
    return f"""@page {{
  @top-left {{ content: {css_string(f"Case {page.number}")}; }}
  @top-right {{ content: {css_string(f"Access: {page.level}")}; }}
}}
"""
