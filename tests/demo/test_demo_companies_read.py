"""The client for the register reads every invented company, and each tells its story."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from duediligence.demo.server import load_demo_answers, serve_demo_api
from duediligence.errors import FetchFailed
from duediligence.fetch.api import Api
from duediligence.fetch.limiter import Limiter
from duediligence.model import PartialDate
from duediligence.registers.companies_house.client import CompaniesHouse
from tests.rows import for_each

TODAY = date(2026, 11, 20)
NUMBERS = sorted(
    path.removeprefix("company/")
    for path in load_demo_answers()
    if re.fullmatch(r"company/[^/.]+", path)
)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompaniesHouse]:
    folder: Path = tmp_path_factory.mktemp("register")
    with (
        serve_demo_api(limit=100_000) as base,
        Api(
            base,
            key="any",
            evidence=folder / "evidence",
            limiter=Limiter(folder / "limit", allowed=100_000),
            user_agent="tests",
            private_hosts=("127.0.0.1",),
            retries=0,
        ) as api,
    ):
        yield CompaniesHouse(api)


@for_each("number", NUMBERS)
def test_every_company_is_read_whole(register: CompaniesHouse, number: str) -> None:
    company = register.company(number)
    assert company
    assert company.created_on
    assert company.address
    assert company.address.postcode.startswith("ZY")
    officers = register.officers(number)
    assert officers
    owners, statements = register.owners(number), register.statements(number)
    assert bool(owners) != bool(statements)
    assert all(filing.filed_on for filing in register.filings(number))
    assert bool(register.charges(number)) == company.has_charges
    assert bool(register.insolvencies(number)) == company.has_insolvency_history
    assert not register.psc_exempt(number, TODAY)
    for officer in officers:
        assert officer.birth_date
        there = {one.company_number for one in register.appointments(officer.officer_id)}
        assert number in there


def test_a_firm_with_nothing_to_see_is_up_to_date_and_its_people_are_verified(
    register: CompaniesHouse,
) -> None:
    for number in ("99002501", "99001555", "99001616", "99001402", "SC990123"):
        company = register.company(number)
        assert company
        assert (company.status, company.status_detail) == ("active", "")
        assert company.accounts_due_on
        assert company.accounts_due_on > TODAY
        assert company.confirmation_due_on
        assert company.confirmation_due_on > TODAY
        assert not company.accounts_overdue
        assert not company.confirmation_overdue
        for one in register.officers(number):
            assert one.verification
            assert one.verification.verified(TODAY)


def test_a_director_is_disqualified_and_a_namesake_of_another_age_is_not(
    register: CompaniesHouse,
) -> None:
    (leopold,) = [o for o in register.officers("99002201") if "HARKENSTONE" in o.name]
    (found,) = register.disqualified(leopold.name, lambda _names, _born: True)
    assert leopold.active
    assert leopold.birth_date == found.birth_date == PartialDate(1971, 6)
    assert found.from_
    assert found.until
    assert found.from_ < TODAY < found.until
    assert found.company_names == ("HARKENSTONE LANDSCAPES LIMITED",)
    (barnaby,) = register.officers("99002301")
    (namesake,) = register.disqualified(barnaby.name, lambda _names, _born: True)
    assert namesake.birth_date != barnaby.birth_date


def test_a_new_firm_follows_two_that_failed_at_the_same_office(register: CompaniesHouse) -> None:
    (director,) = register.officers("99002301")
    others = [a for a in register.appointments(director.officer_id) if a.company_number[-1] != "1"]
    assert {a.company_status for a in others} == {"liquidation"}
    firms = [register.company(n) for n in ("99002301", "99002302", "99002303")]
    assert len({firm.address for firm in firms if firm}) == 1
    for failed in others:
        (case,) = register.insolvencies(failed.company_number)
        assert case.type == "creditors-voluntary-liquidation"
        assert [kind for kind, _ in case.dates] == ["wound-up-on"]


def test_an_overdue_filer_is_about_to_be_struck_off(register: CompaniesHouse) -> None:
    company = register.company("99002401")
    assert company
    assert company.status_detail == "active-proposal-to-strike-off"
    assert company.accounts_overdue
    assert company.confirmation_overdue
    assert "gazette-notice-compulsory" in {f.description for f in register.filings("99002401")}
    (director,) = register.officers("99002401")
    assert director.verification
    assert not director.verification.verified(TODAY)


def test_one_company_cannot_be_checked(register: CompaniesHouse) -> None:
    with pytest.raises(FetchFailed, match="500"):
        register.company("99002601")
