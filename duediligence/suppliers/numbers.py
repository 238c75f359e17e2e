"""Registration numbers out of a spreadsheet, and what a spreadsheet does to them."""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from duediligence.formats.cells import clean
from duediligence.model import Identifier, company_number
from duediligence.model.entries import (
    CARE,
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    MUTUAL,
    PROCUREMENT,
)
from duediligence.text.legal_forms import has_legal_form

# What people write where there is nothing to write.
NOTHING = frozenset(
    "-|--|.|?|n/a|na|n.a.|no|none|nil|null|tbc|tba|unknown|#n/a|"
    "not known|not applicable|not registered|sole trader|soletrader|self employed|self-employed|"
    "individual|partnership|unincorporated".split("|")
)
_PADDED = "missing zeros restored"
# A spreadsheet drops one or two; who types a number leaves out no more.
_SURE_ZEROS = 2
_KIND = r"(?:(?:registered|reg\.?|uk) )?(?:company|co\.?|companies house|charity|crn|rcn|ch)"
_WORDS = (
    r"(?: (?:registration|registered|reg\.?))?(?: ?(?:number|no\.?|num\.?|ref\.?|#))?[ :.]{0,3}"
)
_RAISED = re.compile("[\u00b9\u00b2\u00b3\u2070-\u209c]")
_LABEL = re.compile(
    rf"^(?:{_KIND}{_WORDS}|(?:registration|registered|reg\.?|number|no\.?)[ :.a-z]{{0,12}})",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"[\s,;(\[–-]+(?P<label>\b{_KIND}{_WORDS})(?P<id>[A-Z]{{0,3}}[0-9]{{5,8}})\b[)\]]?",
    re.IGNORECASE,
)
# A number of the CQC as it writes it: without its hyphen a short one would be a URN of Ofsted.
_OF_CQC = re.compile(r"\s*1[-‐‑–]([0-9]{5,15})\s*")
_BARE = re.compile(
    r"\s*[(\[]\s*(?P<id>[A-Z]{2}[0-9]{6}|[0-9]{8})\s*[)\]]"
    r"|[\s,;–-]+(?P<last>[A-Z]{2}[0-9]{6}|[0-9]{8})$"
)


class NumberReading(NamedTuple):
    """What a text was understood to be.

    `remark` says what was corrected, empty where nothing was; or, without an identifier, why the
    text is no such number, empty where there is no text.
    """

    identifier: Identifier | None
    remark: str = ""


class _Unreadable(ValueError):
    pass


def read_number(field: str, text: str) -> NumberReading:
    """Read a `company_number`, `charity_number`, `ppon` or `mutual_number`. Never raises.

    Undoes what spreadsheets do (lost zeros, spaces, `.0`, `1.234567E+06`, `="…"`) while every
    digit is still there; digits that are gone are never made up.
    """
    if not text.strip() or text.strip().casefold() in NOTHING:
        return NumberReading(None)
    if field == "care_number" and (of_cqc := _OF_CQC.fullmatch(text)):
        return NumberReading(Identifier(CARE, f"1-{of_cqc[1]}"))
    try:
        compact, mended = _correct_number(text)
        identifier, remark = _READERS[field](compact)
    except _Unreadable as error:
        return NumberReading(None, str(error))
    return NumberReading(identifier, "; ".join([*mended, remark] if remark else mended))


def read_numbers(field: str, text: str, column: str, name: str) -> list[NumberReading]:
    """Return the numbers in a cell that may hold several, or one of either register. Never raises.

    A column headed for companies and charities holds both, told apart by form: 8 digits are a
    company's, 6 or 7 a charity's, and a company's as well where the supplier's `name` is that of a
    company, for its zeros may be lost.
    """
    either = field == "company_number" and "charit" in column.casefold()
    whole = _read_either_number(text, name) if either else [read_number(field, text)]
    if whole == [NumberReading(None)] or any(one.identifier for one in whole):
        return whole
    found = []
    for part in re.split(r"[/,;&|()\r\n]|\band\b", text, flags=re.IGNORECASE):
        bare = _LABEL.sub("", part.strip())
        charity = "charit" in part.casefold() or re.match(r"\s*RCN\b", part, re.IGNORECASE)
        if not re.search(r"\d", bare):
            continue
        if either and not charity:
            found += _read_either_number(bare, name)
        else:
            found.append(read_number("charity_number" if charity else field, bare))
    return found if found and all(one.identifier for one in found) else whole


def guessed_zeros(typed: str, read: str) -> bool:
    """Return whether so many zeros were put in front of a typed number that it is a guess."""
    digits = [sum(map(str.isdigit, text)) for text in (typed, read)]
    return digits[1] - digits[0] > _SURE_ZEROS


def number_in_name(name: str) -> tuple[str, Identifier | None]:
    """Return a name without the number of a company or charity that stands in it, and that number.

    Read are a whole company number in brackets or at the end, and any with its label:
    `Brewery Co Ltd (00012345)`, `Brewery Co Ltd, company no 12345`.
    """
    if not re.search(r"\d{5}", name):
        return name, None
    for form in (_LABELLED, _BARE):
        if found := form.search(name):
            label = (found.groupdict().get("label") or "").casefold()
            charity = "charit" in label or label.startswith("rcn")
            reading = read_number(
                "charity_number" if charity else "company_number", _extract_number_id(found)
            )
            bare = clean(f"{name[: found.start()]} {name[found.end() :]}").strip(" ,;:-–—")
            if reading.identifier and any(map(str.isalpha, bare)):
                return bare, reading.identifier
    return name, None


