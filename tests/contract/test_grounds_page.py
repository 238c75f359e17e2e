"""The page of grounds that is generated: every ground, with the checks that can point to it."""

import sys
from pathlib import Path

from duediligence import registry
from duediligence.law.grounds import list_ground_codes, load_ground_families
from duediligence.law.possible_grounds import list_regimes_without_grounds
from duediligence.law.regimes import list_regimes

sys.path.append(str(Path(__file__).parents[2] / "docs" / "pages"))
from grounds import codes_named, grounds_page


def test_every_ground_has_its_row_and_its_part() -> None:
    page = grounds_page(registry.find_watchlists().values(), registry.checks().values())
    for code in list_ground_codes():
        assert f"\n| [`{code}`](#{code.lower()}) |" in page
        assert f"\n## {code}\n" in page


def test_a_check_is_found_by_what_its_circumstances_can_go_to() -> None:
    checks = registry.checks()
    assert codes_named(checks["DEB-03"]) == set()
    assert codes_named(checks["CH-FIL-01"]) == {"PA23-7-6"}
    assert codes_named(checks["CH-INS-01"]) == {"PA23-7-5"}
    assert {"PA23-6-15", "PA23-7-4", "PA23-7-11"} <= codes_named(checks["ENF-01"])


def test_each_regime_has_grounds_or_says_what_a_buyer_can_still_use() -> None:
    page = grounds_page(registry.find_watchlists().values(), registry.checks().values())
    without = {one.regime: one.can_use for one in list_regimes_without_grounds()}
    tables = {*load_ground_families(), "pa23"}
    for one in list_regimes():
        if one.code == "unknown":
            continue
        assert (one.grounds in tables) != (one.code in without), one.code
        assert one.code not in without or without[one.code] in page
