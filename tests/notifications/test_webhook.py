"""A webhook: signed, over TLS, to the address that was set and to no other."""

import hmac
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.errors import DeliveryFailed, UsageError
from duediligence.model import Message
from duediligence.notifications.channels import Webhook, sign_webhook_body

SECRET = "s3cret-of-more-than-16"
TOKEN = "/hooks/t0ken-in-the-path?sig=t0ken"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def _receiver(mail_authority: Any) -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", ssl_context=mail_authority.context) as server:
        yield server


@pytest.fixture
def receiver(_receiver: HTTPServer) -> HTTPServer:
    _receiver.clear()
    return _receiver


@pytest.fixture
def hook(mail_authority: Any, mail_settings: Callable, message: Message) -> Callable[..., Webhook]:
    def make(url: str, **more: Any) -> Webhook:
        given = {"webhook_url": url, "webhook_secret": SECRET, **more}
        return Webhook.of(mail_settings(**given), "duediligence/0", lambda: message.created_at)

    return make


def refusal(hook: Webhook, message: Message) -> str:
    with pytest.raises(DeliveryFailed) as caught:
        hook.deliver(message)
    told = caught.value.message + caught.value.hint
    assert "t0ken" not in told
    assert "s3cret" not in told
    return told


def test_it_arrives_signed(receiver: HTTPServer, hook: Callable, message: Message) -> None:
    receiver.expect_request("/hooks/t0ken-in-the-path", method="POST").respond_with_data("")
    assert hook(receiver.url_for(TOKEN)).deliver(message) == ""
    ((request, _),) = receiver.log
    assert json.loads(request.data) == {
        "version": 1,
        "key": message.key,
        "subject": message.subject,
        "text": message.text,
        "created_at": "2026-11-24T09:30:00Z",
    }
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Idempotency-Key"] == message.key
    # As a receiver would check it, with nothing of ours.
    fields = dict(f.split("=") for f in request.headers["Duediligence-Signature"].split(","))
    assert int(fields["t"]) == message.created_at.timestamp()
    seen = fields["t"].encode() + b"." + request.data
    assert hmac.compare_digest(fields["v1"], hmac.new(SECRET.encode(), seen, sha256).hexdigest())


def test_the_signature_is_of_everything_that_is_sent() -> None:
    assert (
        len(
            {
                sign_webhook_body(*each)
                for each in (("a", "1", b"x"), ("b", "1", b"x"), ("a", "2", b"x"))
            }
        )
        == 3
    )
    assert sign_webhook_body("a", "1", b"x") != sign_webhook_body("a", "1", b"y")


@pytest.mark.parametrize("code", [400, 401, 404, 429, 500, 503])
def test_a_refusal_tells_the_code_and_the_host_only(
    receiver: HTTPServer, hook: Callable, message: Message, code: int
) -> None:
    receiver.expect_request("/hooks/t0ken-in-the-path").respond_with_data("s3cret", status=code)
    told = refusal(hook(receiver.url_for(TOKEN)), message)
    assert told.startswith(f"127.0.0.1 answered {code}")


def test_it_is_sent_nowhere_else(receiver: HTTPServer, hook: Callable, message: Message) -> None:
    asked = []

    def elsewhere(request: Request) -> Response:
        asked.append(request)
        return Response("")

    receiver.expect_request("/other").respond_with_handler(elsewhere)
    receiver.expect_request("/hooks/t0ken-in-the-path").respond_with_data(
        status=307, headers={"Location": receiver.url_for("/other")}
    )
    assert "redirected" in refusal(hook(receiver.url_for(TOKEN)), message)
    assert asked == []


def test_a_certificate_of_a_stranger_is_refused(
    mail_authority: Any, hook: Callable, message: Message
) -> None:
    with HTTPServer(host="127.0.0.1", ssl_context=mail_authority.stranger) as stranger:
        stranger.expect_request("/hooks").respond_with_data("")
        assert "certificate" in refusal(hook(stranger.url_for("/hooks")), message)
        assert stranger.log == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org" + TOKEN,
        "ftp://127.0.0.1" + TOKEN,
        "http://127.0.0.1.example.org" + TOKEN,
        "http://127.0.0.1@example.org" + TOKEN,
        "https://[bad" + TOKEN,
        "t0ken",
    ],
)
def test_an_address_that_others_could_read_is_not_asked(
    hook: Callable, message: Message, url: str
) -> None:
    refusal(hook(url), message)


def test_on_this_machine_it_needs_no_tls(hook: Callable, message: Message) -> None:
    with HTTPServer(host="127.0.0.1") as plain:
        plain.expect_request("/hooks").respond_with_data("", status=202)
        hook(plain.url_for("/hooks")).deliver(message)
        assert len(plain.log) == 1


def test_nobody_listens(hook: Callable, message: Message, scripted: Callable) -> None:
    server = scripted("nonsense")
    refusal(hook(f"https://127.0.0.1:{server.port}{TOKEN}"), message)


def test_without_a_secret_there_is_no_webhook(hook: Callable) -> None:
    with pytest.raises(UsageError, match="no secret"):
        hook("https://example.org", webhook_secret="")


def test_a_short_secret_is_refused(hook: Callable, message: Message) -> None:
    with pytest.raises(UsageError, match="shorter than 16") as caught:
        hook("https://example.org", webhook_secret="s3cret").deliver(message)
    assert "s3cret" not in caught.value.message


def test_what_is_shown_of_it_holds_no_secret(hook: Callable) -> None:
    shown = repr(hook("https://example.org" + TOKEN))
    assert "t0ken" not in shown
    assert "s3cret" not in shown
