"""What statements of the Beneficial Ownership Data Standard 0.4 must be, alone and as a set, and
what entities of FollowTheMoney must be.

Fields, and what must fit together in one object, are in `ownership_fields.toml`; what must fit in
a set is as https://standard.openownership.org/en/0.4.0/standard/schema-guide.html says.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

VERSION = "0.4"
Statement = dict[str, Any]


@cache
def load_fields() -> Mapping[str, Any]:
    """Return the tables of `ownership_fields.toml`."""
    return tomllib.loads(files(__package__).joinpath("ownership_fields.toml").read_text("utf-8"))


def list_codes(of: str, field: str) -> list[str]:
    """Return the codes that a field may have."""
    return str(load_fields()[of][field]).split()[1:]


def keep_known_fields(value: Statement, shape: str) -> Statement:
    """Return an object without fields that its standard does not have: they were not checked."""
    known = {key.rstrip("!") for key in load_fields()[shape]}
    return {name: held for name, held in value.items() if name in known}


def parse_first_day(text: object) -> date | None:
    """Return the first day that `2026`, `2026-11`, a day or a moment names; None for no date."""
    found = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?=$|T)", str(text), re.ASCII)
    try:
        return date(*(int(one or 1) for one in found.groups())) if found else None
    except ValueError:
        return None


def is_text_of_kind(text: str, kind: str) -> bool:
    """Return whether a text is written as that kind of `ownership_fields.toml` is, a date being one
    of the calendar.
    """
    pattern, _ = load_fields()["kinds"][kind]
    is_date = kind in ("day", "moment", "month", "part")
    return bool(re.fullmatch(pattern, text, re.ASCII)) and not (
        is_date and parse_first_day(text) is None
    )


def find_object_problems(found: object, shape: str, today: date) -> Iterator[str]:
    """Yield what is wrong by itself with a `statement` of BODS, or with an entity of
    `followthemoney`: a field, and what it must be. `shape` is which of the two it is.
    """
    yield from _find_misfits(found, f"@{shape}", "", today)
    type_ = found.get("recordType") if isinstance(found, dict) and shape == "statement" else ""
    if isinstance(found, dict) and type_ in list_codes("statement", "recordType!"):
        details = found.get("recordDetails")
        yield from _find_misfits(details, f"@{type_}", "recordDetails.", today)


def _find_misfits(value: object, shape: Any, where: str, today: date) -> Iterator[str]:
    """Yield where a value is not as a shape of `ownership_fields.toml` has it."""
    name = where.rstrip(".") or "it"
    if isinstance(shape, str):
        chosen = shape.split(" or ")[0 if isinstance(value, str) else -1]
        if chosen.startswith("@"):
            yield from _find_misfits(value, load_fields()[chosen[1:]], where, today)
        elif misfit := _describe_misfit(value, *chosen.split(), today=today):
            yield f"{name} {misfit}"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{name} is not a list"
        for one in value if isinstance(value, list) else ():
            yield from _find_misfits(one, shape[0], where, today)
    elif not isinstance(value, dict):
        yield f"{name} is not an object"
    else:
        fields = [(key, inner) for key, inner in shape.items() if not key.startswith("_")]
        misfits = [
            misfit
            for key, inner in fields
            for one in (value if key == "*" else [key.rstrip("!")])
            for misfit in (
                _find_misfits(value[one], inner, f"{where}{one}.", today)
                if one in value
                else [f"{where}{one} is missing"]
                if key.endswith("!")
                else ()
            )
        ]
        yield from misfits or (f"{where}{one}" for one in _find_contradictions(value, shape))


def _describe_misfit(value: object, kind: str, *rest: str, today: date) -> str:
    """Return how a value is not what its field holds; empty where it is that."""
    if kind == "codes":
        return "" if value in rest else "is not a code of the standard"
    if kind == "boolean":
        return "" if isinstance(value, bool) else "is not true or false"
    if kind == "percent":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and 0 <= value <= 100 else "is not a number from 0 to 100"  # type: ignore[operator]
    if not (isinstance(value, str) and is_text_of_kind(value, kind)):
        return f"is not {load_fields()['kinds'][kind][1]}"
    day = parse_first_day(value) if rest else None
    if day and day > today:
        return "lies in the future"
    if day and day.year < int(rest[-1]):
        return f"is before {rest[-1]}"
    return ""


def _find_contradictions(value: Statement, shape: Mapping[str, Any]) -> Iterator[str]:
    """Yield which fields of an object, each right by itself, do not go together."""
    for some in shape.get("_any", ()):
        if not any(one in value for one in some):
            yield f"{' or '.join(some)} is missing"
    for some in shape.get("_one", ()):
        if len(held := [one for one in some if one in value]) > 1:
            yield f"{held[1]} does not go with {held[0]}"
    for one, other in shape.get("_several", ()):
        if len(value.get(one, ())) > 1 and len(value.get(other, ())) > 1:
            yield f"{one} and {other} have several values each"
    for field, code, other, wanted in shape.get("_when", ()):
        given = value.get(other)
        fits = bool(given) if wanted == ["*"] else given in wanted if wanted else not given
        if value.get(field) == code and not fits:
            yield f"{other} does not go with {field} {code}"
    for least, most in shape.get("_below", ()):
        if least in value and most in value and value[least] >= value[most]:
            yield f"{least} is not below {most}"
    for first, last, years in shape.get("_order", ()):
        begun, ended = parse_first_day(value.get(first)), parse_first_day(value.get(last))
        if begun and ended and ended < begun:
            yield f"{last} is before {first}"
        if begun and ended and ended.year - begun.year > years:
            yield f"{last} is over {years} years after {first}"


def find_set_problems(statements: Sequence[Statement]) -> Iterator[str]:
    """Yield where statements of BODS, each right by itself, contradict each other."""
    for id_, times in Counter(one["statementId"] for one in statements).items():
        if times > 1:
            yield f"{times} statements have the statementId {id_!r}"
    series: dict[str, list[Statement]] = defaultdict(list)
    for one in statements:
        series[one["recordId"]].append(one)
    for some in series.values():
        yield from _find_series_problems(some)
    details = [one["recordDetails"] for one in statements]
    whole = [one for one in details if "subject" in one and not one["isComponent"]]
    components = {id_ for one in whole for id_ in one.get("componentRecords", ())}
    before: dict[str, Statement] = {}
    for place, one in enumerate(statements, 1):
        id_ = one["recordId"]
        if one["recordDetails"]["isComponent"] and whole and id_ not in components:
            yield f"statement {place}: no relationship names it among its componentRecords"
        if one["recordType"] == "relationship":
            for problem in _find_party_problems(one["recordDetails"], series, before):
                yield f"statement {place}: {problem}"
        before.setdefault(id_, one)


def _find_series_problems(series: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong with the statements of one record, in the order of their days."""
    id_ = series[0]["recordId"]
    if len({one["recordType"] for one in series}) > 1:
        yield f"record {id_!r} is of several types"
    ordered = sorted(series, key=lambda one: str(one["statementDate"]))
    if len({str(one["statementDate"]) for one in series}) < len(series):
        yield f"record {id_!r} has two statements of one day"
    states = [one.get("recordStatus") for one in ordered]
    if "new" in states[1:]:
        yield f"record {id_!r}: only its first statement can be 'new'"
    if "closed" in states[:-1]:
        yield f"record {id_!r}: only its last statement can be 'closed'"


def _find_party_problems(
    details: Statement, series: Mapping[str, Sequence[Statement]], before: Mapping[str, Statement]
) -> Iterator[str]:
    """Yield what is wrong with the two parties of a relationship, where the set has them."""
    types = {"subject": ("entity",), "interestedParty": ("entity", "person")}
    there = {role: next(iter(series.get(str(details[role]), ())), None) for role in types}
    for role, found in there.items():
        if found and found["recordType"] not in types[role]:
            yield f"{role} is not an {' or a '.join(types[role])}"
        elif found and details[role] not in before:
            yield f"{role} comes after the relationship"
    party, about = there["interestedParty"], there["subject"]
    for one in details.get("interests", ()):
        if one.get("beneficialOwnershipOrControl") and party and party["recordType"] != "person":
            yield "beneficialOwnershipOrControl belongs to a person alone"
        wanted = load_fields()["interests_alone"].get(one.get("type"))
        sort = about["recordDetails"].get("entityType", {}) if about else {}
        if wanted and about and sort.get("subtype") != wanted:
            yield f"{one['type']} is an interest in a {wanted} alone"
