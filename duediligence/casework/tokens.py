"""Tokens of the API: each lets a program act for one account, within scopes and for some time.

Whoever has the right to make tokens may make them for their own account. One adds nothing to what
they may do: each use case checks the role that the account has at that moment, whatever asks.
Making one for another account, or seeing and ending those of others, needs a role that may change
settings, as giving a role does.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from duediligence.errors import Forbidden, Hint, Invalid, NotFound, Step
from duediligence.model.audit import ACTIONS, READING, AuditEvent, Role, is_action_allowed
from duediligence.screening.access import permit, use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.console import SCOPES, ConsoleStore, Scope, TokenRecord

DEFAULT_DAYS: Final = 90
MOST_DAYS: Final = 366
SCOPE_WORDS: Final[Mapping[Scope, str]] = {
    "match": "Compare names with the lists; nothing is stored",
    "read": "Read suppliers, runs, alerts and lists",
    "write": "Import, screen and decide, as far as the role of the account allows",
}
# What tells a token in a log or a repository from other random text.
_PREFIX = "dd_"
_MOST_NAME = 80
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A program may ask fifty times a second: that it was used is noted once a minute.
_NOTED = timedelta(minutes=1)
# For how long a role counts that was given where the person signed in: it may be taken away there.
ROLE_LASTS: Final = timedelta(days=31)


@use_case("make tokens", event="token made")
def make_token(
    workspace: Workspace,
    name: str,
    scopes: Collection[str],
    days: int = DEFAULT_DAYS,
    account: str = "",
    role: Role | None = None,
) -> tuple[str, str]:
    """Make a token that ends after so many days. Returns its id, and its secret: only this once.

    `name` says what it is for, `account` for whom it acts if not for who makes it. `role` is what
    sign-in says of that person, where it says something. Raises Invalid for a value that is not
    allowed; Forbidden for the account of another where the role does not cover that, for an account
    without a role, and for the scope `write` where the account may only read; StorageError.
    """
    name, account = name.strip(), account.strip() or workspace.who
    if account != workspace.who:
        permit(workspace, "change settings")
        role = None
    if not name or len(name) > _MOST_NAME or _CONTROLS.search(name):
        raise Invalid(
            f"A token needs a name of 1 to {_MOST_NAME} characters on one line",
            field="name",
            hint="Enter what it is for, such as: finance system.",
        )
    chosen = _validate_token_scopes(scopes)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(
            f"A token lasts 1 to {MOST_DAYS} days, not {days}",
            field="expires",
            hint=f"Leave it out for {DEFAULT_DAYS} days.",
        )
    _refuse_without_use(workspace, account, role, chosen)
    now = workspace.now()
    token = TokenRecord(
        id=secrets.token_hex(4),
        name=name,
        account=account,
        scopes=chosen,
        role=role,
        made=now,
        expires=now + timedelta(days=days),
    )
    secret = _PREFIX + secrets.token_urlsafe(32)
    # Recorded before it can be used: there is none without its record.
    workspace.audit.add(
        AuditEvent(
            "token made",
            now,
            workspace.who,
            {
                "account": account,
                "scopes": chosen,
                "role": role,
                "expires": token.expires.isoformat(),
            },
            subject=token.id,
        )
    )
    with _open_console_store(workspace) as store:
        store.add_token(secret, token)
    return token.id, secret


@use_case("make tokens")
def tokens_of(workspace: Workspace) -> list[TokenRecord]:
    """Return the tokens of whoever works here, the newest first; of all accounts for who may end
    those.

    Raises StorageError.
    """
    with _open_console_store(workspace) as store:
        found = store.tokens()
    return [
        one for one in found if _is_own_token(workspace, one) or _may_change_settings(workspace)
    ]


@use_case("make tokens")
def token_of(workspace: Workspace, token_id: str) -> TokenRecord:
    """Return the token of that id. Raises NotFound where `tokens_of` does not name it,
    StorageError.
    """
    for token in tokens_of(workspace):
        if token.id == token_id:
            return token
    raise NotFound(
        f"You have no token {token_id!r}", hint=Hint("To see yours: ", Step("list-tokens"))
    )


@use_case("make tokens", event="token ended")
def end_token(workspace: Workspace, token_id: str) -> TokenRecord:
    """Let nobody use a token any more; one that has ended or expired stays as it is.

    Raises NotFound for one that is not this account's, where the role does not cover those of
    others, and StorageError.
    """
    token, now = token_of(workspace, token_id), workspace.now()
    if token.state(now) == "active":
        # Ended before it is recorded: what the chain says has ended can no longer be used.
        with _open_console_store(workspace) as store:
            store.end_token(token.id, now)
        workspace.audit.add(
            AuditEvent(
                "token ended", now, workspace.who, {"account": token.account}, subject=token.id
            )
        )
    return token


@use_case("read", event="assistant asked")
def record_assistant_question(
    workspace: Workspace, tool: str, subject: str, *, token: str, complete: bool
) -> str:
    """Record what an assistant read with a token, before it gets the answer. Returns the hash of
    the record, by which it is found in the audit chain.

    `subject` is the reference of a supplier or the ID of an alert; empty for a name that was looked
    up, which is not stored. Raises StorageError.
    """
    return workspace.record(
        "assistant asked",
        {"tool": tool, "token": token, "complete": int(complete)},
        subject=subject,
    )


def token_for(store: ConsoleStore, secret: str, now: datetime) -> TokenRecord | None:
    """Return the token with that secret if it can be used now, and that it is used is noted. It has
    no role of sign-in any more where that was given more than ROLE_LASTS ago.

    `now` is the time of the work, as tokens are made by it. Raises StorageError.
    """
    token = store.token_of_secret(secret) if secret.startswith(_PREFIX) else None
    if token is None or token.state(now) != "active":
        return None
    if token.used is None or now - token.used >= _NOTED:
        store.used_token(token.id, now)
    if token.role_at and now - token.role_at > ROLE_LASTS:
        return replace(token, role=None)
    return token


def _open_console_store(workspace: Workspace) -> ConsoleStore:
    return ConsoleStore(workspace.home / "console.db")


def _is_own_token(workspace: Workspace, token: TokenRecord) -> bool:
    return token.account == workspace.who


def _may_change_settings(workspace: Workspace) -> bool:
    return not workspace.needs_role or is_action_allowed(workspace.role, "change settings")


def _validate_token_scopes(scopes: Collection[str]) -> tuple[Scope, ...]:
    for scope in scopes:
        if scope not in SCOPES:
            raise Invalid(
                f"Unknown scope {scope!r}", field="scope", hint=f"Valid: {', '.join(SCOPES)}."
            )
    if not scopes:
        raise Invalid(
            "A token needs at least one scope",
            field="scope",
            hint=f"Valid: {', '.join(SCOPES)}.",
        )
    return tuple(scope for scope in SCOPES if scope in scopes)


def _refuse_without_use(
    workspace: Workspace, account: str, role: Role | None, scopes: Collection[Scope]
) -> None:
    """Refuse a token that could do nothing with its scopes: its program would fail, later."""
    if not workspace.needs_role:
        return
    role = role or workspace.role_given_to(account)
    if not is_action_allowed(role, "read"):
        raise Forbidden(
            f"{account!r} has no role, so a token for it could do nothing",
            hint="Ask whoever maintains the table [users] of the settings for a role.",
        )
    acts = set(ACTIONS) - READING - {"make tokens"}
    if "write" in scopes and not any(is_action_allowed(role, one) for one in acts):
        raise Forbidden(
            f"{account!r} may only read, so a token for it cannot have the scope write",
            hint="Choose match or read, or ask whoever maintains the table [users] of the "
            "settings for a role.",
        )
