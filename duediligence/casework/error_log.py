"""What went wrong: the log of the home in plain words, and as one file to send."""

import re
from collections import Counter
from contextlib import suppress
from datetime import datetime

import msgspec

from duediligence.casework.readiness import Readiness
from duediligence.errors import KINDS
from duediligence.logs import LOG_FOLDER, read_versions
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.typed_data import decode_json
from duediligence.writing import storing

# Lines that a person is shown; the file has all.
SHOWN = 100
HEADINGS = ("When (UTC)", "What", "Code", "Times", "Where in the program")


class LogLine(msgspec.Struct):
    """What happened `count` times: the code of an error and of its causes, and the lines of this
    program that it passed, the innermost first.
    """

    at: datetime
    count: int
    versions: str
    codes: tuple[str, ...]
    frames: tuple[str, ...]

    @property
    def cells(self) -> list[str]:
        """Return when, what, codes, how often and where, in words."""
        kind = KINDS.get(self.codes[0])
        about = str(kind.__doc__) if kind else self.codes[0].replace("-", " ")
        return [
            f"{self.at:%Y-%m-%d %H:%M}",
            re.split(r"(?<=\.)\s", about)[0],
            ", ".join(self.codes),
            str(self.count),
            self.frames[0],
        ]


@use_case("audit")
def read_log(workspace: Workspace) -> list[LogLine]:
    """Return the lines of the log, the newest first. Raises StorageError."""
    folder, found = workspace.settings.home / LOG_FOLDER, list[LogLine]()
    with storing(folder):
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_bytes().splitlines():
                with suppress(msgspec.MsgspecError):  # of a full disk
                    found.append(decode_json(line, LogLine))
    return found[::-1]


@use_case("audit")
def export_log(workspace: Workspace, found: Readiness) -> bytes:
    """Return the log as JSON Lines, after the versions and how many findings of each kind there
    are; no line has a name or a value. Raises StorageError.
    """
    findings = Counter(f"{line.what.split()[0]}: {line.state}" for line in found.lines)
    head = {"versions": read_versions(), "findings": findings}
    return msgspec.json.Encoder().encode_lines([head, *read_log(workspace)])
