"""Every ground that a check, a list or the demo names is a ground that there is."""

import re
from pathlib import Path

from duediligence import registry
from duediligence.law.grounds import list_ground_codes
from tests.rows import for_each

ROOT = Path(__file__).parents[2]
CODE_LIKE = re.compile(r"\bPA\s?-?(?:20)?23\b[\w-]*", re.IGNORECASE)
SOURCES = sorted((*(ROOT / "checks").rglob("*.py"), *(ROOT / "watchlists").rglob("*.py")))


@for_each("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_code_in_a_source_is_a_ground(path: Path) -> None:
    named = set(CODE_LIKE.findall(path.read_text("utf-8")))
    assert named <= set(list_ground_codes())


@for_each("watchlist", registry.find_watchlists().values(), ids=lambda w: w.id)
def test_every_ground_that_a_list_points_to_is_a_ground(watchlist: object) -> None:
    assert set(watchlist.grounds) <= set(list_ground_codes())  # type: ignore[attr-defined]
