"""Values as publishers write them: dates, sums, numbers of documents, countries, scripts.

A function whose name begins with `stated_` reads a cell that may be empty, and reports to the
drift a value that is there and cannot be read.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from html import unescape
from typing import TypeVar

from duediligence.contracts import Drift, StatusMeaning
from duediligence.errors import UnreadableFile
from duediligence.model import PartialDate
from duediligence.text.dates import month_number
from duediligence.text.money import parse_pounds

T = TypeVar("T")


def look_up_value(table: Mapping[str, T], text: str, field: str, drift: Drift) -> T | None:
    """Look the text up, whatever its case; None, and a report to `drift`, where it is not there."""
    found = table.get(text.casefold())
    if found is None:
        drift.unmapped(field, text)
    return found


def status(
    table: Mapping[str, StatusMeaning], text: str, field: str, filename: str
) -> StatusMeaning:
    """Return what a word or code of status means, whatever its case.

    Raises UnreadableFile for one that is not in the table: a licence that was taken away under a
    new word must never pass for one that is held.
    """
    found = table.get(clean(text).casefold())
    if found is None:
        raise UnreadableFile(
            f"{filename}: {field} has the value '{clean(text)[:60]}', which is not known",
            hint="The publisher may have added a status; this tool may need an update.",
            word=clean(text)[:60],
        )
    return found


def clean(text: str) -> str:
    """Return one line: white space of every kind (NBSP, U+202F) made one blank, entities
    resolved.
    """
    if "&" in text and ";" in text:
        text = unescape(text)
    return " ".join(text.split())


# Dates.

# Outside these a year is a slip of the pen (or another calendar), not a year of birth.
_YEARS = range(1800, 2101)

_ABOUT = re.compile(r"(?:circa|approximately|approx\.?|about|ca?\.)\s*", re.I)
_ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:T.*|Z|[+-]\d\d:\d\d)?", re.A)
# `dd/mm/1945` and `dd/06/1971` come with the letters left in, where day or month is not known.
_SLASHED = re.compile(r"(\d{1,2}|[a-z]{2})/(\d{1,2}|[a-z]{2})/(\d{4})", re.A | re.I)
_WORDED = re.compile(r"(?:(\d{1,2})[ -])?([a-z]{3,9})\.?[ -](\d{4})", re.A | re.I)
_CENTURY = re.compile(r"(?:[\da-z]{1,2}/[\da-z]{1,2}/)?(\d{2,3})(y{1,2})", re.A | re.I)
_RANGE = re.compile(r"(?:between )?(\d{4}) ?(?:-|–|to|and|/) ?(\d{4})", re.A | re.I)


def day(text: str) -> date | None:
    """Return the day in `2026-08-22`, `2026-08-22T23:00:00Z`, `22/08/2026` or `22-Aug-2026`, else
    None.
    """
    partial = _parse_date_parts(text.strip())
    try:
        return date(*partial) if partial else None
    except ValueError:
        return None


def stated_day(text: str, field: str, drift: Drift) -> date | None:
    """As `day`, and reports a value that is there and cannot be read to `drift`."""
    if not text:
        return None
    found = day(text)
    if found is None:
        drift.unmapped(field, text)
    return found


def birth_date(text: str) -> PartialDate | None:
    """Return a date of birth out of one value, or None where it holds none that can be trusted.

    Reads what `day` reads, and `dd/mm/1945`, `00/00/1975`, `dd/06/1971`, `1968`, `1965-04`,
    `Nov. 1973`, `31/12/19yy` (1900 to 1999), `1958-1965`, `between 1958 and 1965`, `circa 1965`.
    """
    text = " ".join(text.strip(" '\"‘’`").split())
    about = _ABOUT.match(text)
    if about:
        text = text[about.end() :]
    try:
        return _parse_partial_date(text, circa=about is not None)
    except ValueError:
        return None


def _parse_partial_date(text: str, *, circa: bool) -> PartialDate | None:
    if found := _RANGE.fullmatch(text):
        return PartialDate(_year(found[1]), until=_year(found[2]), circa=circa)
    if found := _CENTURY.fullmatch(text):
        digits, missing = found[1], len(found[2])
        if len(digits) + missing != 4:
            return None
        first, last = digits + "0" * missing, digits + "9" * missing
        return PartialDate(_year(first), until=_year(last), circa=circa)
    if re.fullmatch(r"\d{4}", text, re.A):
        return PartialDate(_year(text), circa=circa)
    parts = _parse_date_parts(text)
    if parts is None:
        return None
    year, month, day_of_month = parts
    _year(str(year))
    return PartialDate(year, month or None, (month and day_of_month) or None, circa=circa)


def _parse_date_parts(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day; 0 where not known."""
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    if found := _SLASHED.fullmatch(text):
        first, second = (int(part) if part.isdigit() else 0 for part in found.group(1, 2))
        return int(found[3]), second, first
    if found := _WORDED.fullmatch(text):
        month = month_number(found[2])
        return (int(found[3]), month, int(found[1] or 0)) if month else None
    return None


