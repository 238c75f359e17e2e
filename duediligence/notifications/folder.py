"""A file in a folder, as of a share that a team looks at or another program watches."""

from dataclasses import dataclass
from pathlib import Path

from duediligence.model import Message
from duediligence.writing import write_text


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes each message as a text file of its own, whole or not at all."""

    path: Path

    @property
    def name(self) -> str:
        return "folder"

    def deliver(self, message: Message) -> str:
        """Write `20261124T093000Z-KEY.txt`; again, should it be there. Raises StorageError."""
        name = f"{message.created_at:%Y%m%dT%H%M%SZ}-{message.key[:12]}.txt"
        write_text(self.path / name, f"{message.subject}\n\n{message.text}")
        return ""
