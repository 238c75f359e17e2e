"""A preview of decisions in a workbook in words: each line as its beginning and what is said."""

from collections.abc import Iterator

from duediligence.casework import alert_words
from duediligence.casework.decision_workbooks import DecisionPreview, PlannedDecision, RefusedRow
from duediligence.text.wording import count, listed


def format_planned_decision(one: PlannedDecision) -> tuple[str, str]:
    """Return which row decides what, and with whom and why."""
    choice = one.choice
    then = f", then {one.becomes}" if one.becomes != choice.decided else ""
    parts = [
        one.supplier,
        f"also covers {listed(id_[:8] for id_ in one.covers)}" if one.covers else "",
        f"note: {choice.note}" if choice.note else "",
        *(f"{label} {value}" for label, value in alert_words.considered(choice)),
    ]
    start = f"row {one.row}: {one.alert_id[:8]} {choice.decided} ({choice.reason}){then}"
    return start, "; ".join(filter(None, parts))


def format_refused_row(one: RefusedRow) -> tuple[str, str]:
    """Return which row cannot be recorded, and why."""
    return f"row {one.row}: {one.alert}", one.why


def format_preview_people(preview: DecisionPreview) -> str:
    """Return who exported it, and who decides."""
    return f"exported by {preview.exported_by}, decided by {preview.who}"


def list_preview_counts(preview: DecisionPreview) -> Iterator[tuple[str, str]]:
    """Yield what it comes to, a line each."""
    decisions = [f"{number:,} {decided!r}" for decided, number in preview.counts.items()]
    yield f"{count(len(preview.planned), 'decision')} to record", listed(decisions)
    if preview.covered:
        yield f"{count(preview.covered, 'further source')} of the same events covered by them", ""
    if preview.waiting:
        yield f"{count(preview.waiting, 'alert')} then waiting for a second person", ""
    if preview.already:
        yield f"{count(preview.already, 'row')} decided so already", ""
    if preview.refused:
        yield f"{count(len(preview.refused), 'row')} refused", ""
    if preview.undecided:
        yield f"{count(preview.undecided, 'row')} without a decision", ""
    if preview.deleted:
        yield f"{count(preview.deleted, 'row')} of the export not in the file", ""
    if preview.ignored:
        yield "ignored columns", ", ".join(preview.ignored)


def format_waiting_count(preview: DecisionPreview) -> str:
    """Return how many alerts a second person has to decide, once it is recorded."""
    alerts = count(preview.waiting, "alert")
    return f"{alerts} decided only once a second person decides the same."