def _year(text: str) -> int:
    year = int(text)
    if year not in _YEARS:
        raise ValueError(f"{year} is not a year of birth")
    return year


# Sums of money.


def stated_pounds(text: str, field: str, drift: Drift) -> Decimal | None:
    """Return the sum in a cell (`£1,234.50`); reports one that cannot be read to `drift`."""
    if not text:
        return None
    amount = parse_pounds(text)
    if amount is None:
        drift.unmapped(field, text)
    return amount


# Numbers of documents and references.

_BRACKETED = re.compile(r"\([^)]*\)?")
# `12/Na Na Na (N) 990001`: the form of a Myanmar identity card is letters, brackets and all.
_WHOLE_NUMBER = re.compile(r"\d{1,2}/[^\d(]*\([^)]*\)[\d ]+", re.A)
# `9900 No. 990001`: series and number of a Russian passport, one after the other.
_SERIES = re.compile(r"(\d) no\.? (\d)", re.I | re.A)
# What introduces the number: `diplomatic passport no. D99000001`, `TIN: 990000000001`.
_INTRODUCED = re.compile(
    r"[^\d]*?(?:\bno\b\.?|\bnumber\b|:)[\s.:°]*(?=\S*\d|[A-Z]{1,3} ?\d)", re.I | re.S | re.A
)
_WORD = re.compile(r"[^\W\d_]*[a-z][^\W\d_]*[.,;:]?|[^\W\d_]{3,}[.,;:]?")


def document_number(text: str) -> tuple[str, str]:
    """Return the number in `text`, and the words that stood around it.

    `Yemen B/990021` → `("B/990021", "Yemen")`. The apostrophe with which a spreadsheet marks text
    is dropped, as is punctuation at either end. The number is empty where there is no digit, unless
    all of the text is one word in capitals.
    """
    text = " ".join(text.split()).strip(" '’‘\"")
    if _WHOLE_NUMBER.fullmatch(text):
        return text, ""
    bare = _SERIES.sub(r"\1 \2", _BRACKETED.sub(" ", text))
    if introduced := _INTRODUCED.match(bare):
        bare = bare[introduced.end() :]
    tokens = bare.split()
    start = next((i for i, token in enumerate(tokens) if not _WORD.fullmatch(token)), len(tokens))
    end = next((i for i in range(start, len(tokens)) if _WORD.fullmatch(tokens[i])), len(tokens))
    number = " ".join(tokens[start:end]).strip(" ,;:.'’‘\"")
    if not any(character.isdigit() for character in number):
        return (text, "") if text.isupper() and " " not in text else ("", text)
    return number, " ".join(text.replace(number, " ", 1).split()).strip(" ,;:.-")


def imo_number(text: str) -> str:
    """Return the seven digits of an IMO number (`IMO9999901`), or an empty string where it has
    others.
    """
    digits = re.sub(r"[^0-9]", "", text)
    return digits if len(digits) == 7 else ""


# https://main.un.org/securitycouncil: the regime, i for an individual or e for an entity, a number.
_UN_REFERENCE = re.compile(r"([A-Za-z]{2})([ieIE])\.?\s?(\d{1,4})", re.A)


def un_reference(text: str) -> str:
    """Return the UN's permanent reference number as the UN writes it (`QDE.901` → `QDe.901`), or
    empty.
    """
    found = _UN_REFERENCE.fullmatch(text.strip())
    return f"{found[1].upper()}{found[2].lower()}.{found[3].zfill(3)}" if found else ""


# Names and scripts.

# Letters of every script but Latin: Greek onwards, without the later Latin and punctuation blocks.
_OTHER_SCRIPT = (
    "\u0370-\u1d7f\u1dc0-\u1dff\u1f00-\u1fff\u2d00-\u2dff\u2e80-\ua71f\ua800-\uab2f\uab70-\ud7ff"
    "\uf900-\ufaff\ufb13-\ufe1f\ufe70-\ufefc\uff66-\uffdc\U00010000-\U0003ffff"
)
# Compiled when first used: classes of so many letters take 10 ms.
_LATIN_LETTER = f"[^\\W\\d_{_OTHER_SCRIPT}]"
_OTHER_LETTER = f"[{_OTHER_SCRIPT}]"
# Words of one other script, with the blanks and marks that stand between them.
_BETWEEN = "\\d\\s'’‘.,\\-\u0300-\u036f\u200c\u200d"
_OTHER_RUN = f"[{_OTHER_SCRIPT}](?:[{_OTHER_SCRIPT}{_BETWEEN}]*[{_OTHER_SCRIPT}])?"
_SCRIPT_LABEL = re.compile(
    r"(?:name )?(?:in )?original script[\s:]*|in arabic(?: script)?[\s:]*", re.I
)
_EMPTY_BRACKETS = re.compile(r"\(\s*[,;]?\s*\)")


