"""What stands in the navigation, and beside each other below one of its places."""

import pytest

from duediligence.web.navigation import navigation, section_pages

IN_ONE_LINE = 1100
# Of a letter in 19 pixels and of the room between two places, as drawn at 1280 pixels.
LETTER, ROOM = 9, 30


@pytest.mark.parametrize(
    "path", ["/agreements", "/agreements/A-1/end", "/exchanges", "/intelligence/3", "/requests/2"]
)
def test_all_of_sharing_is_one_place(path: str) -> None:
    assert [words for _, words, current in navigation(path) if current] == ["Sharing"]


def test_the_navigation_takes_one_line_of_a_wide_screen() -> None:
    words = [words for _, words, _ in navigation("/")]
    assert sum(map(len, words)) * LETTER + (len(words) - 1) * ROOM < IN_ONE_LINE


@pytest.mark.parametrize("path", ["/agreements", "/requests", "/exchanges"])
def test_the_pages_of_sharing_show_each_other(path: str) -> None:
    shown = section_pages(path, "officer")
    assert [address for address, _, _ in shown] == ["/agreements", "/requests", "/exchanges"]
    assert [address for address, _, current in shown if current] == [path]


def test_intelligence_is_shown_to_its_role_alone() -> None:
    assert ("/intelligence", "Intelligence", False) in section_pages("/requests", "intelligence")
    for role in ("", "officer", "approver", "administrator", "auditor"):
        assert all(address != "/intelligence" for address, _, _ in section_pages("/requests", role))


@pytest.mark.parametrize("path", ["/", "/alerts", "/requests/2", "/agreements/new"])
def test_other_pages_have_none_beside_them(path: str) -> None:
    assert section_pages(path, "intelligence") == []
