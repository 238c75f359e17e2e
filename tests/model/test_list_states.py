"""Drift and the reasons for which a list is not current: rendered whole, or without people."""

from datetime import date
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from duediligence.contracts import Drift
from duediligence.model import DriftItem, StaleReason
from duediligence.model.list_states import DriftKind, StaleKind, reason_words
from tests.rows import for_each

MARKER = "Ottoline Brackwater"
TEXT = st.text(max_size=20)
DRIFT = st.builds(
    DriftItem,
    kind=st.sampled_from(get_args(DriftKind)),
    what=TEXT,
    name=TEXT,
    count=st.integers(1, 10**7),
)
REASONS = st.builds(
    StaleReason,
    kind=st.sampled_from(get_args(StaleKind)),
    on=st.none() | st.dates(),
    changed_on=st.none() | st.dates(),
    days=st.none() | st.integers(0, 9_999),
    most_days=st.none() | st.integers(0, 9_999),
    count=st.integers(0, 10**7),
    what=st.lists(TEXT, max_size=5).map(tuple),
    page=TEXT,
    code=st.sampled_from(["", "FetchFailed", "UnreadableFile", "ExpectationFailed"]),
    said=TEXT,
)


@given(DRIFT)
def test_an_item_is_rendered_whole_and_without_content_of_the_file(item: DriftItem) -> None:
    assert item.name in item.words()
    marked = DriftItem(item.kind, item.what, MARKER, item.count)
    assert MARKER in marked.words()
    assert (MARKER in marked.words(people=False)) is (not marked.personal)
    assert marked.personal is (item.kind != "unread")


@given(REASONS)
def test_a_reason_is_rendered_without_what_may_name_people(reason: StaleReason) -> None:
    assert isinstance(reason_words([reason, reason]), str)
    if reason.kind != "recorded text":
        assert reason.words(people=False) or reason.kind == "index not readable"
    if reason.personal and MARKER not in reason.page:
        marked = StaleReason(kind=reason.kind, on=reason.on, code=reason.code, said=MARKER)
        assert MARKER in marked.words()
        assert MARKER not in marked.words(people=False)


def test_the_words_are_those_of_a_person_who_explains_it() -> None:
    drift = Drift()
    drift.left_out("restricted record")
    drift.unread("column", "Risk rating", 12)
    drift.unmapped("Name type", "Nickname")
    drift.left_out("row that is no record", "Page: 1 2 3")
    drift.met("note", "the second sheet was read")
    assert drift.lines() == (
        "unread column: Risk rating (12)",
        "left out: restricted record (1)",
        "left out: row that is no record: Page: 1 2 3 (1)",
        "note: the second sheet was read (1)",
        "unmapped Name type: Nickname (1)",
    )
    again = Drift()
    again.add(drift.in_order_met())
    assert again.items() == drift.items()


@for_each(
    ("reason", "said"),
    [
        (
            StaleReason(kind="too old", on=date(2026, 11, 1), days=9, most_days=3),
            "last known good on 1 November 2026, 9 days ago; the maximum is 3 days",
        ),
        (
            StaleReason(
                kind="too old", on=date(2026, 11, 1), days=9, most_days=3, page="https://x"
            ),
            "last compared with its page on 1 November 2026, 9 days ago; the maximum is 3 days; "
            "compare it with https://x again, then confirm the list",
        ),
        (
            StaleReason(kind="headings not read", what=("a", "b", "c", "d", "e"), count=5),
            "its files have headings that are not read and may be renamed ones: a, b, c and 2 "
            "more. If nothing is lost by that: accept the headings of this list",
        ),
        (
            StaleReason(kind="files of different days", what=("A has rows", "B", "C"), count=1_200),
            "its files are of different days: A has rows (1,200) and 2 more signs. Fetch them all "
            "again",
        ),
        (
            StaleReason(kind="publisher's date not moving", on=date(2026, 1, 1), days=70),
            "the publisher's own date, 1 January 2026, has not moved for 70 days",
        ),
        (
            StaleReason(kind="refresh failed", on=date(2026, 1, 1), code="FetchFailed", said="404"),
            "the refresh of 1 January 2026 failed: 404",
        ),
    ],
)
def test_each_reason_says_what_to_do(reason: StaleReason, said: str) -> None:
    assert reason.words() == said
