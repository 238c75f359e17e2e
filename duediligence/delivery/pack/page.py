"""The page of a pack that people read."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup, escape

from duediligence.casework.deciding import describe_choice
from duediligence.casework.queue import rank_alert_state
from duediligence.delivery.flag_files import NOT_CHECKED, in_flags, row_of
from duediligence.delivery.pack.about import PackManifest
from duediligence.delivery.pack.case import LEFT_OUT, Case, CaseAlert
from duediligence.delivery.pack.contents import Contents, files_of
from duediligence.delivery.pack.facts import FACTS, facts_of
from duediligence.model import Run, Severity
from duediligence.render import matcher_change, verdict
from duediligence.render.dossier_section import render_section
from duediligence.render.flags import Flag, rank_finding, write_csv
from duediligence.render.html_page import find_match_marks, web_address
from duediligence.render.scope import TITLE, scope_lines, scope_row
from duediligence.render.set_aside import SetAsideShown, set_aside_shown
from duediligence.render.templating import css_string, fill_page, resource
from duediligence.render.wording import day, reopened_words, shorten_to_words, source_words
from duediligence.text.wording import count, listed

# How many of each fit on one sheet of A4, whatever they say: the rest is counted.
MOST_FLAGS, MOST_GAPS = 5, 5
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


def _build_first_page(case: Case, run: Run, points: Sequence[verdict.Point]) -> FirstPage:
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
        flags=tuple(flags[:MOST_FLAGS]),
        more_flags=max(0, len(flags) - MOST_FLAGS),
        gaps=tuple(
            shorten_to_words(f"{gap.what}: {gap.state}" if gap.state else gap.what, _GAP)
            for gap in gaps[:MOST_GAPS]
        ),
        more_gaps=max(0, len(gaps) - MOST_GAPS),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A case as the page has it."""

    case: Case
    run: Run
    warning: str
    headline: str
    reading: str
    worst: str
    lists: tuple[verdict.SearchedList, ...]
    unused: str
    by_matcher: Sequence[str]
    points: tuple[verdict.Point, ...]
    first: FirstPage
    section: Markup
    set_aside: SetAsideShown


def write_pack_flags(contents: Contents) -> bytes:
    """Return the flags of every case as one CSV, as `screen` writes them."""
    rows = [flag for case in contents.cases for flag in _list_case_flags(case)]
    rows.sort(key=lambda flag: rank_finding(flag.finding))
    changed = (matcher_change.build_matcher_finding(case.run) for case in contents.cases)
    rows += (Flag(finding=one) for one in changed if one)
    rows += (Flag(finding=scope_row(run)) for run in _map_pack_runs(contents).values())
    written = io.StringIO(newline="")
    write_csv(rows, written)
    return written.getvalue().encode()


def _list_case_flags(case: Case) -> Iterator[Flag]:
    states: dict[tuple[str, ...], dict[str, None]] = {}
    for alert in case.alerts:
        about = (alert.check_id, alert.list_id, alert.entry_id)
        states.setdefault(about, {})[alert.state] = None
    found = [
        (
            finding,
            (NOT_CHECKED,)
            if finding.outcome == "unknown"
            # Several only where people of one supplier may be the same entry.
            else tuple(states.get((finding.check_id, finding.list_id, finding.entry_id), ())),
        )
        for finding in case.findings
    ]
    least = partial(min, key=rank_alert_state, default="")
    for flag, stands in in_flags(found, least, case.parted):
        supplier = case.supplier if flag[0].supplier_ref else None
        yield Flag(**row_of(case.run, flag, supplier), status="; ".join(stands))


FLAGS = "flags.csv"
PAGE = "report.html"


