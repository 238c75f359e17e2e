"""A run on a terminal."""

from collections import Counter
from textwrap import shorten
from typing import TYPE_CHECKING, get_args

from duediligence.model import Feature, Match, Run
from duediligence.model.findings import Word
from duediligence.render import matcher_change, verdict, wording
from duediligence.render.saying import explain
from duediligence.render.scope import (
    TITLE,
    in_short,
    list_ground_lines,
    list_judgement_lines,
    scope_lines,
    weakening_lines,
)
from duediligence.render.set_aside import explain_set_aside
from duediligence.render.verdict import Point
from duediligence.render.wording import moment, score_words, visible
from duediligence.text.wording import count, listed

if TYPE_CHECKING:
    from rich.console import RenderableType


LIMIT = 25
# Of all that a screening says on a terminal, and of a summary, which fits into that beside what was
# imported and written; and of its points.
SCREEN_LINES, MOST_LINES, LEAST_POINTS = 24, 15, 3
_NAMED_IN_SHORT = 3
# How many lines a summary has at most of what a new matcher changed, of what was not checked, of
# weakenings, and of points: the first that fit.
_ROOM = ((4, 6, 3, LEAST_POINTS), (2, 4, 2, LEAST_POINTS), (1, 3, 1, 1), (1, 2, 0, 1))
_LONGEST_IN_SHORT = 200
_LONGEST_REF = 24
# Column: the least width of the terminal at which it is shown, and its share of the space.
_COLUMNS: dict[str, tuple[int, int | None]] = {
    "Severity": (0, None),
    "Supplier": (0, 2),
    "Possible match": (0, 2),
    "List": (72, 2),
    "Strength": (0, None),
    "Why": (110, 5),
}
_STYLES = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "low": ""}


def format_run_summary(run: Run, most: int = MOST_LINES) -> list[str]:
    """Return the verdict and one line a point without any styling, the gravest that `most` lines in
    all have room for; then what was not checked, and the scope.
    """
    points = verdict.points(run)
    for changes, gaps, weakenings, least in _ROOM:
        head = [
            *_format_run_verdict(run),
            *_format_run_readings(run),
            f"Run {run.id}",
            *_format_matcher_changes(run)[:changes],
        ]
        tail = [*_gaps_in_short(run)[:gaps], *_scope_in_short(run, weakenings)]
        room = max(least, most - len(head) - len(tail))
        limit = room if len(points) <= room else max(least, room - 1)
        found = [_format_point_line(run, point) for point in points[:limit]]
        lines = [*head, *found, *_format_points_left(len(points), limit), *tail]
        if len(lines) <= most:
            break
    return lines


def format_unchanged_run(run: Run, before: Run) -> list[str]:
    """Return the same in short, where the run before found and left out just the same."""
    warning = [verdict.warning(run)] if verdict.gaps(run) else []
    namesakes = wording.format_namesake_count(run, commands=True)
    scope = (f"Scope unchanged: {in_short(run)}.", *list_ground_lines(run), namesakes)
    return [
        *warning,
        f"Nothing changed since the run of {moment(before.started_at)}: no flag is new, changed "
        "or gone.",
        verdict.headline(run),
        f"Run {run.id}",
        *_format_matcher_changes(run)[:_NAMED_IN_SHORT],
        *_gaps_in_short(run),
        *_remarks_in_short(run, _NAMED_IN_SHORT),
        " ".join(filter(None, scope)),
    ]


def _format_matcher_changes(run: Run) -> list[str]:
    return matcher_change.section(run) if run.new_matcher or run.by_matcher else []


def format_run_details(run: Run) -> list[str]:
    """Return the verdict and everything about each point, for the check of one supplier; then what
    was not checked, and the scope.
    """
    lines = [*_format_run_verdict(run), *_format_run_readings(run), *_format_matcher_changes(run)]
    for point in verdict.points(run):
        lines += ["", visible(f"{_format_point_title(point)} [{point.severity}]")]
        for fact in verdict.list_point_facts(run, point):
            lines.append(f"  {fact.label}: {visible(wording.join_sentences(fact.values))}")
        if point.first.entry_url:
            lines.append(f"  Publisher's entry: {visible(point.first.entry_url)}")
        for also in point.also:
            lines.append(f"  Also: {visible(_format_point_title(also))}")
            for fact in verdict.list_point_facts(run, also):
                lines.append(f"    {fact.label}: {visible(wording.join_sentences(fact.values))}")
    gaps = _format_run_gaps(run)
    return [*lines, *([""] if gaps else []), *gaps, "", *_format_run_scope(run)]


