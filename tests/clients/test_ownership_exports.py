"""The tools that the standards have read what is exported: 0 errors, and nothing dropped."""

import json
from datetime import date
from pathlib import Path

import pytest

from duediligence.extensions.ownership.bods_statements import write_statements
from duediligence.extensions.ownership.ftm_entities import write_entities
from duediligence.extensions.ownership.structure import build_ownership_structure

from ..extensions.ownership.generated import make_dossier
from .conftest import script

pytestmark = pytest.mark.browser
SOURCE = {"description": "Companies House", "type": ["officialRegister"]}
EXPORTS = 1_000


def test_1000_exports_have_no_error_and_lose_nothing(clients: Path, tmp_path: Path) -> None:
    folder, entities = tmp_path / "bods", []
    folder.mkdir()
    for seed in range(EXPORTS):
        own = build_ownership_structure(make_dossier(seed))
        assert own is not None
        statements = [*write_statements(own, date(2026, 11, 20), "A council", SOURCE)]
        (folder / f"{seed}.json").write_text(json.dumps(statements), encoding="utf-8")
        entities += write_entities(own)
    (tmp_path / "all.json").write_text(json.dumps(entities), encoding="utf-8")
    assert script(clients, "read_entities.py", str(tmp_path / "all.json"), folder=tmp_path) == []
    judged = script(clients, "with_libcovebods.py", str(folder), folder=tmp_path)
    if "missing" in judged:
        pytest.skip(f"the checker of BODS is not among the clients: {judged['missing']}")
    assert judged == {"files": EXPORTS, "found": []}
