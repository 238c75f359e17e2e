"""Reading files that nobody here can trust: size caps, no entities, clear errors."""

# A field longer than this is no name, address or reason; the longest real one is near 4,000.
MAX_FIELD = 1_000_000
