"""The end of the audit chain, signed, to be kept where whoever could make the chain again cannot
write: a file on a share, a mailbox, another system.
"""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.casework.signing_keys import fetch_time_stamp, signing_key
from duediligence.errors import NotFound, TimeStampFailed, UsageError
from duediligence.model import Message
from duediligence.model.audit import AuditEvent, canonical
from duediligence.notifications.channels import build_channels
from duediligence.reading import read_whole_file
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.signing import PublicKey
from duediligence.typed_data import decode_json
from duediligence.writing import append_line

FILENAME = "duediligence-audit-heads.jsonl"
# What a job or a person may name instead of a file.
CHANNELS = ("mail", "webhook", "folder")
LARGEST_FILE = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """The hash of a record of the chain, its position, when that was signed (UTC), and by which
    key. `time_stamp` is of an outside authority (DER), empty where none was asked.
    """

    position: int
    sha256: str
    at: datetime
    key_id: str
    signature: bytes = b""
    time_stamp: bytes = b""

    def signed(self) -> bytes:
        """Return the bytes that are signed: JSON with sorted keys and without spaces."""
        document = {
            "audit_head": 1,
            "position": self.position,
            "sha256": self.sha256,
            "at": self.at.isoformat(),
            "key_id": self.key_id,
        }
        return canonical(document).encode()

    def line(self) -> str:
        """Return the head as one line of JSON: what is signed, and the signature in base64."""
        more = {"signature": b64encode(self.signature).decode()}
        if self.time_stamp:
            more["time_stamp"] = b64encode(self.time_stamp).decode()
        return canonical({**json.loads(self.signed()), **more})

    def is_signed_by(self, key: PublicKey) -> bool:
        """Return whether the private key of this one signed it."""
        return key.id == self.key_id and key.verifies(self.signature, "audit head", self.signed())


@dataclass(frozen=True, slots=True)
class WrittenHead:
    """A head and where it went. `no_stamp` says why it has no time-stamp, where one was asked."""

    head: SignedHead
    to: str
    no_stamp: str = ""


@use_case("export", event="audit head")
def write_head(workspace: Workspace, to: str = "") -> WrittenHead:
    """Sign the end of the chain and hand it over; it is recorded first, so that this is in it too.

    `to` is the name of a notification channel (`CHANNELS`), else a file that a line is appended to,
    or a folder with such a file; empty for nowhere. Raises NotFound for a channel that is not
    configured, DeliveryFailed, StorageError.
    """
    key, place = signing_key(workspace), Path(to)
    channel = None
    if to in CHANNELS:
        settings = workspace.settings
        found = build_channels(settings, user_agent=user_agent(settings), now=workspace.now)
        channel = next((one for one in found if one.name == to), None)
        if channel is None:
            raise NotFound(
                f"The notification channel {to!r} is not configured",
                hint="See docs/it/notifications.md.",
            )
    elif to and place.is_dir():
        place = place / FILENAME
    what = {"to": to if channel else place.name if to else "standard output"}
    now = workspace.now()
    with workspace.casework.transaction():
        workspace.audit.add(
            AuditEvent("audit head", now, workspace.who, what, subject=key.public.id)
        )
        newest = next(workspace.audit.records(last=1))
    head = SignedHead(
        position=newest.position,
        sha256=newest.sha256,
        at=newest.event.at,
        key_id=key.public.id,
    )
    head = replace(head, signature=key.sign("audit head", head.signed()))
    no_stamp = ""
    try:
        head = replace(head, time_stamp=fetch_time_stamp(workspace, head.signed() + head.signature))
    except TimeStampFailed as error:
        no_stamp = error.message
    if channel:
        channel.deliver(_build_head_message(head))
    elif to:
        append_line(place, head.line())
    return WrittenHead(head, str(place) if to and not channel else to, no_stamp)


def read_heads(path: Path) -> tuple[SignedHead, ...]:
    """Return the heads in a file, one in a line; other lines, as those of an e-mail, are skipped.

    Raises NotFound; UsageError for a file without any, and for a line that was cut or edited.
    """
    text = read_whole_file(path, LARGEST_FILE).decode("utf-8", "replace")
    heads = tuple(_parse_signed_heads(path, text))
    if not heads:
        raise UsageError(
            f"{path}: holds no signed head of an audit chain",
            hint="Name a file of signed heads, as a person or the schedule wrote it.",
        )
    return heads


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    audit_head: int
    position: int
    sha256: str
    at: datetime
    key_id: str
    signature: str
    time_stamp: str = ""


def _parse_signed_heads(path: Path, text: str) -> Iterator[SignedHead]:
    for number, line in enumerate(text.splitlines(), 1):
        if "audit_head" not in line or not line.strip().startswith("{"):
            continue
        try:
            read = decode_json(line, _Line)
            yield SignedHead(
                position=read.position,
                sha256=read.sha256,
                at=read.at,
                key_id=read.key_id,
                signature=b64decode(read.signature, validate=True),
                time_stamp=b64decode(read.time_stamp, validate=True),
            )
        except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
            raise UsageError(
                f"{path}, line {number}: is no signed head: it was cut or edited",
                hint="Keep the file as it is. To verify against the others, use a copy "
                "without that line.",
            ) from error


def _build_head_message(head: SignedHead) -> Message:
    line = head.line()
    return Message(
        key=sha256(line.encode()).hexdigest()[:32],
        subject=f"Audit chain: record {head.position:,}, key {head.key_id}",
        text="The end of the audit chain, signed. Keep this message where those who maintain "
        "duediligence cannot change it. The chain can be compared with it later: save the line "
        f"below to a file, and verify the audit chain against that.\n\n{line}\n",
        created_at=head.at,
    )