def with_pages(
    contents: Contents, about: PackManifest, beside: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Return every file of a pack: those of the contents, those `beside` them, and what people
    read.

    The same for the same arguments, wherever and whenever: a pack is verified by that.
    """
    files = {**files_of(contents), **beside, FLAGS: write_pack_flags(contents)}
    return {**files, PAGE: render_pack_page(contents, about, files)}


def render_pack_page(
    contents: Contents, about: PackManifest, files: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the page, in UTF-8. It shows what the contents hold, and no more.

    In a pack it lists the other `files`, and carries its facts as data. By itself it says what a
    page without a pack cannot show.
    """
    sheets = map(resource, ("report.css", "dossier.css", "pack.css"))
    css = "".join((*sheets, _format_page_margins(contents, about)))
    shown = [_build_case_view(case, people=about.people) for case in contents.cases]
    text = fill_page(
        "pack.html.jinja",
        css,
        about=about,
        contents=contents,
        shown=shown,
        names={case.supplier.ref: case.supplier.name for case in contents.cases},
        files=[
            (name, len(body), hashlib.sha256(body).hexdigest())
            for name, body in sorted((files or {}).items())
        ],
        carried=(FACTS, escape(json.dumps(facts_of(contents)))) if files else (),
        facts=verdict.list_point_facts,
        gaps=verdict.gaps,
        describe_alert=_describe_packed_alert,
        describe_choice=describe_choice,
        reopened_words=reopened_words,
        scope_title=TITLE,
        scopes=_list_run_scopes(contents),
        withheld=verdict.format_withheld_note,
        web_address=web_address,
    )
    return text.encode()


def _describe_packed_alert(case: Case, alert: CaseAlert) -> str:
    """Return what an alert is about, by its finding, or by its list and entry."""
    ids = (alert.check_id, alert.list_id, alert.entry_id)
    titles = {status.list_id: status.title for status in case.run.lists}
    return next(
        (
            source_words(one, titles)
            for one in case.findings
            if (one.check_id, one.list_id, one.entry_id) == ids
        ),
        " ".join(filter(None, (titles.get(alert.list_id, alert.list_id), alert.entry_id))),
    )


def _format_page_margins(contents: Contents, about: PackManifest) -> str:
    """Return the style of what each sheet says at its edges, on paper."""
    case = contents.cases[0]
    of = f"Contract {about.contract}" if about.contract else case.supplier.name
    when = f"made {day(about.made_at)}" if about.contract else f"as of {day(case.run.as_of)}"
    return f"""@page {{
  @top-left {{ content: {css_string(shorten_to_words(of, 60))}; }}
  @top-right {{ content: {css_string(f"Due diligence report, {when}")}; }}
}}
"""


def _list_run_scopes(contents: Contents) -> dict[str, list[str]]:
    """Return the scope of each run in the pack, by its id, in words."""
    return {run_id: scope_lines(run) for run_id, run in _map_pack_runs(contents).items()}


def _map_pack_runs(contents: Contents) -> dict[str, Run]:
    return {case.run.id: case.run for case in contents.cases}


def _build_case_view(case: Case, *, people: bool) -> _Shown:
    run = replace(case.run, suppliers=1)
    points = tuple(verdict.points(run, case.parted))
    reading = run.readings.get(case.supplier.ref)
    dossier = case.compared.dossier
    section = Markup()
    if dossier is not None:
        flagged = find_match_marks(case.run).get(case.supplier.ref, {})
        section = (
            render_section(dossier, flagged, "shown")
            if people
            else render_section(dossier, flagged, "redacted", left_out=LEFT_OUT)
        )
    return _Shown(
        case=case,
        run=run,
        warning=verdict.warning(run),
        headline=verdict.headline(run, case.parted),
        reading=f"{', '.join(reading.words).capitalize()}. {reading.why}" if reading else "",
        worst=points[0].severity if points else "",
        lists=tuple(verdict.searched_lists(run)),
        unused=verdict.format_unused_lists(run),
        by_matcher=matcher_change.section(run),
        points=points,
        first=_build_first_page(case, run, points),
        section=section,
        set_aside=set_aside_shown(replace(run, namesakes=len(run.set_aside))),
    )
