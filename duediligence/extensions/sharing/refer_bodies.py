"""The body of a file of kind `refer`: what is asked, and the parties that are named."""

import re
from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from duediligence.errors import UsageError
from duediligence.extensions.sharing.exchanges.lists import party_of
from duediligence.extensions.sharing.model.exchanges import AskedItem, Hit
from duediligence.extensions.sharing.model.partner_messages import MessageParty, PartnerAsk
from duediligence.model.entries import Party
from duediligence.typed_data import decode_json

MOST_NAMED = 200
"""Parties that one message may name: more is no pointer but a list."""
_LONGEST = 500
_LARGEST = MOST_NAMED * 8 * _LONGEST
_BORN = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class ReferBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message says: nothing but a code and rows."""

    ask: PartnerAsk
    named: tuple[MessageParty, ...]


def named_of(hit: Hit) -> MessageParty:
    """Return what a message says of a hit: no reference of ours, and an address only where that is
    what both hold.
    """
    item = hit.item
    located = "address" in hit.by
    return MessageParty(
        kind=item.kind,
        name=item.name,
        number=item.number,
        charity=item.charity,
        born=item.born,
        address=item.address if located else "",
        postcode=item.postcode if located else "",
    )


def encode_refer_body(ask: PartnerAsk, named: Sequence[MessageParty]) -> bytes:
    """Return the body as bytes."""
    return msgspec.json.encode(ReferBody(ask, tuple(named)))


def decode_refer_body(body: bytes) -> ReferBody:
    """Return the body of a file whose signature was verified. Raises UsageError for what is
    none.
    """
    no_message = UsageError(
        "This file is signed by your partner, and holds no message that can be read",
        hint="Nothing was kept. Ask them which version of the program made it.",
    )
    if len(body) > _LARGEST:
        raise no_message
    try:
        read = decode_json(body, ReferBody)
        if not 1 <= len(read.named) <= MOST_NAMED:
            raise no_message
        for one in read.named:
            _check_message_party(one)
    except (ValueError, RecursionError) as error:
        raise no_message from error
    return read


def party_named(named: MessageParty) -> Party:
    """Return the party that keys are made of. Raises ValueError for numbers or months that are
    none.
    """
    return party_of(AskedItem(reference="", **asdict(named)))


def _check_message_party(one: MessageParty) -> None:
    texts = asdict(one).values()
    if any(len(text) > _LONGEST or not text.isprintable() for text in texts):
        raise ValueError("too long, or not text")
    if one.born and not _BORN.fullmatch(one.born):
        raise ValueError("not a month of birth")
    if not (one.name or one.number or one.charity or one.address):
        raise ValueError("names nobody")
    party_named(one)
