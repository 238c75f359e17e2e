"""What the application includes of this version of the API, one router a noun."""

from duediligence.web.api.v1 import alerts, audit, jobs, lists, packs, runs, suppliers

ROUTERS = (
    suppliers.router,
    runs.router,
    alerts.router,
    lists.router,
    jobs.router,
    audit.router,
    packs.router,
)