def _extract_number_id(found: re.Match[str]) -> str:
    held = found.groupdict()
    return held["id"] or held.get("last") or ""


def _read_either_number(text: str, name: str) -> list[NumberReading]:
    """Return what may be a company's number or a charity's."""
    if not text.strip() or text.strip().casefold() in NOTHING:
        return [NumberReading(None)]
    company, charity = read_number("company_number", text), read_number("charity_number", text)
    digits = re.sub(r"\W", "", text)
    if charity.identifier and digits.isdigit():
        return [charity, company] if has_legal_form(name) else [charity]
    found = [one for one in (company, charity) if one.identifier]
    return found or [company]


def _correct_number(text: str) -> tuple[str, list[str]]:
    if text.isascii() and text.isalnum():
        return text.upper(), []
    mended = []
    # A raised digit marks a footnote and is none of the number's own.
    value = unicodedata.normalize("NFKC", _RAISED.sub("", text)).upper()
    if wrapped := re.fullmatch(r"""\s*(?:=\s*"(.*)"|'(.*))\s*""", value):
        value = wrapped[1] or wrapped[2] or ""
        mended.append("quotation marks removed")
    compact = re.sub(r"[\s\u200b\ufeff]", "", value)
    if compact != value:
        mended.append("spaces removed")
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", compact):
        compact = compact.replace(",", "")
        mended.append("commas removed")
    if re.fullmatch(r"[0-9]+\.0+", compact):
        compact = compact.partition(".")[0]
        mended.append("decimal point removed")
    elif re.fullmatch(r"[0-9](\.[0-9]+)?E\+[0-9]{1,2}", compact):
        compact = _without_exponent(compact)
        mended.append("exponent expanded: every digit was still there")
    compact = re.sub(r"^GB-?(COH|CHC|SC|NIC|MPR|PPON):", r"GB\1", compact)
    return re.sub(r"[-‐‑–/]", "", compact), mended


def _without_exponent(text: str) -> str:
    mantissa, _, exponent = text.partition("E+")
    shown, digits = len(mantissa.replace(".", "")), int(exponent) + 1
    if shown < digits:
        raise _Unreadable(
            f"the spreadsheet kept only {shown} of its {digits} digits; look the number up, and "
            "format the column as text"
        )
    return str(int(Decimal(text)))


def _parse_company_number(text: str) -> tuple[Identifier, str]:
    bare = re.sub("^GBCOH", "", text)
    number = company_number(bare) if bare.isalnum() else None
    if number is None:
        raise _Unreadable("not a Companies House number (8 digits, or two letters and 6 digits)")
    return Identifier(COMPANY, number), _PADDED if number != bare else ""


def _parse_charity_number(text: str) -> tuple[Identifier, str]:
    bare = re.sub("^(GBCHC|GBSC(?=SC)|GB(?=SC|NIC))", "", text)
    if found := re.fullmatch(r"SC(O?)([0-9]{1,6})", bare):
        number = f"SC{found[2].zfill(6)}"
        remark = "the letter O read as a zero" if found[1] else ""
        return Identifier(CHARITY_SCOTLAND, number), remark or (_PADDED if number != bare else "")
    if found := re.fullmatch("NIC?([0-9]{6})", bare):
        return Identifier(CHARITY_NORTHERN_IRELAND, found[1]), ""
    if re.fullmatch(r"[0-9]{6,7}", bare) and int(bare):
        return Identifier(CHARITY_ENGLAND_WALES, bare), ""
    raise _Unreadable("not a charity number (6 or 7 digits, SC and 6 digits, NIC and 6 digits)")


def _parse_ppon(text: str) -> tuple[Identifier, str]:
    found = re.fullmatch(r"(?:GBPPON)?([A-Z]{4})([0-9]{4})([A-Z]{4})", text)
    if not found:
        raise _Unreadable("not a PPON (like PZZZ-9900-ZZZZ)")
    return Identifier(PROCUREMENT, "-".join(found.groups())), ""


def _parse_mutual_number(text: str) -> tuple[Identifier, str]:
    bare = re.sub("^GBMPR", "", text)
    if not re.fullmatch(r"[A-Z]{0,2}[0-9]{1,6}[A-Z]{0,3}", bare):
        raise _Unreadable("not a number of the Mutuals Public Register (like IP099001)")
    return Identifier(MUTUAL, bare), ""


def _parse_care_number(text: str) -> tuple[Identifier, str]:
    if not re.fullmatch(r"(?=.*[0-9]{2})[A-Z0-9]{4,15}", text):
        raise _Unreadable("not a number of a regulator (like SC990004, 1-990102005 or CS99000104)")
    # The CQC writes 1-101675727; others leave the hyphen out.
    of_cqc = re.fullmatch(r"1([0-9]{8,11})", text)
    return Identifier(CARE, f"1-{of_cqc[1]}" if of_cqc else text), ""


_READERS = {
    "care_number": _parse_care_number,
    "company_number": _parse_company_number,
    "charity_number": _parse_charity_number,
    "ppon": _parse_ppon,
    "mutual_number": _parse_mutual_number,
}
