"""What it means to be named on any other list, and what a list that was not checked means."""

from duediligence.contracts import CheckContext, check
from duediligence.model import (
    NOT_APPLICABLE,
    Feature,
    InUnreadRows,
    ListStatus,
    NotReadRow,
    Outcome,
    PossibleMatch,
)
from duediligence.model.facts import (
    NOTHING,
    entry_name,
    joined,
    say,
    tag_published,
    tag_quote,
    word,
)

# The number of rows whose faults are quoted.
_QUOTED = 5


@check(
    id="LST-01",
    title="Named on another list",
    topic="listed",
    needs=PossibleMatch,
    severity="medium",
    basis="None: intelligence for the officer",
)
def named(found: PossibleMatch, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The name may be that of a party on a list that reports no sanction, bar or record.

    Read the publisher's entry to see what happened, and ask the supplier about it.
    """
    if found.topic in ("sanctions", "debarment") or found.entry.record is not None:
        return NOT_APPLICABLE
    entry = found.entry
    reason = say(" {reason}", reason=tag_published(entry, "reason")) if entry.reason else NOTHING
    return Outcome(
        "adverse" if found.certain else "review",
        why=say(
            "{entry} is on the {list}.{reason}",
            entry=entry_name(entry.name),
            list=word(found.list_title),
            reason=reason,
        ),
        measures=entry.measures,
        next_step="Read the publisher's entry and ask the supplier about it.",
    )


@check(
    id="LST-02",
    title="List missing or out of date",
    topic="coverage",
    needs=ListStatus,
    severity="high",
    basis="No supplier is clear of a list that was missing or out of date",
)
def not_checked(status: ListStatus, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A list was never loaded, or the copy used is too old to rely on.

    Results for that list are incomplete. Refresh it and run the screening again.
    """
    if not status.blocks_complete_run:
        return Outcome("clear") if status.version else NOT_APPLICABLE
    was = "is" if status.version else "was"
    return Outcome(
        "unknown",
        why=say(
            "The {list} {was} {state}: {reason}.",
            list=word(status.title),
            was=word(was),
            state=word(status.state),
            reason=word(status.reason),
        ),
        next_step="Refresh this list and run the screening again.",
    )


@check(
    id="LST-03",
    title="In a row of a list that was not read",
    topic="coverage",
    needs=InUnreadRows,
    severity="high",
    basis="No supplier is clear of a record that was not read",
)
def in_unread_rows(found: InUnreadRows, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """A row of a register could not be read, and seems to name this party or its premises.

    Open the register at that row and read what it says of the party. Then correct the row in your
    copy, or the description of the register, refresh the list and run the screening again.
    """
    first, more = found.rows[0], len(found.rows) - 1
    others = say(" and {more} more", more=more) if more else NOTHING
    return Outcome(
        "unknown",
        why=say(
            "Row {row} of {file}{others} of the {list} could not be read, and seems to name this "
            "party or its premises.",
            row=first.row,
            file=word(first.file),
            others=others,
            list=word(found.list_title),
        ),
        facts=tuple(map(_build_unread_row_feature, found.rows[:_QUOTED])),
        next_step=say(
            "Look at {rows} of the register. Correct it in your copy or the description, refresh "
            "the list and screen again.",
            rows=joined(", ", [say("row {row}", row=row.row) for row in found.rows[:_QUOTED]]),
        ),
    )


def _build_unread_row_feature(row: NotReadRow) -> Feature:
    """Return what is wrong with a row, which may quote what names somebody."""
    column = say("{column} ", column=word(row.column)) if row.column else NOTHING
    said = say(
        "Row {row} of {file}: {column}{reason}.",
        row=row.row,
        file=word(row.file),
        column=column,
        reason=tag_quote(row.reason),
    )
    return Feature("unread row", str(row.row), "", 0.0, "not known", personal=True, said=said)
