"""Files between partners: signed, bound to one agreement, for one use, and expiring.

A file is MAGIC, the length of its header (four bytes, big-endian), the header as JSON, the length
of its body (four bytes), the body, and the Ed25519 signature (64 bytes) over the purpose and all
before it (`signing`). Nothing of a file is used before its signature is verified.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from duediligence.errors import Conflict, Forbidden, Hint, Step, UsageError
from duediligence.extensions.sharing.model.agreements import REFERENCE, Agreement
from duediligence.reading import read_whole_file
from duediligence.signing import SigningKey, stored_key
from duediligence.typed_data import decode_json

MAGIC = b"duediligence partner file\n"
LARGEST = 64 << 20
"""Bytes of a file: more than a full exchange, and too few to fill a memory."""
_LARGEST_HEADER = 16 << 10
_SIGNATURE = 64
LARGEST_BODY = LARGEST - _LARGEST_HEADER - len(MAGIC) - 8 - _SIGNATURE
"""Bytes of a body that fits whatever its header."""
CLOCKS_DIFFER = timedelta(minutes=10)
"""How far the clocks of two parties may be apart."""

FileKind = Literal["ask", "answer", "refer", "request", "reply"]
FORMATS: Mapping[str, int] = {"ask": 2, "answer": 2, "refer": 1, "request": 1, "reply": 1}
"""The version of each kind of file. An ask of version 1 is not answered; its answer is opened."""
_TAKEN_BY: Mapping[FileKind, Step] = {
    "ask": Step("answer-partner-file"),
    "answer": Step("open-partner-file"),
    "refer": Step("receive-partner-file"),
    "request": Step("receive-partner-file"),
    "reply": Step("receive-partner-file"),
}
_Id = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
_Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Reference = Annotated[str, Meta(pattern=rf"\A(?:{REFERENCE.pattern})\Z")]
_Count = Annotated[int, Meta(ge=0, le=2**53)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file is, said before its body.

    `id` is of this file alone, `exchange` of all files of one exchange or request (32 hexadecimal
    digits each); `sender` is the name of the party. `facts` are small values of the kind of file:
    counts and codes, never items. Raises ValueError for times that are not in UTC.
    """

    format: int
    kind: FileKind
    id: _Id
    exchange: _Id
    agreement: _Reference
    terms_sha256: _Sha256
    sender: str
    made_at: datetime
    expires_at: datetime
    facts: dict[str, str | _Count]

    def __post_init__(self) -> None:
        if any(one.utcoffset() != timedelta(0) for one in (self.made_at, self.expires_at)):
            raise ValueError("the times of a partner file are in UTC")


def header_for(
    agreement: Agreement,
    kind: FileKind,
    exchange: str,
    made_at: datetime,
    expires_at: datetime,
    facts: Mapping[str, str | int] = MappingProxyType({}),
) -> Header:
    """Return the header of a new file of ours under that agreement; `exchange` as in `Header`."""
    return Header(
        format=FORMATS[kind],
        kind=kind,
        id=new_id(),
        exchange=exchange,
        agreement=agreement.terms.reference,
        terms_sha256=agreement.terms.digest,
        sender=agreement.ours,
        made_at=truncate_to_utc(made_at),
        expires_at=truncate_to_utc(expires_at),
        facts=dict(facts),
    )


def new_id() -> str:
    """Return an id for a file or an exchange, which says nothing."""
    return token_hex(16)


def what_takes(kind: FileKind) -> Hint:
    """Return what a file of that kind is for, for whoever brought it to the wrong place."""
    return Hint("For such a file: ", _TAKEN_BY[kind])


