"""Backups: one encrypted file of all that cannot be fetched again, verified and restored."""
