"""A dossier from the register's own answers, from bulk files, and from what cannot be had."""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.demo.server import load_demo_answers, serve_demo_api
from duediligence.fetch.api import Api
from duediligence.fetch.limiter import Limiter
from duediligence.model import (
    Company,
    CompanyRow,
    Dossier,
    Identifier,
    Name,
    NotHeld,
    NotInScope,
    NotKnown,
    Owner,
    OwnerRow,
    PartialDate,
    Party,
    PartyRole,
    Person,
    RegisterFile,
    Resolution,
    Supplier,
)
from duediligence.model.entries import CHARITY_ENGLAND_WALES, COMPANY
from duediligence.model.registers import PARTS, RegisteredAt
from duediligence.registers.bulk.gleif import read_gleif_rows
from duediligence.registers.companies_house.client import CompaniesHouse
from duediligence.screening.dossiers import gathering, parties
from duediligence.screening.dossiers.gathering import gather_dossier
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.lookup.parties import deduplicate_parties
from duediligence.store.register.local_register import Incoming, RegisterStore
from tests.registers.bulk.golden_copies import entity, owned, write_golden_copy
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OWNED = "99002101"
HEAD = "99002102"
BARRED = "99002201"
Held = dict[str, Any]
Gather = Callable[..., Dossier]


@pytest.fixture
def held() -> Held:
    """The demonstration's register; a test may change it."""
    return copy.deepcopy(load_demo_answers())


@pytest.fixture
def online(held: Held, tmp_path: Path) -> Iterator[Gather]:
    with ExitStack() as stack:
        base = stack.enter_context(serve_demo_api(held, limit=100_000))
        api = stack.enter_context(
            Api(
                base,
                key="invented-key",
                evidence=tmp_path / "evidence",
                limiter=Limiter(tmp_path / "limit", allowed=100_000),
                user_agent="duediligence/0",
                private_hosts=("127.0.0.1",),
                backoff=0.001,
                now=lambda: NOW,
            )
        )

        def run(number: str = OWNED, **options: Any) -> Dossier:
            supplier = options.pop("supplier", None) or _supplier(number)
            defaults: dict[str, Any] = {
                "api": CompaniesHouse(api),
                "register": None,
                "resolution": Resolution("number", 1.0),
                "now": NOW,
            }
            return gather_dossier(supplier, **{**defaults, **options})

        yield run


@pytest.fixture
def register(tmp_path: Path) -> Iterator[RegisterStore]:
    store = RegisterStore(tmp_path / "register.db")
    yield store
    store.close()


def _supplier(number: str = "", *others: Identifier) -> Supplier:
    own = (Identifier(COMPANY, number),) if number else ()
    return Supplier(ref="S1", name="An Invented Supplier", identifiers=(*own, *others))


def _incoming() -> Incoming:
    file = RegisterFile("invented.csv", "0" * 64)
    return Incoming(files=(file,), published=date(2026, 11, 1), at=NOW, drift=Drift())


def _owner_of(name: str, number: str, **registered: str) -> Held:
    kind = "corporate-entity-person-with-significant-control"
    at = {"registration_number": number, "country_registered": "England", **registered}
    return {"kind": kind, "name": name, "identification": at, "notified_on": "2020-01-01"}


def _own(held: Held, number: str, *owners: Held) -> None:
    path = f"company/{number}/persons-with-significant-control"
    held[path] = {"items": list(owners), "total_results": len(owners), "start_index": 0}


def _named(parties: tuple[Party, ...]) -> dict[str, Party]:
    return {party.names[0].text.casefold(): party for party in parties}


def test_everything_is_gathered_with_where_it_came_from(online: Gather) -> None:
    dossier = online()
    assert isinstance(dossier.company, Company)
    assert dossier.company.number == OWNED
    assert dossier.taken_at == NOW
    assert {source.part for source in dossier.sources} >= {
        "company",
        "officers",
        "owners",
        "filings",
        "appointments",
        "disqualifications",
    }
    assert all(source.sha256 and source.retrieved_at == NOW for source in dossier.sources)
    assert not dict(dossier.not_known())
    assert dossier.same_address == NotInScope("addresses-not-counted")
    assert isinstance(dossier.charity, NotHeld)


