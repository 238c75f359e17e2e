"""Partnership cases as one person may see them: the list of cases, and one at length.

Alerts are shown by the rules of `casework.showing`, paths by those of `casework.networks_shown`: a
restricted record only where it is asked for, which is recorded, and without it no sign that rests
on one. Reports of intelligence are shown to their role alone, and to others counted. Where people
are left out, so are notes, and each line that may name somebody.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from duediligence.casework import alert_words, disclosure
from duediligence.casework.deciding import find as find_alert
from duediligence.casework.disclosure import TITLES
from duediligence.casework.networks_shown import NetworkCache, for_a_file
from duediligence.casework.paths_shown import PathEnds, paths_between
from duediligence.casework.runs_shown import people_known
from duediligence.casework.showing import (
    LEFT_OUT,
    AlertRow,
    AlertView,
    People,
    alert_for,
    withheld_row,
)
from duediligence.errors import NotFound
from duediligence.extensions.sharing import intelligence, request_log, request_words
from duediligence.extensions.sharing.cases import find_case
from duediligence.extensions.sharing.intelligence import ReportShown
from duediligence.extensions.sharing.model.cases import (
    CLOSE_REASONS,
    OUTCOMES,
    CaseAction,
    CaseItem,
    PartnershipCase,
)
from duediligence.extensions.sharing.request_log import RequestShown
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore, find_reports_about
from duediligence.extensions.sharing.victims_first import HelpFirst, help_first
from duediligence.law.powers import AGENCIES
from duediligence.law.victims import VictimSign, signs_of_crimes, victim_signs
from duediligence.matching.names.parties import is_known_of_people
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.network_words import path_words
from duediligence.render.wording import day
from duediligence.screening.access import find_refusal, permit, use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold
from duediligence.text.wording import count, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case of the list. `suppliers` are references; `waiting` actions have no outcome yet, of
    them `overdue` were to be done before today. `review_overdue`: an open one was to be reviewed.
    """

    number: int
    title: str
    lead: str
    state: str
    is_open: bool
    review_on: date | None
    review_overdue: bool
    suppliers: tuple[str, ...]
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupplier:
    """A supplier that the case is about: `item` is its number in the case, 0 where it is there with
    an alert or a path alone. `unknown` says what is not known of it; empty for nothing.
    """

    item: int
    ref: str
    name: str
    unknown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredAlert:
    """An alert that the case gathers: `row` is None where there is no such alert any more, and an
    `AlertView` unless it is withheld.
    """

    item: int
    row: AlertRow | None

    @property
    def view(self) -> AlertView | None:
        """Return the alert at length, where it may be shown."""
        return self.row if isinstance(self.row, AlertView) else None

    @property
    def words(self) -> str:
        """Return the alert in a line."""
        if self.row is None:
            return "No such alert any more"
        if self.view is None:
            return f"{self.row.label}: rests on a restricted record, {self.row.state}"
        return (
            f"{self.row.label}: {alert_words.point(self.row)}, "
            f"{alert_words.format_alert_state(self.row)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePath:
    """A path that the case gathers, as the network has it today: each way in a line; none where the
    two are not joined any more.
    """

    item: int
    supplier_ref: str
    to: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """A report of intelligence that the case gathers, as its role sees it. `report` is None where
    its text is not asked for, or where it is not `kept` any more.
    """

    item: int
    number: str
    kept: bool
    report: ReportShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequest:
    """A request to a partner, or of one, that belongs to the case: where it stands, in a line."""

    number: int
    agreement: str
    words: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAction:
    """An action in words. `outcome` is empty while nothing has come of it."""

    number: int
    what: str
    agency: str
    owner: str
    power: str
    acts: str
    supplier_ref: str
    due: date | None
    overdue: bool
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case at length. `help` stands before all else, where there are signs of victims.

    `network` is of all paths together. `reports` are there for whoever has the role, on the screen
    alone; `restricted` says how many may concern the case, empty for none. `missing` says in
    sentences what is not known, not shown or not arranged.
    """

    number: int
    title: str
    help: HelpFirst | None
    notes: str
    lead: str
    state: str
    opened_on: date
    review_on: date | None
    review_overdue: bool
    agreement: str
    signs_set: tuple[VictimSign, ...]
    suppliers: tuple[CaseSupplier, ...]
    alerts: tuple[GatheredAlert, ...]
    paths: tuple[CasePath, ...]
    network: Neighbourhood
    reports: tuple[CaseReport, ...]
    restricted: str
    requests: tuple[CaseRequest, ...]
    actions: tuple[ShownAction, ...]
    missing: tuple[str, ...]
    is_open: bool

    @property
    def withheld(self) -> int:
        """Return how many alerts rest on a restricted record and are not shown."""
        return _count_withheld(self.alerts)


def _count_withheld(alerts: Sequence[GatheredAlert]) -> int:
    return sum(one.row is not None and one.row.withheld for one in alerts)


@use_case("read")
def cases_for(
    workspace: Workspace,
    *,
    closed: bool = False,
    text: str = "",
    people: People = "on screen",
) -> tuple[CaseRow, ...]:
    """Return the open cases, with `closed` the others too, by number; with `text` those whose
    title, notes or actions have all its words. Raises Forbidden, StorageError.

    Where people are redacted, titles are left out: they are free text. Only who may work on cases
    sees any.
    """
    _check_case_permission(workspace)
    if people == "exported":
        _record_people(workspace, 0)
    store = workspace.casework.repository(CaseStore)
    items, actions = store.items(), store.actions()
    wanted, found = set(fold(text).split()), []
    for case in store.all():
        own = [one for one in actions if one.case == case.number]
        if (closed or not case.closed) and wanted <= _list_case_words(case, own):
            held = [one for one in items if one.case == case.number]
            found.append(_build_case_row(workspace, case, held, own, people))
    return tuple(found)


@use_case("read")
def case_row(workspace: Workspace, number: int) -> CaseRow:
    """Return one case in brief. Raises NotFound, Forbidden for who may not work on cases,
    StorageError.
    """
    _check_case_permission(workspace)
    case, store = find_case(workspace, number), workspace.casework.repository(CaseStore)
    return _build_case_row(workspace, case, store.items(number), store.actions(number), "on screen")


def _check_case_permission(workspace: Workspace) -> None:
    """Raise Forbidden unless whoever works here may work on cases. Looking is not recorded."""
    if refused := find_refusal(workspace, "work on cases"):
        raise refused


def _build_case_row(
    workspace: Workspace,
    case: PartnershipCase,
    items: Sequence[CaseItem],
    actions: Sequence[CaseAction],
    people: People,
) -> CaseRow:
    today = workspace.now().date()
    return CaseRow(
        number=case.number,
        title=LEFT_OUT if people == "redacted" else case.title,
        lead=case.lead,
        state=_describe_case_state(case),
        is_open=case.closed is None,
        review_on=case.review_on,
        review_overdue=_review_overdue(case, today),
        suppliers=_list_case_refs(items, workspace.suppliers.merged()),
        waiting=sum(one.outcome is None for one in actions),
        overdue=sum(one.overdue(today) for one in actions),
    )


@use_case("read")
def case_for(
    workspace: Workspace,
    number: int,
    *,
    restricted: bool = False,
    people: People = "on screen",
    for_file: bool = False,
    report_texts: bool = True,
    cache: NetworkCache | None = None,
) -> CaseView:
    """Return one case. `for_file`: as a file may have it, without reports of intelligence, and
    without the suppliers that it is about by a restricted alert alone, which is not shown.
    `report_texts`: with the text of each report, for its role; that it was seen is recorded.

    Raises NotFound, Forbidden for who may not work on cases, or not export where people are to be
    exported, StorageError.
    """
    _check_case_permission(workspace)
    case, store, today = (
        find_case(workspace, number),
        workspace.casework.repository(CaseStore),
        workspace.now().date(),
    )
    items, actions = store.items(number), store.actions(number)
    if people == "exported":
        _record_people(workspace, number)
    named: People = "redacted" if people == "redacted" else "on screen"
    shown = [
        _gather_case_alert(workspace, one, restricted=restricted, people=named)
        for one in items
        if one.kind == "alert"
    ]
    alerts = tuple(one for one, _ in shown)
    secret = {one.item for one in alerts if one.row and one.row.withheld} if for_file else ()
    known = [one for one in items if one.position not in secret]
    refs = _list_case_refs(known, workspace.suppliers.merged())
    suppliers = _build_case_suppliers(workspace, items, refs)
    names = _list_people_names(workspace, refs) if people == "redacted" else ()
    of_suppliers = {word for one in suppliers for word in fold(one.name).split()}

    def line(text: str) -> str:
        redact = people == "redacted" and may_name(text, names, of_suppliers)
        return LEFT_OUT if redact else text

    paths, network = _build_case_paths(
        workspace, items, people=people, restricted=restricted, cache=cache
    )
    on_screen = not for_file and people == "on screen"
    gathered, of_reports = _list_case_reports(workspace, items, shown=on_screen, texts=report_texts)
    shown_actions = tuple(_build_case_action(one, today, line(one.what), line) for one in actions)
    return CaseView(
        number=number,
        title=line(case.title),
        help=help_first(workspace, _group_victim_signs(case, shown, of_reports)),
        notes=LEFT_OUT if people == "redacted" and case.notes else case.notes,
        lead=case.lead,
        state=_describe_case_state(case, line),
        opened_on=case.opened_at.date(),
        review_on=case.review_on,
        review_overdue=_review_overdue(case, today),
        agreement=case.agreement,
        signs_set=case.signs,
        suppliers=suppliers,
        alerts=alerts,
        paths=paths,
        network=network,
        reports=gathered,
        restricted=_describe_report_count(workspace, items, refs),
        requests=_list_case_requests(workspace, number),
        actions=shown_actions,
        missing=tuple(_list_case_gaps(workspace, case, suppliers, alerts, paths, actions)),
        is_open=case.closed is None,
    )


def _record_people(workspace: Workspace, number: int) -> None:
    """Record that people are named in what leaves the screen. Raises Forbidden, StorageError."""
    permit(workspace, "export")
    what: dict[str, AuditValue] = {"people": "included", "file": "standard output", "case": number}
    workspace.audit.add(AuditEvent("export", workspace.now(), workspace.who, what, subject="case"))


def _list_case_words(case: PartnershipCase, actions: Sequence[CaseAction]) -> set[str]:
    closing = case.closed.note if case.closed else ""
    texts = [case.title, case.notes, closing]
    texts += [text for one in actions for text in (one.what, one.owner, _line_of(one))]
    return set(fold(" ".join(texts)).split())


def _line_of(action: CaseAction) -> str:
    return action.outcome.line if action.outcome else ""


def _list_case_refs(items: Sequence[CaseItem], merged: Mapping[str, str]) -> tuple[str, ...]:
    """Return the suppliers that a case is about, by the reference under which each is held now."""
    every = (ref for one in items for ref in (one.supplier_ref, one.other_ref) if ref)
    return tuple(dict.fromkeys(merged.get(ref, ref) for ref in every))


def _describe_case_state(case: PartnershipCase, line: Callable[[str], str] | None = None) -> str:
    """Return `open`, or when and why it was closed; the note of that as `line` gives it, or not."""
    if case.closed is None:
        return "open"
    note = f" ({line(case.closed.note)})" if line and case.closed.note else ""
    return f"closed on {day(case.closed.on)}: {CLOSE_REASONS[case.closed.reason]}{note}"


def _review_overdue(case: PartnershipCase, today: date) -> bool:
    return case.closed is None and case.review_on is not None and case.review_on < today


def _gather_case_alert(
    workspace: Workspace, item: CaseItem, *, restricted: bool, people: People
) -> tuple[GatheredAlert, tuple[VictimSign, ...]]:
    """Return an alert as it may be shown, and the signs of victims in it."""
    try:
        alert = find_alert(workspace, item.reference)
    except NotFound:
        return GatheredAlert(item=item.position, row=None), ()
    if alert.restricted and not restricted:
        return GatheredAlert(item=item.position, row=withheld_row(workspace, alert)), ()
    view = alert_for(workspace, alert.id, restricted=restricted, people=people)
    signs = () if view.state == "not the same" else victim_signs(alert.findings)
    return GatheredAlert(item=item.position, row=view), signs


def _list_case_reports(
    workspace: Workspace, items: Sequence[CaseItem], *, shown: bool, texts: bool
) -> tuple[tuple[CaseReport, ...], list[tuple[str, tuple[VictimSign, ...]]]]:
    """Return the reports that the case gathers, and the signs of victims in each: nothing unless
    they are to be `shown` and the role covers them. Each text that is seen is recorded.
    """
    own = [one for one in items if one.kind == "intelligence"]
    if not own or not shown or find_refusal(workspace, "handle intelligence"):
        return (), []
    store = workspace.casework.repository(IntelligenceStore)
    kept = {one.reference: store.get(int(one.reference)) for one in own}
    wanted = [int(one) for one in kept] if texts else []
    found = {str(one.line.number): one for one in intelligence.reports_for(workspace, wanted)}
    gathered = tuple(
        CaseReport(
            item=one.position,
            number=one.reference,
            kept=kept[one.reference] is not None,
            report=found.get(one.reference),
        )
        for one in own
    )
    signs = [(f"report {n}", signs_of_crimes(one.crime_types)) for n, one in kept.items() if one]
    return gathered, signs


def _list_case_requests(workspace: Workspace, number: int) -> tuple[CaseRequest, ...]:
    """Return the requests that name the case, without their purposes: those are free text."""
    return tuple(
        CaseRequest(
            number=one.request.number,
            agreement=one.request.agreement,
            words=f"Request {one.request.number}: {_describe_case_request(one)}",
            overdue=one.overdue,
        )
        for one in request_log.requests(workspace, people=False)
        if one.request.case == number
    )


def _describe_case_request(one: RequestShown) -> str:
    asked = "asked of" if one.request.direction == "asked" else "asked by"
    due = f"due by {day(one.request.due_on)}{', overdue' if one.overdue else ''}"
    answer = request_words.answer_words(one.request)
    about = request_words.party_words(one.request)
    state = answer or (due if one.state == "open" else one.state)
    return f"{asked} {one.partner or 'a partner'} about {about}: {state}"


def _describe_report_count(
    workspace: Workspace, items: Sequence[CaseItem], refs: Sequence[str]
) -> str:
    """Return how many reports the case gathers or may concern its suppliers, each once, in a
    line.
    """
    store = workspace.casework.repository(IntelligenceStore)
    gathered = {int(one.reference) for one in items if one.kind == "intelligence"}
    numbers = {one for one in gathered if store.get(one)}
    numbers |= find_reports_about(workspace.casework, disclosure.add_merged(workspace, refs))
    return disclosure.format_restricted_reports(len(numbers))


def _group_victim_signs(
    case: PartnershipCase,
    alerts: Sequence[tuple[GatheredAlert, tuple[VictimSign, ...]]],
    reports: Sequence[tuple[str, tuple[VictimSign, ...]]],
) -> dict[VictimSign, list[str]]:
    """Return where each sign stands."""
    found: dict[VictimSign, list[str]] = {}
    for where, signs in reports:
        for sign in signs:
            found.setdefault(sign, []).append(where)
    for one, signs in alerts:
        for sign in signs:
            found.setdefault(sign, []).append(f"alert {one.row.label}" if one.row else "")
    for sign in case.signs:
        found.setdefault(sign, []).append("set by a person")
    return found


def _list_people_names(workspace: Workspace, refs: Sequence[str]) -> Sequence[frozenset[str]]:
    """Return the words of the name of each person behind these suppliers, as last compared."""
    runs = workspace.screened.newest_of(refs)
    names = [
        name
        for run_id in set(runs.values())
        for ref, behind in people_known(workspace, run_id).items()
        if ref in refs
        for person in behind.people
        for name in person.names
    ]
    held = (workspace.suppliers.get(ref) for ref in refs)
    names += [person.name for one in held if one for person in one.people]
    return list(dict.fromkeys(frozenset(fold(name).split()) - TITLES for name in names))


# A word, and the one after it where only blanks are between.
_PAIR = re.compile(r"(?=\b(?P<one>[^\W\d_][\w'’-]*)\.?\s+(?P<after>[^\W\d_][\w'’-]*))")
_CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][\w'’-]{2,}")


def may_name(
    text: str, names: Collection[frozenset[str]], shown: Collection[str] = frozenset()
) -> bool:
    """Return whether a line may name a person.

    It does with two words of the name of one of these people, or one that is capitalised, but for
    words that are `shown` anyway; and, of anybody, with a capitalised word after a title or a word
    known to be one of people's names.
    """
    words = fold(text).split()
    if any(len(name.intersection(words)) >= min(2, len(name)) for name in names if name):
        return True
    known = frozenset[str]().union(*names).difference(shown)
    capitalised = {word for found in _CAPITALISED.findall(text) for word in fold(found).split()}
    return not known.isdisjoint(capitalised) or any(
        found["after"][0].isupper() and _goes_before_a_name(found["one"])
        for found in _PAIR.finditer(text)
    )


def _goes_before_a_name(word: str) -> bool:
    return fold(word) in TITLES or (word[0].isupper() and is_known_of_people(word))


def _build_case_paths(
    workspace: Workspace,
    items: Sequence[CaseItem],
    *,
    people: People,
    restricted: bool,
    cache: NetworkCache | None,
) -> tuple[tuple[CasePath, ...], Neighbourhood]:
    own = [one for one in items if one.kind == "path"]
    ends = [
        PathEnds(ref=one.supplier_ref, other_ref=one.other_ref, node_id=one.reference)
        for one in own
    ]
    view = paths_between(
        workspace, ends, people=people != "redacted", restricted=restricted, cache=cache
    )
    left, found = list(view.around.paths), []
    for item, number in zip(own, view.found, strict=True):
        some, left = left[:number], left[number:]
        words = [path_words(one) for one in some]
        found.append(
            CasePath(
                item=item.position,
                supplier_ref=item.supplier_ref,
                to=item.other_ref or (some[0].nodes[-1].label if some else "a party"),
                ways=tuple(f"{one.title}: {' '.join((*one.steps, *one.marks))}" for one in words),
            )
        )
    # Ids of nodes are made of names: what leaves the screen has numbers.
    around = for_a_file(view.around) if people == "exported" else view.around
    return tuple(found), around


def _build_case_suppliers(
    workspace: Workspace, items: Sequence[CaseItem], refs: Sequence[str]
) -> tuple[CaseSupplier, ...]:
    merged, today = workspace.suppliers.merged(), workspace.now().date()
    placed = {
        merged.get(one.supplier_ref, one.supplier_ref): one.position
        for one in items
        if one.kind == "supplier"
    }
    newest = workspace.screened.newest_of(refs)
    incomplete = workspace.screened.incomplete(newest)
    found = []
    for ref in refs:
        supplier = workspace.suppliers.get(ref)
        unknown = [] if ref in newest else ["never screened: nothing is known of it"]
        if ref in incomplete:
            unknown.append("at its last screening something could not be checked")
        if supplier is None:
            unknown.append("it is no longer among the suppliers")
        elif supplier.ended and supplier.ended <= today:
            unknown.append(f"ended on {day(supplier.ended)}: it is no longer screened")
        found.append(
            CaseSupplier(
                item=placed.get(ref, 0),
                ref=ref,
                name=supplier.name if supplier else ref,
                unknown="; ".join(unknown),
            )
        )
    return tuple(found)


def _build_case_action(
    action: CaseAction, today: date, what: str, line: Callable[[str], str]
) -> ShownAction:
    outcome = action.outcome
    said = ""
    if outcome:
        told = f": {line(outcome.line)}" if outcome.line else ""
        said = f"{OUTCOMES[outcome.code]}, {day(outcome.on)}{told}"
    power = AGENCIES.get(action.power)
    agency = AGENCIES.get(action.agency)
    return ShownAction(
        number=action.position,
        what=what,
        agency=agency.title if agency else action.agency,
        owner=line(action.owner),
        power=power.title if power else action.power,
        acts="; ".join(power.acts) if power else "",
        supplier_ref=action.supplier_ref,
        due=action.due,
        overdue=action.overdue(today),
        outcome=said,
    )


def _list_case_gaps(
    workspace: Workspace,
    case: PartnershipCase,
    suppliers: Sequence[CaseSupplier],
    alerts: Sequence[GatheredAlert],
    paths: Sequence[CasePath],
    actions: Sequence[CaseAction],
) -> Iterator[str]:
    """Yield what a reader must not take for known, or for arranged."""
    if not suppliers:
        yield "The case holds no supplier, alert or path."
    for one in suppliers:
        if one.unknown:
            yield f"{one.name} ({one.ref}): {one.unknown}."
    if withheld := _count_withheld(alerts):
        rest = "rests on a restricted record" if withheld == 1 else "rest on restricted records"
        yield (
            f"{count(withheld, 'alert')} not shown, which {rest}: there may be signs of victims "
            "there."
        )
    if gone := [str(one.item) for one in alerts if one.row is None]:
        yield f"Alerts that there are no longer: item {listed(gone)}."
    if waiting := sum(one.row is not None and one.row.state == "open" for one in alerts):
        yield f"{count(waiting, 'alert')} not decided yet: a possible match is a question."
    if lost := [str(one.item) for one in paths if not one.ways]:
        yield f"Paths that the network does not have today: item {listed(lost)}."
    if not actions:
        yield "No action is agreed."
    for what, some in (
        ("owner", [one for one in actions if not one.owner and not one.outcome]),
        ("due date", [one for one in actions if not one.due and not one.outcome]),
    ):
        if some:
            yield f"Actions without {what}: {listed([str(one.position) for one in some])}."
    if not case.agreement:
        yield "No agreement is named under which partners may be given papers of this case."
    elif agreement := workspace.casework.repository(AgreementStore).get(case.agreement):
        if why := agreement.why_not_in_force(workspace.now().date()):
            yield f"Agreement {case.agreement} is not in force: it {why}."
        elif "case papers" not in agreement.terms.shares:
            yield f"Agreement {case.agreement} does not allow case papers."
    else:
        yield f"There is no agreement {case.agreement} any more."
