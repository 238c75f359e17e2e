"""An alert in words: label and value pairs, in the order in which an officer reads them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from duediligence.casework.deciding import describe_choice
from duediligence.casework.showing import AlertRow, AlertView, Queue, SupplierHeading
from duediligence.model.alerts import Comment, Decision
from duediligence.model.letters import Letter
from duediligence.render.matcher_change import NOT_MATCHED
from duediligence.render.saying import latin_first
from duediligence.render.wording import day, join_sentences, moment, score_words
from duediligence.text.wording import count, listed

if TYPE_CHECKING:
    from duediligence.casework.bulk import BulkPlan
    from duediligence.casework.deciding import Choice, DecisionOutcome
    from duediligence.casework.fact_groups import FactGroup
    from duediligence.casework.owners import Assigned
    from duediligence.casework.undoing import PartingOutcome, Undone

NO_DECISION = "Nobody has decided about it yet."
# The number of contracts of a supplier that are named above its alerts.
_CONTRACTS = 2
_NO_TITLES: Mapping[str, str] = {}
FIRST_NOT_SHOWN = "The first decision is not shown until a second person decides (blind_second)."


def heading(supplier: SupplierHeading) -> Sequence[str]:
    """Return what stands above the alerts of a supplier: which it is, and its contracts."""
    contracts = [
        ", ".join(
            filter(None, [one.title or "untitled", f"owner {one.owner}" if one.owner else ""])
        )
        for one in supplier.contracts
    ]
    shown = "; ".join(contracts[:_CONTRACTS])
    more = len(contracts) - _CONTRACTS
    if more > 0:
        shown += f"; and {count(more, 'more contract')}"
    name = f"{supplier.name} ({supplier.ref})"
    return (name, f"Contract: {shown}") if shown else (name,)


def format_alert_row(row: AlertRow, *, withheld: str) -> Sequence[str]:
    """Return an alert of the queue in a few lines: which and until when, what, about whom, where
    else.

    `withheld` is in place of what is not shown.
    """
    gone = NOT_MATCHED if row.found == "not matched" else ""
    told = filter(
        None,
        [
            row.severity,
            format_alert_state(row),
            gone,
            format_alert_due(row),
            format_alert_owner(row),
        ],
    )
    first = f"{row.label}: " + ", ".join(told)
    if row.withheld:
        return (first, withheld)
    score = f", {row.score:.0%}" if row.score is not None else ""
    about = f"; about {who}" if (who := format_alert_subject(row)) else ""
    return (first, f"{point(row)}{score}{about}", *list_alert_sources(row))


def format_alert_state(row: AlertRow) -> str:
    """Return `open`, or `open, open again` where it was decided before."""
    return f"{row.state}, open again" if row.reopened and row.state == "open" else row.state


def newest_screening(row: AlertRow) -> str:
    """Return why the newest screening does not raise an alert that waits all the same; empty where
    it does.
    """
    if row.found == "not matched":
        return NOT_MATCHED
    return "not checked again by the newest screening" if row.found == "not checked" else ""


def format_alert_due(row: AlertRow) -> str:
    """Return `due 24 November 2026`; empty where nobody needs to decide it."""
    if not row.due:
        return ""
    return f"overdue since {day(row.due)}" if row.overdue else f"due {day(row.due)}"


def format_alert_owner(row: AlertRow) -> str:
    return f"owner {row.owner}" if row.owner else "no owner"


def format_alert_subject(row: AlertRow) -> str:
    """Return which person or firm behind the supplier it is about; empty where it is the
    supplier.
    """
    who = row.subject_name if row.subject_name != row.supplier_name else ""
    return f"{who}, {row.subject_role}" if who else ""


def list_alert_sources(row: AlertRow) -> Sequence[str]:
    """Return the further sources of its event, a line each."""
    return [f"also {one.number}, {one.state}: {one.source}" for one in row.also or ()]


def page(queue: Queue) -> str:
    """Return which of the alerts these are: `1-20 of 228 alerts.`; or that nothing was screened."""
    if not queue.total and not queue.covered:
        return "Nothing was screened yet. No alert does not mean clear."
    if not queue.rows:
        return f"0 of {count(queue.total, 'alert')}."
    last = queue.first + len(queue.rows) - 1
    every = f", of {queue.total:,} in all" if queue.total != queue.listed else ""
    return f"{queue.first:,}-{last:,} of {count(queue.listed, 'alert')}{every}."


def point(row: AlertRow, titles: Mapping[str, str] = _NO_TITLES) -> str:
    """Return the check, and the entry with its list, if one is behind it: by its title where
    `titles` has its id, else by its id.
    """
    if not row.entry_id:
        return row.check_title or ""
    list_id = row.list_id or ""
    name = latin_first(row.entry_name or "")
    return f"{row.check_title}: {name} ({titles.get(list_id, list_id)})"


def format_alert_title(view: AlertView) -> str:
    return f"{view.label}: {view.check_title}, {view.severity}"


def describe_alert(view: AlertView) -> list[tuple[str, str]]:
    """Return what there is to say of an alert, each in a line; a value that is empty is left
    out.
    """
    first = _drop_empty_parts(("Help first", [view.help_first]))
    parts = (
        *first,
        *describe_alert_state(view),
        *describe_alert_finding(view),
        *describe_alert_context(view),
    )
    return [(label, join_sentences(values)) for label, values in parts]


# Label and values, in the order in which they are read.
Parts = list[tuple[str, list[str]]]


def describe_alert_state(view: AlertView) -> Parts:
    """Return where an alert is: its state and why it is open again, until when, with whom."""
    return _drop_empty_parts(
        ("State", ["; ".join(filter(None, (view.state, newest_screening(view))))]),
        ("Reopened", [view.reopened]),
        ("Due", [day(view.due) + (", overdue" if view.overdue else "")] if view.due else []),
        ("Owner", [view.owner or "nobody"]),
        ("Decided by", [view.decided_by]),
        ("Valid until", [day(view.expires)] if view.expires else []),
    )


def describe_alert_finding(view: AlertView, titles: Mapping[str, str] = _NO_TITLES) -> Parts:
    """Return what was found, about which supplier, how sure it is, and what it may come to.

    The entry stands with the title of its list where `titles` has its id; else as the command
    line takes it, `LIST/ENTRY`.
    """
    return _drop_empty_parts(
        ("Supplier", [f"{view.supplier_name} ({view.supplier_ref})"]),
        ("About", [f"{view.subject_name}, {view.subject_role}"]),
        ("Entry", [_format_alert_entry(view, titles)]),
        ("Official page", [view.entry_url]),
        ("What happened", view.happened or ()),
        ("Match strength", [_format_alert_strength(view)]),
        ("Why", view.why),
        ("Measures", view.measures),
        (
            "Possible grounds, officer to decide",
            view.possible_grounds or (["none suggested"] if view.entry_id else []),
        ),
        ("Look-back", view.look_back),
        ("Next step", [view.next_step]),
    )


def _format_alert_entry(view: AlertView, titles: Mapping[str, str]) -> str:
    if not view.entry_id:
        return ""
    title = titles.get(view.list_id or "")
    return f"{title}, entry {view.entry_id}" if title else f"{view.list_id}/{view.entry_id}"


def describe_alert_context(view: AlertView) -> Parts:
    """Return further sources and letters of an alert, and since when it is known."""
    return _drop_empty_parts(
        (
            "Also in",
            [
                f"{one.source}: alert {one.number}, {one.state}"
                + (f"; one party {one.joined}" if one.joined else "")
                + (f"; {one.differs}" if one.differs else "")
                for one in view.also or ()
            ],
        ),
        ("Another party", [view.parting] if view.parting else []),
        ("Letters", [letter_words(one) for one in view.letters]),
        ("First seen", [moment(view.first_seen)] if view.first_seen else []),
        ("Last seen", [moment(view.last_seen)] if view.last_seen else []),
    )


def _drop_empty_parts(*parts: tuple[str, Sequence[str | None]]) -> Parts:
    """Return each value once, and no label without any."""
    told = ((label, list(dict.fromkeys(filter(None, values)))) for label, values in parts)
    return [(label, values) for label, values in told if values]


def letter_words(letter: Letter) -> str:
    """Return `details wanted, 12 March 2026, reply by 26 March 2026 (L3)`."""
    until = f", reply by {day(letter.reply_by)}" if letter.reply_by else ""
    return f"{letter.kind.replace('-', ' ')}, {day(letter.at)}{until} ({letter.reference})"


def _format_alert_strength(view: AlertView) -> str:
    score = score_words(view.score) if view.score is not None else ""
    return ", ".join(filter(None, (score, view.certainty)))


def history(view: AlertView) -> str:
    """Return why no decision is shown; empty where some are."""
    if view.history:
        return ""
    return FIRST_NOT_SHOWN if view.state == "awaiting second decision" else NO_DECISION


def decided(decision: Decision) -> str:
    """Return one decision in a line."""
    said = f": {decision.note}" if decision.note else ""
    what = what_was_decided(decision)
    return f"{decision.position}. {moment(decision.at)}, {decision.by}: {what}{said}"


def commented(comment: Comment) -> str:
    """Return one comment in a line."""
    return f"{moment(comment.at)}, {comment.by}: {comment.text}"


def what_was_decided(decision: Decision) -> str:
    """Return `not the same (the dates of birth differ)`, or which decision was taken back."""
    if decision.decided == "withdrawn":
        return f"undid decision {decision.withdraws}"
    together = ", together with other alerts" if decision.act else ""
    return f"{describe_choice(decision.decided, decision.reason)}{together}"


def considered(decision: "Decision | Choice") -> Iterator[tuple[str, str]]:
    """Yield what was considered for it, as the Procurement Act 2023 asks."""
    c = decision.considered
    for label, value in (
        ("ground considered", c.ground),
        ("factors considered", ", ".join(c.factors)),
        ("representations invited", c.representations_invited),
        ("representations received", c.representations_received),
        ("exclusion notice", c.notice_sent),
        ("contract", c.contract),
    ):
        if value:
            yield label, value if isinstance(value, str) else day(value)


def incomplete(suppliers: int, covered: int) -> str:
    """Say that something could not be checked of some suppliers; empty where all was."""
    if not suppliers:
        return ""
    return (
        f"Incomplete: at the last screening something could not be checked of {suppliers:,} "
        f"of {count(covered, 'supplier')}. No alert does not mean clear."
    )


def never_screened(suppliers: int) -> str:
    """Say that some suppliers were never screened; empty where all were."""
    if not suppliers:
        return ""
    return f"{count(suppliers, 'supplier')} never screened: nothing is known of them."


def assigned(result: "Assigned") -> str:
    """Return `2 alerts: owner bquill.`"""
    return f"{count(len(result.alert_ids), 'alert')}: owner {result.owner or 'nobody'}."


def describe_parting(done: "PartingOutcome") -> str:
    """Return `uk-sanctions/RUS9902 is another party than eu/EU.1.`, or that it waits."""
    others = listed("/".join(one) for one in done.others)
    said = f"{'/'.join(done.entry)} is another party than {others}"
    return f"Recorded: {said}, once a second person says so." if done.waits else f"{said}."


def undone(result: "Undone") -> str:
    """Return `Undone: 3 decisions.`"""
    return f"Undone: {count(len(result.withdrawn), 'decision')}."


def plan(planned: "BulkPlan", entry: str = "") -> str:
    """Return `3 alerts of un/QDi.001, about 2 suppliers: not sure (more was requested from the
    supplier or the publisher).`
    """
    of = f" of {entry}" if entry else ""
    about = count(len(planned.suppliers), "supplier")
    choice = describe_choice(planned.choice.decided, planned.choice.reason.upper())
    return f"{count(len(planned.asked), 'alert')}{of}, about {about}: {choice}."


def plan_beside(planned: "BulkPlan") -> Sequence[str]:
    """Return what is decided with them, and what is left."""
    told = []
    if planned.source_names:
        sources = count(len(planned.source_names), "further source")
        decided = "decided too" if planned.covers_sources else "not decided with them"
        told.append(f"{sources} of the same parties, {decided}: {listed(planned.source_names)}.")
    if planned.apart:
        told.append(f"Not decided with them: {planned.apart}.")
    if planned.further:
        told.append(f"With them, {count(planned.further, 'further source')} of the same events.")
    if planned.left:
        told.append(f"Already decided, left unchanged: {count(planned.left, 'other alert')}.")
    if planned.waiting:
        told.append(
            f"{count(planned.waiting, 'alert')} then waiting for a second person. {planned.second}"
        )
    return told


def group(one: "FactGroup") -> str:
    """Return `2 alerts, birth-date=differ, number=not-known`: which they are that one reason can
    fit.
    """
    return f"{count(len(one.alert_ids), 'alert')}, {one.facts.replace(',', ', ')}"


def outcome(result: "DecisionOutcome") -> Sequence[str]:
    """Return where the alert is now, and what that means."""
    return [one for one in (f"{result.number}: {result.state}", result.meaning) if one]


def act(decided: str, alerts: int) -> str:
    """Return `Decided 'not the same': 3 alerts.`"""
    return f"Decided {decided!r}: {count(alerts, 'alert')}."
