"""docs/developer/adding-a-check.md is a worked example: what it says is done here, as it stands."""

import importlib
import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duediligence.contracts.checks import AnyCheck
from duediligence.screening.run.findings import check_context, run_dossier_checks
from duediligence.screening.run.policy import Policy
from tests.checks.conftest import TODAY, build_dossier

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "developer" / "adding-a-check.md").read_text(encoding="utf-8")
# The blocks of the page that are files, by path.
FILES = dict(re.findall(r"^```python (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))


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


def test_the_cases_of_the_page_hold(modules: dict[str, ModuleType], made_up: AnyCheck) -> None:
    def judge(check_id: str, form: str, changes: dict[str, Any]) -> tuple[str, str]:
        assert check_id == made_up.id
        dossier = build_dossier(form, **changes)
        ((_, outcome),) = run_dossier_checks([made_up], dossier, check_context(TODAY), Policy())
        flag = outcome.result in ("review", "adverse")
        return outcome.result, (outcome.severity or made_up.severity) if flag else ""

    page = modules["tests/checks"]
    assert {case[1] for case in page.CASES} == {"review", "clear"}
    for case in page.CASES:
        page.test_the_rules(judge, *case)


@pytest.mark.parametrize("name", ["test_checks.py", "test_dossier_checks.py"])
def test_the_contract_tests_pass_for_the_check_of_the_page(
    name: str, made_up: AnyCheck, modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = module_of(Path(__file__).with_name(name))
    cases = Path(str(modules["tests/checks"].__file__)).parent
    monkeypatch.setattr(tests, "TABLES", cases, raising=False)
    held = 0
    for test_name, test in inspect.getmembers(tests, inspect.isfunction):
        rule = inspect.unwrap(test)
        if test_name.startswith("test_") and list(inspect.signature(rule).parameters) == ["check"]:
            rule(made_up)
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
