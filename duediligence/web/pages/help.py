"""What this is, how accessible it is, and whose work it shows; open without sign-in."""

from importlib.resources import files

from starlette.responses import Response

from duediligence import registry
from duediligence.version import __version__
from duediligence.web.visits import OpenVisit, Pages

pages = Pages()


@pages.open("/help")
def help_page(visit: OpenVisit) -> Response:
    return visit.page("help.html.jinja", title="Help")


@pages.open("/accessibility")
def accessibility(visit: OpenVisit) -> Response:
    settings = visit.service.settings
    return visit.page(
        "accessibility.html.jinja",
        title="Accessibility statement",
        contact=settings.council_contact,
        version=__version__,
    )


@pages.open("/licences")
def licences(visit: OpenVisit) -> Response:
    lists = sorted(registry.find_watchlists().values(), key=lambda one: one.title)
    styles = files("duediligence.web").joinpath("static", "LICENCES.txt").read_text("utf-8")
    return visit.page(
        "licences.html.jinja",
        title="Licences",
        lists=lists,
        # Its section "You must" asks for this acknowledgement.
        publishers=sorted({one.publisher for one in lists if one.licence.startswith("OGL-3.0")}),
        paragraphs=[" ".join(each.split()) for each in styles.split("\n\n") if each.strip()],
    )
