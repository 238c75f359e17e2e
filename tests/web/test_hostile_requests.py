"""Requests that nobody sends by mistake: each is answered or refused, and does nothing else.

Sign-in, tokens, decisions and files of suppliers have theirs in their own tests.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from duediligence.extension import find_own_extensions
from duediligence.settings import Settings
from duediligence.web.app import create_app
from duediligence.web.files import download, safe_name
from duediligence.web.guards import HEADERS, MOST_JSON
from duediligence.web.pages import list_pages
from duediligence.web.service import Service
from duediligence.web.sessions import cookie_name
from duediligence.web.sign_in.one_pc import KEY_LASTS, new_key
from duediligence.web.visits import OpenVisit, Pages
from tests.homes import as_another_program
from tests.rows import for_each
from tests.thorough import first_of

from ..formats.test_workbook_bombs import HEAD, TAIL, Much, xlsx
from .alert_office import Office
from .behind_proxy import ADDRESS, Clock, service_for
from .conftest import (
    FROM_OWN_PAGE,
    ORIGIN,
    PORT,
    application,
    browser,
    service_over,
    wait_until_ready,
)
from .programs import query, token

HOST: Final = f"127.0.0.1:{PORT}"
HUGE: Final = "9" * 5_000
TEXTS: Final = (
    HUGE,
    "99999999999999999999",
    "-1",
    "\x00",
    "nan",
    "1e999",
    "٣",
    "\u202egnp.exe",
    "%00%ff",
    "é" * 1_000,
    "\r\nSet-Cookie: planted=1",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "'; DROP TABLE alerts; --",
    '" OR NEAR(',
    "a* AND NOT (",
    "../../../etc/passwd",
    "{{7*7}}",
)
CSV: Final = b"Supplier,Ref\nInvented Example Ltd,S9\n"


@dataclass
class Answer:
    status: int
    headers: Mapping[str, Sequence[str]]
    body: bytes


def raw(
    service: Service, method: str, path: str, *headers: tuple[str, str], body: bytes = b""
) -> Answer:
    """What the application answers to exactly these headers, which no client would send."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", PORT),
        }
        await application(service)(scope, receive, send)

    asyncio.run(ask())
    found: dict[str, list[str]] = {}
    for name, value in sent[0]["headers"]:
        found.setdefault(name.decode(), []).append(value.decode())
    return Answer(sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:]))


def guarded(answer: Any) -> bool:
    """Whether an answer has every header that all have."""
    return all(answer.headers.get(name) for name in HEADERS)


# Addresses


def addresses() -> Iterator[str]:
    fixed = {"{id}": "x", "{number}": "1", "{list}": "un", "{key}": "x", "{job}": "x"}
    for one in list_pages(find_own_extensions()):
        for method, path, _ in one.routes:
            if method == "GET":
                for name, value in {**fixed, "{ref:path}": "S1", "{entry:path}": "x"}.items():
                    path = path.replace(name, value)
                yield path


ASKED: Final = ("q", "after", "before", "page", "subject", "kind", "id", "everything", "alert")


