"""Files of ownership by others: BODS 0.4 or FollowTheMoney, all of a file or nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from duediligence.errors import UnreadableFile
from duediligence.extensions.ownership.bods_statements import read_statements
from duediligence.extensions.ownership.ftm_entities import read_entities
from duediligence.extensions.ownership.object_rules import (
    find_object_problems,
    find_set_problems,
    parse_first_day,
)
from duediligence.extensions.ownership.structure import OwnershipStructure
from duediligence.formats.json import parse_json
from duediligence.model.audit import canonical
from duediligence.reading import read_whole_file

OwnershipStandard = Literal["BODS 0.4", "FollowTheMoney"]
Objects = list[dict[str, Any]]
MOST_BYTES = 20_000_000
_MOST_LEVELS = 50
_ASK = "Ask for the file again."
_LISTS = ("statements", "entities", "results")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipFile:
    """What a file says: its statements or entities as given, in the order of the file.

    `declared_by` is who the file says declared or published it, empty where it does not say;
    `declared_on` the newest day of its statements, None where it gives none.
    """

    name: str
    sha256: str
    standard: OwnershipStandard
    statements: Sequence[dict[str, Any]]
    declared_by: str
    declared_on: date | None


def read_ownership_file(path: Path, today: date) -> OwnershipFile:
    """Read a list, an object that holds one, or an object a line.

    Raises UnreadableFile with the first thing that is wrong, NotFound, UsageError.
    """
    body = read_whole_file(path, MOST_BYTES)
    statements = _parse_objects(body, path.name)
    first = statements[0] if isinstance(statements[0], dict) else {}
    bods = "statementId" in first or "recordType" in first
    if not bods and "schema" not in first:
        what = "BODS of before 0.4" if "statementType" in first else "neither of the two standards"
        raise UnreadableFile(
            f"{path.name}: holds {what}",
            hint="BODS 0.4 and FollowTheMoney are read, as JSON or with an object on each line.",
        )
    problems = [
        f"statement {place}: {problem}"
        for place, one in enumerate(statements, 1)
        for problem in find_object_problems(one, "statement" if bods else "followthemoney", today)
    ]
    if bods and not problems:
        problems = [*find_set_problems(statements)]
    if problems:
        more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
        raise UnreadableFile(
            f"{path.name}: {problems[0]}{more}",
            hint="Nothing was imported. Ask its publisher for a file that is valid.",
        )
    days = [parse_first_day(one["statementDate"]) for one in statements if bods]
    return OwnershipFile(
        name=path.name,
        sha256=sha256(body).hexdigest(),
        standard="BODS 0.4" if bods else "FollowTheMoney",
        statements=statements,
        declared_by=next((who for one in statements if bods for who in _list_declarers(one)), ""),
        declared_on=max(filter(None, days), default=None),
    )


def _list_declarers(statement: dict[str, Any]) -> Iterator[str]:
    publisher = statement.get("publicationDetails", {}).get("publisher", {})
    for one in (*statement.get("source", {}).get("assertedBy", ()), publisher):
        yield from filter(None, [one.get("name")])


def _parse_objects(body: bytes, name: str) -> list[Any]:
    """Return what a file lists, at least one. Raises UnreadableFile."""
    try:
        found = parse_json(body, name, unique=True)
    except UnreadableFile as error:
        if getattr(error.__cause__, "msg", "") != "Extra data":
            raise
        lines = enumerate(body.splitlines(), 1)
        found = [
            parse_json(line, f"{name}: line {number}", unique=True)
            for number, line in lines
            if line.strip()
        ]
    if isinstance(found, dict):
        found = next((found[one] for one in _LISTS if isinstance(found.get(one), list)), [found])
    if _is_deeper(found, _MOST_LEVELS):
        raise UnreadableFile(f"{name}: has lists within lists, over {_MOST_LEVELS} deep", hint=_ASK)
    try:
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        what = "holds a number or a character that JSON does not have"
        raise UnreadableFile(f"{name}: {what}", hint=_ASK) from error
    if not found:
        raise UnreadableFile(f"{name}: holds no statement")
    return found if isinstance(found, list) else [found]


def _is_deeper(value: object, levels: int) -> bool:
    """Return whether lists and objects within each other are more levels deep: what is kept is read
    again where less of the stack is left.
    """
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        inside = [one.values() if isinstance(one, dict) else one for one in level if one]
        level = [one for some in inside for one in some if isinstance(one, dict | list)]
    return bool(level)


def format_objects(objects: Sequence[dict[str, Any]]) -> bytes:
    """Return canonical JSON, one object a line, each once: keys sorted, no spaces, UTF-8."""
    return "".join(f"{line}\n" for line in dict.fromkeys(map(canonical, objects))).encode()


def read_structure(standard: OwnershipStandard, objects: Sequence[Any]) -> OwnershipStructure:
    """Return the ownership that the objects of a file state."""
    return read_statements(objects) if standard == "BODS 0.4" else read_entities(objects)
