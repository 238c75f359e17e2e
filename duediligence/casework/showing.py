"""Alerts and runs as one person may see them: the only way from a front end to either.

The viewer is whoever works in the workspace. A restricted record is shown only when it is asked
for, and that is recorded before it is shown. A first decision that waits for a blind second one is
shown to nobody but who made it. People are named on the officer's own screen; what leaves it names
them only where that is asked for, on record, by an account that may export.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from duediligence.casework import disclosure, queue
from duediligence.casework.comments import list_comments
from duediligence.casework.deciding import (
    find,
    list_source_differences,
    list_sources_to_decide,
)
from duediligence.casework.queue import (
    NO_FILTERS,
    EventAlerts,
    EventOutline,
    Filters,
    allowed_decisions,
    rank_alert_state,
    rules_of,
    shown_to,
)
from duediligence.casework.queue_order import (
    QueuePlace,
    Sort,
    event_due,
    in_order,
    place_of,
    place_within,
)
from duediligence.errors import Conflict, Forbidden, Hint, Invalid, OptionRemark, StorageError
from duediligence.law.victims import VICTIM_SIGNS, victim_signs
from duediligence.model import Contract, Finding
from duediligence.model.alerts import Alert, Comment, Decided, Decision
from duediligence.model.audit import AuditValue
from duediligence.model.birth_dates import without_birth_dates
from duediligence.model.entries import EntryKey
from duediligence.model.findings import listings_of
from duediligence.model.letters import Letter
from duediligence.render.saying import explain, format_text
from duediligence.render.wording import reopened_words, source_words
from duediligence.screening.access import (
    hide_birth_dates,
    list_allowed_actions,
    permit,
    use_case,
)
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import listed as in_words

if TYPE_CHECKING:
    from duediligence.casework.side_by_side import FactPair

People = Literal["on screen", "redacted", "exported"]
"""How people are shown: named on the viewer's screen, as roles and numbers, or named in something
that leaves the screen."""

LEFT_OUT = "Left out: it may name people."
_RESTRICTED = "a restricted record"
# Whoever an entry of another kind is may be a person: sole traders are listed as of unknown kind.
_FIRMS = ("organisation", "vessel", "aircraft")


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherSource:
    """Another source of the same event: the alert about it with its number, its state, and which
    it is.

    `joined` says by what its list entry is one party with the entry of the alert, `differs` what it
    says otherwise; empty where it is the same entry, and in the queue.
    """

    alert: str
    state: str
    source: str
    number: str = ""
    joined: str = ""
    differs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One event of the queue, by the alert of its gravest source; `also` are the others. It stands
    as its least settled source does. Where it is `withheld`, for it rests on a restricted record,
    all from `score` on is None but the number, the supplier, the owner and the due date. Where the
    viewer has no right to see it, its severity is empty and it has no due date if it is about an
    insolvent individual.

    `number` is `A-1042`, and empty where the alert has none.
    `owner` is who answers for it, empty for nobody; `due` the last day on which to decide it, None
    where nobody needs to. `score` is 0.0 to 1.0, None also where nothing was matched. Times are
    UTC.
    """

    withheld: bool
    id: str
    state: str
    severity: str
    score: float | None = None
    check_id: str | None = None
    check_title: str | None = None
    supplier_ref: str
    supplier_name: str
    subject_name: str | None = None
    subject_role: str | None = None
    list_id: str | None = None
    entry_id: str | None = None
    entry_name: str | None = None
    entry_url: str | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    found: str | None = None
    happened: Sequence[str] | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    reopened: str | None = None
    expires: date | None = None
    also: Sequence[FurtherSource] | None = None
    owner: str = ""
    due: date | None = None
    overdue: bool = False
    number: str = ""

    @property
    def label(self) -> str:
        """Return its number, or the first characters of its id."""
        return self.number or self.id[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView(AlertRow):
    """One alert at length. `facts` are both sides beside each other, `history` every decision,
    oldest first, `last_decision` the position of the newest one (0: none). `may_become` is what
    can be decided now, `letters` were made about it and `comments` written, oldest first.
    `help_first` points to the steps for people who may be victims, empty where there are no signs
    of any. `parting` says that a person said that its list entry is another party than those joined
    with it, while that waits.
    """

    run_id: str
    help_first: str
    certainty: str
    why: Sequence[str]
    measures: Sequence[str]
    possible_grounds: Sequence[str]
    look_back: Sequence[str]
    next_step: str
    last_decision: int
    history: Sequence[Decision]
    facts: Sequence["FactPair"]
    may_become: Sequence[Decided]
    letters: Sequence[Letter]
    comments: Sequence[Comment]
    parting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierHeading:
    """What stands above the alerts of a supplier: its name, and its contracts with their owners."""

    ref: str
    name: str
    contracts: tuple[Contract, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of the queue, all where `pages` is 1.

    `total` events pass the filters, `listed` of them are on the pages; `not_shown` says what was
    left out, empty where nothing was. `first` is the number of the first on the page, `suppliers`
    are those on it by their references. Of `incomplete` of the `covered` suppliers something could
    not be checked, and `never` more were never screened. `reports` counts the intelligence reports
    that may concern suppliers of these alerts, in words; empty for none. `after` is where the next
    page begins, None where this is the last.
    """

    rows: tuple[AlertRow, ...]
    suppliers: Mapping[str, SupplierHeading]
    total: int
    listed: int
    not_shown: str
    incomplete: int
    covered: int
    never: int = 0
    reports: str = ""
    after: QueuePlace | None = None
    page: int = 1
    pages: int = 1
    first: int = 1


@use_case("read")
def queue_for(
    workspace: Workspace,
    filters: Filters = NO_FILTERS,
    *,
    everything: bool = False,
    restricted: bool = False,
    people: People = "on screen",
    page: int = 1,
    after: QueuePlace | None = None,
    size: int | None = None,
    sort: Sort = "severity",
    backwards: bool = False,
    by_supplier: bool = False,
) -> Queue:
    """Return the alerts that the filters admit, those about one event as one; done ones only if
    `everything`, or where the filters name states. They are in the order `sort`, from its other end
    if `backwards`; `by_supplier` puts those of one supplier together, where its first one is.

    What is withheld tells nothing by its place: where the order or a filter is by what is not
    shown of it, it comes last, or is left out and counted in `not_shown`.

    `page` counts from 1, `size` alerts a page (None: all on one), in what is left `after` a place,
    if that is given. Raises Invalid for a page that there is not, QueueMoved where the place is no
    longer there, NotFound for an unknown supplier or list, Forbidden where people are to be
    exported by one who may not, StorageError.
    """
    rules = rules_of(workspace)
    by_list = bool(filters.list_id or any(filters.entry))
    found = queue.list_event_outlines(workspace, filters, restricted=restricted or not by_list)
    hidden = queue.list_hidden_checks(workspace)
    if filters.severity != "low" or filters.overdue:
        found = [one for one in found if one.lead.check_id not in hidden]
    found = in_order(
        workspace, found, sort, backwards=backwards, restricted=restricted, hidden=hidden
    )
    listed = [one for one in found if everything or filters.states or one.is_waiting]
    left_out = () if len(listed) == len(found) else (e for e in found if not e.is_waiting)
    newest = workspace.screened.newest()
    of_all = len(listed)
    if after:
        before = {id(one) for one in found[: place_within(workspace, found, after, newest, sort)]}
        listed = [one for one in listed if id(one) not in before]
    size = size or max(len(listed), 1)
    pages = max(-(-len(listed) // size), 1)
    if not 1 <= page <= pages:
        raise Invalid(
            f"page {page} does not exist", field="page", hint=f"The last page is {pages}."
        )
    if by_supplier:
        place: dict[str, int] = {}
        for one in listed:
            place.setdefault(one.lead.supplier_ref, len(place))
        listed.sort(key=lambda one: place[one.lead.supplier_ref])
    outlines = listed[(page - 1) * size : page * size]
    on_page = [
        EventAlerts(tuple(shown_to(alert, workspace.who, rules) for alert in event.alerts))
        for event in hide_birth_dates(workspace, list(queue.load_event_alerts(workspace, outlines)))
    ]
    alerts = [alert for event in on_page for alert in event.alerts]
    if people == "exported":
        _record_people(workspace, alerts)
    if restricted:
        _record_restricted(workspace, alerts)
    redact, titles = _Redaction(workspace), _cache_list_titles(workspace)
    rights = list_allowed_actions(workspace)
    rows = (
        withheld_row(workspace, event.lead)
        if event.lead.restricted and not (restricted and event.lead.right in rights)
        else _event_row(
            event, titles, redact if people == "redacted" else None, restricted=restricted
        )
        for event in on_page
    )
    incomplete, covered = coverage(workspace, newest)
    unlisted = ""
    if by_list and not restricted:
        unlisted = queue.restricted_not_listed(workspace, filters)
    return Queue(
        rows=tuple(
            _with_owner(workspace, row, outline, hidden)
            for row, outline in zip(rows, outlines, strict=True)
        ),
        suppliers=_build_supplier_headings(workspace, on_page),
        total=len(found),
        listed=of_all,
        not_shown=" ".join(filter(None, (queue.not_shown(left_out), unlisted))),
        incomplete=incomplete,
        covered=covered,
        never=never_screened(workspace, newest),
        reports=disclosure.format_restricted_reports(
            disclosure.count_reports_about(workspace, {one.lead.supplier_ref for one in found})
        ),
        after=place_of(workspace, outlines[-1], newest) if page < pages else None,
        page=page,
        pages=pages,
        first=of_all - len(listed) + (page - 1) * size + 1,
    )


@use_case("read")
def coverage(workspace: Workspace, newest: Mapping[str, str] | None = None) -> tuple[int, int]:
    """Of how many suppliers something could not be checked at their last screening, and how many
    were screened. `newest` is the newest run of each, if the caller has it. Raises StorageError.
    """
    newest = workspace.screened.newest() if newest is None else newest
    aside = set(workspace.suppliers.merged()) | workspace.suppliers.ended(workspace.now().date())
    missing = workspace.screened.incomplete(newest).keys() - aside
    return len(missing), len(newest.keys() - aside)


@use_case("read")
def coverage_of(workspace: Workspace, ref: str) -> tuple[int, int, int]:
    """Return `coverage` of one supplier alone; 1 if it was never screened. Raises StorageError."""
    newest = workspace.screened.newest_of([ref])
    return *coverage(workspace, newest), int(not newest)


def never_screened(workspace: Workspace, newest: Mapping[str, str]) -> int:
    """Return how many suppliers that have not ended were never screened. `newest` is the newest run
    of each. Raises StorageError.
    """
    ended = workspace.suppliers.ended(workspace.now().date())
    return len(workspace.suppliers.names().keys() - newest.keys() - ended)


def _with_owner(
    workspace: Workspace, row: AlertRow, event: EventOutline, hidden: Collection[str] = ()
) -> AlertRow:
    due = None if event.lead.check_id in hidden else event_due(workspace, event)
    return replace(
        row,
        owner=in_words(dict.fromkeys(one.owner for one in event.alerts if one.owner)),
        due=due,
        overdue=due is not None and due < workspace.now().date(),
    )


def _build_supplier_headings(
    workspace: Workspace, on_page: Iterable[EventAlerts]
) -> dict[str, SupplierHeading]:
    names = {event.lead.supplier_ref: event.lead.supplier_name for event in on_page}
    found = {}
    for ref, name in names.items():
        supplier = workspace.suppliers.get(ref)
        contracts = supplier.engagements if supplier else ()
        found[ref] = SupplierHeading(ref=ref, name=name, contracts=contracts)
    return found


@use_case("read")
def alert_for(
    workspace: Workspace, id_: str, *, restricted: bool = False, people: People = "on screen"
) -> AlertView:
    """Return one alert, by its ID or the beginning of it.

    Raises Invalid or NotFound where the ID is not one alert's, Forbidden where the alert rests on
    a restricted record and `restricted` is not set, or people are to be exported by one who may
    not, StorageError.
    """
    stored = find(workspace, id_)
    alert = shown_to(stored, workspace.who, rules_of(workspace))
    alert = hide_birth_dates(workspace, alert)
    if alert.restricted and not restricted:
        raise Forbidden(
            f"alert {alert.label} is based on a restricted record",
            hint=Hint(
                "If your work needs it, ask for restricted records too",
                OptionRemark(" (--restricted)"),
                ". That is recorded.",
            ),
        )
    if alert.restricted:
        permit(workspace, alert.right)
    event = queue.event_of(workspace, alert)
    every = [one for one in event.alerts if one.id != alert.id]
    others = [one for one in every if restricted or not one.restricted]
    if people == "exported":
        _record_people(workspace, [alert])
    _record_restricted(workspace, [alert, *others])
    redact = _Redaction(workspace) if people == "redacted" else None
    outline = EventOutline(tuple(queue.outlines_of(workspace, [one.id for one in event.alerts])))
    view = _build_alert_view(workspace, alert, others, redact, outline)
    return replace(
        view,
        also=(*(view.also or ()), *_withhold_sources(every, others)),
        comments=_shown_comments(list_comments(workspace, stored), redact),
    )


@dataclass(frozen=True, slots=True)
class AlertOfFile:
    """An alert for a file that names people: as it may be shown to whoever makes the file, and as
    it is stored, of which nothing is shown: it is for comparing with what it is later. `sources`
    are the others of a joined alert that can be decided with it.
    """

    view: AlertView
    stored: Alert
    sources: Sequence[Alert] = ()


@dataclass(frozen=True, slots=True)
class AlertsOfFile:
    """What a file holds of the alerts that the queue lists: a row for each source, of how many
    alerts, and how many alerts are left out of it as restricted.
    """

    rows: Sequence[AlertOfFile]
    alerts: int
    restricted: int


def alerts_for_file(
    workspace: Workspace, filters: Filters = NO_FILTERS, *, everything: bool = False
) -> AlertsOfFile:
    """Return every alert of the events that `queue_for` lists, in its order. Those of an event that
    need nobody are left out unless `everything`.

    It is for the caller to record that people are named. Raises StorageError.
    """
    rules = rules_of(workspace)
    found: list[AlertOfFile] = []
    alerts = restricted = 0
    done = () if everything or filters.states else queue.DONE
    for event in queue.list_queue_events(workspace, filters):
        shown = [(shown_to(one, workspace.who, rules), one) for one in event.alerts]
        if EventAlerts(tuple(alert for alert, _ in shown)).state in done:
            continue
        before = len(found)
        for alert, stored in shown:
            if not alert.restricted and (alert.state not in done or event.differs):
                others = [one for one, _ in shown if one.id != alert.id and not one.restricted]
                view = _build_alert_view(workspace, alert, others, None)
                sources = _list_sources_of_row(workspace, stored, event)
                found.append(AlertOfFile(view, stored, sources))
        alerts += len(found) > before
        restricted += len(found) == before
    return AlertsOfFile(found, alerts, restricted)


def _list_sources_of_row(workspace: Workspace, alert: Alert, event: EventAlerts) -> Sequence[Alert]:
    try:
        sources = list_sources_to_decide(workspace, alert, event)
    except Conflict:
        return ()
    return [one for one in sources if one.id != alert.id]


def _build_alert_view(
    workspace: Workspace,
    alert: Alert,
    others: Sequence[Alert],
    redact: "_Redaction | None",
    outline: EventOutline | None = None,
) -> AlertView:
    """Return the alert at length; `others` are the further sources of its event. Without the
    `outline` of that it has no owner and no due date.
    """
    may_become = allowed_decisions(alert.status.before, matched=alert.matched)
    # Imported lazily: the matcher and the pages of letters are slow to import, and only an alert
    # at length needs them.
    from duediligence.casework.letter_facts import letters_of
    from duediligence.casework.side_by_side import side_by_side

    facts: Iterable[FactPair] = side_by_side(alert)
    id_ = alert.id
    joined: Mapping[EntryKey, str] = {}
    parting = ""
    if listings_of(alert.first):
        from duediligence.casework.undoing import describe_joins, describe_waiting_parting

        joined = describe_joins(workspace, alert)
        parting = describe_waiting_parting(workspace, alert)
    kept = letters_of(workspace, id_)
    if redact:
        facts = facts if _between_firms(alert) else ()
        alert = redact.alert(alert)
    first = alert.first
    titles = _cache_list_titles(workspace)
    also = _describe_further_sources(others, titles, redact, joined, alert)
    row = replace(alert_row(id_, alert), also=also)
    if outline:
        row = _with_owner(workspace, row, outline)
    return AlertView(
        **{name: getattr(row, name) for name in AlertRow.__dataclass_fields__},
        run_id=first.run_id,
        help_first=_help_first(alert),
        certainty=first.certainty,
        why=[explain(finding) for finding in alert.findings],
        measures=first.measures,
        possible_grounds=first.possible_grounds,
        look_back=first.look_back,
        next_step=format_text(first.next_step),
        last_decision=alert.last_decision,
        history=alert.history,
        facts=tuple(facts),
        may_become=may_become,
        letters=[each.without_people() if redact else each for each in kept],
        comments=(),
        parting=parting,
    )


def _shown_comments(
    comments: Sequence[Comment], redact: "_Redaction | None"
) -> tuple[Comment, ...]:
    return tuple(replace(one, text=LEFT_OUT) if redact else one for one in comments)


def _help_first(alert: Alert) -> str:
    signs = () if alert.state == "not the same" else victim_signs(alert.findings)
    if not signs:
        return ""
    return (
        f"There are signs of {in_words([VICTIM_SIGNS[one] for one in signs])}. Help for people who "
        "may be victims comes before all else: put the alert into a case, which shows the steps."
    )


def _record_restricted(workspace: Workspace, alerts: Iterable[Alert]) -> None:
    """Record that restricted alerts are shown, before they are. Raises StorageError."""
    if restricted := tuple(alert.id for alert in alerts if alert.restricted):
        from duediligence.casework.runs_shown import record_shown

        record_shown(workspace, {"alerts": restricted})


def _record_people(workspace: Workspace, alerts: Sequence[Alert]) -> None:
    """Record that people are named in what leaves the screen. Raises Forbidden, StorageError."""
    permit(workspace, "export")
    what: dict[str, AuditValue] = {
        "people": "included",
        "file": "standard output",
        "alerts": len(alerts),
    }
    workspace.record("export", what, subject="alerts")


def withheld_row(workspace: Workspace, alert: Alert) -> AlertRow:
    """Return what anybody may see of a restricted alert: that there is one, about which supplier,
    and how grave it is, which of an insolvent individual is withheld, too.
    """
    hidden = alert.first.check_id in queue.list_hidden_checks(workspace)
    return AlertRow(
        withheld=True,
        id=alert.id,
        number=alert.label if alert.number else "",
        state=alert.state,
        severity="" if hidden else alert.severity,
        supplier_ref=alert.supplier_ref,
        supplier_name=alert.supplier_name,
    )


def alert_row(id_: str, alert: Alert) -> AlertRow:
    """Return the row of an alert. `id_` is that of the stored alert: it follows from names, which
    may be shown otherwise.
    """
    first, where = alert.first, alert.status
    return AlertRow(
        withheld=False,
        id=id_,
        number=alert.label if alert.number else "",
        state=alert.state,
        severity=alert.severity,
        supplier_ref=alert.supplier_ref,
        supplier_name=alert.supplier_name,
        score=first.score,
        check_id=first.check_id,
        check_title=first.check_title,
        subject_name=first.subject_name,
        subject_role=first.subject_role,
        list_id=first.list_id,
        entry_id=first.entry_id,
        entry_name=first.entry_name,
        entry_url=first.entry_url,
        first_seen=first.first_seen,
        last_seen=alert.last_seen,
        found=alert.found,
        happened=[format_text(finding.happened) for finding in alert.findings if finding.happened],
        decided_by=where.decided_by,
        decided_at=where.decided_at,
        reason=where.reason,
        reopened=reopened_words(where.reopened),
        expires=where.expires,
    )


def _withhold_sources(every: Sequence[Alert], shown: Sequence[Alert]) -> list[FurtherSource]:
    """Return the ID and state of each source that is not shown."""
    ids = {one.id for one in shown}
    return [
        FurtherSource(alert=one.id, state=one.state, source=_RESTRICTED)
        for one in every
        if one.id not in ids
    ]


def _event_row(
    event: EventAlerts, titles: "_Titles", redact: "_Redaction | None", *, restricted: bool
) -> AlertRow:
    """Return the lead as it is shown, the state of the event, and its further sources: of the
    restricted ones, unless they were asked for, only the state.
    """
    shown = EventAlerts(tuple(one for one in event.alerts if restricted or not one.restricted))
    lead, *others = shown.alerts
    also = (
        *_describe_further_sources(others, titles, redact),
        *_withhold_sources(event.alerts, shown.alerts),
    )
    least = redact.alert(shown.least) if redact else shown.least
    row = alert_row(lead.id, redact.alert(lead) if redact else lead)
    stands = alert_row(lead.id, least)
    reopened = stands.reopened
    if event.differs:
        said = sorted({one.state for one in event.alerts}, key=rank_alert_state)
        reopened = f"the sources are decided differently: {in_words(said)}"
    elif event.new_source:
        new = [one.source for one in also if one.alert == event.least.id]
        reopened = f"another source: {(new or [lead.first.check_title])[0]}"
    return replace(
        row,
        state=event.state,
        severity=event.severity,
        decided_by=stands.decided_by,
        decided_at=stands.decided_at,
        reason=stands.reason,
        reopened=reopened,
        expires=stands.expires,
        also=also,
    )


# The titles of the lists of a run, by its id.
_Titles = Callable[[str], Mapping[str, str]]


def _cache_list_titles(workspace: Workspace) -> _Titles:
    """Of the runs themselves: which lists there are now is slow to find out."""

    @cache
    def of_run(run_id: str) -> Mapping[str, str]:
        run = workspace.runs.outline(run_id)
        return {one.list_id: one.title for one in run.lists} if run else {}

    return of_run


def _describe_further_sources(
    others: Iterable[Alert],
    titles: _Titles,
    redact: "_Redaction | None",
    joined: Mapping[EntryKey, str] = MappingProxyType({}),
    lead: Alert | None = None,
) -> tuple[FurtherSource, ...]:
    shown = ((one, redact.alert(one) if redact else one) for one in others)
    return tuple(
        FurtherSource(
            alert=one.id,
            number=one.label,
            state=one.state,
            source=source_words(told.first, titles(told.first.run_id)),
            joined=(by := joined.get((one.first.list_id, one.first.entry_id), "")),
            differs=_describe_difference(lead, told) if lead and by else "",
        )
        for one, told in shown
    )


def _describe_difference(lead: Alert, other: Alert) -> str:
    """Return how another entry of a party differs: `listed as Osper Ltd; another birth date`."""
    parts, first = [], other.first
    if first.entry_name.casefold() != lead.first.entry_name.casefold():
        parts.append(f"listed as {first.entry_name}")
    parts += [f"another {fact}" for fact in list_source_differences(lead, other)]
    if first.measures != lead.first.measures:
        parts.append(f"measures: {in_words(first.measures) or 'none given'}")
    return "; ".join(parts)


def _between_firms(alert: Alert) -> bool:
    """Return whether neither side of a possible match is, or may be, a person."""
    entry, parties = alert.compared.entry, alert.compared.parties
    return (entry is None or entry.kind in _FIRMS) and all(p.kind in _FIRMS for p in parties)


@dataclass
class _Redaction:
    """Puts alerts without people: their findings as they are in the redacted files of the run."""

    workspace: Workspace
    runs: dict[str, dict[tuple[str, ...], list[tuple[Finding, Finding]]]] = field(
        default_factory=dict
    )

    def alert(self, alert: Alert) -> Alert:
        where = alert.status
        if where.reopened:
            where = replace(where, reopened=where.reopened.without_people())
        # With the salt, the hash in the audit chain would show which note it is of.
        history = (
            replace(one, note=LEFT_OUT, salt="") if one.note else one for one in alert.history
        )
        findings = tuple(map(self._finding, alert.findings))
        return replace(alert, findings=findings, history=tuple(history), status=where)

    def _finding(self, finding: Finding) -> Finding:
        pairs = self._run(finding.run_id).get(finding.key, ())
        # It may come without birth dates, which not everybody may see.
        for stored, told in pairs:
            if stored == finding:
                return told
        for stored, told in pairs:
            if without_birth_dates(stored) == without_birth_dates(finding):
                return told
        raise StorageError(
            f"run {finding.run_id} does not have the finding of an alert",
            hint="Screen the supplier again.",
        )

    def _run(self, run_id: str) -> dict[tuple[str, ...], list[tuple[Finding, Finding]]]:
        if run_id not in self.runs:
            self.runs[run_id] = {}
            for stored, told in _pair_redacted_findings(self.workspace, run_id):
                self.runs[run_id].setdefault(stored.key, []).append((stored, told))
        return self.runs[run_id]


def _pair_redacted_findings(workspace: Workspace, run_id: str) -> Iterator[tuple[Finding, Finding]]:
    """Yield each finding of a run as it is stored, and with people as roles and numbers."""
    from duediligence.casework.disclosure import redact_run
    from duediligence.casework.runs_shown import people_known

    whole = workspace.runs.get(run_id)
    if whole is None:
        raise StorageError(f"run {run_id} no longer exists", hint="Screen the supplier again.")
    shown, _ = redact_run(whole, people_known(workspace, run_id), people=False, restricted=True)
    yield from zip(whole.findings, shown.findings, strict=False)