def test_a_number_that_is_not_on_the_register_is_not_held(online: Gather) -> None:
    dossier = online("99009999")
    assert dossier.company == NotHeld("Companies House has no company 99009999.")
    assert isinstance(dossier.officers, NotHeld)


@pytest.mark.parametrize("number", ["CE990001", "CS990001", "IP990001", "RS990001", "RC990001"])
def test_a_body_whose_register_is_elsewhere_is_not_a_company(online: Gather, number: str) -> None:
    dossier = online(number)
    assert isinstance(dossier.company, NotHeld)
    assert "its record is with" in dossier.company.reason
    assert dossier.sources == ()


def test_who_is_not_resolved_is_not_known(online: Gather) -> None:
    undecided = Resolution("none", reason="two companies bear this name")
    dossier = online(supplier=_supplier(), resolution=undecided)
    assert dict(dossier.not_known()).keys() == set(PARTS) - {"charity", "figures"}
    assert "two companies bear this name" in dict(dossier.not_known())["company"]


def test_a_charity_without_a_company_number_has_no_company(online: Gather) -> None:
    dossier = online(supplier=_supplier("", Identifier(CHARITY_ENGLAND_WALES, "9900001")))
    assert isinstance(dossier.company, NotHeld)
    assert dossier.charity == NotInScope("charities-england-wales-not-loaded")


def test_a_part_that_fails_leaves_the_rest(online: Gather, held: Held) -> None:
    held[f"company/{OWNED}/filing-history.error"] = {"exception_id": "x", "error": "x"}
    dossier = online()
    assert isinstance(dossier.filings, NotKnown)
    assert "500" in dossier.filings.reason
    assert isinstance(dossier.officers, tuple)
    assert dossier.parents


def test_what_rests_on_a_failed_part_is_not_known_for_the_same_reason(
    online: Gather, held: Held
) -> None:
    held[f"company/{OWNED}/officers.error"] = {"exception_id": "x", "error": "x"}
    dossier = online()
    assert dossier.officers == dossier.appointments == dossier.disqualifications
    assert isinstance(dossier.officers, NotKnown)
    assert isinstance(dossier.owners, tuple)


def test_a_register_that_is_down_leaves_nothing_known(online: Gather) -> None:
    dossier = online("99002601")
    assert dict(dossier.not_known()).keys() == set(PARTS) - {"charity", "figures"}


def test_officers_who_left_long_ago_are_left_out(online: Gather, held: Held) -> None:
    listed = held[f"company/{OWNED}/officers"]["items"]
    for name, resigned in (
        ("LONGGONE, Ada", "2024-11-01"),
        ("JUSTTOOLONGGONE, Ada", "2024-11-22"),
        ("STILLCOUNTED, Ada", "2024-11-23"),
        ("LATELYGONE, Ada", "2025-06-01"),
    ):
        listed.append({**listed[0], "name": name, "resigned_on": resigned})
    held[f"company/{OWNED}/officers"]["total_results"] = len(listed)
    found = {officer.name for officer in online().officers}
    assert {"Ada LATELYGONE", "Ada STILLCOUNTED"} <= found
    assert not {"Ada LONGGONE", "Ada JUSTTOOLONGGONE"} & found


def test_a_disqualified_director_is_found_by_name_and_birth(online: Gather) -> None:
    (record,) = online(BARRED).disqualifications
    assert record.type
    assert record.birth_date.day is None


@pytest.mark.parametrize("number", ["", BARRED, OWNED, "99009999", "CE990001"])
def test_who_is_named_by_the_buyer_is_asked_for_whatever_the_supplier_is(
    online: Gather, number: str
) -> None:
    """A person of the file, or of `check --person`, needs no company to be looked up by."""
    (record,) = online(BARRED).disqualifications
    person = Person(record.name, record.birth_date)
    supplier = replace(_supplier(number), people=(person,))
    dossier = online(supplier=supplier, resolution=Resolution("none", reason="no such firm"))
    assert dossier.disqualifications == (record,)
    assert "disqualifications" in {source.part for source in dossier.sources}
    other = replace(supplier, people=(replace(person, birth_date=PartialDate(1901, 1)),))
    if number != BARRED:
        assert online(supplier=other).disqualifications == ()


