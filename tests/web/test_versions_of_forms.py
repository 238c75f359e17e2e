"""A form of settings or roles is saved over what it showed alone; a secret goes nowhere else."""

import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from lxml import html

from duediligence.errors import Invalid
from duediligence.settings import load_settings
from duediligence.web.app import create_app
from duediligence.web.service import Service
from duediligence.web.serving import open_listening_socket, sign_in_to_server

from ..notifications.conftest import PASSWORD
from ..notifications.conftest import mail_authority as mail_authority
from ..notifications.conftest import mail_server as mail_server

HOST = "dd.example.gov.uk"
SERVER = f"""console_sign_in = "proxy"
console_address = "https://{HOST}"
proxy_header = "X-Remote-User"
proxy_trusted = ["127.0.0.1"]
council_name = "Before"
"""
THREE = '[users]\nada = "administrator"\nbea = "administrator"\ncal = "administrator"\n'


class Council:
    """A server that answers a port, and people whom its proxy names."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port

    def ask(self, who: str, path: str, form: dict[str, str] | None = None) -> requests.Response:
        """What is answered to a form, or to a look at a page."""
        origin = f"https://{HOST}"
        return requests.request(
            "GET" if form is None else "POST",
            f"http://127.0.0.1:{self.port}{path}",
            data=form,
            headers={"X-Remote-User": who, "Host": HOST, "Origin": origin},
            allow_redirects=False,
            timeout=60,
        )

    def form(self, who: str, path: str) -> dict[str, str]:
        """The fields of the first form of a page, or of an answer to one."""
        return fields(self.ask(who, path))

    @property
    def kept(self) -> dict[str, Any]:
        return tomllib.loads((self.home / "duediligence.toml").read_text("utf-8"))


def fields(answer: requests.Response) -> dict[str, str]:
    return dict(html.fromstring(answer.text).xpath("//main//form")[0].form_values())


@contextmanager
def council(home: Path, text: str = SERVER + THREE) -> Iterator[Council]:
    home.mkdir(mode=0o755)
    (home / "duediligence.toml").write_text(text, encoding="utf-8")
    resolved = load_settings({}, {}, default_home=home)
    service = Service(resolved, reread=lambda: load_settings({}, {}, default_home=home))
    service.sign_in = sign_in_to_server(resolved.settings, service.clock)
    taken = open_listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield Council(home, taken.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()


def row(form: dict[str, str], account: str) -> str:
    """The number of the row of an account in the form of roles; of none, of the empty one."""
    return next(n.removeprefix("account-") for n, v in form.items() if v == account)


def test_a_stale_form_shows_both_values_and_goes_on_with_either(tmp_path: Path) -> None:
    path = "/set-up/council"
    with council(tmp_path / "home") as there:
        ada, bea = there.form("ada", path), there.form("bea", path)
        assert there.ask("bea", path, {**bea, "council_name": "Bea"}).status_code == 303
        for seen in (ada["seen"], "", "0" * 16):
            both = there.ask("ada", path, {**ada, "seen": seen, "reply_days": "20"})
            assert both.status_code == 409
            assert all(word in both.text for word in ("Bea", "Before", "by bea", "20"))
        assert there.kept["council_name"] == "Bea"
        assert there.ask("ada", path, fields(both)).status_code == 303
        assert (there.kept["council_name"], there.kept["reply_days"]) == ("Before", 20)


def test_what_was_changed_in_the_file_by_hand_is_shown_first(tmp_path: Path) -> None:
    path = "/set-up/council"
    with council(tmp_path / "home") as there:
        form = there.form("ada", path)
        file = there.home / "duediligence.toml"
        file.write_text(file.read_text("utf-8").replace("Before", "By hand"), encoding="utf-8")
        assert there.ask("ada", path, {**form, "reply_days": "20"}).status_code == 409
        assert there.form("ada", path)["council_name"] == "By hand"


def test_a_removed_role_is_not_given_back_and_no_right_is_lost_unasked(tmp_path: Path) -> None:
    path = "/set-up/people"
    with council(tmp_path / "home") as there:
        ada, bea = there.form("ada", path), there.form("bea", path)
        bea[f"role-{row(bea, 'cal')}"] = ""
        assert there.ask("bea", path, bea).status_code == 303
        ada |= {f"account-{row(ada, '')}": "dee"}
        assert there.ask("ada", path, ada).status_code == 409
        assert there.ask("cal", path).status_code == 403
        form = there.form("ada", path)
        asked = there.ask("ada", path, {**form, f"account-{row(form, 'ada')}": "adda"})
        assert asked.status_code == 409
        assert "bea, adda could" in asked.text or "adda, bea could" in asked.text
        assert there.kept["users"] == {"ada": "administrator", "bea": "administrator"}
        none = {name: "" if name.startswith("role-") else value for name, value in form.items()}
        assert there.ask("ada", path, none).status_code == 422
        assert there.ask("ada", path, fields(asked)).status_code == 303
        assert there.ask("ada", path).status_code == 403


def test_eight_saves_at_once_are_kept_or_refused(tmp_path: Path) -> None:
    texts = ("council_name", "council_address", "council_contact", "privacy_contact")
    gate = threading.Barrier(8)
    with council(tmp_path / "home") as there:
        forms = [there.form("ada", "/set-up/council") for _ in range(8)]

        def save(at: int) -> int:
            changed = {**forms[at], texts[at % 4]: f"value {at}"}
            gate.wait()
            return there.ask(("ada", "bea")[at % 2], "/set-up/council", changed).status_code

        with ThreadPoolExecutor(8) as pool:
            codes = [*pool.map(save, range(8))]
        assert {*codes} == {303, 409}
        for at, code in enumerate(codes):
            assert (there.kept.get(texts[at % 4]) == f"value {at}") == (code == 303)


def test_a_kept_password_never_goes_to_the_server_that_a_form_names(
    tmp_path: Path, mail_server: Callable[..., Any], mail_authority: Any
) -> None:
    other = mail_server(login=True)
    (tmp_path / "password").write_text(PASSWORD)
    text = SERVER + (
        f'ca_file = "{mail_authority.file}"\nnotify_mail_to = "a@example.org"\n'
        'notify_mail_from = "b@example.org"\nsmtp_host = "mail.it.example"\nsmtp_port = 2525\n'
        f'smtp_user = "tool"\nsmtp_password_file = "{tmp_path / "password"}"\n'
    )
    there_is = {"smtp_host": "localhost", "smtp_port": str(other.port)}
    path = "/set-up/digest"
    with council(tmp_path / "home", text + THREE) as there:
        refused = there.ask("ada", path, {**there.form("ada", path), **there_is, "then": "test"})
        assert refused.status_code == 422
        assert "smtp_host mail.it.example" in refused.text
        for user in ("", "tool"):
            form = {**there.form("ada", path), **there_is, "smtp_user": user}
            codes = there.ask("ada", path, {**form, "then": "save"}).status_code
            assert codes == (422 if user else 303)
        settings = load_settings({}, {}, default_home=there.home).settings
        assert settings.smtp_host == "localhost"
        # Not even once somebody has written the user by hand.
        assert "it is not used" in there.ask("ada", path).text
        assert "it is not used" in there.ask("ada", "/settings/readiness").text
        with pytest.raises(Invalid, match="given for another smtp_host") as refusal:
            settings.secret("smtp_password")
        assert PASSWORD not in f"{refusal.value.message} {refusal.value.hint}"
    assert other.users == []
