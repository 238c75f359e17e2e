"""Each record of the API as the model's object, in the shapes that come as well as those meant."""

from datetime import date
from typing import Any

import pytest

from duediligence.errors import UnreadableFile
from duediligence.model import Address, FormerName, PartialDate
from duediligence.model.registers import Owner, RegisteredAt, Statement, Verification
from duediligence.registers.companies_house.records import (
    describe_code,
    has_owner_exemption,
    parse_appointments,
    parse_charge,
    parse_company_profile,
    parse_disqualifications,
    parse_filing,
    parse_insolvencies,
    parse_officer,
    parse_owner,
    parse_owner_statement,
)
from duediligence.registers.companies_house.records import disqualified_hit as hit
from tests.rows import for_each

Record = dict[str, Any]
TODAY = date(2026, 11, 24)


def test_a_company_with_all_that_is_told(profile: Record) -> None:
    found = parse_company_profile(profile)
    assert (found.number, found.name) == ("99000101", "PALE HERON WORKS LTD")
    assert (found.status, found.status_detail) == ("active", "active-proposal-to-strike-off")
    assert found.address == Address("14 Feather Lane, Nowhampton", "ZY1 1AA", "United Kingdom")
    assert found.former_names == (FormerName("PALE CRANE LTD", date(2015, 5, 1), date(2019, 2, 3)),)
    assert (found.accounts_type, found.accounts_due_on) == ("micro-entity", date(2026, 12, 31))
    assert (found.accounts_overdue, found.confirmation_overdue) == (False, True)
    assert found.annotations == ("invented-annotation",)
    assert (found.has_charges, found.has_super_secure_owners) == (False, False)
    assert not found.partial


def test_what_is_not_told_is_not_known(profile: Record) -> None:
    found = parse_company_profile(
        {"company_number": "99000101", "company_name": "X", "type": "ltd"}
    )
    assert (found.accounts_overdue, found.has_charges, found.office_in_dispute) == (None,) * 3
    assert found.address is None
    assert found.status == ""


@for_each(
    ("value", "read"), [(True, True), ("false", False), ("0", False), (1, True), (None, None)]
)
def test_truth_comes_in_many_forms(profile: Record, value: object, read: bool | None) -> None:
    assert parse_company_profile({**profile, "has_charges": value}).has_charges is read


