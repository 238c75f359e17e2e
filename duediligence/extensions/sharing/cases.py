"""Partnership cases: open one, gather in it, say who acts by when, review and close it.

Titles, notes and what an action is are free text, which stays in the home; the audit chain has
numbers, references, codes and days.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from duediligence.casework.choices import code_of
from duediligence.casework.deciding import find as find_alert
from duediligence.casework.owners import ME, account_of
from duediligence.casework.paths_shown import party_near
from duediligence.errors import Conflict, Hint, Invalid, NotFound, Step
from duediligence.extensions.sharing import agreements, intelligence
from duediligence.extensions.sharing.model.cases import (
    CLOSE_REASONS,
    OUTCOMES,
    ActionOutcome,
    CaseAction,
    CaseItem,
    Closing,
    PartnershipCase,
)
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.law.powers import AGENCIES
from duediligence.law.victims import VICTIM_SIGNS
from duediligence.model.audit import AuditValue
from duediligence.render.wording import fold
from duediligence.screening.access import find_refusal, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace

REVIEW_DAYS = 28
"""Days after which a new case is reviewed, where no day is given."""
_LONGEST_LINE = 300
_LONGEST_NOTES = 10_000
_MOST_ITEMS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItems:
    """What a case is to gather: references of suppliers, IDs of alerts, and paths.

    A path leads from a supplier (its reference) to another (its reference), or to a party that is
    near it in the network (words of its name). `reports` are numbers of reports of intelligence.
    """

    suppliers: Sequence[str] = ()
    alerts: Sequence[str] = ()
    paths: Sequence[tuple[str, str]] = ()
    reports: Sequence[int] = ()


def find_case(workspace: Workspace, number: int) -> PartnershipCase:
    """Return the case of that number. Raises NotFound and StorageError."""
    found = workspace.casework.repository(CaseStore).get(number)
    if found is None:
        raise NotFound(
            f"Unknown case {number}", hint=Hint("See those there are: ", Step("list-cases"))
        )
    return found


@use_case("work on cases", event="case")
def new(
    workspace: Workspace,
    *,
    title: str,
    notes: str = "",
    lead: str = ME,
    review_on: date | None = None,
    agreement: str = "",
) -> PartnershipCase:
    """Open a case, which `lead` leads (an account or `me`). It is reviewed in 28 days unless
    `review_on` says when. `agreement` is the reference of the one under which partners may be given
    papers of it.

    Raises Invalid for a title that is empty or too long and for a review day that has passed,
    NotFound for an unknown account or agreement, StorageError.
    """
    today = workspace.now().date()
    due = review_on or today + timedelta(days=REVIEW_DAYS)
    case = PartnershipCase(
        title=_parse_case_line("title", title),
        notes=_parse_case_notes(notes),
        lead=account_of(workspace, lead),
        opened_by=workspace.who,
        opened_at=workspace.now(),
        review_on=_still_to_come(due, today),
        agreement=_find_case_agreement(workspace, agreement),
    )
    return workspace.casework.repository(CaseStore).open(case, workspace.now())


@use_case("work on cases", event="case")
def edit(
    workspace: Workspace,
    number: int,
    *,
    title: str | None = None,
    notes: str | None = None,
    lead: str | None = None,
    agreement: str | None = None,
) -> PartnershipCase:
    """Change the title, the notes, the lead or the agreement; None leaves it as it is. Raises as
    `new`; Conflict for a case that is closed.
    """
    old = _open(workspace, number)
    case = replace(
        old,
        title=old.title if title is None else _parse_case_line("title", title),
        notes=old.notes if notes is None else _parse_case_notes(notes),
        lead=old.lead if lead is None else account_of(workspace, lead),
        agreement=old.agreement
        if agreement is None
        else _find_case_agreement(workspace, agreement),
    )
    changed = tuple(
        name
        for name in ("title", "notes", "lead", "agreement")
        if getattr(case, name) != getattr(old, name)
    )
    if changed:
        what: dict[str, AuditValue] = {"act": "changed", "changed": changed}
        if case.agreement != old.agreement:
            what["agreement"] = case.agreement
        _change_case(workspace, case, what)
    return case


@use_case("work on cases", event="case")
def add(workspace: Workspace, number: int, wanted: NewItems) -> tuple[CaseItem, ...]:
    """Gather suppliers, alerts, paths and reports in a case; what it has already is left as it is.

    Raises NotFound for what is not there, Invalid for an ID or a name that is several, Forbidden
    for reports where the role does not cover them, Conflict where nothing is new or the case is
    closed, StorageError.
    """
    with workspace.casework.transaction():
        _open(workspace, number)
        held = workspace.casework.repository(CaseStore).items(number)
        known = {_derive_item_key(one) for one in held}
        items = {_derive_item_key(one): one for one in _build_case_items(workspace, number, wanted)}
        added = [one for key, one in items.items() if key not in known]
        if not items:
            raise Invalid("Nothing to add is given", field="supplier")
        if not added:
            raise Conflict(f"Case {number} has that already")
        if len(held) + len(added) > _MOST_ITEMS:
            raise Conflict(
                f"A case holds at most {_MOST_ITEMS} suppliers, alerts, paths and reports",
                hint="Open another case for some of them.",
            )
        return workspace.casework.repository(CaseStore).add_items(added, workspace.now())


@use_case("work on cases", event="case")
def remove(workspace: Workspace, number: int, position: int) -> CaseItem:
    """Take an item out of a case, by its number there. Raises NotFound, also for a report of
    intelligence where the role does not cover it, Conflict where the case is closed, StorageError.
    """
    with workspace.casework.transaction():
        _open(workspace, number)
        for item in workspace.casework.repository(CaseStore).items(number):
            if item.position == position and _may_see(workspace, item):
                workspace.casework.repository(CaseStore).remove_item(item, workspace.now())
                return item
    raise NotFound(
        f"Case {number} has no item {position}",
        hint=Hint("See what it holds: ", Step("show-case", case=str(number))),
    )


@use_case("work on cases", event="case")
def add_action(
    workspace: Workspace,
    number: int,
    *,
    what: str,
    agency: str,
    owner: str = "",
    power: str = "",
    due: date | None = None,
    supplier: str = "",
) -> CaseAction:
    """Say who is to do what, under which power and by when: `agency` and `power` are codes of
    `law.powers`, an empty `power` is that of the agency itself. `owner` is an account, `me`, or a
    role at the agency. `supplier` is a reference, empty for several or none.

    Raises Invalid for an unknown agency or power and for a day that has passed, NotFound for an
    unknown supplier, Conflict where the case is closed, StorageError.
    """
    today = workspace.now().date()
    with workspace.casework.transaction():
        _open(workspace, number)
        agency = _parse_agency("agency", agency)
        action = CaseAction(
            case=number,
            what=_parse_case_line("what", what),
            agency=agency,
            owner=_parse_action_owner(workspace, owner),
            power=_parse_agency("power", power) if power.strip() else agency,
            supplier_ref=_require_supplier_ref(workspace, supplier) if supplier.strip() else "",
            due=_still_to_come(due, today, field="due") if due else None,
            added_by=workspace.who,
            added_at=workspace.now(),
        )
        return workspace.casework.repository(CaseStore).add_action(action, workspace.now())


@use_case("work on cases", event="case")
def record_outcome(
    workspace: Workspace, number: int, position: int, code: str, line: str = ""
) -> CaseAction:
    """Record what came of an action; the newest outcome counts. Raises Invalid for an unknown code,
    NotFound, Conflict where the case is closed, StorageError.
    """
    known = code_of("outcome", code, tuple(OUTCOMES))
    with workspace.casework.transaction():
        _open(workspace, number)
        actions = workspace.casework.repository(CaseStore).actions(number)
        action = next((one for one in actions if one.position == position), None)
        if action is None:
            raise NotFound(
                f"Case {number} has no action {position}",
                hint=Hint("See its actions: ", Step("show-case", case=str(number))),
            )
        outcome = ActionOutcome(
            code=known,
            on=workspace.now().date(),
            by=workspace.who,
            line=_parse_case_line("line", line) if line.strip() else "",
        )
        changed = replace(action, outcome=outcome)
        what: dict[str, AuditValue] = {"act": "outcome", "outcome": known}
        workspace.casework.repository(CaseStore).change_action(changed, what, workspace.now())
        return changed


@use_case("work on cases", event="case")
def review(workspace: Workspace, number: int, next_on: date) -> PartnershipCase:
    """Record that a case was reviewed today, and when it is reviewed next. Raises Invalid for a day
    that has passed, NotFound, Conflict where the case is closed, StorageError.
    """
    case = replace(
        _open(workspace, number), review_on=_still_to_come(next_on, workspace.now().date())
    )
    return _change_case(workspace, case, {"act": "reviewed", "review": next_on.isoformat()})


@use_case("work on cases", event="case")
def sign(workspace: Workspace, number: int, which: str, *, present: bool = True) -> PartnershipCase:
    """Record that a person sees a sign of victims in a case, or no longer (`present` False).

    Raises Invalid for an unknown sign, NotFound, Conflict where the case is closed, StorageError.
    """
    known = code_of("sign", which, tuple(VICTIM_SIGNS))
    old = _open(workspace, number)
    kept = {one for one in old.signs if one != known} | ({known} if present else set())
    case = replace(old, signs=tuple(one for one in VICTIM_SIGNS if one in kept))
    act = "sign set" if present else "sign removed"
    return _change_case(workspace, case, {"act": act, "sign": known})


@use_case("work on cases", event="case")
def close(workspace: Workspace, number: int, reason: str, note: str = "") -> PartnershipCase:
    """Close a case. Raises Invalid for an unknown reason, Conflict where an action has no outcome
    or the case is closed already, NotFound, StorageError.
    """
    known = code_of("reason", reason, tuple(CLOSE_REASONS))
    with workspace.casework.transaction():
        old = _open(workspace, number)
        waiting = [
            one
            for one in workspace.casework.repository(CaseStore).actions(number)
            if not one.outcome
        ]
        if waiting:
            numbers = ", ".join(str(one.position) for one in waiting)
            raise Conflict(
                f"Case {number} has actions without an outcome: {numbers}",
                hint="Record what came of each; where nothing was done, that is an outcome too "
                "(not-done).",
            )
        closing = Closing(
            on=workspace.now().date(), by=workspace.who, reason=known, note=_parse_case_notes(note)
        )
        case = replace(old, closed=closing)
        return _change_case(workspace, case, {"act": "closed", "reason": known})


@use_case("work on cases", event="case")
def reopen(workspace: Workspace, number: int) -> PartnershipCase:
    """Open a closed case again, for review in 28 days. Raises NotFound, Conflict where it is open,
    StorageError.
    """
    old = find_case(workspace, number)
    if old.closed is None:
        raise Conflict(f"Case {number} is open already")
    review_on = workspace.now().date() + timedelta(days=REVIEW_DAYS)
    case = replace(old, closed=None, review_on=review_on)
    return _change_case(workspace, case, {"act": "reopened", "review": review_on.isoformat()})


def _change_case(
    workspace: Workspace, case: PartnershipCase, what: Mapping[str, AuditValue]
) -> PartnershipCase:
    workspace.casework.repository(CaseStore).change(case, what, workspace.now())
    return case


def _open(workspace: Workspace, number: int) -> PartnershipCase:
    case = find_case(workspace, number)
    if case.closed:
        raise Conflict(
            f"Case {number} was closed on {case.closed.on.isoformat()}",
            hint=Hint("To go on with it: ", Step("reopen-case", case=str(number))),
        )
    return case


def _derive_item_key(item: CaseItem) -> tuple[str, str, str, str]:
    return item.kind, item.supplier_ref, item.other_ref, item.reference


def _build_case_items(workspace: Workspace, number: int, wanted: NewItems) -> Iterator[CaseItem]:
    """Refuse reports that the account may not see: it may not learn that there is one."""
    item = partial(CaseItem, case=number, added_by=workspace.who, added_at=workspace.now())
    for asked in wanted.suppliers:
        yield item(kind="supplier", supplier_ref=_require_supplier_ref(workspace, asked))
    for id_ in wanted.alerts:
        alert = find_alert(workspace, id_)
        yield item(kind="alert", supplier_ref=alert.supplier_ref, reference=alert.id)
    for asked, to in wanted.paths:
        ref = _require_supplier_ref(workspace, asked)
        other = _find_supplier_ref(workspace, to)
        node = None if other else party_near(workspace, ref, to)
        other = other or (node.supplier_ref if node else "")
        if other == ref:
            raise Invalid("A path leads from one supplier to another or to a party", field="to")
        yield item(
            kind="path",
            supplier_ref=ref,
            other_ref=other,
            reference="" if other or node is None else node.id,
        )
    if wanted.reports:
        intelligence.check_role(workspace)
    for one in wanted.reports:
        if workspace.casework.repository(IntelligenceStore).get(one) is None:
            raise NotFound(
                f"Unknown report {one}",
                hint=Hint("See those there are: ", Step("list-intelligence")),
            )
        yield item(kind="intelligence", reference=str(one))


def _may_see(workspace: Workspace, item: CaseItem) -> bool:
    return item.kind != "intelligence" or not find_refusal(workspace, "handle intelligence")


def _find_supplier_ref(workspace: Workspace, asked: str) -> str:
    """Return the supplier of that reference, which it may have been merged into; empty for none."""
    ref = asked.strip()
    found = workspace.suppliers.get(workspace.suppliers.merged().get(ref, ref))
    return found.ref if found else ""


def _require_supplier_ref(workspace: Workspace, asked: str) -> str:
    return supplier_of(workspace, asked.strip()).ref


def _parse_agency(field: str, asked: str) -> str:
    code = asked.strip().casefold().replace("-", "_")
    if code in AGENCIES:
        return code
    raise Invalid(
        f"Unknown {field} {asked!r}",
        field=field,
        hint=f"Valid: {', '.join(one.replace('_', '-') for one in AGENCIES)}.",
    )


def _parse_action_owner(workspace: Workspace, asked: str) -> str:
    """Return an account here, or a role at a partner: never checked against the accounts."""
    return workspace.who if asked.strip() == ME else _parse_case_line("owner", asked, least=0)


def _find_case_agreement(workspace: Workspace, reference: str) -> str:
    return agreements.find(workspace, reference.strip()).terms.reference if reference else ""


def _still_to_come(on: date, today: date, *, field: str = "review") -> date:
    if on < today:
        raise Invalid(f"{on.isoformat()} has passed", field=field, hint="Give a day to come.")
    return on


def _parse_case_line(field: str, text: str, *, least: int = 1) -> str:
    line = fold(text)
    if not least <= len(line) <= _LONGEST_LINE:
        raise Invalid(f"{field} takes a line of {least} to {_LONGEST_LINE} characters", field=field)
    return line


def _parse_case_notes(text: str) -> str:
    notes = text.strip()
    if len(notes) > _LONGEST_NOTES:
        raise Invalid(f"notes take at most {_LONGEST_NOTES:,} characters", field="notes")
    return notes
