"""Files of ownership are read whole or refused with one line, as the standard has it."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from duediligence.errors import UnreadableFile
from duediligence.extensions.ownership.bods_statements import write_statements
from duediligence.extensions.ownership.files import (
    format_objects,
    read_ownership_file,
    read_structure,
)
from duediligence.extensions.ownership.ftm_entities import write_entities
from duediligence.extensions.ownership.object_rules import find_object_problems, find_set_problems
from duediligence.extensions.ownership.structure import OwnershipStructure
from tests.extensions.ownership.statements import ENTITY, LINK, PERSON, changed, entities
from tests.rows import for_each

TODAY = date(2026, 11, 26)
SHARED = Path("/work/shared/data/publishers/bods")
needs_samples = pytest.mark.skipif(
    not SHARED.exists(), reason="the fixtures of the standard's own checker are not here"
)
Change = Callable[[dict[str, Any]], object]
# The list of expected errors names these, and both the schema and the checker accept them.
ACCEPTED_ALL_THE_SAME = {
    "entity_addresses_type.json",
    "person_PepStatusDetails_reason.json",
    "person_addresses_type.json",
    "person_names_patronymic.json",
    "statement_annotations_createdBy_uri.json",
    "statement_annotations_creationDate.json",
    "statement_source_assertedBy_uri.json",
    "statement_source_url.json",
}
# The list does not have these: it is of the schema, and they contradict themselves.
REFUSED_ALL_THE_SAME = {
    "entity_sub_type_does_not_align_1.json",
    "has_public_listing_information_but_has_public_listing_is_false_1.json",
    "relationship_2.json",
}


def find_problems(statement: object) -> list[str]:
    return [*find_object_problems(statement, "statement", TODAY)]


@needs_samples
def test_fixtures_are_refused_by_their_fields_as_expected() -> None:
    folder = SHARED / "lib-cove-bods-fixtures-0.4"
    with (folder / "expected_errors.csv").open(encoding="utf-8") as file:
        expected = {row[0] for row in csv.reader(file)}
    expected = expected - ACCEPTED_ALL_THE_SAME | REFUSED_ALL_THE_SAME
    refused = set()
    for path in folder.glob("*.json"):
        found = json.loads(path.read_text(encoding="utf-8"))
        # A set that is refused as a whole is judged below.
        alone = not re.search("valid-[0-9]", path.name)
        if alone and (not isinstance(found, list) or any(map(find_problems, found))):
            refused.add(path.name)
    assert refused == expected


# What needs lists that are not in the house, or a set that is whole, is not looked at.
NOT_LOOKED_AT = (
    "annotiation_statement_pointer_target",
    "declaration_subject-",
    "identifier_scheme_known",
    "correct_scheme",
    "is_component-invalid-2",
    "serialisation-invalid-3",
    "serialisation-invalid-4",
    "entity_or_person-invalid-1",
    "subject_refers_to_entity_statement-invalid-2",
)


@needs_samples
def test_sets_that_contradict_themselves_are_refused_as_expected() -> None:
    judged: Counter[str] = Counter()
    for path in (SHARED / "lib-cove-bods-fixtures-0.4").glob("*valid-[0-9].json"):
        found = json.loads(path.read_text(encoding="utf-8"))
        refused = any(map(find_problems, found)) or any(find_set_problems(found))
        known = not any(one in path.name for one in NOT_LOOKED_AT)
        if "-invalid-" not in path.name:
            assert not refused, path.name
        elif known:
            assert refused, path.name
        judged["refused" if refused else "accepted"] += 1
    assert judged["refused"] > 50


@needs_samples
def test_what_publishers_issue_is_read() -> None:
    paths = [
        *(SHARED / "open-ownership-0.4").glob("*.jsonl"),
        *(SHARED / "official" / "examples").glob("*.json"),
    ]
    assert len(paths) > 20
    for path in paths:
        read = read_ownership_file(path, TODAY)
        assert read.standard == "BODS 0.4", path.name
        assert read.declared_on, path.name


@for_each(
    "change, said",
    [
        (lambda one: one[0].pop("recordId"), "recordId is missing"),
        (lambda one: one[0].update(statementId="short"), "32 to 64 characters"),
        (lambda one: one[0].update(statementDate="26/11/2026"), "statementDate is not a day"),
        (lambda one: one[0].update(statementDate="2026-11-27"), "statementDate lies in the future"),
        (lambda one: one[0].update(statementDate="20261001T000000Z"), "statementDate is not a day"),
        (lambda one: one[0].update(statementDate="२०२६-१०-०१"), "statementDate is not a day"),
        (lambda one: one[1]["recordDetails"].update(birthDate="1961-13"), "birthDate is not"),
        (lambda one: one[1]["recordDetails"].update(names="Ida Fern"), "names is not a list"),
        (lambda one: one[2]["recordDetails"].update(subject=7), "subject is not an object"),
        (
            lambda one: one[2]["recordDetails"].update(subject=one[1]["recordId"]),
            "is not an entity",
        ),
        (
            lambda one: one[2]["recordDetails"]["interests"][0].update(type="x"),
            "type is not a code",
        ),
        (lambda one: one.insert(0, one.pop()), "comes after the relationship"),
        (lambda one: one.append(one[0]), "2 statements have the statementId"),
        (lambda one: one[0].update(publicationDetails=OLD), "only 0.4 is read"),
    ],
)
def test_a_broken_statement_is_refused_in_one_line(
    tmp_path: Path, change: Change, said: str
) -> None:
    statements = changed(change)
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(statements), encoding="utf-8")
    with pytest.raises(UnreadableFile) as refused:
        read_ownership_file(path, TODAY)
    assert said in refused.value.message
    assert "\n" not in refused.value.message


OLD = {"publicationDate": "2020-01-01", "bodsVersion": "0.2", "publisher": {"name": "A register"}}


# Of which nobody can say who owns what.
SEVERAL = json.dumps(
    {"id": "a", "schema": "Ownership", "properties": {"owner": ["b", "c"], "asset": ["d", "e"]}}
)


@for_each(
    "text, said",
    [
        ("", "is empty"),
        ("[", "is not JSON"),
        ("[]", "no statement"),
        ("[1]", "neither of the two standards"),
        ('{"a": 1, "a": 2}', "twice in one object"),
        (
            '[{"schema": "Person", "id": "a", "properties": {"x": [1e999]}}]',
            "that JSON does not have",
        ),
        (
            '[{"schema": "Person", "id": "a", "properties": {"x": [NaN]}}]',
            "that JSON does not have",
        ),
        ('[{"schema": "Person", "id": "\\ud800", "properties": {}}]', "that JSON does not have"),
        (
            '[{"schema": "Person", "id": "a", "properties": {"name": "Ida"}}]',
            "properties.name is not a list",
        ),
        ('[{"schema": "Person", "properties": {}}]', "id is missing"),
        ('[{"statementType": "personStatement"}]', "before 0.4"),
        ("[" * 100_000, "is not JSON"),
        ('[{"schema": "Person", "x": ' + "[" * 60 + "]" * 60 + "}]", "lists within lists"),
        (SEVERAL, "owner and asset have several values"),
    ],
)
def test_what_is_neither_standard_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=said):
        read_ownership_file(path, TODAY)


def test_one_file_in_three_forms_is_one(tmp_path: Path) -> None:
    for name, statements in (("bods", [ENTITY, PERSON, LINK]), ("ftm", entities())):
        lines = "\n\n".join(json.dumps(one) for one in statements)
        forms = (json.dumps(statements), lines, json.dumps({"statements": statements}))
        read = []
        for place, text in enumerate(forms):
            path = tmp_path / f"{name}{place}.json"
            path.write_text("\ufeff" + text, encoding="utf-8")
            read.append(format_objects(read_ownership_file(path, TODAY).statements))
        assert read[0] == read[1] == read[2]


def test_fields_that_the_standard_does_not_have_are_kept_and_not_read(tmp_path: Path) -> None:
    def add(statements: Any) -> None:
        for one in statements:
            one["recordDetails"] |= {
                "alternateNames": 7,
                "names": one["recordDetails"].get("names"),
            }
            one["recordDetails"] |= {"_when": [[]], "_any": 1}
        del statements[0]["recordDetails"]["alternateNames"]
        statements[2]["recordDetails"]["interests"][0]["share"]["odd"] = [1]

    path = tmp_path / "more.json"
    path.write_text(json.dumps(changed(add)), encoding="utf-8")
    read = read_ownership_file(path, TODAY)
    assert [*read.statements] == changed(add)
    assert read_structure(read.standard, read.statements) == read_structure(
        read.standard, [ENTITY, PERSON, LINK]
    )


ODD = (None, True, -1, 10**30, "", "x", "2026-13-01", "http://[", [], {}, [None], [[]], {"a": 1})


def broken(random: Random) -> list[dict[str, Any]]:
    """Statements or entities, of which something is another value or is not there."""
    found = deepcopy(random.choice(([ENTITY, PERSON, LINK], entities())))
    inside: Any = found
    while True:
        keys = [*inside] if isinstance(inside, dict) else [*range(len(inside))]
        key = random.choice(keys)
        if not isinstance(inside[key], dict | list) or not inside[key] or random.random() < 0.3:
            break
        inside = inside[key]
    if random.random() < 0.2:
        del inside[key]
    else:
        inside[key] = random.choice(ODD)
    return found


def test_a_file_is_read_whole_or_refused_whatever_is_broken(tmp_path: Path) -> None:
    random, path, refused = Random(1), tmp_path / "broken.json", 0
    for _ in range(300):
        path.write_text(json.dumps(broken(random)), encoding="utf-8")
        try:
            read = read_ownership_file(path, TODAY)
        except UnreadableFile:
            refused += 1
            continue
        own = read_structure(read.standard, read.statements)
        assert format_objects([*write_entities(own)]) or not own.parties
        assert not any(map(find_problems, write_all(own)))
    assert 100 < refused < 300


def write_all(own: OwnershipStructure) -> list[dict[str, Any]]:
    return [*write_statements(own, TODAY, "A council", {"type": ["thirdParty"]})]
