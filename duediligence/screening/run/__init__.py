"""A screening: the checks over what was found, read together and stored."""
