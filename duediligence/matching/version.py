"""What is stamped on a run, so that its results can be derived again."""

MATCHER_VERSION = "10"  # raise with every change that can change a score or the index's layout
DEFAULT_THRESHOLD = 0.80
