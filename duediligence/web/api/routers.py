"""What the application includes of the API, one router a file."""

from duediligence.web.api import catalog, health, matching, searching
from duediligence.web.api.reconcile import routes as reconcile

ROUTERS = (
    health.router,
    matching.router,
    searching.router,
    catalog.router,
    reconcile.router,
)
