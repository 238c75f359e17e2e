"""Reports as people hand them in: a form in TOML, a row of a spreadsheet, or fields of a page.

All are the same columns. A fault names the place and the column, never what stands there: that text
may be about people, and an error is shown, logged and pasted.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from duediligence.errors import Invalid, UsageError
from duediligence.extensions.sharing import grading
from duediligence.extensions.sharing.model.agreements import REFERENCE
from duediligence.extensions.sharing.model.intelligence import (
    MOST_PARTIES,
    Grade,
    IntelligenceReport,
    Provenance,
    ReportedKind,
    ReportedParty,
    ReportSource,
)
from duediligence.extensions.sharing.model.partners import RECEIVERS
from duediligence.formats.cells import TURNED, clean, fix_garbled_text, is_turned
from duediligence.formats.table import read_table
from duediligence.law.crimes import CRIME_TYPES
from duediligence.matching.names.parties import may_name_several
from duediligence.model import PartialDate
from duediligence.reading import read_whole_file
from duediligence.suppliers.people import birth_date
from duediligence.text.dates import parse_day

FIELDS = (
    "grade",
    "conditions",
    "source",
    "received_from",
    "received_on",
    "agreement",
    "sanitised",
    "raw",
    "crime_types",
    "review_on",
    "weed_on",
)
PARTY_FIELDS = ("kind", "name", "number", "born", "address", "ref")
NEEDED = ("grade", "source", "received_on", "sanitised", "kind")
SOURCES: Mapping[ReportSource, str] = {
    "partner": "a partner",
    "community": "the community",
    "own-staff": "the council's own staff",
    "anonymous": "an anonymous source",
}
KINDS: Mapping[ReportedKind, str] = {
    "person": "person",
    "organisation": "organisation",
    "premises": "premises",
}
LONGEST_TEXT = 20_000
_LONGEST: Mapping[str, int] = {"sanitised": 5_000, "raw": LONGEST_TEXT, "conditions": 1_000}
_LONGEST_OTHER = 300
MOST_BYTES = 20_000_000
MOST_REPORTS = 1_000
# The most days from today to the next review.
REVIEW_DAYS = 365
_TOLD = 5
_GRADE = re.compile(r"([123])([A-E])([PC])")
_NUMBERED = re.compile(rf"({'|'.join(PARTY_FIELDS)})_?([0-9]{{1,2}})?")
_Word = TypeVar("_Word", bound=str)
Cells = Mapping[str, str]


class WrongField(Exception):
    """What is wrong with one field. It never holds what stands there."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Draft:
    """One report as it was handed in: `where` it stands, its fields, and those of its parties."""

    where: str
    fields: Cells
    parties: Sequence[Cells]


@dataclass(frozen=True, slots=True)
class DraftRules:
    """What a draft is held to: the day it is, the most days that the council keeps a report, and
    why nothing may come under an agreement of that reference on that day (empty: it may).
    """

    today: date
    most_days: int
    why_not: Callable[[str, date], str]


def parse_reports(drafts: Iterator[Draft], rules: DraftRules) -> list[IntelligenceReport]:
    """Return the reports, all or none. Raises Invalid naming place and field of the first few
    faults.
    """
    found: list[IntelligenceReport] = []
    faults: list[tuple[str, WrongField]] = []
    for place, draft in enumerate(drafts):
        if place == MOST_REPORTS:
            raise Invalid(
                f"More than {MOST_REPORTS:,} reports in one file",
                hint="Split the file into parts.",
            )
        try:
            found.append(report_of(draft, rules))
        except WrongField as wrong:
            faults.append((draft.where, wrong))
        if len(faults) == _TOLD:
            break
    if faults:
        told = "; ".join(f"{where}, {wrong.field}: {wrong.fault}" for where, wrong in faults)
        raise Invalid(
            f"No report was added. {told}",
            field=faults[0][1].field,
            hint="Correct them and add the file again. docs/officer/intelligence.md shows the "
            "columns.",
        )
    if not found:
        raise Invalid("No report was added: there is none in it")
    return found


def report_of(draft: Draft, rules: DraftRules) -> IntelligenceReport:
    """Return the report that a draft makes. Raises WrongField."""
    held = _clean_report_fields(draft.fields, FIELDS)
    grade = grade_of(held["grade"], held["conditions"])
    provenance = _parse_provenance(held, rules)
    if not held["sanitised"]:
        raise WrongField(
            "sanitised", "is blank: write what may be shown without saying who reported"
        )
    review, weed = dates_of(grade, provenance, held["review_on"], held["weed_on"], rules)
    return IntelligenceReport(
        grade=grade,
        provenance=provenance,
        sanitised=held["sanitised"],
        raw=held["raw"],
        parties=_parse_reported_parties(draft.parties, rules.today),
        crime_types=_crime_types(held["crime_types"]),
        review_on=review,
        weed_on=weed,
    )


