"""Firms as UK registers write them: what they are, what they trade as, their number and place."""

import re

from duediligence.watchlists.toolkit.values import usable

from duediligence.contracts import Drift
from duediligence.model import Address, Identifier, Kind, Name, company_number
from duediligence.model.entries import CHARITY_ENGLAND_WALES, COMPANY
from duediligence.text.legal_forms import ends_in_legal_form
from duediligence.text.postcodes import last_postcode

_TRADING = re.compile(
    r"\s*[,;(\[-]?\s*\b(?:t/as?|t\.a\.|trading\s+as|working\s+name|d/b/a)(?![\w/])[\s:.]*",
    re.IGNORECASE,
)
_CHARITY = re.compile(r"([2-9]\d{5}|1\d{6})(?:-\d{1,3})?", re.ASCII)
_NO_NUMBER = frozenset(("", "n/a", "na", "none", "not applicable", "-", "0"))


def kind_of(*names: str, numbered: bool = False) -> Kind:
    """Return an organisation where it has a company's number or a name with a legal form, else
    unknown.
    """
    parts = (part for name in names for part in _TRADING.split(name))
    return "organisation" if numbered or any(map(ends_in_legal_form, parts)) else "unknown"


def names_in(text: str, *trading: str) -> tuple[Name, ...]:
    """Return the name and the trading names in `text` (`Acme Ltd t/a Bolt`), and more trading
    names.
    """
    parts = [part.strip(" ,;:-") for part in _TRADING.split(text)]
    if not usable(parts[0]):
        parts = [text]
    primary, *others = parts
    found = [
        Name(primary),
        *(Name(_strip_stray_bracket(one), "trading") for one in (*others, *trading)),
    ]
    distinct: dict[str, Name] = {}
    for name in found:
        if usable(name.text):
            distinct.setdefault(name.text.casefold(), name)
    return tuple(distinct.values())


def company(text: str, column: str, drift: Drift) -> tuple[Identifier, ...]:
    """Return the company number in a cell; `drift` receives a value that holds none."""
    if text.casefold() in _NO_NUMBER:
        return ()
    if number := company_number(text):
        return (Identifier(COMPANY, number),)
    drift.unmapped(column, text)
    return ()


def read_charity_number(text: str, column: str, drift: Drift) -> tuple[Identifier, ...]:
    """Return the number of a charity in England and Wales in a cell; `drift` receives a value
    without.

    Of a linked charity (`1061234-2`) the number of the main one: they are one registration.
    """
    if text.casefold() in _NO_NUMBER:
        return ()
    if found := _CHARITY.fullmatch(re.sub(r"\s", "", text)):
        return (Identifier(CHARITY_ENGLAND_WALES, found[1]),)
    drift.unmapped(column, text)
    return ()


def build_address(*lines: str, postcode: str = "") -> tuple[Address, ...]:
    """Return the lines that are not empty, each once, with the postcode; none where all are
    empty.
    """
    text = ", ".join(dict.fromkeys(line.strip(" ,") for line in lines if line.strip(" ,")))
    code = postcode.upper()
    return (Address(f"{text} {code}".strip(), code),) if text or code else ()


def place(text: str) -> tuple[Address, ...]:
    """Return an address on one line, with the last postcode in it; none where it is empty."""
    return (Address(text, last_postcode(text)),) if text else ()


def _strip_stray_bracket(text: str) -> str:
    return text[:-1].rstrip() if text.endswith(")") and "(" not in text else text
