"""How days, ages, parties and codes of the registers are said."""

from datetime import date
from decimal import Decimal

from duediligence.model import Clause, Officer, Owner, PartialDate, Person
from duediligence.model.facts import NOTHING, Value, firm, say, tag_money, tag_person, word
from duediligence.text.dates import months_after
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.names import name_words


def on(value: date | None) -> Clause:
    """Return ` on 24 November 2026`, or nothing where the day is not known."""
    return say(" on {day}", day=value) if value else NOTHING


def is_recent(value: date | None, today: date, months: int) -> bool:
    """Return whether it was within that number of months. What has no date counts as recent."""
    return value is None or value >= months_after(today, -months)


def derive_age_range(born: PartialDate, on: date) -> tuple[int, int]:
    """Return the least and the greatest age in whole years that a person can have on that day."""
    earliest, latest = born.span()
    return _count_whole_years(latest, on), _count_whole_years(earliest, on)


def _count_whole_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# Words by which a party to a charge is known as an organisation, beside its legal form.
_OF_FIRMS = frozenset(
    "bank banks banking society barclays hsbc lloyds natwest santander council authority".split()
)


def pounds(amount: int | Decimal) -> Value:
    """Return a sum of whole pounds."""
    return tag_money(Decimal(amount))


def plain(code: str) -> Value:
    """Return a register's code as words: `compulsory-liquidation` → `compulsory liquidation`."""
    return word(code.replace("-", " "))


def party(one: Officer | Owner | Person) -> Value:
    """Return the name of a person or a firm behind the supplier."""
    match one:
        case Officer():
            role = one.role.replace("-", " ")
            return firm(one.name) if one.corporate else tag_person(one.name, role)
        case Owner():
            return tag_person(one.name, "owner") if one.person else firm(one.name)
        case Person():
            return tag_person(one.name, one.role or "person")


def format_agent(name: str) -> Value:
    """Return who vouched for somebody's identity. An agent may be a person in business alone."""
    return firm(name) if has_legal_form(name) else tag_person(name, "agent")


def format_lender(name: str) -> Value:
    """Whoever a charge is for. Nothing on the register says whether that is a person."""
    known = has_legal_form(name) or not _OF_FIRMS.isdisjoint(name_words(name))
    return firm(name) if known else tag_person(name, "lender")
