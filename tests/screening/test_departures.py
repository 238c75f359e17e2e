"""Who has left a list is kept for three years, and nobody vanishes."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import ListEntry, Name
from duediligence.model.entries import Record
from duediligence.screening.lists.wholeness import with_departed

DAY = date(2026, 11, 24)
LATER = DAY + timedelta(days=30)
A, B = "Worker (A rating)", "Worker (B rating)"


def entry(key: str, status: str = A, **more: object) -> ListEntry:
    record = Record(type="registration", authority="Office of Invention")
    return ListEntry(
        id=key,
        list_id="sponsors",
        kind="organisation",
        names=(Name(f"Quill {key} Ltd"),),
        status=status,
        **{"record": record, **more},  # type: ignore[arg-type]
    )


def test_who_is_still_there_is_as_published() -> None:
    new = [entry("1", remarks="Probationary")]
    assert with_departed([entry("1")], new, DAY) == new
    assert with_departed([], new, DAY) == new


def test_who_left_is_kept_as_ended_since_the_day_it_was_seen() -> None:
    (kept,) = with_departed([entry("1")], [], DAY)
    assert kept.record
    assert (kept.record.ended, kept.record.authority) == (True, "Office of Invention")
    assert kept.ends_on == DAY
    assert kept.names == entry("1").names
    assert with_departed([kept], [], LATER) == [kept]


def test_a_day_that_the_publisher_had_put_there_is_not_that_of_leaving() -> None:
    (kept,) = with_departed([entry("1", ends_on=date(2030, 1, 1))], [], DAY)
    assert kept.ends_on == DAY


def test_what_the_publisher_says_has_ended_keeps_the_publishers_day() -> None:
    ended = Record(type="registration", ended=True)
    (kept,) = with_departed([entry("1", record=ended, ends_on=date(2026, 3, 1))], [], DAY)
    assert kept.ends_on == date(2026, 3, 1)


def test_who_left_without_a_record_gets_one_that_says_so() -> None:
    (kept,) = with_departed([entry("1", record=None)], [], DAY)
    assert kept.record == Record(type="registration", ended=True)


def test_who_returns_is_as_published() -> None:
    gone = with_departed([entry("1")], [], DAY)
    assert with_departed(gone, [entry("1")], LATER) == [entry("1")]


def test_who_left_is_dropped_after_three_years() -> None:
    gone = with_departed([entry("1")], [], date(2024, 2, 29))
    assert with_departed(gone, [], date(2027, 2, 28)) == gone
    assert with_departed(gone, [], date(2027, 3, 1)) == []
    gone = with_departed([entry("1")], [], DAY)
    assert with_departed(gone, [], date(2029, 11, 24)) == gone
    assert with_departed(gone, [], date(2029, 11, 25)) == []


def test_a_status_that_changed_is_remembered_for_good() -> None:
    one = with_departed([entry("1", A)], [entry("1", B, remarks="New address.")], DAY)
    assert one[0].remarks == f"New address.\nWas {A} until 24 November 2026."
    two = with_departed(one, [entry("1", A)], LATER)
    assert two[0].remarks == (f"Was {A} until 24 November 2026.\nWas {B} until 24 December 2026.")
    gone = with_departed(two, [], LATER)
    assert gone[0].remarks == two[0].remarks
    assert with_departed(gone, [entry("1", A)], LATER)[0].remarks == two[0].remarks


def test_a_status_that_was_not_given_is_no_change() -> None:
    assert with_departed([entry("1", "")], [entry("1", A)], DAY) == [entry("1", A)]


KEYS = st.sampled_from("12345")
VERSIONS = st.dictionaries(
    KEYS, st.tuples(st.sampled_from([A, B, "", "a\nWas b"]), st.sampled_from(["", "x\ny", "x"]))
).map(lambda d: [entry(key, status, remarks=remarks) for key, (status, remarks) in d.items()])
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(VERSIONS, VERSIONS, DAYS)
def test_the_same_list_twice_changes_nothing(
    previous: list[ListEntry], new: list[ListEntry], day: date
) -> None:
    once = with_departed(previous, new, day)
    assert with_departed(once, new, day) == once


@given(st.lists(st.tuples(VERSIONS, DAYS), min_size=1, max_size=6))
def test_nobody_vanishes_and_nobody_stands_there_twice(
    history: list[tuple[list[ListEntry], date]],
) -> None:
    held: list[ListEntry] = []
    seen: dict[str, ListEntry] = {}
    # All within three years.
    for (new, _), day in zip(history, sorted(day for _, day in history), strict=True):
        held = with_departed(held, new, day)
        seen |= {one.id: one for one in new}
        assert sorted(one.id for one in held) == sorted(seen)
        published = {one.id for one in new}
        for one in held:
            assert one.record
            assert one.record.ended is (one.id not in published)
            assert one.status == seen[one.id].status
            assert one.remarks.startswith(seen[one.id].remarks)


@given(VERSIONS, VERSIONS, DAYS)
def test_the_published_come_first_and_are_otherwise_untouched(
    previous: list[ListEntry], new: list[ListEntry], day: date
) -> None:
    merged = with_departed(iter(previous), list(new), day)
    assert [replace(one, remarks="") for one in merged[: len(new)]] == [
        replace(one, remarks="") for one in new
    ]
