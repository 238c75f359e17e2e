"""Lists: how they stand, and how they are refreshed."""
