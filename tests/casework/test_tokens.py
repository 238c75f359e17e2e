"""Who may make, see and end tokens of the API, and that only the hash of one is kept."""

import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from duediligence.casework.tokens import (
    DEFAULT_DAYS,
    MOST_DAYS,
    end_token,
    make_token,
    token_for,
    token_of,
    tokens_of,
)
from duediligence.errors import Forbidden, Invalid, NotFound
from duediligence.model.audit import Role
from duediligence.screening.workspace import SignedIn, Workspace
from duediligence.store.console import ConsoleStore

from ..conftest import NOW
from ..homes import read_as_another_program

Open = Callable[..., Workspace]
USERS: dict[str, Role] = {
    "Ada": "officer",
    "Bo": "administrator",
    "Cy": "auditor",
    "crm": "officer",
    "till": "reader",
}


def as_person(open_workspace: Open, who: str, **settings: object) -> Workspace:
    ws = open_workspace(**{"users": USERS, **settings})
    ws.who = who
    return ws


def console(ws: Workspace) -> ConsoleStore:
    return ConsoleStore(ws.home / "console.db")


def events(ws: Workspace) -> list[tuple[str, str, str, dict[str, object]]]:
    return [
        (one.event.kind, one.event.who, one.event.subject, dict(one.event.what))
        for one in ws.audit.records()
        if one.event.kind.startswith("token")
    ]


def test_a_token_lets_a_program_act_until_it_ends(open_workspace: Open) -> None:
    ws = as_person(open_workspace, "Ada")
    token_id, secret = make_token(ws, " finance system ", ["read", "match"])
    assert secret.startswith("dd_")
    with console(ws) as store:
        found = token_for(store, secret, NOW)
        assert found
        assert (found.id, found.name, found.account) == (token_id, "finance system", "Ada")
        assert (found.scopes, found.role) == (("match", "read"), None)
        ends = NOW + timedelta(days=DEFAULT_DAYS)
        assert found.expires == ends
        assert token_for(store, secret, ends - timedelta(seconds=1))
        assert token_for(store, secret, ends) is None
        for wrong in ("", "dd_", secret[:-1], secret + "x", secret.removeprefix("dd_"), token_id):
            assert token_for(store, wrong, NOW) is None
        end_token(ws, token_id)
        assert token_for(store, secret, NOW) is None
    assert [one.state(NOW) for one in tokens_of(ws)] == ["ended"]


