"""What another threshold would show and hide."""

from starlette.responses import Response

from duediligence.errors import Invalid
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.screening.run.preview import Preview
from duediligence.web.form_fields import problem
from duediligence.web.upkeep_jobs import PREVIEW, load_job_result, preview_threshold
from duediligence.web.visits import Pages, Visit

pages = Pages()

# As many of each kind are shown; the file has all.
MOST_SHOWN = 50


@pages.get("/policy/preview")
def _render_threshold_form(visit: Visit, *errors: tuple[str, str]) -> Response:
    return visit.page(
        "policy_preview.html.jinja",
        title="Preview another threshold",
        errors=errors,
        now=visit.service.settings.threshold or DEFAULT_THRESHOLD,
        threshold=visit.text("threshold"),
    )


@pages.post("/policy/preview")
def start(visit: Visit) -> Response:
    try:
        threshold = float(visit.text("threshold"))
    except ValueError:
        return _render_threshold_form(visit, ("threshold", "Enter a number, such as 0.9"))
    try:
        job = preview_threshold(visit.service, visit.viewer, threshold)
    except Invalid as error:
        return _render_threshold_form(visit, problem(error, ("threshold",)))
    return visit.go(f"/jobs/{job}")


@pages.get("/policy/preview/{job}")
def shown(visit: Visit) -> Response:
    found = load_job_result(visit.service, visit.viewer, visit.path("job"), PREVIEW, Preview)
    return visit.page(
        "policy_previewed.html.jinja",
        title=f"At a threshold of {found.threshold_then:g}",
        found=found,
        most=MOST_SHOWN,
        job=visit.path("job"),
    )
