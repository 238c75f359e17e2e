"""Both sides of an alert, and what an alert says of itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from duediligence.matching import Index
from duediligence.matching.evidence import describe_number
from duediligence.matching.names.parties import is_plainly_firm
from duediligence.model import Feature, ListEntry, PartialDate, Party
from duediligence.model.alerts import Alert
from duediligence.render.saying import format_country, is_latin, latin_first, sentence_of
from duediligence.screening.lookup.incremental import subject

# Facts as people call them; each feature of the matcher stands with one of them.
_FEATURES = {
    "birth date": "Date of birth",
    "country": "Country",
    "identifier": "Number",
    "address": "Address",
}
_ANY = 0.0001


@dataclass(frozen=True, slots=True)
class FactPair:
    """One fact as either side has it, empty where it has not, and what the two come to: `agree`,
    `agree in part`, `nearly agree`, `differ` or `not known`. `told` is the matcher's own
    sentence, if any.
    """

    fact: str
    ours: str
    theirs: str
    verdict: str
    told: str = ""


def side_by_side(alert: Alert) -> list[FactPair]:
    """Return what the supplier's party and the list entry have, compared as the matcher does now.

    Empty where no list entry is behind the alert, or what was compared is no longer kept.
    """
    entry, parties = alert.compared.entry, alert.compared.parties
    if entry is None or not parties:
        return []
    name = alert.first.subject_name
    party = next((p for p in parties if any(n.text == name for n in p.names)), parties[0])
    matches = Index.build([entry]).search(subject(party), threshold=_ANY, limit=1, namesakes=True)
    features = matches[0].features if matches else ()
    by_fact = {_FEATURES[f.name]: f for f in features if f.name in _FEATURES}
    names = [feature for feature in features if feature.name not in _FEATURES]
    ours, theirs = alert.first.subject_name, alert.first.entry_name
    facts = [
        FactPair(
            "Name",
            ours,
            latin_first(theirs),
            _of_names(names),
            " ".join(sentence_of(f) for f in names),
        ),
        FactPair("Other names", *_compare_other_names(party, entry, ours, theirs)),
        FactPair("Kind", _looked_up_as(party), entry.kind, _compare_kinds(party.kind, entry.kind)),
    ]
    for fact, here, there in _pair_party_values(party, entry):
        feature = by_fact.get(fact)
        facts.append(
            FactPair(
                fact,
                "; ".join(dict.fromkeys(here)),
                "; ".join(dict.fromkeys(there)),
                feature.verdict if feature else "not known",
                sentence_of(feature) if feature else "",
            )
        )
    return facts


def _pair_party_values(
    party: Party, entry: ListEntry
) -> Iterable[tuple[str, list[str], list[str]]]:
    """Of people no home address and no day of birth: nobody needs them to tell two apart."""
    born = [party.birth_date] if party.birth_date else []
    yield (
        "Date of birth",
        [_format_birth_month(d) for d in born],
        [_format_birth_month(d) for d in entry.birth_dates],
    )
    yield (
        "Country",
        list(map(format_country, party.countries)),
        list(map(format_country, entry.countries)),
    )
    yield (
        "Number",
        list(map(describe_number, party.identifiers)),
        list(map(describe_number, entry.identifiers)),
    )
    if "person" not in (party.kind, entry.kind):
        yield "Address", [a.text for a in party.addresses], [a.text for a in entry.addresses]


def _format_birth_month(born: PartialDate) -> str:
    return str(born) if born.day is None else f"{born.year:04}-{born.month:02}"


def _of_names(features: Sequence[Feature]) -> str:
    verdicts = {feature.verdict for feature in features}
    if "agree" not in verdicts:
        return "differ"
    return "agree in part" if "differ" in verdicts else "agree"


def _compare_other_names(
    party: Party, entry: ListEntry, ours: str, theirs: str
) -> tuple[str, str, str]:
    here = [name.text for name in party.names if name.text != ours]
    there = [name.text for name in entry.names if name.text != theirs]
    there.sort(key=lambda text: not is_latin(text))
    shared = {text.casefold() for text in here} & {text.casefold() for text in there}
    return "; ".join(here), "; ".join(there), "agree" if shared else "not known"


def _looked_up_as(party: Party) -> str:
    if party.kind != "unknown":
        return party.kind
    by_name = all(is_plainly_firm(name.text) for name in party.names)
    return "organisation, by its name" if by_name else "person or organisation"


def _compare_kinds(ours: str, theirs: str) -> str:
    if "unknown" in (ours, theirs):
        return "not known"
    return "agree" if ours == theirs else "differ"
