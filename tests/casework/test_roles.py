"""Who may do what."""

from typing import get_args

import pytest

from duediligence.casework.roles import READING, Action, allowed, require, role_of
from duediligence.errors import UsageError
from duediligence.model.casework.roles import Role

ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: tuple[Role, ...] = get_args(Role)


@pytest.mark.parametrize("action", ACTIONS)
def test_whom_nobody_gave_a_role_may_only_read(action: Action) -> None:
    assert allowed(None, action) == (action == "read")


@pytest.mark.parametrize("action", ACTIONS)
def test_an_administrator_may_do_everything(action: Action) -> None:
    assert allowed("administrator", action)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_auditor_changes_nothing(action: Action) -> None:
    assert allowed("auditor", action) == (action in READING or action == "export")


def test_the_second_decision_is_not_for_officers() -> None:
    assert allowed("officer", "decide")
    assert not allowed("officer", "decide second")
    assert allowed("approver", "decide second")


@pytest.mark.parametrize("action", ["change settings", "apply retention"])
def test_settings_and_retention_are_for_administrators(action: Action) -> None:
    assert [role for role in ROLES if allowed(role, action)] == ["administrator"]


@pytest.mark.parametrize("role", ROLES)
def test_everyone_with_a_role_may_read(role: Role) -> None:
    assert allowed(role, "read")


def test_where_nobody_is_named_everyone_may_do_everything() -> None:
    for action in ACTIONS:
        require({}, "anyone", action)


def test_a_refusal_names_who_the_role_and_what_is_needed() -> None:
    users: dict[str, Role] = {"aferrow": "auditor"}
    with pytest.raises(UsageError) as refused:
        require(users, "aferrow", "import suppliers")
    assert refused.value.message == "'aferrow' may not import suppliers: the role is auditor"
    assert "officer or approver or administrator" in refused.value.hint
    with pytest.raises(UsageError, match="'bquill' may not screen: no role is given"):
        require(users, "bquill", "screen")


def test_an_account_is_itself_to_the_letter() -> None:
    assert role_of({"aferrow": "officer"}, "aferrow") == "officer"
    assert role_of({"aferrow": "officer"}, "aferro") is None


def test_accounts_of_windows_are_the_same_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    import ntpath

    monkeypatch.setattr("duediligence.casework.roles.normcase", ntpath.normcase)
    assert role_of({"AFerrow": "officer"}, "aferrow") == "officer"
