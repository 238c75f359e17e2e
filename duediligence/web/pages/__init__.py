"""The pages, one file a place in the navigation."""

from duediligence.web.pages import (
    alerts,
    assignments,
    check,
    decisions,
    declarations,
    entries,
    home,
    jobs,
    letters,
    packs,
    referrals,
    runs,
    several_decisions,
    supplier_changes,
    supplier_contracts,
    supplier_import,
    suppliers,
    tokens,
    workbooks,
)
from duediligence.web.visits import Pages

# Those of one file before those of another: a fixed address stands before one with a part that may
# be anything.
EVERY: tuple[Pages, ...] = (
    home.pages,
    assignments.pages,
    several_decisions.pages,
    referrals.pages,
    workbooks.pages,
    decisions.pages,
    letters.pages,
    alerts.pages,
    entries.pages,
    jobs.pages,
    declarations.pages,
    supplier_import.pages,
    supplier_contracts.pages,
    supplier_changes.pages,
    suppliers.pages,
    check.pages,
    runs.pages,
    packs.pages,
    tokens.pages,
)
