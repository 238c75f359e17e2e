"""Ownership in the standards of others: what is exported, and what others declare."""
