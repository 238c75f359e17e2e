"""docs/adding-a-check.md is a worked example: what it says is done here, as it stands."""

import importlib
import importlib.util
import inspect
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duediligence.contracts.checks import AnyCheck
from duediligence.model import PARTS, Company, Dossier, Resolution, Supplier
from duediligence.screening.run.findings import applied, check_context
from duediligence.screening.run.policy import Policy

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-check.md").read_text(encoding="utf-8")
# The blocks of the page that are files, by path.
FILES = dict(re.findall(r"^```python (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
COMPANY = Company(number="99000001", name="Quillhaven Works Limited", status="active", type="ltd")


def module_of(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"by_hand_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def modules(tmp_path: Path) -> dict[str, ModuleType]:
    """The files of the page, imported, by the folder that the page places them in."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return {path.rpartition("/")[0]: module_of(tmp_path / path) for path in FILES}


@pytest.fixture
def made_up(modules: dict[str, ModuleType]) -> AnyCheck:
    check: AnyCheck = modules["checks"].many_kinds
    return check


def result(check: AnyCheck, company: dict[str, Any]) -> str:
    parts: dict[str, Any] = dict.fromkeys(PARTS, ())
    dossier = Dossier(
        supplier=Supplier(ref="1", name=COMPANY.name),
        taken_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        resolution=Resolution("number"),
        **{**parts, "company": replace(COMPANY, **company)},
    )
    ((_, outcome),) = applied([check], dossier, check_context(date(2026, 11, 24)), Policy())
    return outcome.result


def test_the_cases_of_the_page_hold(modules: dict[str, ModuleType], made_up: AnyCheck) -> None:
    cases = modules["tests/checks"].CASES
    assert {made_up.id} == {case[0] for case in cases}
    assert {case[1] for case in cases} == {"review", "clear"}
    for _, expected, company in cases:
        assert result(made_up, company) == expected


@pytest.mark.parametrize("name", ["test_checks.py", "test_dossier_checks.py"])
def test_the_contract_tests_pass_for_the_check_of_the_page(
    name: str, made_up: AnyCheck, modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = module_of(Path(__file__).with_name(name))
    cases = Path(str(modules["tests/checks"].__file__)).parent
    monkeypatch.setattr(tests, "TABLES", cases, raising=False)
    held = 0
    for test_name, test in inspect.getmembers(tests, inspect.isfunction):
        if test_name.startswith("test_") and list(inspect.signature(test).parameters) == ["check"]:
            test(made_up)
            held += 1
    assert held > 1


def test_the_page_names_what_the_toolkit_holds() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
    modules = {path.stem for path in (ROOT / "checks" / "toolkit").glob("[a-z]*.py")}
    assert {name for name, _ in rows} == modules
    for name, holds in rows:
        module = importlib.import_module(f"duediligence.checks.toolkit.{name}")
        for function in re.findall(r"`(\w+)`", holds):
            assert hasattr(module, function), f"{name}.{function}"
