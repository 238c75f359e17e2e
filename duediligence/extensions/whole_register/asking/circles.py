"""Companies that own each other in a circle, of any length.

What owns nothing or is owned by nobody is peeled off first, round after round. What is left is
divided into groups in which each company owns each other through some chain; of each the shortest
circle is shown.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from duediligence.extensions.whole_register.asking.answers import (
    AnswerCut,
    CircleRow,
    RegisterAnswer,
)
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows

Owners = Mapping[str, Sequence[str]]

# After so many rounds the rest is small in every register seen.
_ROUNDS = 12
# More links of ownership than this are not followed.
MOST_LINKS = 1_000_000
# A group's shortest circle is sought from so many of its companies, from one of them in any case;
# and from fewer where more links than this would be followed for it.
_MOST_TRIED = 200
_MOST_FOLLOWED = 200_000


def find_owner_circles(
    asked: AskedRegister, limit: int, *, suppliers: bool = False, most_links: int = MOST_LINKS
) -> RegisterAnswer[CircleRow]:
    """Return circles of owners that have not ceased, those of the most companies first.

    With `suppliers`, only those in which a stored supplier is. Raises Incomplete where the
    companies or the owners are not loaded.
    """
    if suppliers:
        asked.need_suppliers()
    scope = asked.scope(("companies", "owners"), needed=("companies", "owners"))
    connection = asked.connection
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE owning AS SELECT DISTINCT owner_number AS owner, number "
        "FROM owners WHERE owner_number IS NOT NULL AND owner_number <> '' AND ceased_on IS NULL"
    )
    links = _count_owning_links(asked)
    for _ in range(_ROUNDS):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE owning AS SELECT * FROM owning "
            "WHERE owner IN (SELECT number FROM owning) AND number IN (SELECT owner FROM owning)"
        )
        before, links = links, _count_owning_links(asked)
        if links == before:
            break
    owns: dict[str, list[str]] = {}
    for owner, number in rows(
        connection, "SELECT owner, number FROM owning ORDER BY ALL LIMIT ?", most_links
    ):
        owns.setdefault(owner, []).append(number)
    found = [
        group
        for group in find_mutual_owners(owns)
        if not suppliers or any(number in asked.suppliers for number in group)
    ]
    found.sort(key=lambda group: (-len(group), group))
    shown = [(find_shortest_circle(group, owns), len(group)) for group in found[:limit]]
    companies = asked.companies({number for circle, _ in shown for number in circle})
    return RegisterAnswer(
        question="circles",
        scope=scope,
        rows=tuple(
            CircleRow(tuple(companies[number] for number in circle), size) for circle, size in shown
        ),
        found=len(found),
        counts=asked.not_asked_about() if suppliers else {},
        cuts=(AnswerCut("circles", most_links, links),) if links > most_links else (),
    )


def _count_owning_links(asked: AskedRegister) -> int:
    return int(rows(asked.connection, "SELECT count(*) FROM owning")[0][0])


def find_mutual_owners(owns: Owners) -> list[tuple[str, ...]]:
    """Return the groups in which each owns each other through some chain, and those who own
    themselves.

    Tarjan's algorithm, with a stack of its own: a chain may be longer than Python can call.
    """
    place: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for start in sorted(owns):
        if start in place:
            continue
        work = [(start, iter(owns.get(start, ())))]
        place[start] = lowest[start] = len(place)
        stack.append(start)
        on_stack.add(start)
        while work:
            here, following = work[-1]
            for other in following:
                if other not in place:
                    place[other] = lowest[other] = len(place)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(owns.get(other, ()))))
                    break
                if other in on_stack:
                    lowest[here] = min(lowest[here], place[other])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[here])
                if lowest[here] == place[here]:
                    group = _pop_owner_group(stack, on_stack, here)
                    if len(group) > 1 or here in owns.get(here, ()):
                        groups.append(tuple(sorted(group)))
    return groups


def _pop_owner_group(stack: list[str], on_stack: set[str], until: str) -> list[str]:
    group: list[str] = []
    while True:
        group.append(stack.pop())
        on_stack.discard(group[-1])
        if group[-1] == until:
            return group


def find_shortest_circle(group: Sequence[str], owns: Owners) -> tuple[str, ...]:
    """Return a shortest circle of a group, from its first number in order."""
    inside = frozenset(group)
    best: tuple[str, ...] = ()
    links = sum(len(owns[number]) for number in group)
    for start in group[: max(1, min(_MOST_TRIED, _MOST_FOLLOWED // links))]:
        circle = _back_to(start, inside, owns)
        if circle and (not best or len(circle) < len(best)):
            best = circle
        if len(best) == 1:
            break
    return best


def _back_to(start: str, inside: frozenset[str], owns: Owners) -> tuple[str, ...]:
    came: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for other in owns.get(here, ()):
            if other == start:
                circle = [here]
                while circle[-1] != start:
                    circle.append(came[circle[-1]])
                return tuple(reversed(circle))
            if other in inside and other not in came:
                came[other] = here
                waiting.append(other)
    return ()
