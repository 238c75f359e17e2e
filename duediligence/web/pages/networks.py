"""The network of one supplier: a picture, the same as a list, and what was found in it."""

from starlette.responses import Response

from duediligence.casework.networks_shown import DEFAULT_STEPS, MOST_STEPS, network_for
from duediligence.render.network_drawing import network_list, network_svg
from duediligence.web.navigation import supplier_address
from duediligence.web.pages.suppliers import alert_line
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/suppliers/{ref:path}/network")
def network(visit: Visit) -> Response:
    asked = visit.query("steps")
    steps = int(asked) if asked in _STEPS else DEFAULT_STEPS
    view = network_for(visit.ws, visit.path("ref"), steps=steps, cache=visit.service.networks)
    (supplier,) = view.suppliers
    return visit.page(
        "network.html.jinja",
        title="Network",
        supplier=supplier,
        back=supplier_address(supplier.ref),
        restricted=supplier_address(supplier.ref, "restricted"),
        view=view,
        alerts=[alert_line(row, visit.list_titles) for row in view.alerts],
        choices=[
            (f"{supplier_address(supplier.ref, 'network')}?steps={one}", words, int(one) == steps)
            for one, words in _STEPS.items()
        ],
        linked=view.linked,
        picture=network_svg(view.around),
        as_list=network_list(view.around),
    )


_STEPS = {
    str(one): f"{one} step" if one == 1 else f"{one} steps" for one in range(1, MOST_STEPS + 1)
}