def pack_partner_file(header: Header, body: bytes, key: SigningKey) -> bytes:
    """Return the file as bytes, signed. Raises Conflict for one that would be too large to be
    read.
    """
    head = msgspec.json.encode(header)
    signed = b"".join(
        (MAGIC, struct.pack(">I", len(head)), head, struct.pack(">I", len(body)), body)
    )
    if len(head) > _LARGEST_HEADER or len(signed) + _SIGNATURE > LARGEST:
        raise Conflict(f"A partner file may have {LARGEST:,} bytes; this one would have more")
    return signed + key.sign("partner file", signed)


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A file as it lies there. Nothing of it may be believed before `verified` gave it back."""

    header: Header
    body: bytes
    sha256: str
    _signed: bytes
    _signature: bytes

    def verified(self, agreement: Agreement, kind: FileKind, now: datetime) -> "PartnerFile":
        """Return this file, found to be the partner's under that agreement, and still to be used.

        Raises Conflict for a file of another kind, another agreement or other terms, one that has
        expired or comes from the future; Forbidden where none of the partner's keys signed it. That
        it was not used before is for the caller to see, by its `id`: a partner can sign the same
        content in several ways.
        """
        header = self.header
        if header.kind != kind:
            raise Conflict(
                f"This is a file of kind {header.kind!r}, where {kind!r} is expected",
                hint=what_takes(header.kind),
            )
        if header.agreement != agreement.terms.reference:
            raise Conflict(
                f"This file is of agreement {header.agreement}, not {agreement.terms.reference}"
            )
        keys = [stored_key(one) for one in agreement.partner_keys]
        if not any(key.verifies(self._signature, "partner file", self._signed) for key in keys):
            raise Forbidden(
                f"This file is not signed by {agreement.partner}: it was altered, or comes from "
                "somebody else, or with a key that the agreement does not have",
                hint="Ask your contact there for the words of their key by telephone.",
            )
        if header.terms_sha256 != agreement.terms.digest:
            raise Conflict(
                f"{agreement.partner} holds other terms under the reference {header.agreement}",
                hint="Compare both copies of the agreement, and make it again from one file.",
            )
        if header.sender != agreement.partner:
            raise Conflict(f"This file names another sender than {agreement.partner}")
        if header.made_at - now > CLOCKS_DIFFER:
            raise Conflict("This file is dated in the future", hint="Check both clocks.")
        if now >= header.expires_at:
            raise Conflict(
                f"This file expired on {header.expires_at:%Y-%m-%d %H:%M} UTC",
                hint=f"Ask {agreement.partner} to make a new one.",
            )
        return self


def read_partner_file(path: Path) -> PartnerFile:
    """Return the file, whole. Raises NotFound, and UsageError for what is no such file."""
    return parse_partner_file(read_whole_file(path, LARGEST), path.name)


def parse_partner_file(content: bytes, name: str = "file") -> PartnerFile:
    """Return the file of these bytes; `name` is for messages. Raises UsageError for what is none.

    A header has one text: other spaces, escapes, order or zones, a field twice or one too many, and
    it is none.
    """
    no_file = UsageError(
        f"{name}: is not a file of a partner, or was cut or altered on its way",
        hint="Ask for it again. It goes as it is: not opened, converted or compressed.",
    )
    signed, signature = content[:-_SIGNATURE], content[-_SIGNATURE:]
    if not signed.startswith(MAGIC) or len(content) > LARGEST:
        raise no_file
    try:
        head, rest = _split_sized_part(signed[len(MAGIC) :])
        body, rest = _split_sized_part(rest)
        if rest or len(head) > _LARGEST_HEADER:
            raise no_file
        said = decode_json(head, dict[str, msgspec.Raw])
        found, most = (
            decode_json(said["format"], int),
            FORMATS.get(decode_json(said["kind"], str), 1),
        )
        if not 1 <= found <= most:
            raise UsageError(
                f"{name}: is of version {found} of the format; this program reads files of this "
                f"kind up to version {most}",
                hint="One of you must update the program.",
            )
        header = decode_json(head, Header)
    except (struct.error, KeyError, ValueError, RecursionError) as error:
        raise no_file from error
    if msgspec.json.encode(header) != head:
        raise no_file
    return PartnerFile(header, body, sha256(content).hexdigest(), signed, signature)


def _split_sized_part(rest: bytes) -> tuple[bytes, bytes]:
    (length,) = struct.unpack(">I", rest[:4])
    if length > len(rest) - 4:
        raise ValueError("cut")
    return rest[4 : 4 + length], rest[4 + length :]


def truncate_to_utc(at: datetime) -> datetime:
    """Return a moment in UTC, to the second."""
    return at.astimezone(UTC).replace(microsecond=0)
