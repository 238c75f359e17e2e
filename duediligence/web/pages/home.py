"""What waits: alerts to decide, what could not be checked, and what happens next."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.casework import alert_words
from duediligence.casework.readiness import remedy_words
from duediligence.casework.waiting import Waiting, what_waits
from duediligence.errors import UsageError
from duediligence.render.wording import moment
from duediligence.scheduling.service import standings
from duediligence.screening.lists.statuses import Remedy
from duediligence.web.navigation import hint_parts
from duediligence.web.pages.jobs import STATES
from duediligence.web.queue_address import ME, NOBODY, YES, QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()
_ANY = QueueAddress()
# More than that is for the page of lists.
_MOST_GAPS = 6
_MOST_NAMED = 3
_MOST_JOBS = 3


@pages.get("/")
def home(visit: Visit) -> Response:
    waiting = what_waits(visit.ws)
    if waiting.is_new and "change settings" in visit.service.rights(visit.viewer):
        return visit.go("/set-up")
    gaps = sorted(waiting.gaps, key=_count_remedy_lists, reverse=True)
    return visit.page(
        "home.html.jinja",
        title="What waits",
        today=visit.ws.now().date(),
        incomplete=alert_words.incomplete(waiting.incomplete, waiting.covered),
        never_screened=alert_words.never_screened(waiting.never_screened),
        total=waiting.total,
        severities=_list_severity_links(waiting),
        groups=[
            (words, number, address)
            for words, number, address in (
                ("Overdue", waiting.overdue, _ANY.url(overdue=YES)),
                ("For you as the second person", waiting.second, _ANY.url(second=YES)),
                ("Yours", waiting.mine, _ANY.url(owner=ME)),
                ("Without an owner", waiting.unassigned, _ANY.url(owner=NOBODY)),
            )
        ],
        gaps=[
            hint_parts(remedy_words(one, _MOST_NAMED, visit.list_titles))
            for one in gaps[:_MOST_GAPS]
        ],
        more=len(gaps[_MOST_GAPS:]),
        run=waiting.last_run,
        scheduled=_list_scheduled_jobs(visit),
        jobs=visit.service.jobs.page(before="", most=_MOST_JOBS),
        states=STATES,
    )


def _list_severity_links(waiting: Waiting) -> Sequence[tuple[str, int, str]]:
    """Return each severity with its number, and the address of the queue from there on."""
    return [
        (severity, number, _ANY.url(severity="" if severity == "low" else severity))
        for severity, number in waiting.by_severity.items()
    ]


def _count_remedy_lists(one: Remedy) -> int:
    return len(one.list_ids)


def _list_scheduled_jobs(visit: Visit) -> Sequence[tuple[str, str, str, str]]:
    """Return each job of the schedule: its name, its state, when it is due next, and what is wrong.

    None where the schedule cannot be read: its own page says why.
    """
    try:
        _, found = standings(visit.ws)
    except UsageError:
        return []
    return [
        (
            one.job.name,
            one.state,
            moment(one.next_due),
            one.last.detail if one.wanting and one.last else "",
        )
        for one in found
    ]
