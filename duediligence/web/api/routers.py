"""What the application includes of the API, one router a file."""

from duediligence.web.api import catalog, health, matching, searching
from duediligence.web.api.reconcile import routes as reconcile
from duediligence.web.api.v1 import routers as v1

ROUTERS = (
    health.router,
    matching.router,
    searching.router,
    catalog.router,
    reconcile.router,
    *v1.ROUTERS,
)
