"""Identifiers as a person types them: a register's org-id code and its number."""

import re

from duediligence.errors import Invalid
from duediligence.model import Identifier, company_number
from duediligence.model.identifiers import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
)

# Some five thousand numbers of societies and old LLPs are of no common form (RS9931EN).
_RARE_COMPANY = r"[A-Z]{2}[0-9]{4,5}[A-Z]{1,2}"
_FORMS = {
    CHARITY_ENGLAND_WALES: ("[1-9][0-9]{5,6}", "6 or 7 digits"),
    CHARITY_SCOTLAND: ("SC[0-9]{6}", "SC and 6 digits, as GB-SC-SC099001"),
    CHARITY_NORTHERN_IRELAND: ("[0-9]{6}", "6 digits"),
}
_HINT = "Write it as GB-COH-99000001 (company), GB-CHC-, GB-SC- or GB-NIC- (charity), or none."


def identifier(text: str) -> Identifier:
    """The identifier that `text` is, to the letter: nothing is mended or guessed.

    `GB-COH-` (Companies House), `GB-CHC-` (charities of England and Wales), `GB-SC-` (Scotland)
    or `GB-NIC-` (Northern Ireland) and the number, as https://org-id.guide has them. Raises
    UsageError.
    """
    found = re.fullmatch(r"(GB-[A-Z]+)-(\S+)", text.strip().upper())
    scheme, number = found.groups() if found else ("", "")
    if scheme == COMPANY:
        return Identifier(scheme, _company(text, number))
    if scheme not in _FORMS:
        raise Invalid(f"{text!r} names no register that is known here", hint=_HINT)
    form, words = _FORMS[scheme]
    if not re.fullmatch(form, number, re.ASCII):
        raise Invalid(f"{text!r} is not {words} after {scheme}-", hint=_HINT)
    return Identifier(scheme, number)


def _company(text: str, number: str) -> str:
    whole = company_number(number)
    if whole == number or re.fullmatch(_RARE_COMPANY, number, re.ASCII):
        return number
    hint = f"Perhaps {COMPANY}-{whole} is meant; look it up." if whole else _HINT
    raise Invalid(f"{text!r} is not a Companies House number of 8 characters", hint=hint)
