"""What is set and where it comes from, whether a screening now would be complete, and what went
wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from duediligence.casework.error_log import HEADINGS, SHOWN, export_log, read_log
from duediligence.casework.readiness import Readiness, State, examine_readiness, remedy_words
from duediligence.settings import ABOUT
from duediligence.settings.shown import SettingView, files_read, setting_views
from duediligence.web.files import download
from duediligence.web.visits import Pages, Visit

pages = Pages()


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting: what it is for, its value in words, and where that comes from."""

    name: str
    help: str
    value: str
    origin: str
    is_harmless: bool


@pages.get("/settings")
def settings(visit: Visit) -> Response:
    rows = list(map(_build_setting_row, setting_views(visit.service.resolved)))
    return visit.page(
        "settings.html.jinja",
        title="Settings",
        deciding=[row for row in rows if not row.is_harmless],
        harmless=[row for row in rows if row.is_harmless],
        files=files_read(visit.service.resolved),
    )


def _build_setting_row(view: SettingView) -> SettingRow:
    about = ABOUT[view.name]
    value = _in_words(view.value) or "not set"
    return SettingRow(view.name, about.help, value, view.origin, about.harmless)


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_in_words(each)}" for name, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_in_words, value))
    return "" if value is None else str(value)


@pages.get("/settings/log")
def show_log(visit: Visit) -> Response:
    rows = [one.cells for one in read_log(visit.ws)[:SHOWN]]
    return visit.page("log.html.jinja", title="What went wrong", headings=HEADINGS, rows=rows)


@pages.get("/settings/log/file")
def export(visit: Visit) -> Response:
    return download(export_log(visit.ws, _examine(visit)), "log.jsonl")


def _examine(visit: Visit) -> Readiness:
    service = visit.service
    return examine_readiness(
        service.resolved, service.ignored, opened=lambda: service.workspace(visit.viewer)
    )


# The words of each state, the colour beside them.
STATES: dict[State, tuple[str, str]] = {
    "ok": ("OK", "green"),
    "not in use": ("Not in use", "grey"),
    "overdue": ("Overdue", "yellow"),
    "weakened": ("Weakened", "yellow"),
    "warning": ("Warning", "yellow"),
    "problem": ("Problem", "red"),
    "broken": ("Broken", "red"),
}


@pages.get("/settings/readiness")
def readiness(visit: Visit) -> Response:
    found = _examine(visit)
    return visit.page(
        "readiness.html.jinja",
        title="Is everything ready?",
        found=found,
        states=STATES,
        lines=[line for line in found.lines if line.list_id not in found.unused],
        remedies=[remedy_words(one) for one in found.remedies],
        others=[line for line in found.problems if not line.remedy],
    )
