"""Sharing with partners: agreements, requests, exchanges, messages, intelligence and cases."""

from duediligence.extension import CommandGroup, Extension, Place

EXTENSION = Extension(
    name="sharing",
    forms=f"{__name__}.store",
    commands=(
        CommandGroup(
            "sharing",
            "Share with partners: agreements, requests, exchanges and cases.",
            f"{__name__}.cli:app",
        ),
    ),
    places=(
        Place("/cases", "Cases", ("/cases",), ("work on cases",), after="/alerts"),
        Place(
            "/agreements",
            "Sharing",
            ("/agreements", "/exchanges", "/intelligence", "/requests"),
            after="/lists",
            pages=(
                Place("/agreements", "Agreements"),
                Place("/requests", "Requests", needs=("ask partners", "audit")),
                Place("/exchanges", "Exchanges", needs=("exchange",)),
                Place("/intelligence", "Intelligence", needs=("handle intelligence",)),
            ),
        ),
    ),
    pages=f"{__name__}.pages:PAGES",
    checks=f"{__name__}.checks",
    records=f"{__name__}.records",
    stages=f"{__name__}.stages:STAGES",
    readiness=f"{__name__}.readiness:check_agreement_reviews",
    restricted=f"{__name__}.store.intelligence:find_reports_about",
)
