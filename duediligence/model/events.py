"""What happened, typed, so that several sources of one event are known as such."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

EventKind = Literal["insolvency", "disqualification", "designation", "sister company", "warning"]

# The supplier itself, by whichever of its names and numbers a source knows it.
THE_SUPPLIER = "itself"
# As a regulator is named in records of its warnings.
CHARITY_COMMISSION = "Charity Commission"
# How a party begins that is a person, or may be, and known by name.
PERSON = "person:"

# How far apart the dates of one event can be. Of a kind that has none here, dates join nothing:
# its numbers do.
WINDOWS: Mapping[EventKind, timedelta] = {
    # From the petition, or an administration of a year (Insolvency Act 1986 Sch B1 para 76) that
    # ends in liquidation, to the last notice about the same failure. Two failures of a firm that
    # was rescued are further apart: a bound of 18 months never joins two of three years.
    "insolvency": timedelta(days=548),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one source says has happened, as far as it tells one event from another.

    `party` is whom it happened to: `THE_SUPPLIER`, a company number, or somebody known by name,
    hashed. `on` is the day, for a kind with a window. `numbers` are those by which its source
    knows it (of a notice, a case, a listing), and those of others that it gives. `authority` is
    whose event it is, where several act alike. `listed_as` are the entries of several lists that
    are one party, the entry of its source among them: who is listed by several authorities is one
    event.
    """

    kind: EventKind
    party: str
    on: date | None = None
    numbers: tuple[str, ...] = ()
    authority: str = ""
    listed_as: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Return whether it happened to somebody who is known by name."""
        return self.party.startswith(PERSON)


def same_events(events: Sequence[Event]) -> list[tuple[int, ...]]:
    """Return the positions of the events that are one and the same, in whatever order they come.

    They are of one kind, authority and party, and share a number, or lie within the window of
    their kind; of all that are joined by date alone no two are further apart than that. What has
    neither date nor number is one with the others only where it can be no second event. Of several
    authorities they are one where the listed party is.
    """
    alike: dict[Hashable, list[int]] = {}
    for position, event in enumerate(events):
        alike.setdefault((event.kind, event.authority, event.party), []).append(position)
    groups = [
        [position for one in group for position in one.members]
        for positions in alike.values()
        for group in _group_same_events(events, positions)
    ]
    links: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        for position in group:
            for entry in events[position].listed_as:
                whose = (events[position].kind, events[position].party)
                links.setdefault((*whose, entry), []).append(place)
    joined: dict[int, list[int]] = {}
    for group, first in zip(groups, find_first_connected(links.values(), len(groups)), strict=True):
        joined.setdefault(first, []).extend(group)
    return [tuple(sorted(group)) for group in joined.values()]


def find_first_connected(links: Iterable[Iterable[int]], count: int) -> list[int]:
    """For each of `count` things the first that it is connected with by any chain of links."""
    first = list(range(count))

    def root(one: int) -> int:
        while first[one] != one:
            one = first[one]
        return one

    for link in links:
        roots = sorted({root(one) for one in link})
        for other in roots[1:]:
            first[other] = roots[0]
    return [root(one) for one in range(count)]


@dataclass(frozen=True, slots=True)
class _Joined:
    """Events that are one by their numbers; the first and last of the days that count."""

    members: tuple[int, ...]
    days: tuple[date, date] | None
    numbered: bool


_Group = list[_Joined]


def _group_same_events(events: Sequence[Event], positions: Sequence[int]) -> list[_Group]:
    """Return those of one kind and party, apart by what happened."""
    window = WINDOWS.get(events[positions[0]].kind)
    joined = _by_number(events, positions, dated=window is not None)
    dated = sorted((one for one in joined if one.days), key=lambda one: one.days or ())
    groups: list[_Group] = _by_date(dated, window) if window else []
    undated: list[_Group] = [[one] for one in joined if one.numbered and not one.days]
    # What says neither when nor which is all about what stands now.
    bare = [one for one in joined if not one.numbered and not one.days]
    rest = [*undated, *([bare] if bare else [])]
    if groups:
        return (
            [[*groups[0], *(one for group in rest for one in group)]]
            if len(groups) == 1
            else [*groups, *rest]
        )
    if len(undated) == 1:
        return [[*undated[0], *bare]]
    return rest


def _by_number(events: Sequence[Event], positions: Sequence[int], *, dated: bool) -> list[_Joined]:
    holders: dict[str, list[int]] = {}
    for place, position in enumerate(positions):
        for number in events[position].numbers:
            holders.setdefault(number, []).append(place)
    sets: dict[int, list[int]] = {}
    for place, first in enumerate(find_first_connected(holders.values(), len(positions))):
        sets.setdefault(first, []).append(positions[place])
    found = []
    for members in sets.values():
        days = [day for one in members if (day := events[one].on)] if dated else []
        found.append(
            _Joined(
                tuple(members),
                (min(days), max(days)) if days else None,
                any(events[one].numbers for one in members),
            )
        )
    return found


def _by_date(dated: Sequence[_Joined], window: timedelta) -> list[_Group]:
    """Join neighbours, the nearest first, while all lie within the window.

    `dated` is in the order of their days. What numbers join may be longer than the window.
    """
    days = [one.days for one in dated if one.days]
    groups = [[place] for place in range(len(days))]

    def span(places: Sequence[int]) -> timedelta:
        return max(days[one][1] for one in places) - min(days[one][0] for one in places)

    gaps = sorted(
        (max(days[after][0] - days[before][1], timedelta()), days[before], days[after], before)
        for before, after in pairwise(range(len(days)))
    )
    for *_, before in gaps:
        left = next(group for group in groups if before in group)
        right = next(group for group in groups if before + 1 in group)
        if span([*left, *right]) <= max(window, span(left), span(right)):
            left += right
            groups.remove(right)
    return [[dated[place] for place in group] for group in groups]
