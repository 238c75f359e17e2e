"""The digest: what is queued, what would be sent, sending it, and cancelling it."""

from starlette.responses import Response

from duediligence.delivery import digest as delivery
from duediligence.delivery.digest import (
    NONE_SENT,
    NOTHING_CHANGED,
    describe_cancelled_digests,
    digest_view,
)
from duediligence.errors import NotFound
from duediligence.web.upkeep_jobs import send_digest
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/digest")
def digest(visit: Visit) -> Response:
    message = delivery.preview(visit.ws)
    return visit.page(
        "digest.html.jinja",
        title="Digest",
        view=digest_view(visit.ws),
        none_sent=NONE_SENT,
        nothing_changed=NOTHING_CHANGED,
        message=message,
        lines=message.text.splitlines() if message else (),
    )


@pages.post("/digest/send")
def send(visit: Visit) -> Response:
    return visit.go(f"/jobs/{send_digest(visit.service, visit.viewer)}")


@pages.get("/digest/cancel")
def ask_to_cancel(visit: Visit) -> Response:
    channel = visit.query("channel")
    queued = sum(
        one.delivery.channel == channel and one.delivery.state == "queued"
        for one in digest_view(visit.ws).deliveries
    )
    if not queued:
        raise NotFound(f"Nothing is queued for {channel!r}")
    return visit.page(
        "digest_cancel.html.jinja",
        title=f"Cancel what is queued for {channel}",
        channel=channel,
        queued=queued,
    )


@pages.post("/digest/cancel")
def cancel(visit: Visit) -> Response:
    channel = visit.text("channel")
    return visit.go(
        "/digest", describe_cancelled_digests(channel, delivery.drop(visit.ws, channel))
    )
