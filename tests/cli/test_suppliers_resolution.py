"""`suppliers resolve` and `suppliers link`, as a user types them, over a loaded register."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.demo.server import serve_demo_api
from duediligence.model import Charity, CharityRow, CompanyRow, Identifier
from duediligence.store.register.local_register import Incoming, RegisterStore

Run = Callable[..., Any]
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SUPPLIERS = """ref,name,company number,charity number,postcode
S1,Marlpit Harwick Care Ltd,,,ZZ1 1ZZ
S2,Marlpit Harwick Care,,,ZZ9 9ZZ
S3,Zorble & Sons,99000001,,
S4,Fenwright Trust,,9900001,
S5,Nobody Anybody Knows,,,
"""


@pytest.fixture
def taken_in(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    assert run("suppliers", "import", "suppliers.csv").code == 0
    return run


def company(number: int, name: str, postcode: str) -> CompanyRow:
    nothing: dict[str, Any] = dict.fromkeys(CompanyRow._fields)
    told = {"country": "", "sic_codes": "", "former_names": "", "former_until": ""}
    told |= {"number": f"{99000000 + number}", "name": name, "status": "active", "type": "ltd"}
    return CompanyRow(**{**nothing, **told, "address": postcode, "postcode": postcode})


@pytest.fixture
def loaded(taken_in: Run, tmp_path: Path) -> Run:
    incoming = Incoming(files=(), published=NOW.date(), at=NOW, drift=Drift())
    charity = Charity(
        identifier=Identifier("GB-CHC", "9900001"), name="THE FENWRIGHT TRUST", status="Registered"
    )
    with closing(RegisterStore(tmp_path / "home" / "register.db")) as store:
        store.load_companies(
            [
                company(1, "MARLPIT HARWICK CARE LIMITED", "ZZ1 1ZZ"),
                company(2, "ZORBLE & SONS LTD", "ZZ5 5ZZ"),
            ],
            incoming,
        )
        store.load_charities("charities-england-wales", [CharityRow("1", charity)], incoming)
    return taken_in


def answers(result: Any) -> dict[str, tuple[str, str | None]]:
    return {
        one["supplier_ref"]: (
            one["state"],
            one["identifier"] and f"{one['identifier']['scheme']}-{one['identifier']['id']}",
        )
        for one in json.loads(result.out)["data"]
    }


def test_each_is_settled_or_needs_a_person(loaded: Run) -> None:
    result = loaded("suppliers", "resolve", "--json")
    assert answers(result) == {
        "S1": ("settled", "GB-COH-99000001"),
        "S2": ("needs a person", None),
        "S3": ("needs a person", "GB-COH-99000001"),
        "S4": ("settled", "GB-CHC-9900001"),
        "S5": ("needs a person", None),
    }
    assert result.code == 1
    plain = loaded("suppliers", "resolve")
    assert plain.code == 1
    assert "settled GB-COH-99000001: It is MARLPIT HARWICK CARE LIMITED, active." in plain.out
    assert "1. GB-COH-99000001, MARLPIT HARWICK CARE LIMITED, ZZ1 1ZZ, active" in plain.out
    assert "The name does not fit the number." in plain.out
    assert "2. GB-COH-99000002, ZORBLE & SONS LTD" in plain.out
    assert "duediligence suppliers link S2 GB-COH-…" in plain.out
    heads = [line[:2] for line in plain.out.splitlines() if not line.startswith(" ")]
    assert heads == ["S1", "S4", "S2", "S3", "S5"], "whoever needs a person comes last"
    assert "5 suppliers: 2 settled, 3 need a person, 0 not known." in plain.err


def test_a_link_settles_it_and_says_who_and_when(loaded: Run) -> None:
    made = loaded(
        "suppliers", "link", "S2", "GB-COH-99000001", "--by", "Ada Ferrow", "--note", "Letterhead"
    )
    assert made.code == 0
    assert "by Ada Ferrow on" in made.out
    assert "It is MARLPIT HARWICK CARE LIMITED" in made.out
    assert "Warning" not in made.err
    result = loaded("suppliers", "resolve", "S2", "--json")
    assert result.code == 0
    (found,) = json.loads(result.out)["data"]
    assert found["resolution"]["how"] == "person"
    assert "Letterhead" in found["resolution"]["reason"]


def test_none_says_no_entry_and_the_history_stays(loaded: Run) -> None:
    loaded("suppliers", "link", "S5", "GB-CHC-9900001", "--by", "Ada Ferrow")
    assert loaded("suppliers", "link", "S5", "none", "--by", "Bo Quill").code == 0
    assert loaded("suppliers", "resolve", "S5").code == 0
    first, second = loaded("suppliers", "link", "S5").out.splitlines()
    assert "GB-CHC-9900001  Ada Ferrow" in first
    assert "none  Bo Quill" in second
    assert "No link was set by hand" in loaded("suppliers", "link", "S1").err


def test_the_user_of_the_machine_is_named_where_nobody_is(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "aferrow")
    loaded("suppliers", "link", "S2", "GB-COH-99000001")
    assert "aferrow" in loaded("suppliers", "link", "S2").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("S9", "none"), "Unknown supplier 'S9'"),
        (("S1", "99000001"), "Write it as GB-COH-99000001"),
        (("S1", "GB-COH-9900001"), "Did you mean GB-COH-09900001?"),
        (("S1", "GB-SC-099001"), "SC and 6 digits"),
    ],
)
def test_a_link_that_cannot_be_used(loaded: Run, arguments: tuple[str, str], told: str) -> None:
    result = loaded("suppliers", "link", *arguments)
    assert result.code == 2
    assert told in result.err
    assert "No link was set by hand" in loaded("suppliers", "link", "S1").err


def test_a_doubtful_link_is_recorded_with_a_warning(loaded: Run) -> None:
    unlike = loaded("suppliers", "link", "S5", "GB-COH-99000002")
    assert unlike.code == 0
    assert "Warning: the names are only 0% similar" in unlike.err
    unknown = loaded("suppliers", "link", "S5", "GB-COH-99000777")
    assert unknown.code == 0
    assert "on none of the available registers" in unknown.err
    assert len(loaded("suppliers", "link", "S5").out.splitlines()) == 2


def test_without_a_register_nothing_is_settled_by_guessing(taken_in: Run) -> None:
    result = taken_in("suppliers", "resolve", "--json")
    assert result.code == 3
    assert {state for state, _ in answers(result).values()} == {"not known"}
    plain = taken_in("suppliers", "resolve", "S1")
    assert "the register companies-house is not loaded: load its bulk file" in plain.out
    together = taken_in("suppliers", "resolve")
    assert together.code == 3
    assert together.out.startswith("No supplier could be looked up:\n")
    assert len(together.out.splitlines()) < 6, "the reason is given once, not for each supplier"
    linked = taken_in("suppliers", "link", "S1", "GB-COH-99000001")
    assert linked.code == 0
    assert "Recorded; not looked up" in linked.err
    assert taken_in("suppliers", "resolve", "S1").code == 0


def test_no_suppliers_and_unknown_ones(run: Run) -> None:
    assert run("suppliers", "resolve").code == 0
    assert "No supplier has been imported" in run("suppliers", "resolve").err
    assert run("suppliers", "resolve", "S9").code == 2


def test_with_a_key_companies_house_is_asked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "suppliers.csv").write_text(
        "ref,name,company number,postcode\n"
        "S1,Gannetholm Holdings Ltd,,\n"
        "S2,Wickhamsted & Thornquay Cleaning Ltd,,ZY1 5LF\n"
        "S3,Harkenstone Landscapes Ltd,,ZY2 3SP\n"
        "S4,Harkenstone Landscapes Ltd,99002202,\n"
        "S5,Gannetholm Holdings Ltd,99009999,\n",
        encoding="utf-8",
    )
    run("suppliers", "import", "suppliers.csv")
    (tmp_path / "home" / "duediligence.toml").write_text('key_hosts = ["127.0.0.1"]')
    with serve_demo_api() as address:
        monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_URL", address)
        monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_KEY", "any")
        result = run("suppliers", "resolve", "--json")
        plain = run("suppliers", "resolve", "S3", "S4")
    assert answers(result) == {
        "S1": ("settled", "GB-COH-99002102"),
        "S2": ("settled", "GB-COH-99002101"),
        "S3": ("needs a person", None),
        "S4": ("settled", "GB-COH-99002202"),
        "S5": ("needs a person", "GB-COH-99009999"),
    }
    assert result.code == 1
    assert "HARKENSTONE LANDSCAPES LIMITED, was dissolved" in plain.out
    assert plain.out.count("It was dissolved on ") == 2
