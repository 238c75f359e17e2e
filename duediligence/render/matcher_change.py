"""What a new matcher made of alerts, in words: the same in every output of a run."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from duediligence.model import SEVERITIES, Finding, Run
from duediligence.model.matcher_effects import ChangedPart, MatchChange, MatchNews
from duediligence.render.scope import row_of_run
from duediligence.render.wording import score_words, sentence, visible
from duediligence.text.wording import count, listed

# The check of the row that says it in a table of flags.
MATCHER: Final = "MATCHER"
TITLE: Final = "Because of a new matcher"
BECAUSE: Final = "because of a new matcher"
# What is said of an alert that the newest screening does not match, wherever it is shown.
NOT_MATCHED: Final = f"no longer found {BECAUSE}"
# Above the text of a long report nobody reads more.
MOST: Final = 25
_ORDER: Sequence[MatchNews] = ("gone", "back", "new", "changed", "resolved")
_NEWS: Mapping[MatchNews, str] = {
    "gone": "Gone",
    "back": "Found again",
    "new": "New",
    "changed": "Changed",
    "resolved": "Resolved",
}
_CHANGED: Mapping[ChangedPart, str] = {
    "names": "other names compared",
    "evidence": "other evidence",
    "severity": "another severity",
}
# In these states nobody waits for anything.
_DONE = ("not the same", "mitigated")


def has_changes(run: Run) -> bool:
    """Return whether another matcher made a difference to any alert of the run."""
    return any(one.changes for one in run.by_matcher.values())


def headline(run: Run) -> str:
    """Return how many alerts are new, changed and gone because of another matcher; empty where the
    suppliers were screened by the same one before.
    """
    changes = [change for _, change in _list_match_changes(run)]
    if run.new_matcher is None and not changes:
        return ""
    before = f", before: {listed(run.new_matcher.before)}" if run.new_matcher else ""
    matcher = f"version {run.matcher_version}{before}"
    settings = (
        " The threshold, the policy or the limit of matches is not the same as then, either, and "
        "may be the reason."
        if changes and run.new_matcher and run.new_matcher.other_settings
        else ""
    )
    if not changes:
        return f"A new matcher ({matcher}): no alert is new, changed or gone because of it."
    return f"{TITLE} ({matcher}): {_format_change_counts(changes)}.{settings}"


def _format_change_counts(changes: Sequence[MatchChange]) -> str:
    news = Counter(one.news for one in changes)
    first = count(news["new"] + news["back"], "alert")
    parts = [f"{first} new", f"{news['changed']:,} changed", f"{news['gone']:,} gone"]
    if news["resolved"]:
        parts.append(f"{news['resolved']:,} resolved")
    if reopened := sum(one.reopened for one in changes):
        parts.append(f"{count(reopened, 'decided alert')} open again")
    return listed(parts)


def list_matcher_changes(run: Run, most: int = MOST) -> list[str]:
    """Return what became of each alert, a line each, at most so many: first what is open again or
    gone.

    Alerts that rest on a restricted record are counted, and so are decided ones that are gone.
    """
    titles = {status.list_id: status.title for status in run.lists}
    every = sorted(_list_match_changes(run), key=lambda one: _rank_match_change(*one))
    restricted = [one for _, one in every if one.handling == "restricted"]
    settled = [one for _, one in every if one.news == "gone" and one.state in _DONE]
    left_out = {id(one) for one in (*restricted, *settled)}
    told = [
        visible(_format_match_change(ref, one, titles.get(one.list_id, one.list_id)))
        for ref, one in every
        if id(one) not in left_out
    ]
    found = told[:most]
    if len(told) > most:
        found.append(f"… and {len(told) - most:,} more: the JSON file of the run lists them all")
    if settled:
        found.append(
            f"{count(len(settled), 'decided alert')} gone; the decisions hold, should they come "
            "back."
        )
    if restricted:
        found.append(
            f"{count(len(restricted), 'alert')} based on restricted records not listed here."
        )
    return found


def section(run: Run, most: int = MOST) -> list[str]:
    """Return the headline and the lines, indented, as plain text; empty where there is nothing to
    say.
    """
    first = headline(run)
    return [first, *(f"  {line}" for line in list_matcher_changes(run, most))] if first else []


def build_matcher_document(run: Run) -> dict[str, Any] | None:
    """Return the same for programs; None where the suppliers were screened by the same matcher
    before.

    What rests on a restricted record is counted only.
    """
    first = headline(run)
    if not first:
        return None
    shown = [(ref, one) for ref, one in _list_match_changes(run) if one.handling != "restricted"]
    return {
        "before": list(run.new_matcher.before) if run.new_matcher else [],
        "other_settings": bool(run.new_matcher and run.new_matcher.other_settings),
        "changes": [{"supplier_ref": ref, **msgspec.to_builtins(one)} for ref, one in shown],
        "restricted": sum(1 for _ in _list_match_changes(run)) - len(shown),
        "in_words": [first, *list_matcher_changes(run, len(shown))],
    }


def build_matcher_finding(run: Run) -> Finding | None:
    """Return the same as a row of a table of flags; None for nothing to say."""
    told = [sentence(line.strip()) for line in section(run)]
    return row_of_run(run, MATCHER, TITLE, told) if told else None


def _list_match_changes(run: Run) -> Iterator[tuple[str, MatchChange]]:
    for ref, effect in run.by_matcher.items():
        for change in effect.changes:
            yield ref, change


def _rank_match_change(ref: str, one: MatchChange) -> tuple[object, ...]:
    return (
        not one.reopened,
        _ORDER.index(one.news),
        -SEVERITIES.index(one.severity),
        -(one.now or one.before or 0.0),
        ref,
        one.alert_id,
    )


def _format_match_change(ref: str, one: MatchChange, title: str) -> str:
    where = f", {title}, entry {one.entry_id}" if one.entry_id else ""
    about = f"supplier {ref}: {one.check_title} ({one.severity}){where}"
    return f"{_NEWS[one.news]}: {about}; {'; '.join(_describe_match_change(one))}"


def _describe_match_change(one: MatchChange) -> Iterator[str]:
    now = score_words(one.now) if one.now is not None else ""
    before = score_words(one.before) if one.before is not None else ""
    if now and before and now != before:
        yield f"{now}, was {before}"
    elif now:
        yield now
    elif before:
        yield f"was {before}"
    yield from (_CHANGED[part] for part in one.changed)
    if one.reopened:
        yield f"open again: decided as {one.state!r} when it was weaker"
    if one.news == "gone":
        yield f"neither side changed, so it stays {one.state!r} until somebody decides it"
    if one.news == "resolved":
        yield "what it rests on is matched otherwise"