def grade_of(code: str, conditions: str) -> Grade:
    """Return the grade of a code such as `2BC`, with its conditions where there must be any.

    Raises WrongField.
    """
    found = _GRADE.fullmatch(re.sub(r"[\s/-]", "", code).upper())
    if not found:
        raise WrongField(
            "grade", "is not a grade: write source, assessment and handling, such as 2BP"
        )
    source, assessment, handling = found.groups()
    if handling == "C" and not conditions:
        raise WrongField("conditions", "is blank: handling code C needs them in words")
    if handling == "P" and conditions:
        raise WrongField("conditions", "has a text: handling code P has no conditions; C has")
    return Grade(
        source=cast(Any, source),
        assessment=cast(Any, assessment),
        handling=cast(Any, handling),
        conditions=conditions,
    )


def dates_of(
    grade: Grade, provenance: Provenance, review: str, weed: str, rules: DraftRules
) -> tuple[date, date]:
    """Return the days of review and weeding, by the grade where none is given. Raises WrongField.

    No report is kept longer than its grade allows, or than the council keeps any.
    """
    usual_review, usual_weed = grading.derive_review_dates(grade, provenance.received_on)
    last = min(usual_weed, provenance.received_on + timedelta(days=rules.most_days))
    weed_on = _parse_report_day("weed_on", weed) or last
    if weed_on > last:
        raise WrongField("weed_on", f"is after {last}, the longest for grade {grade.code}")
    if weed_on <= rules.today:
        raise WrongField("weed_on", "is not after today: the report would be deleted at once")
    review_on = _parse_report_day("review_on", review) or max(
        usual_review, rules.today + timedelta(days=grading.derive_report_retention(grade).review)
    )
    review_on = min(review_on, weed_on) if not review else review_on
    latest = min(weed_on, rules.today + timedelta(days=REVIEW_DAYS))
    if not rules.today < review_on <= latest:
        raise WrongField("review_on", f"must be after today and not after {latest}")
    return review_on, weed_on


def _parse_provenance(held: Cells, rules: DraftRules) -> Provenance:
    source = _one_of("source", held["source"], tuple(SOURCES))
    received_on = _parse_report_day("received_on", held["received_on"])
    if received_on is None:
        raise WrongField("received_on", "is blank")
    if received_on > rules.today:
        raise WrongField("received_on", "is in the future")
    body = held["received_from"]
    if (source == "partner") != bool(body):
        needed = "is blank" if source == "partner" else "has a text"
        raise WrongField("received_from", f"{needed}: a report of a partner, and no other, has it")
    reference = held["agreement"].upper()
    if reference:
        why_not = (
            rules.why_not(reference, received_on)
            if REFERENCE.fullmatch(reference)
            else "is not the reference of an agreement"
        )
        if why_not:
            raise WrongField("agreement", why_not)
    return Provenance(
        source=source,
        received_on=received_on,
        received_from=_one_of("received_from", body, tuple(RECEIVERS)) if body else None,
        agreement=reference,
    )


def _crime_types(text: str) -> tuple[str, ...]:
    given = [_fold_report_text(one) for one in re.split(r"[;,\n]", text) if one.strip()]
    for one in given:
        if one not in CRIME_TYPES:
            raise WrongField("crime_types", f"has an unknown code; valid: {', '.join(CRIME_TYPES)}")
    return tuple(one for one in CRIME_TYPES if one in given)


def _parse_reported_parties(every: Sequence[Cells], today: date) -> tuple[ReportedParty, ...]:
    if not 1 <= len(every) <= MOST_PARTIES:
        raise WrongField("kind", f"there must be 1 to {MOST_PARTIES} parties, each with a kind")
    return tuple(_parse_reported_party(number, one, today) for number, one in enumerate(every, 1))


def _parse_reported_party(number: int, cells: Cells, today: date) -> ReportedParty:
    held = _clean_report_fields(cells, PARTY_FIELDS, number)
    kind = _one_of(f"kind {number}", held["kind"], tuple(KINDS))
    born = birth_date(held["born"], today) if held["born"] else None
    if held["born"] and born is None:
        raise WrongField(
            f"born {number}", "is not a birth date: write the year and month, as 1970-04"
        )
    if born and kind != "person":
        raise WrongField(f"born {number}", "has a date: only a person has one")
    if born and may_name_several(held["name"]):
        raise WrongField(f"born {number}", "may be of several people: make each a party")
    if kind == "premises" and not held["address"]:
        raise WrongField(f"address {number}", "is blank: premises need one")
    if kind != "premises" and not (held["name"] or held["number"] or held["ref"]):
        raise WrongField(
            f"name {number}", "is blank: give a name, a number or a supplier's reference"
        )
    return ReportedParty(
        kind=kind,
        name=held["name"],
        number=held["number"].upper().replace(" ", ""),
        born=PartialDate(born.year, born.month) if born else None,
        address=held["address"],
        ref=held["ref"],
    )


