"""What makes a statement of the Beneficial Ownership Data Standard 0.4, and several of them a set.

The fields are in `bods_fields.toml`; what must fit together is as
https://standard.openownership.org/en/0.4.0/standard/schema-guide.html says.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

VERSION = "0.4"
Statement = dict[str, Any]


def _is_uri(text: str) -> bool:
    try:
        return bool(urlsplit(text).scheme) and not re.search(r"\s", text)
    except ValueError:
        return False


def is_day(text: str) -> bool:
    """Return whether the text is a whole day, as most dates of BODS must be."""
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and parse_first_day(text) is not None


def _is_moment(text: str) -> bool:
    try:
        dated = re.match(r"\d{4}-\d\d-\d\dT", text)
        return is_day(text) or bool(dated and datetime.fromisoformat(text).tzinfo)
    except ValueError:
        return False


def is_date_or_part(text: str) -> bool:
    """Return whether the text is a day, a month or a year."""
    return bool(re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text)) or is_day(text)


def parse_first_day(text: object) -> date | None:
    """Return the first day that `2026`, `2026-11`, a day or a moment names; None for no date."""
    found = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?=$|T)", str(text))
    try:
        return date(*(int(one or 1) for one in found.groups())) if found else None
    except ValueError:
        return None


_TEXTS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "text": (lambda _: True, "a text"),
    "uri": (_is_uri, "an address such as https://example.org"),
    "day": (is_day, "a day such as 2026-11-30"),
    "moment": (_is_moment, "a day, or a moment with its time zone"),
    "part": (is_date_or_part, "a day, a month or a year"),
    "version": (re.compile(r"\d+\.\d+").fullmatch, "a version such as 0.4"),
}
_SUBTYPES: Mapping[str, tuple[str, ...]] = {
    "arrangement": ("trust", "nomination", "other"),
    "legalEntity": ("trust", "other"),
    "stateBody": ("governmentDepartment", "stateAgency", "other"),
}
_SUBTYPE_OF_INTEREST = {
    **dict.fromkeys(("nominee", "nominator"), "nomination"),
    **dict.fromkeys(("settlor", "trustee", "protector"), "trust"),
}
_FIRST_YEAR, _OLDEST = 1800, 120


@cache
def _load_fields() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("bods_fields.toml").read_text("utf-8"))


def list_codes(of: str, field: str) -> tuple[str, ...]:
    """Return the codes that a field may have."""
    return tuple(str(_load_fields()[of][field]).split()[1:])


def find_statement_problems(statement: object) -> Iterator[str]:
    """Yield what is wrong with one statement by itself: a field, and what it must be."""
    yield from _find_misfits(statement, "@statement", "")
    if not isinstance(statement, dict):
        return
    details, kind = statement.get("recordDetails"), statement.get("recordType")
    if kind in ("entity", "person", "relationship"):
        yield from _find_misfits(details, f"@{kind}", "recordDetails.")
    held = details if isinstance(details, dict) else {}
    sort = held.get("entityType")
    sort = sort if isinstance(sort, dict) else {}
    if sort.get("subtype", "other") not in _SUBTYPES.get(str(sort.get("type")), ("other",)):
        yield "recordDetails.entityType.subtype does not belong to its type"
    if kind == "relationship" and held.get("isComponent") is True and held.get("componentRecords"):
        yield "recordDetails.componentRecords must be empty in a component"
    notes = statement.get("annotations")
    for note in notes if isinstance(notes, list) else ():
        motive = note.get("motivation") if isinstance(note, dict) else None
        if motive == "linking" and "url" not in note:
            yield "annotations.url is missing"
        if motive and motive != "transformation" and note.get("transformedContent"):
            yield "annotations.transformedContent belongs to a transformation alone"
    version = _get_nested(statement, "publicationDetails", "bodsVersion")
    if version not in (None, VERSION):
        yield f"publicationDetails.bodsVersion is {version!r}: only {VERSION} is read"


def _find_misfits(value: object, shape: Any, where: str) -> Iterator[str]:
    """Yield where a value is not as a shape of `bods_fields.toml` has it."""
    name = where.rstrip(".") or "the statement"
    if isinstance(shape, str):
        kind, _, rest = shape.partition(" ")
        if kind.startswith("@"):
            yield from _find_misfits(value, _load_fields()[kind[1:]], where)
        elif rest.startswith("or @") and not isinstance(value, str):
            yield from _find_misfits(value, rest.removeprefix("or "), where)
        elif not rest.startswith("or @") and (wanted := _find_misfit(value, kind, rest)):
            yield f"{name} is not {wanted}"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{name} is not a list"
            return
        for one in value:
            yield from _find_misfits(one, shape[0], where)
    elif not isinstance(value, dict):
        yield f"{name} is not an object"
    else:
        some = shape.get("any")
        if some and not any(one in value for one in some):
            yield f"{where}{' or '.join(some)} is missing"
        for field, inner in shape.items():
            key = field.rstrip("!")
            if key in value and key != "any":
                yield from _find_misfits(value[key], inner, f"{where}{key}.")
            elif field.endswith("!"):
                yield f"{where}{key} is missing"


def _find_misfit(value: object, kind: str, rest: str) -> str:
    """Return what a value must be and is not; empty where it is that."""
    if kind == "true":
        return "" if isinstance(value, bool) else "true or false"
    if kind == "percent":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and 0 <= value <= 100 else "a number from 0 to 100"  # type: ignore[operator]
    if kind == "codes":
        known = isinstance(value, str) and value in rest.split()
        return "" if known else "a code of the standard"
    fits, words = _TEXTS[kind]
    if not (isinstance(value, str) and fits(value)):
        return words
    least, most = map(int, rest.split()) if rest else (0, len(value))
    return "" if least <= len(value) <= most else f"a text of {least} to {most} characters"


def find_set_problems(statements: Sequence[Statement], today: date) -> Iterator[str]:
    """Yield where statements, each right by itself, contradict each other, themselves or time."""
    for id_, times in Counter(one["statementId"] for one in statements).items():
        if times > 1:
            yield f"{times} statements have the statementId {id_!r}"
    series: dict[str, list[Statement]] = defaultdict(list)
    known: dict[str, tuple[int, Statement]] = {}
    for place, one in enumerate(statements, 1):
        series[one["recordId"]].append(one)
        known.setdefault(one["recordId"], (place, one))
    for some in series.values():
        yield from _find_series_problems(some)
    whole = [
        one["recordDetails"]
        for one in statements
        if one["recordType"] == "relationship" and not one["recordDetails"]["isComponent"]
    ]
    components = {id_ for one in whole for id_ in one.get("componentRecords", ())}
    for place, one in enumerate(statements, 1):
        details = one["recordDetails"]
        found = [*_find_time_problems(one, today), *_find_share_problems(details)]
        if one["recordType"] == "relationship":
            found += _find_party_problems(details, known, place)
        if one["recordType"] == "person":
            found += (
                f"{each['scheme']!r} is not a scheme of a person's number, such as GBR-PASSPORT"
                for each in details.get("identifiers", ())
                if not _PERSONAL.fullmatch(each.get("scheme", "GBR-PASSPORT"))
            )
        if details["isComponent"] and whole and one["recordId"] not in components:
            found.append("no relationship names it among its componentRecords")
        listing = details.get("publicListing", {})
        if listing.get("securitiesListings") and not listing["hasPublicListing"]:
            found.append("publicListing has listings, and says that there is none")
        yield from (f"statement {place}: {each}" for each in found)


_PARTIES = ("entity", "person")
_PERSONAL = re.compile(r"([A-Z]{3}|D)-(PASSPORT|TAXID|IDCARD)")


def _find_series_problems(series: list[Statement]) -> Iterator[str]:
    """Yield what is wrong with the statements of one record, in the order of their days."""
    id_ = series[0]["recordId"]
    if len({one["recordType"] for one in series}) > 1:
        yield f"record {id_!r} is of several types"
    ordered = sorted(series, key=lambda one: str(one["statementDate"]))
    states = [one.get("recordStatus") for one in ordered]
    for state, place, words in (("new", 0, "first"), ("closed", len(states) - 1, "last")):
        if state in (*states[:place], *states[place + 1 :]):
            yield f"record {id_!r}: only its {words} statement can be {state!r}"


def _find_time_problems(statement: Statement, today: date) -> Iterator[str]:
    details = statement["recordDetails"]
    past = [
        ("statementDate", statement["statementDate"]),
        ("publicationDate", _get_nested(statement, "publicationDetails", "publicationDate")),
        ("retrievedAt", _get_nested(statement, "source", "retrievedAt")),
        *((field, details.get(field)) for field in ("birthDate", "deathDate")),
        *(("creationDate", one.get("creationDate")) for one in statement.get("annotations", ())),
    ]
    for field, text in past:
        day = parse_first_day(text)
        if day and day > today:
            yield f"{field} lies in the future"
        if day and field in ("birthDate", "deathDate") and day.year < _FIRST_YEAR:
            yield f"{field} is before {_FIRST_YEAR}"
    for one, first, last in (
        (details, "birthDate", "deathDate"),
        (details, "foundingDate", "dissolutionDate"),
        *((each, "startDate", "endDate") for each in details.get("interests", ())),
    ):
        begun, ended = parse_first_day(one.get(first)), parse_first_day(one.get(last))
        if begun and ended and ended < begun:
            yield f"{last} is before {first}"
        if begun and ended and first == "birthDate" and ended.year - begun.year > _OLDEST:
            yield f"{last} is over {_OLDEST} years after {first}"


def _find_party_problems(
    details: Statement, known: Mapping[str, tuple[int, Statement]], place: int
) -> Iterator[str]:
    """Yield what is wrong with the two parties of a relationship, where the set has them."""
    there = {role: known.get(str(details[role])) for role in ("subject", "interestedParty")}
    for role, found in there.items():
        subject = role == "subject"
        if found and found[1]["recordType"] not in (("entity",) if subject else _PARTIES):
            yield f"{role} is not an entity{'' if subject else ' or a person'}"
        elif found and found[0] > place:
            yield f"{role} comes after the relationship"
    party, about = there["interestedParty"], there["subject"]
    sort = about[1]["recordDetails"].get("entityType", {}) if about else {}
    for one in details.get("interests", ()):
        controls = one.get("beneficialOwnershipOrControl")
        if controls and party and party[1]["recordType"] != "person":
            yield "beneficialOwnershipOrControl belongs to a person alone"
        wanted = _SUBTYPE_OF_INTEREST.get(one.get("type", ""))
        if wanted and about and sort.get("subtype") != wanted:
            yield f"{one['type']} is an interest in a {wanted} alone"


def _find_share_problems(details: Statement) -> Iterator[str]:
    for share in (one.get("share", {}) for one in details.get("interests", ())):
        least = [share[one] for one in ("minimum", "exclusiveMinimum") if one in share]
        most = [share[one] for one in ("maximum", "exclusiveMaximum") if one in share]
        if len(least) > 1 or len(most) > 1:
            yield "a share has two lower or two upper bounds"
        elif "exact" in share and (least or most):
            yield "a share is exact, and has bounds"
        elif least and most and least[0] >= most[0]:
            yield "a share has a lower bound that is not below the upper one"


def _get_nested(statement: Statement, outer: str, inner: str) -> object:
    held = statement.get(outer)
    return held.get(inner) if isinstance(held, dict) else None
