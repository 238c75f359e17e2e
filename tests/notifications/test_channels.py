"""Which ways to tell people are set up, and the folder, which needs no server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import StorageError, UsageError
from duediligence.model import Message
from duediligence.notifications.channels import Folder, build_channels
from duediligence.settings import Settings


def names(settings: Settings, message: Message) -> list[str]:
    found = build_channels(settings, user_agent="duediligence/0", now=lambda: message.created_at)
    return [channel.name for channel in found]


def test_each_way_is_there_when_it_is_set_up(
    mail_settings: Callable, message: Message, tmp_path: Path
) -> None:
    assert names(Settings(home=tmp_path), message) == []
    assert names(Settings(home=tmp_path, digest_folder=tmp_path), message) == ["folder"]
    hook = {"webhook_url": "https://example.org", "webhook_secret": "x" * 16}
    assert names(mail_settings(**hook), message) == ["mail", "webhook"]


@pytest.mark.parametrize(
    "half",
    [
        {"notify_mail_to": "a@example.org"},
        {"smtp_host": "m"},
        {"webhook_url": "https://example.org"},
    ],
)
def test_a_way_set_up_by_half_is_an_error(
    message: Message, tmp_path: Path, half: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        names(Settings(home=tmp_path, digest_folder=tmp_path, **half), message)


def test_a_file_is_written_whole_and_once(message: Message, tmp_path: Path) -> None:
    for _ in range(2):
        assert Folder(tmp_path).deliver(message) == ""
    (file,) = tmp_path.iterdir()
    assert file.name == "20261124T093000Z-0123456789ab.txt"
    assert file.read_text(encoding="utf-8") == f"{message.subject}\n\n{message.text}"


def test_a_folder_that_is_not_there_is_told(message: Message, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="none"):
        Folder(tmp_path / "none").deliver(message)
