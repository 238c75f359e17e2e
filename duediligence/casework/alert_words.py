"""An alert in words: label and value pairs, in the order in which an officer reads them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from duediligence.casework.showing import AlertRow, AlertView, Queue, SupplierHeading
from duediligence.model.alerts import Decision
from duediligence.model.letters import Letter
from duediligence.render.wording import day, joined, moment, score_words
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.casework.deciding import Choice

NO_DECISION = "Nobody has decided about it yet."
# The number of contracts of a supplier that are named above its alerts.
_CONTRACTS = 2
FIRST_NOT_SHOWN = "The first decision is not shown until a second person decides (blind_second)."


def heading(supplier: SupplierHeading) -> Sequence[str]:
    """What stands above the alerts of a supplier: which it is, and its contracts."""
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


def summary(row: AlertRow, *, withheld: str) -> Sequence[str]:
    """An alert of the queue in a few lines: which and until when, what, about whom, where else.

    `withheld` is in place of what is not shown.
    """
    due = ""
    if row.due:
        due = f"overdue since {day(row.due)}" if row.overdue else f"due {day(row.due)}"
    where = f"{row.state}, open again" if row.reopened and row.state == "open" else row.state
    owner = f"owner {row.owner}" if row.owner else "no owner"
    first = f"{row.id[:8]}: " + ", ".join(filter(None, [row.severity, where, due, owner]))
    if row.withheld:
        return (first, withheld)
    score = f", {row.score:.0%}" if row.score is not None else ""
    who = row.subject_name if row.subject_name != row.supplier_name else ""
    about = f"; about {who}, {row.subject_role}" if who else ""
    further = (f"also {one.alert[:8]}, {one.state}: {one.source}" for one in row.also or ())
    return (first, f"{_point(row)}{score}{about}", *further)


def page(queue: Queue) -> str:
    """Which of the alerts these are: `1-20 of 228 alerts.`"""
    if not queue.rows:
        return f"0 of {count(queue.total, 'alert')}."
    last = queue.first + len(queue.rows) - 1
    every = f", of {queue.total:,} in all" if queue.total != queue.listed else ""
    return f"{queue.first:,}-{last:,} of {count(queue.listed, 'alert')}{every}."


def _point(row: AlertRow) -> str:
    """The check, and the entry with its list, if one is behind it."""
    if not row.entry_id:
        return row.check_title or ""
    return f"{row.check_title}: {row.entry_name} ({row.list_id})"


def title(view: AlertView) -> str:
    return f"{view.id[:8]}: {view.check_title} ({view.check_id}), {view.severity}"


def described(view: AlertView) -> list[tuple[str, str]]:
    """What there is to say of an alert; a value that is empty is left out."""
    also = "; not checked again by the newest screening" if view.found == "not checked" else ""
    values: tuple[tuple[str, Sequence[str | None]], ...] = (
        ("State", [view.state + also]),
        ("Reopened", [view.reopened]),
        ("Due", [day(view.due) + (", overdue" if view.overdue else "")] if view.due else []),
        ("Owner", [view.owner or "nobody"]),
        ("Decided by", [view.decided_by]),
        ("Valid until", [day(view.expires)] if view.expires else []),
        ("Supplier", [f"{view.supplier_name} ({view.supplier_ref})"]),
        ("About", [f"{view.subject_name}, {view.subject_role}"]),
        ("Entry", [f"{view.list_id}/{view.entry_id}"] if view.entry_id else []),
        ("Official page", [view.entry_url]),
        ("What happened", view.happened or ()),
        ("Match strength", [_strength(view)]),
        ("Why", view.why),
        ("Measures", view.measures),
        ("Possible grounds, officer to decide", view.possible_grounds),
        ("Look-back", view.look_back),
        ("Next step", [view.next_step]),
        (
            "Also in",
            [f"{one.source}: alert {one.alert[:8]}, {one.state}" for one in view.also or ()],
        ),
        ("Letters", [letter_words(one) for one in view.letters]),
        ("First seen", [moment(view.first_seen)] if view.first_seen else []),
        ("Last seen", [moment(view.last_seen)] if view.last_seen else []),
    )
    told = ((label, joined(dict.fromkeys(filter(None, each)))) for label, each in values)
    return [(label, value) for label, value in told if value]


def letter_words(letter: Letter) -> str:
    """`representations, 12 March 2026, reply by 26 March 2026 (L3, SHA-256 3f9c01aa…)`."""
    until = f", reply by {day(letter.reply_by)}" if letter.reply_by else ""
    return (
        f"{letter.kind}, {day(letter.at)}{until} ({letter.reference}, SHA-256 {letter.sha256[:8]}…)"
    )


def _strength(view: AlertView) -> str:
    score = score_words(view.score) if view.score is not None else ""
    return ", ".join(filter(None, (score, view.certainty)))


def history(view: AlertView) -> str:
    """Why no decision is shown; empty where some are."""
    if view.history:
        return ""
    return FIRST_NOT_SHOWN if view.state == "awaiting second decision" else NO_DECISION


def decided(decision: Decision) -> str:
    """One decision in a line."""
    said = f": {decision.note}" if decision.note else ""
    what = f"{decision.decided} ({decision.reason})"
    if decision.decided == "withdrawn":
        what = f"undid decision {decision.withdraws}"
    elif decision.act:
        what += f", with others as act {decision.act}"
    return f"{decision.position}. {moment(decision.at)}, {decision.by}: {what}{said}"


def considered(decision: "Decision | Choice") -> Iterator[tuple[str, str]]:
    """What was considered for it, as the Procurement Act 2023 asks."""
    c = decision.considered
    for label, value in (
        ("ground considered", c.ground),
        ("factors of s.58(1) considered", ", ".join(c.factors)),
        ("representations invited", c.representations_invited),
        ("representations received", c.representations_received),
        ("notice under s.59", c.notice_sent),
        ("contract", c.contract),
    ):
        if value:
            yield label, value if isinstance(value, str) else day(value)


def incomplete(suppliers: int, covered: int) -> str:
    """That something could not be checked of some suppliers; empty where all was."""
    if not suppliers:
        return ""
    return (
        f"Incomplete: at the last screening something could not be checked of {suppliers:,} "
        f"of {count(covered, 'supplier')}. No alert does not mean clear."
    )


def never_screened(suppliers: int) -> str:
    """That some suppliers were never screened; empty where all were."""
    if not suppliers:
        return ""
    return f"{count(suppliers, 'supplier')} never screened: nothing is known of them."
