"""Files that Companies House publishes for all companies at once."""
