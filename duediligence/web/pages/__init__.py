"""The pages, one file a place in the navigation."""

from duediligence.web.pages import (
    accounts,
    audit,
    digest,
    help,  # noqa: A004
    home,
    jobs,
    lists,
    policy,
    schedule,
    settings,
    tokens,
)
from duediligence.web.visits import Pages

# Those of one file before those of another: a fixed address stands before one with a part that may
# be anything.
EVERY: tuple[Pages, ...] = (
    home.pages,
    jobs.pages,
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
