"""Sharing with partners: agreements, requests, exchanges, messages, intelligence and cases."""

from duediligence.extension import CommandGroup, Extension, NavigationPlace

EXTENSION = Extension(
    name="sharing",
    forms=f"{__name__}.store",
    commands=(
        CommandGroup(
            "intelligence",
            "Reports of partners and the community, for whoever has the role intelligence.",
            f"{__name__}.cli.intelligence:app",
        ),
        CommandGroup(
            "case",
            "Partnership cases: suppliers, alerts and paths, who acts on them by when, and the "
            "pack for a meeting.",
            f"{__name__}.cli.case:app",
        ),
        CommandGroup(
            "exchange",
            "Find the suppliers that a partner holds too, without showing each other the rest.",
            f"{__name__}.cli.exchange:app",
        ),
        CommandGroup(
            "sharing",
            "Sharing with partners: agreements, requests, replies and messages.",
            f"{__name__}.cli.sharing:app",
        ),
        CommandGroup("export", "", f"{__name__}.cli.referral:app"),
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
    stage=f"{__name__}.stage",
    readiness=f"{__name__}.readiness:check_agreement_reviews",
    restricted=f"{__name__}.store.intelligence:find_reports_about",
)
