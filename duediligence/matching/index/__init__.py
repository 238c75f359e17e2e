"""The searchable names of a list."""
