"""Packs of evidence: made, and verified."""