def usable(text: str) -> bool:
    """Return whether there is anything to compare: at least one letter or digit of any script."""
    return any(character.isalnum() for character in text)


def in_original_script(text: str) -> bool:
    """Return whether the letters of `text` are all of another script than Latin."""
    return re.search(_OTHER_LETTER, text) is not None and re.search(_LATIN_LETTER, text) is None


def by_script(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the Latin part of a name that is given in two scripts at once, and the other parts.

    `Amir (original script: Амир)` → `("Amir", ("Амир",))`. Either may be empty.
    """
    if not re.search(_OTHER_LETTER, text):
        return text, ()
    if not re.search(_LATIN_LETTER, text):
        return "", (text,)
    latin = _EMPTY_BRACKETS.sub(" ", _SCRIPT_LABEL.sub(" ", re.sub(_OTHER_RUN, " ", text)))
    latin = " ".join(latin.split()).strip(" ,;:-")
    if latin.startswith("(") and latin.endswith(")"):
        latin = latin[1:-1]
    return latin if usable(latin) else "", tuple(re.findall(_OTHER_RUN, text))


def joined(*parts: str, by: str = " ") -> str:
    """Return the parts that are not blank, trimmed, in one text."""
    return by.join(part for part in parts if part.strip())


# Countries.

# Names and adjectives that neither ISO 3166 nor an ending (Libya → Libyan) accounts for.
_OTHER_NAMES = {
    "Afghan": "Afghanistan",
    "British Virgin Islands": "British Virgin Islands",
    "British": "United Kingdom",
    "BVI": "British Virgin Islands",
    "Burmese": "Myanmar",
    "Chinese": "China",
    "Danish": "Denmark",
    "Democratic People's Republic of Korea": "North Korea",
    "Democratic Republic of the Congo": "Democratic Republic of the Congo",
    "DPRK": "North Korea",
    "Dutch": "Netherlands",
    "Egyptian": "Egypt",
    "England": "United Kingdom",
    "French": "France",
    "German": "Germany",
    "Great Britain": "United Kingdom",
    "Ivory Coast": "Ivory Coast",
    "KH": "Cambodia",
    "Kyrgyz": "Kyrgyzstan",
    "Lebanese": "Lebanon",
    "Moroccan": "Morocco",
    "Palestine": "Palestine",
    "Palestinian": "Palestine",
    "Polish": "Poland",
    "Russia": "Russia",
    "Saudi": "Saudi Arabia",
    "Scotland": "United Kingdom",
    "Spanish": "Spain",
    "Swedish": "Sweden",
    "Swiss": "Switzerland",
    "Thai": "Thailand",
    "Turkey": "Turkey",
    "Turkish": "Turkey",
    "UAE": "United Arab Emirates",
    "UK": "United Kingdom",
    "Ukrainian": "Ukraine",
    "United Arab Emirate": "United Arab Emirates",
    "USA": "United States",
}
# Libya → Libyan, Qatar → Qatari, Iran → Iranian, Sudan → Sudanese.
_ADJECTIVE = r"(?:n|i|an|ian|ese)?\b"
# What follows tells of the bearer (`born in`, `in the name of`), not of who issued the document.
_BEARER = re.compile(r"\bborn\b|\bnames?\b", re.I)


@cache
def _load_country_names() -> tuple[re.Pattern[str], dict[str, str]]:
    import pycountry  # imported lazily: it is slow to import

    names = {
        name: name
        for country in pycountry.countries
        for name in (country.name, getattr(country, "common_name", country.name))
        if "," not in name
    } | _OTHER_NAMES
    longest_first = sorted(names, key=len, reverse=True)
    alternatives = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"\b({alternatives}){_ADJECTIVE}"), names


def stated_country(text: str) -> str:
    """Return the first country named in `text` (`Iranian` names Iran), or an empty string."""
    if not text:
        return ""
    pattern, names = _load_country_names()
    found = pattern.search(_BEARER.split(text, maxsplit=1)[0])
    return names[found[1]] if found else ""
