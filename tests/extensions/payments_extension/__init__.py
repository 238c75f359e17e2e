"""An extension of another distribution, as a third party would write it; tests install it."""

from duediligence.extension import CommandGroup, Extension, Place

EXTENSION = Extension(
    name="payments",
    migrations=f"{__name__}.tables:migrations",
    commands=(CommandGroup("payments", "What was paid.", f"{__name__}.commands:app"),),
    places=(Place("/payments", "Payments", ("/payments",), after="/runs"),),
    pages=f"{__name__}.pages:PAGES",
    records=f"{__name__}.records",
)
TAKEN = Extension(name="sharing")
NO_EXTENSION = "payments"
