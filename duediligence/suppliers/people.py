"""People named in a supplier file: a name, and of the birth date only year and month."""

import re
from typing import NamedTuple

from duediligence.formats.cells import parts
from duediligence.model import PartialDate, Person
from duediligence.suppliers.fields import ROLES
from duediligence.suppliers.numbers import NOTHING

_DIGIT = re.compile(r"\d")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = "|".join(_MONTHS)
# A date 04/05/1965 is in May: suppliers of British councils write the day first.
_DATES = (
    re.compile(r"(?P<year>\d{4})(?:[-/](?P<month>\d{1,2})(?:[-/]\d{1,2}(?:T[\d:.]+)?)?)?"),
    re.compile(r"(?:\d{1,2}[-/. ])?(?P<month>\d{1,2})[-/. ](?P<year>\d{4})"),
    re.compile(
        rf"(?:\d{{1,2}}(?:[a-z]{{2}})?[- ])?(?P<month>(?:{_MONTH})[a-z]*)[- ](?P<year>\d{{4}})",
        re.IGNORECASE,
    ),
)
# A year of two digits is known for a date, so that no day of birth is left in a name.
_SOME_DATE = "|".join(
    [re.sub("[?]P<[a-z]+>", "?:", form.pattern) for form in _DATES]
    + [r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}"]
)
_ENDS_IN_DATE = re.compile(
    r"(?P<name>.*?)(?P<before>[\s,(\[-]*(?:\b(?:born|d\.?o\.?b\.?|b\.)[\s:]*(?:in |on )?)?)"
    rf"(?P<date>{_SOME_DATE})[)\]\s]*",
    re.IGNORECASE,
)


def birth_date(text: str) -> PartialDate | None:
    """The year, and the month if it is there; None for a date that is not understood.

    Reads `1965`, `1965-04`, `04/1965`, `23/04/1965`, `23 April 1965` and their like, from 1900
    on. The day is dropped here, so that no later step can keep it.
    """
    for form in _DATES:
        if found := form.fullmatch(text.strip()):
            month = found["month"]
            if month is not None and month.isalpha():
                month = str(_MONTHS.index(month[:3].casefold()) + 1)
            year = int(found["year"])
            if 1900 <= year <= 2099 and (month is None or 1 <= int(month) <= 12):
                return PartialDate(year, None if month is None else int(month))
    return None


class Remark(NamedTuple):
    """What of a cell was not read as it stands: what was found, what was used, and why."""

    found: str
    used: str
    reason: str


def read_people(role: str, names: str, born: str = "") -> tuple[list[Person], list[Remark]]:
    """The people in a cell, and what of it was not understood.

    `names` holds people parted by ; | or line breaks, each `Name`, `Name, 1965-04` or
    `Name (04/1965)`; `born` their birth dates in the same order, if these stand apart. A remark
    never repeats a date, for it may hold a day.
    """
    entries = [entry for entry in parts(names) if entry.casefold() not in NOTHING]
    dates = list(parts(born))
    people: dict[Person, None] = {}
    remarks = []
    if dates and len(dates) != len(entries):
        remarks.append(Remark(f"{len(dates)} birth dates", "", f"for {len(entries)} people"))
        dates = []
    for entry, apart in zip(entries, dates or [""] * len(entries), strict=True):
        name, date = _split(entry)
        known = birth_date(date or apart)
        if not name:
            remarks.append(Remark("a birth date", "", "no name stands with it"))
            continue
        if (date or apart) and known is None:
            remarks.append(Remark(f"birth date of {name}", "", "not understood: write 1965-04"))
        if "," in name and all(len(part.split()) > 1 for part in name.split(",")):
            remarks.append(Remark(name, name, "read as one person: if they are several, part by ;"))
        people[Person(name, known, ROLES[role][0])] = None
    return list(people), remarks


def _split(entry: str) -> tuple[str, str]:
    found = _ENDS_IN_DATE.fullmatch(entry) if _DIGIT.search(entry) else None
    if not found:
        return entry, ""
    # `Vision 2020` and `Jo May 1956` may be names; `Vision, 2020` is not.
    if re.match(r"\d{4}$|[a-z]", found["date"], re.IGNORECASE) and not found["before"].strip(" -"):
        return entry, ""
    return found["name"].strip(" ,"), found["date"]
