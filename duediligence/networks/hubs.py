"""How strongly a node links what it joins: the more companies it joins, the less it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from duediligence.model.networks import NodeKind


@dataclass(frozen=True, slots=True)
class HubRule:
    """Up to `full` companies a node links at full strength, above `most` not at all.

    Between the two the strength is `full` divided by the number of companies.
    """

    full: int
    most: int

    def weight(self, companies: int) -> float:
        """From 1.0 down to above 0.0; 0.0 where the node is a hub that no path goes through."""
        if companies > self.most:
            return 0.0
        return 1.0 if companies <= self.full else self.full / companies


_CONTACT = HubRule(full=2, most=10)
# An office of five companies, or a number that five give: below that a path says next to nothing.
WEAKEST = 0.4
# A serviced office or an accountant has dozens of companies, a professional director as many; a
# bank lends to everybody. Reasons for each number: docs/officer/networks.md.
HUBS: Mapping[NodeKind, HubRule] = {
    "supplier": HubRule(full=20, most=200),
    "company": HubRule(full=20, most=200),
    "person": HubRule(full=5, most=50),
    "firm": HubRule(full=5, most=50),
    "address": HubRule(full=2, most=20),
    "former name": HubRule(full=2, most=5),
    "phone": _CONTACT,
    "e-mail domain": _CONTACT,
    "bank account": HubRule(full=4, most=5),
    "charge holder": HubRule(full=2, most=3),
}
