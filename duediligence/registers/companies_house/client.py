"""The Companies House API: one method a question, answers as the model's objects.

Paging as measured in 2026: a list may give fewer items than asked for, so that each page goes on
where the one before ended, until the announced total. An empty list with status 200 comes for
companies that do not exist as well: ask for `company` first.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from duediligence.errors import UnreadableFile
from duediligence.fetch.api import Api, ApiAnswer
from duediligence.model import (
    Appointment,
    Charge,
    Company,
    Disqualification,
    Filing,
    Insolvency,
    Officer,
    Owner,
    PartialDate,
    RegisterHit,
    Source,
    Statement,
)
from duediligence.registers.companies_house import records
from duediligence.registers.companies_house.fields import (
    Record,
    inner,
    items,
    read_count_field,
    require_record,
)

# Kinds of filing that a check reads; the rest (capital, resolutions, mortgages) is not asked for.
CATEGORIES = (
    "accounts", "address", "auditors", "change-of-name", "dissolution", "gazette", "insolvency",
    "officers", "persons-with-significant-control", "restoration",
)  # fmt: skip
# The most that is read of each list; what lies beyond is told in `cut_short`.
MOST_OFFICERS = 5_000
MOST_OWNERS = 1_000
MOST_FILINGS = 1_000
MOST_CHARGES = 1_000
MOST_APPOINTMENTS = 1_000
MOST_HITS = 200

T = TypeVar("T")


class CompaniesHouse:
    """Questions to the API, and where each answer came from.

    Every method raises FetchFailed where there is no answer, UnreadableFile where there is one
    that cannot be read, and StorageError. `sources` gathers one Source for each answer;
    `cut_short` gathers (part, how much was left out) where a list is longer than what is read.
    """

    def __init__(self, api: Api, since: datetime | None = None) -> None:
        self._api = api
        self._since = since
        self.sources: list[Source] = []
        self.cut_short: list[tuple[str, str]] = []

    def fresh(self, since: datetime | None = None) -> "CompaniesHouse":
        """Return the same, with nothing gathered yet; no answer from before `since` is used."""
        return CompaniesHouse(self._api, since)

    def company(self, number: str) -> Company | None:
        """Return the company's record, None where the register has no such number."""
        return self._one("company", f"/company/{_number(number)}", records.parse_company_profile)

    def officers(self, number: str) -> tuple[Officer, ...]:
        """Return all officers there have been, with the days of their appointment and
        resignation.
        """
        path = f"/company/{_number(number)}/officers"
        return self._all("officers", path, records.parse_officer, size=500, most=MOST_OFFICERS)

    def owners(self, number: str) -> tuple[Owner, ...]:
        """Return people with significant control (or beneficial owners), ceased ones as well."""
        path = f"/company/{_number(number)}/persons-with-significant-control"
        return self._all("owners", path, records.parse_owner, most=MOST_OWNERS)

    def statements(self, number: str) -> tuple[Statement, ...]:
        """Return statements that stand in place of owners, ceased ones as well."""
        path = f"/company/{_number(number)}/persons-with-significant-control-statements"
        return self._all("statements", path, records.parse_owner_statement, most=MOST_OWNERS)

    def psc_exempt(self, number: str, today: date) -> bool:
        """Return whether the company need not tell its owners, as one listed on a market."""
        path = f"/company/{_number(number)}"
        # The record is available, and links to exemptions where there are any.
        links = self._one("psc_exempt", path, lambda found: inner(found, "links"), gathered=False)
        if not links or "exemptions" not in links:
            return False
        path += "/exemptions"
        return bool(
            self._one("psc_exempt", path, lambda found: records.has_owner_exemption(found, today))
        )

    def filings(self, number: str) -> tuple[Filing, ...]:
        """Return filings of the kinds that matter (CATEGORIES), the newest first."""
        path = f"/company/{_number(number)}/filing-history"
        params = {"category": ",".join(CATEGORIES)}
        return self._all("filings", path, records.parse_filing, most=MOST_FILINGS, params=params)

    def charges(self, number: str) -> tuple[Charge, ...]:
        """Return charges over the company's assets. The API answers 404 for none."""
        path = f"/company/{_number(number)}/charges"
        return self._all("charges", path, records.parse_charge, most=MOST_CHARGES)

    def insolvencies(self, number: str) -> tuple[Insolvency, ...]:
        """Return insolvency cases, ended ones as well. The API answers 404 for none."""
        path = f"/company/{_number(number)}/insolvency"
        return self._one("insolvencies", path, records.parse_insolvencies) or ()

    def appointments(self, officer_id: str) -> tuple[Appointment, ...]:
        """Return all appointments of one officer: active ones first, then the latest resigned."""
        path = f"/officers/{officer_id}/appointments"
        found: list[Appointment] = []
        for answer, _ in self._pages("appointments", path, size=50, most=MOST_APPOINTMENTS):
            found += _read(answer, partial(records.parse_appointments, officer_id), answer.data)
        return tuple(found[:MOST_APPOINTMENTS])

    def disqualified(
        self, name: str, fits: Callable[[tuple[str, ...], PartialDate | None], bool]
    ) -> tuple[Disqualification, ...]:
        """Return disqualifications of those that the search finds by name and that fit.

        `fits` is asked with the names and birth date of each hit, before its record is fetched.
        """
        found: list[Disqualification] = []
        hits = self._all(
            "disqualifications",
            "/search/disqualified-officers",
            records.disqualified_hit,
            most=MOST_HITS,
            params={"q": name},
        )
        for hit in hits:
            if hit and fits(hit.names, hit.birth_date):
                read = records.parse_disqualifications
                found += self._one("disqualifications", hit.path, read) or ()
        return tuple(found)

    def search(self, name: str, limit: int = 20) -> tuple[RegisterHit, ...]:
        """Return companies whose present or former name is like this one, best first, at most
        100.
        """
        answer = self._get("search", "/search/companies", {"q": name, "items_per_page": limit})
        if answer is None:
            return ()
        found = _read(answer, _read_list_items, answer.data)
        hits = (_read(answer, records.company_hit, item) for item in found)
        return tuple(hit for hit in hits if hit)

    def _one(
        self, part: str, path: str, read: Callable[[Record], T], *, gathered: bool = True
    ) -> T | None:
        answer = self._get(part, path, gathered=gathered)
        return None if answer is None else _read(answer, read, answer.data)

    def _all(
        self,
        part: str,
        path: str,
        read: Callable[[Record], T],
        *,
        most: int,
        size: int = 100,
        params: Mapping[str, str | int] | None = None,
    ) -> tuple[T, ...]:
        found: list[T] = []
        for answer, page in self._pages(part, path, size=size, most=most, params=params):
            found += (_read(answer, read, item) for item in page)
        return tuple(found[:most])

    def _pages(
        self,
        part: str,
        path: str,
        *,
        size: int,
        most: int,
        params: Mapping[str, str | int] | None = None,
    ) -> Iterator[tuple[ApiAnswer, list[Record]]]:
        start = 0
        before: list[Record] = []
        while True:
            asked = {**(params or {}), "items_per_page": size, "start_index": start}
            answer = self._get(part, path, asked)
            if answer is None:
                return
            total = _read(answer, _read_list_total, answer.data)
            page = _read(answer, _read_list_items, answer.data)
            # The same page again: the list cannot be paged.
            if not page or page == before:
                if total is not None and total > start:
                    self._cut(part, path, start, total)
                return
            yield answer, page
            start += len(page)
            if start >= total if total is not None else len(page) < size:
                return
            if start >= most:
                self._cut(part, path, most, total)
                return
            before = page

    def _cut(self, part: str, path: str, read: int, total: int | None) -> None:
        of = f"of {total:,}" if total is not None else "and not the rest"
        self.cut_short.append((part, f"only the first {read:,} {of} were read ({path})"))

    def _get(
        self,
        part: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        *,
        gathered: bool = True,
    ) -> ApiAnswer | None:
        answer = self._api.get(path, params, since=self._since)
        if answer and gathered:
            source = Source(part, answer.source_address, answer.retrieved_at, answer.sha256)
            self.sources.append(source)
        return answer


def _number(number: str) -> str:
    """Return the number itself. The API answers 500 to one that is not of eight characters."""
    if len(number) != 8 or not (number.isascii() and number.isalnum()):
        raise UnreadableFile(f"{number[:40]!r} is not a company number of eight characters")
    return number


def _read_list_items(found: Record) -> list[Record]:
    if "items" not in found:
        raise UnreadableFile("the list has no items")
    return items(found, "items")


def _read_list_total(found: Record) -> int | None:
    """Return how many items the list has: lists name it differently."""
    totals = (read_count_field(found, name) for name in ("total_results", "total_count"))
    return next((total for total in totals if total is not None), None)


def _read(answer: ApiAnswer, read: Callable[[Record], T], found: object) -> T:
    try:
        return read(require_record(found, "the answer"))
    except UnreadableFile as error:
        raise UnreadableFile(
            f"{answer.source_address}: {error.message}",
            hint="The register may have changed its format; a newer version of this tool may "
            "know it.",
        ) from error
