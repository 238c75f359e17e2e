"""A list that is published by parts says what to set before it can be fetched."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from duediligence import registry
from duediligence.contracts import Expect, Feed, watchlist


def test_a_list_by_parts_tells_what_to_set(
    run: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare = watchlist(
        id="food",
        title="Invented Food Ratings",
        publisher="Office of Invention",
        licence="none",
        topic="register",
        homepage="https://ratings.example.org",
        feeds=(Feed("food-{part}.xml", "https://ratings.example.org/{part}"),),
        max_age=timedelta(days=7),
        expect=Expect(entries=(1, 10)),
    )
    monkeypatch.setattr(registry, "find_watchlists", lambda: {"food": declare(lambda _: iter(()))})
    done = run("lists", "refresh", "food")
    assert done.code == 3
    assert "food: the setting `parts` does not say which parts" in done.err
    assert 'parts = { food = ["…"] }' in done.err
    assert "https://ratings.example.org" in done.err
    wrong = run("lists", "status")
    assert "food" in wrong.out
