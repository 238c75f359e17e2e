"""Alerts: what stands open, what was decided about it, and who may decide what."""
