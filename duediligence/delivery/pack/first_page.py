"""The first page of a report: what somebody reads who reads no other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from duediligence.casework.queue import rank_alert_state
from duediligence.delivery.pack.case import Case
from duediligence.model import Run, Severity
from duediligence.render import verdict
from duediligence.render.wording import day, shorten_to_words
from duediligence.text.wording import count, listed

# How many of each fit on one sheet of A4, whatever they say: the rest is counted.
FLAGS, GAPS = 5, 5
_NAME, _TITLE, _LINE, _GAP = 120, 70, 115, 95
_DONE = ("not the same", "mitigated")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFlag:
    """One flag in short. `number` is its place among all, which its details have too."""

    number: int
    severity: Severity
    title: str
    about: str
    next_step: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """Whose it is, what to look at first, what was not checked or decided: all cut to fit."""

    name: str
    flags: tuple[FirstFlag, ...]
    more_flags: int
    gaps: tuple[str, ...]
    more_gaps: int
    decided: tuple[str, ...]


def first_page(case: Case, run: Run, points: Sequence[verdict.Point]) -> FirstPage:
    """Return the first page of a case; `run` and `points` are those that the details show.

    The gravest are first. What was decided as another party, or mitigated, comes after all else.
    """
    flags = sorted(
        (_build_first_flag(case, run, point, number) for number, point in enumerate(points, 1)),
        key=lambda flag: flag.state.lower() in _DONE,
    )
    gaps = verdict.gaps(run)
    return FirstPage(
        name=shorten_to_words(case.supplier.name, _NAME),
        flags=tuple(flags[:FLAGS]),
        more_flags=max(0, len(flags) - FLAGS),
        gaps=tuple(
            shorten_to_words(f"{gap.what}: {gap.state}" if gap.state else gap.what, _GAP)
            for gap in gaps[:GAPS]
        ),
        more_gaps=max(0, len(gaps) - GAPS),
        decided=tuple(_describe_case_decisions(case)),
    )


def _build_first_flag(case: Case, run: Run, point: verdict.Point, number: int) -> FirstFlag:
    first = point.first
    facts = {fact.label: fact.values for fact in verdict.list_point_facts(run, point)}
    strength = facts.get("Match strength", ())
    maybe = "May be " if first.entry_name and not first.happened else ""
    step = facts.get("Next step", ("",))[0]
    about = "; ".join((*facts.get("About", ())[:1], *strength[:1]))
    return FirstFlag(
        number=number,
        severity=point.severity,
        title=shorten_to_words(maybe + point.title, _TITLE),
        about=shorten_to_words(f"{first.check_title}. {about}", _LINE),
        next_step=shorten_to_words(step, _LINE),
        state=_find_least_settled_state(case, point),
    )


def _find_least_settled_state(case: Case, point: verdict.Point) -> str:
    """Return where the least settled alert of a point is."""
    about = {
        (one.check_id, one.list_id, one.entry_id)
        for some in (point, *point.also)
        for one in some.findings
    }
    states = [alert.state for alert in case.alerts if alert.about in about]
    return min(states, key=rank_alert_state).capitalize() if states else "No alert"


def _describe_case_decisions(case: Case) -> list[str]:
    if not case.alerts:
        return ["There was nothing to decide."]
    states = Counter(alert.state for alert in case.alerts)
    counted = [
        f"{n:,} {state}"
        for state, n in sorted(states.items(), key=lambda it: rank_alert_state(it[0]))
    ]
    lines = [f"{count(len(case.alerts), 'alert')}: {listed(counted)}."]
    decisions = [one for alert in case.alerts for one in alert.decisions]
    if decisions:
        last = max(decisions, key=lambda one: one.at)
        lines.append(f"The newest decision is of {day(last.at)}: {last.decided}, by {last.by}.")
    else:
        lines.append("Nobody has decided yet.")
    return lines
