"""An information sharing agreement: what two bodies may share, for what, and until when."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal

from duediligence.extensions.sharing.model.partners import Receiver
from duediligence.model.audit import canonical

Shared = Literal[
    "blind-matching: organisations",
    "blind-matching: people",
    "blind-matching: addresses",
    "hits",
    "requests",
    "case papers",
]
"""What an agreement may allow: blind matching of the suppliers themselves, of the people behind
them and of addresses; naming hits to each other; requests with their replies; papers of a case.
"""
MATCHED: frozenset[Shared] = frozenset(
    (
        "blind-matching: organisations",
        "blind-matching: people",
        "blind-matching: addresses",
    )
)
REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9._-]{1,39}")
"""The reference of an agreement: letters in capitals, so that it is one file name everywhere."""
REVIEW_SOON = timedelta(days=30)
"""How long before its day of review an agreement is marked."""

AgreementState = Literal["in force", "review soon", "not started", "review missed", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What both parties signed, the same in both homes.

    `parties` are the two names. `bases` are codes of `sharing_bases`. `retention_days` is how long
    either keeps what it received. `review_on` is when the agreement must be looked at again:
    from the day after, it is not in force. Of blind matching: `most_items` in one exchange
    (rows of the list that is asked), `most_exchanges` within 365 days, and `most_new_percent`, the
    share of rows not asked before above which either side is warned, from the second exchange on.
    `most_hits` is how many rows may be found in one exchange, and `most_held` how many suppliers
    and people behind them one may be answered for: 0 in terms of earlier versions, under which no
    list is asked any more. `most_keys` is of those: how many keys one exchange had, or 0. `auditor`
    is the public key (X25519, base64) to which what is asked is sealed; empty where both agreed
    that it cannot be proven.
    """

    reference: str
    parties: tuple[str, str]
    purpose: str
    bases: tuple[str, ...]
    shares: tuple[Shared, ...]
    retention_days: int
    starts_on: date
    review_on: date
    most_items: int
    most_exchanges: int
    most_new_percent: int
    most_keys: int = 0
    most_hits: int = 0
    most_held: int = 0
    auditor: str = ""

    @property
    def has_budgets(self) -> bool:
        """Return whether the terms cap each kind of key, as those of earlier versions do not."""
        return self.most_hits > 0

    @property
    def digest(self) -> str:
        """Return SHA-256 of the terms: equal where both parties hold the same ones."""
        document = {
            "reference": self.reference,
            "parties": sorted(self.parties),
            "purpose": self.purpose,
            "bases": sorted(self.bases),
            "shares": sorted(self.shares),
            "retention_days": self.retention_days,
            "starts_on": self.starts_on.isoformat(),
            "review_on": self.review_on.isoformat(),
            "most_items": self.most_items,
            "most_exchanges": self.most_exchanges,
            "most_new_percent": self.most_new_percent,
            # In the terms of the versions that have them: the digest of others is as it was.
            **{
                name: limit
                for name in ("most_keys", "most_hits", "most_held", "auditor")
                if (limit := getattr(self, name))
            },
        }
        return sha256(canonical(document).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who to reach for what: a role and a shared mailbox or telephone, never a named person.

    `party` is whose it is, one of the two of the terms; empty in what does not say.
    """

    role: str
    reach: str
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyComparison:
    """The record that the account `by` compared the words of the partner's key by telephone.

    `key` is the public key (base64) of which the words were, `at` in UTC. `successor` is the one
    that took its place since, signed by it; empty for none.
    """

    key: str
    by: str
    at: datetime
    successor: str = ""

    @property
    def known_key(self) -> str:
        """Return the key that is known by it: the one compared, or its successor."""
        return self.successor or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The agreement as one party holds it.

    `ours` is which of the two parties this home is; `partner_kind` is a code of RECEIVERS;
    `partner_keys` are the public keys (base64, `signing.PublicKey.text`) that may sign files of the
    partner; `contacts` are those of both. `ended_on` is the day somebody ended it. `compared` says
    for which key the words were compared last, None where they never were.
    """

    terms: Terms
    ours: str
    partner_kind: Receiver
    partner_keys: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    ended_on: date | None = None
    compared: KeyComparison | None = None

    @property
    def is_key_compared(self) -> bool:
        """Return whether somebody compared the words of the key that the partner has now, or of one
        that it follows by signatures.
        """
        return self.compared is not None and self.partner_keys == (self.compared.known_key,)

    def shares_partner(self, other: "Agreement") -> bool:
        """Return whether the partner of another agreement has the same name, or a key that this one
        has or had.
        """
        same_name = self.partner.casefold() == other.partner.casefold()
        return same_name or not self._known_keys.isdisjoint(other._known_keys)

    @property
    def _known_keys(self) -> frozenset[str]:
        one = self.compared
        return frozenset((*self.partner_keys, *((one.key, one.known_key) if one else ())))

    @property
    def partner(self) -> str:
        """Return the name of the other party."""
        one, other = self.terms.parties
        return other if self.ours == one else one

    def state(self, today: date) -> AgreementState:
        """Return where it stands on that day; one in force within 30 days of its review says so."""
        if self.ended_on and self.ended_on <= today:
            return "ended"
        if today < self.terms.starts_on:
            return "not started"
        if today > self.terms.review_on:
            return "review missed"
        return "review soon" if today >= self.terms.review_on - REVIEW_SOON else "in force"

    @property
    def last_day(self) -> date:
        """Return the last day on which something may be shared under it, as it is now."""
        day_before = self.ended_on - timedelta(days=1) if self.ended_on else self.terms.review_on
        return min(day_before, self.terms.review_on)

    @property
    def gone_by(self) -> date:
        """Return when the last of what either received under it must be gone."""
        return self.last_day + timedelta(days=self.terms.retention_days)

    def why_not_in_force(self, today: date) -> str:
        """Return why nothing may be shared under it on that day; empty where something may."""
        match self.state(today):
            case "ended":
                return f"ended on {self.ended_on}"
            case "not started":
                return f"starts on {self.terms.starts_on}"
            case "review missed":
                return f"was to be reviewed by {self.terms.review_on}"
        return ""
