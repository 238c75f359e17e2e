"""E-mail: over TLS or not at all, to those who should have it, and nothing in a header but ours."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import DeliveryFailed, UsageError
from duediligence.model import Message
from duediligence.notifications.mail import Mail
from duediligence.settings import Settings
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
GREETING = ("220 ready", "250-here\r\n250 AUTH PLAIN LOGIN")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_arrives_under_tls(
    mail_server: Callable, mail_settings: Callable, message: Message, security: str
) -> None:
    server = mail_server(tls=security == "tls")
    assert Mail.of(mail_settings(server.port, smtp_security=security)).deliver(message) == ""
    (envelope,), (mail,) = server.envelopes, server.mails()
    assert envelope.rcpt_tos == ["ada@example.org", "bo@example.org"]
    assert envelope.mail_from == "checks@example.org"
    assert mail["Subject"] == message.subject
    assert mail["From"] == "checks@example.org"
    assert mail["To"] == "ada@example.org, bo@example.org"
    assert mail["Date"].datetime == message.created_at
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == message.text.splitlines()


def test_every_attempt_has_the_same_id(
    mail_server: Callable, mail_settings: Callable, message: Message
) -> None:
    server = mail_server()
    mail = Mail.of(mail_settings(server.port))
    mail.deliver(message)
    mail.deliver(message)
    ids = {each["Message-ID"] for each in server.mails()}
    assert ids == {f"<{message.key}@example.org>"}


def test_the_password_is_given_to_the_server_and_to_nobody_else(
    mail_server: Callable, mail_settings: Callable, message: Message, tmp_path: Path
) -> None:
    server = mail_server(login=True)
    file = tmp_path / "password.txt"
    file.write_text("s3cret-passw0rd\n")
    settings = mail_settings(server.port, smtp_user="checks", smtp_password_file=file)
    Mail.of(settings).deliver(message)
    assert server.users == ["checks"]
    assert len(server.envelopes) == 1
    assert "s3cret" not in repr(Mail.of(replace(settings, smtp_password="s3cret-passw0rd")))


def test_a_wrong_password_is_told_and_not_shown(
    mail_server: Callable, mail_settings: Callable, message: Message
) -> None:
    server = mail_server(login=True)
    settings = mail_settings(server.port, smtp_user="checks", smtp_password="s3cret-wrong")
    with pytest.raises(DeliveryFailed, match=r"refused the user name or the password \(535\)") as e:
        Mail.of(settings).deliver(message)
    assert "s3cret" not in e.value.message + e.value.hint
    assert server.envelopes == []


def test_a_file_without_a_password_is_named(
    mail_server: Callable, mail_settings: Callable, message: Message, tmp_path: Path
) -> None:
    settings = mail_settings(1, smtp_user="checks", smtp_password_file=tmp_path / "none.txt")
    with pytest.raises(UsageError, match=r"none\.txt"):
        Mail.of(settings).deliver(message)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("context", ["stranger", "other_name"])
def test_a_certificate_of_a_stranger_or_for_another_name_is_refused(
    mail_server: Callable,
    mail_settings: Callable,
    mail_authority: object,
    message: Message,
    security: str,
    context: str,
) -> None:
    server = mail_server(context=getattr(mail_authority, context), tls=security == "tls")
    settings = mail_settings(
        server.port, smtp_security=security, smtp_user="checks", smtp_password="s3cret"
    )
    with pytest.raises(DeliveryFailed, match="certificate"):
        Mail.of(settings).deliver(message)
    assert (server.envelopes, server.users) == ([], [])


def test_without_tls_nothing_is_sent(
    scripted: Callable, mail_settings: Callable, message: Message
) -> None:
    server = scripted(*GREETING, tls=False)
    settings = mail_settings(server.port, smtp_user="checks", smtp_password="s3cret-passw0rd")
    with pytest.raises(DeliveryFailed, match="offers no TLS"):
        Mail.of(settings).deliver(message)
    assert not any(b"AUTH" in each or b"MAIL" in each for each in server.heard)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        GREETING[:1],
        GREETING,
        (*GREETING, "250 sender"),
        (*GREETING, "250 sender", "250 a", "250 b"),
        (*GREETING, "250 sender", "250 a", "250 b", "354 go on"),
    ],
    ids=len,
)
def test_a_server_that_dies_mid_way_has_not_taken_it(
    scripted: Callable, mail_settings: Callable, message: Message, lines: tuple[str, ...]
) -> None:
    server = scripted(*lines)
    with pytest.raises(DeliveryFailed, match=r"did not answer in full|could not be reached"):
        Mail.of(mail_settings(server.port, smtp_security="tls")).deliver(message)


def test_a_server_that_says_no_goodbye_has_taken_it(
    scripted: Callable, mail_settings: Callable, message: Message
) -> None:
    server = scripted(*GREETING, "250 sender", "250 a", "250 b", "354 go on", "250 taken")
    Mail.of(mail_settings(server.port, smtp_security="tls")).deliver(message)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((*GREETING, "451 s3cret"), r"refused the message \(451\)"),
        (("421 s3cret",), r"refused the message \(421\)"),
        ((*GREETING, "250 sender", "250 a", "250 b", "354 go", "554 s3cret"), r"\(554\)"),
        ((*GREETING, "250 sender", "550 s3cret", "452 s3cret", "250 reset"), r"\(452, 550\)"),
        (("x" * 10_000,), "refused the message|could not be reached"),
    ],
)
def test_a_refusal_is_told_in_our_words(
    scripted: Callable,
    mail_settings: Callable,
    message: Message,
    lines: tuple[str, ...],
    said: str,
) -> None:
    server = scripted(*lines)
    with pytest.raises(DeliveryFailed, match=said) as caught:
        Mail.of(mail_settings(server.port, smtp_security="tls")).deliver(message)
    assert "s3cret" not in caught.value.message + caught.value.hint


def test_a_silent_server_is_not_waited_for_for_ever(
    mail_settings: Callable, message: Message
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = Mail.of(mail_settings(silent.getsockname()[1]))
        with pytest.raises(DeliveryFailed, match="did not answer"):
            replace(mail, timeout=0.05).deliver(message)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("said", [b"", b"2", b"220-more to come\r\n"])
def test_a_reply_that_never_ends_ends_at_the_deadline(
    mail_authority: Any, mail_settings: Callable, message: Message, security: str, said: bytes
) -> None:
    stopped = threading.Event()

    def drip() -> None:
        plain, _ = listener.accept()
        with plain, suppress(OSError):
            plain.settimeout(5)
            context = mail_authority.context
            under_tls = security == "tls" and said
            # Nothing said is a record of TLS that comes a byte at a time.
            with context.wrap_socket(plain, server_side=True) if under_tls else plain as speaking:
                while not stopped.wait(0.01):
                    speaking.sendall(said or b"\x16\x03\x03")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=drip)
        server.start()
        mail = Mail.of(mail_settings(listener.getsockname()[1], smtp_security=security))
        with pytest.raises(DeliveryFailed):
            replace(mail, seconds=0.3).deliver(message)
        stopped.set()
        server.join()


def test_nobody_there(mail_settings: Callable, message: Message) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DeliveryFailed, match="could not be reached"):
        Mail.of(mail_settings(port)).deliver(message)


def test_a_file_of_certificates_that_is_none_is_told(
    mail_settings: Callable, message: Message, tmp_path: Path
) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    for name in ("bad.pem", "none.pem"):
        with pytest.raises(DeliveryFailed, match="could not be reached"):
            Mail.of(mail_settings(1, ca_file=tmp_path / name)).deliver(message)


def test_one_recipient_refused_does_not_keep_it_from_the_others(
    mail_server: Callable, mail_settings: Callable, message: Message
) -> None:
    server = mail_server()
    settings = mail_settings(server.port, notify_mail_to="ada@example.org,nobody@example.org")
    remark = Mail.of(settings).deliver(message)
    assert remark == "the mail server refused nobody@example.org"
    assert server.envelopes[0].rcpt_tos == ["ada@example.org"]


@for_each(
    ("setting", "value", "said"),
    [
        ("notify_mail_to", "ada@example.org\nBcc: eve@example.org", "not a usable e-mail address"),
        ("notify_mail_to", "Ada <ada@example.org>", "not a usable e-mail address"),
        ("notify_mail_to", "", "notify_mail_to is not set"),
        ("notify_mail_to", " , ", "notify_mail_to"),
        (
            "notify_mail_from",
            "checks@example.org>\r\nRCPT TO:<eve@example.org",
            "not a usable e-mail",
        ),
        ("notify_mail_from", "", "notify_mail_from is not set"),
        ("smtp_host", "", "smtp_host is not set"),
        ("smtp_host", "mail\r\nexample", "smtp_host"),
        ("smtp_port", 0, "smtp_port"),
        ("smtp_port", 70_000, "smtp_port"),
        ("smtp_user", "checks", "no password"),
        ("smtp_user", "checks\r\n", "smtp_user"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(
    mail_settings: Callable, setting: str, value: object, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        Mail.of(mail_settings(1, **{setting: value}))


LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(st.lists(LINE, max_size=20))
def test_no_text_gets_into_a_header(lines: list[str]) -> None:
    settings = Settings(
        home=Path(), notify_mail_to="a@example.org", notify_mail_from="b@example.org", smtp_host="m"
    )
    text = "\n".join(["Bcc: eve@example.org", *lines])
    told = Message(key="ab", subject="duediligence: 1 new flag", text=text, created_at=NOW)
    written = Mail.of(settings).written(told).as_bytes()
    head, _, body = written.partition(b"\r\n\r\n")
    assert sorted(line.split(b":")[0] for line in head.split(b"\r\n")) == sorted(
        [
            *(b"Subject", b"From", b"To", b"Date", b"Message-ID", b"Auto-Submitted"),
            *(b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version"),
        ]
    )
    assert max(map(len, body.split(b"\r\n"))) <= 998
    assert body.isascii()


@given(st.text(max_size=300))
def test_a_subject_is_one_line_or_no_message(subject: str) -> None:
    try:
        told = Message(key="ab", subject=subject, text="", created_at=NOW)
    except ValueError:
        return
    assert told.subject.isascii()
    assert len(told.subject.splitlines()) == 1
    assert "\r" not in subject
