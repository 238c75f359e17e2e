"""Secrets from the system's keyring: a real backend that keeps them in a file."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from duediligence.errors import UsageError
from duediligence.notifications.channels import Webhook
from duediligence.notifications.mail import Mail
from duediligence.settings import KEPT_IN_KEYRING, Settings
from duediligence.settings.system_keyring import read_keyring_secret

Run = Callable[..., Any]
SECRET = "invented-s3cret-of-the-keyring"


class InAFile(KeyringBackend):
    """Keeps each secret in a file of JSON; `locked` and `broken` ones answer as others do."""

    priority = 1

    def __init__(self, path: Path, state: str = "open") -> None:
        super().__init__()
        self.path = path
        self.state = state
        self.asked: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append(username)
        if self.state == "locked":
            raise KeyringLocked("s3cret detail")
        if self.state == "broken":
            raise RuntimeError("s3cret detail")
        found = json.loads(self.path.read_text()) if self.path.exists() else {}
        return found.get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        found = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.path.write_text(json.dumps({**found, f"{service} {username}": password}))


@pytest.fixture
def system(tmp_path: Path) -> Iterator[InAFile]:
    before = keyring.get_keyring()
    made = InAFile(tmp_path / "keyring.json")
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.mark.parametrize("name", KEPT_IN_KEYRING)
def test_a_secret_is_taken_from_the_keyring_where_nothing_else_gives_it(
    system: InAFile, name: str, tmp_path: Path
) -> None:
    keyring.set_password("duediligence", name, SECRET)
    (tmp_path / "file").write_text("from-the-file\n")
    home = tmp_path / "home"
    assert Settings(home=home).secret(name) == SECRET
    system.asked.clear()
    assert Settings(home=home, **{name: "given"}).secret(name) == "given"
    in_file = Settings(home=home, **{f"{name}_file": tmp_path / "file"})
    assert in_file.secret(name) == "from-the-file"
    assert system.asked == [], "it is asked only where it must be"


def test_what_needs_a_secret_is_content_with_the_keyring(system: InAFile, tmp_path: Path) -> None:
    keyring.set_password("duediligence", "smtp_password", SECRET)
    keyring.set_password("duediligence", "webhook_secret", SECRET)
    keyring.set_password("duediligence", "companies_house_key", SECRET)
    settings = Settings(
        home=tmp_path,
        notify_mail_to="officer@example.org",
        notify_mail_from="tool@example.org",
        smtp_host="mail.example.org",
        smtp_user="tool",
        webhook_url="https://hooks.example.org/x",
    )
    Mail.of(settings)
    Webhook.of(settings, "test", lambda: None)  # type: ignore[arg-type,return-value]
    assert settings.key_of_companies_house() == SECRET


@pytest.mark.parametrize("state", ["locked", "broken"])
def test_one_that_cannot_be_asked_holds_none(system: InAFile, state: str, tmp_path: Path) -> None:
    system.state = state
    settings = Settings(home=tmp_path)
    assert settings.key_of_companies_house() == ""
    problem = read_keyring_secret("companies_house_key").problem
    assert ("locked" if state == "locked" else "RuntimeError") in problem
    assert "s3cret" not in problem


def test_where_there_is_none_nothing_fails(tmp_path: Path) -> None:
    """In a process of its own, with the backend that keyring chooses where it finds no other."""
    code = (
        "from duediligence.settings.system_keyring import read_keyring_secret\n"
        "print(read_keyring_secret('companies_house_key').problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
    )
    assert done.stdout == "this machine has none that can be used\n"


def test_a_secret_that_cannot_be_one_is_refused_and_not_shown(
    system: InAFile, tmp_path: Path
) -> None:
    keyring.set_password("duediligence", "companies_house_key", "s3cret:with a colon")
    with pytest.raises(UsageError, match="the system keyring: companies_house_key") as caught:
        Settings(home=tmp_path).key_of_companies_house()
    assert "s3cret" not in caught.value.message


def test_it_is_named_where_settings_are_shown(system: InAFile, run: Run) -> None:
    keyring.set_password("duediligence", "companies_house_key", SECRET)
    shown = {one["name"]: one for one in json.loads(run("settings", "show", "--json").out)["data"]}
    assert shown["companies_house_key"]["value"] == "set"
    assert shown["companies_house_key"]["origin"] == "the system keyring"
    assert shown["smtp_password"]["value"] == "not set"
    plain = run("settings", "show").out
    assert "the system keyring" in plain
    assert SECRET not in plain


def test_help_does_not_wait_for_the_keyring() -> None:
    code = (
        "import sys\n"
        "from duediligence.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "finally:\n"
        "    assert 'keyring' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_looking_for_a_keyring_starts_no_process() -> None:
    code = (
        "import sys\n"
        "started = []\n"
        "sys.addaudithook(lambda event, _: started.append(event) if event in EVENTS else None)\n"
        "from duediligence.settings.system_keyring import read_keyring_secret\n"
        "read_keyring_secret('companies_house_key')\n"
        "print(started, end='')\n"
    ).replace("EVENTS", "('subprocess.Popen', 'os.posix_spawn', 'os.fork')")
    environ = {k: v for k, v in os.environ.items() if k != "PYTHON_KEYRING_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    assert (done.stdout, done.stderr) == ("[]", "")
