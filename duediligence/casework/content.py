"""What of a finding matters from one screening to the next."""

import re
from collections.abc import Mapping
from hashlib import sha256

import msgspec

from duediligence.model import Finding
from duediligence.reports.wording import likeness

# That one more day has gone by is no change.
_ELAPSED = re.compile(r"\d[\d,]* (?:day|week|month|year)s?")


def content_of(finding: Finding) -> str:
    """What an officer would want to hear of, were it to change.

    Not the score to the digit, and of a match not its words: another version of the matcher
    would report every flag again.
    """
    kept: Mapping[str, object] = {
        "outcome": finding.outcome,
        "severity": finding.severity,
        "entry_name": finding.entry_name,
        "measures": finding.measures,
        "grounds": finding.possible_grounds,
        "happened": finding.happened,
        "happened_on": finding.happened_on,
        "why": "" if finding.entry_id else _ELAPSED.sub("", finding.explain()),
        "likeness": "" if finding.score is None else likeness(finding.score).partition(" ")[2],
    }
    return hashed(kept)


def hashed(content: object) -> str:
    """The hash of the content as JSON, in hexadecimal."""
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
