"""Invented accounts as iXBRL, in the forms that software for accounts writes."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

NUMBER = "99000001"
# Of each way of writing: its namespace of iXBRL, its prefixes, and its formats.
FORMS: dict[str, dict[str, str]] = {
    # Desktop software: iXBRL 1.0, numbers with commas in ixt, days as text in a long form.
    "2008": {
        "ix": "http://www.xbrl.org/2008/inlineXBRL",
        "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2010-04-20",
        "prefix": "",
        "number": "ixt:numcommadot",
        "nought": "ixt:numdash",
        "day": "ixt:datelonguk",
        "year": "2021",
        "head": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    },
    # The registrar's own form: iXBRL 1.1, a document type, ixt2.
    "2013": {
        "ix": "http://www.xbrl.org/2013/inlineXBRL",
        "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2015-02-26",
        "prefix": "uk-",
        "number": "ixt2:numdotdecimal",
        "nought": "ixt2:zerodash",
        "day": "ixt2:datedaymonthyearen",
        "year": "2019",
        "head": '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n',
    },
    # Web software: iXBRL 1.1 with formats of 2011, no XML line.
    "2011 formats": {
        "ix": "http://www.xbrl.org/2013/inlineXBRL",
        "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2011-07-31",
        "prefix": "frs-",
        "number": "ixt:numdotdecimal",
        "nought": "ixt:numdash",
        "day": "ixt:datelonguk",
        "year": "2024",
        "head": "",
    },
}
MONEY = Mapping[str, tuple[int | None, int | None]]
SOUND: MONEY = {
    "FixedAssets": (40_000, 30_000),
    "CurrentAssets": (90_000, 80_000),
    "CashBankOnHand": (50_000, 45_500),
    "TotalAssetsLessCurrentLiabilities": (100_000, 90_000),
    "NetAssetsLiabilities": (100_000, 90_000),
    "Equity": (100_000, 90_000),
}


def accounts(
    form: str = "2008",
    *,
    number: str = NUMBER,
    entity: str = "",
    ended: str = "2026-03-31",
    before: str = "2025-03-31",
    started: str = "2025-04-01",
    money: MONEY = SOUND,
    over_year: MONEY | None = None,
    creditors: tuple[int, int] | None = (30_000, 20_000),
    employees: tuple[int, int] | None = (3, 2),
    standard: str = "FRS102",
    status: str = "AuditExempt-NoAccountantsReport",
    dormant: str = "false",
    unit: str = "GBP",
    more: str = "",
    contexts: str = "",
    statement: str = "",
) -> str:
    """A document with the figures of two years, and a director's name that nobody may read."""
    f = FORMS[form]
    p, t = f["prefix"], f["number"].partition(":")[0]
    entity = entity or number

    def context(
        id_: str, start: str, end: str, dimension: str = "", member: str = "", of: str = "bus"
    ) -> str:
        part = (
            f'<xbrli:segment><xbrldi:explicitMember dimension="{p}{of}:{dimension}">'
            f"{p}{of}:{member}</xbrldi:explicitMember></xbrli:segment>"
            if dimension
            else ""
        )
        period = (
            f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"
            if start
            else f"<xbrli:instant>{end}</xbrli:instant>"
        )
        return (
            f'<xbrli:context id="{id_}"><xbrli:entity><xbrli:identifier '
            f'scheme="http://www.companieshouse.gov.uk/">{entity}</xbrli:identifier>{part}'
            f"</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context>\n"
        )

    year_before = f"{int(started[:4]) - 1}{started[4:]}"
    known = "".join(
        (
            context("y", started, ended),
            context("yb", year_before, before),
            context("e", "", ended),
            context("eb", "", before),
            context(
                "w", "", ended, "MaturitiesOrExpirationPeriodsDimension", "WithinOneYear", "core"
            ),
            context(
                "wb", "", before, "MaturitiesOrExpirationPeriodsDimension", "WithinOneYear", "core"
            ),
            context(
                "a", "", ended, "MaturitiesOrExpirationPeriodsDimension", "AfterOneYear", "core"
            ),
            context("s", "", ended, "EquityClassesDimension", "ShareCapital", "core"),
            context("std", started, ended, "AccountingStandardsDimension", standard),
            context("aud", started, ended, "AccountsStatusDimension", status),
            context("d1", started, ended, "EntityOfficersDimension", "Director1"),
            contexts,
        )
    )
    hidden = "".join(
        f'<ix:nonNumeric name="{p}{name}" contextRef="{ref}">{text}</ix:nonNumeric>'
        for name, ref, text in (
            ("bus:UKCompaniesHouseRegisteredNumber", "y", number),
            ("bus:EntityDormantTruefalse", "y", dormant),
            ("bus:StartDateForPeriodCoveredByReport", "e", started),
            ("bus:AccountingStandardsApplied", "std", ""),
            ("bus:AccountsStatusAuditedOrUnaudited", "aud", ""),
            ("bus:NameEntityOfficer", "d1", "Ottoline Brackwater"),
        )
    )
    rows = "".join(
        fact(form, name, ref, amount, unit)
        for values, refs in ((money, ("e", "eb")), (over_year or {}, ("y", "yb")))
        for name, amounts in values.items()
        for ref, amount in zip(refs, amounts, strict=True)
        if amount is not None
    )
    if creditors:
        rows += fact(form, "Creditors", "w", creditors[0], unit)
        rows += fact(form, "Creditors", "wb", creditors[1], unit)
        rows += fact(form, "Creditors", "a", 7_777, unit)
    rows += fact(form, "Equity", "s", 100, unit)
    if employees:
        for ref, heads in zip(("y", "yb"), employees, strict=True):
            rows += (
                f'<ix:nonFraction name="{p}core:AverageNumberEmployeesDuringPeriod" '
                f'contextRef="{ref}" unitRef="Pure" decimals="0">{heads}</ix:nonFraction>'
            )
    day, month, year = int(ended[8:]), int(ended[5:7]), ended[:4]
    named = "January February March April May June July August September October November December"
    shown = f"{day} {named.split()[month - 1]} {year}"
    if statement:
        hidden += (
            f'<ix:nonNumeric name="{p}direp:{statement}" contextRef="y">As stated</ix:nonNumeric>'
        )
    return (
        f'{f["head"]}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="{f["ix"]}" '
        f'xmlns:{t}="{f["ixt"]}" xmlns:iso4217="http://www.xbrl.org/2003/iso4217" '
        'xmlns:link="http://www.xbrl.org/2003/linkbase" '
        'xmlns:xbrli="http://www.xbrl.org/2003/instance" '
        'xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:{p}core="http://xbrl.frc.org.uk/fr/{f["year"]}-01-01/core" '
        f'xmlns:{p}aurep="http://xbrl.frc.org.uk/reports/{f["year"]}-01-01/aurep" '
        f'xmlns:{p}bus="http://xbrl.frc.org.uk/cd/{f["year"]}-01-01/business" '
        f'xmlns:{p}direp="http://xbrl.frc.org.uk/reports/{f["year"]}-01-01/direp">\n'
        '<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />'
        "<title>Accounts</title></head>\n<body>\n"
        f'<div style="display:none"><ix:header><ix:hidden>{hidden}</ix:hidden>'
        '<ix:references><link:schemaRef xlink:type="simple" xlink:href="https://xbrl.frc.org.uk/'
        f'FRS-102/{f["year"]}-01-01/FRS-102-{f["year"]}-01-01.xsd" /></ix:references>'
        f"<ix:resources>{known}"
        f'<xbrli:unit id="GBP"><xbrli:measure>iso4217:GBP</xbrli:measure></xbrli:unit>'
        f'<xbrli:unit id="USD"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'
        '<xbrli:unit id="Pure"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>'
        "</ix:resources></ix:header></div>\n"
        f'<p>Balance sheet at <ix:nonNumeric name="{p}bus:BalanceSheetDate" contextRef="e" '
        f'format="{f["day"]}">{shown}</ix:nonNumeric></p>\n'
        f"<div>{rows}</div>\n{more}</body>\n</html>\n"
    )


