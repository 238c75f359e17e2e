"""The log of exchanges with partners: purpose, counts and times, never items."""

from starlette.responses import Response

from duediligence.extensions.sharing.exchanges.status import LOG_COLUMNS, exchange_log
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/exchanges")
def listed(visit: Visit) -> Response:
    return visit.page(
        f"{__package__}:exchanges.html.jinja",
        title="Exchanges with partners",
        columns=[one.capitalize() for one in LOG_COLUMNS],
        exchanges=[one.cells() for one in reversed(exchange_log(visit.ws))],
    )
