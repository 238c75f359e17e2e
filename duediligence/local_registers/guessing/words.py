"""What a register's words could mean: a guess for a person to check."""

import re

from duediligence.local_registers.fields import BY_NAME
from duediligence.local_registers.rows.values import word

MOST_WORDS = 30

# The first that is found in the word wins.
_MEANINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "record_type": (
        ("licence_refused", r"refus"),
        ("licence_revoked", r"revo[ck]|suspen"),
        ("licence_review", r"review"),
        ("caution", r"caution"),
        ("prosecution_pending", r"pending|summons|charged"),
        ("conviction", r"convict|prosecut|sentence"),
        ("civil_penalty", r"penalt|\bfpn\b|\bfine"),
        ("injunction", r"injunction"),
        ("notice", r"notice|\b(?:cpn|bcn|pcn|tsn)\b|breach of condition|stop|s(?:ection|\.)? ?215"),
        ("order", r"order|closure"),
        ("warning", r"warning|advice|letter"),
        ("rating", r"rating|score"),
        ("registration", r"licen[cs]e|register|registration|granted|surrender|lapsed|renewed"),
    ),
    "status": (
        ("under_appeal", r"under appeal|appeal lodged|appealed|appeal pending"),
        ("quashed", r"quash|allowed|overturn"),
        ("withdrawn", r"withdrawn|cancel"),
        ("complied", r"complied|compliance|closed|resolved|discharged|paid"),
        ("live", r"in force|live|active|current|open|ongoing|outstanding|issued|served|extant"),
    ),
    "subject_type": (
        ("organisation", r"compan|business|organi[sz]ation|ltd|limited|llp|charity|corporate|firm"),
        ("individual", r"individual|person|sole|private|natural"),
    ),
    "power": (
        ("trading_standards", r"trading standard|consumer|counterfeit|weights"),
        ("planning", r"planning|enforcement register|town and country"),
        ("housing", r"hous|\bhmo\b|landlord|tenan"),
        ("environmental_health", r"environmental health|food|hygiene|noise|pollution"),
        ("asb", r"anti.?social|\basb\b|\bcpn\b|closure order"),
        ("safeguarding", r"safeguard|care quality|adult social"),
        ("licensing", r"licen[cs]|taxi|hackney|alcohol"),
    ),
    "handling": (
        ("restricted", r"restrict|confidential|sensitive"),
        ("internal", r"internal|council only"),
        ("public", r"public|open"),
    ),
}

_STANDS = r"\bnot (?:yet |been |fully )*complied|\bnon.?compli"


def meaning(field: str, text: str) -> str:
    """Our word for a register's word; empty where there is no guess."""
    if word(text) in BY_NAME[field].words:
        return word(text)
    told = text.casefold()
    # `No longer live` means another thing than the word that it holds.
    if field == "status" and re.search(r"\b(?:not|no|non|un(?:paid|resolved))\b", told):
        return "live" if re.search(_STANDS, told) else ""
    return next((ours for ours, sign in _MEANINGS.get(field, ()) if re.search(sign, told)), "")
