"""The pages, one file a place in the navigation."""

from duediligence.web.pages import home, jobs, tokens
from duediligence.web.visits import Pages

# Those of one file before those of another: a fixed address stands before one with a part that may
# be anything.
EVERY: tuple[Pages, ...] = (home.pages, jobs.pages, tokens.pages)
