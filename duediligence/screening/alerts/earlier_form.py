"""How versions before 2 of a stored finding compared what they said: by its words.

Kept so that what people decided and were told then still holds. Only for the texts of those
versions, and for what a clause says beside one of them.
"""

import re
from dataclasses import replace

from duediligence.model import Clause, Finding
from duediligence.model.alerts import Compared
from duediligence.render.saying import explain, format_text
from duediligence.screening.alerts.content import hashed, strength_of

_AGO = re.compile(r",? \d[\d,]* (?:day|week|month|year)s? ago")


_ELAPSED = re.compile(r"\d[\d,]* (?:day|week|month|year)s?")


def recorded_before(finding: Finding) -> bool:
    """Return whether it was stored in words."""
    return isinstance(finding.why, Clause) and finding.why.recorded


def without_ago(text: str) -> str:
    """Return the text as an alert compared it then."""
    return _AGO.sub("", text)


def content_hash(finding: Finding) -> str:
    """Return the hash of what an officer wanted to hear of then."""
    return hashed(
        {
            "outcome": finding.outcome,
            "severity": finding.severity,
            "entry_name": finding.entry_name,
            "measures": finding.measures,
            "grounds": finding.possible_grounds,
            "happened": format_text(finding.happened),
            "happened_on": finding.happened_on,
            "why": "" if finding.entry_id else _ELAPSED.sub("", explain(finding)),
            "likeness": strength_of(finding),
        }
    )


def in_words(compared: Compared) -> Compared:
    """Return what is compared, as it was kept then."""
    return replace(compared, facts=tuple(map(format_text, compared.facts)))
