"""What was looked up before counts only where matches are written as they are now."""

import sqlite3
from contextlib import closing
from pathlib import Path

from duediligence.model import Feature, Match
from duediligence.store.lookups import DIGEST_SIZE, CachedMatches, LookUpStore

PARTY = b"p" * DIGEST_SIZE
FEATURE = Feature("agreeing words", "mill", "mill", 0.9, "agree", personal=True)
FOUND = CachedMatches(
    "1", "index-1", "10 0.85 6", {PARTY}, {PARTY: [Match((FEATURE,), "Mill", "Mill")]}
)


def test_what_is_remembered_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    with closing(LookUpStore(tmp_path / "lookups.db")) as store:
        assert store.get("un", b"") is None
        recorded = store.put("un", FOUND)
        assert store.get("un", recorded) == FOUND
        assert store.get("un", None) is None
        assert store.get("un", recorded[::-1]) is None


def test_what_was_written_with_other_fields_is_not_remembered(tmp_path: Path) -> None:
    """A match from before a fact was marked personal would be read as not personal."""
    with closing(LookUpStore(tmp_path / "lookups.db")) as store:
        recorded = store.put("un", FOUND)
        for rules in (FOUND.rules, f"{FOUND.rules}\nfeatures name query"):
            with closing(sqlite3.connect(store.path)) as db:
                db.execute("UPDATE lookups SET rules = ?", (rules,))
                db.commit()
            assert store.get("un", recorded) is None
        recorded = store.put("un", FOUND)
        assert store.get("un", recorded) == FOUND
