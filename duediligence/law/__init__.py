"""Exclusion grounds, their look-back, and which crime a wording stands for, as data."""
