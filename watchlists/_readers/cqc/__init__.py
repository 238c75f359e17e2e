"""The Care Quality Commission's files: the care directory, and the active locations."""
