"""The terms of an agreement, checked: what both parties can sign."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args
from unicodedata import category

from duediligence.blind.sealing import NotSealed, seal_bytes
from duediligence.errors import Invalid
from duediligence.extensions.sharing.model.agreements import REFERENCE, Contact, Shared, Terms
from duediligence.extensions.sharing.model.partners import RECEIVERS, Receiver
from duediligence.extensions.sharing.sharing_bases import missing_parts, sharing_bases
from duediligence.render.wording import fold, visible
from duediligence.text.folding import fold as fold_letters

SHARES: tuple[Shared, ...] = get_args(Shared)
MOST_RETENTION_DAYS = 2_557
"""Seven years: what is kept longer is no copy for one purpose."""
LONGEST = timedelta(days=1_096)
"""Three years: an agreement that nobody looks at for longer is no agreement."""
MOST_ITEMS = 50_000
"""More, with all keys that an item may have, would not fit into one file."""
MOST_EXCHANGES = 366
MOST_HELD = 1_000_000
MOST_CONTACTS = 20
FIRST_YEAR, LAST_YEAR = 2000, 2199
_LONGEST_NAME = 120
_LONGEST_LINE = 500
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)))
)
"""Letters and marks that show nothing (Unicode, Default_Ignorable_Code_Point), apart from format
characters.
"""


def checked_terms(terms: Terms) -> Terms:
    """Return the terms, with bases and shares in the order of their tables.

    Raises Invalid, naming the field, for the first that cannot be signed.
    """
    if not REFERENCE.fullmatch(terms.reference):
        raise Invalid(
            f"{terms.reference!r} is not a valid reference",
            field="reference",
            hint="It has 2 to 40 capital letters, digits, dots, hyphens and underscores, such as "
            "ISA-2026-01.",
        )
    for name in terms.parties:
        _check_term_line(name, "parties", "The name of a party", _LONGEST_NAME)
        if _has_unseen(name):
            raise Invalid(
                f"The name {name!r} has a character that cannot be seen",
                field="parties",
                hint="Type it again: with such a character one body can have the name of another.",
            )
    one, other = terms.parties
    if fold_letters(one) == fold_letters(other):
        raise Invalid(
            f"Both parties have the name {one!r}, or one that reads the same",
            field="parties",
            hint="An agreement is between two bodies.",
        )
    _check_term_line(terms.purpose, "purpose", "The purpose", _LONGEST_LINE)
    bases = _check_term_codes(terms.bases, tuple(sharing_bases()), "bases", "basis")
    shares = shares_of(terms.shares)
    _check_term_range(
        terms.retention_days, 1, MOST_RETENTION_DAYS, "retention_days", "days of retention"
    )
    sound_day(terms.starts_on, "starts_on")
    sound_day(terms.review_on, "review_on")
    if not timedelta(0) < terms.review_on - terms.starts_on <= LONGEST:
        raise Invalid(
            f"The day of review, {terms.review_on}, must be 1 to {LONGEST.days:,} days after the "
            f"start, {terms.starts_on}",
            field="review_on",
            hint="Set a day within three years on which both parties look at the agreement again.",
        )
    _check_term_range(terms.most_items, 1, MOST_ITEMS, "most_items", "rows of a list")
    if terms.most_hits or terms.most_held:
        check_budgets(terms)
    _check_term_range(
        terms.most_exchanges, 1, MOST_EXCHANGES, "most_exchanges", "exchanges in 365 days"
    )
    _check_term_range(terms.most_new_percent, 0, 100, "most_new_percent", "percent of new items")
    return replace(terms, bases=bases, shares=shares)


def check_budgets(terms: Terms) -> None:
    """Raise Invalid, naming the field, for terms that do not cap what blind matching tells."""
    _check_term_range(terms.most_hits, 1, terms.most_items, "most_hits", "hits in an exchange")
    _check_term_range(terms.most_held, 1, MOST_HELD, "most_held", "suppliers and people behind")
    if terms.auditor:
        try:
            seal_bytes(b"", terms.auditor, b"")
        except NotSealed as error:
            raise Invalid(
                "This is not the public key of an auditor",
                field="auditor",
                hint="It has 44 characters, as the auditor's program showed it.",
            ) from error


def shares_of(codes: Sequence[str]) -> tuple[Shared, ...]:
    """Return the kinds of sharing with these codes. Raises Invalid for one that there is not."""
    _check_term_codes(codes, SHARES, "shares", "kind of sharing")
    return tuple(share for share in SHARES if share in codes)


def party_of(terms: Terms, name: str) -> str:
    """Return the party of that name, as the terms spell it. Raises Invalid where it is neither."""
    for party in terms.parties:
        if party.casefold() == fold(name).casefold():
            return party
    raise Invalid(
        f"{name!r} is not a party of the agreement",
        field="ours",
        hint=f"The parties are {terms.parties[0]!r} and {terms.parties[1]!r}.",
    )


def partner_kind_of(code: str) -> Receiver:
    """Return the kind of body with that code. Raises Invalid."""
    for known in RECEIVERS:
        if known == code:
            return known
    raise Invalid(
        f"Unknown kind of partner {code!r}",
        field="partner_kind",
        hint=f"Valid kinds: {', '.join(RECEIVERS)}.",
    )


def checked_contacts(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Return the contacts, each once. Raises Invalid for one without a role or a way to reach
    it.
    """
    if len(contacts) > MOST_CONTACTS:
        raise Invalid(f"An agreement has at most {MOST_CONTACTS} contacts", field="contacts")
    for one in contacts:
        _check_term_line(one.role, "contacts", "The role of a contact", _LONGEST_NAME)
        _check_term_line(one.reach, "contacts", "How to reach a contact", _LONGEST_NAME)
    return tuple(dict.fromkeys(contacts))


