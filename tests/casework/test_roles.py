"""Who may do what."""

from typing import get_args

import pytest

from duediligence.model.audit import READING, Action, Role, is_action_allowed, role_of
from tests.rows import for_each

ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: tuple[Role, ...] = get_args(Role)


@for_each("action", ACTIONS)
def test_who_has_no_role_may_do_nothing_and_a_reader_only_reads(action: Action) -> None:
    assert not is_action_allowed(None, action)
    assert is_action_allowed("reader", action) == (action == "read")


@for_each(
    ("right", "roles"),
    [
        ("see birth dates", "officer approver intelligence auditor administrator"),
        ("see restricted records", "officer approver intelligence administrator"),
        ("see personal insolvency", "officer approver intelligence"),
        ("exchange", "officer approver intelligence administrator"),
        ("make tokens", "officer approver intelligence administrator"),
    ],
)
def test_what_is_not_for_every_reader_is_a_right_of_its_own(right: Action, roles: str) -> None:
    assert [role for role in ROLES if is_action_allowed(role, right)] == roles.split()


@for_each("action", ACTIONS)
def test_an_administrator_may_do_everything_but_see_what_is_of_people(action: Action) -> None:
    kept = ("handle intelligence", "see personal insolvency")
    assert is_action_allowed("administrator", action) == (action not in kept)


@for_each("action", ACTIONS)
def test_an_auditor_changes_nothing(action: Action) -> None:
    covered = READING - {"see restricted records", "see personal insolvency"} | {"export"}
    assert is_action_allowed("auditor", action) == (action in covered)


def test_the_second_decision_is_not_for_officers() -> None:
    assert is_action_allowed("officer", "decide")
    assert not is_action_allowed("officer", "decide second")
    assert is_action_allowed("approver", "decide second")


@for_each("action", ["change settings", "apply retention"])
def test_settings_and_retention_are_for_administrators(action: Action) -> None:
    assert [role for role in ROLES if is_action_allowed(role, action)] == ["administrator"]


@for_each("role", ROLES)
def test_everyone_with_a_role_may_read(role: Role) -> None:
    assert is_action_allowed(role, "read")


def test_an_account_is_itself_to_the_letter() -> None:
    assert role_of({"aferrow": "officer"}, "aferrow") == "officer"
    assert role_of({"aferrow": "officer"}, "aferro") is None


def test_accounts_of_windows_are_the_same_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    import ntpath

    monkeypatch.setattr("duediligence.model.audit.normcase", ntpath.normcase)
    assert role_of({"AFerrow": "officer"}, "aferrow") == "officer"
