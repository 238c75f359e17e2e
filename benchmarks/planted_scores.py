"""How well the answers to a question find what was planted, kind by kind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from invented_plants import Hidden

FIRST = 100
RECALL, PRECISION = 0.95, 0.80

# The numbers of the companies that one answer names; the strongest answer comes first.
Answer = frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """`first` is how many of the first answers were looked at, `right` how many are a plant.

    Where there are fewer plants than `FIRST`, as many answers as there are plants are looked at.
    An answer that says no more than what was planted for another question is true, and not counted:
    a phoenix is near an insolvent company.
    `missed` counts the plants that were not found by shape, `look_alikes` the first answers that
    are an honest look-alike.
    """

    kind: str
    plants: int
    found: int
    answers: int
    first: int
    right: int
    look_alikes: int
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return self.found / self.plants

    @property
    def precision(self) -> float:
        """0 where there is no answer: nothing was found that could be wrong."""
        return self.right / self.first if self.first else 0.0

    @property
    def is_reached(self) -> bool:
        return self.recall >= RECALL and self.precision >= PRECISION


def is_of(hidden: Hidden, answer: Answer) -> bool:
    """Whether an answer is about this plant or look-alike, and names it in full."""
    companies = frozenset(hidden.companies)
    match hidden.kind:
        case "ring" | "phoenix":
            return answer == companies
        case "chain":
            return hidden.companies[0] in answer
        case "address":
            return len(answer) > 1 and answer <= companies
        case "near":
            return frozenset(hidden.companies[:2]) <= answer
    raise ValueError(f"{hidden.kind!r} is not a kind of plant")


def _told_elsewhere(kind: str, hidden: Sequence[Hidden], answers: Sequence[Answer]) -> set[int]:
    """The places of answers that are about one plant or look-alike of another kind alone."""
    others: dict[str, list[frozenset[str]]] = {}
    for one in hidden:
        if one.kind != kind:
            for number in one.companies:
                others.setdefault(number, []).append(frozenset(one.companies))
    return {
        place
        for place, answer in enumerate(answers)
        for first in [min(answer, default="")]
        if any(answer <= companies for companies in others.get(first, ()))
    }


def score(
    kind: str, plants: Sequence[Hidden], decoys: Sequence[Hidden], answers: Sequence[Answer]
) -> Score:
    """Score the ranked answers to the question that looks for one kind.

    A plant is found where an answer names it; one of suppliers at an address, where answers name
    all of them. Raises ValueError where nothing of the kind is planted.
    """
    of_kind = [one for one in plants if one.kind == kind]
    if not of_kind:
        raise ValueError(f"no plant of the kind {kind!r}")
    elsewhere = _told_elsewhere(kind, (*plants, *decoys), answers)
    answers = [answer for place, answer in enumerate(answers) if place not in elsewhere]
    by_number: dict[str, list[int]] = {}
    for position, answer in enumerate(answers):
        for number in answer:
            by_number.setdefault(number, []).append(position)
    right: set[int] = set()
    missed: Counter[str] = Counter()
    for plant in of_kind:
        own = {
            position
            for number in plant.companies
            for position in by_number.get(number, ())
            if is_of(plant, answers[position])
        }
        right |= own
        named = frozenset().union(*(answers[position] for position in own))
        if not own or (kind == "address" and not named >= set(plant.companies)):
            missed[plant.shape] += 1
    first = min(FIRST, len(of_kind), len(answers))
    honest = [one for one in decoys if one.kind == kind]
    return Score(
        kind,
        plants=len(of_kind),
        found=len(of_kind) - missed.total(),
        answers=len(answers),
        first=first,
        right=sum(position in right for position in range(first)),
        look_alikes=sum(
            position not in right and any(is_of(one, answers[position]) for one in honest)
            for position in range(first)
        ),
        missed=missed,
    )
