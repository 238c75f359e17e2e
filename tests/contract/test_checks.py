"""What holds for every check."""

import re
from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from duediligence import registry
from duediligence.contracts.checks import AnyCheck
from duediligence.model import (
    SEVERITIES,
    Feature,
    ListEntry,
    ListState,
    ListStatus,
    Match,
    Name,
    Party,
    PartyRole,
    PossibleMatch,
    StaleReason,
)
from duediligence.screening.run.findings import check_context
from tests.rows import for_each

CONTEXT = check_context(date(2026, 11, 20))
MEASURES = ("Asset freeze", "Travel Ban", "Director Disqualification Sanction", "Something new")
every_check = for_each("check", list(registry.checks().values()), ids=lambda c: c.id)


@every_check
def test_a_check_says_what_it_is(check: AnyCheck) -> None:
    assert re.fullmatch(r"[A-Z]{2,4}(-[A-Z]{3})?-\d{2}", check.id)
    assert check.title
    assert check.severity in SEVERITIES
    assert check.basis
    assert len(check.guidance.split()) > 12, "the docstring is what an officer reads"


@every_check
def test_no_check_tells_an_officer_to_exclude(check: AnyCheck) -> None:
    assert "exclude" not in (check.guidance + check.title).casefold()


@given(
    list_id=st.sampled_from([*registry.find_watchlists(), "a-new-list"]),
    topic=st.sampled_from(["sanctions", "debarment", "enforcement", "disqualification"]),
    measures=st.lists(st.sampled_from(MEASURES), unique=True).map(tuple),
    kinds=st.sampled_from(
        [k for k in product(["person", "organisation", "unknown"], repeat=2) if "unknown" in k]
        + [("person", "person"), ("organisation", "organisation"), ("unknown", "vessel")]
    ),
    status=st.sampled_from(["", "mandatory", "discretionary", "cross-debarred"]),
)
def test_every_possible_match_is_claimed_by_a_check(
    list_id: str,
    topic: str,
    measures: tuple[str, ...],
    kinds: tuple[str, str],
    status: str,
) -> None:
    """A match that no check claims would vanish without a word."""
    if list_id in registry.find_watchlists():
        topic = registry.get_watchlist(list_id).topic
    party = Party(names=(Name("Quill"),), kind=kinds[0], role=PartyRole("supplier"))  # type: ignore[arg-type]
    entry = ListEntry(
        id="1",
        list_id=list_id,
        kind=kinds[1],  # type: ignore[arg-type]
        names=(Name("Quill"),),
        measures=measures,
        status=status,
    )
    match = Match((Feature("name", "Quill", "Quill", 1.0, "agree"),))
    found = PossibleMatch(party, entry, match, topic, "Some list")
    outcomes = [
        check.run(found, CONTEXT)
        for check in registry.checks().values()
        if check.needs is PossibleMatch
    ]
    assert any(outcome.result in ("review", "adverse") for outcome in outcomes)
    assert all(outcome.next_step for outcome in outcomes if outcome.result != "not_applicable")


@for_each("state", ["stale", "never loaded"])
def test_a_list_that_was_not_checked_is_never_clear(state: ListState) -> None:
    check = registry.checks()["LST-02"]
    why = StaleReason(kind="not fetched")
    status = ListStatus(list_id="un", title="UN list", state=state, reasons=(why,))
    assert check.run(status, CONTEXT).result == "unknown"
