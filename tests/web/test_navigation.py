"""What stands in the navigation, and beside each other below one of its places."""

from duediligence.extension import find_own_extensions
from duediligence.model.audit import ACTIONS, Action, Role, is_action_allowed
from duediligence.web.navigation import build_navigation, list_places, section_pages
from tests.rows import for_each

PLACES = list_places(find_own_extensions())
IN_ONE_LINE = 1100
# Of a letter in 19 pixels and of the room between two places, as drawn at 1280 pixels.
LETTER, ROOM = 9, 30


def rights(role: Role | None) -> set[Action]:
    return {one for one in ACTIONS if is_action_allowed(role, one)}


@for_each(
    "path", ["/agreements", "/agreements/A-1/end", "/exchanges", "/intelligence/3", "/requests/2"]
)
def test_all_of_sharing_is_one_place(path: str) -> None:
    assert [
        words for _, words, current in build_navigation(path, set(ACTIONS), PLACES) if current
    ] == ["Sharing"]


def test_the_navigation_takes_one_line_of_a_wide_screen() -> None:
    words = [words for _, words, _ in build_navigation("/", set(ACTIONS), PLACES)]
    assert sum(map(len, words)) * LETTER + (len(words) - 1) * ROOM < IN_ONE_LINE


@for_each("path", ["/agreements", "/requests", "/exchanges"])
def test_the_pages_of_sharing_show_each_other(path: str) -> None:
    shown = section_pages(path, rights("officer"), PLACES)
    assert [address for address, _, _ in shown] == ["/agreements", "/requests", "/exchanges"]
    assert [address for address, _, current in shown if current] == [path]


def test_intelligence_is_shown_to_its_role_alone() -> None:
    shown = section_pages("/requests", rights("intelligence"), PLACES)
    assert ("/intelligence", "Intelligence", False) in shown
    roles: tuple[Role | None, ...] = (None, "officer", "approver", "administrator", "auditor")
    for role in roles:
        addresses = [address for address, _, _ in section_pages("/requests", rights(role), PLACES)]
        assert "/intelligence" not in addresses


@for_each(
    ("role", "hidden"),
    [
        ("reader", {"/cases", "/audit"}),
        ("auditor", {"/cases"}),
        ("officer", {"/audit"}),
        ("administrator", set()),
    ],
)
def test_nobody_is_led_to_a_place_that_they_may_not_see(role: Role, hidden: set[str]) -> None:
    every = {address for address, _, _ in build_navigation("/", set(ACTIONS), PLACES)}
    assert (
        every - {address for address, _, _ in build_navigation("/", rights(role), PLACES)} == hidden
    )
    assert build_navigation("/", rights(None), PLACES) == []


@for_each("path", ["/", "/alerts", "/requests/2", "/agreements/new"])
def test_other_pages_have_none_beside_them(path: str) -> None:
    assert section_pages(path, set(ACTIONS), PLACES) == []
