"""Invented companies in the exact layout of BasicCompanyData."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from duediligence.registers.bulk.companies import COLUMNS

_ADDRESS = [name.strip() for name in COLUMNS].index("RegAddress.AddressLine1")
_SYLLABLES = (
    "bar bel bor bran cal cor dal den dor dun el fal fen gar gil gor hal har hol ken kil lan lor "
    "mal mar mel mor nor oak pel per quil ral ran rol sal sel sor stan tal tor ul val ven wal wen "
    "wor yar zel thorn wick ton ley ford by ham well mere combe stead"
).split()
_SECTORS = (
    "care cleaning consulting construction catering transport logistics property holdings "
    "services solutions group homes management training security energy digital design media "
    "engineering plumbing electrical recruitment supplies foods trading investments partners"
).split()
_ENDS = (("LIMITED", 60), ("LTD", 36), ("LLP", 2), ("C.I.C.", 1), ("PLC", 1))
_STATUSES = (("Active", 91), ("Active - Proposal to Strike off", 7), ("Liquidation", 2))
_CATEGORIES = {
    "LIMITED": "Private Limited Company",
    "LTD": "Private Limited Company",
    "LLP": "Limited Liability Partnership",
    "C.I.C.": "Community Interest Company",
    "PLC": "Public Limited Company",
}
_ACCOUNTS = ("MICRO ENTITY", "TOTAL EXEMPTION FULL", "DORMANT", "NO ACCOUNTS FILED", "SMALL")
_SIC = (
    "70229 - Management consultancy activities other than financial management",
    "88100 - Social work activities without accommodation for the elderly and disabled",
    "68209 - Other letting and operating of own or leased real estate",
    "99999 - Dormant Company",
)


# How lines end, and what a cell of each hundredth row holds: what makes a row more than its line.
FORMS = {
    "LF": ("\n", ""),
    "CRLF": ("\r\n", ""),
    "quotes": ("\n", ' "THE MILL"'),
    "cells of several lines": ("\n", "\nTHE MILL"),
}


def write(path: Path, rows: int, seed: int = 1, form: str = "LF") -> None:
    """Write `rows` companies to `path`, the same for the same seed, in one of `FORMS`."""
    end, more = FORMS[form]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(COLUMNS) + end)
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end)
        for number, row in enumerate(companies(rows, seed)):
            if number % 100 == 50:
                row[_ADDRESS] += more
            writer.writerow(row)


def companies(rows: int, seed: int = 1) -> Iterator[list[str]]:
    """The cells of each row, in the order of the columns."""
    draw = random.Random(seed)
    day = date(1990, 1, 1)
    words = [_word(draw) for _ in range(150_000)]
    for number in range(rows):
        end = _choice(draw, _ENDS)
        street, town = draw.choice(words), draw.choice(words[:2000])
        post = (
            f"{'ABCDEFGHJKLMNPRSTW'[number % 18]}{draw.choice('ABDEHLNRST')}{draw.randint(1, 20)}"
        )
        post += f" {draw.randint(1, 9)}{draw.choice('ABDEFGHJLN')}{draw.choice('PQRSTUWXYZ')}"
        born = day + timedelta(days=draw.randrange(13_000))
        due = date(2026, 1, 1) + timedelta(days=draw.randrange(600))
        house = draw.randint(1, 200)
        if draw.random() < 0.05:  # an address where thousands are registered
            house, street, town, post = 71, "QUILLEN STREET", "FENWICK", "QQ1 1QQ"
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {
            "CompanyName": f"{_name(draw, words)} {end}",
            " CompanyNumber": f"{99_000_000 + number:08}",
            "RegAddress.AddressLine1": f"{house} {street}".upper(),
            "RegAddress.PostTown": town.upper(),
            "RegAddress.Country": "ENGLAND",
            "RegAddress.PostCode": post,
            "CompanyCategory": _CATEGORIES[end],
            "CompanyStatus": _choice(draw, _STATUSES),
            "CountryOfOrigin": "United Kingdom",
            "IncorporationDate": _written(born),
            "Accounts.AccountRefDay": "31",
            "Accounts.AccountRefMonth": "3",
            "Accounts.NextDueDate": _written(due),
            "Accounts.LastMadeUpDate": _written(due - timedelta(days=640)),
            "Accounts.AccountCategory": draw.choice(_ACCOUNTS),
            "Mortgages.NumMortCharges": "0",
            "Mortgages.NumMortOutstanding": "0",
            "Mortgages.NumMortPartSatisfied": "0",
            "Mortgages.NumMortSatisfied": "0",
            "SICCode.SicText_1": draw.choice(_SIC),
            "LimitedPartnerships.NumGenPartners": "0",
            "LimitedPartnerships.NumLimPartners": "0",
            "URI": f"http://business.data.gov.uk/id/company/{99_000_000 + number:08}",
            "ConfStmtNextDueDate": _written(due + timedelta(days=60)),
            " ConfStmtLastMadeUpDate": _written(due - timedelta(days=300)),
        }
        if draw.random() < 0.15:
            cells["PreviousName_1.CONDATE"] = _written(born + timedelta(days=900))
            cells[" PreviousName_1.CompanyName"] = f"{_name(draw, words)} LIMITED"
        yield list(cells.values())


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(_SYLLABLES, k=draw.choice((2, 2, 3, 3, 4))))


def _name(draw: random.Random, words: list[str]) -> str:
    # Some words are in many names, most in few: the cube of an even draw is near to the truth.
    own = [words[int(draw.random() ** 3 * len(words))] for _ in range(draw.choice((1, 1, 2)))]
    return " ".join([*own, *draw.sample(_SECTORS, draw.choice((0, 1, 1, 2)))]).upper()


def _choice(draw: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return draw.choices([w[0] for w in weighted], [w[1] for w in weighted])[0]


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")
