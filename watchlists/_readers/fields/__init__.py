"""Readers of the values that several lists write in much the same way."""
