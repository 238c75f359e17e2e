"""The settings in effect are recorded when they are others, and never a secret."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from duediligence.model.audit import AuditEvent
from duediligence.screening.access import record_settings
from duediligence.screening.workspace import Workspace
from duediligence.settings import load_settings

Open = Callable[..., Workspace]


def recorded(ws: Workspace, toml: str, tmp_path: Path, **environment: str) -> bool:
    (tmp_path / "duediligence.toml").write_text(toml)
    resolved = load_settings({}, environment, user_folder=tmp_path, default_home=tmp_path)
    return record_settings(ws, resolved)


def newest(ws: Workspace) -> AuditEvent:
    (record,) = ws.audit.records(last=1)
    return record.event


def test_recorded_once_then_whenever_they_change(open_workspace: Open, tmp_path: Path) -> None:
    ws = open_workspace()
    assert recorded(ws, "limit = 3", tmp_path)
    assert not recorded(ws, "limit = 3", tmp_path)
    assert recorded(ws, "limit = 4", tmp_path)
    event = newest(ws)
    assert event.kind == "setting changed"
    assert event.what["limit"] == "4 from duediligence.toml in the home"
    assert recorded(ws, "limit = 4", tmp_path, DUEDILIGENCE_LIMIT="4")
    assert newest(ws).what["limit"] == "4 from DUEDILIGENCE_LIMIT"


def test_two_people_with_settings_of_their_own_do_not_take_turns(
    open_workspace: Open, tmp_path: Path
) -> None:
    ada = open_workspace()
    bo = open_workspace()
    bo.who = "bquill"
    assert recorded(ada, "limit = 3", tmp_path)
    assert recorded(bo, "limit = 4", tmp_path)
    assert not recorded(ada, "limit = 3", tmp_path)
    assert not recorded(bo, "limit = 4", tmp_path)


def test_a_changed_policy_is_a_changed_setting(open_workspace: Open, tmp_path: Path) -> None:
    ws = open_workspace()
    policy = tmp_path / "policy.toml"
    toml = f"policy = '{policy}'"
    policy.write_text("[lists.un]\nthreshold = 0.9")
    assert recorded(ws, toml, tmp_path)
    policy.write_text("[lists.un]\nthreshold = 0.9 # the same")
    assert not recorded(ws, toml, tmp_path)
    policy.write_text("[lists.un]\nthreshold = 0.8")
    assert recorded(ws, toml, tmp_path)
    policy.write_text("[")
    assert recorded(ws, toml, tmp_path)
    assert newest(ws).what["policy_sha256"] == "cannot be read"


def test_nothing_secret_is_recorded(open_workspace: Open, tmp_path: Path) -> None:
    ws = open_workspace()
    toml = (
        'companies_house_key = "hush-1"\n'
        "[addresses]\n"
        '"un.xml" = "https://user:hush-2@mirror.example.org/un.xml?token=hush-3#hush-4"\n'
        "[users]\n"
        'aferrow = "officer"\n'
    )
    assert recorded(ws, toml, tmp_path)
    told = str(newest(ws))
    assert "hush" not in told
    assert "https://mirror.example.org/un.xml" in told
    assert '{"aferrow":"officer"}' in told
    assert newest(ws).what["companies_house_key"] == "set from duediligence.toml in the home"


def test_where_the_home_is_does_not_matter(open_workspace: Open, tmp_path: Path) -> None:
    ws = open_workspace()
    resolved = load_settings({}, {}, default_home=tmp_path)
    assert record_settings(ws, resolved)
    moved = replace(
        resolved,
        settings=replace(resolved.settings, home=tmp_path / "moved"),
        origins={**resolved.origins, "home": "DUEDILIGENCE_HOME"},
    )
    assert not record_settings(ws, moved)


def test_of_mailboxes_only_that_they_are_set(open_workspace: Open, tmp_path: Path) -> None:
    ws = open_workspace()
    toml = "\n".join(
        f'{name} = "jo.invented@example.org"'
        for name in ("notify_mail_to", "notify_mail_from", "smtp_user")
    )
    assert recorded(ws, toml, tmp_path)
    assert "invented" not in str(newest(ws).what)
    assert newest(ws).what["smtp_user"] == "set from duediligence.toml in the home"
