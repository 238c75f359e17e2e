"""The file by which one party gives the other the terms, and the key that signs its files.

It is JSON that a person can read. It proves nothing by itself: whoever can change it on its way can
put their own key in it. So both read the fingerprints to each other, by a number known before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from duediligence.errors import UsageError
from duediligence.extensions.sharing.agreement_terms import (
    checked_contacts,
    checked_terms,
    party_of,
)
from duediligence.extensions.sharing.fingerprints import spoken_key, spoken_terms
from duediligence.extensions.sharing.model.agreements import Agreement, Contact, Terms
from duediligence.reading import read_whole_file
from duediligence.signing import KeySuccession, PublicKey, public_key
from duediligence.typed_data import decode_json

KIND = "duediligence agreement"
FORMAT = 3
"""Terms that cap each kind of key are of 3, which an older program says that it cannot read; those
that cap keys alone of 2, others of 1.
"""
LARGEST = 64 << 10
MOST_SUCCESSIONS = 50
"""Keys that a file leads through, the newest."""
_AGAIN = "Ask the partner to write the file again, and send it as it is."


class _Key(msgspec.Struct, frozen=True):
    public_key: str
    fingerprint: str


class _Document(msgspec.Struct, frozen=True):
    what: str
    format: int
    sender: str
    terms: Terms
    terms_fingerprint: str
    signing_key: _Key
    contacts: tuple[Contact, ...]
    earlier_keys: tuple[KeySuccession, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementFile:
    """What a party said of itself: `sender` is its name, `contacts` are its own.

    `successions` say which earlier key signed which next one, the oldest first.
    """

    sender: str
    terms: Terms
    key: PublicKey
    contacts: tuple[Contact, ...]
    successions: tuple[KeySuccession, ...] = ()

    def follows(self, earlier: str) -> bool:
        """Return whether signatures lead from that key (base64) to the one of the file."""
        for one in self.successions:
            if one.before == earlier and one.is_sound:
                earlier = one.after
        return earlier == self.key.text


def format_agreement_file(
    agreement: Agreement, key: PublicKey, successions: tuple[KeySuccession, ...] = ()
) -> str:
    """Return the file of this party, whose files `key` signs; `successions` lead to it."""
    document = _Document(
        what=KIND,
        format=FORMAT if agreement.terms.has_budgets else 2 if agreement.terms.most_keys else 1,
        sender=agreement.ours,
        terms=agreement.terms,
        terms_fingerprint=spoken_terms(agreement.terms.digest),
        signing_key=_Key(key.text, spoken_key(key)),
        contacts=tuple(one for one in agreement.contacts if one.party != agreement.partner),
        earlier_keys=successions[-MOST_SUCCESSIONS:],
    )
    return msgspec.json.format(msgspec.json.encode(document).decode(), indent=2) + "\n"


def read_agreement_file(path: Path) -> AgreementFile:
    """Return the file of a partner, checked. Raises NotFound; UsageError for what is none;
    Invalid.
    """
    return parse_agreement_file(read_whole_file(path, LARGEST), path.name)


def parse_agreement_file(content: bytes, name: str) -> AgreementFile:
    """Return the file of these bytes; `name` is for messages. Raises UsageError, Invalid.

    Terms or a key that do not have the fingerprint beside them were altered, and are refused.
    """
    if len(content) > LARGEST:
        raise UsageError(f"{name}: is larger than {LARGEST:,} bytes", hint=_AGAIN)
    head = _parse_agreement_head(content, name)
    if head.get("what") != KIND:
        raise UsageError(f"{name}: is not an agreement of this program", hint=_AGAIN)
    if head.get("format") not in range(1, FORMAT + 1):
        raise UsageError(
            f"{name}: is of version {head.get('format')!r} of the format; this program reads 1 to "
            f"{FORMAT}",
            hint="One of you must update the program.",
        )
    try:
        document = decode_json(content, _Document)
        key = public_key(document.signing_key.public_key)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: cannot be used: {error}", hint=_AGAIN) from error
    if document.signing_key.fingerprint != spoken_key(key) or (
        document.terms_fingerprint != spoken_terms(document.terms.digest)
    ):
        raise UsageError(
            f"{name}: was altered: a fingerprint in it is not that of what is beside it",
            hint=_AGAIN,
        )
    terms = checked_terms(document.terms)
    sender = party_of(terms, document.sender)
    contacts = checked_contacts(
        [Contact(role=one.role, reach=one.reach, party=sender) for one in document.contacts]
    )
    return AgreementFile(sender, terms, key, contacts, document.earlier_keys)


def _parse_agreement_head(content: bytes, name: str) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: is not JSON, or was cut on its way", hint=_AGAIN) from error
    return found if isinstance(found, dict) else {}
