"""An alert in words: label and value pairs, in the order in which an officer reads them."""

from collections.abc import Iterator, Sequence

from duediligence.casework.showing import AlertRow, AlertView, FurtherSource
from duediligence.model.alerts import Decision
from duediligence.render.wording import day, joined, moment, score_words, uk_day
from duediligence.text.wording import count

NO_DECISION = "Nobody has decided about it yet."
FIRST_NOT_SHOWN = "The first decision is not shown until a second person decides (blind_second)."


def columns(row: AlertRow, *, withheld: str) -> Sequence[tuple[str, str]]:
    """The cells of the queue, each with its heading; `withheld` in place of what is not shown."""
    score = f"{row.score:.0%}" if row.score is not None else ""
    who = row.subject_name if row.subject_name != row.supplier_name else ""
    return (
        ("id", row.id[:8]),
        ("severity", row.severity),
        ("state", f"{row.state} (changed)" if row.reopened else row.state),
        ("supplier", f"{row.supplier_name} ({row.supplier_ref})"),
        ("who", who or ""),
        (
            "possible match or point",
            withheld if row.withheld else _point(row) + _further(row.also or ()),
        ),
        ("score", score),
        ("first seen", f"{uk_day(row.first_seen):%d %b %Y}" if row.first_seen else ""),
    )


def _point(row: AlertRow) -> str:
    """The entry and its list; of a record, what kind it is too; else the check."""
    if not row.entry_id:
        return row.check_title or ""
    kind = f"{row.check_title}: " if row.happened else ""
    return f"{kind}{row.entry_name} ({row.list_id})"


def _further(also: Sequence[FurtherSource]) -> str:
    return f", and {count(len(also), 'further source')}" if also else ""


def title(view: AlertView) -> str:
    return f"{view.id[:8]}: {view.check_title} ({view.check_id}), {view.severity}"


def described(view: AlertView) -> list[tuple[str, str]]:
    """What there is to say of an alert; a value that is empty is left out."""
    also = "; not checked again by the newest screening" if view.found == "not checked" else ""
    values: tuple[tuple[str, Sequence[str | None]], ...] = (
        ("State", [view.state + also]),
        ("Reopened", [view.reopened]),
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
        ("First seen", [moment(view.first_seen)] if view.first_seen else []),
        ("Last seen", [moment(view.last_seen)] if view.last_seen else []),
    )
    told = ((label, joined(dict.fromkeys(filter(None, each)))) for label, each in values)
    return [(label, value) for label, value in told if value]


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


def considered(decision: Decision) -> Iterator[tuple[str, str]]:
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
