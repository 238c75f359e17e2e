"""How well the flags of a screening of all suppliers find what was planted among them.

The screening knows what bulk files load into the local register, and the supplier file. A plant is
found where a finding about its supplier names the counterpart, whichever check says it: the circle
of owners, the listed party or insolvent company above, the other suppliers at the office.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from invented_plants import Hidden
from planted_scores import FIRST

KINDS = ("ring", "near", "address")
_RINGS = ("CH-OWN-11", "NET-03")
_OTHER = re.compile(r"\((S[0-9]{5})\)")


@dataclass(frozen=True, slots=True)
class PortfolioScore:
    """`by_check` says for each kind how many plants each check found, `missed` which were not.

    `findings` are those of the network, of which the `first` were looked at, and `right` name
    nothing but what was planted together.
    """

    plants: Mapping[str, int]
    found: Mapping[str, int]
    by_check: Mapping[str, Counter[str]]
    findings: Counter[str]
    first: int
    right: int
    missed: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        lines = ["screening of all suppliers, core registers alone:"]
        for kind, planted in self.plants.items():
            checks = ", ".join(f"{id_} {n}" for id_, n in sorted(self.by_check[kind].items()))
            share = self.found[kind] / planted
            lines.append(f"{kind:9} {planted:7} {self.found[kind]:6} {share:7.1%}  by {checks}")
        lines += [f"{'':9} missed: {n} of {shape}" for shape, n in self.missed.most_common()]
        precision = f"{self.right / self.first:.1%}" if self.first else "none"
        told = ", ".join(f"{id_} {n}" for id_, n in sorted(self.findings.items()))
        lines.append(
            f"NET findings {self.findings.total()} ({told}), right of first: "
            f"{self.right} of {self.first}, precision {precision}"
        )
        return "\n".join(lines)


def score_flags(
    plants: Sequence[Hidden], findings: Sequence[Mapping[str, Any]], numbers: Mapping[str, str]
) -> PortfolioScore:
    """Score the findings of a run, in their order. `numbers` are company numbers by reference."""
    about: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        about.setdefault(finding["company_number"], []).append(finding)
    count: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    by_check: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for plant in plants:
        if plant.kind not in KINDS or not plant.suppliers:
            continue
        count[plant.kind] += 1
        said = [one for number in plant.suppliers for one in about.get(number, ())]
        naming = [one for one in said if _names(plant, one, numbers)]
        if _is_whole(plant, naming, numbers):
            found[plant.kind] += 1
            by_check[plant.kind].update({one["check_id"] for one in naming})
        else:
            missed[f"{plant.kind}, {plant.shape}"] += 1
    added = [one for one in findings if one["check_id"].startswith("NET-")]
    return PortfolioScore(
        plants={kind: count[kind] for kind in KINDS if count[kind]},
        found=found,
        by_check=by_check,
        findings=Counter(one["check_id"] for one in added),
        first=min(FIRST, len(added)),
        right=sum(_is_right(plants, one, numbers) for one in added[:FIRST]),
        missed=missed,
    )


def _named(finding: Mapping[str, Any], numbers: Mapping[str, str]) -> set[str]:
    """The numbers of the other suppliers that a finding names."""
    return {numbers[ref] for ref in _OTHER.findall(finding["why"]) if ref in numbers}


def _names(plant: Hidden, finding: Mapping[str, Any], numbers: Mapping[str, str]) -> bool:
    """Whether a finding about a supplier of the plant names its counterpart."""
    match plant.kind:
        case "ring":
            return finding["check_id"] in _RINGS
        case "near":
            above = plant.companies[2:]
            return finding["entry_id"] in plant.listed or any(
                number in finding["why"] for number in above
            )
    return not _named(finding, numbers).isdisjoint(plant.suppliers)


def _is_whole(
    plant: Hidden, naming: Sequence[Mapping[str, Any]], numbers: Mapping[str, str]
) -> bool:
    """Of suppliers at one office all must be named; of other plants one finding is enough."""
    if plant.kind != "address":
        return bool(naming)
    return set(plant.suppliers) <= {one for each in naming for one in _named(each, numbers)}


def _is_right(
    plants: Sequence[Hidden], finding: Mapping[str, Any], numbers: Mapping[str, str]
) -> bool:
    """Whether a finding of the network names suppliers of one plant; or none, and is of a plant."""
    together = {finding["company_number"], *_named(finding, numbers)}
    return any(together <= set(plant.suppliers) for plant in plants)
