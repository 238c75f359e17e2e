"""What is written next to the names of people in a cell and names nobody."""

import html
import re
from typing import Final

from duediligence.matching.names.parties import reads_as_person
from duediligence.matching.names.words import is_given_name
from duediligence.text.dates import MONTH_PATTERN
from duediligence.text.folding import fold
from duediligence.text.names import TITLES
from duediligence.text.postcodes import INWARD, OUTWARD

BREAK: Final = "\ue001"
"""Marks the end of a name without any other separator."""

# Labels and facts of the registers that people are copied from: Companies House, the Care Quality
# Commission, licensing authorities.
_LABELS = (
    r"(?:correspondence|service|registered office|home|usual residential) address",
    r"country of residence|nationality(?=\s*[:\n])|occupation(?=\s*[:\n])",
    r"natures? of control|role active|role resigned",
    r"(?:personal |premises |second |third |joint )?licen[cs]e ?holders?",
    r"(?:designated )?premises supervisors?|dps",
    r"registered (?:managers?|persons?|providers?)|nominated individuals?",
    r"(?:legal )?(?:owner|holder)ship of (?:shares|voting rights)",
    r"(?:holder of )?voting rights|(?:the )?rights? to appoint (?:and|or) remove "
    r"(?:a majority of )?(?:the )?(?:directors|members|trustees)",
    r"has significant influence or control",
    r"more than [\d.]+ ?%|(?:but )?(?:not|less) (?:more )?than [\d.]+ ?%|[\d.]+ ?% or more",
    r"(?:owns|holds|holding|shareholding(?: of)?)\s+[\d.]+ ?%",
    r"[a-z]+(?:-[a-z0-9]+){3,}",
    r"total number of appointments:? ?\d*",
    r"(?:a |in )?partnership|(?:and|&) (?:partners|associates)",
    r"[\d.,]+ (?:ordinary |preference )?shares?",
    r"(?:driver |vehicle |taxi |phv )?badge (?:no\.? ?|number )?:? ?[a-z/]{0,6}\d+",
)
_LABEL = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_LABELS)})(?![\w'’-])[ \t:–—-]*", re.IGNORECASE)
_PRACTICE = re.compile(r"(?<=\w)['’]s practice\b", re.IGNORECASE)
# `(PHO/8287)`, `(ref 44)`: a number that somebody gave, never a date.
_CODE = re.compile(
    rf"\((?!(?:born|b|d\.?o\.?b|y\.?o\.?b|in|{MONTH_PATTERN})\b)"
    r"(?:[a-z]{1,6}\.?[ /-]?){1,2}\d{2,8}\)",
    re.IGNORECASE,
)
_BARE_CODE = re.compile(
    r"(?<=[^\W\d_] )(?:[A-Z]{2,4}[/-]?(?!(?:19|20)\d\d\b)\d{3,6}|\d{6})\b(?!\s*(?:ordinary|shares))"
)
_POSTCODE = rf"\b{OUTWARD} ?{INWARD}\b"
# From a house number, or from a house's name on a line of its own, to the postcode.
_ADDRESS = re.compile(
    rf"(?<![\w/.-])(?:of |at )?(?:(?:flat|unit|suite|apartment) )?\d{{1,4}}[a-z]?,? (?=[^\W\d_])"
    rf"[^;|\n\d()]{{3,100}}?{_POSTCODE}|^[^;|\n\d():]{{3,100}}, ?{_POSTCODE}[ ]*$|{_POSTCODE}",
    re.IGNORECASE | re.MULTILINE,
)
# `4 Dune Row`: a house number and a street, without a postcode.
_STREET = re.compile(
    r"(?<![\w/.-])(?:flat|unit|suite|apartment) \d{1,4}[a-z]?\b"
    r"|(?<![\w/.-])(?:of |at )?\d{1,4}[a-z]?,? (?:[^\W\d_][\w'’-]+ ){1,3}"
    r"(?:street|st|road|rd|lane|row|avenue|ave|close|drive|gardens|terrace|crescent)\b\.?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s*[,\n]\s*")
_NUMBER = re.compile(
    r"^(?:(?:of|at|flat|unit|suite|apartment) )*\d{1,4}[a-z]?\b,? ?", re.IGNORECASE
)


def without_particulars(text: str) -> str:
    """Return a cell with a break for each address, label, share and number next to a name.

    An address of which a part begins as a person's name does is left in, so that nobody is lost.
    """
    text = html.unescape(text) if "&" in text else text
    text = _BARE_CODE.sub(BREAK, _PRACTICE.sub(BREAK, _CODE.sub(BREAK, _LABEL.sub(BREAK, text))))
    return _STREET.sub(_leave_out, _ADDRESS.sub(_leave_out, text))


def _leave_out(address: re.Match[str]) -> str:
    clauses = (_NUMBER.sub("", one) for one in _CLAUSE.split(address[0]))
    return address[0] if any(map(_may_be_person, clauses)) else BREAK


def _may_be_person(text: str) -> bool:
    """Whether it begins as a name of a person does: with a given name, an initial or a title."""
    first, *others = fold(text).split() or [""]
    begins = len(first) == 1 or first in TITLES or is_given_name(first)
    return bool(others) and begins and reads_as_person(text)
