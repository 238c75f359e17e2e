"""Which keys of a party are compared, and each as the input of the function that blinds it."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import get_args

from duediligence.blind.derived_keys import DerivedKey, KeyKind, keys_of
from duediligence.blind.person_keys import PersonRule, Side
from duediligence.errors import Forbidden
from duediligence.extensions.sharing.model.agreements import MATCHED, Agreement, Shared, Terms
from duediligence.extensions.sharing.model.exchanges import ItemKind
from duediligence.model.entries import Party

_KINDS: Mapping[Shared, frozenset[KeyKind]] = {
    "blind-matching: organisations": frozenset(
        ("company number", "charity number", "firm name", "firm name as heard")
    ),
    "blind-matching: people": frozenset(get_args(PersonRule)),
    "blind-matching: addresses": frozenset(("address", "building")),
}
_ITEMS: Mapping[Shared, ItemKind] = {
    "blind-matching: organisations": "organisation",
    "blind-matching: people": "person",
    "blind-matching: addresses": "address",
}


def matched(agreement: Agreement) -> tuple[Shared, ...]:
    """Return what may be matched under the agreement. Raises Forbidden where that is nothing."""
    shares = tuple(one for one in agreement.terms.shares if one in MATCHED)
    if not shares:
        raise Forbidden(
            f"Agreement {agreement.terms.reference} does not allow blind matching",
            hint="What may be shared is what both parties signed. Make a new agreement to add it.",
        )
    return shares


def item_kinds(shares: Iterable[Shared]) -> frozenset[ItemKind]:
    """Return the kinds of item that a list may have."""
    return frozenset(_ITEMS[one] for one in shares)


def keys_for(party: Party, shares: Iterable[Shared], side: Side) -> tuple[DerivedKey, ...]:
    """Return the keys of the party of those kinds that may be matched, as that side makes them."""
    kinds = kinds_of(shares)
    return tuple(key for key in keys_of(party, side) if key.kind in kinds)


def kinds_of(shares: Iterable[Shared]) -> frozenset[KeyKind]:
    """Return the kinds of key that may be matched."""
    return frozenset().union(*(_KINDS.get(one, ()) for one in shares))


def oprf_input(key: DerivedKey, terms: Terms, exchange_id: str) -> bytes:
    """Return the key bound to the terms, to this exchange and to its kind: 32 bytes.

    So that nothing of one exchange says anything in another, and a name is never a number.
    """
    bound = (b"duediligence exchange 2", terms.digest, exchange_id, key.kind, key.text)
    parts = [one if isinstance(one, bytes) else one.encode() for one in bound]
    return sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
