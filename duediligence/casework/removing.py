"""Suppliers removed for good: the rules that allow it, what goes, and its traces elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from duediligence.casework.extension_records import (
    list_extension_records,
    refuse_without_extensions,
)
from duediligence.casework.retention import (
    clear_lookups,
    remove_answers,
)
from duediligence.casework.retention_rules import RetentionRule, rules
from duediligence.errors import Conflict, Hint, Invalid, NotFound, Step, StorageError
from duediligence.model.alerts import alert_id
from duediligence.model.audit import AuditRecord
from duediligence.screening.access import use_case
from duediligence.screening.alerts.projection import current, rebuild_alerts
from duediligence.screening.clock import refuse_removal_in_doubt
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.erasure import Erased
from duediligence.store.copies import RecordedRemoval, list_copies
from duediligence.text.dates import long_date
from duediligence.text.wording import listed

NEVER, OVER, UPHELD = "never-a-supplier", "duty-over", "erasure-upheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What is removed, or in a dry run would be.

    `names` are the suppliers' by reference, empty for one that is in no list of suppliers. `rows`
    counts by table of `casework.db`; `alerts`, `decisions`, `screenings` (that lose something),
    `contents` (suppliers, dossiers and entries as they were compared), `digests` (whose whole text
    goes), `answers` (of Companies House) and `copies` (in the home, which go within a week) by
    themselves. `before` is when they were removed already: then only traces elsewhere go.
    """

    refs: tuple[str, ...]
    names: Mapping[str, str]
    rule: RetentionRule
    rows: Mapping[str, int]
    alerts: int = 0
    decisions: int = 0
    screenings: int = 0
    contents: int = 0
    digests: int = 0
    answers: int = 0
    copies: int = 0
    before: datetime | None = None
    dry_run: bool = False


@use_case("apply retention", event="retention")
def remove(
    workspace: Workspace,
    refs: Sequence[str],
    *,
    rule: str = "",
    dry_run: bool,
    expected: Removal | None = None,
) -> Removal:
    """Remove suppliers and all that is kept about them alone, or with `dry_run` count it.

    `rule` is the id of the rule that allows it; unless given, `duty-over` if it applies to all,
    else `never-a-supplier`. What lies in `casework.db` goes in one transaction, with one event;
    then what was remembered of them elsewhere. Suppliers that were removed before are looked for
    elsewhere again. `expected` is what a dry run found: raises Conflict where it is no longer so.

    Raises NotFound for an unknown reference, Invalid for a rule that is none of removal, Conflict
    where the rule does not apply or something else needs the suppliers, ClockInDoubt, StorageError.
    """
    refuse_without_extensions(workspace, "No supplier can be removed")
    refs = _with_merged(workspace, refs)
    now, casework = workspace.now().astimezone(UTC), workspace.casework
    own = rules(workspace.settings.retention, workspace.extensions)
    if rule and rule not in (NEVER, OVER, UPHELD):
        raise Invalid(
            f"{rule!r} is not a rule under which a supplier is removed",
            field="rule",
            hint=f"Valid rules: {NEVER}, {OVER}, {UPHELD}.",
        )
    unknown = [ref for ref in refs if not ref or not casework.erasure.holds(ref)]
    removed = _removed_before(workspace, unknown) if unknown == list(refs) else None
    if removed:
        return _resume_removal(
            workspace, refs, own[removed.event.subject], removed, dry_run=dry_run
        )
    if unknown:
        raise NotFound(
            f"Unknown supplier {unknown[0]!r}",
            hint=Hint("Nothing was removed. To see the suppliers: ", Step("list-suppliers")),
        )
    with casework.retention.transaction(dry_run=dry_run):
        about, ids = _find_alerts(workspace, refs)
        applied = own[_find_removal_rule(workspace, refs, ids, rule, own, now)]
        _refuse_where_needed(workspace, refs, applied.id)
        if applied.id == OVER and not dry_run:
            refuse_removal_in_doubt(workspace)
        names = {one.ref: one.name for one in workspace.suppliers.all() if one.ref in refs}
        taken = _erase(workspace, refs, ids, applied.id, now)
        found = Removal(
            refs=refs,
            names=names,
            rule=applied,
            rows=taken.rows,
            alerts=len(about),
            decisions=len(taken.decisions),
            screenings=len(taken.runs),
            contents=taken.contents,
            digests=taken.digests,
            copies=len(list_copies(workspace.settings.home)),
            dry_run=dry_run,
        )
        if expected and replace(expected, answers=0, dry_run=False) != found:
            raise Conflict(
                "What is kept about these suppliers has changed since you looked",
                hint="Nothing was removed. Look again at what would go.",
            )
    return replace(found, answers=_sweep_removed_traces(workspace, applied, taken, dry_run=dry_run))


