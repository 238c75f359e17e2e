"""Which events are one: by number, by date, and never across kinds, parties or years."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import SEVERITIES, Finding
from duediligence.model.findings import (
    THE_SUPPLIER,
    WINDOWS,
    Event,
    EventKind,
    by_event,
    same_events,
)
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

WINDOW = WINDOWS["insolvency"]


def insolvency(on: str = "", *numbers: str, party: str = THE_SUPPLIER) -> Event:
    day = date.fromisoformat(on) if on else None
    return Event(kind="insolvency", party=party, on=day, numbers=numbers)


def designation(*numbers: str, party: str = "someone") -> Event:
    return Event(kind="designation", party=party, numbers=numbers)


@for_each(
    ("events", "expected"),
    [
        # A petition, an order and the register's own entry.
        ([insolvency("2025-01-06", "n1"), insolvency("2025-03-04", "n2"), insolvency("2025-02-01")],
         [(0, 1, 2)]),
        # Three years apart.
        ([insolvency("2022-01-06", "n1"), insolvency("2025-01-06", "n2")], [(0,), (1,)]),
        # Steps of 17 months never join what is three years apart.
        ([insolvency("2022-01-06"), insolvency("2023-06-06"), insolvency("2024-11-06")],
         [(0, 1), (2,)]),
        # The nearest are joined first.
        ([insolvency("2022-01-06"), insolvency("2023-06-06"), insolvency("2023-09-06")],
         [(0,), (1, 2)]),
        # One number is one event, however long it takes.
        ([insolvency("2021-01-06", "n1"), insolvency("2025-01-06", "n1")], [(0, 1)]),
        # Without a day: where there is one event, and where there are two.
        ([insolvency(), insolvency("2025-01-06", "n1")], [(0, 1)]),
        ([insolvency(), insolvency("2021-01-06"), insolvency("2025-01-06")], [(0,), (1,), (2,)]),
        ([insolvency(), insolvency()], [(0, 1)]),
        ([insolvency("", "n1"), insolvency("", "n2"), insolvency()], [(0,), (1,), (2,)]),
        # Another party, another kind.
        ([insolvency("2025-01-06"), insolvency("2025-01-06", party="99000050")], [(0,), (1,)]),
        ([designation("n1"), replace(designation("n1"), kind="warning")], [(0,), (1,)]),
        ([designation("n1"), replace(designation("n1"), authority="abroad")], [(0,), (1,)]),
        # Two listings of one name are two, unless one gives the number of the other.
        ([designation("UK1"), designation("UK2"), designation()], [(0,), (1,), (2,)]),
        ([designation("UK1", "QDi.1"), designation("QDi.1"), designation()], [(0, 1, 2)]),
    ],
)  # fmt: skip
def test_events_that_are_one(events: list[Event], expected: list[tuple[int, ...]]) -> None:
    assert sorted(same_events(events)) == expected


DAYS = st.integers(0, 3_000).map(lambda days: date(2018, 1, 1) + timedelta(days=days))
KINDS = st.sampled_from(("insolvency", "designation"))


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind: EventKind = draw(KINDS)
    return Event(
        kind=kind,
        party=draw(st.sampled_from((THE_SUPPLIER, "99000050"))),
        on=draw(st.none() | DAYS),
        numbers=tuple(draw(st.lists(st.sampled_from("abcdefg"), max_size=2, unique=True))),
    )


SOME = st.lists(events(), max_size=9)


def groups(some: list[Event]) -> list[list[Event]]:
    """As sets of events, whatever their positions."""
    found = (sorted((some[one] for one in group), key=repr) for group in same_events(some))
    return sorted(found, key=repr)


@settings(max_examples=examples(600))
@given(SOME, st.randoms())
def test_the_order_changes_nothing(some: list[Event], random: object) -> None:
    other = list(some)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert groups(some) == groups(other)


@settings(max_examples=examples(600))
@given(SOME)
def test_each_event_is_in_one_group_of_its_kind_and_party(some: list[Event]) -> None:
    found = same_events(some)
    assert sorted(place for group in found for place in group) == list(range(len(some)))
    for group in found:
        assert len({(some[one].kind, some[one].party) for one in group}) == 1


@settings(max_examples=examples(600))
@given(SOME)
def test_what_shares_a_number_is_one_and_other_numbers_only_by_date(some: list[Event]) -> None:
    place = {one: at for at, group in enumerate(same_events(some)) for one in group}
    for one, event in enumerate(some):
        for two, other in enumerate(some):
            if (event.kind, event.party) != (other.kind, other.party):
                continue
            if set(event.numbers) & set(other.numbers):
                assert place[one] == place[two]
    for group in same_events(some):
        numbered = [some[one] for one in group if some[one].numbers]
        if numbered and numbered[0].kind not in WINDOWS:
            linked, rest = set(numbered[0].numbers), numbered[1:]
            while more := [one for one in rest if linked & set(one.numbers)]:
                linked |= {number for one in more for number in one.numbers}
                rest = [one for one in rest if one not in more]
            assert not rest


@settings(max_examples=examples(600))
@given(st.lists(DAYS, max_size=9))
def test_dates_alone_join_nothing_beyond_the_window(days: list[date]) -> None:
    some = [Event(kind="insolvency", party=THE_SUPPLIER, on=day) for day in days]
    for group in same_events(some):
        joined = [days[one] for one in group]
        assert max(joined) - min(joined) <= WINDOW


def finding(number: int, event: Event | None = None, **changes: object) -> Finding:
    known: dict[str, object] = {
        "run_id": "r",
        "supplier_ref": "S1",
        "supplier_name": "Quillhaven Works Limited",
        "company_number": "99000001",
        "check_id": f"X-{number}",
        "check_title": "Title",
        "topic": "finance",
        "outcome": "review",
        "severity": "medium",
        "event": event,
    }
    return Finding(**{**known, **changes})  # type: ignore[arg-type]


@settings(max_examples=examples(600))
@given(
    st.lists(
        st.tuples(
            st.none() | events(),
            st.sampled_from(SEVERITIES),
            st.sampled_from(("S1", "S2")),
            st.sampled_from(("review", "adverse", "unknown")),
            st.sampled_from(("public", "internal", "restricted")),
        ),
        max_size=9,
    )
)
def test_the_gravest_leads_and_none_is_lost(some: list[tuple[object, ...]]) -> None:
    findings = [
        finding(at, event, severity=severity, supplier_ref=ref, outcome=result, handling=handling)  # type: ignore[arg-type]
        for at, (event, severity, ref, result, handling) in enumerate(some)
    ]
    found = by_event(findings)
    assert sorted(one.check_id for group in found for one in group) == sorted(
        one.check_id for one in findings
    )
    for group in found:
        seen = [one for one in group if one.handling != "restricted"] or group
        assert group[0] in seen, "what few may see never leads"
        levels = [SEVERITIES.index(one.severity) for one in seen]
        assert SEVERITIES.index(group[0].severity) == max(levels)
        listed = any(one.event and one.event.listed_as for one in group)
        assert listed or len({one.handling for one in group}) == 1
        assert len({one.supplier_ref for one in group}) == 1
        assert len(group) == 1 or all(one.outcome != "unknown" for one in group)
    assert sorted(map(repr, by_event(findings[::-1]))) == sorted(map(repr, found))
