"""Which crime a record is of, and which grounds it could go to; often none of either."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args
from unicodedata import normalize

import msgspec

from duediligence.errors import UsageError
from duediligence.law.citations import Offence, citations
from duediligence.law.grounds import read
from duediligence.model import Power, Record, RecordType

CrimeType = Literal[
    "drugs_supply",
    "theft_robbery",
    "child_sexual_exploitation",
    "slavery_trafficking",
    "fraud_financial",
    "firearms_counterfeit",
    "cyber",
]
CRIME_TYPES: tuple[CrimeType, ...] = get_args(CrimeType)

_MISCONDUCT = ("PA23-7-11",)
# What a record can go to at most where its Act says nothing else. A rating, a review, a refusal or
# an allegation is a sign of how a firm works, or of nothing yet; it goes to no ground.
_AT_MOST: Mapping[RecordType, tuple[str, ...]] = {
    "conviction": _MISCONDUCT,
    "caution": _MISCONDUCT,
    "prosecution_pending": (),
    "notice": _MISCONDUCT,
    "civil_penalty": _MISCONDUCT,
    "licence_refused": (),
    "licence_revoked": _MISCONDUCT,
    "licence_review": (),
    "injunction": _MISCONDUCT,
    "order": _MISCONDUCT,
    "rating": (),
    "warning": (),
    "insolvency": ("PA23-7-5",),
    "registration": (),
}
# Under these powers nothing short of a conviction or caution goes to a ground.
_INTELLIGENCE: tuple[Power, ...] = ("planning", "asb")


@dataclass(frozen=True, slots=True)
class _Wording:
    """One crime type in `data/crime_types.toml`."""

    title: str
    acts: tuple[str, ...]
    crimes: tuple[str, ...]
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    cleared: tuple[str, ...]
    standing: tuple[str, ...]
    aside: tuple[str, ...]
    innocent: tuple[str, ...]
    convicted_of: tuple[str, ...]
    turning: str
    may_follow: str
    conviction_after: tuple[str, ...]
    crime: dict[CrimeType, _Wording] = field(default_factory=dict)


def title(crime: str) -> str:
    """How a crime type is named to people: `Human trafficking and modern slavery`.

    What is not one of ours is given back as it is: a report must not fail on an old run.
    """
    return next((one.title for name, one in _words().crime.items() if name == crime), crime)


def crime_types(act_section: str, wording: str = "") -> tuple[CrimeType, ...]:
    """The crime types that the law cited or the wording supports, in our order. Never raises.

    Act and section decide first; in the wording only a citation with its section counts. Where none
    of them gives a crime type, the words do. Most records are of no type: nothing is guessed, and a
    wording of acquittal, suspicion or of a victim gives none.
    """
    table = _words()
    words = _any(table.standing).sub(".", _folded(wording))
    if _any(table.cleared).search(words):
        return ()
    aside = _any(table.aside)
    words = " . ".join(clause for clause in words.split(" . ") if not aside.search(clause))
    named = citations(act_section)
    if not named and not aside.search(_folded(wording)):
        named = tuple(one for one in citations(wording) if one.sections)
    found = {crime for one in named for offence in one.offences for crime in offence.crimes}
    if not found:
        found = set(_worded(_any(table.innocent).sub(".", words)))
    return tuple(crime for crime in CRIME_TYPES if crime in found)


def crimes_of(record: Record) -> tuple[str, ...]:
    """The crime types of a record: those its publisher gives, else what law and wording support."""
    if record.crime_types:
        return record.crime_types
    told = (record.event, record.outcome)
    if any(_any(_words().cleared).search(_folded(text)) for text in told):
        return ()
    found = {crime for text in told for crime in crime_types(record.act_section, text)}
    return tuple(crime for crime in CRIME_TYPES if crime in found)


def grounds_for(act_section: str, record_type: str, power: Power = "other") -> tuple[str, ...]:
    """Codes of the grounds a record could go to, often none; the officer decides.

    A conviction goes where its Act and section are named in Procurement Act 2023 Sch 6 or Sch 7
    para 4, else at most to professional misconduct (Sch 7 para 11), as do penalties, notices and
    revocations. Ratings, reviews, allegations, and notices of planning or anti-social behaviour go
    to none. Raises UsageError for a type of record that there is not.
    """
    if record_type not in get_args(RecordType):
        raise UsageError(
            f"{record_type!r} is not a type of record",
            hint=f"Types are: {', '.join(get_args(RecordType))}.",
        )
    kind: RecordType = record_type  # type: ignore[assignment]
    proven = kind in ("conviction", "caution")
    at_most = () if power in _INTELLIGENCE and not proven else _AT_MOST[kind]
    offences = [offence for one in citations(act_section) for offence in one.offences]
    codes = [code for one in offences for code in _of(one, kind, at_most)] if offences else at_most
    return tuple(dict.fromkeys(codes))


def _of(offence: Offence, kind: RecordType, at_most: tuple[str, ...]) -> tuple[str, ...]:
    if kind in offence.records:
        return offence.records[kind]
    if kind == "conviction" and offence.grounds is not None:
        return offence.grounds
    return at_most


def _worded(words: str) -> Iterator[CrimeType]:
    for crime, patterns in _patterns():
        if any(pattern.search(words) for pattern in patterns):
            yield crime


@cache
def _patterns() -> tuple[tuple[CrimeType, tuple[re.Pattern[str], ...]], ...]:
    table = _words()
    between = rf"(?:(?!(?:{table.turning})\b)[^ .]+ ){{0,5}}?"
    convicted = rf"\b(?:{'|'.join(table.convicted_of)})"
    after = rf" (?:{'|'.join(table.conviction_after)})"
    ends = rf"(?= [.,]|\Z| (?:{table.may_follow})\b)"
    every = rf"(?:{'|'.join(named for one in table.crime.values() for named in one.crimes)})"
    only = rf"\A[ .,]*{every}(?:(?: and| ,)+ {every})*[ .,]*\Z"
    found = []
    for crime, wording in table.crime.items():
        named = f"(?:{'|'.join(wording.crimes)})"
        charge = f"(?:{'|'.join(wording.acts)})"
        patterns = (
            rf"(?:\A|\. ){charge}{ends}",
            rf"{convicted} {between}(?:{charge}|{named}){ends}",
            rf"{convicted} (?:{'|'.join(wording.verbs) or '(?!)'})\b",
            rf"\b{named}{after}\b",
            rf"(?={only}).*\b{named}\b",
        )
        found.append((crime, tuple(re.compile(pattern) for pattern in patterns)))
    return tuple(found)


def _folded(text: str) -> str:
    """Lower-case words and commas with one space between them, and " . " where a clause ends."""
    text = re.sub(r"(?<=\d),(?=\d)", "", normalize("NFKC", text[:5_000]).casefold())
    clauses = re.split(r"[.;:!?()\n\r|]+", text)
    return " . ".join(" ".join(re.findall(r"\w+|,", clause)) for clause in clauses)


@cache
def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


@cache
def _words() -> _Words:
    return msgspec.convert(read("crime_types.toml"), _Words)
