"""The audit records of a pack, compared with what else it holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from duediligence.delivery.pack.about import PackManifest
from duediligence.delivery.pack.case import LEFT_OUT, Case, CaseAlert, Concerned, digest_of
from duediligence.delivery.pack.contents import AUDIT
from duediligence.model import SEVERITIES, Finding, Run
from duediligence.model.alerts import Decision, Reopened
from duediligence.model.audit import AuditRecord, AuditValue
from duediligence.render.verdict import WITHHELD
from duediligence.screening.alerts.status import status
from duediligence.store.casework.runs import build_run_stored_event


@dataclass(slots=True)
class ComparedRecords:
    """How the records compare: lines for what differs and for what could not be compared, and how
    much of which kind was left out with people.
    """

    differences: list[str] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)


def compared_records(lines: bytes, cases: Sequence[Case], about: PackManifest) -> ComparedRecords:
    """Compare the records of `audit.jsonl` with the runs, the lists and the decisions."""
    found = ComparedRecords()
    records = list(_read_packed_records(lines, found.differences.append))
    found.differences += _in_order(records, about)
    concerned = Concerned(cases)
    found.differences += [
        f"{_place(one)}: it concerns nothing in this pack"
        for one in records
        if not concerned.by(one.event)
    ]
    for run_id in dict.fromkeys(case.run.id for case in cases):
        of_run = [case for case in cases if case.run.id == run_id]
        run, *others = (
            replace(
                case.run,
                findings=(),
                readings={},
                by_matcher={},
                by_judgement={},
                set_aside=(),
                weakenings=tuple(one for one in case.run.weakenings if not one.refs),
            )
            for case in of_run
        )
        if any(other != run for other in others):
            found.differences.append(f"run {run_id}: it is another one for each supplier")
        found.differences += _compare_run_record(run, of_run, records)
        found.differences += _compare_list_records(run, records)
        found.not_compared += _find_unrecorded_lists(run, records)
    found.not_compared += _find_missing_declarations(cases, records)
    _compare_decision_records(cases, records, about, found)
    return found


def _read_packed_records(lines: bytes, wrong: Callable[[str], None]) -> Iterator[AuditRecord]:
    """Yield each record seals itself; the records between are not here."""
    if lines and not lines.endswith(b"\n"):
        wrong(f"{AUDIT}: its last line is cut short")
    for number, line in enumerate(lines.split(b"\n")[:-1], 1):
        try:
            yield AuditRecord.of_line(line.decode())
        except ValueError:
            wrong(f"{AUDIT}, line {number}: the record does not match its hash")


def _in_order(records: Sequence[AuditRecord], about: PackManifest) -> Iterator[str]:
    for one, other in pairwise(records):
        if one.position >= other.position:
            yield f"{_place(other)}: it follows record {one.position}"
        elif one.position + 1 == other.position and other.previous != one.sha256:
            yield f"{_place(other)}: it does not follow from the record before it"
    for one in records[:-1]:
        if one.sha256 == about.audit_head:
            yield f"{_place(one)}: it was the head when this pack was made, and others follow it"


def _compare_run_record(
    run: Run, cases: Sequence[Case], records: Sequence[AuditRecord]
) -> Iterator[str]:
    """Yield what the chain says of a run as a whole."""
    own = [one for one in records if (one.event.kind, one.event.subject) == ("run stored", run.id)]
    if len(own) != 1:
        # Runs that kept their settings were all recorded.
        if run.basis is not None or own:
            yield f"{AUDIT}: {len(own)} records say that run {run.id} was stored"
        return
    (record,) = own
    event = record.event
    if event.at != run.finished_at:
        yield f"{_place(record)}: run {run.id} ended at another time"
    found = [one for case in cases for one in case.findings if one.check_id != WITHHELD]
    again = build_run_stored_event(run, event.who, "").what
    people = ("supplier_file",) if run.supplier_file.startswith("left out") else ()
    apart = ("sha256", "complete", "findings", *people)
    yield from _compare_record_values(record, {k: v for k, v in again.items() if k not in apart})
    if event.what.get("complete") and any(one.outcome == "unknown" for one in found):
        yield f"{_place(record)}: run {run.id} was complete, and here it is not"
    # Those about all suppliers are in each case.
    shared = {(f.check_id, f.list_id, f.subject_name) for f in found if not f.supplier_ref}
    least = len(shared) + sum(1 for one in found if one.supplier_ref)
    recorded = event.what.get("findings")
    if not isinstance(recorded, int) or least > recorded:
        yield f"{_place(record)}: run {run.id} had {recorded} findings, and here are {least}"
    if run.suppliers == 1 and not _has_removed_findings(cases, records):
        if least != recorded:
            yield f"{_place(record)}: run {run.id} had {recorded} findings, and here are {least}"
        unknown = any(one.outcome == "unknown" for one in found)
        if event.what.get("complete") == int(unknown):
            yield f"{_place(record)}: whether run {run.id} was complete is not as recorded"


def _has_removed_findings(cases: Sequence[Case], records: Sequence[AuditRecord]) -> bool:
    """Return whether findings were left out for being restricted, or removed by retention."""
    return any(
        one.check_id == WITHHELD and one.outcome == "review"
        for case in cases
        for one in case.findings
    ) or any(one.event.kind == "retention" for one in records)


def _compare_list_records(run: Run, records: Sequence[AuditRecord]) -> Iterator[str]:
    versions = {(one.list_id, one.version.version): one.version for one in run.lists if one.version}
    for record in _select_refresh_records(records):
        version = versions.get((record.event.subject, str(record.event.what.get("version"))))
        if version is None:
            continue
        expected: Mapping[str, AuditValue] = {
            "sha256": version.sha256,
            "entries": version.entries,
            "names": version.names,
        }
        yield from _compare_record_values(record, expected)


def _find_unrecorded_lists(run: Run, records: Sequence[AuditRecord]) -> Iterator[str]:
    known = {
        (one.event.subject, one.event.what.get("version"))
        for one in _select_refresh_records(records)
    }
    for one in run.lists:
        if one.version and (one.list_id, one.version.version) not in known:
            yield f"{one.list_id} {one.version.version}: no audit record says that it was loaded"


def _find_missing_declarations(
    cases: Sequence[Case], records: Sequence[AuditRecord]
) -> Iterator[str]:
    declared = {
        one.event.subject: one.event.at
        for one in reversed(records)
        if one.event.kind == "declaration imported"
    }
    for case in cases:
        at = declared.get(case.supplier.ref)
        if at and at <= case.run.started_at and case.compared.declarations is None:
            yield f"{case.supplier.ref}: it declared something before the run, and none is here"


def _select_refresh_records(records: Iterable[AuditRecord]) -> Iterator[AuditRecord]:
    return (one for one in records if one.event.kind == "list refreshed")


def _compare_decision_records(
    cases: Sequence[Case],
    records: Sequence[AuditRecord],
    about: PackManifest,
    found: ComparedRecords,
) -> None:
    """Each decision has its record, and each record its decision."""
    recorded = {
        one.event.what.get("decision"): one for one in records if one.event.kind == "decision"
    }
    blind = about.decision_rules is None or about.decision_rules.blind_second
    waiting = {
        id_
        for case in cases
        for alert in case.alerts
        if blind and alert.state == "awaiting second decision"
        for id_ in (alert.id, *(one.alert_id for one in alert.decisions))
    }
    for case in cases:
        for alert in case.alerts:
            told = f"{case.supplier.ref}, alert {alert.id[:8]}"
            if about.decision_rules is not None:
                found.differences += [
                    f"{told}: {line}" for line in _compare_alert_state(case, alert, about)
                ]
            for decision in alert.decisions:
                record = recorded.pop(decision.position, None)
                if record is None:
                    found.differences.append(f"{told}: decision {decision.position} has no record")
                    continue
                found.differences += _compare_decision_record(record, decision)
                if decision.position in alert.earlier or about.decision_rules is None:
                    found.not_compared.append(
                        f"{told}: decision {decision.position} was recorded by an earlier version"
                    )
                elif decision.note == LEFT_OUT and not about.people:
                    found.withheld["the note of a decision"] += 1
                elif record.event.what.get("sha256") != digest_of(decision):
                    found.differences.append(
                        f"{told}: decision {decision.position} is not the one that was recorded"
                    )
    found.differences += [
        f"{_place(one)}: the decision that it records is not here"
        for one in recorded.values()
        # A first decision that waits for a blind second one is shown to nobody.
        if one.event.subject not in waiting
    ]


def _compare_decision_record(record: AuditRecord, decision: Decision) -> Iterator[str]:
    event = record.event
    said = (event.subject, event.who, event.at)
    if said != (decision.alert_id, decision.by, decision.at):
        yield f"{_place(record)}: decision {decision.position} is by another person, of another "
        "time or about another alert"
    expected: Mapping[str, AuditValue] = {
        "run": decision.run_id,
        "party_sha256": decision.party_sha256,
        "entry_sha256": decision.entry_sha256,
    }
    yield from _compare_record_values(record, expected)


def _compare_alert_state(case: Case, alert: CaseAlert, about: PackManifest) -> Iterator[str]:
    """Yield where the alert stands, derived again from its decisions and the day of the pack."""
    assert about.decision_rules is not None
    findings = [one for one in case.findings if _build_finding_key(one) == alert.about]
    hidden = any(one.entry_id == "withheld" for one in case.findings)
    if not findings and (about.people or not hidden):
        yield "no finding raises it"
        return
    rules = about.decision_rules.rules()
    if rules.blind_second and alert.state == "awaiting second decision":
        return
    now = (alert.party_sha256, alert.entry_sha256)
    history = [
        replace(one, party_sha256=now[0], entry_sha256=now[1])
        if one.position in alert.earlier
        else one
        for one in alert.decisions
    ]
    # Where findings of several people raise alerts, any of their severities may be its own.
    severities = {one.severity for one in findings} or set(SEVERITIES)
    day = about.made_at.date()
    weaker = {position: (then, score) for position, then, score in alert.weaker}
    possible = [
        status(history, *now, day, rules, severity=each, joined=alert.joined, weaker=weaker)
        for each in severities
    ]
    said = (alert.state, alert.decided_by, alert.decided_at, _describe_reopening(alert.reopened))
    if said not in [
        (one.state, one.decided_by, one.decided_at, _describe_reopening(one.reopened))
        for one in possible
    ]:
        yield f"it is {alert.state!r} in the pack, {possible[0].state!r} by its decisions"


def _describe_reopening(reopened: Reopened | str | None) -> object:
    if not isinstance(reopened, Reopened):
        return reopened
    return (
        reopened.entry_changed,
        reopened.party_changed,
        reopened.expired_on,
        reopened.undone_on,
        reopened.stronger,
    )


def without_alert(case: Case) -> Iterator[str]:
    """Yield what is to be reviewed and has no alert, and alerts in an order or number of their
    own.
    """
    known = {alert.about for alert in case.alerts}
    for one in case.findings:
        raised = one.supplier_ref and one.outcome in ("review", "adverse")
        if raised and one.entry_id != "withheld" and _build_finding_key(one) not in known:
            yield f"{one.check_id} {one.list_id} {one.entry_id}: it has no alert"
    if len({alert.id for alert in case.alerts}) != len(case.alerts):
        yield "an alert is there twice"


def _build_finding_key(finding: Finding) -> tuple[str, str, str]:
    return finding.check_id, finding.list_id, finding.entry_id


def _compare_record_values(
    record: AuditRecord, expected: Mapping[str, AuditValue]
) -> Iterator[str]:
    """Yield what a record says otherwise; what its version did not record is not compared."""
    for name, value in expected.items():
        said = record.event.what.get(name, value)
        if said != value:
            yield f"{_place(record)}: {name} is {said!r} there, {value!r} in the other files"


def _place(record: AuditRecord) -> str:
    return f"{AUDIT}, record {record.position}, {record.event.kind} {record.event.subject}".strip()
