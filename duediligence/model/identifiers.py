"""Numbers that registers give to parties."""

import re
from dataclasses import dataclass

# org-id.guide codes for UK registers, as the Central Digital Platform uses them.
COMPANY = "GB-COH"
CHARITY_ENGLAND_WALES = "GB-CHC"
CHARITY_SCOTLAND = "GB-SC"
CHARITY_NORTHERN_IRELAND = "GB-NIC"
MUTUAL = "GB-MPR"
PROCUREMENT = "GB-PPON"
# Kinds of number that have no org-id register; the issuing country stands beside them.
PASSPORT = "passport"
NATIONAL_ID = "national-id"
TAX = "tax"
REGISTRATION = "registration"
LEI = "lei"
IMO = "imo"
SWIFT = "swift"
OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A number within a scheme: an org-id code (`GB-COH`) or a kind (`passport`, `tax`, `imo`).

    `country` is the issuer as the publisher writes it, empty where not stated. `label` is the
    publisher's own word for the kind of number, shown to people and never compared.
    """

    scheme: str
    id: str
    country: str = ""
    label: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}-{self.id}" if self.scheme.startswith("GB-") else self.id


_COMPANY_PREFIXES = frozenset(
    "AC CE CS CU EN ES FC FE GE GN GS IC IP LP NA NC NF NI NL NO NP NR NV NZ OC OE PC R0 RC RS SA "
    "SC SE SF SG SI SL SO SP SR SU SZ ZC".split()
)


def company_number(text: str) -> str | None:
    """The eight-character Companies House number in `text`, or None where there is none.

    Pads lost zeros (`1234567` → `01234567`, `SC12345` → `SC012345`); the form is that of the
    Companies House public data API (eight characters, two-letter prefix for all but England
    and Wales companies).
    """
    compact = re.sub(r"[\s.\-/]", "", text).upper()
    if re.fullmatch(r"[0-9]{1,8}", compact):
        return compact.zfill(8) if int(compact) else None
    prefixed = re.fullmatch(r"([A-Z][A-Z0-9])([0-9]{1,6})(R?)", compact)
    if not prefixed or prefixed[1] not in _COMPANY_PREFIXES:
        return None
    width = 5 if prefixed[3] else 6
    digits = prefixed[2].zfill(width)
    return prefixed[1] + digits + prefixed[3] if len(digits) == width else None
