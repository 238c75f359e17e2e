"""The fields of what a supplier stated, as a person sees and types them: texts by their path.

A path is one of `SupplierInformation`, with the place in a list as a number: `parties.0.name`.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Any, cast

import msgspec

from duediligence.errors import Invalid
from duediligence.law.declarations import load_questions
from duediligence.model.supplier_information import (
    UNKNOWN_GROUND,
    StatedValue,
    SupplierInformation,
)
from duediligence.request_fields import RequestField
from duediligence.text.dates import parse_day
from duediligence.typed_data import convert_to

WORDS: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("stated_fields.toml").read_text("utf-8")
)
LISTS: Mapping[str, Mapping[str, Any]] = WORDS["lists"]
# Of an exclusion whose ground the form does not print: it may be any, so that none is denied.
_NOT_KNOWN = "not known"
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "schemes": WORDS["schemes"],
    "kinds": WORDS["kinds"],
    "relationships": {
        value: f"{words} ({WORDS['kinds'][kind].lower()})"
        for kind, known in WORDS["relationships"].items()
        for value, words in known.items()
    },
    "questions": {
        _NOT_KNOWN: "Not known: ask the supplier",
        **{one.code: one.title for one in load_questions()},
    },
    "sizes": {"small": "Small or medium-sized", "large": "Larger"},
    "yes_or_no": {"yes": "Yes", "no": "No"},
}


def _describe_field(path: str, words: str = "", **about: Any) -> tuple[str, RequestField]:
    if words:
        choices = {"": "Not stated", **_CHOICES[words]}
        about |= {"kind": "choice", "choices": tuple(choices)}
        about["choice_words"] = tuple(choices.values())
    return path, RequestField(**about)


# By their path without numbers, in the order in which they are asked for.
FIELDS: Mapping[str, RequestField] = dict(_describe_field(**one) for one in WORDS["field"])


def find_field(path: str) -> RequestField:
    """Return how the field of that path is asked for. Raises KeyError."""
    return FIELDS[_without_numbers(path)]


def is_field(path: str) -> bool:
    """Return whether the text is the path of a field."""
    return _PATH.fullmatch(path) is not None and _without_numbers(path) in FIELDS


_PATH = re.compile(r"\w+(\.\d{1,3}\.[a-z_]+(\.[a-z_]+)?)?", re.ASCII)


def _without_numbers(path: str) -> str:
    return re.sub(r"\.\d+", "", path)


def list_field_blocks(
    texts: Mapping[str, str], others: Collection[str] = (), add: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Yield the title of each block of fields, empty for the first, and the paths of its fields.

    There is a block for each that `texts` or `others` name, and a blank one of the list `add`.
    """
    there = {*texts, *others}
    yield "", [path for path in FIELDS if "." not in path]
    for name, about in LISTS.items():
        numbers = sorted({int(path.split(".")[1]) for path in there if path.startswith(f"{name}.")})
        if name == add:
            numbers.append(max(numbers, default=-1) + 1)
        for place, number in enumerate(numbers, 1):
            before = f"{name}.{number}."
            rare = about.get("rare", {}).get(texts.get(f"{before}kind", ""), ())
            paths = [
                f"{before}{last}"
                for path in FIELDS
                for head, _, last in [path.partition(".")]
                if head == name and (last not in rare or f"{before}{last}" in there)
            ]
            yield f"{about['title']} {place}", paths


def build_stated_information(texts: Mapping[str, str], **known: Any) -> SupplierInformation:
    """Return what a person confirmed, from the texts of its fields by path.

    `known` is what is not typed. Raises Invalid, naming the path, for a text
    that its field cannot hold, and where a name or the ground of an exclusion is missing.
    """
    values: dict[str, Any] = {}
    for path, text in texts.items():
        if text:
            *before, last = path.split(".")
            at = values
            for key in before:
                at = at.setdefault(key, {})
            at[last] = _parse_stated_text(path, text)
    if "name" not in values:
        raise Invalid("Enter the name of the supplier.", field="name")
    for name in LISTS:
        values[name] = list(_check_needed_fields(name, values.get(name, {})))
    named: dict[str, str] = {}
    for number, one in enumerate(values["parties"], 1):
        one["id"] = f"printed {number}"
        named.setdefault(one["name"].casefold(), one["id"])
    for number, one in enumerate(values["members"], 1):
        one["id"] = f"printed member {number}"
    for number, one in enumerate(values["exclusions"]):
        about = one.pop("about", "").casefold()
        if about and about not in named:
            raise Invalid(
                "Enter a name as it is written above, or leave it blank.",
                field=f"exclusions.{number}.about",
            )
        one["party_id"] = named.get(about, "")
    unknown = [one for one in values["exclusions"] if one["question"] == _NOT_KNOWN]
    values["exclusions"] = [one for one in values["exclusions"] if one not in unknown]
    values["kept"] = [
        *known.pop("kept", ()),
        *(StatedValue("exclusions", one.get("details", ""), UNKNOWN_GROUND) for one in unknown),
    ]
    try:
        return convert_to(
            SupplierInformation, {**values, **known, "origin": "printed form"}, strict=False
        )
    except msgspec.ValidationError as error:
        raise Invalid(f"The fields cannot be put together: {error}") from error


def _check_needed_fields(name: str, blocks: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    about = LISTS[name]
    for place, number in enumerate(sorted(blocks, key=int), 1):
        one = blocks[number]
        for needed in about["needed"]:
            if needed not in one:
                path = f"{name}.{number}.{needed}"
                which = f"{about['title']} {place}: {find_field(path).label}"
                raise Invalid(f"{which}: enter it, or clear the rest.", field=path)
        yield one


def _parse_stated_text(path: str, text: str) -> object:
    about = find_field(path)
    about.check(path, text)
    found: object = text
    wrong = ""
    if about.kind == "choice":
        wrong = "" if text in about.choices else "select one"
        found = text == "yes" if "yes" in about.choices else text
    elif path.endswith("_on"):
        found = parse_day(text)
        wrong = "" if found else "enter a real date, such as 31 March 2026"
    elif path.endswith((".year", ".month")):
        least, most = (1900, 2100) if path.endswith("year") else (1, 12)
        is_number = text.isascii() and text.isdecimal() and least <= int(text) <= most
        wrong = "" if is_number else f"enter a number from {least} to {most}"
    elif path.endswith(".control"):
        controls = list_controls(text)
        found = [one for one in controls or () if one != "None"]
        wrong = "" if controls else f"enter one or more of {', '.join(WORDS['controls'].values())}"
    if wrong:
        raise Invalid(f"{about.label}: {wrong}.", field=path)
    return found


def read_submission_day(text: str) -> date | None:
    """Return the day on which a form was handed in, None for no text. Raises Invalid."""
    return cast("date | None", _parse_stated_text("submitted_on", text)) if text else None


def list_controls(text: str) -> list[str] | None:
    """Return the values of conditions of control in words, with commas; None for another text."""
    known = {words.casefold(): value for value, words in WORDS["controls"].items()}
    found = [known.get(part.strip().casefold(), "") for part in text.split(",")]
    return found if all(found) else None
