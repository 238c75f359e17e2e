"""Straw men: control that passed from somebody who is listed or failed to somebody close to them.

A disqualified director is one who is on a list of disqualified directors.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from duediligence.extensions.whole_register.asking.answers import (
    AnswerCut,
    Handover,
    HandoverRow,
    HandoverTie,
    RegisterAnswer,
)
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows, weigh_score

# A longer chain is shown up to here.
LONGEST = 6
# More handovers by people who are listed or failed are not followed.
MOST_FIRST = 50_000
BEHIND_FAILED = 0.5
_TIES: Mapping[HandoverTie, float] = {
    "same address": 0.5,
    "former co-director": 0.4,
    "same surname": 0.3,
}


class _Passed(NamedTuple):
    number: str
    before: int
    before_name: str
    ceased_on: date
    after: int
    after_name: str
    notified_on: date
    same_address: bool
    same_surname: bool
    co_director: bool
    failed_number: str | None
    listed: str
    score: float | None
    certain: bool | None


def handed_over(
    asked: AskedRegister, limit: int, *, suppliers: bool = False
) -> RegisterAnswer[HandoverRow]:
    """Return chains of handovers that begin with somebody listed or behind an insolvent company.

    With `suppliers`, only of companies that are stored suppliers. Without results of
    `registers screen` only those behind insolvent companies can be found: the answer says so.
    Raises Incomplete where the companies or the owners are not loaded.
    """
    if suppliers:
        asked.need_suppliers()
    scope = asked.scope(
        ("companies", "owners", "officers", "screened"), needed=("companies", "owners")
    )
    connection = asked.connection
    asked.set_suppliers()
    mine = "WHERE number IN (SELECT number FROM suppliers)" if suppliers else ""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE first_handovers AS
        WITH hit AS (
          SELECT node, max_by(list_id || ' ' || entry_id, (score, list_id, entry_id)) AS listed,
            max(score) AS score, bool_or(certain) AS certain
          FROM screened WHERE "table" IN ('owners', 'officers') AND node IS NOT NULL GROUP BY node
        )
        SELECT h.*, coalesce(l.listed, '') AS listed, l.score, l.certain
        FROM (SELECT * FROM handovers {mine}) h LEFT JOIN hit l ON l.node = h.before
        WHERE l.node IS NOT NULL OR h.failed_number IS NOT NULL
        """  # noqa: S608  (fixed words)
    )
    found = rows(connection, "SELECT count(*) FROM first_handovers")[0][0]
    firsts = [
        _Passed(*row)
        for row in rows(
            connection,
            "SELECT * FROM first_handovers ORDER BY (failed_number IS NOT NULL)::INTEGER "
            "+ 2 * (listed <> '')::INTEGER DESC, same_address::INTEGER + same_surname::INTEGER "
            "+ co_director::INTEGER DESC, number, ceased_on, before, after LIMIT ?",
            MOST_FIRST,
        )
    ]
    later = _fetch_handovers(asked, sorted({one.number for one in firsts}))
    chains = [_follow_handovers(first, later.get(first.number, ())) for first in firsts]
    chains.sort(
        key=lambda chain: (-_rate_handover_chain(chain), chain[0].number, chain[0].ceased_on)
    )
    shown = chains[:limit]
    companies = asked.companies(
        {chain[0].number for chain in shown}
        | {chain[0].failed_number for chain in shown if chain[0].failed_number}
    )
    made = [
        HandoverRow(
            company=companies[first.number],
            chain=tuple(map(_build_handover, (first, *rest))),
            listed=first.listed,
            score=first.score if not first.certain else None,
            failed=companies[first.failed_number] if first.failed_number else None,
            strength=_rate_handover_chain([first, *rest]),
        )
        for first, *rest in shown
    ]
    longest = max(map(len, shown), default=0)
    cuts = [AnswerCut("chain", LONGEST)] if longest == LONGEST else []
    if found > MOST_FIRST:
        cuts.append(AnswerCut("rows", MOST_FIRST, found))
    return RegisterAnswer(
        question="handed-over",
        scope=scope,
        rows=tuple(made),
        found=found,
        cuts=tuple(cuts),
        counts=asked.not_asked_about() if suppliers else {},
    )


def _fetch_handovers(asked: AskedRegister, numbers: list[str]) -> dict[str, list[_Passed]]:
    found: dict[str, list[_Passed]] = {}
    for row in rows(
        asked.connection,
        "SELECT *, '', NULL, NULL FROM handovers WHERE number IN (SELECT unnest(?::VARCHAR[])) "
        "ORDER BY number, ceased_on, before, after",
        numbers,
    ):
        one = _Passed(*row)
        found.setdefault(one.number, []).append(one)
    return found


def _follow_handovers(first: _Passed, others: Sequence[_Passed]) -> list[_Passed]:
    """Return the handover and those by which the same company passed on from its new owner."""
    chain = [first]
    seen = {first.before, first.after}
    while len(chain) < LONGEST:
        last = chain[-1]
        following = next(
            (
                one
                for one in others
                if one.before == last.after
                and one.after not in seen
                and one.ceased_on >= last.notified_on
            ),
            None,
        )
        if following is None:
            break
        chain.append(following)
        seen.add(following.after)
    return chain


def _list_handover_ties(one: _Passed) -> tuple[HandoverTie, ...]:
    has: dict[HandoverTie, Any] = {
        "same address": one.same_address,
        "former co-director": one.co_director,
        "same surname": one.same_surname,
    }
    return tuple(tie for tie in _TIES if has[tie])


def _rate_handover_chain(chain: Sequence[_Passed]) -> float:
    """Return how telling all ties of the chain are, times how sure it is that it begins with
    somebody who is listed, or who is behind a failed company, as many honest people are.
    """
    open_ = 1.0
    for one in chain:
        for tie in _list_handover_ties(one):
            open_ *= 1 - _TIES[tie]
    listed = 1.0 if chain[0].certain else weigh_score(chain[0].score or 0.0)
    return (1 - open_) * max(listed, BEHIND_FAILED if chain[0].failed_number else 0.0)


def _build_handover(one: _Passed) -> Handover:
    return Handover(
        before=one.before_name,
        ceased_on=one.ceased_on,
        after=one.after_name,
        notified_on=one.notified_on,
        ties=_list_handover_ties(one),
    )
