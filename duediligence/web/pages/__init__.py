"""The pages, one file a place in the navigation."""

from duediligence.web.pages import (
    accounts,
    alerts,
    assignments,
    audit,
    decisions,
    digest,
    entries,
    help,  # noqa: A004
    home,
    jobs,
    letters,
    listed,
    lists,
    policy,
    referrals,
    schedule,
    settings,
    several_decisions,
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
    listed.pages,
    lists.pages,
    policy.pages,
    schedule.pages,
    digest.pages,
    audit.pages,
    settings.pages,
    accounts.pages,
    tokens.pages,
    help.pages,
)
