"""Blind matching with a partner: what was asked, what is known of it, and the hits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ExchangeSide = Literal["asking", "answering"]
ExchangeState = Literal["asked", "answered", "opened", "withheld", "expired"]
"""Withheld is what has more hits than the agreement allows: none of them is kept or shown."""
ItemKind = Literal["", "organisation", "person", "address"]
"""What a row of the asker's list is; empty where it may be a firm or a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """A row of the asking party's list: whom it asks about.

    `reference` is the asker's own, and several rows may have one (the names that somebody uses).
    `number` is a company number, `charity` the number of a charity with its register, as
    `Identifier` writes it; `born` is `YYYY-MM`.
    """

    reference: str
    kind: ItemKind = ""
    name: str = ""
    number: str = ""
    charity: str = ""
    born: str = ""
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An item of the asker that the partner holds too, as far as keys can tell: a pointer and not
    evidence. `by` are the kinds of key that are the same on both sides (`blind.derived_keys`).
    """

    item: AskedItem
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An exchange as one side keeps it: purpose, counts and times, never items.

    `elements` and `table` are the padded sizes, which both sides see: of what is asked, and of the
    answer. `items` is what only this side knows: the rows that it asked, or the suppliers that it
    answered for. `new_percent` is the share of items not asked before, in steps of five, as the
    asker says. `at` is when it was asked or answered here, `ended_at` when it was opened or found
    expired; `hits` is known to the asking side alone, once it was opened.
    """

    id: str
    agreement: str
    terms_sha256: str
    purpose: str
    side: ExchangeSide
    state: ExchangeState
    at: datetime
    expires_at: datetime
    items: int
    elements: int
    new_percent: int
    ask_sha256: str
    answer_sha256: str = ""
    table: int = 0
    hits: int | None = None
    ended_at: datetime | None = None
