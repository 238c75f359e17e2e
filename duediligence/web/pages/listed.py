"""An entry of a public list as it is published, for who follows a link of another program."""

from starlette.responses import Response

from duediligence.errors import NotFound
from duediligence.render.html_page import web_address
from duediligence.web.api.reconcile.lists import Lists
from duediligence.web.api.reconcile.service import facts_of
from duediligence.web.visits import Pages, Visit

pages = Pages()


@pages.get("/entries")
def listed_entry(visit: Visit) -> Response:
    service, id_ = visit.service, visit.query("id")
    lists = Lists(service.lookups, service.list_names, threshold=service.settings.threshold)
    if (entity := lists.entities([id_]).get(id_)) is None:
        raise NotFound("No public list has an entry of that ID now.")
    (source,) = entity.values["source"] or ("",)
    return visit.page(
        "listed_entry.html.jinja",
        title=entity.name,
        facts=facts_of(lists, entity),
        source=web_address(str(source)),
    )
