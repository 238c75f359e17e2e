"""Sharing with partners: agreements, requests, exchanges, messages, intelligence and cases."""

from duediligence.extension import CommandGroup, Extension, NavigationPlace

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
        NavigationPlace("/cases", "Cases", ("/cases",), ("work on cases",), after="/alerts"),
        NavigationPlace(
            "/agreements",
            "Sharing",
            ("/agreements", "/exchanges", "/intelligence", "/requests"),
            after="/lists",
            pages=(
                NavigationPlace("/agreements", "Agreements"),
                NavigationPlace("/requests", "Requests", needs=("ask partners", "audit")),
                NavigationPlace("/exchanges", "Exchanges", needs=("exchange",)),
                NavigationPlace("/intelligence", "Intelligence", needs=("handle intelligence",)),
            ),
        ),
    ),
    pages=f"{__name__}.pages:PAGES",
    checks=f"{__name__}.checks",
    records=f"{__name__}.records",
    stages=f"{__name__}.stages:STAGES",
    readiness=f"{__name__}.agreements_shown:check_agreement_reviews",
    held=f"{__name__}.held_about:list_held_records",
    restricted=f"{__name__}.store.intelligence:find_reports_about",
)
