"""An invented register behind a real server on this machine, and the client that asks it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from duediligence.demo.server import serve_demo_api
from duediligence.fetch.api import Api
from duediligence.fetch.limiter import Limiter
from duediligence.registers.companies_house.client import CompaniesHouse

Documents = dict[str, Any]
Ask = Callable[..., CompaniesHouse]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Serve these answers (by path) and ask them."""
    with ExitStack() as stack:

        def start(held: Documents, **limit: int) -> CompaniesHouse:
            base = stack.enter_context(serve_demo_api(held, **limit))
            api = Api(
                base,
                key="invented-key",
                evidence=tmp_path / "evidence",
                limiter=Limiter(tmp_path / "limit", window=limit.get("window", 300)),
                user_agent="duediligence/0",
                private_hosts=("127.0.0.1",),
                backoff=0.001,
            )
            return CompaniesHouse(stack.enter_context(api))

        yield start


@pytest.fixture
def profile() -> Documents:
    """A company's record with what the register sends."""
    return {
        "accounts": {
            "accounting_reference_date": {"day": "31", "month": "03"},
            "last_accounts": {"made_up_to": "2025-03-31", "type": "micro-entity"},
            "next_accounts": {"due_on": "2026-12-31", "overdue": False},
            "next_due": "2026-12-31",
            "overdue": False,
        },
        "can_file": True,
        "company_name": "PALE HERON WORKS LTD",
        "company_number": "99000101",
        "company_status": "active",
        "company_status_detail": "active-proposal-to-strike-off",
        "confirmation_statement": {"next_due": "2026-05-15", "overdue": True},
        "corporate_annotation": [{"type": "invented-annotation", "created_on": "2026-01-01"}],
        "date_of_creation": "2015-05-01",
        "etag": "0" * 40,
        "has_been_liquidated": False,
        "has_charges": False,
        "has_insolvency_history": False,
        "has_super_secure_pscs": False,
        "jurisdiction": "england-wales",
        "links": {"self": "/company/99000101", "exemptions": "/company/99000101/exemptions"},
        "previous_company_names": [
            {"name": "PALE CRANE LTD", "effective_from": "2015-05-01", "ceased_on": "2019-02-03"}
        ],
        "registered_office_address": {
            "premises": "14",
            "address_line_1": "Feather Lane",
            "locality": "Nowhampton",
            "postal_code": "ZY1 1AA",
            "country": "United Kingdom",
        },
        "registered_office_is_in_dispute": False,
        "sic_codes": ["96090"],
        "type": "ltd",
        "undeliverable_registered_office_address": False,
    }


@pytest.fixture
def officer_record() -> Documents:
    return {
        "address": {"premises": "2", "address_line_1": "Reed Row", "postal_code": "ZY1 1AB"},
        "appointed_on": "2020-01-02",
        "country_of_residence": "England",
        "date_of_birth": {"month": 4, "year": 1971},
        "former_names": [{"forenames": "Ottoline", "surname": "MARSHGATE"}],
        "identity_verification_details": {
            "appointment_verification_start_on": "2026-02-01",
            "appointment_verification_end_on": "9999-12-31",
        },
        "is_pre_1992_appointment": False,
        "links": {
            "self": "/company/99000101/appointments/aaa",
            "officer": {"appointments": "/officers/A_b-1/appointments"},
        },
        "name": "WILLOWDENE, Ottoline Prue",
        "nationality": "British",
        "occupation": "Weaver",
        "officer_role": "director",
        "person_number": "990000010001",
    }


@pytest.fixture
def owner_record() -> Documents:
    return {
        "address": {"premises": "2", "address_line_1": "Reed Row", "postal_code": "ZY1 1AB"},
        "ceased": False,
        "country_of_residence": "England",
        "date_of_birth": {"month": "4", "year": "1971"},
        "kind": "individual-person-with-significant-control",
        "links": {"self": "/company/99000101/persons-with-significant-control/individual/ppp"},
        "name": "Ms Ottoline Prue Willowdene",
        "name_elements": {"title": "Ms", "forename": "Ottoline", "surname": "Willowdene"},
        "nationality": "British",
        "natures_of_control": ["ownership-of-shares-75-to-100-percent"],
        "notified_on": "2020-01-02",
    }