def remove_again(workspace: Workspace, removal: RecordedRemoval) -> bool:
    """Remove suppliers from a copy of the database as they were removed since; whether there were
    any.
    """
    named = removal.what.get("suppliers", ())
    refs = [ref for ref in named if workspace.casework.erasure.holds(ref)]
    if refs:
        with workspace.casework.retention.transaction(dry_run=False):
            _, ids = _find_alerts(workspace, refs)
            _erase(workspace, refs, ids, removal.rule, removal.at)
    return bool(refs)


def _find_alerts(workspace: Workspace, refs: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return the alerts about these suppliers, and every id that they have or had."""
    with current(workspace) as alerts:
        about = [one[0] for one in alerts.of_suppliers(refs)]
    return about, _alert_ids(workspace, refs, about)


def _erase(
    workspace: Workspace, refs: Sequence[str], ids: set[str], rule: str, at: datetime
) -> Erased:
    records = list_extension_records(workspace)
    mentions = [seal for one in records for seal in one.remove_mentions(workspace, refs)]
    taken = workspace.casework.erasure.erase(refs, ids, rule, at, mentions)
    for one in records:
        one.finish_removal(workspace, refs, at)
    rebuild_alerts(workspace)
    return taken


def _with_merged(workspace: Workspace, refs: Sequence[str]) -> tuple[str, ...]:
    """Return these suppliers, and those that were merged into them."""
    found = list(dict.fromkeys(refs))
    ties = workspace.casework.erasure.ties()
    for into in found:  # grows as it goes
        found += [
            ref
            for ref, kind, other in ties
            if (kind, other) == ("merged", into) and ref not in found
        ]
    return tuple(found)


def _removed_before(workspace: Workspace, refs: Sequence[str]) -> AuditRecord | None:
    """Return the last record of a removal of these suppliers; None where one was never removed."""
    last: dict[str, AuditRecord] = {}
    for record in workspace.audit.records(kind="retention"):
        named = record.event.what.get("suppliers")
        if isinstance(named, tuple):
            last |= dict.fromkeys(named, record)
    found = [last[ref] for ref in refs if ref in last]
    return max(found, key=lambda one: one.position) if found and len(found) == len(refs) else None


def _resume_removal(
    workspace: Workspace,
    refs: tuple[str, ...],
    rule: RetentionRule,
    record: AuditRecord,
    *,
    dry_run: bool,
) -> Removal:
    """Return what is still to be done where a removal was cut short after it was recorded."""
    copies = len(list_copies(workspace.settings.home))
    taken = Erased({}, (), (), 0, 0, 0, workspace.casework.erasure.sources())
    answers = _sweep_removed_traces(workspace, rule, taken, dry_run=dry_run)
    return Removal(
        refs=refs,
        names={},
        rule=rule,
        rows={},
        answers=answers,
        copies=copies,
        before=record.event.at,
        dry_run=dry_run,
    )


def _alert_ids(workspace: Workspace, refs: Sequence[str], about: Sequence[str]) -> set[str]:
    """Return every id that an alert about these suppliers has or had, and that leads to no
    other's.
    """
    ids = {*about, *workspace.casework.alerts.ids_about(refs)}
    for ref in refs:
        for seen in workspace.screened.of_supplier(ref):
            ids |= {seen.alert_id, alert_id(seen.finding.key)}
    aliases = workspace.casework.alerts.aliases()
    others = {old for old, now in aliases.items() if not ids.issuperset(now)}
    ids |= {old for old, now in aliases.items() if ids.issuperset(now)}
    return ids - others


def _find_removal_rule(
    workspace: Workspace,
    refs: Sequence[str],
    ids: set[str],
    rule: str,
    own: Mapping[str, RetentionRule],
    now: datetime,
) -> str:
    """Return the rule under which all of them may go. Raises Conflict."""
    if rule == UPHELD:
        return rule
    # No decision goes sooner than the council keeps decisions.
    days = max(own[OVER].days, own["decisions"].days)
    decided = workspace.decisions.of(ids)
    declared = [one.declared_on for ref in refs for one in workspace.declarations.history(ref)]
    for ref in refs:
        for form in workspace.supplier_information.history(ref):
            declared.append(form.submitted_on or (form.read_at or now).date())
    latest = [one.at for one in decided]
    latest += [datetime.combine(day, time.min, UTC) for day in declared]
    latest += [at for ref in refs if (at := workspace.casework.erasure.screened(ref))]
    free = max(latest, default=now - timedelta(days=days)) + timedelta(days=days)
    if rule != NEVER and latest and free <= now:
        return OVER
    if rule != OVER and not decided and not declared:
        return NEVER
    kinds = (("decisions", decided), ("declared answers", declared))
    what = listed([words for words, some in kinds if some]) or "a screening"
    raise Conflict(
        f"{listed(refs)} cannot be removed before {long_date(free)}: {what} must be kept "
        "until then (Procurement Act 2023 s.98)",
        hint="Nothing was removed. A supplier from which nothing is bought any more is better "
        "ended: it is no longer screened, and its records stay. If your data protection officer "
        f"upheld an erasure all the same, name the rule {UPHELD}.",
    )


def _refuse_where_needed(workspace: Workspace, refs: Sequence[str], rule: str) -> None:
    """Raise Conflict where a supplier works under one of these, a digest would name one, or an
    extension needs one.
    """
    for one in list_extension_records(workspace):
        one.refuse_removal(workspace, refs, rule)
    for other in workspace.suppliers.all():
        under = [part.supplier_ref for part in other.part_of if part.supplier_ref in refs]
        if under and other.ref not in refs:
            raise Conflict(
                f"{other.ref} works under {under[0]}",
                hint=f"Nothing was removed. Remove {other.ref} as well, or correct in your file "
                "under which supplier it works.",
            )
    for ref, kind, counted_for in workspace.casework.erasure.ties():
        if (ref in refs) != (counted_for in refs):
            raise Conflict(
                f"{ref} and {counted_for} were one supplier ({kind}), and share decisions",
                hint="Nothing was removed. Remove both, or undo the change that made them two or "
                "one.",
            )
    if workspace.casework.erasure.queued_about(refs):
        raise Conflict(
            "a digest that is still to be sent names one of them",
            hint=Hint("Nothing was removed. Send it first: ", Step("send-digest")),
        )


def _sweep_removed_traces(
    workspace: Workspace, rule: RetentionRule, taken: Erased, *, dry_run: bool
) -> int:
    """Remove what is remembered elsewhere, all of which can be made or fetched again.

    Returns how many answers of Companies House that no run refers to went, for any may be an
    answer to the supplier's name.
    """
    now = workspace.now()
    if dry_run:
        return remove_answers(workspace, rule, now, taken.sources, dry_run=True)
    try:
        clear_lookups(workspace)
        answers = remove_answers(workspace, rule, now, taken.sources, dry_run=False)
        workspace.casework.erasure.overwrite()
        workspace.make_copy("removal")
    except (OSError, StorageError) as error:
        message = error.message if isinstance(error, StorageError) else str(error)
        raise StorageError(
            f"The removal is recorded, but traces may be left: {message}",
            hint="See that no other program has the files open, and run the same command again.",
        ) from error
    return answers
