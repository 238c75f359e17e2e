"""How alerts are printed: in a table, one at length, and as JSON."""

from typing import TYPE_CHECKING

from duediligence.cli.globals import note, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duediligence.casework.alerts.side_by_side import Fact
    from duediligence.model import Finding
    from duediligence.model.casework.alerts import Alert, Decision

_WITHHELD = "restricted; --restricted shows it"
# What is told of a restricted alert to whoever did not ask for it.
_TOLD = ("id", "state", "severity", "supplier_ref", "supplier_name")


def show_table(alerts: "Sequence[Alert]", *, restricted: bool) -> None:
    from duediligence.cli.tables import table
    from duediligence.reports.wording import uk_day, visible

    def row(alert: "Alert") -> list[str]:
        first = alert.first
        cells: tuple[str, ...] = (
            alert.id[:8],
            alert.severity,
            f"{alert.state} (changed)" if alert.status.reopened else alert.state,
            f"{first.supplier_name} ({first.supplier_ref})",
        )
        if alert.restricted and not restricted:
            return [*map(visible, cells), "", _WITHHELD, "", ""]
        cells += (
            first.subject_name if first.subject_name != first.supplier_name else "",
            _point(first) if alert.matched else first.check_title,
            f"{first.score:.0%}" if first.score is not None else "",
            f"{uk_day(first.first_seen):%d %b %Y}" if first.first_seen else "",
        )
        return [visible(cell) for cell in cells]

    table(
        ["id", "severity", "state", "supplier", "who", "possible match or point", "likeness",
         "first seen"],
        [row(alert) for alert in alerts],
    )  # fmt: skip


def _point(first: "Finding") -> str:
    """The entry and its list; of a record, what kind it is too."""
    kind = f"{first.check_title}: " if first.happened else ""
    return f"{kind}{first.entry_name} ({first.list_id})"


def show_alert(alert: "Alert") -> None:
    from duediligence.reports.changes import reopened_words
    from duediligence.reports.wording import day, joined, likeness, moment, visible

    first, where = alert.first, alert.status
    also = "; not checked again by the newest screening" if alert.found == "not checked" else ""
    say(visible(f"{alert.id[:8]}: {first.check_title} ({first.check_id}), {alert.severity}"))
    for label, values in (
        ("State", [alert.state + also]),
        ("Open again", [reopened_words(where.reopened)]),
        ("Decided by", [where.decided_by]),
        ("Counts until", [day(where.expires)] if where.expires else []),
        ("Supplier", [f"{first.supplier_name} ({first.supplier_ref})"]),
        ("About", [f"{first.subject_name}, {first.subject_role}"]),
        ("Entry", [f"{first.list_id}/{first.entry_id}"] if alert.matched else []),
        ("Official page", [first.entry_url]),
        ("What happened", [finding.happened for finding in alert.findings]),
        ("Likeness", [likeness(first.score)] if first.score is not None else []),
        ("How sure", [first.certainty]),
        ("Why", [finding.explain() for finding in alert.findings]),
        ("Measures", first.measures),
        ("Possible grounds, officer to decide", first.possible_grounds),
        ("Look-back", first.look_back),
        ("Next step", [first.next_step]),
        ("First seen", [moment(first.first_seen)] if first.first_seen else []),
        ("Last seen", [moment(alert.last_seen)]),
    ):
        told = joined(dict.fromkeys(filter(None, values)))
        if told:
            say("  " + visible(f"{label}: {told}"))


def show_facts(facts: "Sequence[Fact]") -> None:
    from duediligence.cli.tables import table
    from duediligence.reports.wording import visible

    say()
    table(
        ["", "supplier's side", "list entry", "the two"],
        [
            [visible(cell) for cell in (f.fact, f.ours, f.theirs, f.verdict)]
            for f in facts
            if f.ours or f.theirs
        ],
    )


def show_history(alert: "Alert") -> None:
    if alert.history:
        say("\nDecisions:")
    elif alert.status.state == "awaiting second decision":
        note("The first decision is not shown until a second person decides (blind_second).")
    else:
        note("Nobody has decided about it yet.")
    for decision in alert.history:
        _show_decision(decision)


def _show_decision(decision: "Decision") -> None:
    from duediligence.reports.wording import day, moment, visible

    c = decision.considered
    said = f": {decision.note}" if decision.note else ""
    say(
        "  "
        + visible(
            f"{decision.position}. {moment(decision.at)}, {decision.by}: {decision.decided} "
            f"({decision.reason}){said}"
        )
    )
    for label, value in (
        ("ground considered", c.ground),
        ("factors of s.58(1) considered", ", ".join(c.factors)),
        ("representations invited", c.representations_invited),
        ("representations received", c.representations_received),
        ("notice under s.59", c.notice_sent),
        ("contract", c.contract),
    ):
        if value:
            told = value if isinstance(value, str) else day(value)
            say("     " + visible(f"{label}: {told}"))


def document(alert: "Alert", *, restricted: bool) -> dict[str, object]:
    """The alert as JSON; what is not told of a restricted one is null."""
    from duediligence.reports.changes import reopened_words

    first, where = alert.first, alert.status
    withheld = alert.restricted and not restricted
    told: dict[str, object] = {
        "id": alert.id,
        "state": alert.state,
        "severity": alert.severity,
        "score": first.score,
        "check_id": first.check_id,
        "check_title": first.check_title,
        "supplier_ref": first.supplier_ref,
        "supplier_name": first.supplier_name,
        "subject_name": first.subject_name,
        "subject_role": first.subject_role,
        "list_id": first.list_id,
        "entry_id": first.entry_id,
        "entry_name": first.entry_name,
        "entry_url": first.entry_url,
        "first_seen": first.first_seen,
        "last_seen": alert.last_seen,
        "found": alert.found,
        "decided_by": where.decided_by,
        "decided_at": where.decided_at,
        "reason": where.reason,
        "reopened": reopened_words(where.reopened),
        "expires": where.expires,
    }
    return {
        "withheld": withheld,
        **{key: value if key in _TOLD or not withheld else None for key, value in told.items()},
    }


def details(alert: "Alert") -> dict[str, object]:
    first = alert.first
    return {
        "run_id": first.run_id,
        "happened": [finding.happened for finding in alert.findings if finding.happened],
        "certainty": first.certainty,
        "why": [finding.explain() for finding in alert.findings],
        "measures": first.measures,
        "possible_grounds": first.possible_grounds,
        "look_back": first.look_back,
        "next_step": first.next_step,
        "last_decision": alert.last_decision,
        "history": alert.history,
    }
