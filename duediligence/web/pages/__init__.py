"""The pages, one file a place in the navigation."""

from collections.abc import Iterator

from duediligence.extension import Extension, load_parts
from duediligence.web.pages import (
    accounts,
    alerts,
    assignments,
    audit,
    check,
    contract_notices,
    decisions,
    declarations,
    digest,
    disclosure,
    entries,
    governance,
    help,  # noqa: A004
    home,
    jobs,
    letters,
    listed,
    lists,
    networks,
    packs,
    policy,
    portfolio,
    runs,
    schedule,
    set_up,
    settings,
    several_decisions,
    supplier_changes,
    supplier_contracts,
    supplier_import,
    supplier_imports,
    suppliers,
    tokens,
    workbooks,
)
from duediligence.web.visits import Pages

# Those of one file before those of another: a fixed address stands before one with a part that may
# be anything. For the same reason an extension's come first.
_CORE: tuple[Pages, ...] = (
    home.pages,
    assignments.pages,
    several_decisions.pages,
    workbooks.pages,
    decisions.pages,
    letters.pages,
    alerts.pages,
    entries.pages,
    jobs.pages,
    declarations.pages,
    supplier_import.pages,
    supplier_imports.pages,
    contract_notices.pages,
    supplier_contracts.pages,
    supplier_changes.pages,
    networks.pages,
    disclosure.pages,
    suppliers.pages,
    check.pages,
    runs.pages,
    packs.pages,
    listed.pages,
    lists.pages,
    policy.pages,
    portfolio.pages,
    schedule.pages,
    digest.pages,
    audit.pages,
    governance.pages,
    settings.pages,
    accounts.pages,
    tokens.pages,
    help.pages,
    *set_up.EVERY_STEP,
)


def list_pages(extensions: tuple[Extension, ...]) -> Iterator[Pages]:
    """Yield the pages of the extensions, then the core's."""
    for pages in load_parts(extensions, "pages"):
        yield from pages
    yield from _CORE
