"""OFAC's remarks: prose in segments, most of which are fields in disguise."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.ofac import phrases
from duediligence.watchlists._readers.ofac.births import birth_date
from duediligence.watchlists._readers.ofac.labels import SCHEMES, WORDS_TOO, identifier

from duediligence.contracts import Drift
from duediligence.model import Identifier, Kind, Name, NameType, PartialDate

# OFAC marks weak aliases in CSV by quoting them in the remarks; strong ones are in ALT.CSV.
_QUOTED_NAME = re.compile(r"([afnd])\.[kb]\.a\. ['‘\"](.+)['’\"]")
_NAME_TYPES: dict[str, NameType] = {"a": "alias", "n": "alias", "f": "former", "d": "trading"}
_NUMBER = re.compile(
    r"(?P<number>.*?)(?: \((?P<country>[^()\d]+(?:\([^()]*\))?)\))?"
    r"(?P<validity>,? (?:issued|expires) .*)?"
)
_LISTED = re.compile(r"Listing Date \([^()]*\):? (\d{2} \w{3} \d{4})")
_LABELLED = re.compile(
    "({})(?: - ([A-Z]+))?:? (.+)".format(
        "|".join(
            re.escape(label)
            for label in sorted((*SCHEMES, "Digital Currency Address"), key=len, reverse=True)
        )
    )
)


def reading_order(text: str, kind: Kind) -> str:
    """`LAST, First Middle` of a person as `First Middle LAST`, the order a reader expects.

    A third part that is a suffix stays last; anything else stands as published.
    """
    parts = text.split(", ") if kind == "person" else [text]
    if len(parts) == 2 and all(parts):
        return f"{parts[1]} {parts[0]}"
    if len(parts) == 3 and parts[2].rstrip(".") in ("Jr", "Sr", "II", "III", "IV"):
        return f"{parts[1]} {parts[0]}, {parts[2]}"
    return text


@dataclass(slots=True)
class Facts:
    """What the remarks of one party tell, by field. `remarks` keeps what has no field."""

    kind: Kind
    drift: Drift
    names: list[Name] = field(default_factory=list)
    birth_dates: list[PartialDate] = field(default_factory=list)
    birth_places: list[str] = field(default_factory=list)
    gender: str = ""
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    listed_on: date | None = None
    remarks: list[str] = field(default_factory=list)

    def read(self, remarks: str) -> None:
        """Take the fields out of a whole remark: segments parted by `; `, ended by a full stop."""
        for segment in re.split(r";\s+", remarks.strip().removesuffix(".")):
            if segment:
                self.read_segment(segment.strip())

    def read_segment(self, segment: str) -> None:
        """Take the field out of one segment; what is not understood is kept and reported."""
        stated = re.sub(r"^[Aa]lt\. ", "", segment)
        if not any(rule(self, stated) for rule in _RULES):
            self.remarks.append(segment)
            self.drift.unmapped("remark", re.sub(r"\d+", "#", segment))

    def _read_personal(self, stated: str) -> bool:
        label, _, value = stated.partition(" ")
        value = value.strip()
        if label == "DOB" and (born := birth_date(value)):
            self.birth_dates.append(born)
        elif label == "POB" and value:
            self.birth_places.append(value)
        elif label in ("nationality", "citizen") and value:
            self.countries.append(value)
        elif label == "Gender" and value:
            self.gender = value
        else:
            return False
        return True

    def _read_relation(self, stated: str) -> bool:
        label, colon, value = stated.partition(": ")
        if colon and label == "Linked To":
            self.related.append(value)
        elif stated.startswith(("Aircraft Operator ", "Issuer Name ")):
            self.related.append(stated.split(" ", 2)[2])
        elif stated.startswith(("Nationality of Registration ", "Registration Country ")):
            self.countries.append(stated.partition("Registration ")[2].removeprefix("Country "))
        elif phrases.RELATION.fullmatch(stated):
            self.related.append(stated)
        else:
            return False
        return True

    def _read_name(self, stated: str) -> bool:
        found = _QUOTED_NAME.fullmatch(stated)
        if not found or not usable(found[2]):
            return False
        text = reading_order(found[2].strip(), self.kind)
        self.names.append(Name(text, _NAME_TYPES[found[1]], "weak"))
        return True

    def _read_measure(self, stated: str) -> bool:
        if found := phrases.MEASURE.match(stated):
            self.measures.append(stated)
        return found is not None

    def _read_number(self, stated: str) -> bool:
        labelled = _LABELLED.fullmatch(stated)
        found = labelled and _NUMBER.fullmatch(labelled[3])
        if not labelled or not found:
            return False
        label, number = labelled[1], found["number"].strip()
        worded = label in WORDS_TOO or label.startswith("Digital")
        if not number or not (worded or any(c.isdigit() for c in number)):
            return False
        if labelled[2]:
            label = f"{label} - {labelled[2]}"
        self.identifiers.append(identifier(label, number, found["country"] or ""))
        if found["validity"]:
            self.remarks.append(stated)
        return True

    def _read_plain(self, stated: str) -> bool:
        found = phrases.PLAIN.match(stated)
        if found:
            self.remarks.append(stated)
            if listed := _LISTED.match(stated):
                self._listed(listed[1])
        return found is not None

    def _listed(self, text: str) -> None:
        day = birth_date(text)
        if day and day.month and day.day:
            listed = date(day.year, day.month, day.day)
            self.listed_on = min(listed, self.listed_on or listed)

    def _read_role(self, stated: str) -> bool:
        found = self.kind == "person" and phrases.ROLE.search(stated)
        if found:
            self.positions.append(stated)
        return bool(found)


# The first rule that understands a segment takes it.
_RULES: tuple[Callable[[Facts, str], bool], ...] = (
    Facts._read_personal,
    Facts._read_relation,
    Facts._read_name,
    Facts._read_measure,
    Facts._read_number,
    Facts._read_plain,
    Facts._read_role,
)
