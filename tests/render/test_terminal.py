import io
import re
from itertools import product
from typing import get_args

import pytest
from rich.console import Console

from duediligence.model import StaleReason, Weakening
from duediligence.model.findings import Reading, Word
from duediligence.model.matcher_effects import MatchChange, MatcherEffect, NewMatcher
from duediligence.model.runs import WeakeningKind
from duediligence.render import terminal
from duediligence.render.scope import TITLE
from tests.rows import for_each


def _printed(run, width, **options):
    console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(terminal.table(run, width, **options))
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


@pytest.mark.parametrize("width", [60, 80, 140])
def test_table(incomplete_run, width, snapshot):
    printed = _printed(incomplete_run, width)
    assert printed == snapshot
    assert max(map(len, printed.splitlines())) <= width


def test_summary(incomplete_run, clean_run, snapshot):
    assert terminal.format_run_summary(incomplete_run) == snapshot
    assert terminal.format_run_summary(clean_run) == snapshot


def test_details(incomplete_run, snapshot):
    assert terminal.format_run_details(incomplete_run) == snapshot


def test_that_it_is_incomplete_comes_first_and_what_was_not_checked_after_the_flags(incomplete_run):
    for lines in (
        terminal.format_run_summary(incomplete_run),
        terminal.format_run_details(incomplete_run),
        _printed(incomplete_run, 200).splitlines(),
    ):
        assert lines[0] == "Incomplete: 2 of 3 lists were not fully checked"
        gaps = lines.index("Not checked:")
        flag = next(n for n, line in enumerate(lines) if "critical" in line)
        assert flag < gaps < lines.index(f"{TITLE}:")
        assert "Register of Debarred Tide Millers" in lines[gaps + 1]
        assert "out of date" in lines[gaps + 1]
        assert "Cloud Registry" in lines[gaps + 2]
        assert "not checked" in lines[gaps + 2]


def test_words_that_decide_are_not_used(incomplete_run):
    text = _printed(incomplete_run, 140) + "\n".join(terminal.format_run_details(incomplete_run))
    assert not re.search(r"\b(exclude|hit|miss|clear)", text, re.I)


def test_a_long_run_shows_the_worst_and_tells_of_the_rest(make_run, make_finding):
    findings = tuple(make_finding(supplier_ref=f"S-{n}", severity="low") for n in range(500))
    worst = make_finding(supplier_ref="S-worst", severity="critical")
    run = make_run(suppliers=1000, findings=(*findings, worst))
    lines = terminal.format_run_summary(run, most=3)
    assert lines[0] == "501 possible matches to review, at 501 of 1,000 suppliers"
    assert "S-worst" in lines[3]
    assert lines[4] == "… and 500 more: the flags file holds them all"
    assert lines[5] == f"{TITLE}:"
    assert "… and 498 more" in _printed(run, 80, limit=3)


@for_each("text", ["[bold red]x[/]", "[link=https://evil.example]x[/link]", "[/]"])
def test_brackets_are_text_and_no_styling(make_run, make_finding, text):
    run = make_run(findings=(make_finding(supplier_name=text, why=text),))
    assert text in " ".join(_printed(run, 300).split())


@for_each("text", ["\x1b[31mred", "\x1b]8;;https://evil.example\x07x", "\x9b2J", "\r"])
def test_no_sequence_reaches_the_terminal(make_run, make_finding, make_status, text):
    status = make_status(
        "moon-sanctions",
        f"Moon {text}",
        state="stale",
        reasons=(StaleReason(kind="recorded text", said=text),),
    )
    finding = make_finding(supplier_name=f"N {text}", entry_name=f"E {text}", why=f"W {text}")
    run = make_run(lists=(status,), findings=(finding,))
    printed = "\n".join(
        [_printed(run, 140), *terminal.format_run_summary(run), *terminal.format_run_details(run)]
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed)


def test_a_point_without_a_match_goes_by_its_check(make_run, make_finding):
    point = make_finding(
        check_id="SUP-02",
        check_title="A number that cannot be read",
        list_id="",
        entry_id="",
        entry_name="",
        score=None,
        severity="low",
    )
    lines = terminal.format_run_summary(make_run(findings=(point,)))
    assert lines[0] == "1 point to review, at 1 of 143 suppliers"
    assert "[low] Zanzibar Sprocket Works Ltd (S-001): A number that cannot be read" in lines


def test_how_sure_a_match_is_stands_beside_it(make_run, make_finding):
    run = make_run(findings=(make_finding(certainty="same name, elsewhere"),))
    assert any(line.endswith(", same name, elsewhere") for line in terminal.format_run_summary(run))
    assert "same name, elsewhere" in " ".join(_printed(run, 200).split())


def test_on_a_screen_that_is_too_small_the_verdict_comes_last(incomplete_run):
    printed = _printed(incomplete_run, 80, ends_short=True).splitlines()
    gaps = printed.index("Not checked:")
    assert printed[gaps + 1].startswith("  1 list out of date: Register of Debarred Tide Millers.")
    assert printed[gaps + 2].startswith("  1 list not checked: Cloud Registry.")
    end = "\n".join(printed[gaps:])
    assert end.index(TITLE) < end.index("Incomplete: 2 of 3 lists") < end.index("\nRun ")
    assert len(printed) - gaps < 24


def test_what_did_not_change_is_said_in_few_lines(incomplete_run):
    lines = terminal.format_unchanged_run(incomplete_run, incomplete_run)
    assert "  1 list not checked: Cloud Registry." in lines
    assert lines[1].startswith("Nothing changed since the run of ")


def test_a_summary_has_at_most_fifteen_lines_whatever_there_is_of_each(make_run, make_finding):
    """Combine the kinds of what a run can say, each with none, one and many."""
    changes = tuple(
        MatchChange(
            alert_id=f"{n:064x}", news="new", severity="high", check_id="SAN-01", check_title="A"
        )
        for n in range(9)
    )
    unknown = [
        make_finding(outcome="unknown", check_title=f"Check {n}", list_id="", why=f"Cause {n}.")
        for n in range(9)
    ]
    points = [make_finding(supplier_ref=f"S-{n}", severity="low") for n in range(40)]
    weak = [Weakening(kind=kind, now=1, usual=2) for kind in get_args(WeakeningKind)]
    kinds = get_args(Word)
    for found, gaps, fewer, matched, read in product(
        (0, 2, 40), (0, 1, 9), (0, 1, 9), (0, 9), (0, 4)
    ):
        run = make_run(
            suppliers=50,
            findings=(*points[:found], *unknown[:gaps]),
            weakenings=tuple(weak[:fewer]),
            new_matcher=NewMatcher(before=("1",)) if matched else None,
            by_matcher={"S-1": MatcherEffect(changes=changes[:matched])} if matched else {},
            readings={f"S-{n}": Reading((kinds[n],), "Why.") for n in range(read)},
        )
        lines = terminal.format_run_summary(run)
        assert len(lines) <= 15, (found, gaps, fewer, matched, read)
        said = "\n".join(lines)
        assert ("more: the flags file holds them all" in said) == (found == 40)
        assert ("Weakened: " in said) == bool(fewer)
        assert ("Not checked:" in said) == bool(gaps)
        assert any(line.startswith("[low] ") for line in lines) == bool(found)


def test_a_reference_is_never_broken(make_run, make_finding):
    ref = "S-9db2ec594523"
    found = make_finding(supplier_ref=ref, supplier_name="Harrowgate and Penwith Security Services")
    for width in (60, 80, 120):
        assert f"({ref})" in _printed(make_run(findings=(found,)), width)
