"""Files of ownership by others: BODS 0.4 or FollowTheMoney, all of a file or nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from duediligence.errors import UnreadableFile
from duediligence.extensions.ownership.bods_rules import (
    find_set_problems,
    find_statement_problems,
    parse_first_day,
)
from duediligence.extensions.ownership.bods_statements import read_statements
from duediligence.extensions.ownership.ftm_entities import find_entity_problems, read_entities
from duediligence.extensions.ownership.structure import OwnershipStructure
from duediligence.model.audit import canonical
from duediligence.reading import read_whole_file

OwnershipStandard = Literal["BODS 0.4", "FollowTheMoney"]
MOST_BYTES = 20_000_000
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
    statements: tuple[dict[str, Any], ...]
    declared_by: str
    declared_on: date | None


def read_ownership_file(path: Path, today: date) -> OwnershipFile:
    """Read a list, an object that holds one, or an object a line.

    Raises UnreadableFile with the first thing that is wrong, NotFound, UsageError.
    """
    body = read_whole_file(path, MOST_BYTES)
    try:
        statements = _parse_objects(body.decode("utf-8-sig"))
        json.dumps(statements, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path.name}: is not JSON that can be kept: {error}") from error
    if not statements:
        raise UnreadableFile(f"{path.name}: holds no statement")
    first = statements[0] if isinstance(statements[0], dict) else {}
    bods = "statementId" in first or "recordType" in first
    if not bods and "schema" not in first:
        what = "BODS of before 0.4" if "statementType" in first else "neither of the two standards"
        raise UnreadableFile(
            f"{path.name}: holds {what}",
            hint="BODS 0.4 and FollowTheMoney are read, as JSON or with an object on each line.",
        )
    find = find_statement_problems if bods else find_entity_problems
    problems = [
        f"statement {place}: {problem}"
        for place, one in enumerate(statements, 1)
        for problem in find(one)
    ]
    if bods and not problems:
        problems = [*find_set_problems(statements, today)]
    if problems:
        more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
        raise UnreadableFile(
            f"{path.name}: {problems[0]}{more}",
            hint="Nothing was imported. Ask its publisher for a file that is valid.",
        )
    days = [day for one in statements if (day := parse_first_day(one.get("statementDate")))]
    return OwnershipFile(
        name=path.name,
        sha256=sha256(body).hexdigest(),
        standard="BODS 0.4" if bods else "FollowTheMoney",
        statements=tuple(statements),
        declared_by=next((who for one in statements for who in _list_declarers(one)), "")
        if bods
        else "",
        declared_on=max(days, default=None) if bods else None,
    )


def _list_declarers(statement: dict[str, Any]) -> Iterator[str]:
    for one in statement.get("source", {}).get("assertedBy", ()):
        yield from filter(None, [one.get("name")])
    yield from filter(
        None, [statement.get("publicationDetails", {}).get("publisher", {}).get("name")]
    )


def _parse_objects(text: str) -> list[Any]:
    try:
        whole = _parse_json(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
        return [_parse_json(line) for line in text.splitlines() if line.strip()]
    if isinstance(whole, dict):
        whole = next((whole[one] for one in _LISTS if isinstance(whole.get(one), list)), [whole])
    return whole if isinstance(whole, list) else [whole]


def _parse_json(text: str) -> Any:
    return json.loads(
        text,
        parse_float=_parse_number,
        parse_constant=_parse_number,
        object_pairs_hook=_build_object,
    )


def _parse_number(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError(f"{text} is not a number")
    return number


def _build_object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a field twice")
    return found


def format_objects(objects: Sequence[dict[str, Any]]) -> bytes:
    """Return canonical JSON, one object a line, each once: keys sorted, no spaces, UTF-8."""
    return "".join(f"{line}\n" for line in dict.fromkeys(map(canonical, objects))).encode()


def read_structure(standard: OwnershipStandard, objects: Sequence[Any]) -> OwnershipStructure:
    """Return the ownership that the objects of a file state."""
    return read_statements(objects) if standard == "BODS 0.4" else read_entities(objects)
