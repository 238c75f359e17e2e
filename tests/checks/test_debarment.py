"""What being on a debarment list means, by list, status and end date."""

from dataclasses import replace
from datetime import date

from duediligence import registry
from duediligence.model import (
    Feature,
    ListEntry,
    Match,
    Name,
    Outcome,
    Party,
    PartyRole,
    PossibleMatch,
)
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import check_context
from tests.checks.conftest import judged
from tests.rows import for_each

TODAY = check_context(date(2026, 11, 20))
MATCH = Match((Feature("name", "Quill", "Quill", 1.0, "agree"),))
NUMBERED = replace(
    MATCH,
    features=(*MATCH.features, Feature("identifier", "1", "1", 0.5, "agree")),
)
ENTRY = ListEntry(
    id="D1",
    list_id="uk-debarment",
    kind="organisation",
    names=(Name("Quill Ltd"),),
    status="mandatory",
    grounds=("PA23-6-15 fraud",),
    ends_on=date(2029, 5, 1),
)
PARTY = Party(names=(Name("Quill"),), kind="organisation", role=PartyRole("supplier"))


def outcomes(entry: ListEntry, match: Match = MATCH) -> dict[str, Outcome]:
    found = PossibleMatch(PARTY, entry, match, "debarment", "UK debarment list")
    results = {
        check.id: check.run(found, TODAY)
        for check in registry.checks().values()
        if check.needs is PossibleMatch
    }
    return {i: outcome for i, outcome in results.items() if outcome.result != "not_applicable"}


@for_each(
    ("list_id", "status", "check_id"),
    [
        ("uk-debarment", "mandatory", "DEB-01"),
        ("uk-debarment", "discretionary", "DEB-02"),
        ("world-bank", "cross-debarred", "DEB-03"),
        ("uk-debarment", "investigation", "DEB-04"),
        ("uk-debarment", "investigation paused", "DEB-04"),
    ],
)
def test_each_kind_of_debarment_has_its_own_flag(list_id: str, status: str, check_id: str) -> None:
    assert set(outcomes(replace(ENTRY, list_id=list_id, status=status))) == {check_id}


def test_the_ground_and_the_end_are_said() -> None:
    outcome = outcomes(ENTRY)["DEB-01"]
    assert format_text(outcome.why) == (
        "Quill Ltd is on the UK debarment list (mandatory) until 1 May 2029. "
        "Ground stated: PA23-6-15 fraud."
    )
    assert judged(outcome).labels == ("PA23-6-15 Fraud, officer to decide",)


def test_an_investigation_is_low_and_names_no_ground() -> None:
    outcome = outcomes(replace(ENTRY, status="investigation paused"), NUMBERED)["DEB-04"]
    assert format_text(outcome.why) == (
        "Quill Ltd is not on the UK debarment list but investigated for it (investigation paused)."
    )
    assert registry.checks()["DEB-04"].severity == "low"
    assert not outcome.circumstances


def test_a_ground_that_ends_with_a_full_stop_is_given_one_only() -> None:
    outcome = outcomes(replace(ENTRY, grounds=("Fraud.",)))["DEB-01"]
    assert format_text(outcome.why).endswith("until 1 May 2029. Ground stated: Fraud.")


def test_an_entry_that_has_ended_says_that_it_no_longer_counts() -> None:
    ended = outcomes(replace(ENTRY, ends_on=date(2026, 11, 19)))["DEB-01"]
    assert "no longer counts" in format_text(ended.why)
    last_day = outcomes(replace(ENTRY, ends_on=date(2026, 11, 20)))["DEB-01"]
    assert "no longer counts" not in format_text(last_day.why)


def test_only_an_equal_number_makes_it_certain() -> None:
    assert outcomes(ENTRY)["DEB-01"].result == "review"
    assert outcomes(ENTRY, NUMBERED)["DEB-01"].result == "adverse"
