"""The samples are what their README says, and agree with the publisher's tables where these are."""

import csv
import json
import os
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.share_codes.oversized_answers import build_large_answer, build_nested_answer

HERE = Path(__file__).parent
ANSWERS = HERE / "answers"
PRINTED = HERE / "printed"
DIFFERENCES = HERE / "differences"
TABLES = Path(os.environ["REAL_DATA"]) / "publishers" / "cdp-share-code"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def list_answers() -> list[Path]:
    return sorted(path for path in ANSWERS.glob("*.json") if ".expected" not in path.name)


def read_table(name: str) -> list[dict[str, str]]:
    if not TABLES.is_dir():
        pytest.skip(f"the publisher's tables are not here: {TABLES}")
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_answer_has_an_expectation_of_its_own_facts() -> None:
    answers = [path.stem for path in list_answers()]
    expected = {
        path.name.removesuffix(".expected.json"): read_json(path)
        for path in ANSWERS.glob("*.expected.json")
    }
    assert answers == sorted(expected)
    assert Counter(item["read"] for item in expected.values()) == {True: 18, False: 6}
    names: Counter[str] = Counter()
    for item in expected.values():
        people = {party["name"] for party in item.get("people", ())}
        organisations = {party["name"] for party in item.get("organisations", ())}
        names.update(people | organisations | {item.get("supplier", {}).get("name", "")} - {""})
    assert not [name for name, times in names.items() if times > 1]


def test_whole_answers_have_each_required_field_and_only_published_values() -> None:
    fields: dict[str, dict[str, dict[str, str]]] = {}
    for row in read_table("fields.csv"):
        fields.setdefault(row["object"], {})[row["json_name"]] = row
    enumerations: dict[str, set[str]] = {}
    for row in read_table("enumerations.csv"):
        enumerations.setdefault(row["enumeration"], set()).add(row["json_value"])

    def find_faults(kind: str, value: Any, path: str) -> list[str]:
        if kind in enumerations:
            return [] if value in enumerations[kind] else [f"{path}: {value}"]
        if kind not in fields:
            return []
        faults = [f"{path}.{name} is not published" for name in set(value) - set(fields[kind])]
        for name, row in fields[kind].items():
            inner = re.sub(r"array of |\?$", "", row["type"])
            found = value.get(name)
            if found is None:
                faults += [f"{path}.{name} is missing"] if row["required"] == "yes" else []
            elif row["type"].startswith("array of"):
                faults += [fault for each in found for fault in find_faults(inner, each, name)]
            else:
                faults += find_faults(inner, found, name)
        return faults

    faults = [
        (path.name, fault)
        for path in list_answers()[:12]
        for fault in find_faults("SupplierInformation", read_json(path), "")
    ]
    assert not faults


def test_each_ground_is_answered_once() -> None:
    stated = [
        row["code"] for row in read_json(ANSWERS / "06-every-ground.expected.json")["exclusions"]
    ]
    assert sorted(stated) == sorted(row["value"] for row in read_table("exclusion_grounds.csv"))


def test_oversized_answers_are_as_deep_and_as_large_as_asked() -> None:
    assert build_nested_answer(300).count("{") == 301
    large = build_large_answer(1)
    assert 800_000 < len(large) < 1_200_000
    assert json.loads(large)["name"] == "Deepholme Wells Limited"


KINDS = {
    "owner not declared", "owner declared and gone", "owner declared, not on the register",
    "director resigned", "director not declared", "control not on the register",
    "control not declared", "another number", "another name", "another address",
    "birth date differs", "ground denied, a list shows it", "parent not declared",
    "company dissolved", "insolvency denied, register shows it",
}  # fmt: skip


def test_half_of_the_suppliers_differ_from_the_register_in_each_way_at_least_once() -> None:
    cases = [read_json(path) for path in sorted(DIFFERENCES.glob("*.json"))]
    assert [bool(case["expected"]) for case in cases] == [True] * 30 + [False] * 30
    assert {item["kind"] for case in cases for item in case["expected"]} == KINDS
    assert sum(len(case["expected"]) > 1 for case in cases) >= 2


def test_no_two_suppliers_share_a_fact() -> None:
    facts: Counter[str] = Counter()
    for path in DIFFERENCES.glob("*.json"):
        answer = read_json(path)["answer"]
        people = answer["associatedPersons"]
        facts.update(
            {answer["name"], answer["identifier"]["id"], answer["address"]["postalCode"]}
            | {f"{person['firstName']} {person['lastName']}" for person in people}
            | {person["dateOfBirth"] for person in people if person["dateOfBirth"]}
            | {
                party["companyHouseNumber"] or party["name"]
                for party in answer["additionalEntities"]
            }
        )
    assert [fact for fact, times in facts.items() if times > 1] == []


def test_each_printed_form_has_an_expectation_and_one_is_in_an_archive_with_attachments() -> None:
    forms = sorted(PRINTED.glob("*.pdf"))
    assert len(forms) == 6
    for form in forms:
        assert read_json(form.with_suffix(".expected.json"))["supplier"]["name"]
        assert form.stat().st_size < 60_000
    with zipfile.ZipFile(PRINTED / "Wv4KdRp8.zip") as archive:
        assert archive.read("Wv4KdRp8.pdf") == forms[0].read_bytes()
        assert len(archive.namelist()) == 4
