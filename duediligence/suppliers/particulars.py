"""What is written next to the names of people in a cell and names nobody: addresses, labels, codes.

Nothing is left out because it may be an address: each part of one must be known to be, by its
street, its place or its postcode. So nobody is lost with it.
"""

import html
import re
from typing import Final

from duediligence.matching.names.marks import places_in
from duediligence.matching.names.words import counts, is_given_name
from duediligence.text.folding import fold
from duediligence.text.names import TITLES
from duediligence.text.postcodes import INWARD, OUTWARD

BREAK: Final = "\ue001"
"""Marks the end of a name without any other separator."""

# Labels and facts of the registers that people are copied from: Companies House, the Care Quality
# Commission, licensing authorities.
_ADDRESS_LABEL = r"(?:correspondence|service|registered office|home|usual residential) address"
_LABELS = (
    _ADDRESS_LABEL,
    r"country of residence|nationality(?=\s*[:\n])|occupation(?=\s*[:\n])",
    r"natures? of control|role active|role resigned",
    r"(?:personal |premises |second |third |joint )?licen[cs]e ?holders?",
    r"(?:driver |taxi |personal )?licen[cs]e (?:no\b\.?|number)[ :]*[\w/-]*",
    r"(?:designated )?premises supervisors?|dps",
    r"registered (?:managers?|persons?|providers?)|nominated individuals?",
    r"(?:legal )?(?:owner|holder)ship of (?:shares|voting rights)",
    r"(?:holder of )?voting rights|(?:the )?rights? to appoint (?:and|or) remove "
    r"(?:a majority of )?(?:the )?(?:directors|members|trustees)",
    r"has significant influence or control",
    r"more than [\d.]+ ?%|(?:but )?(?:not|less) (?:more )?than [\d.]+ ?%|[\d.]+ ?% or more",
    r"(?:owns|holds|holding|shareholding(?: of)?)\s+[\d.]+ ?%",
    r"(?:ownership|voting|rights?|significant|part)-[a-z]+(?:-[a-z0-9]+)+",
    r"total number of appointments:? ?\d*",
    r"(?:a |in )?partnership|(?<!, )(?<=\w )(?:and|&) (?:partners|associates)",
    r"[\d.,]+ (?:ordinary |preference )?shares?",
    r"(?:driver |vehicle |taxi |phv )?badge (?:no\.? ?|number )?:? ?[a-z/]{0,6}\d+",
)
_LABEL = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_LABELS)})(?![\w'’-])[ \t:–—-]*", re.IGNORECASE)
# What follows such a label: up to the end of its line, or to the postcode of an address.
_LABELLED = re.compile(
    rf"(?:^|(?<=\n))(?:{_ADDRESS_LABEL}[ :]*\n?|(?:occupation|nationality) )[^\n]*(?=\n|$)"
    rf"|\b{_ADDRESS_LABEL}[^;|\n]{{3,100}}?\b{OUTWARD} ?{INWARD}\b",
    re.IGNORECASE,
)
_PRACTICE = re.compile(r"(?<=\w)['’]s practice\b", re.IGNORECASE)
# `(PHO/8287)`, `(ref 44)`: a number that somebody gave, never a date.
_CODE = re.compile(
    r"\((?:[A-Z]{1,6}(?:[/-][A-Z]{1,6})?(?:[/-]| ?(?!(?:19|20)\d\d\b))"
    r"|(?i:(?:co(?:mpany)?\.? ?)?(?:ref|no|number|lic|licen[cs]e|badge|id))\.?[ :/-]?)\d{2,8}\)"
)
_BARE_CODE = re.compile(
    r"(?<![\w/-])[A-Z]{2,4}[/-]?(?!(?:19|20)\d\d\b)\d{3,6}\b"
    r"|(?<![\w/-])\d{3,6}/[A-Z]{1,4}(?=\s*(?:$|[;|\n)&]))"  # not `1955/LEE, Grace`
    r"|(?<=[^\W\d_] )\d{6}\b(?!\s*(?:ordinary|shares))"
)

_POSTCODE = re.compile(rf"\b{OUTWARD} ?{INWARD}\b", re.IGNORECASE)
_BETWEEN = re.compile(rf"([ ]*(?:[,\n;|\t/&(){BREAK}]|\s[-–—]\s|\band\b)[ ]*)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:of |at )?(?:(?:flat|unit|suite|apartment) \d{1,4}[a-z]?,? ?)?"
    r"(?:(?!(?:19|20)\d\d\b)\d{1,4}[a-z]?\b,? ?)?",
    re.IGNORECASE,
)
_HOUSE_AND_STREET = re.compile(
    r"(?:of |at )?\d{1,4}[a-z]?,? \S+ \S+(?: \S+){0,2}|(?:flat|unit|suite|apartment) .*",
    re.IGNORECASE,
)
_HOUSE_NUMBER = re.compile(r"((?:^|[,;\n(]|\s-)\s*)(\d{1,3}[a-z]?), (?=[^\W\d]+ \w)", re.IGNORECASE)
_OF_STREET = re.compile(r"[ ](?:of|at)[ ](?=\S+(?:[ ]\S+){1,4}$)", re.IGNORECASE)
# The last words of streets and houses: those that are no family names, and those that are.
_STREETS = frozenset(
    "road rd approach avenue ave crescent terrace gardens mews drive cottage cottages farmhouse "
    "barn villas buildings building bungalow".split()
)
_STREETS_OR_NAMES = frozenset(
    "street st lane ln row close way place square hill park court grove walk rise view green "
    "house lodge hall manor farm grange mill wharf yard centre".split()
)
_FAMILY_NAME_TOO, _COMMON_IN_FIRMS = 13, 12  # counts in names of people, and of firms
_MOST_WORDS = 4


def without_particulars(text: str) -> str:
    """Return a cell with a break for each address and label next to a name."""
    text = html.unescape(text) if "&" in text else text
    return _without_addresses(_LABEL.sub(BREAK, _LABELLED.sub(BREAK, text)))


def without_codes(text: str) -> str:
    """Return a cell with a break for each number that somebody gave, such as a licence's."""
    return _BARE_CODE.sub(BREAK, _PRACTICE.sub(BREAK, _CODE.sub(BREAK, text)))


def _without_addresses(text: str) -> str:
    if not re.search(r"\d| (?:of|at) ", text):
        return text
    text = _HOUSE_NUMBER.sub(r"\1\2 ", text)
    parts = _BETWEEN.split(_POSTCODE.sub(rf"\g<0>{BREAK}", text))
    for at in range(0, len(parts), 2):
        if found := _POSTCODE.search(parts[at]):
            rest = parts[at][: found.start()].strip()
            parts[at] = BREAK
            if not rest or _is_town(rest) or _is_address(rest, numbered=True):
                _leave_out_before(parts, at, town=bool(rest))
            else:
                parts[at] = _without_street(rest) or f"{rest} {BREAK}"
    for at in range(0, len(parts), 2):
        part, after = parts[at].strip(), parts[at + 2] if at + 2 < len(parts) else ""
        # `1318 Joan Hill` may be a badge and its holder; `18 Joan Hill, Leeds` is a house.
        placed = _is_place(after) or _is_place(part.split()[-1] if part else "")
        numbered = placed and re.match(r"[0-9]{2,3}\b", part) is not None
        if _HOUSE_AND_STREET.fullmatch(part) and _is_address(part, numbered=numbered):
            parts[at] = BREAK
            if _is_place(after):
                parts[at + 2] = ""
        elif bare := _without_street(parts[at], numbered=False):
            parts[at] = bare
    return "".join(parts)


def _leave_out_before(parts: list[str], at: int, *, town: bool) -> None:
    """Leave out the parts of an address before its last one, up to a part that may be none.

    Its town may be one word that is not known, where a street is before it.
    """
    while at > 1 and parts[at - 1].strip(" ") in (",", "\n"):
        part, before = parts[at - 2].strip(), parts[at - 4].strip() if at > 3 else ""
        if bare := _without_street(part):
            parts[at - 2] = bare
            return
        if not (_is_address(part, numbered=True) or _is_place(part)):
            is_street = _is_address(before, numbered=True) or _without_street(before)
            if town or not (_is_town(part) and is_street):
                return
            town = True
        at -= 2
        parts[at] = parts[at + 1] = ""


def _without_street(text: str, *, numbered: bool = True) -> str:
    """Return a name with a break for the street after it, `Ann Noname of 2 Mill Lane`; else ``."""
    found = _OF_STREET.search(text.rstrip())
    known = found and _is_address(text[found.end() :].rstrip(), numbered=numbered)
    return f"{text[: found.start()]} {BREAK}" if found and known else ""


def _is_address(text: str, *, numbered: bool = False) -> bool:
    """Return whether a text is a street or a house; `numbered`: a house number tells that it is
    one.
    """
    number = _NUMBER.match(text)
    bare = fold(text[number.end() :] if number else text).split()
    has_number = bool(number and re.search(r"\d", number[0]))
    while len(bare) > 2 and _is_place(bare[-1]):
        bare.pop()
    if not bare:
        return bool(number and _HOUSE_AND_STREET.fullmatch(number[0].strip(" ,")))
    if not 2 <= len(bare) <= _MOST_WORDS:
        return False
    people, firms = counts(bare[0])
    plain = people < _FAMILY_NAME_TOO and firms >= _COMMON_IN_FIRMS
    known = (plain and not is_given_name(bare[0])) or _is_place(bare[0])
    if bare[-1] in _STREETS:
        return known or has_number or len(bare) == 2
    # `2 William Green` may be the second person of a list.
    listed = is_given_name(bare[0]) or bare[0] in TITLES or len(bare[0]) == 1
    may_be_name = listed and not re.search(r"\d\d", number[0] if number else "")
    certain = known or (numbered and has_number and not may_be_name)
    return bare[-1] in _STREETS_OR_NAMES and certain


def _is_town(text: str) -> bool:
    """Return whether a text where a town is expected is a place, or one word that is no given
    name.
    """
    return _is_place(text) or (text.isalpha() and not is_given_name(fold(text)))


def _is_place(text: str) -> bool:
    """Return whether a text is a British town, county or country."""
    folded = " ".join(fold(text).split())
    found = places_in(folded.split())
    return (
        len(found) == 1
        and found[0].text == folded
        and any(getattr(place, "country", "") == "GB" for place in found[0].values)
    )
