"""The form that the Central Digital Platform prints of a supplier: headings, and rows of a label
and a value in two columns.

Its headings and labels are from the platform's public source (see `stated_fields.toml`). Never
tried on a real form. What a supplier wrote is in the right column alone, so that none of it can
pass for a label.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median_low

from duediligence.formats.pdf import PdfText
from duediligence.model.supplier_information import StatedValue
from duediligence.suppliers.stated_fields import WORDS, find_field, list_controls
from duediligence.text.dates import long_date, parse_day
from duediligence.text.postcodes import is_postcode

_SECTIONS: Mapping[str, str] = WORDS["sections"]
_LABELS: Mapping[str, Mapping[str, str]] = WORDS["labels"]
_KNOWN_LABELS = frozenset(label for labels in _LABELS.values() for label in labels)
# A label that comes again, or earlier, begins the next person.
_OF_PERSON = tuple(_LABELS["parties"])
_OF_ORGANISATION = "connected organisation information"
# What is under this heading repeats what is above it.
_OF_TRUST = "individual trust information"
_TITLES = ("supplier information", "consortium information")
_EMPTY = (
    "no additional identifiers available",
    "no connected person information available",
)
_FOOTER = re.compile(r"Generated on \d{1,2} \w+ \d{4}")
_NOTHING = ("", "N/A", "Not specified")
# Nothing here needs to know how the supplier is written to, nor this of those behind it.
_NOT_KEPT = (
    *("email address", "contact email", "enter an email address"),
    *(label for label, field in _LABELS["parties"].items() if not field),
)
_SMALL = "Small or medium-sized enterprise"
_LONGEST_KEPT = 20_000


@dataclass(slots=True)
class PrintedCell:
    """A row: its label and its value. `is_certain` is whether its pieces join in one way only."""

    label: str
    text: str = ""
    is_certain: bool = True

    def add(self, text: str, *, wrapped: bool) -> None:
        """Put a piece behind what is there: on the same line, or `wrapped` onto the next."""
        before = self.text
        self.text = f"{before} {text}" if before else text
        is_broken = before.endswith("-") or (" " not in before and len(before) > 30)
        self.is_certain &= not before or (wrapped and not is_broken)


_Block = dict[str, PrintedCell]


@dataclass(slots=True)
class PrintedForm:
    """What was read: texts by path (see `stated_fields`). `unsure` is what the form has where that
    is not certain, by path, for a person to say, empty where it has nothing; `kept` is what
    belongs to no field.
    """

    texts: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)
    kept: list[StatedValue] = field(default_factory=list)

    def read(self, path: str, cell: PrintedCell) -> None:
        """Put what the cell holds under the path, or ask for it."""
        # "Not specified" is also what the platform prints of a no.
        if cell.text in _NOTHING and not path.endswith("in_uk"):
            return
        found = self._interpret(path, cell.text) if cell.is_certain else {path: None}
        for name, text in found.items():
            if text is None or len(text) > find_field(name).longest:
                self.unsure[name] = cell.text
            else:
                self.texts[name] = text

    def _interpret(self, path: str, text: str) -> Mapping[str, str | None]:
        """Return the texts that it gives by path, None where it is not certain."""
        before, _, name = path.rpartition(".")
        if ".addresses." in f".{path}":
            return _split_address(before, text)
        day = parse_day(text)
        if name == "year":
            parts = (str(day.year), str(day.month)) if day else (None, None)
            return dict(zip((path, f"{before}.month"), parts, strict=True))
        if name.endswith("_on"):
            return {path: long_date(day) if day else None}
        if name == "relationship":
            kind = self.texts.get(f"{before}.kind", "")
            return {path: _find_value(WORDS["relationships"].get(kind, {}), text)}
        if name in _PRINTED:
            return {path: _find_value(_PRINTED[name], text)}
        if name == "control":
            return {path: text if list_controls(text) else None}
        if name == "about":
            return {path: self._find_about(text)}
        return {path: None if name == "decision_url" and " " in text else text}

    def _find_about(self, text: str) -> str | None:
        """Return the name of the party of an exclusion, empty for the supplier itself."""
        named = [
            words.casefold()
            for path, words in self.texts.items()
            if path.startswith("parties.") and path.endswith(".name")
        ]
        is_supplier = self.texts.get("name", "").casefold() == text.casefold()
        if is_supplier == (text.casefold() in named):
            return None
        return "" if is_supplier else text


_PRINTED: Mapping[str, Mapping[str, str]] = {
    "scheme": WORDS["schemes"],
    "kind": WORDS["kinds"],
    "question": WORDS["grounds"],
    "in_uk": {"yes": "yes", "no": "no"},
}


def _find_value(known: Mapping[str, str], text: str) -> str | None:
    """Return the value of an enumeration by its words."""
    return {words.casefold(): value for value, words in known.items()}.get(text.casefold())


def _split_address(path: str, text: str) -> Mapping[str, str | None]:
    """Return the parts of an address, `street, town, postcode, country`."""
    _, *parts = text.rsplit(", ", 2)
    postcode, country = parts if len(parts) == 2 else ("", "")
    british = country in ("UK", "United Kingdom")
    if not is_postcode(postcode) if british else not country:
        return {f"{path}.text": text, f"{path}.postcode": None}
    return {
        f"{path}.text": text,
        f"{path}.postcode": postcode,
        f"{path}.country": "United Kingdom" if british else country,
    }


def read_printed_forms(lines: Sequence[Sequence[PdfText]], share_code: str) -> list[PrintedForm]:
    """Return the form of each organisation on the pages, a consortium before its members.

    `share_code` belongs to the first. None where the pages have no heading of that form.
    """
    forms: list[PrintedForm] = []
    counts: dict[str, int] = {}
    for section, block in _list_printed_blocks(lines):
        if _SECTIONS.get(section) == "" and not block:
            forms.append(PrintedForm(unsure={"exclusions_asked": "", "submitted_on": ""}))
            counts = {"identifiers": 0}
            if section == "consortium details":
                forms[-1].texts["consortium"] = "yes"
        if not forms:
            continue
        form, name = forms[-1], _SECTIONS.get(section, section)
        if name == "exclusions":
            form.unsure.pop("exclusions_asked", None)
            form.texts["exclusions_asked"] = "yes"
        if block:
            number = counts[name] = counts.get(name, -1) + 1
            _read_block(form, section, f"{name}.{number}." if name else "", block)
    if forms and share_code:
        forms[0].texts["share_code"] = share_code
    if forms:
        _name_members(forms[0], forms[1:])
    return forms


def _read_block(form: PrintedForm, section: str, before: str, block: _Block) -> None:
    labels = _LABELS.get(_SECTIONS.get(section, section), {})
    if before.startswith("parties.") and "organisation name" in block:
        form.texts[f"{before}kind"] = "organisation"
        block.pop("type", None)
    if first := block.pop("first name", None):
        if last := block.pop("last name", None):
            first.add(last.text, wrapped=True)
            first.is_certain &= last.is_certain
        form.read(f"{before}name", first)
    for label, cell in block.items():
        if before.startswith("members.") and re.fullmatch(r"organisation ?\d+", label):
            number = sum(path.startswith("members.") for path in form.texts)
            form.read(f"members.{number}.share_code", cell)
        elif name := labels.get(label):
            form.read(f"{before}{name}", cell)
        elif cell.text not in _NOTHING and label not in _NOT_KEPT:
            path = f"{section.capitalize()}: {label}"
            form.kept.append(StatedValue(path[:500], cell.text[:_LONGEST_KEPT]))
        if label == "vat number":
            form.texts["identifiers.0.scheme"] = "VAT"
        if not before and _SMALL in cell.text.split(", "):
            form.texts["scale"] = "small"
    kind, company_number = (form.texts.get(f"{before}{one}") for one in ("kind", "company_number"))
    if kind == "organisation" and not company_number:
        form.unsure[f"{before}overseas_number"] = ""
    question = f"{before}question"
    if before.startswith("exclusions.") and question not in form.texts:
        form.unsure.setdefault(question, "")


def _name_members(form: PrintedForm, members: Sequence[PrintedForm]) -> None:
    """Give the members of a consortium, whose forms follow in the order of their share codes, the
    name of their form, and the forms the code.
    """
    codes = [path for path in form.texts if path.startswith("members.")]
    for place, path in enumerate(codes):
        name = path.replace("share_code", "name")
        if len(codes) == len(members) and "name" in members[place].texts:
            form.texts[name] = members[place].texts["name"]
            members[place].texts["share_code"] = form.texts[path]
        else:
            form.unsure[name] = ""


def _list_printed_blocks(lines: Sequence[Sequence[PdfText]]) -> Iterator[tuple[str, _Block]]:
    """Yield each heading with nothing, then each block of rows under it."""
    section, first, furthest = "", "", -1
    block: _Block = {}
    for label, cell in _list_rows(lines):
        if cell is None:
            if label != _OF_TRUST and block:
                yield section, block
                block = {}
            furthest = -1
            if label not in (_OF_TRUST, _OF_ORGANISATION):
                section, first = label, ""
                yield section, {}
            continue
        place = furthest
        if _SECTIONS.get(section) == "parties" and label in _OF_PERSON:
            place = _OF_PERSON.index(label)
            begins = place < furthest or (place == furthest and label != _OF_PERSON[-1])
        else:
            first = first or label
            begins = label == first and _SECTIONS.get(section) not in ("", "parties")
        if begins and block:
            yield section, block
            block = {}
        furthest = place
        known = block.setdefault(label, cell)
        if known.text != cell.text:
            known.text, known.is_certain = f"{known.text} / {cell.text}", False
    if block:
        yield section, block


def _list_rows(
    lines: Sequence[Sequence[PdfText]],
) -> Iterator[tuple[str, PrintedCell | None]]:
    """Yield each row with its label, and each heading with None, both in small letters."""
    column = _find_value_column(lines)
    gaps = [a[0].y - b[0].y for a, b in pairwise(lines) if a[0].page == b[0].page]
    far = 1.4 * median_low(gaps) if gaps else 0.0
    cell: PrintedCell | None = None
    for before, line, after in zip([None, *lines], lines, [*lines[1:], None], strict=False):
        gap = before[0].y - line[0].y if before and before[0].page == line[0].page else None
        words = _fold(" ".join(one.text for one in line))
        is_last = after is None or after[0].page != line[0].page
        if (gap is None and words.casefold() in _TITLES) or (is_last and _FOOTER.fullmatch(words)):
            continue
        left = " ".join(one.text for one in line if one.x < column)
        label = _fold(left).rstrip(".: ").casefold()
        right = [one for one in line if one.x >= column]
        is_known = label in _SECTIONS or label in (_OF_ORGANISATION, _OF_TRUST)
        is_far = gap is None or gap > far
        if label and not right and label in _EMPTY:
            continue
        if label and not right and (is_known or (is_far and label not in _KNOWN_LABELS)):
            if cell:
                yield cell.label, cell
            cell = None
            yield label, None
            continue
        if label and cell and _continues_label(cell.label, label, has_value=bool(right)):
            cell.label = f"{cell.label} {label}"
        elif label:
            if cell:
                yield cell.label, cell
            cell = PrintedCell(label)
        for place, one in enumerate(right if cell else ()):
            cell.add(_fold(one.text), wrapped=place == 0)  # type: ignore[union-attr]
    if cell:
        yield cell.label, cell


def _continues_label(before: str, label: str, *, has_value: bool) -> bool:
    """Return whether a label on the next line goes on with the one before."""
    whole = f"{before} {label}"
    if label in _KNOWN_LABELS:
        return whole in _KNOWN_LABELS
    return not has_value or any(one.startswith(whole) for one in _KNOWN_LABELS)


def _find_value_column(lines: Sequence[Sequence[PdfText]]) -> float:
    """Return where the right column begins: where the values of known labels do."""
    found = [
        line[1].x
        for line in lines
        if len(line) > 1 and _fold(line[0].text).rstrip(": ").casefold() in _KNOWN_LABELS
    ]
    return min(found, default=float("inf")) - 1


def _fold(text: str) -> str:
    """Return the text with its ligatures as letters, and runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
