"""Alerts in groups of which the facts stand alike: of each group one reason holds or does not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from duediligence.errors import Conflict
from duediligence.model.alerts import Alert, Decided
from duediligence.text.wording import count

# The facts that a reason rests on. One for which it does not matter what is known of either side
# is not here.
_EVERY = ("kind", "birth date", "number")
_RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "NUMBER-SAME": ("number",),
    "DOB-SAME": ("birth date",),
    "NAME-PLACE-SAME": ("address",),
    "SUPPLIER-SAYS": _EVERY,
    "DOB-DIFFERS": ("birth date",),
    "NUMBER-DIFFERS": ("number",),
    "OTHER-PLACE": ("address", "country"),
    "OTHER-KIND": ("kind",),
    "OTHER-NAME": _EVERY,
    "OTHER": _EVERY,
}
_FEATURES = {
    "birth date": "birth date",
    "identifier": "number",
    "address": "address",
    "country": "country",
}


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Alerts of which the facts that the reason rests on stand alike. `facts` says how, as
    `birth-date=differ,number=not-known`, and names the group.
    """

    facts: str
    alert_ids: tuple[str, ...]
    numbers: tuple[str, ...]
    suppliers: tuple[str, ...]


class UnequalFacts(Conflict):
    """One reason cannot hold for all of these alerts: `groups` are those for which it can."""

    code = "unequal-facts"

    def __init__(self, reason: str, groups: Sequence[FactGroup]) -> None:
        every = sum(len(group.alert_ids) for group in groups)
        super().__init__(
            f"The facts behind {reason} differ among these {count(every, 'alert')}",
            hint="Nothing was recorded. Decide each group by itself.",
        )
        self.groups = tuple(groups)


def refuse_unequal(alerts: Iterable[Alert], decided: Decided, reason: str) -> None:
    """Raise UnequalFacts where one reason, by its code, cannot hold for all of these."""
    if len(groups := fact_groups(alerts, decided, reason)) > 1:
        raise UnequalFacts(reason, groups)


def fact_groups(alerts: Iterable[Alert], decided: Decided, reason: str) -> list[FactGroup]:
    """Return the alerts by how the facts stand that the reason rests on, the largest group first.

    Whether something is a risk rests on more than two sides being alike: there all are one group.
    """
    wanted: tuple[str, ...] = ()
    if decided in ("same", "not the same"):
        wanted = _RESTS_ON.get(reason, ())
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(_format_group_facts(alert, wanted), []).append(alert)
    return [
        FactGroup(
            facts,
            tuple(one.id for one in some),
            tuple(one.label for one in some),
            suppliers_of(some),
        )
        for facts, some in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    ]


def _format_group_facts(alert: Alert, wanted: Sequence[str]) -> str:
    """Return how these facts of a possible match stand: as the matcher compared them, else not
    known.
    """
    if not alert.matched:
        return ""
    known: dict[str, str] = {
        _FEATURES[feature.name]: feature.verdict
        for finding in alert.findings
        for feature in finding.features
        if feature.name in _FEATURES
    }
    if "kind" in wanted and (kind := _format_both_kinds(alert)):
        known["kind"] = kind
    told = (f"{fact}={known.get(fact, 'not known')}" for fact in wanted)
    return ",".join(told).replace(" ", "-")


def _format_both_kinds(alert: Alert) -> str:
    """Return the kinds of both sides, ours first; what may be either is of the kind that is
    known.
    """
    entry, parties = alert.compared.entry, alert.compared.parties
    if entry is None or not parties:
        return ""
    return f"{' or '.join(sorted({party.kind for party in parties}))} and {entry.kind}"


def suppliers_of(alerts: Iterable[Alert]) -> tuple[str, ...]:
    """Return the suppliers of these alerts, by name and reference."""
    named = (f"{one.supplier_name} ({one.supplier_ref})" for one in alerts)
    return tuple(dict.fromkeys(named))
