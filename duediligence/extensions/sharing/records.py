"""What sharing keeps about people: retention, removal of a supplier, and subject access."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from msgspec import json

from duediligence.casework.extension_records import NamedFields
from duediligence.casework.removing import UPHELD
from duediligence.casework.retention_rules import Removed, RetentionRule, read_retention_rules
from duediligence.errors import Conflict
from duediligence.extensions.sharing import intelligence_weeding
from duediligence.extensions.sharing.exchanges.expiry import remove_expired
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.cases import CaseStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.extensions.sharing.store.kept import SharedDataStore, SharingPlan
from duediligence.model.audit import AuditEvent
from duediligence.screening.access import find_refusal
from duediligence.screening.workspace import Workspace
from duediligence.signing import stored_key
from duediligence.store.casework.retention import Record
from duediligence.store.records import encode
from duediligence.store.seals import Seal

RULES = read_retention_rules(__package__)


def apply_retention(
    workspace: Workspace, rules: Mapping[str, RetentionRule]
) -> tuple[Sequence[Removed], Callable[[], Sequence[str]]]:
    """Remove what is past its retention period, inside the transaction of retention.

    Returns what each rule came to, and what removes copies of reports and what is kept of exchanges
    afterwards, and says so.
    """
    now, casework = workspace.now().astimezone(UTC), workspace.casework
    plan = SharingPlan(
        messages_before=rules["partner-messages"].since(now),
        closed_before=rules["cases"].since(now).date(),
        requests_before=rules["information-requests"].since(now).date(),
        hits_before=rules["exchange-hits"].since(now).date(),
        today=now.date(),
        agreements_over=[
            one.terms.reference
            for one in casework.repository(AgreementStore).all()
            if one.gone_by < now.date()
        ],
    )
    taken = casework.repository(SharedDataStore).take(plan, workspace.now())
    reports = intelligence_weeding.delete_due_reports(
        workspace, rules["intelligence"].since(workspace.now())
    )
    removed = (
        Removed(rules["partner-messages"], taken.messages, "messages", taken.runs),
        Removed(rules["cases"], taken.cases, "cases"),
        Removed(rules["information-requests"], taken.requests, "requests"),
        Removed(rules["exchange-hits"], taken.hits, "hits"),
        Removed(rules["intelligence"], len(reports), "intelligence reports"),
    )
    return removed, lambda: _finish_retention(workspace, reports)


def _finish_retention(workspace: Workspace, reports: tuple[int, ...]) -> Sequence[str]:
    weeding = intelligence_weeding.sweep_report_copies(workspace, reports)
    lines = list(weeding.lines()) if weeding.anything else []
    if expired := remove_expired(workspace):
        lines.append(
            f"{expired:,} exchanges with partners expired: what was kept to open them is removed."
        )
    return lines


def refuse_removal(workspace: Workspace, refs: Sequence[str], rule: str) -> None:
    """Raise Conflict where an open case is about one of these suppliers. An erasure that was upheld
    takes it out of cases.
    """
    numbers = workspace.casework.repository(CaseStore).open_about(refs)
    if rule != UPHELD and numbers:
        raise Conflict(
            f"case {numbers[0]} is open, and about one of them",
            hint="Nothing was removed. Close the case, or take the supplier out of it, first.",
        )


def remove_mentions(workspace: Workspace, refs: Collection[str]) -> Sequence[Seal]:
    """Remove the free text of cases that hold one of these suppliers: the new seals."""
    return workspace.casework.repository(SharedDataStore).remove_texts(refs)


def finish_removal(workspace: Workspace, refs: Collection[str], at: datetime) -> None:
    """Take the references of these suppliers out of reports."""
    workspace.casework.repository(IntelligenceStore).forget(refs, at)


def narrow_rights(workspace: Workspace, later: Sequence[AuditEvent]) -> None:
    """End agreements, and drop keys of partners, as they were by the newest of `later` events."""
    store = workspace.casework.repository(AgreementStore)
    for reference, event in {one.subject: one for one in later if one.kind == "agreement"}.items():
        if one := store.get(reference):
            ended, keys = event.what.get("ended"), event.what["partner_keys"]
            assert isinstance(keys, tuple)
            narrowed = replace(
                one,
                ended_on=date.fromisoformat(str(ended)) if ended else one.ended_on,
                partner_keys=tuple(key for key in one.partner_keys if stored_key(key).id in keys),
                compared=one.compared if "compared" in event.what else None,
            )
            if narrowed != one:
                store.keep(narrowed, "narrowed", event.at)


def read_personal_data(workspace: Workspace, may_hold: Callable[[bytes], bool]) -> Iterator[Record]:
    """Yield each record of sharing, but reports, and each list that a partner was asked about."""
    store = workspace.casework.repository(SharedDataStore)
    return store.read_all(workspace.settings.home, may_hold)


def search_restricted(
    workspace: Workspace, named_in: NamedFields
) -> Sequence[tuple[str, str, str, list[str]]]:
    """Return the reports that name the person, for accounts with the role."""
    if find_refusal(workspace, "handle intelligence") is not None:
        return ()
    store = workspace.casework.repository(IntelligenceStore)
    found = [
        (
            "intelligence report",
            str(report.number),
            report.provenance.received_on.isoformat(),
            fields,
        )
        for report in store.all()
        if (fields := named_in(json.decode(encode(report))))
    ]
    store.record("searched", workspace.now(), None, reports=len(found), text="all")
    return found


def describe_not_searched(workspace: Workspace) -> str:
    """Return that reports were not searched, where this account has not the role: the same
    whether or not there is any.
    """
    if find_refusal(workspace, "handle intelligence") is None:
        return ""
    return (
        "Restricted intelligence was not searched: ask whoever has the role intelligence to search "
        "it for the same name."
    )
