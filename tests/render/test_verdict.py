import itertools
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import SEVERITIES
from duediligence.render import verdict
from duediligence.render.flags import sort_findings
from duediligence.render.wording import day, moment, score_words, sentence
from tests.rows import for_each


def _shown(run, label):
    facts = verdict.list_point_facts(run, verdict.points(run)[0])
    return {fact.label: fact.values for fact in facts}.get(label)


def test_order_is_severity_then_score_then_name_then_unknown(make_run, make_finding):
    unknown = make_finding(outcome="unknown", severity="low", score=None)
    critical = make_finding(severity="critical", score=0.8)
    strong = make_finding(severity="high", score=0.99, supplier_name="Zebra (Fictional)")
    weak = make_finding(severity="high", score=0.81, supplier_name="aardvark (Fictional)")
    weak_too = make_finding(severity="high", score=0.81, supplier_name="Beaver (Fictional)")
    matchless = make_finding(severity="high", score=None)
    fine = make_finding(outcome="clear", severity="critical")
    wanted = [critical, strong, weak, weak_too, matchless, unknown, fine]
    assert sort_findings(make_run(findings=tuple(reversed(wanted)))) == wanted


@given(st.lists(st.tuples(st.sampled_from(SEVERITIES), st.sampled_from("ab")), max_size=12))
def test_order_is_stable(make_run, make_finding, kinds):
    findings = tuple(
        make_finding(severity=severity, supplier_name=name, entry_id=str(number))
        for number, (severity, name) in enumerate(kinds)
    )
    result = sort_findings(make_run(findings=findings))
    assert sorted(result, key=findings.index) == list(findings)
    for a, b in itertools.pairwise(result):
        if (a.severity, a.supplier_name) == (b.severity, b.supplier_name):
            assert int(a.entry_id) < int(b.entry_id)


def test_findings_on_one_entry_are_one_match(make_run, make_finding):
    freeze = make_finding(check_id="A", check_title="Freeze", measures=("m1", "m2"))
    ban = make_finding(check_id="B", check_title="Ban", severity="high", measures=("m2", "m3"))
    other = make_finding(check_id="A", entry_id="MOON-9")
    run = make_run(findings=(ban, freeze, other))
    first, second = verdict.points(run)
    assert first.findings == (freeze, ban)
    assert second.findings == (other,)
    assert verdict.headline(run) == "2 possible matches to review, at 1 of 143 suppliers"
    assert _shown(run, "Finding") == ("Freeze", "Ban")
    assert _shown(run, "Measures") == ("m1", "m2", "m3")


def test_points_without_a_match_stay_apart_by_check(make_run, make_finding):
    bare = {"entry_id": "", "entry_name": "", "list_id": "", "score": None}
    run = make_run(
        findings=(make_finding(**bare, check_id="A"), make_finding(**bare, check_id="B"))
    )
    assert len(verdict.points(run)) == 2


def test_suppliers_without_a_reference_are_told_apart_by_name(make_run, make_finding):
    names = ("Fictional One", "Fictional Two")
    run = make_run(
        findings=tuple(make_finding(supplier_ref="", supplier_name=name) for name in names)
    )
    assert [
        group[0].first.supplier_name for group in verdict.by_supplier(verdict.points(run))
    ] == list(names)


def test_matches_and_other_points_are_counted_apart(make_run, make_finding):
    other = make_finding(entry_id="", entry_name="", list_id="", score=None, check_id="SUP-02")
    run = make_run(findings=(make_finding(), other), suppliers=1, parties=1)
    assert verdict.headline(run) == "1 possible match and 1 other point to review"


def test_no_ground_is_said_in_words(make_run, make_finding):
    run = make_run(findings=(make_finding(possible_grounds=()),))
    assert _shown(run, "Possible grounds, officer to decide") == ("none suggested",)


def test_rows_that_were_not_screened_are_one_gap_with_examples(make_run, make_finding):
    rows = tuple(
        make_finding(
            outcome="unknown",
            supplier_ref="",
            supplier_name=f"(row {n})",
            list_id="",
            check_title="Row of the supplier file not used",
            why=f"row {n}: no name",
        )
        for n in range(2, 12)
    )
    run = make_run(findings=rows)
    (gap,) = verdict.gaps(run)
    assert gap.what == "Row of the supplier file not used (10 times)"
    assert gap.why == (
        "Row 2: no name. Row 3: no name. Row 4: no name. And 7 more, all in the flags file."
    )
    assert verdict.warning(run) == "Incomplete: 10 things could not be checked"
    assert verdict.headline(run).endswith("which was not everything")


def test_an_unknown_about_a_list_that_is_named_already_is_not_repeated(incomplete_run):
    assert [gap.what for gap in verdict.gaps(incomplete_run)] == [
        "Register of Debarred Tide Millers",
        "Cloud Registry",
    ]


def test_a_list_that_nobody_asked_for_is_no_gap(make_run, make_status):
    optional = make_status("own", "Own", state="never loaded", version=None, optional=True)
    run = make_run(lists=(make_status("moon", "Moon"), optional))
    assert verdict.gaps(run) == []
    assert verdict.warning(run) == ""


def test_a_run_without_any_list_is_incomplete(make_run):
    run = make_run(lists=())
    assert [gap.what for gap in verdict.gaps(run)] == ["All lists"]
    assert verdict.warning(run) == "Incomplete: no list was checked"


@for_each(
    ("value", "words"),
    [
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "24 November 2026 at 9:30am UK time"),
        (datetime(2026, 7, 1, 12, 5, tzinfo=UTC), "1 July 2026 at 1:05pm UK time"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026 at 12:30am UK time"),
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), "1 January 2026 at 12pm UK time"),
        (datetime(2026, 1, 1, 12, 0), "1 January 2026 at 12pm UK time"),  # noqa: DTZ001
        (
            datetime(2026, 1, 1, 12, 0, tzinfo=timezone(timedelta(hours=5))),
            "1 January 2026 at 7am UK time",
        ),
    ],
)
def test_moments(value, words):
    assert moment(value) == words


def test_a_machine_without_time_zones_says_utc():
    import os
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['tzdata'] = None\n"
        "from datetime import datetime, UTC\n"
        "from duediligence.render.wording import moment\n"
        "print(moment(datetime(2026, 7, 1, 12, 5, tzinfo=UTC)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1 July 2026 at 12:05pm UTC"


def test_days():
    assert day(date(2026, 1, 2)) == "2 January 2026"
    assert day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"


@for_each(
    ("score", "words"),
    [(1.0, "100% very strong"), (0.9, "90% strong"), (0.82, "82% fair"), (0.0, "0% in doubt")],
)
def test_likeness(score, words):
    assert score_words(score) == words


@for_each(
    ("text", "words"),
    [("nothing is loaded", "Nothing is loaded."), ("Done.", "Done."), ("", ""), (" why?", "Why?")],
)
def test_sentences(text, words):
    assert sentence(text) == words


def test_what_could_not_be_checked_names_the_supplier(make_run, make_finding):
    unknown = make_finding(
        list_id="",
        entry_id="",
        outcome="unknown",
        supplier_ref="S7",
        supplier_name="Quill Ltd",
        check_title="Too few trustees",
        why="the register does not publish the trustees",
    )
    (gap,) = verdict.gaps(make_run(findings=(unknown,)))
    assert gap.why == "Quill Ltd: The register does not publish the trustees."
    (alone,) = verdict.gaps(make_run(findings=(unknown,), suppliers=1))
    assert alone.why == "The register does not publish the trustees."