def fact(form: str, name: str, context: str, amount: int, unit: str = "GBP") -> str:
    """A sum as the page shows it: with commas, brackets around what is below zero, a dash for 0."""
    f = FORMS[form]
    written = f"{abs(amount):,}" if amount else "-"
    sign = ' sign="-"' if amount < 0 else ""
    style = f' format="{f["number"] if amount else f["nought"]}"'
    inner = (
        f'<ix:nonFraction name="{f["prefix"]}core:{name}" contextRef="{context}" unitRef="{unit}" '
        f'decimals="0"{style}{sign}>{written}</ix:nonFraction>'
    )
    return f"<p>({inner})</p>\n" if amount < 0 else f"<p>{inner}</p>\n"


def file_name(number: str = NUMBER, ended: str = "20260331", suffix: str = "html") -> str:
    return f"Prod223_4012_{number}_{ended}.{suffix}"


def zipped(members: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]]) -> bytes:
    out = io.BytesIO()
    pairs = members.items() if isinstance(members, Mapping) else members
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in pairs:
            package.writestr(name, data)
    return out.getvalue()


def of_interest_company(number: str, **changes: object) -> bytes:
    """The zip of a community interest company: its accounts, and the report to its regulator."""
    report = accounts("2011 formats", number=number, money={}, creditors=None, employees=None)
    return zipped(
        {
            f"CIC-{number}/accounts/": b"",
            f"CIC-{number}/cic34/cicReport.xhtml": report,
            f"CIC-{number}/accounts/financialStatement.xhtml": accounts(
                "2011 formats",
                number=number,
                **changes,  # type: ignore[arg-type]
            ),
        }
    )


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path
