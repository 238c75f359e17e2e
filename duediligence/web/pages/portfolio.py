"""All suppliers over time, in charts that are drawn here, each with its table."""

from datetime import date

from starlette.responses import Response

from duediligence.casework.portfolio import MonthCovered, load_portfolio
from duediligence.text.dates import month_and_year
from duediligence.text.wording import count
from duediligence.web.queue_address import QueueAddress
from duediligence.web.visits import Pages, Visit

pages = Pages()
# A bar: what it is of, its length, and that in words.
Bar = tuple[str, float, str]


@pages.get("/portfolio")
def show_portfolio(visit: Visit) -> Response:
    found = load_portfolio(visit.ws)
    return visit.page(
        "portfolio.html.jinja",
        title="All suppliers over time",
        found=found,
        screened=[
            (_name_month(one.month), one.suppliers, count(one.suppliers, "supplier"))
            for one in found.screened
        ],
        open=[
            (severity.capitalize(), number, f"{number:,}")
            for severity, number in found.open.items()
        ],
        queue=QueueAddress().url(),
        decided=[
            (_name_month(one.month), one.median, f"half within {_format_days(one.median)}")
            for one in found.decided
        ],
        covered=[bar for one in found.covered for bar in _draw_coverage(one)],
        month=_name_month,
        days=_format_days,
    )


def _draw_coverage(one: MonthCovered) -> list[Bar]:
    """Return a bar for the lists and one for the registers, the longest being all of them."""
    return [
        (
            f"{_name_month(one.month)}, {what}",
            current / of if of else 0,
            f"{current} of {of} current" if of else "none in use",
        )
        for what, current, of in (
            ("lists", one.current_lists, one.lists),
            ("registers", one.current_registers, one.registers),
        )
    ]


def _name_month(month: date) -> str:
    return month_and_year(month.year, month.month)


def _format_days(days: float) -> str:
    """Return `less than a day`, `1 day` or `12 days`."""
    return count(round(days), "day") if days >= 1 else "less than a day"