def _clean_report_fields(cells: Cells, fields: Sequence[str], number: int = 0) -> dict[str, str]:
    """Return each field, clean; one that may have lines keeps them."""
    held = {}
    for field in fields:
        text = fix_garbled_text(cells.get(field, ""))
        lines = (clean(line) for line in text.splitlines())
        held[field] = "\n".join(lines).strip() if field in _LONGEST else clean(text)
        if is_turned(text):
            raise WrongField(f"{field} {number}" if number else field, TURNED)
        most = _LONGEST.get(field, _LONGEST_OTHER)
        if len(held[field]) > most:
            name = f"{field} {number}" if number else field
            raise WrongField(name, f"has {len(held[field]):,} characters; the maximum is {most:,}")
    return held


def _one_of(field: str, text: str, words: Sequence[_Word]) -> _Word:
    folded = _fold_report_text(text).replace("_", "-")
    for word in words:
        if word == folded:
            return word
    what = "is blank" if not text else "is not a valid value"
    raise WrongField(field, f"{what}; valid: {', '.join(words)}")


def _fold_report_text(text: str) -> str:
    return "_".join(text.strip().casefold().replace("-", "_").split())


def _parse_report_day(field: str, text: str) -> date | None:
    if not text:
        return None
    found = parse_day(text)
    if found is None:
        raise WrongField(field, "is not a valid date: write it as 2026-03-31")
    return found


def from_toml(path: Path) -> Iterator[Draft]:
    """Yield one report: the fields, and `[[party]]` for each party. Raises UsageError."""
    body = read_whole_file(path, MOST_BYTES)
    try:
        document = tomllib.loads(body.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # Not what it says: that quotes the file.
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"line {place[1]}, column {place[2]}: " if place else ""
        raise UsageError(
            f"{path.name}: {where}not TOML", hint="docs/officer/intelligence.md shows such a form."
        ) from None
    listed = document.pop("party", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UsageError(f"{path.name}: party: write [[party]] above the fields of each")
    for number, cells in enumerate((document, *listed)):
        known = PARTY_FIELDS if number else FIELDS
        if cells.keys() - set(known):
            about = f"party {number}" if number else "the report"
            raise UsageError(
                f"{path.name}: {about} has a field that is not known",
                hint=f"Valid fields: {', '.join(known)}.",
            )
    yield Draft(path.name, _as_texts(document), [_as_texts(one) for one in listed])


def _as_texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }


def from_table(path: Path, sheet: str = "") -> Iterator[Draft]:
    """Yield a report in each row of delimited text or of a workbook. Raises UsageError.

    Party columns may be numbered (`name 1` to `address 20`); those without a number are the first.
    """
    read_whole_file(path, MOST_BYTES)
    table = read_table(
        path, sheet=sheet, usable=lambda row: sum(_match_report_column(one) != "" for one in row)
    )
    columns = [_match_report_column(heading) for heading in table.header]
    at = {name: place for place, name in enumerate(columns) if name}
    for name in NEEDED:
        wanted = f"{name}_1" if name in PARTY_FIELDS else name
        if wanted not in at:
            raise UsageError(
                f"{path.name}: no column {name!r}",
                hint=f"The header must have {', '.join(NEEDED)}; others: "
                f"{', '.join(one for one in (*FIELDS, *PARTY_FIELDS) if one not in NEEDED)}.",
            )
    if len(at) < len([one for one in columns if one]):
        raise UsageError(f"{path.name}: two columns have one heading")
    for number, row in table.rows:
        cells = {name: row[place] if place < len(row) else "" for name, place in at.items()}
        parties = [
            party
            for of in range(1, MOST_PARTIES + 1)
            if any(
                (party := {name: cells.get(f"{name}_{of}", "") for name in PARTY_FIELDS}).values()
            )
        ]
        yield Draft(f"row {number}", cells, parties)


def _match_report_column(heading: str) -> str:
    """Return the field that a heading names, that of a party with its number; empty for another."""
    plain = _fold_report_text(heading)
    if plain in FIELDS:
        return plain
    found = _NUMBERED.fullmatch(plain)
    return f"{found[1]}_{int(found[2] or 1)}" if found else ""


def text_of(path: Path) -> str:
    """Return the text of a file for one field. Raises UsageError, which quotes nothing of it."""
    try:
        return read_whole_file(path, MOST_BYTES).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UsageError(f"{path.name}: is not UTF-8 text", hint="Save it as UTF-8.") from None


def drafts_in(path: Path, sheet: str = "") -> Iterator[Draft]:
    """Return the drafts in a file: one form in TOML, or a table."""
    return from_toml(path) if path.suffix.lower() == ".toml" else from_table(path, sheet)