def test_without_a_key_nobody_named_is_clear(online: Gather) -> None:
    charity = _supplier("", Identifier(CHARITY_ENGLAND_WALES, "9900001"))
    supplier = replace(charity, people=(Person("Ann Invented"),))
    dossier = online(supplier=supplier, api=None)
    assert isinstance(dossier.company, NotHeld)
    assert dossier.disqualifications == NotInScope("company-bulk-file-only")
    assert isinstance(online(supplier=charity, api=None).disqualifications, NotHeld)


@pytest.mark.parametrize(
    ("born", "found"),
    [({"year": 1901, "month": 1}, 0), ({"year": 1901}, 0), (None, 1)],
)
def test_another_birth_date_is_another_person(
    online: Gather, held: Held, born: Held | None, found: int
) -> None:
    for officer in held[f"company/{BARRED}/officers"]["items"]:
        officer["date_of_birth"] = born
    _own(held, BARRED)
    assert len(online(BARRED).disqualifications) == found


def test_another_name_is_another_person(online: Gather, held: Held) -> None:
    for officer in held[f"company/{BARRED}/officers"]["items"]:
        officer["name"] = "WHOLLYOTHER, Zebedee"
    _own(held, BARRED)
    assert online(BARRED).disqualifications == ()


def test_a_board_of_hundreds_is_cut_short_and_that_is_said(
    online: Gather, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_PEOPLE", 2)
    first = held[f"company/{OWNED}/officers"]["items"][0]
    items = [
        {
            **first,
            "name": f"MEMBER{n}, Ada",
            "links": {"officer": {"appointments": f"/officers/m{n}/appointments"}},
        }
        for n in range(5)
    ]
    held[f"company/{OWNED}/officers"] = {"items": items, "total_results": 5}
    told = dict(online().not_known())
    assert "first 2 of 5" in told["appointments"]
    assert "first 2 of" in told["disqualifications"]


def test_owners_are_followed_upward(online: Gather) -> None:
    (parent,) = online().parents
    assert (parent.child, parent.depth, parent.company.number) == (OWNED, 1, HEAD)
    assert parent.owners
    assert parent.officers
    assert not parent.circular


def test_lost_zeros_are_put_back_and_names_must_fit(online: Gather, held: Held) -> None:
    held["company/00990077"] = {
        **held[f"company/{HEAD}"],
        "company_number": "00990077",
        "company_name": "LOST ZERO HOLDINGS LIMITED",
    }
    _own(held, OWNED, _owner_of("Lost Zero Holdings Ltd", "990077"))
    (parent,) = online().parents
    assert parent.company.number == "00990077"
    _own(held, BARRED, _owner_of("Quite Another Body plc", "990077"))
    (parent,) = online(BARRED).parents
    assert parent.company is None
    assert "is that of LOST ZERO HOLDINGS LIMITED" in parent.why_not


@pytest.mark.parametrize("above", [OWNED, HEAD])
def test_a_circle_ends_where_it_closes(online: Gather, held: Held, above: str) -> None:
    own_name = held[f"company/{OWNED}"]["company_name"]
    head_name = held[f"company/{HEAD}"]["company_name"]
    if above == OWNED:
        _own(held, OWNED, _owner_of(own_name, OWNED))
    else:
        _own(held, OWNED, _owner_of(head_name, HEAD))
        _own(held, HEAD, _owner_of(own_name, OWNED))
    parents = online().parents
    assert [parent.circular for parent in parents][-1]
    assert sum(parent.circular for parent in parents) == 1
    assert len(parents) == (1 if above == OWNED else 2)


def test_the_chain_ends_at_the_depth_asked_for(online: Gather, held: Held) -> None:
    for step in range(9):
        number = f"9900900{step}"
        held[f"company/{number}"] = {
            **held[f"company/{OWNED}"],
            "company_number": number,
            "company_name": f"STEP {'ABCDEFGHI'[step] * 4} LTD",
        }
        above = step + 1
        if above < 9:
            _own(held, number, _owner_of(f"Step {'ABCDEFGHI'[above] * 4} Ltd", f"9900900{above}"))
    assert len(online("99009000").parents) == 6
    assert len(online("99009000", depth=3).parents) == 3


def test_a_wide_and_wild_record_comes_to_an_end(
    online: Gather, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties, "MOST_STEPS", 7)
    monkeypatch.setattr(gathering, "MOST_STEPS", 7)
    _own(held, OWNED, *(_owner_of(f"Firm {n} Ltd", f"{99008000 + n}") for n in range(20)))
    dossier = online()
    assert len(dossier.parents) == 7
    assert "parents" in dict(dossier.not_known())


@for_each(
    ("at", "number"),
    [
        (RegisteredAt(number="990077", country="England And Wales"), "00990077"),
        (RegisteredAt(number="SC 99012", country="Scotland"), "SC099012"),
        (RegisteredAt(number="990077", place="Companies House, Cardiff"), "00990077"),
        (RegisteredAt(number="990077"), "00990077"),
        (RegisteredAt(number="990077", country="U.K."), "00990077"),
        (RegisteredAt(number="990077", country="Delaware"), ""),
        (RegisteredAt(number="990077", place="New South Wales"), ""),
        (RegisteredAt(number="990077", country="Jersey", place="Companies House"), ""),
        (RegisteredAt(number="none", country="England"), ""),
        (RegisteredAt(country="England"), ""),
        (None, ""),
    ],
)
def test_the_number_in_the_uk_register(at: RegisteredAt | None, number: str) -> None:
    found, why_not = parties.uk_number(at)
    assert found == number
    assert bool(why_not) == (not number)


def test_the_parties_and_who_of_them_is_connected(online: Gather) -> None:
    parties = _named(parties_of(online()))
    assert parties["an invented supplier"].role == PartyRole("supplier")
    assert not parties["an invented supplier"].connected
    assert parties["gannetholm holdings limited"].role == PartyRole("parent company")
    assert parties["gannetholm holdings limited"].connected
    above = parties["mr dragomir petrosyanov"]
    assert above.role == PartyRole("owner", of="GANNETHOLM HOLDINGS LIMITED")
    assert above.connected
    director = parties["tobias wickhamsted"]
    assert (str(director.role), director.kind) == ("director", "person")
    assert director.connected


def test_the_supplier_is_looked_up_by_its_registered_names_and_number(online: Gather) -> None:
    supplier, *_ = parties_of(online())
    assert len(supplier.names) >= 2
    assert supplier.identifiers == (Identifier(COMPANY, OWNED),)
    assert supplier.kind == "organisation"
    assert supplier.addresses


def test_who_left_who_keeps_the_books_and_who_is_protected(online: Gather, held: Held) -> None:
    listed = held[f"company/{OWNED}/officers"]
    base = {**listed["items"][0], "links": {}}
    secretary = {**base, "name": "BOOKISH, Ada", "officer_role": "secretary"}
    del secretary["date_of_birth"]
    left = {**base, "name": "LATELYGONE, Ada", "resigned_on": "2025-06-01"}
    listed["items"] += [secretary, left]
    listed["total_results"] = len(listed["items"])
    former = _owner_of("Formerly Owning Ltd", "99002999", place_registered="Exland")
    _own(
        held,
        OWNED,
        {"kind": "super-secure-person-with-significant-control", "name": "Hidden"},
        {**former, "ceased_on": "2024-01-01"},
    )
    parties = _named(parties_of(online()))
    assert not {"", "formerly owning ltd"} & parties.keys()
    assert (parties["ada bookish"].kind, parties["ada bookish"].connected) == ("unknown", False)
    assert parties["ada latelygone"].role == PartyRole("director", former=True)
    assert not parties["ada latelygone"].connected
    assert "hidden" not in parties


def test_without_a_key_the_bulk_files_tell_what_they_can(
    online: Gather, register: RegisterStore
) -> None:
    nothing = online(api=None, register=register)
    assert nothing.company == NotInScope("no-company-register")
    assert not dict(nothing.not_known())
    row = dict.fromkeys(CompanyRow._fields, "")
    row |= dict.fromkeys(
        "status_detail subtype created_on ceased_on accounts_type accounts_made_up_to "
        "accounts_due_on confirmation_due_on".split()
    )
    own = {**row, "number": OWNED, "name": "OWNED LTD", "status": "active", "type": "ltd"}
    own |= {"address": "1 Reed Row, Nowhampton", "postcode": "ZY1 1AB", "charges": 0}
    head = {**own, "number": HEAD, "name": "HEAD LTD"}
    register.load_companies(
        [CompanyRow(**own), CompanyRow(**head)],  # type: ignore[arg-type]
        _incoming(),
    )
    dossier = online(api=None, register=register)
    assert isinstance(dossier.company, Company)
    assert dossier.same_address == 2
    assert dossier.charges == ()
    assert not dict(dossier.not_known())
    assert dossier.officers == NotInScope("company-bulk-file-only")
    assert dossier.owners == NotInScope("owners-not-loaded")
    assert {source.part for source in dossier.sources} == {"company", "same_address"}
    owner = Owner(
        kind="corporate-entity-person-with-significant-control",
        name="Head Limited",
        registered_at=RegisteredAt(number=HEAD, country="England"),
    )
    register.load_owners([OwnerRow(OWNED, owner)], _incoming())
    fuller = online(api=None, register=register)
    assert fuller.owners == (owner,)
    (parent,) = fuller.parents
    assert parent.company.name == "HEAD LTD"
    missing = online("99009999", api=None, register=register)
    assert isinstance(missing.company, NotKnown)
    assert "not among the live companies" in missing.company.reason
    assert {reason for _, reason in missing.not_known()} == {missing.company.reason}
    assert missing.officers == NotInScope("company-bulk-file-only")


def test_a_parent_that_gleif_names_is_asked_of_the_api_and_has_its_source(
    online: Gather, held: Held, register: RegisterStore, tmp_path: Path
) -> None:
    own, above = (str(held[f"company/{one}"]["company_name"]) for one in (OWNED, BARRED))
    copy = [entity(1, own, OWNED), entity(2, above, BARRED)], [owned(1, 2)], []
    rows = read_gleif_rows(write_golden_copy(tmp_path, *copy), Drift())
    register.load_legal_entities(rows, _incoming())
    dossier = online(register=register)
    assert isinstance(dossier.parents, tuple)
    found = {one.company.number: one for one in dossier.parents if one.company}
    assert found[BARRED].owner.by_gleif
    assert found[BARRED].officers
    addresses = {source.address for source in dossier.sources}
    assert any(address.endswith(f"/company/{BARRED}") for address in addresses)


def test_a_director_is_one_party_though_the_file_does_not_tell_what_he_is() -> None:
    """A name that is no known person's is looked up as either; the register says which."""
    in_file = Party(names=(Name("Orrin Vexholm"),), kind="unknown", role=PartyRole("director"))
    born = PartialDate(1965, 4)
    known = Party(
        names=(Name("ORRIN VEXHOLM"),), kind="person", role=PartyRole("director"), birth_date=born
    )
    assert deduplicate_parties([in_file, known]) == (known,)
    itself = replace(in_file, role=PartyRole("supplier"))
    assert deduplicate_parties([itself, known]) == (itself, known)


def test_a_supplier_that_the_register_settles_may_be_a_person_all_the_same(online: Gather) -> None:
    """Only its name says which company it is, and a person may have that name."""
    dossier = online()
    named = replace(dossier.supplier, name="Ann Quill", identifiers=())
    found = parties_of(replace(dossier, supplier=named))
    assert (found[0].kind, str(found[0].role)) == ("organisation", "supplier")
    person = next(party for party in found if party.role == PartyRole("sole trader"))
    assert (person.kind, person.names[0].text) == ("person", "Ann Quill")