@for_each(
    ("change", "said"),
    [
        ({"company_name": ""}, "no number or no name"),
        ({"has_charges": "perhaps"}, "has_charges"),
        ({"date_of_creation": "2015-13-01"}, "date_of_creation"),
        ({"date_of_creation": ["2015"]}, "date_of_creation"),
        ({"accounts": "none"}, "accounts"),
        ({"previous_company_names": "OLD LTD"}, "previous_company_names"),
    ],
)
def test_what_means_nothing_is_an_error_that_names_it(
    profile: Record, change: Record, said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        parse_company_profile({**profile, **change})


def test_a_community_interest_company_by_its_flag(profile: Record) -> None:
    found = parse_company_profile({**profile, "is_community_interest_company": True})
    assert found.subtype == "community-interest-company"


def test_the_agent_that_vouched_for_a_director_is_kept(officer_record: Record) -> None:
    officer_record["identity_verification_details"] |= {
        "anti_money_laundering_supervisory_bodies": ["Guild of Invented Clerks", "Exish Customs"],
        "authorised_corporate_service_provider_name": "Vouchwell Formations Ltd",
        "identity_verified_on": "2026-01-30",
        "preferred_name": "Otti Willowdene",
    }
    found = parse_officer(officer_record)
    assert found.verification == Verification(
        date(2026, 2, 1),
        date(9999, 12, 31),
        agent="Vouchwell Formations Ltd",
        supervisors=("Guild of Invented Clerks", "Exish Customs"),
        identity_checked_on=date(2026, 1, 30),
    )
    assert "Otti" not in repr(found)


def test_an_officer_is_named_in_reading_order(officer_record: Record) -> None:
    found = parse_officer(officer_record)
    assert (found.name, found.surname) == ("Ottoline Prue WILLOWDENE", "WILLOWDENE")
    assert found.birth_date == PartialDate(1971, 4)
    assert found.former_names == ("Ottoline MARSHGATE",)
    assert found.officer_id == "A_b-1"
    assert found.verification == Verification(date(2026, 2, 1), date(9999, 12, 31))
    assert found.active
    assert found.director
    assert not found.corporate


@for_each(
    ("name", "read", "surname"),
    [
        ("WILLOWDENE, Ottoline, Dr", "Dr Ottoline WILLOWDENE", "WILLOWDENE"),
        ("WILLOWDENE", "WILLOWDENE", ""),
        ("WILLOWDENE, ", "WILLOWDENE", "WILLOWDENE"),
        ("REED, ROE, RUSH AND PARTNERS", "REED, ROE, RUSH AND PARTNERS", "REED"),
        ("A, B, C AND D, LTD", "A, B, C AND D, LTD", "A"),
    ],
)
def test_names_of_every_shape(officer_record: Record, name: str, read: str, surname: str) -> None:
    found = parse_officer({**officer_record, "name": name})
    assert (found.name, found.surname) == (read, surname)


def test_a_firm_in_a_plain_role_is_a_firm_all_the_same(officer_record: Record) -> None:
    identification = {"identification_type": "uk-limited-company", "registration_number": "990077"}
    found = parse_officer(
        {
            **officer_record,
            "name": "REED, RUSH AND CO LIMITED",
            "officer_role": "secretary",
            "identification": identification,
        }
    )
    assert found.corporate
    assert found.name == "REED, RUSH AND CO LIMITED"
    assert found.registered_at == RegisteredAt(number="990077", country="United Kingdom")


def test_an_appointment_before_1992_has_no_day(officer_record: Record) -> None:
    del officer_record["appointed_on"]
    changes = {"appointed_before": "1991-12-31", "is_pre_1992_appointment": True}
    found = parse_officer({**officer_record, **changes})
    assert (found.appointed_on, found.appointed_before) == (None, date(1991, 12, 31))
    assert found.active


@for_each(
    ("birth", "read"),
    [
        ({"year": 1971}, PartialDate(1971)),
        ({"year": "1971", "month": "4"}, PartialDate(1971, 4)),
        ({"year": 1971, "month": 4, "day": 9}, PartialDate(1971, 4)),
        ({"year": 1971, "month": 13}, PartialDate(1971)),
        ({"year": 0, "month": 1}, None),
        ({}, None),
        (None, None),
        ("1971-04-09", PartialDate(1971, 4)),
    ],
)
def test_of_a_birth_date_only_year_and_month_are_kept(
    officer_record: Record, birth: object, read: PartialDate | None
) -> None:
    assert parse_officer({**officer_record, "date_of_birth": birth}).birth_date == read


def test_appointments_elsewhere() -> None:
    page = {
        "name": "Ottoline Prue WILLOWDENE",
        "is_corporate_officer": False,
        "items": [
            {
                "appointed_to": {
                    "company_name": "GREY TEAL LTD",
                    "company_number": "99000202",
                    "company_status": "liquidation",
                },
                "appointed_before": "1990-06-01",
                "officer_role": "director",
                "resigned_on": "2024-05-05",
            }
        ],
    }
    (found,) = parse_appointments("A_b-1", page)
    assert found.officer_name == "Ottoline Prue WILLOWDENE"
    assert (found.company_number, found.company_status) == ("99000202", "liquidation")
    assert (found.appointed_on, found.resigned_on) == (date(1990, 6, 1), date(2024, 5, 5))


def test_an_owner(owner_record: Record) -> None:
    found = parse_owner(owner_record)
    assert found.person
    assert found.active
    assert found.birth_date == PartialDate(1971, 4)
    assert found.natures == ("ownership-of-shares-75-to-100-percent",)


def test_a_firm_that_owns_keeps_its_number_as_it_stands(owner_record: Record) -> None:
    found = parse_owner(
        {
            **owner_record,
            "kind": "corporate-entity-person-with-significant-control",
            "identification": {"registration_number": "990404", "country_registered": "England"},
            "is_sanctioned": False,
        }
    )
    assert not found.person
    assert found.registered_at == RegisteredAt(number="990404", country="England")
    assert found.sanctioned is False


@pytest.mark.parametrize("kind", ["super-secure-person-with-significant-control"])
def test_of_a_protected_person_nothing_is_kept(owner_record: Record, kind: str) -> None:
    found = parse_owner({**owner_record, "kind": kind, "notified_on": "2023-11-20T08:47:45.378Z"})
    assert found == Owner(kind=kind, notified_on=date(2023, 11, 20))
    assert found.super_secure


def test_a_statement_in_the_register_s_own_spelling() -> None:
    code = "no-individual-or-entity-with-signficant-control"
    assert parse_owner_statement({"statement": code, "notified_on": "2020-01-01"}) == Statement(
        code, date(2020, 1, 1)
    )
    assert describe_code("psc_statement", code).startswith("The company knows")


def test_an_exemption_counts_while_it_is_in_force() -> None:
    def answer(**item: str) -> Record:
        return {"exemptions": {"psc_exempt_as_trading_on_uk_regulated_market": {"items": [item]}}}

    assert has_owner_exemption(answer(exempt_from="2018-01-01"), TODAY)
    assert not has_owner_exemption(answer(exempt_from="2018-01-01", exempt_to="2023-02-02"), TODAY)
    assert not has_owner_exemption({"exemptions": {}}, TODAY)


def test_a_filing_keeps_its_plain_values() -> None:
    found = parse_filing(
        {
            "category": "gazette",
            "type": "GAZ1",
            "description": "gazette-notice-compulsary",
            "date": "2026-10-06",
            "action_date": "2026-10-01",
            "description_values": {"made_up_date": "2025-03-31", "capital": [{"figure": "1"}]},
        }
    )
    assert (found.filed_on, found.action_on) == (date(2026, 10, 6), date(2026, 10, 1))
    assert found.values == (("made_up_date", "2025-03-31"),)


@for_each("particulars", [{}, []])
def test_a_charge(particulars: object) -> None:
    wide = {"floating_charge_covers_all": True}
    record = {
        "status": "outstanding",
        "created_on": "2026-01-02",
        "persons_entitled": [{"name": "Invented Bank plc"}],
        "particulars": [wide] if isinstance(particulars, list) else wide,
    }
    found = parse_charge(record)
    assert found.persons_entitled == ("Invented Bank plc",)
    assert found.floating_covers_all


@for_each("status", ["liquidation", ["liquidation"], None])
@for_each("address", [{"locality": "Nowhampton"}, [{"locality": "Nowhampton"}]])
def test_insolvency_in_the_shape_of_the_spec_and_of_the_register(
    status: object, address: object
) -> None:
    dates = [{"type": "wound-up-on", "date": "2025-01-15"}]
    practitioners = [{"name": "Basil Invented", "address": address}]
    case = {"type": "compulsory-liquidation", "number": 1, "dates": dates}
    (found,) = parse_insolvencies(
        {"status": status, "cases": [{**case, "practitioners": practitioners}]}
    )
    assert (found.type, found.number) == ("compulsory-liquidation", "1")
    assert found.dates == (("wound-up-on", date(2025, 1, 15)),)


def test_an_insolvency_record_without_cases_is_not_read_as_none() -> None:
    with pytest.raises(UnreadableFile, match="no cases"):
        parse_insolvencies({"status": ["liquidation"]})


def test_a_disqualification_and_the_leave_to_act() -> None:
    record = {
        "title": "Mr",
        "forename": "Osric",
        "surname": "BLACKMERE",
        "date_of_birth": "1968-06-18",
        "links": {"self": "/disqualified-officers/natural/abc"},
        "permissions_to_act": [{"company_names": ["GREY TEAL LTD"], "expires_on": "2027-01-01"}],
        "disqualifications": [
            {
                "address": {"postal_code": "ZY1 1AC"},
                "company_names": ["WET HERON LTD"],
                "disqualification_type": "court-order",
                "disqualified_from": "2022-01-01",
                "disqualified_until": "2029-12-31",
                "reason": {
                    "act": "company-directors-disqualification-act-1986",
                    "section": "8",
                    "description_identifier": "investigation-of-company",
                },
            },
            {"disqualification_type": "undertaking", "reason": {}},
        ],
    }
    first, second = parse_disqualifications(record)
    assert first.name == "Mr Osric BLACKMERE"
    assert first.birth_date == PartialDate(1968, 6)
    assert (first.from_, first.until) == (date(2022, 1, 1), date(2029, 12, 31))
    assert first.permissions == (("GREY TEAL LTD", date(2027, 1, 1)),)
    assert first.reason == (
        "Disqualification after investigation of company · "
        "Company Directors Disqualification Act 1986, section 8"
    )
    assert first.officer_id == second.officer_id == "abc"
    assert second.reason == ""


def test_a_hit_has_every_name_in_its_title() -> None:
    found = hit(
        {
            "title": "Osric BLACKMERE  (AKA OSWALD BLACK)",
            "date_of_birth": "1968-06-18",
            "links": {"self": "/disqualified-officers/natural/abc"},
        }
    )
    assert found is not None
    assert found.names == ("Osric BLACKMERE", "OSWALD BLACK")
    assert hit({"title": "X", "links": {"self": "https://elsewhere.example"}}) is None


def test_codes_are_told_in_the_register_s_words() -> None:
    assert (
        describe_code("officer_role", "corporate-llp-designated-member") == "LLP Designated Member"
    )
    assert describe_code("company_type", "private-limited-guarant-nsc").startswith(
        "Private limited by"
    )
    assert describe_code("filing", "gazette-notice-compulsory")
    assert describe_code("company_status", "brand-new-status") == "Brand new status"
    with pytest.raises(KeyError):
        describe_code("no_such_group", "x")
