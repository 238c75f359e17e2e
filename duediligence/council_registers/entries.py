"""One row of a register: its cells, and the entry that they make."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urljoin

from duediligence.contracts import Drift
from duediligence.council_registers import values
from duediligence.council_registers.description import Description, fold_label
from duediligence.council_registers.fields import BY_NAME
from duediligence.council_registers.holders import Holder, holders_in, several_in
from duediligence.formats.cells import TURNED, clean, fix_garbled_text, is_turned, split_cell
from duediligence.matching.names.parties import may_name_several, parties_in
from duediligence.model import Address, Identifier, Kind, ListEntry, Name, PartialDate
from duediligence.model.entries import (
    REGISTRATION,
    Handling,
    Power,
    Record,
    RecordStatus,
    RecordType,
)
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.postcodes import last_postcode

if TYPE_CHECKING:
    from duediligence.council_registers.tables import TableLine


Value = TypeVar("Value")
LONGEST = 10_000
_MOST_HOLDERS = 50


@dataclass(frozen=True, slots=True)
class RegisterProblem:
    """What is wrong: with a cell, a row (`column` empty) or a file (`row` is 0).

    `more` counts later rows of which the same is true. `field` and `theirs` are set where a word
    of the register is not known.
    """

    file: str
    row: int
    column: str
    what: str
    hint: str = ""
    more: int = 0
    field: str = ""
    theirs: str = ""

    def __str__(self) -> str:
        row = f"row {self.row}: " if self.row else ""
        column = f"{self.column} " if self.column else ""
        more = (
            f" (and in {self.more:,} more row{'s' if self.more > 1 else ''})" if self.more else ""
        )
        return f"{self.file}: {row}{column}{self.what}{more}"


@dataclass(frozen=True, slots=True)
class HeaderPlaces:
    """A file's header, and the positions in it of each field's columns."""

    file: str
    header: tuple[str, ...]
    positions: Mapping[str, tuple[int, ...]]


class Cells:
    """One row. `problems` is empty where all that was asked for could be read."""

    def __init__(self, description: Description, place: HeaderPlaces, line: "TableLine") -> None:
        self.problems: list[RegisterProblem] = []
        self.description = description
        self.place = place
        self.line = line

    def text(self, name: str, longest: int = LONGEST) -> str:
        """Return the field's text, or what stands for an empty one."""
        text = values.drop_placeholder(self.raw(name)) or self._unwritten(name)
        if len(text) > longest:
            self.wrong(name, f"holds {len(text):,} characters; the maximum is {longest:,}")
            return ""
        return text

    def value(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """Return the field's text as `read` understands it; None where it is empty, or cannot be
        read.
        """
        text = self.text(name)
        try:
            return read(text) if text else None
        except ValueError as error:
            hint = "Correct it in the file, and tell whoever keeps the register."
            if BY_NAME[name].kind == "date":
                hint += " If others are written this way too, add their format under [dates]."
            self.wrong(name, str(error), hint)
            return None

    def word(self, name: str, *, needed: bool = False) -> str:
        """Return one of the field's words; empty where the cell is, or holds another."""
        found = self._ours(name, self.raw(name)) or self._unwritten(name)
        if not found and needed and not values.drop_placeholder(self.raw(name)):
            self.wrong(
                name, "is empty", f"Under [defaults], set {name} to what an empty cell means."
            )
        return found

    def known_word(self, name: str) -> str:
        """Return one of the field's words; empty where it is not known, of which nothing is
        said.
        """
        mapped = self.description.values.get(name, {}).get(fold_label(self.raw(name)), "")
        found = (
            mapped or values.word(values.drop_placeholder(self.raw(name))) or self._unwritten(name)
        )
        return found if found in BY_NAME[name].words else ""

    def words(self, name: str) -> tuple[str, ...]:
        """Return several of the field's words, separated by ; or | in the cell."""
        told = [self._ours(name, part) for part in split_cell(self.raw(name), ";|")]
        told = [word for word in told if word] or list(split_cell(self._unwritten(name), ";|"))
        return tuple(dict.fromkeys(told))

    def raw(self, name: str) -> str:
        """Return the text of the field's columns, as it stands there."""
        column = self.description.columns.get(name)
        if column is None or column.link:
            return ""
        positions = self.place.positions.get(name, ())
        if any(is_turned(self.line.cells[at]) for at in positions):
            self.wrong(name, TURNED)
        cells = [fix_garbled_text(clean(self.line.cells[at])) for at in positions]
        filled = [cell for cell in cells if values.drop_placeholder(cell)] or cells[:1]
        return (", " if BY_NAME[name].kind == "address" else "; ").join(filled)

    def headed(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield each cell of the field that says something, with the heading of its column."""
        for at in self.place.positions.get(name, ()):
            if values.drop_placeholder(clean(self.line.cells[at])):
                yield self.place.header[at], fix_garbled_text(self.line.cells[at])

    def link(self, name: str) -> str:
        """Return the address of the link in the field's column, as it stands there."""
        (at,) = self.place.positions[name]
        return self.line.links[at] if at < len(self.line.links) else ""

    def wrong(self, name: str, what: str, hint: str = "", theirs: str = "") -> None:
        """Say that the field cannot be used; of a word that is not known, with the word."""
        at = self.place.positions.get(name, ())
        column = f"column {self.place.header[at[0]]!r} ({name})" if at else name
        field = name if theirs else ""
        problem = RegisterProblem(
            self.place.file, self.line.number, column, what, hint, field=field, theirs=theirs
        )
        if problem not in self.problems:
            self.problems.append(problem)

    def _ours(self, name: str, theirs: str) -> str:
        """Return our word for one of the register's; empty where it is blank, or not known."""
        words = BY_NAME[name].words
        mapped = self.description.values.get(name, {}).get(fold_label(theirs), "")
        found = mapped or values.word(values.drop_placeholder(theirs))
        if found in words:
            return found
        if values.drop_placeholder(theirs):
            shown = theirs if len(theirs) <= 40 else theirs[:37] + "..."
            self.wrong(
                name,
                f"is {shown!r}, which is not in the description",
                f'Under [values.{name}] add it: "{shown}" = one of {", ".join(words)}.',
                theirs,
            )
        return ""

    def _unwritten(self, name: str) -> str:
        column = self.description.columns.get(name)
        return (column.value if column else "") or self.description.defaults.get(name, "")


# UK GDPR Article 10 and Data Protection Act 2018 s.11(2): offences of individuals, alleged ones
# too. A register of them that can be searched is not for this tool to make.
OF_INDIVIDUALS = {
    "conviction": "conviction of an individual",
    "caution": "caution of an individual",
    "prosecution_pending": "prosecution of an individual",
}
_KINDS: dict[str, Kind] = {"organisation": "organisation", "individual": "person"}
_STRICTEST: tuple[Handling, ...] = ("restricted", "internal", "public")


def build_row_entries(cells: Cells, description: Description, drift: Drift) -> list[ListEntry]:
    """Return the entries of a row, one for each holder; none where the row is left out, and where
    its cells have problems.

    The id is empty where the row has no reference of its own. Several holders of one reference
    have it with a mark made of the name, the same in whatever order they are.
    """
    told = _KINDS.get(cells.word("subject_type"), "unknown")
    record_type = cells.word("record_type", needed=True)
    holders = holders_of(cells)
    named = holders
    if record_type in OF_INDIVIDUALS and told == "person":
        # Of several, one may be a firm.
        holders = tuple(one for one in holders if len(named) > 1 and has_legal_form(one.name))
        drift.left_out(OF_INDIVIDUALS[record_type], count=max(1, len(named) - len(holders)))
        if not holders:
            return []
    numbers = _read_row_identifiers(cells, drift)
    trading, addresses = _trading_names(cells), _read_premises_address(cells, drift)
    if not (holders or trading or cells.text("premises_address")) and not cells.problems:
        cells.wrong("subject_name", "is empty, and so is premises_address")
    born = cells.value("birth_month_year", lambda text: _parse_birth_cell(text, description))
    record = _build_council_record(cells, description, cast(RecordType, record_type))
    reference = cells.text("record_ref", longest=200)
    url = _read_record_url(cells, description, drift)
    # Whoever may be an individual is not named beside an offence, either.
    others = [one for one in named if record_type not in OF_INDIVIDUALS or has_legal_form(one.name)]
    if born and (len(named) > 1 or any(may_name_several(one.name) for one in named)):
        drift.left_out("birth date in a row with several holders")
        born = None
    made = []
    for holder in holders or (Holder("", ""),):
        names = (Name(holder.name), *trading) if holder.name else trading
        names = tuple(dict.fromkeys(names))
        identifiers = tuple(one for one in numbers if _has_number(one, holder, named))
        firm = len(named) > 1 and has_legal_form(holder.name)
        kind = _derive_entry_kind(
            cells, record_type, "organisation" if firm else told, names, identifiers
        )
        if born and kind == "organisation":
            drift.left_out("birth date of an organisation")
            born = None
        made.append(
            ListEntry(
                id=_build_entry_id(reference, holder, named),
                list_id=description.id,
                kind=kind,
                names=names or (Name(f"Premises at {addresses[0].text}" if addresses else "?"),),
                birth_dates=(born,) if born else (),
                identifiers=identifiers,
                addresses=addresses,
                related=tuple(str(one) for one in others if one != holder),
                listed_on=record.happened_on,
                ends_on=record.expires,
                reason=record.event,
                url=url,
                record=record,
            )
        )
    if cells.problems:
        return []
    if not reference:
        drift.met("no reference", "id made from the content")
    return made


def _derive_entry_kind(
    cells: Cells,
    record_type: str,
    told: Kind,
    names: tuple[Name, ...],
    identifiers: tuple[Identifier, ...],
) -> Kind:
    kind = told
    if kind == "unknown" and any(number.scheme.startswith("GB-") for number in identifiers):
        kind = "organisation"
    if record_type in OF_INDIVIDUALS and kind == "unknown" and not cells.problems:
        cells.wrong(
            "subject_type",
            f"is not given, and the row is a {record_type}",
            "Name a column that gives it or, if all are organisations, set subject_type under "
            "[defaults].",
        )
    if kind == "organisation" and not (identifiers or record_type in OF_INDIVIDUALS):
        kind = _kind_by_names(names)
    return kind


def derived_id(made: ListEntry, *, whole: bool = False) -> str:
    """Return an id from the content: from what stays the same of a record, or from the `whole` of
    it.
    """
    lasting = ("type", "event", "event_date", "decision_date", "act_section")
    told = [
        f"{field.name}={value}"
        for field in fields(Record)
        if (whole or field.name in lasting) and (value := getattr(made.record, field.name))
    ]
    told += [f"{name.type}={name.text}" for name in made.names]
    told += [f"address={address.text}" for address in made.addresses]
    told += [f"number={number}" for number in made.identifiers]
    if whole:
        told += [made.kind, made.url, *map(str, made.birth_dates)]
    return hashlib.sha256("\x1f".join(told).encode(errors="replace")).hexdigest()[:12]


def _kind_by_names(names: Iterable[Name]) -> Kind:
    """Return unknown where a register calls an organisation what is a sole trader or partners by
    name.
    """
    several = (party for name in names for party in parties_in(name.text))
    return "organisation" if all(one.kind == "organisation" for one in several) else "unknown"


def holders_of(cells: Cells) -> tuple[Holder, ...]:
    """Return who the row is about: those in its columns of names, else the value that stands for
    one.
    """
    if len(cells.text("subject_name", longest=500 * _MOST_HOLDERS)) > 500:
        for _, cell in cells.headed("subject_name"):
            if len(clean(cell)) > 500 and len(several_in(cell)) < 2:
                cells.wrong(
                    "subject_name", f"holds {len(clean(cell)):,} characters; the maximum is 500"
                )
                return ()
    several = len(cells.place.positions.get("subject_name", ())) > 1
    found = holders_in(cells.headed("subject_name"), by_role=several)
    if found:
        return found[:_MOST_HOLDERS]
    unwritten = clean(cells.text("subject_name"))
    return (Holder(unwritten, ""),) if any(map(str.isalnum, unwritten)) else ()


def _has_number(number: Identifier, holder: Holder, holders: tuple[Holder, ...]) -> bool:
    """Return whether a number of the row is the holder's: of several, that of the firms among
    them.
    """
    if len(holders) < 2 or number.scheme == "uprn":
        return True
    firms = [one for one in holders if has_legal_form(one.name)]
    return holder in (firms or holders[:1])


def _build_entry_id(reference: str, holder: Holder, holders: tuple[Holder, ...]) -> str:
    if not reference or (len(holders) < 2 and not holder.role):
        return reference
    return f"{reference}~{holder.mark}"


def _trading_names(cells: Cells) -> tuple[Name, ...]:
    trading = split_cell(cells.text("trading_name"), ";|")
    return tuple(
        dict.fromkeys(Name(text, "trading") for text in trading if any(map(str.isalnum, text)))
    )


def _read_premises_address(cells: Cells, drift: Drift) -> tuple[Address, ...]:
    text, written = cells.text("premises_address"), cells.text("postcode")
    postcode = last_postcode(written)
    if written and not postcode:
        drift.unmapped("postcode", written)
    postcode = postcode or last_postcode(text)
    return (Address(text or postcode, postcode),) if text or postcode else ()


def _read_row_identifiers(cells: Cells, drift: Drift) -> tuple[Identifier, ...]:
    company = cells.value("company_number", values.parse_company_cell)
    if company and company.scheme == REGISTRATION:
        drift.unmapped("company_number", company.id)
    charity = cells.value("charity_number", values.parse_charity_cell)
    uprn = cells.text("uprn", longest=40)
    place = Identifier("uprn", uprn, "", "UPRN of the premises") if uprn else None
    return tuple(number for number in (company, charity, place) if number)


def _build_council_record(
    cells: Cells, description: Description, record_type: RecordType
) -> Record:
    def day(name: str) -> Any:
        return cells.value(name, lambda text: values.day(text, description.dates_of(name)))

    power = cells.word("power", needed=not description.power)
    handlings = (
        "restricted" if record_type == "prosecution_pending" else "",
        cells.word("handling", needed="handling" in description.columns),
        description.handling,
    )
    typed = description.columns.get("record_type")
    return Record(
        type=record_type,
        power=cast(Power, power or description.power or "other"),
        authority=cells.text("authority") or description.authority,
        reference=cells.text("record_ref"),
        act_section=cells.text("act_section"),
        # Without a column for it, the register's own word for the type says what happened.
        event=cells.text("event") or (cells.raw("record_type") if typed else ""),
        event_date=day("event_date"),
        decision_date=day("decision_date"),
        known_date=day("known_date"),
        expires=day("expires"),
        status=cast(RecordStatus, cells.word("status") or "unstated"),
        outcome=cells.text("outcome"),
        penalty_gbp=cells.value("penalty_gbp", values.parse_pounds_cell),
        crime_types=cells.words("crime_types"),
        handling=next(handling for handling in _STRICTEST if handling in handlings),
        source_date=day("source_date"),
    )


def _parse_birth_cell(text: str, description: Description) -> PartialDate:
    return values.birth_month(text, description.dates_of("birth_month_year"))


def _read_record_url(cells: Cells, description: Description, drift: Drift) -> str:
    column = description.columns.get("source_url")
    if column is None or not column.link:
        return cells.value("source_url", values.web_address) or ""
    target = cells.link("source_url")
    base = description.source.url or description.homepage
    try:
        return values.web_address(urljoin(base, target)) if target else ""
    except ValueError:
        # The link of a button or a mail address is no page of the record.
        if base or not target.startswith(("/", "?", ".")):
            drift.unmapped("link", target)
        else:
            drift.met("link not kept", "give homepage, which links are relative to")
        return ""
