"""`/payments`."""

from starlette.responses import Response

from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/payments")
def show_payments(visit: Visit) -> Response:
    return visit.page(
        f"{__package__}:payments.html.jinja", title="Payments", paid="Nothing was paid"
    )


PAGES = (pages,)
