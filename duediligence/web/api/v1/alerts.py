"""`/api/v1/alerts`, and what is decided about them."""

from typing import Annotated, Final, Literal, get_args

import msgspec
from fastapi import APIRouter
from msgspec import Meta, field
from starlette.responses import Response

from duediligence.casework import alert_words
from duediligence.casework.choices import word_of
from duediligence.casework.deciding import LONGEST_NOTE, Choice
from duediligence.casework.deciding_after import decide_after
from duediligence.casework.queue import Filters
from duediligence.casework.queue_order import QueuePlace
from duediligence.casework.showing import AlertRow, AlertView, People, Queue, alert_for, queue_for
from duediligence.casework.side_by_side import FactPair
from duediligence.errors import Invalid
from duediligence.model import Severity
from duediligence.model.alerts import NOTHING_CONSIDERED, Considered, Decided, Decision, State
from duediligence.store.casework.decisions import DecidedMeanwhile
from duediligence.web.api.answers import NotChecked
from duediligence.web.api.problems import MEDIA_TYPE, Problem, log_error
from duediligence.web.api.v1 import answers
from duediligence.web.api.v1.answers import (
    NextCursor,
    PageParameters,
    PeopleParameters,
    PeopleWanted,
    Shape,
    cursor_at,
    describe_coverage,
    place_in,
    respond,
    shape_of,
)
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.operations import serve_operation

router = APIRouter(prefix=PREFIX, tags=["alerts"])
STATES: Final = (*get_args(State), "supplier ended", "resolved", "import taken back")
ID: Final = {"id": ("The ID of the alert, or its first characters.", "3f9c01aa")}
_LAST: Final = "The position of its last decision: the `after` of the next one."
_Text = Annotated[str, Meta(max_length=400)]


class AlertsParameters(PageParameters, kw_only=True):
    """Which alerts, and in which order."""

    state: Annotated[
        list[_Text],
        Meta(
            max_length=len(STATES),
            description="Only these states: " + ", ".join(one.replace(" ", "-") for one in STATES),
        ),
    ] = field(default_factory=list)
    severity: Annotated[Severity, Meta(description="At least this severity.")] = "low"
    supplier: Annotated[_Text, Meta(description="Only of this supplier, by reference.")] = ""
    list: Annotated[_Text, Meta(description="Only about entries of this list.")] = ""
    mine: Annotated[bool, Meta(description="Only those assigned to the token's account.")] = False
    owner: Annotated[_Text | None, Meta(description="Only those assigned to this account.")] = None
    unassigned: Annotated[bool, Meta(description="Only those assigned to nobody.")] = False
    overdue: Annotated[bool, Meta(description="Only those whose due date has passed.")] = False
    all: Annotated[
        bool, Meta(description="Include alerts already settled and those no longer found.")
    ] = False
    sort: Literal["severity", "due", "newest", "supplier", "score"] = "severity"
    reverse: Annotated[bool, Meta(description="From the other end.")] = False
    people: PeopleWanted = "redacted"


class AlertsAnswer(Shape, kw_only=True):
    """Alerts, those about one event as one, as `alerts list --json` has them.

    Where this is not `complete`, no alert does not mean clear: `not_checked` says why. `total` pass
    the filters, `listed` of them are on the pages, and `not_shown` says in words what is left out.
    One that rests on a restricted record shows its supplier only (`withheld`).
    """

    data: list[AlertRow]
    people: answers.People
    complete: bool
    not_checked: list[NotChecked]
    total: int
    listed: int
    not_shown: str
    next: NextCursor


AlertDocument = shape_of(
    "AlertDocument",
    AlertView,
    "An alert at length: `facts` are both sides beside each other, `history` every decision, the "
    "oldest first, `may_become` what can be decided now.",
    FactPair=FactPair,
)


class AlertAnswer(Shape, kw_only=True):
    """An alert, as `alerts show --json` has it."""

    data: AlertDocument  # type: ignore[valid-type]
    people: answers.People


class HistoryAnswer(Shape, kw_only=True):
    """Every decision about an alert, oldest first, as `alerts history --json` has it."""

    data: list[Decision]
    people: answers.People


class DecisionRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is decided, and why. `alerts reasons` lists the codes of reasons for each decision."""

    decided: Decided
    reason: Annotated[str, Meta(max_length=40)]
    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""
    after: Annotated[
        int,
        Meta(
            ge=0,
            le=2**63 - 1,
            description="The `last_decision` of the alert that you saw; 0 for none.",
        ),
    ]
    considered: Considered = NOTHING_CONSIDERED


class Recorded(msgspec.Struct):
    """Where the alert stands now, and in a sentence what that means; may be empty. `decision` is
    the position of what was recorded.
    """

    alert_id: str
    state: str
    meaning: str
    decision: int


class RecordedAnswer(Shape, kw_only=True):
    """What was recorded."""

    data: Recorded


class LaterDecision(msgspec.Struct):
    """A decision, without its note, which may name people."""

    position: int
    decided: str
    reason: str
    by: str
    at: str


class DecisionProblem(Problem, kw_only=True, omit_defaults=True):
    """Why nothing was recorded. `decision` is what was decided meanwhile, where that is why and
    the second decision is not blind.
    """

    decision: LaterDecision | None = None


@serve_operation(
    router.get,
    "/alerts",
    operation_id="list_alerts",
    summary="The alerts that wait for a person",
    scope="read",
    action="read",
    done={200: AlertsAnswer},
    query=AlertsParameters,
    links=dict.fromkeys(("show_alert", "list_decisions", "decide"), ("id", "data/0/id")),
    problems=[404, 409, 422],
)
def alerts(call: Call) -> Response:
    """The most severe first, then the highest score, then the oldest, unless sorted otherwise.

    Where the place of a cursor has moved since, 409: begin again, so that nothing is passed over.
    """
    asked = call.query(AlertsParameters)
    found = queue_for(
        call.ws,
        _build_alert_filters(call, asked),
        everything=asked.all,
        people=_shown_as(asked.people),
        after=place_in(asked, QueuePlace),
        size=asked.limit,
        sort=asked.sort,
        backwards=asked.reverse,
    )
    return respond(
        found.rows,
        beside={
            "people": asked.people,
            **describe_coverage(list_not_screened(found)),
            "total": found.total,
            "listed": found.listed,
            "not_shown": " ".join(filter(None, (found.not_shown, found.reports))),
            "next": cursor_at(asked, found.after),
        },
    )


@serve_operation(
    router.get,
    "/alerts/{id}",
    operation_id="show_alert",
    summary="An alert: both sides, and what was decided",
    scope="read",
    action="read",
    done={200: AlertAnswer},
    query=PeopleParameters,
    parts=ID,
    headers={"ETag": _LAST},
    problems=[404, 422],
)
def alert(call: Call) -> Response:
    """403 where it rests on a restricted record: such a one is shown by no token."""
    asked = call.query(PeopleParameters)
    found = alert_for(call.ws, call.path("id"), people=_shown_as(asked.people))
    return _build_alert_response(found, found, asked)


@serve_operation(
    router.get,
    "/alerts/{id}/decisions",
    operation_id="list_decisions",
    summary="Every decision about an alert",
    scope="read",
    action="read",
    done={200: HistoryAnswer},
    query=PeopleParameters,
    parts=ID,
    headers={"ETag": _LAST},
    problems=[404, 422],
)
def history(call: Call) -> Response:
    """Oldest first. A first decision that waits for a blind second one is shown to whoever made it
    alone.
    """
    asked = call.query(PeopleParameters)
    found = alert_for(call.ws, call.path("id"), people=_shown_as(asked.people))
    return _build_alert_response(found.history, found, asked)


@serve_operation(
    router.post,
    "/alerts/{id}/decisions",
    operation_id="decide",
    summary="Record a decision about an alert",
    scope="write",
    action="decide",
    done={201: RecordedAnswer},
    parts=ID,
    body=DecisionRequest,
    headers={"Location": "The alert.", "ETag": _LAST},
    conflict=DecisionProblem,
    problems=[400, 404, 409, 413, 422],
)
def decide(call: Call) -> Response:
    """It follows the decision `after`. Where somebody decided meanwhile nothing is recorded, and
    409 says what they decided; so a request that is sent twice is recorded once.
    """
    asked = call.json(DecisionRequest)
    choice = Choice(
        decided=asked.decided, reason=asked.reason, note=asked.note, considered=asked.considered
    )
    try:
        done = decide_after(call.ws, call.path("id"), choice, asked.after)
    except DecidedMeanwhile as error:
        log_error(call.request, error.code)
        return _decided_meanwhile(error)
    return respond(
        Recorded(done.alert_id, done.state, done.meaning, done.position),
        status=201,
        headers={
            "Location": f"{PREFIX}/alerts/{done.alert_id}",
            "ETag": f'"{done.position}"',
        },
    )


def _build_alert_response(data: object, view: AlertView, asked: PeopleParameters) -> Response:
    headers = {"ETag": f'"{view.last_decision}"'}
    return respond(data, headers=headers, beside={"people": asked.people})


def _build_alert_filters(call: Call, asked: AlertsParameters) -> Filters:
    if asked.mine + asked.unassigned + (asked.owner is not None) > 1:
        raise Invalid("Give one of mine, owner and unassigned", field="owner")
    return Filters(
        states=tuple(word_of("state", one, STATES) for one in asked.state),
        severity=asked.severity,
        supplier=asked.supplier,
        list_id=asked.list,
        owner=call.ws.who if asked.mine else "" if asked.unassigned else asked.owner,
        overdue=asked.overdue,
    )


def _shown_as(people: answers.People) -> People:
    return "exported" if people == "included" else "redacted"


def list_not_screened(found: Queue) -> list[NotChecked]:
    """Return why the alerts of a queue are not all that there could be."""
    reasons = (
        alert_words.incomplete(found.incomplete, found.covered),
        alert_words.never_screened(found.never),
    )
    return [NotChecked(reason=one) for one in reasons if one]


def _decided_meanwhile(error: DecidedMeanwhile) -> Response:
    newest = error.decision
    what = DecisionProblem(
        type="about:blank",
        title="Conflict",
        status=409,
        detail=error.message,
        code=error.code,
        hint=str(error.hint),
        decision=LaterDecision(
            position=newest.position,
            decided=newest.decided,
            reason=newest.reason,
            by=newest.by,
            at=newest.at.isoformat(),
        ),
    )
    return Response(msgspec.json.encode(what), 409, media_type=MEDIA_TYPE)
