"""Ownership there and back, in each standard: generated groups, some of which own themselves."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from duediligence.extensions.ownership.bods_statements import write_statements
from duediligence.extensions.ownership.files import (
    format_objects,
    read_ownership_file,
    read_structure,
)
from duediligence.extensions.ownership.ftm_entities import write_entities
from duediligence.extensions.ownership.structure import (
    OwnershipStructure,
    build_ownership_structure,
)
from tests.extensions.ownership.generated import make_dossier

TODAY = date(2026, 11, 26)
REGISTER = {"description": "Companies House", "type": ["officialRegister"]}
SOME = 20


def structure_of(seed: int) -> OwnershipStructure:
    found = build_ownership_structure(make_dossier(seed))
    assert found is not None
    return found


def there_and_back(folder: Path, groups: int) -> int:
    """Write each group in both standards, read it again; return how many had a circle."""
    circles = 0
    for seed in range(groups):
        own = structure_of(seed)
        parents = make_dossier(seed).parents
        circles += isinstance(parents, tuple) and any(one.circular for one in parents)
        bods = format_objects([*write_statements(own, TODAY, "A council", REGISTER)])
        ftm = format_objects([*write_entities(own)])
        for name, body in (("a.bods.jsonl", bods), ("a.ftm.json", ftm)):
            path = folder / name
            path.write_bytes(body)
            read = read_ownership_file(path, TODAY)
            # In, out: byte for byte.
            assert format_objects(read.statements) == body, seed
            back = read_structure(read.standard, read.statements)
            said = own
            if name == "a.ftm.json":
                # It cannot say why nobody is named.
                said = replace(own, links=tuple(one for one in own.links if one.owner))
            assert (back.parties, back.links) == (said.parties, said.links), seed
    return circles


def test_ownership_comes_back_as_it_went(tmp_path: Path) -> None:
    assert there_and_back(tmp_path, SOME)


@pytest.mark.soak
def test_ownership_of_200_groups_comes_back_as_it_went(tmp_path: Path) -> None:
    assert there_and_back(tmp_path, 200) > 20


def test_one_standard_is_read_as_the_other(tmp_path: Path) -> None:
    """What came in one standard goes out in the other with the same owners."""
    own = structure_of(next(seed for seed in range(SOME) if structure_of(seed).links))
    entities = [*write_entities(own)]
    read = read_structure("FollowTheMoney", entities)
    statements = [*write_statements(read, TODAY, "Northfield Ltd", {"type": ["thirdParty"]})]
    again = read_structure("BODS 0.4", statements)
    assert (again.parties, again.links) == (read.parties, read.links)


def test_an_export_has_the_same_ids_each_time() -> None:
    own = structure_of(3)
    one, other = ([*write_statements(own, TODAY, "A council", REGISTER)] for _ in range(2))
    assert one == other
    assert len({each["statementId"] for each in one}) == len(one)
