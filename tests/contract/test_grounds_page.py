"""The page of grounds that is generated: every ground, with the checks that can point to it."""

import sys
from pathlib import Path

from duediligence import registry
from duediligence.law.grounds import list_ground_codes

sys.path.append(str(Path(__file__).parents[2] / "docs" / "pages"))
from grounds import codes_named, grounds_page


def test_every_ground_has_its_row_and_its_part() -> None:
    page = grounds_page(registry.find_watchlists().values(), registry.checks().values())
    for code in list_ground_codes():
        assert f"\n| [`{code}`](#{code.lower()}) |" in page
        assert f"\n## {code}\n" in page


def test_a_check_is_found_by_the_codes_in_its_rule_and_in_what_it_calls() -> None:
    checks = registry.checks()
    assert codes_named(checks["DEB-03"].run) == {"PA23-7-11"}
    assert codes_named(checks["CH-FIL-01"].run) == {"PA23-7-6"}
    assert codes_named(checks["CH-INS-01"].run) == {"PA23-7-5"}
    assert codes_named(checks["SAN-01"].run) == set()


def test_every_check_whose_source_names_a_ground_is_on_the_page() -> None:
    named = {code for check in registry.checks().values() for code in codes_named(check.run)}
    root = Path(__file__).parents[2] / "checks"
    written = {
        code
        for path in root.rglob("*.py")
        for code in list_ground_codes()
        if f"{code} " in path.read_text("utf-8") or f'{code}"' in path.read_text("utf-8")
    }
    assert named == written
