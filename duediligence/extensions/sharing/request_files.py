"""The signed files of a request and of its reply: what is in them, written and read."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from duediligence.errors import Conflict
from duediligence.extensions.sharing.model.agreements import Agreement
from duediligence.extensions.sharing.model.information_requests import (
    InformationRequest,
    RefusalReason,
    RequestAnswer,
)
from duediligence.extensions.sharing.partner_files import (
    FileKind,
    Header,
    PartnerFile,
    header_for,
    pack_partner_file,
)
from duediligence.model import Identifier
from duediligence.render.wording import fold
from duediligence.signing import SigningKey
from duediligence.typed_data import decode_json

# How long the partner may take in a reply.
REPLY_LASTS = timedelta(days=30)
MOST_NUMBERS = 20
LARGEST = 64 << 10
"""Bytes of any file that is made here: more than all that it can say."""
_Line = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\A[^\x00-\x1f\x7f]+\Z")]
_Code = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\A[A-Za-z0-9./_-]+\Z")]
_Body = TypeVar("_Body", bound=msgspec.Struct)


class NumberAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registration number of the party that it is about."""

    scheme: _Code
    id: _Code


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a request says. `number` is the asking party's own."""

    number: Annotated[int, Meta(ge=1, le=10**9)]
    name: _Line
    numbers: Annotated[tuple[NumberAsked, ...], Meta(max_length=MOST_NUMBERS)]
    basis: _Code
    purpose: _Line
    due_on: date


class ReplyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a reply says: codes alone. What is held goes another way."""

    answer: RequestAnswer
    reason: RefusalReason | None = None


def packed_request(
    agreement: Agreement, request: InformationRequest, key: SigningKey, now: datetime
) -> tuple[Header, bytes]:
    """Return the file that asks the partner; it expires with the request.

    Raises Conflict where it would be too large.
    """
    body = RequestBody(
        number=request.number,
        name=fold(request.name)[:300],
        numbers=sent_numbers(request),
        basis=request.basis,
        purpose=request.purpose,
        due_on=request.due_on,
    )
    ends = datetime.combine(request.expires_on + timedelta(days=1), time(), UTC)
    return _pack_request_file("request", agreement, request.exchange, body, key, now, ends)


def sent_numbers(request: InformationRequest) -> tuple[NumberAsked, ...]:
    """Return the numbers that a file has: those of registers, each of which is one code."""
    pattern = re.compile(r"[A-Za-z0-9./_-]{1,60}")
    return tuple(
        NumberAsked(one.scheme, one.id)
        for one in request.numbers
        if pattern.fullmatch(one.scheme) and pattern.fullmatch(one.id)
    )[:MOST_NUMBERS]


def packed_reply(
    agreement: Agreement, request: InformationRequest, key: SigningKey, now: datetime
) -> tuple[Header, bytes]:
    """Return the file that answers the partner. Raises Conflict where it would be too large."""
    assert request.answer
    body = ReplyBody(answer=request.answer, reason=request.reason)
    return _pack_request_file(
        "reply", agreement, request.exchange, body, key, now, now + REPLY_LASTS
    )


def _pack_request_file(
    kind: FileKind,
    agreement: Agreement,
    exchange: str,
    body: msgspec.Struct,
    key: SigningKey,
    now: datetime,
    ends: datetime,
) -> tuple[Header, bytes]:
    header = header_for(agreement, kind, exchange, now, ends)
    return header, pack_partner_file(header, msgspec.json.encode(body), key)


def request_in(file: PartnerFile) -> tuple[RequestBody, tuple[Identifier, ...]]:
    """Return what a verified request says, with its numbers as the house has them.

    Raises Conflict for what is no request.
    """
    body = _read_request_body(file, RequestBody)
    return body, tuple(Identifier(one.scheme, one.id) for one in body.numbers)


def reply_in(file: PartnerFile) -> ReplyBody:
    """Return what a verified reply says. Raises Conflict for what is no reply."""
    body = _read_request_body(file, ReplyBody)
    if (body.answer == "refused") != (body.reason is not None):
        raise _build_unusable_error("a refusal has a reason, and nothing else has one")
    return body


def _read_request_body(file: PartnerFile, kind: type[_Body]) -> _Body:
    try:
        return decode_json(file.body, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # Not what the decoder says: that may hold anything that the file holds.
        raise _build_unusable_error("it is not of the form that this program knows") from error


def _build_unusable_error(why: str) -> Conflict:
    return Conflict(
        f"This file is signed by the partner, but says what cannot be read: {why}",
        hint="One of you must update the program. Nothing of the file was recorded.",
    )
