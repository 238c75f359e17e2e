"""Ofsted's lists: a grade is of a registration, an owner's number is an identifier, and what is
withheld stays withheld.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from duediligence.watchlists._ofsted import build_ofsted_entry
from duediligence.watchlists.ofsted_early_years import parse as early_years
from duediligence.watchlists.ofsted_social_care import parse as social_care

from duediligence.contracts import Drift
from duediligence.model import Identifier, RegisteredService

Read = Callable[..., Any]


def test_a_home_that_is_withheld_has_its_owner_authority_and_grade(read_sample: Read) -> None:
    found = read_sample(social_care)
    assert found.published == date(2026, 3, 31)
    home = found["2990003"]
    assert [name.text for name in home.names] == ["Quillfern Homes Ltd"]
    assert home.addresses == ()
    service = home.service
    assert (service.kinds, service.area, service.capacity) == (("Children's home",), "Mossbury", 2)
    assert service.withheld
    assert not service.place
    assert (service.grade, service.graded_on) == ("Inadequate", date(2025, 1, 28))
    assert (home.record.type, home.record.low) == ("rating", True)


def test_a_registration_that_is_not_graded_has_no_date_of_a_grade(read_sample: Read) -> None:
    home = read_sample(social_care)["2990005"]
    assert (home.service.grade, home.service.graded_on) == ("", None)
    assert home.service.registered_on == date(2025, 3, 27)
    assert (home.record.type, home.record.low) == ("registration", False)


def test_numbers_behind_the_name_of_an_owner_are_its_numbers(read_sample: Read) -> None:
    found = read_sample(social_care)
    agency, trust = found["SC990009"], found["SC990007"]
    assert agency.service.owner == "Larkmere Fostering Ltd"
    assert agency.identifiers == (Identifier("GB-COH", "09900128"),)
    assert trust.service.owner == "Bellwether Invented Trust"
    assert trust.identifiers == (Identifier("GB-COH", "09900127"), Identifier("GB-CHC", "1990127"))


def test_an_owner_has_its_working_name_too_and_none_that_is_withheld() -> None:
    service = RegisteredService(number="2990021", nation="England", standing="Active")
    both = replace(service, owner="Larkmere Invented Trust (working name: Larkmere Homes)")
    entry = build_ofsted_entry("ofsted-social-care", both, (), Drift())
    assert [one.text for one in entry.names] == ["Larkmere Invented Trust", "Larkmere Homes"]
    assert entry.service
    assert entry.service.owner == "Larkmere Invented Trust"
    for owner in ("REDACTED", ""):
        entry = build_ofsted_entry("ofsted-social-care", replace(service, owner=owner), (), Drift())
        assert entry.service
        assert (entry.service.owner, entry.name) == ("", "URN 2990021")


def test_a_suspended_registration_is_low_whatever_its_grade_was(read_sample: Read) -> None:
    record = read_sample(social_care)["2990015"].record
    assert (record.type, record.low) == ("registration", True)
    # The day of the registration is not that of the suspension, which the file does not give.
    assert record.event.startswith("Registration suspended: Children's home")
    assert record.happened_on is None


def test_supported_accommodation_has_outcomes_of_its_own(read_sample: Read) -> None:
    found = read_sample(social_care)
    weak, strong = found["2990006"], found["2990013"]
    assert weak.service.grade == "Inconsistent quality of service delivery"
    assert weak.service.place == "Quillfern Pathways"
    assert (weak.record.low, strong.record.low) == (True, False)


def test_the_earlier_form_has_a_row_of_groups_and_other_headings(read_sample: Read) -> None:
    now, then = read_sample(social_care), read_sample(social_care, feeds=2)
    assert then.drift == ()
    for number in ("2990002", "1990010"):
        assert then[number].service == now[number].service


def test_the_newest_outcome_of_a_nursery_counts_and_a_report_card_has_no_grade_of_its_own(
    read_sample: Read,
) -> None:
    found = read_sample(early_years)
    graded, carded, club = found["EY990101"], found["EY990102"], found["2990105"]
    assert (graded.service.grade, graded.record.low) == ("Good", False)
    # It was "Good" in 2022.
    assert carded.service.grade == "Report card, worst area: Urgent improvement"
    assert carded.service.graded_on == date(2026, 1, 20)
    assert ("Inclusion", "Needs attention") in carded.service.grades
    assert carded.record.low
    assert (club.service.grade, club.record.low) == ("Not met (with actions)", True)


def test_childcare_in_a_home_is_left_out_and_counted(read_sample: Read) -> None:
    found = read_sample(early_years)
    assert all(entry.id != "EY990108" for entry in found.entries)
    assert found.drift == ("left out: childcare in a home (1)",)
