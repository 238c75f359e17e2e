"""What is queued: tried until it was taken, sent once, and not lost by a kill or a failure."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.delivery import digest
from duediligence.delivery.digest import deliver_due_messages
from duediligence.errors import DeliveryFailed, DuediligenceError
from duediligence.model import Message
from duediligence.model.audit import AuditRecord
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework.outbox import CLAIM, FIRST_WAIT, LONGEST_WAIT, Delivery

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Channel:
    """A channel that ends each delivery as it is told to."""

    def __init__(self, name: str = "mail") -> None:
        self.name = name
        self.taken: list[str] = []
        self.ends: Callable[[], str] = str

    def deliver(self, message: Message) -> str:
        remark = self.ends()
        self.taken.append(message.key)
        return remark


class Post:
    """An outbox with messages, and a clock that can be set."""

    def __init__(self, home: Path) -> None:
        self.at = NOW
        self.workspace = Workspace(Settings(home=home), now=lambda: self.at, who="tester")

    def queue(self, key: str, *channels: str) -> None:
        message = Message(key=key, subject=f"about {key}", text="text", created_at=self.at)
        number = self.workspace.outbox.digests() + 1
        self.workspace.outbox.record(
            number,
            self.at,
            runs=[],
            told=[],
            over=[],
            message=message,
            channels=channels or ("mail",),
        )

    def round(self, *channels: Channel, at_once: bool = False) -> list[str]:
        """How each attempt ended."""
        ended = deliver_due_messages(self.workspace, channels, at_once=at_once)
        return [each.error or each.remark or "sent" for each in ended]

    def queued(self) -> list[Delivery]:
        return self.workspace.outbox.deliveries()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with (one := Post(tmp_path)).workspace:
        yield one


def fails() -> str:
    raise DeliveryFailed("the server is down")


def test_each_channel_has_a_delivery_of_its_own(post: Post) -> None:
    mail, hook = Channel(), Channel("webhook")
    hook.ends = fails
    post.queue("a1", "mail", "webhook")
    assert post.round(mail, hook) == ["sent", "the server is down"]
    hook.ends = str
    assert post.round(mail, hook, at_once=True) == ["sent"]
    assert (mail.taken, hook.taken) == (["a1"], ["a1"])
    assert post.queued() == []


def test_the_wait_doubles_up_to_six_hours(post: Post) -> None:
    mail = Channel()
    mail.ends = fails
    post.queue("a1")
    waits = []
    for _ in range(10):
        assert post.round(mail) == ["the server is down"]
        (queued,) = post.queued()
        assert queued.next_try is not None
        waits.append(queued.next_try - post.at)
        post.at = queued.next_try - timedelta(seconds=1)
        assert post.round(mail) == []
        post.at = queued.next_try
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert (queued.attempts, queued.last_error) == (10, "the server is down")
    mail.ends = str
    assert post.round(mail) == ["sent"]


def test_a_channel_that_fails_is_not_asked_again_in_the_round(post: Post) -> None:
    mail = Channel()
    mail.ends = fails
    for key in ("a1", "a2", "a3"):
        post.queue(key)
    assert len(post.round(mail)) == 1
    assert [each.attempts for each in post.queued()] == [1, 0, 0]


def test_one_message_that_nobody_takes_holds_up_no_other(post: Post) -> None:
    mail = Channel()
    mail.ends = fails
    post.queue("a1")
    post.round(mail)
    mail.ends = str
    post.queue("a2")
    post.round(mail, at_once=True)
    assert mail.taken == ["a2", "a1"]


def test_a_remark_is_kept_and_the_message_is_not_sent_again(post: Post) -> None:
    mail = Channel()
    mail.ends = lambda: "nobody@example.org was refused"
    post.queue("a1")
    assert post.round(mail) == ["nobody@example.org was refused"]
    assert post.round(mail, at_once=True) == []
    (sent,) = post.workspace.outbox.deliveries(sent=5)
    assert (sent.state, sent.last_error) == ("sent", "nobody@example.org was refused")
    assert digest.standing(post.workspace).failing


def test_a_channel_that_is_gone_keeps_its_deliveries(post: Post) -> None:
    post.queue("a1", "webhook")
    assert post.round(Channel()) == []
    assert digest.standing(post.workspace).failing
    assert post.round(Channel("webhook")) == ["sent"]
    assert not digest.standing(post.workspace).failing


def test_two_at_once_send_it_once(post: Post) -> None:
    post.queue("a1")
    mail, started, go_on = Channel(), threading.Event(), threading.Event()

    def slow() -> str:
        started.set()
        assert go_on.wait(5)
        return ""

    mail.ends = slow

    def other() -> None:
        with Workspace(post.workspace.settings, now=lambda: NOW) as workspace:
            deliver_due_messages(workspace, [mail], at_once=True)

    thread = threading.Thread(target=other)
    thread.start()
    assert started.wait(5)
    assert post.round(mail, at_once=True) == []
    go_on.set()
    thread.join()
    assert mail.taken == ["a1"]


def test_two_that_read_the_same_queue_claim_it_once(post: Post) -> None:
    post.queue("a1")
    (queued,) = post.queued()
    claims = [post.workspace.outbox.claim(queued, NOW) for _ in range(2)]
    assert claims == [True, False]


class Killed(BaseException):
    pass


class Interrupted(DuediligenceError):
    """As the command line raises it in the midst of whatever runs."""


@pytest.mark.parametrize("stop", [Killed, Interrupted("")])
def test_a_kill_in_the_midst_is_tried_again_after_its_claim(post: Post, stop: Any) -> None:
    mail = Channel()

    def killed() -> str:
        raise stop

    mail.ends = killed
    post.queue("a1")
    with pytest.raises((Killed, Interrupted)):
        post.round(mail)
    mail.ends = str
    assert post.round(mail, at_once=True) == []
    post.at += CLAIM
    assert post.round(mail) == ["sent"]
    assert mail.taken == ["a1"]


def test_a_clock_that_was_wrong_once_holds_nothing_up(post: Post) -> None:
    mail = Channel()
    mail.ends = fails
    post.queue("a1")
    post.at = NOW + timedelta(days=4000)
    post.round(mail)
    post.at = NOW
    mail.ends = str
    assert post.round(mail) == ["sent"]


def test_who_sent_it_is_in_the_audit_chain(post: Post) -> None:
    post.queue("a1")
    post.round(Channel())
    records: list[AuditRecord] = list(post.workspace.audit.records())
    event = records[-1].event
    assert (event.kind, event.who, event.subject) == ("digest sent", "tester", "a1")
    assert event.what["channel"] == "mail"


def test_a_server_that_died_with_the_message_gets_it_again_under_the_same_id(
    scripted: Callable, mail_server: Callable, mail_settings: Callable, tmp_path: Path
) -> None:
    """The one case in which it may come twice: then the mail system can tell."""
    replies = ("220 ready", "250-here\r\n250 x", "250 a", "250 b", "250 c", "354 go on")
    dying, sound = scripted(*replies), mail_server(tls=True)

    def send(port: int) -> digest.Sent:
        settings = mail_settings(port, home=tmp_path / "home", smtp_security="tls")
        with Workspace(settings, now=lambda: NOW) as workspace:
            # Nothing is loaded, and that is what there is to tell.
            return digest.send(workspace, at_once=True)

    first = send(dying.port)
    assert first.message is not None
    assert (first.queued, first.complete) == (1, False)
    assert "did not answer in full" in first.attempts[0].error
    again = send(sound.port)
    assert (again.message, again.complete) == (None, True)
    assert send(sound.port).attempts == ()
    (mail,) = sound.mails()
    assert mail["Subject"] == first.message.subject
    assert f"Message-ID: {mail['Message-ID']}".encode() in b"".join(dying.heard)