def contact_of(text: str, party: str) -> Contact:
    """Return the contact that `role: mailbox or telephone` says. Raises Invalid."""
    role, colon, reach = text.partition(":")
    if not (colon and role.strip() and reach.strip()):
        raise Invalid(
            f"{text!r} is not a role and how to reach it",
            field="contacts",
            hint='Write it as "data protection officer: dpo@council.example". Name a role, not a '
            "person.",
        )
    return Contact(role=role.strip(), reach=reach.strip(), party=party)


def list_cautions(terms: Terms) -> tuple[str, ...]:
    """Return what a lawyer should look at before these terms are signed; they are kept all the
    same.
    """
    people = any(share in terms.shares for share in ("blind-matching: people", "case papers"))
    missing = missing_parts(terms.bases, people=people)
    return tuple(f"None of the bases is a {one}" for one in missing)


def sound_day(day: date, field: str) -> None:
    """Raise Invalid for a day that no agreement of today can mean."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(f"{day} is not in the years {FIRST_YEAR} to {LAST_YEAR}", field=field)


def _has_unseen(text: str) -> bool:
    """Return whether a character shows nothing, or is a space that is not the plain one."""
    return any(one in _BLANK or category(one) in ("Cf", "Zs") for one in text.replace(" ", ""))


def _check_term_line(text: str, field: str, what: str, longest: int) -> None:
    # What both sign must not read otherwise than it is.
    if not text or len(text) > longest or text != visible(text):
        raise Invalid(
            f"{what} must be a line of 1 to {longest} characters", field=field, hint="It is signed."
        )


def _check_term_codes(
    codes: Sequence[str], known: tuple[str, ...], field: str, what: str
) -> tuple[str, ...]:
    """Return the codes, each once, in the order of the table. Raises Invalid."""
    for code in codes:
        if code not in known:
            raise Invalid(
                f"Unknown {what} {code!r}", field=field, hint=f"Valid: {'; '.join(known)}."
            )
    if not codes:
        raise Invalid(f"Name at least one {what}", field=field, hint=f"Valid: {'; '.join(known)}.")
    return tuple(one for one in known if one in codes)


def _check_term_range(value: int, least: int, most: int, field: str, what: str) -> None:
    if not least <= value <= most:
        raise Invalid(f"{what}: {value:,} is not {least:,} to {most:,}", field=field)
