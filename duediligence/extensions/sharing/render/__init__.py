"""Words and pages of what is shared."""
