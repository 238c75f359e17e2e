"""The figures of one set of accounts, from the facts of its document.

Names are those of the FRC's taxonomies (FRS 102, FRS 105 and others, 2014 to 2025), whatever
prefix a document gives them. A figure counts for the company as a whole: a fact with a dimension is
one of its parts, except that creditors due within one year have a dimension of their own.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import AccountsFigures, AccountsRow, register_number
from duediligence.model.registers import AccountsRegime, AuditReport
from duediligence.registers.accounts.facts import Fact, Facts, read_ixbrl_facts

# The first of these names that a document has. Money is of a day, or of a year.
_AT_DATE = {
    "net_assets": (
        "NetAssetsLiabilities",
        "NetAssetsLiabilitiesIncludingPensionAssetLiability",
        "Equity",
    ),
    "current_assets": ("CurrentAssets",),
    "cash": ("CashBankOnHand", "CashBankInHand", "CashCashEquivalents"),
}
_OVER_YEAR = {
    "turnover": ("TurnoverRevenue", "TurnoverGrossOperatingRevenue", "Revenue"),
    "profit": ("ProfitLoss", "ProfitLossForPeriod"),
}
_EARLIER_CREDITORS = ("CreditorsDueWithinOneYear",)
_CREDITORS = ("Creditors", *_EARLIER_CREDITORS)
_TOTALS = ("TotalAssets", "TotalAssetsLessCurrentLiabilities", "FixedAssets")
_EMPLOYEES = ("AverageNumberEmployeesDuringPeriod", "EmployeesTotal")
_NUMBER = ("UKCompaniesHouseRegisteredNumber",)
_ENDS = ("BalanceSheetDate", "EndDateForPeriodCoveredByReport")
_STARTS = ("StartDateForPeriodCoveredByReport",)
_DORMANT = ("EntityDormantTruefalse", "EntityDormant")
_CODED = ("AccountingStandardsApplied", "AccountsStatusAuditedOrUnaudited")
_SMALL = (
    "StatementThatAccountsHaveBeenPreparedInAccordanceWithProvisionsSmallCompaniesRegime",
    "StatementThatAccountsPreparedInAccordanceWithSmallCompaniesRegime",
)
_OPINION = ("OpinionAuditorsOnEntity", "BasisForOpinionAuditorsOnEntity")
_WANTED = frozenset(
    name
    for names in (
        *_AT_DATE.values(), *_OVER_YEAR.values(), _CREDITORS, _TOTALS, _EMPLOYEES, _NUMBER, _ENDS,
        _STARTS, _DORMANT, _CODED, _SMALL, _OPINION,
    )
    for name in names
)  # fmt: skip
# Software says by either of these that a debt is due within one year.
_WITHIN_ONE_YEAR = (
    {"MaturitiesOrExpirationPeriodsDimension": "WithinOneYear"},
    {"FinancialInstrumentCurrentNon-currentDimension": "CurrentFinancialInstruments"},
)
_QUALIFIED = re.compile(
    r"(?<!un)\bqualified opinion|\badverse opinion|\bdisclaimer of opinion"
    r"|\bdo not express an opinion|\bexcept for the (?:possible )?effects?\b",
    re.IGNORECASE,
)
# Further than any company: what is above it was written in another unit, or by a slip.
_MOST_POUNDS = 10**13
_MOST_PEOPLE = 10_000_000


def read_accounts_figures(data: bytes, name: str, number: str, drift: Drift) -> list[AccountsRow]:
    """Return the figures of a document, and those that it repeats of the year before.

    `number` is the company's as the file's name gives it; empty where that gives none. Raises
    UnreadableFile for a document that gives no figures, is not in pounds, or is about another
    company. Tells `drift` of facts whose values could not be read.
    """
    held = read_ixbrl_facts(data, name, _WANTED)
    for local in held.unread:
        drift.unmapped("value in accounts", local)
    number = _find_accounts_company(held, name, number)
    ended = _find_balance_date(held, name)
    digest = sha256(data).hexdigest()
    rows = []
    for day in (ended, *_find_prior_balance_date(held, ended)):
        figures = AccountsFigures(
            number=number,
            ended=day,
            comparative=day != ended,
            document=name,
            **_derive_year_figures(held, day),
        )
        if day == ended:
            figures = replace(
                figures,
                started=_find_fact_date(held, _STARTS),
                dormant=_is_dormant(held),
                regime=_derive_accounts_regime(held),
                audit=_derive_audit_report(held),
            )
        rows.append(AccountsRow(figures, digest))
    return rows


def _find_accounts_company(held: Facts, name: str, number: str) -> str:
    stated = {one.text for one in held.found if one.name in _NUMBER and one.text}
    numbers = {register_number(text) for text in (*stated, *held.entities) if text}
    if number:
        numbers.add(number)
    if len(numbers) != 1 or not (held.entities or stated):
        told = ", ".join(sorted(numbers)[:3]) or "no company"
        raise UnreadableFile(f"{name}: does not say clearly whose accounts it holds ({told})")
    return numbers.pop()


def _find_balance_date(held: Facts, name: str) -> date:
    """Return the balance sheet date: as stated where there are figures of it, else of the newest
    ones.

    Accounts of a dormant company may hold no sum at all.
    """
    balances = {one.end for one in _select_pound_facts(held) if one.end and one.start is None}
    stated = {one.value for one in held.found if one.name in _ENDS and type(one.value) is date}
    stated |= {
        day for one in held.found if one.name in _ENDS and (day := _parse_iso_date(one.text))
    }
    if balances:
        return max(stated & balances or balances)
    if foreign := sorted({one.unit for one in held.found if _is_money(one) and one.unit != "GBP"}):
        raise UnreadableFile(f"{name}: its figures are not in pounds ({', '.join(foreign)})")
    if not stated or not _is_dormant(held):
        raise UnreadableFile(f"{name}: gives no figures of a balance sheet")
    return max(stated)


def _find_prior_balance_date(held: Facts, ended: date) -> Iterator[date]:
    """Yield the balance sheet date before, where its net assets are repeated."""
    earlier = [
        one.end
        for one in _select_pound_facts(held)
        if one.name in _AT_DATE["net_assets"]
        and not one.members
        and one.start is None
        and one.end
        # Some take the first day of a year for the last of the year before.
        and one.end < ended - timedelta(days=31)
    ]
    if earlier:
        yield max(earlier)


def _derive_year_figures(held: Facts, ended: date) -> dict[str, Any]:
    at = [one for one in _select_pound_facts(held) if one.end == ended and one.start is None]
    over = [one for one in _select_pound_facts(held) if one.end == ended and one.start]
    found: dict[str, Any] = {
        name: _find_pound_amount(at, names) for name, names in _AT_DATE.items()
    }
    found |= {name: _find_pound_amount(over, names) for name, names in _OVER_YEAR.items()}
    ways = [(("Creditors",), members) for members in _WITHIN_ONE_YEAR]
    owed = (
        _find_pound_amount(at, names, members)
        for names, members in (*ways, (_EARLIER_CREDITORS, {}))
    )
    within = next((sum_ for sum_ in owed if sum_ is not None), None)
    # What is owed is written with either sign.
    found["creditors_within_one_year"] = None if within is None else abs(within)
    found["total_assets"] = _total_assets(at, found)
    people = [one for one in held.found if one.name in _EMPLOYEES and one.end == ended]
    found["employees"] = next(
        (n for one in people if (n := _parse_head_count(one)) is not None), None
    )
    return found


def _total_assets(at: list[Fact], found: dict[str, int | None]) -> int | None:
    total, less_current, fixed = (_find_pound_amount(at, (name,)) for name in _TOTALS)
    current, within = found["current_assets"], found["creditors_within_one_year"]
    if total is not None:
        return total
    if less_current is not None and within is not None:
        return less_current + within
    return fixed + current if fixed is not None and current is not None else None


def _is_money(one: Fact) -> bool:
    money = (*_AT_DATE.values(), *_OVER_YEAR.values(), _CREDITORS, _TOTALS)
    return isinstance(one.value, int | float) and any(one.name in names for names in money)


def _select_pound_facts(held: Facts) -> Iterator[Fact]:
    return (one for one in held.found if _is_money(one) and one.unit == "GBP")


def _find_pound_amount(
    some: list[Fact], names: tuple[str, ...], members: dict[str, str] | None = None
) -> int | None:
    for name in names:
        for one in some:
            if one.name == name and one.members == (members or {}):
                number = _round_to_whole(one.value)
                if number is not None and abs(number) <= _MOST_POUNDS:
                    return number
    return None


def _parse_head_count(one: Fact) -> int | None:
    """Return a head count. Some write a scale of -2, so that 3 would be 0.03: the page shows the
    3.
    """
    if one.members or not isinstance(one.value, int | float):
        return None
    shown = one.text.replace(",", "")
    count = _round_to_whole(
        float(shown) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", shown) else one.value
    )
    return count if count is not None and 0 <= count <= _MOST_PEOPLE else None


def _round_to_whole(value: object) -> int | None:
    if not isinstance(value, float | int) or not math.isfinite(value):
        return None
    return math.floor(value + 0.5) if value >= 0 else -math.floor(0.5 - value)


def _find_fact_date(held: Facts, names: tuple[str, ...]) -> date | None:
    for one in held.found:
        if one.name in names and (
            day := one.value if type(one.value) is date else _parse_iso_date(one.text)
        ):
            return day
    return None


def _parse_iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_dormant(held: Facts) -> bool | None:
    """Return whether it is dormant: by the format where that is the value (`booleanfalse`,
    `fixed-true`), else by the text.
    """
    said = {
        (one.format if re.search("(?:true|false)$", one.format) else one.text).lower()
        for one in held.found
        if one.name in _DORMANT
    }
    found = {text.endswith("true") for text in said if re.search("(?:true|false)$", text)}
    return found.pop() if len(found) == 1 else None


def _find_dimension_member(held: Facts, name: str, dimension: str) -> str:
    """Return a choice that a document makes by the dimension of an empty fact."""
    members = (one.members.get(dimension, "") for one in held.found if one.name == name)
    return next(filter(None, members), "")


def _derive_accounts_regime(held: Facts) -> AccountsRegime:
    standard = _find_dimension_member(
        held, "AccountingStandardsApplied", "AccountingStandardsDimension"
    )
    if standard == "Micro-entities":
        return "micro"
    if standard == "SmallEntities" or any(one.name in _SMALL for one in held.found):
        return "small"
    return "other" if standard else ""


def _derive_audit_report(held: Facts) -> AuditReport:
    status = _find_dimension_member(
        held, "AccountsStatusAuditedOrUnaudited", "AccountsStatusDimension"
    )
    if status.startswith("AuditExempt") or status == "Unaudited":
        return "exempt"
    opinion = " ".join(one.text for one in held.found if one.name in _OPINION)
    if not opinion:
        return ""
    return "qualified" if _QUALIFIED.search(opinion) else "unqualified"
