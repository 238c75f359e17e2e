"""Who opens the console on this computer is signed in by a file of their own, or by a code."""

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import pytest
from starlette.testclient import TestClient

from duediligence.cli import serve
from duediligence.web.service import Service
from duediligence.web.sign_in.one_pc import KEY_LASTS, Entrance, new_key
from tests.rows import for_each

from .conftest import FROM_OWN_PAGE, PORT, browser

FROM_A_FILE = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
# It records how it was started and what it finds, and does as a browser does with the page.
BROWSER = """
import json, os, re, stat, sys, urllib.error, urllib.request
from pathlib import Path
page = Path(sys.argv[2].removeprefix("file://"))
text = page.read_text("utf-8")
site = re.search('action="([^"]+)"', text)[1]
key = re.search('name="key" value="([^"]+)"', text)[1]
def send():
    request = urllib.request.Request(site, f"key={key}".encode(), {"Origin": "null"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers["Set-Cookie"], answer.headers["Refresh"]
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Set-Cookie"], None
server = Path(f"/proc/{os.getppid()}")
seen = [one.read_text("utf-8") for one in (server / "cmdline", server / "environ") if one.exists()]
Path(f"{sys.argv[1]}.new").write_text(json.dumps({
    "key": key, "page": str(page), "given": [*sys.argv, *os.environ.values(), *seen],
    "modes": [stat.S_IMODE(one.stat().st_mode) for one in (page, page.parent)],
    "answers": [send(), send()],
}))
os.rename(f"{sys.argv[1]}.new", sys.argv[1])
"""


def count_keys(home: Path) -> int:
    with closing(sqlite3.connect(home / "console.db")) as opened:
        return int(opened.execute("SELECT count(*) FROM start_keys").fetchone()[0])


@pytest.fixture
def stranger(service: Service) -> Iterator[TestClient]:
    with browser(service, signed_in=False) as client:
        yield client


@pytest.fixture
def key(service: Service) -> str:
    with service.console() as store:
        return new_key(store, service.clock())


def test_the_opened_page_says_who_is_signed_in(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Signed in as" in answer.text


def test_nobody_sees_a_page_without_a_key(stranger: TestClient) -> None:
    assert stranger.get("/").status_code == 403


@for_each("headers", [FROM_OWN_PAGE, FROM_A_FILE])
def test_a_key_signs_in_once(service: Service, headers: dict[str, str]) -> None:
    with service.console() as store:
        key = new_key(store, service.clock())
    for status in (200, 403):
        with browser(service, signed_in=False) as someone:
            answer = someone.post("/start", data={"key": key}, headers=headers)
            assert answer.status_code == status
            assert ("set-cookie" in answer.headers) == (status == 200)


def test_a_key_in_an_address_gives_nothing(stranger: TestClient, key: str) -> None:
    for answer in (
        stranger.get("/start", params={"key": key}),
        stranger.post("/start", params={"key": key}, headers=FROM_A_FILE),
    ):
        assert "set-cookie" not in answer.headers
        assert key not in answer.text
    assert stranger.get("/").status_code == 403


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sign-out", FROM_A_FILE),
        ("/start/", FROM_A_FILE),
        ("/start", {**FROM_A_FILE, "Origin": "http://other.example"}),
        ("/start", {**FROM_A_FILE, "Origin": "NULL"}),
        ("/start", {**FROM_A_FILE, "Origin": ""}),
    ],
)
def test_what_has_no_origin_is_taken_at_the_start_alone(
    stranger: TestClient, key: str, path: str, headers: dict[str, str]
) -> None:
    answer = stranger.post(path, data={"key": key}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert stranger.post("/start", data={"key": key}, headers=FROM_A_FILE).status_code == 200


@for_each("host", [f"other.example:{PORT}", f"192.0.2.1:{PORT}", "127.0.0.1:1", "127.0.0.1"])
def test_a_key_counts_under_a_name_of_this_computer_alone(service: Service, host: str) -> None:
    with service.console() as store:
        key = new_key(store, service.clock())
    with browser(service, signed_in=False) as someone:
        answer = someone.post("/start", data={"key": key}, headers={**FROM_A_FILE, "Host": host})
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers


def test_a_key_ends_after_a_minute(service: Service, stranger: TestClient, key: str) -> None:
    now = service.clock()
    service.clock = lambda: now + KEY_LASTS + timedelta(seconds=1)
    answer = stranger.post("/start", data={"key": key}, headers=FROM_A_FILE)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_no_key_outlives_the_console(service: Service, stranger: TestClient, key: str) -> None:
    """Another program may listen at its port next, where a slow browser then sends the key."""
    with service.console() as store:
        store.end_all()
    assert stranger.post("/start", data={"key": key}, headers=FROM_A_FILE).status_code == 403


def test_a_form_of_another_site_is_refused(client: TestClient) -> None:
    answer = client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get("/").status_code == 200


def test_a_code_is_for_a_terminal_alone(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entrance = Entrance(service, PORT)
    serve.open_console(entrance, browser=False)
    said = "".join(capsys.readouterr())
    assert "run duediligence serve again in a terminal" in said
    with service.console():
        assert count_keys(service.home) == 0
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    serve.open_console(entrance, browser=False)
    out, err = capsys.readouterr()
    code = re.search(r"^  (\S+)$", err, re.MULTILINE)
    assert code
    assert code[1] not in out
    with browser(service, signed_in=False) as someone:
        assert 'name="key"' in someone.get("/start").text
        assert someone.post("/start", data={"key": code[1]}).status_code == 200


@pytest.mark.parametrize("opens", [True, False])
def test_a_browser_that_does_not_come_gets_a_code_instead(
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    opens: bool,
) -> None:
    """Where it says that it opened the file, 20 seconds later; else at once."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda _: opens)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    before, times = service.clock(), count()
    if opens:
        service.clock = lambda: before + timedelta(seconds=10) * next(times)
    serve.open_console(Entrance(service, PORT), browser=True)
    said = capsys.readouterr().out
    assert "Enter this code" in said
    assert not [one for one in tmp_path.iterdir() if one.name.startswith("duediligence-start")]


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX, and a browser by its command")
def test_no_key_is_in_what_a_browser_is_started_with(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir(mode=0o755)
    program, found = own / "browser.py", own / "found.json"
    program.write_text(BROWSER, "utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "duediligence", "--home", str(home), "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "HOME": str(own),
            "XDG_CONFIG_HOME": str(tmp_path),
            "BROWSER": f"{sys.executable} {program} {found} %s",
        },
    ) as process:
        try:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "To stop it" in line:
                    break
            said = "".join(lines)
            until = monotonic() + 30
            while not found.exists() and monotonic() < until:
                sleep(0.02)
        finally:
            process.send_signal(signal.SIGINT)
    assert "The console is open at http://127.0.0.1:" in said
    saw = json.loads(found.read_text("utf-8"))
    assert not [one for one in (*saw["given"], said) if saw["key"] in one]
    assert saw["modes"] == [stat.S_IRUSR | stat.S_IWUSR, stat.S_IRWXU]
    first, second = saw["answers"]
    assert (first[0], first[2]) == (200, "0; url=/")
    assert "HttpOnly" in first[1]
    assert second == [403, None, None]
    assert not Path(saw["page"]).parent.exists()
    assert count_keys(home) == 0
