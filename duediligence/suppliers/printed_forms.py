"""The form that the Central Digital Platform prints of a supplier: headings, and rows of a label
and a value in two columns.

Its headings and labels are those of the platform's public source [verified]
(cabinetoffice/GCGS-Central-Digital-Platform: `PdfGenerator.cs`, `DataService.cs` and
`StaticTextResource.resx`). Never tried on a real form. What a supplier wrote is in the right column
alone, so that none of it can pass for a label.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from duediligence.errors import Invalid
from duediligence.formats.pdf import PdfText
from duediligence.model.supplier_information import StatedValue
from duediligence.suppliers.stated_fields import (
    KINDS,
    RELATIONSHIPS,
    SCHEMES,
    find_field,
    list_controls,
)
from duediligence.text.dates import long_date, parse_day
from duediligence.text.postcodes import is_postcode

Parser = Callable[[str], str]


class NotCertain(Exception):
    """The text of the form does not say which value is meant."""


@dataclass(slots=True)
class PrintedForm:
    """What was read: texts by path (see `stated_fields`). `unsure` is what the form has where that
    is not certain, by path, for a person to say; `kept` is what belongs to no field.
    """

    texts: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)
    kept: list[StatedValue] = field(default_factory=list)

    def read(self, path: str, cell: "PrintedCell", parse: Parser = str) -> None:
        """Put what the cell holds under the path, or ask for it."""
        if cell.text in _NOTHING:
            return
        try:
            if not cell.is_certain:
                raise NotCertain
            text = parse(cell.text)
            find_field(path).check(path, text)
            self.texts[path] = text
        except (NotCertain, Invalid):
            self.unsure[path] = cell.text

    def read_address(self, path: str, cell: "PrintedCell") -> None:
        """Put an address, `street, town, postcode, country`, under the path, or ask for it."""
        before, *parts = cell.text.rsplit(", ", 2)
        self.read(f"{path}.text", cell)
        if len(parts) != 2 or not before:
            self.unsure[f"{path}.postcode"] = cell.text
            return
        postcode, country = parts
        british = country in ("UK", "United Kingdom")
        if (is_postcode(postcode) or not british) and cell.is_certain:
            self.texts[f"{path}.postcode"] = postcode
            self.texts[f"{path}.country"] = "United Kingdom" if british else country
        else:
            self.unsure[f"{path}.postcode"] = cell.text

    def keep(self, section: str, cell: "PrintedCell") -> None:
        """Keep a row that belongs to no field."""
        self.kept.append(StatedValue(f"{section}: {cell.label}"[:500], cell.text[:20_000]))


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
        broken = before.endswith("-") or (wrapped and " " not in before and len(before) > 30)
        if before and (not wrapped or broken):
            self.is_certain = False

    def merge(self, other: "PrintedCell") -> None:
        """Take in the same label of the same block once more: it must hold the same."""
        if other.text != self.text:
            self.text, self.is_certain = f"{self.text} / {other.text}", False


_Block = dict[str, PrintedCell]
_SMALL = "Small or medium-sized enterprise"
_NOTHING = ("", "N/A", "Not specified")
_TITLES = ("supplier information", "consortium information")
_DETAILS = ("organisation details", "consortium details")
_MEMBERS = "organisations in the consortium"
_REGISTERS = "other registries"
_PEOPLE = "people connected to organisation"
_EXCLUSIONS = "exclusions"
_SECTIONS = (*_DETAILS, _MEMBERS, _REGISTERS, _PEOPLE, _EXCLUSIONS)
_OF_ORGANISATION = "connected organisation information"
_OF_TRUST = "individual trust information"
_EMPTY = (
    "no additional identifiers available.",
    "no connected person information available.",
)
_FOOTER = re.compile(r"Generated on \d{1,2} \w+ \d{4}")
# The order of the labels of a connected person: one that comes again or earlier begins the next.
_OF_PERSON = (
    "organisation name",
    "registered legal form",
    "law registered",
    "first name",
    "last name",
    "nationality",
    "date of birth",
    "companies house number",
    "type",
    "category",
    "resident country",
    "registered address",
    "postal address",
    "registration date",
    "control conditions",
)
# Summary titles of the questions about an exclusion, and their full titles.
_OF_EXCLUSION = {
    "exclusion applies": "question",
    "select which exclusion applies": "question",
    "exclusion applies to": "about",
    "select who the exclusion applies to": "about",
    "uk exclusion": "in_uk",
    "did this exclusion happen in the uk?": "in_uk",
    "exclusion in detail": "details",
    "describe the exclusion in more detail": "details",
    "exclusion being managed": "managed",
    "how the exclusion is being managed": "managed",
    "recorded on a website": "decision_url",
    "was the decision recorded on a public authority website?": "decision_url",
    "date circumstances ended": "ended_on",
    "have the circumstances that led to the exclusion ended?": "ended_on",
}
_KNOWN_LABELS = frozenset(
    (*_OF_PERSON, *_OF_EXCLUSION, "consortium name", "supplier type", "registry", "number")
)
# As the platform words the grounds of its question (`GetTitleFromValue`). It prints the two about
# competition law alike, and one that it does not know as "Unknown": these are asked for.
_GROUNDS = {
    "adjustments for tax arrangements that are abusive": "adjustments_for_tax_arrangements",
    "defeat in respect of notifiable tax arrangements": "defeat_in_respect",
    "failure to cooperate with an investigation": "failure_to_cooperate",
    "finding by hmrc, in exercise of its powers in respect of vat, of abusive practice": (
        "finding_by_HMRC"
    ),
    "penalties for transactions connected with vat fraud and evasion of tax or duty": (
        "penalties_for_transactions"
    ),
    "penalties payable for errors in tax documentation and failure to notify, and certain vat and "
    "excise": "penalties_payable",
    "ancillary offences - aiding, abetting, encouraging or assisting crime": (
        "ancillary_offences_aiding"
    ),
    "cartel offences": "cartel_offences",
    "corporate manslaughter or homicide": "corporate_manslaughter",
    "labour market, slavery and human trafficking offences": "labour_market",
    "organised crime": "organised_crime",
    "tax offences": "tax_offences",
    "terrorism and offences having a terrorist connection": "terrorism_and_offences",
    "theft, fraud and bribery": "theft_fraud",
    "acting improperly in procurement": "acting_improperly",
    "breach of contract and poor performance": "breach_of_contract",
    "environmental misconduct": "environmental_misconduct",
    "infringement of competition act 1998, under chapter ii prohibition": (
        "infringement_of_competition"
    ),
    "insolvency or bankruptcy": "insolvency_bankruptcy",
    "labour market misconduct": "labour_market_misconduct",
    "professional misconduct": "professional_misconduct",
    "suspension or ceasing to carry on all or a substantial part of a business": (
        "substantial_part_business"
    ),
}


def read_printed_forms(lines: Sequence[Sequence[PdfText]], share_code: str) -> list[PrintedForm]:
    """Return the form of each organisation on the pages, that of a consortium before its members'.

    `share_code` is that of the first. None where the pages have no heading of that form.
    """
    forms: list[list[tuple[str, _Block]]] = []
    for section, block in _list_blocks(lines):
        if section in _DETAILS and not block:
            forms.append([])
        if forms:
            forms[-1].append((section, block))
    found = [_read_form(blocks) for blocks in forms]
    if found and share_code:
        found[0].texts["share_code"] = share_code
    _name_members(found)
    return found


def _name_members(forms: Sequence[PrintedForm]) -> None:
    """Give the share codes of a consortium to the members whose forms follow, in their order."""
    if not forms or forms[0].texts.get("consortium") != "yes":
        return
    codes = [path for path in forms[0].texts if path.startswith("members.")]
    for code, form in zip(codes, forms[1:], strict=False):
        name = form.texts.get("name", "")
        if len(codes) == len(forms) - 1 and name:
            forms[0].texts[code.replace("share_code", "name")] = name
            form.texts["share_code"] = forms[0].texts[code]
    for code in codes:
        path = code.replace("share_code", "name")
        if path not in forms[0].texts:
            forms[0].unsure[path] = f"Share code {forms[0].texts[code]}"


def _read_form(blocks: Sequence[tuple[str, _Block]]) -> PrintedForm:
    form = PrintedForm()
    form.texts["exclusions_asked"] = "no"
    counts: dict[str, int] = {}
    readers: Mapping[str, Callable[[PrintedForm, int, _Block], None]] = {
        **dict.fromkeys(_DETAILS, _read_details),
        _MEMBERS: _read_members,
        _REGISTERS: _read_register,
        _PEOPLE: _read_party,
        _EXCLUSIONS: _read_exclusion,
    }
    for section, block in blocks:
        if section == _EXCLUSIONS:
            form.texts["exclusions_asked"] = "yes"
        if section == "consortium details":
            form.texts["consortium"] = "yes"
        if not block:
            continue
        number = counts[section] = counts.get(section, -1) + 1
        if section in readers:
            readers[section](form, number, block)
        for cell in block.values():
            form.keep(section.capitalize(), cell)
    if "exclusions_asked" in form.texts and form.texts["exclusions_asked"] == "no":
        form.unsure["exclusions_asked"] = "no section of that name"
    return form


def _read_details(form: PrintedForm, _: int, block: _Block) -> None:
    for label in ("organisation name", "consortium name"):
        _take(form, block, label, "name")
    for number, label in enumerate(("registered address", "postal address")):
        if cell := block.pop(label, None):
            form.read_address(f"addresses.{number}", cell)
    if cell := block.pop("vat number", None):
        form.texts["identifiers.0.scheme"] = "VAT"
        form.read("identifiers.0.id", cell)
    _take(form, block, "registered legal form", "legal_form")
    _take(form, block, "registration date", "registered_on", _parse_date)
    if any(_SMALL in cell.text.split(", ") for cell in block.values()):
        form.texts["scale"] = "small"


def _take(form: PrintedForm, block: _Block, label: str, path: str, parse: Parser = str) -> None:
    if cell := block.pop(label, None):
        form.read(path, cell, parse)


def _read_members(form: PrintedForm, _: int, block: _Block) -> None:
    for label in [one for one in block if re.fullmatch(r"organisation ?\d+", one)]:
        number = sum(path.startswith("members.") for path in form.texts)
        _take(form, block, label, f"members.{number}.share_code")


def _read_register(form: PrintedForm, number: int, block: _Block) -> None:
    path = f"identifiers.{number + 1}"
    _take(form, block, "registry", f"{path}.scheme", _find_words(SCHEMES))
    _take(form, block, "number", f"{path}.id")


def _read_party(form: PrintedForm, number: int, block: _Block) -> None:
    path = f"parties.{number}"
    names = [block.pop(one, None) for one in ("first name", "last name")]
    if "organisation name" in block:
        _take(form, block, "organisation name", f"{path}.name")
        block.pop("type", None)
        form.texts[f"{path}.kind"] = "organisation"
    else:
        _take(form, block, "type", f"{path}.kind", _find_words(KINDS))
        name = PrintedCell("name")
        for cell in filter(None, names):
            name.add(cell.text, wrapped=True)
            name.is_certain &= cell.is_certain
        form.read(f"{path}.name", name)
    kind = form.texts.get(f"{path}.kind", "")
    relationships = _find_words(RELATIONSHIPS.get(kind, {}))
    _take(form, block, "category", f"{path}.relationship", relationships)
    if cell := block.pop("date of birth", None):
        day = parse_day(cell.text)
        if day and cell.is_certain:
            form.texts[f"{path}.birth_date.year"] = str(day.year)
            form.texts[f"{path}.birth_date.month"] = str(day.month)
        else:
            form.unsure[f"{path}.birth_date.year"] = cell.text
    for label, name_, parse in (
        ("nationality", "nationality", str),
        ("resident country", "country", str),
        ("companies house number", "company_number", str),
        ("registered legal form", "legal_form", str),
        ("law registered", "law", str),
        ("registration date", "registered_on", _parse_date),
        ("control conditions", "control", _check_controls),
    ):
        _take(form, block, label, f"{path}.{name_}", parse)
    for place, label in enumerate(("registered address", "postal address")):
        if cell := block.pop(label, None):
            form.read_address(f"{path}.addresses.{place}", cell)


def _read_exclusion(form: PrintedForm, number: int, block: _Block) -> None:
    parsers: Mapping[str, Parser] = {
        "question": _parse_ground,
        "in_uk": _parse_yes_or_no,
        "ended_on": _parse_date,
        "decision_url": _parse_web_address,
        "about": lambda text: _parse_about(form, text),
    }
    path = f"exclusions.{number}"
    for label in [one for one in block if one in _OF_EXCLUSION]:
        name = _OF_EXCLUSION[label]
        cell = block.pop(label)
        form.read(f"{path}.{name}", cell, parsers.get(name, str))
    if f"{path}.question" not in form.texts:
        form.unsure.setdefault(f"{path}.question", "no ground that can be read")


def _parse_ground(text: str) -> str:
    if code := _GROUNDS.get(text.casefold()):
        return code
    raise NotCertain


def _parse_about(form: PrintedForm, text: str) -> str:
    """Return whom an exclusion is about: a party by its name, nothing for the supplier itself."""
    folded = text.casefold()
    named = [
        form.texts[path].casefold()
        for path in form.texts
        if re.fullmatch(r"parties\.\d+\.name", path)
    ]
    is_supplier = form.texts.get("name", "").casefold() == folded
    if is_supplier == (folded in named):
        raise NotCertain
    return "" if is_supplier else text


def _parse_date(text: str) -> str:
    if day := parse_day(text):
        return long_date(day)
    raise NotCertain


def _parse_yes_or_no(text: str) -> str:
    if text.casefold() in ("yes", "no"):
        return text.casefold()
    raise NotCertain


def _parse_web_address(text: str) -> str:
    if " " in text:
        raise NotCertain
    return text


def _check_controls(text: str) -> str:
    if list_controls(text):
        return text
    raise NotCertain


def _find_words(known: Mapping[str, str]) -> Parser:
    """Return what gives the value of an enumeration for its words."""
    values = {words.casefold(): value for value, words in known.items()}

    def parse(text: str) -> str:
        if text.casefold() in values:
            return values[text.casefold()]
        raise NotCertain

    return parse


def _list_blocks(lines: Sequence[Sequence[PdfText]]) -> Iterator[tuple[str, _Block]]:
    """Yield each block of rows with its section; a section without any yields an empty one."""
    section, first, furthest = "", "", -1
    block: _Block = {}
    for label, cell in _list_rows(lines):
        if cell is None and label in (_OF_ORGANISATION, _OF_TRUST):
            # The second repeats what is above it.
            furthest = -1
            if label == _OF_ORGANISATION and block:
                yield section, block
                block = {}
            continue
        if cell is None:
            if block:
                yield section, block
            section, block, first, furthest = label, {}, "", -1
            yield section, {}
            continue
        place = _OF_PERSON.index(label) if label in _OF_PERSON else furthest
        if section == _PEOPLE:
            again = place == furthest and label in block and label != _OF_PERSON[-1]
            begins = place < furthest or again
        else:
            first = first or label
            begins = section not in _DETAILS and label == first
        if begins and block:
            yield section, block
            block = {}
        furthest = place
        if label in block:
            block[label].merge(cell)
        else:
            block[label] = cell
    if block:
        yield section, block


def _list_rows(
    lines: Sequence[Sequence[PdfText]],
) -> Iterator[tuple[str, PrintedCell | None]]:
    """Yield each row with its label, and each heading with None, both in small letters."""
    column = _find_value_column(lines)
    gaps = [
        before[0].y - now[0].y
        for before, now in zip(lines, lines[1:], strict=False)
        if before[0].page == now[0].page
    ]
    far = 1.4 * median_low(gaps) if gaps else 0.0
    cell: PrintedCell | None = None
    for number, line in enumerate(lines):
        left = [one for one in line if one.x < column]
        right = [one for one in line if one.x >= column]
        before = lines[number - 1][0] if number else None
        starts_page = before is None or before.page != line[0].page
        ends_page = number + 1 == len(lines) or lines[number + 1][0].page != line[0].page
        words = _fold(" ".join(one.text for one in line))
        if (starts_page and words.casefold() in _TITLES) or (
            ends_page and _FOOTER.fullmatch(words)
        ):
            continue
        label = _fold(" ".join(one.text for one in left)).rstrip(": ").casefold()
        is_far = starts_page or (before is not None and before.y - line[0].y > far)
        if left and not right and label in (one.rstrip(".") for one in _EMPTY):
            continue
        known = label in _SECTIONS or label in (_OF_ORGANISATION, _OF_TRUST)
        if left and not right and (known or (is_far and label not in _KNOWN_LABELS)):
            if cell:
                yield cell.label, cell
            cell = None
            yield label, None
            continue
        if left and not right and cell and not is_far and label not in _KNOWN_LABELS:
            cell.label = f"{cell.label} {label}"
            continue
        if left and cell and _begins_label(f"{cell.label} {label}", after=cell.label):
            cell.label = f"{cell.label} {label}"
        elif left:
            if cell:
                yield cell.label, cell
            cell = PrintedCell(label)
        if cell:
            for place, one in enumerate(right):
                cell.add(_fold(one.text), wrapped=place == 0)
    if cell:
        yield cell.label, cell


def _begins_label(text: str, *, after: str) -> bool:
    """Return whether a label that is not known by itself goes on as a known one does."""
    return after not in _KNOWN_LABELS and any(one.startswith(text) for one in _KNOWN_LABELS)


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
