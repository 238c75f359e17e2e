"""What the application includes of the API, one router a file."""

from duediligence.web.api import catalog, health, matching, searching

ROUTERS = (health.router, matching.router, searching.router, catalog.router)