def _format_run_verdict(run: Run) -> list[str]:
    warning = [verdict.warning(run)] if verdict.gaps(run) else []
    return [*warning, verdict.headline(run), verdict.format_run_coverage(run)]


def list_namesake_lines(run: Run) -> list[str]:
    """Return a line for each match that was set aside, with both birth dates; restricted ones
    counted.
    """
    titles = {status.list_id: status.title for status in run.lists}
    lines = []
    for one in run.set_aside:
        if one.hidden:
            continue
        dates = Match(one.features).feature("birth date")
        if one.look_up:
            lines.append(
                f"Look up: {one.supplier_name} ({one.supplier_ref}): {one.subject_name}, "
                f"{titles[one.list_id]}. {explain_set_aside(one)}"
            )
            continue
        # They are why the match was set aside, and are left out for who may not see them.
        ours, theirs = (f", born {each}" if each else "" for each in _get_both_dates(dates))
        lines.append(
            f"Namesake: {one.supplier_name} ({one.supplier_ref}): {one.subject_name}{ours}, is set "
            f"aside as {one.entry_name}{theirs}, {titles[one.list_id]}, entry {one.entry_id}"
        )
    if hidden := sum(one.hidden for one in run.set_aside):
        lines.append(f"{count(hidden, 'namesake')} on restricted lists not listed")
    return [visible(line) for line in lines] or ["No namesake was set aside"]


def _get_both_dates(dates: Feature | None) -> tuple[str, str]:
    return (dates.query, dates.listed) if dates else ("", "")


def _format_run_readings(run: Run) -> list[str]:
    """Return the suppliers of each overall reading, the gravest first; a lone one with its
    reasons.
    """
    if len(run.readings) == 1:
        (reading,) = run.readings.values()
        return [visible(f"Overall reading: {', '.join(reading.words)}. {reading.why}")]
    counted = Counter(reading.words for reading in run.readings.values())
    order = get_args(Word)
    told = [
        f"{', '.join(words)}: {counted[words]:,}"
        for words in sorted(counted, key=lambda words: [*map(order.index, words)])
    ]
    return [f"Overall reading: {'; '.join(told)}"] if told else []


