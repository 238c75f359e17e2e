"""What an alert is about, now and in earlier forms.

Kept so that what people decided and were told then still holds. Only for the texts of those
versions, and for what a clause says beside one of them.
"""

import re
from dataclasses import replace
from hashlib import sha256

import msgspec

from duediligence.model import Clause, Finding, Text
from duediligence.model.alerts import Compared
from duediligence.model.facts import identity, timeless
from duediligence.render.saying import explain, said
from duediligence.render.wording import strength


def content_of(finding: Finding) -> str:
    """The hash of what an officer would want to hear of, were it to change.

    Not the score to the digit, and of a match not its evidence: another version of the matcher
    would report every flag again. That one more day has gone by is no change.
    """
    return hashed(
        {
            "outcome": finding.outcome,
            "severity": finding.severity,
            "entry_name": finding.entry_name,
            "measures": finding.measures,
            "grounds": finding.possible_grounds,
            "happened": identity(timeless(finding.happened)),
            "happened_on": finding.happened_on,
            "why": [] if finding.entry_id else [identity(text) for text in told_of(finding)],
            "likeness": strength_of(finding),
        }
    )


def told_of(finding: Finding) -> list[Text]:
    """What a check tells, without how long ago anything was."""
    return [timeless(text) for text in (finding.why, *(one.said for one in finding.features))]


def strength_of(finding: Finding) -> str:
    """How strong the match is, in one word; empty where none is involved."""
    return "" if finding.score is None else strength(finding.score)


def hashed(content: object) -> str:
    """The hash of the content as JSON, in hexadecimal."""
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


_AGO = re.compile(r",? \d[\d,]* (?:day|week|month|year)s? ago")
_ELAPSED = re.compile(r"\d[\d,]* (?:day|week|month|year)s?")


def recorded_before(finding: Finding) -> bool:
    """Whether it was stored in words."""
    return isinstance(finding.why, Clause) and finding.why.recorded


def without_ago(text: str) -> str:
    """The text as an alert compared it then."""
    return _AGO.sub("", text)


def content_hash(finding: Finding) -> str:
    """The hash of what an officer wanted to hear of then."""
    return hashed(
        {
            "outcome": finding.outcome,
            "severity": finding.severity,
            "entry_name": finding.entry_name,
            "measures": finding.measures,
            "grounds": finding.possible_grounds,
            "happened": said(finding.happened),
            "happened_on": finding.happened_on,
            "why": "" if finding.entry_id else _ELAPSED.sub("", explain(finding)),
            "likeness": strength_of(finding),
        }
    )


def in_words(compared: Compared) -> Compared:
    """What is compared, as it was kept then."""
    return replace(compared, facts=tuple(map(said, compared.facts)))