# Each parameter apart takes minutes a text.
@pytest.mark.parametrize("together", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize("text", first_of(TEXTS))
def test_any_text_in_an_address_is_answered(office: Office, text: str, *, together: bool) -> None:
    client, wrong = office.person("Ada"), []
    apart: list[dict[str, str]] = [{name: text} for name in ASKED]
    for path in addresses():
        for query_ in [dict.fromkeys(ASKED, text)] if together else apart:
            answer = client.get(path, params=query_)
            if answer.status_code >= 500 or not guarded(answer) or "planted" in answer.headers:
                wrong.append((path, query_, answer.status_code))
    for one in list_pages(find_own_extensions()):
        for method, path, _ in one.routes:
            if method == "GET":
                for name in ("id", "number", "list", "entry:path", "ref:path", "key", "job"):
                    path = path.replace(f"{{{name}}}", quote(text, safe=""))
                answer = client.get(path)
                if answer.status_code >= 500 or not guarded(answer):
                    wrong.append((path, {}, answer.status_code))
    assert not wrong


@for_each(
    "path",
    [
        "/help/../alerts",
        "/help/..;/alerts",
        "/help/%2e%2e/alerts",
        "/help%2f..%2falerts",
        "//alerts",
        "/./alerts",
        "/ALERTS",
        "/alerts/",
        "/alerts%00",
        "/static/../alerts",
        "/static/%2e%2e/%2e%2e/guards.py",
        "/static/..%2fguards.py",
        "/static/..%5cguards.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/console.css%00.html",
        "/static/",
        "/static",
        "/healthz/../alerts",
        "/match/../alerts",
        "/reconcile/../alerts",
        "/.git/config",
        "/console.db",
    ],
)
def test_no_spelling_of_an_address_gets_a_stranger_in(service: Service, path: str) -> None:
    raw_path = path
    with browser(service, signed_in=False) as stranger:
        answer = stranger.get(raw_path)
        assert answer.status_code in (400, 401, 403, 404, 405), path
        assert guarded(answer)
    with browser(service) as person:
        assert b"import" not in person.get(path).content[:200], path


@pytest.mark.parametrize("path", ["//evil.example/", "/alerts/", "//evil.example/alerts/"])
def test_a_slash_too_many_leads_nowhere_else(home: Any, path: str) -> None:
    """To the same server, and by https where browsers come by https."""
    service = service_for(
        home, Clock(), console_sign_in="proxy", proxy_header="X-User", proxy_trusted=("127.0.0.1",)
    )
    answer = raw(service, "GET", path, ("Host", ADDRESS.removeprefix("https://")))
    for location in answer.headers.get("location", ()):
        assert location.startswith(f"{ADDRESS}/")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BREW"])
def test_other_methods_do_nothing(office: Office, method: str) -> None:
    client = office.person("Ada")
    alert = office.match()
    for path in ("/", f"/alerts/{alert.id}/decision", "/tokens/new", "/static/console.css"):
        answer = client.request(method, path)
        assert answer.status_code in (403, 404, 405), (method, path)
        assert guarded(answer)
        if answer.status_code == 405:
            assert "GET" in answer.headers["allow"]
    assert office.match().history == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "POST"},
        {"X-HTTP-Method": "POST"},
        {"X-Method-Override": "POST"},
        {"X-Original-URL": "/audit/export", "X-Rewrite-URL": "/audit/export"},
        {"X-Forwarded-Prefix": "/evil", "Forwarded": "host=evil.example"},
    ],
)
def test_no_header_makes_it_another_request(office: Office, headers: dict[str, str]) -> None:
    client = office.person("Ada")
    plain = client.get("/alerts?_method=POST", headers=headers)
    assert plain.text == client.get("/alerts?_method=POST").text
    assert office.events("export") == []


def test_what_is_asked_for_without_its_body_has_the_same_headers(office: Office) -> None:
    client = office.person("Ada")
    for path in ("/", "/alerts", "/static/console.css", "/help", "/nowhere"):
        got, head = client.get(path), client.head(path)
        assert head.content == b""
        assert head.status_code == got.status_code
        assert guarded(head)


