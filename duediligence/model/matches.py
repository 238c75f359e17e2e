"""How like two parties are, and why."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["agree", "differ", "not known"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One piece of evidence: the two strings compared, what it adds to the score, and why.

    `contribution` is in points of score (−1.0 … 1.0); `sentence` is for an officer to read.
    `personal`: it says something about a natural person, and is dropped for a reader who may not
    see people.
    """

    name: str
    query: str
    listed: str
    contribution: float
    verdict: Verdict
    sentence: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A comparison of a party with a list entry. The score is its features and nothing else."""

    features: tuple[Feature, ...]
    query_name: str = ""
    listed_name: str = ""
    entry_id: str = ""
    list_id: str = ""

    @property
    def score(self) -> float:
        """The sum of the contributions, held between 0.0 and 1.0, to four decimal places."""
        total = sum(feature.contribution for feature in self.features)
        return round(min(1.0, max(0.0, total)), 4)

    def explain(self) -> str:
        """What agrees, what differs and what is not known, in plain English."""
        return " ".join(feature.sentence for feature in self.features)
