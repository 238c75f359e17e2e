"""What runs by itself, and when, by form."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from duediligence.errors import Conflict, Invalid
from duediligence.scheduling.form import (
    CHOOSABLE,
    EVERY,
    is_schedule_made_by_form,
    list_form_jobs,
    save_schedule,
)
from duediligence.scheduling.jobs import path_of
from duediligence.scheduling.service import jobs_of
from duediligence.web.form_fields import problem
from duediligence.web.pages.set_up.start import admit
from duediligence.web.visits import Pages, Visit

pages = Pages()
# What each job does in words, and when it is proposed to run; never where that is empty.
_JOBS: Final[Mapping[str, tuple[str, str, str]]] = {
    "lists": ("Fetch the lists", "day", "02:30"),
    "registers": ("Ask Companies House about each supplier", "", "03:00"),
    "changes": ("Ask the stream of Companies House which suppliers changed", "", "04:30"),
    "screening": ("Screen every supplier, if any is due", "day", "05:00"),
    "digest": ("Send the digest", "", "08:00"),
    "verification": ("Compare everything kept with the audit chain", "day", "01:00"),
    "retention": ("Remove what is past its time", "", "04:00"),
}
_TIMES: Final = {"day": "Every day", "weekday": "Monday to Friday", "month": "First day of a month"}


@pages.get("/set-up/schedule")
def show_schedule_form(visit: Visit) -> Response:
    admit(visit)
    chosen = {name: (every, at) for name, (_, every, at) in _JOBS.items()}
    if is_schedule_made_by_form(visit.ws.settings):
        kept = {job.name: (job.every, job.at) for job in jobs_of(visit.ws)}
        chosen = {name: kept.get(name, ("", at)) for name, (_, at) in chosen.items()}
    return _render_schedule(visit, chosen)


@pages.post("/set-up/schedule")
def save_schedule_form(visit: Visit) -> Response:
    visit.labels = {name: words for name, (words, *_) in _JOBS.items()}
    typed = {one: (visit.text(f"every-{one}"), visit.text(f"at-{one}")) for one in CHOOSABLE}
    try:
        save_schedule(visit.ws, {n: one for n, one in typed.items() if one[0]}, seen=visit.seen)
    except (Invalid, Conflict) as error:
        fields = [f"{part}-{name}" for name in CHOOSABLE for part in ("every", "at")]
        return _render_schedule(visit, typed, problem(error, fields))
    return visit.go("/set-up", "Saved: the schedule.")


def _render_schedule(
    visit: Visit, chosen: Mapping[str, tuple[str, str]], *errors: tuple[str, str]
) -> Response:
    path = path_of(visit.ws.settings)
    by_hand = path.exists() and not is_schedule_made_by_form(visit.ws.settings)
    return visit.page(
        "set_up_schedule.html.jinja",
        title="Schedule",
        errors=errors,
        by_hand=by_hand,
        alone=visit.service.sign_in.alone,
        stored_state={} if by_hand else list_form_jobs(path),
        jobs=[(name, words, *chosen[name]) for name, (words, *_) in _JOBS.items()],
        often=[("", "Never"), *((one, _TIMES.get(one, one.capitalize())) for one in EVERY)],
    )
