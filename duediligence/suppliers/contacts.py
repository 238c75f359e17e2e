"""Phone numbers, e-mail domains and bank accounts of a row, in one form each.

Two cells that mean the same number, domain or account give the same text, however they are
written. The texts are for a keyed hash and nothing else: they are kept nowhere.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from duediligence.formats.cells import clean
from duediligence.model import ContactKey, ContactKind
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.numbers import NOTHING
from duediligence.text.tables import read_rows

MakeContactKey = Callable[[ContactKind, str], ContactKey]
"""Makes of a kind and a text in its one form what is kept of it."""

# No cell holds more than a few; what comes after is not read.
_MOST = 10
_LONGEST = 500

_EXTENSION = re.compile(r"[\s,;(]*(?:extension|extn?|ext|x)\.?:?\s*\d{1,6}\)?(?=$|[\s,;/|])")
_BETWEEN = re.compile(r"[/;|,\n&]|\bor\b|\band\b")
_PHONE_LABEL = re.compile(
    r"\b(?:telephone|phone|tel|mobile|mob|office|work|home|landline|fax|number|no|day|evening|"
    r"m|t|p|o)\b\.?:?"
)
# Ofcom's National Telephone Numbering Plan: nine or ten digits after the 0.
_UK = re.compile(r"[12357-9][0-9]{8,9}")
_PLACEHOLDERS = frozenset(("1234567890", "1234567891", "123456789"))


def parse_phones(text: str) -> tuple[str, ...]:
    """Return the phone numbers in a cell as `+44…` or another `+` and country code (ITU-T E.164).

    A number without a country code is a UK one, by Ofcom's numbering plan; one whose 0 a
    spreadsheet dropped is known again. Extensions are left out, and so are fillers such as
    `00000 000000`.
    """
    plain = _EXTENSION.sub(" ", _fold_contact(text))
    found = (_parse_phone(_PHONE_LABEL.sub(" ", part)) for part in _BETWEEN.split(plain))
    return _deduplicate_contacts(found)


def _parse_phone(text: str) -> str:
    if re.search(r"[^0-9\s+().\-–—]", text):
        return ""
    bare = re.sub(r"\(\s*0\s*\)", "", text)
    digits = _extract_digits(bare)
    if bare.lstrip(" (").startswith("+"):
        country = digits
    elif digits.startswith("00"):
        country = digits[2:]
    elif digits.startswith("0"):
        country = f"44{digits[1:]}"
    elif re.fullmatch(rf"44{_UK.pattern}", digits):
        country = digits
    else:
        country = f"44{digits}"
    if country.startswith("44"):
        # `+44 (0)1632` may have lost its brackets.
        own = country[2:].removeprefix("0")
        if not _UK.fullmatch(own) or own in _PLACEHOLDERS:
            return ""
        country = f"44{own}"
    filler = len(set(country[2:])) < 2
    return "" if filler or not 8 <= len(country) <= 15 or country.startswith("0") else f"+{country}"


_MAIL = re.compile(r"[^\s@<>,;:()\"]{1,64}@([^\s@<>,;:()\"/]{1,253})")
_SITE = re.compile(r"(?:https?:/{1,2})?([^\s/@?#:,;]{1,253})(?::\d{1,5})?(?:[/?#]\S*)?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def mail_domains(text: str) -> tuple[str, ...]:
    """Return the registered domains of the mail addresses in a cell, `gull.co.uk` for
    `x@a.gull.co.uk`.

    Not those that tie nobody to anybody: public mail providers, bodies of the state.
    """
    return _deduplicate_contacts(_own_domain(found) for found in _MAIL.findall(_fold_contact(text)))


def site_domains(text: str) -> tuple[str, ...]:
    """Return the registered domains of web addresses in a cell; not of those that hosts give to
    many.
    """
    whole = (_SITE.fullmatch(part) for part in re.split(r"[\s;,|]+", _fold_contact(text)))
    return _deduplicate_contacts(_own_domain(found[1]) for found in whole if found)


def _own_domain(host: str) -> str:
    """Return the domain that was registered, empty where there is none or it is shared."""
    try:
        plain = host.strip(".").encode("idna").decode()
    except UnicodeError:
        return ""
    labels = plain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        return ""
    ends = {".".join(labels[at:]) for at in range(len(labels))}
    if (
        ends & _load_shared_domains("public")
        or ends & _load_shared_domains("site")
        or ends & _load_shared_domains("mail")
    ):
        return ""
    length = 2
    if ".".join(labels[-2:]) in _load_shared_domains("suffix"):
        length = 4 if labels[-2:] == ["sch", "uk"] else 3
    return ".".join(labels[-length:]) if len(labels) >= length else ""


@cache
def _load_shared_domains(kind: str) -> frozenset[str]:
    rows = read_rows(Path(__file__).with_name("shared_domains.tsv"))
    return frozenset(domain for row in rows if row[0] == kind for domain in row[1].split())


_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_IBAN_LABEL = re.compile(r"^IBAN(?:NUMBER|NO)?(?=[A-Z]{2}[0-9]{2})")
_UK_IBAN = re.compile(r"GB[0-9]{2}[A-Z]{4}([0-9]{6})([0-9]{8})")
_ACCOUNT_LABEL = re.compile(
    r"\b(?:bank|account|acct|acc|ac|a/c|sort ?code|sc|s/c|code|number|no|and|&)\b\.?:?"
)


def parse_iban(text: str) -> str:
    """Return the account of an IBAN (ISO 13616, its check digits verified), empty where it is none.

    One of the UK is its sort code and account number, so that it is the same account as these.
    """
    bare = re.sub(r"[\W_]", "", _fold_contact(text)).upper()
    bare = _IBAN_LABEL.sub("", bare)
    if not _IBAN.fullmatch(bare) or not _is_checked(bare):
        return ""
    if not bare.startswith("GB"):
        return bare
    own = _UK_IBAN.fullmatch(bare)
    return _uk_account(own[1], own[2]) if own else ""


def _is_checked(bare: str) -> bool:
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def bank_account(text: str, sort_code: str = "") -> str:
    """Return the account of a cell with an IBAN, or with an account number beside its sort code.

    The sort code may be in a cell of its own. Zeros that a spreadsheet dropped in front are put
    back: a sort code has 6 digits, an account number 8, shorter ones are padded (Pay.UK, modulus
    checking). An account number alone is that of thousands, and is not read.
    """
    if found := parse_iban(text):
        return found
    plain = _ACCOUNT_LABEL.sub(" ", _fold_contact(text))
    if re.search(r"[^0-9\s.,/:;&()\-–—|]", plain):
        return ""
    digits = _extract_digits(plain)
    code = _extract_digits(_ACCOUNT_LABEL.sub(" ", _fold_contact(sort_code)))
    if not code and len(digits) == 14:
        return _uk_account(digits[:6], digits[6:])
    if code and len(digits) == 14 and digits.startswith(code.zfill(6)):
        digits = digits[6:]
    return _uk_account(code, digits)


def _extract_digits(text: str) -> str:
    text = text.strip()
    # As a spreadsheet writes a number that it took for a sum.
    if re.fullmatch(r"[0-9]+\.0", text):
        text = text[:-2]
    return re.sub(r"[^0-9]", "", text)


def _uk_account(code: str, account: str) -> str:
    if not (5 <= len(code) <= 6 and 6 <= len(account) <= 8):
        return ""
    code, account = code.zfill(6), account.zfill(8)
    # Rows of one digit and running ones are fillers.
    if len(set(account)) == 1 or account == "12345678" or not int(code):
        return ""
    return f"GB {code} {account}"


def contact_keys(
    cells: Mapping[str, Sequence[SupplierCell]], make: MakeContactKey
) -> tuple[tuple[ContactKey, ...], tuple[str, ...]]:
    """Return what is kept of the contacts in a row, and the columns of which a cell was not
    understood.

    `cells` are those of the row by field. A cell whose domains are all shared is understood, and
    gives nothing.
    """
    keys: dict[ContactKey, None] = {}
    unread: list[str] = []
    for kind, cell, values in _read_contact_cells(cells):
        keys |= dict.fromkeys(make(kind, value) for value in values[:_MOST])
        if len(values) > _MOST:
            unread.append(cell.column)
        if not values and not _says_nothing(cell.text) and not _names_a_domain(kind, cell.text):
            unread.append(cell.column)
    if not any(key.kind == "bank account" for key in keys):
        codes = cells.get("sort_code", ())
        unread += [cell.column for cell in codes if not _says_nothing(cell.text)]
    return tuple(keys), tuple(dict.fromkeys(unread))


def _read_contact_cells(
    cells: Mapping[str, Sequence[SupplierCell]],
) -> Iterator[tuple[ContactKind, SupplierCell, tuple[str, ...]]]:
    for cell in cells.get("phone", ()):
        yield "phone", cell, parse_phones(cell.text)
    for cell in cells.get("email", ()):
        yield "e-mail domain", cell, mail_domains(cell.text)
    for cell in cells.get("website", ()):
        yield "e-mail domain", cell, site_domains(cell.text)
    codes = cells.get("sort_code", ())
    accounts = cells.get("bank_account", ())
    for at, cell in enumerate(accounts):
        beside = codes[at] if len(codes) == len(accounts) else codes[0] if codes else None
        yield (
            "bank account",
            cell,
            _wrap_contact(bank_account(cell.text, beside.text if beside else "")),
        )
    for cell in cells.get("iban", ()):
        yield "bank account", cell, _wrap_contact(bank_account(cell.text))


def _wrap_contact(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _says_nothing(text: str) -> bool:
    return clean(text).casefold() in NOTHING | {""}


def _names_a_domain(kind: ContactKind, text: str) -> bool:
    return kind == "e-mail domain" and "." in text


def _fold_contact(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    return "\n".join(map(clean, plain.splitlines())).removeprefix("mailto:")


def _deduplicate_contacts(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
