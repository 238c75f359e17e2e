"""What waits: alerts to decide, what could not be checked, and what happens next."""

from collections.abc import Sequence

from starlette.responses import Response

from duediligence.casework import alert_words
from duediligence.casework.waiting import Waiting, what_waits
from duediligence.errors import UsageError
from duediligence.render.wording import moment, sentence
from duediligence.scheduling.service import standings
from duediligence.screening.lists.statuses import Remedy
from duediligence.web.queue_address import ME, NOBODY, YES, QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()
_ANY = QueueAddress()
# More than that is for the page of lists.
_MOST_GAPS = 6


@pages.get("/")
def home(visit: Visit) -> Response:
    waiting = what_waits(visit.ws)
    return visit.page(
        "home.html.jinja",
        title="What waits",
        incomplete=alert_words.incomplete(waiting.incomplete, waiting.covered),
        total=waiting.total,
        severities=_severities(waiting),
        groups=[
            (words, number, address)
            for words, number, address in (
                ("Overdue", waiting.overdue, _ANY.url(overdue=YES)),
                ("Yours", waiting.mine, _ANY.url(owner=ME)),
                ("Without an owner", waiting.unassigned, _ANY.url(owner=NOBODY)),
            )
        ],
        gaps=[_gap(one, waiting) for one in sorted(waiting.gaps, key=_lists, reverse=True)],
        most=_MOST_GAPS,
        run=waiting.last_run,
        jobs=_jobs(visit),
    )


def _severities(waiting: Waiting) -> Sequence[tuple[str, int, str]]:
    """Each severity with its number, and the address of the queue from there on."""
    return [
        (severity, number, _ANY.url(severity="" if severity == "low" else severity))
        for severity, number in waiting.by_severity.items()
    ]


def _lists(one: Remedy) -> int:
    return len(one.list_ids)


def _gap(one: Remedy, waiting: Waiting) -> tuple[str, str, Sequence[tuple[str, str]]]:
    """What lists lack, what to do first, and which they are."""
    lists = [(f"/lists/{id_}", waiting.titles.get(id_, id_)) for id_ in one.list_ids]
    return sentence(one.lack).rstrip("."), sentence(one.first), lists


def _jobs(visit: Visit) -> Sequence[tuple[str, str, str, str]]:
    """Each job of the schedule: its name, its state, when it is due next, and what is wrong.

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