def test_only_the_hash_is_kept_and_no_name_is_in_the_chain(open_workspace: Open) -> None:
    ws = as_person(open_workspace, "Ada")
    token_id, secret = make_token(ws, "finance system", ["match"], 7)
    end_token(ws, token_id)
    end_token(ws, token_id)  # once is enough
    assert events(ws) == [
        (
            "token made",
            "Ada",
            token_id,
            {
                "account": "Ada",
                "scopes": ("match",),
                "role": None,
                "expires": (NOW + timedelta(days=7)).isoformat(),
            },
        ),
        ("token ended", "Ada", token_id, {"account": "Ada"}),
    ]
    with closing(sqlite3.connect(ws.home / "console.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert secret.encode() not in b"".join(read_as_another_program(ws.home).values())


def test_that_it_is_used_is_noted_once_a_minute(open_workspace: Open) -> None:
    ws = as_person(open_workspace, "Ada")
    token_id, secret = make_token(ws, "finance system", ["match"])

    def used() -> object:
        return token_of(ws, token_id).used

    assert used() is None
    with console(ws) as store:
        for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
            assert token_for(store, secret, NOW + timedelta(seconds=seconds))
            assert used() == NOW + timedelta(seconds=noted)


def test_one_for_another_account_needs_a_role_that_gives_roles(open_workspace: Open) -> None:
    ada, bo = as_person(open_workspace, "Ada"), as_person(open_workspace, "Bo")
    with pytest.raises(Forbidden, match="'Ada' may not change settings"):
        make_token(ada, "contracts", ["read"], account="crm")
    assert tokens_of(bo) == []
    token_id, secret = make_token(bo, "contracts", ["read", "write"], account="crm")
    mine, _ = make_token(ada, "finance system", ["read"], account="Ada")
    with console(bo) as store:
        found = token_for(store, secret, NOW)
    assert found
    assert found.account == "crm"
    assert [one.id for one in tokens_of(ada)] == [mine]
    assert [one.id for one in tokens_of(bo)] == [mine, token_id]
    with pytest.raises(NotFound, match="You have no token"):
        end_token(ada, token_id)
    end_token(bo, mine)
    end_token(bo, token_id)
    assert {one.state(NOW) for one in tokens_of(bo)} == {"ended"}
    assert [who for kind, who, _, _ in events(bo) if kind == "token ended"] == ["Bo", "Bo"]


@pytest.mark.parametrize(
    ("who", "account", "may"),
    [
        ("Ada", "", True),
        ("Bo", "Cy", True),  # an auditor exports
        ("Bo", "crm", True),
        ("Bo", "till", False),
    ],
)
def test_who_may_only_read_gets_no_scope_to_write(
    open_workspace: Open, who: str, account: str, *, may: bool
) -> None:
    ws = as_person(open_workspace, who)
    assert make_token(ws, "reads", ["match", "read"], account=account)
    if may:
        assert make_token(ws, "writes", ["write"], account=account)
    else:
        with pytest.raises(Forbidden, match="may only read"):
            make_token(ws, "writes", ["write"], account=account)
        assert len(tokens_of(as_person(open_workspace, "Bo"))) == 1


def test_who_has_no_right_to_tokens_makes_none_and_who_has_no_role_is_given_none(
    open_workspace: Open,
) -> None:
    for who in ("Cy", "till", "Dee"):
        with pytest.raises(Forbidden, match=f"'{who}' may not make tokens"):
            make_token(as_person(open_workspace, who), "reads", ["match"])
    with pytest.raises(Forbidden, match="'Dee' has no role"):
        make_token(as_person(open_workspace, "Bo"), "reads", ["match"], account="Dee")


def test_where_nobody_has_a_role_one_person_may_do_everything(open_workspace: Open) -> None:
    ws = as_person(open_workspace, "Ada", users={})
    make_token(ws, "all", ["match", "read", "write"], account="crm")
    assert [one.scopes for one in tokens_of(ws)] == [("match", "read", "write")]


def test_the_role_that_sign_in_gave_goes_with_the_token_of_oneself_only(
    open_workspace: Open,
) -> None:
    ws = as_person(open_workspace, "Dee")
    ws.settings = replace(ws.settings, users={**USERS, "Dee": "administrator"})
    make_token(ws, "mine", ["write"], role="administrator")
    make_token(ws, "theirs", ["write"], account="crm", role="administrator")
    assert [one.role for one in tokens_of(ws)] == [None, "administrator"]


def test_where_people_sign_in_a_role_is_needed_though_users_names_nobody(
    open_workspace: Open,
) -> None:
    ada = as_person(open_workspace, "Ada", users={})
    ada.signed_in = SignedIn("officer")
    token_id, _ = make_token(ada, "mine", ["write"], role="officer")
    for role, sees in (("administrator", 1), ("officer", 0), ("auditor", None), (None, None)):
        bo = as_person(open_workspace, "Bo", users={})
        bo.signed_in = SignedIn(role)
        with nullcontext() if sees is not None else pytest.raises(Forbidden):
            assert len(tokens_of(bo)) == sees
        if not sees:
            with pytest.raises((NotFound, Forbidden)):
                end_token(bo, token_id)
    with pytest.raises(Forbidden):
        make_token(bo, "writes", ["write"])


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field", "said"),
    [
        ("", ["read"], 90, "name", "A token needs a name"),
        ("a\nb", ["read"], 90, "name", "on one line"),
        ("x" * 81, ["read"], 90, "name", "1 to 80 characters"),
        ("x", [], 90, "scope", "at least one scope"),
        ("x", ["read", "admin"], 90, "scope", "Unknown scope 'admin'"),
        ("x", ["read"], 0, "expires", "1 to 366 days, not 0"),
        ("x", ["read"], MOST_DAYS + 1, "expires", "not 367"),
    ],
)
def test_values_that_are_not_allowed(
    open_workspace: Open, name: str, scopes: Collection[str], days: int, field: str, said: str
) -> None:
    ws = as_person(open_workspace, "Ada")
    with pytest.raises(Invalid, match=said) as refused:
        make_token(ws, name, scopes, days)
    assert refused.value.field == field
    assert tokens_of(ws) == []
    assert events(ws) == []
