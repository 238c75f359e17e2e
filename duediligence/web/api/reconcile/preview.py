"""The small page about one entity that a client shows beside a row."""

from datetime import date

from starlette.responses import HTMLResponse

from duediligence.render.wording import day
from duediligence.web.api.reconcile.service import Reconciler, Target
from duediligence.web.guards import HEADERS
from duediligence.web.templating import render_template


def facts_of(service: Reconciler, entity: Target) -> list[tuple[str, list[str]]]:
    """Return what is known of an entity, in words."""
    return [
        (term.name, [day(one) if isinstance(one, date) else one for one in values])
        for term in service.properties
        if (values := entity.values[term.id])
    ]


def render_entity_preview(
    service: Reconciler, entity: Target, origins: tuple[str, ...]
) -> HTMLResponse:
    """Return the page, which pages of those origins may put in a frame."""
    text = render_template(
        "reconcile_preview.html.jinja",
        entity=entity,
        facts=facts_of(service, entity),
        gaps=[": ".join(filter(None, (one.title, one.reason))) for one in service.not_checked()],
    )
    policy = HEADERS["Content-Security-Policy"]
    # Browsers pass over X-Frame-Options where the policy says who may frame (CSP3, 6.4.2).
    framed = policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")
    return HTMLResponse(text, headers={"Content-Security-Policy": framed if origins else policy})