@for_each("path", ["/", "/alerts", "/static/console.css", "/nowhere", "/api/v1/suppliers"])
def test_no_page_can_be_framed_and_no_script_runs(office: Office, path: str) -> None:
    headers = office.person("Ada").get(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert not [name for name in policy if name.startswith(("script-", "object-", "worker-"))]
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")
    assert headers["x-frame-options"] == "DENY"


# Hosts and origins


@for_each(
    "hosts",
    [
        [],
        [""],
        [HOST, HOST],
        [HOST, "evil.example"],
        ["evil.example", HOST],
        [f"{HOST}."],
        [f"127.0.0.1.:{PORT}"],
        ["127.0.0.1"],
        [f"user@{HOST}"],
        [f"{HOST}@evil.example"],
        [f"{HOST}.evil.example"],
        [f"{HOST}/"],
        [f"{HOST}, evil.example"],
        [f" {HOST}"],
        [f"[::1]:{PORT}"],
        [f"2130706433:{PORT}"],
        [f"0x7f.1:{PORT}"],
        [f"http://{HOST}"],
    ],
)
def test_only_its_own_name_once_is_answered(service: Service, hosts: list[str]) -> None:
    answer = raw(service, "GET", "/help", *(("Host", one) for one in hosts))
    assert answer.status == 400
    assert answer.headers["content-security-policy"]


def test_a_name_is_the_same_in_capitals(service: Service) -> None:
    assert raw(service, "GET", "/help", ("Host", f"LOCALHOST:{PORT}")).status == 200


def test_a_monitor_without_a_name_is_answered(service: Service) -> None:
    """As HTTP/1.0 allows, and nothing but that it is there."""
    assert raw(service, "GET", "/healthz").status == 200
    assert raw(service, "POST", "/healthz").status == 405
    assert raw(service, "GET", "/").status == 400


@for_each(
    "origin",
    [
        "null",
        "",
        "http://[",
        "http://]",
        "http://[::1",
        "*",
        HOST,
        f"//{HOST}",
        f"https://{HOST}",
        "http://127.0.0.1",
        f"{ORIGIN}0",
        f"{ORIGIN}.evil.example",
        f"{ORIGIN}@evil.example",
        f"http://evil.example#{ORIGIN}",
        f"http://evil.example/{ORIGIN}",
        f"http://user@{HOST}",
        f"{ORIGIN}, http://evil.example",
        f"http://localhost:{PORT}",
    ],
)
def test_a_form_counts_from_exactly_this_origin(service: Service, origin: str) -> None:
    with browser(service) as client:
        for site in ("same-origin", "none", "same-site", "cross-site", "SAME-ORIGIN", ""):
            headers = {"Origin": origin, "Sec-Fetch-Site": site}
            answer = client.post("/sign-out", headers=headers)
            assert answer.status_code == 403, (origin, site)
            assert guarded(answer)
        two = [("Origin", ORIGIN), ("Origin", origin)]
        assert client.post("/sign-out", headers=two).status_code == 403
        assert client.get("/").status_code == 200


def test_a_form_without_a_word_of_where_it_comes_from_does_nothing(service: Service) -> None:
    with browser(service) as client:
        for name in FROM_OWN_PAGE:
            del client.headers[name]
        assert client.post("/sign-out").status_code == 403
        assert client.get("/").status_code == 200


# Sessions


def test_an_ended_session_opens_nothing_and_another_of_the_same_person_stays(
    service: Service,
) -> None:
    with browser(service) as one, browser(service) as other:
        secret = one.cookies[cookie_name(service)]
        assert secret != other.cookies[cookie_name(service)]
        assert one.post("/sign-out").status_code == 200
        one.cookies.set(cookie_name(service), secret)
        assert one.get("/").status_code == 403
        assert other.get("/").status_code == 200


def test_a_planted_session_is_replaced_at_sign_in(service: Service) -> None:
    with browser(service) as attacker, browser(service, signed_in=False) as victim:
        planted = attacker.cookies[cookie_name(service)]
        name = cookie_name(service)
        with service.console() as store:
            key = new_key(store, service.clock())
        host = ("Host", HOST)
        answer = raw_start(service, key, host, ("Cookie", f"{name}={planted}"))
        (cookie,) = answer.headers["set-cookie"]
        assert planted not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert attacker.get("/").status_code == 403, "what was planted has ended"
        assert victim.get("/").status_code == 403


def raw_start(service: Service, key: str, *headers: tuple[str, str]) -> Any:
    client = TestClient(create_app(service), base_url=ORIGIN, follow_redirects=False)
    answer = client.post("/start", data={"key": key}, headers={**FROM_OWN_PAGE, **dict(headers)})
    found: dict[str, list[str]] = {"set-cookie": answer.headers.get_list("set-cookie")}
    return Answer(answer.status_code, found, answer.content)


def test_of_two_cookies_with_one_name_none_makes_another_person(service: Service) -> None:
    with browser(service) as client:
        name = cookie_name(service)
        good = client.cookies[name]
        client.cookies.clear()
        for cookies in (f"{name}=forged; {name}={good}", f"{name}={good}; {name}=forged"):
            answer = client.get("/", headers={"Cookie": cookies})
            assert answer.status_code in (200, 403)
        for cookies in (f"{name}=", f"{name}={'x' * 8_000}", f"{name}=%00", f'{name}="{good}x"'):
            assert client.get("/", headers={"Cookie": cookies}).status_code == 403


def test_a_key_that_is_guessed_or_late_opens_nothing(service: Service) -> None:
    with service.console() as store:
        key = new_key(store, service.clock())
    with browser(service, signed_in=False) as stranger:
        for guess in ("", key[:-1], key + "x", key.swapcase(), "%", "\x00", HUGE):
            assert stranger.post("/start", data={"key": guess}).status_code == 403
        now = service.clock()
        service.clock = lambda: now + KEY_LASTS * 1.1
        assert stranger.post("/start", data={"key": key}).status_code == 403


# Forms and files


@pytest.mark.parametrize(
    "charset",
    ["punycode", "unicode_escape", "undefined", "utf-7", "idna", "x\\0", "utf-8; charset=utf-7"],
)
def test_a_form_is_read_in_utf_8_alone(office: Office, charset: str) -> None:
    """Text in the others takes long to read, or cannot be stored."""
    body = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800 +2AA-\r\n--b--\r\n'
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    answer = office.person("Ada").post(
        "/suppliers/new", content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code == 415
    assert guarded(answer)
    good = "multipart/form-data; charset=UTF-8; boundary=b"
    answer = office.person("Ada").post(
        "/suppliers/new", content=body, headers={"Content-Type": good}
    )
    assert answer.status_code in (200, 303)


@for_each(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", urlencode({f"a{n}": n for n in range(10_000)})),
        ("application/x-www-form-urlencoded", "&" * 100_000),
        ("application/x-www-form-urlencoded", "name=%ed%a0%80&note=%00"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=", "x"),
        (f"multipart/form-data; boundary={'b' * 5_000}", "x"),
        ("multipart/form-data; boundary=b", "--b\r\n" + "X: y\r\n" * 10_000),
        ("multipart/form-data; boundary=b", "--b\r\n\r\nno name\r\n--b--\r\n"),
        ("multipart/mixed; boundary=b", "--b--"),
        ("application/json", '{"name": "Example"}'),
        ("text/plain", "name=Example"),
        ("", "name=Example"),
    ],
)
def test_what_is_no_form_of_ours_is_refused_in_words(office: Office, kind: str, body: str) -> None:
    answer = office.person("Ada").post(
        "/suppliers/new", content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code in (400, 413, 415, 422)
    assert guarded(answer)
    with office.workspace() as ws:
        assert len(ws.suppliers.all()) == 4


def test_many_fields_and_many_files_are_refused(office: Office) -> None:
    client = office.person("Ada")
    fields = {f"a{n}": (None, "x") for n in range(1_001)}
    assert client.post("/suppliers/new", files=fields).status_code == 400
    files = [("files", (f"{n}.csv", b"x")) for n in range(51)]
    assert client.post("/lists/un/files", files=files).status_code == 400
    assert office.service.jobs.page() == []


@for_each(
    "name",
    [
        "../../../etc/passwd",
        "C:\\Windows\\win.ini",
        "a" * 1_000 + ".csv",
        "\U00020000" * 200 + ".csv",
        "字" * 200 + "." + "字" * 200,
        "x\x00.csv",
        "x\r\nSet-Cookie: planted=1",
        "\u202evsc.exe",
        "..",
        "/",
        "~",
        "$(reboot).csv",
    ],
)
def test_any_name_of_a_file_is_a_name_in_its_own_folder(office: Office, name: str) -> None:
    client = office.person("Ada")
    for address, field in (
        ("/suppliers/import", "file"),
        ("/suppliers/contract-notices", "file"),
        ("/suppliers/declarations", "file"),
        ("/alerts/import", "file"),
        ("/packs/verify", "pack"),
        ("/lists/un/files", "files"),
    ):
        answer = client.post(address, files={field: (name, CSV)})
        assert answer.status_code < 500, address
        assert "planted" not in answer.headers.get("set-cookie", "")
    console = office.settings.home / "console"
    kept = [one for one in console.rglob("[!.]*") if one.is_file()]
    assert kept
    for one in kept:
        assert one.name == safe_name(one.name, "file")
        assert len(one.name.encode()) < 200
        assert not set(one.name) & set("/\\\x00\r\n\u202e$~")


def test_a_bomb_is_refused_wherever_a_file_is_taken(office: Office, tmp_path: Path) -> None:
    client, chain = office.person("Ada"), len(office.events("decision"))
    bomb = xlsx(tmp_path / "list", 600_000_000, sheet=Much(HEAD, "0", 1, TAIL)).read_bytes()
    for address, field, name in (
        ("/alerts/import", "file", "alerts.xlsx"),
        ("/suppliers/declarations", "file", "declared.xlsx"),
        ("/packs/verify", "pack", "pack.zip"),
    ):
        answer = client.post(address, files={field: (name, bomb)})
        assert answer.status_code in (400, 413, 422), address
        assert guarded(answer)
    assert not [one for one in (office.settings.home / "console").rglob("*") if one.is_file()]
    assert len(office.events("decision")) == chain


def test_the_name_of_a_download_ends_no_header() -> None:
    for name in ('a"\r\nSet-Cookie: planted=1.csv', "a;filename=b.exe", "\u202evsc.exe", "é.csv"):
        told = download("x", name).headers["content-disposition"]
        assert told == f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        assert told.isascii()
        assert "\n" not in told


def test_a_long_number_in_a_form_is_said_to_be_none(office: Office) -> None:
    client, alert = office.person("Ada"), office.match()
    for after in (HUGE, "9" * 19, "9" * 30):
        sent = {"alert": alert.id, "reason": "OTHER", "note": "Mine", "step": "record"}
        answer = client.post("/alerts/several", data={**sent, "asked": f"{alert.id}:{after}"})
        assert answer.status_code in (400, 409, 422)
        sent = {"decided": "same", "reason": "OTHER", "note": "Mine", "step": "check"}
        answer = client.post(f"/alerts/{alert.id}/decision", data={**sent, "after": after})
        assert answer.status_code < 500
    assert office.match().history == ()


# Programs


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"queries":' * 50_000,
        "{" + ",".join(f'"k{n}":1' for n in range(10_000)) + "}",
        '{"queries": {' + ",".join(f'"k{n}":{{}}' for n in range(10_000)) + "}}",
        '{"queries": {"a": {"schema": "Company", "properties": {"name": ["\\ud800"]}}}}',
        '{"queries": {"a": {"schema": "Company", "properties": {"name": ["\\u0000"]}}}}',
        '{"queries": NaN}',
        "\xef\xbb\xbf{}",
        "",
    ],
)
def test_what_is_no_query_is_a_problem_in_words(service: Service, body: str) -> None:
    with browser(service, signed_in=False) as program:
        wait_until_ready(program)
        headers = {"Authorization": f"Bearer {token(service)}"}
        answer = program.post("/match/default", content=body.encode(), headers=headers)
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["detail"]


def test_no_kind_of_body_lets_a_program_send_more_than_its_megabyte(service: Service) -> None:
    """What is said to be a form with files may be larger, where files are taken."""
    key = token(service)
    with browser(service, signed_in=False) as program:
        for path in ("/match/default", f"/reconcile/{key}/lists"):
            answer = program.post(
                path,
                content=b"x" * (MOST_JSON + 1),
                headers={
                    "Authorization": f"Bearer {key}",
                    "Content-Type": "multipart/form-data; boundary=b",
                },
            )
            assert answer.status_code == 413, path


def test_an_unforeseen_error_is_logged_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pages = Pages()
    monkeypatch.setattr("duediligence.web.app.list_pages", lambda _: [pages])

    @pages.open("/faulty")
    def faulty(visit: OpenVisit) -> Response:
        raise ZeroDivisionError("of Jo Invented")

    with browser(service_over(Settings(home=tmp_path / "home")), signed_in=False) as client:
        answer = client.get("/faulty")
    assert answer.status_code == 500
    [record] = caplog.records
    assert record.getMessage().startswith("ZeroDivisionError at duediligence.web.visits:")
    assert "Invented" not in caplog.text + answer.text


def test_a_damaged_file_is_named_on_the_page_and_its_folder_in_the_log_alone(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    client = office.person("Ada")
    home = office.settings.home
    # Not the index: what is cut there ends every program that has it in its memory.
    files = [home / "casework.db", home / "casework.db-wal"]
    as_another_program(lambda: [one.write_bytes(b"no database at all" * 400) for one in files])
    answer = client.get("/alerts")
    assert answer.status_code == 500
    assert str(home) in caplog.text
    assert "casework.db: file is not a database" in answer.text
    assert str(home) not in answer.text


def test_a_length_beyond_all_numbers_is_too_large(service: Service) -> None:
    for length in (HUGE, "99999999999", "000099999999999"):
        answer = raw(service, "POST", "/match/un", ("Host", HOST), ("Content-Length", length))
        assert answer.status == 413


def test_a_request_that_says_its_length_twice_is_refused_and_the_last(service: Service) -> None:
    """A proxy may have read another request in it; what follows on the connection is not read."""
    lengths = (("Transfer-Encoding", "chunked"), ("Content-Length", "5"))
    answer = raw(service, "POST", "/match/un", ("Host", HOST), *lengths, body=b"0\r\n\r\n")
    assert answer.status == 400
    assert answer.headers["connection"] == ["close"]


# What is noted


def test_no_log_has_names_keys_or_what_was_asked(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, service = office.person("Ada"), office.service
    wait_until_ready(client)
    secret = "Zephyrine Quillfeather"
    key = token(service, "match", "read")
    upload = client.post("/suppliers/import", files={"file": (f"{secret}.csv", CSV)})
    upload_key = upload.url.path.rpartition("/")[2]
    with service.console() as store:
        start = new_key(store, service.clock())
    for path in (
        f"/suppliers?q={secret}",
        f"/suppliers/{secret}",
        f"/suppliers/{secret}/edit",
        f"/entries/un/{secret}",
        f"/alerts?supplier={secret}",
        f"/alerts/{secret}",
        f"/suppliers/import/{upload_key}",
        f"/suppliers/import/{upload_key}x",
        f"/start?key={start}",
        f"/search/default?q={secret}",
        f"/nowhere/{secret}",
    ):
        client.get(path, headers={"Authorization": f"Bearer {key}", "Referer": f"{ORIGIN}/{key}"})
    sent = {"name": secret, "kind": "organisation", "note": secret}
    for path in ("/check", "/suppliers/new", f"/suppliers/{secret}/edit", "/tokens/new"):
        client.post(path, data=sent)
        client.post(path, files={"name": (None, secret)})
    queries = {"queries": {"a": query(secret)}}
    client.post("/match/default", json=queries, headers={"Authorization": f"Bearer {key}"})
    client.post("/match/default", content=secret, headers={"Authorization": f"Bearer {key}"})
    client.get(f"/reconcile/{key}/lists/suggest/entity?prefix={secret}")
    sessions = [str(one.value) for one in client.cookies.jar]
    assert sessions
    hidden = (secret, quote(secret), "Quillfeather", key, upload_key, start, *sessions)
    # Of the browser of these tests, and of nothing that serves.
    ours = [one for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert any(one.name.startswith("duediligence") for one in ours)
    found = {
        (record.name, record.getMessage())
        for record in ours
        for text in hidden
        if text in record.getMessage() or text in str(record.__dict__)
    }
    assert not found
