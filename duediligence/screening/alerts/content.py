"""What an alert is about, as it is compared with what was decided and reported before."""

from hashlib import sha256

import msgspec

from duediligence.model import Finding, Text
from duediligence.model.facts import derive_text_identity, drop_elapsed_parts
from duediligence.render.wording import strength


def content_of(finding: Finding) -> str:
    """Return the hash of what an officer would want to hear of, were it to change.

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
            "happened": derive_text_identity(drop_elapsed_parts(finding.happened)),
            "happened_on": finding.happened_on,
            "why": []
            if finding.entry_id
            else [derive_text_identity(text) for text in told_of(finding)],
            "likeness": strength_of(finding),
        }
    )


def told_of(finding: Finding) -> list[Text]:
    """Return what a check tells, without how long ago anything was."""
    return [
        drop_elapsed_parts(text) for text in (finding.why, *(one.said for one in finding.features))
    ]


def strength_of(finding: Finding) -> str:
    """Return how strong the match is, in one word; empty where none is involved."""
    return "" if finding.score is None else strength(finding.score)


def hashed(content: object) -> str:
    """Return the hash of the content as JSON, in hexadecimal."""
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
