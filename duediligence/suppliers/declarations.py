"""Answers of suppliers about grounds for exclusion, out of a file: all of them or none."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from duediligence.errors import UnreadableFile, UsageError
from duediligence.formats import json
from duediligence.formats.cells import TURNED, clean, fix_garbled_text, is_turned
from duediligence.formats.table import read_table
from duediligence.law.declarations import find_question
from duediligence.model import Declaration
from duediligence.model.declarations import ANSWERS, APPLIES_TO, Answer, AppliesTo
from duediligence.text.wording import first_lines

COLUMNS = ("supplier_ref", "question", "answer", "date", "details", "applies_to")
NEEDED = COLUMNS[:4]
MOST_BYTES = 20_000_000
_SAME_COLUMN = {"code": "question", "supplier": "supplier_ref", "ref": "supplier_ref"}

# Where a row stands, as its reader finds it again, and its cells by column.
Row = tuple[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DeclarationRows:
    """`rows` can be gone through once, and raises UsageError. `unused` are headings not read."""

    rows: Iterator[Row]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_rows(path: Path) -> DeclarationRows:
    """Return the rows of delimited text, of a workbook, or of JSON (`.json`). Raises UsageError."""
    _check_size(path)
    return (
        DeclarationRows(_from_json(path)) if path.suffix.lower() == ".json" else _from_table(path)
    )


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if size > MOST_BYTES:
        raise UsageError(
            f"{path.name}: {size:,} bytes; the maximum is {MOST_BYTES:,}",
            hint="Split the file into parts.",
        )


def _from_table(path: Path) -> DeclarationRows:
    table = read_table(
        path, usable=lambda row: len(set(NEEDED) & set(map(_normalise_answer_column, row)))
    )
    names = [_normalise_answer_column(heading) for heading in table.header]
    for name in NEEDED:
        if name not in names:
            near = get_close_matches(name, [each for each in names if each], 1)
            did = f"; {near[0]!r} does not count" if near else ""
            raise UsageError(
                f"{path.name}: no column {name!r}{did}",
                hint=f"The header must have {', '.join(NEEDED)}; details and applies_to are "
                "optional.",
            )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise UsageError(f"{path.name}: {names.count(name)} columns are headed {name!r}")
    at = {name: names.index(name) for name in COLUMNS if name in names}
    unused = tuple(h for h, name in zip(table.header, names, strict=True) if name not in COLUMNS)

    def rows() -> Iterator[Row]:
        for number, cells in table.rows:
            yield (
                f"row {number}",
                {name: cells[place] if place < len(cells) else "" for name, place in at.items()},
            )

    return DeclarationRows(rows(), tuple(filter(None, unused)), table.notes)


def _normalise_answer_column(heading: str) -> str:
    plain = "_".join(re.split(r"[\s_-]+", heading.strip().casefold()))
    return _SAME_COLUMN.get(plain, plain)


def _from_json(path: Path) -> Iterator[Row]:
    """Yield one form, or a list of them: `{"supplier_ref", "date", "answers": [{"code",
    "answer"}]}`.
    """
    try:
        document = json.load(path, MOST_BYTES)
        for number, form in enumerate(document if isinstance(document, list) else [document], 1):
            where = f"form {number}"
            about = dict(_check_answer_object(form, where, path))
            for place, answer in enumerate(
                _check_answers_list(about.pop("answers", None), where, path), 1
            ):
                at = f"{where}, answer {place}"
                yield (
                    at,
                    _read_answer_texts(
                        {**about, **_check_answer_object(answer, at, path)}, at, path
                    ),
                )
    except UnreadableFile as error:
        raise UsageError(
            error.message, hint="Choose the file that the supplier or your tendering system sent."
        ) from error


def _check_answers_list(value: object, where: str, path: Path) -> list[Any]:
    if not isinstance(value, list):
        raise UnreadableFile(
            f"{path.name}: {where} has no answers, and is no form of the Central Digital Platform"
        )
    return value


def _check_answer_object(value: object, where: str, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableFile(f"{path.name}: {where} is not an object")
    return value


def _read_answer_texts(values: Mapping[str, Any], where: str, path: Path) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        column = _normalise_answer_column(name)
        if column not in COLUMNS:
            near = get_close_matches(column, COLUMNS, 1)
            did = f"; did you mean {near[0]}?" if near else ""
            raise UnreadableFile(f"{path.name}: {where}: {name[:80]!r} is not known{did}")
        found[column] = json.text(value, f"{path.name}: {where}, {name}")
    return found


LONGEST_DETAILS = 2_000
_ANSWERS: Mapping[str, Answer] = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
_PARTIES: Mapping[str, AppliesTo] = {
    "": "supplier",
    "organisation": "supplier",
    "subcontractor": "sub-contractor",
    "sub contractor": "sub-contractor",
}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]+Z?)?", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


class Wrong(Exception):
    """What is wrong with one cell."""

    def __init__(self, column: str, fault: str) -> None:
        super().__init__(column, fault)
        self.column = column
        self.fault = fault


def answer_of(cells: Mapping[str, str], known: Collection[str], today: date) -> Declaration:
    """Return the answer, of one of the `known` suppliers, made on `today` or before. Raises
    Wrong.
    """
    held = {name: fix_garbled_text(clean(cells.get(name, ""))) for name in COLUMNS}
    for name in COLUMNS:
        if is_turned(cells.get(name, "")):
            raise Wrong(name, TURNED)
    for name in NEEDED:
        if not held[name]:
            raise Wrong(name, "is blank")
    if held["supplier_ref"] not in known:
        raise Wrong(
            "supplier_ref",
            f"unknown supplier {_quote_answer(held['supplier_ref'])}; import suppliers first",
        )
    try:
        asked = find_question(held["question"])
    except UsageError as error:
        raise Wrong("question", error.message) from None
    if len(held["details"]) > LONGEST_DETAILS:
        raise Wrong("details", f"{len(held['details']):,} characters; at most {LONGEST_DETAILS:,}")
    return Declaration(
        supplier_ref=held["supplier_ref"],
        question=asked.code,
        title=asked.title,
        grounds=asked.grounds,
        answer=_one_of("answer", held["answer"], ANSWERS, _ANSWERS),
        declared_on=_parse_declared_day(held["date"], today),
        applies_to=_one_of("applies_to", held["applies_to"], APPLIES_TO, _PARTIES),
        details=held["details"],
    )


def _one_of(column: str, text: str, words: Sequence[Any], same: Mapping[str, Any]) -> Any:
    folded = text.casefold().replace("_", " ")
    word = same.get(folded, folded)
    if word in words:
        return word
    near = get_close_matches(folded, words, 1)
    did = f"; did you mean {near[0]}?" if near else f"; it is one of {', '.join(words)}"
    # Not shown: somebody may have put a person's name here.
    raise Wrong(column, f"is not understood{did}")


def _parse_declared_day(text: str, today: date) -> date:
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _BRITISH.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise Wrong(
            "date",
            f"{_quote_answer(text)} is not a valid date: write it as 2026-03-31 or 31/03/2026",
        )
    try:
        declared = date(year, month, day)
    except ValueError:
        raise Wrong("date", f"{_quote_answer(text)} is a day that does not exist") from None
    if declared > today:
        raise Wrong("date", f"{_quote_answer(text)} is in the future")
    return declared


def _quote_answer(text: str) -> str:
    return repr(text[:80])


# So many faults are told at once; the next ones after these are mended.
_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationFile:
    """What a file of declarations held. `unused` are the headings that nobody reads."""

    file: str
    sha256: str
    declarations: tuple[Declaration, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_declarations(path: Path, *, known: Collection[str], today: date) -> DeclarationFile:
    """Read answers from delimited text, a workbook, or JSON (`.json`).

    See docs/officer/declarations.md.

    `known` are the references of the suppliers there are. Raises UsageError, naming file, row and
    column of the first few faults: a file with any is not used at all. A date after `today` is a
    fault, and so are two answers of one day to one question.
    """
    source = read_rows(path)
    found: dict[tuple[object, ...], tuple[str, Declaration]] = {}
    faults = []
    for where, cells in source.rows:
        try:
            one = answer_of(cells, known, today)
        except Wrong as wrong:
            faults.append(f"{path.name}: {where}, column {wrong.column}: {wrong.fault}")
            continue
        key = (one.supplier_ref, one.question, one.applies_to, one.declared_on)
        place, first = found.setdefault(key, (where, one))
        if first != one:
            faults.append(
                f"{path.name}: {where}, column answer: differs from {place}, which answers the "
                "same question on the same day"
            )
    if faults:
        raise UsageError(
            first_lines(faults, _TOLD),
            hint="Nothing was imported. Correct the file and import it again; "
            "the guide to declarations has the columns and codes.",
        )
    if not found:
        raise UsageError(f"{path.name}: holds no answers", hint="Choose another file.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DeclarationFile(
        file=path.name,
        sha256=digest,
        declarations=tuple(one for _, one in found.values()),
        unused=source.unused,
        notes=source.notes,
    )