def table(
    run: Run, console_width: int, limit: int = LIMIT, *, ends_short: bool = False
) -> "RenderableType":
    """Return the verdict and a table of the first `limit` points, with fewer columns where narrow.

    Returns something for `rich.console.Console.print`. Severity is a word, colour only adds.
    `ends_short`: what is longer than a screen ends with the verdict, after what was not checked and
    the scope in a few lines.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    points = verdict.points(run)
    columns = [name for name, (least, _) in _COLUMNS.items() if console_width >= least]
    found_cells = [_build_point_cells(run, point) for point in points[:limit]]
    shown = Table(box=box.SIMPLE_HEAD, width=min(console_width, 160), pad_edge=False)
    # A reference that is broken cannot be copied.
    least = min(max((len(one["Reference"]) for one in found_cells), default=0), _LONGEST_REF)
    for name in columns:
        ratio = _COLUMNS[name][1]
        if name == "Supplier":
            widest = max(least, min(console_width // 4, _LONGEST_REF))
            shown.add_column(name, overflow="fold", min_width=least, max_width=widest)
        else:
            shown.add_column(name, overflow="fold", ratio=ratio, no_wrap=ratio is None)
    for point, cells in zip(points, found_cells, strict=False):
        texts = [Text(visible(cells[name])) for name in columns]
        texts[0].stylize(_STYLES[point.severity])
        if sure := _format_point_certainty(point):
            texts[columns.index("Possible match")].append(f"\n{visible(sure)}")
        if also := _format_point_sources(run, point):
            texts[columns.index("Possible match")].append(f"\n{visible(also)}")
        shown.add_row(*texts)

    first, *rest = _format_run_verdict(run)
    found: list[RenderableType] = [
        Text(first, style="bold"),
        *(Text(line, style="bold" if line == verdict.headline(run) else "") for line in rest),
        *(Text(line) for line in (*_format_run_readings(run), *_format_matcher_changes(run))),
    ]
    flags: list[RenderableType] = [
        *([shown] if points else []),
        *map(Text, _format_points_left(len(points), limit)),
    ]
    run_id = Text(f"Run {run.id}", style="dim")
    if ends_short:
        return Group(
            *flags, *map(Text, (*_gaps_in_short(run), *_scope_in_short(run))), *found, run_id
        )
    return Group(
        *found, *flags, *map(Text, (*_format_run_gaps(run), *_scope_in_short(run))), run_id
    )


def _format_run_gaps(run: Run) -> list[str]:
    gaps = [f"  {visible(gap.line)}" for gap in verdict.gaps(run)]
    load = ["  What to do about each list: duediligence doctor"] if run.not_checked else []
    return ["Not checked:", *gaps, *load] if gaps else []


def _gaps_in_short(run: Run) -> list[str]:
    """Return how many lists were not, or not fully, checked, with the first of each sort; then
    others.
    """
    lines = []
    for state, words in wording.LIST_STATES.items():
        titles = [one.title for one in run.not_checked if one.state == state]
        if titles:
            named = listed(titles, _NAMED_IN_SHORT)
            lines.append(f"{count(len(titles), 'list')} {words}: {named}.")
    others = [gap for gap in verdict.gaps(run) if not gap.state]
    lines += [
        shorten(gap.line, _LONGEST_IN_SHORT, placeholder=" …") for gap in others[:_NAMED_IN_SHORT]
    ]
    if len(others) > _NAMED_IN_SHORT:
        lines.append(f"And {len(others) - _NAMED_IN_SHORT:,} more, all in the flags file.")
    load = ["  What to do about each list: duediligence doctor"] if run.not_checked else []
    return ["Not checked:", *(f"  {visible(line)}" for line in lines), *load] if lines else []


def _scope_in_short(run: Run, weakenings: int = _NAMED_IN_SHORT) -> list[str]:
    namesakes = wording.format_namesake_count(run, commands=True)
    told = [*_remarks_in_short(run, weakenings), *filter(None, [namesakes])]
    looked_at = " ".join((f"{in_short(run)}.", *list_ground_lines(run)))
    return [f"{TITLE}:", *(f"  {visible(line)}" for line in (*told, looked_at))]


def _remarks_in_short(run: Run, most: int) -> list[str]:
    """Return the first weakenings, and how many more there are; then what is judged otherwise."""
    lines = weakening_lines(run.weakenings)
    if len(lines) > most:
        left = count(len(lines) - most, "weakening" if not most else "more weakening")
        lines[most:] = [f"Weakened: {left}, in the first rows of the flags file."]
    return [visible(line) for line in (*lines, *list_judgement_lines(run))]


def _format_run_scope(run: Run) -> list[str]:
    return [f"{TITLE}:", *(f"  {visible(line)}" for line in scope_lines(run, commands=True))]


def _format_points_left(found: int, limit: int) -> list[str]:
    if found <= limit:
        return []
    return [f"… and {found - limit:,} more: the flags file holds them all"]


def _format_point_line(run: Run, point: Point) -> str:
    cells = _build_point_cells(run, point)
    line = f"[{cells['Severity']}] {cells['Supplier']}: {cells['Possible match']}"
    line += f", {cells['List']}" if cells["List"] else ""
    line += f", match strength {cells['Strength']}" if cells["Strength"] else ""
    return visible(
        ", ".join(
            filter(None, (line, _format_point_certainty(point), _format_point_sources(run, point)))
        )
    )


def _build_point_cells(run: Run, point: Point) -> dict[str, str]:
    finding = point.first
    ref = f"({finding.supplier_ref})" if finding.supplier_ref else ""
    return {
        "Severity": point.severity,
        "Supplier": f"{finding.supplier_name} {ref}".rstrip(),
        "Reference": ref,
        "Possible match": _format_point_title(point),
        "List": verdict.list_title(run, finding),
        "Strength": score_words(finding.score) if finding.score is not None else "",
        "Why": explain(finding),
    }


def _format_point_certainty(point: Point) -> str:
    """Return how sure a match is, in words. Of another name at the same premises the title says
    it.
    """
    return point.first.certainty if point.first.score is not None else ""


def _format_point_sources(run: Run, point: Point) -> str:
    """Return how many further sources of the event there are, and which."""
    titles = (verdict.list_title(run, one.first) or one.first.check_title for one in point.also)
    return f"also in {listed(dict.fromkeys(titles))}" if point.also else ""


def _format_point_title(point: Point) -> str:
    if point.first.subject_name in ("", point.first.supplier_name):
        return point.title
    return f"{point.title} (for {point.first.subject_name})"
