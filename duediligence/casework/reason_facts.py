"""What each reason code claims about the facts, and whether the facts contradict it.

A reason is read years later by somebody who cannot ask. One that says that birth dates differ,
where none is known, is worse than none. A code is checked only for what was compared: a claim
about anything else (what a supplier said, what a licence covers) is for the person who makes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duediligence.model.alerts import Alert, Decided
from duediligence.text.names import same_text

if TYPE_CHECKING:
    from duediligence.casework.side_by_side import FactPair

_AGREE = ("agree", "agree in part")


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sides of an alert by fact, and the note that goes with the reason.

    `places` says whether an address or a country is known on ours and on theirs: of people no
    address is among the facts.
    """

    facts: Mapping[str, "FactPair"]
    places: tuple[bool, bool]
    note: str

    def missing(self, fact: str) -> str:
        """Return which side has no such fact, in words; empty where both have one."""
        return _describe_missing_side(bool(self.facts[fact].ours), bool(self.facts[fact].theirs))

    def verdict(self, fact: str) -> str:
        return self.facts[fact].verdict if fact in self.facts else "not known"


def _describe_missing_side(ours: bool, theirs: bool) -> str:
    if ours and theirs:
        return ""
    if ours or theirs:
        return "on the list entry's side" if ours else "on the supplier's side"
    return "on either side"


def _dates_differ(sides: _Sides) -> str:
    if where := sides.missing("Date of birth"):
        return f"no date of birth is known {where}"
    if sides.verdict("Date of birth") in _AGREE:
        return "the dates of birth agree, as far as both are known"
    return ""


def _dates_same(sides: _Sides) -> str:
    if where := sides.missing("Date of birth"):
        return f"no date of birth is known {where}"
    return "the dates of birth differ" if sides.verdict("Date of birth") == "differ" else ""


def _numbers_differ(sides: _Sides) -> str:
    if where := sides.missing("Number"):
        return f"no number is known {where}"
    return "a number is the same on both sides" if sides.verdict("Number") in _AGREE else ""


def _numbers_same(sides: _Sides) -> str:
    if where := sides.missing("Number"):
        return f"no number is known {where}"
    return "the numbers differ" if sides.verdict("Number") == "differ" else ""


def _places_differ(sides: _Sides) -> str:
    if where := _describe_missing_side(*sides.places):
        return f"no address or country is known {where}"
    if sides.verdict("Address") in _AGREE:
        return "an address is the same on both sides"
    return ""


def _places_same(sides: _Sides) -> str:
    if where := _describe_missing_side(*sides.places):
        return f"no address or country is known {where}"
    return "the countries differ" if sides.verdict("Country") == "differ" else ""


def _kinds_differ(sides: _Sides) -> str:
    """Return what two parties do is not compared: whoever says that it differs says how."""
    if sides.note or sides.verdict("Kind") == "differ":
        return ""
    kind = sides.facts["Kind"]
    known = (
        f"both sides are of the kind {kind.ours!r}"
        if kind.verdict == "agree"
        else "the kind of one side is not known"
    )
    return f"{known}, and no note says what makes them different"


def _names_similar(sides: _Sides) -> str:
    name = sides.facts["Name"]
    return "the names are the same" if same_text(name.ours, name.theirs) else ""


# By decision and reason code (`deciding.REASONS`); what is not here claims nothing that is
# compared.
CLAIMS: Mapping[tuple[Decided, str], Callable[[_Sides], str]] = {
    ("same", "NUMBER-SAME"): _numbers_same,
    ("same", "DOB-SAME"): _dates_same,
    ("same", "NAME-PLACE-SAME"): _places_same,
    ("not the same", "DOB-DIFFERS"): _dates_differ,
    ("not the same", "NUMBER-DIFFERS"): _numbers_differ,
    ("not the same", "OTHER-PLACE"): _places_differ,
    ("not the same", "OTHER-KIND"): _kinds_differ,
    ("not the same", "OTHER-NAME"): _names_similar,
}


def explain_contradiction(alert: Alert, decided: Decided, reason: str, note: str = "") -> str:
    """Return how what was compared contradicts a reason, in words; empty where it does not.

    Nothing contradicts where what was compared is no longer kept. Raises StorageError.
    """
    claim = CLAIMS.get((decided, reason))
    if claim is None:
        return ""
    # Imported lazily: the matcher is slow to import, and most reasons claim nothing.
    from duediligence.casework.side_by_side import side_by_side

    facts = {one.fact: one for one in side_by_side(alert)}
    if not facts:
        return ""
    entry, parties = alert.compared.entry, alert.compared.parties
    places = (
        any(one.addresses or one.countries for one in parties),
        bool(entry and (entry.addresses or entry.countries)),
    )
    return claim(_Sides(facts, places, note))
