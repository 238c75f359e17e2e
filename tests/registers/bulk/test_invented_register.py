"""The generated register that the whole register is measured with (benchmarks/)."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.registers.bulk.companies import companies
from duediligence.registers.bulk.owners import owners
from tests.matching.yardstick import module

ROWS = 3_000


@pytest.fixture(scope="module")
def register() -> ModuleType:
    return module("invented_register")


@pytest.fixture(scope="module")
def written(register: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("invented") / "register"
    return register.write_register(register.Request(ROWS, folder))


@pytest.fixture(scope="module")
def answers(written: Any) -> tuple[list[Any], list[Any]]:
    plants, decoys, _ = module("invented_answers").read_answers(written.answers)
    return plants, decoys


@pytest.fixture(scope="module")
def records(written: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in written.owners[0].read_text("utf-8").splitlines():
        record = json.loads(line)
        found.setdefault(record.get("company_number", ""), []).append(record["data"])
    return found


def of_kind(hidden: list[Any], kind: str) -> list[Any]:
    found = [one for one in hidden if one.kind == kind]
    assert found
    return found


def test_the_readers_of_the_core_read_every_record_without_drift(written: Any) -> None:
    drift = Drift()
    rows = list(companies(written.companies[0], drift))
    assert len(rows) == written.counts["companies"] == len({row.number for row in rows})
    # `owners` itself compares the number of records with the totals at the end.
    kinds = [type(row.record).__name__ for row in owners(written.owners, drift)]
    assert kinds.count("Owner") == written.counts["owners"]
    assert kinds.count("Statement") == written.counts["statements"]
    assert not drift.items()


def test_the_officers_file_says_how_long_it_and_its_records_are(written: Any) -> None:
    header, *lines, trailer = written.officers[0].read_text("utf-8").splitlines()
    assert header == "DDDDSNAP321120261101"
    assert trailer == f"99999999{len(lines):08}"
    people: list[str] = []
    for line in lines:
        start = 40 if line[8] == "1" else 76
        length = line[36:40] if line[8] == "1" else line[72:76]
        assert len(line[start:]) == int(length)
        if line[8] == "2":
            people.append(line)
            assert line.count("<") == 14
    counted = sum(int(line[32:36]) for line in lines if line[8] == "1")
    assert counted == len(people) == written.counts["officers"]
    assert any(line[9] == "D" for line in lines if line[8] == "1")


def test_the_same_seed_gives_the_same_files_in_any_number_of_parts(
    written: Any, register: ModuleType, tmp_path: Path
) -> None:
    parted = register.write_register(
        register.Request(ROWS, tmp_path / "register", company_parts=3, owner_parts=4, zipped=False)
    )
    assert written.answers.read_bytes() == parted.answers.read_bytes()
    assert written.counts == parted.counts
    assert sum(path.stat().st_size for path in parted.owners) == written.owners[0].stat().st_size
    whole = "".join(path.read_text("utf-8") for path in parted.owners)
    assert whole == written.owners[0].read_text("utf-8")


def test_another_seed_gives_other_companies(
    written: Any, register: ModuleType, tmp_path: Path
) -> None:
    other = register.write_register(register.Request(ROWS, tmp_path / "register", seed=2))
    here, there = (
        {row.name for row in companies(one.companies[0], Drift())} for one in (written, other)
    )
    assert len(here & there) < ROWS // 10


def test_zipped_files_are_read_alike(register: ModuleType, written: Any, tmp_path: Path) -> None:
    zipped = register.write_register(register.Request(ROWS, tmp_path / "register", zipped=True))
    assert list(companies(zipped.companies[0], Drift())) == list(
        companies(written.companies[0], Drift())
    )
    assert list(owners(zipped.owners, Drift())) == list(owners(written.owners, Drift()))


def test_a_month_later_some_companies_came_some_went_and_few_changed(
    register: ModuleType, written: Any, tmp_path: Path
) -> None:
    later = register.write_register(register.Request(ROWS, tmp_path / "register", next_month=True))
    before, after = (
        {row.number: row for row in companies(one.companies[0], Drift())}
        for one in (written, later)
    )
    both = before.keys() & after.keys()
    assert 0 < len(before.keys() - both) < ROWS * 0.02
    assert 0 < len(after.keys() - both) < ROWS * 0.02
    changed = [number for number in both if before[number] != after[number]]
    assert 0 < len(changed) < ROWS * 0.03
    plants, _, _ = module("invented_answers").read_answers(written.answers)
    hidden = {number for one in plants for number in one.companies} & before.keys()
    assert hidden <= after.keys()


def test_rings_close_and_their_look_alikes_do_not(
    answers: tuple[list[Any], list[Any]], records: dict[str, list[dict[str, Any]]]
) -> None:
    def owned_by(number: str) -> set[str]:
        return {
            data["identification"]["registration_number"]
            for data in records[number]
            if "identification" in data and "ceased_on" not in data
        }

    plants, decoys = answers
    for ring in of_kind(plants, "ring"):
        following = (*ring.companies[1:], ring.companies[0])
        for one, owner in zip(ring.companies, following, strict=True):
            assert owned_by(one) == {owner}
    for decoy in of_kind(decoys, "ring"):
        assert decoy.companies[0] not in owned_by(decoy.companies[-1])


def test_control_is_handed_on_within_a_month_along_a_tie(
    answers: tuple[list[Any], list[Any]], records: dict[str, list[dict[str, Any]]]
) -> None:
    for chain in of_kind(answers[0], "chain"):
        hands = records[chain.companies[0]]
        assert len(hands) == len(chain.people) in (2, 3, 4)
        assert "ceased_on" not in hands[-1]
        for before, after in pairwise(hands):
            gap = date.fromisoformat(after["notified_on"]) - date.fromisoformat(before["ceased_on"])
            assert 0 <= gap.days <= 30
            assert (
                before["address"] == after["address"]
                or before["name_elements"]["surname"] == after["name_elements"]["surname"]
            )


def test_a_phoenix_has_the_people_of_the_dead_company(
    answers: tuple[list[Any], list[Any]], written: Any
) -> None:
    people: dict[str, set[tuple[str, ...]]] = {}
    gone: set[str] = set()
    for line in written.officers[0].read_text("utf-8").splitlines():
        if line[8:9] == "2":
            surname = (line[56:62], *line[76:].split("<")[1:3])
            people.setdefault(line[:8], set()).add(surname)
        elif line[8:10] in ("1D", "1L"):
            gone.add(line[:8])
    created = {row.number: row.created_on for row in companies(written.companies[0], Drift())}
    for phoenix in of_kind(answers[0], "phoenix"):
        new, old = phoenix.companies
        assert old in gone
        assert people[new] == people[old]
        assert "2024-11-01" < created[new] < "2026-11-01"


def test_suppliers_hold_every_plant_that_is_about_suppliers(
    answers: tuple[list[Any], list[Any]], written: Any
) -> None:
    listed = written.suppliers.read_text("utf-8")
    for one in (*answers[0], *answers[1]):
        assert all(number in listed for number in one.suppliers)


def test_answers_that_were_changed_are_refused(written: Any, tmp_path: Path) -> None:
    copy = tmp_path / "answers.json"
    copy.write_bytes(written.answers.read_bytes().replace(b"ring", b"king", 1))
    seal = written.answers.with_name("answers.sha256")
    copy.with_name("answers.sha256").write_bytes(seal.read_bytes())
    with pytest.raises(ValueError, match="changed after it was sealed"):
        module("invented_answers").read_answers(copy)


def test_the_answers_lie_apart_from_what_the_product_reads(written: Any) -> None:
    assert written.answers.parent != written.suppliers.parent
    assert not list(written.suppliers.parent.rglob("answers*"))
